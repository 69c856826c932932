"""Whom rules can judge, and what they ask of a subject besides figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from db.fields import FieldInfo
from db.models import Carrier, Firm, Organisation, Qualification, Tenancy, TypedMeasure
from db.queries import records
from db.queries.measures.asking import earliest, latest, own_organisation
from db.queries.measures.linked import linked, plain
from db.queries.measures.stays import ENTERED
from db.schema import kind_info, kinds
from policy.dates import Period
from policy.errors import Refused, Usage
from policy.measures import MEASURES

# what a rule can compare or count from; names, numbers and free text decide nothing, but for a few words
_TYPES = frozenset({"enum", "date", "bool", "tri", "int", "year", "money", "dec"})
_WORDS = frozenset({"integrity_grade", "pilots", "registry_no"})
_MANY = 500  # subjects in one query; of more all answers are read
_OF_TENANCY = ("entered_on", "graduated_on", "left_on")
_OF_CARRIER = ("carrier_kind", "hardship_area")


def subjects(wanted: Iterable[str]) -> list[tuple[str, str, str]]:
    """The candidates of these kinds as (kind, id, name), by kind in the order given, then by name.

    Organisations are ourselves, first, and the universities; firms are those that ever entered a carrier; of other
    kinds all records that are not classified, and none of a kind that is not recorded.
    """
    found: list[tuple[str, str, str]] = []
    for kind in wanted:
        if kind not in kinds():
            continue
        fields = kind_info(kind).models[0]._meta.fields
        ids = records.ids(kind, where={"classified": 0} if "classified" in fields else None)
        own = ""
        if kind == "organisation":
            own = own_organisation()
            query = Organisation.select(Organisation.id).where(Organisation.org_kind == "university")
            chosen = {own, *(row.id for row in query)}
            ids = [record for record in ids if record in chosen]
        elif kind == "firm":
            tenancies = Tenancy.select(Tenancy.firm).join(Firm, on=(Tenancy.firm == Firm.id))
            came = {row.firm_id for row in tenancies.where(Tenancy.status.in_(ENTERED), Firm.is_team == 0)}
            ids = [record for record in ids if record in came]
        names = records.titles(kind, ids)
        found += sorted(
            ((kind, record, names.get(record, "")) for record in ids), key=lambda one: (one[1] != own, one[2], one[1])
        )
    return found


def subject_attributes(kind: str, record: str, on: date | None = None) -> dict[str, str]:
    """What rules may ask of one subject: see `attributes_of`; raises Usage("record.unknown" | "kind.unknown")."""
    records.get(kind, record)
    return attributes_of(kind, [record], on)[record]


def attributes_of(kind: str, ids: Sequence[str], on: date | None = None) -> dict[str, dict[str, str]]:
    """The attributes of many subjects by id, as text without blanks: codes, dates, figures, money in fen, 1 or 0.

    A firm also has the dates of its stay and the kind and hardship area of its carrier: of the stay it had entered by
    `on`, of the newest one without a day; and whether a high-tech certificate was valid on that day. What other records
    hold of a grant, a price or a project: see `linked`. Where no record says, what people answered for a period that
    holds `on` stands in.
    """
    named = [item for item in kind_info(kind).fields if item.type in _TYPES or item.name in _WORDS]
    found = {row["id"]: _own(row, named) for row in records.rows(kind, ids)}
    if kind == "firm":
        for record, row in _stays(list(found), on).items():
            found[record] |= _filled(row, (*_OF_TENANCY, *_OF_CARRIER))
        for record in _high_tech(list(found), on):
            found[record]["high_tech_certificate"] = "1"
    for record, more in linked(kind, list(found), on).items():
        found[record] = {**more, **found[record]}
    for record, typed in _answers(kind, list(found), on).items() if on is not None else ():
        found[record] = {**typed, **found[record]}
    return found


def _stays(firms: Sequence[str], on: date | None) -> dict[str, dict[str, Any]]:
    query = (
        Tenancy.select(
            Tenancy.firm, *(getattr(Tenancy, name) for name in _OF_TENANCY), *(getattr(Carrier, n) for n in _OF_CARRIER)
        )
        .join(Carrier, on=(Tenancy.carrier == Carrier.id))
        .where(Tenancy.status.in_(ENTERED))
    )
    if len(firms) == 1:
        query = query.where(Tenancy.firm == firms[0])
    wanted = set(firms)
    newest: dict[str, dict[str, Any]] = {}
    rows: Any = query.order_by(Tenancy.entered_on, Tenancy.id).dicts()
    # NULL sorts first, so that a dated stay replaces one without a date
    for row in rows:
        later = on is not None and row["entered_on"] and earliest(row["entered_on"]) > on
        if row["firm"] in wanted and not later:
            newest[row["firm"]] = row
    return newest


def _high_tech(firms: Sequence[str], on: date | None) -> set[str]:
    """The firms with a high-tech certificate that is surely valid on the day; none without a day."""
    if on is None:
        return set()
    query = Qualification.select(Qualification.firm, Qualification.issued_on, Qualification.valid_until)
    rows: Any = query.where(Qualification.q_kind == "high_tech", Qualification.valid_until.is_null(False)).tuples()
    valid = {firm for firm, since, until in rows if latest(since) <= on <= earliest(until)}
    return valid & set(firms)


def _answers(kind: str, ids: Sequence[str], on: date) -> dict[str, dict[str, str]]:
    """What people typed of these subjects that is no figure, by name; of two answers the one changed last."""
    subjects = {f"{kind}:{record}": record for record in ids}
    query = TypedMeasure.select().order_by(TypedMeasure.updated_at, TypedMeasure.id)
    if len(subjects) <= _MANY:
        query = query.where(TypedMeasure.subject.in_(list(subjects)))
    found: dict[str, dict[str, str]] = {}
    rows: Any = query.namedtuples()
    for row in rows:
        if row.subject in subjects and row.measure not in MEASURES and _holds(row.period, on):
            found.setdefault(subjects[row.subject], {})[row.measure] = row.value
    return found


def _holds(text: str, on: date) -> bool:
    try:
        period = Period.parse(text)
    except (Refused, Usage):  # imported as it was written
        return False
    return period.starts_on <= on <= period.ends_on


def _own(row: dict[str, Any], fields: Iterable[FieldInfo]) -> dict[str, str]:
    """The record's own fields; money of a foreign currency is no figure in fen."""
    found: dict[str, str] = {}
    for item in fields:
        value = row.get(item.name)
        foreign = item.currency_field is not None and row.get(item.currency_field) not in (None, "CNY")
        if value is not None and not foreign:
            found[item.name] = plain(value, item.scale) if item.type == "dec" else str(value)
    return found


def _filled(row: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: str(row[name]) for name in names if row.get(name) is not None}
