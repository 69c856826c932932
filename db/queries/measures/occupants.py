"""Who used a carrier: teams beside firms, on a day or during a year, its graduates, its rooms, the city's register."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from db.models import Firm, Qualification, Tenancy
from db.queries.measures.asking import Ask, Tally, choice, earliest, figure, latest, measure
from db.queries.measures.stays import Residents, Stay, inside, of_carrier, residents, with_teams
from policy.results import RowRef

_AREA = Tenancy.area


@measure("occupants")
def occupants(ask: Ask) -> Tally:
    """Teams and firms inside on the day."""
    found = inside(ask, ask.once(with_teams))
    rows = [stay.row(stay.entered_on) for stay in found.by_firm.values()]
    return Tally(rows=rows, blanks=found.blanks, border=found.border).counted(any_rows=found.any_rows)


@measure("occupants_year")
def occupants_year(ask: Ask) -> Tally:
    """Different teams and firms that were inside at any time of the year."""
    found = ask.once(occupants_of_year)
    rows = [stay.row(stay.entered_on) for stay in found.by_firm.values()]
    return Tally(rows=rows, blanks=found.blanks, border=found.border).counted(any_rows=found.any_rows)


@measure("occupants_registered_year")
def occupants_registered_year(ask: Ask) -> Tally:
    """Firms that were inside in the year and founded in it; a firm without a founding date is a blank."""
    found, year, tally = ask.once(occupants_of_year), ask.of_year, Tally()
    rows: Any = Firm.select(Firm.id, Firm.founded_on, Firm.is_team).where(Firm.id.in_(_ever(ask))).tuples()
    for firm, founded, is_team in rows:
        if firm not in found.by_firm or is_team:
            continue
        if not founded:
            tally.blanks += 1
            continue
        row = RowRef("firm", firm, found.by_firm[firm].name, "", founded)
        if year.within(founded):
            tally.rows.append(row)
        if year.cuts_span(founded):
            tally.border.append(row)
    return tally.counted(any_rows=found.any_rows)


def occupants_of_year(ask: Ask) -> Residents:
    """Who was in the carrier at any time of the year, by firm or team; dates too coarse to say stand at the border."""
    year, found = ask.of_year, Residents()
    blank: set[str] = set()
    for stay in ask.once(with_teams):
        if stay.carrier != ask.id:
            continue
        found.any_rows = True
        there = _during(stay, year)
        if there:
            found.by_firm[stay.firm] = stay
        elif there is None:
            known = stay.entered_on and (stay.gone_on or stay.status == "incubating")
            if known:
                found.border.append(stay.row(stay.entered_on))
            else:
                blank.add(stay.firm)
        found.border.extend(stay.row(text) for text in (stay.entered_on, stay.gone_on) if text and year.cuts_span(text))
    found.blanks = len(blank - found.by_firm.keys())
    return found


def _during(stay: Stay, year: Ask) -> bool | None:
    """Whether it was inside on a day of the span at least; None where a date is blank or too coarse to say."""
    start = year.span[0]
    if stay.entered_on and earliest(stay.entered_on) > year.day:
        return False
    if stay.gone_on and latest(stay.gone_on) <= start:
        return False  # on the day it goes it is no longer inside
    if not stay.entered_on:
        return True if year.current and stay.status == "incubating" else None
    if latest(stay.entered_on) > year.span[1]:
        return None
    if stay.gone_on:
        return True if earliest(stay.gone_on) > start else None
    return True if stay.status == "incubating" or earliest(stay.entered_on) >= start else None


# -- rooms ---------------------------------------------------------------------------------------------------------
@measure("area_of_tenancies")
def area_of_tenancies(ask: Ask) -> Tally:
    """The areas of the tenants of the day, m²; a tenant without one is a blank."""
    found, tally, total = ask.once(residents), Tally(), Fraction()
    rows: Any = Tenancy.select(Tenancy.id, _AREA).where(Tenancy.carrier == ask.id).tuples()
    areas: dict[str, int | None] = dict(rows)
    for stay in found.by_firm.values():
        area = areas.get(stay.id)
        if area is None:
            tally.blanks += 1
            continue
        square = Fraction(area, 10**_AREA.scale)
        total += square
        tally.rows.append(stay.row(stay.entered_on, figure("area_of_tenancies", square)))
    return tally.known(total, any_rows=found.any_rows)


# -- tenants and graduates -----------------------------------------------------------------------------------------
@measure("tenants_and_graduates")
def tenants_and_graduates(ask: Ask) -> Tally:
    """Different firms that are inside on the day or had graduated by it."""
    tally = Tally(rows=[stay.row(stay.graduated_on or stay.entered_on) for stay in ask.once(_served).values()])
    return tally.counted(any_rows=bool(ask.once(of_carrier)))


@measure("tenants_in_city_register")
def tenants_in_city_register(ask: Ask) -> Tally:
    """Those of them in the city's register of technology firms on the day.

    By the entry on record (without an end it goes on), else by the number of the firm, which has no date; with neither
    it is a blank, since nobody wrote down that it is not in the register.
    """
    served, tally = ask.once(_served), Tally()
    rows: Any = Firm.select(Firm.id, Firm.cq_tech_firm_no).where(Firm.id.in_(_ever(ask))).tuples()
    numbers: dict[str, str | None] = dict(rows)
    held: dict[str, list[Any]] = {}
    entries = Qualification.select().where(Qualification.firm.in_(_ever(ask)), Qualification.q_kind == "cq_tech_firm")
    for row in entries.order_by(Qualification.issued_on, Qualification.id).namedtuples():
        held.setdefault(row.firm, []).append(row)
    for firm, stay in served.items():
        valid = [row for row in held.get(firm, []) if _stands(row, ask)]
        if valid:
            label = choice(Qualification.q_kind, "cq_tech_firm")
            tally.rows.append(RowRef("qualification", valid[-1].id, stay.name, label, valid[-1].issued_on))
        elif firm not in held and numbers.get(firm):
            tally.rows.append(RowRef("firm", firm, stay.name, str(numbers[firm])))
        elif firm not in held:
            tally.blanks += 1
        tally.border.extend(
            RowRef("qualification", row.id, stay.name, "", text)
            for row in held.get(firm, [])
            for text in (row.issued_on, row.valid_until)
            if text and ask.cuts_day(text)
        )
    return tally.counted(any_rows=bool(ask.once(of_carrier)))


def _stands(row: Any, ask: Ask) -> bool:
    """Whether an entry stood on the day."""
    return latest(row.issued_on) <= ask.day and (not row.valid_until or earliest(row.valid_until) >= ask.day)


def _served(ask: Ask) -> dict[str, Stay]:
    """Tenants of the day and everybody who had graduated from the carrier by it, each once."""
    found = dict(ask.once(residents).by_firm)
    for stay in ask.once(of_carrier):
        if stay.carrier != ask.id or stay.firm in found:
            continue
        if ask.by_day(stay.graduated_on) if stay.graduated_on else (stay.status == "graduated" and ask.current):
            found[stay.firm] = stay
    return found


def _ever(ask: Ask) -> Any:
    return Tenancy.select(Tenancy.firm).where(Tenancy.carrier == ask.id)
