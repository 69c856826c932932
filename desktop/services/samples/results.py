"""Results of the sample year: 52 projects, 240 results with 96 patents, two universities' hand-over, nine grants.

The grants show every state on the reference day: begun (also on the anniversary and a day after), its last day but one,
over by a day, taken up by the unit, published, converted, and a ten-year right that was extended.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from random import Random
from typing import Any

from db.models import (
    Achievement,
    Case,
    Completer,
    Grant,
    Grantee,
    HandoverItem,
    HandoverMonth,
    IpRight,
    Organisation,
    Person,
    Publication,
    ResearchProject,
)
from desktop.services.samples.base import SEED, TODAY, WAN, SampleYear, days_after, some_day
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.stock import PROJECTS, RESULTS, planned, subject_of, subjects, unit_of

_PATENTS, _OPEN = 96, 14
_PASSED_ON, _LAPSED, _FEE_LATE = range(10, 40, 3), (30, 36, 41), (14, 17)  # places among the patents
_LEVELS = ("national", "municipal", "municipal", "district", "commissioned", "own")
# projects with a date that matters, by number: 15 working days after the close run past holidays
_CLOSES: dict[int, dict[str, Any]] = {
    0: {"level": "own", "planned_close": "2026-09-24", "closed_on": "2026-09-24"},  # nothing handed over by 2026-10-22
    1: {"level": "district", "planned_close": "2026-09-30", "closed_on": "2026-09-30"},  # handed over on the last day
    2: {"level": "own", "planned_close": "2026-02-13", "closed_on": "2026-02-13"},  # a day late
    3: {"level": "municipal", "planned_close": "2026-09-15", "extended_to": "2026-12-15"},
    4: {"planned_close": "2025-12-31", "closed_on": "2025-11-14", "conversion_due": "2026-11-20"},
    5: {"planned_close": "2025-12-31", "closed_on": "2025-11-21", "conversion_due": "2026-12-05"},
    6: {"planned_close": "2025-06-30", "closed_on": "2025-06-20", "conversion_due": "2026-03-31"},
    7: {"planned_close": "2026-06-30", "closed_on": "2026-06-12"},  # its three results are exempt
}
_HANDED = {1: "2026-10-27", 2: "2026-03-13"}
_MONTHS = (*((2025, month) for month in (11, 12)), *((2026, month) for month in range(1, 11)))
_MONTHS_OVER = "2026-10-31"
# per university: results a month, and the month with none
_MONTHLY = ((0, 2, (2026, 2)), (1, 1, (2026, 8)))
_RETURNED = {(2026, 5): "附件缺少成果简介（示例）", (2026, 10): "权属单位与登记不一致（示例）"}
_GRANTS: tuple[dict[str, Any], ...] = (
    {"kind": "co_ownership", "granted_on": "2025-11-22"},  # the day before the year is over
    {"kind": "co_ownership", "granted_on": "2025-11-20"},  # over by a day
    {"kind": "long_use", "granted_on": "2025-03-03", "use_until": "2035-03-03", "started_on": "2025-10-15"},
    {"kind": "co_ownership", "granted_on": "2025-05-20", "started_on": "2026-05-20"},  # on the anniversary
    {"kind": "benefit_agreement", "granted_on": "2025-05-20", "started_on": "2026-05-21"},  # a day after it
    {"kind": "benefit_assignment", "granted_on": "2024-06-03", "unit_converted_on": "2025-09-10"},
    {"kind": "co_ownership", "granted_on": "2024-04-08"},  # published
    {"kind": "long_use", "granted_on": "2022-03-01", "use_until": "2032-03-01", "started_on": "2022-09-19",
     "extended_until": "2037-03-01"},
    {"kind": "right_for_equity", "granted_on": "2024-09-02", "started_on": "2025-02-10"},  # converted
)  # fmt: skip
_CONVERTED = {8: "2025-11-05"}
_PUBLISHED = {6: "2025-06-10"}
_FIRST_GRANTED = 10  # the results granted are this one and every fifth after it: all of university A
_WANTED = (["licence", "open_licence"], ["transfer"], ["commissioned_development", "licence"], None)
_LEAST_PEOPLE = 4  # who work on results at each university
_FORMS = ("制备方法", "控制系统", "检测装置", "工艺", "材料")


@dataclass(slots=True)
class Results:
    """Ids that later parts refer to: results by owner, and who teaches where."""

    made: list[str] = field(default_factory=list)
    by_owner: dict[str, list[str]] = field(default_factory=dict)
    teachers: dict[str, list[str]] = field(default_factory=dict)


def build(year: SampleYear, agency: Agency) -> Results:
    """Add projects, results, patents, hand-over items and grants, and what the universities' own rules say."""
    rng, made = Random(SEED + 1), Results()  # noqa: S311 - of its own, so that the other parts stay as they are
    for row in year.of(Person):
        if row["org"] in agency.universities and row["org_category"] == "university":
            made.teachers.setdefault(row["org"], []).append(row["id"])
    for unit in agency.universities:
        known = made.teachers.setdefault(unit, [])
        known += [year.person(unit, "university", title="副教授") for _ in range(_LEAST_PEOPLE - len(known))]
    for row in year.of(Organisation):
        if row["id"] in agency.universities:
            row["integrity_score"] = 100
        if row["id"] in agency.universities[:2]:
            row |= {"reward_pct": 7_000, "third_party_ratio": 3_000, "pilots": "赋权、单列管理、先使用后付费"}
        if row["name"].startswith("重庆示例机械工程研究所"):
            row |= {"integrity_grade": "D", "integrity_score": 0}
    projects = _projects(year, agency, rng)
    _results(year, agency, made, projects, rng)
    _patents(year, agency, made, rng)
    _handover(year, agency, made)
    _grants(year, agency, made)
    return made


def _projects(year: SampleYear, agency: Agency, rng: Random) -> list[tuple[str, str]]:
    """The projects as (id, unit)."""
    made = []
    for number in range(PROJECTS):
        unit = agency.universities[unit_of(number)]
        started = some_day(rng, "2022-03-01", "2024-06-30")
        dates = _CLOSES.get(number)
        if dates is None:
            close = days_after(started, 1_000)
            dates = {"planned_close": close, "closed_on": close if close < "2026-06" else None}
        name = f"{subjects()[subject_of(number)]['name']}关键技术研究（示例项目{number + 1:02d}）"
        project = year.add(
            ResearchProject,
            name=name,
            number=f"SL-KY-{started[:4]}-{number + 1:03d}",
            unit=unit,
            started_on=started,
            amount=rng.randint(20, 300) * WAN,
            conversion_budget=rng.randint(1, 20) * WAN if number % 3 == 0 else None,
            **{"level": _LEVELS[number % 6], **dates},
        )
        made.append((project, unit))
    return made


def _results(year: SampleYear, agency: Agency, made: Results, projects: list[tuple[str, str]], rng: Random) -> None:
    for number, plan in enumerate(planned()):
        if plan.unit is None:
            no = "32026Y0007"
            made.made.append(year.add(Achievement, title=no, register_no=no, classified=1))
            continue
        project = None if plan.project is None else projects[plan.project][0]
        owner, about = agency.universities[plan.unit], subjects()[plan.subject]
        subject, turn = about["name"], number // PROJECTS
        level = ("public", "name_only", "nda")[number % 3]
        completed = None  # of a stock of results few dates are known
        if number % 6 == 0:
            first, last = ("2023-03-01", "2025-10-20") if number % 12 else ("2025-12-01", "2026-11-10")
            completed = some_day(rng, first, last)
        result = year.add(
            Achievement,
            title=f"{subject}{_FORMS[number % 5]}（示例{number + 1:03d}）",
            register_no=f"3{(completed or '2025')[:4]}Y{number + 1:04d}" if number % 4 == 0 else None,
            owner=owner,
            project=project,
            service_kind="service",
            completed_on=completed,
            funding_origin=("fiscal", "fiscal", "commissioned", "own")[number % 4],
            form=[("know_how", "software", "process")[number % 3]],
            attribute=("original", "original", "absorbed", "redeveloped")[number % 4],
            maturity=("early", "middle", "middle", "middle", "mature", "mature")[number % 6],
            trl=3 + number % 6,
            tech_field=about["field"],
            industry=about["industry"],
            cluster=about["cluster"],
            keywords=f"{subject}、{about['part']}",
            summary_public=about["summaries"][(turn + number) % len(about["summaries"])],
            disclosure_level=level,
            wanted_modes=_WANTED[number % 4],
            price_hint=(20 + number % 9 * 15) * WAN if number % 2 else None,
            conversion_grade="abcd"[number % 4],
            separate_listed=int(number % 24 == 0),
            listed_on="2025-04-18" if number % 24 == 0 else None,
            converted_on="2026-02-10" if number == 6 else None,
            last_touch_on=some_day(rng, "2025-01-10", "2026-11-10"),
        )
        made.made.append(result)
        made.by_owner.setdefault(owner, []).append(result)
        for place, person in enumerate(_team(made, owner, number)):
            year.add(Completer, achievement=result, person=person, position=place + 1, share_pct=(6_000, 4_000)[place])


def _team(made: Results, unit: str, number: int) -> list[str]:
    people = made.teachers.get(unit, [])
    return [people[(number + step) % len(people)] for step in range(2)] if len(people) > 1 else []


def _patented(year: SampleYear, agency: Agency) -> list[int]:
    """The results with a patent: those granted, then others, then what cases are to sell."""
    tracks = {row["id"]: row["track"] for row in year.of(Case)}
    sold = [number for case, number in agency.results.items() if tracks[case] in ("supply", "equity")]
    granted = [_FIRST_GRANTED + 5 * number for number in range(len(_GRANTS))]
    others = [number for number in range(RESULTS) if number not in sold and number not in granted]
    return [*granted, *others[: _PATENTS - len(sold) - len(granted)], *sold]


def _patents(year: SampleYear, agency: Agency, made: Results, rng: Random) -> None:
    """Of those granted in the year ten were passed on in it; what cases sell was granted before them."""
    rows = {row["id"]: row for row in year.of(Achievement)}
    modes = {made.made[agency.results[row["id"]]]: row["mode"] for row in year.of(Case) if row["id"] in agency.results}
    patented = _patented(year, agency)
    offered = [place for place, number in enumerate(patented) if modes.get(made.made[number]) == "open_licence"]
    offered += [place for place in range(0, _PATENTS, 4) if place not in offered and place not in _LAPSED]
    for place, number in enumerate(patented):
        result = made.made[number]
        span = ("2022-01-10", "2023-12-24") if result in modes else ("2025-01-07", "2025-10-28")
        granted = some_day(rng, *span)
        applied = days_after(granted, -500)
        passed_on, is_open = place in _PASSED_ON, place in offered[:_OPEN]
        body = f"20991{place + 1:07d}"  # of a year to come: nobody's
        check = "0123456789X"[
            sum(int(c) * w for c, w in zip(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True)) % 11
        ]
        rows[result]["form"] = ["patent"]
        year.add(
            IpRight,
            kind="invention",
            number=f"{body}.{check}",
            title=f"一种{rows[result]['title']}",
            holder=rows[result]["owner"],
            achievement=result,
            applied_on=applied,
            granted_on=granted,
            expires_on=f"{int(applied[:4]) + 20}{applied[4:]}",
            fee_due_on=_fee_day(applied, place),
            legal_state="lapsed" if place in _LAPSED else "valid",
            checked_on=some_day(rng, "2026-01-05", "2026-11-10"),
            open_licence=int(is_open),
            declared_on=days_after(granted, 60) if is_open else None,
            licence_price=5 * WAN if is_open else None,
            transferred_on=days_after(granted, 40) if passed_on else None,
            transferred_to=agency.local_buyers[place % 8] if passed_on else None,
        )


def _fee_day(applied: str, place: int) -> str:
    """The next day of the yearly fee; of those that lapsed, and of a few nobody looked after, the last one."""
    day = applied[5:] if applied[5:] != "02-29" else "02-28"
    late = place in _LAPSED or place in _FEE_LATE
    return f"2026-{day}" if late or f"2026-{day}" > TODAY.isoformat() else f"2027-{day}"


def _handover(year: SampleYear, agency: Agency, made: Results) -> None:
    rows = year.of(Achievement)
    for number, result in enumerate(made.made[: 4 * PROJECTS]):
        project = number % PROJECTS
        fixed = {"achievement": result, "university": rows[number].get("owner"), "basis": "after_close"}
        if project == 0:
            year.add(HandoverItem, **fixed, due_on="2026-10-22", exempt=0)
        elif project in _HANDED:
            due = {1: "2026-10-27", 2: "2026-03-12"}[project]
            _handed(year, fixed, due, _HANDED[project])
        elif project == 7 and rows[number]["project"]:
            ground = ("economic_security", "social_stability", "other")[number // PROJECTS]
            year.add(HandoverItem, **fixed, exempt=1, ground=ground, reviewed_by="示例审查人")
    for place, each, none in _MONTHLY:
        university = agency.universities[place]
        free = iter(
            row["id"]
            for number, row in enumerate(rows[: 4 * PROJECTS])
            if row["owner"] == university and number % PROJECTS > 7 and (row["completed_on"] or "") < "2025-11"
        )
        for month in _MONTHS:
            last = f"{month[0]}-{month[1]:02d}-{monthrange(*month)[1]}"
            for turn in range(each if month != none else 0):
                fixed = {"achievement": next(free), "university": university, "basis": "monthly"}
                words_back = _RETURNED.get(month) if turn == each - 1 and place == int(month[1] == 10) else None
                _handed(year, fixed, last, days_after(last, -3), words_back)
        last = f"{none[0]}-{none[1]:02d}-{monthrange(*none)[1]}"
        platform_no, reported = f"SL-HJ-L{place + 1:03d}", days_after(last, -3)
        named = {"university": university, "month": last[:7], "zero": 1}
        year.add(HandoverMonth, **named, reported_on=reported, platform_no=platform_no)
    _after_closing(year, made, {place: f"{none[0]}-{none[1]:02d}" for place, _, none in _MONTHLY})


def _after_closing(year: SampleYear, made: Results, empty: dict[int, str]) -> None:
    """What else those universities owed by the close of a project, in time and not in their `empty` months."""
    rows, projects = year.of(Achievement), {row["id"]: row for row in year.of(ResearchProject)}
    entered = {row["achievement"] for row in year.of(HandoverItem)}
    for number, plan in enumerate(planned()):
        row = rows[number]
        if plan.unit not in empty or not row["project"] or row["id"] in entered:
            continue
        project = projects[row["project"]]
        closed = project.get("closed_on") or project.get("extended_to") or project["planned_close"]
        due = days_after(closed, 21)
        if due[:7] == empty[plan.unit]:
            due = days_after(f"{empty[plan.unit]}-01", -2)
        day = days_after(due, -4 - number % 9)
        if due <= _MONTHS_OVER:
            fixed = {"achievement": row["id"], "university": row["owner"], "basis": "after_close"}
            _handed(year, fixed, due, due if day[:7] == empty[plan.unit] else day)


def _handed(year: SampleYear, fixed: dict[str, Any], due: str, day: str, words_back: str | None = None) -> None:
    year.add(
        HandoverItem,
        **fixed,
        due_on=due,
        exempt=0,
        handed_on=day,
        platform_no=f"SL-HJ-{len(year.of(HandoverItem)) + 1:05d}",
        item_state="returned" if words_back else "accepted",
        words=words_back,
    )


def _grants(year: SampleYear, agency: Agency, made: Results) -> None:
    rows = {row["id"]: row for row in year.of(Achievement)}
    unit = agency.universities[0]
    for number, plan in enumerate(_GRANTS):
        result = made.made[_FIRST_GRANTED + 5 * number]
        rows[result]["completed_on"] = days_after(plan["granted_on"], -90)
        if number in _CONVERTED:
            rows[result] |= {"converted_on": _CONVERTED[number], "conversion_mode": "transfer", "is_local": 1}
        grant = year.add(Grant, achievement=result, unit=unit, unit_share=2_000, **plan)
        for place, person in enumerate(_team(made, unit, number)):
            year.add(Grantee, grant=grant, person=person, share_pct=(5_000, 3_000)[place])
        if number in _PUBLISHED:
            year.add(
                Publication,
                subject=f"achievement:{result}",
                kind="unconverted",
                place="示例成果转化公共服务平台",
                starts_on=_PUBLISHED[number],
                objections=0,
                redacted=1,
            )
