"""What the packs say of one record, or of many of a kind: every rule for it, on its attributes and on typed figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from fractions import Fraction
from typing import Any

from desktop.services.choices import choice_attributes
from desktop.services.holidays import calendar_of
from desktop.services.policies import packs
from desktop.services.workspace import Workspace
from policy.dates import Period, earliest, today
from policy.evaluate import Subject, evaluate
from policy.i18n import tr
from policy.measures import MEASURES, shown, shown_unit
from policy.pack import Pack
from policy.results import MeasureValue
from policy.rules.common import with_unit

_GONE = frozenset({"superseded", "expired"})


def live_packs(
    ws: Workspace, kind: str, *, rule_kinds: frozenset[str] = frozenset(), ref: str = "", when: Period | None = None
) -> Iterator[Pack]:
    """Packs that still hold (drafts and reports too, marked as such), each with its rules for that kind of record.

    Of a period `when` those that had begun by its end.

    One that another in force replaces has ceded to it, as has a superseded one, unless what took its place is known
    only in part; `ref` asks for one entry of the
    catalogue of rules.
    """
    known = [pack for pack, _ in packs(ws).values()]
    for pack in known:
        rules = tuple(
            rule
            for rule in pack.rules
            if rule.subject == kind
            and rule.status != "expired"
            and (not rule_kinds or rule.kind in rule_kinds)
            and (not ref or rule.ref == ref)
        )
        begun = when is None or not pack.effective_from or earliest(pack.effective_from) <= when.ends_on
        if rules and begun and not ceded(pack, known, when.ends_on if when else today()):
            yield replace(pack, rules=rules)


def ceded(pack: Pack, known: Iterable[Pack], day: date) -> bool:
    """Whether a pack no longer holds on a day: expired, or replaced by one of the known that is whole."""
    if pack.status == "expired":
        return True
    after = [later for later in known if later.id == pack.replaced_by or pack.id in later.replaces]
    if pack.status == "superseded":
        return not any(later.incomplete and later.status not in _GONE for later in after)
    begun = [
        later
        for later in after
        if later.status == "in_force" and (not later.effective_from or earliest(later.effective_from) <= day)
    ]
    return bool(begun) and not any(later.incomplete for later in begun)


def judge(
    ws: Workspace,
    subject: Subject,
    period: Period,
    measures: Mapping[str, MeasureValue] | None = None,
    *,
    rule_kinds: frozenset[str] = frozenset(),
    ref: str = "",
) -> list[dict[str, Any]]:
    """One indicator as plain data, with `pack`, per rule that applies to the subject, by pack and in its order."""
    chosen = {**choice_attributes(ws, period), **subject.attributes}
    asked, calendar = replace(subject, attributes=chosen), calendar_of(ws)
    return [
        {"pack": pack.id, **asdict(result)}
        for pack in live_packs(ws, subject.kind, rule_kinds=rule_kinds, ref=ref, when=period)
        for result in evaluate(
            pack, subject=asked, period=period, measures=measures or {}, today=today(), calendar=calendar
        )
    ]


def typed_measures(figures: Mapping[str, int | Fraction | None]) -> dict[str, MeasureValue]:
    """Measures from figures in their own unit; those nobody declared are left out."""
    return {
        name: MeasureValue(name, value, MEASURES[name].unit, MEASURES[name].date_field, typed=True)
        for name, value in figures.items()
        if name in MEASURES
    }


def figure_behind(value: MeasureValue) -> dict[str, Any]:
    """A measure as people read it, with the rows behind it: {name, title, value, blanks, date_field, rows}."""
    measure = MEASURES[value.name]
    text = tr("无数据")
    if value.value is not None:
        text = with_unit(shown(value.value, measure.unit, measure.decimals), shown_unit(measure.unit))
    return {
        "name": value.name,
        "title": measure.title(),
        "value": text,
        "blanks": value.blanks,
        "date_field": value.date_field,
        "rows": [{"kind": row.kind, "id": row.id, "title": row.title, "date": row.date} for row in value.rows],
    }
