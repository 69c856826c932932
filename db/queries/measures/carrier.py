"""The measures of one incubation carrier: its tenants and graduates, its yearly figures, its time and its title."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from db.fields import Declared
from db.models import Carrier, CarrierYear, FirmYear, Organisation, Tenancy
from db.queries.measures.asking import Ask, Tally, choice, earliest, figure, latest, measure
from db.queries.measures.stays import Stay, of_carrier, residents
from policy.dates import months_between
from policy.results import RowRef

_CHONGQING = "50"  # GB/T 2260
# titles of the ministry's older rules; the levels since 2025 are another title (standard, excellent)
_NATIONAL = "national_2018"
_NATIONAL_KINDS = ("comprehensive", "professional", "science_park")
_SERVICES = (CarrierYear.income_service, CarrierYear.income_investment, CarrierYear.income_other)


# -- tenants and graduates -----------------------------------------------------------------------------------------
@measure("tenants")
def tenants(ask: Ask) -> Tally:
    """Firms inside on the day."""
    found = ask.once(residents)
    rows = [stay.row(stay.entered_on) for stay in found.by_firm.values()]
    tally = Tally(rows=rows, blanks=found.blanks, border=found.border)
    return tally.counted(any_rows=found.any_rows)


@measure("tenants_main_field")
def tenants_main_field(ask: Ask) -> Tally:
    """Tenants whose technical field is the carrier's speciality; unknown without one."""
    carrier = ask.once(_carrier)
    found = ask.once(residents)
    tally = Tally()
    if carrier is None or not carrier.speciality:
        tally.blanks = 0 if carrier is None else 1
        return tally
    for stay in found.by_firm.values():
        if stay.tech_field is None:
            tally.blanks += 1
        elif stay.tech_field == carrier.speciality:
            tally.rows.append(stay.row(stay.entered_on, choice(Carrier.speciality, stay.tech_field)))
    return tally.counted(any_rows=found.any_rows)


@measure("tenants_ip_applied")
def tenants_ip_applied(ask: Ask) -> Tally:
    """Tenants with an application in the year or any year before (having applied, article 6)."""
    return _by_firm_year(ask, lambda row: row.ip_applied if row.ip_applied is not None else row.ip_applied_invention)


@measure("tenants_ip_valid")
def tenants_ip_valid(ask: Ask) -> Tally:
    """Tenants with valid rights in the record of the year."""
    return _by_firm_year(ask, lambda row: row.ip_valid if row.year == ask.year else None)


@measure("graduates_total")
def graduates_total(ask: Ask) -> Tally:
    """Different firms that had graduated from this carrier by the day."""
    tally = Tally()
    first: dict[str, Stay] = {}
    blank: set[str] = set()
    stays = [stay for stay in ask.once(of_carrier) if stay.carrier == ask.id]
    for stay in stays:
        text = stay.graduated_on
        if text and ask.cuts_day(text):
            tally.border.append(stay.row(text))
        if text is None and stay.status == "graduated" and not ask.current:
            blank.add(stay.firm)
        elif ask.by_day(text) if text else stay.status == "graduated":
            first.setdefault(stay.firm, stay)
    tally.blanks = len(blank - first.keys())
    tally.rows = [stay.row(stay.graduated_on) for stay in first.values()]
    return tally.counted(any_rows=bool(stays))


def _by_firm_year(ask: Ask, number: Callable[[Any], int | None]) -> Tally:
    """Tenants with a number above zero; zero is an answer, a tenant without any number is a blank."""
    found = ask.once(residents)
    tally = Tally()
    best: dict[str, tuple[int, Any]] = {}
    for row in ask.once(_firm_years):
        value = number(row)
        if row.firm in found.by_firm and value is not None:
            held = best.get(row.firm)
            if held is None or (held[0] <= 0 < value):
                best[row.firm] = (value, row)
    for firm, stay in found.by_firm.items():
        if firm not in best:
            tally.blanks += 1
        elif best[firm][0] > 0:
            value, row = best[firm]
            tally.rows.append(RowRef("firm_year", row.id, stay.name, str(value), str(row.year)))
    return tally.counted(any_rows=found.any_rows)


def _firm_years(ask: Ask) -> list[Any]:
    """Yearly records of the carrier's firms up to the year, newest first."""
    ever = Tenancy.select(Tenancy.firm).where(Tenancy.carrier == ask.id)
    query = FirmYear.select(
        FirmYear.id, FirmYear.firm, FirmYear.year, FirmYear.ip_applied, FirmYear.ip_applied_invention, FirmYear.ip_valid
    ).where(FirmYear.firm.in_(ever), FirmYear.year <= ask.year)
    return list(query.order_by(FirmYear.year.desc(), FirmYear.updated_at.desc(), FirmYear.id).namedtuples())


# -- the carrier's own yearly record -------------------------------------------------------------------------------
@measure("area_total")
def area_total(ask: Ask) -> Tally:
    """Floor area, m²."""
    return _of_year(ask, "area_total", CarrierYear.area_total)


@measure("area_tenant_and_public")
def area_tenant_and_public(ask: Ask) -> Tally:
    """Area of tenants with that of public services, m²."""
    return _of_year(ask, "area_tenant_and_public", CarrierYear.area_tenant, CarrierYear.area_public)


@measure("fund_total")
def fund_total(ask: Ask) -> Tally:
    """Incubation fund, fen."""
    return _of_year(ask, "fund_total", CarrierYear.fund_total)


@measure("staff_total")
def staff_total(ask: Ask) -> Tally:
    """Staff."""
    return _of_year(ask, "staff_total", CarrierYear.staff_total)


@measure("staff_professional")
def staff_professional(ask: Ask) -> Tally:
    """Professional staff."""
    return _of_year(ask, "staff_professional", CarrierYear.staff_professional)


@measure("mentors")
def mentors(ask: Ask) -> Tally:
    """Mentors."""
    return _of_year(ask, "mentors", CarrierYear.mentors)


@measure("area_tenant")
def area_tenant(ask: Ask) -> Tally:
    """Area of tenants, m²."""
    return _of_year(ask, "area_tenant", CarrierYear.area_tenant)


@measure("desks")
def desks(ask: Ask) -> Tally:
    """Desks."""
    return _of_year(ask, "desks", CarrierYear.desks)


@measure("income_total")
def income_total(ask: Ask) -> Tally:
    """All five kinds of income, fen."""
    return _of_year(ask, "income_total", *_SERVICES, CarrierYear.income_property, CarrierYear.income_rent)


@measure("income_beyond_rent")
def income_beyond_rent(ask: Ask) -> Tally:
    """Income other than rent and property, fen."""
    return _of_year(ask, "income_beyond_rent", *_SERVICES)


@measure("service_income_separate")
def service_income_separate(ask: Ask) -> Tally:
    """Whether service income is booked apart."""
    return _of_year(ask, "service_income_separate", CarrierYear.service_income_separate)


@measure("statistics_years")
def statistics_years(ask: Ask) -> Tally:
    """Years in a row with a report, back from the year or else from the one before; unknown where there is none.

    The year's own report follows after its end, so that its absence breaks the row only a year later.
    """
    by_year = {row.year: row for row in reversed(ask.once(_carrier_years))}
    tally, reported = Tally(), set()
    for year, row in by_year.items():
        if row.torch_reported_on and earliest(row.torch_reported_on) <= ask.today:
            reported.add(year)
        elif ask.year - 1 <= year <= min(ask.year, ask.today.year - 1):
            tally.blanks += 1
    year = ask.year if ask.year in reported else ask.year - 1
    while year in reported:
        tally.rows.append(_year_row(ask, by_year[year], "", by_year[year].torch_reported_on))
        year -= 1
    tally.value = len(tally.rows) or None
    return tally


def _of_year(ask: Ask, name: str, *fields: Declared) -> Tally:
    """The sum of fields of the year's record; unknown where one is blank. Of two records the one changed last."""
    rows = [row for row in ask.once(_carrier_years) if row.year == ask.year]
    tally = Tally()
    if not rows:
        return tally
    sums = [_sum(row, fields) for row in rows]
    shown = ["" if total is None else figure(name, total) for total in sums]
    if sums[0] is None:
        tally.blanks = 1
    else:
        tally.value, tally.rows = sums[0], [_year_row(ask, rows[0], shown[0])]
    tally.border = [_year_row(ask, rows[n], shown[n]) for n in range(1, len(rows)) if shown[n] != shown[0]]
    return tally


def _sum(row: Any, fields: tuple[Declared, ...]) -> Fraction | None:
    values = [getattr(row, item.name) for item in fields]
    if None in values:
        return None
    return sum((Fraction(value, 10**item.scale) for value, item in zip(values, fields, strict=True)), Fraction())


def _carrier_years(ask: Ask) -> list[Any]:
    query = CarrierYear.select().where(CarrierYear.carrier == ask.id)
    return list(query.order_by(CarrierYear.updated_at.desc(), CarrierYear.id).namedtuples())


def _year_row(ask: Ask, row: Any, value: str, text: str | None = None) -> RowRef:
    carrier = ask.once(_carrier)
    return RowRef("carrier_year", row.id, carrier.name if carrier else "", value, text or str(row.year))


# -- the carrier itself --------------------------------------------------------------------------------------------
@measure("operating_months")
def operating_months(ask: Ask) -> Tally:
    """Whole months since it was both registered and operating; unknown while either date is blank."""
    carrier = ask.once(_carrier)
    tally = Tally()
    if carrier is None:
        return tally
    starts = [text for text in (carrier.founded_on, carrier.operated_since) if text]
    if len(starts) < 2:
        tally.blanks = 2 - len(starts)
        return tally
    start = max(starts, key=latest)
    tally.value = max(0, months_between(latest(start), ask.day))
    tally.rows = [RowRef("carrier", carrier.id, carrier.name, figure("operating_months", tally.value), start)]
    return tally


@measure("registered_months")
def registered_months(ask: Ask) -> Tally:
    """Whole months since it was registered."""
    carrier = ask.once(_carrier)
    if carrier is None or not carrier.founded_on:
        return Tally(blanks=int(carrier is not None))
    months = max(0, months_between(latest(carrier.founded_on), ask.day))
    row = RowRef("carrier", carrier.id, carrier.name, figure("registered_months", months), carrier.founded_on)
    return Tally(months, [row])


@measure("registered_in_city")
def registered_in_city(ask: Ask) -> Tally:
    """Whether its operator is registered in Chongqing, by province or else by the code of the division."""
    query = Organisation.select(Organisation.id, Organisation.name, Organisation.province, Organisation.region)
    operator = query.join(Carrier, on=(Carrier.operator == Organisation.id)).where(Carrier.id == ask.id)
    found = operator.namedtuples().first()
    if found is None or not (found.province or found.region):
        return Tally(blanks=int(found is not None))
    place = found.province or found.region
    inside = place.startswith("重庆") if found.province else place.startswith(_CHONGQING)
    return Tally(int(inside), [RowRef("organisation", found.id, found.name, place)])


@measure("national_titles_granted")
def national_titles_granted(ask: Ask) -> Tally:
    """One where the carrier's national title was granted in the span; the ministry's new levels stand at the border."""
    carrier = ask.once(_carrier)
    tally = Tally()
    if carrier is None:
        return tally
    text, level = carrier.title_granted_on, carrier.title_level
    national = level == _NATIONAL and carrier.carrier_kind in _NATIONAL_KINDS
    if level is None or (national and not text):
        tally.blanks = 1
        return tally
    row = RowRef("carrier", carrier.id, carrier.name, choice(Carrier.title_level, level), text or "")
    if text and (national or level in ("standard", "excellent")):
        if national and ask.within(text):
            tally.rows.append(row)
        if ask.cuts_span(text) or (not national and ask.within(text)):
            tally.border.append(row)
    return tally.counted(any_rows=True)


def _carrier(ask: Ask) -> Any:
    return Carrier.select().where(Carrier.id == ask.id).namedtuples().first()
