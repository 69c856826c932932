"""The use cases by name: what the window asks the store process for and the command line calls directly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from policy.dates import reference_day
from policy.errors import Usage, WorldFault

if TYPE_CHECKING:
    from desktop.services.session import Session
    from desktop.services.workspace import Workspace


@dataclass(slots=True)
class Job:
    """How a running service says how far it is, and learns that it should stop.

    `progress(done, total, text)` may be called from any thread; total 0 means unknown. Cancel is a flag checked
    between steps: `check()` raises InterruptedError, and the service leaves everything as it was.
    """

    report: Callable[[int, int, str], None] = lambda _done, _total, _text: None
    stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int, text: str = "") -> None:
        self.report(done, total, text)

    def cancelled(self) -> bool:
        return self.stop.is_set()

    def check(self) -> None:
        if self.stop.is_set():
            raise InterruptedError


@dataclass(frozen=True, slots=True)
class Service:
    """A named use case. `needs_workspace` ones get the open workspace as first argument, others the session.

    `in_turn` ones are what a person does in passing (types, ticks, undoes): nobody waits for an answer before the next
    key, so the store process runs them one after the other in the order asked. What takes long is not among them.
    """

    name: str
    run: Callable[..., Any]
    needs_workspace: bool
    in_turn: bool


SERVICES: dict[str, Service] = {}
F = TypeVar("F", bound=Callable[..., Any])


def service(name: str, *, in_turn: bool = False) -> Callable[[F], F]:
    """Register `run(ws, job, **parameters)` under a dotted name; results are plain data."""
    return _register(name, needs_workspace=True, in_turn=in_turn)


def session_service(name: str, *, in_turn: bool = False) -> Callable[[F], F]:
    """Register `run(session, job, **parameters)`: a use case that works without an open workspace."""
    return _register(name, needs_workspace=False, in_turn=in_turn)


def in_turn(name: str) -> bool:
    """Whether a service runs in the order asked."""
    found = SERVICES.get(name)
    return found is not None and found.in_turn


def _register(name: str, *, needs_workspace: bool, in_turn: bool) -> Callable[[F], F]:
    def decorate(run: F) -> F:
        if name in SERVICES:
            raise ValueError(name)
        SERVICES[name] = Service(name, run, needs_workspace, in_turn)
        return run

    return decorate


def call(session: Session, name: str, job: Job | None = None, /, **parameters: Any) -> Any:
    """Run a service by name; raises Usage("service.unknown") or WorldFault("workspace.locked")."""
    found = SERVICES.get(name)
    if found is None:
        raise Usage("service.unknown", name=name)
    job = job or Job()
    if not found.needs_workspace:
        return found.run(session, job, **parameters)
    if session.workspace is None:
        raise WorldFault("workspace.locked")
    workspace: Workspace = session.workspace
    with reference_day(workspace.reference_day):
        return found.run(workspace, job, **parameters)
