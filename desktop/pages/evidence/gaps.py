"""What evidence an evaluation still lacks: every indicator with the papers it asks for; drop a file on it to attach."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.look import state_icon
from desktop.ops import Ops
from desktop.pages.evaluation.chooser import Chooser
from desktop.pages.evidence.drops import FileDrops
from desktop.pages.evidence.rows import Column, Row, RowsModel, opens, table_view
from desktop.widgets.basics import DropArea, StatusChip
from policy.i18n import listed, tr

STATE, TITLE, CLAUSE, PROOFS, FILES = range(5)


class GapsPane(QWidget):
    """`dropped(files, target)` for files dropped on an indicator, `opened(evidence id)`."""

    dropped = Signal(list, str)
    opened = Signal(str)

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self.chooser = Chooser(ops)
        self.only_missing = QCheckBox()
        self.only_missing.setChecked(True)
        self.summary = StatusChip("info")
        self.model = RowsModel(
            (
                Column(lambda: tr("佐证"), _state, icon=_state_icon, order=lambda row: not row["missing"]),
                Column(lambda: tr("指标"), lambda row: row["title"]),
                Column(lambda: tr("条款"), lambda row: row["clause"]),
                Column(lambda: tr("应附材料"), lambda row: listed(row["proofs"])),
                Column(lambda: tr("已有"), lambda row: listed(item["title"] for item in row["evidence"])),
            ),
            self,
        )
        self.model.set_filter(_is_missing)
        self.table = table_view(self.model, stretch=TITLE)
        self.drop = DropArea()
        second = QHBoxLayout()
        second.addWidget(self.summary)
        second.addStretch(1)
        second.addWidget(self.only_missing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.chooser)
        layout.addLayout(second)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.drop)
        self.chooser.chosen.connect(self.reload)
        self.chooser.left.connect(self._left)
        self.chooser.nobody.connect(self._nobody)
        self.only_missing.toggled.connect(lambda on: self.model.set_filter(_is_missing if on else None))
        opens(self.table, self._open)
        FileDrops(self.table.viewport()).dropped.connect(self._dropped)
        self.drop.files_dropped.connect(self._dropped_below)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.chooser.retranslate()
        self.drop.retranslate()
        self.only_missing.setText(tr("只看缺少的"))
        self.table.setAccessibleName(tr("缺少的佐证"))
        self.table.setToolTip(tr("把文件拖到一条指标上，即作为它的佐证"))
        self.model.retranslate()

    def reload(self) -> None:
        """Ask for the gaps of what is chosen."""
        choice = self.chooser.choice()
        if choice is None:
            return
        self._ops.run("evidence.gaps", owner=self, place="gaps", on_result=self._gaps_came, **choice)

    def _gaps_came(self, gaps: list[dict[str, Any]]) -> None:
        self.chooser.remember()
        self.model.set_rows([{**gap, "id": gap["indicator"]} for gap in gaps])
        missing = sum(_is_missing(gap) for gap in gaps)
        if missing:
            self.summary.set_state("warn", tr("{total} 条指标中有 {count} 条还缺佐证", total=len(gaps), count=missing))
        else:
            self.summary.set_state("good", tr("{total} 条指标都有佐证", total=len(gaps)))
        if not self.table.currentIndex().isValid():
            self.table.selectRow(0)

    def _left(self) -> None:
        self._ops.forget(self, "gaps")  # of the former choice
        self.model.set_rows([])

    def _nobody(self) -> None:
        self.model.set_rows([])
        self.summary.set_state("info", tr("工作区里还没有这份政策包可以评价的对象。"))

    def _dropped(self, files: list[str], place: QPoint) -> None:
        row = self.model.row(self.table.indexAt(place))
        if row:
            self.dropped.emit(files, row["target_key"])

    def _dropped_below(self, files: list[str]) -> None:
        row = self.model.row(self.table.currentIndex())
        if row:
            self.dropped.emit(files, row["target_key"])

    def _open(self, row: Row) -> None:
        if row["evidence"]:
            self.opened.emit(row["evidence"][0]["id"])


def _is_missing(row: Row) -> bool:
    return bool(row["missing"] and row["proofs"])


def _state(row: Row) -> str:
    if not row["missing"]:
        return tr("{count} 份", count=len(row["evidence"]))
    return tr("缺") if row["proofs"] else tr("不要求")


def _state_icon(row: Row) -> QIcon:
    if not row["missing"]:
        return state_icon("good")
    return state_icon("warn" if row["proofs"] else "info")
