"""Getting out of a damaged store what can be read: page by page first, then row by row into a new store.

Nothing here writes to the damaged store. It is copied, brought to the last state its log tells, single bad bytes are
put right where a page's own check proves them, and what is readable then is taken over table by table.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playhouse.sqlcipher_ext import SqlCipherDatabase
from sqlcipher3 import dbapi2 as sqlcipher

from db import wal
from db.files import world_faults
from db.migrate import connect, connect_new
from db.models import TABLES
from db.pages import SALT, SIZE, Pages, salt_of
from policy.errors import WorldFault

_STEP = 2000  # rows read at a time
_MOST_MENDED = 16  # pages; one takes seconds, and so many are no single byte
_FAR = 1 << 40
_NARROW = 256  # row numbers tried one by one behind a damaged page before the steps grow
_MOST_IDS = 200  # of lost records in the report
_STAND_IN = "（原记录已损坏）"  # i18n: kept in the store
# parents whose own columns can be blank for a while: what hangs on them is worth more than the wait
_REPLACEABLE = frozenset({"organisation", "person", "firm", "carrier", "broker_case", "programme", "event", "op"})


@dataclass(slots=True)
class Assembled:
    """What became of the pages: `damaged` ones stay unreadable, `mended` ones are whole again. `behind` counts the
    acknowledged transactions that SQLite would have dropped with the damaged log."""

    damaged: list[int] = field(default_factory=list)
    mended: list[int] = field(default_factory=list)
    behind: int = 0


@dataclass(slots=True)
class Rows:
    """What became of one table. `lost` counts the rows an index still names (their `ids` as far as it holds ids);
    `more` says that there may have been others, since no index tells."""

    table: str
    taken: int = 0
    lost: int = 0
    more: bool = False
    ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Mended:
    """How references to lost rows were settled: set blank (`unlinked`), to a stand-in (`stand_ins`), or the row left
    out (`dropped`); each as `table:record`."""

    unlinked: list[str] = field(default_factory=list)
    stand_ins: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def assemble(
    store: Path, key: bytes, copy: Path, step: Callable[[int, int], None] = lambda _done, _all: None
) -> Assembled:
    """Copy a store and its log into one file, `copy`, that can be opened under the same raw key.

    Raises WorldFault("store.damaged") where no page tells what salt it was written with, and the disk's faults.
    """
    found = Assembled()
    with world_faults(copy):
        handle = os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with store.open("rb") as source, os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
    log = store.with_name(f"{store.name}-wal")
    salt = salt_of(copy, key)
    if salt is None:
        raise WorldFault("store.damaged", path=str(store))
    pages = Pages(key, salt)
    with world_faults(copy):
        found.behind = wal.read(log).behind
        blank = wal.lay_over(log, copy, pages.holds)
        with copy.open("r+b") as out:
            if out.read(SALT) != salt:
                out.seek(0)
                out.write(salt)
                found.mended.append(1)
            count = copy.stat().st_size // SIZE
            out.seek(0)
            for number in range(1, count + 1):
                content = out.read(SIZE)
                if pages.holds(number, content) or not any(content):
                    continue
                mended = pages.mended(number, content) if number not in blank and _worth(found) else None
                if mended is None:
                    found.damaged.append(number)
                else:
                    found.mended.append(number)
                    out.seek((number - 1) * SIZE)
                    out.write(mended)
                step(number, count)
    found.damaged += [0] if 0 in blank else []
    return found


def _worth(found: Assembled) -> bool:
    return len(found.mended) + len(found.damaged) < _MOST_MENDED


def copy_rows(source: Path, key: bytes, target: Path, step: Callable[[str], None] = lambda _table: None) -> list[Rows]:
    """Make a new store at `target` under the same raw key with every row of `source` that can be read.

    It gets the schema of the source; its search index is empty. Raises WorldFault("store.beyond_rescue") where the
    schema itself cannot be read.
    """
    reader = _Reader(source, key)
    found: list[Rows] = []
    out = connect_new(target, key, pragmas=(("foreign_keys", 0), ("synchronous", "full")))
    try:
        schema, whole = reader.some("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        virtual = [row[1] for row in schema if row[3].upper().startswith("CREATE VIRTUAL")]
        schema = [row for row in schema if not any(row[1].startswith(f"{name}_") for name in virtual)]
        if not whole or not schema:
            raise WorldFault("store.beyond_rescue", path=str(source))
        with out.atomic():
            for kind, name, _table, sql in schema:
                if kind == "table" and not name.startswith("sqlite_"):
                    out.execute_sql(sql)
            for kind, name, _table, _sql in schema:
                if kind == "table" and not name.startswith(("search_", "sqlite_")):
                    step(name)
                    found.append(_copy_table(reader, out, name))
            for kind, _name, table, sql in schema:
                if kind not in ("table",) or table.startswith("sqlite_"):
                    out.execute_sql(sql)
        steps = next((rows for rows in found if rows.table == "schema_migration"), Rows(""))
        if steps.lost or steps.more or not steps.taken:
            raise WorldFault("store.beyond_rescue", path=str(source))
    finally:
        reader.close()
        out.close()
    return found


def settle_references(path: Path, key: bytes) -> Mended:
    """Bring a store whose rows refer to lost ones to where all its foreign keys hold."""
    found = Mended()
    database = connect(path, key, pragmas=(("foreign_keys", 0), ("synchronous", "full")))
    try:
        with database.atomic():
            while broken := database.execute_sql("PRAGMA foreign_key_check").fetchall():
                for table, rowid, parent, number in broken:
                    _settle(database, found, table, rowid, parent, number)
    finally:
        database.close()
    return found


class _Reader:
    """Reads a damaged store. SQLCipher refuses all further pages after a damaged one: the connection is made anew."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._database = self._connected()

    def some(self, sql: str, parameters: Sequence[object] = ()) -> tuple[list[tuple[Any, ...]], bool]:
        """The rows up to the first damaged page, and whether there was none."""
        rows: list[tuple[Any, ...]] = []
        try:
            rows.extend(self._database.connection().execute(sql, tuple(parameters)))
        except sqlcipher.DatabaseError:
            self._database.close()
            self._database = self._connected()
            return rows, False
        return rows, True

    def close(self) -> None:
        self._database.close()

    def _connected(self) -> SqlCipherDatabase:
        return connect(self._path, self._key, pragmas=(("cipher_log_level", "none"), ("query_only", 1)))


def _copy_table(reader: _Reader, out: SqlCipherDatabase, table: str) -> Rows:
    rows = Rows(table)
    described = out.execute_sql(f'PRAGMA table_info("{table}")').fetchall()
    columns, numbered = [row[1] for row in described], bool(described[0][2] == "INTEGER" and described[0][5])
    listed = ", ".join(f'"{name}"' for name in columns)
    read = f'SELECT rowid, {listed} FROM "{table}" NOT INDEXED WHERE rowid'  # noqa: S608 - names from the schema
    put = f'INSERT OR IGNORE INTO "{table}" ({listed}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608
    known, complete = _known_rows(reader, table, columns[0])
    taken: set[int] = set()
    last, damage = -_FAR, False
    while True:
        found, whole = reader.some(f"{read} > ? ORDER BY rowid LIMIT {_STEP}", (last,))
        end = whole and len(found) < _STEP
        if not whole:  # what was read last before the fault is lost with it, and is found again here
            damage = True
            last = found[-1][0] if found else last
            following = _readable_after(reader, f"{read} >= ? ORDER BY rowid LIMIT 1", last, known if complete else {})
            found += [following] if following else []
            end = following is None
        for row in found:
            rows.taken += out.connection().execute(put, row[1:]).rowcount
        taken.update(row[0] for row in found)
        last = found[-1][0] if found else last
        if end:
            break
    gone = [number for number in known if number not in taken] if damage else []
    rows.lost, rows.more = len(gone), damage and not complete
    ids = gone if numbered else [known[number] for number in gone if known[number] is not None]
    rows.ids = [str(record) for record in ids[:_MOST_IDS]]
    return rows


def _known_rows(reader: _Reader, table: str, first: str) -> tuple[dict[int, Any], bool]:
    """The numbers of all rows by an index, with their ids where it holds them; and whether one was whole."""
    known: dict[int, Any] = {}
    complete = False
    for index in reader.some(f'PRAGMA index_list("{table}")')[0]:
        partial = index[4]
        held = [row[2] for row in reader.some(f'PRAGMA index_info("{index[1]}")')[0]]
        shown = f'"{first}"' if first in held else "NULL"
        found, whole = reader.some(f'SELECT rowid, {shown} FROM "{table}" INDEXED BY "{index[1]}"')  # noqa: S608
        for number, record in found:
            known[number] = known.get(number) if record is None else record
        complete |= whole and not partial
    return dict(sorted(known.items())), complete


def _readable_after(reader: _Reader, probe: str, last: int, known: dict[int, Any]) -> tuple[Any, ...] | None:
    """The first row behind `last` that can be read, past a damaged page; None where there is none.

    `known` numbers are all there are; without them every number is tried, then ever wider steps.
    """
    if known:
        tries: Any = (number for number in known if number > last)
    else:
        start = max(last, 0)
        near = range(start + 1, start + _NARROW)
        tries = (*near, *(start + (_NARROW << power) for power in range(_FAR.bit_length())))
    failed = last
    for number in tries:
        found, whole = reader.some(probe, (number,))
        if not whole:
            failed = number
            continue
        while not known and number - failed > 1:  # the steps were wide: back to the first that can be read
            middle = (number + failed) // 2
            nearer, whole = reader.some(probe, (middle,))
            number, failed, found = (middle, failed, nearer) if whole else (number, middle, found)
        return found[0] if found else None
    return None


def _settle(database: SqlCipherDatabase, found: Mended, table: str, rowid: int, parent: str, number: int) -> None:
    column, target = next(
        (row[3], row[4] or "id")
        for row in database.execute_sql(f'PRAGMA foreign_key_list("{table}")')
        if row[0] == number
    )
    where = f'FROM "{table}" WHERE rowid = ?'
    first = database.execute_sql(f'PRAGMA table_info("{table}")').fetchone()[1]
    row = database.execute_sql(f'SELECT "{first}", "{column}" {where}', (rowid,)).fetchone()
    there = f'SELECT 1 FROM "{parent}" WHERE "{target}" = ?'  # noqa: S608 - names from the schema
    if row is None or database.execute_sql(there, (row[1],)).fetchone():
        return  # settled in passing
    needed = next(
        bool(info[3] or info[5]) for info in database.execute_sql(f'PRAGMA table_info("{table}")') if info[1] == column
    )
    if not needed:
        database.execute_sql(f'UPDATE "{table}" SET "{column}" = NULL WHERE rowid = ?', (rowid,))  # noqa: S608
        found.unlinked.append(f"{table}:{row[0]}")
    elif parent in _REPLACEABLE and _stand_in(database, parent, target, row[1]):
        found.stand_ins.append(f"{parent}:{row[1]}")
    else:
        database.execute_sql(f"DELETE {where}", (rowid,))
        found.dropped.append(f"{table}:{row[0]}")


def _stand_in(database: SqlCipherDatabase, table: str, target: str, record: object) -> bool:
    """Put a row with that id in the place of a lost one; False where it would itself need what is not there."""
    declared: dict[str, Any] = next((model._meta.columns for model in TABLES if model._meta.table_name == table), {})
    refers = {row[3] for row in database.execute_sql(f'PRAGMA foreign_key_list("{table}")')}
    values: dict[str, object] = {}
    for _place, name, kind, needed, _default, _key in database.execute_sql(f'PRAGMA table_info("{table}")'):
        if name == target:
            values[name] = record
        elif needed and name in refers:
            return False
        elif needed:
            field = declared.get(name)
            options = getattr(field, "options", ())
            named = f"{_STAND_IN}{record}" if getattr(field, "unique", False) else _STAND_IN
            values[name] = options[0].code if options else 0 if kind == "INTEGER" else named
    listed = ", ".join(f'"{name}"' for name in values)
    database.execute_sql(
        f'INSERT INTO "{table}" ({listed}) VALUES ({", ".join("?" * len(values))})',  # noqa: S608
        tuple(values.values()),
    )
    return True
