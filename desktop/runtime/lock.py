"""One program per workspace: the instance lock is taken before anything in the folder is opened."""

from __future__ import annotations

import contextlib
from pathlib import Path

from filelock import FileLock, Timeout

from db.files import disk_fault
from policy.errors import WorldFault

FILE_NAME = "workspace.lock"


class InstanceLock:
    """Held as long as the process lives or until `release`; the system frees it after a crash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # the thread that closes the workspace is seldom the one that opened it
        self._lock = FileLock(str(folder / FILE_NAME), timeout=0, mode=0o600, thread_local=False)

    def acquire(self) -> None:
        """Raises WorldFault("workspace.open_elsewhere"), or the disk's fault for a folder that cannot be written."""
        try:
            self._lock.acquire()
        except Timeout:
            raise WorldFault("workspace.open_elsewhere", path=str(self._folder)) from None
        except OSError as error:
            raise disk_fault(error, self._folder) from error

    def release(self) -> None:
        """Let others in; harmless when not held."""
        with contextlib.suppress(OSError):
            self._lock.release()
