"""What the search index holds of a record: its title, other names and numbers, and its searchable text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from db import search
from db.models import Firm
from db.queries.rows import tuple_rows
from db.schema import kind_info

_CHUNK = 500
# found through what they belong to, or not by words at all
_UNINDEXED = frozenset({"operator", "endpoint", "snapshot", "delivery", "evidence_link"})


def is_indexed(kind: str) -> bool:
    """Whether records of the kind are found by search."""
    return kind not in _UNINDEXED and any(info.search for info in kind_info(kind).fields)


def index(conn: search.Connection, kind: str, records: Sequence[str]) -> None:
    """Bring the index in step with these records of a kind as they stand now; those that are gone leave it."""
    documents = list(search_documents(kind, records))
    search.put_many(conn, documents)
    for record in set(records).difference(document.record for document in documents):
        search.remove(conn, kind, record)


def search_documents(kind: str, records: Sequence[str]) -> Iterator[search.Entry]:
    """The documents of those of the records that exist and are indexed, as they stand now."""
    if not is_indexed(kind):
        return
    info = kind_info(kind)
    own, base = info.models[-1], info.models[0]
    key: Any = own._meta.primary_key
    names = [declared.name for declared in info.fields if declared.search or declared.name == _title_field(kind)]
    query = own.select(key, *(info.model_of(name)._meta.fields[name] for name in names))
    if base is not own:
        query = query.join(base, on=(key == base._meta.primary_key))
    for start in range(0, len(records), _CHUNK):
        chunk = list(records[start : start + _CHUNK])
        found = query.where(key.in_(chunk))
        if kind == "organisation":  # a firm is found as a firm; what it stands on is not listed a second time
            found = found.where(key.not_in(Firm.select(Firm.id).where(Firm.id.in_(chunk))))
        for row in tuple_rows(found):
            yield document_of(kind, dict(zip(("id", *names), row, strict=True)))


def document_of(kind: str, row: dict[str, Any]) -> search.Entry:
    """The document for values already at hand."""
    info = kind_info(kind)
    title_field = _title_field(kind)
    parts, names = [], []
    for declared in info.fields:
        value = row.get(declared.name)
        if not declared.search or value in (None, "") or declared.name == title_field:
            continue
        if declared.name == "former_names":
            names += [str(item.get("name", "") if isinstance(item, dict) else item) for item in value]
        elif declared.type == "code" or declared.name in ("no", "own_no", "number", "file_name"):
            names.append(str(value))
        else:
            parts.append(str(value))
    return search.Entry(kind, str(row["id"]), str(row.get(title_field) or ""), tuple(names), "\n".join(parts))


def _title_field(kind: str) -> str:
    return "note" if kind == "case_log" else kind_info(kind).kind.title
