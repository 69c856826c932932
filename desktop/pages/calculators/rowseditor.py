"""A few lines to fill in one below the other, each with the same fields: costs of a deal, people who share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QPushButton, QRadioButton, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from desktop.widgets.basics import CalmCombo, name_tool, quiet, tool
from policy.i18n import spaced, tr

_MOST = 60  # lines; more belong in a record


@dataclass(frozen=True, slots=True)
class Part:
    """One field of every line: `kind` is text, figure, choice (`options` as code and label), check, or one (of all)."""

    name: str
    kind: str
    title: Callable[[], str]
    options: Callable[[], Sequence[tuple[str, str]]] = lambda: ()
    stretch: int = 0


class RowsEditor(QWidget):
    """`changed()` when a field was altered, `typed()` at every key. A line that is blank throughout is none."""

    changed = Signal()
    typed = Signal()

    def __init__(self, parts: Sequence[Part], add: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts, self._add_text = tuple(parts), add
        self._lines: list[dict[str, QWidget]] = []
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        self._heads: list[QLabel] = []
        for column, part in enumerate(self._parts):
            head = quiet(wrap=False)
            self._heads.append(head)
            self._grid.addWidget(head, 0, column)
            self._grid.setColumnStretch(column, part.stretch)
        self.add = QPushButton()
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(lambda _checked=False: self._append_by_hand())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._body)
        layout.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force; what is filled in stays."""
        for head, part in zip(self._heads, self._parts, strict=True):
            head.setText(part.title())
        self.add.setText(self._add_text())
        values = self.values(blank_too=True)
        self.set_values(values)

    def values(self, *, blank_too: bool = False) -> list[dict[str, Any]]:
        """The lines as typed."""
        found = [{part.name: _read(line[part.name]) for part in self._parts} for line in self._lines]
        return found if blank_too else [line for line in found if any(_says(part, line) for part in self._parts)]

    def set_values(self, values: Sequence[dict[str, Any]]) -> None:
        """Show these lines, without `changed`."""
        for line in self._lines:
            for widget in line.values():
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._lines = []
        for value in values:
            self._append(value)
        self._enable()

    def field(self, place: int, name: str) -> QWidget:
        """One field of one line."""
        return self._lines[place][name]

    def _append_by_hand(self) -> None:
        self._append({})
        self._enable()
        for widget in self._lines[-1].values():
            widget.show()  # its layout does that later, and what is not shown takes no keyboard
        self._lines[-1][self._parts[0].name].setFocus()
        self.changed.emit()

    def _append(self, value: dict[str, Any]) -> None:
        row, line = len(self._lines) + 1, {}
        for column, part in enumerate(self._parts):
            widget = self._widget(part, value.get(part.name))
            widget.setAccessibleName(spaced(part.title(), str(row)))
            line[part.name] = widget
            self._grid.addWidget(widget, row, column)
        remove = tool("x")
        name_tool(remove, tr("移除第 {n} 行", n=row))
        remove.clicked.connect(lambda _checked=False, line=line: self._remove(line))
        line["_remove"] = remove
        self._grid.addWidget(remove, row, len(self._parts))
        self._lines.append(line)
        before: QWidget = self.add
        for widget in line.values():
            self.setTabOrder(before, widget)
            before = widget
        self.setTabOrder(before, self.add)  # Tab comes to the button behind the lines, as the eye does

    def _remove(self, line: dict[str, QWidget]) -> None:
        kept = [value for value, one in zip(self.values(blank_too=True), self._lines, strict=True) if one is not line]
        self.set_values(kept)
        self.add.setFocus()
        self.changed.emit()

    def _enable(self) -> None:
        self._body.setVisible(bool(self._lines))
        self.add.setEnabled(len(self._lines) < _MOST)

    def _widget(self, part: Part, value: Any) -> QWidget:
        if part.kind == "choice":
            box = CalmCombo()
            for code, label in part.options():
                box.addItem(label, code)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.activated.connect(lambda _place: self.changed.emit())
            return box
        if part.kind in ("check", "one"):
            button = QCheckBox() if part.kind == "check" else QRadioButton()
            button.setChecked(bool(value))
            button.toggled.connect(lambda _on: self.changed.emit())
            return button
        edit = QLineEdit(str(value or ""))
        if part.kind == "figure":
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        edit.textEdited.connect(lambda _text: self.typed.emit())
        edit.editingFinished.connect(self.changed)
        return edit


def _read(widget: QWidget) -> Any:
    if isinstance(widget, CalmCombo):
        return widget.currentData()
    if isinstance(widget, QCheckBox | QRadioButton):
        return widget.isChecked()
    return widget.text().strip() if isinstance(widget, QLineEdit) else None


def _says(part: Part, line: dict[str, Any]) -> bool:
    return part.kind in ("text", "figure") and bool(line[part.name])
