"""What is wrong inside a store's file, without the open store having to wait: each question has its own connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
from playhouse.sqlcipher_ext import SqlCipherDatabase
from sqlcipher3 import dbapi2 as sqlcipher

from db.migrate import connect
from db.models import TABLES


def bad_pages(path: Path, key: bytes) -> list[int]:
    """The pages, counted from 1, that are not as they were written; 0 stands for a file that ends within a page."""
    with _reading(path, key) as database:
        rows = [str(row[0]).rpartition(" ")[2] for row in database.execute_sql("PRAGMA cipher_integrity_check")]
    return [int(number) if number.isdigit() else 0 for number in rows]  # "HMAC verification failed for page 60"


def complaints(path: Path, key: bytes) -> list[str]:
    """What SQLite and the foreign keys complain of; empty when whole."""
    found = []
    for pragma in ("integrity_check", "foreign_key_check"):
        with _reading(path, key) as database:
            try:
                found += [" ".join(map(str, row)) for row in database.execute_sql(f"PRAGMA {pragma}")]
            except (peewee.DatabaseError, sqlcipher.DatabaseError):
                found.append(f"{pragma}: unreadable")
    return [row for row in found if row != "ok"]


def unreadable_tables(path: Path, key: bytes) -> list[str]:
    """The tables with rows, or indexes, that cannot be read to the end."""
    found = []
    try:
        with _reading(path, key) as database:
            named = "SELECT name FROM sqlite_master WHERE rootpage > 0 AND type = 'table'"
            tables = [row[0] for row in database.execute_sql(named)]
    except (peewee.DatabaseError, sqlcipher.DatabaseError):
        return [table._meta.table_name for table in TABLES]
    for table in tables:
        with _reading(path, key) as database:
            try:
                for index in (None, *[row[1] for row in database.execute_sql(f'PRAGMA index_list("{table}")')]):
                    by = "NOT INDEXED" if index is None else f'INDEXED BY "{index}"'
                    columns = "*" if index is None else "1"
                    for _row in database.execute_sql(f'SELECT {columns} FROM "{table}" {by}'):  # noqa: S608
                        pass
            except (peewee.DatabaseError, sqlcipher.DatabaseError):
                found.append(table)
    return found


@contextmanager
def _reading(path: Path, key: bytes) -> Iterator[SqlCipherDatabase]:
    database = connect(path, key, pragmas=(("cipher_log_level", "none"), ("query_only", 1), ("busy_timeout", 5000)))
    try:
        yield database
    finally:
        database.close()
