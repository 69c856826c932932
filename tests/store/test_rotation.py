"""A new data key: who left gets nothing that came later, who stays notices nothing, and a cut leaves either state."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from db import exchange, integrity, keyslots
from db.blobs import Blobs
from db.keyslots import KeySlots, derive
from db.models import AuditEntry, Operator
from db.store import Store
from desktop.services import backups, rotation
from desktop.services.registry import Job
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace, open_with
from policy.errors import Fault, Refused, WorldFault, WrongKey

LEAVER = "离职人员的口令 88"


@pytest.fixture
def filled(ws: Workspace, call: Callable[..., Any], tmp_path: Path) -> dict[str, Any]:
    """A second person, a record, evidence and a package; what the leaver could have kept; contents by stored name."""
    leaver = call("keys.add_person", name="周离", new_passphrase=LEAVER)["holder"]
    firm = call("records.add", kind="firm", values={"name": "甲科技公司"})["id"]
    (tmp_path / "proof.txt").write_bytes(b"proof " * 50_000)
    call("evidence.add", files=[str(tmp_path / "proof.txt")], target=f"firm:{firm}")
    writer = ws.outbox.writer("p1")
    writer.write(b"sealed" * 1000)
    writer.commit()
    kept = tmp_path / "kept"
    kept.mkdir()
    for name in (keyslots.FILE_NAME, keyslots.COPY_NAME):
        shutil.copy(ws.folder / name, kept / name)
    contents = {name: ws.evidence.read(name) for name in ws.evidence.names()}
    return {"leaver": leaver, "firm": firm, "kept": kept, "contents": contents}


def _code(run: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        run()
    return caught.value.code


def test_who_left_opens_nothing_that_came_later_and_who_stays_everything(ws, call, template, filled, tmp_path):
    said = call("workspace.rotate_key", passphrase=template.passphrase, keep=[])
    assert said["kept"] == ["李明"] and said["removed"] == ["周离"] and said["unreadable"] == []
    later = ws.evidence.add(io.BytesIO(b"later proof"))
    with ws.store.read():
        actions = [row.action for row in AuditEntry.select().order_by(AuditEntry.seq)]
        assert Operator.get(Operator.name == "周离").ends_on is not None
    assert actions[-2:] == ["keys.rotation_begun", "keys.rotated"]
    ws.close()

    folder = ws.folder
    assert _code(lambda: open_with(folder, "passphrase", LEAVER)) == "key.wrong_passphrase"
    # with the key file kept from before, beside everything as it is now
    shutil.copytree(folder, tmp_path / "stolen")
    for file in filled["kept"].iterdir():
        shutil.copy(file, tmp_path / "stolen")
    slots = KeySlots.load(tmp_path / "stolen")
    old_key, _ = slots.unlock_passphrase(LEAVER)
    old_vault = slots.vault(old_key)
    with pytest.raises(WorldFault):
        Store.open(tmp_path / "stolen" / "store.db", old_key, old_vault)
    stolen = Blobs(tmp_path / "stolen" / "evidence", old_vault)
    for name in [*filled["contents"], later.name]:
        assert _code(lambda name=name: stolen.read(name)) == "evidence.damaged"
    identity = pyrage.x25519.Identity.from_str(old_vault.identity)
    for part in (tmp_path / "stolen" / "outbox").rglob("*.age"):
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(part.read_bytes(), [identity])

    for way, secret in (
        ("passphrase", template.passphrase),
        ("recovery", template.recovery_code),
        ("keyring", template.keyring_secret),
    ):
        again = open_with(folder, way, secret)
        try:
            assert again.store.integrity() == [] and again.vault.former == ()
            assert {name: again.evidence.read(name) for name in filled["contents"]} == filled["contents"]
            assert b"".join(again.outbox.parts("p1")) == b"sealed" * 1000
        finally:
            again.close()
    assert not exchange.prepared_path(folder / "store.db").exists()


def test_the_workspace_goes_on_in_the_same_session(ws, call, template, filled):
    call("workspace.rotate_key", passphrase=template.passphrase)
    other = call("records.add", kind="firm", values={"name": "乙科技公司"})["id"]
    assert call("records.get", kind="firm", id=other)["name"] == "乙科技公司"
    assert call("workspace.verify")["ok"]
    call("records.undo")
    assert [person["name"] for person in call("keys.list")] == ["李明", "周离"]
    ws.close()
    open_with(ws.folder, "passphrase", LEAVER).close()  # nobody was removed


def test_it_needs_the_passphrase_and_people_who_are_there(ws, call, template, filled):
    before = ws.data_key
    with pytest.raises(WrongKey):
        call("workspace.rotate_key", passphrase="not this one")
    with pytest.raises(Refused, match=r"keys\.unknown_person"):
        call("workspace.rotate_key", passphrase=template.passphrase, keep=["nobody"])
    assert ws.data_key == before and KeySlots.load(ws.folder).unlock_passphrase(LEAVER)[0] == before


def test_a_recovery_code_can_be_left_behind_too(ws, call, template, filled):
    call("workspace.rotate_key", passphrase=template.passphrase, keep_recovery=False)
    slots = KeySlots.load(ws.folder)
    assert not slots.has("recovery")
    assert _code(lambda: slots.unlock_recovery(template.recovery_code)) == "key.wrong_recovery"


class _Cut(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("step", ["backup_to", "check", "rotate", "swap_in", "done", "renew"])
def test_a_cut_at_any_step_leaves_a_workspace_that_opens_whole(ws, template, filled, monkeypatch, step):
    """The folder as it is at the cut is what a power cut would leave: every file was written whole and synced."""
    frozen = ws.folder.with_name("frozen")

    def cut(*_arguments: Any, **_named: Any) -> None:
        shutil.copytree(ws.folder, frozen)
        raise _Cut

    owner, name = {
        "backup_to": (Store, "backup_to"),
        "check": (exchange, "check"),
        "rotate": (KeySlots, "rotate"),
        "swap_in": (exchange, "swap_in"),
        "done": (KeySlots, "rotation_done"),
        "renew": (Blobs, "renew"),
    }[step]
    session = Session()
    session.workspace = ws
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, cut)
        with pytest.raises(_Cut):
            call_service(session, "workspace.rotate_key", None, passphrase=template.passphrase, keep=[])
    gone = step in ("swap_in", "done", "renew")
    if gone:
        assert _code(lambda: open_with(frozen, "passphrase", LEAVER)) == "key.wrong_passphrase"
    again = open_with(frozen, "passphrase", template.passphrase)
    try:
        assert again.store.integrity() == [] and not again.slots.rotating
        assert again.slots.problems(again.data_key) == []
        assert bool(again.vault.former) == gone
        rotation.renew_files(again, Job())
        assert again.vault.former == ()
        assert {name: again.evidence.read(name) for name in filled["contents"]} == filled["contents"]
        assert b"".join(again.outbox.parts("p1")) == b"sealed" * 1000
        with again.store.read():
            assert Operator.select().where(Operator.name == "周离").exists()
    finally:
        again.close()
    assert not exchange.prepared_path(frozen / "store.db").exists()


def test_a_full_disk_leaves_everything_as_it_was(ws, call, template, filled, monkeypatch):
    def full(*_arguments: Any) -> None:
        raise WorldFault("disk.full", path="")

    before = ws.data_key
    with monkeypatch.context() as patch:
        patch.setattr("db.keyslots.write_private", full)
        with pytest.raises(WorldFault, match=r"disk\.full"):
            call("workspace.rotate_key", passphrase=template.passphrase, keep=[])
    assert ws.data_key == before and not exchange.prepared_path(ws.store.path).exists()
    assert call("records.get", kind="firm", id=filled["firm"])["name"] == "甲科技公司"
    assert KeySlots.load(ws.folder).unlock_passphrase(LEAVER)[0] == before
    with ws.store.read():
        assert Operator.get(Operator.name == "周离").ends_on is None  # who is still let in has not left
    call("workspace.rotate_key", passphrase=template.passphrase, keep=[])
    assert ws.data_key != before


def test_a_damaged_file_stays_readable_to_nobody_and_stops_nothing(ws, session, call, template, filled, monkeypatch):
    name = next(iter(filled["contents"]))
    path = ws.folder / "evidence" / name[:2] / f"{name}.age"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    said = call("workspace.rotate_key", passphrase=template.passphrase)
    assert said["unreadable"] == [name] and ws.vault.former
    with monkeypatch.context() as patch:
        looked: list[str] = []
        is_current = Blobs.is_current
        patch.setattr(Blobs, "is_current", lambda blobs, name: looked.append(name) or is_current(blobs, name))
        for _request in range(3):
            session.renew_files(Job())
        assert looked == sorted(filled["contents"])  # in the background, once
    path.write_bytes(whole)  # brought back from a backup of that time
    assert rotation.renew_files(ws, Job()) == [] and ws.vault.former == ()
    assert ws.evidence.read(name) == filled["contents"][name]


def test_the_store_is_under_another_key_byte_for_byte(ws, call, template, filled):
    old = derive(ws.data_key, "store")
    (ws.folder / "backups" / "before-0002-20261121.db").write_bytes(b"what an upgrade kept opens with the former key")
    call("workspace.rotate_key", passphrase=template.passphrase)
    ws.close()
    assert list((ws.folder / "backups").glob("before-*")) == []
    connection = sqlcipher.connect(str(ws.store.path))
    try:
        connection.execute(f"PRAGMA key = \"x'{old.hex()}'\"")
        with pytest.raises(sqlcipher.DatabaseError, match="not a database"):
            connection.execute("SELECT count(*) FROM sqlite_master")
    finally:
        connection.close()


def test_what_was_under_way_while_the_key_changed_is_refused_or_renewed_never_lost(ws, call, template, filled):
    class Slow(io.BytesIO):
        """Its data comes after the key has changed."""

        def read(self, size: int | None = -1) -> bytes:
            if not self.tell():
                call("workspace.rotate_key", passphrase=template.passphrase)
            return super().read(size)

    sealing = ws.outbox.writer("p2")
    sealing.write(b"half of it ")
    with pytest.raises(WorldFault, match=r"keys\.changed_meanwhile"):
        ws.evidence.add(Slow(b"late proof"))
    assert ws.vault.former == () and sorted(ws.evidence.names()) == sorted(filled["contents"])
    sealing.write(b"and the rest")
    sealing.commit()
    assert b"".join(ws.outbox.parts("p2")) == b"half of it and the rest"
    assert ws.evidence.read(ws.evidence.add(io.BytesIO(b"late proof")).name) == b"late proof"


def test_a_way_in_made_meanwhile_opens_what_comes_after(ws, call, template, filled, monkeypatch):
    """A passphrase takes half a second to wrap: a key that changes within it must be the one that is wrapped."""
    rotating = threading.Thread(target=lambda: call("workspace.rotate_key", passphrase=template.passphrase))
    real = keyslots.passphrase_key

    def slow(passphrase: str, salt: bytes, costs: dict[str, Any]) -> bytes:
        if passphrase == "新同事的口令 99":
            monkeypatch.setattr(keyslots, "passphrase_key", real)
            rotating.start()
            rotating.join(2)
        return real(passphrase, salt, costs)

    monkeypatch.setattr(keyslots, "passphrase_key", slow)
    call("keys.add_person", name="吴新", new_passphrase="新同事的口令 99")
    rotating.join()
    ws.close()
    for passphrase in (template.passphrase, LEAVER, "新同事的口令 99"):
        again = open_with(ws.folder, "passphrase", passphrase)
        assert again.store.integrity() == []
        again.close()


def test_a_backup_under_way_is_waited_for(ws, call, template, filled, monkeypatch):
    copying, go_on = threading.Event(), threading.Event()
    copy_store, faults = backups.copy_store, []

    def slow(*arguments: Any) -> Any:
        copying.set()
        assert go_on.wait(30)
        return copy_store(*arguments)

    def back_up() -> None:
        try:
            backups.automatic(ws, Job())
        except Fault as fault:
            faults.append(fault.code)

    monkeypatch.setattr(backups, "copy_store", slow)
    threads = [threading.Thread(target=back_up)]
    threads.append(threading.Thread(target=lambda: call("workspace.rotate_key", passphrase=template.passphrase)))
    before = ws.data_key
    threads[0].start()
    assert copying.wait(30)
    threads[1].start()
    threads[1].join(2)
    assert ws.data_key == before
    go_on.set()
    for thread in threads:
        thread.join()
    assert faults == [] and call("backup.last")["failed"] is None and ws.data_key != before


def test_a_second_change_that_fails_after_one_that_could_not_say_it_was_done(ws, call, template, filled, monkeypatch):
    def full(*_arguments: Any) -> None:
        raise WorldFault("disk.full", path="")

    def half(_store: Store, target: Path, *_more: Any) -> None:
        target.write_bytes(b"half a copy")
        full()

    with monkeypatch.context() as patch:
        patch.setattr(KeySlots, "rotation_done", full)
        with pytest.raises(WorldFault, match=r"disk\.full"):
            call("workspace.rotate_key", passphrase=template.passphrase)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "backup_to", half)
        with pytest.raises(WorldFault, match=r"disk\.full"):
            call("workspace.rotate_key", passphrase=template.passphrase)
    ws.close()
    open_with(ws.folder, "passphrase", template.passphrase).close()


def test_a_file_added_while_the_last_former_key_is_forgotten_is_kept(ws, call, template, filled, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(rotation, "renew_files", lambda *_arguments: [])
        call("workspace.rotate_key", passphrase=template.passphrase)

    class Slow(io.BytesIO):
        """Its data comes after the files have been renewed; the key has not changed again."""

        def read(self, size: int | None = -1) -> bytes:
            if not self.tell():
                assert rotation.renew_files(ws, Job()) == [] and ws.vault.former == ()
            return super().read(size)

    assert ws.evidence.read(ws.evidence.add(Slow(b"late proof")).name) == b"late proof"


def test_a_file_that_somebody_holds_open_keeps_the_former_key(ws, session, call, template, filled, monkeypatch):
    """On Windows a file that is being read cannot be replaced: its key must not be forgotten before it is."""
    replace = Path.replace

    def held(path: Path, target: Path) -> Path:
        if target.suffix == ".age":
            raise PermissionError
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", held)
        patch.setattr("db.outbox.Outbox.renew", lambda *_arguments: None)
        said = call("workspace.rotate_key", passphrase=template.passphrase)
    assert said["unreadable"] == [] and ws.vault.former
    assert {name: ws.evidence.read(name) for name in filled["contents"]} == filled["contents"]
    session.renew_files(Job())
    assert ws.vault.former == () and all(map(ws.evidence.is_current, filled["contents"]))


def test_a_further_change_while_files_are_renewed_forgets_no_key_too_early(ws, call, template, filled, monkeypatch):
    other = ws.evidence.add(io.BytesIO(b"another proof")).name
    renew_files, is_current, seen = rotation.renew_files, Blobs.is_current, []
    monkeypatch.setattr(rotation, "renew_files", lambda *_arguments: [])
    call("workspace.rotate_key", passphrase=template.passphrase)

    def meanwhile(blobs: Blobs, name: str) -> bool:
        seen.append(name)
        if len(seen) == 3:  # the first file was renewed, and seen to be
            call("workspace.rotate_key", passphrase=template.passphrase)
        return is_current(blobs, name)

    with monkeypatch.context() as patch:
        patch.setattr(Blobs, "is_current", meanwhile)
        renew_files(ws, Job())
    assert {*seen} == {other, *filled["contents"]}
    assert {name: ws.evidence.read(name) for name in filled["contents"]} == filled["contents"]
    assert ws.evidence.read(other) == b"another proof"
    assert renew_files(ws, Job()) == [] and ws.vault.former == ()


def test_a_check_under_way_is_waited_for(ws, call, template, filled, monkeypatch):
    reading, go_on = threading.Event(), threading.Event()
    bad_pages, found = integrity.bad_pages, []

    def slow(*arguments: Any) -> list[int]:
        reading.set()
        assert go_on.wait(30)
        return bad_pages(*arguments)

    monkeypatch.setattr(integrity, "bad_pages", slow)
    threads = [threading.Thread(target=lambda: found.append(call("workspace.verify")["problems"]))]
    threads.append(threading.Thread(target=lambda: call("workspace.rotate_key", passphrase=template.passphrase)))
    before = ws.data_key
    threads[0].start()
    assert reading.wait(30)
    threads[1].start()
    threads[1].join(2)
    assert ws.data_key == before
    go_on.set()
    for thread in threads:
        thread.join()
    assert found == [[]] and ws.data_key != before
