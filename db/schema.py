"""The declarations of `db.models` as plain data: kinds, their fields, and how a kind is stored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from db.fields import Declared, FieldInfo
from db.models import HOUSEKEEPING, RECORDS, Firm, Kind, Organisation, Record
from policy.errors import Refused, Usage

# kept by the write path, never typed or shown
_DERIVED_KEYS = frozenset({"name_key"})
# kept by the program's own steps; shown, but not typed, imported or exported
INTERNAL_KINDS = frozenset(
    {"operator", "endpoint", "pack", "snapshot", "application", "package", "delivery"}
    | {"choice", "confirmation", "holiday_year", "trusted_key"}
)


@dataclass(frozen=True, slots=True)
class KindInfo:
    """A kind with its tables (several where one stands on another) and all its declared fields."""

    kind: Kind
    models: tuple[type[Record], ...]
    fields: tuple[FieldInfo, ...]

    @property
    def name(self) -> str:
        return self.kind.name

    def field(self, name: str) -> FieldInfo:
        """The field of that name; raises Usage("kind.no_field")."""
        for info in self.fields:
            if info.name == name:
                return info
        raise Usage("kind.no_field", kind=self.kind.name, field=name)

    def model_of(self, name: str) -> type[Record]:
        """The table that keeps the field."""
        for model in self.models:
            if name in model._meta.fields:
                return model
        raise Usage("kind.no_field", kind=self.kind.name, field=name)


def _own_fields(model: type[Record]) -> list[FieldInfo]:
    hidden = HOUSEKEEPING | _DERIVED_KEYS
    return [
        field.info() for field in model._meta.sorted_fields if isinstance(field, Declared) and field.name not in hidden
    ]


@cache
def kinds() -> dict[str, KindInfo]:
    """Every kind by name, in the order of declaration."""
    found: dict[str, KindInfo] = {}
    for model in RECORDS:
        models: tuple[type[Record], ...] = (Organisation, Firm) if model is Firm else (model,)
        fields = tuple(info for part in models for info in _own_fields(part))
        found[model.KIND.name] = KindInfo(model.KIND, models, fields)
    return found


def kind_info(name: str) -> KindInfo:
    """The kind of that name; raises Usage("kind.unknown")."""
    try:
        return kinds()[name]
    except KeyError:
        raise Usage("kind.unknown", kind=name) from None


def editable_kinds() -> tuple[KindInfo, ...]:
    """The kinds that users add, import and export themselves."""
    return tuple(info for info in kinds().values() if info.name not in INTERNAL_KINDS)


def editable_kind(name: str) -> KindInfo:
    """The kind of that name; raises Usage("kind.unknown"), Refused("kind.internal") for one the program keeps."""
    info = kind_info(name)
    if name in INTERNAL_KINDS:
        raise Refused("kind.internal", kind=info.kind.shown)
    return info


def table_kind(table: str) -> str:
    """The kind whose own table has that name."""
    for model in RECORDS:
        if model._meta.table_name == table:
            return model.KIND.name
    raise Usage("kind.unknown", kind=table)
