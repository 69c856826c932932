"""The agency side of the sample year: 118 organisations that are no tenants, 8 brokers, 96 cases with their log.

Cases by outcome: 41 open, 34 won, 12 lost, 6 paused, 2 terminated, 1 handed over; by track: supply 48, demand 36,
equity 7, proof of concept 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from db.models import Case, CaseBroker, CaseLog, CaseParty, Organisation
from desktop.services.samples.base import TODAY, WAN, SampleYear, days_after, some_day, words
from desktop.services.samples.incubation import Incubation

_ORGANISATIONS = 118
_TRACKS = ("supply",) * 48 + ("demand",) * 36 + ("equity",) * 7 + ("poc",) * 5
_OUTCOMES = ("open",) * 41 + ("won",) * 34 + ("lost",) * 12 + ("paused",) * 6 + ("terminated",) * 2 + ("handed_over",)
_OPENED = {
    "open": ("2025-04-01", "2026-11-10"),
    "won": ("2024-01-08", "2025-08-29"),
    "terminated": ("2024-01-08", "2024-10-31"),
    "lost": ("2024-02-01", "2026-06-30"),
}
_MODES = {
    "supply": ("transfer", "licence", "exclusive_licence", "open_licence"),
    "demand": ("commissioned_development", "consulting", "service"),
    "equity": ("equity",),
    "poc": ("joint_use", "joint_development"),
}
# days from the reference day to the next step of open cases; None where nobody has planned one
_NEXT = (-12, -3, -1, 0, 1, 2, 3, 5, 8, 13, 20, 30, 45, 80, None)
_CLASSIFIED = 5  # the open case of which only the number is kept


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
    outcomes, tracks = list(_OUTCOMES), list(_TRACKS)
    year.rng.shuffle(tracks)
    for number, (outcome, track) in enumerate(zip(outcomes, tracks, strict=True)):
        _case(year, made, number, outcome, track)
    return made


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


def _case(year: SampleYear, made: Agency, number: int, outcome: str, track: str) -> None:
    rng, texts = year.rng, words("texts")
    first, last = _OPENED.get(outcome, ("2024-06-03", "2025-12-19"))
    opened = some_day(rng, first, last)
    no = f"示例-{opened[:4]}-{number + 1:03d}"
    if number == _CLASSIFIED:
        year.add(Case, no=no, title=no, classified=1, track=track, outcome=outcome)
        return
    contracted = outcome in ("won", "terminated")
    # sellers of won cases: university A 18, B 6, others; receipts are reckoned by university
    turn = len(made.won)
    local = turn < 24 if contracted else rng.random() < 0.6
    chosen = (0 if turn < 18 else 1 if turn < 24 else 2 + turn % 6) if contracted else rng.randrange(8)
    seller = made.universities[chosen]
    buyer = year.pick(made.local_buyers if local else made.other_buyers)
    title = year.pick(texts[track]).format(subject=year.pick(texts["subject"]))
    step = _NEXT[number % len(_NEXT)] if outcome == "open" else None
    case = year.add(
        Case,
        no=no,
        title=f"{title}（示例{number + 1:02d}）",
        track=track,
        mode=year.pick(_MODES[track]),
        mechanisms=["use_then_pay"] if number % 17 == 0 else ["granted_use"] if number % 19 == 0 else None,
        opened_on=opened if number % 29 else opened[:7],
        outcome=outcome,
        outcome_reason=year.pick(texts[outcome]) if outcome in ("lost", "paused") else _reason(outcome),
        estimate=rng.randint(10, 200) * WAN,
        is_local=int(local) if contracted else None,
        local_basis=year.pick(["buyer_registered", "place_of_use"]) if contracted and local else None,
        related_party=int(number in (44, 60)),
        substantive_start=days_after(opened, 120) if contracted else None,
        next_action=None if step is None else year.pick(texts["next_action"]),
        next_on=None if step is None else (TODAY + timedelta(days=step)).isoformat(),
        archive_no=f"盒{1 + turn // 6:02d}" if contracted else None,
    )
    if contracted:
        made.won.append((case, opened, seller, buyer, local))
    _parties(year, made, case, number, track, seller, buyer)
    _log(year, made, case, opened, outcome, {"owner": made.names[seller], "buyer": made.names[buyer]})


def _reason(outcome: str) -> str | None:
    if outcome == "terminated":
        return "受让方支付部分款项后无力继续，双方协商解除。"
    return "主办人离职，案件、期限和原件移交接任人。" if outcome == "handed_over" else None


def _parties(year: SampleYear, made: Agency, case: str, number: int, track: str, seller: str, buyer: str) -> None:
    year.add(CaseParty, case=case, party=seller, role="owner")
    year.add(CaseParty, case=case, party=buyer, role="buyer")
    if number == 45:  # two units own the result
        other = next(one for one in made.universities if one != seller)
        year.add(CaseParty, case=case, party=other, role="owner")
    if number in (48, 52, 57):  # the deal is shared with another agency
        year.add(CaseParty, case=case, party=made.agencies[number % 5], role="co_broker")
    if track == "equity":
        year.add(CaseParty, case=case, party=year.pick(made.investors), role="investor")
    lead = made.brokers[number % 8]
    if number % 6:
        year.add(CaseBroker, case=case, person=lead, role="lead", share_pct=10_000)
    else:
        year.add(CaseBroker, case=case, person=lead, role="lead", share_pct=6_000)
        year.add(CaseBroker, case=case, person=made.brokers[(number + 3) % 8], role="support", share_pct=4_000)


def _log(year: SampleYear, made: Agency, case: str, opened: str, outcome: str, who: dict[str, str]) -> None:
    """What happened, in order; about one in four was written down days later."""
    texts: dict[str, str] = words("texts")["log"]
    kinds = ["visit", "wechat", "phone", "meeting", "sample_test", "negotiation"][: year.rng.randint(2, 6)]
    if outcome in ("won", "terminated"):
        kinds += ["internal_review", "publicity", "signing", "receipt"]
    day = opened
    for kind in kinds:
        day = days_after(day, year.rng.randint(2, 13))
        if day > TODAY.isoformat():
            return
        late = 0 if year.rng.random() < 0.75 else year.rng.randint(2, 6)
        at = _moment(day, 9 + year.rng.randint(0, 8))
        row: dict[str, Any] = {"decision": int(kind == "internal_review"), "confidential": int(kind == "negotiation")}
        year.add(
            CaseLog,
            case=case,
            happened_on=day,
            happened_at=None if late else at,
            recorded_at=min(at + (late * 24 * 60 + 35) * 60_000, _moment(TODAY.isoformat(), 9)),
            kind=kind,
            note=texts[kind].format(**who),
            place="示例会议室" if kind in ("meeting", "negotiation") else None,
            **row,
        )


def _moment(day: str, hour: int) -> int:
    """Milliseconds UTC of a full hour in Chongqing."""
    moment = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC) - timedelta(hours=8)
    return int(moment.timestamp()) * 1000
