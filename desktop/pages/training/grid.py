"""The attendance sheet of a class: tick by mouse or keyboard, whole sessions at once, a platform's export, hours."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyleOptionHeader,
    QTableView,
    QToolButton,
    QWidget,
)

from desktop.look import GRID, icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.training.classtab import ClassTab
from desktop.pages.training.gridmodel import STATES, GridModel, part_label, state_label
from desktop.pages.training.intake import Intake
from desktop.widgets.basics import CalmCombo, quiet
from desktop.widgets.ledgerview import row_height
from desktop.widgets.room import Flow
from policy.errors import Fault
from policy.i18n import clauses, labelled, tr

_DIGITS, _LINES = 17, 3  # that the heading of a session is wide and high
_BESIDE_TOPIC = 14  # px of a heading that hold no text


class TopicHeader(QHeaderView):
    """Each session's half-day, and below it the topic in as many lines as its column needs, at most two."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(True)
        self.setDefaultSectionSize(self.fontMetrics().horizontalAdvance("0") * _DIGITS)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def sectionSizeFromContents(self, section: int) -> QSize:  # noqa: N802 - Qt's name
        whole = super().sectionSizeFromContents(section)
        return QSize(whole.width(), _LINES * self.fontMetrics().lineSpacing() + GRID)

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, section: int) -> None:  # noqa: N802 - Qt's name
        super().initStyleOptionForIndex(option, section)
        when, _, topic = option.text.partition("\n")
        lines = _broken(topic, self.fontMetrics(), self.sectionSize(section) - _BESIDE_TOPIC)
        option.text = "\n".join((when, *lines))


def _broken(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """A text in two lines at most, each as full as it can be; dots where it does not end."""
    if metrics.horizontalAdvance(text) <= width:
        return [text]
    first = next(
        (place for place in range(len(text) - 1, 0, -1) if metrics.horizontalAdvance(text[:place]) <= width), 1
    )
    return [text[:first], metrics.elidedText(text[first:], Qt.TextElideMode.ElideRight, width)]


class GridView(QTableView):
    """Cells are chosen by mouse or keys. `stepped`: Space or a double-click; `typed(str)`: a state by its figure;
    `cleared`: Delete."""

    stepped = Signal()
    typed = Signal(str)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalHeader(TopicHeader(self))
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height(self))
        self.doubleClicked.connect(lambda _index: self.stepped.emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        figure = event.text()
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.stepped.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.cleared.emit()
        elif figure.isdigit() and figure.isascii() and 0 < int(figure) <= len(STATES) and not event.modifiers():
            self.typed.emit(STATES[int(figure) - 1])
        else:
            super().keyPressEvent(event)


class AttendanceSheet(ClassTab):
    ASKS = "training.sheet"
    KINDS: ClassVar = frozenset({"attendance", "session", "enrolment", "programme", "evidence_link"})

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__(ops, desk, Intake(ops, "attendance.import"))
        self._shown = ""  # the session whose hours stand below
        self._on_the_way = 0  # marks shown that the store has not confirmed
        self.model = GridModel(self)
        self.view = GridView()
        self.view.setModel(self.model)
        self.view.stepped.connect(self._step)
        self.view.typed.connect(self._put)
        self.view.cleared.connect(lambda: self._put(""))
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show_session())
        self.part = CalmCombo()
        self.part.currentIndexChanged.connect(lambda _place: self._narrow())
        self.load, self.papers, self.print = QPushButton(), QPushButton(), QPushButton()
        self.load.setIcon(icon("upload"))
        self.papers.setIcon(icon("paperclip"))
        self.print.setIcon(icon("printer"))
        self.load.clicked.connect(self._import)
        self.papers.clicked.connect(self._open_session)
        self.print.clicked.connect(lambda _checked=False: self._print())
        top = Flow()
        top.addWidget(self.part, 1)
        top.addWidget(self.print)
        top.addWidget(self.papers)
        top.addWidget(self.load)
        self.states = {state: QToolButton() for state in STATES}
        for state, button in self.states.items():
            button.clicked.connect(lambda _checked=False, to=state: self._put(to))
        self.clear = QToolButton()
        self.clear.clicked.connect(lambda: self._put(""))
        pens = Flow()
        pens.setSpacing(GRID // 2)
        for button in (*self.states.values(), self.clear):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            pens.addWidget(button)
        pens.addStretch(1)
        self.told, self._hint = quiet(), quiet()
        self.hours, self.reason, self.change = QLineEdit(), QLineEdit(), QPushButton()
        self.hours.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * 8)
        self.hours.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.change.clicked.connect(self._change_hours)
        self.reason.returnPressed.connect(self._change_hours)
        self._hours_label, self._reason_label = QLabel(), QLabel()
        self._hours_label.setBuddy(self.hours)
        self._reason_label.setBuddy(self.reason)
        line = Flow()
        for part in (self._hours_label, self.hours, self._reason_label):
            line.addWidget(part)
        line.addWidget(self.reason, 1)
        line.addWidget(self.change)
        self.inside.addLayout(top)
        self.inside.addLayout(pens)
        self.inside.addWidget(self.view, 1)
        self.inside.addWidget(self.told)
        self.inside.addLayout(line)
        self.inside.addWidget(self._hint)
        self._enable()
        self._show_session()

    def retranslate(self) -> None:
        super().retranslate()
        for place, (state, button) in enumerate(self.states.items(), 1):
            button.setText(state_label(state))
            button.setToolTip(tr("把选中的格子标为{state}（按键 {n}）", state=state_label(state), n=place))
        self.clear.setText(tr("清除"))
        self.clear.setToolTip(tr("去掉选中的格子的标记（Delete）"))
        self.load.setText(tr("导入平台记录…"))
        self.load.setToolTip(tr("读入线上平台导出的名单和时长；选中一个课次则归到这个课次"))
        self.papers.setText(tr("课次与签到材料"))
        self.print.setText(tr("签到表…"))
        self.print.setToolTip(tr("打印空白签到表：选中一个课次则只印这个课次，否则每个课次各一份"))
        self._hours_label.setText(tr("学时"))
        self._reason_label.setText(tr("调整原因"))
        self.hours.setAccessibleName(tr("课次学时"))
        self.reason.setAccessibleName(tr("学时调整原因"))
        self.change.setText(tr("改学时"))
        self._hint.setText(tr("空格键依次切换，1–6 直接标记；点课次标题选中整列。"))
        self.part.setAccessibleName(tr("日期"))
        self.view.setAccessibleName(tr("考勤表"))
        self._fill_parts()
        self._show_session()

    def show_answer(self, answer: dict[str, Any]) -> None:
        if self._on_the_way:  # what was asked before the last tick does not know it yet
            return
        self.model.set_sheet(answer)
        self._fill_parts()
        self._show_session()
        if not answer["people"]:
            self.told.setText(tr("还没有录取的人：先在“报名”里录取。"))
        elif not answer["sessions"]:
            self.told.setText(tr("还没有课次：先在“课次”里排课，或导入课程表。"))

    def session(self) -> dict[str, Any] | None:
        """The session of the current cell, or the only one shown."""
        index = self.view.currentIndex()
        if index.isValid() and index.column() < len(self.model.sessions):
            return self.model.sessions[index.column()]
        return self.model.sessions[0] if len(self.model.sessions) == 1 else None

    def _fill_parts(self) -> None:
        chosen, parts = self.part.currentData(), self.model.parts()
        self.part.blockSignals(True)
        self.part.clear()
        self.part.addItem(tr("全部日期"), "")
        for part in parts:
            self.part.addItem(part_label(part), part)
        self.part.setCurrentIndex(max(self.part.findData(chosen), 0))
        self.part.blockSignals(False)

    def _narrow(self) -> None:
        self.model.show_only(str(self.part.currentData() or ""))
        self._enable()
        self._show_session()

    def _enable(self) -> None:
        chosen = self.view.selectionModel().hasSelection()
        for button in (*self.states.values(), self.clear):
            button.setEnabled(chosen)

    def _show_session(self) -> None:
        session = self.session()
        for part in (self.hours, self.reason, self.change, self.papers):
            part.setEnabled(session is not None)
        if session is None:
            self.hours.clear()
            self.reason.clear()
            self.told.setText("")
            return
        typing = self.hours.isModified() or self.reason.isModified()
        if session["id"] != self._shown or not typing:
            self._shown = session["id"]
            self.hours.setText(session["hours"])
            self.reason.setText(session["reason"])
        place = self.model.sessions.index(session)
        counts: dict[str, int] = {}
        for row in range(self.model.rowCount()):
            mark = self.model.mark_at(self.model.index(row, place))
            key = mark["state"] if mark else ""
            counts[key] = counts.get(key, 0) + 1
        words = [labelled(state_label(state), counts[state]) for state in STATES if state in counts]
        words += [labelled(tr("未标记"), counts[""])] if "" in counts else []
        scans = tr("签到材料 {n} 份", n=session["proofs"]) if session["proofs"] else tr("没有签到材料")
        self.told.setText(labelled(session["topic"], clauses([*words, scans])))

    def _step(self) -> None:
        """Blank → the states in turn → blank; several cells follow the current one."""
        index = self.view.currentIndex()
        if not index.isValid():
            return
        mark = self.model.mark_at(index)
        turn = ("", *STATES)
        self._put(turn[(turn.index(mark["state"] if mark else "") + 1) % len(turn)])

    def _put(self, state: str) -> None:
        chosen = self.view.selectionModel().selectedIndexes() or [self.view.currentIndex()]
        cells = [index for index in chosen if index.isValid()]
        if cells:
            marks = self.model.put(cells, state)
            self._on_the_way += 1
            self.ops.run(
                "training.mark", owner=self, on_result=self._written, on_fault=self._refused, marks=marks
            )  # fmt: skip
            self._show_session()

    def _written(self, _answer: Any) -> None:
        self._on_the_way -= 1
        if not self._on_the_way:
            self.reload()

    def _refused(self, fault: Fault) -> None:
        self.failed(fault)
        self._written(None)

    def _import(self) -> None:
        session = self.session()
        chosen = self.view.currentIndex().isValid() and session
        title = tr("导入平台记录：{topic}", topic=session["topic"]) if chosen and session else tr("导入平台记录")
        self.take(title, session=session["id"] if chosen and session else "")

    def _print(self) -> None:
        session = self.session()
        chosen = session if self.view.currentIndex().isValid() else None
        name, record = ("sign-in", chosen["id"]) if chosen else ("class-sign-in", self.record)
        out = self.file_to_write(tr("签到表"), str(Path.home() / f"{tr('签到表')}.pdf"), "PDF (*.pdf)")
        if out:
            self.ops.run(
                "document.write", owner=self, on_result=self.told_file, on_fault=self.failed, title=tr("写出文件"),
                name=name, id=record, out=out,
            )  # fmt: skip

    def _open_session(self) -> None:
        session = self.session()
        if session is not None:
            self.desk.open_record("session", session["id"])

    def _change_hours(self) -> None:
        session = self.session()
        if session is None:
            return

        def came(answer: dict[str, Any]) -> None:
            if (shown := self.session()) is None or shown["id"] != session["id"]:
                return  # another day is looked at by now
            self.message.clear()
            self.hours.setText(answer["hours"])
            self.reason.setModified(False)
            self.view.setFocus()

        self.ops.run(
            "training.session_hours", owner=self, on_result=came, on_fault=self.failed, session=session["id"],
            hours=self.hours.text(), reason=self.reason.text(),
        )  # fmt: skip
