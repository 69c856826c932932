"""Our own part of what the city's plans aim at: firms from conversion, carriers and their titles, the escort team."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from db.models import Carrier, CarrierYear, Firm, Organisation, Person, Tenancy
from db.queries.measures.asking import Ask, Tally, choice, figure, measure
from db.queries.measures.stays import ENTERED, in_carriers_of, inside
from policy.results import RowRef

_INCUBATORS = ("comprehensive", "professional")


# -- firms and teams -----------------------------------------------------------------------------------------------
@measure("firms_from_conversion")
def firms_from_conversion(ask: Ask) -> Tally:
    """Firms from conversion that first entered one of the organisation's carriers in the span, each once.

    A firm that entered in the span and of which nobody said whether it comes from conversion is a blank, and so is one
    from conversion without a day of entry.
    """
    query = (
        Tenancy.select(Tenancy.firm, Tenancy.id, Tenancy.entered_on, Firm.from_conversion, Organisation.name)
        .join(Firm, on=(Tenancy.firm == Firm.id))
        .join(Organisation, on=(Firm.id == Organisation.id))
        .switch(Tenancy)
        .join(Carrier, on=(Tenancy.carrier == Carrier.id))
        .where(Carrier.operator == ask.id, Tenancy.status.in_(ENTERED), Firm.is_team == 0)
    )
    first: dict[str, Any] = {}
    for stay in query.order_by(Tenancy.entered_on, Tenancy.id).namedtuples():
        known = first.get(stay.firm)
        # NULL sorts first: a dated stay replaces one without a day
        if known is None or (known.entered_on is None and stay.entered_on):
            first[stay.firm] = stay
    tally = Tally()
    for stay in first.values():
        if stay.from_conversion == 0:
            continue
        within = ask.within(stay.entered_on) if stay.entered_on else None
        if not stay.entered_on or stay.from_conversion is None:
            tally.blanks += 1 if within is not False else 0
            continue
        row = RowRef("tenancy", stay.id, stay.name, "", stay.entered_on)
        if within:
            tally.rows.append(row)
        if ask.cuts_span(stay.entered_on):
            tally.border.append(row)
    return tally.counted(any_rows=bool(first))


@measure("carriers_occupants")
def carriers_occupants(ask: Ask) -> Tally:
    """Different firms and teams inside the organisation's carriers on the day."""
    stays = in_carriers_of(ask)
    tally, known = Tally(), False
    for carrier in ask.once(_carriers):
        found = inside(replace(ask, kind="carrier", id=carrier.id), stays)
        tally.rows.extend(stay.row(stay.entered_on) for stay in found.by_firm.values())
        tally.blanks += found.blanks
        tally.border.extend(found.border)
        known = known or found.any_rows
    return tally.counted(any_rows=known)


# -- carriers ------------------------------------------------------------------------------------------------------
@measure("carriers_area")
def carriers_area(ask: Ask) -> Tally:
    """Floor area of the organisation's carriers in the year, m²; a carrier without the figure is a blank."""
    carriers = ask.once(_carriers)
    query = CarrierYear.select(CarrierYear.id, CarrierYear.carrier, CarrierYear.area_total).where(
        CarrierYear.year == ask.year, CarrierYear.carrier.in_([carrier.id for carrier in carriers])
    )
    years = {row.carrier: row for row in query.namedtuples()}
    tally, total = Tally(), Fraction(0)
    for carrier in carriers:
        row = years.get(carrier.id)
        if row is None or row.area_total is None:
            tally.blanks += 1
            continue
        area = Fraction(row.area_total, 10**CarrierYear.area_total.scale)
        total += area
        tally.rows.append(RowRef("carrier_year", row.id, carrier.name, figure("carriers_area", area), str(ask.year)))
    return tally.known(total, any_rows=bool(carriers))


@measure("poc_centres")
def poc_centres(ask: Ask) -> Tally:
    """Proof-of-concept centres the organisation runs on the day."""
    return _running(ask, "poc_centre")


@measure("pilot_platforms")
def pilot_platforms(ask: Ask) -> Tally:
    """Pilot-scale bases the organisation runs on the day."""
    return _running(ask, "pilot_base")


@measure("campus_circles")
def campus_circles(ask: Ask) -> Tally:
    """Campus innovation circles the organisation runs on the day."""
    return _running(ask, "campus_circle")


def _running(ask: Ask, kind: str) -> Tally:
    """Carriers of a kind in operation by the day; without a day of operation a blank."""
    tally, carriers = Tally(), ask.once(_carriers)
    for carrier in carriers:
        if carrier.carrier_kind != kind:
            continue
        if not carrier.operated_since:
            tally.blanks += 1
            continue
        row = RowRef("carrier", carrier.id, carrier.name, "", carrier.operated_since)
        if ask.by_day(carrier.operated_since):
            tally.rows.append(row)
        if ask.cuts_day(carrier.operated_since):
            tally.border.append(row)
    return tally.counted(any_rows=bool(carriers))


@measure("incubators_national")
def incubators_national(ask: Ask) -> Tally:
    """Incubators of the organisation with a national title of the 2018 measures by the day."""
    return _national(ask, _INCUBATORS)


@measure("makerspaces_national")
def makerspaces_national(ask: Ask) -> Tally:
    """Makerspaces of the organisation registered at national level by the day."""
    return _national(ask, ("makerspace",))


def _national(ask: Ask, kinds: tuple[str, ...]) -> Tally:
    """By the day the title was granted; a title without a day is a blank, one of another level stands at the border."""
    tally, carriers = Tally(), ask.once(_carriers)
    for carrier in carriers:
        if carrier.carrier_kind not in kinds or carrier.title_level in (None, "none"):
            continue
        national, text = carrier.title_level == "national_2018", carrier.title_granted_on
        if national and not text:
            tally.blanks += 1
            continue
        row = RowRef("carrier", carrier.id, carrier.name, choice(Carrier.title_level, carrier.title_level), text or "")
        if national and ask.by_day(text):
            tally.rows.append(row)
        if not national or ask.cuts_day(text):
            tally.border.append(row)
    return tally.counted(any_rows=bool(carriers))


def _carriers(ask: Ask) -> list[Any]:
    query = Carrier.select(
        Carrier.id,
        Carrier.name,
        Carrier.carrier_kind,
        Carrier.title_level,
        Carrier.title_granted_on,
        Carrier.operated_since,
    ).where(Carrier.operator == ask.id)
    return list(query.order_by(Carrier.name, Carrier.id).namedtuples())


# -- titles of one carrier -----------------------------------------------------------------------------------------
@measure("standard_titles_granted")
def standard_titles_granted(ask: Ask) -> Tally:
    """One where the carrier was granted the standard level in the span."""
    return _granted(ask, "standard")


@measure("excellent_titles_granted")
def excellent_titles_granted(ask: Ask) -> Tally:
    """One where the carrier was granted the excellent level in the span."""
    return _granted(ask, "excellent")


def _granted(ask: Ask, level: str) -> Tally:
    carrier = Carrier.select().where(Carrier.id == ask.id).namedtuples().first()
    tally = Tally()
    if carrier is None:
        return tally
    text = carrier.title_granted_on
    if carrier.title_level is None or (carrier.title_level == level and not text):
        tally.blanks = 1
    elif carrier.title_level == level:
        row = RowRef("carrier", carrier.id, carrier.name, choice(Carrier.title_level, level), text)
        if ask.within(text):
            tally.rows.append(row)
        if ask.cuts_span(text):
            tally.border.append(row)
    return tally.counted(any_rows=True)


# -- people --------------------------------------------------------------------------------------------------------
@measure("escort_team")
def escort_team(ask: Ask) -> Tally:
    """People of the organisation marked as escorts, as they are now: the records keep no earlier state.

    Who has no mark is a blank. For a period that is over nothing is known; who is marked now stands at the border.
    """
    query = Person.select(Person.id, Person.name, Person.escort_kind).where(
        Person.org == ask.id, Person.archived == 0, Person.erased_on.is_null()
    )
    tally, people = Tally(), list(query.order_by(Person.name, Person.id).namedtuples())
    marked = [
        RowRef("person", one.id, one.name, "、".join(choice(Person.escort_kind, code) for code in one.escort_kind))
        for one in people
        if one.escort_kind
    ]
    if not ask.current:
        tally.border = marked
        return tally
    tally.rows, tally.blanks = marked, len(people) - len(marked)
    return tally.counted(any_rows=bool(people))
