"""Joins a row of a kept table with a computed rule of a policy pack, which is then shown beside its self-score."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.ops import Ops
from desktop.widgets.basics import CalmCombo, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow
from policy.i18n import tr

_COMPUTED = frozenset({"threshold", "score", "formula", "target", "award", "checklist"})


class AttachRow(QWidget):
    """Two boxes (pack, rule) and a button for the row that is chosen."""

    def __init__(self, ops: Ops, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._message = ops, message
        self._row: dict[str, Any] | None = None
        self._pack = ""
        self._asked = False
        self.words = quiet(wrap=False)
        self.pack, self.rule, self.join = CalmCombo(), CalmCombo(), QPushButton()
        for box in (self.pack, self.rule):
            box.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        row = Flow(self)
        row.addWidget(self.words)
        row.addWidget(self.pack, 1)
        row.addWidget(self.rule, 1)
        row.addWidget(self.join)
        self.pack.activated.connect(lambda _place: self._load_rules())
        self.join.clicked.connect(self._attach)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.pack.setAccessibleName(tr("计算规则所在的政策包"))
        self.rule.setAccessibleName(tr("计算规则"))
        self.join.setText(tr("关联"))
        self._say()
        if self._asked:
            self._load_packs()

    def show_row(self, row: dict[str, Any] | None, pack: str) -> None:
        """The row chosen in the table of that pack."""
        self._row, self._pack = (row if row and row["id"] else None), pack
        self.setEnabled(self._row is not None and bool(pack))
        self._say()
        if not self._asked and self.isEnabled():
            self._asked = True
            self._load_packs()

    def _say(self) -> None:
        name = self._row["title"] if self._row else ""
        self.words.setText(tr("“{name}”旁显示计算规则", name=name[:12]) if name else tr("选一行，可在旁边显示计算规则"))

    def _load_packs(self) -> None:
        self._ops.run("policy.list", owner=self, place="packs", on_result=self._packs_came)

    def _packs_came(self, packs: list[dict[str, Any]]) -> None:
        chosen = self.pack.currentData()
        self.pack.clear()
        self.pack.addItem(tr("（不显示）"), "")
        for pack in packs:
            if pack["id"] != self._pack and "problem" not in pack:
                self.pack.addItem(pack["title"], pack["id"])
        self.pack.setCurrentIndex(max(self.pack.findData(chosen), 0))
        self._load_rules()

    def _load_rules(self) -> None:
        self.rule.clear()
        self._ops.forget(self, "rules")
        pack = self.pack.currentData()
        self.rule.setEnabled(bool(pack))
        if pack:
            self._ops.run("policy.show", owner=self, place="rules", pack=pack, on_result=self._rules_came)

    def _rules_came(self, pack: dict[str, Any]) -> None:
        self.rule.clear()
        for rule in pack["rules"]:
            if rule["kind"] in _COMPUTED:
                self.rule.addItem(rule["title"], f"{pack['id']}/{rule['id']}")

    def _attach(self) -> None:
        if self._row is None:
            return
        to = str(self.rule.currentData() or "") if self.pack.currentData() else ""
        self._ops.run(
            "notice.attach",
            owner=self,
            pack=self._pack,
            rule=self._row["id"],
            to=to,
            on_fault=self._message.show_fault,
        )
