"""The copies a backup is made of, each checked before it counts: the store by opening it, a file by decrypting it."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

import pyrage

from db.blobs import Blobs
from db.files import whole_file, world_faults, write_private
from db.keyslots import FILE_NAME as KEYSLOTS
from db.keyslots import KeySlots, derive
from db.migrate import connect
from db.outbox import Outbox
from db.store import store_faults
from desktop.services.backupset import POOLED, POOLED_NAME, Entry, copy, digest, fingerprint, folder_below
from desktop.services.registry import Job
from desktop.services.workspace import STORE_NAME, Workspace
from policy.errors import WorldFault


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a whole store says of itself. `files` are the encrypted files that its records refer to."""

    schema: str
    head: str
    length: int
    files: frozenset[str]


def copy_store(ws: Workspace, folder: Path, job: Job) -> StoreFacts:
    """Put a checked copy of the store and the key slots that open it into a folder.

    Raises WorldFault("store.damaged") where the workspace's own store is, "backup.copy_damaged" where only the copy is,
    or the disk's fault.
    """

    def step() -> None:
        job.check()
        job.progress(0, 0)

    target, key = folder / STORE_NAME, derive(ws.data_key, "store")
    ws.store.backup_to(target, key, step)
    with world_faults(target), target.open("rb+") as out:
        os.fsync(out.fileno())
        _drop_cache(out.fileno())
    with world_faults(ws.folder / KEYSLOTS):
        slots = (ws.folder / KEYSLOTS).read_bytes()
    write_private(folder / KEYSLOTS, slots)
    KeySlots.load(folder).vault(ws.data_key)  # they open what was copied
    step()
    try:
        return check_store(target, key)
    except WorldFault as fault:
        if fault.code != "store.damaged":
            raise
        code = "store.damaged" if ws.store.integrity() else "backup.copy_damaged"
        raise WorldFault(code, path=str(ws.store.path if code == "store.damaged" else target)) from fault


def check_store(path: Path, key: bytes) -> StoreFacts:
    """Open a store nobody writes to and check all of it; raises WorldFault("store.damaged") or the disk's fault."""
    with store_faults(path):
        database = connect(path, key, pragmas=(("query_only", 1),))
        try:
            problems = [str(row[0]) for row in database.execute_sql("PRAGMA integrity_check") if row[0] != "ok"]
            problems += [str(row[0]) for row in database.execute_sql("PRAGMA cipher_integrity_check")]
            problems += [str(row[0]) for row in database.execute_sql("PRAGMA foreign_key_check")]
            if problems:
                raise WorldFault("store.damaged", path=str(path))
            (schema,) = database.execute_sql('SELECT max("name") FROM "schema_migration"').fetchone()
            last = database.execute_sql('SELECT "mac", "seq" FROM "audit_entry" ORDER BY "seq" DESC LIMIT 1').fetchone()
            head, length = last or ("0" * 64, 0)
            blobs = [
                str(row[0])
                for table, column in (("evidence", "blob"), ("application", "pdf_blob"))
                for row in database.execute_sql(f'SELECT "{column}" FROM "{table}"')  # noqa: S608 - our own names
            ]
            parts = [
                f"outbox/{package}/part-{number + 1:05d}.age"
                for package, count in database.execute_sql('SELECT "id", "parts" FROM "package"')
                for number in range(count)
            ]
        finally:
            database.close()
    files = frozenset(name for name in (*map(blob_file, blobs), *parts) if POOLED_NAME.fullmatch(name))
    return StoreFacts(str(schema), str(head), int(length), files)


def blob_file(name: str) -> str:
    """Where a stored file of that name lies in a workspace and in a backup."""
    return f"evidence/{name[:2]}/{name}.age"


def files_of(ws: Workspace) -> set[str]:
    """Every encrypted file the workspace has, whether or not a record still refers to it (a deletion can be undone)."""

    def unless_gone(error: OSError) -> None:  # a package gets its name, and its hidden folder is no more
        if not isinstance(error, FileNotFoundError):
            raise error

    with world_faults(ws.folder):
        found = [
            (Path(parent) / file).relative_to(ws.folder).as_posix()
            for name in POOLED
            for parent, _folders, files in os.walk(ws.folder / name, onerror=unless_gone)
            for file in files
        ]
    return {name for name in found if POOLED_NAME.fullmatch(name)}  # what is in the making is hidden


def pool_name(ws: Workspace) -> str:
    """The fingerprint of the identities that the present key slots hold."""
    identities = (ws.vault.identity, *ws.vault.former)
    return fingerprint(str(pyrage.x25519.Identity.from_str(identity).to_public()) for identity in identities)


class FileCheck:
    """Whether an encrypted file under `folder` is what its name says: opened with the workspace's own keys."""

    def __init__(self, ws: Workspace, folder: Path) -> None:
        self._blobs = Blobs(folder / "evidence", ws.vault)
        self._outbox = Outbox(folder / "outbox", ws.vault)

    def is_whole(self, name: str) -> bool:
        """Decrypts it once, with constant memory; False where it is damaged or missing."""
        kind, second, last = name.split("/")
        try:
            if kind == "outbox":
                self._outbox.read_part(second, int(last.removeprefix("part-").removesuffix(".age")))
                return True
            stored = last.removesuffix(".age")
            hasher = _Hasher()
            self._blobs.copy_to(stored, hasher)  # type: ignore[arg-type] # written to, and that is all
            return self._blobs.name_of(hasher.hash.hexdigest()) == stored
        except WorldFault as fault:
            if fault.code.startswith(("evidence.", "outbox.")):
                return False
            raise


def is_there(path: Path, entry: Entry, *, read: bool) -> bool:
    """Whether the pool has the file at its size and, where it is to be `read`, with its content."""
    try:
        if path.stat().st_size != entry.bytes:
            return False
        if not read:
            return True
        with path.open("rb") as source:
            return digest(source) == entry
    except OSError:
        return False


def pooled(ws: Workspace, name: str, pool: Path, check: FileCheck) -> Entry | None:
    """Bring a file of the workspace into the pool and read it back; None where the workspace's own is not whole.

    Raises WorldFault("backup.copy_damaged" | the target's disk fault).
    """
    target = pool / name
    folder_below(pool, *name.split("/")[:-1])
    try:
        source = (ws.folder / name).open("rb")
    except OSError:
        return None
    with source:
        entry = _same(target, source)  # a backup that was cut short has brought it here already
        if entry is None and target.is_file() and check.is_whole(name):  # and the workspace's own may have rotted since
            with world_faults(target), target.open("rb") as there:
                return digest(there)
        if entry is None:
            source.seek(0)
            reader = _Source(source)
            try:
                with whole_file(target) as out:
                    entry = copy(reader, out)
            except WorldFault:
                if reader.failed:
                    return None
                raise
            with world_faults(target), target.open("rb") as again:
                _drop_cache(again.fileno())
                if digest(again) != entry:
                    raise WorldFault("backup.copy_damaged", path=str(target))
    if not check.is_whole(name):
        with world_faults(target):
            target.unlink()
        return None
    return entry


def _same(target: Path, source: io.BufferedReader) -> Entry | None:
    with world_faults(target):
        if not target.is_file() or target.stat().st_size != os.fstat(source.fileno()).st_size:
            return None
        with target.open("rb") as there:
            found = digest(there)
    try:
        return found if digest(source) == found else None
    except OSError:
        return None


def _drop_cache(handle: int) -> None:
    """What is read back shall come from the medium, where the system can be asked for it."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


class _Source:
    """Passes on what a source holds and remembers that it was the source that failed, not where it goes."""

    def __init__(self, source: io.BufferedReader) -> None:
        self._source = source
        self.failed = False

    def read(self, size: int, /) -> bytes:
        try:
            return self._source.read(size)
        except OSError:
            self.failed = True
            raise


class _Hasher(io.RawIOBase):
    """Takes what is decrypted and keeps its digest only."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        self.hash.update(view)
        return len(view)
