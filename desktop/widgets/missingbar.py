"""What a filing still needs of the record shown: a calm line that lists it, leads to each field, or takes a reason why
one does not apply."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.fields import kind_info
from desktop.look import GRID
from desktop.ops import Ops
from desktop.widgets.basics import StatusChip
from policy.errors import Fault
from policy.i18n import labelled, tr

_LINES = 6  # shown without scrolling


class MissingBar(QFrame):
    """`wanted(str)` the field to go to. Saving is never held up by what stands here."""

    wanted = Signal(str)

    def __init__(
        self,
        ops: Ops,
        kind: str,
        names: Collection[str],
        fault: Callable[[Fault], None],
        parent: QWidget | None = None,
    ) -> None:
        """`names` are the fields of the form: what is not in it cannot be filled in here."""
        super().__init__(parent)
        self._ops, self._kind, self._names, self._fault = ops, kind, set(names), fault
        self._record = ""
        self._missing: list[str] = []
        self._excused: dict[str, str] = {}
        self.told, self.more = StatusChip("unknown"), QPushButton()
        self.more.setCheckable(True)
        self.more.toggled.connect(self._open)
        self.list = QListWidget()
        self.list.itemActivated.connect(lambda _item: self._go())
        self.list.currentItemChanged.connect(lambda *_: self._moved())
        self.go, self.excuse, self.take_back = QPushButton(), QPushButton(), QPushButton()
        self.go.clicked.connect(self._go)
        self.excuse.clicked.connect(self._ask_why)
        self.take_back.clicked.connect(lambda: self._send(""))
        self._why_label, self.why = QLabel(), QLineEdit()
        self.why.setMaxLength(200)
        self._why_label.setBuddy(self.why)
        self.sure = QPushButton()
        self.sure.clicked.connect(self._excuse_now)
        self.why.returnPressed.connect(self._excuse_now)
        head = QHBoxLayout()
        head.addWidget(self.told, 1)
        head.addWidget(self.more)
        acts = QHBoxLayout()
        acts.setSpacing(GRID)
        for part in (self.go, self.excuse, self.take_back):
            acts.addWidget(part)
        acts.addStretch(1)
        reason = QHBoxLayout()
        reason.setSpacing(GRID)
        reason.addWidget(self._why_label)
        reason.addWidget(self.why, 1)
        reason.addWidget(self.sure)
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.list)
        column.addLayout(acts)
        column.addLayout(reason)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GRID // 2)
        whole.addLayout(head)
        whole.addWidget(self._inside)
        self._inside.hide()
        self._show_reason(False)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.list.setAccessibleName(tr("还缺的项"))
        self.go.setText(tr("去填写"))
        self.excuse.setText(tr("不适用…"))
        self.take_back.setText(tr("取消不适用"))
        self._why_label.setText(tr("不适用的理由"))
        self.why.setAccessibleName(tr("不适用的理由"))
        self.sure.setText(tr("确定"))
        self._say()

    def show_record(self, record: str) -> None:
        """Ask what this record lacks; blank for none."""
        self._record = record
        self._ops.forget(self, "missing")
        if not record:
            self.hide()
            return

        def came(answer: dict[str, Any]) -> None:
            self._missing = [item["field"] for item in answer["missing"] if item["field"] in self._names]
            self._excused = {item["field"]: item["reason"] for item in answer["excused"]}
            self._say()

        self._ops.run("lists.missing", owner=self, place="missing", on_result=came, kind=self._kind, id=record)

    def missing(self) -> list[str]:
        """The fields that are missing."""
        return list(self._missing)

    def select(self, name: str) -> None:
        """Make a field the current line."""
        for place in range(self.list.count()):
            if self.list.item(place).data(Qt.ItemDataRole.UserRole) == name:
                self.list.setCurrentRow(place)

    def _say(self) -> None:
        count = len(self._missing)
        self.setVisible(bool(self._record and (self._missing or self._excused)))
        said = tr("还缺 {n} 项", n=count) if count else tr("不缺；{n} 项不适用", n=len(self._excused))
        self.told.set_state("unknown" if count else "good", said)
        self.more.setText(tr("收起") if self.more.isChecked() else tr("列出所缺项"))
        current = self._field()
        self.list.clear()
        info = kind_info(self._kind)
        for name in (*self._missing, *self._excused):
            label = info.field(name).shown
            reason = self._excused.get(name)
            text = label if reason is None else labelled(label, tr("不适用（{reason}）", reason=reason))
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.list.addItem(item)
        lines = min(max(self.list.count(), 1), _LINES)
        self.list.setFixedHeight(lines * (self.fontMetrics().height() + GRID // 2) + GRID)
        self.select(current)
        self._moved()

    def _field(self) -> str:
        item = self.list.currentItem()
        return "" if item is None else str(item.data(Qt.ItemDataRole.UserRole))

    def _open(self, on: bool) -> None:
        self._inside.setVisible(on)
        self.more.setText(tr("收起") if on else tr("列出所缺项"))
        if on:
            if self.list.currentRow() < 0:
                self.list.setCurrentRow(0)
            self.list.setFocus()

    def _moved(self) -> None:
        name = self._field()
        self.go.setEnabled(bool(name))
        self.excuse.setEnabled(name in self._missing)
        self.take_back.setVisible(name in self._excused)
        self._show_reason(False)

    def _show_reason(self, on: bool) -> None:
        for part in (self._why_label, self.why, self.sure):
            part.setVisible(on)

    def _ask_why(self) -> None:
        self.why.clear()
        self._show_reason(True)
        self.why.setFocus()

    def _go(self) -> None:
        name = self._field()
        if name:
            self.wanted.emit(name)

    def _excuse_now(self) -> None:
        if self.why.text().strip():
            self._send(self.why.text().strip())

    def _send(self, reason: str) -> None:
        record, name = self._record, self._field()

        def done(_answer: dict[str, Any]) -> None:
            if record == self._record:
                self.show_record(record)

        if name:
            self._ops.run(
                "lists.excuse",
                owner=self,
                on_result=done,
                on_fault=self._fault,
                kind=self._kind,
                id=record,
                field=name,
                reason=reason,
            )
