"""A list of records: type to filter, sort, choose columns, select many, copy as a table; the page adds its actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QItemSelectionRange, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.fields import kind_info
from desktop.look import GRID, icon
from desktop.models import format as shown_as
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.widgets.basics import EmptyState, name_tool, tool
from policy.i18n import tr

_PAUSE = 200  # ms after the last key, on committed text only
_COPY_LIMIT = 5000
# first width of a column in digits, by what it holds
_LETTERS = {
    "note": 32, "date": 14, "code": 24, "year": 8, "money": 16, "int": 10, "dec": 12, "bool": 8, "tri": 8, "enum": 14,
}  # fmt: skip
_WIDEST_CHOICE = 28  # digits


def row_height(view: QWidget) -> int:
    """The height of a row in every table of the program."""
    return view.fontMetrics().height() + GRID + 2


class LedgerView(QTableView):
    """A dense table: fixed rows, no vertical header; letters typed go to the filter; Enter opens."""

    typed = Signal(str)
    entered_row = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setShowGrid(True)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height(self))
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setSectionsMovable(True)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setStretchLastSection(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        text = event.text()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit()
        elif text and text.isprintable() and text != " " and plain:
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)


class RecordTable(QWidget):
    """Filter line, table and count over a `RecordsModel`.

    Signals: `current_changed(str)` the id of the current row, also when it is clicked again; `activated(str)`
    double-click or Enter;
    `columns_chosen(list)` after the user chose columns; `selection_changed(int)` how many rows are selected.
    Put the page's buttons into `tools` (a row above the table); `empty` is shown while nothing is listed and no filter
    is set.
    """

    current_changed = Signal(str)
    activated = Signal(str)
    columns_chosen = Signal(list)
    selection_changed = Signal(int)

    def __init__(self, ops: Ops, model: RecordsModel, empty: EmptyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self.model, self.empty = ops, model, empty
        self._where: dict[str, Any] = {}
        self._current = ""
        self._loaded = False
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self._lens = self.filter.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.setMinimumWidth(180)
        self.count = QLabel()
        self.count.setProperty("quiet", True)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(GRID // 2)
        self._columns = tool("columns-3")
        self._columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._columns.setMenu(QMenu(self._columns))
        self._columns.menu().aboutToShow.connect(self._fill_columns)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.filter, 1)
        top.addWidget(self.count)
        top.addLayout(self.tools)
        top.addWidget(self._columns)
        self.view = LedgerView()
        self.view.setModel(model)
        self.view.setSortingEnabled(True)
        self.view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.view.typed.connect(self._type_on)
        self.view.entered_row.connect(lambda: self.activated.emit(self._current) if self._current else None)
        self.view.clicked.connect(lambda index: self._asked_again(model.id_at(index.row())))
        self.view.doubleClicked.connect(lambda index: self.activated.emit(model.id_at(index.row()) or ""))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._filter_now)
        self.filter.textChanged.connect(lambda _text: self._pause.start())
        self.filter.returnPressed.connect(self.view.setFocus)
        model.loaded.connect(self._count_changed)
        model.modelReset.connect(self._keep_current)
        self.view.selectionModel().currentRowChanged.connect(self._moved)
        self.view.selectionModel().selectionChanged.connect(
            lambda *_: self.selection_changed.emit(self.selected_count())
        )
        copy = QAction(self.view)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_selected)
        self.view.addAction(copy)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.filter.setPlaceholderText(tr("输入文字、拼音首字母或代码筛选"))
        self.filter.setAccessibleName(tr("筛选"))
        self._lens.setText(tr("筛选"))
        name_tool(self._columns, tr("选择显示的列"))
        self.view.setAccessibleName(tr("列表"))
        self.model.retranslate()
        self.set_widths()
        self._count_changed(self.model.rowCount())

    def show_where(self, where: dict[str, Any], *, order: str = "", descending: bool = False) -> None:
        """List the records with these field values, together with the filter text; in this order where one is named."""
        self._where = where
        if order:
            self.model.order(order, descending=descending)
        self._filter_now()

    def select(self, record: str) -> None:
        """Make a record the current row as soon as it is listed."""
        self._current = record
        self._keep_current()

    def current(self) -> str:
        """The current record; blank for none."""
        return self._current

    def selected_ids(self) -> list[str]:
        """The selected records, in the order listed."""
        rows: set[int] = set()
        for block in self._blocks():
            rows.update(range(block.top(), block.bottom() + 1))
        return [record for row in sorted(rows) if (record := self.model.id_at(row))]

    def selected_count(self) -> int:
        """How many rows are selected."""
        return sum(block.height() for block in self._blocks())

    def _blocks(self) -> list[QItemSelectionRange]:
        """The selected ranges: asking for every row takes seconds in a long list."""
        chosen = self.view.selectionModel().selection()
        return [chosen.at(place) for place in range(chosen.count())]

    def copy_selected(self) -> None:
        """Put the selected rows on the clipboard as a table that a spreadsheet takes."""
        ids = self.selected_ids()[:_COPY_LIMIT]
        fields = self.model.fields

        def came(rows: list[dict[str, Any]]) -> None:
            lines = ["\t".join(shown_as.heading(field) for field in fields)]
            lines += ["\t".join(_cell(shown_as.shown(field, row)) for field in fields) for row in rows]
            QGuiApplication.clipboard().setText("\n".join(lines))

        if ids:
            self._ops.run("records.rows", owner=self, on_result=came, kind=self.model.kind, ids=ids)

    def set_widths(self) -> None:
        """First widths by what a column holds, in the language in force."""
        digit = self.view.fontMetrics().horizontalAdvance("0")
        for place, field in enumerate(self.model.fields):
            letters = _LETTERS.get(field.type, 18)
            if field.name in ("name", "title", "firm"):
                letters = 32
            words = [self._width(choice.shown) for choice in field.choices] if field.type == "enum" else []
            inside = min(max(words, default=0), _WIDEST_CHOICE * digit)
            self.view.setColumnWidth(place, max(letters * digit, inside, self._width(shown_as.heading(field))))

    def _width(self, text: str) -> int:
        return self.view.fontMetrics().horizontalAdvance(text) + GRID * 4

    def _filter_now(self) -> None:
        self._pause.stop()
        query = self.model.query
        self.model.load(
            text=self.filter.text().strip(),
            where=self._where,
            order=query.get("order"),
            descending=bool(query.get("descending")),
        )

    def _type_on(self, text: str) -> None:
        self.filter.setFocus()
        self.filter.insert(text)

    def _count_changed(self, count: int) -> None:
        if self.sender() is self.model:
            self._loaded = True
        self.count.setText(tr("{n} 条", n=f"{count:,}") if self._loaded else "")
        nothing = self._loaded and count == 0 and not self.filter.text().strip() and not self._where
        self._stack.setCurrentIndex(1 if nothing else 0)

    def _moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        record = self.model.id_at(current.row()) if current.isValid() else None
        if record and record != self._current:
            self._current = record
            self.current_changed.emit(record)

    def _asked_again(self, record: str | None) -> None:
        """A click on the row that is current already: what showed it may have been closed since."""
        if record and record == self._current:
            self.current_changed.emit(record)

    def _keep_current(self) -> None:
        place = self.model.place_of(self._current)
        if place >= 0:
            index = self.model.index(place, 0)
            self.view.selectionModel().setCurrentIndex(
                index,
                QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
            )
            self.view.scrollTo(index)

    def _fill_columns(self) -> None:
        menu = self._columns.menu()
        menu.clear()
        shown = [field.name for field in self.model.fields]
        for field in kind_info(self.model.kind).fields:
            if field.name == "id" or field.type in ("list", "timestamp"):
                continue
            action = menu.addAction(field.shown)
            action.setCheckable(True)
            action.setChecked(field.name in shown)
            action.toggled.connect(self._column_toggler(field.name))

    def _column_toggler(self, name: str) -> Callable[[bool], None]:
        def toggle(on: bool) -> None:
            shown = [field.name for field in self.model.fields]
            names = [*shown, name] if on else [other for other in shown if other != name]
            if names:
                self.set_columns(names)
                self.columns_chosen.emit(names)

        return toggle

    def set_columns(self, names: list[str]) -> None:
        """Show these columns."""
        self.model.set_columns(names)
        self.set_widths()


def _cell(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")
