"""业绩档案 of a person: contracts by share, cases, hours and certificates of a period, and the book as PDF."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, RowsModel, table_view
from desktop.pages.printing import print_of
from desktop.widgets.basics import quiet
from desktop.widgets.message import MessageBar
from policy.i18n import clauses, labelled, listed, spaced, tr

_KINDS = frozenset({"contract", "case", "case_broker", "brokerage", "attendance", "certificate", "honour", "person"})


class PerformanceTab(QWidget):
    """What the book of the person shown holds; the period narrows it as it narrows the PDF."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__()
        self._ops, self._desk, self._person = ops, desk, ""
        self._told: dict[str, Any] = {}
        self.message = MessageBar(self)
        self.period, self.look, self.print = QLineEdit(), QPushButton(), QPushButton()
        self._label = QLabel()
        self._label.setBuddy(self.period)
        self.period.returnPressed.connect(self._ask)
        self.look.clicked.connect(lambda _checked=False: self._ask())
        self.print.setIcon(icon("printer"))
        self.print.clicked.connect(lambda _checked=False: self._print())
        self.said = quiet()
        self.model = RowsModel(
            (
                Column(lambda: tr("合同"), lambda row: row["name"]),
                Column(lambda: tr("签订"), lambda row: row["signed_on"]),
                Column(
                    lambda: tr("成交额 (万元)"), lambda row: shown_as.money(row["amount"]),
                    order=lambda row: row["amount"] or 0, right=True,
                ),
                Column(lambda: tr("份额"), lambda row: row["share"], right=True),
                Column(
                    lambda: tr("本人 (万元)"), lambda row: shown_as.money(row["part"]),
                    order=lambda row: row["part"] or 0, right=True,
                ),
                Column(lambda: tr("促成证明"), lambda row: tr("有") if row["proven"] else tr("无")),
                Column(lambda: tr("说明"), lambda row: row["note"]),
            ),
            self,
        )  # fmt: skip
        self.table = table_view(self.model, stretch=0)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._label)
        top.addWidget(self.period, 1)
        top.addWidget(self.look)
        top.addWidget(self.print)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self.said)
        layout.addWidget(self.table, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._label.setText(tr("期间"))
        self.period.setAccessibleName(tr("期间"))
        self.period.setPlaceholderText(tr("如 2026 或 2025—2026；空着是全部"))
        self.look.setText(tr("查看"))
        self.print.setText(tr("业绩档案…"))
        self.print.setToolTip(tr("存为 PDF，供职称评审"))
        self.table.setAccessibleName(tr("促成的技术合同"))
        self.model.retranslate()
        self._show()

    def show_parent(self, record: str) -> None:
        """The book of this person."""
        if record != self._person:
            self._person, self._told = record, {}
            self.period.clear()
            self.message.clear()
            self.said.clear()
            self.model.set_rows([])
        self._ask()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Ask again where something of the book may have changed."""
        if self._person and _KINDS & {*(changes.get("records") or {}), *(changes.get("bulk") or ())}:
            self._ask()

    def _ask(self) -> None:
        def came(told: dict[str, Any]) -> None:
            self._told = told
            self.message.clear()
            self._show()

        self._ops.run(
            "performance.book", owner=self, place="book", on_result=came, on_fault=self.message.show_fault,
            person=self._person, period=self.period.text().strip(),
        )  # fmt: skip

    def _show(self) -> None:
        told = self._told
        if not told:
            return
        self.model.set_rows([{**row, "id": str(place)} for place, row in enumerate(told["contracts"])])
        counted = [row for row in told["contracts"] if row["counts"]]
        part = sum(row["part"] or 0 for row in counted)
        hours = listed(spaced(one["year"], tr("{n} 学时", n=one["total"])) for one in told["hours"])
        said = [
            tr("合同 {n} 份，按份额 {amount} 万元", n=len(counted), amount=shown_as.money(part) or "0"),
            tr("案件 {n} 个", n=len(told["cases"])),
            labelled(tr("学时"), hours or tr("无")),
            labelled(tr("证书"), listed(one["number"] for one in told["certificates"]) or tr("无")),
        ]
        blanks = sum(row["part"] is None for row in counted)
        said += [tr("{n} 份合同没有填金额或份额，未计入", n=blanks)] if blanks else []
        self.said.setText(clauses(said))

    def _print(self) -> None:
        called = str(self._told.get("person", {}).get("name", ""))
        period = self.period.text().strip()
        print_of(self, self._ops, self._desk, "performance", self._person, called=called, period=period)
