"""Whom rules can judge, and what they ask of a subject besides figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from db.models import Carrier, Firm, Organisation, Tenancy
from db.queries import records
from db.queries.measures.asking import earliest, own_organisation
from db.queries.measures.stays import ENTERED
from db.schema import kind_info, kinds

# what a rule can compare or count from; names, numbers and free text decide nothing
_TYPES = frozenset({"enum", "date", "bool", "tri", "int", "year"})
_OF_TENANCY = ("entered_on", "graduated_on", "left_on")
_OF_CARRIER = ("carrier_kind", "hardship_area")


def subjects(wanted: Iterable[str]) -> list[tuple[str, str, str]]:
    """The candidates of these kinds as (kind, id, name), by kind in the order given, then by name.

    Organisations are ourselves, first, and the universities; firms are those that ever entered a carrier; of other
    kinds all records, and none of a kind that is not recorded.
    """
    found: list[tuple[str, str, str]] = []
    for kind in wanted:
        if kind not in kinds():
            continue
        ids = records.ids(kind)
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
    """The attributes of many subjects by id: codes, partial dates, numbers and 1 or 0 as text, without blanks.

    A firm also has the dates of its stay and the kind and hardship area of its carrier: of the stay it had entered by
    `on`, of the newest one without a day.
    """
    named = [item.name for item in kind_info(kind).fields if item.type in _TYPES]
    found = {row["id"]: _filled(row, named) for row in records.rows(kind, ids)}
    if kind == "firm":
        for record, row in _stays(list(found), on).items():
            found[record] |= _filled(row, (*_OF_TENANCY, *_OF_CARRIER))
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


def _filled(row: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: str(row[name]) for name in names if row.get(name) is not None}
