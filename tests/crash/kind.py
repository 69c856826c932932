"""What a kind of write is to the crash and fault suites: do the n-th one, say afterwards what became of each.

To add a kind, write a class and name it in `kinds.KINDS`. `write` goes through the services alone and returns what must
be found later; `check` gets what was acknowledged, by number, and opens nothing: the workspace is open.
"""

from __future__ import annotations

from typing import Any

from tests.crash.bench import Bench

Acks = dict[int, dict[str, Any]]


class Kind:
    """One kind of write. `times` writes are done in a round."""

    name = ""
    times = 4
    opens = True  # the workspace is opened before the writes
    faulted = 2  # which of them the fault sweep tries
    spare: tuple[str, ...] = ()  # files (and then the sync of their folder) that a write may succeed without

    def prepare(self, bench: Bench) -> None:
        """Lay out what the writes need, before anything is watched."""

    def before_open(self, bench: Bench) -> None:
        """In each process that opens the workspace, first."""

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        """Do the write; what it returns is acknowledged."""
        raise NotImplementedError

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        """What was lost ("lost: …") and what is there by half ("half: …"); runs in the open workspace."""
        raise NotImplementedError
