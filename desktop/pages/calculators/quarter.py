"""赛马比拼: the quarter's figures of each university, what a rate is made of, and the major results with reasons."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.periodtab import PeriodTab, behind, chosen_period, figure_text
from desktop.pages.calculators.tab import Row, basis, marked, marks, workbook_kind
from desktop.pages.evidence.rows import Column, RowsModel
from desktop.widgets.basics import heading
from desktop.widgets.room import Panes
from policy.i18n import clauses, labelled, mark, tr


class QuarterTab(PeriodTab):
    """A row per university and indicator; below the records it counts, and the major results."""

    TITLE = mark("赛马比拼")
    SERVICE, PERIODS = "quarterly.sheet", "Q"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, _columns(), parent)
        self.export = QPushButton()
        self.export.clicked.connect(lambda _checked=False: self._export())
        self.major = RowsModel(
            (
                Column(lambda: tr("重大成果"), lambda row: row["title"]),
                Column(lambda: tr("转化日期"), lambda row: row["date"]),
                Column(lambda: tr("理由"), lambda row: row["reason"] or tr("理由未填"), most=60),
            ),
            self,
        )
        self.major_table = self.opening(self.major, stretch=0)
        self._heads = (heading(), heading())
        lower = Panes()
        for head, view in zip(self._heads, (self.rows_table, self.major_table), strict=True):
            part = QWidget()
            inside = QVBoxLayout(part)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(head)
            inside.addWidget(view, 1)
            lower.addWidget(part)
        self.lay_out(lower, self.export)

    def retranslate(self) -> None:
        self.period_label.setText(tr("季度"))
        self.export.setText(tr("导出工作簿"))
        self._heads[0].setText(tr("计入的记录"))
        self._heads[1].setText(tr("重大成果"))
        self.table.setAccessibleName(tr("各高校指标"))
        self.major_table.setAccessibleName(tr("重大成果"))
        self.major.retranslate()
        super().retranslate()

    def rows_of(self, answer: Row) -> list[Row]:
        rows = [
            {**head, **cell, "id": f"{university['id']}/{place}", "university": university}
            for university in answer["rows"]
            for place, (head, cell) in enumerate(zip(answer["columns"], university["cells"], strict=True))
            if cell is not None
        ]
        self.export.setEnabled(bool(rows))
        self.said.setText("" if rows else tr("还没有登记高等院校；登记后按季度列出各校指标。"))
        return rows

    def show_chosen(self, row: Row | None) -> None:
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
