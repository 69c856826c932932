"""Two policy packs side by side: which rules came, went or changed, and in which field, as plain data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from desktop.services.policies import pack_text
from desktop.services.registry import Job, session_service
from desktop.services.session import Session
from policy.pack import load_pack

_CLAUSE = frozenset(
    {"clause", "ref", "document", "status", "effective_from", "effective_to"}
    | {"id", "number", "issuer", "issued_on", "layer", "incomplete", "replaces", "replaced_by", "subjects"}
)
_VERIFICATION = frozenset({"verified", "verified_by", "page", "basis", "basis_en"})
_TEXTS = frozenset({"title", "note", "label", "why", "source", "text", "duty", "when_below", "proofs"})
_APART = frozenset({"rule", "choice", "label", "schema"})  # lists of the pack that are compared by id, or not at all
_LISTS = (("rule", "id"), ("choice", "id"))


@session_service("policy.compare")
def compare(session: Session, job: Job, *, left: str, right: str = "", right_text: str | None = None) -> dict[str, Any]:
    """What changed from `left` to `right` (ids of packs or names of files; `right_text` stands for a file).

    {left, right: {id, title, number, status, digest}, head: fields, rules: [{list, id, title, change, fields}]} with
    `change` added, removed or changed, and fields [{field, group, old, new}]; `group` is figures, clause, verification
    or texts, and what is not there is None. Examples are not compared. Raises Usage("policy.unknown_pack"),
    Refused("policy.no_file" | "policy.pack_invalid").
    """
    old_text = pack_text(session.workspace, left)
    new_text = pack_text(session.workspace, right) if right_text is None else right_text.encode()
    old, new = _raw(old_text), _raw(new_text)
    entries: list[dict[str, Any]] = []
    for name, key in _LISTS:
        entries += _entries(name, _by(old, name, key), _by(new, name, key))
    return {
        "left": _described(old_text),
        "right": _described(new_text),
        "head": _fields(_flat(_head(old)), _flat(_head(new))),
        "rules": entries,
    }


def _described(data: bytes) -> dict[str, str]:
    pack = load_pack(data)  # what is no sound pack is refused before anything is said about it
    return {
        "id": pack.id,
        "title": str(pack.title),
        "number": pack.number,
        "status": pack.status,
        "digest": pack.digest,
    }


def _raw(data: bytes) -> dict[str, Any]:
    load_pack(data)
    return tomllib.loads(data.decode(), parse_float=Decimal)


def _by(raw: Mapping[str, Any], name: str, key: str) -> dict[str, Mapping[str, Any]]:
    return {str(item[key]): item for item in raw.get(name, ())}


def _head(raw: Mapping[str, Any]) -> dict[str, Any]:
    labels = {item["name"]: item for item in raw.get("label", ())}
    return {name: value for name, value in raw.items() if name not in _APART} | {"label": labels}


def _entries(
    name: str, old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """In the order of the newer text, what went at the place it had."""
    order = list(new)
    for place, key in enumerate(old):
        if key not in new:
            before = next((one for one in reversed(list(old)[:place]) if one in order), None)
            order.insert(order.index(before) + 1 if before is not None else 0, key)
    for key in order:
        was, now = old.get(key), new.get(key)
        fields = _fields(_flat(was or {}), _flat(now or {}))
        if fields:
            change = "changed" if was is not None and now is not None else "added" if was is None else "removed"
            title = str((now or was or {}).get("title", key))
            yield {"list": name, "id": key, "title": title, "change": change, "fields": fields}


def _fields(old: Mapping[str, str], new: Mapping[str, str]) -> list[dict[str, Any]]:
    names = list(new) + [name for name in old if name not in new]
    return [
        {"field": name, "group": _group(name), "old": old.get(name), "new": new.get(name)}
        for name in names
        if old.get(name) != new.get(name)
    ]


def _group(field: str) -> str:
    last = field.rpartition(".")[2].partition("[")[0]
    if last in _VERIFICATION:
        return "verification"
    if last in _CLAUSE:
        return "clause"
    return "texts" if last.removesuffix("_en") in _TEXTS else "figures"


def _flat(value: Any, place: str = "") -> dict[str, str]:
    """Every figure and text by its place: `test.all[1].value`."""
    if isinstance(value, Mapping):
        found: dict[str, str] = {}
        for name, inner in value.items():
            if not place and name == "example":
                continue
            found |= _flat(inner, f"{place}.{name}" if place else str(name))
        return found
    if isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value):
        found = {}
        for number, item in enumerate(value):
            found |= _flat(item, f"{place}[{number}]")
        return found
    return {place: _shown(value)}


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(_shown, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
