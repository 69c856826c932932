"""A table model over a short list of plain rows, as services answer them: columns by function, filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QIcon, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.widgets.ledgerview import LedgerView

_LEAST_STRETCH = 150  # px of the column that takes the room; below that the table scrolls sideways
_BESIDE_TITLE = 20  # px of padding in a heading
_MEASURED = 60  # rows looked at for the width of a column
Row = dict[str, Any]
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `title` and `text` are in the language in force; `icon` gives an icon, or None.

    `order` gives what the column sorts by where the text does not; `right` aligns figures at their last digit; `most`
    is how many digits wide it opens at most, whatever stands in it.
    """

    title: Callable[[], str]
    text: Callable[[Row], str]
    icon: Callable[[Row], QIcon | None] | None = None
    order: Callable[[Row], Any] | None = None
    right: bool = False
    tip: Callable[[Row], str] | None = None
    emphasis: Callable[[Row], bool] | None = None
    most: int = 28


class RowsModel(QAbstractTableModel):
    """Rows with an `id`; new rows of the same ids change cells in place, so that selection and scrolling stay."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._all: list[Row] = []
        self._rows: list[Row] = []
        self._keep: Callable[[Row], bool] | None = None
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        self._all = list(rows)
        self._refresh()

    def set_filter(self, keep: Callable[[Row], bool] | None) -> None:
        """Show only the rows that `keep` lets through."""
        self._keep = keep
        self._refresh()

    def rows(self) -> list[Row]:
        """The rows as shown, in their order."""
        return self._rows

    def row(self, index: Index) -> Row | None:
        """The row at an index."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def place(self, record: str) -> int:
        """Where the row of that id is shown; -1 where it is not."""
        return next((place for place, row in enumerate(self._rows) if row["id"] == record), -1)

    def most(self, section: int) -> int:
        """How many digits wide a column opens at most."""
        return self._columns[section].most

    def total(self) -> int:
        """How many rows there are, filtered out ones too."""
        return len(self._all)

    def retranslate(self) -> None:
        """Texts changed their language."""
        if self._columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._columns) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else len(self._columns)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(self._columns[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        column = self._columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(column)
        if role == Qt.ItemDataRole.DecorationRole and column.icon:
            return column.icon(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip(row) if column.tip else column.text(row)
        if role == Qt.ItemDataRole.FontRole and column.emphasis and column.emphasis(row):
            font = QFont(QApplication.font())
            font.setBold(True)
            return font
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted = (column, order) if 0 <= column < len(self._columns) else None
        self._refresh()

    def _refresh(self) -> None:
        rows = [row for row in self._all if self._keep is None or self._keep(row)]
        if self._sorted:
            column = self._columns[self._sorted[0]]
            rows.sort(key=column.order or column.text, reverse=self._sorted[1] == Qt.SortOrder.DescendingOrder)
        if [row["id"] for row in rows] == [row["id"] for row in self._rows]:
            old, self._rows = self._rows, rows
            for place, (before, after) in enumerate(zip(old, rows, strict=True)):
                if before != after:
                    self.dataChanged.emit(self.index(place, 0), self.index(place, len(self._columns) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()


def _aligned(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class RowsView(LedgerView):
    """Such rows as a table: one chosen at a time, sorted by clicking a heading.

    Columns are as wide as what stands in them, in either language; one takes the room there is.
    """

    def __init__(self, model: RowsModel, stretch: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._stretch = model, stretch
        self.setModel(model)
        self.setSelectionMode(LedgerView.SelectionMode.SingleSelection)
        self.setEditTriggers(LedgerView.EditTrigger.NoEditTriggers)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        header.setResizeContentsPrecision(_MEASURED)
        header.sectionResized.connect(self._section_resized)
        self.setSortingEnabled(True)
        model.headerDataChanged.connect(lambda: self._open_columns(anew=True))
        model.modelReset.connect(self._open_columns)
        model.dataChanged.connect(lambda: self._open_columns())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def _open_columns(self, *, anew: bool = False) -> None:
        """As wide as the words of the language in force ask for; later rows may widen a column, never narrow it."""
        header, digit = self.horizontalHeader(), self.fontMetrics().horizontalAdvance("0")
        words = header.fontMetrics()
        for section in range(header.count()):
            if section != self._stretch and not header.isSectionHidden(section):
                title = str(self._rows.headerData(section, Qt.Orientation.Horizontal))
                inside = min(self.sizeHintForColumn(section), self._rows.most(section) * digit)
                least = 0 if anew else header.sectionSize(section)
                header.resizeSection(section, max(words.horizontalAdvance(title) + _BESIDE_TITLE, inside, least))

    def _section_resized(self, section: int, _before: int, _after: int) -> None:
        if section != self._stretch:
            self._fit()

    def _fit(self) -> None:
        header = self.horizontalHeader()
        others = header.length() - header.sectionSize(self._stretch)
        header.resizeSection(self._stretch, max(self.viewport().width() - others, _LEAST_STRETCH))


def table_view(model: RowsModel, *, stretch: int) -> RowsView:
    """A table of such rows; the column `stretch` takes the room."""
    return RowsView(model, stretch)


def opens(view: LedgerView, does: Callable[[Row], None]) -> None:
    """Double-click or Enter on a row of a `RowsModel` does something with it."""

    def on_row(index: Index) -> None:
        model = view.model()
        row = model.row(index) if isinstance(model, RowsModel) else None
        if row is not None:
            does(row)

    view.doubleClicked.connect(on_row)
    view.entered_row.connect(lambda: on_row(view.currentIndex()))
