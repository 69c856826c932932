"""机构能力: the four capabilities with their proofs, deals proven and not proven apart, and the yearly cap."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from desktop.look import GRID, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.awards import award_text
from desktop.pages.calculators.periodtab import behind, record_columns
from desktop.pages.calculators.tab import Row, Tab, basis, marks
from desktop.pages.evaluation.words import VERDICTS
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.widgets.basics import CalmCombo, heading, quiet
from desktop.widgets.room import Panes
from policy.dates import today
from policy.i18n import clauses, labelled, mark, spaced, tr

_FIGURES = ("proven", "amount", "tech", "unproven")
_YEARS = 4


class AgencyTab(Tab):
    """What supports our case as an agency; none of it is a condition, and it says so."""

    TITLE = mark("机构能力")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._answer: Row | None = None
        self.year, self._year_label = CalmCombo(), QLabel()
        self._year_label.setBuddy(self.year)
        for back in range(_YEARS):
            self.year.addItem(str(today().year - back))
        self.year.activated.connect(lambda _place: self._ask())
        self._heads = {name: heading() for name in ("capabilities", "figures", "rows")}
        self._basis, self._award = quiet(), quiet()
        self.capabilities = RowsModel(
            (
                Column(lambda: tr("能力"), lambda row: row["title"]),
                Column(lambda: tr("有无"), _has, icon=lambda row: state_icon(VERDICTS[row["state"]][1])),
                Column(lambda: tr("佐证"), lambda row: tr("{n} 份", n=row["evidence"]), right=True),
                Column(lambda: tr("说明"), lambda row: row["note"], most=40),
            ),
            self,
        )
        self.figures = RowsModel(
            (
                Column(lambda: tr("数量"), lambda row: row["title"]),
                Column(lambda: tr("数值"), lambda row: row["value"], right=True),
                Column(lambda: tr("未填"), lambda row: str(row["blanks"] or ""), right=True),
            ),
            self,
        )
        self.rows = RowsModel(record_columns(), self)
        self.capability_table = table_view(self.capabilities, stretch=0)
        self.figure_table = table_view(self.figures, stretch=0)
        self.row_table = table_view(self.rows, stretch=0)
        self.figure_table.selectionModel().currentRowChanged.connect(lambda: self._show_rows())
        opens(self.row_table, lambda row: self.desk.open_record(row["kind"], row["record"]))
        self._lay_out()

    def retranslate(self) -> None:
        self._year_label.setText(tr("年度"))
        self.year.setAccessibleName(tr("年度"))
        self._heads["capabilities"].setText(tr("四项能力（佐证，不是条件）"))
        self._heads["figures"].setText(tr("促成合同：有证明的与未证明的分开计"))
        self._heads["rows"].setText(tr("计入的记录"))
        self.capability_table.setAccessibleName(self._heads["capabilities"].text())
        self.figure_table.setAccessibleName(self._heads["figures"].text())
        self.row_table.setAccessibleName(self._heads["rows"].text())
        for model in (self.capabilities, self.figures, self.rows):
            model.retranslate()
        if self._answer is not None:
            self._ask()

    def arrive(self, **_arguments: Any) -> None:
        self._ask()

    def refresh(self) -> None:
        self._ask()

    def _ask(self) -> None:
        self.ask("agencysheet.show", self._came, year=self.year.currentText())

    def _came(self, answer: Row) -> None:
        self._answer = answer
        self.capabilities.set_rows([{**one, "id": one["title"]} for one in answer["capabilities"]])
        self.figures.set_rows([{**answer[name], "id": name} for name in _FIGURES])
        if not self.figure_table.currentIndex().isValid():
            self.figure_table.selectRow(0)
        if answer["basis"]:
            self._basis.setText(spaced(basis(answer["basis"]), clauses(answer["basis"]["notes"])))
        award = answer["award"]
        if award:
            told = labelled(award["title"], award_text(award))
            self._award.setText(spaced(told, basis(award), marks(award), clauses(award["notes"])))
        self._show_rows()

    def _show_rows(self) -> None:
        row = self.figures.row(self.figure_table.currentIndex())
        self.rows.set_rows(behind([row]) if row else [])

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._year_label)
        top.addWidget(self.year)
        top.addWidget(self._award, 1)
        upper = QWidget()
        above = QVBoxLayout(upper)
        above.setContentsMargins(0, 0, 0, 0)
        above.addWidget(self._heads["capabilities"])
        above.addWidget(self._basis)
        above.addWidget(self.capability_table, 1)
        lower = Panes()
        for name, view in (("figures", self.figure_table), ("rows", self.row_table)):
            part = QWidget()
            inside = QVBoxLayout(part)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(self._heads[name])
            inside.addWidget(view, 1)
            lower.addWidget(part)
        split = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        split.addWidget(upper)
        split.addWidget(lower)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)


def _has(row: Row) -> str:
    return {"pass": tr("有"), "fail": tr("无"), "unknown": tr("未填"), "info": tr("参考")}[row["state"]]
