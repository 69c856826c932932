"""Training of the sample year: 4 programmes, 34 sessions, 168 enrolled, 161 people, 143 of them passed.

118 of those who passed a broker programme come from universities, 12 passed as engineers. Who did not pass was short of
hours, stayed away from the examination, or (one) had 59.5 points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from db.models import (
    Assessment,
    Attendance,
    Certificate,
    Enrolment,
    Organisation,
    Person,
    Programme,
    ProgrammeHours,
    Session,
)
from desktop.services.samples.base import SampleYear, citizen_id, days_after, some_day, words
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.incubation import Incubation

_TWICE = 7  # people of the first programme who came again to the second
# people by who sent them and whether they pass; the last group is the engineers' programme
_PEOPLE = (("university", True, 118), ("firm", True, 13), ("university", False, 8), ("agency", False, 6))
_ENGINEERS = (("firm", True, 12), ("institute", False, 4))
_MODULES = ("policy", "general", "practice", "practice", "advanced")
_SHORT_LOT = 22  # who does not pass stays away from the sessions where the lot is below
_NO_EXAMINATION = 3  # of those who do not pass, every so many did not sit it
_PASS = 600  # tenths of a point
_SECOND, _SPOILT = 18, 9  # of those who pass the first programme: at the second attempt; a certificate issued anew


@dataclass(slots=True)
class Training:
    """Ids that later parts refer to."""

    mentors: list[str] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Plan:
    kind: str
    certificate: str
    enrolled: int
    sessions: int
    starts_on: str
    ends_on: str
    delivery: str
    hours: tuple[int, int, int, int]  # asked for in policy, general, practice, advanced
    assessed: tuple[str, ...]
    counts_to: str


_BROKERS, _ENGINEER, _WRITTEN = "university_brokers", "engineers", ("written",)
_PLANS = (
    _Plan("broker_junior", "junior", 60, 10, "2025-03-10", "2025-04-25", "offline", (7, 7, 10, 7), _WRITTEN, _BROKERS),
    _Plan("broker_middle", "middle", 52, 10, "2025-06-09", "2025-07-18", "mixed", (7, 7, 10, 7), _WRITTEN, _BROKERS),
    _Plan(
        "manager_senior", "senior", 40, 8, "2025-09-08", "2025-10-24", "offline", (7, 7, 7, 3), ("written", "defence"),
        _BROKERS,
    ),
    _Plan("engineer", "engineer", 16, 6, "2025-10-27", "2025-12-05", "offline", (7, 3, 4, 3), ("practice",), _ENGINEER),
)  # fmt: skip
_HOURS_OF = ("policy", "general", "practice", "advanced")


def build(year: SampleYear, incubation: Incubation, agency: Agency) -> Training:
    """Add mentors and lecturers, the people of the incubator, and programmes with everything in them."""
    made = Training()
    _mentors_and_staff(year, agency, made)
    brokers, engineers = _trainees(year, agency, _PEOPLE), _trainees(year, agency, _ENGINEERS)
    _odd_people(year, brokers)
    year.rng.shuffle(brokers)
    first = brokers[: _PLANS[0].enrolled]
    again = [person for person in first if person[1]][:_TWICE]
    rest = brokers[_PLANS[0].enrolled :]
    fresh = _PLANS[1].enrolled - _TWICE
    groups = (first, again + rest[:fresh], rest[fresh:], engineers)
    for number, (plan, people) in enumerate(zip(_PLANS, groups, strict=True)):
        made.programmes.append(_programme(year, plan, people, made.mentors, number))
    return made


def _mentors_and_staff(year: SampleYear, agency: Agency, made: Training) -> None:
    """Nine mentors (the first is investor and lecturer as well) and thirteen people of the incubator."""
    made.mentors += [
        year.person(
            agency.investors[0] if number == 0 else year.pick(agency.universities),
            "investor" if number == 0 else "university",
            title=("教授", "正高级工程师", "高级经济师")[number % 3],
            escort_kind=["investment_manager"] if number == 0 else None,
        )
        for number in range(9)
    ]
    for number in range(13):
        person = year.person(
            year.own,
            "carrier",
            department="孵化器运营部",
            education=("硕士", "本科", "本科", "大专")[number % 4],
            escort_kind=["incubator_manager"] if number < 11 else None,
        )
        made.staff.append(person)


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
        pass_score=_PASS,
        seats=plan.enrolled,
        fee=_fee(plan),
        base_no="示例基地01",
        plan_no=f"SL-PX-2025-{number + 1:02d}",
        counts_to=[plan.counts_to],
    )
    for module, hours in zip(_HOURS_OF, plan.hours, strict=True):
        year.add(ProgrammeHours, programme=programme, module=module, hours=hours * 100)
    for turn in range(plan.sessions):
        online = plan.delivery == "mixed" and turn % 3 == 2
        module = _MODULES[turn % 5]
        session = year.add(
            Session,
            programme=programme,
            happened_on=days_after(plan.starts_on, turn * 4),
            starts_at="09:00",
            ends_at="12:00",
            module=module,
            topic=texts["topic"][(turn + number) % len(texts["topic"])],
            lecturer=mentors[(turn + number) % 2],
            hours=400,
            place="示例线上平台" if online else "示例培训中心3楼",
            lecturer_fee=150_000,
        )
        for place, (person, passes) in enumerate(people):
            lot = (place * 7 + turn * 3) % 40
            _attended(year, session, person, lot, passes or person == _narrowly(people, number), module, online)
    _enrolled(year, plan, programme, people)
    passed = [person for person, passes in people if passes]
    failed = [person for person, passes in people if not passes]
    for place, person in enumerate(passed):
        _assessed(year, plan, programme, person, [600 + place * 37 % 330], again=number == 0 and place == _SECOND)
        _certificate(year, plan, programme, person, place, spoilt=number == 0 and place == _SPOILT)
    for place, person in enumerate(failed):
        if person == _narrowly(people, number):
            _assessed(year, plan, programme, person, [595, 780])
        elif place % _NO_EXAMINATION:
            _assessed(year, plan, programme, person, [420 + place * 31 % 170])
    return programme


def _fee(plan: _Plan) -> int:
    return 0 if plan.kind == "engineer" else 128_000


def _narrowly(people: list[tuple[str, bool]], number: int) -> str:
    """Who failed by half a point, in the third programme; nobody in the others."""
    return next((person for person, passes in people if not passes), "") if number == 2 else ""


def _enrolled(year: SampleYear, plan: _Plan, programme: str, people: list[tuple[str, bool]]) -> None:
    persons = {row["id"]: row for row in year.of(Person)}
    names = {row["id"]: row["name"] for row in year.of(Organisation)}
    for place, (person, _) in enumerate(people):
        row = persons[person]
        name = names.get(row["org"], "重庆示例机械工程研究所")
        applied = days_after(plan.starts_on, -12 - place % 9)
        pays = _fee(plan) and row["org_category"] != "university"
        year.add(
            Enrolment,
            programme=programme,
            person=person,
            org_name=name,
            org=row["org"],
            org_category=row["org_category"],
            recommended_by=name if place % 3 == 0 else None,
            applied_on=applied,
            admitted="admitted",
            group_name=f"第{place % 4 + 1}组",
            consent_on=applied,
            papers=["education", "photo", "identity"] + (["recommendation"] if place % 3 == 0 else []),
            invoice_title=name if pays else None,
            invoice_amount=_fee(plan) if pays else None,
        )


def _attended(year: SampleYear, session: str, person: str, lot: int, keeps_up: bool, module: str, online: bool) -> None:
    state, minutes = "present", 180
    if not keeps_up and lot < _SHORT_LOT:
        state, minutes = "absent", 0
    elif lot == 3 and module == "practice":  # hours to spare: leave need not be made up
        state, minutes = "leave", 0
    elif lot in (3, 4):
        state = "made_up"
    elif lot == 5:
        state, minutes = "late", 165
    elif online:
        minutes = 171 + lot % 9
    proof = None if state in ("leave", "absent") else "platform" if online else "sheet"
    year.add(Attendance, session=session, person=person, state=state, minutes=minutes, proof=proof)


def _assessed(
    year: SampleYear, plan: _Plan, programme: str, person: str, points: list[int], *, again: bool = False
) -> None:
    """What somebody reached, in tenths; the last of `points` counts for what more was asked. `again`: at the second
    attempt."""
    for turn, kind in enumerate(plan.assessed):
        fixed = {"programme": programme, "person": person, "kind": kind, "examiner": "示例考官"}
        score, day = points[min(turn, len(points) - 1)], days_after(plan.ends_on, turn)
        if again:
            year.add(Assessment, **fixed, score=540, passed=0, attempt=1, taken_on=day)
            day = days_after(day, 7)
        year.add(Assessment, **fixed, score=score, passed=int(score >= _PASS), attempt=1 + again, taken_on=day)


def _certificate(
    year: SampleYear, plan: _Plan, programme: str, person: str, place: int, *, spoilt: bool = False
) -> None:
    number = f"示例证{plan.ends_on[:4]}{plan.certificate[0].upper()}{place + 1:04d}"
    row: dict[str, Any] = {
        "person": person,
        "c_kind": plan.certificate,
        "issuer": "重庆示例技术经理人协会",
        "issued_on": days_after(plan.ends_on, 14),
        "programme": programme,
    }
    if plan.certificate in ("middle", "senior"):  # the levels that are filed; three of them are still to be
        filed = place % 25 != 7
        row |= {
            "filing_no": f"SL-BA-{plan.certificate[0].upper()}{place + 1:04d}" if filed else None,
            "filed_on": days_after(plan.ends_on, 30) if filed else None,
        }
    if spoilt:
        reason = "姓名有误，收回原证补发（示例）"
        year.add(Certificate, number=number, state="void", void_reason=reason, **row)
        row["issued_on"] = "2025-06-20"
        year.add(Certificate, number=f"{number}补", state="reissued", void_reason=reason, **row)
    else:
        year.add(Certificate, number=number, **row)
