"""Print the schema the models declare, to paste into a migration: `python -m tools.ddl`."""

from __future__ import annotations

import peewee

from db.models import TABLES


def declared() -> dict[str, str]:
    """The statements that make the declared tables and indexes, by object name."""
    database = peewee.SqliteDatabase(":memory:")
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES)
        rows = database.execute_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        return {name: sql for name, sql in rows if not name.startswith("sqlite_")}


if __name__ == "__main__":
    for statement in declared().values():
        print(statement)
