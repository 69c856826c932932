"""Writing files so that they are whole, private and durable: temporary, mode 0600, fsync, replace."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from policy.errors import WorldFault

# names that Windows keeps for devices
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}


def private_folder(path: Path) -> Path:
    """Make a folder (and its parents) that only this user can enter."""
    with world_faults(path):
        for missing in reversed([path, *path.parents]):
            missing.mkdir(mode=0o700, exist_ok=True)
    return path


def safe_name(name: str) -> str:
    """A name as a file name every system takes: nothing reserved, at most 80 characters and the ending."""
    cleaned = "".join("_" if char in '\\/:*?"<>|' or ord(char) < 32 else char for char in name).strip(" .")
    stem, dot, ending = cleaned.rpartition(".")
    if not dot or len(ending) > 8:
        stem, dot, ending = cleaned, "", ""
    stem = stem[:80].rstrip(" .") or "_"
    if stem.split(".")[0].upper() in _RESERVED:
        stem = f"_{stem}"
    return f"{stem}{dot}{ending}"


def fsync_folder(path: Path) -> None:
    """Make a rename inside `path` durable, where the system can."""
    if os.name == "nt":  # folders cannot be opened there; NTFS journals the rename
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only when all of it is on the disk; removed if the block fails.

    Raises WorldFault("disk.full" | "disk.read_only" | "disk.failed").
    """
    temporary = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.part")
    with world_faults(path):
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            temporary.replace(path)
            fsync_folder(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


def write_private(path: Path, data: bytes) -> None:
    """Write a small file whole, mode 0600."""
    with whole_file(path) as out:
        out.write(data)


@contextmanager
def world_faults(path: Path) -> Iterator[None]:
    """Turn the disk's own errors into the fault that names them; a cancel (InterruptedError) is none of them."""
    try:
        yield
    except InterruptedError:
        raise
    except OSError as error:
        raise disk_fault(error, path) from error


def disk_fault(error: OSError, path: Path) -> WorldFault:
    """The fault for an OSError met while using `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return WorldFault("disk.full", path=str(path))
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return WorldFault("disk.read_only", path=str(path))
    if error.errno == errno.ENOENT:
        return WorldFault("disk.missing", path=str(path))
    return WorldFault("disk.failed", path=str(path), reason=os.strerror(error.errno or 0))
