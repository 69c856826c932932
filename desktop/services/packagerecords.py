"""What a package says in data: the records behind its figures, their JSON Schema from the declarations, and which
of them are personal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from db.fields import FieldInfo
from db.queries import records
from db.schema import KindInfo, kind_info, kinds

FORMAT = "fuzhuan-records/1"
_CHUNK = 500
_TYPES = {
    "int": "integer",
    "year": "integer",
    "dec": "integer",
    "money": "integer",
    "timestamp": "integer",
    "bool": "integer",
    "tri": "integer",
    "tags": "array",
}
_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"


def gather(snapshot: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The records document for a snapshot's content, and the labels of personal fields that it fills.

    Holds the subject and every row behind a figure, with what those rows belong to; nothing classified, nothing marked
    as not for others, and no field that is declared internal. The caller holds the store's lock.
    """
    wanted: dict[str, set[str]] = {}
    _want(wanted, snapshot["subject"]["kind"], [snapshot["subject"]["id"]])
    for measure in snapshot["measures"].values():
        for row in measure["rows"]:
            _want(wanted, row["kind"], [row["id"]])
    personal: set[str] = set()
    found: dict[str, list[dict[str, Any]]] = {}
    for info in _closed(wanted):
        rows = records.rows(info.name, sorted(wanted[info.name]))
        found[info.name] = [_public(info, row, personal) for row in rows if not _withheld(row)]
    document = {
        "format": FORMAT,
        "pack": {key: snapshot["pack"][key] for key in ("id", "title", "number", "digest", "status")},
        "subject": snapshot["subject"],
        "period": snapshot["period"],
        "indicators": snapshot["indicators"],
        "measures": snapshot["measures"],
        "records": found,
    }
    return document, sorted(personal)


def schema(present: Iterable[str]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a records document with these kinds, from the field declarations."""
    defined = {name: _kind_schema(kind_info(name)) for name in sorted(present)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "孵转台 records",
        "type": "object",
        "required": ["format", "pack", "subject", "period", "indicators", "measures", "records"],
        "properties": {
            "format": {"const": FORMAT},
            "records": {
                "type": "object",
                "additionalProperties": False,
                "properties": {name: {"type": "array", "items": body} for name, body in defined.items()},
            },
        },
    }


def _want(wanted: dict[str, set[str]], kind: str, ids: Iterable[str]) -> None:
    if kind in kinds():
        wanted.setdefault(kind, set()).update(ids)


def _closed(wanted: dict[str, set[str]]) -> list[KindInfo]:
    """The kinds wanted, after adding what their rows refer to (one step up: firm of a tenancy, case of a contract)."""
    for name in list(wanted):
        info = kind_info(name)
        refs = [declared for declared in info.fields if declared.type == "ref" and declared.name != "id"]
        ids = sorted(wanted[name])
        for start in range(0, len(ids), _CHUNK):
            for row in records.rows(name, ids[start : start + _CHUNK]):
                for declared in refs:
                    if row[declared.name] and declared.target:
                        _want(wanted, declared.target, [row[declared.name]])
    return [info for name, info in kinds().items() if name in wanted]


def _withheld(row: Mapping[str, Any]) -> bool:
    return bool(row.get("classified") or row.get("confidential"))


def _public(info: KindInfo, row: Mapping[str, Any], personal: set[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {"id": row["id"]}
    for declared in info.fields:
        value = row.get(declared.name)
        if declared.name == "id" or declared.internal or value is None:
            continue
        kept[declared.name] = value
        if declared.personal:
            personal.add(f"{info.kind.shown}·{declared.shown}")
    return kept


def _kind_schema(info: KindInfo) -> dict[str, Any]:
    fields = [declared for declared in info.fields if declared.name != "id" and not declared.internal]
    properties = {declared.name: _field_schema(declared) for declared in fields}
    needed = [declared.name for declared in fields if declared.required == "S"]
    return {
        "title": info.kind.label,
        "type": "object",
        "properties": {"id": {"type": "string"}, **properties},
        "required": ["id", *needed],
        "additionalProperties": False,
    }


def _field_schema(declared: FieldInfo) -> dict[str, Any]:
    body: dict[str, Any] = {"title": declared.label}
    if declared.type == "list":
        body["type"] = ["array", "object"]
    else:
        body["type"] = _TYPES.get(declared.type, "string")
    if declared.type == "date":
        body["pattern"] = _DATE
    if declared.type == "money":
        body["description"] = "fen"
    elif declared.scale:
        body["description"] = f"× 10^-{declared.scale} {declared.unit}".strip()
    if declared.choices and declared.type == "enum":
        body["enum"] = [choice.code for choice in declared.choices]
    return body
