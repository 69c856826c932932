"""Making one of two records: both side by side, a choice per field, what would move with it; one action."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.fields import fields_of
from desktop.look import GRID
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.widgets.basics import heading, primary, quiet
from desktop.widgets.message import MessageBar
from policy.i18n import tr

_FIELD, _STAYS, _GOES = range(3)


class MergePane(QWidget):
    """`merged(str)` the record that stays; `left` when nothing was done."""

    merged = Signal(str)
    left = Signal()

    def __init__(self, ops: Ops, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._kind = ops, kind
        self._staying = self._going = ""
        self._sides: dict[str, Any] = {}
        self._took: set[str] = set()
        self.message = MessageBar(self)
        self._title, self.told = heading(), quiet()
        self.table = QTableWidget(0, 3)
        self.table.setTabKeyNavigation(False)  # Tab leads on to the buttons
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(True)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.itemChanged.connect(self._chosen)
        self.swap, self.stop, self.go = QPushButton(), QPushButton(), primary()
        self.swap.clicked.connect(lambda: self.show_two(self._going, self._staying))
        self.stop.clicked.connect(self.left)
        self.go.clicked.connect(self._merge)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.told, 1)
        for button in (self.swap, self.stop, self.go):
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._title)
        layout.addWidget(self.message)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._title.setText(tr("合并两条记录：勾选每一项要留下的内容"))
        self.table.setHorizontalHeaderLabels([tr("项目"), tr("留下的这条"), tr("并入的那条")])
        self.table.setAccessibleName(tr("两条记录的比较"))
        self.swap.setText(tr("左右交换"))
        self.stop.setText(tr("不合并"))
        self.go.setText(tr("合并"))
        if self._sides:
            self._fill()

    def show_two(self, staying: str, going: str) -> None:
        """Compare the record that would stay with the one that would become part of it."""
        self._staying, self._going, self._sides, self._took = staying, going, {}, set()
        self.message.clear()
        self.go.setEnabled(False)
        self._ops.forget(self, "preview")

        def came(sides: dict[str, Any]) -> None:
            self._sides = sides
            self._fill()
            self._preview()

        self._ops.run(
            "lists.side_by_side",
            owner=self,
            place="sides",
            on_result=came,
            on_fault=self.message.show_fault,
            kind=self._kind,
            id=staying,
            into=going,
        )

    def choose(self, name: str, *, other: bool) -> None:
        """Take a field from the other record, or keep this one's."""
        (self._took.add if other else self._took.discard)(name)
        self._fill()
        self._preview()

    def _fill(self) -> None:
        self.table.blockSignals(True)
        items = self._sides["fields"]
        fields = fields_of(self._kind, [item["field"] for item in items])
        self.table.setRowCount(len(items))
        left, right = self._sides["left"], self._sides["right"]
        for place, (item, field) in enumerate(zip(items, fields, strict=True)):
            ours, theirs = shown_as.shown(field, left), shown_as.shown(field, right)
            for column, text in ((_FIELD, field.shown), (_STAYS, ours), (_GOES, theirs)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                if column != _FIELD and item["differs"] and ours and theirs:
                    cell.setFlags(cell.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                    taken = (field.name in self._took) == (column == _GOES)
                    cell.setCheckState(Qt.CheckState.Checked if taken else Qt.CheckState.Unchecked)
                self.table.setItem(place, column, cell)
        self.table.resizeRowsToContents()
        self.table.blockSignals(False)

    def _chosen(self, cell: QTableWidgetItem) -> None:
        name = self._sides["fields"][cell.row()]["field"]
        checked = cell.checkState() == Qt.CheckState.Checked
        self.choose(name, other=checked == (cell.column() == _GOES))

    def _parameters(self) -> dict[str, Any]:
        return {"kind": self._kind, "id": self._going, "into": self._staying, "take": sorted(self._took)}

    def _preview(self) -> None:
        def came(answer: dict[str, Any]) -> None:
            self.told.setText(
                tr(
                    "合并后补上 {filled} 项空白或所选内容，{moved} 条关联记录改挂到留下的这条；可以撤销。",
                    filled=len(answer["filled"]),
                    moved=answer["moved"],
                )
            )
            self.go.setEnabled(True)

        self._ops.run(
            "records.merge",
            owner=self,
            place="preview",
            on_result=came,
            on_fault=self.message.show_fault,
            dry_run=True,
            **self._parameters(),
        )

    def _merge(self) -> None:
        self.go.setEnabled(False)
        self._ops.run(
            "records.merge",
            owner=self,
            on_result=lambda answer: self.merged.emit(str(answer["id"])),
            on_fault=self.message.show_fault,
            **self._parameters(),
        )
