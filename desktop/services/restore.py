"""Bringing a backup back: into a new folder, every file checked before it counts, and nothing sent by itself after."""

from __future__ import annotations

import contextlib
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from db import audit
from db.files import name_as_text, private_folder, whole_file, world_faults, write_private
from db.keyslots import FILE_NAME as KEYSLOTS
from db.keyslots import KeySlots, derive
from db.models import DATABASE
from desktop.services import backupset, backupstate, replica
from desktop.services import workspace as workspaces
from desktop.services.backupcopy import check_store
from desktop.services.backupset import MANIFEST, POOLED_NAME, Manifest
from desktop.services.registry import Job, session_service
from desktop.services.session import Session
from desktop.services.turns import taking_turns
from desktop.services.workspace import STORE_NAME, Workspace
from policy.errors import Refused, WorldFault
from policy.i18n import mark

_OWN = (KEYSLOTS, STORE_NAME)
# what a backup holds, and no drive, device or parent folder of any system
_NAMES = re.compile(rf"{'|'.join(map(re.escape, (*_OWN, MANIFEST)))}|{POOLED_NAME.pattern}")


@session_service("backup.restore")
def restore(
    session: Session,
    job: Job,
    *,
    file: str,
    folder: str,
    passphrase: str | None = None,
    recovery_code: str | None = None,
    skip_damaged: bool = False,
    switch: bool = True,
) -> dict[str, Any]:
    """Bring a backup back into a new folder and open it: {folder, workspace, made_at, skipped: [names]}.

    `file` is a backup file, a snapshot's folder, or a set (then its newest). `skip_damaged` leaves out evidence and
    outbox files that are missing or damaged. What is open stays open until the new workspace is, and without `switch`
    in any case: then the new one is closed again. Raises
    Refused("workspace.not_empty" | "backup.no_file" | "backup.damaged" | "backup.file_damaged" | "backup.tampered" |
    "backup.several_sets"), WrongKey and the disk's faults; then nothing is left of it.
    """
    target = Path(folder)
    with world_faults(target):
        if target.exists() and any(target.iterdir()):
            raise Refused("workspace.not_empty", path=str(target))
        existed = target.exists()
    with _source(Path(file)) as source:
        private_folder(target)
        target.chmod(0o700)
        try:
            write_private(target / workspaces.RESTORING, b"")  # until all is there and at rest, nobody opens it
            unlock, secret = ("recovery", recovery_code) if passphrase is None else ("passphrase", passphrase)
            names = source.names()
            _take(source, target, job, [name for name in names if name in _OWN])
            _check(source, target, unlock, secret or "")  # before the many files are copied
            files = [name for name in names if name not in _OWN]
            skipped = _take(source, target, job, files, skip_damaged=skip_damaged)
            job.check()
            with taking_turns(job):
                workspace = _open(session, source, target, unlock, secret or "", skipped, switch=switch)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            if existed:
                private_folder(target)
            raise
    made_at = None if source.manifest is None else source.manifest.made_at
    return {"folder": str(target), "workspace": workspace, "made_at": made_at, "skipped": skipped}


class _Source(Protocol):
    """A backup to take from. `manifest` is None only for a file of a program that wrote none yet."""

    label: str

    @property
    def manifest(self) -> Manifest | None: ...

    def names(self) -> list[str]: ...

    def open(self, name: str) -> IO[bytes]: ...


class _SnapshotSource:
    def __init__(self, folder: Path) -> None:
        self.label = name_as_text(folder)
        found = backupset.read_manifest(folder / MANIFEST)
        if found is None:
            raise Refused("backup.damaged", file=folder.name)
        self.manifest: Manifest = found
        self._folder, self._pool = folder, backupset.pool_of(folder.parent.parent, found.pool)

    def names(self) -> list[str]:
        return list(self.manifest.files)

    def open(self, name: str) -> IO[bytes]:
        return ((self._folder if name in _OWN else self._pool) / name).open("rb")


class _FileSource:
    def __init__(self, archive: zipfile.ZipFile, label: str) -> None:
        self.label, self._archive = label, archive
        names = archive.namelist()
        good = set(_OWN) <= set(names) and len(set(names)) == len(names)
        for info in archive.infolist():
            good = good and _NAMES.fullmatch(info.filename) is not None and info.compress_type == zipfile.ZIP_STORED
        if not good:
            raise Refused("backup.damaged", file=label)
        self.manifest: Manifest | None = None
        if MANIFEST in names:
            try:
                with self.open(MANIFEST) as stream:
                    self.manifest = Manifest.parse(_Reader(stream).read(backupset.MOST_BYTES))
            except (ValueError, _Damaged):
                raise Refused("backup.damaged", file=label) from None

    def names(self) -> list[str]:
        if self.manifest is not None:
            return list(self.manifest.files)
        return self._archive.namelist()

    def open(self, name: str) -> IO[bytes]:
        try:
            return self._archive.open(name)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError):  # RuntimeError: says it is encrypted
            raise _Damaged from None


@contextmanager
def _source(path: Path) -> Iterator[_Source]:
    if path.is_dir():
        yield _SnapshotSource(_snapshot_folder(path))
        return
    if not path.is_file():
        raise Refused("backup.no_file", file=str(path))
    with world_faults(path):
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError):
            raise Refused("backup.damaged", file=path.name) from None
    with archive:
        yield _FileSource(archive, name_as_text(path))


def _snapshot_folder(path: Path) -> Path:
    if (path / MANIFEST).exists() or backupset.snapshot_of(path.absolute()) is not None:
        return path.absolute()
    sets = backupset.sets_in(path)
    if len(sets) > 1:
        raise Refused("backup.several_sets", path=str(path))
    found = backupset.snapshots(sets[0]) if sets else []
    if not found:
        raise Refused("backup.no_file", file=str(path))
    return found[-1].path


def _take(source: _Source, target: Path, job: Job, names: list[str], *, skip_damaged: bool = False) -> list[str]:
    """Copy files, each checked against the manifest while it is read; returns those left out."""
    skipped = []
    for done, name in enumerate(names):
        job.check()
        job.progress(done, len(names))
        path = target.joinpath(*name.split("/"))
        private_folder(path.parent)
        if _is_whole(source, name, path):
            continue
        if name in _OWN:
            raise Refused("backup.damaged", file=source.label)
        if not skip_damaged:
            raise Refused("backup.file_damaged", file=name, backup=source.label)
        skipped.append(name)
    return skipped


def _is_whole(source: _Source, name: str, path: Path) -> bool:
    """Copy one file; where it is missing or not what the manifest says, there is none at `path`."""
    try:
        with source.open(name) as stream, whole_file(path) as out:
            found = backupset.copy(_Reader(stream), out)
            if source.manifest is not None and found != source.manifest.files[name]:
                raise _Damaged
    except (_Damaged, FileNotFoundError, KeyError):
        return False
    return True


class _Damaged(Exception):  # noqa: N818 - never leaves this module
    """The backup's own file could not be read to its end."""


class _Reader:
    """Tells what the backup's medium does from what the new folder's does."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        try:
            return self._stream.read(size)
        except (OSError, EOFError, zipfile.BadZipFile):
            raise _Damaged from None


def _check(source: _Source, target: Path, unlock: str, secret: str) -> None:
    """Before anything is opened for writing: the right key, an honest manifest, and the whole store it was made of."""
    slots = KeySlots.load(target)
    data_key, _slot = slots.unlock_recovery(secret) if unlock == "recovery" else slots.unlock_passphrase(secret)
    manifest = source.manifest
    if manifest is not None and not manifest.holds(slots.vault(data_key).audit_key):
        raise Refused("backup.tampered", file=source.label)
    try:
        facts = check_store(target / STORE_NAME, derive(data_key, "store"))
    except WorldFault as fault:
        if fault.code != "store.damaged":
            raise
        raise Refused("backup.damaged", file=source.label) from fault
    if manifest is not None and (facts.head, facts.length) != (manifest.head, manifest.length):
        raise Refused("backup.tampered", file=source.label)


def _open(
    session: Session, source: _Source, target: Path, unlock: str, secret: str, skipped: list[str], *, switch: bool
) -> str:
    """Open the new workspace, in the place of the one that is open or only to put it to rest; returns its id.

    What is open stays as it was if anything fails. The models serve one store at a time: nobody gets at it meanwhile.
    """
    before = session.workspace
    with contextlib.nullcontext() if before is None else before.store.lock:
        stays = False
        try:
            ws = workspaces.open_with(target, unlock, secret, restoring=True)
            try:
                _put_to_rest(ws, source, skipped)
                ws.store.settle()  # a disk that fails now is told, and not met at the next opening
                with world_faults(target):
                    (target / workspaces.RESTORING).unlink()
                stays = switch
            finally:
                if not stays:
                    ws.close()
        finally:
            if not stays and before is not None:
                DATABASE.initialize(before.store.database)
        if stays:
            session.workspace = ws
            if before is not None:
                before.close()
    return ws.slots.workspace_id


def _put_to_rest(ws: Workspace, source: _Source, skipped: list[str]) -> None:
    """A copy of its own that begins its own backups, sends nothing by itself, and says in the audit log what it is."""
    manifest = source.manifest
    detail: dict[str, Any] = {"file": source.label, "skipped": len(skipped)}
    with ws.store.write(mark("从备份恢复"), "restore") as write:
        head = audit.head()
        detail |= {"head": head.mac, "length": head.length, "made_at": None if manifest is None else manifest.made_at}
        replica.rest_deliveries(write)
        if ws.store.setting("delivery.auto"):
            ws.store.save_setting("delivery.auto", False)
        backupstate.forget(ws)
        detail["replica"] = replica.new_replica(ws, write, "restored")
        write.audit("workspace.restored", f"workspace:{ws.slots.workspace_id}", detail)
