"""What a package says in data: the records behind its figures, with what leads to persons redacted, and their JSON
Schema from the declarations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from db.fields import FieldInfo
from db.queries import records
from db.schema import KindInfo, kind_info, kinds
from desktop.services.redaction import Redaction, checked, person_names

FORMAT = "fuzhuan-records/1"
_CHUNK = 500
_ROWS = ("rows", "border")
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


def gather(snapshot: Mapping[str, Any], chosen: Mapping[str, str] | None = None) -> tuple[dict[str, Any], list[str]]:
    """The records document for a snapshot's content, and the labels of personal fields that it fills as they are.

    Holds the subject and every row behind a figure, with what those rows belong to; nothing classified, nothing marked
    as not for others, and no field that is declared internal. `chosen` says by "kind.field" what becomes of personal
    fields (`redaction.WAYS`), and `redaction` in the document what became of them. The caller holds the store's lock.
    Raises Refused("package.redaction_unknown").
    """
    found = public_rows(snapshot)
    redaction = checked(chosen or {}, found)
    left = {name: [redaction.row(kind_info(name), row) for row in rows] for name, rows in found.items()}
    document = {
        "format": FORMAT,
        "pack": {key: snapshot["pack"][key] for key in ("id", "title", "number", "digest", "status")},
        "subject": snapshot["subject"],
        "period": snapshot["period"],
        "indicators": snapshot["indicators"],
        "measures": _measures(snapshot["measures"], redaction),
        "redaction": redaction.told(),
        "records": left,
    }
    return document, redaction.kept()


def public_rows(snapshot: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows a package would hold, by kind, before redaction; the caller holds the store's lock."""
    wanted: dict[str, set[str]] = {}
    _want(wanted, snapshot["subject"]["kind"], [snapshot["subject"]["id"]])
    for measure in snapshot["measures"].values():
        for row in measure["rows"]:
            _want(wanted, row["kind"], [row["id"]])
    found: dict[str, list[dict[str, Any]]] = {}
    for info in _closed(wanted):
        rows = records.rows(info.name, sorted(wanted[info.name]))
        found[info.name] = [_public(info, row) for row in rows if not _withheld(row)]
    return found


def schema(present: Iterable[str], removed: Collection[str] = ()) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a records document with these kinds, from the field declarations; the fields
    `removed` from it ("kind.field") are not asked for."""
    defined = {name: _kind_schema(kind_info(name), removed) for name in sorted(present)}
    places = {"type": "array", "items": {"type": "string"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "孵转台 records",
        "type": "object",
        "required": ["format", "pack", "subject", "period", "indicators", "measures", "records"],
        "properties": {
            "format": {"const": FORMAT},
            "redaction": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"masked": places, "removed": places},
            },
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


def _measures(measures: Mapping[str, Any], redaction: Redaction) -> dict[str, Any]:
    """The figures with the rows behind them; a row's title may be a person's name."""
    parts = [value[part] for value in measures.values() for part in _ROWS if part in value]
    names = person_names(row for rows in parts for row in rows)

    def redacted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "title": redaction.names(row["title"], names)} if "title" in row else row for row in rows]

    return {
        name: {**value, **{part: redacted(value[part]) for part in _ROWS if part in value}}
        for name, value in measures.items()
    }


def _public(info: KindInfo, row: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {"id": row["id"]}
    for declared in info.fields:
        value = row.get(declared.name)
        if declared.name == "id" or declared.internal or value is None:
            continue
        kept[declared.name] = value
    return kept


def _kind_schema(info: KindInfo, removed: Collection[str]) -> dict[str, Any]:
    fields = [declared for declared in info.fields if declared.name != "id" and not declared.internal]
    properties = {declared.name: _field_schema(declared) for declared in fields}
    needed = [declared.name for declared in fields if declared.required == "S"]
    needed = [name for name in needed if f"{info.name}.{name}" not in removed]
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
