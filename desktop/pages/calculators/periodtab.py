"""What the tabs of one period share: the period chosen or typed, a table of figures, below it the records counted."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Row, Tab
from desktop.pages.evaluation.words import periods
from desktop.pages.evidence.rows import Column, RowsModel, RowsView, opens, table_view
from desktop.widgets.basics import CalmCombo, quiet
from policy.dates import today
from policy.i18n import tr


class PeriodTab(Tab):
    """Subclasses name the service, make rows of its answer, and show what stands behind the one chosen."""

    SERVICE: ClassVar[str]
    PERIODS: ClassVar[str] = ""  # only those whose text holds it (Q: quarters)

    def __init__(self, ops: Ops, desk: Desk, columns: tuple[Column, ...], parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._answer: Row | None = None
        self.period, self.period_label = period_box(), QLabel()
        self.period_label.setBuddy(self.period)
        self.period.activated.connect(lambda _place: self._ask())
        line = self.period.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._ask)
        self.said = quiet()
        self.model = RowsModel(columns, self)
        self.table = table_view(self.model, stretch=1)
        self.table.selectionModel().currentRowChanged.connect(lambda: self.show_chosen(self._chosen()))
        self.rows = RowsModel(record_columns(), self)
        self.rows_table = self.opening(self.rows, stretch=0)

    def opening(self, model: RowsModel, *, stretch: int) -> RowsView:
        """A table whose rows open their records."""
        view = table_view(model, stretch=stretch)
        opens(view, lambda row: self.desk.open_record(row["kind"], row["record"]))
        return view

    def lay_out(self, lower: QWidget, *beside: QWidget) -> None:
        """The period with what stands beside it, the table, and the part below."""
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.period_label)
        top.addWidget(self.period)
        top.addWidget(self.said, 1)
        for part in beside:
            top.addWidget(part)
        split = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        split.addWidget(self.table)
        split.addWidget(lower)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)

    def retranslate(self) -> None:
        """Set the texts of both tables and the periods; asks again where something is shown."""
        self.period.setAccessibleName(self.period_label.text())
        fill_periods(self.period, only=self.PERIODS)
        self.rows_table.setAccessibleName(tr("计入的记录"))
        for model in (self.model, self.rows):
            model.retranslate()
        if self._answer is not None:
            self._ask()

    def arrive(self, **_arguments: Any) -> None:
        """Ask for the period."""
        self._ask()

    def refresh(self) -> None:
        """Ask again."""
        self._ask()

    def rows_of(self, answer: Row) -> list[Row]:
        """The rows of the table, each with an `id`."""
        raise NotImplementedError

    def show_chosen(self, row: Row | None) -> None:
        """Show what stands behind a row."""
        raise NotImplementedError

    def _ask(self) -> None:
        self.ask(self.SERVICE, self._came, period=chosen_period(self.period))

    def _came(self, answer: Row) -> None:
        self._answer = answer
        rows = self.rows_of(answer)
        self.model.set_rows(rows)
        if rows and not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        self.show_chosen(self._chosen())

    def _chosen(self) -> Row | None:
        return self.model.row(self.table.currentIndex())


def period_box() -> CalmCombo:
    """A box to choose a period in, or to type one."""
    box = CalmCombo()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setMinimumContentsLength(12)
    return box


def fill_periods(box: CalmCombo, *, only: str = "") -> None:
    """The periods people ask for, in the language in force; `only` those whose text holds it (Q: quarters)."""
    before = chosen_period(box)
    box.clear()
    for text, period in periods(today()):
        if only in period:
            box.addItem(text, period)
    place = box.findData(before)
    if place >= 0 or not before:
        box.setCurrentIndex(max(0, place))
    else:
        box.setEditText(before)


def chosen_period(box: CalmCombo) -> str:
    """The period chosen or typed."""
    text = box.currentText().strip()
    place = box.findText(text)
    return str(box.itemData(place)) if place >= 0 else text


def behind(figures: list[Row]) -> list[Row]:
    """The records behind figures as rows of a table, each once."""
    return [
        {
            "id": f"{figure['name']}/{row['id']}",
            "record": row["id"],
            "figure": figure["title"],
            **{name: row[name] for name in ("kind", "title", "date")},
        }
        for figure in figures
        for row in figure["rows"]
    ]


def record_columns() -> tuple[Column, ...]:
    """Title, date and the figure a record counts in."""
    return (
        Column(lambda: tr("记录"), lambda row: row["title"]),
        Column(lambda: tr("日期"), lambda row: row["date"]),
        Column(lambda: tr("计入"), lambda row: row["figure"]),
    )


def figure_text(row: Row) -> str:
    """The figure with its unit, a dash where none is known."""
    return f"{row['value']} {row['unit']}".strip() if row["value"] else "—"
