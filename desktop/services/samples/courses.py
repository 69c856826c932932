"""How far each case of the sample year has come: which milestones it reached on what days, and which it passed over.

Days follow from the records: a price is decided when its publication is over, a contract signed on its own day, paid
when the first money came, distributed when the last was paid out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from db.models import (
    Brokerage,
    Contract,
    Distribution,
    EquityHolding,
    Instalment,
    PocProject,
    Pricing,
    Publication,
    Receipt,
)
from db.stages import milestones
from desktop.services.money import instalment_states
from desktop.services.samples.base import TODAY, SampleYear, days_after

Row = Mapping[str, Any]

_LAST_DAY = days_after(TODAY.isoformat(), -1)
# how far a case may come without a contract, by outcome: fewest and most milestones
_DEPTH = {"lost": (3, 6), "paused": (3, 5), "handed_over": (4, 4)}
_BEFORE_CONTRACT = frozenset({"priced", "signed", "agreement", "registered"})
_MAY_SKIP = ("assessed", "clarified", "disclosed")
_ENDS = 15  # days after a contract was ended, or the last of its duties done


@dataclass(slots=True)
class Course:
    """The course of a case: day by milestone in the order of its track; `skipped`; when and how it ended."""

    reached: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    ended: str = ""


class Records:
    """The rows a course follows from, by case or contract."""

    def __init__(self, year: SampleYear) -> None:
        self.contract = {row["case"]: row for row in year.of(Contract) if row.get("case")}
        self.pricing = {row["case"]: row for row in year.of(Pricing)}
        self.publication = {row["id"]: row for row in year.of(Publication)}
        self.holding = {row["case"]: row for row in year.of(EquityHolding)}
        self.proof = {row["case"]: row for row in year.of(PocProject) if row.get("case")}
        self.brokerage = {row["contract"]: row for row in year.of(Brokerage)}
        self.distribution = {row["contract"]: row for row in year.of(Distribution)}
        self.receipts: defaultdict[str, list[Row]] = defaultdict(list)
        self.instalments: defaultdict[str, list[Row]] = defaultdict(list)
        for row in year.of(Receipt):
            if row.get("contract"):
                self.receipts[row["contract"]].append({"instalment": None, **row})
        for row in year.of(Instalment):
            self.instalments[row["contract"]].append(row)

    def all_paid(self, contract: str) -> bool:
        """Whether nothing of the contract is open any more."""
        return all(state in ("paid", "written_off") for state in self.states(contract).values())

    def states(self, contract: str) -> dict[str, str]:
        """Where each instalment of a contract stands, by its id."""
        found = instalment_states(self.instalments[contract], self.receipts[contract], TODAY)
        return {record: str(state["state"]) for record, state in found.items()}


def course_of(case: Row, number: int, records: Records, rng: Random) -> Course:
    """What was reached when; only days up to the reference day, none behind the end of the case."""
    order = milestones(case["track"], case["mode"])
    opened = f"{case['opened_on']}-01"[:10]
    fixed = {name: day for name, day in _fixed(case, opened, records).items() if name in order and day <= _LAST_DAY}
    made = Course()
    if fixed:
        first = min(fixed, key=order.index)
        early = order[: order.index(first)]
        days = _spread(opened, fixed[first], len(early), rng)
    else:
        early = order[: _depth(case, opened, order, rng)]
        days = [opened]
        for _ in early[1:]:
            days.append(days_after(days[-1], rng.randint(6, 34)))
    for name, day in zip(early, days, strict=True):
        if day <= _LAST_DAY:
            made.reached[name] = day
    made.reached |= fixed
    _out_of_order(made, order, number, won=case["outcome"] == "won")
    last = max(made.reached.values())
    if case["outcome"] in ("lost", "paused"):
        made.ended = min(days_after(last, rng.randint(10, 40)), _LAST_DAY)
    elif case["outcome"] == "terminated":
        made.ended = str(records.contract[case["id"]]["terminated_on"])
    return made


def _fixed(case: Row, opened: str, records: Records) -> dict[str, str]:
    """Days that other records tell."""
    found: dict[str, str] = {}
    contract, holding = records.contract.get(case["id"]), records.holding.get(case["id"])
    proof, price = records.proof.get(case["id"]), records.pricing.get(case["id"])
    if proof:
        found["selected"] = proof["selected_on"]
        found |= {"agreed": days_after(proof["selected_on"], 6), "running": days_after(proof["selected_on"], 12)}
        if proof["concluded_on"]:
            found["verified"] = proof["concluded_on"]
    if price:
        found["filed"] = days_after(price["meeting_on"], -5)
        notice = records.publication.get(price["publication"] or "")
        found["priced"] = (notice.get("settled_on") or notice["ends_on"]) if notice else price["meeting_on"]
    if holding:
        entered = holding["registered_on"]
        found |= {"agreement": contract["signed_on"] if contract else days_after(entered, -45)}
        found |= {"company_registered": entered, "equity_distributed": days_after(entered, 20)}
        found |= {"held": days_after(entered, 26)}
        if holding["disposed_on"]:
            found["exit"] = holding["disposed_on"]
    if contract:
        found |= _of_contract(case, contract, records)
    return found


def _of_contract(case: Row, contract: Row, records: Records) -> dict[str, str]:
    found = {"follow_on" if case["track"] == "poc" else "signed": str(contract["signed_on"])}
    if contract.get("registered_on"):
        found["registered"] = contract["registered_on"]
    money = sorted(str(row["received_on"]) for row in records.receipts[contract["id"]] if row["amount"] > 0)
    divided = records.distribution.get(contract["id"])
    fee = records.brokerage.get(contract["id"])
    if money:
        found["paid"] = money[0]
        if case["track"] == "demand" and case["outcome"] == "won":
            found["delivered"] = days_after(money[0], -5)
        if case["track"] == "demand" and fee and fee["fee_received_on"]:
            found["settled"] = max(fee["fee_received_on"], days_after(money[0], 10))
    if divided and divided["paid_on"]:
        found["distributed"] = divided["paid_on"]
    if case["outcome"] == "terminated":
        found["closed"] = days_after(contract["terminated_on"], _ENDS)
    elif (
        money and case["outcome"] == "won" and records.all_paid(contract["id"]) and (not divided or divided["paid_on"])
    ):
        found["closed"] = days_after(max(money[-1], *found.values()), _ENDS)
    return found


def _depth(case: Row, opened: str, order: tuple[str, ...], rng: Random) -> int:
    most = next((place for place, name in enumerate(order) if name in _BEFORE_CONTRACT), len(order))
    if case["track"] == "poc":
        most = 1  # selection has a record of its own
    if case["outcome"] in _DEPTH:
        return min(most, rng.randint(*_DEPTH[case["outcome"]]))
    age = (TODAY - date.fromisoformat(opened)).days
    return max(1, min(most, 1 + rng.randint(age // 150, 1 + age // 60)))


def _spread(opened: str, until: str, count: int, rng: Random) -> list[str]:
    """Days from the opening up to the first known one, in order."""
    whole = (date.fromisoformat(until) - date.fromisoformat(opened)).days
    days = [0, *sorted(rng.randint(1, max(1, whole - 1)) for _ in range(count - 1))]
    return [days_after(opened, day) for day in days[:count]]


def _out_of_order(made: Course, order: tuple[str, ...], number: int, *, won: bool) -> None:
    """Some met the other side before it was looked into; some passed a step over, some left one open."""
    for name in _MAY_SKIP:
        later = [one for one in order[order.index(name) + 1 :] if one in made.reached] if name in made.reached else []
        if not later:
            continue
        if number % 7 == 3:
            made.skipped.add(name)
            del made.reached[name]
        elif number % 9 == 4:
            made.reached[name], made.reached[later[0]] = made.reached[later[0]], made.reached[name]
        elif number % 13 == 6 and not won:
            del made.reached[name]
        return
