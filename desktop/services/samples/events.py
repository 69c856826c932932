"""Events of the sample year: 22, of them 17 held by us and 5 attended, 9 filed with the district, and one to come.

Who signed in, what was shown, and the cases that followed, each from what was shown there.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from db.models import Achievement, Case, CaseAchievement, Event, EventItem, EventPerson, Need, Person
from desktop.services.samples.base import SEED, TODAY, SampleYear, days_after, words
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.incubation import Incubation
from desktop.services.samples.training import Training

_EVENTS, _HELD, _FILED = 22, 17, 9
_JOINT = 4  # held with our other carrier: one event all the same
_FOLLOWED = 9  # cases that came of events
_KINDS = (
    "need_matching", "need_matching", "capital_matching", "into_districts", "into_universities", "contest", "salon",
    "torch_train",
)  # fmt: skip
_FEEDBACK = ("两家企业要了资料", "现场约了看样", "评委建议先做中试", "资方希望看到订单")


def build(year: SampleYear) -> None:
    """Add the events themselves."""
    rng = Random(SEED + 2)  # noqa: S311 - made-up figures, not keys
    titles = words("texts")["event"]
    for number in range(_EVENTS):
        held = number < _HELD
        day = f"2025-{1 + number % 12:02d}-{5 + number:02d}"
        filed = number < _FILED
        year.add(
            Event,
            title=f"示例·{titles[number % 8]}（第{number // 8 + 1}场）",
            e_kind=_KINDS[number % 8],
            brand="示例成果周" if number % 8 < 2 else None,
            starts_on=day,
            ends_on=days_after(day, 1) if number % 6 == 0 else day,
            place="示例路演厅" if held else "市外示例会展中心",
            district=rng.choice(year.names["district"]),
            our_role=("host" if number % 3 else "organiser") if held else "attendee",
            organiser=year.own if held and number % 3 else None,
            co_organisers="示例·沐川众创空间" if number == _JOINT else None,
            filed_with="示例区科技局" if filed else None,
            filed_on=days_after(day, -10) if filed else None,
            approved=1 if filed else None,
            joint=int(number == _JOINT),
            audience=rng.randint(30, 220),
            budget=3_000_000 if held else None,
            cost=rng.randrange(18, 30) * 100_000 if held else None,
            intent_count=rng.randint(0, 9) if held else None,
            review="示例活动总结：到场单位和意向见签到表。" if number < 12 else None,
        )
    soon = (TODAY + timedelta(days=12)).isoformat()
    year.add(
        Event, title="示例·年末成果对接会（筹备）", e_kind="need_matching", starts_on=soon, our_role="host", joint=0
    )


def fill(year: SampleYear, incubation: Incubation, agency: Agency, classes: Training) -> None:
    """Add who was at each event, what was shown, and what followed; cases and results must be there."""
    rng = Random(SEED + 3)  # noqa: S311
    events = year.of(Event)[:_EVENTS]
    founders = {row["org"]: row["id"] for row in year.of(Person) if row["org"]}
    for number, event in enumerate(events):
        held = number < _HELD
        here: list[dict[str, Any]] = [{"person": classes.staff[number % len(classes.staff)], "role": "staff"}]
        here.append({"person": agency.brokers[number % len(agency.brokers)], "role": "staff"})
        if held:
            here.append({"person": classes.mentors[number % len(classes.mentors)], "role": "guest"})
            for firm in rng.sample(incubation.tenants, 4 + number % 5):
                here.append({"person": founders.get(firm), "organisation": firm, "role": "firm"})
            for investor in rng.sample(agency.investors, 1 + number % 3):
                here.append({"organisation": investor, "role": "investor"})
        for place, row in enumerate(here):
            year.add(EventPerson, event=event["id"], signed=int(place % 7 != 6), **row)
    _shown(year, incubation, events[:_HELD])


def _shown(year: SampleYear, incubation: Incubation, events: list[dict[str, Any]]) -> None:
    """Three things an event; results only where they may be shown in public."""
    results = {row["id"]: row for row in year.of(Achievement)}
    public = [row for row in results.values() if row.get("disclosure_level") == "public" and not row.get("classified")]
    needs = [row for row in year.of(Need) if row["disclosure_level"] == "public"]
    cases = {row["id"]: row for row in year.of(Case)}
    firms = incubation.tenants
    followed: dict[int, tuple[str, str]] = {}
    free = [
        (row["case"], row["achievement"])
        for row in year.of(CaseAchievement)
        if not results[row["achievement"]].get("classified") and not cases[row["case"]].get("origin_event")
    ]
    for number, event in enumerate(events):
        later = [pair for pair in free if event["starts_on"] <= (cases[pair[0]].get("opened_on") or "")]
        if later and len(followed) < _FOLLOWED:
            case, achievement = followed[number] = later[0]
            free = [pair for pair in free if pair[0] != case]
            cases[case] |= {"origin_kind": "event", "origin_event": event["id"]}
            year.add(EventItem, event=event["id"], title=results[achievement]["title"], achievement=achievement,
                     feedback="会后三方约谈，已建案", case=case)  # fmt: skip
        shown = public[number % len(public)]
        year.add(EventItem, event=event["id"], title=f"{shown['title']}（路演）", achievement=shown["id"],
                 feedback=_FEEDBACK[number % 4])  # fmt: skip
        if needs:
            need = needs[number % len(needs)]
            year.add(EventItem, event=event["id"], title=f"{need['title']}（需求发布）", need=need["id"])
        firm = firms[(number * 3) % len(firms)]
        year.add(EventItem, event=event["id"], title=f"示例路演{number + 1:02d}：企业融资项目", firm=firm,
                 feedback=_FEEDBACK[(number + 1) % 4])  # fmt: skip
