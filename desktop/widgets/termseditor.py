"""What a supplement changes: the terms of its contract, each chosen, with its value as it is and the new one."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.fields import FieldInfo, kind_info
from desktop.look import GRID, icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.terms import CONTRACT_TERMS
from desktop.widgets.basics import CalmCombo, name_tool, quiet, tool
from desktop.widgets.editors import FieldEditor, editor_for
from policy.i18n import tr

_ALMOST_ALL = 20  # of a line's room goes to the new value, whatever else stretches


class _Line(QWidget):
    """One term."""

    def __init__(self, owner: TermsEditor, fields: list[FieldInfo]) -> None:
        super().__init__()
        self._owner, self._fields = owner, fields
        self.which, self.now, self.remove = CalmCombo(), quiet(), tool("x")
        self.which.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.which.setMinimumContentsLength(10)
        self.which.addItems([""] * (len(fields) + 1))
        self.editor: FieldEditor | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)
        self._row.addWidget(self.which)
        self._row.addWidget(self.now)
        self._row.addStretch(1)
        self._row.addWidget(self.remove)
        self.which.currentIndexChanged.connect(lambda _place: self._chosen())

    def name(self) -> str:
        """The field chosen; blank for none."""
        place = self.which.currentIndex()
        return self._fields[place - 1].name if place > 0 else ""

    def choose(self, name: str, text: str) -> None:
        """Take what a draft says."""
        self.which.setCurrentIndex(1 + [field.name for field in self._fields].index(name))
        if self.editor is not None:
            self.editor.set_text(text)

    def retranslate(self, number: int, contract: dict[str, Any]) -> None:
        """Texts in the language in force; `contract` is the row as it is."""
        self.which.setItemText(0, tr("（选择要改的一项）"))
        for place, field in enumerate(self._fields, 1):
            self.which.setItemText(place, field.shown)
        self.which.setAccessibleName(tr("改什么 {n}", n=number))
        name_tool(self.remove, tr("去掉第 {n} 项", n=number))
        if self.editor is not None:
            self.editor.retranslate()
            text = shown_as.shown(self.editor.field, contract)
            known = f"{text} {shown_as.unit(self.editor.field)}".strip() if text else tr("（未填）")
            self.now.setText(tr("现为 {value}，改为", value=known) if contract else "")

    def _chosen(self) -> None:
        if self.editor is not None:
            self._row.removeWidget(self.editor)
            self.editor.hide()
            self.editor.deleteLater()
            self.editor = None
        self.now.clear()
        if name := self.name():
            field = next(field for field in self._fields if field.name == name)
            self.editor = editor_for(self._owner.ops, field)
            self.editor.changed.connect(self._owner.changed)
            self._row.insertWidget(2, self.editor, _ALMOST_ALL)
            self.setTabOrder(self.which, self.editor.focusProxy() or self.editor)  # made last, it would come last
        self._owner.chosen()


class TermsEditor(FieldEditor):
    """A new supplement's terms, as many as it changes; of one that is kept they are shown as it says them.

    Its text is JSON, [[field, new value as typed]]; blank where no term is chosen.
    """

    WIDE = True

    def __init__(self, ops: Ops, field: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.ops = ops
        info = kind_info("contract")
        self._fields = [info.field(name) for name in CONTRACT_TERMS]
        self._contract: dict[str, Any] = {}
        self._lines: list[_Line] = []
        self._kept, self.more = QLabel(), QPushButton()
        self._kept.setWordWrap(True)
        self.more.setIcon(icon("plus"))
        self.more.clicked.connect(lambda: self._add().which.setFocus())
        self._column = QVBoxLayout()
        self._column.setSpacing(GRID)
        self._first = _Line(self, self._fields)  # stays, and says where Tab begins; others come and go behind it
        self._first.remove.clicked.connect(lambda: self._remove(self._first))
        self._lines.append(self._first)
        for part in (self._kept, self._first):
            self._column.addWidget(part)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.row.addLayout(self._column, 1)
        self.setFocusProxy(self._first.which)
        self.retranslate()

    def show_contract(self, record: str) -> None:
        """Say beside each term what the contract says now."""
        self._contract = {}

        def came(row: dict[str, Any]) -> None:
            self._contract = row
            self.retranslate()

        self.ops.run("records.get", owner=self, on_result=came, place="contract", kind="contract", id=record)

    def load(self, row: dict[str, Any]) -> None:
        with QSignalBlocker(self):
            kept = bool(row.get("id"))
            self._kept.setText(shown_as.shown(self.field, row) or tr("没有更改合同的约定。"))
            self._kept.setVisible(kept)
            self._clear()
            for part in (self._first, self.more):
                part.setVisible(not kept)

    def text(self) -> str:
        said = [[line.name(), line.editor.text()] for line in self._lines if line.editor is not None]
        return json.dumps(said, ensure_ascii=False) if said else ""

    def set_text(self, text: str) -> None:
        self._clear()
        said = [(name, value) for name, value in (json.loads(text) if text else ()) if name in CONTRACT_TERMS]
        for place, (name, value) in enumerate(said):
            (self._add() if place else self._first).choose(name, value)

    def retranslate(self) -> None:
        self.more.setText(tr("再改一项"))
        for number, line in enumerate(self._lines, 1):
            line.retranslate(number, self._contract)

    def chosen(self) -> None:
        """A line is about another term now."""
        self.retranslate()
        self.changed.emit()

    def _add(self) -> _Line:
        line, before = _Line(self, self._fields), self._lines[-1]
        line.remove.clicked.connect(lambda: self._remove(line))
        self._lines.append(line)
        self._column.insertWidget(self._column.count() - 1, line)
        self.setTabOrder(before.remove, line.which)
        self.setTabOrder(line.which, line.remove)
        self.retranslate()
        return line

    def _remove(self, line: _Line) -> None:
        if line is self._first:
            line.which.setCurrentIndex(0)
        else:
            self._take_out(line)
        self._lines[-1].which.setFocus()
        self.chosen()

    def _clear(self) -> None:
        for line in self._lines[1:]:
            self._take_out(line)
        self._first.which.setCurrentIndex(0)

    def _take_out(self, line: _Line) -> None:
        self._lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
