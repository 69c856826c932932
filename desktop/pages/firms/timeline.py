"""Everything dated of a firm, the newest first; a row opens what it is about, and the firm's page is printed here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.fields import kind_label
from desktop.look import GRID, icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.widgets.basics import quiet
from desktop.widgets.message import MessageBar
from policy.i18n import bracketed, tr


def print_of(
    part: QWidget, ops: Ops, message: MessageBar, name: str, title: str, record: str, period: str = ""
) -> None:
    """Ask where to, then print a document of a record as PDF."""
    start = str(Path.home() / f"{title}.pdf")
    file, _ = QFileDialog.getSaveFileName(part, tr("打印为 PDF"), start, "PDF (*.pdf)")
    if file:
        ops.run(
            "document.write",
            owner=part,
            title=tr("写出文件"),
            on_result=lambda done: message.show_text("good", tr("已写入 {file}", file=done["file"])),
            on_fault=message.show_fault,
            name=name,
            id=record,
            out=file,
            period=period,
        )


class TimelineTab(QWidget):
    """The time line of the firm shown; typing filters it."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__()
        self._ops, self._desk, self._firm = ops, desk, ""
        self.message = MessageBar(self)
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._narrow)
        self._said = quiet(wrap=False)
        self.print = QPushButton()
        self.print.setIcon(icon("printer"))
        self.print.clicked.connect(lambda _checked=False: self._print())
        self.model = RowsModel(
            (
                Column(lambda: tr("日期"), lambda row: str(row["date"])),
                Column(lambda: tr("事项"), _what),
                Column(lambda: tr("说明"), lambda row: str(row["text"])),
                Column(lambda: tr("记录"), lambda row: kind_label(row["kind"])),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=2)
        opens(self.table, lambda row: desk.open_record(row["kind"], row["record"]))
        top = QHBoxLayout()
        top.setSpacing(GRID)
        for part, stretch in ((self.filter, 1), (self._said, 0), (self.print, 0)):
            top.addWidget(part, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self.table, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.filter.setPlaceholderText(tr("输入文字筛选"))
        self.filter.setAccessibleName(tr("筛选"))
        self.table.setAccessibleName(tr("时间线"))
        self.print.setText(tr("打印企业情况表…"))
        self.model.retranslate()
        if self._firm:
            self.show_parent(self._firm)

    def show_parent(self, record: str) -> None:
        """The time line of this firm."""
        self._firm = record

        def came(rows: list[dict[str, Any]]) -> None:
            if record == self._firm:
                self.model.set_rows(rows)
                self._said.setText(tr("{n} 条", n=len(rows)))

        self._ops.run("firm.timeline", owner=self, on_result=came, on_fault=self.message.show_fault, firm=record)

    def changes_came(self, _changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        if self._firm:
            self.show_parent(self._firm)

    def _narrow(self, text: str) -> None:
        wanted = text.strip().lower()
        keep = (lambda row: wanted in f"{row['date']} {row['what']} {row['text']}".lower()) if wanted else None
        self.model.set_filter(keep)

    def _print(self) -> None:
        print_of(self, self._ops, self.message, "firm", tr("企业情况表"), self._firm)


def _what(row: dict[str, Any]) -> str:
    return bracketed(row["what"], tr("补记") if row["late"] else "")
