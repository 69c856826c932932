"""The money received for the contracts of a case: a table with its sum, and a form for the row chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.drafts import Drafts
from desktop.fields import fields_of, typed_fields
from desktop.look import GRID, icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.widgets.recordform import RecordForm
from policy.i18n import tr

_COLUMNS = ("received_on", "payer", "amount", "kind", "contract", "invoice_no")


class Receipts(QWidget):
    """Receipts hang on contracts, contracts on the case: two questions to the store."""

    def __init__(self, ops: Ops, drafts: Drafts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._case = ops, ""
        self._contracts: list[str] = []
        self._rows: list[dict[str, Any]] = []
        self._sum = QLabel()
        self._sum.setProperty("section", True)
        self.add = QPushButton()
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(self._start)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.currentCellChanged.connect(lambda row, *_: self._open(row))
        self.form = RecordForm(ops, "receipt", [field.name for field in typed_fields("receipt")], drafts)
        self.form.saved.connect(lambda _record: self.show_parent(self._case))
        self.form.deleted.connect(lambda _record: self._closed())
        self.form.abandoned.connect(self.form.hide)
        self.form.hide()
        top = QHBoxLayout()
        top.addWidget(self._sum, 1)
        top.addWidget(self.add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.form, 2)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.add.setText(tr("新增到账"))
        self.table.setAccessibleName(tr("到账"))
        self.form.retranslate()
        self._fill()

    def show_parent(self, case: str) -> None:
        """List the receipts of the case's contracts."""
        if case != self._case:
            self.form.hide()
        self._case = case
        self._ops.run(
            "records.ids",
            owner=self,
            on_result=lambda ids: self._contracts_came(case, ids),
            kind="contract",
            where={"case": case},
        )

    def changes_came(self, _changes: dict[str, Any]) -> None:
        """Ask again."""
        self.show_parent(self._case)

    def _contracts_came(self, case: str, contracts: list[str]) -> None:
        if case != self._case:
            return
        self._contracts, self._rows = contracts, []
        self._fill()
        for contract in contracts:
            self._ops.run(
                "records.ids",
                owner=self,
                on_result=lambda ids: self._ids_came(case, ids),
                kind="receipt",
                where={"contract": contract},
                order="received_on",
            )

    def _ids_came(self, case: str, ids: list[str]) -> None:
        def came(rows: list[dict[str, Any]]) -> None:
            if case == self._case:
                self._rows = sorted([*self._rows, *rows], key=lambda row: row["received_on"], reverse=True)
                self._fill()

        if ids:
            self._ops.run("records.rows", owner=self, on_result=came, kind="receipt", ids=ids)

    def _fill(self) -> None:
        fields = fields_of("receipt", _COLUMNS)
        total = sum(row["amount"] or 0 for row in self._rows)
        self._sum.setText(
            tr("共 {n} 笔，合计 {sum} 万元", n=len(self._rows), sum=shown_as.money(total))
            if self._rows
            else tr("还没有到账。到账要先有合同。")
            if not self._contracts
            else tr("还没有到账。")
        )
        self.add.setEnabled(bool(self._contracts))
        self.table.setHorizontalHeaderLabels([shown_as.heading(field) for field in fields])
        self.table.setRowCount(len(self._rows))
        for place, row in enumerate(self._rows):
            for column, field in enumerate(fields):
                item = QTableWidgetItem(shown_as.shown(field, row))
                item.setToolTip(f"{field.shown} {item.text()}")
                if shown_as.is_figure(field):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(place, column, item)
        self.table.resizeColumnsToContents()

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._rows):
            self.form.show()
            self.form.show_record(self._rows[row]["id"])

    def _start(self) -> None:
        self.form.show()
        self.form.start_new()
        if len(self._contracts) == 1:
            self.form.form.editor("contract").set_text(self._contracts[0])

    def _closed(self) -> None:
        self.form.hide()
        self.show_parent(self._case)
