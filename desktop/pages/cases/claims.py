"""待认领: money that finance has listed, and the contracts it may be for with the reasons; one key claims it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.look import GRID, icon, state_icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.widgets.basics import EmptyState, heading, primary, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.refpicker import RefPicker
from policy.errors import Fault
from policy.i18n import bracketed, clauses, tr

_SURE = 60  # points from which a proposal is no guess: its number is quoted, or name and sum agree


class Claims(QWidget):
    """`left` back to the list, `import_asked` for a list of finance, `counted(int)` how many wait."""

    left = Signal()
    import_asked = Signal()
    counted = Signal(int)

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk = ops, desk
        self._shown = ""
        self.message = MessageBar(self)
        self.back, self.load = QPushButton(), QPushButton()
        self.load.setIcon(icon("upload"))
        self.back.clicked.connect(self.left)
        self.load.clicked.connect(self.import_asked)
        self._title, self._hint, self._below = heading(large=True), quiet(), heading()
        self.model = RowsModel(_columns(), self)
        self.table = table_view(self.model, stretch=4)
        opens(self.table, lambda _row: self.claim())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._row_chosen())
        self.model.modelReset.connect(self._keep_chosen)
        self.offers = RowsModel(_offer_columns(), self)
        self.offer_table = table_view(self.offers, stretch=3)
        opens(self.offer_table, lambda _row: self.claim())
        self._other_label, self.other = QLabel(), RefPicker(ops, "contract")
        self._other_label.setBuddy(self.other)
        self.take, self.show_case = primary(), QPushButton()
        self.take.clicked.connect(self.claim)
        self.show_case.clicked.connect(self._show_case)
        self.empty = EmptyState("circle-check")
        self.empty.acted.connect(self.import_asked)
        self._lay_out()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.back.setText(tr("返回列表"))
        self.load.setText(tr("导入财务到账表…"))
        self._title.setText(tr("待认领的到账"))
        self._hint.setText(tr("回车认领到下面选中的合同；上下键换下一笔。"))
        self._below.setText(tr("可能的合同"))
        self._other_label.setText(tr("都不是，另选合同"))
        self.other.setAccessibleName(tr("另选合同"))
        self.other.retranslate()
        self.take.setText(tr("认领"))
        self.show_case.setText(tr("查看案件"))
        self.table.setAccessibleName(tr("待认领"))
        self.offer_table.setAccessibleName(tr("可能的合同"))
        self.empty.set_texts(
            tr("没有待认领的到账"), tr("每月导入财务的到账表，没有对上合同的到账会列在这里。"), tr("导入财务到账表…")
        )
        self.model.retranslate()
        self.offers.retranslate()

    def ask(self) -> None:
        """Ask what waits."""
        self._ops.run(
            "receipt.waiting", owner=self, on_result=self._came, on_fault=self.message.show_fault, place="list"
        )

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Receipts, contracts or instalments may be others now."""
        touched = set(changes.get("records") or ()) | set(changes.get("bulk") or ())
        if touched & {"receipt", "contract", "instalment", "organisation"}:
            self.ask()

    def claim(self, *, other_payer: bool = False) -> None:
        """Give the chosen receipt to the chosen contract."""
        row, offer = self.model.row(self.table.currentIndex()), self._offer()
        if row is None:
            return
        contract = self.other.record() or (offer["contract"] if offer else "")
        if not contract:
            self.message.show_text("info", tr("没有可能的合同：请在下面另选一份合同。"))
            self.other.setFocus()
            return
        same = offer is not None and offer["contract"] == contract
        place = self.table.currentIndex().row()

        def claimed(answer: dict[str, Any]) -> None:
            self._desk.notify(tr("已认领；按 Ctrl+Z 可以撤销。"))
            if self._shown != row["id"]:
                return  # another one is looked at by now
            self.message.clear()
            self.other.set_record("", "")
            self.offers.set_rows([])
            rows = self.model.rows()
            following = rows[place + 1] if place + 1 < len(rows) else rows[place - 1] if place else None
            self._shown = following["id"] if following else ""
            if answer["warnings"]:
                self.message.show_text("warn", clauses(answer["warnings"]))

        def refused(fault: Fault) -> None:
            if self._shown != row["id"]:
                self._desk.show_fault(fault)
            elif fault.code == "receipt.other_payer":
                does = tr("付款方不同，仍然认领")
                self.message.show_fault(fault, does, lambda: self.claim(other_payer=True))
            else:
                self.message.show_fault(fault)

        self._ops.run(
            "receipt.claim",
            owner=self,
            on_result=claimed,
            on_fault=refused,
            id=row["id"],
            contract=contract,
            instalment=offer["instalment"] if same and offer else None,
            other_payer=other_payer,
        )

    def _came(self, rows: list[dict[str, Any]]) -> None:
        self.model.set_rows(rows)
        self.counted.emit(len(rows))
        self._stack.setCurrentIndex(0 if rows else 1)
        if rows and not self.table.currentIndex().isValid():
            self.table.selectRow(max(0, self.model.place(self._shown)))
        self._row_chosen(again=True)

    def _keep_chosen(self) -> None:
        place = self.model.place(self._shown)
        if place >= 0:
            self.table.selectRow(place)

    def _row_chosen(self, *, again: bool = False) -> None:
        row = self.model.row(self.table.currentIndex())
        self.take.setEnabled(row is not None)
        if row is None:
            self.offers.set_rows([])
            return
        if row["id"] == self._shown and not again:
            return
        if row["id"] != self._shown:
            self.offers.set_rows([])  # what could be claimed for another
        self._shown = row["id"]
        if not again:
            self.message.clear()

        def came(answer: dict[str, Any]) -> None:
            chosen = self._offer()
            self.offers.set_rows([{**one, "id": one["contract"]} for one in answer["proposals"]])
            if answer["proposals"]:
                self.offer_table.selectRow(max(self.offers.place(chosen["id"]), 0) if chosen else 0)
            self.show_case.setEnabled(bool(answer["proposals"]))

        self._ops.run(
            "receipt.match", owner=self, on_result=came, on_fault=lambda _fault: None, place="offers", id=row["id"]
        )

    def _offer(self) -> dict[str, Any] | None:
        return self.offers.row(self.offer_table.currentIndex())

    def _show_case(self) -> None:
        if (offer := self._offer()) is not None:
            self._desk.open_record("contract", offer["contract"])

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.back)
        top.addWidget(self._title)
        top.addWidget(self._hint, 1)
        top.addWidget(self.load)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self._other_label)
        foot.addWidget(self.other, 1)
        foot.addWidget(self.show_case)
        foot.addWidget(self.take)
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self._below)
        column.addWidget(self.offer_table, 1)
        column.addLayout(foot)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(lower)
        self._stack = QStackedWidget()
        self._stack.addWidget(split)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self._stack, 1)


def _amount(row: dict[str, Any]) -> str:
    return bracketed(shown_as.money(row["amount"], "元"), tr("退款") if row["amount"] < 0 else "")


def _columns() -> tuple[Column, ...]:
    def best(row: dict[str, Any]) -> str:
        if row["best"] is None:
            return tr("没有找到可能的合同")
        return f"{row['best']['title']}：{clauses(row['best']['reasons'])}"

    return (
        Column(lambda: tr("到账日期"), lambda row: row["received_on"]),
        Column(lambda: tr("付款方"), lambda row: row["payer"]),
        Column(lambda: tr("金额（元）"), _amount, order=lambda row: row["amount"], right=True),
        Column(lambda: tr("发票备注"), lambda row: row["invoice_remark"] or "", most=20),
        Column(
            lambda: tr("最可能的合同"),
            best,
            icon=lambda row: state_icon(
                "unknown" if row["best"] is None else "good" if row["best"]["score"] >= _SURE else "warn"
            ),
        ),
    )


def _offer_columns() -> tuple[Column, ...]:
    return (
        Column(lambda: tr("合同"), lambda row: row["title"]),
        Column(lambda: tr("买方"), lambda row: row["buyer"]),
        Column(lambda: tr("未收（元）"), lambda row: shown_as.money(row["open"], "元"), right=True),
        Column(lambda: tr("理由"), lambda row: clauses(row["reasons"])),
        Column(lambda: tr("期次"), lambda row: "" if row["instalment_no"] is None else str(row["instalment_no"])),
        Column(
            lambda: tr("超出（元）"),
            lambda row: shown_as.money(row["over"], "元") if row["over"] else "",
            icon=lambda row: state_icon("warn") if row["over"] else None,
            right=True,
        ),
    )
