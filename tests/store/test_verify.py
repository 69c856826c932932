"""One flipped byte in any file of a workspace is found and named, and everything else stays usable."""

from __future__ import annotations

import json
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from db.migrate import connect
from db.pages import SIZE
from desktop.runtime import keychain
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from policy.errors import Fault
from tests.store.damagehelp import PAPERS, Crashed, flip, leaf_of, make, root_page, spoil

SEED = 20260521


@pytest.fixture(scope="module")
def made(template, tmp_path_factory: pytest.TempPathFactory) -> Crashed:
    return make(template, tmp_path_factory.mktemp("damage"))


@pytest.fixture
def crashed(made: Crashed, template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the crashed workspace; its keyring is at hand, so that opening costs no half second."""
    monkeypatch.setattr(keychain, "recall", lambda _workspace: template.keyring_secret)
    return Path(shutil.copytree(made.folder, tmp_path / "工作区"))


def _verify(folder: Path) -> dict[str, Any]:
    answer: dict[str, Any] = call_service(Session(), "workspace.verify", None, folder=str(folder))
    return answer


def _named(answer: dict[str, Any]) -> set[str]:
    return {problem["file"].partition(" (")[0] for problem in answer["problems"]}


@pytest.fixture
def opened(crashed: Path) -> Iterator[Callable[[], Session]]:
    sessions = []

    def again() -> Session:
        session = Session()
        call_service(session, "workspace.open", None, folder=str(crashed))
        sessions.append(session)
        return session

    yield again
    for session in sessions:
        session.close()


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("store.db*") if not path.name.endswith("-shm")}


def test_a_whole_workspace_has_no_problems_though_it_was_never_closed(crashed: Path):
    answer = _verify(crashed)
    assert (answer["ok"], answer["problems"], answer["unused"]) == (True, [], [])
    assert (answer["files"], answer["packages"]) == (len(PAPERS) + 1, 1)


def test_a_flipped_byte_in_an_encrypted_file_is_named_with_its_title_and_use(made, crashed: Path, opened):
    places = random.Random(SEED)
    files = {f"evidence/{blob[:2]}/{blob}.age": title for title, blob in made.blobs.items()}
    files["outbox/p1/part-00001.age"] = "报送包"
    for name, title in files.items():
        path = crashed / name
        kept = path.read_bytes()
        for place in (30, places.randrange(len(kept)), len(kept) - 1):
            path.write_bytes(kept)
            flip(path, place, places.randrange(1, 256))
            answer = _verify(crashed)
            assert _named(answer) == {name}, (name, place)
            (problem,) = answer["problems"]
            assert problem["file"] == f"{name} ({title})" and title in problem["sentence"]
            assert ("单位" in problem["sentence"]) == (problem["what"] == "evidence")  # where it is used
            assert answer["usable"]["opens"] and answer["usable"]["tables_damaged"] == []
        path.write_bytes(kept)
    # one stays damaged: only that one fails, and adding the same file again mends it
    blob = made.blobs[PAPERS[0]]
    flip(crashed / f"evidence/{blob[:2]}/{blob}.age", 300)
    session = opened()
    ws = session.workspace
    assert ws is not None
    with pytest.raises(Fault, match=r"evidence\.damaged"):
        ws.evidence.read(blob)
    assert all(ws.evidence.read(made.blobs[title]).startswith(title.encode()) for title in PAPERS[1:])
    paper = crashed.parent / "again.txt"
    paper.write_bytes(f"{PAPERS[0]}\n".encode() * 400)
    call_service(session, "evidence.add", None, files=[str(paper)])
    assert call_service(session, "workspace.verify", None)["ok"]


def test_a_flipped_byte_in_a_backup_is_named(crashed: Path, opened):
    session = opened()
    call_service(session, "backup.now", None)
    assert call_service(session, "workspace.verify", None)["ok"]
    (snapshot,) = (crashed / "backups").glob("*/snapshots/*")
    for name in ("manifest.json", "store.db", "keyslots.json"):
        kept = (snapshot / name).read_bytes()
        flip(snapshot / name, len(kept) // 2, 2)
        answer = call_service(session, "workspace.verify", None)
        assert _named(answer) == {(snapshot / name).relative_to(crashed).as_posix()}
        (snapshot / name).write_bytes(kept)


def test_a_missing_file_is_named_and_one_that_nobody_refers_to_is_listed(made, crashed: Path):
    blob = made.blobs[PAPERS[0]]
    (crashed / f"evidence/{blob[:2]}/{blob}.age").unlink()
    answer = _verify(crashed)
    assert [problem["detail"] for problem in answer["problems"]] == ["evidence.missing"]
    assert answer["usable"]["files"] == answer["files"] - 1


def test_a_flipped_byte_in_either_file_of_key_slots_is_named_slot_by_slot(crashed: Path):
    content = json.loads((crashed / "keyslots.json").read_text())
    unused = next(slot for slot in content["slots"] if slot["kind"] == "recovery")
    text = (crashed / "keyslots.json").read_text()
    for name in ("keyslots.json", "keyslots.copy.json"):
        path = crashed / name
        kept = path.read_bytes()
        for word in (unused["wrapped"], unused["id"], content["vault"], content["mac"]):
            path.write_bytes(kept)
            flip(path, text.index(word) + 3, 2)
            answer = _verify(crashed)
            assert _named(answer) == {name}, word[:8]
            assert answer["usable"]["opens"]
            path.write_bytes(kept)


def test_without_a_key_what_needs_none_is_checked_all_the_same(crashed: Path):
    for name in ("keyslots.json", "keyslots.copy.json"):
        (crashed / name).write_bytes((crashed / name).read_bytes()[:100])
    flip(crashed / "store.db-wal", 5000)
    before = _snapshot(crashed)
    answer = _verify(crashed)
    assert _named(answer) == {"keyslots.json", "store.db-wal"} and not answer["usable"]["opens"]
    assert _snapshot(crashed) == before


def test_a_store_of_a_newer_program_is_said_to_be_one_and_its_files_are_checked(made, crashed: Path, opened):
    opened().close()
    database = connect(crashed / "store.db", made.store_key)
    database.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01')")
    database.close()
    blob = made.blobs[PAPERS[0]]
    flip(crashed / f"evidence/{blob[:2]}/{blob}.age", 300)
    before = _snapshot(crashed)
    answer = _verify(crashed)
    assert [problem["detail"] for problem in answer["problems"]] == ["store.newer", "evidence.damaged"]
    assert _snapshot(crashed) == before


@pytest.mark.parametrize("table", ["audit_entry", "case_log", "evidence", "search_doc", "setting", "operator"])
def test_a_flipped_byte_in_the_store_is_named_with_the_table_it_lies_in(made, crashed: Path, table: str):
    store = crashed / "store.db"
    page = root_page(store, made.store_key, table)
    before = _snapshot(crashed)
    flip(store, (page - 1) * SIZE + 2500)
    before["store.db"] = store.read_bytes()
    answer = _verify(crashed)
    assert _named(answer) == {"store.db"}
    first = answer["problems"][0]
    assert first["what"] == "store" and first["detail"] == str(page)
    assert str(page) in first["sentence"]
    assert answer["usable"]["files"] == len(PAPERS) + 1 or table == "evidence"


def test_a_flipped_byte_in_any_page_is_found(crashed: Path, opened):
    opened().close()  # no log: where it has a newer copy of the page, opening puts the damage right
    store = crashed / "store.db"
    kept = store.read_bytes()
    places = random.Random(SEED)
    for place in (3, 100, 4095, *(places.randrange(len(kept)) for _ in range(5))):
        store.write_bytes(kept)
        flip(store, place, places.randrange(1, 256))
        answer = _verify(crashed)
        assert _named(answer) == {"store.db"}, place
        if place > 15:  # the first bytes are the salt of all pages
            assert answer["problems"][0]["detail"] == str(place // SIZE + 1)


def test_damage_that_keeps_the_store_from_opening_leaves_every_byte_as_it_was(made, crashed: Path, opened):
    opened().close()
    flip(crashed / "store.db", 200)
    before = _snapshot(crashed)
    answer = _verify(crashed)
    assert _named(answer) == {"store.db"} and not answer["usable"]["opens"]
    assert answer["usable"]["files"] == answer["files"] == len(PAPERS) + 1  # looked into all the same
    assert _snapshot(crashed) == before
    assert not list((crashed / "scratch").iterdir())


def test_a_flipped_byte_in_the_log_is_named_with_the_saves_behind_it(made, crashed: Path):
    log = crashed / "store.db-wal"
    places = random.Random(SEED)
    size = log.stat().st_size
    for place in (0, 5, 17, 29, 32 + 9, size - 1, size - 4119, *(places.randrange(size) for _ in range(6))):
        kept = log.read_bytes()
        flip(log, place, places.randrange(1, 256))
        before = _snapshot(crashed)
        answer = _verify(crashed)
        assert _named(answer) == {"store.db-wal"}, place
        saves = [int(word) for word in answer["problems"][0]["detail"].split()]
        assert sum(saves) == 12 and saves[1] > 0
        assert _snapshot(crashed) == before
        with pytest.raises(Fault, match=r"store\.log_damaged") as caught:
            call_service(Session(), "workspace.open", None, folder=str(crashed))
        assert [caught.value.params["before"], caught.value.params["behind"]] == saves
        assert _snapshot(crashed) == before
        log.write_bytes(kept)


def test_a_damaged_page_fails_the_query_that_reads_it_and_no_other(made, crashed: Path, opened):
    opened().close()
    store = crashed / "store.db"
    spoil(store, leaf_of(store, made.store_key, "change"))
    session = opened()
    ws = session.workspace
    assert ws is not None
    for _ in range(2):
        with pytest.raises(Fault, match=r"store\.damaged"), ws.store.read() as connection:
            connection.execute("SELECT * FROM change").fetchall()
        for table in ("firm_year", "evidence", "op", "audit_entry", "search_doc"):
            with ws.store.read() as connection:
                rows = connection.execute(f"SELECT * FROM {table} NOT INDEXED").fetchall()
            assert len(rows) == made.counts.get(table, len(rows)) > 0
    added = call_service(
        session, "records.add", None, kind="organisation", values={"name": "新单位", "org_kind": "firm"}
    )
    assert call_service(session, "records.get", None, kind="organisation", id=added["id"])["name"] == "新单位"
    assert call_service(session, "workspace.info", None)["counts"]["case_log"] == made.counts["case_log"]


def test_a_damaged_page_of_the_history_keeps_nobody_from_opening(made, crashed: Path, opened):
    opened().close()
    spoil(crashed / "store.db", leaf_of(crashed / "store.db", made.store_key, "op"))
    info = call_service(opened(), "workspace.info", None)
    assert info["counts"]["case_log"] == made.counts["case_log"]


def test_the_check_does_not_keep_the_open_workspace_waiting(crashed: Path, opened):
    session = opened()
    ws = session.workspace
    assert ws is not None
    waits, done = [], threading.Event()

    def write() -> None:
        while not done.is_set():
            began = time.monotonic()
            ws.store.save_setting("probe", began)
            waits.append(time.monotonic() - began)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            assert call_service(session, "workspace.verify", None)["ok"]
    finally:
        done.set()
        writer.join()
    assert len(waits) > 20 and max(waits) < 1
