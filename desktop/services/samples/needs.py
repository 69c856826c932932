"""118 needs of the sample year and 300 matches as the program's own ranking finds them, 41 accepted: cases began there.

Some needs are told by name only, some under an agreement on secrecy, some not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from db.models import Achievement, Case, CaseNeed, CaseParty, Event, Need, NeedMatch, Organisation, Record
from desktop.services.matchsides import OPEN_STATES, Board, compared
from desktop.services.ranking import Fit, Pool, ranked
from desktop.services.samples.base import SEED, TODAY, WAN, SampleYear, days_after, some_day, words
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.incubation import Incubation
from desktop.services.samples.results import Results
from desktop.services.samples.stock import planned, subjects

NEEDS, MATCHES = 118, 300
_PER_NEED, _BESIDE = 6, 1  # suggestions of a need that is open, and beside the one that was accepted
_LEVELS = ("public",) * 6 + ("name_only", "name_only", "nda", "closed")
_SOURCES = ("visit", "firm", "visit", "event", "platform", "envoy", "firm", "mentor")
_ORIGINS = frozenset({"visit", "platform", "event", "mentor"})  # sources that are origins of a case, too
# of a need that no case came of: where it stands, and when it was raised
_STATES = (("matching", "2025-09-01", "2026-10-30"),) * 4 + (("to_clarify", "2026-08-20", "2026-11-18"),) * 3
_ENDED = (("expired", "2024-03-01", "2025-06-30"), ("solved", "2024-06-01", "2026-03-31"),
          ("given_up", "2024-03-01", "2026-05-31"))  # fmt: skip
_HOW = {
    "expired": "期限已过，企业未再联系（示例）",
    "solved": "企业采用现成设备自行解决（示例）",
    "given_up": "企业调整产品方向，不再需要（示例）",
}
# what became of a need by the outcome of the case that began with it
_BY_OUTCOME = {"won": ("solved", "已签合同，见案件"), "lost": ("given_up", "未谈成，见案件"),
               "terminated": ("given_up", "合同已解除，见案件")}  # fmt: skip
_MODES = (["commissioned_development"], ["licence", "transfer"], ["service"], ["licence"], None)


def build(year: SampleYear, incubation: Incubation, agency: Agency, results: Results) -> None:
    """Add the needs, those of cases first, and the matches; cases with their results must be there."""
    rng = Random(SEED + 3)  # noqa: S311 - of its own, so that the other parts stay as they are
    texts = [list(_texts(subject)) for subject in range(len(subjects()))]
    begun: dict[str, str] = {}
    for case in agency.by_match:
        begun[case] = _of_case(year, rng, agency, case, texts)
    buyers = [*incubation.tenants, *agency.local_buyers, *agency.other_buyers]
    rest = [(place, text) for turn in range(8) for place, own in enumerate(texts) for text in own[turn : turn + 1]]
    rest.sort(key=lambda one: "name" in one[1])  # what any field might ask comes last
    for number, (place, text) in enumerate(rest[: NEEDS - len(begun)]):
        _free(year, rng, incubation, buyers, number, place, text)
    _matches(year, agency, results, begun)


def _texts(subject: int) -> Iterator[dict[str, Any]]:
    about = subjects()[subject]
    for kind, title, detail, target, value, unit in about["needs"]:
        targets = [{"name": target, "value": value, "unit": unit}]
        yield {"kind": kind, "title": title, "detail": detail, "targets": targets, "cluster": about["cluster"]}
    for general in words("subjects")["general"]:
        filled = {key: general[key].format(**about) for key in ("title", "detail")}
        yield {"kind": general["kind"], "name": about["name"], "cluster": about["cluster"], **filled}


def _of_case(year: SampleYear, rng: Random, agency: Agency, case: str, texts: list[list[dict[str, Any]]]) -> str:
    row = next(one for one in year.of(Case) if one["id"] == case)
    owner = next(one["party"] for one in year.of(CaseParty) if one["case"] == case and one["role"] == "buyer")
    own = texts[planned()[agency.results[case]].subject]
    text = own.pop(next(place for place, one in enumerate(own) if one["kind"] not in ("people", "finance")))
    state, how = _BY_OUTCOME.get(row["outcome"], ("case", None))
    raised = days_after(f"{row['opened_on']}-01"[:10], -rng.randint(4, 24))
    level = "public" if len(year.of(Need)) % 6 else "name_only"
    need = _need(year, rng, text, owner, raised, level, state=state, closed_reason=how)
    year.add(CaseNeed, case=case, need=need)
    source = next(one["source"] for one in year.of(Need) if one["id"] == need)
    row["origin_kind"] = source if source in _ORIGINS else None
    row["origin_event"] = next(one["event"] for one in year.of(Need) if one["id"] == need)
    return need


def _free(
    year: SampleYear,
    rng: Random,
    incubation: Incubation,
    buyers: list[str],
    number: int,
    subject: int,
    text: dict[str, Any],
) -> None:
    fields = {row["id"]: row.get("tech_field") for row in year.of(Organisation)}
    field = subjects()[subject]["field"]
    state, first, last = _ENDED[number // 5 % 3] if number % 5 == 4 else _STATES[number % len(_STATES)]
    there = [one for one in buyers if incubation.entered.get(one, "") < first]
    owner = rng.choice([one for one in there if fields[one] == field])
    raised = some_day(rng, first, last)
    _need(year, rng, text, owner, raised, _LEVELS[number % len(_LEVELS)], state=state, closed_reason=_HOW.get(state))


def _need(
    year: SampleYear, rng: Random, text: dict[str, Any], owner: str, raised: str, level: str, **values: Any
) -> str:
    number = len(year.of(Need)) + 1
    source, event = _SOURCES[number % len(_SOURCES)], None
    if source == "event":
        earlier = [row for row in year.of(Event) if days_after(raised, -30) <= row["starts_on"] <= raised]
        source, event = ("event", earlier[-1]["id"]) if earlier else ("visit", None)
    home = next(row for row in year.of(Organisation) if row["id"] == owner)
    most = rng.randrange(10, 160, 5)
    published = level == "public" and number % 2 == 0 and days_after(raised, 12) < TODAY.isoformat()
    diagnosed = values["state"] != "to_clarify"
    return year.add(
        Need,
        title=f"{text['title']}（示例{number:03d}）",
        owner=owner,
        kind=text["kind"],
        raised_on=raised,
        detail_public=text["detail"] if level in ("public", "name_only") else None,
        detail_internal=text["detail"] if level in ("nda", "closed") else None,
        targets=text.get("targets") if diagnosed else None,
        budget_from=most // 2 * WAN if diagnosed else None,
        budget_to=most * WAN if diagnosed else None,
        expect_modes=_MODES[number % len(_MODES)],
        due_on=days_after(raised, 30 * rng.randint(6, 11) if values["state"] == "expired" else 30 * rng.randint(9, 30)),
        source=source,
        event=event,
        tech_field=home.get("tech_field"),
        cluster=text["cluster"],
        district=home.get("district"),
        disclosure_level=level,
        consent_on=raised if level == "public" else None,
        published_on=days_after(raised, 9) if published else None,
        platform_no=f"SL-XQ-{number:04d}" if published else None,
        **values,
    )


# -- matches -------------------------------------------------------------------------------------------------------
def _matches(year: SampleYear, agency: Agency, results: Results, begun: Mapping[str, str]) -> None:
    held = compared(
        {row["id"]: _whole(Need, row) for row in year.of(Need)},
        {row["id"]: _whole(Achievement, row) for row in year.of(Achievement) if not row.get("classified")},
        [(row["id"], row.get("district"), row.get("zone")) for row in year.of(Organisation)],
    )
    pool = Pool(held.sides.values())
    taken: set[tuple[str, str]] = set()
    for case, need in begun.items():
        result = results.made[agency.results[case]]
        pair = held.pair(need, result)
        fit = pool.fit(*pair) if pair else None
        if fit is None:
            raise LookupError(case)
        _match(year, need, result, fit, decision="accepted", case=case)
        taken.add((need, result))
    for need in begun.values():
        for result, fit in _best(pool, held, need, taken)[:_BESIDE]:
            _match(year, need, result, fit, decision="rejected", reason=words("journal")["rejected"]["other"])
    waiting = [need for need, row in held.needs.items() if row["state"] in OPEN_STATES]
    found = [(turn, need, one) for need in waiting for turn, one in enumerate(_best(pool, held, need, taken))]
    found.sort(key=lambda one: one[0])  # everybody's best first
    for number, (turn, need, (result, fit)) in enumerate(found[: MATCHES - len(year.of(NeedMatch))]):
        row = held.needs[need]
        if row["state"] == "to_clarify" or turn in (1, 2) or (turn == 0 and number % 6 == 5):
            _match(year, need, result, fit, decision="open")
        elif turn == 0:
            sent = min(days_after(row["raised_on"], 15), days_after(TODAY.isoformat(), -1))
            _match(year, need, result, fit, decision="proposed", sent_on=sent)
        else:
            why = _why(fit, row["kind"], held.results[result]["title"], number)
            _match(year, need, result, fit, decision="rejected", reason=why)


def _whole(model: type[Record], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it will be read back, with what it leaves blank."""
    return {**dict.fromkeys(model._meta.fields), "classified": 0, **row}


def _best(pool: Pool, held: Board, need: str, taken: set[tuple[str, str]]) -> list[tuple[str, Fit]]:
    pairs = (held.pair(need, result) for result in held.results if (need, result) not in taken)
    found = ranked(pool, (pair for pair in pairs if pair is not None))
    return [(result.id, fit) for _, result, fit in found[:_PER_NEED]]


def _why(fit: Fit, asked: str, result: str, number: int) -> str:
    """Why it was turned down: what the ranking itself doubts comes first."""
    reasons = words("journal")["rejected"]
    doubts = {(reason["kind"], reason.get("fit")) for reason in fit.reasons}
    if ("maturity", "below") in doubts:
        return str(reasons["early"])
    if ("budget", "short") in doubts and number % 2:
        return str(reasons["dear"])
    if "检测" in result and asked != "testing" and number % 2:
        return str(reasons["measuring"])
    return str(reasons["reasons"][number % len(reasons["reasons"])])


def _match(year: SampleYear, need: str, result: str, fit: Fit, **values: Any) -> None:
    year.add(NeedMatch, need=need, achievement=result, score=fit.score, reasons=list(fit.reasons), **values)
