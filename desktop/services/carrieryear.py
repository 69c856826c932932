"""A carrier's year: the figures typed beside those that follow from the records, sums, and where the two differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import peewee

from db.models import Carrier, CarrierYear, Event, Firm, MentorTerm, Person, Room, Staff
from db.queries import records
from db.queries.measures.asking import Ask
from db.queries.measures.stays import of_carrier
from db.queries.rows import dict_rows
from db.schema import kind_info
from desktop.services.registry import Job, service
from desktop.services.torchyear import holds, last_day, members
from desktop.services.workspace import Workspace
from policy.dates import Period, today
from policy.i18n import mark, tr

_INCOME = ("income_service", "income_property", "income_rent", "income_investment", "income_other")
_AREAS = {"area_office": "office", "area_tenant": "tenant", "area_public": "public", "area_other": "other"}
_OWN_EVENTS = ("host", "organiser", "co_organiser")
# how the figures of the year's form are grouped; what no group names stands in the last
GROUPS = (
    ("place", mark("场地"), ("area_total", *_AREAS, "desks")),
    (
        "income", mark("收入"),
        ("income_total", *_INCOME, "service_income_separate", "net_profit", "tax_paid", "gov_support",
         "gov_support_national"),
    ),
    (
        "people", mark("人员与企业"),
        ("staff_total", "staff_professional", "staff_college_up", "staff_returnee", "mentors", "tenants", "teams",
         "entered", "graduated", "left", "graduates_total", "new_from_conversion"),
    ),
    (
        "funds", mark("资金与资产"),
        ("fund_total", "fund_kind", "invest_fiscal", "invest_firm", "invest_social", "invest_other",
         "fixed_assets_gross", "fixed_assets_net"),
    ),
    ("activity", mark("活动与安全"), ("events", "event_people", "incidents", "safety", "torch_reported_on")),
)  # fmt: skip
_COLLEGE = ("专科", "大专", "本科", "学士", "硕士", "博士", "研究生")


@service("carrier.year")
def show(ws: Workspace, job: Job, *, carrier: str, year: int | str) -> dict[str, Any]:
    """A figure as stored, typed beside what the records say; blank where they say nothing.

    {carrier, name, year, record, state, last: the row of the year before, figures: [{field, group, group_title, typed,
    derived, basis, differs, missing}]}.
    """
    with ws.store.read():
        return year_of(records.resolve("carrier", carrier), int(year))


def year_of(carrier: str, year: int) -> dict[str, Any]:
    """As `carrier.year`; the caller holds the store's lock."""
    row = _row(carrier, year)
    derived = derive(carrier, year, row)
    figures = []
    for group, title, names in GROUPS:
        for name in names:
            field = kind_info("carrier_year").field(name)
            known, basis = derived.get(name, (None, ""))
            typed = row.get(name)
            figures.append(
                {
                    "field": name,
                    "group": group,
                    "group_title": tr(title),
                    "typed": typed,
                    "derived": known,
                    "basis": basis,
                    "differs": typed is not None and known is not None and typed != known,
                    "missing": field.required == "F" and typed is None and known is None,
                }
            )
    return {
        "carrier": carrier,
        "name": records.title("carrier", carrier),
        "year": year,
        "record": row.get("id") or "",
        "state": row.get("state") or "",
        "figures": figures,
        "last": _row(carrier, year - 1),
    }


def _row(carrier: str, year: int) -> dict[str, Any]:
    query = CarrierYear.select().where(CarrierYear.carrier == carrier, CarrierYear.year == year)
    return next(iter(dict_rows(query.order_by(CarrierYear.updated_at.desc()))), {})


def derive(carrier: str, year: int, row: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """What the records say of the year by field: (value as stored, where it comes from); blank figures are left out."""
    day = last_day(year)
    found: dict[str, tuple[Any, str]] = {}
    incomes = [row[name] for name in _INCOME if row.get(name) is not None]
    if incomes:
        blanks = len(_INCOME) - len(incomes)
        basis = tr("各项收入之和，{n} 项空白未计", n=blanks) if blanks else tr("各项收入之和")
        found["income_total"] = (sum(incomes), basis)
    found |= _rooms(carrier, row)
    found |= _people(carrier, day)
    found |= _firms(carrier, year, day)
    return {**found, **_events(year)} if _is_only_carrier(carrier) else found


def _rooms(carrier: str, row: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    rooms = list(dict_rows(Room.select().where(Room.carrier == carrier)))
    found: dict[str, tuple[Any, str]] = {}
    basis = tr("房间台账 {n} 间", n=len(rooms))
    for name, use in _AREAS.items():
        areas = [room["area"] for room in rooms if room["kind"] == use and room["area"] is not None]
        if areas:
            found[name] = (sum(areas), basis)
    if rooms and any(room["area"] is not None for room in rooms):
        found["area_total"] = (sum(room["area"] or 0 for room in rooms), basis)
    elif parts := [row[name] for name in _AREAS if row.get(name) is not None]:
        found["area_total"] = (sum(parts), tr("各类面积之和"))
    if desks := [room["desks"] for room in rooms if room["desks"] is not None]:
        found["desks"] = (sum(desks), basis)
    return found


def _people(carrier: str, day: date) -> dict[str, tuple[Any, str]]:
    query = (
        Staff.select(
            Staff.hired_on, Staff.left_on, Staff.is_professional, Person.education, Person.degree, Person.returnee
        )
        .join(Person, on=(Staff.person == Person.id))
        .where(Staff.carrier == carrier)
    )
    staff = [one for one in dict_rows(query) if holds(one["hired_on"], one["left_on"], day)]
    found: dict[str, tuple[Any, str]] = {}
    if staff:
        basis = tr("人员名册，{day} 在职", day=day.isoformat())
        college = sum(any(word in f"{one['education']}{one['degree']}" for word in _COLLEGE) for one in staff)
        found["staff_total"] = (len(staff), basis)
        found["staff_professional"] = (sum(bool(one["is_professional"]) for one in staff), basis)
        found["staff_college_up"] = (college, basis)
        found["staff_returnee"] = (sum(bool(one["returnee"]) for one in staff), basis)
    terms = list(dict_rows(MentorTerm.select().where(MentorTerm.carrier == carrier)))
    if terms:
        serving = {one["mentor"] for one in terms if holds(one["starts_on"], one["ends_on"], day)}
        found["mentors"] = (len(serving), tr("导师聘任，{day} 在聘", day=day.isoformat()))
    return found


def _firms(carrier: str, year: int, day: date) -> dict[str, tuple[Any, str]]:
    ask = Ask("carrier", carrier, Period.parse(f"@{year}-12-31"), today())
    stays = [stay for stay in ask.once(of_carrier) if stay.carrier == carrier]
    who = members(carrier, year)
    if not stays and not who.teams:
        return {}
    basis = tr("入驻记录")

    def within(text: str | None) -> bool:
        return bool(text) and ask.within(str(text)) is not False

    entered = {stay.firm for stay in stays if within(stay.entered_on)}
    gone = {stay.firm for stay in stays if within(stay.left_on) and not within(stay.graduated_on)}
    ever = {stay.firm for stay in stays if stay.graduated_on and ask.by_day(stay.graduated_on) is not False}
    converted = Firm.select(Firm.id).where(Firm.id.in_(sorted(entered)), Firm.from_conversion == 1).count()
    return {
        "tenants": (len(who.inside), tr("入驻记录，{day} 在孵", day=day.isoformat())),
        "teams": (who.teams, basis),
        "entered": (len(entered), basis),
        "graduated": (len(who.graduated), basis),
        "left": (len(gone - set(who.graduated)), basis),
        "graduates_total": (len(ever), basis),
        "new_from_conversion": (converted, basis),
    }


def _is_only_carrier(carrier: str) -> bool:
    """Events are of the organisation: with one carrier they are its own, with several nobody said whose."""
    own = Carrier.get_by_id(carrier).operator_id
    return int(Carrier.select(peewee.fn.COUNT(Carrier.id)).where(Carrier.operator == own).scalar()) == 1


def _events(year: int) -> dict[str, tuple[Any, str]]:
    rows = [
        one
        for one in dict_rows(Event.select().where(Event.starts_on.startswith(str(year))))
        if one["our_role"] in _OWN_EVENTS
    ]
    if not rows:
        return {}
    people = [one["audience"] for one in rows if one["audience"] is not None]
    found: dict[str, tuple[Any, str]] = {"events": (len(rows), tr("活动记录（主办、承办、协办）"))}
    if people:
        found["event_people"] = (sum(people), tr("活动记录，{n} 场没有人数", n=len(rows) - len(people)))
    return found
