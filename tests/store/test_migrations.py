"""Migrations: the newest gives the declared schema; one works on a copy and loses nothing, or changes nothing."""

from __future__ import annotations

import re
import secrets
import shutil
from pathlib import Path

import pyrage
import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from db import migrate, search
from db.keyslots import Vault, derive
from db.models import TABLES, CaseLog, Evidence, EvidenceLink
from db.store import Store
from policy.errors import WorldFault
from tests.store.rebuild import REBUILD
from tools.ddl import declared

KEY = bytes(range(32))
VAULT = Vault(str(pyrage.x25519.Identity.generate()), secrets.token_bytes(32), secrets.token_bytes(32))

ADD = 'def up(migrator, db):\n    db.execute_sql("CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT")\n'
FAIL = ADD + '    db.execute_sql("DELETE FROM organisation")\n    raise RuntimeError("half way")\n'
LOSE = 'def up(migrator, db):\n    db.execute_sql("DELETE FROM evidence_link")\n'
BREAK = "def up(migrator, db):\n    db.execute_sql(\"UPDATE evidence_link SET evidence = 'nobody'\")\n"


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations that a test may add to."""
    folder = Path(shutil.copytree(migrate.DIRECTORY, tmp_path / "migrations", ignore=lambda *_: ["__pycache__"]))
    monkeypatch.setattr(migrate, "DIRECTORY", folder)
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed store with a parent row and children that refer to it."""
    store = Store.create(tmp_path / "store.db", KEY, VAULT)
    with store.write("test") as write:
        from db.models import Case, Firm, Organisation

        own = write.insert(Organisation, {"name": "甲", "org_kind": "firm"})
        write.insert(Firm, {}, own)
        case = write.insert(Case, {"no": "1", "title": "案", "track": "supply"})
        write.insert(CaseLog, {"case": case, "happened_on": "2026-05", "kind": "visit", "note": "见面"})
        file = {"title": "t", "file_name": "f", "blob": "b", "digest": "d", "bytes": 1, "media_type": "x/y"}
        proof = write.insert(Evidence, file)
        write.insert(EvidenceLink, {"evidence": proof, "target": f"firm:{own}"})
    store.close()
    return store.path


def _schema(connection: sqlcipher.Connection) -> dict[str, str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    # the shadow tables of full-text search are SQLite's own
    shadow = re.compile(r"search_(title|text|letters)_\w+")
    own = {name: _plain(sql) for name, sql in rows if not shadow.fullmatch(name) and not name.startswith("sqlite_")}
    return {name: _at_the_end(sql) for name, sql in own.items() if not name.startswith("schema_migration")}


def _plain(sql: str) -> str:
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(sql.replace("IF NOT EXISTS ", "").replace('"', "").split()))


def _at_the_end(sql: str) -> str:
    """A column that a later step added says itself what it refers to; a new table says so behind its columns."""
    inline = re.compile(r",(\w+) TEXT (REFERENCES \w+\(id\)ON DELETE RESTRICT)")
    moved = "".join(f",FOREIGN KEY({name}){reference}" for name, reference in inline.findall(sql))
    plain = inline.sub(r",\1 TEXT", sql)
    return f"{plain.removesuffix(')STRICT')}{moved})STRICT" if moved else sql


def _rows(path: Path) -> dict[str, int]:
    database = migrate.connect(path, derive(KEY, "store"))
    try:
        return {
            table._meta.table_name: int(
                database.execute_sql(f'SELECT count(*) FROM "{table._meta.table_name}"').fetchone()[0]
            )
            for table in TABLES
        }
    finally:
        database.close()


def test_the_migrations_give_what_the_models_and_the_search_declare(path: Path):
    expected = {name: _plain(sql) for name, sql in declared().items()}
    for statement in search.SCHEMA:
        expected[statement.split("(")[0].split(" USING")[0].split(" ON ")[0].split()[-1]] = _plain(statement)
    database = migrate.connect(path, derive(KEY, "store"))
    try:
        made = _schema(database.connection())
    finally:
        database.close()
    assert made.keys() == expected.keys()
    assert made == expected


def test_every_record_table_is_strict():
    tables = [sql for sql in declared().values() if sql.startswith("CREATE TABLE")]
    assert len(tables) == len(TABLES) and all(sql.endswith("STRICT") for sql in tables)


def test_an_upgrade_that_rebuilds_a_parent_keeps_its_children(path: Path, steps: Path):
    before = _rows(path)
    (steps / "9002_rebuild.py").write_text(REBUILD)
    store = Store.open(path, KEY, VAULT)
    with store.read() as connection:
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        applied = [row[0] for row in connection.execute("SELECT name FROM schema_migration ORDER BY name")]
    assert store.integrity() == []
    store.close()
    assert _rows(path) == before and before["firm"] == before["evidence_link"] == 1
    assert applied[-1] == "9002_rebuild"
    assert sorted(item.name for item in path.parent.iterdir()) == ["backups", "migrations", "store.db"]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("step", [FAIL, LOSE, BREAK], ids=["raises", "loses rows", "breaks a reference"])
def test_an_upgrade_that_goes_wrong_leaves_the_old_store(path: Path, steps: Path, step: str):
    before, content = _rows(path), path.read_bytes()
    (steps / "9002_bad.py").write_text(step)
    for _ in range(2):
        with pytest.raises((WorldFault, RuntimeError)) as caught:
            Store.open(path, KEY, VAULT)
        assert str(caught.value) in ("store.migration_failed", "half way")
        assert path.read_bytes() == content
        assert sorted(item.name for item in path.parent.iterdir()) == ["backups", "migrations", "store.db"]
    (steps / "9002_bad.py").write_text(ADD)
    Store.open(path, KEY, VAULT).close()
    assert _rows(path) == before


def test_an_upgrade_takes_along_what_only_the_log_holds(path: Path, steps: Path, tmp_path: Path):
    store = Store.open(path, KEY, VAULT)
    with store.write("test") as write:
        from db.models import Organisation

        write.insert(Organisation, {"name": "乙", "org_kind": "firm"})
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", crashed / f"store.db{suffix}")
    store.close()
    (steps / "9002_add.py").write_text(ADD)
    Store.open(crashed / "store.db", KEY, VAULT).close()
    assert _rows(crashed / "store.db")["organisation"] == 2


def test_an_upgrade_runs_once(path: Path, steps: Path):
    (steps / "9002_add.py").write_text(ADD)
    Store.open(path, KEY, VAULT).close()
    inode = path.stat().st_ino
    Store.open(path, KEY, VAULT).close()
    assert path.stat().st_ino == inode  # no second swap
