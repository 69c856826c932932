"""Which personal fields leave as they are, masked or not at all when records are handed to others: chosen by field.

Without a choice only what an official form asks for leaves as it is (the item stands in the field's declaration); what
a record cannot be without, and numbers, are masked; the rest stays here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.fields import FieldInfo
from db.queries import records
from db.schema import KindInfo, kind_info
from policy.errors import Refused
from policy.i18n import listed
from policy.masking import blur, mask

KEEP, MASK, REMOVE = WAYS = ("keep", "mask", "remove")
Found = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(slots=True)
class Redaction:
    """`chosen` is a way by "kind.field"; `applied` becomes what was done with each field that held something."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    applied: dict[str, str] = field(default_factory=dict)

    def way(self, kind: str, declared: FieldInfo) -> str:
        """What happens to the field."""
        return self.chosen.get(f"{kind}.{declared.name}") or default_way(declared)

    def row(self, info: KindInfo, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row as it may leave; fields that say nothing of a person are as they were."""
        left = dict(row)
        for declared in personal(info):
            value = left.get(declared.name)
            if value is None:
                continue
            way = self.applied[f"{info.name}.{declared.name}"] = self.way(info.name, declared)
            if way == MASK:
                left[declared.name] = masked(declared, str(value))
            elif way == REMOVE:
                del left[declared.name]
        return left

    def names(self, text: str, names: Iterable[str]) -> str:
        """A text with the names of persons in it treated as their field is."""
        info = kind_info("person")
        declared = info.field(info.kind.title)
        way = self.way(info.name, declared)
        for name in sorted(names, key=len, reverse=True) if way != KEEP else ():
            text = text.replace(name, masked(declared, name) if way == MASK else "**")
        return text

    def told(self) -> dict[str, list[str]]:
        """For the receiver and the audit log: the fields that were {masked, removed}, as "kind.field"."""
        return {
            label: sorted(place for place, way in self.applied.items() if way == wanted)
            for label, wanted in (("masked", MASK), ("removed", REMOVE))
        }

    def kept(self) -> list[str]:
        """The labels of the fields that leave as they are."""
        return sorted(label(place) for place, way in self.applied.items() if way == KEEP)


def default_way(declared: FieldInfo) -> str:
    """What happens to a personal field unless a person chooses otherwise."""
    if declared.form:
        return KEEP
    return MASK if declared.masked or declared.required == "S" else REMOVE


def masked(declared: FieldInfo, value: str) -> str:
    """A personal value so that it no longer tells whose it is, in the form its field has."""
    return mask(declared.masked, value) if declared.masked else blur(value, is_date=declared.type == "date")


def personal(info: KindInfo) -> list[FieldInfo]:
    """The fields of a kind that lead to a person and can leave at all."""
    return [declared for declared in info.fields if declared.personal and not declared.internal]


def offered(found: Found) -> list[dict[str, Any]]:
    """The personal fields that hold something: [{field, label, rows, way}] with the way that is taken unasked."""
    fields = []
    for kind, rows in found.items():
        for declared in personal(kind_info(kind)):
            count = sum(row.get(declared.name) is not None for row in rows)
            if count:
                place = f"{kind}.{declared.name}"
                fields.append({"field": place, "label": label(place), "rows": count, "way": default_way(declared)})
    return fields


def label(place: str) -> str:
    """A field with its kind, in the language in force."""
    kind, _, name = place.partition(".")
    info = kind_info(kind)
    return f"{info.kind.shown}·{info.field(name).shown}"


def checked(chosen: Mapping[str, str], found: Found) -> Redaction:
    """The choice, if it is one for these records; raises Refused("package.redaction_unknown")."""
    known = {item["field"] for item in offered(found)}
    odd = [place for place, way in chosen.items() if place not in known or way not in WAYS]
    if odd:
        raise Refused("package.redaction_unknown", field=listed(odd))
    return Redaction(chosen)


def person_names(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """The names of the persons that rows behind figures ({kind, id}) are or belong to; the caller holds the lock."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(str(row["kind"]), set()).add(str(row["id"]))
    persons = set(wanted.pop("person", ()))
    for kind, ids in wanted.items():
        refs = [declared.name for declared in kind_info(kind).fields if declared.target == "person"]
        for record in records.rows(kind, sorted(ids)) if refs else ():
            persons.update(record[name] for name in refs if record[name])
    return {name for name in records.titles("person", persons).values() if name}
