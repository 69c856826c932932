"""The board: cases of a track in columns by stage, moved by mouse or keyboard; what a gate asks stands in a bar."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info
from desktop.look import GRID
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.cases.boardcards import Cards, ColumnView
from desktop.pages.cases.gatebar import GateBar
from desktop.widgets.basics import CalmCombo, quiet
from desktop.widgets.room import Flow
from policy.errors import Fault
from policy.i18n import spaced, tr

_WIDE, _NARROW = 30, 14  # digits: a column with cards, one without
_AGAIN = 80  # ms after a change: several come in a row


class Board(QWidget):
    """Columns of one track. `opened(str)` the case to show; `shows` gives it the cases a list has filtered."""

    opened = Signal(str)

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk = ops, desk
        self._ids: list[str] | None = None
        self._outcomes: list[str] = ["open", "paused"]
        self._wanted = ""
        self._answer: dict[str, Any] = {"columns": [], "others": 0}
        self.views: dict[str, ColumnView] = {}
        self._heads: dict[str, QLabel] = {}
        self._frames: dict[str, QWidget] = {}
        self._track = CalmCombo()
        for choice in kind_info("case").field("track").choices:
            self._track.addItem("", choice.code)
        self._track.setCurrentIndex(max(0, self._track.findData(desk.settings.get("board.track"))))
        self._track.currentIndexChanged.connect(self._track_chosen)
        self._track_label, self._said = QLabel(), quiet()
        self._track_label.setBuddy(self._track)
        self.gate = GateBar()
        self.gate.closed.connect(self._focus_wanted)
        self._inside = QWidget()
        self._row = QHBoxLayout(self._inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the cards take the keyboard
        area.setWidget(self._inside)
        self._area = area
        self._again = QTimer(self, singleShot=True, interval=_AGAIN)
        self._again.timeout.connect(self.load)
        top = Flow()
        top.addWidget(self._track_label)
        top.addWidget(self._track)
        top.addWidget(self._said, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.gate)
        layout.addWidget(area, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._track_label.setText(tr("案件类型"))
        self._track.setAccessibleName(tr("看板上的案件类型"))
        field = kind_info("case").field("track")
        for place in range(self._track.count()):
            self._track.setItemText(place, choice_label(field, self._track.itemData(place)))
        self.gate.retranslate()
        if self._answer["columns"]:
            self.load()

    def track(self) -> str:
        """The track shown."""
        return str(self._track.currentData())

    def shows(self, ids: list[str], outcomes: list[str]) -> None:
        """The cases a list holds now, and which outcomes it asks for."""
        self._ids, self._outcomes = ids, outcomes
        self._again.start()

    def show_case(self, record: str) -> None:
        """Make a case the chosen card, as soon as it is there."""
        self._wanted = record
        self._choose_wanted()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Something was written: cases, milestones and contracts change the board."""
        touched = set(changes.get("records") or ()) | set(changes.get("bulk") or ())
        if touched & {"case", "case_milestone", "contract"}:
            self._again.start()

    def load(self) -> None:
        """Ask for the board."""
        self._again.stop()
        if self._ids is None or not self.isVisible():
            return
        self._ops.run(
            "case.board",
            owner=self,
            on_result=self._show,
            on_fault=self._desk.show_fault,
            place="columns",
            track=self.track(),
            ids=self._ids,
            outcomes=self._outcomes,
        )

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._again.start()

    def _track_chosen(self) -> None:
        self._desk.settings.set("board.track", self.track())
        self.gate.hide()
        self.load()

    # -- the columns

    def _show(self, answer: dict[str, Any]) -> None:
        self._answer = answer
        names = [column["milestone"] for column in answer["columns"]]
        if names != list(self.views):
            self._build(names)
        digit = self.fontMetrics().horizontalAdvance("0")
        for column in answer["columns"]:
            name = column["milestone"]
            self.views[name].cards().set_cards(column["cards"])
            label = column["label"] or tr("尚未到达里程碑")
            sums = tr("{sum} 万元", sum=shown_as.money(column["sum"])) if column["sum"] else ""
            self._heads[name].setText(spaced(f"{label} {len(column['cards'])}", sums))
            self.views[name].setAccessibleName(label)
            self._frames[name].setFixedWidth(digit * (_WIDE if column["cards"] else _NARROW))
        shown = sum(len(column["cards"]) for column in answer["columns"])
        others = answer["others"]
        self._said.setText(
            spaced(
                tr("{n} 件", n=shown),
                tr("列表中另有 {n} 件属于其他类型或已结束", n=others) if others else "",
                tr("Ctrl+左右键移动卡片"),
            )
        )
        self._choose_wanted()

    def _build(self, names: list[str]) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.views, self._heads, self._frames = {}, {}, {}
        before: QWidget = self._track
        for name in names:
            frame, head, view = QWidget(), quiet(), ColumnView()
            head.setProperty("section", True)
            head.setAlignment(Qt.AlignmentFlag.AlignTop)
            head.setMinimumHeight(self.fontMetrics().height() * 2)
            view.setModel(Cards(view))
            view.beside.connect(lambda step, name=name: self._go_beside(name, step))
            view.moved.connect(lambda step, name=name: self._move_chosen(name, step))
            view.dropped.connect(lambda record, name=name: self.move_to(record, name))
            view.opened.connect(self._open)
            view.hovered.connect(lambda frame=frame: self._make_room(frame))
            column = QVBoxLayout(frame)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(GRID // 2)
            column.addWidget(head)
            column.addWidget(view, 1)
            self._row.addWidget(frame)
            self.setTabOrder(before, view)  # not behind the case, where what is made last would stand
            before = view
            self.views[name], self._heads[name], self._frames[name] = view, head, frame
        self._row.addStretch(1)

    def _make_room(self, frame: QWidget) -> None:
        """While a card is dragged along, the next column comes in sight."""
        self._area.ensureWidgetVisible(frame, self.fontMetrics().horizontalAdvance("0") * _NARROW, 0)

    def _open(self, record: str) -> None:
        self._wanted = record
        for view in self.views.values():
            if view.cards().place_of(record) < 0:
                view.clearSelection()
        self.opened.emit(record)

    def _choose_wanted(self) -> None:
        for view in self.views.values():
            place = view.cards().place_of(self._wanted)
            if place >= 0:
                view.setCurrentIndex(view.cards().index(place))
                if any(other.hasFocus() for other in self.views.values()):
                    view.setFocus()
            else:
                view.clearSelection()

    def _focus_wanted(self) -> None:
        for view in self.views.values():
            if view.cards().place_of(self._wanted) >= 0:
                view.setFocus()

    # -- moving

    def _go_beside(self, name: str, step: int) -> None:
        names = list(self.views)
        place = names.index(name) + step
        while 0 <= place < len(names):
            view = self.views[names[place]]
            if view.cards().rowCount():
                row = min(max(self.views[name].currentIndex().row(), 0), view.cards().rowCount() - 1)
                view.setCurrentIndex(view.cards().index(row))
                card = view.cards().card(row)
                self._wanted = card["id"] if card else ""
                self.views[name].clearSelection()
                view.setFocus()
                self._area.ensureWidgetVisible(self._frames[names[place]])
                return
            place += step

    def _move_chosen(self, name: str, step: int) -> None:
        card = self.views[name].cards().card(self.views[name].currentIndex().row())
        names = list(self.views)
        place = names.index(name) + step
        if card is not None and 0 <= place < len(names):
            self.move_to(card["id"], names[place])

    def move_to(self, record: str, milestone: str) -> None:
        """Put a case into a column; asks in the bar where the gate or the way there needs it."""
        if not milestone:
            self._desk.notify(tr("要取消全部里程碑，请在案件的“里程碑”里删除。"))
            return
        if self.views[milestone].cards().place_of(record) >= 0:
            return
        self._wanted = record
        label = next(column["label"] for column in self._answer["columns"] if column["milestone"] == milestone)

        def planned(plan: dict[str, Any]) -> None:
            if not (plan["asks"] or plan["between"] or plan["withdraws"]):
                self._move(record, milestone, "", "", "skip")
                return
            title = tr("退回到“{label}”？", label=label) if plan["withdraws"] else tr("移到“{label}”", label=label)
            self.gate.ask(title, plan, lambda day, reason, between: self._move(record, milestone, day, reason, between))

        self._ops.run(
            "case.move",
            owner=self,
            on_result=planned,
            on_fault=self._desk.show_fault,
            place="plan",
            case=record,
            milestone=milestone,
            dry_run=True,
        )

    def _move(self, record: str, milestone: str, day: str, reason: str, between: str) -> None:
        def done(_answer: dict[str, Any]) -> None:
            if record == self._wanted:  # else the bar may ask about another card by now
                self.gate.done()
            self._desk.notify(tr("已移动；按 Ctrl+Z 可以撤销。"))

        def refused(fault: Fault) -> None:
            if self.gate.isVisible() and record == self._wanted:
                self.gate.show_fault(fault)
            else:
                self._desk.show_fault(fault)

        self._ops.run(
            "case.move",
            owner=self,
            on_result=done,
            on_fault=refused,
            case=record,
            milestone=milestone,
            on=day or None,
            reason=reason,
            between=between,
        )
