"""After an end without a close: files without rows go when nobody can want them, rows without files are counted."""

from __future__ import annotations

import io
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import reconcile
from db.models import Evidence
from db.reconcile import FILE_NAME, Report
from desktop.runtime.client import StoreClient
from desktop.services.cautions import cautions
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace
from policy.errors import WorldFault

Again = Callable[[], Workspace]


@pytest.fixture
def crashed(folder: Path, opened: Again) -> Callable[..., None]:
    """`crashed(act)` does something in the open workspace and leaves the folder as a kill would."""

    def run(act: Callable[[Workspace], Any] = lambda _ws: None) -> None:
        ws = opened()
        act(ws)
        copy = folder.with_name("killed")
        shutil.copytree(folder, copy)  # the mark and the log are in it, as they are at a kill
        ws.close()
        shutil.rmtree(folder)
        copy.rename(folder)

    return run


def _reconciled(ws: Workspace) -> Report | None:
    session = Session()
    session.workspace = ws
    session.reconcile()
    return ws.ending.report


def _row(ws: Workspace, content: bytes) -> str:
    """Evidence with its row; returns the stored name."""
    stored = ws.evidence.add_bytes(content)
    named = {"blob": stored.name, "digest": stored.sha256, "bytes": stored.bytes}
    with ws.store.write("x") as write:
        write.insert(Evidence, {"title": "t", "file_name": "t", "media_type": "text/plain", **named})
    return stored.name


def _seal(ws: Workspace, package: str) -> None:
    writer = ws.outbox.writer(package)
    writer.write(b"sealed")
    writer.commit()


def test_a_proper_end_leaves_no_mark_and_nothing_to_do(folder: Path, opened: Again):
    ws = opened()
    assert (folder / FILE_NAME).stat().st_mode & 0o777 == 0o600
    ws.evidence.add_bytes(b"a file whose job went on elsewhere")
    ws.close()
    assert not (folder / FILE_NAME).exists()
    ws = opened()
    assert not ws.ending.unclean and _reconciled(ws) is None
    assert len(list(ws.evidence.names())) == 1


def test_files_that_a_crash_left_without_a_row_go(crashed, opened: Again, folder: Path):
    kept: list[str] = []

    def act(ws: Workspace) -> None:
        kept.append(_row(ws, b"with a row"))
        ws.evidence.add_bytes(b"without")
        _seal(ws, "p1")

    crashed(act)
    ws = opened()
    assert ws.ending.unclean
    assert _reconciled(ws) == Report(removed=2, missing=0)
    assert list(ws.evidence.names()) == kept and ws.outbox.packages() == []
    ws.close()
    assert not (folder / FILE_NAME).exists()


def test_a_row_without_its_file_is_counted_and_told_by_verify(crashed, opened: Again):
    crashed(lambda ws: ws.evidence.remove(_row(ws, b"gone")))
    ws = opened()
    assert [one["code"] for one in cautions(ws)] == ["warn.reconciling"]
    assert _reconciled(ws) == Report(removed=0, missing=1)
    assert cautions(ws) == [{"code": "warn.files_missing", "params": {"n": 1}}]
    session = Session()
    session.workspace = ws
    assert call_service(session, "workspace.verify")["ok"] is False


def test_what_a_running_job_adds_is_not_touched(crashed, opened: Again):
    crashed(lambda ws: [ws.evidence.add_bytes(b"left by the crash"), _seal(ws, "left")])
    ws = opened()
    again = ws.evidence.add_bytes(b"left by the crash").name  # the user takes the same file in once more
    new = ws.evidence.add_bytes(b"another").name
    _seal(ws, "new")
    writer = ws.outbox.writer("under-way")
    writer.write(b"x")
    assert _reconciled(ws) == Report(removed=1, missing=0)
    assert set(ws.evidence.names()) == {again, new} and ws.outbox.packages() == ["new"]
    writer.commit()
    assert ws.outbox.packages() == ["new", "under-way"]


def test_a_file_added_in_the_very_moment_stays(crashed, opened: Again):
    """Between the look at the rows and the removal a job takes the same content in, time after time."""
    crashed(lambda ws: [ws.evidence.add_bytes(bytes([n])) for n in range(40)])
    ws = opened()
    added: list[str] = []

    def add() -> None:
        for n in range(40):
            added.append(ws.evidence.add(io.BytesIO(bytes([n]))).name)

    job = threading.Thread(target=add)
    job.start()
    _reconciled(ws)
    job.join()
    assert set(added) == set(ws.evidence.names())


def test_what_undo_or_a_frozen_evaluation_may_ask_for_again_stays(crashed, opened: Again):
    names: list[str] = []

    def act(ws: Workspace) -> None:
        names.append(_row(ws, b"deleted, but undo brings it back"))
        session = Session()
        session.workspace = ws
        with ws.store.read():
            record = Evidence.get().id
        with ws.store.write("删除") as write:
            write.delete(Evidence, record)

    crashed(act)
    ws = opened()
    assert _reconciled(ws) == Report(removed=0, missing=0)
    assert list(ws.evidence.names()) == names


def test_beside_an_older_store_nothing_is_removed(crashed, opened: Again, folder: Path, tmp_path: Path):
    """Somebody puts a copy of the store back after a crash: its files are younger than its rows."""
    shutil.copy(folder / "store.db", tmp_path / "older.db")
    opened_once = opened()
    _row(opened_once, b"before the crash")
    opened_once.close()
    crashed(lambda ws: _row(ws, b"in the session that crashed"))
    for name in ("store.db-wal", "store.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "older.db", folder / "store.db")
    ws = opened()
    assert _reconciled(ws) == Report(removed=0, missing=0)
    assert len(list(ws.evidence.names())) == 2


@pytest.mark.parametrize("mark", [b"", b"{", b"[]", b'{"op": "1"}', b'{"op": -5}', b"\xff"])
def test_a_mark_that_cannot_be_read_removes_nothing(crashed, opened: Again, folder: Path, mark: bytes):
    crashed(lambda ws: ws.evidence.add_bytes(b"without a row"))
    (folder / FILE_NAME).write_bytes(mark)
    ws = opened()
    assert ws.ending.unclean and _reconciled(ws) == Report(removed=0, missing=0)
    assert ws.ending.mark_is_damaged()


def test_any_flipped_byte_of_the_mark_is_told_by_the_check(call, ws: Workspace, folder: Path):
    path = folder / FILE_NAME
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert ws.ending.mark_is_damaged()
    assert [problem["file"] for problem in call("workspace.verify")["problems"]] == [FILE_NAME]
    path.write_bytes(whole)
    assert call("workspace.verify")["ok"]


def test_what_was_cut_short_is_done_at_the_next_opening(crashed, opened: Again, folder: Path):
    crashed(lambda ws: ws.evidence.add_bytes(b"without a row"))
    opened().close()  # closed before anybody had looked
    assert (folder / FILE_NAME).exists()
    ws = opened()
    assert _reconciled(ws) == Report(removed=1, missing=0)


def test_a_closed_store_stops_it(crashed, opened: Again):
    crashed(lambda ws: ws.evidence.add_bytes(b"without a row"))
    ws = opened()
    ws.close()  # another program may have the workspace now
    assert _reconciled(ws) is None and len(list(ws.evidence.names())) == 1


def test_what_the_disk_did_not_let_go_is_for_the_next_opening(opened: Again, folder: Path, monkeypatch):
    ws = opened()
    stored = ws.evidence.add_bytes(b"to be forgotten")

    def broken(_path: Path, missing_ok: bool = False) -> None:
        raise OSError(5, "I/O")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", broken)
        ws.evidence.remove(stored.name)
    ws.close()
    ws = opened()
    assert _reconciled(ws) == Report(removed=1, missing=0)


def test_a_write_that_fails_takes_its_new_files_back_and_no_others(ws: Workspace, monkeypatch):
    kept = _row(ws, b"known")
    names = [ws.evidence.add_bytes(content).name for content in (b"known", b"new")]
    reconcile.forget_unused(ws.store, ws.evidence, names)
    assert list(ws.evidence.names()) == [kept]
    ws.store.close()
    stored = ws.evidence.add_bytes(b"another")
    monkeypatch.setattr(ws.store, "read", lambda: (_ for _ in ()).throw(WorldFault("disk.failed")))
    reconcile.forget_unused(ws.store, ws.evidence, [stored.name])
    assert ws.evidence.littered


def test_a_full_disk_does_not_keep_anybody_from_reading(opened: Again, folder: Path, monkeypatch):
    def full(*_: object) -> None:
        raise WorldFault("disk.full", path="x")

    monkeypatch.setattr(reconcile, "write_private", full)
    opened().close()


PROGRAM = """
import os, signal, sys
from pathlib import Path
from desktop.services import load_services
from desktop.services.workspace import open_with
load_services()
ws = open_with(Path(sys.argv[1]), "keyring", sys.argv[2])
ws.evidence.add_bytes(b"without a row")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_store_process_does_it_by_itself(folder: Path, template, checkout: Path):
    """A real kill, then the process that the window starts: opening is all that is asked of it."""
    killed = subprocess.run([sys.executable, "-c", PROGRAM, str(folder), template.keyring_secret], cwd=checkout)
    assert killed.returncode == -signal.SIGKILL and (folder / FILE_NAME).exists()
    assert len(list(folder.glob("evidence/??/*.age"))) == 1
    client = StoreClient()
    try:
        client.request("workspace.open", folder=str(folder), passphrase=template.passphrase)
        deadline = time.monotonic() + 30
        while list(folder.glob("evidence/??/*.age")) and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        client.close()
    assert list(folder.glob("evidence/??/*.age")) == [] and not (folder / FILE_NAME).exists()
