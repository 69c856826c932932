"""Feeds every reader of foreign bytes with hostile files for a while: what they answered, and what broke a promise.

    python3 dev.py fuzz                       two minutes, all readers in turn, with a seed that is printed
    python3 dev.py fuzz --seconds 600 --seed 7
    python3 dev.py fuzz --only package --only backup
    python3 dev.py fuzz --replay FILE …       what was kept of a failure, again

The readers and their promise: tests/fuzz/readers.py and tests/fuzz/promise.py. Exit code 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz.bench import Reader
from tests.fuzz.child import Child
from tests.fuzz.lab import Lab, make_lab
from tests.fuzz.promise import Outcome
from tests.fuzz.readers import READERS

_KEPT = 3  # inputs that are kept of each distinct failure
_SLICE = 2.0  # seconds for one reader before the next has its turn


@dataclass
class Tally:
    """What became of one reader's examples."""

    said: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    largest: int = 0

    def add(self, outcome: Outcome) -> None:
        self.said[outcome.said] += 1
        self.slowest, self.largest = max(self.slowest, outcome.seconds), max(self.largest, outcome.mebibytes)
        if outcome.failure:
            self.failures[outcome.place] += 1


def main(arguments: Sequence[str]) -> int:
    """Run for the time asked for; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(
        prog="dev.py fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", action="append", choices=sorted(READERS), metavar="READER", help=", ".join(READERS))
    parser.add_argument("--replay", nargs="+", type=Path, metavar="FILE")
    parsed = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-lab-"))
    child = None
    try:
        lab = make_lab(folder)
        child = Child(lab)
        if parsed.replay:
            return _replay(child, parsed.replay)
        seed = parsed.seed if parsed.seed is not None else secrets.randbits(32)
        print(f"seed {seed}", flush=True)
        return _run(child, lab, [READERS[name] for name in parsed.only or READERS], parsed.seconds, seed)
    finally:
        if child is not None:
            child.close()
        shutil.rmtree(folder, ignore_errors=True)


def _run(child: Child, lab: Lab, readers: Sequence[Reader], seconds: float, seed: int) -> int:
    end = time.monotonic() + seconds
    seeds = {reader.name: reader.seeds(lab) for reader in readers}
    tallies = {reader.name: Tally() for reader in readers}
    kept: list[Path] = []
    made = Path(tempfile.gettempdir()) / f"fuzz-{seed}"
    turn = 0
    while time.monotonic() < end:
        reader = readers[turn % len(readers)]
        until, number, tally = min(end, time.monotonic() + _SLICE), 0, tallies[reader.name]
        while time.monotonic() < until:
            rng = Random(f"{seed}/{reader.name}/{turn}/{number}")  # noqa: S311 - repeatable on purpose
            sound = rng.choice(seeds[reader.name])
            data = sound if rng.random() < 0.02 else reader.mutate(rng, sound, seeds[reader.name])
            outcome = child.run(reader.name, data)
            tally.add(outcome)
            if outcome.failure and tally.failures[outcome.place] <= _KEPT:
                kept.append(_keep(made, reader.name, data, outcome, first=tally.failures[outcome.place] == 1))
            number += 1
        turn += 1
    return _report(tallies, kept)


def _keep(made: Path, name: str, data: bytes, outcome: Outcome, *, first: bool) -> Path:
    made.mkdir(mode=0o700, exist_ok=True)
    file = made / f"{name}.{len(list(made.iterdir())):03}"
    file.write_bytes(data)
    if first:
        print(f"\n{name}: {outcome.place}\n  kept in {file}\n  {outcome.failure.strip()[-1500:]}", flush=True)
    return file


def _replay(child: Child, files: Sequence[Path]) -> int:
    """Kept inputs again, by the reader that stands before the dot in their name."""
    broken = 0
    for file in files:
        outcome = child.run(file.name.partition(".")[0], file.read_bytes())
        print(
            f"{file.name}: {outcome.said}, {outcome.seconds:.2f} s, {outcome.mebibytes} MiB\n{outcome.failure}",
            flush=True,
        )
        broken += bool(outcome.failure)
    return int(broken > 0)


def _report(tallies: dict[str, Tally], kept: Sequence[Path]) -> int:
    columns = ("examples", "results", "faults", "distinct", "slowest", "largest", "failures")
    print(f"\n{'reader':20}", *(f"{column:>8}" for column in columns))
    for name, tally in tallies.items():
        faults = {code: count for code, count in tally.said.items() if code not in ("result", "bug", "hung", "died")}
        print(
            f"{name:20} {tally.said.total():8} {tally.said['result']:8} {sum(faults.values()):8} {len(faults):8}"
            f" {tally.slowest:6.1f} s {tally.largest:4} MiB {tally.failures.total():8}"
        )
    for name, tally in tallies.items():
        for place, count in tally.failures.most_common():
            print(f"  {name}: {count} × {place}")
    if kept:
        print(f"\n{len(kept)} inputs are kept in {kept[0].parent}; again with: python3 dev.py fuzz --replay {kept[0]}")
    return int(any(tally.failures for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
