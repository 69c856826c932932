"""Who stands in a carrier's torch record of a year, and what the records themselves answer of its items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from db.models import (
    CarrierYear,
    Firm,
    Mentoring,
    MentorTerm,
    NotApplicable,
    Organisation,
    Person,
    Qualification,
    Tenancy,
    TenancyArea,
)
from db.queries.measures.asking import Ask
from db.queries.measures.stays import ENTERED, inside, of_carrier, residents, with_teams
from db.queries.rows import dict_rows
from policy.dates import Period, earliest, latest, today
from policy.i18n import sentences, tr

DERIVED = ("mentor_link", "graduated", "graduated_on", "high_tech", "tech_sme", "area")
_CERTIFICATES = ("high_tech", "tech_sme")
_GAP = timedelta(days=31)  # how near to the day a certificate must end or begin for somebody to look


@dataclass(slots=True)
class FirmFacts:
    """What the records say of a firm on the last day of the year; `derived` as stored, `basis` a sentence each."""

    firm: dict[str, Any] = field(default_factory=dict)
    founder: dict[str, Any] = field(default_factory=dict)
    stay: dict[str, Any] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)
    basis: dict[str, str] = field(default_factory=dict)
    excused: frozenset[tuple[str, str]] = frozenset()  # (kind, field) that do not apply


def last_day(year: int) -> date:
    """31 December, or today while the year still runs."""
    return min(date(year, 12, 31), today())


@dataclass(frozen=True, slots=True)
class Members:
    """The firms of a carrier's record: inside on the last day, or graduated in the year; and its teams."""

    inside: tuple[str, ...]
    graduated: tuple[str, ...]
    teams: int

    @property
    def all(self) -> list[str]:
        return [*self.inside, *(one for one in self.graduated if one not in self.inside)]


def members(carrier: str, year: int) -> Members:
    """Who is reported for a carrier and year: the store is open and the caller holds its lock."""
    ask = Ask("carrier", carrier, Period.parse(f"@{year}-12-31"), today())
    found = residents(ask)
    graduated = [
        stay.firm
        for stay in ask.once(of_carrier)
        if stay.carrier == carrier and stay.graduated_on and ask.within(stay.graduated_on) is not False
    ]
    teams = set(inside(ask, ask.once(with_teams)).by_firm) - set(found.by_firm)
    return Members(tuple(found.by_firm), tuple(dict.fromkeys(graduated)), len(teams))


def facts(firms: Sequence[str], year: int) -> dict[str, FirmFacts]:
    """What the records say of the firms, in a fixed number of queries."""
    day = last_day(year)
    found = {firm: FirmFacts() for firm in firms}
    for row in dict_rows(Firm.select().where(Firm.id.in_(list(firms)))):
        found[row["id"]].firm.update(row)
    for row in dict_rows(Organisation.select().where(Organisation.id.in_(list(firms)))):
        found[row["id"]].firm.update(row)
    _founders(found)
    _excused(found)
    _stays(found, year, day)
    _mentors(found, day)
    _certificates(found, day)
    return found


def _founders(found: Mapping[str, FirmFacts]) -> None:
    wanted = {one.firm["founder"]: one for one in found.values() if one.firm.get("founder")}
    for row in dict_rows(Person.select(Person.id, Person.gender).where(Person.id.in_(list(wanted)))):
        for one in found.values():
            if one.firm.get("founder") == row["id"]:
                one.founder = row


def _excused(found: Mapping[str, FirmFacts]) -> None:
    query = NotApplicable.select().where(NotApplicable.kind == "firm", NotApplicable.record.in_(list(found)))
    for row in dict_rows(query):
        one = found[row["record"]]
        one.excused |= {("firm", row["field"])}


def _stays(found: Mapping[str, FirmFacts], year: int, day: date) -> None:
    query = Tenancy.select().where(Tenancy.firm.in_(list(found)), Tenancy.status.in_(ENTERED))
    by_firm: dict[str, list[dict[str, Any]]] = {}
    for row in dict_rows(query.order_by(Tenancy.entered_on)):
        if not row["entered_on"] or earliest(row["entered_on"]) <= day:
            by_firm.setdefault(row["firm"], []).append(row)
    for firm, rows in by_firm.items():
        here = [row for row in rows if not _gone(row, day)]
        found[firm].stay = max(here or rows, key=lambda row: row["entered_on"] or "")
    areas = _areas([one.stay["id"] for one in found.values() if one.stay], day)
    for one in found.values():
        if not one.stay:
            continue
        stay, derived, basis = one.stay, one.derived, one.basis
        graduated_on = stay["graduated_on"]
        done = bool(graduated_on) and earliest(graduated_on) <= day and latest(graduated_on).year <= year
        derived["graduated"] = int(done)
        derived["graduated_on"] = graduated_on if done else None
        basis["graduated"] = basis["graduated_on"] = tr("入驻记录")
        occupies = not _left(stay, day) and (not done or stay["stays_on"])
        if occupies:
            derived["area"] = areas.get(stay["id"], stay["area"])
            basis["area"] = (
                tr("占用面积变动，{day} 的面积", day=day.isoformat()) if stay["id"] in areas else tr("入驻记录")
            )


def _gone(row: Mapping[str, Any], day: date) -> bool:
    return any(row[name] and latest(row[name]) <= day for name in ("graduated_on", "left_on"))


def _left(row: Mapping[str, Any], day: date) -> bool:
    return bool(row["left_on"]) and latest(row["left_on"]) <= day


def _areas(stays: Sequence[str], day: date) -> dict[str, int]:
    """The areas of the stays on the day, 0.01 m², of those that have changes on record."""
    found: dict[str, int] = {}
    for row in dict_rows(TenancyArea.select().where(TenancyArea.tenancy.in_(list(stays)))):
        if earliest(row["starts_on"]) <= day and (not row["ends_on"] or latest(row["ends_on"]) >= day):
            found[row["tenancy"]] = found.get(row["tenancy"], 0) + row["area"]
    return found


def _mentors(found: Mapping[str, FirmFacts], day: date) -> None:
    """A firm has a mentor where one looks after it on the day within a term; unknown while no mentor is on record."""
    if not MentorTerm.select().exists():
        return
    for one in found.values():
        one.derived["mentor_link"] = 0
        one.basis["mentor_link"] = tr("没有当日有效的辅导关系")
    query = (
        Mentoring.select(
            Mentoring.firm, Mentoring.starts_on, Mentoring.ends_on, MentorTerm.starts_on.alias("term_from"),
            MentorTerm.ends_on.alias("term_to"), Person.name,
        )
        .join(MentorTerm, on=(Mentoring.mentor_term == MentorTerm.id))
        .join(Person, on=(MentorTerm.mentor == Person.id))
        .where(Mentoring.firm.in_(list(found)))
    )  # fmt: skip
    for row in dict_rows(query):
        if holds(row["starts_on"], row["ends_on"], day) and holds(row["term_from"], row["term_to"], day):
            found[row["firm"]].derived["mentor_link"] = 1
            found[row["firm"]].basis["mentor_link"] = tr("导师 {name}", name=row["name"])


def _certificates(found: Mapping[str, FirmFacts], day: date) -> None:
    for one in found.values():
        for kind in _CERTIFICATES:
            one.derived[kind] = 0
            one.basis[kind] = tr("没有当日有效的证书记录")
    query = Qualification.select().where(Qualification.firm.in_(list(found)), Qualification.q_kind.in_(_CERTIFICATES))
    near: dict[tuple[str, str], list[str]] = {}
    for row in dict_rows(query.order_by(Qualification.issued_on)):
        one, kind = found[row["firm"]], row["q_kind"]
        if holds(row["issued_on"], row["valid_until"], day):
            one.derived[kind] = 1
            one.basis[kind] = tr(
                "证书 {number}，有效至 {day}", number=row["number"] or "—", day=row["valid_until"] or "—"
            )
        elif row["valid_until"] and timedelta() < day - latest(row["valid_until"]) <= _GAP:
            near.setdefault((row["firm"], kind), []).append(tr("有一张在 {day} 到期。", day=row["valid_until"]))
        elif timedelta() < earliest(row["issued_on"]) - day <= _GAP:
            near.setdefault((row["firm"], kind), []).append(tr("有一张在 {day} 发证。", day=row["issued_on"]))
    for (firm, kind), told in near.items():
        if not found[firm].derived[kind]:
            found[firm].basis[kind] = sentences(tr("当日没有有效证书，请核对："), *told)


def holds(starts_on: str | None, ends_on: str | None, day: date) -> bool:
    """Whether something with a first and a last day is in force on the day; without an end it goes on."""
    return bool(starts_on) and earliest(str(starts_on)) <= day and (not ends_on or latest(ends_on) >= day)


def carrier_areas(carrier: str, year: int, known: Iterable[FirmFacts]) -> tuple[int | None, int | None, int]:
    """(sum of the tenants' areas, the carrier's area for tenants, tenants without an area), in 0.01 m²."""
    areas = [one.derived.get("area") for one in known if one.stay and one.stay["carrier"] == carrier]
    row = CarrierYear.get_or_none(CarrierYear.carrier == carrier, CarrierYear.year == year)
    filled = [area for area in areas if area is not None]
    return (sum(filled) if filled else None), (row.area_tenant if row else None), len(areas) - len(filled)
