"""赛马比拼: the quarter's figures of each university, what a rate is made of, and the major results with reasons."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.awards import (
    behind,
    chosen_period,
    figure_text,
    fill_periods,
    period_box,
    record_columns,
)
from desktop.pages.calculators.tab import Row, Tab, basis, marked, marks, workbook_kind
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.widgets.basics import heading, quiet
from desktop.widgets.room import Panes
from policy.i18n import clauses, labelled, mark, tr


class QuarterTab(Tab):
    """A row per university and indicator; below the records it counts, and the major results."""

    TITLE = mark("赛马比拼")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._answer: Row | None = None
        self.period, self._period_label = period_box(), QLabel()
        self._period_label.setBuddy(self.period)
        self.period.activated.connect(lambda _place: self._ask())
        line = self.period.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._ask)
        self.export = QPushButton()
        self.export.clicked.connect(lambda _checked=False: self._export())
        self._said = quiet()
        self.model = RowsModel(_columns(), self)
        self.table = table_view(self.model, stretch=1)
        self.table.selectionModel().currentRowChanged.connect(lambda: self._show_detail())
        self.rows = RowsModel(record_columns(), self)
        self.rows_table = table_view(self.rows, stretch=0)
        self.major = RowsModel(
            (
                Column(lambda: tr("重大成果"), lambda row: row["title"]),
                Column(lambda: tr("转化日期"), lambda row: row["date"]),
                Column(lambda: tr("理由"), lambda row: row["reason"] or tr("理由未填"), most=60),
            ),
            self,
        )
        self.major_table = table_view(self.major, stretch=0)
        for view in (self.rows_table, self.major_table):
            opens(view, lambda row: self.desk.open_record(row["kind"], row["record"]))
        self._heads = (heading(), heading())
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._period_label)
        top.addWidget(self.period)
        top.addWidget(self._said, 1)
        top.addWidget(self.export)
        lower = Panes()
        for head, view in zip(self._heads, (self.rows_table, self.major_table), strict=True):
            part = QWidget()
            inside = QVBoxLayout(part)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(head)
            inside.addWidget(view, 1)
            lower.addWidget(part)
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
        self._period_label.setText(tr("季度"))
        self.period.setAccessibleName(tr("季度"))
        fill_periods(self.period, only="Q")
        self.export.setText(tr("导出工作簿"))
        self._heads[0].setText(tr("计入的记录"))
        self._heads[1].setText(tr("重大成果"))
        self.table.setAccessibleName(tr("各高校指标"))
        self.rows_table.setAccessibleName(tr("计入的记录"))
        self.major_table.setAccessibleName(tr("重大成果"))
        for model in (self.model, self.rows, self.major):
            model.retranslate()
        if self._answer is not None:
            self._ask()

    def arrive(self, **_arguments: Any) -> None:
        self._ask()

    def refresh(self) -> None:
        self._ask()

    def _ask(self) -> None:
        self.ask("quarterly.sheet", self._came, period=chosen_period(self.period))

    def _came(self, answer: Row) -> None:
        self._answer = answer
        rows = [
            {**head, **cell, "id": f"{university['id']}/{place}", "university": university}
            for university in answer["rows"]
            for place, (head, cell) in enumerate(zip(answer["columns"], university["cells"], strict=True))
            if cell is not None
        ]
        self.model.set_rows(rows)
        self.export.setEnabled(bool(rows))
        self._said.setText("" if rows else tr("还没有登记高等院校；登记后按季度列出各校指标。"))
        if rows and not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        self._show_detail()

    def _show_detail(self) -> None:
        row = self.model.row(self.table.currentIndex())
        self.rows.set_rows(behind(row["measures"]) if row else [])
        major = row["university"]["major"] if row else []
        self.major.set_rows([{**one, "kind": "achievement", "record": one["id"]} for one in major])

    def _export(self) -> None:
        period = chosen_period(self.period)
        self.save_as("quarterly.export", tr("赛马比拼 {period}.xlsx", period=period), workbook_kind(), period=period)


def _columns() -> tuple[Column, ...]:
    return (
        Column(lambda: tr("高校"), lambda row: row["university"]["name"], most=20),
        Column(lambda: tr("指标"), lambda row: row["title"]),
        Column(lambda: tr("数值"), figure_text, right=True),
        Column(
            lambda: tr("由来"),
            lambda row: clauses(labelled(one["title"], one["value"]) for one in row["measures"]),
            tip=lambda row: clauses((*(labelled(m["title"], m["value"]) for m in row["measures"]), *row["notes"])),
            most=44,
        ),
        Column(lambda: tr("标记"), marks, icon=marked),
        Column(lambda: tr("依据"), basis, most=16),
    )
