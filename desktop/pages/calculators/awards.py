"""奖补测算: every award that may be due for a period, as an upper limit, with the figure and the records behind it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QTabWidget, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.models.format import money
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Row, Tab, basis, marked, marks
from desktop.pages.evaluation.words import periods
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.widgets.basics import CalmCombo, quiet
from policy.dates import today
from policy.i18n import clauses, listed, mark, sentences, tr


class AwardsTab(Tab):
    """Above the awards, below what stands behind the one chosen and the deals that may not be claimed twice."""

    TITLE = mark("奖补测算")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._answer: Row | None = None
        self.period, self._period_label = period_box(), QLabel()
        self._period_label.setBuddy(self.period)
        self.period.activated.connect(lambda _place: self._ask())
        line = self.period.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._ask)
        self._said = quiet()
        self.model = RowsModel(_columns(), self)
        self.table = table_view(self.model, stretch=1)
        self.table.selectionModel().currentRowChanged.connect(lambda: self._show_detail())
        self.notes = quiet()
        self.rows = RowsModel(record_columns(), self)
        self.excluded = RowsModel(
            (Column(lambda: tr("合同"), lambda row: row["title"]), Column(lambda: tr("原因"), lambda row: row["why"])),
            self,
        )
        self.rows_table = table_view(self.rows, stretch=0)
        self.excluded_table = table_view(self.excluded, stretch=1)
        for view in (self.rows_table, self.excluded_table):
            opens(view, lambda row: self.desk.open_record(row["kind"], row["record"]))
        self._below = QTabWidget(documentMode=True)
        self._below.addTab(self.rows_table, "")
        self._below.addTab(self.excluded_table, "")
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._period_label)
        top.addWidget(self.period)
        top.addWidget(self._said, 1)
        lower = QWidget()
        inside = QVBoxLayout(lower)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.notes)
        inside.addWidget(self._below, 1)
        split = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        split.addWidget(self.table)
        split.addWidget(lower)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)

    def retranslate(self) -> None:
        self._period_label.setText(tr("期间"))
        self.period.setAccessibleName(tr("期间"))
        fill_periods(self.period)
        self._said.setText(tr("各项为上限，不作合计；实际金额由主管部门核定。"))
        self.table.setAccessibleName(tr("可能的奖补"))
        self.rows_table.setAccessibleName(tr("计入的记录"))
        self.excluded_table.setAccessibleName(tr("不重复计入的合同"))
        for model in (self.model, self.rows, self.excluded):
            model.retranslate()
        self._name_tabs()
        if self._answer is not None:
            self._ask()

    def arrive(self, **_arguments: Any) -> None:
        self._ask()

    def refresh(self) -> None:
        self._ask()

    def _ask(self) -> None:
        self.ask("estimate.run", self._came, period=chosen_period(self.period))

    def _came(self, answer: Row) -> None:
        self._answer = answer
        self.model.set_rows(
            [{**row, "id": f"{row['pack']}/{row['rule']}/{row['subject_id']}"} for row in answer["rows"]]
        )
        self.excluded.set_rows([{**row, "id": f"{row['id']}", "record": row["id"]} for row in answer["excluded"]])
        if answer["rows"] and not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        self._show_detail()

    def _show_detail(self) -> None:
        row = self.model.row(self.table.currentIndex())
        alternatives = row["alternatives"] if row else []
        one_of = tr("与下列各项只取其一：{titles}", titles=listed(alternatives)) if alternatives else ""
        self.notes.setText(sentences(clauses(row["notes"]) if row else "", one_of))
        self.rows.set_rows(behind(row["figures"]) if row else [])
        self._name_tabs()

    def _name_tabs(self) -> None:
        self._below.setTabText(0, tr("计入的记录 {n}", n=len(self.rows.rows())))
        self._below.setTabText(1, tr("不重复计入 {n}", n=len(self.excluded.rows())))


def period_box() -> CalmCombo:
    """A box to choose a period in, or to type one."""
    box = CalmCombo()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setMinimumContentsLength(12)
    return box


def fill_periods(box: CalmCombo, *, only: str = "") -> None:
    """The periods people ask for, in the language in force; `only` those whose text holds it (Q: quarters)."""
    before = chosen_period(box)
    box.clear()
    for text, period in periods(today()):
        if only in period:
            box.addItem(text, period)
    place = box.findData(before)
    if place >= 0 or not before:
        box.setCurrentIndex(max(0, place))
    else:
        box.setEditText(before)


def chosen_period(box: CalmCombo) -> str:
    """The period chosen or typed."""
    text = box.currentText().strip()
    place = box.findText(text)
    return str(box.itemData(place)) if place >= 0 else text


def behind(figures: list[Row]) -> list[Row]:
    """The records behind figures as rows of a table, each once."""
    return [
        {"id": f"{figure['name']}/{row['id']}", "record": row["id"], "figure": figure["title"], **_shown(row)}
        for figure in figures
        for row in figure["rows"]
    ]


def _shown(row: Row) -> Row:
    return {"kind": row["kind"], "title": row["title"], "date": row["date"]}


def record_columns() -> tuple[Column, ...]:
    """Title, date and the figure a record counts in."""
    return (
        Column(lambda: tr("记录"), lambda row: row["title"]),
        Column(lambda: tr("日期"), lambda row: row["date"]),
        Column(lambda: tr("计入"), lambda row: row["figure"]),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(lambda: tr("对象"), lambda row: row["subject"], most=18),
        Column(lambda: tr("奖补"), lambda row: row["title"]),
        Column(lambda: tr("数值"), figure_text, right=True),
        Column(lambda: tr("上限"), award_text, right=True),
        Column(lambda: tr("标记"), marks, icon=marked),
        Column(lambda: tr("依据"), basis, most=22),
    )


def figure_text(row: Row) -> str:
    """The figure with its unit, a dash where none is known."""
    return f"{row['value']} {row['unit']}".strip() if row["value"] else "—"


def award_text(row: Row) -> str:
    """最高 300 万元, or that a figure is missing."""
    return tr("缺数据") if row["max_fen"] is None else tr("最高 {amount} 万元", amount=money(row["max_fen"]))
