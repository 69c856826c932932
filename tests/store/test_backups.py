"""Backups into a set and into one file: whole, private, files copied once, listed, thinned."""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop.services import backupset, backupstate
from desktop.services.backupheads import heads, heads_of
from desktop.services.registry import call as call_service
from policy.errors import WorldFault
from tests.store.backuphelp import attach, code, sets, tree
from tests.store.filehelp import packaged

DAY = 86_400_000


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "U盘").mkdir()
    return tmp_path / "U盘"


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
    (found,) = sets(stick)
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
    shutil.rmtree(ws.folder / "backups")
    assert call("backup.last")["overdue"] and call("backup.last")["at_ms"] is None, "none is left"


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
