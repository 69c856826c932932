"""The bar that asks for a reason where a gate misses something, without a dialog; going on is never refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.messages import explain
from desktop.widgets.basics import CalmCombo, heading, primary, quiet
from desktop.widgets.room import Flow
from policy.dates import today
from policy.errors import Fault
from policy.i18n import bracketed, labelled, listed, mark, tr

_SEVERITY = {"i": "", "r": mark("要理由"), "b": mark("只影响相关说明")}


class GateBar(QFrame):
    """Hidden until `ask`; `closed` when it was answered or given up, so that the focus can go back."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._go: Callable[[str, str, str], None] = lambda _day, _reason, _between: None
        self._between = False
        self._title, self._said, self._fault = heading(), quiet(), QLabel()
        self._title.setWordWrap(True)
        self._fault.setWordWrap(True)
        self._reason_label, self._day_label = QLabel(), QLabel()
        self.reason, self.day, self.between = QLineEdit(), QLineEdit(), CalmCombo()
        self.day.setMaximumWidth(self.day.fontMetrics().horizontalAdvance("0") * 14)
        for way in ("skip", "reach", "leave"):
            self.between.addItem("", way)
        self._reason_label.setBuddy(self.reason)
        self._day_label.setBuddy(self.day)
        self.go, self.cancel = primary(), QPushButton()
        self.go.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.give_up)
        for line in (self.reason, self.day):
            line.returnPressed.connect(self._answer)
        row = Flow()
        for part in (self.between, self._day_label, self.day, self._reason_label):
            row.addWidget(part)
        row.addWidget(self.reason, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID // 2)
        for label in (self._title, self._said, self._fault):
            layout.addWidget(label)
        layout.addLayout(row)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._reason_label.setText(tr("理由"))
        self._day_label.setText(tr("日期"))
        self.reason.setAccessibleName(tr("理由"))
        self.day.setAccessibleName(tr("到达日期"))
        self.between.setAccessibleName(tr("中间的里程碑"))
        for place, text in enumerate((tr("中间的记为跳过"), tr("中间的也已到达"), tr("中间的先留着"))):
            self.between.setItemText(place, text)
        self.go.setText(tr("继续"))
        self.cancel.setText(tr("取消"))

    def ask(
        self,
        title: str,
        plan: dict[str, Any],
        go: Callable[[str, str, str], None],
        *,
        dated: bool = True,
    ) -> None:
        """Ask before going on; `plan` as `case.move` tells it. `go` is called with the day, the reason and what becomes
        of the milestones between."""
        self._go = go
        self._between = bool(plan.get("between"))
        said = []
        if plan.get("missing"):
            said.append(labelled(tr("还缺"), missing_text(plan["missing"])))
        if plan.get("between"):
            said.append(labelled(tr("还没有到达"), listed(one["label"] for one in plan["between"])))
        if plan.get("withdraws"):
            said.append(labelled(tr("会撤回"), listed(one["label"] for one in plan["withdraws"])))
        self._title.setText(title)
        self._said.setText("\n".join(said))
        self._said.setVisible(bool(said))
        self._fault.hide()
        self.between.setVisible(self._between)
        self.between.setCurrentIndex(0)
        wanted = bool(plan.get("asks")) or self._between
        for part in (self._reason_label, self.reason):
            part.setVisible(wanted)
        for part in (self._day_label, self.day):
            part.setVisible(dated and not plan.get("withdraws"))
        self.reason.clear()
        self.day.setText(today().isoformat())
        self.setAccessibleName(title)
        self.show()
        (self.reason if wanted else self.go).setFocus()

    def show_fault(self, fault: Fault) -> None:
        """What was answered did not do; the bar stays."""
        self._fault.setText(explain(fault))
        self._fault.show()
        (self.day if fault.code.startswith("record.") else self.reason).setFocus()

    def done(self) -> None:
        """It is done: nothing to ask any more."""
        self.hide()
        self.closed.emit()

    def give_up(self) -> None:
        """Leave everything as it is."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
        else:
            super().keyPressEvent(event)

    def _answer(self) -> None:
        between = str(self.between.currentData()) if self._between else "skip"
        self._go(self.day.text().strip(), self.reason.text().strip(), between)


def missing_text(needs: list[dict[str, Any]]) -> str:
    """What a gate misses, each with what it asks of who goes on."""
    return listed(bracketed(need["label"], tr(_SEVERITY[need["severity"]])) for need in needs)
