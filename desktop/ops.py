"""Running services off the GUI thread: ask the store process, hear back as signals, publish what changed.

Pages never wait: they give callbacks, which run on the GUI thread and only while their owner widget is alive. Services
run beside each other, so answers come in any order: what is asked for one place of an owner (`place="list"`) is
answered once, by the last that was asked; `forget` says that nothing is waited for there any more.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from desktop.runtime.client import Reply, StoreClient
from policy.errors import Fault, WorldFault


@dataclass(slots=True)
class Ticket:
    """A running request: who asked, what for, and what to do with the answers."""

    number: int
    name: str
    owner: QObject
    title: str
    on_result: Callable[[Any], None] | None
    on_fault: Callable[[Fault], None] | None
    on_progress: Callable[[int, int, str], None] | None
    on_cancelled: Callable[[], None] | None
    origin: str = field(default="")
    place: str = field(default="")
    forgotten: bool = field(default=False)


class Ops(QObject):
    """The one way from pages to services.

    Signals: `changed(dict)` after any write ({"records": {kind: [ids]}, "bulk": [kinds], "op": n, "label": s,
    "origin": name of the asking page}); `started(Ticket)`, `progressed(Ticket, done, total, text)`, `finished(Ticket)`
    for the status bar (only requests with a title); `faulted(Fault)` where a request has no handler of its own;
    `bugged(str)` with the place and kind of an error in the store process, without values.
    """

    changed = Signal(dict)
    started = Signal(object)
    progressed = Signal(object, int, int, str)
    finished = Signal(object)
    faulted = Signal(object)
    bugged = Signal(str)
    _reply = Signal(object)

    def __init__(self, client: StoreClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._tickets: dict[int, Ticket] = {}
        self._unsent = itertools.count(-1, -1)
        self._reply.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        client.listener = self._reply.emit

    def run(
        self,
        name: str,
        /,
        *,
        owner: QObject,
        on_result: Callable[[Any], None] | None = None,
        on_fault: Callable[[Fault], None] | None = None,
        on_progress: Callable[[int, int, str], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        title: str = "",
        origin: str = "",
        place: str = "",
        **parameters: Any,
    ) -> Ticket:
        """Ask for a service. `title` makes it a visible task with progress and cancel; `owner` dying drops the answer.

        `origin` names the page that wrote, so that it can skip its own echo on `changed`. `place` names what of the
        owner the answer is for; what was asked for it before is forgotten. A write has none: what was saved is told.
        """
        if place:
            self.forget(owner, place)
        lost: WorldFault | None = None
        try:
            number = self._client.request(name, **parameters)
        except WorldFault as fault:  # the process is gone: told like any other answer, once the caller has returned
            number, lost = next(self._unsent), fault
        ticket = Ticket(number, name, owner, title, on_result, on_fault, on_progress, on_cancelled, origin, place)
        self._tickets[number] = ticket
        if title:
            self.started.emit(ticket)
        if lost is not None:
            self._reply.emit(Reply(number, "fault", lost))
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """Ask a running request to stop at its next step."""
        self._client.cancel(ticket.number)

    def forget(self, owner: QObject, *places: str) -> None:
        """What is under way for these places of `owner` counts no more: neither answer nor fault is told, what it
        changed still is. A visible task is asked to stop."""
        for ticket in self._tickets.values():
            if ticket.owner is owner and ticket.place in places and not ticket.forgotten:
                ticket.forgotten = True
                if ticket.title:
                    self.cancel(ticket)

    def busy(self) -> bool:
        """Whether any request is still under way."""
        return bool(self._tickets)

    def working(self) -> bool:
        """Whether a task that is shown to the user is under way."""
        return any(ticket.title for ticket in self._tickets.values())

    def close(self, patience: float | None = None) -> None:
        """End the store process (this closes the workspace); answers still under way are dropped.

        `patience` is how many seconds it gets where there is no time, for a backup either.
        """
        self._client.listener = lambda _reply: None
        self._tickets.clear()
        if patience is None:
            self._client.close()
        else:
            self._client.close(patience, backup=False)

    def hurry(self, patience: float) -> None:
        """Give a `close` that is under way in another thread only so many seconds more."""
        self._client.hurry(patience)

    @Slot(object)
    def _hear(self, reply: Reply) -> None:
        ticket = self._tickets.get(reply.number)
        if ticket is None:
            return
        alive = isValid(ticket.owner) and not ticket.forgotten
        if reply.kind == "progress":
            if ticket.title:
                self.progressed.emit(ticket, *reply.value)
            if alive and ticket.on_progress:
                ticket.on_progress(*reply.value)
            return
        del self._tickets[reply.number]
        if ticket.title:
            self.finished.emit(ticket)
        if reply.kind == "result":
            changes = reply.value.get("changes") if isinstance(reply.value, dict) else None
            if alive and ticket.on_result:
                ticket.on_result(reply.value)
            # a record may have a field of that name: what a supplement changes is a list
            if isinstance(changes, dict) and (changes.get("records") or changes.get("bulk")):
                self.changed.emit({**changes, "origin": ticket.origin})
        elif reply.kind == "cancelled":
            if alive and ticket.on_cancelled:
                ticket.on_cancelled()
        elif reply.kind == "bug":
            self.bugged.emit(str(reply.value))
        elif alive and ticket.on_fault:
            ticket.on_fault(reply.value)
        elif not ticket.forgotten:
            self.faulted.emit(reply.value)
