"""A real value for every field of every kind, as a person would type it, and the records that hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from db.fields import FieldInfo
from db.schema import KindInfo, editable_kinds

_CODES = {
    "uscc": ("91500108MA5U6Q4E0X", "91500112MA5U6Q4E1W"),
    "cid": ("500112199003070026", "500112198507120015"),
    "patent": ("ZL202310123456.0", "ZL202410123457.5"),
    "contract": ("2025500108000123", "2025500108000124"),
}
_TARGETED = frozenset({"target", "subject"})


def value_of(declared: FieldInfo, number: int, made: Mapping[str, list[str]]) -> Any:
    """A value as typed for the `number`th record of a kind (0 or 1); None for a reference to nothing made so far."""
    if declared.type == "ref":
        there = made.get(declared.target)
        return there[min(number, len(there) - 1)] if there else None
    if declared.name in _TARGETED and declared.type == "text":
        return f"organisation:{made['organisation'][number]}"
    if declared.type in ("text", "note"):
        text = f"{declared.label}，甲{number}“引号” A-{number}㼆𠮷·🚀"
        return (text + ("\n第二行，=1+1" if declared.type == "note" else ""))[: declared.max_length]
    if declared.type == "code":
        return _CODES.get(declared.code_kind, (f"0012{number}", f"0013{number}"))[number]
    if declared.type == "enum":
        return declared.choices[number % len(declared.choices)].zh
    if declared.type == "tags":
        return "、".join(choice.zh for choice in declared.choices[-2:]) if declared.choices else ["甲", "乙"]
    if declared.currency_field and number:
        return "6（万美元）"
    fixed: dict[str, tuple[Any, Any]] = {
        "int": ("0", "7391"),
        "year": ("2024", "2025"),
        "dec": ("-12." + "34"[: declared.scale], "60." + "05"[: declared.scale]),
        "date": ("2024-05", "2025-02-28"),
        "money": ("-1234567.01元", "0元"),
        "bool": ("1", "0"),
        "tri": ("0", "1"),
        "timestamp": ("2025-05-06 10:05", "2025-12-31 23:59:59"),
        "list": ([{"name": "旧名", "until": "2023-05"}], ["甲", "乙"]),
    }
    return fixed[declared.type][number]


def values_of(info: KindInfo, number: int, made: Mapping[str, list[str]]) -> dict[str, Any]:
    """Values for all fields that a person may type; nothing of it is a state secret."""
    beside = {name for field in info.fields for name in (field.currency_field, field.raw_field) if name}
    values = {
        declared.name: value_of(declared, number, made)
        for declared in info.fields
        if declared.required != "D" and declared.name not in {*beside, "id", "classified", "confidential"}
    }
    return {name: value for name, value in values.items() if value is not None}


def fill(call: Callable[..., Any], folder: Path, records: int = 2) -> dict[str, list[str]]:
    """Add `records` records of every kind that users keep, with a value in every field: the ids by kind."""
    made: dict[str, list[str]] = {}
    for info in editable_kinds():
        for number in range(records):
            values = values_of(info, number, made)
            if info.name == "firm":
                values |= {
                    "name": f"{values['name']}企业",
                    "uscc": ("91500000MA5U12345X", "91500000202800004B")[number],
                }
            if info.name == "evidence":
                file = folder / f"证明{number}.txt"
                file.write_text(f"证明 {number}", "utf-8")
                record = call("evidence.add", files=[str(file)])["ids"][0]
                call("records.edit", kind="evidence", id=record, values=values)
            else:
                record = call("records.add", kind=info.name, values=values)["id"]
            made.setdefault(info.name, []).append(record)
    return made
