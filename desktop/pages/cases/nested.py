"""Records of a case that are more than a row (contracts, prices, rights): a list, and the one chosen with tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.fields import kind_label
from desktop.look import GRID, icon
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.records import RecordDetail, Sheet
from desktop.widgets.basics import quiet
from desktop.widgets.ledgerview import LedgerView, row_height
from desktop.widgets.related import Related
from policy.i18n import tr

_ROWS = 4  # of the list that are seen at once: most cases have one or two


class Nested(QWidget):
    """The records of a sheet's kind whose field `parent_field` refers to the case shown.

    `rows_pasted` and `template_asked` as the tables of the one chosen tell them.
    """

    rows_pasted = Signal(str, str, dict)
    template_asked = Signal(str)

    def __init__(
        self, ops: Ops, desk: Desk, sheet: Sheet, parent_field: str = "case", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ops, self._desk, self._sheet, self._field = ops, desk, sheet, parent_field
        self._case = self._wanted = ""
        self._detail: RecordDetail | None = None
        self.model = RecordsModel(ops, sheet.kind, sheet.columns, self)
        self.view = LedgerView()
        self.view.setModel(self.model)
        self.view.setMinimumHeight(row_height(self.view) * 3)
        self.add = QPushButton()
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(self.start_new)
        self._count = quiet()
        top = QHBoxLayout()
        top.addWidget(self._count, 1)
        top.addWidget(self.add)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self._split, 1)
        self.view.selectionModel().currentRowChanged.connect(lambda current, _: self._open(current.row()))
        self.model.loaded.connect(self._listed)
        self.model.dataChanged.connect(lambda *_: self.view.resizeColumnsToContents())

    @property
    def detail(self) -> RecordDetail:
        """The one chosen; made when the first is: a case has many such tabs, and most stay closed."""
        if self._detail is None:
            self._detail = RecordDetail(self._ops, self._desk, self._sheet)
            self._detail.retranslate()
            self._detail.hide()
            self._detail.saved.connect(self._saved)
            self._detail.deleted.connect(lambda _record: self.detail.hide())
            self._detail.abandoned.connect(self._detail.hide)
            self._detail.rows_pasted.connect(self.rows_pasted)
            self._detail.template_asked.connect(self.template_asked)
            self._split.addWidget(self._detail)
            self._split.setSizes([row_height(self.view) * (_ROWS + 1), row_height(self.view) * 20])
            self._split.setStretchFactor(1, 1)
        return self._detail

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.add.setText(tr("新增{kind}", kind=kind_label(self._sheet.kind)))
        self.view.setAccessibleName(kind_label(self._sheet.kind))
        self.model.retranslate()
        if self._detail is not None:
            self._detail.retranslate()
        self._say()

    def show_parent(self, record: str) -> None:
        """List what belongs to this case."""
        if record != self._case and self._detail is not None:
            self._detail.hide()
        self._case = record
        self.model.load(where={self._field: record})

    def select(self, record: str) -> None:
        """Open one of them."""
        self._wanted = record
        self.detail.show()
        self.detail.show_record(record)

    def reveal(self, kind: str, record: str) -> None:
        """Open one of them, or the one that keeps a record of another kind."""
        path = (self._field,) if kind == self._sheet.kind else self.detail.keeps(kind)
        if kind == self._sheet.kind:
            self.select(record)
        elif path is not None and len(path) == 1:

            def came(row: dict[str, Any]) -> None:
                self._wanted = str(row[path[0]] or "")
                self.detail.show()
                self.detail.show_record(self._wanted, kind, record)

            self._ops.run("records.get", owner=self, on_result=came, kind=kind, id=record)

    def start_new(self) -> None:
        """A new one for the case shown."""
        self.detail.show()
        self.detail.start_new({self._field: self._case})

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        self.model.changes_came(changes)
        if self._detail is not None and self._detail.isVisible():
            self._detail.changes_came(changes)

    def _open(self, row: int) -> None:
        if record := self.model.id_at(row):
            self.select(record)

    def _saved(self, record: str) -> None:
        self._wanted = record
        self.model.reload()

    def _listed(self, count: int) -> None:
        self._say()
        place = self.model.place_of(self._wanted) if self._wanted else (0 if count == 1 else -1)
        if place >= 0 and self.view.currentIndex().row() != place:
            self.view.selectRow(place)

    def _say(self) -> None:
        count = self.model.rowCount()
        kind = kind_label(self._sheet.kind)
        self._count.setText(tr("共 {n} 条", n=count) if count else tr("还没有{kind}。", kind=kind))


def nested(sheet: Sheet, parent_field: str = "case") -> Callable[[Ops, Desk], QWidget]:
    """Builds such a tab."""
    return lambda ops, desk: Nested(ops, desk, sheet, parent_field)


class About(Related):
    """Records that name theirs by a text `kind:id` (publications): listed for the record shown."""

    def __init__(self, ops: Ops, desk: Desk, kind: str, name: str, columns: tuple[str, ...], about: str) -> None:
        super().__init__(ops, kind, name, columns, desk)
        self._about = about

    def show_parent(self, record: str) -> None:
        super().show_parent(f"{self._about}:{record}")
