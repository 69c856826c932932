"""What a piece of evidence is linked to: reads the stored target and gives it a title a person understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.fields import kind_info, kind_label
from policy.errors import Fault
from policy.i18n import tr


@dataclass(frozen=True, slots=True)
class Target:
    """A record, a field of one, or (with `pack`) an indicator for a subject and period."""

    text: str
    kind: str
    record: str
    field: str = ""
    pack: str = ""
    rule: str = ""
    period: str = ""

    @classmethod
    def read(cls, text: str) -> Target:
        """From KIND:ID, KIND:ID.field or indicator:PACK/RULE@PERIOD/KIND:ID."""
        pack = rule = period = ""
        place = text
        if text.startswith("indicator:"):
            head, _, rest = text.removeprefix("indicator:").partition("@")
            pack, _, rule = head.partition("/")
            period, _, place = rest.partition("/")
        kind, _, rest = place.partition(":")
        record, _, field = rest.partition(".")
        return cls(text, kind, record, field, pack, rule, period)


def by_kind(targets: Iterable[Target]) -> dict[str, list[str]]:
    """The records whose titles are needed, by kind."""
    found: dict[str, list[str]] = {}
    for target in targets:
        records = found.setdefault(target.kind, [])
        if target.record not in records:
            records.append(target.record)
    return found


def described(target: Target, titles: Mapping[tuple[str, str], str], rules: Mapping[tuple[str, str], str]) -> str:
    """What the evidence proves, in words; `titles` are of records by (kind, id), `rules` of indicators by pack."""
    title = titles.get((target.kind, target.record), "…")
    if target.pack:
        rule = rules.get((target.pack, target.rule), target.rule)
        return tr("{rule} · {title} · {period}", rule=rule, title=title, period=target.period)
    label = kind_label(target.kind)
    if target.field:
        return tr("{kind} · {title} · {field}", kind=label, title=title, field=_field_label(target))
    return f"{label} · {title}"


def _field_label(target: Target) -> str:
    try:
        return kind_info(target.kind).field(target.field).shown
    except Fault:  # a field this version does not know
        return target.field
