"""One write, tried again and again with a fault at each of its file calls in turn: told, taken back, done after it."""

from __future__ import annotations

import errno
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policy.errors import Exit, Fault
from tests.crash import check
from tests.crash.bench import Bench, Template
from tests.crash.kills import acknowledged, found_after
from tests.crash.kind import Kind
from tests.crash.worker import Say, run
from tools.faults.control import ANY_CALL, NEEDS_ROOM, Call, Control, Mode

# name: errno, whether it passes after one call, and which calls it meets
FAULTS: dict[str, tuple[int, bool, Call]] = {
    "disk full": (errno.ENOSPC, False, NEEDS_ROOM),
    "one I/O error": (errno.EIO, True, ANY_CALL),
    "disk gone": (errno.EIO, False, ANY_CALL),
}


@dataclass
class Swept:
    """The counts of one kind. `codes` says how often each fault was told, `unharmed` how often the write succeeded all
    the same because what failed was not needed for it."""

    kind: str
    calls: int = 0
    faulted: int = 0
    unharmed: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.problems


def sweep(
    kind: Kind,
    template: Template,
    base: Path,
    most: int,
    seed: int,
    told: Callable[[int, int], None] = lambda _n, _of: None,
) -> Swept:
    """Fault every call of a write by every fault, or `most` of these chosen by `seed` (-1: all)."""
    faults, found = Control.attached(), Swept(kind.name)
    _, found.calls = _try(kind, template, base, faults, Mode.COUNT)
    plan = [(name, at) for name in FAULTS for at in range(1, found.calls + 1)]
    if 0 <= most < len(plan):
        plan = random.Random(f"{seed}/{kind.name}").sample(plan, most)
    for done, (name, at) in enumerate(plan):
        number, once, kinds = FAULTS[name]
        answers, _ = _try(kind, template, base, faults, Mode.FAIL, at=at, error=number, once=once, kinds=kinds)
        found.faulted += any(line.get("hit") for line in answers)
        for line in answers:
            for code in line.get("codes", ()):
                found.codes[code] = found.codes.get(code, 0) + 1
            found.unharmed += line.get("unharmed", 0)
            found.problems += [f"{kind.name}, {name} at call {at} ({line['hit']}): {p}" for p in line["problems"]]
        told(done + 1, len(plan))
    return found


def _try(
    kind: Kind, template: Template, base: Path, faults: Control, mode: Mode, **how: Any
) -> tuple[list[dict[str, Any]], int]:
    """Do the write under a fault and again without it; what was found, and how many calls the first try made."""
    bench = Bench.fresh(base, template)
    kind.prepare(bench)
    outcome = run(_trying(kind, bench, faults, mode, how))
    faults.off()
    answers = outcome.said("hit") or [{"hit": "", "problems": []}]
    answers[-1]["problems"] += [line["bug"] for line in outcome.said("bug")]
    answers[-1]["problems"] += found_after(kind, bench, acknowledged(outcome))
    if mode is Mode.COUNT and answers[-1]["problems"]:
        raise AssertionError(f"{kind.name} without any fault: {answers[-1]['problems']}")
    return answers, sum(line["calls"] for line in outcome.said("calls"))


def _trying(kind: Kind, bench: Bench, faults: Control, mode: Mode, how: dict[str, Any]) -> Callable[[Say], None]:
    number = kind.faulted

    def work(say: Say) -> None:
        kind.before_open(bench)
        if kind.opens:
            bench.open()
        for before in range(1, number):
            say({"done": before, "ack": kind.write(bench, before)})
        faults.arm(mode, below=bench.base, **how)
        answer, codes, problems = _attempt(kind, bench, number)
        faults.off()
        hit = faults.hit
        say({"calls": faults.count})
        if answer is not None and hit is not None and answer.get("settled", True) and not _needless(kind, *hit):
            problems.append("told as done")
        unharmed = answer is not None and hit is not None
        if answer is None:
            if _is_unfinished(bench):  # the one fault that asks for closing and opening
                codes.append("store.exchange_unfinished")
                bench.close()
                bench.open()
            elif bench.session.workspace is not None and how.get("error") == errno.ENOSPC:
                with bench.ws.store.read():
                    problems += check.files_and_rows(bench.ws)
            answer, still, again = _attempt(kind, bench, number)
            problems += [f"afterwards: {text}" for text in (*still, *again)]
        if answer is not None:
            say({"done": number, "ack": answer})
        shown = f"{hit[0].name} {hit[1].relative_to(bench.base)}" if hit else ""
        say({"hit": shown, "codes": codes, "unharmed": int(unharmed), "problems": problems})
        bench.close()

    return work


def _attempt(kind: Kind, bench: Bench, number: int) -> tuple[dict[str, Any] | None, list[str], list[str]]:
    """The answer of the write, or the code of its fault; whatever else it raises is a problem."""
    try:
        return kind.write(bench, number), [], []
    except Fault as fault:
        problems = [] if fault.exit_code == Exit.WORLD else [f"told as {fault.code}"]
        return None, [fault.code], problems
    except Exception as error:  # noqa: BLE001 - what is not a fault would be shown as a bug of the program
        import traceback

        where = traceback.extract_tb(error.__traceback__)[-1]
        return None, [], [f"{type(error).__name__}: {error} at {Path(where.filename).name}:{where.lineno}"]


def _is_unfinished(bench: Bench) -> bool:
    if bench.session.workspace is None:
        return False
    try:
        bench.ws.store.setting("kinds")
    except Fault as fault:
        return fault.code == "store.exchange_unfinished"
    return False


def _needless(kind: Kind, call: Call, path: Path) -> bool:
    """Whether a write may succeed although this failed: what is only cleared away, and what is tried again later, as
    moving pages from the log into the store is."""
    if call in (Call.UNLINK, Call.SHRINK) or path.name in ("store.db", "store.db-shm"):
        return True
    if call is Call.SYNC and (path / "store.db").exists():  # of the folder: SQLite itself goes on without
        return True
    return any(name in path.name for name in kind.spare)
