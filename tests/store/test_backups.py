"""Backups into a set and into one file: whole or not there, files once, thinned, on real disks that fail."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from db.keyslots import derive
from db.migrate import connect
from db.models import Organisation
from desktop.runtime.client import Reply, StoreClient
from desktop.services import autobackup, backupcopy, backupset, backupstate
from desktop.services.backupheads import heads, heads_of
from desktop.services.registry import Job
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from policy.errors import WorldFault
from tests.store.backuphelp import attach, closing_child, code, disk, flip, tree
from tests.store.filehelp import packaged

DAY = 86_400_000


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "U盘").mkdir()
    return tmp_path / "U盘"


def _sets(place: Path) -> list[Path]:
    return [
        path
        for found in backupset.sets_in(place)
        for path in (snapshot.path for snapshot in backupset.snapshots(found))
    ]


# -- one file -----------------------------------------------------------------------------------------------------


def test_a_file_holds_everything_and_nothing_readable(call, ws, tmp_path: Path):
    attach(call, tmp_path, "a.txt", b"evidence")
    packaged(ws)
    made = call("backup.make", file=str(tmp_path / "备份.fuzhuan"))
    backup = Path(made["file"])
    assert made["bytes"] == backup.stat().st_size and backup.stat().st_mode & 0o777 == 0o600 and made["missing"] == []
    last = call("backup.last")
    assert (last["at_ms"], last["folder"], last["days"], last["overdue"]) == (made["at_ms"], str(tmp_path), 0, False)
    assert [path.name for path in (ws.folder / "backups").iterdir()] == []
    with zipfile.ZipFile(backup) as archive:
        manifest = backupset.Manifest.parse(archive.read("manifest.json"))
        assert set(archive.namelist()) == {*manifest.files, "manifest.json"} and manifest.holds(ws.vault.audit_key)
        assert not any(b"evidence" in archive.read(name)[200:] for name in manifest.files)


def test_two_files_at_once_are_both_whole(session, ws, tmp_path: Path):
    asked = [str(tmp_path / name) for name in ("b1", "b2")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda file: call_service(session, "backup.make", None, file=file), asked))
    for file in asked:
        with zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None


def test_a_file_goes_on_while_something_is_being_sealed(call, ws, tmp_path: Path):
    writer = ws.outbox.writer("half")
    writer.write(bytes(9 << 20))  # one part is on the disk
    call("backup.make", file=str(tmp_path / "b"))
    with zipfile.ZipFile(tmp_path / "b") as archive:
        assert archive.namelist() == ["keyslots.json", "store.db", "manifest.json"]
    writer.discard()


def test_a_place_that_is_not_there_is_the_disks_fault(call, ws, tmp_path: Path):
    for target in (tmp_path / "gone" / "b", Path("/proc/b")):
        with pytest.raises(WorldFault, match=r"disk\."):
            call("backup.make", file=str(target))
    assert code(call, "backup.make", file=str(tmp_path)) == "backup.is_a_folder"
    shutil.rmtree(ws.folder / "backups")
    call("backup.make", file=str(tmp_path / "b"))


def test_a_failed_file_leaves_the_one_of_that_name(call, ws, tmp_path: Path, monkeypatch):
    call("backup.make", file=str(tmp_path / "b"))
    before = (tmp_path / "b").read_bytes()

    def unreadable(*_: object) -> None:
        raise WorldFault("backup.copy_damaged", path="b")

    monkeypatch.setattr("desktop.services.backupfile._check", unreadable)
    assert code(call, "backup.make", file=str(tmp_path / "b")) == "backup.copy_damaged"
    assert (tmp_path / "b").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


# -- a set ---------------------------------------------------------------------------------------------------------


def test_a_snapshot_is_private_and_its_files_are_copied_once(call, ws, stick: Path, tmp_path: Path):
    name = attach(call, tmp_path, "a.txt", b"evidence " * 100)
    packaged(ws)
    chosen = call("backup.folder", folder=str(stick))
    assert chosen["chosen"] == chosen["place"] == str(stick) and chosen["same_disk"] and chosen["overdue"]
    first = call("backup.now")
    assert first["copied"] == 3 and first["files"] == 3 and first["missing"] == []
    (found,) = _sets(stick)
    assert found == Path(first["snapshot"]) and sorted(path.name for path in found.iterdir()) == [
        "keyslots.json",
        "manifest.json",
        "store.db",
    ]
    pool = tree(found.parent.parent / "files")
    assert [key for key in pool if key.endswith(name)] and len(pool) == 3
    other = attach(call, tmp_path, "b.txt", b"more")
    second = call("backup.now")
    assert second["copied"] == 1 and second["files"] == 4
    again = tree(found.parent.parent / "files")
    assert {key: again[key] for key in pool} == pool and len(again) == 4
    assert [key for key in again if key.endswith(other)]
    for path in [stick / found.parent.parent.name, *(stick / found.parent.parent.name).rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    rows = call("backup.snapshots")
    assert [row["path"] for row in rows] == [second["snapshot"], first["snapshot"]]
    assert all(row["readable"] and row["valid"] and row["missing"] == 0 for row in rows)
    assert rows[0]["bytes"] == second["bytes"] > first["bytes"] and rows[0]["sequence"] == 2
    last = call("backup.last")
    assert (last["at_ms"], last["folder"], last["failed"], last["overdue"]) == (
        second["at_ms"],
        str(stick),
        None,
        False,
    )


def test_without_a_folder_it_goes_to_the_workspaces_own_and_says_so(call, ws):
    assert call("backup.last")["overdue"] and call("backup.last")["at_ms"] is None
    made = call("backup.now")
    assert Path(made["snapshot"]).is_relative_to(ws.folder / "backups")
    last = call("backup.last")
    assert last["same_disk"] and last["chosen"] is None and not last["overdue"]


def test_a_folder_inside_the_workspace_or_nowhere_is_refused(call, ws, stick: Path, tmp_path: Path):
    assert code(call, "backup.folder", folder=str(ws.folder / "evidence")) == "backup.inside_workspace"
    assert code(call, "backup.folder", folder=str(tmp_path / "gone")) == "backup.folder_missing"
    call("backup.folder", folder=str(stick))
    assert call("backup.folder", folder="")["chosen"] is None


def test_an_old_backup_is_overdue_by_days_not_by_a_clock_set_back(call, ws):
    call("backup.now")
    for ago, overdue, days in ((7 * DAY, False, 7), (8 * DAY, True, 8), (-5 * DAY, False, 0)):
        with backupstate.changing(ws) as state:
            state.at_ms = time.time_ns() // 1_000_000 - ago
        last = call("backup.last")
        assert (last["overdue"], last["days"]) == (overdue, days)


def test_the_manifest_says_nothing_of_records_and_cannot_be_changed(call, ws, stick: Path, tmp_path: Path):
    attach(call, tmp_path, "a.txt", b"x")
    call("backup.folder", folder=str(stick))
    path = Path(call("backup.now")["snapshot"]) / "manifest.json"
    manifest = backupset.read_manifest(path)
    assert manifest is not None and manifest.holds(ws.vault.audit_key) and not manifest.holds(bytes(32))
    content = json.loads(path.read_text())
    assert set(content) == {
        "format",
        "workspace",
        "sequence",
        "made_at",
        "schema",
        "audit",
        "pool",
        "files",
        "missing",
        "mac",
    }
    for change in ({"sequence": 9}, {"audit": {**content["audit"], "length": 99}}, {"missing": ["x"]}, {"made_at": 1}):
        path.write_text(json.dumps({**content, **change}))
        changed = backupset.read_manifest(path)
        assert changed is not None and not changed.holds(ws.vault.audit_key), change
        assert call("backup.snapshots")[0]["valid"] is False
    for broken in (b"", b"[]", b"{}", json.dumps({**content, "files": {"../x": [1, "0" * 64]}}).encode()):
        path.write_bytes(broken)
        assert backupset.read_manifest(path) is None
    (row,) = call("backup.snapshots")
    assert not row["readable"]


def test_heads_of_backups_are_kept_for_the_check_of_the_chain(call, ws, stick: Path):
    call("backup.now")
    call("backup.folder", folder=str(stick))
    with ws.store.write("x") as write:
        head = write.audit("test", "x", {})
    path = Path(call("backup.now")["snapshot"])
    own, kept = heads_of(ws)
    assert (kept.head, kept.length, kept.valid) == (head.mac, head.length, True) and own.length == head.length - 1
    assert kept.name == f"{path.parent.parent.name}/{path.name}"
    assert heads(stick, ws.vault.audit_key) == [kept] and heads(stick, bytes(32))[0].valid is False
    assert heads(stick / "gone", ws.vault.audit_key) == [] and heads(stick, ws.vault.audit_key, "other") == []


# -- what goes wrong -----------------------------------------------------------------------------------------------


def test_a_disk_that_is_too_small_keeps_what_it_has(call, ws, tmp_path: Path):
    with disk("3m") as small:
        call("backup.folder", folder=str(small))
        first = call("backup.now")
        before = tree(small)
        attach(call, tmp_path, "big.bin", os.urandom(4 << 20))
        assert code(call, "backup.now") == "disk.full"
        assert tree(small) == before and _sets(small) == [Path(first["snapshot"])]
        last = call("backup.last")
        assert last["failed"] == "disk.full" and last["overdue"] and last["at_ms"] == first["at_ms"]


def test_a_pulled_stick_is_told_quietly_and_the_own_folder_serves(call, ws, session, stick: Path, tmp_path: Path):
    call("backup.folder", folder=str(stick))
    call("backup.now")
    stick.rename(tmp_path / "pulled")
    assert code(call, "backup.now") == "backup.folder_missing" and not stick.exists()
    stick.mkdir()  # the empty place where it was mounted
    assert code(call, "backup.now") == "backup.folder_missing" and list(stick.iterdir()) == []
    autobackup.backups.automatic(ws, Job())
    last = call("backup.last")
    assert (last["failed"], last["folder"], last["overdue"]) == (
        "backup.folder_missing",
        str(ws.folder / "backups"),
        True,
    )
    assert (
        last["params"] == {"path": str(stick)}
        and len(_sets(ws.folder / "backups")) == 1
        and list(stick.iterdir()) == []
    )
    stick.rmdir()
    (tmp_path / "pulled").rename(stick)
    autobackup.backups.automatic(ws, Job())
    last = call("backup.last")
    assert (last["failed"], last["folder"], last["overdue"]) == (None, str(stick), False) and len(_sets(stick)) == 2


def test_a_damaged_store_gets_no_name_and_thins_nothing(call, ws, opened, session, stick: Path):
    for number in range(40):
        call("records.add", kind="firm", values={"name": f"企业{number}", "business_scope": "经营范围" * 200})
    call("backup.folder", folder=str(stick))
    good = [call("backup.now") for _ in range(2)][-1]
    # many old ones, which a new good one would thin out
    snapshot = Path(good["snapshot"])
    for number in range(3, 60):
        shutil.copytree(snapshot, snapshot.with_name(backupset.snapshot_name(number, good["at_ms"])))
    before = tree(stick)
    ws.close()
    flip(ws.folder / "store.db", (ws.folder / "store.db").stat().st_size - 3000)
    session.workspace = opened()
    with pytest.raises(WorldFault) as caught:
        call("backup.now")
    assert caught.value.code == "backup.store_damaged"
    assert caught.value.params["last"].startswith("20") and caught.value.params["path"].endswith("store.db")
    assert tree(stick) == before
    assert code(call, "backup.make", file=str(stick / "b")) == "backup.store_damaged" and tree(stick) == before
    assert code(autobackup.backups.automatic, session.workspace, Job()) == "backup.store_damaged"
    assert _sets(session.workspace.folder / "backups") == []


def test_damage_that_copies_well_is_found_by_opening_the_copy(call, ws, stick: Path):
    call("backup.folder", folder=str(stick))
    firm = call("records.add", kind="firm", values={"name": "甲公司"})["id"]
    good = call("backup.now")["snapshot"]
    with ws.store.read() as connection:
        connection.execute("PRAGMA foreign_keys = 0")
        connection.execute("DELETE FROM organisation WHERE id = ?", (firm,))
        connection.commit()
    assert ws.store.integrity() != []
    assert code(call, "backup.now") == "backup.store_damaged" and _sets(stick) == [Path(good)]


def test_a_stick_that_gives_back_other_bytes_gets_no_snapshot(call, ws, stick: Path, tmp_path: Path, monkeypatch):
    attach(call, tmp_path, "a.txt", b"x" * 1000)
    call("backup.folder", folder=str(stick))
    real = backupset.copy

    def bad_medium(source: Any, out: Any) -> Any:
        entry = real(source, out)
        out.seek(100)
        out.write(b"\0\0")
        return entry

    monkeypatch.setattr("desktop.services.backupcopy.copy", bad_medium)
    assert code(call, "backup.now") == "backup.copy_damaged"
    assert _sets(stick) == [] and not list(stick.rglob("*.work"))
    monkeypatch.undo()
    assert call("backup.now")["missing"] == []


def test_a_file_that_is_damaged_here_does_not_stop_the_rest_and_is_named(call, ws, stick: Path, tmp_path: Path):
    good, bad = attach(call, tmp_path, "a.txt", b"good"), attach(call, tmp_path, "b.txt", b"bad")
    kept = (ws.folder / bad).read_bytes()
    flip(ws.folder / bad, len(kept) - 1)
    call("backup.folder", folder=str(stick))
    assert call("backup.now")["missing"] == [bad] and call("backup.last")["missing"] == 1
    assert call("backup.make", file=str(tmp_path / "b"))["missing"] == [bad]
    (ws.folder / bad).unlink()
    assert call("backup.now")["missing"] == [bad]
    (ws.folder / bad).write_bytes(kept)
    assert call("backup.now")["missing"] == []
    (ws.folder / good).unlink()  # the pool has it, whole
    assert call("backup.now")["missing"] == []


def test_a_file_cut_short_on_the_stick_is_copied_again(call, ws, stick: Path, tmp_path: Path):
    attach(call, tmp_path, "a.txt", b"evidence")
    call("backup.folder", folder=str(stick))
    call("backup.now")
    (stored,) = stick.rglob("*.age")
    whole = stored.read_bytes()
    stored.write_bytes(whole[:-1])
    assert call("backup.now")["copied"] == 1 and stored.read_bytes() == whole


def test_what_a_backup_that_was_cut_short_had_copied_is_not_copied_again(
    session, ws, call, stick: Path, tmp_path: Path
):
    for name in ("a", "b", "c"):
        attach(call, tmp_path, name, name.encode())
    call("backup.folder", folder=str(stick))
    job = Job()
    job.report = lambda done, _total, _text: job.stop.set() if done else None
    with pytest.raises(InterruptedError):
        call_service(session, "backup.now", job)
    before = tree(stick)
    assert len(before) == 2 and _sets(stick) == []
    call("backup.now")
    assert {name: tree(stick)[name] for name in before} == before


def test_files_that_nobody_names_any_more_go_with_the_last_snapshot_that_did(call, ws, stick: Path, tmp_path: Path):
    call("backup.folder", folder=str(stick))
    call("backup.now")
    (found,) = _sets(stick)
    pool = found.parent.parent / "files" / next(path.name for path in (found.parent.parent / "files").iterdir())
    (pool / "evidence" / "ab").mkdir(parents=True)
    orphan = pool / "evidence" / "ab" / f"{'ab' * 32}.age"
    orphan.write_bytes(b"x")
    (found.parent / ".dead.work").mkdir()
    (found.parent / ".dead.work" / "store.db").write_bytes(b"half")
    second = call("backup.now")  # a crash has left something: what nobody names is looked for
    assert not orphan.exists() and not (found.parent / ".dead.work").exists()
    orphan.write_bytes(b"x")
    (Path(second["snapshot"]) / "manifest.json").write_bytes(b"damaged")
    (found.parent / ".dead.work").mkdir()
    call("backup.now")
    assert orphan.exists()  # what a damaged manifest named is not known, so nothing goes


def test_what_is_written_meanwhile_does_not_wait_and_the_copy_is_whole(ws, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("db.store._BACKUP_PAGES", 20)
    with ws.store.write("x") as write:
        write.insert_many(Organisation, [{"name": f"单位{number}", "org_kind": "agency"} for number in range(1500)])
    ending, written, seen = threading.Event(), [], []

    def go_on() -> None:
        while not ending.is_set():
            with ws.store.write("y") as write:
                written.append(write.insert(Organisation, {"name": f"其间{len(written)}", "org_kind": "agency"}))

    writer = threading.Thread(target=go_on)
    writer.start()
    key = derive(ws.data_key, "store")
    try:
        ws.store.backup_to(tmp_path / "copy.db", key, lambda: seen.append(len(written)))
    finally:
        ending.set()
        writer.join()
    assert len(seen) > 5 and seen[-1] > seen[0] + 3
    backupcopy.check_store(tmp_path / "copy.db", key)
    copy = connect(tmp_path / "copy.db", key)
    try:
        (held,) = copy.execute_sql("SELECT count(*) FROM organisation WHERE name LIKE '其间%'").fetchone()
    finally:
        copy.close()
    assert seen[-2] <= held <= len(written)


def test_a_workspace_that_is_closed_meanwhile_ends_the_copy(ws, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("db.store._BACKUP_PAGES", 5)
    closing = threading.Thread(target=ws.close)

    def step() -> None:
        if not closing.ident:
            closing.start()

    with pytest.raises(WorldFault, match=r"workspace\.locked"):
        ws.store.backup_to(tmp_path / "copy.db", bytes(32), step)
    closing.join()
    assert ws.store.database.is_closed()


def test_a_cancel_leaves_no_snapshot(session, ws, stick: Path):
    call_service(session, "backup.folder", None, folder=str(stick))
    job = Job()
    job.stop.set()
    with pytest.raises(InterruptedError):
        call_service(session, "backup.now", job)
    assert _sets(stick) == [] and not list(stick.rglob(".*")) and not list(stick.rglob("store.db*"))


def test_a_new_data_key_keeps_both_kinds_of_files_apart(call, ws, template, stick: Path, tmp_path: Path):
    attach(call, tmp_path, "a.txt", b"evidence")
    call("backup.folder", folder=str(stick))
    call("backup.now")
    call("workspace.rotate_key", passphrase=template.passphrase)
    assert call("backup.now")["copied"] == 1
    (found,) = {path.parent.parent for path in _sets(stick)}
    assert len(list((found / "files").iterdir())) == 2
    for number, path in enumerate(_sets(stick)):
        target = str(tmp_path / f"r{number}")
        restored = Session()
        try:
            call_service(
                restored, "backup.restore", None, file=str(path), folder=target, recovery_code=template.recovery_code
            )
            assert call_service(restored, "workspace.verify", None)["ok"]
        finally:
            restored.close()


# -- by itself -----------------------------------------------------------------------------------------------------


@pytest.fixture
def process(folder: Path, template) -> Iterator[Any]:
    """`process()` opens the workspace in a store process: (client, call)."""
    clients: list[StoreClient] = []

    def start() -> tuple[StoreClient, Any]:
        client = StoreClient()
        clients.append(client)
        replies: dict[int, Reply] = {}
        heard = threading.Condition()

        def listen(reply: Reply) -> None:
            with heard:
                replies[reply.number] = reply
                heard.notify_all()

        client.listener = listen

        def call(name: str, **parameters: Any) -> Any:
            number = client.request(name, **parameters)
            with heard:
                assert heard.wait_for(lambda: number in replies and replies[number].kind != "progress", 30)
            assert replies[number].kind == "result", replies[number].value
            return replies[number].value

        call("workspace.open", folder=str(folder), recovery_code=template.recovery_code)
        return client, call

    yield start
    for client in clients:
        client.close(backup=False)


def test_closing_backs_up_what_is_new_and_only_that(process, folder: Path):
    client, call = process()
    call("records.add", kind="firm", values={"name": "甲公司"})
    client.close()
    (first,) = _sets(folder / "backups")
    client, call = process()
    assert call("backup.last")["folder"] == str(folder / "backups")
    client.close()
    assert _sets(folder / "backups") == [first]
    client, call = process()
    call("records.add", kind="firm", values={"name": "乙公司"})
    client.close(backup=False)  # the computer goes to sleep
    assert _sets(folder / "backups") == [first]
    client, call = process()
    client.close()  # made up for
    assert len(_sets(folder / "backups")) == 2


def test_a_window_that_died_leaves_the_workspace_free_at_once(process, folder: Path):
    client, call = process()
    call("records.add", kind="firm", values={"name": "甲公司"})
    with socket.socket(fileno=os.dup(client._connection.fileno())) as ours:
        ours.shutdown(socket.SHUT_RDWR)
    client._process.join(20)
    assert client._process.exitcode == 0 and _sets(folder / "backups") == []


def test_closing_waits_for_a_backup_that_goes_on_and_not_for_one_that_hangs(monkeypatch):
    monkeypatch.setattr("desktop.runtime.client.serve", closing_child)
    monkeypatch.setattr("desktop.runtime.client._SILENCE", 0.8)
    for how, ended in (("goes on", 0), ("hangs", -signal.SIGKILL)):
        client = StoreClient(how)
        begun = time.monotonic()
        client.close(10.0)
        assert client._process.exitcode == ended and 1 <= time.monotonic() - begun < 8
    monkeypatch.setattr("desktop.runtime.client._LONGEST", 0.5)
    client = StoreClient("goes on")
    client.close(10.0)
    assert client._process.exitcode == -signal.SIGKILL


def test_once_a_day_while_it_is_open(session, ws, monkeypatch):
    watch, looks = autobackup.AutoBackup(session, look_seconds=0.01), []
    real = watch._is_due
    monkeypatch.setattr(watch, "_is_due", lambda ws: looks.append(real(ws)) or looks[-1])
    watch.start()
    try:
        _until(lambda: len(looks) > 1)
        assert len(_sets(ws.folder / "backups")) == 1
        with backupstate.changing(ws) as state:
            state.at_ms = 1  # long ago by the clock, which anybody can set
        seen = len(looks)
        _until(lambda: len(looks) > seen + 2)
    finally:
        watch.finish(None)
    assert looks.count(True) == 1 and len(_sets(ws.folder / "backups")) == 1


def _until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("ago", [DAY // 2, DAY + 1000, -2 * DAY])
def test_the_day_is_counted_from_the_last_good_one(session, ws, ago: int):
    with backupstate.changing(ws) as state:
        state.at_ms = time.time_ns() // 1_000_000 - ago
    watch = autobackup.AutoBackup(session)
    assert watch._is_due(ws) is (ago != DAY // 2)
    assert not watch._is_due(ws)


def _back_up_until(folder: Path, recovery_code: str, syncs: int) -> None:
    """Make a backup in a process that dies when it has written through so many times."""
    real, left = os.fsync, [syncs]

    def counted(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        real(handle)

    session = Session()
    call_service(session, "workspace.open", None, folder=str(folder), recovery_code=recovery_code)
    os.fsync = counted
    call_service(session, "backup.now", None)
    os._exit(0)


def test_a_kill_at_any_sync_leaves_whole_snapshots_only(ws, opened, session, call, template, tmp_path: Path):
    attach(call, tmp_path, "a.txt", b"evidence")
    ws.close()
    killed, own = 0, ws.folder / "backups"
    for syncs in range(100):
        child = multiprocessing.get_context("fork").Process(
            target=_back_up_until, args=(ws.folder, template.recovery_code, syncs)
        )
        child.start()
        child.join(30)
        for path in _sets(own):
            manifest = backupset.read_manifest(path / "manifest.json")
            assert manifest is not None, syncs
            pool = backupset.pool_of(path.parent.parent, manifest.pool)
            for name, entry in manifest.files.items():
                with ((path if "/" not in name else pool) / name).open("rb") as stream:
                    assert backupset.digest(stream) == entry
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
        killed += 1
    assert killed >= 6
    session.workspace = opened()
    call("backup.now")
    assert not [path for path in own.rglob("*") if path.name.startswith(".")]
    assert call("workspace.verify")["ok"]
