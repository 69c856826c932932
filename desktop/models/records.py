"""The paged table model over any kind of record: all ids at once, rows by pages as they come into view."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from desktop.fields import FieldInfo, field_tables, fields_of
from desktop.look import icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from policy.i18n import tr

PAGE = 200
_KEPT_ROWS = 8000
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Beside:
    """What a list says of a record that is no field of it (how a round stands): `service` gives rows as `records.rows`
    does, with these `fields` as well; it is asked again when records of these other `kinds` change."""

    service: str
    fields: tuple[FieldInfo, ...]
    kinds: frozenset[str]


_NOTHING = Beside("records.rows", (), frozenset())


class RecordsModel(QAbstractTableModel):
    """Rows of one kind. Ask with `load`; `loaded(int)` tells the number of ids (rows follow as they are seen),
    `refused(Fault)` that the question could not be answered: the list stays as it was."""

    loaded = Signal(int)
    refused = Signal(object)

    def __init__(
        self,
        ops: Ops,
        kind: str,
        columns: Sequence[str],
        parent: QObject | None = None,
        *,
        beside: Beside | None = None,
    ) -> None:
        super().__init__(parent)
        self._ops, self.kind, self.beside = ops, kind, beside or _NOTHING
        self._tables = field_tables(kind)
        self._fields = self._named(columns)
        self._ids: list[str] = []
        self._place: dict[str, int] = {}
        self._rows: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._asked: set[int] = set()
        self._query: dict[str, Any] = {}
        self._since, self._own = 0, ""
        self._round = self._changed_at = 0  # requests for rows, counted; those up to the latest bulk change are old
        self._as_of: dict[str, int] = {}  # the request each row was taken from
        self._wanted: set[int] = set()
        self._fetch = QTimer(self)
        self._fetch.setSingleShot(True)
        self._fetch.setInterval(0)  # all cells drawn in one frame ask once
        self._fetch.timeout.connect(self._fetch_pages)

    @property
    def fields(self) -> tuple[FieldInfo, ...]:
        """The columns shown."""
        return self._fields

    def set_columns(self, columns: Sequence[str]) -> None:
        """Show other columns."""
        self.beginResetModel()
        self._fields = self._named(columns)
        self.endResetModel()

    def _named(self, columns: Sequence[str]) -> tuple[FieldInfo, ...]:
        beside = {field.name: field for field in self.beside.fields}
        return tuple(beside[name] if name in beside else fields_of(self.kind, (name,))[0] for name in columns)

    def load(
        self,
        *,
        text: str = "",
        where: dict[str, Any] | None = None,
        conditions: list[dict[str, str]] | None = None,
        archived: bool = False,
        among: str = "",
        order: str | None = None,
        descending: bool = False,
    ) -> None:
        """Ask for the ids of a list (`lists.ids`); answers to older questions are dropped."""
        self._query = {
            "text": text,
            "where": where or {},
            "conditions": conditions or [],
            "archived": archived,
            "among": among,
            "order": order,
            "descending": descending,
        }
        self.reload()

    def order(self, name: str, *, descending: bool = False) -> None:
        """The order of what is asked from now on."""
        self._query.update(order=name or None, descending=descending)

    def reload(self) -> None:
        """Ask the same question again."""
        self._ops.run(
            "lists.ids",
            owner=self,
            place="ids",
            on_result=self._take,
            on_fault=self.refused.emit,
            kind=self.kind,
            **self._query,
        )

    def set_visit(self, since: int, own: str) -> None:
        """Mark what others than `own` changed since then (ms)."""
        self._since, self._own = since, own
        self.retranslate()

    def is_fresh(self, record: str) -> bool:
        """Whether somebody else changed the record since the last visit."""
        row = self._rows.get(record)
        if row is None or not self._since:
            return False
        return bool(row["updated_at"] > self._since and row["updated_by"] != self._own)

    @property
    def query(self) -> dict[str, Any]:
        """What was asked last: text, where, order, descending."""
        return dict(self._query)

    def ids(self) -> list[str]:
        """All ids as listed."""
        return list(self._ids)

    def id_at(self, row: int) -> str | None:
        """The record in a row."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def place_of(self, record: str) -> int:
        """The row of a record; -1 where it is not listed."""
        return self._place.get(record, -1)

    def row_of(self, record: str) -> dict[str, Any] | None:
        """The row's values, where they have been fetched."""
        return self._rows.get(record)

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what `Ops.changed` says: only these rows, or the list where it may have grown or shrunk."""
        if self._tables & set(changes.get("bulk") or ()):
            self._rows.clear()
            self._asked.clear()
            self._changed_at = self._round
            self.reload()
            return
        if self.beside.kinds & {*(changes.get("records") or {}), *(changes.get("bulk") or ())}:
            self.ask_again()
        touched = {
            record for kind, ids in (changes.get("records") or {}).items() if kind in self._tables for record in ids
        }
        if not touched:
            return
        known = [record for record in touched if record in self._place]
        for record in touched:  # what is not listed now may be so again
            self._rows.pop(record, None)
            self._as_of[record] = self._round
        self._ask_rows(known)
        self.reload()

    def ask_again(self) -> None:
        """Ask for the rows there are once more: what is said beside them follows from other records, in words."""
        self._ask_rows(list(self._rows))

    def retranslate(self) -> None:
        """Headings and labels changed their language."""
        if self._fields:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._fields) - 1)
            if self._ids:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self._fields) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else len(self._fields)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._fields):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return shown_as.heading(self._fields[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            row = self._rows.get(self._ids[index.row()])
            if row is None:
                self._want(index.row())
                return "…"
            return shown_as.shown(self._fields[index.column()], row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            row = self._rows.get(self._ids[index.row()])
            if row is None:
                return None
            told = shown_as.in_both_units(self._fields[index.column()], row)
            return f"{told}\n{tr('您上次查看以来，其他人改动过')}" if self.is_fresh(row["id"]) else told
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0 and self.is_fresh(self._ids[index.row()]):
            return icon("history", "info")
        if role == Qt.ItemDataRole.ForegroundRole and self._ids[index.row()] not in self._rows:
            return QColor(QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorting is the store's; a reference and what stands beside have no order there: the list stays as it is."""
        sortable = 0 <= column < len(self._fields) and self._fields[column] not in self.beside.fields
        if sortable and self._fields[column].type != "ref":
            self._query["order"] = self._fields[column].name
            self._query["descending"] = order == Qt.SortOrder.DescendingOrder
            self.reload()

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if shown_as.is_figure(self._fields[column]) else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _take(self, ids: list[str]) -> None:
        if ids != self._ids:
            self.beginResetModel()
            self._ids = ids
            self._place = {record: place for place, record in enumerate(ids)}
            self._asked.clear()
            self.endResetModel()
        self.loaded.emit(len(ids))

    def _want(self, row: int) -> None:
        page = row // PAGE
        if page not in self._asked:
            self._wanted.add(page)
            if not self._fetch.isActive():
                self._fetch.start()

    def _fetch_pages(self) -> None:
        for page in sorted(self._wanted):
            self._asked.add(page)
            ids = [record for record in self._ids[page * PAGE : (page + 1) * PAGE] if record not in self._rows]
            self._ask_rows(ids, page=page)
        self._wanted.clear()

    def _ask_rows(self, ids: list[str], *, page: int | None = None) -> None:
        if not ids:
            if page is not None:
                self._asked.discard(page)
            return

        self._round += 1
        mine = self._round

        def came(rows: list[dict[str, Any]]) -> None:
            if page is not None:
                self._asked.discard(page)
            for row in rows:
                if mine > max(self._changed_at, self._as_of.get(row["id"], 0)):  # else it is known as it was later
                    self._as_of[row["id"]] = mine
                    self._rows[row["id"]] = row
                    self._rows.move_to_end(row["id"])
            while len(self._rows) > _KEPT_ROWS:
                self._rows.popitem(last=False)
            places = sorted(self._place[row["id"]] for row in rows if row["id"] in self._place)
            if places and self._fields:
                last = len(self._fields) - 1
                self.dataChanged.emit(self.index(places[0], 0), self.index(places[-1], last))

        self._ops.run(self.beside.service, owner=self, on_result=came, kind=self.kind, ids=ids)
