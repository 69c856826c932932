"""Answers that come late or in another order than they were asked for, as a busy machine has them."""

from __future__ import annotations

import heapq
import itertools
import random
import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.ops import Ops
from desktop.runtime.client import Reply
from desktop.services.registry import in_turn

_LATEST = 0.12  # seconds by which an answer is late at most
_STEP = 5  # ms


class Late(QObject):
    """Stands between the store process and the window.

    With a `seed` every answer comes a little late, so that those that run beside each other come shuffled; progress
    stays before its result and what runs in turn in its order, as the store process sends them. Without one, what
    `hold` names is kept until `let_go`.
    """

    _came = Signal(object)

    def __init__(self, ops: Ops, seed: str = "") -> None:
        super().__init__(ops)
        self._ops, self._deliver = ops, ops._client.listener
        self._random = random.Random(seed) if seed else None
        self._names: set[str] = set()
        self.held: list[Reply] = []
        self._queue: list[tuple[float, int, Reply]] = []
        self._numbers = itertools.count()
        self._last: dict[int, float] = {}  # when the latest answer is due, by request; 0 for all that run in turn
        self._clock = QTimer(self)
        self._clock.setInterval(_STEP)
        self._clock.timeout.connect(self._due)
        self._came.connect(self._sort, Qt.ConnectionType.QueuedConnection)
        ops._client.listener = self._came.emit

    def hold(self, *names: str) -> None:
        """Keep the answers of these services from now on."""
        self._names |= set(names)

    def let_go(self) -> None:
        """Deliver what is held, what was asked for last before all else; hold nothing more."""
        held, self.held = self.held, []
        self._names.clear()
        for reply in sorted(held, key=lambda reply: -reply.number):
            self._deliver(reply)

    def _name(self, reply: Reply) -> str:
        ticket = self._ops._tickets.get(reply.number)
        return ticket.name if ticket is not None else ""

    def _sort(self, reply: Reply) -> None:
        name = self._name(reply)
        if name in self._names:
            self.held.append(reply)
        elif self._random is None:
            self._deliver(reply)
        else:
            row = 0 if in_turn(name) else reply.number
            due = max(time.monotonic() + self._random.uniform(0, _LATEST), self._last.get(row, 0.0))
            self._last[row] = due
            heapq.heappush(self._queue, (due, next(self._numbers), reply))
            self._clock.start()

    def _due(self) -> None:
        while self._queue and self._queue[0][0] <= time.monotonic():
            self._deliver(heapq.heappop(self._queue)[2])
        if not self._queue:
            self._clock.stop()
