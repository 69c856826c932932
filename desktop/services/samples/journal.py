"""The log and the milestones of the sample year's cases: who did what when, what was written down late, and why a gate
was passed although something was missing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from db.models import (
    Achievement,
    Case,
    CaseAchievement,
    CaseBroker,
    CaseLog,
    CaseMilestone,
    CaseNeed,
    CaseParty,
    Completer,
    EquityLine,
    HandoverItem,
    IpRight,
    LogPerson,
    Need,
    Organisation,
    Person,
)
from desktop.services.gates import REASON, CaseFile, missing
from desktop.services.samples.base import SEED, TODAY, SampleYear, days_after, words
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.courses import Course, Records, course_of
from desktop.services.samples.results import Results
from desktop.services.samples.stock import planned, subjects

_MEETINGS = frozenset({"visit", "meeting", "negotiation", "site_visit", "internal_review", "signing"})
_WITH_TEACHER = frozenset({"meeting", "site_visit"})
_MET, _SIGNED = ("matched", "selected"), ("signed", "agreement", "follow_on")
_TALK, _LATE = 0.55, 0.25  # how often people talk between two milestones, and how often it is written down later
_RECENT = 45  # days: an open case with a next step was spoken of within them


def build(year: SampleYear, agency: Agency, results: Results) -> None:
    """Add the log entries with their people, and the milestones; everything that hangs on cases must be there."""
    writer = _Writer(year, agency, results)
    for number, case in enumerate(year.of(Case)):
        if not case.get("classified"):
            writer.tell(case, number)


class _Writer:
    def __init__(self, year: SampleYear, agency: Agency, results: Results) -> None:
        self._year, self._agency, self._results = year, agency, results
        self._rng = Random(SEED + 5)  # noqa: S311 - of its own, so that the other parts stay as they are
        self._texts, self._said = words("journal"), Counter[str]()
        self._records = Records(year)
        self._names = {row["id"]: _short(row["name"]) for row in year.of(Organisation)}
        self._people = {row["id"]: row["name"] for row in year.of(Person)}
        self._parties = {(row["case"], row["role"]): row["party"] for row in reversed(year.of(CaseParty))}
        self._brokers: dict[str, list[str]] = {}
        for row in year.of(CaseBroker):
            self._brokers.setdefault(row["case"], []).append(row["person"])

    def tell(self, case: dict[str, Any], number: int) -> None:
        """Write one case down."""
        course = course_of(case, number, self._records, self._rng)
        who = self._who(case)
        entries = [self._step(name, day, who, case) for name, day in course.reached.items()]
        days = sorted(course.reached.values())
        for day, until in pairwise(days):
            if self._rng.random() < _TALK:
                between = days_after(day, self._rng.randint(1, 9))
                if between < until:
                    entries.append(self._talk(between, who, course))
        self._plan(case, course)
        entries += self._ending(case, course, who, days[-1])
        entries.sort(key=lambda entry: entry["happened_on"])
        for entry in entries:
            self._enter(case, entry)
        self._milestones(case, course)

    def _plan(self, case: dict[str, Any], course: Course) -> None:
        """What is to be done next, by the milestone reached last."""
        if case["next_on"]:
            last = max(course.reached, key=lambda name: course.reached[name])
            case["next_action"] = self._said_next(f"next {last}", self._texts["next"][last], {})

    def _who(self, case: dict[str, Any]) -> dict[str, Any]:
        about = subjects()[planned()[self._agency.results[case["id"]]].subject]
        return {
            "buyer": self._names[self._parties[case["id"], "buyer"]],
            "owner": self._names[self._parties[case["id"], "owner"]],
            "broker": self._people[self._brokers[case["id"]][-1]],
            "part": about["part"],
            "name": about["name"],
            "wan": case["estimate"] // 1_000_000,
        }

    def _said_next(self, key: str, notes: list[str], who: dict[str, Any]) -> str:
        """The next of some wordings, so that none comes again before all had their turn."""
        self._said[key] += 1
        return notes[self._said[key] % len(notes)].format(**who)

    def _step(self, name: str, day: str, who: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
        price = self._records.pricing.get(case["id"]) if name == "priced" else None
        notice = self._records.publication.get((price or {}).get("publication") or "", {})
        told = "objected" if notice.get("objections") else name
        step = self._texts["step"][told]
        # an objection came on the last day of the publication; the price stood once it was settled
        when = notice["ends_on"] if told == "objected" else day
        notes = [note for note in step["notes"] if name != "lead" or case["track"] != "demand" or "{owner}" not in note]
        return {"happened_on": when, "kind": step["kind"], "note": self._said_next(told, notes, who)}

    def _talk(self, day: str, who: dict[str, Any], course: Course) -> dict[str, Any]:
        signed = next((course.reached[name] for name in _SIGNED if name in course.reached), "9999")
        met = next((course.reached[name] for name in _MET if name in course.reached), "9999")
        phase = "after" if day > signed else "middle" if day > met else "early"
        said = self._texts["talk"][phase]
        kind = self._rng.choice(list(said))
        return {"happened_on": day, "kind": kind, "note": self._said_next(phase + kind, said[kind], who)}

    def _ending(self, case: dict[str, Any], course: Course, who: dict[str, Any], last: str) -> list[dict[str, Any]]:
        """How it ended; of an open case, that somebody spoke of it lately, if a next step is planned."""
        outcome = case["outcome"]
        if outcome == "lost":
            note = next(one["note"] for one in self._texts["lost"] if one["reason"] == case["outcome_reason"])
            return [{"happened_on": course.ended, "kind": "phone", "note": note.format(**who)}]
        if outcome in ("paused", "terminated"):
            note = self._said_next(outcome, self._texts["ending"][outcome], who)
            return [{"happened_on": course.ended, "kind": "mail", "note": note}]
        if outcome == "handed_over":
            changed = next(row["ends_on"] for row in self._year.of(CaseBroker) if row.get("ends_on"))
            day = max(changed, days_after(last, 3))
            return [{"happened_on": day, "kind": "meeting", "note": self._texts["ending"][outcome][0].format(**who)}]
        if outcome != "open" or not case["next_on"]:
            return []
        latest = days_after(TODAY.isoformat(), -self._rng.randint(1, _RECENT))
        talk = self._talk(latest, who, course) if latest > last else None
        if talk is None:
            return []
        return [{**talk, "next_action": case["next_action"], "next_on": case["next_on"]}]

    def _enter(self, case: dict[str, Any], entry: dict[str, Any]) -> None:
        late = 0 if self._rng.random() > _LATE else self._rng.randint(2, 6)
        at = _moment(entry["happened_on"], 9 + self._rng.randint(0, 8))
        kind = entry["kind"]
        log = self._year.add(
            CaseLog,
            case=case["id"],
            happened_at=None if late else at,
            recorded_at=min(at + (late * 24 * 60 + 35) * 60_000, _moment(TODAY.isoformat(), 9)),
            place="示例会议室" if kind in ("meeting", "negotiation") else None,
            decision=int(kind == "internal_review"),
            confidential=int(kind == "negotiation"),
            **entry,
        )
        if kind in _MEETINGS:
            there = list(self._brokers[case["id"]][:2])
            if kind in _WITH_TEACHER:
                teachers = self._results.teachers[self._parties[case["id"], "owner"]]
                there.append(teachers[self._agency.results[case["id"]] % len(teachers)])
            for person in there:
                self._year.add(LogPerson, log=log, person=person)

    # -- milestones ------------------------------------------------------------------------------------------------
    def _milestones(self, case: dict[str, Any], course: Course) -> None:
        file = self._file(case)
        for name, day in course.reached.items():
            lacks = [need["id"] for need in missing(name, file, TODAY) if need["severity"] == REASON]
            late = 0 if self._rng.random() > _LATE else self._rng.randint(2, 6)
            at = _moment(day, 17) + late * 24 * 3_600_000
            self._year.add(
                CaseMilestone,
                case=case["id"],
                milestone=name,
                reached_on=day,
                recorded_at=min(at, _moment(TODAY.isoformat(), 9)),
                skipped=0,
                reason="".join(self._texts["reason"][one] for one in lacks[:2]) or None,
            )
        for name in sorted(course.skipped):
            self._year.add(
                CaseMilestone,
                case=case["id"],
                milestone=name,
                recorded_at=_moment(max(course.reached.values()), 17),
                skipped=1,
                reason=self._texts["skip"][name],
            )

    def _file(self, case: dict[str, Any]) -> CaseFile:
        """What the gates look at, as they will find it without papers."""
        year, record, held = self._year, case["id"], self._records
        results = {row["achievement"] for row in year.of(CaseAchievement) if row["case"] == record}
        needs = {row["need"] for row in year.of(CaseNeed) if row["case"] == record}
        contract, holding = held.contract.get(record), held.holding.get(record)
        deal = contract["id"] if contract else ""
        rows: dict[str, list[dict[str, Any]]] = {
            "case": [case],
            "case_party": [row for row in year.of(CaseParty) if row["case"] == record],
            "case_log": [{"id": record}],
            "achievement": [{"classified": 0, **row} for row in year.of(Achievement) if row["id"] in results],
            "completer": [row for row in year.of(Completer) if row["achievement"] in results],
            "handover_item": [row for row in year.of(HandoverItem) if row["achievement"] in results],
            "ip_right": [row for row in year.of(IpRight) if row["achievement"] in results],
            "need": [row for row in year.of(Need) if row["id"] in needs],
            "pricing": [held.pricing[record]] if record in held.pricing else [],
            "poc_project": [held.proof[record]] if record in held.proof else [],
            "contract": [contract] if contract else [],
            "brokerage": [held.brokerage[deal]] if deal in held.brokerage else [],
            "distribution": [held.distribution[deal]] if deal in held.distribution else [],
            "receipt": [dict(row) for row in held.receipts[deal]],
            "instalment": [{"id": one, "state": state} for one, state in held.states(deal).items()],
            "equity_holding": [holding] if holding else [],
            "equity_line": [
                {**row, "equity_holding": row["holding"]}
                for row in year.of(EquityLine)
                if holding and row["holding"] == holding["id"]
            ],
        }
        facts = {name: case.get(name) for name in ("track", "mode", "related_party", "outcome")}
        facts |= {"owner_university": 1, "mechanisms_use_then_pay": int("use_then_pay" in (case["mechanisms"] or ()))}
        return CaseFile(rows, {}, facts)


def _short(name: str) -> str:
    """A firm as people who deal with it every week write it."""
    for ending in ("有限公司", "股份", "集团"):
        name = name.removesuffix(ending)
    return name.removeprefix("重庆") if "·" in name else name


def _moment(day: str, hour: int) -> int:
    """Milliseconds UTC of a full hour in Chongqing."""
    moment = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC) - timedelta(hours=8)
    return int(moment.timestamp()) * 1000
