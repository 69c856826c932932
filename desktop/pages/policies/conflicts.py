"""Where texts differ: every reading with its source, which is taken and why, and taking another with a reason."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QIcon, QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID, state_icon
from desktop.ops import Ops
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.widgets.basics import CalmCombo, heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow, Panes
from policy.dates import today
from policy.i18n import bracketed, labelled, listed, tr

_FREE = "\0free"
_NAMED = 4  # rules that are named beside their number


class ConflictsPane(QWidget):
    """The matters a pack touches, or with `every` those of all documents in use. `came()` when they are known,
    `taken(text)` says what was taken, `asked(pack)` leads to a document."""

    came = Signal()
    taken = Signal(str)
    asked = Signal(str)

    def __init__(self, ops: Ops, parent: QWidget | None = None, *, every: bool = False) -> None:
        super().__init__(parent)
        self._ops = ops
        self._pack, self._every = "", every
        self.period, self._label = CalmCombo(), QLabel()
        self.period.setEditable(True)
        self.message = MessageBar()
        self.model = RowsModel(
            (
                Column(lambda: tr("事项"), lambda row: row["title"]),
                Column(lambda: tr("现在取"), _held, icon=_held_icon, most=40),
                Column(lambda: tr("取舍"), lambda row: tr("另行选定") if row["chosen"] else tr("默认")),
                *([Column(lambda: tr("影响本单位"), _ours, icon=_ours_icon)] if every else []),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=0)
        self.nothing = quiet()
        self.options = _Options(every=every)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        self._label.setBuddy(self.period)
        top.addWidget(self._label)
        top.addWidget(self.period)
        top.addStretch(1)
        side = QWidget()
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(GRID)
        left.addLayout(top)
        left.addWidget(self.nothing)
        left.addWidget(self.table, 1)
        split = Panes()
        split.addWidget(side)
        split.addWidget(self.options)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([590, 590])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.period.activated.connect(self.load)
        line = self.period.lineEdit()
        if line is not None:
            line.returnPressed.connect(self.load)
        self.options.asked.connect(self._take)
        self.options.document_asked.connect(self.asked)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._label.setText(tr("期间"))
        self.period.setAccessibleName(tr("期间"))
        kept, year = self.period_text(), today().year
        self.period.clear()
        self.period.addItem(tr("一直"), "")
        for one in (year + 1, year, year - 1, year - 2):
            self.period.addItem(tr("{year}年", year=one), str(one))
        place = self.period.findData(kept)
        if place >= 0:
            self.period.setCurrentIndex(place)
        else:
            self.period.setEditText(kept)
        self.table.setAccessibleName(tr("口径不一的事项"))
        self.nothing.setText(
            tr("在用的文件没有口径不一的事项。") if self._every else tr("这份政策包没有口径不一的事项。")
        )
        self.options.retranslate()
        self.model.retranslate()

    def show_pack(self, pack: str) -> None:
        """Show the matters of this pack."""
        self._pack = pack
        self.load()

    def period_text(self) -> str:
        """The period a choice is taken for; blank for always."""
        text = self.period.currentText().strip()
        place = self.period.findText(text)
        return str(self.period.itemData(place)) if place >= 0 else text

    def load(self) -> None:
        """Ask for the choices of the period."""
        self._ops.run(
            "policy.conflicts",
            owner=self,
            place="list",
            period=self.period_text(),
            on_result=self._came,
            on_fault=self.message.show_fault,
        )

    def count(self) -> int:
        """How many matters there are."""
        return len(self.model.rows())

    def _came(self, found: list[Row]) -> None:
        row = self.model.row(self.table.currentIndex())
        wanted = row["id"] if row else ""
        rows = [
            one
            for one in found
            if (one["in_use"] if self._every else self._pack in [declaring["id"] for declaring in one["packs"]])
        ]
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self.table.selectRow(max(self.model.place(wanted), 0))
        self.options.show_choice(self.model.row(self.table.currentIndex()))
        self.came.emit()

    def _row_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.message.clear()
        self.options.show_choice(self.model.row(current))

    def _take(self, value: str, reason: str) -> None:
        row = self.model.row(self.table.currentIndex())
        if row is None:
            return
        title = row["title"]
        said = tr("“{title}”已改取。", title=title) if value else tr("“{title}”恢复默认。", title=title)
        # what was taken for another span is taken back where it was taken
        period = self.period_text() if value else row["period"]

        def done(_answer: dict[str, Any]) -> None:
            self.message.clear()
            self.options.reason.clear()
            self.taken.emit(said)

        self._ops.run(
            "policy.choose",
            owner=self,
            choice=row["id"],
            value=value,
            period=period,
            reason=reason,
            on_result=done,
            on_fault=self.message.show_fault,
        )


class _OptionLine(QWidget):
    """A radio button whose text wraps; a click on the text chooses it, too."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QRadioButton()
        self.button.setAccessibleName(text)
        label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        self.setFocusProxy(self.button)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self.button.setFocus(Qt.FocusReason.MouseFocusReason)
        self.button.click()
        super().mouseReleaseEvent(event)


_BUTTON = 240  # px that the title of a document may take on its button


class _Options(QScrollArea):
    """One matter with all readings. `asked(value, reason)`; a blank value goes back to the default.
    `document_asked(pack)`: with `every`, the documents that differ are one click away."""

    asked = Signal(str, str)
    document_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, every: bool = False) -> None:
        super().__init__(parent)
        self._every = every
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._row: Row | None = None
        self._values: list[str] = []
        self._lines: list[_OptionLine] = []
        self.group = QButtonGroup(self)
        self.title, self.why, self.now = heading(), quiet(), QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.free, self.reason = QLineEdit(maxLength=20), QLineEdit(maxLength=500)
        self.free.setMaximumWidth(160)
        self.take, self.back = QPushButton(), QPushButton()
        self._choices = QVBoxLayout()
        self._choices.setSpacing(GRID)
        self._body = body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(GRID, 0, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.title)
        layout.addWidget(self.why)
        layout.addLayout(self._choices)
        layout.addWidget(self.free)
        layout.addWidget(self.now)
        layout.addWidget(self.reason)
        buttons = Flow()
        buttons.addWidget(self.take)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self._documents = QVBoxLayout()
        self._documents.setSpacing(GRID)
        layout.addLayout(self._documents)
        layout.addStretch(1)
        self.setWidget(body)
        self.take.clicked.connect(lambda: self.asked.emit(self._value(), self.reason.text().strip()))
        self.back.clicked.connect(lambda: self.asked.emit("", ""))
        self.group.idClicked.connect(lambda _id: self._chosen())
        self.free.textEdited.connect(lambda _text: self._chosen())

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.take.setText(tr("改取这一种"))
        self.back.setText(tr("恢复默认"))
        self.reason.setPlaceholderText(tr("理由（必填），如通知第几条、主管部门答复"))
        self.reason.setAccessibleName(tr("理由"))
        self.free.setAccessibleName(tr("另填"))
        row, self._row = self._row, None
        self.show_choice(row)

    def show_choice(self, row: Row | None) -> None:
        """Show a matter; the same again keeps what is being chosen."""
        if row == self._row and row is not None:
            return
        self._row = row
        self._body.setVisible(row is not None)
        for line in self._lines:
            self.group.removeButton(line.button)
            line.hide()
            line.deleteLater()
        self._lines = []
        if row is None:
            return
        self.title.setText(row["title"])
        self.why.setText(labelled(tr("默认的理由"), row["why"]))
        self._values = [option["id"] for option in row["options"]]
        for option in row["options"]:
            text = option["title"]
            if option["id"] == row["default"]:
                text = bracketed(text, tr("默认"))
            if not option["verified"]:
                text = f"{text} · {labelled(tr('未核实'), option['basis'])}"
            self._add(text)
        if row["free"]:
            self._values.append(_FREE)
            self._add(tr("另填月-日（如 04-15）") if row["free"] == "month_day" else tr("另填百分比（如 70）"))
        value = row["value"]
        known = value in self._values
        if not known and row["free"]:
            self.free.setText(value)
        self.group.button(self._values.index(value) if known else len(self._values) - 1).setChecked(True)
        self.now.setText("\n".join(text for text in (_told(row), _moved(row)) if text))
        while (item := self._documents.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for pack in row["packs"] if self._every else ():
            whole = tr("看《{title}》", title=pack["title"])
            button = QPushButton(self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideMiddle, _BUTTON))
            button.setToolTip(whole)
            button.setAccessibleName(whole)
            button.clicked.connect(lambda _checked=False, name=pack["id"]: self.document_asked.emit(name))
            self._documents.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.back.setVisible(bool(row["chosen"]))
        self._chosen()

    def _add(self, text: str) -> None:
        line = _OptionLine(text)
        self.group.addButton(line.button, len(self.group.buttons()))
        self._choices.addWidget(line)
        self._lines.append(line)

    def _value(self) -> str:
        place = self.group.checkedId()
        value = self._values[place] if 0 <= place < len(self._values) else ""
        return self.free.text().strip() if value == _FREE else value

    def _chosen(self) -> None:
        row = self._row
        if row is None:
            return
        place = self.group.checkedId()
        self.free.setVisible(0 <= place < len(self._values) and self._values[place] == _FREE)
        self.take.setEnabled(bool(self._value()) and self._value() != row["value"])


def _held(row: Row) -> str:
    return str(next((option["title"] for option in row["options"] if option["id"] == row["value"]), row["value"]))


def _held_icon(row: Row) -> QIcon:
    option = next((option for option in row["options"] if option["id"] == row["value"]), None)
    return state_icon("info" if option is None or option["verified"] else "warn")


def _ours(row: Row) -> str:
    return tr("有") if any(one["ours"] for one in row["moves"]) else tr("没有")


def _ours_icon(row: Row) -> QIcon:
    return state_icon("info" if any(one["ours"] for one in row["moves"]) else "unknown")


def _moved(row: Row) -> str:
    """Which rules another reading moves, and where it moves nothing of ours."""
    if not row["moves"]:
        return tr("在用的文件里没有规则用到它，改取后结果不变。")
    named = listed(bracketed(one["title"], one["subject_label"]) for one in row["moves"][:_NAMED])
    if len(row["moves"]) > _NAMED:
        named = tr("{named}等 {n} 条", named=named, n=len(row["moves"]))
    told = labelled(tr("影响的规定"), named)
    if any(one["ours"] for one in row["moves"]):
        return told
    return told + "\n" + tr("这些规定不适用于本单位：改取后本单位的期限和结果不变。")


def _told(row: Row) -> str:
    """What holds, since when it is so and why."""
    if not row["chosen"]:
        return tr("现在取默认的一种。")
    span = row["period"] or tr("一直")
    return tr("已另行选定（{span}）：{value}。理由：{reason}", span=span, value=_held(row), reason=row["reason"])
