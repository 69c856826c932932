"""The fields' declarations as the window uses them: labels in the language in force, choices, what may be typed.

The one door from pages, models and widgets to `db.schema`; nothing here opens the store.
"""

from __future__ import annotations

from collections.abc import Sequence

from db.fields import Choice, FieldInfo
from db.schema import KindInfo, editable_kinds, kind_info, kinds, table_kind

__all__ = [
    "Choice",
    "FieldInfo",
    "KindInfo",
    "choice_label",
    "editable_kinds",
    "field_tables",
    "fields_of",
    "kind_info",
    "kind_label",
    "kind_of",
    "kinds",
    "typed_fields",
]


def kind_label(kind: str) -> str:
    """The kind's name in the language in force."""
    return kind_info(kind).kind.shown


def kind_of(field: FieldInfo) -> str:
    """The kind that keeps the field; it answers for a record of a kind that stands on it under the same id."""
    return table_kind(field.model)


def choice_label(field: FieldInfo, code: str) -> str:
    """The label of a choice; an unknown code shows itself."""
    for choice in field.choices:
        if choice.code == code:
            return choice.shown
    return code


def fields_of(kind: str, names: Sequence[str]) -> tuple[FieldInfo, ...]:
    """The declarations of those fields, in that order."""
    info = kind_info(kind)
    return tuple(info.field(name) for name in names)


def typed_fields(kind: str) -> tuple[FieldInfo, ...]:
    """The fields of a kind that a person fills in: neither derived nor kept beside another (currency, wording)."""
    info = kind_info(kind)
    beside = {name for field in info.fields for name in (field.currency_field, field.raw_field) if name}
    hidden = beside | {"id"}
    return tuple(
        field
        for field in info.fields
        if field.name not in hidden and field.required != "D" and field.type not in ("timestamp",)
    )


def field_tables(kind: str) -> frozenset[str]:
    """The kinds whose changes touch rows of this kind under the same id (a firm stands on its organisation)."""
    return frozenset(model.KIND.name for model in kind_info(kind).models)
