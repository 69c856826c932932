"""A migration that rebuilds a table, for tests of upgrades."""

from __future__ import annotations

# Rebuilds a table others refer to, as a changed constraint would need: with foreign keys on, DROP empties the children.
REBUILD = """
def up(migrator, db):
    columns = [row[1] for row in db.execute_sql('PRAGMA table_info("organisation")')]
    listed = ", ".join(f'"{name}"' for name in columns)
    sql = db.execute_sql("SELECT sql FROM sqlite_master WHERE name = 'organisation'").fetchone()[0]
    indexes = [row[0] for row in db.execute_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'organisation' AND sql IS NOT NULL")]
    db.execute_sql(sql.replace('"organisation"', '"organisation_new"', 1))
    db.execute_sql(f'INSERT INTO "organisation_new" ({listed}) SELECT {listed} FROM "organisation"')
    db.execute_sql('DROP TABLE "organisation"')
    db.execute_sql('ALTER TABLE "organisation_new" RENAME TO "organisation"')
    for index in indexes:
        db.execute_sql(index)
"""
