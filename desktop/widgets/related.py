"""The records that belong to another one (a firm's tenancies, a case's contracts): a table, the one chosen below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.drafts import Drafts
from desktop.fields import kind_info, kind_label, typed_fields
from desktop.look import GRID, icon
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.runtime.settings import Settings
from desktop.widgets.basics import EmptyState
from desktop.widgets.recordform import RecordForm
from desktop.widgets.recordtable import RecordTable
from policy.i18n import tr


class Keeps(Protocol):
    """What keeps unsaved texts and this user's columns, sorting and filters: the window's desk."""

    drafts: Drafts
    settings: Settings


class ChildTable(QWidget):
    """Rows of `kind` whose field `parent_field` refers to the record given to `show_parent`.

    `chosen` is the widget that shows one of them, a form or one with tabs of its own: it has `show_record`, `start_new`
    and `retranslate`, and says `saved(id)`, `deleted(id)` and `abandoned()`.

    `rows_pasted(kind, text, given)`: rows of a spreadsheet, and what each of them is given that says nothing itself;
    `template_asked(kind)`: an empty workbook.
    """

    rows_pasted = Signal(str, str, dict)
    template_asked = Signal(str)

    def __init__(
        self,
        ops: Ops,
        kind: str,
        parent_field: str,
        columns: Sequence[str],
        desk: Keeps,
        chosen: Any,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self._ops, self._kind, self._field, self._parent_id = ops, kind, parent_field, ""
        place = f"{kind}@{parent_field}"  # columns of a child's list are its own, not those of the list of all
        shown = desk.settings.get(f"columns.{place}")
        known = {field.name for field in kind_info(kind).fields}
        kept = [name for name in shown if name in known] if isinstance(shown, list) else []
        self.model = RecordsModel(ops, kind, kept or columns, self)
        self.table = RecordTable(ops, self.model, EmptyState(), desk.settings, place=place)
        self.view = self.table.view
        self.table.current_changed.connect(self.select)
        self.table.pasted.connect(self._paste)
        self.table.template_asked.connect(lambda: self.template_asked.emit(kind))
        chosen.saved.connect(self._saved)
        chosen.deleted.connect(lambda _record: chosen.hide())
        chosen.abandoned.connect(chosen.hide)
        chosen.hide()
        self.add = QPushButton()
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(self.start_new)
        self.table.add_tool(self.add)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.table)
        self.split.addWidget(chosen)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 2)
        self.split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.split, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        kind = kind_label(self._kind)
        self.add.setText(tr("新增{kind}", kind=kind))
        self.add.setToolTip(tr("Insert 键：在这里再加一条"))
        self.table.empty.set_texts(
            tr("还没有{kind}", kind=kind), tr("按“新增{kind}”登记，或从表格连同表头复制后在这里粘贴。", kind=kind)
        )
        self.table.retranslate()
        self.view.setAccessibleName(kind)
        self._chosen.retranslate()

    def show_parent(self, record: str) -> None:
        """List what belongs to this record."""
        if record != self._parent_id:
            self._chosen.hide()
            self.table.select("")
            self.table.clear_filter()  # what was looked for among the rows of another
        self._parent_id = record
        self.table.show_where({self._field: record}, owned=True)

    def select(self, record: str) -> None:
        """Open one of the rows."""
        self.table.select(record)
        self._chosen.show()
        self._chosen.show_record(record)

    def start_new(self) -> None:
        """A new row for the record shown."""
        self._chosen.show()
        self._chosen.start_new({self._field: self._parent_id})

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Insert begins the next one from wherever one is in the list or its form."""
        if event.key() == Qt.Key.Key_Insert and not event.modifiers() and self._parent_id:
            self.start_new()
        else:
            super().keyPressEvent(event)

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        if self._parent_id:
            self.model.changes_came(changes)

    def _paste(self, text: str) -> None:
        self.rows_pasted.emit(self._kind, text, {self._field: self._parent_id})

    def _saved(self, record: str) -> None:
        self.table.select(record)
        self.model.reload()


class Related(ChildTable):
    """The row chosen is shown in a form."""

    FORM: ClassVar[type[RecordForm]] = RecordForm

    def __init__(
        self,
        ops: Ops,
        kind: str,
        parent_field: str,
        columns: Sequence[str],
        desk: Keeps,
        parent: QWidget | None = None,
    ) -> None:
        names = [field.name for field in typed_fields(kind) if field.name != parent_field]
        self.form = self.FORM(ops, kind, names, desk.drafts)
        super().__init__(ops, kind, parent_field, columns, desk, self.form, parent)
        self.form.double_opened.connect(self.select)
