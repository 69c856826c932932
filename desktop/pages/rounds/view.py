"""申报轮次: the notices one applies under, each with its form, its table and its files; the other half of 申报."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop.look import state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.pages.rounds.files import FilesPane
from desktop.pages.rounds.form import RoundForm
from desktop.pages.rounds.notice import NoticePane
from desktop.widgets.basics import EmptyState, primary
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow, Panes
from policy.dates import today
from policy.i18n import spaced, tr

FORM, TABLE, FILES = range(3)
_CONCERN = frozenset({"round", "evidence", "evidence_link", "pack", "confirmation", "package", "submission"})


class RoundsView(QWidget):
    """The list on the left, the round on the right. `started(round)` when the application is to begin."""

    started = Signal(dict)

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk = ops, desk
        self._current = self._wanted = ""
        self._row: dict[str, Any] | None = None
        self._stale = True
        self.message = MessageBar()
        self.model = RowsModel(
            (
                Column(lambda: tr("通知"), lambda row: row["title"], tip=_about),
                Column(lambda: tr("下一步时限"), _next_due, icon=_next_icon, tip=_next_step, most=22),
                Column(lambda: tr("报送状态"), lambda row: row.get("state", ""), most=10),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=0)
        self.add = QPushButton()
        self.evaluate, self.start = QPushButton(), primary()
        self.form = RoundForm(ops, desk.drafts)
        self.notice, self.files = NoticePane(ops, self.message), FilesPane(ops, self.message)
        self.empty = EmptyState("calendar-clock")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        column.addWidget(self.add)
        self.tabs = QTabWidget(documentMode=True)
        for pane in (self.form, self.notice, self.files):
            self.tabs.addTab(pane, "")
        foot = Flow()
        foot.addStretch(1)
        foot.addWidget(self.evaluate)
        foot.addWidget(self.start)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(8, 0, 0, 0)
        beside.setSpacing(8)
        beside.addWidget(self.tabs, 1)
        beside.addLayout(foot)
        split = Panes()
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([336, 824])
        self.whole = QStackedWidget()
        self.whole.addWidget(split)
        self.whole.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.message)
        layout.addWidget(self.whole, 1)

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.add.clicked.connect(self.begin)
        self.empty.acted.connect(self.begin)
        self.form.saved.connect(self._saved)
        self.form.told.connect(self._told)
        self.form.deleted.connect(lambda _record: self._gone())
        self.form.abandoned.connect(self._gone)
        self.notice.kept.connect(self._load_row)
        self.notice.files_wanted.connect(lambda: self.tabs.setCurrentIndex(FILES))
        self.files.opened.connect(lambda evidence: self._desk.open_page("evidence", id=evidence))
        self.evaluate.clicked.connect(self._evaluate)
        self.start.clicked.connect(lambda: self.started.emit(self._row) if self._row else None)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.table.setAccessibleName(tr("申报轮次"))
        self.add.setText(tr("新建轮次"))
        self.evaluate.setText(tr("按此轮次评价"))
        self.start.setText(tr("开始申报"))
        for place, text in enumerate((tr("通知与时限"), tr("评分表"), tr("通知原文与模板"))):
            self.tabs.setTabText(place, text)
        self.tabs.setAccessibleName(tr("申报轮次的内容"))
        self.empty.set_texts(
            tr("还没有申报轮次"),
            tr("收到申报通知后在这里登记：时限到日到时，评分表直接粘贴，原文和模板一并存放。"),
            tr("新建轮次"),
        )
        for part in (self.model, self.form, self.notice, self.files):
            part.retranslate()

    def show_round(self, record: str = "") -> None:
        """Load the list; go to that round, else stay where one is."""
        self._wanted = record
        if self._stale or record:
            self._load()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Something was written: load again what it touched."""
        touched = {*changes.get("records", {}), *changes.get("bulk", ())}
        if not touched & _CONCERN:
            return
        if not self.isVisible():
            self._stale = True
        elif "round" in touched:
            self._load()
        elif self._current:
            self._load_row()

    def begin(self) -> None:
        """A new round."""
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self._current, self._row = "", None
        self._ops.forget(self, "row")
        self.whole.setCurrentIndex(0)
        self.tabs.setCurrentIndex(FORM)
        self.form.start_new()
        self._show(None)

    def _load(self) -> None:
        self._stale = False
        self._ops.run(
            "round.list", owner=self, place="list", on_result=self._rows_came, on_fault=self.message.show_fault
        )

    def _rows_came(self, rows: list[Row]) -> None:
        wanted, self._wanted = self._wanted or self._current, ""
        new = not self._current and self.form.record() == "" and self.form.form.is_edited()
        self.model.set_rows(rows)
        if not rows or (new and not wanted):  # a new one is being typed
            self.whole.setCurrentIndex(0 if new or rows else 1)
            return
        self.whole.setCurrentIndex(0)
        place = max(self.model.place(wanted), 0)
        self.table.selectRow(place)
        if rows[place]["id"] == self._current or self.model.rows()[place]["id"] == self._current:
            self._load_row()

    def _row_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = self.model.row(index)
        if row is None or row["id"] == self._current:
            return
        self._current = row["id"]
        self.message.clear()
        self.form.show_record(row["id"])
        self._load_row()

    def _load_row(self) -> None:
        self._ops.forget(self, "row")
        if self._current:
            self._ops.run("round.show", owner=self, place="row", id=self._current, on_result=self._row_came)

    def _row_came(self, row: dict[str, Any]) -> None:
        self._row = row
        self.form.refresh()
        self._show(row)

    def _show(self, row: dict[str, Any] | None) -> None:
        self.notice.show_round(row)
        self.files.show_round(row)
        for place in (TABLE, FILES):
            self.tabs.setTabEnabled(place, row is not None)
        ready = bool(row and row["pack"] and row["period"])
        self.evaluate.setEnabled(ready)
        self.start.setEnabled(ready)

    def _told(self, words: str) -> None:
        if words:
            self.message.show_text("warn", words)
        else:
            self.message.clear()

    def _saved(self, record: str) -> None:
        self._current = record
        self._wanted = record
        self._desk.notify(tr("已保存申报轮次。"))

    def _gone(self) -> None:
        self._current, self._row = "", None
        self._ops.forget(self, "row")
        self._show(None)
        self._load()

    def _evaluate(self) -> None:
        if self._row:
            self._desk.open_page("evaluation", pack=self._row["pack"], period=self._row["period"])


def _about(row: Row) -> str:
    return spaced(row["title"], row["number"], row["issuer"], row["period"])


def _next_due(row: Row) -> str:
    return str((row["next"] or {}).get("due") or "").replace("T", " ")


def _next_icon(row: Row) -> QIcon | None:
    """A step that is past and was not marked as done."""
    due = _next_due(row)
    return state_icon("warn") if due and due < today().isoformat() else None


def _next_step(row: Row) -> str:
    late = tr("已过期限") if _next_icon(row) else ""
    return spaced(_next_due(row), row["next"]["name"], late) if row["next"] else ""
