"""The backups nobody asks for: once a day while a workspace is open, and when it is closed with something new in it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from db.store import now_ms
from desktop.services import backups, backupstate
from desktop.services.backupstate import BackupState
from desktop.services.registry import Job
from desktop.services.session import Session
from desktop.services.workspace import Workspace
from policy.errors import Fault

_DAY_SECONDS = 86_400.0
_LOOK_SECONDS = 60.0  # the first look, too: the start of the window is not the time for it

_log = logging.getLogger(__name__)


class AutoBackup:
    """Looks once a minute, in a thread of its own, and tries at most once a day: a fault is told by `backup.last`."""

    def __init__(self, session: Session, look_seconds: float = _LOOK_SECONDS) -> None:
        self._session, self._look = session, look_seconds
        self._ending, self._stop = threading.Event(), threading.Event()
        self._tried: dict[str, float] = {}
        self._thread = threading.Thread(target=self._watch, name="daily-backup")

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def finish(self, report: Callable[[int, int, str], None] | None) -> None:
        """End the looking and, unless `report` is None, back up what is new; a running backup is waited for.

        Without `report` (the computer goes to sleep, the window has died) a running one is cancelled.
        """
        self._ending.set()
        if report is None:
            self._stop.set()
        while self._thread.is_alive():
            self._thread.join(1.0)
            if report is not None:
                report(0, 0, "")
        workspace = self._session.workspace
        if report is not None and workspace is not None:
            self._run(workspace, Job(report, self._stop), lambda: has_news(workspace))

    def _watch(self) -> None:
        while not self._ending.wait(self._look):
            workspace = self._session.workspace
            if workspace is not None:
                self._run(workspace, Job(stop=self._stop), lambda ws=workspace: self._is_due(ws))  # type: ignore[misc]

    def _is_due(self, workspace: Workspace) -> bool:
        """A day since the last good one by the clock, and since the last try by a clock that nobody can set."""
        tried = self._tried.get(workspace.slots.workspace_id)
        if tried is not None and time.monotonic() - tried < _DAY_SECONDS:
            return False
        made = BackupState.load(workspace).at_ms
        if made is not None and 0 <= now_ms() - made < _DAY_SECONDS * 1000:
            return False
        self._tried[workspace.slots.workspace_id] = time.monotonic()
        return True

    def _run(self, workspace: Workspace, job: Job, wanted: Callable[[], bool]) -> None:
        try:
            if wanted():
                backups.automatic(workspace, job)
        except InterruptedError:
            return
        except Fault as fault:
            _log.warning("automatic backup: %s", fault.code)


def has_news(workspace: Workspace) -> bool:
    """Whether anything was written since the last snapshot."""
    return BackupState.load(workspace).mark != backupstate.mark(workspace)
