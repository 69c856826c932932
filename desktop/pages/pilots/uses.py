"""奖补使用: what an award was used for, with the share of front-line staff against the clause."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.models.format import money
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evaluation.words import VERDICTS
from desktop.widgets.basics import StatusChip, quiet
from desktop.widgets.related import Related
from policy.i18n import clauses, spaced, tr


class Uses(QWidget):
    """The lines of one award with their form, and what they come to."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._award = ops, ""
        self._told: dict[str, Any] = {}
        self.verdict, self.words = StatusChip(), quiet()
        self.lines = Related(ops, "award_use", "award", ("kind", "person", "amount", "used_on", "note"), desk)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.verdict)
        layout.addWidget(self.words)
        layout.addWidget(self.lines, 1)
        self.verdict.hide()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.lines.retranslate()
        self._tell()

    def show_parent(self, record: str) -> None:
        """Show the uses of an award."""
        self._award = record
        self.lines.show_parent(record)
        self._ask()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        self.lines.changes_came(changes)
        self._ask()

    def _ask(self) -> None:
        if self._award:
            self._ops.run("award.uses", owner=self, place="uses", award=self._award, on_result=self._came)

    def _came(self, told: dict[str, Any]) -> None:
        self._told = told
        self._tell()

    def _tell(self) -> None:
        told = self._told
        if not told:
            return
        said = [
            tr("已使用 {sum} 万元", sum=money(told["used_fen"])),
            tr("一线人员 {sum} 万元", sum=money(told["frontline_fen"])),
        ]
        if told["left_fen"] is not None:
            left = told["left_fen"]
            over = tr("超出核定额 {sum} 万元", sum=money(-left)) if left < 0 else ""
            said.append(over or tr("核定额还余 {sum} 万元", sum=money(left)))
        rule = next(iter(told["rules"]), None)
        self.verdict.setVisible(rule is not None)
        if rule is not None:
            word, look = VERDICTS[rule["verdict"]]
            self.verdict.set_state(look, spaced(rule["title"], tr(word)))
            said += [spaced(rule["source"], rule["clause"]), *rule["notes"]]
        self.words.setText(clauses(said))
