"""The one open store: opening with distinct faults, one lock, reads, and the single write path.

Every write goes through `Store.write`: one transaction that also records the operation and each change, feeds the
search index, and returns Changes for the screens.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NoReturn

import peewee
from playhouse.sqlcipher_ext import SqlCipherDatabase
from sqlcipher3 import dbapi2 as sqlcipher

from db import exchange, migrate, search, wal
from db.files import clear_away, world_faults
from db.keyslots import Vault, derive
from db.models import DATABASE, Setting
from db.searchtext import index
from db.writes import Changes, Write
from policy.errors import WorldFault

_BACKUP_PAGES = 1000  # in one step: the store stays free for others but for some 10 ms
_PAUSE = 0.001  # seconds
_DAMAGE = ("not a database", "malformed", "disk image", "corrupt")


def now_ms() -> int:
    """The present moment, milliseconds UTC."""
    return time.time_ns() // 1_000_000


class Store:
    """An open store. All use of the connection happens under `lock`; open at most one per process."""

    def __init__(self, path: Path, database: SqlCipherDatabase, vault: Vault) -> None:
        self.path = path
        self.database = database
        self.lock = threading.RLock()
        self.operator: str | None = None
        self._audit_key = vault.audit_key
        self._active: Write | None = None
        self._exchanging = self._closed = False
        self._depth = 0
        self._met_damage = False

    @classmethod
    def create(cls, path: Path, data_key: bytes, vault: Vault) -> Store:
        """Make a new store with all migrations applied, and open it."""
        with store_faults(path):
            migrate.create(path, derive(data_key, "store"))
        return cls.open(path, data_key, vault)

    @classmethod
    def open(cls, path: Path, data_key: bytes, vault: Vault) -> Store:
        """Open an existing store, upgrading it first where this program is newer.

        Raises WorldFault("store.missing" | "store.damaged" | "store.log_damaged" | "store.newer" |
        "store.migration_failed" | disk faults).
        """
        with world_faults(path):
            if not path.exists():
                raise WorldFault("store.missing", path=str(path))
            log = path.with_name(f"{path.name}-wal")
            if path.stat().st_size == 0:
                raise WorldFault("store.damaged", path=str(path))  # an empty file is damage, never a new store
            found = wal.read(log)
            if found.behind:  # SQLite would drop them without a word, and then the log
                raise WorldFault("store.log_damaged", path=str(log), before=found.before, behind=found.behind)
        key = derive(data_key, "store")
        with store_faults(path):
            if found.frames:
                migrate.refuse_newer(path, key)
            database = migrate.connect(path, key)
            try:
                if migrate.pending(database, path):
                    database.close()
                    migrate.upgrade(path, key, path.parent / "backups")
                    database.connect()
                if found.frames:  # what a crash left: in the store itself it can be neither torn nor damaged further
                    with contextlib.suppress(peewee.OperationalError):
                        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            except BaseException:
                database.close()
                raise
        DATABASE.initialize(database)
        return cls(path, database, vault)

    def close(self) -> None:
        """Finish the write-ahead log and close, for good; harmless when already closed."""
        with self.lock:
            self._closed = True
            if not self.database.is_closed():
                # on a full disk the log stays, whole, and is taken up at the next opening
                with contextlib.suppress(peewee.DatabaseError, sqlcipher.DatabaseError):
                    self.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                self.database.close()

    def settle(self) -> None:
        """Move all that the log holds into the store's file; raises the disk's faults, which `close` leaves for the
        next opening."""
        with self.read() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def exchange(self, data_key: bytes, commit: Callable[[], None]) -> None:
        """Go on with the prepared copy under another data key (`db.exchange`) in the store's place.

        `commit` makes the new key count, between the moment when the old file is at rest and the exchange; where it
        fails, the old file is open again as before.
        """
        with self.lock, store_faults(self.path):
            self.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            self.database.close()
            try:
                commit()
            except BaseException:
                self.database.connect()
                raise
            # from here on the old file no longer counts: nothing may be written to it, even if this ends in a fault
            self._exchanging = True
            exchange.swap_in(self.path)
            self.database = migrate.unconnected(self.path, derive(data_key, "store"))
            DATABASE.initialize(self.database)
            self._exchanging = False
            self.database.connect()

    def _check_open(self) -> None:
        if self._closed:  # a job that comes late would open it again, and its rows would go where the models are now
            raise WorldFault("workspace.locked")
        if self._exchanging:
            raise WorldFault("store.exchange_unfinished", path=str(self.path))

    @contextmanager
    def read(self) -> Iterator[sqlcipher.Connection]:
        """The connection, for queries, under the lock."""
        with self.lock, self._made_anew_after_damage(), store_faults(self.path):
            self._check_open()
            yield self.database.connection()

    @contextmanager
    def write(self, label: str, origin: str = "typed") -> Iterator[Write]:
        """One user action in one durable transaction. Nested use joins the outer action.

        `label` is what undo and history show; `origin` says where the values came from (typed, import:FILE, …).
        """
        with self.lock, self._made_anew_after_damage(), store_faults(self.path):
            self._check_open()
            if self._active is not None:
                yield self._active
                return
            with self.database.atomic("IMMEDIATE"):
                write = Write(self.database.connection(), label, origin, self.operator, now_ms(), self._audit_key)
                self._active = write
                try:
                    yield write
                    write.finish()
                finally:
                    self._active = None

    def index_waiting(self, limit: int) -> int:
        """Index up to `limit` records that a large import left for later, in a transaction of their own; returns how
        many it took: 0 when none is left, or the store is closed."""
        with self.lock, self._made_anew_after_damage(), store_faults(self.path):
            if self.database.is_closed():
                return 0
            connection = self.database.connection()
            queue = search.waiting(connection, limit)
            if queue:
                with self.database.atomic("IMMEDIATE"):
                    for kind, items in groupby(queue, key=itemgetter(1)):
                        index(connection, kind, [record for _place, _kind, record in items])
                    search.done_until(connection, queue[-1][0])
            return len(queue)

    @contextmanager
    def _made_anew_after_damage(self) -> Iterator[None]:
        """After one page that fails its check SQLCipher refuses every other it has not read yet: the connection is made
        anew as soon as nobody is using it, so that only what lies on that page is missing."""
        self._depth += 1
        try:
            yield
        except WorldFault as fault:
            self._met_damage |= fault.code == "store.damaged"
            raise
        finally:
            self._depth -= 1
            if self._met_damage and not self._depth:
                self._met_damage = False
                if not self.database.is_closed():
                    self.database.close()
                    self.database.connect()

    def setting(self, key: str, default: object = None) -> object:
        """A value of the workspace, or `default`."""
        with self.read():
            row = Setting.get_or_none(Setting.key == key)
        return default if row is None else row.value

    def save_setting(self, key: str, value: object) -> Changes:
        """Keep a value of the workspace (no history: settings are not records)."""
        with self.write(f"setting:{key}") as write:
            Setting.insert(key=key, value=value).on_conflict_replace().execute()
        return write.changes

    def integrity(self) -> list[str]:
        """What SQLite, SQLCipher and the foreign keys complain of; empty when whole."""
        with self.read() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            found += [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
            found += [f"foreign key: {row[0]} {row[1]}" for row in connection.execute("PRAGMA foreign_key_check")]
        return found

    def backup_to(self, target: Path, key: bytes, step: Callable[[], None] = lambda: None) -> None:
        """Copy the store by SQLite's backup API into a new file under its own raw key.

        Others get at the store between the steps, and what they write is in the copy: both use the one connection, and
        SQLite brings the copy in step. `step` runs between steps too; what it raises ends the copy.
        """

        def pause(_status: int, _remaining: int, _total: int) -> None:
            step()
            self.lock.release()
            time.sleep(_PAUSE)  # a lock that is taken back at once is given to nobody else
            self.lock.acquire()
            if self.database.is_closed() or self.database.connection() is not source:
                raise WorldFault("workspace.locked")

        with store_faults(target):
            copy = migrate.connect_new(target, key, pragmas=(("synchronous", "full"),))
            try:
                with self.read() as source:
                    source.backup(copy.connection(), pages=_BACKUP_PAGES, progress=pause)
            finally:
                copy.close()


def _raise_why(path: Path) -> NoReturn:
    """SQLite does not say why it cannot open or make a file: try, and raise what the disk says (WorldFault)."""
    probe = path.with_name(f".{secrets.token_hex(4)}.part")
    try:
        with world_faults(path):
            os.close(os.open(path, os.O_RDWR))
            os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    finally:
        clear_away(probe)
    raise WorldFault("disk.failed", path=str(path), reason="I/O")


@contextmanager
def store_faults(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the world into faults; a mistake in our SQL stays an exception."""
    try:
        yield
    except (peewee.DatabaseError, sqlcipher.DatabaseError) as error:
        if isinstance(error, peewee.IntegrityError | sqlcipher.IntegrityError):
            raise
        cause: BaseException | None = error
        if "cannot rollback" in str(error):  # SQLite has done it already; what went wrong came before
            while cause is not None and "cannot rollback" in str(cause):
                cause = cause.__context__
        text = str(cause).lower()
        if "full" in text:
            raise WorldFault("disk.full", path=str(path)) from error
        if "unable to open" in text:
            _raise_why(path)
        if "readonly" in text:
            raise WorldFault("disk.read_only", path=str(path)) from error
        if "locked" in text or "busy" in text:
            raise WorldFault("store.busy", path=str(path)) from error
        if "i/o error" in text:
            raise WorldFault("disk.failed", path=str(path), reason="I/O") from error
        if any(word in text for word in _DAMAGE):
            raise WorldFault("store.damaged", path=str(path)) from error
        raise
