"""What the year counts: distinct people by scope, with another's figure beside as what ours is a share of."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.widgets.barchart import Bar, BarChart
from desktop.widgets.basics import CalmCombo, heading, quiet
from desktop.widgets.message import MessageBar
from policy.dates import today
from policy.i18n import clauses, labelled, spaced, tr

_KINDS = frozenset({"certificate", "programme", "person", "session", "enrolment", "target", "attendance"})
_YEARS = 6
_TOLD = ("programmes", "sessions", "enrolments", "people", "passed", "certificates")


class Counters(QWidget):
    """Bars of the year, the people behind the one chosen, and the hours of the year by person."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__()
        self._ops, self._desk = ops, desk
        self._answer: dict[str, Any] = {}
        self._key, self._stale = "", True
        self._latest = True  # until a year was chosen or shown: the latest with anything in it
        self.message = MessageBar(self)
        self.year = CalmCombo()
        for back in range(_YEARS):
            self.year.addItem(str(today().year - back), str(today().year - back))
        self.year.currentIndexChanged.connect(lambda _place: self._choose_year())
        self._year_label, self.told = QLabel(), quiet()
        self._year_label.setBuddy(self.year)
        self.chart = BarChart()
        self.chart.opened.connect(self._choose)
        self._scopes = quiet()
        self._people_title, self._hours_title = heading(), heading()
        self.people = RowsModel(
            (
                Column(lambda: tr("姓名"), lambda row: row["title"]),
                Column(lambda: tr("班次或证书"), lambda row: row["value"]),
                Column(lambda: tr("首次结业"), lambda row: row["date"]),
            ),
            self,
        )
        self.table = table_view(self.people, stretch=1)
        opens(self.table, lambda row: self._desk.open_record("certificate", row["id"]))
        self.hours = RowsModel(
            (
                Column(lambda: tr("姓名"), lambda row: row["name"]),
                Column(
                    lambda: tr("学时"), lambda row: row["total"], order=lambda row: float(row["total"]), right=True
                ),
                Column(
                    lambda: tr("其中继续教育"), lambda row: row["continuing"],
                    order=lambda row: float(row["continuing"]), right=True,
                ),
                Column(lambda: tr("班次"), lambda row: clauses(row["classes"])),
            ),
            self,
        )  # fmt: skip
        self.hours_table = table_view(self.hours, stretch=3)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._year_label)
        top.addWidget(self.year)
        top.addWidget(self.told, 1)
        left, right = QVBoxLayout(), QVBoxLayout()
        for side in (left, right):
            side.setSpacing(GRID)
        left.addWidget(self.chart)
        left.addWidget(self._scopes)
        left.addStretch(1)
        right.addWidget(self._people_title)
        right.addWidget(self.table, 1)
        right.addWidget(self._hours_title)
        right.addWidget(self.hours_table, 1)
        both = QHBoxLayout()
        both.setSpacing(GRID * 3)
        both.addLayout(left, 1)
        both.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addLayout(top)
        layout.addLayout(both, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._year_label.setText(tr("年度"))
        self.year.setAccessibleName(tr("年度"))
        self.chart.setAccessibleName(tr("年度人数"))
        self.table.setAccessibleName(tr("计入的人"))
        self.hours_table.setAccessibleName(tr("年度学时"))
        self._hours_title.setText(tr("本年学时（按课次日期）"))
        self.people.retranslate()
        self.hours.retranslate()
        self._show()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Ask again when it is looked at, or now where it is."""
        if _KINDS & {*(changes.get("records") or {}), *(changes.get("bulk") or ())}:
            self._stale = True
            if self.isVisible():
                self.look()

    def look(self) -> None:
        """The tab is being looked at."""
        if self._stale:
            self._ask()

    def _choose_year(self) -> None:
        self._latest = False
        self._ask()

    def _ask(self) -> None:
        self._stale = False
        fault = self.message.show_fault

        def hours_came(rows: list[dict[str, Any]]) -> None:
            self.hours.set_rows([{**row, "id": row["person"]} for row in rows])

        def came(answer: dict[str, Any]) -> None:
            self._answer, self._latest = answer, False
            with QSignalBlocker(self.year):
                if self.year.findData(answer["year"]) < 0:
                    self.year.addItem(answer["year"], answer["year"])
                self.year.setCurrentIndex(self.year.findData(answer["year"]))
            self._show()
            self._ops.run(
                "training.year_hours",
                owner=self,
                place="answer",
                on_result=hours_came,
                on_fault=fault,
                year=answer["year"],
            )

        year = "" if self._latest else str(self.year.currentData())
        self._ops.run("training.counters", owner=self, place="answer", on_result=came, on_fault=fault, year=year)

    def _show(self) -> None:
        answer = self._answer
        if not answer:
            return
        self.told.setText(
            tr(
                "{programmes} 个班，{sessions} 个课次，报名 {enrolments} 人次（{people} 人），结业 {passed} 人，"
                "证书 {certificates} 份；下面按人计，不按人次",
                **{name: answer[name] for name in _TOLD},
            )
        )
        self.chart.set_bars(tuple(_bar(one) for one in answer["figures"]))
        self._choose(self._key or answer["figures"][0]["measure"])

    def _choose(self, key: str) -> None:
        self._key = key
        figure = next(one for one in self._answer["figures"] if one["measure"] == key)
        self.people.set_rows(figure["people"])
        self._people_title.setText(spaced(figure["title"], _counted(figure)))
        lines = [
            labelled(
                one["title"],
                clauses(
                    part
                    for part in (
                        one["target_text"],
                        tr("本单位分担 {n}", n=one["ours_text"]) if one["ours_text"] else "",
                        one["clause"],
                    )
                    if part
                ),
            )
            for one in figure["scopes"]
        ]
        blanks = [tr("{n} 人的单位性质或班次未填，没有计入", n=figure["blanks"])] if figure["blanks"] else []
        self._scopes.setText("\n".join([*lines, *blanks]))


def _counted(figure: dict[str, Any]) -> str:
    return tr("无数据") if figure["value"] is None else tr("{n} 人", n=figure["value"])


def _bar(figure: dict[str, Any]) -> Bar:
    """A city's or district's figure is the whole our bar is a part of; a line stands only at a target of our own."""
    others = [one for one in figure["scopes"] if one["scope"] in ("city", "district")]
    whole = others[0] if others else None
    told = [_counted(figure)]
    told += (
        [tr("全市 {n}", n=whole["target_text"]) if whole["scope"] == "city" else whole["target_text"]] if whole else []
    )
    told += [tr("未计入 {n} 人", n=figure["blanks"])] if figure["blanks"] else []
    own = next((one["target"] for one in figure["scopes"] if one["scope"] not in ("city", "district")), None)
    return Bar(
        figure["title"], float(figure["value"] or 0), own, clauses(told), figure["measure"],
        whole=whole["target"] if whole else None,
    )  # fmt: skip
