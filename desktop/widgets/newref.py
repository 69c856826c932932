"""A record that another refers to, made on the spot: only what it cannot be without, and what is there already."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.fields import FieldInfo, editable_kinds, kind_info, kind_label, typed_fields
from desktop.look import GRID
from desktop.ops import Ops
from desktop.widgets.basics import heading
from desktop.widgets.doublesbar import DoublesBar, telling_fields
from desktop.widgets.form import FormEditor
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import tr

_MOST = 6  # a kind that needs more is made on its own page


def needed_fields(kind: str) -> tuple[FieldInfo, ...]:
    """What a record of the kind is made of here: what it cannot be without, and its credit code."""
    return tuple(
        field
        for field in typed_fields(kind)
        if ((field.required == "S" or field.waits) and field.type != "bool") or field.name == "uscc"
    )


def can_be_made(kind: str) -> bool:
    """Whether a record of the kind can be made beside another's form."""
    title = kind_info(kind).kind.title
    fields = needed_fields(kind)
    known = any(info.name == kind for info in editable_kinds())
    return known and len(fields) <= _MOST and any(field.name == title and field.type == "text" for field in fields)


class NewRef(QFrame):
    """`made(str, str)` id and title of the new record, or of the one found to be there; `left` when given up."""

    made = Signal(str, str)
    left = Signal()

    def __init__(self, ops: Ops, kind: str, text: str, parent: QWidget | None = None) -> None:
        """`text` is what was typed to find it: its name."""
        super().__init__(parent)
        self.setProperty("card", True)
        self._ops, self._kind = ops, kind
        self._titled = kind_info(kind).kind.title
        self._title, self.message = heading(), MessageBar(self)
        self.doubles = DoublesBar(ops, kind)
        self.doubles.opened.connect(self._take_known)
        self.form = FormEditor(ops, needed_fields(kind), columns=1)
        self.form.edited.connect(lambda _edited: self._look())
        self.save, self.stop = QPushButton(), QPushButton()
        self.save.clicked.connect(self._save)
        self.stop.clicked.connect(self.left)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addStretch(1)
        foot.addWidget(self.stop)
        foot.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._title)
        layout.addWidget(self.message)
        layout.addWidget(self.form)
        layout.addWidget(self.doubles)
        layout.addLayout(foot)
        self.retranslate()
        self.form.editor(self._titled).set_text(text)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._title.setText(tr("新建{kind}", kind=kind_label(self._kind)))
        self.save.setText(tr("新建并选用"))
        self.stop.setText(tr("取消"))
        self.form.retranslate()
        self.doubles.retranslate()
        self.doubles.open_button.setText(tr("选用已有的"))

    def _look(self) -> None:
        if telling_fields(self._kind):
            self.doubles.look(self.form.values())

    def _take_known(self, record: str) -> None:
        def came(titles: dict[str, str]) -> None:
            self.made.emit(record, titles.get(record, ""))

        self._ops.run("records.titles", owner=self, on_result=came, kind=self._kind, ids=[record])

    def _save(self) -> None:
        values = {name: text for name, text in self.form.values().items() if text}
        title = values.get(self._titled, "")

        def stored(answer: dict[str, Any]) -> None:
            self.made.emit(str(answer["id"]), title)

        def refused(fault: Fault) -> None:
            self.save.setEnabled(True)
            if not self.form.show_fault(fault):
                self.message.show_fault(fault)

        self.save.setEnabled(False)
        self._ops.run("records.add", owner=self, on_result=stored, on_fault=refused, kind=self._kind, values=values)
