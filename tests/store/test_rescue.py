"""What can be read of a damaged workspace goes into a new one; the damaged one stays as it is."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from db import migrate, rescue, search
from db.models import AuditEntry, CaseLog, Delivery, Endpoint, Evidence, new_id
from db.pages import SIZE
from desktop.runtime import keychain
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from policy.errors import Fault
from tests.store.damagehelp import PAPERS, Crashed, counts, flip, leaf_of, make, root_page, spoil

SEED = 20260522


@pytest.fixture(scope="module")
def made(template, tmp_path_factory: pytest.TempPathFactory) -> Crashed:
    return make(template, tmp_path_factory.mktemp("damage"))


@pytest.fixture
def crashed(made: Crashed, template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(keychain, "recall", lambda _workspace: template.keyring_secret)
    return Path(shutil.copytree(made.folder, tmp_path / "坏的"))


@pytest.fixture
def closed(crashed: Path) -> Path:
    """The same without a log."""
    session = Session()
    call_service(session, "workspace.open", None, folder=str(crashed))
    session.close()
    return crashed


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "workspace.lock"
    }


class Rescued:
    """A rescue that has run: its answer, and the new workspace, checked."""

    def __init__(self, folder: Path, made: Crashed) -> None:
        self.session, self.folder = Session(), folder.with_name("新的")
        before = _bytes(folder)
        self.answer: dict[str, Any] = call_service(
            self.session, "workspace.rescue", None, folder=str(folder), target=str(self.folder)
        )
        assert _bytes(folder) == before
        self.check = call_service(self.session, "workspace.verify", None)
        while self.session.index_waiting(5000):
            pass
        self.tables = {row["table"]: row for row in self.answer["tables"]}
        self.session.workspace.store.close()  # type: ignore[union-attr]
        self.counts = counts(self.folder / "store.db", made.store_key)
        self.session.close()

    def lost(self) -> dict[str, int]:
        return {table: row["lost"] for table, row in self.tables.items() if row["lost"] or row["more"]}


# by the rescue itself: the entry, the new replica, and that it was not backed up
ADDED = {"audit_entry": 1, "op": 1, "setting": 2, "change": 0}


def _all_there(rescued: Rescued, made: Crashed, **missing: int) -> None:
    for table, count in made.counts.items():
        expected = count - missing.get(table, 0)
        assert expected <= rescued.counts[table] <= expected + ADDED.get(table, 0), table


@pytest.mark.parametrize("place", [3, 200, 4000], ids=["salt", "schema", "check value"])
def test_one_bad_byte_where_everything_hangs_on_it_loses_nothing(made, closed: Path, place: int):
    flip(closed / "store.db", place, 0x20)
    rescued = Rescued(closed, made)
    assert rescued.answer["pages_mended"] == [1] and rescued.lost() == {}
    _all_there(rescued, made)
    assert rescued.check["ok"], rescued.check["problems"]


def test_bad_bytes_in_several_pages_lose_nothing(made, closed: Path):
    places = random.Random(SEED)
    store = closed / "store.db"
    pages = sorted(places.sample(range(2, store.stat().st_size // SIZE), 4))
    for page in pages:
        flip(store, (page - 1) * SIZE + places.randrange(SIZE), 1 << places.randrange(8))
    rescued = Rescued(closed, made)
    assert rescued.answer["pages_mended"] == pages
    _all_there(rescued, made)
    assert rescued.check["ok"]


@pytest.mark.parametrize("table", ["change", "firm_year", "case_log", "search_doc"])
def test_a_spoilt_page_loses_the_rows_on_it_and_names_them(made, closed: Path, table: str):
    store = closed / "store.db"
    page = leaf_of(store, made.store_key, table)
    ids = _ids(store, made, table) if not table.startswith("search_") else set()
    spoil(store, page)
    rescued = Rescued(closed, made)
    assert rescued.answer["pages_damaged"] == [page]
    if not ids:
        assert rescued.lost() == {}  # the search index is made anew
        return
    lost = rescued.lost()
    assert set(lost) == {table} and 0 < lost[table] < 200
    gone_too = Counter(name.partition(":")[0] for name in rescued.answer["dropped"])
    assert set(gone_too) <= {"log_person"}  # who took part in an entry that is gone
    _all_there(rescued, made, **lost, **gone_too)
    named = rescued.tables[table]["ids"]
    assert len(named) == lost[table] and set(named) < ids
    assert set(named).isdisjoint(_ids(rescued.folder / "store.db", made, table))
    assert rescued.check["ok"], rescued.check["problems"]
    assert any(f"丢失 {lost[table]} 行" in line for line in rescued.answer["report"])


def _ids(store: Path, made: Crashed, table: str) -> set[str]:
    from db.migrate import connect

    database = connect(store, made.store_key)
    try:
        return {str(row[0]) for row in database.execute_sql(f'SELECT id FROM "{table}" NOT INDEXED')}
    finally:
        database.close()


def test_rows_whose_parent_is_lost_are_kept_with_a_stand_in(made, closed: Path):
    store = closed / "store.db"
    spoil(store, leaf_of(store, made.store_key, "organisation"))
    rescued = Rescued(closed, made)
    lost = rescued.lost()
    assert set(lost) == {"organisation"} and lost["organisation"] > 0
    assert rescued.answer["dropped"] == []
    stand_ins = {name.partition(":")[2] for name in rescued.answer["stand_ins"]}
    assert stand_ins <= set(rescued.tables["organisation"]["ids"])
    _all_there(rescued, made, organisation=lost["organisation"] - len(stand_ins))
    assert rescued.check["ok"], rescued.check["problems"]


def test_damage_in_the_first_key_file_too_is_made_up_for_by_the_second(made, closed: Path):
    file = closed / "keyslots.json"
    content = json.loads(file.read_text())
    content["vault"] = content["vault"][:-8] + "AAAAAAA="
    file.write_text(json.dumps(content))
    spoil(closed / "store.db", leaf_of(closed / "store.db", made.store_key, "case_log"))
    rescued = Rescued(closed, made)
    assert set(rescued.lost()) == {"case_log"} and rescued.check["ok"], rescued.check["problems"]


def test_several_lost_records_of_a_kind_with_numbers_have_stand_ins_each(tmp_path: Path):
    key, store = os.urandom(32), tmp_path / "store.db"
    migrate.create(store, key)
    database = migrate.connect(store, key, pragmas=(("foreign_keys", 0),))
    cases = [number * 32 for number in "abc"]
    try:
        with database.bind_ctx([CaseLog]):
            for case in cases:
                row = {"case": case, "happened_on": "2026-11-01", "recorded_at": 0, "kind": "visit", "note": "x"}
                CaseLog.insert(id=new_id(), created_at=0, updated_at=0, origin="typed", archived=False, **row).execute()
    finally:
        database.close()
    settled = rescue.settle_references(store, key)
    assert settled.stand_ins == [f"broker_case:{case}" for case in cases] and not settled.dropped


def test_a_spoilt_index_loses_nothing(made, closed: Path):
    store = closed / "store.db"
    for name in ("sqlite_autoindex_firm_year_1", "change_op"):
        spoil(store, root_page(store, made.store_key, name))
    rescued = Rescued(closed, made)
    assert rescued.lost() == {}
    _all_there(rescued, made)
    assert rescued.check["ok"]


def test_a_table_and_its_index_spoilt_at_once_say_that_more_may_be_missing(made, closed: Path):
    store = closed / "store.db"
    page = leaf_of(store, made.store_key, "change")
    for name in ("change_op", "change_record"):
        spoil(store, root_page(store, made.store_key, name))
    spoil(store, page)
    rescued = Rescued(closed, made)
    row = rescued.tables["change"]
    assert row["more"] and row["taken"] > made.counts["change"] / 2
    assert rescued.check["ok"]


def test_damage_in_the_log_loses_none_of_the_saves_behind_it(made, crashed: Path):
    log = crashed / "store.db-wal"
    places = random.Random(SEED)
    kept, size = log.read_bytes(), log.stat().st_size
    for place in (10, 32 + 17, size - 2000, places.randrange(size)):
        log.write_bytes(kept)
        flip(log, place, places.randrange(1, 256))
        rescued = Rescued(crashed, made)
        assert rescued.answer["transactions_kept"] > 0 and rescued.lost() == {}, place
        _all_there(rescued, made)
        assert rescued.check["ok"]
        shutil.rmtree(rescued.folder)


def test_a_spoilt_stretch_of_the_log_loses_only_what_no_later_save_holds(made, crashed: Path):
    log = crashed / "store.db-wal"
    with log.open("r+b") as file:
        file.seek(32 + 24 + 4120 * 8 + 100)
        file.write(bytes(600))
    rescued = Rescued(crashed, made)
    lost = sum(rescued.lost().values())
    assert lost < 60
    assert rescued.counts["case_log"] >= made.counts["case_log"] - rescued.lost().get("case_log", 0)
    assert rescued.check["ok"], rescued.check["problems"]


def test_damaged_files_stay_behind_and_are_named(made, crashed: Path):
    blob = made.blobs[PAPERS[0]]
    flip(crashed / f"evidence/{blob[:2]}/{blob}.age", 300)
    flip(crashed / "outbox/p1/part-00001.age", 300)
    rescued = Rescued(crashed, made)
    assert sorted(name.partition(" (")[2] for name in rescued.answer["files_lost"]) == ["报送包)", f"{PAPERS[0]})"]
    assert {problem["detail"] for problem in rescued.check["problems"]} == {"evidence.missing", "outbox.missing"}
    assert rescued.check["usable"]["files"] == len(PAPERS)


def test_nothing_is_sent_by_itself_and_the_log_says_what_was_done(made, crashed: Path, tmp_path: Path):
    session = Session()
    call_service(session, "workspace.open", None, folder=str(crashed))
    call_service(session, "backup.make", None, file=str(tmp_path / "a.backup"))
    with session.workspace.store.write("x") as write:  # type: ignore[union-attr]
        endpoint = write.insert(Endpoint, {"name": "局", "profile": "{}", "token": "t"})
        for state in ("queued", "sending", "ingested"):
            write.insert(Delivery, {"package": "p1", "endpoint": endpoint, "state": state, "way": "sword"})
    answer = call_service(session, "workspace.rescue", None, folder=str(crashed), target=str(tmp_path / "新的"))
    ws = session.workspace
    assert ws is not None and str(ws.folder) == answer["folder"]
    assert ws.folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in ws.folder.rglob("*"))
    with ws.store.read():
        assert sorted(row.state for row in Delivery.select()) == ["ingested", "unknown", "unknown"]
        last = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
        assert last.action == "workspace.rescued" and f'"rows_taken":{answer["rows_taken"]}' in last.detail
        assert Evidence.select().count() == len(PAPERS)
    assert call_service(session, "replica.state", None)["how"] == "rescued"
    assert call_service(session, "backup.last", None)["at_ms"] is None
    while session.index_waiting(5000):
        pass
    assert [hit.title for hit in search.find(ws.store.database.connection(), PAPERS[1])] == [PAPERS[1]]
    session.close()


def test_a_rescue_that_cannot_be_leaves_nothing(made, closed: Path, tmp_path: Path):
    def ask(target: Path) -> str:
        with pytest.raises(Fault) as caught:
            call_service(Session(), "workspace.rescue", None, folder=str(closed), target=str(target))
        return caught.value.code

    full = tmp_path / "有东西"
    full.mkdir()
    (full / "mine").write_text("x")
    assert ask(full) == "workspace.not_empty" and [path.name for path in full.iterdir()] == ["mine"]
    assert ask(closed / "inside") == "rescue.inside"
    spoil(closed / "store.db", 1)
    before = _bytes(closed)
    assert ask(tmp_path / "新的") == "store.beyond_rescue" and not (tmp_path / "新的").exists()
    assert _bytes(closed) == before


def test_the_command_line_checks_and_rescues_what_does_not_open(made, closed: Path, template, tmp_path: Path):
    def fuzhuan(*words: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            [sys.executable, "-m", "desktop.cli", "--json", "--workspace", str(closed), *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "FUZHUAN_PASSPHRASE_FILE": str(tmp_path / "secret")},
        )
        assert "Traceback" not in done.stderr and "ERROR CORE" not in done.stderr, done.stderr
        return done.returncode, json.loads(done.stdout)

    (tmp_path / "secret").write_text(template.passphrase + "\n")
    flip(closed / "store.db", 200)
    code, found = fuzhuan("workspace", "verify")
    assert code == 3 and [problem["file"] for problem in found["problems"]] == ["store.db"]
    code, found = fuzhuan("workspace", "rescue", str(tmp_path / "新的"))
    assert code == 0 and found["rows_lost"] == 0 and found["rows_taken"] > 1000
    assert str(tmp_path / "新的") in found["report"][0]
