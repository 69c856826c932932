"""The steps of a round, one a row: what, until which day and hour, who, and when it was done."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from desktop.fields import FieldInfo
from desktop.look import GRID
from desktop.widgets.editors import FieldEditor
from desktop.widgets.room import Flow
from policy.i18n import mark, tr

_PARTS = ("name", "due", "who", "done_on")
# what the steps are usually called; their days and hours stand in the notice alone
USUAL = (mark("单位提交"), mark("区县审核"), mark("协会或主管部门受理"), mark("现场核查"), mark("公示"))
_ROWS_SHOWN = 5


class StepsEditor(FieldEditor):
    """A small table; its text is the JSON of its rows, which the store reads as typed."""

    WIDE = True

    def __init__(self, field: FieldInfo) -> None:
        super().__init__(field)
        self.table = QTableWidget(0, len(_PARTS))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.verticalHeader().setVisible(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        digit = self.table.fontMetrics().horizontalAdvance("0")
        for column, digits in ((1, 20), (2, 16), (3, 14)):
            self.table.setColumnWidth(column, digit * digits)
        line = self.table.fontMetrics().lineSpacing() + GRID + 2
        self.table.setFixedHeight(line * (_ROWS_SHOWN + 1) + GRID)
        self.table.setTabKeyNavigation(False)  # Tab goes on in the form, arrows move between the cells
        self.table.cellChanged.connect(lambda _row, _column: self.changed.emit())
        self.add, self.usual, self.up, self.down, self.remove = (QPushButton() for _ in range(5))
        self.add.clicked.connect(lambda: self._add(""))
        self.usual.clicked.connect(self._add_usual)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.remove.clicked.connect(self._remove)
        buttons = Flow()
        for button in (self.add, self.usual, self.up, self.down, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout()
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.table)
        layout.addLayout(buttons)
        self.row.addLayout(layout, 1)
        self.setFocusProxy(self.table)
        self.retranslate()

    def load(self, row: dict[str, Any]) -> None:
        with QSignalBlocker(self):
            self._fill(row.get(self.field.name) or [])

    def text(self) -> str:
        steps = [step for step in self._steps() if any(step.values())]
        return json.dumps(steps, ensure_ascii=False) if steps else ""

    def set_text(self, text: str) -> None:
        try:
            steps = json.loads(text) if text else []
        except ValueError:
            steps = []
        self._fill(steps if isinstance(steps, list) else [])

    def retranslate(self) -> None:
        super().retranslate()
        self.table.setHorizontalHeaderLabels([tr("步骤"), tr("时限（日期、时刻）"), tr("由谁"), tr("完成日期")])
        self.table.setToolTip(tr("时限写成 2026-05-08 或 2026-05-08 17:30，以通知为准"))
        for button, text in (
            (self.add, tr("添加一步")),
            (self.usual, tr("填入常见步骤")),
            (self.up, tr("上移")),
            (self.down, tr("下移")),
            (self.remove, tr("删除这一步")),
        ):
            button.setText(text)

    def _steps(self) -> list[dict[str, str]]:
        return [self._step(row) for row in range(self.table.rowCount())]

    def _step(self, row: int) -> dict[str, str]:
        cells = [self.table.item(row, column) for column in range(len(_PARTS))]
        return {name: cell.text().strip() if cell else "" for name, cell in zip(_PARTS, cells, strict=True)}

    def _fill(self, steps: list[Any]) -> None:
        with QSignalBlocker(self.table):
            self.table.setRowCount(0)
            for step in steps:
                if isinstance(step, dict):
                    self._append(step)
        self.changed.emit()

    def _append(self, step: dict[str, Any]) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, name in enumerate(_PARTS):
            self.table.setItem(row, column, QTableWidgetItem(str(step.get(name) or "")))

    def _add(self, name: str) -> None:
        with QSignalBlocker(self.table):
            self._append({"name": name})
        self.table.setCurrentCell(self.table.rowCount() - 1, 0)
        self.changed.emit()
        if not name:
            self.table.setFocus()
            self.table.editItem(self.table.currentItem())

    def _add_usual(self) -> None:
        known = {step["name"] for step in self._steps()}
        for name in USUAL:
            if name not in known:
                self._add(name)

    def _move(self, by: int) -> None:
        row, steps = self.table.currentRow(), self._steps()
        if 0 <= row < len(steps) and 0 <= row + by < len(steps):
            steps.insert(row + by, steps.pop(row))
            self._fill(steps)
            self.table.setCurrentCell(row + by, 0)

    def _remove(self) -> None:
        row = self.table.currentRow()
        if row >= 0:
            self.table.removeRow(row)
            self.changed.emit()
