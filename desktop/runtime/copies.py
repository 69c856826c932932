"""Clear copies that a person asked for to look at in another program: in a private place, and gone when they should be.

The process that makes copies holds a lock beside its folder as long as it lives; a folder whose lock is free was left
by a process that has died, and `sweep` removes it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import platformdirs
from filelock import FileLock, Timeout

from db.files import private_folder, safe_name, whole_file, world_faults
from desktop.runtime.settings import APP

_MEMORY = Path("/dev/shm")  # noqa: S108 - tmpfs: clear text must not reach the disk
_NAME = "fuzhuan-copies"
_IN_MEMORY = ("tmpfs", "ramfs")


def place() -> tuple[Path, bool]:
    """Where copies go, and whether that is in memory and so leaves nothing on the disk."""
    for folder in _memory_places():
        return folder, True
    return _cache_place(), False


def sweep() -> None:
    """Remove the copies of processes that are no longer there."""
    for parent in (*_memory_places(), _cache_place()):
        for folder in parent.glob("*/"):
            lock = _lock(folder)
            try:
                lock.acquire()
            except (Timeout, OSError):
                continue
            try:
                _remove(folder)
            finally:
                lock.release()
            if not folder.exists():
                Path(lock.lock_file).unlink(missing_ok=True)


class Copies:
    """The copies of this process, each in a folder of its own; `remove` them before the process ends."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._held: FileLock | None = None
        self._starting = threading.Lock()

    def add(self, name: str, write: Callable[[BinaryIO], object]) -> Path:
        """Make a copy that only this user can read and nobody can write; raises the disk's faults."""
        with self._starting:  # of two folders the first would be nobody's, and stay
            folder = self._folder = self._folder or self._start()
        with world_faults(folder):
            inside = folder / secrets.token_hex(4)
            inside.mkdir(mode=0o700)
            file = inside / safe_name(name)
            with whole_file(file) as stream:
                write(stream)
            file.chmod(0o400)
        return file

    def files(self) -> list[Path]:
        """The copies that are there."""
        return [] if self._folder is None else sorted(path for path in self._folder.glob("*/*") if path.is_file())

    def remove(self) -> list[Path]:
        """Remove them all; returns those that another program holds open (Windows), which go at the next start."""
        if self._folder is None:
            return []
        _remove(self._folder)
        left = self.files()
        if not left and self._held is not None:
            self._held.release()
            with contextlib.suppress(OSError):
                Path(self._held.lock_file).unlink()
            self._folder = self._held = None
        return left

    def _start(self) -> Path:
        parent, _in_memory = place()
        private_folder(parent)
        folder = parent / secrets.token_hex(8)
        lock = _lock(folder)
        with world_faults(parent):
            lock.acquire()  # before the folder is there: who sweeps looks at folders
            folder.mkdir(mode=0o700)
        self._held = lock
        return folder


def _lock(folder: Path) -> FileLock:
    return FileLock(str(folder.with_name(f"{folder.name}.lock")), timeout=0, mode=0o600, thread_local=False)


def _remove(folder: Path) -> None:
    if os.name == "nt":  # a file that may not be written cannot be removed there
        for path in folder.rglob("*"):
            with contextlib.suppress(OSError):
                path.chmod(0o600)
    shutil.rmtree(folder, ignore_errors=True)


def _cache_place() -> Path:
    return Path(platformdirs.user_cache_dir(APP, appauthor=False)) / _NAME


def _memory_places() -> list[Path]:
    """Folders of this user's own that lie in memory, the best first."""
    found = []
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and _is_in_memory(Path(runtime)):
        found.append(Path(runtime) / _NAME)
    if hasattr(os, "getuid") and os.access(_MEMORY, os.W_OK) and _is_in_memory(_MEMORY):
        own = _MEMORY / f"{_NAME}-{os.getuid()}"
        if not os.path.lexists(own) or own.lstat().st_uid == os.getuid():  # anybody can take the name there
            found.append(own)
    return found


def _is_in_memory(folder: Path) -> bool:
    try:
        folder = folder.resolve(strict=True)
        mounts = Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")
    except OSError:
        return False
    best, kind = "", ""
    for line in mounts.splitlines():
        _device, point, filesystem, *_rest = line.split(" ")
        point = point.replace("\\040", " ")
        if folder.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, filesystem
    return kind in _IN_MEMORY
