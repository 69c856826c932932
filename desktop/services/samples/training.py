"""Training and events of the sample year: 4 programmes, 34 sessions, 168 enrolled, 161 people, 143 of them passed.

118 of those who passed a broker programme come from universities, 12 passed as engineers; 22 events, 17 of them held by
us, 9 filed with the district.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from db.models import Attendance, Certificate, Event, Person, Programme, Session
from desktop.services.samples.base import TODAY, SampleYear, citizen_id, days_after, some_day, words
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.incubation import Incubation

_TWICE = 7  # people of the first programme who came again to the second
# people by who sent them and whether they pass; the last group is the engineers' programme
_PEOPLE = (("university", True, 118), ("firm", True, 13), ("university", False, 8), ("agency", False, 6))
_ENGINEERS = (("firm", True, 12), ("institute", False, 4))
_MODULES = ("policy", "general", "practice", "practice", "advanced")


@dataclass(frozen=True, slots=True)
class _Plan:
    kind: str
    certificate: str
    enrolled: int
    sessions: int
    starts_on: str
    ends_on: str
    delivery: str


_PLANS = (
    _Plan("broker_junior", "junior", 60, 10, "2025-03-10", "2025-04-25", "offline"),
    _Plan("broker_middle", "middle", 52, 10, "2025-06-09", "2025-07-18", "mixed"),
    _Plan("manager_senior", "senior", 40, 8, "2025-09-08", "2025-10-24", "offline"),
    _Plan("engineer", "engineer", 16, 6, "2025-10-27", "2025-12-05", "offline"),
)


def build(year: SampleYear, incubation: Incubation, agency: Agency) -> list[str]:
    """Add mentors and lecturers, staff, programmes with everything in them, and the events; returns the programmes."""
    mentors = _mentors_and_staff(year, incubation, agency)
    brokers, engineers = _trainees(year, agency, _PEOPLE), _trainees(year, agency, _ENGINEERS)
    _odd_people(year, brokers)
    year.rng.shuffle(brokers)
    first = brokers[: _PLANS[0].enrolled]
    again = [person for person in first if person[1]][:_TWICE]
    rest = brokers[_PLANS[0].enrolled :]
    fresh = _PLANS[1].enrolled - _TWICE
    groups = (first, again + rest[:fresh], rest[fresh:], engineers)
    programmes = [
        _programme(year, plan, people, mentors, number)
        for number, (plan, people) in enumerate(zip(_PLANS, groups, strict=True))
    ]
    _events(year)
    return programmes


def _mentors_and_staff(year: SampleYear, incubation: Incubation, agency: Agency) -> list[str]:
    """Nine mentors (the first is investor and lecturer as well) and thirteen people of the incubator."""
    mentors = [
        year.person(
            agency.investors[0] if number == 0 else year.pick(agency.universities),
            "investor" if number == 0 else "university",
            title=("教授", "正高级工程师", "高级经济师")[number % 3],
            escort_kind=["investment_manager"] if number == 0 else None,
        )
        for number in range(9)
    ]
    for number in range(13):
        year.person(
            year.own,
            "carrier",
            department="孵化器运营部",
            education=("硕士", "本科", "本科", "大专")[number % 4],
            escort_kind=["incubator_manager"] if number < 11 else None,
        )
    return mentors


def _trainees(year: SampleYear, agency: Agency, groups: tuple[tuple[str, bool, int], ...]) -> list[tuple[str, bool]]:
    """People of the groups, each with whether they pass."""
    found = []
    for category, passes, count in groups:
        for number in range(count):
            serial = len(year.of(Person))
            born = some_day(year.rng, "1970-01-01", "1998-12-31")
            org = {
                "university": agency.universities[number % 5],
                "firm": agency.local_buyers[number % 12],
                "agency": agency.agencies[number % 3],
            }.get(category)
            number_of = {"id_kind": "cid", "id_no": citizen_id(born, serial), "birth": born[:7]}
            person = year.person(
                org,
                category,
                gender="fm"[serial % 2],
                consent_on="2025-03-01",
                admin_post="head" if number == 30 else "none",
                **number_of,
            )
            found.append((person, passes))
    return found


def _odd_people(year: SampleYear, people: list[tuple[str, bool]]) -> None:
    """Two of one name, a passport, rare characters, a number that ends in X, a month of birth before October."""
    rows = {row["id"]: row for row in year.of(Person)}
    chosen = [rows[person] for person, _ in people[: 2 + len(year.names["special_person"])]]
    for row, name in zip(chosen, year.names["special_person"], strict=False):
        row["name"] = name
    chosen[1] |= {"id_kind": "passport", "id_no": "SAMPLE0001", "birth": "1988-09"}
    serial = next(number for number in range(1000) if citizen_id("1991-09-07", number).endswith("X"))
    chosen[2] |= {"id_no": citizen_id("1991-09-07", serial), "birth": "1991-09"}
    chosen[-1]["name"] = chosen[-2]["name"]


def _programme(year: SampleYear, plan: _Plan, people: list[tuple[str, bool]], mentors: list[str], number: int) -> str:
    texts = words("texts")
    programme = year.add(
        Programme,
        name=texts["programme"][number],
        p_kind=plan.kind,
        organiser="重庆示例技术经理人学院",
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        place="示例培训中心3楼",
        delivery=plan.delivery,
        hour_minutes=45,
        pass_score=600,
        seats=plan.enrolled,
        fee=0 if number == 3 else 128_000,
    )
    for turn in range(plan.sessions):
        online = plan.delivery == "mixed" and turn % 3 == 2
        session = year.add(
            Session,
            programme=programme,
            happened_on=days_after(plan.starts_on, turn * 4),
            starts_at="09:00",
            ends_at="12:00",
            module=_MODULES[turn % 5],
            topic=texts["topic"][(turn + number) % len(texts["topic"])],
            lecturer=mentors[(turn + number) % 2],
            hours=400,
            place="示例线上平台" if online else "示例培训中心3楼",
        )
        for place, (person, passes) in enumerate(people):
            _attended(year, session, person, (place * 7 + turn * 3) % 40, passes, online)
    for place, (person, passes) in enumerate(people):
        if passes:
            _certificate(year, plan, programme, person, place)
    return programme


def _attended(year: SampleYear, session: str, person: str, lot: int, passes: bool, online: bool) -> None:
    state, minutes = "present", 180
    if not passes and lot < 22:
        state, minutes = "absent", 0
    elif lot == 3:
        state, minutes = "leave", 0
    elif lot == 4:
        state = "made_up"
    elif lot == 5:
        state, minutes = "late", 165
    elif online:
        minutes = 171 + lot % 9
    proof = None if state in ("leave", "absent") else "platform" if online else "sheet"
    year.add(Attendance, session=session, person=person, state=state, minutes=minutes, proof=proof)


def _certificate(year: SampleYear, plan: _Plan, programme: str, person: str, place: int) -> None:
    number = f"示例证{plan.ends_on[:4]}{plan.certificate[0].upper()}{place + 1:04d}"
    row: dict[str, Any] = {
        "person": person,
        "c_kind": plan.certificate,
        "issuer": "重庆示例技术经理人协会",
        "issued_on": days_after(plan.ends_on, 14),
        "filing_no": f"SL-BA-{place + 1:04d}" if place % 2 else None,
        "programme": programme,
    }
    if plan.certificate == "junior" and place == 10:  # misspelt name: voided and issued again
        year.add(Certificate, number=number, state="void", **row)
        year.add(Certificate, number=f"{number}补", state="reissued", **row | {"issued_on": "2025-06-20"})
    else:
        year.add(Certificate, number=number, **row)


def _events(year: SampleYear) -> None:
    titles = words("texts")["event"]
    kinds = (
        "need_matching",
        "need_matching",
        "capital_matching",
        "into_districts",
        "into_universities",
        "contest",
        "salon",
        "torch_train",
    )
    for number in range(22):
        held = number < 17
        day = f"2025-{1 + number % 12:02d}-{5 + number:02d}"
        year.add(
            Event,
            title=f"示例·{titles[number % 8]}（第{number // 8 + 1}场）",
            e_kind=kinds[number % 8],
            starts_on=day,
            ends_on=days_after(day, 1) if number % 6 == 0 else day,
            place="示例路演厅" if held else "市外示例会展中心",
            district=year.pick(year.names["district"]),
            our_role=("host" if number % 3 else "organiser") if held else "attendee",
            filed_with="示例区科技局" if number < 9 else None,
            filed_on=days_after(day, -10) if number < 9 else None,
            joint=int(number == 4),
            audience=year.rng.randint(30, 220),
            intent_count=year.rng.randint(0, 9) if held else None,
            review="示例活动总结：到场单位和意向见签到表。" if number < 12 else None,
        )
    soon = (TODAY + timedelta(days=12)).isoformat()
    year.add(
        Event, title="示例·年末成果对接会（筹备）", e_kind="need_matching", starts_on=soon, our_role="host", joint=0
    )
