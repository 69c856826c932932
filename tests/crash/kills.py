"""Rounds of one kind of write that end in SIGKILL, and what the workspace is found to be afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policy.errors import Fault
from tests.crash import check
from tests.crash.bench import Bench, Template
from tests.crash.kind import Acks, Kind
from tests.crash.worker import Outcome, Say, run
from tools.faults.control import Control, Mode


@dataclass
class Killed:
    """The counts of one kind. `points` are the numbers of file calls that had been made when death came."""

    kind: str
    rounds: int = 0
    killed: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    points: set[int] = field(default_factory=set)

    @property
    def clean(self) -> bool:
        return not self.lost and not self.half and not self.damaged

    def add(self, problems: list[str], what: str) -> None:
        """File each problem under what it is called."""
        for problem in problems:
            name, _, text = problem.partition(": ")
            {"lost": self.lost, "half": self.half}.get(name, self.damaged).append(f"{what}: {text}")


def kill_rounds(
    kind: Kind, template: Template, base: Path, rounds: int, seed: int, told: Callable[[int], None] = lambda _n: None
) -> Killed:
    """Kill `rounds` times: in turn at a file call, at one while half of a write was done, and at a moment."""
    faults, chance = Control.attached(), random.Random(f"{seed}/{kind.name}")
    found = Killed(kind.name)
    calls, seconds = _measure(kind, template, base, faults)
    for number in range(rounds):
        bench = Bench.fresh(base, template)
        kind.prepare(bench)
        if number % 2:
            moment = chance.uniform(0, seconds)
            what = f"{kind.name} #{number} killed after {moment:.4f} s"
            outcome = run(_working(kind, bench, faults, 0), kill_after=moment)
        else:
            at = chance.randint(1, calls)
            what = f"{kind.name} #{number} killed at call {at}"
            outcome = run(_working(kind, bench, faults, at, torn=number % 4 == 0))
        faults.off()
        found.rounds += 1
        found.killed += outcome.ended < 0
        found.points.add(faults.count)
        found.damaged += [f"{what}: {line['bug']}" for line in outcome.said("bug")]
        acks = acknowledged(outcome)
        found.acknowledged += len(acks)
        found.add(found_after(kind, bench, acks), what)
        told(number + 1)
    return found


def acknowledged(outcome: Outcome) -> Acks:
    """The writes that were acknowledged, by number."""
    return {line["done"]: line["ack"] for line in outcome.said("done")}


def found_after(kind: Kind, bench: Bench, acks: Acks) -> list[str]:
    """Open the workspace as its user would, in a process of its own, and look."""

    def look(say: Say) -> None:
        problems = []
        try:
            kind.before_open(bench)
            bench.open()
            bench.session.reconcile()
            problems += kind.check(bench, acks)
            problems += check.whole(bench)
            problems += check.usable(bench)
        except Fault as fault:
            problems.append(f"damaged: {fault.code} {fault.params}")
        say({"problems": problems})

    outcome = run(look)
    problems = [text for line in outcome.said("problems") for text in line["problems"]]
    return problems + [f"damaged: {line['bug']}" for line in outcome.said("bug")]


def _measure(kind: Kind, template: Template, base: Path, faults: Control) -> tuple[int, float]:
    """File calls and seconds of a round that nobody ends; raises AssertionError where it does not pass whole."""
    bench = Bench.fresh(base, template)
    kind.prepare(bench)
    outcome = run(_working(kind, bench, faults, 0))
    calls = faults.count
    faults.off()
    acks = acknowledged(outcome)
    problems: list[Any] = [*outcome.said("bug"), *found_after(kind, bench, acks)]
    if problems or len(acks) != kind.times:
        raise AssertionError(f"{kind.name} without any fault: {len(acks)} writes, {problems}")
    return calls, outcome.seconds


def _working(kind: Kind, bench: Bench, faults: Control, at: int, *, torn: bool = False) -> Callable[[Say], None]:
    """A child's work: open, write, acknowledge each, close; with `at` it dies at that file call."""

    def work(say: Say) -> None:
        kind.before_open(bench)
        faults.arm(Mode.KILL if at else Mode.COUNT, below=bench.base, at=at, torn=torn)
        say({"ready": True})
        if kind.opens:
            bench.open()
        for number in range(1, kind.times + 1):
            answer = kind.write(bench, number)
            say({"done": number, "ack": answer})
        bench.close()
        faults.off()

    return work
