"""The calm list: what is due this week, what was just missed, the next month; later and long past ones are folded."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.datewords import day_words, days_left
from desktop.look import GRID, state_icon
from desktop.pages.overview.deadlines import marks_of
from desktop.widgets.basics import EmptyState, primary, quiet
from desktop.widgets.room import Flow
from policy.i18n import bracketed, labelled, mark, spaced, tr

Row = dict[str, Any]
# in the order of the list: its heading, whether it opens unfolded, the state of its rows
GROUPS = {
    "week": (mark("7 天内"), True, "warn"),
    "past": (mark("刚过期（30 天以内）"), True, "bad"),
    "month": (mark("30 天内"), True, "info"),
    "later": (mark("以后"), False, "info"),
    "long": (mark("早已过期（30 天以上）"), False, "bad"),
    "settled": (mark("已处理、不适用"), False, "good"),
}
_WAYS = {"done": mark("已处理"), "na": mark("不适用")}
_DAY, _LEFT, _TITLE, _WHOSE = range(4)
_LEAST = 160  # px of what is to be done; where there is less room the list scrolls sideways
_PRESSING = 1  # days left up to which a row is marked: a list that warns in every line warns of nothing
_FEW = 8  # missed rows that are shown unfolded: more would stand in the way of what is to come
_ROW = Qt.ItemDataRole.UserRole


class Agenda(QWidget):
    """`opened(kind, id)` by double-click or Enter; `clause_asked(pack, rule)`; `settled(keys, how, reason)`.
    `empty.acted` where nothing is recorded yet."""

    opened = Signal(str, str)
    clause_asked = Signal(str, str)
    settled = Signal(list, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._folded: dict[str, bool] = {}
        self._how = self._first = ""
        self.tree = _Tree()
        self.tree.setColumnCount(4)
        self.empty = EmptyState("calendar-clock")
        self.said = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open, self.clause, self.back = QPushButton(), QPushButton(), QPushButton()
        self.done, self.not_ours = QPushButton(), QPushButton()
        self.asking, self._asked = QWidget(), quiet(wrap=False)
        self.reason = QLineEdit(maxLength=500)
        self.confirm, self.leave = primary(), QPushButton()
        self._lay_out()
        self._connect()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.tree.setHeaderLabels([tr("日期"), tr("还有"), tr("事项"), tr("对象")])
        self.tree.setAccessibleName(tr("要办的事"))
        self.begin_with(self._first)
        for button, text in (
            (self.open, tr("打开记录")),
            (self.clause, tr("看条款原文")),
            (self.done, tr("已处理…")),
            (self.not_ours, tr("不适用…")),
            (self.back, tr("恢复到清单")),
            (self.leave, tr("取消")),
        ):
            button.setText(text)
        self._ask(self._how)
        self._fill()

    def begin_with(self, kind: str) -> None:
        """What to record first where nothing is yet: "firm" or "case"; "" where there is something."""
        self._first = kind
        title, action = tr("近期没有到期事项"), ""
        text = tr("登记入驻时间、证书有效期或案件的下一步后，到期前会列在这里。")
        if kind == "firm":
            title, action = tr("先把企业台账导进来"), tr("导入企业台账…")
            text = tr("现有的 Excel 或 CSV 就行，列名自动对上，导入前先核对。然后登记载体和入驻，到期的事会列在这里。")
        elif kind == "case":
            title, action = tr("先登记第一个案件"), tr("新案件")
            text = tr("写下一步和日期，到期的事会列在这里。")
        self.empty.set_texts(title, text, action)

    def set_rows(self, rows: list[Row]) -> None:
        """Rows as `deadlines.list` answers them, those set aside too."""
        self._rows = rows
        self._fill()

    def focus(self) -> None:
        """Go to the first row."""
        self.tree.setFocus()
        self._begin()

    def _begin(self) -> None:
        first = self.tree.topLevelItem(0)
        if first is not None and self.tree.currentItem() is None:
            flags = QItemSelectionModel.SelectionFlag
            self.tree.setCurrentItem(first, _DAY, flags.NoUpdate if self.tree.selectedItems() else flags.ClearAndSelect)

    def chosen(self) -> list[Row]:
        """The rows selected."""
        return [item.data(0, _ROW) for item in self.tree.selectedItems() if item.data(0, _ROW)]

    def _fill(self) -> None:
        kept = {row["key"] for row in self.chosen()}
        current = (self._row() or {}).get("key")
        scrolled, alone = self.tree.verticalScrollBar().value(), QItemSelectionModel.SelectionFlag.NoUpdate
        self.tree.blockSignals(True)
        self.tree.clear()
        for name, (title, unfolded, state) in GROUPS.items():
            rows = [row for row in self._rows if row["group"] == name]
            if not rows:
                continue
            if name in ("past", "long"):
                rows.reverse()  # the latest first
            head = QTreeWidgetItem([f"{tr(title)}  {tr('{n} 项', n=len(rows))}"])
            head.setData(0, Qt.ItemDataRole.UserRole + 1, name)
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            self.tree.addTopLevelItem(head)
            head.setFirstColumnSpanned(True)
            head.setExpanded(self._folded.get(name, unfolded and (name != "past" or len(rows) <= _FEW)))
            for row in rows:
                item = _item(row, state)
                head.addChild(item)
                if head.isExpanded() and row["key"] == current:  # where it is folded it would be unfolded
                    self.tree.setCurrentItem(item, _DAY, alone)  # the others selected stay so
                if head.isExpanded() and row["key"] in kept:
                    item.setSelected(True)
        if current:
            self._begin()  # the keys go on from somewhere
        self.tree.blockSignals(False)
        for column in (_DAY, _LEFT):
            self.tree.resizeColumnToContents(column)
        self.tree.share_room()
        self.tree.verticalScrollBar().setValue(scrolled)
        self._stack.setCurrentIndex(0 if self._rows else 1)
        self._show_chosen()

    def _row(self) -> Row | None:
        item = self.tree.currentItem()
        found: Row | None = item.data(0, _ROW) if item is not None else None
        return found

    def _show_chosen(self) -> None:
        """Below the list: whose words the date rests on, and what can be done with the rows."""
        rows, row = self.chosen(), self._row()
        row = row if row in rows else rows[0] if rows else None
        if len(rows) > 1:
            self.said.setText(tr("已选 {n} 项", n=len(rows)))
        elif row is not None:
            aside = labelled(tr(_WAYS[row["settled"]]), row["reason"]) if row["settled"] else ""
            basis = spaced(row["source"], row["clause"], marks_of(row)) or tr("这个日期取自记录本身。")
            lines = (spaced(row["title"], row["record_title"]), spaced(row["duty"], basis), aside)
            self.said.setText("\n".join(line for line in lines if line))
        else:
            self.said.setText(tr("选一项看它的依据；按回车打开它的记录。"))
        self.open.setEnabled(len(rows) == 1)
        self.clause.setEnabled(len(rows) == 1 and bool(row and row["pack"]))
        here = [one for one in rows if not one["settled"]]
        for button in (self.done, self.not_ours):
            button.setVisible(not rows or bool(here))
            button.setEnabled(bool(here))
        self.back.setVisible(bool(rows) and not here)
        if not here:
            self._ask("")

    def _ask(self, how: str) -> None:
        """Ask for the reason in place; nothing without a way."""
        self._how = how
        self.asking.setVisible(bool(how))
        words = {"done": tr("怎样处理的"), "na": tr("为什么不适用")}
        self._asked.setText(words.get(how, ""))
        self.reason.setAccessibleName(words.get(how, ""))
        self.confirm.setText(tr(_WAYS[how]) if how else "")
        if how:
            self.reason.setFocus()
        else:
            self.reason.clear()

    def _settle(self) -> None:
        keys = [row["key"] for row in self.chosen() if not row["settled"]]
        reason = self.reason.text().strip()
        if keys and reason and self._how:
            self.settled.emit(keys, self._how, reason)
            self._ask("")
            self.tree.setFocus()
        else:
            self.reason.setFocus()

    def _drop(self) -> None:
        self._ask("")
        self.tree.setFocus()

    def _give_back(self) -> None:
        self.settled.emit([row["key"] for row in self.chosen() if row["settled"]], "", "")
        self.tree.setFocus()

    def _activated(self, item: QTreeWidgetItem) -> None:
        row = item.data(0, _ROW)
        if row:
            self.opened.emit(row["kind"], row["id"])
        else:
            item.setExpanded(not item.isExpanded())

    def _remember(self, item: QTreeWidgetItem) -> None:
        self._folded[item.data(0, Qt.ItemDataRole.UserRole + 1)] = item.isExpanded()

    def _open(self) -> None:
        if rows := self.chosen():
            self.opened.emit(rows[0]["kind"], rows[0]["id"])

    def _open_clause(self) -> None:
        if rows := self.chosen():
            self.clause_asked.emit(rows[0]["pack"], rows[0]["rule"])

    def _connect(self) -> None:
        self.tree.enter_pressed.connect(self._activated)
        self.tree.itemDoubleClicked.connect(lambda item, _column: self._opens_row(item))
        self.tree.itemSelectionChanged.connect(self._show_chosen)
        self.tree.itemExpanded.connect(self._remember)
        self.tree.itemCollapsed.connect(self._remember)
        self.open.clicked.connect(lambda _checked=False: self._open())
        self.clause.clicked.connect(lambda _checked=False: self._open_clause())
        self.done.clicked.connect(lambda _checked=False: self._ask("done"))
        self.not_ours.clicked.connect(lambda _checked=False: self._ask("na"))
        self.back.clicked.connect(lambda _checked=False: self._give_back())
        self.confirm.clicked.connect(lambda _checked=False: self._settle())
        self.reason.returnPressed.connect(self._settle)
        self.leave.clicked.connect(lambda _checked=False: self._drop())

    def _opens_row(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _ROW):  # a heading folds by itself
            self._activated(item)

    def _lay_out(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.tree, 1)
        column.addWidget(self.said)
        buttons = Flow()
        for button in (self.open, self.clause, self.done, self.not_ours, self.back):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        ask = Flow(self.asking)
        self._asked.setBuddy(self.reason)
        for part in (self._asked, self.reason, self.confirm, self.leave):
            ask.addWidget(part, int(part is self.reason))
        self.asking.hide()
        column.addWidget(self.asking)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(whole)
        self._stack.addWidget(self.empty)


class _Tree(QTreeWidget):
    """Rows under foldable headings. `enter_pressed(item)`; Space and the arrows fold and unfold."""

    enter_pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTabKeyNavigation(False)
        self.setIndentation(GRID * 2)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.share_room()

    def share_room(self) -> None:
        """The two texts get what the day and the rest leave."""
        room = self.viewport().width() - self.columnWidth(_DAY) - self.columnWidth(_LEFT)
        self.setColumnWidth(_TITLE, max(room * 3 // 5, _LEAST))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self.enter_pressed.emit(item)
        else:
            super().keyPressEvent(event)


def _item(row: Row, state: str) -> QTreeWidgetItem:
    day = f"{day_words(row['due'])} {row['hour']}".strip()
    left = tr(_WAYS[row["settled"]]) if row["settled"] else days_left(row["days_left"])
    texts = [day, left, bracketed(row["title"], row["state"]), row["record_title"]]
    item = QTreeWidgetItem(texts)
    item.setData(0, _ROW, row)
    calm = state == "warn" and row["days_left"] > _PRESSING
    item.setIcon(_LEFT, state_icon("info" if calm else state))
    for column, text in enumerate(texts):
        item.setToolTip(column, spaced(text, row["duty"], row["clause"], marks_of(row)) if column == _TITLE else text)
    return item
