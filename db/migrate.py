"""Bringing a store to this program's schema: numbered migrations on a copy, checked, then swapped in."""

from __future__ import annotations

import logging
import os
import shutil
from datetime import datetime
from pathlib import Path

import peewee
from playhouse.migrations import Runner
from playhouse.sqlcipher_ext import SqlCipherDatabase

from db.files import clear_away, disk_fault, fsync_folder, private_folder, whole_file, world_faults
from policy.errors import WorldFault

DIRECTORY = Path(__file__).parent / "migrations"
KEPT = 2  # stores as they were before an upgrade
PRAGMAS = (
    ("cipher_log_level", "none"),  # a damaged page is told by a fault, not by lines on stderr
    ("foreign_keys", 1),
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("busy_timeout", 5000),
    ("secure_delete", 1),
)

# peewee's loggers print every value at DEBUG
for _name in ("peewee", "peewee.migrations"):
    logging.getLogger(_name).setLevel(logging.WARNING)


def connect(path: Path, key: bytes, *, pragmas: tuple[tuple[str, object], ...] = PRAGMAS) -> SqlCipherDatabase:
    """An open SQLCipher connection under a raw 32-byte key, shared between threads (callers hold the store's lock)."""
    database = unconnected(path, key, pragmas=pragmas)
    database.connect()
    return database


def unconnected(path: Path, key: bytes, *, pragmas: tuple[tuple[str, object], ...] = PRAGMAS) -> SqlCipherDatabase:
    """Like `connect`, but connecting when first used."""
    return SqlCipherDatabase(
        str(path), passphrase=f"x'{key.hex()}'", pragmas=list(pragmas), check_same_thread=False, thread_safe=False
    )


def connect_new(path: Path, key: bytes, *, pragmas: tuple[tuple[str, object], ...] = PRAGMAS) -> SqlCipherDatabase:
    """Like `connect`, for a file that does not exist yet: it is private before its first byte."""
    with world_faults(path):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return connect(path, key, pragmas=pragmas)


def pending(database: SqlCipherDatabase, path: Path) -> list[str]:
    """The migrations not yet applied; raises WorldFault("store.newer") where the store knows one we do not."""
    status = Runner(database, str(DIRECTORY)).status()
    if any(step.path is None for step in status):
        raise WorldFault("store.newer", path=str(path))
    return [step.name for step in status if step.applied is None]


def refuse_newer(path: Path, key: bytes) -> None:
    """Raise WorldFault("store.newer") for a store with an unread log and change nothing: an ordinary connection would
    work the log into the store when it closes."""
    shared = _side_files(path)[1]
    there = shared.exists()
    database = SqlCipherDatabase(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, passphrase=f"x'{key.hex()}'", pragmas=[PRAGMAS[0]]
    )
    try:
        database.connect()
        pending(database, path)
    finally:
        database.close()
        if not there:
            clear_away(shared)


def create(path: Path, key: bytes) -> None:
    """Make a new store at `path` (which must not exist) with all migrations applied."""
    database = connect_new(path, key)
    try:
        Runner(database, str(DIRECTORY)).up()
    finally:
        database.close()


def upgrade(path: Path, key: bytes, keep: Path | None = None) -> None:
    """Apply what is pending on a copy and swap it in; the old store stays as it was if anything fails.

    In the folder `keep` the old store is kept byte for byte as `before-NNNN-DATE.db`, NNNN being the first migration
    applied; the last two such copies stay. Raises WorldFault("store.migration_failed" | the disk's faults).
    """
    copy_path = path.with_name(f"{path.name}.migrating")
    clear_away(copy_path, *_side_files(copy_path))
    source = connect(path, key)
    copy = connect_new(copy_path, key, pragmas=(("foreign_keys", 0), ("synchronous", "full")))
    try:
        if keep is not None:
            source.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            _keep_old(path, keep, pending(source, path)[0].partition("_")[0])
        source.connection().backup(copy.connection(), pages=1000)
        before = _counts(copy)
        Runner(copy, str(DIRECTORY)).up()
        _check(copy, before, path)
        copy.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        source.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        copy.close()
        source.close()
        if any(side.exists() and side.stat().st_size for side in _side_files(path)):
            raise WorldFault("store.migration_failed", path=str(path))  # a stale WAL would damage the new file
        copy_path.replace(path)
        fsync_folder(path.parent)
    except peewee.PeeweeException as error:
        if "full" in str(error).lower():
            raise WorldFault("disk.full", path=str(path)) from error
        raise WorldFault("store.migration_failed", path=str(path)) from error
    except OSError as error:
        raise disk_fault(error, path) from error
    finally:
        copy.close()
        source.close()
        clear_away(copy_path, *_side_files(copy_path))


def _keep_old(path: Path, keep: Path, step: str) -> None:
    target = private_folder(keep) / f"before-{step}-{datetime.now():%Y%m%d}.db"
    with world_faults(target), path.open("rb") as old, whole_file(target) as out:
        shutil.copyfileobj(old, out, 1 << 20)
    kept = kept_copies(keep)
    clear_away(*kept[:-KEPT])


def kept_copies(keep: Path) -> list[Path]:
    """The stores kept from before upgrades in the folder `keep`, the oldest first."""
    return sorted(keep.glob("before-*.db"), key=lambda item: (item.stat().st_mtime_ns, item.name))


def _check(database: SqlCipherDatabase, before: dict[str, int], path: Path) -> None:
    problems = [row[0] for row in database.execute_sql("PRAGMA integrity_check") if row[0] != "ok"]
    problems += [str(row[0]) for row in database.execute_sql("PRAGMA cipher_integrity_check")]
    problems += [str(row[0]) for row in database.execute_sql("PRAGMA foreign_key_check")]
    after = _counts(database)
    problems += [table for table, rows in before.items() if after.get(table, rows) < rows]
    if problems:
        raise WorldFault("store.migration_failed", path=str(path))


def _counts(database: SqlCipherDatabase) -> dict[str, int]:
    return {
        table: int(database.execute_sql(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608 - own names
        for table in database.get_tables()
        if not table.startswith(("search_", "sqlite_"))
    }


def _side_files(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
