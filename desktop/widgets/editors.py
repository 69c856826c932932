"""One editor per field, by its declaration: it takes and gives text as a person types it; the store reads it.

Nothing here refuses what is typed: a half-known value can be kept, and what cannot be read is said when saving.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.datewords import date_written
from desktop.fields import FieldInfo, choice_label
from desktop.look import GRID
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.widgets.basics import CalmCombo
from desktop.widgets.refpicker import RefPicker
from desktop.widgets.tickmenu import TickField
from policy.i18n import tr

if TYPE_CHECKING:
    from desktop.widgets.newref import NewRef


class FieldEditor(QWidget):
    """Base of all editors: `load` a row, `text` as typed, `changed` when the user alters it."""

    WIDE: ClassVar[bool] = False  # takes the whole width of a form
    changed = Signal()

    def __init__(self, field: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(GRID // 2)

    def load(self, row: dict[str, Any]) -> None:
        """Show the row's value, without `changed`."""
        with QSignalBlocker(self):
            self.set_text(shown_as.typed(self.field, row))

    def text(self) -> str:
        """What stands there, as typed."""
        raise NotImplementedError

    def set_text(self, text: str) -> None:
        """Put a typed text back (a draft)."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Names and choices in the language in force."""
        inner = self.focusProxy()
        if inner is not None:
            inner.setAccessibleName(shown_as.heading(self.field))

    def _takes(self, widget: QWidget, stretch: int = 1) -> None:
        self.row.addWidget(widget, stretch)
        self.setFocusProxy(widget)


class LineEditor(FieldEditor):
    """Text, codes, numbers, money (with its unit at the edge) and dates of any precision."""

    def __init__(self, field: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.edit = QLineEdit()
        self.edit.textChanged.connect(self._altered)
        if field.type == "date":
            self.edit.editingFinished.connect(self._complete)
        self._takes(self.edit)
        self._unit = QLabel()
        self._unit.setProperty("quiet", True)
        self.row.addWidget(self._unit)
        if field.type in ("int", "dec", "money", "year"):
            self.edit.setMaximumWidth(self.edit.fontMetrics().horizontalAdvance("0") * 22)
            self.row.addStretch(1)
        self.retranslate()

    def text(self) -> str:
        return self.edit.text().strip()

    def set_text(self, text: str) -> None:
        self.edit.setText(text)
        self.edit.setCursorPosition(0)

    def retranslate(self) -> None:
        super().retranslate()
        self._unit.setText(shown_as.unit(self.field))
        self._unit.setVisible(bool(self._unit.text()))
        if self.field.type == "date":
            self.edit.setPlaceholderText(tr("如 2026、2026-11 或 2026-11-21"))

    def _yearless(self, day: str) -> bool:
        return bool(day) and not self.text().startswith(day[:4])

    def _complete(self) -> None:
        """A day typed without its year gets this one, where it is seen."""
        day = date_written(self.text())
        if self._yearless(day):
            self.edit.setText(day)

    def _altered(self) -> None:
        if self.field.type == "date":
            day = date_written(self.text())
            said = tr("看不出日期") if self.text() and not day else ""
            self._unit.setText(day if self._yearless(day) else said)
            self._unit.setVisible(bool(self._unit.text()))
        if self.field.type == "money":
            self.edit.setToolTip(shown_as.typed_in_both_units(self.field, self.text()))
        self.changed.emit()


class NoteEditor(FieldEditor):
    """Long text; Tab leaves it."""

    WIDE = True

    def __init__(self, field: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setMinimumHeight(self.edit.fontMetrics().height() * 3 + GRID * 2)
        self.edit.setMaximumHeight(self.edit.fontMetrics().height() * 5 + GRID * 2)
        self.edit.textChanged.connect(self.changed)
        self._takes(self.edit)
        self.retranslate()

    def text(self) -> str:
        return self.edit.toPlainText().strip()

    def set_text(self, text: str) -> None:
        self.edit.setPlainText(text)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(240, self.edit.minimumHeight())


class LinesEditor(NoteEditor):
    """A list of texts, one a line."""

    def load(self, row: dict[str, Any]) -> None:
        with QSignalBlocker(self):
            self.set_text("\n".join(str(line) for line in row.get(self.field.name) or ()))


class ChoiceEditor(FieldEditor):
    """One of an enumeration, or yes, no and not filled in."""

    def __init__(self, field: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.combo = CalmCombo()
        if field.type == "tri":
            self._codes = ["", "1", "0"]
        elif field.required == "S":
            self._codes = [choice.code for choice in field.choices]
        else:
            self._codes = ["", *(choice.code for choice in field.choices)]
        self.combo.addItems([""] * len(self._codes))
        self.combo.currentIndexChanged.connect(self.changed)
        self._takes(self.combo)
        self.retranslate()

    def text(self) -> str:
        place = self.combo.currentIndex()
        return self._codes[place] if place >= 0 else ""

    def set_text(self, text: str) -> None:
        self.combo.setCurrentIndex(self._codes.index(text) if text in self._codes else -1)

    def retranslate(self) -> None:
        super().retranslate()
        with QSignalBlocker(self.combo):
            for place, code in enumerate(self._codes):
                if self.field.type == "tri":
                    text = {"": tr("未填"), "1": tr("是"), "0": tr("否")}[code]
                else:
                    text = choice_label(self.field, code) if code else tr("（未填）")
                self.combo.setItemText(place, text)


class CheckEditor(FieldEditor):
    """Yes or no."""

    def __init__(self, field: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = QCheckBox()
        self.box.toggled.connect(self.changed)
        self._takes(self.box)
        self.retranslate()

    def text(self) -> str:
        return "1" if self.box.isChecked() else "0"

    def set_text(self, text: str) -> None:
        self.box.setChecked(text == "1")

    def retranslate(self) -> None:
        super().retranslate()
        self.box.setText(tr("是"))


class TagsEditor(FieldEditor):
    """Several of an enumeration, ticked in a menu that stays open."""

    def __init__(self, field: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.button = TickField()
        menu = self.button.menu()
        self._actions = {choice.code: menu.addAction(choice.zh) for choice in field.choices}
        for action in self._actions.values():
            action.setCheckable(True)
            action.toggled.connect(self._altered)
        self._takes(self.button)
        self.retranslate()

    def text(self) -> str:
        return ",".join(code for code, action in self._actions.items() if action.isChecked())

    def load(self, row: dict[str, Any]) -> None:
        with QSignalBlocker(self):
            self.set_text(",".join(row.get(self.field.name) or []))

    def set_text(self, text: str) -> None:
        codes = set(text.split(","))
        for code, action in self._actions.items():
            action.setChecked(code in codes)
        self._show()

    def retranslate(self) -> None:
        super().retranslate()
        for code, action in self._actions.items():
            action.setText(choice_label(self.field, code))
        self._show()

    def _altered(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.button.set_chosen([action.text() for action in self._actions.values() if action.isChecked()])


class RefEditor(FieldEditor):
    """Another record, found by name, pinyin or number."""

    def __init__(self, ops: Ops, field: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        from desktop.widgets.newref import can_be_made  # a form within a form: it imports this module

        self._ops = ops
        self.new: NewRef | None = None
        self.picker = RefPicker(ops, field.target, can_make=can_be_made(field.target))
        self.picker.picked.connect(self.changed)
        self.picker.new_asked.connect(self.make_new)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.picker)
        self.row.addLayout(self._column, 1)
        self.setFocusProxy(self.picker)
        self.retranslate()

    def make_new(self, text: str) -> None:
        """Open a small form for a record of the target's kind, below the line."""
        from desktop.widgets.newref import NewRef

        self._close_new()
        self.new = NewRef(self._ops, self.field.target, text)
        self.new.made.connect(self._made)
        self.new.left.connect(self._close_new)
        self._column.addWidget(self.new)
        self.new.form.setFocus()

    def _made(self, record: str, title: str) -> None:
        self._close_new()
        self.picker.set_record(record, title)
        self.picker.setFocus()
        self.changed.emit()

    def _close_new(self) -> None:
        if self.new is not None:
            self._column.removeWidget(self.new)
            self.new.hide()
            self.new.deleteLater()
            self.new = None

    def load(self, row: dict[str, Any]) -> None:
        with QSignalBlocker(self):
            self.picker.set_record(row.get(self.field.name) or "", row.get("_titles", {}).get(self.field.name, ""))

    def text(self) -> str:
        return self.picker.record()

    def set_text(self, text: str) -> None:
        self.picker.set_record(text, "")

    def retranslate(self) -> None:
        super().retranslate()
        self.picker.setAccessibleName(self.field.shown)
        self.picker.retranslate()
        if self.new is not None:
            self.new.retranslate()


class FixedEditor(FieldEditor):
    """A value whose parts cannot be typed in one line (rooms, explanations): shown, not changed here."""

    def __init__(self, field: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._takes(self._label)
        self._text = ""

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self._label.setText(text)


_LINES = ("text", "code", "int", "dec", "money", "date", "year")
_BY_TYPE: dict[str, Callable[[FieldInfo], FieldEditor]] = {
    **dict.fromkeys(_LINES, LineEditor),
    "note": NoteEditor,
    "enum": ChoiceEditor,
    "tri": ChoiceEditor,
    "bool": CheckEditor,
    "tags": TagsEditor,
}
# lists that are typed; the others are lists of parts, and only shown
_LISTS: dict[str, Callable[[FieldInfo], FieldEditor]] = {
    "former_names": LineEditor,
    "papers": LinesEditor,
}


def editor_for(ops: Ops, field: FieldInfo) -> FieldEditor:
    """The editor of a field."""
    if field.type == "ref":
        return RefEditor(ops, field)
    if shown_as.holds_terms(field):
        from desktop.widgets.termseditor import TermsEditor  # editors within an editor: it imports this module

        return TermsEditor(ops, field)
    if field.type == "list":
        return _LISTS.get(field.name, FixedEditor)(field)
    if field.type == "tags" and not field.choices:
        return LineEditor(field)
    return _BY_TYPE[field.type](field)


class Labelled(QWidget):
    """An editor below its label, with a line for what is wrong with it."""

    def __init__(self, editor: FieldEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self._label, self._problem = QLabel(), QLabel()
        self._label.setBuddy(editor.focusProxy() or editor)
        self._problem.setWordWrap(True)
        self._problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._label)
        layout.addWidget(editor)
        layout.addWidget(self._problem)
        layout.addStretch(1)  # a taller neighbour does not pull label and editor apart
        self.retranslate()

    def retranslate(self) -> None:
        """Label and editor in the language in force."""
        field = self.editor.field
        mark = " *" if field.required == "S" else tr("（自动，可改）") if field.computed else ""
        self._label.setText((field.shown + mark).replace("&", "&&"))  # R&D is a word, not a shortcut
        self.editor.retranslate()

    def set_problem(self, text: str) -> None:
        """Say what is wrong; blank for nothing."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
