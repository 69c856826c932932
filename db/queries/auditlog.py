"""Reading the audit log: pages of entries from the newest back, filtered; who is in it; everything about one record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from db.models import Alias, AuditEntry, Operator
from db.queries.rows import dict_rows, tuple_rows


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of entries is narrowed to: moments in milliseconds UTC (`until` not included), an operator's id,
    beginnings of actions, and a text that the subject's id, the person's name or one of `subjects` must match."""

    since: int | None = None
    until: int | None = None
    operator: str | None = None
    prefixes: Sequence[str] = ()
    text: str = ""
    subjects: Sequence[str] = ()


def newest(wanted: Wanted, *, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` entries with a number below `before`, newest first, `detail` as data."""
    query = AuditEntry.select()
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    if wanted.operator is not None:
        query = query.where(AuditEntry.operator == wanted.operator)
    if wanted.prefixes:
        query = query.where(_any(AuditEntry.action.startswith(prefix) for prefix in wanted.prefixes))
    if wanted.text:
        who = peewee.fn.json_extract(AuditEntry.detail, "$.who")
        places = [AuditEntry.subject.contains(wanted.text), who.contains(wanted.text)]
        query = query.where(_any([*places, AuditEntry.subject.in_(list(wanted.subjects))]))
    return _rows(query.order_by(AuditEntry.seq.desc()).limit(limit))


def of_subject(kind: str, record: str) -> list[dict[str, Any]]:
    """Every entry about one record, also under the ids it had before it was merged, oldest first."""
    former = tuple_rows(Alias.select(Alias.alias).where(Alias.kind == kind, Alias.record == record))
    subjects = [f"{kind}:{known}" for known in (record, *(row[0] for row in former))]
    return _rows(AuditEntry.select().where(AuditEntry.subject.in_(subjects)).order_by(AuditEntry.seq))


def by_digest(digest: str, seq: int | None) -> dict[str, Any] | None:
    """The entry whose digest begins so, at that place where one is given; GENESIS stands for the chain before it."""
    if seq == 0 or (seq is None and set(digest) == {"0"}):
        return {"seq": 0, "at": None} if set(digest) == {"0"} else None
    query = AuditEntry.select(AuditEntry.seq, AuditEntry.at).where(AuditEntry.mac.startswith(digest))
    if seq is not None:
        query = query.where(AuditEntry.seq == seq)
    found = dict_rows(query.order_by(AuditEntry.seq).limit(1))
    return found[0] if found else None


def people() -> list[dict[str, Any]]:
    """Who is in the log: [{id, name}] by name."""
    known = AuditEntry.select(AuditEntry.operator).distinct()
    return dict_rows(Operator.select(Operator.id, Operator.name).where(Operator.id.in_(known)).order_by(Operator.name))


def _rows(query: Any) -> list[dict[str, Any]]:
    rows = dict_rows(query)
    for row in rows:
        row["detail"] = _detail(row["detail"])
    return rows


def _detail(text: str) -> dict[str, Any]:
    """What an entry holds; nothing where somebody changed it into what the program never writes."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _any(conditions: Any) -> Any:
    first, *others = conditions
    for other in others:
        first = first | other
    return first
