"""One certificate: declared void with its reason, or issued anew under another number with the same day."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info
from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.widgets.basics import name_row, quiet
from desktop.widgets.message import MessageBar
from policy.i18n import labelled, spaced, tr


class Reissue(QWidget):
    """A tab of a certificate's sheet."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__()
        self._ops, self._desk, self._record = ops, desk, ""
        self._row: dict[str, Any] = {}
        self.message = MessageBar(self)
        self._state = quiet()
        self.reason, self.number = QLineEdit(), QLineEdit()
        self.void, self.anew = QPushButton(), QPushButton()
        self.void.clicked.connect(lambda _checked=False: self._do("certificate.void"))
        self.anew.clicked.connect(lambda _checked=False: self._do("certificate.reissue", number=self.number.text()))
        self._hint = quiet()
        self._form = QFormLayout()
        self._form.addRow(" ", self.reason)
        self._form.addRow(" ", self.number)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.void)
        foot.addWidget(self.anew)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self._state)
        layout.addLayout(self._form)
        layout.addLayout(foot)
        layout.addWidget(self._hint)
        layout.addStretch(1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        name_row(self._form, self.reason, tr("作废或补发的原因"))
        name_row(self._form, self.number, tr("新编号"))
        self.number.setPlaceholderText(tr("不填则按编号规则取下一个"))
        self.void.setText(tr("作废"))
        self.anew.setText(tr("作废并补发"))
        self._hint.setText(tr("补发的证书保留原来的发证日期，年度人数不变；作废的编号不再使用。"))
        self._show()

    def show_parent(self, record: str) -> None:
        """Show a certificate."""
        if record != self._record:
            self._record = record
            self.reason.clear()
            self.number.clear()
            self.message.clear()
        self._ops.run("records.get", owner=self, place="record", on_result=self._came, kind="certificate", id=record)

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Show it as it now is."""
        if self._record in (changes.get("records") or {}).get("certificate", ()):
            self.show_parent(self._record)

    def _came(self, row: dict[str, Any]) -> None:
        self._row = row
        self._show()

    def _show(self) -> None:
        row = self._row
        if not row:
            return
        void = row["state"] == "void"
        label = choice_label(kind_info("certificate").field("state"), row["state"])
        self._state.setText(spaced(labelled(row["number"], label), row["issued_on"], row["void_reason"] or ""))
        self.void.setEnabled(not void)
        self.anew.setText(tr("补发") if void else tr("作废并补发"))

    def _do(self, service: str, **given: Any) -> None:
        mine = self._record

        def came(answer: dict[str, Any]) -> None:
            if mine != self._record:
                return  # another is looked at by now
            if "number" in answer:
                self.message.show_text("good", tr("已补发，新编号 {number}", number=answer["number"]))
                self._desk.open_record("certificate", answer["id"])
            else:
                self.message.show_text("good", tr("已作废"))

        self._ops.run(
            service, owner=self, on_result=came, on_fault=self.message.show_fault, id=self._record,
            reason=self.reason.text(), **given,
        )  # fmt: skip
