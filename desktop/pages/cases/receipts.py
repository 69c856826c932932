"""到账: what a case's contracts are worth, what was paid of it and when more is due; a form for the receipt chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info, typed_fields
from desktop.look import GRID, icon, state_icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, RowsModel, table_view
from desktop.texts.cases import INSTALMENTS
from desktop.widgets.basics import heading
from desktop.widgets.ledgerview import row_height
from desktop.widgets.message import MessageBar
from desktop.widgets.recordform import RecordForm
from policy.i18n import bracketed, spaced, tr

_ICONS = {"not_due": "unknown", "due": "warn", "part": "warn", "paid": "good", "written_off": "info"}


class Receipts(QWidget):
    """The money of one case."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk, self._case, self._wanted = ops, desk, "", ""
        self._contracts: list[dict[str, Any]] = []
        self._totals: dict[str, int] | None = None
        self.message = MessageBar(self)
        self._sum = heading()
        self._sum.setWordWrap(True)
        self.add, self.unclaim = QPushButton(), QPushButton()
        self.add.setIcon(icon("plus"))
        self.unclaim.setIcon(icon("unlink"))
        self.add.clicked.connect(self._start)
        self.unclaim.clicked.connect(self._give_back)
        self.due = RowsModel(_due_columns(), self)
        self.due_table = table_view(self.due, stretch=2)
        self.model = RowsModel(_columns(), self)
        self.table = table_view(self.model, stretch=1)
        for table in (self.due_table, self.table):
            table.setMinimumHeight(row_height(table) * 3)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._open())
        self.form = RecordForm(ops, "receipt", [field.name for field in typed_fields("receipt")], desk.drafts)
        self.form.saved.connect(self._saved)
        self.form.deleted.connect(lambda _record: self._closed())
        self.form.abandoned.connect(self.form.hide)
        self.form.hide()
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._sum, 1)
        top.addWidget(self.unclaim)
        top.addWidget(self.add)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        for part, stretch in ((self.due_table, 1), (self.table, 2), (self.form, 3)):
            split.addWidget(part)
            split.setStretchFactor(split.count() - 1, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addLayout(top)
        layout.addWidget(split, 1)
        self._open()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.add.setText(tr("新增到账"))
        self.unclaim.setText(tr("取消认领"))
        self.unclaim.setToolTip(tr("这笔到账回到“待认领”"))
        self.table.setAccessibleName(tr("到账"))
        self.due_table.setAccessibleName(tr("应收"))
        self.model.retranslate()
        self.due.retranslate()
        self.form.retranslate()
        self._say()

    def show_parent(self, case: str) -> None:
        """The money of this case."""
        if case != self._case:
            self.model.set_rows([])
            self.form.hide()
            self.message.clear()
        self._case = case
        if case:
            self._ops.run(
                "case.money",
                owner=self,
                on_result=self._show,
                on_fault=self.message.show_fault,
                place="list",
                case=case,
            )

    def reveal(self, _kind: str, record: str) -> None:
        """Open one of the receipts."""
        self._wanted = record
        self._choose_wanted()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Ask again."""
        self.show_parent(self._case)
        if self.form.isVisible() and self.form.record() in (changes.get("records") or {}).get("receipt", ()):
            self.form.refresh()

    def _show(self, answer: dict[str, Any]) -> None:
        self._contracts = answer["contracts"]
        receipts = [receipt for contract in self._contracts for receipt in contract["receipts"]]
        self.model.set_rows(sorted(receipts, key=lambda row: row["received_on"], reverse=True))
        self.due.set_rows([{**one, "title": row["name"]} for row in self._contracts for one in row["instalments"]])
        self.due_table.setVisible(bool(self.due.rows()))
        self.add.setEnabled(bool(self._contracts))
        self._totals = {name: answer[name] for name in ("total", "received", "open", "blanks")}
        self._say()
        self._choose_wanted()

    def _say(self) -> None:
        told = self._totals
        if told is None or not self._contracts:
            self._sum.setText(tr("还没有到账。到账要先有合同。"))
            return
        self._sum.setText(
            spaced(
                tr("成交 {sum} 万元", sum=shown_as.money(told["total"])),
                tr("已到账 {sum} 万元", sum=shown_as.money(told["received"])),
                tr("未收 {sum} 万元", sum=shown_as.money(told["open"])),
                tr("{n} 份合同没有金额", n=told["blanks"]) if told["blanks"] else "",
            )
        )

    def _open(self) -> None:
        row = self.model.row(self.table.currentIndex())
        self.unclaim.setEnabled(row is not None)
        if row is not None and row["id"] != self.form.record():
            self._wanted = row["id"]
            self.form.show()
            self.form.show_record(row["id"])

    def _choose_wanted(self) -> None:
        place = self.model.place(self._wanted)
        if place >= 0:
            self.table.selectRow(place)

    def _start(self) -> None:
        self.form.show()
        self.form.start_new()
        if len(self._contracts) == 1:
            self.form.form.editor("contract").set_text(self._contracts[0]["id"])

    def _give_back(self) -> None:
        row, case = self.model.row(self.table.currentIndex()), self._case

        def given_back(_answer: dict[str, Any]) -> None:
            if case == self._case:
                self._closed()
            self._desk.notify(tr("已回到待认领；按 Ctrl+Z 可以撤销。"))

        if row is not None:
            self._ops.run(
                "receipt.unclaim",
                owner=self,
                on_result=given_back,
                on_fault=lambda fault: (self.message if case == self._case else self._desk).show_fault(fault),
                id=row["id"],
            )

    def _saved(self, record: str) -> None:
        self._wanted = record
        self.show_parent(self._case)

    def _closed(self) -> None:
        self.form.hide()
        self._wanted = ""
        self.show_parent(self._case)


def _columns() -> tuple[Column, ...]:
    info = kind_info("receipt")
    return (
        Column(lambda: tr("到账日期"), lambda row: row["received_on"]),
        Column(lambda: tr("付款方"), lambda row: row["payer"]),
        Column(
            lambda: tr("金额（元）"),
            lambda row: bracketed(shown_as.money(row["amount"], "元"), tr("退款") if row["amount"] < 0 else ""),
            order=lambda row: row["amount"],
            right=True,
        ),
        Column(lambda: tr("性质"), lambda row: choice_label(info.field("kind"), row["kind"])),
        Column(lambda: tr("合同"), lambda row: row["_titles"]["contract"], most=24),
        Column(lambda: tr("发票号"), lambda row: row["invoice_no"] or ""),
    )


def _due_columns() -> tuple[Column, ...]:
    def standing(row: dict[str, Any]) -> str:
        return bracketed(tr(INSTALMENTS[row["state"]]), tr("按先后推算") if row["assumed"] else "")

    return (
        Column(lambda: tr("应收状态"), standing, icon=lambda row: state_icon(_ICONS[row["state"]])),
        Column(lambda: tr("期次"), lambda row: str(row["no"]), right=True),
        Column(lambda: tr("合同"), lambda row: row["title"]),
        Column(lambda: tr("应收日期"), lambda row: row["due_on"] or row["condition"] or "", most=16),
        Column(lambda: tr("应收（元）"), lambda row: shown_as.money(row["amount"], "元"), right=True),
        Column(lambda: tr("未收（元）"), lambda row: shown_as.money(row["open"], "元"), right=True),
    )
