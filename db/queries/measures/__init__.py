"""The quantities of `policy.measures` computed from the records, and the subjects and attributes rules ask for.

The store is open and the caller holds its lock. Every measure costs a fixed number of queries, however many records.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from db.models import TypedMeasure
from db.queries.measures import (
    agency,
    carrier,
    contracts,
    firm,
    funding,
    growth,
    occupants,
    organisation,
    plans,
    results,
    score,
)
from db.queries.measures.asking import FUNCTIONS, Ask, Tally, figure, ordered
from db.queries.measures.attributes import attributes_of, subject_attributes, subjects
from policy.dates import Period
from policy.errors import Usage
from policy.measures import MEASURES, parse_figure
from policy.results import MeasureValue, RowRef

__all__ = ["attributes_of", "compute", "subject_attributes", "subjects"]
# importing them fills FUNCTIONS
_REGISTERED = (agency, carrier, contracts, firm, funding, growth, occupants, organisation, plans, results, score)


def compute(
    names: Iterable[str], *, subject_kind: str, subject_id: str, period: Period, today: date
) -> dict[str, MeasureValue]:
    """The named measures of one subject in one period, by name.

    A figure a person typed for that subject and period stands in where the records give none. Raises
    Usage("policy.unknown_name", name, known) for a name that is no measure of that kind of subject, and
    Refused("policy.date_invalid", text) where a record holds a date that is none.
    """
    ask = Ask(subject_kind, subject_id, period, today)
    typed = _typed(ask)
    found = {}
    for name in sorted(set(names)):
        declared = MEASURES.get(name)
        if declared is None or subject_kind not in declared.subjects:
            known = sorted(key for key, other in MEASURES.items() if subject_kind in other.subjects)
            raise Usage("policy.unknown_name", name=name, known=", ".join(known))
        answer = FUNCTIONS.get((declared.base, subject_kind))
        asked = ask if declared.parameter is None else replace(ask, parameter=declared.parameter)
        tally = answer(asked) if answer else Tally()
        stands_in = tally.value is None and name in typed
        if stands_in:
            row, tally.value = typed[name]
            tally.rows = [row]
        found[name] = MeasureValue(
            name,
            tally.value,
            declared.unit,
            declared.date_field,
            rows=ordered(tally.rows),
            blanks=tally.blanks,
            typed=stands_in,
            border=ordered(tally.border),
        )
    return found


def _typed(ask: Ask) -> dict[str, tuple[RowRef, Fraction]]:
    """Typed figures of the subject and period that can be read, by measure; of two the one changed last."""
    query = TypedMeasure.select().where(
        TypedMeasure.subject == f"{ask.kind}:{ask.id}", TypedMeasure.period == ask.period.text
    )
    found = {}
    for row in query.order_by(TypedMeasure.updated_at, TypedMeasure.id).namedtuples():
        declared = MEASURES.get(row.measure)
        value = None if declared is None else _value(row.value, declared.unit)
        if declared is not None and value is not None:
            ref = RowRef("typed_measure", row.id, declared.title(), figure(row.measure, value), row.period)
            found[row.measure] = (ref, value)
    return found


def _value(text: str, unit: str) -> Fraction | None:
    """As people type it, or as an exact fraction such as 7/2."""
    value = parse_figure(text, unit)
    if value is None:
        top, _, bottom = text.partition("/")
        if top.lstrip("-").isdecimal() and bottom.isdecimal() and int(bottom):
            return Fraction(int(top), int(bottom))
    return value
