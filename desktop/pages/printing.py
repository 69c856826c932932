"""Printing a paper of a record: ask where to, have it written, say how it went."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.papers import PAPERS
from policy.i18n import tr


def print_of(
    part: QWidget, ops: Ops, desk: Desk, paper: str, record: str, *, called: str = "", period: str = ""
) -> None:
    """Print the paper of that name of a record, which is `called` so; with a period only what falls in it."""
    start = str(Path.home() / PAPERS[paper].file_name(called))
    file, _ = QFileDialog.getSaveFileName(part, tr("打印为 PDF"), start, "PDF (*.pdf)")
    if not file:
        return

    def done(answer: dict[str, Any]) -> None:
        desk.notify(tr("已写入 {file}", file=answer["file"]))

    ops.run(
        "document.write", owner=part, title=tr("写出文件"), on_result=done, on_fault=desk.show_fault,
        name=paper, id=record, out=file, period=period,
    )  # fmt: skip
