"""Comparing unverified figures with the year's notice: which paper it is, which page, and what was compared."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ops import Ops
from desktop.pages.evidence.rows import Row
from desktop.widgets.basics import DropArea, card, heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.refpicker import RefPicker
from policy.errors import Fault
from policy.i18n import tr

_NOTICE = "d71"  # the kind of paper a notice is (db.enums_documents)
_RULE = Qt.ItemDataRole.UserRole
_LEAST = 4  # rows of the list that are always in sight


class VerifyingPane(QWidget):
    """Hidden while nothing is open. `opened(bool)` when the form comes and goes, `confirmed` when something was."""

    opened = Signal(bool)
    confirmed = Signal()

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._rules: list[Row] = []
        self._place: dict[str, str] = {}
        self.head, self.why, self.begin = heading(), quiet(), QPushButton()
        self.message = MessageBar()
        self.notice, self.drop = RefPicker(ops, "evidence"), DropArea()
        self.page = QLineEdit()
        self.page.setMaximumWidth(128)
        self.rules = QListWidget()
        self.confirm, self.cancel = QPushButton(), QPushButton()
        self._labels = (QLabel(), QLabel(), QLabel())
        self._lay_out()
        self.begin.clicked.connect(lambda: self._open(True))
        self.cancel.clicked.connect(lambda: self._open(False))
        self.confirm.clicked.connect(self._confirm)
        self.notice.picked.connect(self._enable)
        self.rules.itemChanged.connect(lambda: self._enable())
        self.drop.files_dropped.connect(self._take_in)
        self.setVisible(False)
        self._open(False)
        self.retranslate()

    def _lay_out(self) -> None:
        frame, inside = card()
        top = QHBoxLayout()
        top.addWidget(self.head)
        top.addStretch(1)
        top.addWidget(self.begin)
        self.form = QWidget()
        rows = QFormLayout()
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(8)
        for label, field in zip(self._labels, (self.notice, self.page, self.rules), strict=True):
            label.setBuddy(field)
            rows.addRow(label, field)
        rows.insertRow(1, QLabel(), self.drop)
        buttons = QHBoxLayout()
        buttons.addWidget(self.confirm)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.message)
        column.addLayout(rows, 1)
        column.addLayout(buttons)
        inside.addLayout(top)
        inside.addWidget(self.why)
        inside.addWidget(self.form, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.head.setText(tr("未核实的数值 {n} 项", n=len(self._rules)))
        self.why.setText(
            tr(
                "这些数值没有人在文件原文里见过。可以先生成申报书（会注明），但封装前须与当年通知对照核实，再生成新一版。"
            )
        )
        self.begin.setText(tr("对照通知核实…"))
        for label, text in zip(self._labels, (tr("通知"), tr("页码"), tr("已对照")), strict=True):
            label.setText(text)
        self.notice.retranslate()
        self.notice.setAccessibleName(tr("通知"))
        self.drop.retranslate()
        self.drop.setAccessibleName(tr("添加通知文件"))
        self.page.setAccessibleName(tr("页码"))
        self.page.setPlaceholderText(tr("可不填"))
        self.rules.setAccessibleName(tr("已对照的数值"))
        self.confirm.setText(tr("确认已对照核实"))
        self.cancel.setText(tr("以后再说"))

    def show_open(self, rules: list[Row], place: dict[str, str]) -> None:
        """What is still to be compared, and for which pack, period, subject and frozen evaluation."""
        if (rules, place) == (self._rules, self._place):
            return
        self._rules, self._place = rules, place
        self.rules.clear()
        for rule in rules:
            item = QListWidgetItem(tr("{title}（{clause}）", title=rule["title"], clause=rule["clause"]))
            item.setData(_RULE, rule["rule"])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked)
            self.rules.addItem(item)
        row = self.rules.sizeHintForRow(0) if rules else 0
        self.rules.setMinimumHeight(row * min(len(rules), _LEAST) + 4)
        self.setVisible(bool(rules))
        self.retranslate()
        self._open(False)

    def ticked(self) -> list[str]:
        """The rules that were compared."""
        items = (self.rules.item(place) for place in range(self.rules.count()))
        return [str(item.data(_RULE)) for item in items if item.checkState() == Qt.CheckState.Checked]

    def _open(self, on: bool) -> None:
        self.form.setVisible(on)
        self.begin.setVisible(not on)
        self.message.clear()
        self._enable()
        if on:
            self.notice.setFocus()
        self.opened.emit(on)

    def _enable(self) -> None:
        self.confirm.setEnabled(bool(self.notice.record() and self.ticked()))

    def _take_in(self, files: list[str]) -> None:
        mine = self._place

        def came(answer: dict[str, Any]) -> None:
            if self._place != mine:
                return  # other figures are checked by now
            self.notice.set_record(answer["ids"][0], "")
            self._enable()
            self.page.setFocus()

        self.message.clear()
        self._ops.run(
            "evidence.add",
            owner=self,
            title=tr("添加通知"),
            files=files[:1],
            values={"doc_kind": _NOTICE},
            on_result=came,
            on_fault=self.message.show_fault,
        )

    def _confirm(self) -> None:
        self.confirm.setEnabled(False)
        self._ops.run(
            "policy.confirm",
            owner=self,
            title=tr("对照通知核实"),
            pack=self._place["pack"],
            period=self._place["period"],
            subject=self._place["subject"],
            snapshot=self._place["snapshot"],
            rules=self.ticked(),
            notice=self.notice.record(),
            page=self.page.text(),
            on_result=lambda _answer: self.confirmed.emit(),
            on_fault=self._refused,
        )

    def _refused(self, fault: Fault) -> None:
        self.message.show_fault(fault)
        self._enable()
