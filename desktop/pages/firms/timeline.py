"""Everything dated of a firm, the newest first; a row opens what it is about."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.fields import kind_label
from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.widgets.basics import quiet
from desktop.widgets.message import MessageBar
from policy.i18n import bracketed, tr


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
        top.addWidget(self.filter, 1)
        top.addWidget(self._said)
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
        self.model.retranslate()
        if self._firm:
            self.show_parent(self._firm)

    def show_parent(self, record: str) -> None:
        """The time line of this firm."""
        self._firm = record

        def came(rows: list[dict[str, Any]]) -> None:
            self.model.set_rows(rows)
            self._said.setText(tr("{n} 条", n=len(rows)))

        self._ops.run(
            "firm.timeline",
            owner=self,
            place="list",
            on_result=came,
            on_fault=self.message.show_fault,
            firm=record,
        )

    def changes_came(self, _changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        if self._firm:
            self.show_parent(self._firm)

    def _narrow(self, text: str) -> None:
        wanted = text.strip().lower()
        keep = (lambda row: wanted in f"{row['date']} {row['what']} {row['text']}".lower()) if wanted else None
        self.model.set_filter(keep)


def _what(row: dict[str, Any]) -> str:
    return bracketed(row["what"], tr("补记") if row["late"] else "")
