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
    Completer,
    Grant,
    Grantee,
    HandoverItem,
    IpRight,
    Organisation,
    Person,
    Publication,
    ResearchProject,
)
from desktop.services.samples.base import SEED, WAN, SampleYear, days_after, some_day, words
from desktop.services.samples.brokerage import Agency

_PROJECTS, _RESULTS, _PATENTS, _OPEN = 52, 240, 96, 14
_CLASSIFIED = 239  # the result of which only the number is kept
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
    for number in range(_PROJECTS):
        turn = number % 5
        unit = agency.universities[0 if turn < 2 else 1 if turn == 2 else 2 + number % 4]
        started = some_day(rng, "2022-03-01", "2024-06-30")
        dates = _CLOSES.get(number)
        if dates is None:
            close = days_after(started, 1_000)
            dates = {"planned_close": close, "closed_on": close if close < "2026-06" else None}
        name = f"{rng.choice(words('texts')['subject'])}关键技术研究（示例项目{number + 1:02d}）"
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
    texts = words("texts")
    for number in range(_RESULTS):
        if number == _CLASSIFIED:
            no = "32026Y0007"
            made.made.append(year.add(Achievement, title=no, register_no=no, classified=1))
            continue
        of_project = number < 4 * _PROJECTS and number != 3 * _PROJECTS + 7
        project, owner = projects[number % _PROJECTS] if of_project else (None, agency.universities[number % 8])
        subject = texts["subject"][number % len(texts["subject"])]
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
            form=["patent"] if number < _PATENTS else [("know_how", "software", "process")[number % 3]],
            attribute=("original", "original", "absorbed", "redeveloped")[number % 4],
            maturity=("early", "middle", "mature")[number % 3],
            trl=3 + number % 6,
            tech_field=("manufacturing", "it", "biomedicine", "materials", "agriculture")[number % 5],
            keywords=f"{subject}、示例",
            summary_public=f"{subject}相关成果，已完成样机或小试（示例文字）。",
            disclosure_level=("public", "name_only", "nda")[number % 3],
            conversion_grade="abcd"[number % 4],
            separate_listed=int(number % 24 == 0),
            listed_on="2025-04-18" if number % 24 == 0 else None,
            converted_on="2026-02-10" if number % _PROJECTS == 6 and of_project and number < _PROJECTS else None,
            last_touch_on=some_day(rng, "2025-01-10", "2026-11-10"),
        )
        made.made.append(result)
        made.by_owner.setdefault(owner, []).append(result)
        for place, person in enumerate(_team(made, owner, number)):
            year.add(Completer, achievement=result, person=person, position=place + 1, share_pct=(6_000, 4_000)[place])


def _team(made: Results, unit: str, number: int) -> list[str]:
    people = made.teachers.get(unit, [])
    return [people[(number + step) % len(people)] for step in range(2)] if len(people) > 1 else []


def _patents(year: SampleYear, agency: Agency, made: Results, rng: Random) -> None:
    """One patent for each of the first results; ten of those granted in the year were passed on in it."""
    owners = {row["id"]: row.get("owner") for row in year.of(Achievement)}
    for number in range(_PATENTS):
        granted = (
            some_day(rng, "2025-01-07", "2025-10-28") if number < 60 else some_day(rng, "2023-01-10", "2024-12-24")
        )
        applied = days_after(granted, -500)
        passed_on = number % 6 == 0 and number < 60
        body = f"20991{number + 1:07d}"  # of a year to come: nobody's
        check = "0123456789X"[
            sum(int(c) * w for c, w in zip(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True)) % 11
        ]
        is_open = number % 7 == 1 and number // 7 < _OPEN
        year.add(
            IpRight,
            kind="invention",
            number=f"ZL{body}.{check}",
            title=f"一种{next(row['title'] for row in year.of(Achievement) if row['id'] == made.made[number])}",
            holder=owners[made.made[number]],
            achievement=made.made[number],
            applied_on=applied,
            granted_on=granted,
            expires_on=f"{int(applied[:4]) + 20}{applied[4:]}",
            fee_due_on=f"2026-{applied[5:]}" if applied[5:] != "02-29" else "2026-02-28",
            legal_state="lapsed" if number % 31 == 30 else "valid",
            checked_on=some_day(rng, "2026-01-05", "2026-11-10"),
            open_licence=int(is_open),
            declared_on=days_after(granted, 60) if is_open else None,
            licence_price=5 * WAN if is_open else None,
            transferred_on=days_after(granted, 40) if passed_on else None,
            transferred_to=agency.local_buyers[number % 8] if passed_on else None,
        )


def _handover(year: SampleYear, agency: Agency, made: Results) -> None:
    rows = year.of(Achievement)
    for number, result in enumerate(made.made[: 4 * _PROJECTS]):
        project = number % _PROJECTS
        fixed = {"achievement": result, "university": rows[number].get("owner"), "basis": "after_close"}
        if project == 0:
            year.add(HandoverItem, **fixed, due_on="2026-10-22", exempt=0)
        elif project in _HANDED:
            due = {1: "2026-10-27", 2: "2026-03-12"}[project]
            _handed(year, fixed, due, _HANDED[project])
        elif project == 7 and rows[number]["project"]:
            ground = ("economic_security", "social_stability", "other")[number // _PROJECTS]
            year.add(HandoverItem, **fixed, exempt=1, ground=ground, reviewed_by="示例审查人")
    for place, each, none in _MONTHLY:
        university = agency.universities[place]
        free = iter(
            row["id"]
            for number, row in enumerate(rows[: 4 * _PROJECTS])
            if row["owner"] == university and number % _PROJECTS > 7 and (row["completed_on"] or "") < "2025-11"
        )
        for month in _MONTHS:
            last = f"{month[0]}-{month[1]:02d}-{monthrange(*month)[1]}"
            for turn in range(each if month != none else 0):
                fixed = {"achievement": next(free), "university": university, "basis": "monthly"}
                words_back = _RETURNED.get(month) if turn == each - 1 and place == int(month[1] == 10) else None
                _handed(year, fixed, last, days_after(last, -3), words_back)


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
