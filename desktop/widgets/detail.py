"""A record as people read it: labels and values, blanks left out, every value selectable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop.fields import FieldInfo
from desktop.look import GRID
from desktop.models import format as shown_as


class DetailView(QWidget):
    """Read-only fields, label left and value right."""

    def __init__(self, fields: Sequence[FieldInfo], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = tuple(fields)
        self._row: dict[str, Any] = {}
        self._lines: list[tuple[QLabel, QLabel]] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(1, 1)
        for number in range(len(self._fields)):
            label, value = QLabel(), QLabel()
            label.setProperty("quiet", True)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            value.setWordWrap(True)
            value.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            value.setTextFormat(Qt.TextFormat.PlainText)
            grid.addWidget(label, number, 0)
            grid.addWidget(value, number, 1)
            self._lines.append((label, value))

    def set_row(self, row: dict[str, Any]) -> None:
        """Show a stored row (as `records.get` gives it)."""
        self._row = row
        self.retranslate()

    def retranslate(self) -> None:
        """Labels and values in the language in force."""
        for field, (label, value) in zip(self._fields, self._lines, strict=True):
            text = shown_as.shown(field, self._row)
            shown_unit = shown_as.unit(field) if text and field.type in ("money", "dec", "int") else ""
            foreign = field.currency_field and (self._row.get(field.currency_field) or "CNY") != "CNY"
            label.setText(field.shown)
            value.setText(f"{text} {shown_unit}".strip() if not foreign else text)
            value.setAccessibleName(f"{field.shown} {value.text()}")
            label.setVisible(bool(text))
            value.setVisible(bool(text))
