"""The records that belong to another one (a firm's tenancies, a case's contracts): a table, and a form beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.drafts import Drafts
from desktop.fields import kind_label, typed_fields
from desktop.look import GRID, icon
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.widgets.basics import quiet
from desktop.widgets.copying import copy_rows
from desktop.widgets.ledgerview import LedgerView
from desktop.widgets.recordform import RecordForm
from policy.i18n import tr


class Related(QWidget):
    """Rows of `kind` whose field `parent_field` refers to the record given to `show_parent`."""

    def __init__(
        self,
        ops: Ops,
        kind: str,
        parent_field: str,
        columns: Sequence[str],
        drafts: Drafts,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ops, self._kind, self._field, self._parent_id = ops, kind, parent_field, ""
        self.model = RecordsModel(ops, kind, columns, self)
        self.view = LedgerView()
        self.view.setModel(self.model)
        self.view.setSortingEnabled(True)
        self.view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.view.copy_asked.connect(self._copy)
        names = [field.name for field in typed_fields(kind) if field.name != parent_field]
        self.form = RecordForm(ops, kind, names, drafts)
        self.form.saved.connect(self._saved)
        self.form.deleted.connect(lambda _record: self.form.hide())
        self.form.abandoned.connect(self.form.hide)
        self.form.double_opened.connect(self.select)
        self.form.hide()
        self.add = QPushButton()
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(self.start_new)
        self._nothing = quiet()
        top = QHBoxLayout()
        top.addWidget(self._nothing, 1)
        top.addWidget(self.add)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.view)
        split.addWidget(self.form)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(split, 1)
        self.view.selectionModel().currentRowChanged.connect(lambda current, _: self._open(current.row()))
        self.model.loaded.connect(lambda _count: self._say())
        self.model.dataChanged.connect(lambda *_: self._fit())
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.add.setText(tr("新增{kind}", kind=kind_label(self._kind)))
        self.view.setAccessibleName(kind_label(self._kind))
        self.model.retranslate()
        self.form.retranslate()
        self._say()

    def show_parent(self, record: str) -> None:
        """List what belongs to this record."""
        if record != self._parent_id:
            self.form.hide()
        self._parent_id = record
        query = self.model.query
        self.model.load(where={self._field: record}, order=query.get("order"), descending=bool(query.get("descending")))

    def select(self, record: str) -> None:
        """Open one of the rows."""
        self.form.show()
        self.form.show_record(record)

    def start_new(self) -> None:
        """A new row for the record shown."""
        self.form.show()
        self.form.start_new({self._field: self._parent_id})

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        if self._parent_id:
            self.model.changes_came(changes)

    def _copy(self) -> None:
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        copy_rows(self._ops, self, self.model, [record for row in rows if (record := self.model.id_at(row))])

    def _open(self, row: int) -> None:
        record = self.model.id_at(row)
        if record:
            self.form.show()
            self.form.show_record(record)

    def _saved(self, _record: str) -> None:
        self.model.reload()

    def _say(self) -> None:
        count = self.model.rowCount()
        self._nothing.setText(tr("共 {n} 条", n=count) if count else tr("还没有{kind}。", kind=kind_label(self._kind)))

    def _fit(self) -> None:
        if self.model.rowCount() <= 200:
            self.view.resizeColumnsToContents()
