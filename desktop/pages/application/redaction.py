"""The personal fields that a package would hold, and what becomes of each: as it is, masked, or left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from desktop.widgets.basics import CalmCombo, quiet
from policy.i18n import mark, tr

_WAYS = (("keep", mark("原样")), ("mask", mark("遮盖")), ("remove", mark("不提供")))
_SHOWN_ROWS = 6


class RedactionTable(QWidget):
    """`changed()` when another way was chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: list[dict[str, Any]] = []
        self._ways: list[CalmCombo] = []
        self.words = quiet()
        self.table = QTableWidget(0, 3)
        self.table.setTabKeyNavigation(False)  # Tab leads on to the buttons
        self.table.verticalHeader().setVisible(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        layout.addWidget(self.words)
        layout.addWidget(self.table)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.words.setText(tr("包内数据中的个人信息：表格要求的原样提供，其余默认遮盖或不提供，可逐项更改。"))
        self.table.setHorizontalHeaderLabels([tr("字段"), tr("条数"), tr("处理")])
        self.table.setAccessibleName(tr("个人信息处理"))
        for combo in self._ways:
            for place, (_way, text) in enumerate(_WAYS):
                combo.setItemText(place, tr(text))

    def show_fields(self, fields: Sequence[dict[str, Any]]) -> None:
        """List the fields as `package.personal` answers them, each with the way it is treated unasked."""
        self._fields = list(fields)
        self._ways = []
        self.table.setRowCount(len(self._fields))
        for row, item in enumerate(self._fields):
            count = QTableWidgetItem(str(item["rows"]))
            count.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, 0, QTableWidgetItem(item["label"]))
            self.table.setItem(row, 1, count)
            combo = CalmCombo()
            for way, text in _WAYS:
                combo.addItem(tr(text), way)
            combo.setCurrentIndex(combo.findData(item["way"]))
            combo.setAccessibleName(item["label"])
            combo.currentIndexChanged.connect(self.changed)
            self._ways.append(combo)
            self.table.setCellWidget(row, 2, combo)
        self.table.resizeRowsToContents()
        shown = min(len(self._fields), _SHOWN_ROWS)
        height = sum(self.table.rowHeight(row) for row in range(shown))
        self.table.setFixedHeight(height + self.table.horizontalHeader().sizeHint().height() + 2)
        self.setVisible(bool(self._fields))

    def chosen(self) -> dict[str, str]:
        """The way of each field that differs from the one taken unasked."""
        ways = {item["field"]: combo.currentData() for item, combo in zip(self._fields, self._ways, strict=True)}
        return {item["field"]: ways[item["field"]] for item in self._fields if ways[item["field"]] != item["way"]}
