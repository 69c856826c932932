"""A form of many figures, one a line: what is typed, what stands beside it, what is asked about it and explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QScrollArea, QToolButton, QWidget

from desktop.fields import FieldInfo
from desktop.look import GRID
from desktop.ops import Ops
from desktop.widgets.basics import StatusChip, heading, name_tool, quiet, tool
from desktop.widgets.editors import FieldEditor, editor_for
from policy.i18n import labelled, tr


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of the form. `row` holds the stored value of an editor; without `typed` the text `shown` stands there.

    `beside` are the texts of the columns to the right, as many as the grid has titles for; `tip` says where they come
    from. `asked` are the questions about it with their state (`desktop.look.STATES`); `explains` offers a line to
    explain it in, which holds `explanation`.
    """

    key: str
    info: FieldInfo
    row: Mapping[str, Any] = field(default_factory=dict)
    typed: bool = True
    shown: str = ""
    number: str = ""
    title: str = ""
    group: str = ""
    beside: tuple[str, ...] = ()
    tip: str = ""
    asked: tuple[tuple[str, str], ...] = ()
    explains: bool = True
    explanation: str = ""


class _Line:
    """The widgets of a line."""

    def __init__(self, ops: Ops, cell: Cell, columns: int) -> None:
        self.number, self.label = quiet(cell.number, wrap=False), QLabel()
        self.label.setWordWrap(True)
        self.editor: FieldEditor | None = editor_for(ops, cell.info) if cell.typed else None
        self.fixed = QLabel()
        self.fixed.setWordWrap(True)
        self.beside = [quiet(wrap=False) for _ in range(columns)]
        for label in self.beside:
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.note: QToolButton | None = tool("pencil") if cell.typed and cell.explains else None
        self.asked = StatusChip()
        self.asked.hide()
        self.explanation = QLineEdit()
        self.explanation.hide()


class FigureGrid(QScrollArea):
    """`edited(bool)` says whether anything differs from what was loaded."""

    edited = Signal(bool)

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._cells: tuple[Cell, ...] = ()
        self._lines: dict[str, _Line] = {}
        self._titles: tuple[str, ...] = ()
        self._loaded: dict[str, str] = {}
        self._explained: dict[str, str] = {}
        self._heads: list[QLabel] = []
        self._filling = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_cells(self, cells: Sequence[Cell], titles: Sequence[str]) -> None:
        """Show these lines; `titles` head the columns to the right. Lines of the same keys keep their place."""
        self._filling = True
        if [(one.key, one.typed) for one in cells] != [(one.key, one.typed) for one in self._cells] or len(
            titles
        ) != len(self._titles):
            self._cells, self._titles = tuple(cells), tuple(titles)
            self._build()
        self._cells, self._titles = tuple(cells), tuple(titles)
        for label, text in zip(self._heads, titles, strict=True):
            label.setText(text)
        for cell in cells:
            self._fill(cell)
        self._filling = False
        self.settle()

    def settle(self) -> None:
        """What stands there counts as loaded: it was stored, or is kept elsewhere."""
        self.settle_some(self._typed(), self._explanations())

    def settle_some(self, texts: Mapping[str, str], explanations: Mapping[str, str]) -> None:
        """These texts were stored; what was typed since is not."""
        self._loaded, self._explained = {**self._loaded, **texts}, {**self._explained, **explanations}
        self._altered()

    def changes(self) -> dict[str, str]:
        """The lines that differ from what was loaded, as typed, by key."""
        return {key: text for key, text in self._typed().items() if text != self._loaded.get(key, "")}

    def explanations(self) -> dict[str, str]:
        """The explanations that differ from what was loaded, by key."""
        return {key: text for key, text in self._explanations().items() if text != self._explained.get(key, "")}

    def restore(self, texts: Mapping[str, str], explanations: Mapping[str, str]) -> None:
        """Put typed texts back over what was loaded."""
        for key, text in texts.items():
            line = self._lines.get(key)
            if line is not None and line.editor is not None:
                line.editor.set_text(text)
        for key, text in explanations.items():
            if key in self._lines:
                self._lines[key].explanation.setText(text)
                self._lines[key].explanation.show()
        self._altered()

    def fill_blanks(self, column: int) -> int:
        """Type into blank lines what stands beside them in a column; returns how many."""
        filled = 0
        for line in self._lines.values():
            if line.editor is not None and not line.editor.text() and line.beside[column].text():
                line.editor.set_text(line.beside[column].text())
                filled += 1
        self._altered()
        return filled

    def editor(self, key: str) -> FieldEditor:
        """The editor of a line that is typed. Raises KeyError."""
        found = self._lines[key].editor
        if found is None:
            raise KeyError(key)
        return found

    def explanation(self, key: str) -> QLineEdit:
        """The line in which a figure is explained, opened."""
        self._lines[key].explanation.show()
        return self._lines[key].explanation

    def go_to(self, key: str) -> bool:
        """Put the cursor into a line; False where it is not typed here."""
        line = self._lines.get(key)
        if line is None or line.editor is None:
            return False
        self.ensureWidgetVisible(line.editor)
        line.editor.setFocus()
        return True

    def _build(self) -> None:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, GRID, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 3)
        self._lines = {}
        self._heads = [quiet(wrap=False) for _ in self._titles]
        for column, label in enumerate(self._heads):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, 0, 3 + column)
        place, group = 1, ""
        last = 3 + len(self._titles)
        for cell in self._cells:
            if cell.group and cell.group != group:
                group = cell.group
                grid.addWidget(heading(group), place, 0, 1, last + 1)
                place += 1
            line = self._lines[cell.key] = _Line(self._ops, cell, len(self._titles))
            grid.addWidget(line.number, place, 0)
            grid.addWidget(line.label, place, 1)
            grid.addWidget(line.editor or line.fixed, place, 2)
            for column, label in enumerate(line.beside):
                grid.addWidget(label, place, 3 + column)
            if line.editor is not None:
                line.editor.changed.connect(self._altered)
            if line.note is not None:
                line.note.clicked.connect(partial(self._open_note, cell.key))
                grid.addWidget(line.note, place, last)
            line.explanation.textChanged.connect(self._altered)
            grid.addWidget(line.asked, place + 1, 1, 1, last)
            grid.addWidget(line.explanation, place + 2, 1, 1, last)
            place += 3
        grid.setRowStretch(place, 1)
        self.setWidget(body)

    def _fill(self, cell: Cell) -> None:
        line = self._lines[cell.key]
        title = cell.title or cell.info.shown
        line.number.setText(cell.number)
        line.label.setText(title)
        if line.editor is not None:
            line.editor.load(dict(cell.row))
            line.editor.retranslate()
            line.label.setBuddy(line.editor.focusProxy() or line.editor)
        line.fixed.setText(cell.shown or "—")
        for label, text in zip(line.beside, cell.beside, strict=True):
            label.setText(text)
            label.setToolTip(cell.tip)
        if line.note is not None:
            name_tool(line.note, tr("说明“{label}”", label=title))
        line.asked.setVisible(bool(cell.asked))
        if cell.asked:
            line.asked.set_state(cell.asked[0][0], "\n".join(text for _, text in cell.asked))
        line.explanation.setText(cell.explanation)
        line.explanation.setPlaceholderText(tr("说明（上级问起时的答复）"))
        line.explanation.setAccessibleName(labelled(tr("说明"), title))
        line.explanation.setVisible(bool(cell.explanation) or (bool(cell.asked) and cell.typed and cell.explains))

    def _open_note(self, key: str) -> None:
        self.explanation(key).setFocus()

    def _typed(self) -> dict[str, str]:
        return {key: line.editor.text() for key, line in self._lines.items() if line.editor is not None}

    def _explanations(self) -> dict[str, str]:
        return {key: line.explanation.text().strip() for key, line in self._lines.items()}

    def _altered(self) -> None:
        if not self._filling:
            self.edited.emit(bool(self.changes() or self.explanations()))
