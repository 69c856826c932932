"""Reading records of any kind by their declaration: one, many, ids of a list, titles, and finding by id or key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import peewee

from db import search
from db.fields import JsonText
from db.models import Alias, Change, Firm, Op, Organisation, Person, Record, Table
from db.queries.rows import dict_rows, tuple_rows
from db.schema import KindInfo, kind_info
from db.values import compare_name, former_names
from db.writes import undoable
from policy.errors import Refused, Usage

_CHUNK = 500
_CHANGED = ("updated_at", "updated_by")
_FILTER_LIMIT = 5000
_SPACING = re.compile(r"[\s()（）\-–—]+")
_NUMBER = re.compile(r"(?=(?:\D*\d){5})\w{7,}", re.ASCII)


def get(kind: str, record: str) -> dict[str, Any]:
    """All declared fields of a record plus id and housekeeping; raises Usage("record.unknown")."""
    found = rows(kind, [record])
    if not found:
        raise Usage("record.unknown", kind=kind_info(kind).kind.shown, id=record)
    return found[0]


def rows(kind: str, records: Sequence[str]) -> list[dict[str, Any]]:
    """The records with these ids, in that order; ids that are gone are left out."""
    info = kind_info(kind)
    by_id: dict[str, dict[str, Any]] = {}
    for model in info.models:
        key = _key(model)
        for start in range(0, len(records), _CHUNK):
            chunk = list(records[start : start + _CHUNK])
            for row in dict_rows(model.select().where(key.in_(chunk))):
                merged = by_id.setdefault(row["id"], {})
                later = {name: merged[name] for name in _CHANGED if merged and merged["updated_at"] > row["updated_at"]}
                merged.update(row, **later)  # whichever of its tables was changed last
    complete = {record: row for record, row in by_id.items() if _is_whole(info, row)}
    return [complete[record] for record in records if record in complete]


def ids(
    kind: str,
    *,
    text: str = "",
    where: Mapping[str, Any] | None = None,
    order: str | None = None,
    descending: bool = False,
    archived: bool = False,
    conditions: Sequence[tuple[str, str, Any]] = (),
    among: Sequence[str] | None = None,
) -> list[str]:
    """The ids of a list: filtered by search text, field values and `conditions` (field, one of is, not, has, from, to,
    blank, filled; the value as stored), of those `among` where they are given; ordered by a field (newest first
    without)."""
    info = kind_info(kind)
    model = info.models[-1]
    key = _key(model)
    query = model.select(key)
    if len(info.models) > 1:
        query = query.join(info.models[0], on=(key == _key(info.models[0])))
    if not archived:
        query = query.where(model.archived == 0)
    if among is not None:
        query = query.where(key.in_(list(among)))
    for name, value in (where or {}).items():
        field = info.model_of(name)._meta.fields[name]
        query = query.where(_blank(field) if value is None else field == value)
    for name, test, value in conditions:
        query = query.where(_condition(info.model_of(name)._meta.fields[name], test, value))
    if text.strip():
        query = query.where(key.in_(_found(kind, text)))
    if order:
        column = info.model_of(order)._meta.fields[order]
        query = query.order_by(column.desc() if descending else column.asc(), key)
    else:
        query = query.order_by(model.created_at.desc(), key)
    return [row[0] for row in tuple_rows(query)]


def _found(kind: str, text: str, *also: str) -> list[str]:
    """The ids that have these words, or that are called after a record that has them (a stay after its firm)."""
    info = kind_info(kind)
    own = info.models[-1]
    hits = search.find(own._meta.database.connection(), text, limit=_FILTER_LIMIT, kinds=(kind, *also))
    found = [hit.record for hit in hits] or by_number(kind, text)
    after = info.field(info.kind.title)
    if after.type == "ref":
        firms = ("firm",) if after.target == "organisation" else ()  # what a firm stands on is not indexed
        named = own._meta.fields[after.name].in_(_found(after.target, text, *firms))
        found += [row[0] for row in tuple_rows(own.select(_key(own)).where(named))]
    return found


def _blank(field: Any) -> Any:
    if not isinstance(field, peewee.TextField):
        return field.is_null()
    return field.is_null() | (field == peewee.Value("[]" if isinstance(field, JsonText) else "", converter=False))


def _condition(field: Any, test: str, value: Any) -> Any:
    if test == "blank":
        return _blank(field)
    if test == "filled":
        return ~_blank(field)
    if test == "has":
        return peewee.fn.INSTR(peewee.fn.LOWER(field), peewee.Value(str(value).lower(), converter=False)) > 0
    if test == "from":
        return field >= value
    if test == "to":  # a date of less precision holds the whole month or year it names
        return field < f"{value}~" if isinstance(value, str) else field <= value
    if test == "not":
        return (field != value) | field.is_null()
    return field == value


def count(kind: str) -> int:
    """How many records of the kind there are."""
    return int(kind_info(kind).models[-1].select().count())


def resolve(kind: str, given: str) -> str:
    """The id meant by a full id, a unique prefix of 8, a number or a name.

    Raises Usage("record.unknown") or Refused("record.ambiguous").
    """
    info = kind_info(kind)
    model = info.models[-1]
    key = _key(model)
    given = given.strip()
    if model.select(key).where(key == given).exists():
        return given
    merged = Alias.get_or_none(Alias.alias == given, Alias.kind == kind)
    if merged is not None:
        return str(merged.record)
    if len(given) >= 8:
        found = [row[0] for row in tuple_rows(model.select(key).where(key.startswith(given)).limit(2))]
        if len(found) == 1:
            return str(found[0])
        if found:
            raise Refused("record.ambiguous", kind=info.kind.shown, id=given)
    found = list(by_words(kind, given))
    if len(found) == 1:
        return str(found[0])
    if found:
        raise Refused("record.ambiguous", kind=info.kind.shown, id=given)
    raise Usage("record.unknown", kind=info.kind.shown, id=given)


def by_words(kind: str, given: str) -> list[str]:
    """The ids whose own number, credit code or name is exactly what is given (names compared without brackets etc.);
    where there is none, those that once had the name, or that are called after what has it (a stay after its firm)."""
    info = kind_info(kind)
    clauses: list[tuple[type[Record], Any]] = []
    for model in info.models:
        fields = model._meta.fields
        if model in (Organisation, Person):
            clauses.append((model, fields["name_key"] == compare_name(given)))
        for name in {"uscc", "no", "own_no", "registry_no", "number", "name", "title", info.kind.title}:
            if name in fields and isinstance(fields[name], peewee.TextField):
                clauses.append((model, fields[name] == given))
    own_key = _key(info.models[-1])
    found: set[str] = set()
    for model, clause in clauses:
        ids_found = [row[0] for row in tuple_rows(model.select(_key(model)).where(clause).limit(3))]
        if model is not info.models[-1] and ids_found:
            own = info.models[-1].select(own_key).where(own_key.in_(ids_found))
            ids_found = [row[0] for row in tuple_rows(own)]
        found.update(ids_found)
    if not found and Organisation in info.models:
        renamed = tuple_rows(
            Organisation.select(Organisation.id, Organisation.former_names).where(
                Organisation.former_names.is_null(False)
            )
        )
        known = [row[0] for row in renamed if compare_name(given) in former_names(row[1])]
        found.update(row[0] for row in tuple_rows(info.models[-1].select(own_key).where(own_key.in_(known))))
    after = info.field(info.kind.title)
    if not found and after.type == "ref":
        field = info.models[0]._meta.fields[after.name]
        called = info.models[0].select(own_key).where(field.in_(by_words(after.target, given))).limit(3)
        found.update(row[0] for row in tuple_rows(called))
    return sorted(found)


def by_number(kind: str, given: str) -> list[str]:
    """The ids of records one of whose masked numbers (identity document, phone) is what is given, however it is spaced.

    Only the whole number finds: to find by a part of it would tell piece by piece what the mask keeps.
    """
    number = _SPACING.sub("", unicodedata.normalize("NFKC", given)).upper()
    if not _NUMBER.fullmatch(number):
        return []
    info = kind_info(kind)
    own = _key(info.models[-1])
    found: list[str] = []
    for declared in info.fields:
        if declared.masked:
            model = info.model_of(declared.name)
            plain: Any = peewee.fn.UPPER(model._meta.fields[declared.name])
            for spacing in " -()":
                plain = peewee.fn.REPLACE(plain, spacing, "")
            query = info.models[-1].select(own)
            if model is not info.models[-1]:
                query = query.join(model, on=(own == _key(model)))
            found += [row[0] for row in tuple_rows(query.where(plain == number).limit(_CHUNK))]
    return list(dict.fromkeys(found))


def title(kind: str, record: str) -> str:
    """What a record is called in lists: its title field, or the title of what that field refers to."""
    return titles(kind, [record]).get(record, "")


def titles(kind: str, records: Iterable[str]) -> dict[str, str]:
    """Titles by id for many records of a kind; where the title is a choice, its label in the language in force."""
    wanted = sorted({record for record in records if record})
    if not wanted:
        return {}
    info = kind_info(kind)
    if kind == "firm":
        return titles("organisation", wanted)
    model = info.models[0]
    key = _key(model)
    field = model._meta.fields[info.kind.title]
    declared = info.field(info.kind.title)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = model.select(key, field).where(key.in_(wanted[start : start + _CHUNK]))
        found.update((row[0], "" if row[1] is None else str(row[1])) for row in tuple_rows(query))
    if declared.type == "ref":
        below = titles(declared.target, found.values())
        return {record: below.get(target, "") for record, target in found.items()}
    if declared.choices:
        names = {choice.code: choice.shown for choice in declared.choices}
        return {record: names.get(value, value or "") for record, value in found.items()}
    return {record: value or "" for record, value in found.items()}


def history(kind: str, record: str) -> list[dict[str, Any]]:
    """Who changed what and when, newest first; a bulk import shows without values."""
    tables = [model._meta.table_name for model in kind_info(kind).models]
    query = (
        Change.select(Change, Op)
        .join(Op)
        .where(Change.kind.in_(tables), Change.record == record)
        .order_by(Change.id.desc())
    )
    return [
        {
            "op": change.op.id,
            "undone": change.op.undone_by is not None,
            "at": change.op.at,
            "operator": change.op.operator,
            "label": change.op.label,
            "action": change.action,
            "before": change.before,
            "after": change.after,
        }
        for change in query
    ]


def last_op() -> int | None:
    """The newest operation that can be undone."""
    row = undoable().order_by(Op.id.desc()).first()
    return None if row is None else int(row.id)


def _key(model: type[Record]) -> Any:
    return model._meta.primary_key


def _is_whole(info: KindInfo, row: Mapping[str, Any]) -> bool:
    own: type[Record] | type[Table] = info.models[-1]
    return own is not Firm or "is_team" in row
