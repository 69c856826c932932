"""After an end without a close: encrypted files that no row knows are removed, rows whose file is gone are counted.

A file is written before its row, so a crash between the two leaves a file that nothing will ever ask for. A mark in
the folder, there while the workspace is open, tells the next opening that there may be such files. It also holds how
far the operations had come: in a folder where somebody put back an older store nothing is removed, for there the files
are younger than their rows and may be wanted again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.blobs import Blobs
from db.files import write_private
from db.models import Application, Change, Evidence, Op, Package, Snapshot
from db.outbox import Outbox
from db.queries.rows import tuple_rows
from db.store import Store
from policy.errors import WorldFault

FILE_NAME = "open.json"
_UNREADABLE = -2


@dataclass(frozen=True, slots=True)
class Report:
    """Files and packages without a row that were removed, and rows whose file is not there."""

    removed: int
    missing: int


class Ending:
    """How the last session in a folder ended, and the mark by which the next one will know about this one."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._path, self._store = folder / FILE_NAME, store
        before = _read(self._path)
        last = _last(store)
        self.unclean = before is not None
        self._was_damaged = before == _UNREADABLE
        self._mark = _sealed(last)
        self._may_remove = before is not None and 0 <= before <= last
        self.report: Report | None = None
        with contextlib.suppress(WorldFault):  # a full disk must not keep anybody from reading
            write_private(self._path, self._mark)

    def mark_is_damaged(self) -> bool:
        """Whether the mark is not what was written, or was not when the workspace was opened."""
        try:
            return self._was_damaged or self._path.read_bytes() != self._mark
        except OSError:  # a full disk had kept it from being written
            return self._was_damaged

    def reconcile(self, evidence: Blobs, outbox: Outbox) -> None:
        """After an unclean end, bring files and rows in step, once; stops where the store is closed meanwhile.

        Safe beside running jobs: what was added since the opening is never touched. Raises the disk's WorldFault.
        """
        if not self.unclean or self.report is not None:
            return
        stored, parcels = set(evidence.names()), set(outbox.packages())  # the disk first: rows come after files
        with self._store.lock:
            if self._store.database.is_closed():
                return
            with self._store.read():
                files, packages, once = _names()
        removed = 0
        for name in stored - files - once if self._may_remove else ():
            removed += self._remove(evidence, name)
        for name in parcels - packages - once if self._may_remove else ():
            removed += self._remove(outbox, name)
        gone = [name for name in files - stored if not evidence.exists(name)]
        self.report = Report(removed, len(gone) + len(packages - parcels))

    def close(self, *, littered: bool) -> None:
        """This session ended well; what a former one left is still to be looked at if nobody has, and what this one
        could not clear away (`littered`)."""
        if not littered and (not self.unclean or self.report is not None):
            with contextlib.suppress(OSError):  # on a failing disk the next opening looks once more
                self._path.unlink(missing_ok=True)

    def _remove(self, files: Blobs | Outbox, name: str) -> bool:
        """Under the store's lock: a row comes only under it, and a closed store may be another's by now."""
        with self._store.lock:
            return not self._store.database.is_closed() and files.sweep(name)


def forget_unused(store: Store, evidence: Blobs, names: Iterable[str]) -> None:
    """Forget files whose rows were not made, or are gone, unless another job's row names them by now."""
    try:
        with store.read():
            for name in names:
                if not _is_named(name):
                    evidence.remove(name)
    except WorldFault:  # a disk that failed the write fails this, too; the next opening clears up
        evidence.littered = True


def _last(store: Store) -> int:
    """The last operation; -1, under which nothing is ever removed, where damage keeps it from being read: what else is
    in the store can be used all the same."""
    try:
        with store.read():
            return int(Op.select(Op.id).order_by(Op.id.desc()).limit(1).scalar() or 0)
    except WorldFault as fault:
        if fault.code != "store.damaged":
            raise
        return -1


def _is_named(blob: str) -> bool:
    evidence, books = Evidence.select().where(Evidence.blob == blob), Application.pdf_blob == blob
    return evidence.exists() or Application.select().where(books).exists()


def _names() -> tuple[set[str], set[str], set[str]]:
    """The stored names that rows need, the packages, and both that are only remembered: a frozen evaluation keeps the
    names of its evidence when the row is gone, and undo brings a deleted row back."""
    files = {name for (name,) in tuple_rows(Evidence.select(Evidence.blob))}
    files |= {name for (name,) in tuple_rows(Application.select(Application.pdf_blob))}
    packages = {name for (name,) in tuple_rows(Package.select(Package.id))}
    once: set[str] = set()
    for (text,) in tuple_rows(Snapshot.select(Snapshot.content)):
        once |= {str(row.get("blob")) for row in json.loads(text).get("evidence", ())}
    changes = Change.select(Change.record, Change.before, Change.after)
    for record, *states in tuple_rows(changes.where(Change.kind.in_(("evidence", "application", "package")))):
        once.add(record)
        once |= {str(values[key]) for values in states if values for key in ("blob", "pdf_blob") if values.get(key)}
    return files, packages, once


def _sealed(last: int) -> bytes:
    """The mark for an operation, with a sum that tells damage."""
    return json.dumps({"op": last, "sum": hashlib.sha256(b"fuzhuan open %d" % last).hexdigest()[:16]}).encode()


def _read(path: Path) -> int | None:
    """The operation in the mark of a session that did not close; None without a mark, _UNREADABLE where it is not one
    that was written."""
    try:
        data = path.read_bytes()
        content: Any = json.loads(data)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return _UNREADABLE
    last = content.get("op") if isinstance(content, dict) else None
    return last if isinstance(last, int) and data == _sealed(last) else _UNREADABLE
