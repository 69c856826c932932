"""What the search index holds of a record: its title, other names and numbers, and its searchable text."""

from __future__ import annotations

from typing import Any

from db import search
from db.models import Firm
from db.schema import kind_info

# found through what they belong to, or not by words at all
_UNINDEXED = frozenset({"operator", "endpoint", "snapshot", "delivery", "evidence_link"})


def is_indexed(kind: str) -> bool:
    """Whether records of the kind are found by search."""
    return kind not in _UNINDEXED and any(info.search for info in kind_info(kind).fields)


def search_document(kind: str, record: str) -> search.Entry | None:
    """The document of a record as it stands now, or None when it is gone or not indexed."""
    if not is_indexed(kind):
        return None
    row: dict[str, Any] = {}
    for model in kind_info(kind).models:
        found = model.select().where(model._meta.primary_key == record).dicts().first()
        if found is None:
            return None
        row.update(found)
    # a firm is found as a firm; the organisation it stands on is not listed a second time
    if kind == "organisation" and Firm.select().where(Firm.id == record).exists():
        return None
    return document_of(kind, row)


def document_of(kind: str, row: dict[str, Any]) -> search.Entry:
    """The document for values already at hand."""
    info = kind_info(kind)
    title_field = info.kind.title if kind != "case_log" else "note"
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


