"""The cases page: list, detail beside it, new case, quick record."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info
from desktop.look import GRID
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.cases.detail import CaseDetail
from desktop.widgets.basics import CalmCombo, EmptyState, primary
from desktop.widgets.recordtable import RecordTable
from policy.i18n import tr

COLUMNS = ("no", "title", "track", "outcome", "estimate", "next_on", "next_action")


class CasesPage(Page):
    NAME = "cases"
    ICON = "briefcase"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.model = RecordsModel(ops, "case", desk.settings.get("columns.case") or COLUMNS, self)
        self.empty = EmptyState("briefcase")
        self.empty.acted.connect(self.start_new)
        self.table = RecordTable(ops, self.model, self.empty)
        self._codes = ["", *(choice.code for choice in kind_info("case").field("outcome").choices)]
        self.outcome = CalmCombo()
        self.outcome.addItems([""] * len(self._codes))
        self.outcome.currentIndexChanged.connect(self._outcome_chosen)
        self.new = primary()
        self.new.clicked.connect(self.start_new)
        self.table.tools.addWidget(self.outcome)
        self.table.tools.addWidget(self.new)
        self.detail = CaseDetail(ops, desk)
        self.detail.hide()
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.table)
        self.split.addWidget(self.detail)
        self.split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 2, 0, GRID * 2, GRID)
        layout.addWidget(self.split)
        self.table.current_changed.connect(self._show)
        self.table.columns_chosen.connect(lambda names: desk.settings.set("columns.case", names))
        self.detail.saved.connect(self.table.select)
        self.detail.deleted.connect(lambda _record: self._deleted())
        self.detail.abandoned.connect(self.detail.hide)
        self.model.load()

    @classmethod
    def title(cls) -> str:
        return tr("案件")

    def retranslate(self) -> None:
        field = kind_info("case").field("outcome")
        for place, code in enumerate(self._codes):
            self.outcome.setItemText(place, choice_label(field, code) if code else tr("全部结果"))
        self.outcome.setAccessibleName(tr("按结果筛选"))
        self.new.setText(tr("新案件"))
        self.empty.set_texts(
            tr("还没有案件"), tr("从一条线索开始：建一个案件，之后每次联系用“快速记录”补上。"), tr("新案件")
        )
        self.table.retranslate()
        self.detail.retranslate()

    def arrive(self, **arguments: Any) -> None:
        """`kind` and `id` of a record to show; `start` "new"."""
        if arguments.get("start") == "new":
            self.start_new()
        elif arguments.get("id"):
            self._open(str(arguments.get("kind") or "case"), str(arguments["id"]))

    def changes_came(self, changes: dict[str, Any]) -> None:
        self.model.changes_came(changes)
        self.detail.changes_came(changes)

    def start_new(self) -> None:
        """A case by hand."""
        self._reveal()
        self.detail.start_new()

    def _outcome_chosen(self, place: int) -> None:
        code = self._codes[place]
        self.table.show_where({"outcome": code} if code else {})

    def _show(self, record: str, kind: str = "") -> None:
        self._reveal()
        self.detail.show_case(record, kind)

    def _deleted(self) -> None:
        self.detail.hide()
        self.desk.notify(tr("已删除；按 Ctrl+Z 可以撤销。"))

    def _reveal(self) -> None:
        if self.detail.isHidden():
            self.detail.show()
            half = self.split.width() // 2
            self.split.setSizes([half, half])

    def _open(self, kind: str, record: str) -> None:
        if kind == "case":
            self.table.select(record)
            self._show(record)
            return

        def came(row: dict[str, Any]) -> None:
            if kind == "receipt" and row.get("contract"):
                self._open("contract", row["contract"])
            elif row.get("case"):
                self.table.select(row["case"])
                self._show(row["case"], kind)
            else:
                self.desk.notify(tr("这条记录还没有归到案件。"))

        self.ops.run("records.get", owner=self, on_result=came, on_fault=self.desk.show_fault, kind=kind, id=record)
