"""奖补测算: every award that may be due for a period, as an upper limit, with the figure and the records behind it."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.models.format import money
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.periodtab import PeriodTab, behind, figure_text
from desktop.pages.calculators.tab import Row, basis, marked, marks
from desktop.pages.evidence.rows import Column, RowsModel
from desktop.widgets.basics import quiet
from policy.i18n import clauses, listed, mark, sentences, tr


class AwardsTab(PeriodTab):
    """Above the awards, below what stands behind the one chosen and the deals that may not be claimed twice."""

    TITLE = mark("奖补测算")
    SERVICE = "estimate.run"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, _columns(), parent)
        self.notes = quiet()
        self.excluded = RowsModel(
            (Column(lambda: tr("合同"), lambda row: row["title"]), Column(lambda: tr("原因"), lambda row: row["why"])),
            self,
        )
        self.excluded_table = self.opening(self.excluded, stretch=1)
        self._below = QTabWidget(documentMode=True)
        self._below.addTab(self.rows_table, "")
        self._below.addTab(self.excluded_table, "")
        lower = QWidget()
        inside = QVBoxLayout(lower)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.notes)
        inside.addWidget(self._below, 1)
        self.lay_out(lower)

    def retranslate(self) -> None:
        self.period_label.setText(tr("期间"))
        self.said.setText(tr("各项为上限，不作合计；实际金额由主管部门核定。"))
        self.table.setAccessibleName(tr("可能的奖补"))
        self.excluded_table.setAccessibleName(tr("不重复计入的合同"))
        self.excluded.retranslate()
        self._name_tabs()
        super().retranslate()

    def rows_of(self, answer: Row) -> list[Row]:
        self.excluded.set_rows([{**row, "record": row["id"]} for row in answer["excluded"]])
        return [{**row, "id": f"{row['pack']}/{row['rule']}/{row['subject_id']}"} for row in answer["rows"]]

    def show_chosen(self, row: Row | None) -> None:
        alternatives = row["alternatives"] if row else []
        one_of = tr("与下列各项只取其一：{titles}", titles=listed(alternatives)) if alternatives else ""
        self.notes.setText(sentences(clauses(row["notes"]) if row else "", one_of))
        self.rows.set_rows(behind(row["figures"]) if row else [])
        self._name_tabs()

    def _name_tabs(self) -> None:
        self._below.setTabText(0, tr("计入的记录 {n}", n=len(self.rows.rows())))
        self._below.setTabText(1, tr("不重复计入 {n}", n=len(self.excluded.rows())))


def _columns() -> tuple[Column, ...]:
    return (
        Column(lambda: tr("对象"), lambda row: row["subject"], most=18),
        Column(lambda: tr("奖补"), lambda row: row["title"]),
        Column(lambda: tr("数值"), figure_text, right=True),
        Column(lambda: tr("上限"), award_text, right=True),
        Column(lambda: tr("标记"), marks, icon=marked),
        Column(lambda: tr("依据"), basis, most=22),
    )


def award_text(row: Row) -> str:
    """最高 300 万元, or that a figure is missing."""
    return tr("缺数据") if row["max_fen"] is None else tr("最高 {amount} 万元", amount=money(row["max_fen"]))
