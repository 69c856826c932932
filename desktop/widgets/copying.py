"""Rows of a list for a spreadsheet: on the clipboard with headings, or as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.fields import kind_label
from desktop.models import format as shown_as
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.widgets.message import MessageBar
from policy.i18n import language, tr

_LIMIT = 5000  # rows


def copy_rows(ops: Ops, owner: QWidget, model: RecordsModel, ids: list[str], message: MessageBar) -> None:
    """Copy these records as the columns of the list show them; numbers of persons stay masked. Says where they are more
    than a clipboard takes."""
    fields = model.fields

    def came(rows: list[dict[str, Any]]) -> None:
        lines = ["\t".join(shown_as.heading(field) for field in fields)]
        lines += ["\t".join(_cell(shown_as.shown(field, row)) for field in fields) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))
        if len(ids) > _LIMIT:
            message.show_text("warn", tr("只复制了前 {n} 条；要全部，请用导出。", n=f"{_LIMIT:,}"))

    if ids:
        ops.run("records.rows", owner=owner, place="copy", on_result=came, kind=model.kind, ids=ids[:_LIMIT])


def export_rows(ops: Ops, owner: QWidget, model: RecordsModel, ids: list[str], message: MessageBar) -> None:
    """Write these records to a workbook with the columns of the list; numbers of persons stay masked."""
    start = str(Path.home() / f"{kind_label(model.kind)}.xlsx")
    file, _ = QFileDialog.getSaveFileName(owner, tr("导出"), start, "Excel (*.xlsx)")

    def done(answer: dict[str, Any]) -> None:
        message.show_text("good", tr("已导出 {n} 条到 {file}", n=answer["rows"], file=answer["file"]))

    if file:
        ops.run(
            "records.export",
            owner=owner,
            on_result=done,
            on_fault=message.show_fault,
            title=tr("正在导出"),
            kind=model.kind,
            file=file,
            ids=ids,
            language=language(),
            columns=[field.name for field in model.fields],
        )


def _cell(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")
