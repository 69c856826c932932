"""The write path: every insert, update and delete is recorded with its operation, and can be undone.

A bulk import keeps ids only. Deleting removes the row, keeps the change, and is refused while something refers to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

import peewee
from sqlcipher3 import dbapi2 as sqlcipher

from db import audit, decisions, search, stages
from db.derived import derive
from db.fields import JsonText
from db.models import (
    NAMING,
    RECORDS,
    Change,
    Firm,
    NotApplicable,
    Op,
    Operator,
    Organisation,
    Record,
    new_id,
)
from db.queries.rows import dict_rows, tuple_rows
from db.schema import INTERNAL_KINDS, table_kind
from db.searchtext import index
from policy.errors import Refused, Usage
from policy.i18n import listed, tr

INDEXED_AT_ONCE = 2000  # records; about a quarter of a second

_CHUNK = 500
_SECRETS = frozenset({"token"})


@dataclass(slots=True)
class Changes:
    """What a write touched: kinds with ids, and the operation to undo. `bulk` kinds list no ids: reload them."""

    op: int = 0
    label: str = ""
    records: dict[str, list[str]] = field(default_factory=dict)
    bulk: list[str] = field(default_factory=list)

    def add(self, kind: str, record: str) -> None:
        ids = self.records.setdefault(kind, [])
        if record not in ids:
            ids.append(record)

    def as_dict(self) -> dict[str, Any]:
        return {"op": self.op, "label": self.label, "records": self.records, "bulk": self.bulk}


class Write:
    """One operation in progress; made by `Store.write` only."""

    def __init__(
        self, connection: sqlcipher.Connection, label: str, origin: str, operator: str | None, at: int, audit_key: bytes
    ) -> None:
        self._connection = connection
        self.label, self.origin, self.operator, self.at = label, origin, operator, at
        self._audit_key = audit_key
        self._op: int | None = None
        self._forgot = False
        self._watched: dict[tuple[type[Record], str], dict[str, Any] | None] = {}
        self.changes = Changes(label=label)

    @property
    def op(self) -> int:
        """The operation's number; the row is made with the first change, so that a no-op leaves no trace."""
        if self._op is None:
            self._op = int(
                Op.insert(label=self.label, operator=self.operator, at=self.at, origin=self.origin).execute()
            )
            self.changes.op = self._op
        return self._op

    # -- rows --------------------------------------------------------------------------------------------------
    def insert(self, model: type[Record], values: Mapping[str, Any], record: str | None = None) -> str:
        """Add a row and return its id; raises Refused("record.missing_field") where a needed field is blank."""
        row = self._complete(model, values, record)
        try:
            model.insert(**row).execute()
        except peewee.IntegrityError as error:
            raise self._integrity_fault(model, error) from error
        self._record(model, row["id"], "insert", None, _plain(model, row))
        return str(row["id"])

    def insert_many(self, model: type[Record], rows: Iterable[Mapping[str, Any]]) -> list[str]:
        """Add many rows as one change without values (a bulk import); returns the ids in order."""
        complete = [self._complete(model, row, row.get("id")) for row in rows]
        if not complete:
            return []
        fields, table = model._meta.fields, model._meta.table_name
        # a column no row fills is left to SQLite, which puts NULL there
        names = [name for name in fields if fields[name].waits or any(row[name] is not None for row in complete)]
        columns = ", ".join(f'"{fields[name].column_name}"' for name in names)
        marks = ", ".join("?" * len(names))
        for name in names:
            if isinstance(fields[name], JsonText) or fields[name].waits:
                for row in complete:
                    row[name] = fields[name].db_value(row[name])
        try:
            self._connection.executemany(
                f'INSERT INTO "{table}" ({columns}) VALUES ({marks})',  # noqa: S608 - names are our declarations
                map(itemgetter(*names), complete),
            )
        except sqlcipher.IntegrityError as error:
            raise self._integrity_fault(model, error) from error
        ids = [str(row["id"]) for row in complete]
        if model in decisions.WATCHED:
            self._watched.update(((model, row["id"]), None) for row in complete if decisions.concerns(model, row))
        op = self.op
        self._connection.executemany(
            'INSERT INTO "change" ("op", "kind", "record", "action") VALUES (?, ?, ?, ?)',
            ((op, table, record, "insert") for record in ids),
        )
        kind = table_kind(table)
        if kind not in self.changes.bulk:
            self.changes.bulk.append(kind)
        return ids

    def index_many(self, kind: str, records: Sequence[str]) -> None:
        """Index what `insert_many` added (the caller knows which kind stands on another): a few records at once, a
        large import later by `Store.index_waiting`."""
        if len(records) > INDEXED_AT_ONCE:
            search.put_later(self._connection, kind, records)
        else:
            index(self._connection, kind, records)

    def update(self, model: type[Record], record: str, values: Mapping[str, Any]) -> bool:
        """Change fields of a row; returns whether anything differed. Raises Usage("record.unknown")."""
        current = self._row(model, record)
        if current is None:
            raise Usage("record.unknown", kind=model.KIND.shown, id=record)
        derive(model, current, values := dict(values))
        fields = model._meta.fields
        changed = {name: value for name, value in values.items() if current[name] != value}
        if not changed:
            return False
        told = [fields[name].shown for name in changed if getattr(fields[name], "personal", False)]
        if told and current.get("erased_on"):
            raise Refused("record.erased", fields=listed(told))
        for name, value in changed.items():
            if value is None and name in _shape(model).needed:
                raise Refused("record.missing_field", kind=model.KIND.name, fields=fields[name].shown)
        before = {name: current[name] for name in changed}
        stamp = {"updated_at": self.at, "updated_by": self.operator}
        try:
            model.update(**changed, **stamp).where(model._meta.primary_key == record).execute()
        except peewee.IntegrityError as error:
            raise self._integrity_fault(model, error) from error
        self._record(model, record, "update", _plain(model, before), _plain(model, changed))
        return True

    def delete(self, model: type[Record], record: str) -> None:
        """Remove a row, keeping the change; raises Refused("record.in_use") while something refers to it."""
        current = self._row(model, record)
        if current is None:
            raise Usage("record.unknown", kind=model.KIND.shown, id=record)
        if _named_in_text(model, record):
            raise Refused("record.in_use", kind=model.KIND.name)
        try:
            model.delete().where(model._meta.primary_key == record).execute()
        except peewee.IntegrityError as error:
            raise Refused("record.in_use", kind=model.KIND.name) from error
        self._record(model, record, "delete", _plain(model, current), None)
        for excused in list(NotApplicable.select().where(NotApplicable.record == record)):
            if excused.kind == model.KIND.name:  # why a field of it stayed blank goes with it
                self.delete(NotApplicable, excused.id)

    def audit(self, action: str, subject: str, detail: Mapping[str, Any]) -> audit.Head:
        """Enter a decision into the audit chain, with the name of who decides as it now stands (`who`)."""
        who = Operator.get_or_none(Operator.id == self.operator)
        told = {**detail, "who": who.name} if who else dict(detail)
        return audit.append(
            self._audit_key, at=self.at, operator=self.operator, action=action, subject=subject, detail=told
        )

    def forget_values(self, model: type[Record], record: str) -> None:
        """Blank what the history holds of a record that has turned out to be a state secret, and of the deleted ones
        that referred to it or named it. Who and when stay; what was forgotten cannot be taken back.

        With `secure_delete` on, the pages that held the text are overwritten; the search index is rewritten in the end.
        """
        self._forgot = True
        forget = 'UPDATE "change" SET "before" = NULL, "after" = NULL WHERE "kind" = ? AND "record"'
        self._connection.execute(f"{forget} = ?", (model._meta.table_name, record))
        naming: list[tuple[type[Record], str]] = [*NAMING, (NotApplicable, "record")]
        for other in RECORDS:
            fields = other._meta.fields.values()
            naming += [(other, declared.name) for declared in fields if getattr(declared, "rel_model", None) is model]
        for other, column in naming:
            table, place = other._meta.table_name, f"$.{column}"
            self._connection.execute(
                f'{forget} IN (SELECT "record" FROM "change" WHERE "kind" = ? '  # noqa: S608 - our own names
                'AND (instr(json_extract("before", ?), ?) OR instr(json_extract("after", ?), ?))) '
                f'AND "record" NOT IN (SELECT "id" FROM "{table}")',
                (table, table, place, record, place, record),
            )

    # -- undo --------------------------------------------------------------------------------------------------
    def undo(self, op: int) -> str:
        """Take back an operation and return its label; raises Refused("undo.changed_since" | "undo.nothing").

        What the program's own steps wrote (`undoable`) is never taken back: a sealed or sent package stays so.
        """
        done = undoable().where(Op.id == op).first()
        if done is None:
            raise Refused("undo.nothing")
        changes = list(Change.select().where(Change.op == op).order_by(Change.id.desc()))
        models = {model._meta.table_name: model for model in RECORDS}
        bulk: dict[str, list[str]] = {}
        for change in changes:
            if change.action == "insert" and change.after is None:
                bulk.setdefault(change.kind, []).append(change.record)
        for table, imported in bulk.items():  # the newest table first: what stands on another goes before it
            self._take_back(models[table], imported, done)
        for record in set(bulk.get("firm", ())).difference(bulk.get("organisation", ())):
            self.changes.add("organisation", record)  # listed for itself again
        for change in changes:
            if change.action == "insert" and change.after is None:
                continue
            model = models[change.kind]
            current = self._row(model, change.record)
            if change.action == "insert":
                if current is None or _changed_since(change):
                    raise Refused("undo.changed_since", label=tr(done.label))
                self.delete(model, change.record)
            elif change.action == "delete":
                row = {name: model._meta.fields[name].python_value(value) for name, value in change.before.items()}
                self.insert(model, row, change.record)
            else:
                stored = {} if current is None else _plain(model, {name: current[name] for name in change.after})
                if stored != change.after:
                    raise Refused("undo.changed_since", label=tr(done.label))
                old = {name: model._meta.fields[name].python_value(value) for name, value in change.before.items()}
                self.update(model, change.record, old)
        Op.update(undone_by=self.op).where(Op.id == op).execute()
        return str(done.label)

    def _take_back(self, model: type[Record], records: list[str], done: Op) -> None:
        """Remove what a bulk import added, as one change without values, like the import itself."""
        table = model._meta.table_name
        key: Any = model._meta.primary_key
        named = _named_records()
        for start in range(0, len(records), _CHUNK):
            chunk = records[start : start + _CHUNK]
            later = (
                Change.select()
                .join(Op)
                .where(
                    Change.kind == table,
                    Change.record.in_(chunk),
                    Op.id > done.id,
                    Op.undone_by.is_null(),
                    Op.origin != "undo",
                )
            )
            if later.exists() or model.select().where(key.in_(chunk)).count() != len(chunk):
                raise Refused("undo.changed_since", label=tr(done.label))
            if not named.isdisjoint(chunk):
                raise Refused("record.in_use", kind=model.KIND.name)
            if model in decisions.WATCHED:
                for row in dict_rows(model.select().where(key.in_(chunk))):
                    if decisions.concerns(model, row):
                        self._watched.setdefault((model, row["id"]), row)
            try:
                model.delete().where(key.in_(chunk)).execute()
            except peewee.IntegrityError as error:
                raise Refused("record.in_use", kind=model.KIND.name) from error
        op = self.op
        self._connection.executemany(
            'INSERT INTO "change" ("op", "kind", "record", "action") VALUES (?, ?, ?, ?)',
            ((op, table, record, "delete") for record in records),
        )
        kind = table_kind(table)
        if kind not in self.changes.bulk:
            self.changes.bulk.append(kind)
        index(self._connection, kind, records)

    # -- inside ------------------------------------------------------------------------------------------------
    def finish(self) -> None:
        """Enter the decisions among what was written, and bring stages and the search index in step; the store calls
        it before the commit."""
        stages.settle(self.changes)
        for (model, record), before in self._watched.items():
            for entry in decisions.entries(model, record, before, self._row(model, record), self.text_digest):
                self.audit(*entry)
        for kind, records in self.changes.records.items():
            index(self._connection, kind, records)
        if self._forgot:
            search.purge(self._connection)

    def _complete(self, model: type[Record], values: Mapping[str, Any], record: str | None) -> dict[str, Any]:
        shape = _shape(model)
        row = dict(shape.blank)
        for name, make in shape.made:
            row[name] = make()
        row.update(
            created_at=self.at,
            created_by=self.operator,
            updated_at=self.at,
            updated_by=self.operator,
            origin=self.origin,
            archived=0,
        )
        if "recorded_at" in row:
            row["recorded_at"] = self.at
        row.update((name, value) for name, value in values.items() if value is not None)
        row["id"] = record or row.get("id") or new_id()
        derive(model, {}, row)
        for name, currency in shape.currencies:
            if row.get(name) is not None and row.get(currency) is None:
                row[currency] = "CNY"
        missing = [model._meta.fields[name].shown for name in shape.needed if row.get(name) is None]
        if missing:
            raise Refused("record.missing_field", kind=model.KIND.name, fields=listed(missing))
        return row

    def _row(self, model: type[Record], record: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = model.select().where(model._meta.primary_key == record).dicts().first()
        return found

    def text_digest(self, text: str) -> str:
        """The keyed digest by which an audit entry knows a text without holding it."""
        return audit.text_digest(self._audit_key, text)

    def _record(self, model: type[Record], record: str, action: str, before: Any, after: Any) -> None:
        matters = decisions.WATCHED.get(model)
        if matters is not None and (action != "update" or not matters.isdisjoint(before)):
            now = self._row(model, record) or {}  # an update names what it changed only
            self._watched.setdefault((model, record), None if before is None else {**now, **before})
        table = model._meta.table_name
        Change.insert(op=self.op, kind=table, record=record, action=action, before=before, after=after).execute()
        self.changes.add(table_kind(table), record)
        if model is Organisation and action != "insert" and Firm.select().where(Firm.id == record).exists():
            self.changes.add("firm", record)
        if model is Firm:  # what it stands on is listed, or no longer, for itself
            self.changes.add("organisation", record)

    def _integrity_fault(self, model: type[Record], error: Exception) -> Refused:
        text = str(error)
        if "UNIQUE" in text:
            name = text.rsplit(".", 1)[-1]
            declared = model._meta.fields.get(name)
            return Refused("record.duplicate", kind=model.KIND.name, field=declared.shown if declared else name)
        if "FOREIGN KEY" in text:
            return Refused("record.broken_ref", kind=model.KIND.name)
        return Refused("record.invalid", kind=model.KIND.name)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What filling a row asks of a model, looked up once and not for each of a hundred thousand rows."""

    blank: Mapping[str, Any]
    made: tuple[tuple[str, Callable[[], Any]], ...]
    needed: tuple[str, ...]
    currencies: tuple[tuple[str, str], ...]


@cache
def _shape(model: type[Record]) -> _Shape:
    fields = model._meta.fields.items()
    return _Shape(
        blank={name: None if callable(field.default) else field.default for name, field in fields},
        made=tuple((name, field.default) for name, field in fields if callable(field.default)),
        needed=tuple(name for name, field in fields if not (field.null or field.waits or name == "id")),
        currencies=tuple(
            (name, field.currency_field) for name, field in fields if getattr(field, "currency_field", "")
        ),
    )


def undoable() -> Any:
    """The operations a person can take back: typed or imported, not yet undone, nothing of the program's own and
    nothing whose values were forgotten."""
    own_steps = [model._meta.table_name for model in RECORDS if model.KIND.name in INTERNAL_KINDS]
    wrote = Change.select(Change.op).where(Change.op == Op.id)
    imported = (Change.action == "insert") & Op.origin.startswith("import:")
    forgotten = wrote.where(Change.before.is_null(), Change.after.is_null(), ~imported)
    return Op.select().where(
        Op.undone_by.is_null(),
        (Op.origin == "typed") | Op.origin.startswith("import:"),
        peewee.fn.EXISTS(wrote),
        ~peewee.fn.EXISTS(wrote.where(Change.kind.in_(own_steps))),
        ~peewee.fn.EXISTS(forgotten),
    )


def _changed_since(change: Change) -> bool:
    """Whether a later operation that still stands wrote the same row."""
    later = (
        Change.select()
        .join(Op)
        .where(
            Change.kind == change.kind,
            Change.record == change.record,
            Change.id > change.id,
            Op.undone_by.is_null(),
            Op.origin != "undo",
        )
    )
    return bool(later.exists())


def _named_records() -> set[str]:
    """The ids that evidence, typed figures and the like name."""
    texts = [row for table, name in NAMING for row in tuple_rows(table.select(table._meta.fields[name]))]
    return {text.rpartition(":")[2].partition(".")[0] for (text,) in texts if text}


def _named_in_text(model: type[Record], record: str) -> bool:
    """Whether evidence, a typed figure or the like names the record in a text."""
    names = [f"{model.KIND.name}:{record}"] + ([f"firm:{record}"] if model is Organisation else [])
    for name in names:
        for table, column in NAMING:
            text = table._meta.fields[column]
            if table.select().where((text == name) | text.startswith(f"{name}.") | text.endswith(f"/{name}")).exists():
                return True
    return False


def _plain(model: type[Record], row: Mapping[str, Any]) -> dict[str, Any]:
    """Values as stored, fit for JSON; a secret is not kept in the history."""
    return {name: model._meta.fields[name].db_value(value) for name, value in row.items() if name not in _SECRETS}
