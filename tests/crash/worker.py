"""Child processes of one prepared program: forked in milliseconds, watched over a pipe, killed when it is time."""

from __future__ import annotations

import json
import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_PATIENCE = 120.0  # seconds for any child: none takes a tenth of it

Say = Callable[[dict[str, Any]], None]


@dataclass
class Outcome:
    """What a child said, line by line, and how it ended: 0, an exit code, or minus the signal that killed it."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    ended: int = 0
    seconds: float = 0.0  # from the line "ready" to the end

    def said(self, key: str) -> list[dict[str, Any]]:
        """The lines that have `key`."""
        return [line for line in self.lines if key in line]


def run(work: Callable[[Say], None], kill_after: float | None = None) -> Outcome:
    """Fork, let the child do `work` with a `say` that writes lines to us, and wait for its end.

    `kill_after` seconds from its line "ready" it is killed. An exception in the child is a line "bug". The caller must
    be single-threaded.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(work, writing)
    os.close(writing)
    outcome, text, ready = Outcome(), b"", 0.0
    limit = time.monotonic() + _PATIENCE
    try:
        while True:
            until = limit if not ready or kill_after is None else ready + kill_after
            if not select.select([reading], [], [], max(until - time.monotonic(), 0))[0]:
                os.kill(child, signal.SIGKILL)
                if until == limit:
                    outcome.lines.append({"bug": "a child did not end in time"})
                kill_after, limit = None, time.monotonic() + _PATIENCE
                continue
            data = os.read(reading, 1 << 16)
            if not data:
                break
            text += data
            *whole, text = text.split(b"\n")
            outcome.lines += [json.loads(line) for line in whole]
            if not ready and outcome.said("ready"):
                ready = time.monotonic()
    finally:
        os.close(reading)
        _, status = os.waitpid(child, 0)
    outcome.seconds = time.monotonic() - ready
    outcome.ended = os.waitstatus_to_exitcode(status)
    return outcome


def _be_the_child(work: Callable[[Say], None], writing: int) -> None:
    """Never returns: what the parent has open, registered or buffered is not the child's to end."""

    def say(line: dict[str, Any]) -> None:
        os.write(writing, json.dumps(line, ensure_ascii=False).encode() + b"\n")

    code = 0
    try:
        work(say)
    except BaseException:  # noqa: BLE001 - told to the parent, which counts it
        say({"bug": traceback.format_exc()[-3000:]})
        code = 1
    finally:
        os._exit(code)
