"""What is wrong with the pack being edited, line by line, and the examples that its new figures contradict."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, state_icon
from desktop.pages.evidence.rows import Column, Row, RowsModel, opens, table_view
from desktop.pages.policies.words import mismatch_text, problem_text
from desktop.widgets.basics import quiet
from desktop.widgets.room import Flow
from policy.errors import Fault
from policy.i18n import tr

_LINE, _RULE, _TEXT = range(3)
_ROWS = 4  # in sight at most


class Problems(QWidget):
    """Hidden while there is nothing to say. `chosen(line, rule)` on a click or Enter, `adopted(mismatches)`."""

    chosen = Signal(int, str)
    adopted = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mismatches: list[dict[str, Any]] = []
        self.model = RowsModel(
            (
                Column(lambda: tr("行"), lambda row: str(row["line"] or ""), order=lambda row: row["line"], right=True),
                Column(lambda: tr("规则"), lambda row: row["rule"]),
                Column(lambda: tr("问题"), lambda row: row["text"], icon=_icon),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=_TEXT)
        self.note, self.adopt = quiet(), QPushButton()
        self.adopt.clicked.connect(lambda: self.adopted.emit(list(self._mismatches)))
        foot = Flow()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.adopt)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.table)
        layout.addLayout(foot)
        self.table.clicked.connect(lambda index: self._go(self.model.row(index)))
        opens(self.table, self._go)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.table.setAccessibleName(tr("问题"))
        self.note.setText(tr("这些示例与新数值不符。逐条看过、确认新数值无误后，再让示例改为现在算得的结果。"))
        self.adopt.setText(tr("按新数值更新示例"))
        self.model.retranslate()

    def show_fault(self, fault: Fault) -> None:
        """The one thing that keeps the text from being read."""
        params = fault.params
        line, rule = int(params.get("line") or 0), str(params.get("rule") or "")
        self._show([{"id": "fault", "line": line, "rule": rule, "text": problem_text(params), "bad": True}], [])

    def show_mismatches(self, mismatches: list[dict[str, Any]]) -> None:
        """The examples that do not hold; none hides all."""
        rows = [
            {
                "id": f"{place}",
                "line": mismatch.get("line") or 0,
                "rule": mismatch["rule"],
                "text": mismatch_text(mismatch),
                "bad": False,
            }
            for place, mismatch in enumerate(mismatches)
        ]
        self._show(rows, mismatches)

    def lines(self) -> set[int]:
        """The lines concerned."""
        return {row["line"] for row in self.model.rows() if row["line"]}

    def rules(self) -> set[str]:
        """The rules concerned."""
        return {row["rule"] for row in self.model.rows() if row["rule"]}

    def _show(self, rows: list[Row], mismatches: list[dict[str, Any]]) -> None:
        # what no answer can be adopted for: the given figures themselves cannot be used
        self._mismatches = [one for one in mismatches if one["field"] != "given"]
        self.model.set_rows(rows)
        lines = min(max(len(rows), 1), _ROWS) + 1  # with the headings
        self.table.setFixedHeight(self.table.verticalHeader().defaultSectionSize() * lines + GRID)
        self.note.setVisible(bool(self._mismatches))
        self.adopt.setVisible(bool(self._mismatches))
        self.setVisible(bool(rows))

    def _go(self, row: Row | None) -> None:
        if row is not None:
            self.chosen.emit(row["line"], row["rule"])


def _icon(row: Row) -> QIcon:
    return state_icon("bad" if row["bad"] else "warn")
