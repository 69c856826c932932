"""The progress line and the tables of the crash suite."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from tests.crash.faultsweep import Swept
from tests.crash.kills import Killed

_EXAMPLES = 5
_SECONDS = 0.5


class Progress:
    """One line on stderr that says how far a kind is; only its end where stderr is no terminal."""

    def __init__(self, kind: str) -> None:
        self._kind, self._text, self._shown, self._began = kind, "", 0.0, time.monotonic()

    def kills(self, done: int) -> None:
        """After each round."""
        self._show(f"{done} kills")

    def faults(self, done: int, total: int) -> None:
        """After each fault."""
        self._show(f"{done} of {total} faults")

    def end(self) -> None:
        """The kind is done."""
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
        sys.stderr.write(f"{self._kind}: {time.monotonic() - self._began:.0f} s\n")
        sys.stderr.flush()

    def _show(self, text: str) -> None:
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._shown > _SECONDS:
            self._shown = now
            sys.stderr.write(f"\r\x1b[K{self._kind}: {text}")
            sys.stderr.flush()


def table(kills: Sequence[Killed], sweeps: Sequence[Swept], seconds: float, seed: int) -> str:
    """Both tables, what went wrong, and how to have the same run again."""
    lines: list[str] = []
    if kills:
        heads = ("kind", "rounds", "killed", "finished", "acknowledged", "lost", "half", "damaged", "kill points")
        rows = [
            (
                k.kind,
                k.rounds,
                k.killed,
                k.rounds - k.killed,
                k.acknowledged,
                *map(len, (k.lost, k.half, k.damaged, k.points)),
            )
            for k in kills
        ]
        total = ("all", *(sum(int(row[place]) for row in rows) for place in range(1, len(heads))))
        lines += [*_aligned(heads, [*rows, total]), ""]
    if sweeps:
        heads = ("kind", "calls", "faulted", "unharmed", "problems", "told as")
        told = [", ".join(f"{code} {n}" for code, n in sorted(s.codes.items())) for s in sweeps]
        counts = [(s.kind, s.calls, s.faulted, s.unharmed, len(s.problems)) for s in sweeps]
        swept = [(*count, text) for count, text in zip(counts, told, strict=True)]
        lines += [*_aligned(heads, swept), f"distinct faults: {len({code for s in sweeps for code in s.codes})}", ""]
    for found in kills:
        for name in ("lost", "half", "damaged"):
            lines += _examples(f"{found.kind} {name}", getattr(found, name))
    for swept_kind in sweeps:
        lines += _examples(f"{swept_kind.kind} problems", swept_kind.problems)
    return "\n".join([*lines, f"{seconds} s; again: --seed {seed}", ""])


def _aligned(heads: Sequence[object], rows: Sequence[Sequence[object]]) -> list[str]:
    widths = [max(len(str(row[place])) for row in (heads, *rows)) for place in range(len(heads))]
    return [
        "  ".join(
            str(cell).ljust(width) if place in (0, len(heads) - 1) else str(cell).rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (heads, *rows)
    ]


def _examples(head: str, problems: Sequence[str]) -> list[str]:
    more = [f"  … and {len(problems) - _EXAMPLES} more"] if len(problems) > _EXAMPLES else []
    return [f"{head}:", *(f"  {text}" for text in problems[:_EXAMPLES]), *more] if problems else []
