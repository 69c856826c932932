"""A form derived from field declarations: load a row, type, take what was changed as typed texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop.fields import FieldInfo
from desktop.look import GRID
from desktop.messages import explain
from desktop.ops import Ops
from desktop.widgets.basics import heading
from desktop.widgets.editors import FieldEditor, FixedEditor, Labelled, editor_for
from desktop.widgets.maskededitor import MaskedEditor
from desktop.widgets.stepseditor import StepsEditor
from policy.errors import Fault
from policy.i18n import tr, unlisted

_COLUMN = 150  # px that a column of fields is wide at least


def _editor(ops: Ops, field: FieldInfo) -> FieldEditor:
    if field.masked:
        return MaskedEditor(ops, field)
    return StepsEditor(field) if field.name == "steps" else editor_for(ops, field)


class FormEditor(QWidget):
    """Fields in a grid of `columns`. `edited(bool)` says whether anything differs from the row loaded.

    Nothing is validated while typing: `values()` goes to `records.add` or `records.edit`, and `show_fault` puts what
    the store says beside the field it is about.
    """

    edited = Signal(bool)

    def __init__(
        self,
        ops: Ops,
        fields: Sequence[FieldInfo],
        columns: int = 2,
        headings: Mapping[str, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`headings` are marked texts, by the name of the field they stand above."""
        super().__init__(parent)
        self._headings: list[tuple[QLabel, str]] = []
        self._ops = ops
        self._parts: dict[str, Labelled] = {}
        self._columns = self._placed = columns
        self._original: dict[str, str] = {}
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, GRID, 0)
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(GRID)
        self._cells: list[tuple[QWidget, bool]] = []  # in order, and whether each takes a line to itself
        for field in fields:
            if headings and field.name in headings:
                title = heading()
                self._headings.append((title, headings[field.name]))
                self._cells.append((title, True))
            part = Labelled(_editor(ops, field))
            part.editor.changed.connect(self._altered)
            self._parts[field.name] = part
            self._cells.append((part, part.editor.WIDE))
        typed = (part.editor for part in self._parts.values() if not isinstance(part.editor, FixedEditor))
        if first := next(typed, None):
            self.setFocusProxy(first)  # a form that is begun has the cursor where it begins
        self._arrange()
        self.retranslate()
        self.load({})

    def load(self, row: dict[str, Any]) -> None:
        """Show a stored row (as `records.get` gives it); {} for a new record."""
        for part in self._parts.values():
            part.editor.load(row)
            part.set_problem("")
        self._original = {name: part.editor.text() for name, part in self._parts.items()}
        self.edited.emit(False)

    def values(self) -> dict[str, str]:
        """Every field's text as typed, except those that are only shown."""
        return {
            name: part.editor.text() for name, part in self._parts.items() if not isinstance(part.editor, FixedEditor)
        }

    def changes(self) -> dict[str, str]:
        """The fields that differ from the row loaded, as typed: what `records.edit` takes and a draft keeps."""
        return {name: text for name, text in self.values().items() if text != self._original.get(name, "")}

    def original(self) -> dict[str, str]:
        """The row loaded, as typed."""
        return dict(self._original)

    def is_edited(self) -> bool:
        """Whether anything differs from the row loaded."""
        return bool(self.changes())

    def restore(self, draft: dict[str, str]) -> None:
        """Put typed texts back over the row loaded."""
        for name, text in draft.items():
            if name in self._parts:
                self._parts[name].editor.set_text(text)
        self._altered()

    def editor(self, name: str) -> FieldEditor:
        """The editor of a field."""
        return self._parts[name].editor

    def show_fault(self, fault: Fault) -> bool:
        """Put the sentence beside the field it is about; False where it is about none of them."""
        about = unlisted(str(fault.params.get("field") or fault.params.get("fields") or ""))
        found = False
        for name, part in self._parts.items():
            concerns = part.editor.field.shown in about or name in about
            part.set_problem(explain(fault) if concerns else "")
            if concerns and not found:
                part.editor.setFocus()
                found = True
        return found

    def retranslate(self) -> None:
        """Labels and choices in the language in force."""
        for title, text in self._headings:
            title.setText(tr(text))
        for part in self._parts.values():
            part.retranslate()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self._widest(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._make_do()

    def _make_do(self) -> None:
        """Fewer columns where there is no room for all of them."""
        gap, margins = self._grid.horizontalSpacing(), self._grid.contentsMargins()
        room = self.width() - margins.left() - margins.right() + gap
        columns = max(min(self._columns, room // (max(self._widest(), _COLUMN) + gap)), 1)
        if columns != self._placed:
            self._placed = columns
            self._arrange()

    def _widest(self) -> int:
        """The width of the widest field, in pixels."""
        return max((cell.minimumSizeHint().width() for cell, _ in self._cells), default=0)

    def _arrange(self) -> None:
        """Put the fields into the columns there are now."""
        grid, columns, place = self._grid, self._placed, 0
        while grid.takeAt(0) is not None:
            pass
        for cell, alone in self._cells:
            place += -place % columns if alone else 0
            grid.addWidget(cell, place // columns, place % columns, 1, columns if alone else 1)
            place += columns if alone else 1
        for column in range(self._columns):
            grid.setColumnStretch(column, int(column < columns))
        for row in range(grid.rowCount()):
            grid.setRowStretch(row, 0)
        grid.setRowStretch(-(-place // columns) + 1, 1)

    def _altered(self) -> None:
        self.edited.emit(self.is_edited())
