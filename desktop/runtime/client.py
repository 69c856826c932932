"""The window's end of the store process: start it, ask services, hear results, cancel."""

from __future__ import annotations

import contextlib
import itertools
import math
import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop.runtime.storeproc import serve
from policy.errors import WorldFault

_CLOSING = 0  # the number under which the child tells of the backup it makes at the end
_SILENCE = 60.0  # seconds without a word after which a backup is taken to hang: a large store is checked in one go
_LONGEST = 600.0  # seconds for it all; what is cut off is begun anew next time, with the files it had copied


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request. `kind`: result, fault, bug, cancelled or progress; `value` is the payload."""

    number: int
    kind: str
    value: Any = None


class StoreClient:
    """Starts the child at once; `listener` hears every reply, on the reading thread (the GUI posts it on)."""

    def __init__(self, language: str = "zh") -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, language), name="fuzhuan-store", daemon=False)
        self._process.start()
        theirs.close()
        self._numbers = itertools.count(1)
        self._sending = threading.Lock()
        self._waiting: set[int] = set()
        self._heard: float | None = None  # when the closing child last told of its backup
        self._deadline = math.inf  # of a close that was told to hurry
        self.listener: Callable[[Reply], None] = lambda _reply: None
        self._reader = threading.Thread(target=self._read, daemon=True, name="store-replies")
        self._reader.start()

    def request(self, name: str, /, **parameters: Any) -> int:
        """Ask for a service; the reply comes to the listener under the returned number."""
        number = next(self._numbers)
        with self._sending:
            self._waiting.add(number)
            try:
                self._connection.send(("call", number, name, parameters))
            except (BrokenPipeError, OSError):
                self._waiting.discard(number)
                raise WorldFault("store.process_gone") from None
        return number

    def cancel(self, number: int) -> None:
        """Ask a running service to stop at its next step."""
        with self._sending, contextlib.suppress(BrokenPipeError, OSError):
            self._connection.send(("cancel", number))

    def close(self, timeout: float = 10.0, *, backup: bool = True) -> None:
        """Close the workspace and end the child: it stops its jobs, backs up what is new, closes the store and exits.

        It is given `timeout` seconds, and more as long as it says that a backup goes on. `backup=False` leaves the
        backup out: for a computer that goes to sleep.
        """
        self._heard = None
        # asked in words: closing this end says nothing to the child while our reader still waits on it
        with self._sending, contextlib.suppress(OSError):
            self._connection.send(("close", 0, backup))
        begun = time.monotonic()
        patience = timeout
        while self._process.is_alive() and time.monotonic() < min(begun + min(patience, _LONGEST), self._deadline):
            self._process.join(0.2)
            if self._heard is not None:
                patience = self._heard - begun + _SILENCE
        if self._process.is_alive():  # only a bug or a dead disk keeps it: WAL, locks and backup sets survive this
            self._process.kill()
            self._process.join()
        self._reader.join(timeout)
        with self._sending, contextlib.suppress(OSError):
            self._connection.close()

    def hurry(self, seconds: float) -> None:
        """A `close` that is under way has this long left: the computer goes to sleep, and no key may stay in memory."""
        self._deadline = time.monotonic() + seconds

    def _read(self) -> None:
        while True:
            try:
                kind, number, *rest = self._connection.recv()
            except (EOFError, OSError, TypeError):
                break
            if kind != "progress":
                self._waiting.discard(number)
            if number == _CLOSING:
                self._heard = time.monotonic()
                continue
            value = rest[0] if len(rest) == 1 else tuple(rest) or None
            self.listener(Reply(number, kind, value))
        with self._sending:  # whoever asks after this meets a closed pipe
            left = sorted(self._waiting)
            self._waiting.clear()
        for number in left:
            self.listener(Reply(number, "fault", WorldFault("store.process_gone")))
