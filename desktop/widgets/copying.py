"""Rows of a list on the clipboard as a table with headings, the way a spreadsheet takes it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from desktop.models import format as shown_as
from desktop.models.records import RecordsModel
from desktop.ops import Ops

_LIMIT = 5000  # rows


def copy_rows(ops: Ops, owner: QObject, model: RecordsModel, ids: list[str]) -> None:
    """Copy these records as the columns of the list show them; numbers of persons stay masked."""
    fields = model.fields

    def came(rows: list[dict[str, Any]]) -> None:
        lines = ["\t".join(shown_as.heading(field) for field in fields)]
        lines += ["\t".join(_cell(shown_as.shown(field, row)) for field in fields) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    if ids:
        ops.run("records.rows", owner=owner, place="copy", on_result=came, kind=model.kind, ids=ids[:_LIMIT])


def _cell(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")
