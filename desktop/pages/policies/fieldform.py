"""The form over a part of a pack's text: one line per figure, told as soon as a person is done with it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from desktop.look import GRID
from desktop.pages.policies.words import PARTS
from desktop.widgets.basics import CalmCombo, heading, quiet
from desktop.widgets.room import Downwards
from policy.i18n import bracketed, tr

Field = dict[str, Any]
_LONG_LINES = 3
_SHORT_WIDTH = 200
_SHORT = frozenset({"whole", "number", "money", "date", "month_day", "need", "yes", "fact", "choice"})


class FieldForm(Downwards):
    """Fields as `packedit.read` gives them. `changed(path, text)` when one was changed and left."""

    changed = Signal(list, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QWidget(), parent)
        self._shape: list[Any] = []
        self._lines: list[_Line] = []

    def show_fields(self, fields: list[Field]) -> None:
        """Show these; the same fields again keep their place and the focus."""
        shape = [(field["path"], field["type"], field["part"], tr("是")) for field in fields]
        if shape != self._shape:
            self._shape = shape
            self._build(fields)
        # of the rule itself; what belongs to one of its parts stands deeper: ["rule", 3, "band", 0, "verified"]
        verified = next((field["text"] == "1" for field in fields if field["path"][-1] == "verified"), None)
        for line, field in zip(self._lines, fields, strict=True):
            line.show_field(field, verified if len(field["path"]) == 3 else None)

    def revert(self) -> None:
        """What was typed was refused: show what stands in the text."""
        for line in self._lines:
            line.set_text(line.field["text"])

    def line_of(self, *end: str | int) -> _Line:
        """The line whose path ends so."""
        return next(line for line in self._lines if line.field["path"][-len(end) :] == list(end))

    def _build(self, fields: list[Field]) -> None:
        body, self._lines = QWidget(), []
        grid = QGridLayout(body)
        grid.setContentsMargins(GRID, GRID, GRID, GRID)
        grid.setHorizontalSpacing(GRID + GRID // 2)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        row = 0
        for part, inside in groupby(fields, key=lambda field: str(field["part"])):
            grid.addWidget(heading(tr(PARTS[part])), row, 0, 1, 2)
            row += 1
            for field in inside:
                line = _Line(field)
                line.left.connect(self.changed)
                self._lines.append(line)
                high = Qt.AlignmentFlag.AlignTop if field["type"] == "long" else Qt.AlignmentFlag.AlignVCenter
                grid.addWidget(line.label, row, 0, high)
                inside_row = QHBoxLayout()
                inside_row.setSpacing(GRID)
                inside_row.addWidget(line.editor)
                inside_row.addWidget(line.unit)
                if field["type"] in _SHORT:
                    inside_row.addStretch(1)
                grid.addLayout(inside_row, row, 1)
                row += 1
        grid.setRowStretch(row, 1)
        old = self.takeWidget()
        self.setWidget(body)
        if old is not None:
            old.deleteLater()


class _Line(QObject):
    """One field: label, editor and unit."""

    left = Signal(list, str)

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.label, self.unit = QLabel(wordWrap=True), quiet(wrap=False)
        self.label.setFixedWidth(self.label.fontMetrics().horizontalAdvance("字") * 13)
        self.editor = self._editor(field)
        self.label.setBuddy(self.editor)
        self.editor.installEventFilter(self)

    def show_field(self, field: Field, verified: bool | None) -> None:
        """Show the value it has now; what is half typed stays."""
        before, self.field = self.field["text"], field
        name = bracketed(field["label"], field["unit"])
        self.label.setText(field["label"])
        self.unit.setText(field["unit"])
        self.editor.setAccessibleName(name)
        typing = self.editor.hasFocus() and self.text() != before
        if not typing and self.text() != field["text"]:
            self.set_text(field["text"])
        key = field["path"][-1]
        if verified is not None and key in ("verified_by", "basis", "basis_en"):
            self.editor.setEnabled(verified == (key == "verified_by"))

    def text(self) -> str:
        """What stands in the editor."""
        if isinstance(self.editor, QComboBox):
            return str(self.editor.currentData() or "")
        return self.editor.toPlainText() if isinstance(self.editor, QPlainTextEdit) else self.editor.text()

    def set_text(self, text: str) -> None:
        """Show a text without telling anybody."""
        if isinstance(self.editor, QComboBox):
            self.editor.setCurrentIndex(self.editor.findData(text))
        elif isinstance(self.editor, QPlainTextEdit):
            self.editor.setPlainText(text)
        else:
            self.editor.setText(text)
            self.editor.setCursorPosition(0)

    def finish(self) -> None:
        """Tell what was typed, if it is anything else."""
        if self.text() != self.field["text"]:
            self.left.emit(self.field["path"], self.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.FocusOut and isinstance(watched, QPlainTextEdit):
            self.finish()
        return super().eventFilter(watched, event)

    def _editor(self, field: Field) -> QComboBox | QPlainTextEdit | QLineEdit:
        kind = field["type"]
        options = [["1", tr("是")], ["0", tr("否")]] if kind == "yes" else field["options"]
        if options:
            box = CalmCombo()
            if kind == "choice":
                box.addItem("", "")
            for code, text in options:
                box.addItem(text, code)
            box.setMinimumWidth(_SHORT_WIDTH)
            box.activated.connect(lambda _place: self.finish())
            return box
        if kind == "long":
            note = QPlainTextEdit(tabChangesFocus=True)
            note.setFixedHeight(note.fontMetrics().lineSpacing() * _LONG_LINES + GRID + 2)
            return note
        line = QLineEdit(maxLength=2000)
        if kind in _SHORT:
            line.setFixedWidth(_SHORT_WIDTH)
        line.editingFinished.connect(self.finish)
        return line
