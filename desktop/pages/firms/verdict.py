"""May a firm enter, how long may it stay, may it graduate: the tab of its verdicts."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.widgets.basics import CalmCombo, StatusChip
from desktop.widgets.room import Flow
from desktop.widgets.verdict import Verdicts
from policy.dates import today
from policy.i18n import bracketed, labelled, mark, tr

_ANSWERS = {
    "pass": ("good", mark("符合")),
    "fail": ("bad", mark("不符合")),
    "unknown": ("unknown", mark("缺数据")),
    "none": ("info", mark("没有规定")),
}


class FirmVerdict(QWidget):
    """May it enter, how long may it stay, may it graduate: by the policy chosen, as of today."""

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._record = ops, ""
        self._packs: list[dict[str, Any]] = []
        self.policy = CalmCombo()
        self.policy.currentIndexChanged.connect(lambda _place: self._ask())
        self.verdicts = Verdicts(ops)
        self.questions: dict[str, StatusChip] = {}
        self._chips = Flow()
        self._chips.setSpacing(GRID * 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(self._chips)
        layout.addWidget(self.policy)
        layout.addWidget(self.verdicts, 1)

    def retranslate(self) -> None:
        self.policy.setAccessibleName(tr("政策包"))
        self._packs = []
        if self._record:
            self.show_parent(self._record)

    def show_parent(self, record: str) -> None:
        self._record = record
        if self._packs:
            self._ask()
        else:
            self._ops.run("policy.list", owner=self, place="packs", on_result=self._packs_came)

    def changes_came(self, _changes: dict[str, Any]) -> None:
        self._ask()

    def _packs_came(self, packs: list[dict[str, Any]]) -> None:
        self._packs = [pack for pack in packs if "firm" in pack["subjects"]]
        self.policy.blockSignals(True)
        self.policy.clear()
        for pack in self._packs:
            self.policy.addItem(bracketed(pack["title"], pack.get("number") or ""), pack["id"])
        self.policy.blockSignals(False)
        self._ask()

    def _ask(self) -> None:
        if self._record:
            self._ops.run("eligibility.firm", owner=self, place="answers", on_result=self._eligible, firm=self._record)
        pack = self.policy.currentData()
        if pack and self._record:
            self.verdicts.show_subject(str(pack), f"firm:{self._record}", f"@{today().isoformat()}")

    def _eligible(self, answer: dict[str, Any]) -> None:
        """The answers of all policies that hold, each with what is missing as its tip."""
        for question in answer["questions"]:
            chip = self.questions.get(question["id"])
            if chip is None:
                chip = self.questions[question["id"]] = StatusChip()
                self._chips.addWidget(chip)
            state, word = _ANSWERS[question["verdict"]]
            chip.set_state(state, labelled(question["title"], tr(word)))
            chip.setToolTip("\n".join(question["missing"]))
