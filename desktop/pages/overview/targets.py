"""Targets as bars against our own share, and below the chosen one the records that were counted for it."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.pages.overview.owntarget import OwnTarget
from desktop.widgets.barchart import Bar, BarChart
from desktop.widgets.basics import quiet
from policy.i18n import labelled, sentences, spaced, tr

_LINES = 6  # of the records counted, before their table scrolls
Row = dict[str, Any]


class Targets(QWidget):
    """`opened(kind, id)` a record that was counted; `judged(pack, rule)` where all that is behind it stands;
    `clause_asked(pack, rule)`; `removed(id)` one of our own is to go."""

    opened = Signal(str, str)
    judged = Signal(str, str)
    clause_asked = Signal(str, str)
    removed = Signal(str)

    def __init__(self, year: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._year = year
        self._targets: dict[str, Row] = {}
        self._chosen = ""
        self.chart = BarChart()
        self.chart.opened.connect(self.choose)
        self.said = quiet()
        self.all = QToolButton()
        self.all.setCheckable(True)
        self.all.toggled.connect(lambda _on: self._show())
        self.counted = quiet()
        self.rows = RowsModel(
            (
                Column(lambda: tr("计入的记录"), lambda row: row["title"]),
                Column(lambda: tr("日期"), lambda row: row["date"]),
            ),
            self,
        )
        self.table = table_view(self.rows, stretch=0)
        self.table.setFixedHeight(self.table.fontMetrics().height() * 2 * _LINES)
        opens(self.table, lambda row: self.opened.emit(row["kind"], row["record"]))
        self.judge, self.clause, self.remove = QPushButton(), QPushButton(), QPushButton()
        self.own = OwnTarget()
        self.judge.clicked.connect(lambda _checked=False: self._tell(self.judged))
        self.clause.clicked.connect(lambda _checked=False: self._tell(self.clause_asked))
        self.remove.clicked.connect(lambda _checked=False: self.removed.emit(self._targets[self._chosen]["record"]))
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.judge)
        row.addWidget(self.clause)
        row.addWidget(self.remove)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for part in (self.chart, self.counted, self.table, self._buttons, self.said, self.all, self.own):
            layout.addWidget(part)
        self._show()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.chart.setAccessibleName(tr("年度目标"))
        self.table.setAccessibleName(tr("计入的记录"))
        self.judge.setText(tr("在评价里看"))
        self.clause.setText(tr("看条款原文"))
        self.remove.setText(tr("删除这个目标"))
        self.own.retranslate()
        self.rows.retranslate()
        self._show()

    def set_rows(self, rows: list[Row]) -> None:
        """Rows as `targets.list` answers them."""
        self._targets = {row["key"]: row for row in rows}
        self._show()

    def choose(self, key: str) -> None:
        """Show what was counted for a target; the same again folds it away."""
        self._chosen = "" if key == self._chosen else key
        self._show_counted()
        if self._chosen and self.rows.rows():
            self.table.setFocus()

    def _show(self) -> None:
        """Those that are ours, that we share or have figures for; all of them when asked for."""
        rows = list(self._targets.values())
        ours = [row for row in rows if row["ours"] is not None or row["value"]]
        shown = rows if self.all.isChecked() else ours
        self.chart.set_bars(tuple(_bar(row) for row in shown))
        self.chart.setVisible(bool(shown))
        self.all.setVisible(len(ours) < len(rows))
        self.all.setText(tr("全部 {n} 项", n=len(rows)))
        self.said.setText(
            sentences(
                tr("点一条看计入的记录。") if shown else tr("{year} 年尚无数据。", year=self._year),
                tr("竖线是本单位份额；全市目标只作参照。份额在“评价”里设定。"),
                tr("所据文件为征求意见稿。") if any(row["status"] == "draft" for row in shown) else "",
                tr("有的目标数值未核实。") if any(not row["verified"] for row in shown) else "",
            )
        )
        self._show_counted()

    def _show_counted(self) -> None:
        row = self._targets.get(self._chosen)
        behind = {(one["kind"], one["id"]): one for figure in (row or {}).get("figures", ()) for one in figure["rows"]}
        self.rows.set_rows([{**one, "id": f"{kind}/{id}", "record": id} for (kind, id), one in behind.items()])
        self.table.setVisible(bool(behind))
        self.counted.setVisible(row is not None)
        for button in (self.judge, self.clause):
            button.setVisible(bool(row and row["pack"]))
        self.remove.setVisible(bool(row and row["record"]))
        self._buttons.setVisible(row is not None)
        if row is None:
            return
        blanks = sum(figure["blanks"] for figure in row["figures"])
        self.counted.setText(
            sentences(
                labelled(row["title"], tr("计入 {n} 条记录", n=len(behind))),
                tr("另有 {n} 条没有填写，未计入。", n=blanks) if blanks else "",
                spaced(row["source"], row["clause"]),
            )
        )

    def _tell(self, signal: Any) -> None:
        row = self._targets[self._chosen]
        signal.emit(row["pack"], row["rule"])


def _bar(row: dict[str, Any]) -> Bar:
    """Our figure against what we hold ourselves to; a city's figure is named beside it and is never the line."""
    shown = row["value_text"] or tr("尚无数据")
    if row["scope"] in ("city", "district"):
        target = row["target_text"].removeprefix("≥")
        whose = tr("全市 {target}", target=target) if row["scope"] == "city" else tr("区县 {target}", target=target)
        share = tr("份额 {own}", own=spaced(row["ours_text"], row["progress"])) if row["ours_text"] else tr("份额未设")
        figures = " · ".join((shown, share, whose))
    else:
        figures = " · ".join(text for text in (f"{shown} / {row['target_text']}", row["progress"]) if text)
    if row["by"]:
        figures = tr("{figures}（{by} 年）", figures=figures, by=row["by"][:4])
    figures = re.sub(r"(?<![.\d])\d{5,}", lambda found: f"{int(found[0]):,}", figures)
    return Bar(row["title"], row["value"] or 0.0, row["ours"], figures, row["key"], row["target"])
