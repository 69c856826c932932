"""The agency side of the sample year: 118 organisations that are no tenants, 8 brokers, 96 cases with their parties.

Cases by outcome: 41 open, 34 won, 12 lost, 6 paused, 2 terminated, 1 handed over; by track: supply 48, demand 36,
equity 7, proof of concept 5.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from db.models import Case, CaseBroker, CaseParty, Organisation
from desktop.services.samples.base import SEED, TODAY, WAN, SampleYear, days_after, some_day, words
from desktop.services.samples.incubation import Incubation
from desktop.services.samples.stock import Stock, planned, subjects

_ORGANISATIONS = 118
_OUTCOMES = ("open",) * 41 + ("won",) * 34 + ("lost",) * 12 + ("paused",) * 6 + ("terminated",) * 2 + ("handed_over",)
_EQUITY, _POC = (7, 19, 33, 68, 72, 80, 90), (12, 28, 70, 74, 88)
# the other cases that came from a need; those that are left came from a result
_DEMAND = (*range(1, 38, 2), 38, 40, 52, 58, 62, 65, 66, 67, 69, 71, 73, 76, 78, 81, 84, 86, 87, 91, 94, 95)
_SUPPLY_BY_MATCH = (0, 4, 10, 14, 20)  # cases from a result that a match with a need led to
_OPENED = {
    "open": ("2025-04-01", "2026-11-10"),
    "won": ("2024-01-08", "2025-07-31"),
    "terminated": ("2024-01-08", "2024-10-31"),
    "lost": ("2024-02-01", "2026-06-30"),
}
_MODES = {
    "supply": ("licence", "transfer", "exclusive_licence", "licence", "open_licence"),
    "demand": ("commissioned_development", "service", "commissioned_development", "consulting"),
    "equity": ("equity",),
    "poc": ("joint_development", "joint_use"),
}
# who sells where nothing was signed, in turn: places among the universities
_SELLERS = (0, 1, 0, 2, 3, 0, 1, 4, 0, 2, 5, 0, 3, 1, 0)
_USE_THEN_PAY, _GRANTED_USE = (2, 22, 48), (18, 30, 44)  # cases that are paid by terms of their own
# days from the reference day to the next step of open cases; None where nobody has planned one
_NEXT = (-12, -3, -1, 0, 1, 2, 3, 5, 8, 13, 20, 30, 45, 80, None)
_CLASSIFIED = 8  # the open case of which only the number is kept


@dataclass(slots=True)
class Agency:
    """Ids that later parts refer to; `won` are won and terminated cases with seller, buyer and whether local."""

    universities: list[str] = field(default_factory=list)
    investors: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    local_buyers: list[str] = field(default_factory=list)
    other_buyers: list[str] = field(default_factory=list)
    brokers: list[str] = field(default_factory=list)
    won: list[tuple[str, str, str, str, bool]] = field(default_factory=list)  # case, opened on, seller, buyer, local
    names: dict[str, str] = field(default_factory=dict)
    results: dict[str, int] = field(default_factory=dict)  # what each case is about: the place among the results
    by_match: list[str] = field(default_factory=list)  # cases that began with a match, first come first


def build(year: SampleYear, incubation: Incubation) -> Agency:
    """Add the organisations, brokers and cases."""
    made = Agency()
    _organisations(year, made)
    made.local_buyers += incubation.tenants[10:14]  # tenants buy, too
    for number in range(8):
        made.brokers.append(
            year.person(
                year.own,
                "agency",
                department="技术转移部",
                title=("中级技术经纪人", "高级技术经理人")[number % 2],
                escort_kind=["technology_manager"],
            )
        )
    rng, stock = Random(SEED + 2), Stock()  # noqa: S311 - of its own, so that the other parts stay as they are
    _numbers(year, [_case(year, made, rng, stock, *one) for one in enumerate(_OUTCOMES)])
    return made


def _numbers(year: SampleYear, opened: list[str]) -> None:
    """Number the cases of each year in the order they were opened; `opened` are the days, one a case."""
    counts: Counter[str] = Counter()
    for day, case in sorted(zip(opened, year.of(Case), strict=True), key=lambda one: one[0]):
        counts[day[:4]] += 1
        case["no"] = f"示例-{day[:4]}-{counts[day[:4]]:03d}"
        if case.get("classified"):
            case["title"] = case["no"]


def _track(number: int) -> str:
    return "equity" if number in _EQUITY else "poc" if number in _POC else "demand" if number in _DEMAND else "supply"


def _organisations(year: SampleYear, made: Agency) -> None:
    before = len(year.of(Organisation))
    affiliations = ("municipal", "municipal", "central", "municipal", "private")
    kinds = {
        "university": "university",
        "institute": "institute",
        "hospital": "hospital",
        "agency": "agency",
        "valuer": "valuer",
        "law_ip": "law_ip",
        "government": "government",
        "association": "association",
    }
    for group, kind in kinds.items():
        for place, name in enumerate(year.names[group]):
            local = name.startswith(("重庆", "示例"))
            organisation = year.organisation(
                name,
                kind,
                affiliation=affiliations[place % 5] if local else "outside",
                district=year.pick(year.names["district"]) if local else None,
                province="重庆市" if local else name[:2],
                region="500106" if local else None,
                integrity_grade="A" if kind in ("university", "institute") else None,
                integrity_checked_on="2025-11-03" if kind in ("university", "institute") else None,
            )
            if group == "university":
                made.universities.append(organisation)
            elif group == "agency":
                made.agencies.append(organisation)
    for number in range(12):
        trade = year.names["investor_trade"][number % 3]
        made.investors.append(year.organisation(f"重庆示例·{year.stem()}{trade}", "investor", affiliation="private"))
    missing = _ORGANISATIONS - (len(year.of(Organisation)) - before)
    for number in range(missing):
        local = number % 3 != 2
        city = "重庆" if local else year.pick(year.names["city"])
        tech = year.pick(list(year.names["trade"]))
        name = (
            f"{city}示例·{year.stem()}{year.pick(year.names['trade'][tech])}{year.pick(['股份', '', '集团'])}有限公司"
        )
        buyer = year.organisation(
            name,
            "firm",
            tech_field=tech,
            affiliation="private" if local else "outside",
            province="重庆市" if local else city,
            region="500112" if local else None,
            district=year.pick(year.names["district"]) if local else None,
        )
        (made.local_buyers if local else made.other_buyers).append(buyer)
    made.names.update((row["id"], row["name"]) for row in year.of(Organisation))


def _case(year: SampleYear, made: Agency, rng: Random, stock: Stock, number: int, outcome: str) -> str:
    """Add a case with its parties and brokers; returns the day it was opened."""
    track = _track(number)
    first, last = _OPENED.get(outcome, ("2024-06-03", "2025-12-19"))
    opened = some_day(rng, first, last)
    if number == _CLASSIFIED:
        year.add(Case, classified=1, track=track, outcome=outcome)
        return opened
    contracted = outcome in ("won", "terminated")
    # sellers of won cases: university A 18, B 6, others; receipts are reckoned by university
    turn = len(made.won)
    local = turn < 24 if contracted else rng.random() < 0.6
    unit = (0 if turn < 18 else 1 if turn < 24 else 2 + turn % 6) if contracted else _SELLERS[number % len(_SELLERS)]
    by_match = track == "demand" or number in _SUPPLY_BY_MATCH
    result = stock.take(unit, compared=by_match)
    subject = subjects()[planned()[result].subject]
    seller = made.universities[unit]
    buyer = _buyer(year, rng, made.local_buyers if local else made.other_buyers, subject["field"])
    modes = _MODES[track]
    mode = "licence" if number in _USE_THEN_PAY else modes[(number + number // 8) % len(modes)]
    step = _NEXT[number % len(_NEXT)] if outcome == "open" else None
    lost = _lost()[number % len(_lost())] if outcome == "lost" else {}
    case = year.add(
        Case,
        title=f"{words('texts')['case'][mode].format(subject=subject['name'])}（示例{number + 1:02d}）",
        track=track,
        mode=mode if outcome != "open" or number % 3 else None,
        mechanisms=_mechanisms(number, track),
        opened_on=opened if number % 29 else opened[:7],
        outcome=outcome,
        outcome_reason=lost.get("reason") or _reason(outcome, number),
        outcome_ground=lost.get("ground") or {"paused": "internal", "terminated": "funds"}.get(outcome),
        estimate=rng.randint(10, 200) * WAN,
        is_local=int(local) if contracted else None,
        local_basis=("buyer_registered", "place_of_use")[number % 2] if contracted and local else None,
        related_party=int(number in (44, 60)),
        next_on=None if step is None else (TODAY + timedelta(days=step)).isoformat(),
        archive_no=f"盒{1 + turn // 6:02d}" if contracted else None,
        origin_kind=None if by_match else ("disclosure", "visit", "referral", "event", "caller")[number % 5],
        probability=("high", "middle", "middle", "low")[number % 4] if outcome == "open" else None,
    )
    made.results[case] = result
    if by_match:
        made.by_match.append(case)
    if contracted:
        made.won.append((case, opened, seller, buyer, local))
    _parties(year, made, rng, case, number, (track, opened, outcome), seller, buyer)
    return opened


def _buyer(year: SampleYear, rng: Random, among: list[str], field_of: str) -> str:
    """One who works in the field, if there is any."""
    fields = {row["id"]: row.get("tech_field") for row in year.of(Organisation)}
    return rng.choice([one for one in among if fields[one] == field_of] or among)


def _lost() -> list[dict[str, str]]:
    return list(words("journal")["lost"])


def _mechanisms(number: int, track: str) -> list[str] | None:
    if track == "equity":
        return ["result_and_cash"] if number % 2 == 0 else None
    return ["use_then_pay"] if number in _USE_THEN_PAY else ["granted_use"] if number in _GRANTED_USE else None


def _reason(outcome: str, number: int) -> str | None:
    if outcome == "terminated":
        return "受让方支付部分款项后无力继续，双方协商解除。"
    if outcome == "paused":
        reasons = words("texts")["paused"]
        return str(reasons[number % len(reasons)])
    return "原主办人调离，案件、期限和原件移交接任人。" if outcome == "handed_over" else None


def _parties(
    year: SampleYear,
    made: Agency,
    rng: Random,
    case: str,
    number: int,
    facts: tuple[str, str, str],
    seller: str,
    buyer: str,
) -> None:
    """Who takes part; `facts` are track, day of opening and outcome."""
    track, opened, outcome = facts
    year.add(CaseParty, case=case, party=seller, role="owner")
    year.add(CaseParty, case=case, party=buyer, role="buyer")
    year.add(CaseParty, case=case, party=year.own, role="broker")
    if number == 45:  # two units own the result
        other = next(one for one in made.universities if one != seller)
        year.add(CaseParty, case=case, party=other, role="owner")
    if number in (48, 52, 57):  # the deal is shared with another agency
        year.add(CaseParty, case=case, party=made.agencies[number % 5], role="co_broker")
    if track == "equity":
        year.add(CaseParty, case=case, party=rng.choice(made.investors), role="investor")
    lead, other = made.brokers[number % 8], made.brokers[(number + 3) % 8]
    if outcome == "handed_over":
        changed = days_after(opened, 150)
        year.add(CaseBroker, case=case, person=lead, role="lead", share_pct=4_000, starts_on=opened, ends_on=changed)
        year.add(CaseBroker, case=case, person=other, role="lead", share_pct=6_000, starts_on=changed)
    elif number % 6:
        year.add(CaseBroker, case=case, person=lead, role="lead", share_pct=10_000)
    else:
        year.add(CaseBroker, case=case, person=lead, role="lead", share_pct=6_000)
        year.add(CaseBroker, case=case, person=other, role="support", share_pct=4_000)
