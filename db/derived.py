"""What the program keeps in step when a row is written: comparison keys, derived amounts, values once reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.models import HOUSEKEEPING, Contract, Firm, FirmYear, Organisation, Person, Record, Target
from db.values import compare_name

_NOT_FIGURES = HOUSEKEEPING | {
    "firm", "carrier", "unit", "year", "quarter", "basis", "state", "reported", "profile", "explanation",
    "filled_by", "confirmed_by", "torch_reported_on",
}  # fmt: skip
# the torch form's items on the firm itself (the others are figures of the year, or stand on the tenancy)
_PROFILE = (
    "name", "uscc", "founded_on", "industry", "tech_field", "reg_type", "taxpayer", "founder_feature", "serial_founder",
)  # fmt: skip


def derive(model: type[Record], current: Mapping[str, Any], values: dict[str, Any]) -> None:
    """Add to `values`, about to be written over `current` (empty for a new row), what follows from them."""
    if model in (Organisation, Person) and values.get("name"):
        values["name_key"] = compare_name(values["name"])
    if model is Target and not current and not values.get("title"):
        values["title"] = values.get("rule")  # a pack's target is called by its rule
    if model is Contract and values.get("amount_tech") is None and {"amount_total", "nontech_cost"} & values.keys():
        total, other = (values.get(name, current.get(name)) for name in ("amount_total", "nontech_cost"))
        # a blank is not zero: without the other costs nobody knows the technical part
        values["amount_tech"] = None if total is None or other is None else total - other
    if "reported" in model._meta.fields:
        if current.get("state") == "reported" and _corrects(model, current, values):
            values["state"] = "corrected"
        if values.get("state") == "reported":
            _keep_reported(model, {**current, **values}, values)


def _corrects(model: type[Record], current: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Whether a figure of a reported year becomes another than was reported. Whoever only names the state again, as a
    sheet read back in does, is no less corrected; another state that is asked for stands."""
    reported, fields = current.get("reported"), model._meta.fields
    if not isinstance(reported, dict) or values.get("state", "reported") != "reported":
        return False
    changed = (name for name in values if name in fields and name not in _NOT_FIGURES and values[name] != current[name])
    return any(fields[name].db_value(values[name]) != reported.get(name) for name in changed)


def _keep_reported(model: type[Record], row: Mapping[str, Any], values: dict[str, Any]) -> None:
    """The figures as they are when the year is reported, once and for good, and the firm as it then was."""
    fields = model._meta.fields
    if row.get("reported") is None:
        names = [name for name in fields if name not in _NOT_FIGURES and row.get(name) is not None]
        values["reported"] = {name: fields[name].db_value(row[name]) for name in names}
    if model is FirmYear and row.get("profile") is None:
        firm: dict[str, Any] = Firm.select().where(Firm.id == row["firm"]).dicts().first() or {}
        whole = {**firm, **(Organisation.select().where(Organisation.id == row["firm"]).dicts().first() or {})}
        values["profile"] = {name: whole.get(name) for name in _PROFILE}
