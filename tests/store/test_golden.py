"""Stores of every released schema open in today's program with all they held; an upgrade is whole or has not begun."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playhouse.migrations import Runner

from db import audit, migrate, search
from db.keyslots import Vault
from db.models import DATABASE, RECORDS, TABLES
from db.store import Store
from policy.errors import WorldFault
from tools import golden

FIXTURES = Path(__file__).parent.parent / "fixtures" / "golden"
GOLDEN = sorted(folder.name for folder in FIXTURES.iterdir())
STEPS = sorted(path.stem for path in migrate.DIRECTORY.glob("[0-9]*.py"))
VAULT = Vault(golden.IDENTITY, bytes(32), bytes(range(32, 64)))
FIRST = GOLDEN[0]

# what a migration changes on purpose, by step: {"0003_what": {"table": {"column", …}}}
CHANGED: dict[str, dict[str, set[str]]] = {}


def _unpacked(number: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    golden.unpack((FIXTURES / number / "store.xz").read_bytes(), folder / "store.db")
    return folder / "store.db"


def _told(number: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FIXTURES / number / "golden.json").read_text("utf-8"))
    return told


def _differences(connection: Any, number: str, steps: list[str]) -> list[str]:
    """The tables that no longer hold, in the columns they had, what the golden store held."""
    changed: dict[str, set[str]] = {}
    for step in steps:
        for table, columns in CHANGED.get(step, {}).items():
            changed.setdefault(table, set()).update(columns)
    found = []
    for table, told in _told(number)["tables"].items():
        columns = [name for name in told["columns"] if name not in changed.get(table, set())]
        if columns != told["columns"]:
            continue  # the step's own test says what became of them
        if golden.digest(connection, table, columns) != {name: told[name] for name in ("columns", "rows", "sha256")}:
            found.append(table)
    return found


def _applied(connection: Any) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM schema_migration ORDER BY name")]


def test_every_released_schema_has_a_golden_store():
    missing = [step for step in STEPS[:-1] if step.partition("_")[0] not in GOLDEN]
    assert not missing, "make it from the code of that release: python tools/golden.py NUMBER --code DIR"


@pytest.mark.parametrize("number", GOLDEN)
def test_a_golden_store_has_rows_in_every_table_and_every_column_filled_once(number: str, tmp_path: Path):
    store = _unpacked(number, tmp_path)
    assert (FIXTURES / number / "store.xz").stat().st_size < 400 << 10
    database = migrate.connect(store, golden.store_key())
    try:
        connection = database.connection()
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        for table, told in _told(number)["tables"].items():
            assert told["rows"] >= 1
            for column in told["columns"]:
                filled = connection.execute(f'SELECT count("{column}") FROM "{table}"').fetchone()[0]
                assert filled, (table, column)
        assert any("𠮷" in row[0] for row in connection.execute("SELECT name FROM organisation"))
    finally:
        database.close()


@pytest.mark.parametrize("number", GOLDEN)
def test_a_golden_store_opens_today_with_all_it_held(number: str, tmp_path: Path):
    path = _unpacked(number, tmp_path)
    old = path.read_bytes()
    store = Store.open(path, golden.KEY, VAULT)
    try:
        assert store.integrity() == []
        with store.read() as connection:
            assert _applied(connection) == STEPS
            assert _differences(connection, number, STEPS) == []
            assert search.find(connection, "name㐂𠮷")
            assert audit.problems(VAULT.audit_key) == []
            for model in TABLES:  # every field can be read by its declaration
                assert (
                    sum(1 for _row in model.select().dicts())
                    == store.database.execute_sql(f'SELECT count(*) FROM "{model._meta.table_name}"').fetchone()[0]
                )
        with store.write("after") as write:
            write.update(RECORDS[0], "organisation-full", {"name": "升级之后"})
    finally:
        store.close()
    (kept,) = (tmp_path / "backups").iterdir()
    assert kept.read_bytes() == old and kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("number", GOLDEN)
def test_each_step_keeps_every_value(number: str, tmp_path: Path):
    database = migrate.connect(_unpacked(number, tmp_path), golden.store_key())
    try:
        connection = database.connection()
        done = _applied(connection)
        for step in STEPS[len(done) :]:
            Runner(database, str(migrate.DIRECTORY)).up(step)
            done.append(step)
            assert _applied(connection) == done
            assert _differences(connection, number, done) == []
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert done == STEPS
    finally:
        database.close()


def test_the_targets_of_an_older_store_are_called_by_their_rule(tmp_path: Path):
    database = migrate.connect(_unpacked("0002", tmp_path), golden.store_key())
    try:
        Runner(database, str(migrate.DIRECTORY)).up("0003_policy")
        rows = database.connection().execute("SELECT rule, title FROM target").fetchall()
    finally:
        database.close()
    assert rows and all(rule == title for rule, title in rows)


def test_the_last_two_stores_from_before_an_upgrade_are_kept(tmp_path: Path):
    keep = tmp_path / "backups"
    keep.mkdir()
    for age, name in enumerate(("before-0002-20250101.db", "before-0003-20260101.db", "fuzhuan-set")):
        (keep / name).write_bytes(b"x")
        os.utime(keep / name, (1_000_000 + age, 1_000_000 + age))
    Store.open(_unpacked(FIRST, tmp_path), golden.KEY, VAULT).close()
    names = sorted(path.name for path in keep.iterdir())
    assert len(names) == 3 and names[1:] == ["before-0003-20260101.db", "fuzhuan-set"]


def test_a_kept_store_opens_in_the_program_that_wrote_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The way back: the copy from before the upgrade, put in the store's place, under the older program's steps."""
    path = _unpacked(FIRST, tmp_path)
    Store.open(path, golden.KEY, VAULT).close()
    (kept,) = (tmp_path / "backups").iterdir()
    older = tmp_path / "older"
    shutil.copytree(migrate.DIRECTORY, older, ignore=lambda _place, names: [n for n in names if n[:4] > FIRST])
    monkeypatch.setattr(migrate, "DIRECTORY", older)
    with pytest.raises(WorldFault, match=r"store\.newer"):
        Store.open(path, golden.KEY, VAULT)
    shutil.copyfile(kept, path)
    database = migrate.connect(path, golden.store_key())
    assert migrate.pending(database, path) == [] and _differences(database.connection(), FIRST, []) == []
    database.close()


def test_a_newer_store_is_refused_with_every_byte_as_it_was_its_log_too(tmp_path: Path):
    path = _unpacked(FIRST, tmp_path / "there")
    writer = migrate.connect(path, golden.store_key())
    writer.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01')")
    here = tmp_path / "here"
    shutil.copytree(path.parent, here, ignore=lambda _place, names: [n for n in names if n.endswith("-shm")])
    before = {item.name: item.read_bytes() for item in here.iterdir()}
    assert set(before) == {"store.db", "store.db-wal"} and before["store.db-wal"]
    for _ in range(2):
        with pytest.raises(WorldFault, match=r"store\.newer"):
            Store.open(here / "store.db", golden.KEY, VAULT)
        assert {item.name: item.read_bytes() for item in here.iterdir()} == before
    writer.close()


# -- kill -9 --------------------------------------------------------------------------------------------------------
class _Killer:
    """Counts every SQL statement and every call to the disk that an upgrade makes; dies at one of them."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def tick(self, *_: object) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        connect, connect_new = migrate.connect, migrate.connect_new

        def traced(make: Callable[..., Any]) -> Callable[..., Any]:
            def made(*arguments: Any, **options: Any) -> Any:
                self.tick()
                database = make(*arguments, **options)
                database.connection().set_trace_callback(self.tick)
                return database

            return made

        def ticking(call: Callable[..., Any]) -> Callable[..., Any]:
            def made(*arguments: Any, **options: Any) -> Any:
                self.tick()
                answer = call(*arguments, **options)
                self.tick()
                return answer

            return made

        patch.setattr(migrate, "connect", traced(connect))
        patch.setattr(migrate, "connect_new", traced(connect_new))
        for place, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (shutil, "copyfileobj"), (os, "open")):
            patch.setattr(place, name, ticking(getattr(place, name)))


def _killed_at(point: int, path: Path) -> tuple[bool, int]:
    """Upgrade in a process that dies at `point`; whether it died, and how many points there were."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        killer = _Killer(point)
        try:
            with pytest.MonkeyPatch.context() as patch:
                killer.watch(patch)
                Store.open(path, golden.KEY, VAULT).close()
            os.write(write, str(killer.count).encode())
        finally:
            os._exit(0)
    os.close(write)
    _pid, status = os.waitpid(child, 0)
    told = os.read(read, 20)
    os.close(read)
    return os.WIFSIGNALED(status), int(told or 0)


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_an_upgrade_killed_at_any_moment_leaves_the_old_store_or_the_new(tmp_path: Path, capsys):
    died, points = _killed_at(-1, _unpacked(FIRST, tmp_path / "whole"))
    assert not died and points > 100
    fresh = _unpacked(FIRST, tmp_path / "fresh").read_bytes()
    old_ones = new_ones = 0
    # one statement in the middle of a step's transaction is like the next: there every sixth
    chosen = [point for point in range(1, points + 1) if point < 60 or point > points - 60 or point % 6 == 0]
    for point in chosen:
        folder = tmp_path / str(point)
        folder.mkdir()
        path = folder / "store.db"
        path.write_bytes(fresh)
        path.chmod(0o600)
        died, _ = _killed_at(point, path)
        assert died, point
        database = migrate.connect(path, golden.store_key())
        connection = database.connection()
        applied = _applied(connection)
        assert applied in (STEPS[:1], STEPS), point
        assert _differences(connection, FIRST, applied) == [], point
        database.close()
        old_ones, new_ones = old_ones + (applied != STEPS), new_ones + (applied == STEPS)
        if point % 60 == 0 or applied == STEPS or point > points - 25:  # the next opening; dear, so not every time
            store = Store.open(path, golden.KEY, VAULT)
            with store.read() as connection:
                assert _applied(connection) == STEPS and _differences(connection, FIRST, STEPS) == []
            assert store.integrity() == []
            store.close()
            assert {item.name for item in folder.iterdir()} == {"store.db", "backups"}, point
            assert len([item for item in (folder / "backups").iterdir() if item.suffix == ".db"]) == 1
        shutil.rmtree(folder)
    assert old_ones > 50 and new_ones > 0
    with capsys.disabled():
        counts = f"the old store {old_ones} times, the new one {new_ones} times"
        sys.stdout.write(f"\nkilled at {len(chosen)} of {points} points: {counts}\n")


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs root, to mount a small disk")
@pytest.mark.parametrize("room", [800, 1000, 1600, 2100], ids=lambda room: f"{room} KB")
def test_a_full_disk_leaves_the_old_store(room: int, tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}k", "none", str(disk)], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        path = _unpacked(FIRST, disk)
        before = path.read_bytes()
        with pytest.raises(WorldFault, match=r"disk\.full"):
            Store.open(path, golden.KEY, VAULT)
        DATABASE.initialize(None)
        assert path.read_bytes() == before
        assert not [item for item in disk.iterdir() if "migrating" in item.name or item.name.endswith(".part")]
        shutil.copyfile(path, tmp_path / "store.db")
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    store = Store.open(tmp_path / "store.db", golden.KEY, VAULT)
    with store.read() as connection:
        assert _differences(connection, FIRST, STEPS) == []
    store.close()
