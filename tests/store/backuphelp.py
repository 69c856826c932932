"""What tests of backups and of restoring share: files to attach, small disks, and what a set holds."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from desktop.services import backupset
from policy.errors import Fault


def code(run: Callable[..., Any], *arguments: Any, **parameters: Any) -> str:
    """The code of the fault that the call must raise."""
    with pytest.raises(Fault) as caught:
        run(*arguments, **parameters)
    return caught.value.code


def attach(call: Callable[..., Any], folder: Path, name: str, content: bytes) -> str:
    """Evidence of that content; returns where its encrypted file lies in the workspace."""
    (folder / name).write_bytes(content)
    (record,) = call("evidence.add", files=[str(folder / name)])["ids"]
    (folder / name).unlink()
    blob = call("records.get", kind="evidence", id=record)["blob"]
    return f"evidence/{blob[:2]}/{blob}.age"


def flip(path: Path, place: int) -> None:
    """Change one bit."""
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def sets(place: Path) -> list[Path]:
    """The snapshots of every set in a folder, oldest first."""
    return [snapshot.path for found in backupset.sets_in(place) for snapshot in backupset.snapshots(found)]


def tree(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every file below: inode, time of the last change in ns, digest."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_ino,
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def disk(size: str) -> Iterator[Path]:
    """A small disk of its own; skips where this user may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="fuzhuan-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("needs the right to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)
        folder.rmdir()


def closing_child(connection: Connection, language: str) -> None:
    """Stands for a store process whose backup takes a while: says so for a second, then (`language` hangs) no more."""
    assert connection.recv()[0] == "close"
    for _ in range(5):
        connection.send(("progress", 0, 0, 0, ""))
        time.sleep(0.2)
    if language == "hangs":
        time.sleep(60)
