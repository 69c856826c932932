"""What the sample's incubator does for its firms: mentors and whom they look after, services, projects and honours.

640 services in the year, 214 of them by mentors in 411 hours; 37 the firm has not confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from db.models import (
    FirmYear,
    FundingEvent,
    Honour,
    Mentoring,
    MentorTerm,
    Organisation,
    Qualification,
    ServiceLog,
    Tenancy,
)
from desktop.services.samples.base import SEED, WAN, YEAR, SampleYear, days_after, shares, words
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.incubation import Incubation
from desktop.services.samples.training import Training

_SERVICES, _BY_MENTORS, _MENTOR_MINUTES, _UNCONFIRMED = 640, 214, 411 * 60, 37
_NO_MINUTES, _LATE = 5, 60  # of those by staff: time not noted, entered days after
# place of the mentor, whether in the makerspace, first and last day; seven serve at the end of 2023, then 8 and 9
_TERMS: tuple[tuple[int, bool, str, str | None], ...] = (
    (0, False, "2022-03-01", "2028-02-29"),
    (1, False, "2021-06-01", "2024-05-31"),
    (1, False, "2024-06-01", "2027-05-31"),
    (2, False, "2022-03-01", "2026-12-05"),  # runs out in two weeks
    (3, False, "2022-09-01", None),
    (4, False, "2023-01-01", "2026-12-31"),
    (5, False, "2023-01-01", "2028-12-31"),
    (6, False, "2023-05-15", "2026-10-31"),  # has run out, its firms are without
    (7, False, "2024-03-01", "2027-02-28"),
    (8, False, "2025-04-01", "2028-03-31"),
    (3, True, "2023-03-01", None),
    (4, True, "2023-03-01", "2027-02-28"),
    (5, True, "2024-01-01", None),
)
_EXPERTISE = (("finance", "coaching"), ("ip", "transfer"), ("coaching", "market"), ("consulting", "pilot"))
_WITHOUT = 8  # every so many firms has no mentor


def build(year: SampleYear, made: Incubation, agency: Agency, classes: Training) -> None:
    """Add terms, mentoring, the year's services and the firms' honours; stays, figures and people must be there."""
    rng = Random(SEED + 3)  # noqa: S311 - of its own, so that the other parts stay as they are
    terms = _terms(year, made, classes.mentors)
    stays = _stays(year)
    _mentoring(year, made, terms, stays)
    _services(year, made, classes, stays, rng)
    _honours(year, made, agency, rng)


def _terms(year: SampleYear, made: Incubation, mentors: list[str]) -> list[dict[str, Any]]:
    for place, desks, starts_on, ends_on in _TERMS:
        year.add(
            MentorTerm,
            mentor=mentors[place],
            carrier=made.makerspace if desks else made.carrier,
            starts_on=starts_on,
            ends_on=ends_on,
            expertise=list(_EXPERTISE[place % len(_EXPERTISE)]),
            note=("投资与融资", "知识产权与成果转化", "创业管理与市场", "工艺与中试")[place % 4],
        )
    return year.of(MentorTerm)


def _stays(year: SampleYear) -> list[dict[str, Any]]:
    """Those who were let in, with the last day they were inside (None while they still are)."""
    return [{**row, "until": row["left_on"] or row["graduated_on"]} for row in year.of(Tenancy) if row["entered_on"]]


def _mentoring(year: SampleYear, made: Incubation, terms: list[dict[str, Any]], stays: list[dict[str, Any]]) -> None:
    """One mentor for most firms from a month after they came, while stay and term last; the yearly record agrees."""
    for number, stay in enumerate(stays):
        if number % _WITHOUT == _WITHOUT - 1:
            continue
        since = days_after(stay["entered_on"], 30)
        fit = [
            term
            for term in terms
            if term["carrier"] == stay["carrier"]
            and term["starts_on"] <= since
            and (term["ends_on"] or "9") > since
            and (stay["until"] or "9") > since
        ]
        if fit:
            year.add(
                Mentoring, mentor_term=fit[number % len(fit)]["id"], firm=stay["firm"], starts_on=since,
                ends_on=stay["until"],
            )  # fmt: skip
    spans: dict[str, list[tuple[str, str]]] = {}
    ends = {term["id"]: term["ends_on"] or "9" for term in terms}
    for link in year.of(Mentoring):
        last = min(link["ends_on"] or "9", ends[link["mentor_term"]])
        spans.setdefault(link["firm"], []).append((link["starts_on"], last))
    for row in year.of(FirmYear):
        day = f"{row['year']}-12-31"
        row["mentor_link"] = int(any(first <= day <= last for first, last in spans.get(row["firm"], ())))


def _services(year: SampleYear, made: Incubation, classes: Training, stays: list[dict[str, Any]], rng: Random) -> None:
    texts = words("services")
    terms = {term["id"]: term for term in year.of(MentorTerm)}
    inside = [
        stay for stay in stays if stay["entered_on"] < f"{YEAR}-12-20" and (stay["until"] or "9") > f"{YEAR}-01-20"
    ]
    mentored = [
        (link, stay)
        for link in year.of(Mentoring)
        for stay in inside
        if stay["firm"] == link["firm"]
        and link["starts_on"] < f"{YEAR}-12-01"
        and (link["ends_on"] or "9") > f"{YEAR}-02"
    ]
    minutes = shares(rng, _MENTOR_MINUTES // 15, _BY_MENTORS, least=4, spread=3)
    rows: list[dict[str, Any]] = []
    for number in range(_BY_MENTORS):
        link, stay = mentored[number % len(mentored)]
        term = terms[link["mentor_term"]]
        kind, topic, result = texts["mentor"][number % len(texts["mentor"])]
        span = (max(link["starts_on"], stay["entered_on"]), min(stay["until"] or "9", term["ends_on"] or "9"))
        day = _working_day(rng, *span)
        rows.append(_row(stay, kind, day, minutes[number] * 15, term["mentor"], topic, result))
    for number in range(_SERVICES - _BY_MENTORS):
        stay = inside[number % len(inside)]
        kind = list(texts["staff"])[(number + number // len(inside)) % len(texts["staff"])]
        topic, result = rng.choice(texts["staff"][kind])
        day = _working_day(rng, stay["entered_on"], stay["until"] or "9")
        spent = None if number < _NO_MINUTES else rng.choice((20, 30, 30, 45, 60, 90))
        rows.append(_row(stay, kind, day, spent, classes.staff[number % 11], topic, result))
    _finish(year, rows, texts["place"], rng)
    _outcomes(year, rows)
    for row in sorted(rows, key=lambda row: (row["happened_on"], row["firm"])):
        year.add(ServiceLog, **row)


def _row(
    stay: dict[str, Any], kind: str, day: str, minutes: int | None, provider: str, topic: str, result: str
) -> dict[str, Any]:
    return {
        "firm": stay["firm"],
        "carrier": stay["carrier"],
        "kind": kind,
        "happened_on": day,
        "minutes": minutes,
        "provider": provider,
        "topic": topic,
        "result": result,
    }


def _finish(year: SampleYear, rows: list[dict[str, Any]], places: list[str], rng: Random) -> None:
    """When each was entered, where it was, and whether the firm confirmed it: the last of the year are still open."""
    late = set(rng.sample(range(len(rows)), _LATE))
    latest_first = sorted(range(len(rows)), key=lambda place: (rows[place]["happened_on"], place), reverse=True)
    unconfirmed = set(latest_first[:_UNCONFIRMED])
    for place, row in enumerate(rows):
        entered = date.fromisoformat(row["happened_on"]) + timedelta(days=rng.randint(2, 20) if place in late else 0)
        way = rng.choice(("at_firm", "at_firm", "in_park", "online", "phone"))
        row["recorded_at"] = int(
            datetime(entered.year, entered.month, entered.day, 9, 30, tzinfo=UTC).timestamp() * 1000
        )
        row["way"] = way
        row["place"] = rng.choice(places) if way in ("at_firm", "in_park") else None
        row["confirmed"] = (
            ("none" if place % 2 else None) if place in unconfirmed else rng.choice(("signed", "receipt"))
        )
        row["satisfaction"] = rng.choice((4, 5, 5)) if place not in unconfirmed and place % 3 == 0 else None
        row["next_step"] = "下月回访" if place % 40 == 0 else None
        row["next_on"] = days_after(row["happened_on"], 30) if place % 40 == 0 else None


def _outcomes(year: SampleYear, rows: list[dict[str, Any]]) -> None:
    """A certificate or money that came within the year after a service of the kind: it says so once."""
    led_to = (
        ("policy", "qualification", Qualification, "issued_on"),
        ("finance", "funding_event", FundingEvent, "paid_on"),
    )
    for kind, name, model, day in led_to:
        found = {row["firm"]: row for row in year.of(model) if str(row[day]).startswith(str(YEAR))}
        for row in rows:
            event = found.get(row["firm"])
            if row["kind"] == kind and event and row["happened_on"] <= event[day]:
                row[name] = event["id"]
                del found[row["firm"]]


def _working_day(rng: Random, first: str, last: str) -> str:
    """A weekday of the year within two days."""
    start = max(date.fromisoformat(first), date(YEAR, 1, 6))
    end = min(date.fromisoformat(last) if last != "9" else date(YEAR, 12, 30), date(YEAR, 12, 30))
    day = start + timedelta(days=rng.randint(0, max(0, (end - start).days)))
    while day.weekday() > 4:
        day += timedelta(days=-1 if day > start + timedelta(days=2) else 1)
    return day.isoformat()


def _honours(year: SampleYear, made: Incubation, agency: Agency, rng: Random) -> None:
    """Projects as many as the yearly record says, and what firms won; one of a person and one of a case."""
    titles = words("services")["honour"]
    stems = {
        row["id"]: row["name"].removeprefix("重庆示例·").removeprefix("示例·")[:2] for row in year.of(Organisation)
    }
    projects = {row["firm"]: row["projects_total"] for row in year.of(FirmYear) if row["year"] == YEAR}
    days = _some_days(rng)
    for place, firm in enumerate(made.tenants):
        kinds = ["municipal_project"] * projects[firm] + (
            ["contest", "product", "award", "other"][place % 4 : place % 4 + 1] if place % 3 == 0 else []
        )
        for number, kind in enumerate(kinds):
            project = kind.endswith("project")
            year.add(
                Honour,
                title=titles[kind][number % len(titles[kind])].format(stem=stems[firm]),
                h_kind=kind,
                firm=firm,
                level="市级" if project else "区级二等奖" if kind == "contest" else "市级",
                issuer="重庆市示例科技主管部门",
                amount=(20 + 10 * (place % 4)) * WAN if project else None,
                awarded_on=next(days),
            )
    year.add(Honour, title="示例优秀技术经理人", h_kind="other", person=agency.brokers[0], level="市级",
             issuer="重庆示例技术经理人协会", awarded_on="2025-11-28")  # fmt: skip
    year.add(Honour, title="示例成果转化优秀案例", h_kind="case", case=agency.won[0][0], level="市级",
             issuer="重庆市示例科技主管部门", awarded_on="2025-12-18")  # fmt: skip


def _some_days(rng: Random) -> Iterator[str]:
    while True:
        yield days_after(f"{YEAR}-02-10", rng.randint(0, 310))
