"""One value as a person typed it, by its field's declaration, into what is stored."""

from __future__ import annotations

from typing import Any

from db.fields import FieldInfo
from db.ledger import field_parser
from db.ledger_header import Column
from db.values import Note, ValueProblem
from policy.masking import is_masked


def read_value(declared: FieldInfo, value: Any) -> tuple[dict[str, Any], tuple[Note, ...]]:
    """The stored value by field name (with currency and wording beside foreign money), and what to tell about it.

    Text is read as in an import: money in the field's unit unless it names another. Raises db.values.ValueProblem.
    """
    if declared.masked and is_masked(value):
        raise ValueProblem("value.masked")
    if value is None or value == "":
        blank = {declared.name: None}
        blank.update((name, None) for name in (declared.currency_field, declared.raw_field) if name)
        return blank, ()
    if declared.type in ("list", "tags") and isinstance(value, list | dict):
        return {declared.name: value}, ()
    if isinstance(value, bool):
        value = "1" if value else "0"
    parsed = field_parser(Column(0, declared.label, declared), typed=False)(str(value))
    stored: dict[str, Any] = {declared.name: parsed.value}
    if declared.currency_field and parsed.value is not None:
        stored[declared.currency_field] = parsed.currency or "CNY"
    if declared.raw_field:
        stored[declared.raw_field] = parsed.raw or None
    return stored, parsed.notes
