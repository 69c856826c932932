"""Backups where disks are full, pulled or bad, the store is damaged, or the program is killed."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from db.keyslots import derive
from db.migrate import connect
from db.models import Organisation
from desktop.services import autobackup, backupcopy, backups, backupset, backupthin
from desktop.services.registry import Job
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from policy.errors import WorldFault
from tests.store.backuphelp import attach, code, disk, flip, sets, tree

DAY = 86_400_000


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "U盘").mkdir()
    return tmp_path / "U盘"


def test_a_disk_that_is_too_small_keeps_what_it_has(call, ws, tmp_path: Path):
    with disk("3m") as small:
        call("backup.folder", folder=str(small))
        first = call("backup.now")
        before = tree(small)
        attach(call, tmp_path, "big.bin", os.urandom(4 << 20))
        assert code(call, "backup.now") == "disk.full"
        assert tree(small) == before and sets(small) == [Path(first["snapshot"])]
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
        last["params"] == {"path": str(stick)} and len(sets(ws.folder / "backups")) == 1 and list(stick.iterdir()) == []
    )
    stick.rmdir()
    (tmp_path / "pulled").rename(stick)
    autobackup.backups.automatic(ws, Job())
    last = call("backup.last")
    assert (last["failed"], last["folder"], last["overdue"]) == (None, str(stick), False) and len(sets(stick)) == 2


def test_a_stick_pulled_halfway_is_not_made_anew_where_it_was(session, call, ws, stick: Path, tmp_path: Path):
    for name in ("a", "b", "c"):
        attach(call, tmp_path, name, name.encode())
    call("backup.folder", folder=str(stick))
    job = Job()
    job.report = lambda done, _total, _text: stick.rename(tmp_path / "pulled") if done == 1 else None
    assert code(call_service, session, "backup.now", job) == "disk.missing"
    assert not stick.exists() and sets(tmp_path / "pulled") == []
    (tmp_path / "pulled").rename(stick)
    assert call("backup.now")["missing"] == [] and len(sets(stick)) == 1


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
    assert sets(session.workspace.folder / "backups") == []


def test_damage_that_copies_well_is_found_by_opening_the_copy(call, ws, stick: Path):
    call("backup.folder", folder=str(stick))
    firm = call("records.add", kind="firm", values={"name": "甲公司"})["id"]
    good = call("backup.now")["snapshot"]
    with ws.store.read() as connection:
        connection.execute("PRAGMA foreign_keys = 0")
        connection.execute("DELETE FROM organisation WHERE id = ?", (firm,))
        connection.commit()
    assert ws.store.integrity() != []
    assert code(call, "backup.now") == "backup.store_damaged" and sets(stick) == [Path(good)]


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
    assert sets(stick) == [] and not list(stick.rglob("*.work"))
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


def test_old_snapshots_go_and_with_them_the_files_that_only_they_name(call, ws, stick: Path, tmp_path: Path):
    gone, stays = attach(call, tmp_path, "a.txt", b"gone"), attach(call, tmp_path, "b.txt", b"stays")
    call("backup.folder", folder=str(stick))
    first = Path(call("backup.now")["snapshot"])
    (record,) = [row["id"] for row in call("evidence.list") if row["blob"] in gone]
    call("records.delete", kind="evidence", id=record)
    (ws.folder / gone).unlink()
    made = call("backup.now")
    second = Path(made["snapshot"])
    # as if two years ago, and one a day since
    old = first.rename(first.with_name(backupset.snapshot_name(1, made["at_ms"] - 730 * DAY)))
    for number in range(2, 731):
        at = made["at_ms"] - (731 - number) * DAY
        copy = second.with_name(backupset.snapshot_name(number, at))
        copy.mkdir()
        for name in ("manifest.json", "store.db"):
            os.link(second / name, copy / name)
    shutil.rmtree(second)
    pool = {path.relative_to(path.parents[2]).as_posix() for path in stick.rglob("*.age")}
    assert {gone, stays} <= pool
    call("backup.now")
    left = sets(stick)
    assert not old.exists() and 20 < len(left) <= backupthin.MOST
    pool = {path.relative_to(path.parents[2]).as_posix() for path in stick.rglob("*.age")}
    assert gone not in pool and stays in pool
    call("backup.now")
    assert len(sets(stick)) == len(left) + 1


def test_a_file_cut_short_on_the_stick_is_copied_again(call, ws, stick: Path, tmp_path: Path):
    attach(call, tmp_path, "a.txt", b"evidence")
    call("backup.folder", folder=str(stick))
    call("backup.now")
    (stored,) = stick.rglob("*.age")
    whole = stored.read_bytes()
    stored.write_bytes(whole[:-1])
    assert call("backup.now")["copied"] == 1 and stored.read_bytes() == whole


def test_a_file_that_rots_on_the_stick_is_found_in_turn_and_copied_again(
    call, ws, stick: Path, tmp_path: Path, monkeypatch
):
    attach(call, tmp_path, "a.txt", b"evidence")
    call("backup.folder", folder=str(stick))
    call("backup.now")
    (stored,) = stick.rglob("*.age")
    whole = stored.read_bytes()
    monkeypatch.setattr("desktop.services.backups._ROUND", 2)
    flip(stored, len(whole) // 2)
    assert [call("backup.now")["copied"] for _ in range(2)] in ([0, 1], [1, 0]) and stored.read_bytes() == whole


def test_a_file_that_was_gone_for_a_while_stays_as_the_older_snapshot_has_it(call, ws, stick: Path, tmp_path: Path):
    name = attach(call, tmp_path, "a.txt", b"evidence")
    call("backup.folder", folder=str(stick))
    call("backup.now")
    (stored,) = stick.rglob("*.age")
    whole = stored.read_bytes()
    (record,) = [row["id"] for row in call("evidence.list")]
    call("records.delete", kind="evidence", id=record)
    (ws.folder / name).unlink()
    assert call("backup.now")["files"] == 0
    assert attach(call, tmp_path, "a.txt", b"evidence") == name
    assert (ws.folder / name).read_bytes() != whole  # encrypted anew, under the same name
    assert call("backup.now")["copied"] == 0 and stored.read_bytes() == whole


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
    assert len(before) == 2 and sets(stick) == []
    call("backup.now")
    assert {name: tree(stick)[name] for name in before} == before


def test_files_that_nobody_names_any_more_go_with_the_last_snapshot_that_did(call, ws, stick: Path, tmp_path: Path):
    call("backup.folder", folder=str(stick))
    call("backup.now")
    (found,) = sets(stick)
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
    assert sets(stick) == [] and not list(stick.rglob(".*")) and not list(stick.rglob("store.db*"))


def test_a_new_data_key_keeps_both_kinds_of_files_apart(call, ws, template, stick: Path, tmp_path: Path):
    attach(call, tmp_path, "a.txt", b"evidence")
    call("backup.folder", folder=str(stick))
    call("backup.now")
    call("workspace.rotate_key", passphrase=template.passphrase)
    assert call("backup.now")["copied"] == 1
    (found,) = {path.parent.parent for path in sets(stick)}
    assert len(list((found / "files").iterdir())) == 2
    for number, path in enumerate(sets(stick)):
        target = str(tmp_path / f"r{number}")
        restored = Session()
        try:
            call_service(
                restored, "backup.restore", None, file=str(path), folder=target, recovery_code=template.recovery_code
            )
            assert call_service(restored, "workspace.verify", None)["ok"]
        finally:
            restored.close()


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
        for path in sets(own):
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


def test_what_a_cut_off_backup_brought_is_not_replaced_by_what_has_rotted_since(ws, call, tmp_path, monkeypatch):
    (tmp_path / "proof.txt").write_bytes(b"proof " * 1000)
    call("evidence.add", files=[str(tmp_path / "proof.txt")])

    def cut(*_arguments: Any) -> None:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr(backups, "signed_manifest", cut)
        with pytest.raises(InterruptedError):
            call("backup.now")
    (brought,) = (ws.folder / "backups").rglob("*.age")
    (own,) = (ws.folder / "evidence").rglob("*.age")
    whole = own.read_bytes()
    own.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    made = call("backup.now")
    assert made["files"] == 1 and made["missing"] == [] and brought.read_bytes() == whole


def test_what_comes_and_goes_meanwhile_disturbs_neither_a_backup_nor_whoever_asks_for_the_size(ws, call):
    done = threading.Event()

    def seal_and_copy() -> None:
        while not done.is_set():
            for folder in (ws.folder / "outbox" / ".p9.part", ws.folder / "backups" / ".9.work"):
                folder.mkdir()
                for number in range(20):
                    (folder / f"part-{number:05d}.age").touch()
                for file in list(folder.iterdir()):
                    file.unlink()
                folder.rmdir()

    busy = threading.Thread(target=seal_and_copy)
    busy.start()
    try:
        for _ in range(150):
            assert call("workspace.info")["bytes"] > 0 and backupcopy.files_of(ws) == set()
    finally:
        done.set()
        busy.join()
