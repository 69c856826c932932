"""The write path: every insert, update and delete is recorded with its operation, and can be undone.

A bulk import keeps ids only. Deleting removes the row, keeps the change, and is refused while something refers to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import peewee
from sqlcipher3 import dbapi2 as sqlcipher

from db import audit, search
from db.models import RECORDS, Change, Firm, Op, Organisation, Person, Record, Table, new_id
from db.schema import table_kind
from db.searchtext import search_document
from db.values import compare_name
from policy.errors import Refused, Usage

_BATCH = 900


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
        names = list(model._meta.fields)
        columns = ", ".join(f'"{model._meta.fields[name].column_name}"' for name in names)
        marks = ", ".join("?" * len(names))
        table = model._meta.table_name
        to_db = [(name, model._meta.fields[name].db_value) for name in names]
        self._connection.executemany(
            f'INSERT INTO "{table}" ({columns}) VALUES ({marks})',  # noqa: S608 - names are our declarations
            ([convert(row.get(name)) for name, convert in to_db] for row in complete),
        )
        ids = [str(row["id"]) for row in complete]
        op = self.op
        self._connection.executemany(
            'INSERT INTO "change" ("op", "kind", "record", "action") VALUES (?, ?, ?, ?)',
            ((op, table, record, "insert") for record in ids),
        )
        kind = table_kind(table)
        if kind not in self.changes.bulk:
            self.changes.bulk.append(kind)
        return ids

    def index_many(self, documents: Iterable[search.Entry]) -> None:
        """Index what `insert_many` added (the caller knows the whole record where a kind stands on another)."""
        search.put_many(self._connection, documents)

    def update(self, model: type[Record], record: str, values: Mapping[str, Any]) -> bool:
        """Change fields of a row; returns whether anything differed. Raises Usage("record.unknown")."""
        current = self._row(model, record)
        if current is None:
            raise Usage("record.unknown", kind=model.KIND.name, id=record)
        _derive(model, values := dict(values))
        fields = model._meta.fields
        changed = {name: value for name, value in values.items() if current[name] != value}
        if not changed:
            return False
        for name, value in changed.items():
            if value is None and not fields[name].null:
                raise Refused("record.missing_field", kind=model.KIND.name, fields=fields[name].label)
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
            raise Usage("record.unknown", kind=model.KIND.name, id=record)
        try:
            model.delete().where(model._meta.primary_key == record).execute()
        except peewee.IntegrityError as error:
            raise Refused("record.in_use", kind=model.KIND.name) from error
        self._record(model, record, "delete", _plain(model, current), None)

    def audit(self, action: str, subject: str, detail: Mapping[str, Any]) -> audit.Head:
        """Enter a decision into the audit chain."""
        return audit.append(
            self._audit_key, at=self.at, operator=self.operator, action=action, subject=subject, detail=dict(detail)
        )

    # -- undo --------------------------------------------------------------------------------------------------
    def undo(self, op: int) -> str:
        """Take back an operation and return its label; raises Refused("undo.changed_since" | "undo.nothing")."""
        done = Op.get_or_none(Op.id == op)
        if done is None or done.undone_by is not None:
            raise Refused("undo.nothing")
        changes = list(Change.select().where(Change.op == op).order_by(Change.id.desc()))
        if not changes:
            raise Refused("undo.nothing")
        models = {model._meta.table_name: model for model in RECORDS}
        for change in changes:
            model = models[change.kind]
            current = self._row(model, change.record)
            if change.action == "insert":
                if current is None or current["updated_at"] != current["created_at"]:
                    raise Refused("undo.changed_since", label=done.label)
                self.delete(model, change.record)
            elif change.action == "delete":
                row = {name: model._meta.fields[name].python_value(value) for name, value in change.before.items()}
                self.insert(model, row, change.record)
            else:
                stored = {} if current is None else _plain(model, {name: current[name] for name in change.after})
                if stored != change.after:
                    raise Refused("undo.changed_since", label=done.label)
                old = {name: model._meta.fields[name].python_value(value) for name, value in change.before.items()}
                self.update(model, change.record, old)
        Op.update(undone_by=self.op).where(Op.id == op).execute()
        return str(done.label)

    # -- inside ------------------------------------------------------------------------------------------------
    def finish(self) -> None:
        """Bring the search index in step with what was written; called by the store before the commit."""
        for kind, records in self.changes.records.items():
            for record in records:
                document = search_document(kind, record)
                if document is None:
                    search.remove(self._connection, kind, record)
                else:
                    search.put(self._connection, *document)

    def _complete(self, model: type[Record], values: Mapping[str, Any], record: str | None) -> dict[str, Any]:
        row: dict[str, Any] = {
            name: field.default() if callable(field.default) else field.default
            for name, field in model._meta.fields.items()
        }
        row.update(
            created_at=self.at,
            created_by=self.operator,
            updated_at=self.at,
            updated_by=self.operator,
            origin=self.origin,
            archived=0,
        )
        row.update((name, value) for name, value in values.items() if value is not None)
        row["id"] = record or row.get("id") or new_id()
        _derive(model, row)
        missing = [
            field.label
            for name, field in model._meta.fields.items()
            if not field.null and row.get(name) is None and name != "id"
        ]
        if missing:
            raise Refused("record.missing_field", kind=model.KIND.name, fields="、".join(missing))
        return row

    def _row(self, model: type[Record], record: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = model.select().where(model._meta.primary_key == record).dicts().first()
        return found

    def _record(self, model: type[Table], record: str, action: str, before: Any, after: Any) -> None:
        table = model._meta.table_name
        Change.insert(op=self.op, kind=table, record=record, action=action, before=before, after=after).execute()
        self.changes.add(table_kind(table), record)
        if model is Organisation and action != "insert" and Firm.select().where(Firm.id == record).exists():
            self.changes.add("firm", record)

    def _integrity_fault(self, model: type[Record], error: peewee.IntegrityError) -> Refused:
        text = str(error)
        if "UNIQUE" in text:
            return Refused("record.duplicate", kind=model.KIND.name, field=text.rsplit(".", 1)[-1])
        if "FOREIGN KEY" in text:
            return Refused("record.broken_ref", kind=model.KIND.name)
        return Refused("record.invalid", kind=model.KIND.name)


def _derive(model: type[Record], row: dict[str, Any]) -> None:
    """Keep the comparison key of a name in step with the name."""
    if model in (Organisation, Person) and row.get("name"):
        row["name_key"] = compare_name(row["name"])


def _plain(model: type[Record], row: Mapping[str, Any]) -> dict[str, Any]:
    """Values as stored, fit for JSON."""
    return {name: model._meta.fields[name].db_value(value) for name, value in row.items()}
