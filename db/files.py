"""Writing files so that they are whole, private and durable: temporary, mode 0600, fsync, replace."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from unicodedata import category

from policy.errors import WorldFault

# names that Windows keeps for devices
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}


def private_folder(path: Path, *, parents: bool = True) -> Path:
    """Make a folder (and its parents) that only this user can enter.

    Inside a workspace without `parents`: where its stick was pulled, nothing is made anew in the place it had.
    """
    with world_faults(path):
        for missing in reversed([path, *(path.parents if parents else ())]):
            missing.mkdir(mode=0o700, exist_ok=True)
    return path


def safe_name(name: str) -> str:
    """A name as a file name every system takes: nothing reserved, at most 80 characters and the ending."""
    bad = {char for char in name if char in '\\/:*?"<>|' or category(char) in ("Cc", "Cs")}
    cleaned = "".join("_" if char in bad else char for char in name).strip(" .")
    stem, dot, ending = cleaned.rpartition(".")
    if not dot or len(ending) > 8:
        stem, dot, ending = cleaned, "", ""
    stem = stem[:80].rstrip(" .") or "_"
    if stem.split(".")[0].upper() in _RESERVED:
        stem = f"_{stem}"
    return f"{stem}{dot}{ending}"


def name_as_text(path: Path) -> str:
    """What a file is called, as text that can be stored: a name that is no UTF-8 comes as a rule from an old archive
    and is read as GB18030; what is that neither shows the sign for an unknown character."""
    try:
        return path.name.encode().decode()
    except UnicodeEncodeError:
        raw = os.fsencode(path.name)
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def fsync_folder(path: Path) -> None:
    """Make a rename inside `path` durable, where the system can."""
    if os.name == "nt":  # folders cannot be opened there; NTFS journals the rename
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear_away(*paths: Path) -> bool:
    """Remove files, and folders once they are empty, that nobody wants any more; returns whether all are gone.

    What a failing disk keeps must not hide why they were to go: it is for whoever opens the workspace next.
    """
    gone = True
    for path in paths:
        try:
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        except OSError:
            gone = False
    return gone


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
            clear_away(temporary)


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
