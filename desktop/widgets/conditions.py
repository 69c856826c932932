"""Field conditions of a list: one line each (field, test, value), and the filters a person has named."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.fields import FieldInfo, kind_info
from desktop.look import GRID, icon
from desktop.ops import Ops
from desktop.widgets.basics import CalmCombo, name_tool, tool
from desktop.widgets.editors import ChoiceEditor, FieldEditor, LineEditor, RefEditor
from policy.i18n import mark, tr

_PAUSE = 400  # ms after the last committed letter
_WORDS = {
    "has": mark("包含"),
    "is": mark("等于"),
    "not": mark("不等于"),
    "from": mark("不小于"),
    "to": mark("不大于"),
    "blank": mark("未填"),
    "filled": mark("已填"),
}
_DAY_WORDS = {"from": mark("不早于"), "to": mark("不晚于")}
_ORDERED = ("from", "to", "is", "blank", "filled")
_TESTS = {
    **dict.fromkeys(("text", "note", "code"), ("has", "is", "not", "blank", "filled")),
    **dict.fromkeys(("date", "year", "int", "dec", "money"), _ORDERED),
    **dict.fromkeys(("enum", "ref"), ("is", "not", "blank", "filled")),
    **dict.fromkeys(("bool", "tri"), ("is", "blank", "filled")),
    **dict.fromkeys(("tags", "list"), ("has", "blank", "filled")),
}


def asked_fields(kind: str) -> list[FieldInfo]:
    """The fields a list may be asked by; a number that leads to a person is not among them."""
    return [
        field
        for field in kind_info(kind).fields
        if field.name != "id" and field.type in _TESTS and not field.masked and (field.type != "ref" or field.target)
    ]


def _word(test: str, kind: str) -> str:
    """A test as one says it of a field of this type: a day is early or late, not small or large."""
    return tr(_DAY_WORDS.get(test, _WORDS[test]) if kind == "date" else _WORDS[test])


class _Line(QWidget):
    """One condition."""

    changed = Signal()
    dropped = Signal()

    def __init__(self, ops: Ops, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._fields = asked_fields(kind)
        self.field, self.test = CalmCombo(), CalmCombo()
        self.editor: FieldEditor | None = None
        self.drop = tool("x")
        self.drop.clicked.connect(self.dropped)
        self.field.addItems([""] * len(self._fields))
        self.field.setMaximumWidth(GRID * 24)
        self.field.currentIndexChanged.connect(lambda _place: self._ask())
        self.test.currentIndexChanged.connect(lambda _place: self._tested())
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)
        self._row.addWidget(self.field)
        self._row.addWidget(self.test)
        self._row.addStretch(1)
        self._row.addWidget(self.drop)
        self.retranslate()
        self._ask()

    def retranslate(self) -> None:
        for place, field in enumerate(self._fields):
            self.field.setItemText(place, field.shown)
        for place in range(self.test.count()):
            self.test.setItemText(place, _word(self.test.itemData(place), self._fields[self.field.currentIndex()].type))
        self.field.setAccessibleName(tr("条件的字段"))
        self.test.setAccessibleName(tr("条件的比较方式"))
        name_tool(self.drop, tr("去掉这个条件"))
        if self.editor is not None:
            self.editor.retranslate()

    def condition(self) -> dict[str, str] | None:
        """The condition; None while its value is blank."""
        declared = self._fields[self.field.currentIndex()]
        test = str(self.test.currentData())
        value = "" if test in ("blank", "filled") or self.editor is None else self.editor.text()
        if not value and test not in ("blank", "filled"):
            return None
        return {"field": declared.name, "test": test, "value": value}

    def set_condition(self, condition: dict[str, str]) -> None:
        names = [field.name for field in self._fields]
        if condition.get("field") not in names:
            return
        self.field.setCurrentIndex(names.index(condition["field"]))
        self.test.setCurrentIndex(max(self.test.findData(condition.get("test")), 0))
        if self.editor is not None:
            self.editor.set_text(condition.get("value") or "")

    def _ask(self) -> None:
        declared = self._fields[self.field.currentIndex()]
        self.test.blockSignals(True)
        self.test.clear()
        for test in _TESTS[declared.type]:
            self.test.addItem(_word(test, declared.type), test)
        self.test.blockSignals(False)
        if self.editor is not None:
            self._row.removeWidget(self.editor)
            self.editor.deleteLater()
        if declared.type == "ref":
            self.editor = RefEditor(self._ops, declared)
        elif declared.choices or declared.type in ("bool", "tri"):
            self.editor = ChoiceEditor(declared)
        else:
            self.editor = LineEditor(declared)
        self.editor.changed.connect(self.changed)
        self._row.insertWidget(2, self.editor, 1)
        self._tested()

    def _tested(self) -> None:
        if self.editor is not None:
            self.editor.setVisible(self.test.currentData() not in ("blank", "filled"))
        self.changed.emit()


class Conditions(QFrame):
    """The panel below the filter line. `changed` after something was chosen or typed, `named(str)` when the person
    gives the filter a name to keep it by."""

    changed = Signal()
    named = Signal(str)

    def __init__(self, ops: Ops, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._ops, self._kind = ops, kind
        self._lines: list[_Line] = []
        self.add, self.clear = QPushButton(), QPushButton()
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(lambda: self._add())
        self.clear.clicked.connect(lambda: self.set_conditions([]))
        self.name, self.keep = QLineEdit(), QPushButton()
        self.name.setMaximumWidth(GRID * 24)
        self.keep.setIcon(icon("save"))
        self.keep.clicked.connect(self._named)
        self.name.returnPressed.connect(self._named)
        foot, naming = QHBoxLayout(), QHBoxLayout()
        for row, parts in ((foot, (self.add, self.clear)), (naming, (self.name, self.keep))):
            row.setSpacing(GRID)
            for part in parts:
                row.addWidget(part)
            row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(GRID, GRID, GRID, GRID)
        self._column.setSpacing(GRID)
        self._column.addLayout(foot)
        self._column.addLayout(naming)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self.changed)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.setAccessibleName(tr("筛选条件"))
        self.add.setText(tr("加条件"))
        self.clear.setText(tr("清除条件"))
        self.name.setPlaceholderText(tr("给这个筛选取名"))
        self.name.setAccessibleName(tr("筛选的名称"))
        self.keep.setText(tr("保存筛选"))
        for line in self._lines:
            line.retranslate()

    def open(self) -> None:
        """Show the panel, with a line to fill in."""
        self.show()
        if not self._lines:
            self._add()
        self._lines[-1].field.setFocus()

    def conditions(self) -> list[dict[str, str]]:
        """The conditions that are complete, as `lists.ids` takes them."""
        return [found for line in self._lines if (found := line.condition()) is not None]

    def set_conditions(self, conditions: list[dict[str, str]]) -> None:
        """Put conditions in place of those there."""
        for line in list(self._lines):
            self._drop(line)
        for condition in conditions:
            self._add().set_condition(condition)
        self._pause.start()

    def _add(self) -> _Line:
        line = _Line(self._ops, self._kind)
        line.changed.connect(self._pause.start)
        line.dropped.connect(lambda: self._drop(line))
        self._column.insertWidget(len(self._lines), line)
        self._lines.append(line)
        return line

    def _drop(self, line: _Line) -> None:
        self._lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
        self._pause.start()

    def _named(self) -> None:
        name = self.name.text().strip()
        if name:
            self.name.clear()
            self.named.emit(name)


def kept_filters(kept: Any) -> list[dict[str, Any]]:
    """The named filters as they were kept, whatever else the file of settings holds."""
    if not isinstance(kept, list):
        return []
    return [one for one in kept if isinstance(one, dict) and isinstance(one.get("name"), str)]
