"""The mentors of a carrier with the firms they look after, and the tenants without one: assigned and ended in place."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, RowsModel, RowsView, opens, table_view
from desktop.widgets.basics import heading, primary
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Panes
from policy.i18n import clauses, spaced, tr

Row = dict[str, Any]


class MentorsTab(QWidget):
    """Mentors left; right the firms of the one chosen and the tenants that nobody looks after."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__()
        self._ops, self._carrier = ops, ""
        self.message = MessageBar(self)
        self.terms_model = RowsModel(
            (
                Column(lambda: tr("导师"), lambda row: str(row["name"]),
                       icon=lambda row: state_icon("good" if row["now"] else "unknown")),
                Column(lambda: tr("聘期"), _span),
                Column(lambda: tr("在聘"), lambda row: tr("是") if row["now"] else tr("否")),
                Column(lambda: tr("企业数"), lambda row: str(_current(row)), order=_current, right=True),
            ),
            self,
        )  # fmt: skip
        self.firms_model = RowsModel(
            (
                Column(lambda: tr("企业"), lambda row: str(row["name"]),
                       icon=lambda row: state_icon("good" if row["now"] else "unknown")),
                Column(lambda: tr("起止"), _span),
            ),
            self,
        )  # fmt: skip
        self.without_model = RowsModel((Column(lambda: tr("企业"), lambda row: str(row["name"])),), self)
        self.terms = table_view(self.terms_model, stretch=0)
        self.firms = table_view(self.firms_model, stretch=0)
        self.without = table_view(self.without_model, stretch=0)
        self.without.setSelectionMode(RowsView.SelectionMode.ExtendedSelection)
        opens(self.terms, lambda row: desk.open_record("mentor_term", row["id"]))
        opens(self.firms, lambda row: desk.open_record("firm", row["firm"]))
        opens(self.without, lambda row: desk.open_record("firm", row["id"]))
        self.terms.selectionModel().currentRowChanged.connect(lambda index, _: self._chosen(index))
        self.assign, self.end = primary(), QPushButton()
        self.assign.clicked.connect(lambda _checked=False: self._assign())
        self.end.clicked.connect(lambda _checked=False: self._end())
        self._heads: tuple[QLabel, QLabel, QLabel] = (heading(), heading(), heading())
        left, right = QWidget(), QWidget()
        one, other = QVBoxLayout(left), QVBoxLayout(right)
        for column in (one, other):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(GRID // 2)
        one.addWidget(self._heads[0])
        one.addWidget(self.terms, 1)
        for head, table, button in (
            (self._heads[1], self.firms, self.end),
            (self._heads[2], self.without, self.assign),
        ):
            row = QHBoxLayout()
            row.addWidget(head, 1)
            row.addWidget(button)
            other.addLayout(row)
            other.addWidget(table, 1)
        split = Panes()
        split.addWidget(left)
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        titles = (tr("导师"), tr("辅导的企业"), tr("还没有导师的在孵企业"))
        for head, table, text in zip(self._heads, (self.terms, self.firms, self.without), titles, strict=True):
            head.setText(text)
            table.setAccessibleName(text)
        self.assign.setText(tr("安排给这位导师"))
        self.end.setText(tr("结束辅导"))
        for model in (self.terms_model, self.firms_model, self.without_model):
            model.retranslate()

    def show_parent(self, record: str) -> None:
        """The mentors of this carrier."""
        if record != self._carrier:
            for model in (self.terms_model, self.without_model, self.firms_model):
                model.set_rows([])  # nobody of another carrier can be assigned here
        self._carrier = record

        def came(told: Row) -> None:
            current = self.terms_model.row(self.terms.currentIndex())
            self.terms_model.set_rows(told["terms"])
            self.without_model.set_rows(told["without"])
            if told["terms"]:
                self.terms.selectRow(max(self.terms_model.place(current["id"]), 0) if current else 0)
            self._chosen(self.terms.currentIndex())

        self._ops.run(
            "mentor.terms",
            owner=self,
            place="terms",
            on_result=came,
            on_fault=self.message.show_fault,
            carrier=record,
        )

    def changes_came(self, _changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        if self._carrier:
            self.show_parent(self._carrier)

    def _chosen(self, index: QModelIndex) -> None:
        term = self.terms_model.row(index)
        self.firms_model.set_rows(term["firms"] if term is not None else [])
        self.assign.setEnabled(term is not None)
        self.end.setEnabled(bool(term and term["firms"]))

    def _assign(self) -> None:
        term = self.terms_model.row(self.terms.currentIndex())
        firms = [
            row["id"]
            for index in self.without.selectionModel().selectedRows()
            if (row := self.without_model.row(index))
        ]
        if term is None or not firms:
            self.message.show_text("info", tr("先选中一位导师，再在右下选中要安排的企业。"))
            return

        def done(answer: Row) -> None:
            if answer["warnings"]:
                self.message.show_text("warn", clauses(answer["warnings"]))

        self._ops.run(
            "mentor.assign", owner=self, on_result=done, on_fault=self.message.show_fault, term=term["id"], firms=firms
        )

    def _end(self) -> None:
        link = self.firms_model.row(self.firms.currentIndex())
        if link is None:
            self.message.show_text("info", tr("先选中一家企业。"))
            return
        self._ops.run("mentor.end", owner=self, on_fault=self.message.show_fault, id=link["id"])


def _span(row: Row) -> str:
    return spaced(row["starts_on"], tr("至 {day}", day=row["ends_on"]) if row["ends_on"] else "")


def _current(row: Row) -> int:
    return sum(bool(one["now"]) for one in row["firms"])
