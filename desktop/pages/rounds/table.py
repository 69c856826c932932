"""The rows of a notice's table as they were read, each to be changed in place or left out."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QBrush, QIcon, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from desktop.look import state_colour, state_icon
from desktop.pages.rounds.words import ROLES, UNCLEAR, row_words
from desktop.widgets.basics import CalmCombo, quiet
from policy.i18n import tr

_TEXTS = ("group", "title", "points", "criterion", "proof")  # the columns behind the first, as typed
_LONG = (4, 5)
_BONUS, _SAID = 6, 7


class _Cells(QStyledItemDelegate):
    """Long texts are edited with their lines. The outline of a box is drawn so that an empty one is seen on a dark
    ground, too (the style takes it from the window's colour, darker)."""

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        if index.column() not in _LONG:
            return super().createEditor(parent, option, index)
        editor = QPlainTextEdit(parent)
        editor.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        editor.setTabChangesFocus(True)
        return editor

    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        palette = option.palette
        if palette.color(QPalette.ColorRole.Base).lightness() < 128:
            palette.setColor(QPalette.ColorRole.Window, palette.color(QPalette.ColorRole.PlaceholderText).lighter(140))
            option.palette = palette


class RowsTable(QTableWidget):
    """`edited(row number, what, value)`: a cell was changed; `chosen(row)` another row is the current one."""

    edited = Signal(int, str, object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 8, parent)
        self._rows: list[dict[str, Any]] = []
        self._locked = False
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.verticalHeader().setVisible(False)
        self.setItemDelegate(_Cells(self))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        digit = self.fontMetrics().horizontalAdvance("0")
        for column, digits in ((0, 8), (1, 16), (2, 18), (3, 9), (5, 18), (_BONUS, 6), (_SAID, 22)):
            self.setColumnWidth(column, digit * digits)
        self.cellChanged.connect(self._changed)
        self.currentCellChanged.connect(lambda *_: self.chosen.emit(self.row_at()))

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        heads = [
            tr("录入"), tr("类别"), tr("指标"), tr("分值"), tr("评分标准"), tr("证明材料"), tr("加分"), tr("说明")
        ]  # fmt: skip
        self.setHorizontalHeaderLabels(heads)
        self.setAccessibleName(tr("评分表的各行"))
        if self._rows:
            self.show_rows(self._rows, locked=self._locked)

    def row_at(self) -> dict[str, Any] | None:
        """The row the cursor stands in."""
        place = self.currentRow()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def show_rows(self, rows: list[dict[str, Any]], *, locked: bool = False) -> None:
        """Show rows as `notice.preview` answers them; the cursor stays where it is, and what is just being typed."""
        self._rows, self._locked = rows, locked
        with QSignalBlocker(self):
            self.setRowCount(len(rows))
            for number, row in enumerate(rows):
                self._show_row(number, row)
        self.resizeRowsToContents()

    def _show_row(self, number: int, row: dict[str, Any]) -> None:
        taken = row["kind"] == "indicator"
        first = self._cell(number, 0, str(row["row"]))
        self._let(first, edit=False, check=True)
        first.setCheckState(Qt.CheckState.Checked if taken else Qt.CheckState.Unchecked)
        first.setData(Qt.ItemDataRole.AccessibleTextRole, tr("第 {n} 行，录入为指标", n=row["row"]))
        for column, name in enumerate(_TEXTS, 1):
            text = "/".join(row["group"]) if name == "group" else str(row[name])
            cell = self._cell(number, column, text)
            self._let(cell, edit=taken)
            faint = QBrush() if taken else QBrush(state_colour("unknown"))
            if cell.foreground() != faint:
                cell.setForeground(faint)
            if name == "points":
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        bonus = self._cell(number, _BONUS, "")
        self._let(bonus, edit=False, check=taken)
        if taken:
            bonus.setCheckState(Qt.CheckState.Checked if row["bonus"] else Qt.CheckState.Unchecked)
            bonus.setData(Qt.ItemDataRole.AccessibleTextRole, tr("加分项"))
        else:
            bonus.setData(Qt.ItemDataRole.CheckStateRole, None)
        said = self._cell(number, _SAID, row_words(row))
        self._let(said, edit=False)
        unclear = "warn" if row["problem"] in UNCLEAR else "info"
        said.setIcon(state_icon(unclear) if taken and row["said"] else QIcon())

    def _cell(self, number: int, column: int, text: str) -> QTableWidgetItem:
        """The cell with that text; it stays the same one, so that an editor open beside it stays open."""
        cell = self.item(number, column)
        if cell is None:
            cell = QTableWidgetItem()
            self.setItem(number, column, cell)
        if cell.text() != text:
            cell.setText(text)
        return cell

    def _let(self, cell: QTableWidgetItem, *, edit: bool, check: bool = False) -> None:
        """Say what may be done with a cell; told only where it differs, since it resets an editor that is open."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if edit and not self._locked:
            flags |= Qt.ItemFlag.ItemIsEditable
        if check and not self._locked:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if cell.flags() != flags:
            cell.setFlags(flags)

    def _changed(self, place: int, column: int) -> None:
        cell, row = self.item(place, column), self._rows[place]
        if cell is None:
            return
        if column == 0:
            taken = cell.checkState() == Qt.CheckState.Checked
            self.edited.emit(row["row"], "kind", "indicator" if taken else "left_out")
        elif column == _BONUS:
            self.edited.emit(row["row"], "bonus", cell.checkState() == Qt.CheckState.Checked)
        elif column <= len(_TEXTS):
            name, text = _TEXTS[column - 1], cell.text().strip()
            self.edited.emit(row["row"], name, [part for part in text.split("/") if part] if name == "group" else text)


class ColumnRoles(QScrollArea):
    """What each column of the pasted table was taken for: `changed(roles)` when it is something else."""

    changed = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combos: list[CalmCombo] = []
        self._columns: list[dict[str, Any]] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        if self._columns:
            self._build()

    def show_columns(self, columns: list[dict[str, Any]]) -> None:
        """Show columns as `notice.preview` answers them; hidden without any."""
        same = [item["header"] for item in columns] == [item["header"] for item in self._columns] and columns
        self._columns = columns
        self.setVisible(bool(columns))
        if not same:
            self._build()
            return
        for combo, item in zip(self.combos, columns, strict=True):
            with QSignalBlocker(combo):
                combo.setCurrentIndex(combo.findData(item["role"]))

    def _build(self) -> None:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self.combos = []
        for place, item in enumerate(self._columns):
            header = item["header"].replace("\n", " ") or tr("第 {n} 列", n=place + 1)
            label: QLabel = quiet(tr("“{header}”是", header=header[:16]), wrap=False)
            combo = CalmCombo()
            for role, text in ROLES.items():
                combo.addItem(tr(text), role)
            combo.setCurrentIndex(combo.findData(item["role"]))
            combo.setAccessibleName(tr("列“{header}”是什么", header=header))
            combo.currentIndexChanged.connect(lambda _place: self.changed.emit(self.roles()))
            label.setBuddy(combo)
            grid.addWidget(label, 0, place)
            grid.addWidget(combo, 1, place)
            self.combos.append(combo)
        grid.setColumnStretch(len(self._columns), 1)
        self.setWidget(body)
        self.setFixedHeight(body.sizeHint().height() + self.horizontalScrollBar().sizeHint().height())

    def roles(self) -> list[str]:
        """The roles as chosen."""
        return [str(combo.currentData()) for combo in self.combos]
