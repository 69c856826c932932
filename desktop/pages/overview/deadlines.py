"""The dates that are coming, soonest first, each with what it is about, how long there is, and its clause."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedLayout, QTableWidget, QTableWidgetItem, QWidget

from desktop.datewords import day_words, days_left
from desktop.look import state_icon
from desktop.widgets.basics import EmptyState
from desktop.widgets.ledgerview import row_height
from policy.i18n import bracketed, spaced, tr
from policy.pack import STATUSES

_SOON = 30


class Deadlines(QWidget):
    """`opened(kind, id)` by double-click or Enter."""

    opened = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[dict[str, Any]] = []
        self.table = QTableWidget(0, 5)
        rows = self.table.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height(self.table))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setDefaultSectionSize(64)  # the last takes the room there is
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.cellActivated.connect(self._open)
        self.empty = EmptyState("calendar-clock")
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.table.setHorizontalHeaderLabels([tr("到期日"), tr("还有"), tr("事项"), tr("对象"), tr("依据")])
        self.table.setAccessibleName(tr("近期期限"))
        self.empty.set_texts(tr("近期没有到期事项"), tr("登记入驻时间、证书有效期或案件的下一步后，到期前会列在这里。"))
        self._fill()

    def set_rows(self, rows: list[dict[str, Any]]) -> None:
        """Rows as `deadlines.list` answers them."""
        self._rows = rows
        self._fill()

    def _fill(self) -> None:
        self.table.setRowCount(len(self._rows))
        for place, row in enumerate(self._rows):
            marks = marks_of(row)
            clause = spaced(row["clause"], row["source"], marks)
            day = f"{day_words(row['due'])} {row['hour']}".strip()
            title = bracketed(row["title"], row["state"])
            texts = (day, days_left(row["days_left"]), title, row["record_title"], clause)
            state = "bad" if row["days_left"] < 0 else "warn" if row["days_left"] <= _SOON else "info"
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column == 1:
                    item.setIcon(state_icon(state))
                elif column == 4 and marks:
                    item.setIcon(state_icon("warn"))
                item.setToolTip(spaced(text, row["duty"]) if column == 2 else text)
                self.table.setItem(place, column, item)
        for column in (0, 1, 2):
            self.table.resizeColumnToContents(column)
        self.table.setColumnWidth(2, min(self.table.columnWidth(2), 152))
        self.table.setColumnWidth(3, 120)  # the clause must be readable beside them
        self._stack.setCurrentIndex(0 if self._rows else 1)

    def _open(self, row: int, _column: int) -> None:
        if 0 <= row < len(self._rows):
            self.opened.emit(self._rows[row]["kind"], self._rows[row]["id"])


def marks_of(row: dict[str, Any]) -> str:
    """What must be said of where it stands: a draft, a report, superseded, not verified."""
    standing = tr(STATUSES[row["status"]]) if row["status"] not in ("", "in_force") else ""
    unverified = "" if row["verified"] else tr("未核实")
    return " · ".join(text for text in (standing, unverified) if text)
