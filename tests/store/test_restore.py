"""Bringing backups back: every file checked, nothing sent by itself, what is open stays open until the new one is."""

from __future__ import annotations

import dataclasses
import shutil
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.keyslots import FILE_NAME as KEYSLOTS
from db.models import AuditEntry, Delivery, Endpoint, Organisation
from desktop.services import backupset, restore
from desktop.services.registry import Job
from desktop.services.registry import call as call_service
from policy.errors import Refused, WorldFault, WrongKey
from tests.store.backuphelp import attach, code, flip, tree
from tests.store.filehelp import packaged


@pytest.fixture(params=["file", "set"])
def back_up(request, call, tmp_path: Path) -> Callable[[], str]:
    """Make a backup of either kind; returns what `backup.restore` is given."""

    def run() -> str:
        if request.param == "file":
            return str(call("backup.make", file=str(tmp_path / "备份.fuzhuan"))["file"])
        (tmp_path / "U盘").mkdir(exist_ok=True)
        call("backup.folder", folder=str(tmp_path / "U盘"))
        return str(call("backup.now")["snapshot"])

    return run


def test_everything_comes_back_and_opens_with_the_same_passphrase(call, ws, session, template, back_up, tmp_path: Path):
    attach(call, tmp_path, "a.txt", b"evidence")
    call("records.add", kind="firm", values={"name": "甲公司"})
    packaged(ws)
    counts, files, before = call("workspace.counts"), backupset_files(ws.folder), call("workspace.info")
    target = tmp_path / "新电脑" / "工作区"
    asked = {"file": back_up(), "folder": str(target), "passphrase": template.passphrase}
    answer = call("backup.restore", **asked)
    assert answer["skipped"] == [] and answer["workspace"] == before["workspace"]
    assert session.workspace.folder == target and ws.store.database.is_closed()
    assert call("workspace.counts") == counts and backupset_files(target) == files
    assert call("workspace.verify")["ok"]
    assert target.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in target.rglob("*"))
    last = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert last.action == "workspace.restored"
    for told in (Path(asked["file"]).name, before["audit"]["head"], str(answer["made_at"])):
        assert told in last.detail
    assert call("workspace.info")["replica"]["replica"] != before["replica"]["replica"]
    assert call("workspace.info")["replica"]["question"] is None
    state = call("backup.last")
    assert state["at_ms"] is None and state["chosen"] is None


def backupset_files(folder: Path) -> dict[str, str]:
    return {name: digest for name, (_inode, _time, digest) in tree(folder).items() if name.endswith(".age")}


def test_nothing_is_sent_by_itself(call, ws, template, back_up, tmp_path: Path):
    packaged(ws)
    call("settings.save", key="delivery.auto", value=True)
    with ws.store.write("x") as write:
        endpoint = write.insert(Endpoint, {"name": "局", "profile": "{}", "token": "t"})
        for state in ("queued", "sending", "ingested"):
            write.insert(Delivery, {"package": "p1", "endpoint": endpoint, "state": state})
    call("backup.restore", file=back_up(), folder=str(tmp_path / "r"), recovery_code=template.recovery_code)
    assert sorted(row.state for row in Delivery.select()) == ["ingested", "unknown", "unknown"]
    assert call("settings.get", key="delivery.auto") is False


def test_a_set_gives_its_newest_and_several_sets_ask(call, ws, template, tmp_path: Path):
    (tmp_path / "U盘").mkdir()
    call("backup.folder", folder=str(tmp_path / "U盘"))
    call("backup.now")
    call("records.add", kind="firm", values={"name": "甲公司"})
    call("backup.now")
    shutil.copytree(next((tmp_path / "U盘").iterdir()), tmp_path / "two" / "fuzhuan-a")
    shutil.copytree(tmp_path / "two" / "fuzhuan-a", tmp_path / "two" / "fuzhuan-b")
    asked = {"folder": str(tmp_path / "r"), "recovery_code": template.recovery_code}
    assert code(call, "backup.restore", file=str(tmp_path / "two"), **asked) == "backup.several_sets"
    assert code(call, "backup.restore", file=str(tmp_path), **asked) == "backup.no_file"
    assert not (tmp_path / "r").exists()
    call("backup.restore", file=str(tmp_path / "U盘"), **asked)
    assert call("workspace.counts")["firm"] == 1


def test_a_flipped_byte_is_named_and_an_older_snapshot_still_comes_back(call, ws, template, tmp_path: Path):
    (tmp_path / "U盘").mkdir()
    call("backup.folder", folder=str(tmp_path / "U盘"))
    attach(call, tmp_path, "a.txt", b"old")
    older = call("backup.now")["snapshot"]
    bad = attach(call, tmp_path, "b.txt", b"new")
    newer = call("backup.now")["snapshot"]
    (stored,) = [path for path in (tmp_path / "U盘").rglob("*.age") if bad.endswith(path.name)]
    flip(stored, stored.stat().st_size // 2)
    asked = {"folder": str(tmp_path / "r"), "recovery_code": template.recovery_code}
    with pytest.raises(Refused) as caught:
        call("backup.restore", file=newer, **asked)
    assert caught.value.code == "backup.file_damaged" and caught.value.params["file"] == bad
    assert not (tmp_path / "r").exists() and call("workspace.counts")["evidence"] == 2
    assert call("backup.restore", file=newer, skip_damaged=True, **asked)["skipped"] == [bad]
    assert call("workspace.counts")["evidence"] == 2 and not (tmp_path / "r" / bad).exists()
    asked["folder"] = str(tmp_path / "r2")
    call("backup.restore", file=older, **asked)
    assert call("workspace.counts")["evidence"] == 1 and call("workspace.verify")["ok"]


@pytest.mark.parametrize("name", ["store.db", "keyslots.json", "manifest.json"])
def test_a_flipped_byte_of_the_snapshot_itself_is_refused(call, ws, template, tmp_path: Path, name: str):
    snapshot = Path(call("backup.now")["snapshot"])
    asked = {"file": str(snapshot), "folder": str(tmp_path / "r"), "recovery_code": template.recovery_code}
    kept = (snapshot / name).read_bytes()
    for place in (20, len(kept) // 2, len(kept) - 3):
        flip(snapshot / name, place)
        for skip in (False, True):
            refused = code(call, "backup.restore", skip_damaged=skip, **asked)
            assert refused in ("backup.damaged", "backup.tampered", "backup.file_damaged")
        assert not (tmp_path / "r").exists()
        (snapshot / name).write_bytes(kept)
    call("backup.restore", **asked)


def test_parts_of_two_backups_do_not_pass_for_one(call, ws, template, tmp_path: Path):
    older = Path(call("backup.now")["snapshot"])
    call("records.add", kind="firm", values={"name": "甲公司"})
    with ws.store.write("x") as write:
        write.audit("test", "x", {})
    newer = Path(call("backup.now")["snapshot"])
    asked = {"file": str(newer), "folder": str(tmp_path / "r"), "recovery_code": template.recovery_code}
    manifest = backupset.read_manifest(newer / "manifest.json")
    other = backupset.read_manifest(older / "manifest.json")
    kept = (newer / "store.db").read_bytes()
    (newer / "store.db").write_bytes((older / "store.db").read_bytes())
    assert code(call, "backup.restore", **asked) == "backup.damaged"
    # with digests that fit, but without the key
    files = {**manifest.files, "store.db": other.files["store.db"]}
    forged = backupset.Manifest(
        manifest.workspace, 2, manifest.made_at, manifest.schema, manifest.head, manifest.length, manifest.pool, files
    )
    (newer / "manifest.json").write_bytes(forged.signed(bytes(32)).text())
    assert code(call, "backup.restore", **asked) == "backup.tampered"
    # the same where the store is the right one: a later date would make it the newest
    forged_time = dataclasses.replace(manifest, made_at=1).signed(bytes(32))
    (newer / "store.db").write_bytes(kept)
    (newer / "manifest.json").write_bytes(forged_time.text())
    assert code(call, "backup.restore", **asked) == "backup.tampered"
    (newer / "store.db").write_bytes((older / "store.db").read_bytes())
    # and with the key, as an old program might: the chain says that the store is another one's
    (newer / "manifest.json").write_bytes(forged.signed(ws.vault.audit_key).text())
    assert code(call, "backup.restore", **asked) == "backup.tampered"
    assert call("workspace.counts")["firm"] == 1 and not (tmp_path / "r").exists()


def test_a_file_of_a_program_that_wrote_no_manifest_comes_back(call, ws, template, tmp_path: Path):
    attach(call, tmp_path, "a.txt", b"evidence")
    call("backup.make", file=str(tmp_path / "b"))
    with zipfile.ZipFile(tmp_path / "b") as old, zipfile.ZipFile(tmp_path / "b0", "w") as new:
        for name in old.namelist():
            if name != "manifest.json":
                new.writestr(name, old.read(name))
    asked = {"file": str(tmp_path / "b0"), "folder": str(tmp_path / "r"), "recovery_code": template.recovery_code}
    assert call("backup.restore", **asked)["made_at"] is None and call("workspace.verify")["ok"]


def test_what_fails_leaves_nothing_and_the_open_workspace_open(call, ws, template, back_up, tmp_path: Path):
    file, target = back_up(), tmp_path / "r"
    with pytest.raises(WrongKey):
        call("backup.restore", file=file, folder=str(target), passphrase="wrong wrong")
    assert not target.exists()
    target.mkdir()
    with pytest.raises(WrongKey):
        call("backup.restore", file=file, folder=str(target), passphrase="wrong wrong")
    assert target.exists() and not any(target.iterdir())
    if Path(file).is_file():
        damaged = bytearray(Path(file).read_bytes())
        damaged[len(damaged) // 2] ^= 1
        (tmp_path / "b2").write_bytes(damaged)
        asked = {"file": str(tmp_path / "b2"), "folder": str(target), "recovery_code": template.recovery_code}
        assert code(call, "backup.restore", **asked) in ("backup.damaged", "backup.file_damaged")
    asked = {"file": str(tmp_path / "gone"), "folder": str(target), "recovery_code": template.recovery_code}
    assert code(call, "backup.restore", **asked) == "backup.no_file"
    call("records.add", kind="firm", values={"name": "甲公司"})
    assert call("workspace.verify")["ok"] and call("workspace.info")["folder"] == str(ws.folder)


@pytest.mark.parametrize("step", ["workspaces.open_with", "_put_to_rest"])
def test_a_new_one_that_does_not_open_loses_nobody_the_open_one(
    call, session, ws, template, back_up, tmp_path: Path, monkeypatch, step: str
):
    def full(*_: object, **__: object) -> None:
        raise WorldFault("disk.full", path="")

    asked = {"file": back_up(), "folder": str(tmp_path / "r"), "recovery_code": template.recovery_code}
    monkeypatch.setattr(f"desktop.services.restore.{step}", full)
    assert code(call, "backup.restore", **asked) == "disk.full"
    assert session.workspace is ws and not (tmp_path / "r").exists()
    made = call("records.add", kind="firm", values={"name": "甲公司"})["id"]  # into the right store
    assert call("records.get", kind="firm", id=made)["name"] == "甲公司"
    with ws.store.read() as connection:
        assert connection.execute("SELECT count(*) FROM firm").fetchone() == (1,)


def test_whoever_asks_meanwhile_is_answered_by_one_store_or_the_other(
    call, session, ws, template, back_up, tmp_path: Path, monkeypatch
):
    real = restore._put_to_rest

    def slowly(*arguments: Any) -> None:
        time.sleep(0.3)  # the models serve the new store already
        real(*arguments)

    monkeypatch.setattr(restore, "_put_to_rest", slowly)
    call("records.add", kind="firm", values={"name": "甲公司"})
    asked = {"file": back_up(), "folder": str(tmp_path / "r"), "recovery_code": template.recovery_code}
    call("records.add", kind="firm", values={"name": "乙公司"})
    seen: list[Any] = []
    ending = threading.Event()

    def look() -> None:
        while not ending.is_set() and session.workspace is ws:
            try:
                seen.append(call_service(session, "workspace.counts", None)["firm"])
            except WorldFault as fault:
                seen.append(fault.code)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        call("backup.restore", **asked)
    finally:
        ending.set()
        looking.join()
    assert set(seen[:-1]) == {2} and seen[-1] in (1, 2, "workspace.locked") and call("workspace.counts")["firm"] == 1


def test_a_write_that_comes_too_late_goes_into_neither_store(
    call, session, ws, template, back_up, tmp_path: Path, monkeypatch
):
    put_to_rest, late, ends = restore._put_to_rest, [], []

    def add() -> None:
        """Belongs to the workspace that is still open when it begins."""
        try:
            with ws.store.write("late") as write:
                ends.append(write.insert(Organisation, {"name": "迟到的单位", "org_kind": "agency"}))
        except WorldFault as fault:
            ends.append(fault.code)

    def meanwhile(*arguments: Any) -> None:
        late.append(threading.Thread(target=add))
        late[0].start()
        put_to_rest(*arguments)

    monkeypatch.setattr(restore, "_put_to_rest", meanwhile)
    call("backup.restore", file=back_up(), folder=str(tmp_path / "r"), recovery_code=template.recovery_code)
    late[0].join()
    assert ends == ["workspace.locked"] and ws.store.database.is_closed()
    with session.workspace.store.read():
        assert not Organisation.select().where(Organisation.name == "迟到的单位").exists()


def test_a_cancel_leaves_nothing(session, call, template, back_up, tmp_path: Path):
    asked = {"file": back_up(), "folder": str(tmp_path / "r"), "recovery_code": template.recovery_code}
    job = Job()
    job.report = lambda done, _total, _text: job.stop.set() if done else None
    with pytest.raises(InterruptedError):
        call_service(session, "backup.restore", job, **asked)
    assert not (tmp_path / "r").exists() and call("workspace.info")


def test_nothing_is_overwritten(call, template, back_up, tmp_path: Path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "mine").write_text("x")
    with pytest.raises(Refused, match=r"workspace\.not_empty"):
        call("backup.restore", file=back_up(), folder=str(tmp_path / "r"), recovery_code=template.recovery_code)
    assert [path.name for path in (tmp_path / "r").iterdir()] == ["mine"]


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "evidence/../../outside",
        "/outside",
        "evidence\\..\\x",
        "other/x",
        "evidence/C:/outside",
        "evidence/00/NUL",
    ],
)
def test_a_hostile_backup_writes_nothing_outside(call, ws, template, tmp_path: Path, name: str):
    snapshot = Path(call("backup.now")["snapshot"])
    with zipfile.ZipFile(tmp_path / "b", "w") as archive:
        for entry in (KEYSLOTS, "store.db", name):
            archive.writestr(entry, b"x")
    manifest = backupset.read_manifest(snapshot / "manifest.json")
    files = {**manifest.files, name: backupset.Entry(1, "0" * 64)}
    forged = backupset.Manifest(ws.slots.workspace_id, 1, 1, "x", "x", 1, manifest.pool, files)
    (snapshot / "manifest.json").write_bytes(forged.signed(ws.vault.audit_key).text())
    for file in (tmp_path / "b", snapshot):
        asked = {"file": str(file), "folder": str(tmp_path / "in" / "r"), "recovery_code": template.recovery_code}
        assert code(call, "backup.restore", **asked) == "backup.damaged"
    assert not list(tmp_path.rglob("outside")) and not (tmp_path / "in" / "r").exists()
