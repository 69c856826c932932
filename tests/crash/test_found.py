"""What the kills and the fault sweep have found, each held at its one point."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import blobs, exchange, files, keyslots, migrate, outbox
from db.keyslots import KeySlots, Vault
from db.models import Application
from db.outbox import Outbox
from db.store import Store, store_faults
from desktop.services import workspace as workspaces
from policy.errors import WorldFault, WrongKey
from tests.crash import check
from tests.crash.bench import PASSPHRASE, Bench


def _broken(number: int = errno.EIO) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


def _full(*_: Any, **__: Any) -> Any:
    raise WorldFault("disk.full", path="x")


@pytest.fixture
def opened(bench: Bench) -> Any:
    yield bench if bench.open() else None
    bench.close()


def test_a_book_whose_row_could_not_be_written_leaves_no_file(opened: Bench, monkeypatch: pytest.MonkeyPatch):
    before = set(opened.ws.evidence.names())
    with monkeypatch.context() as patched:
        patched.setattr(Application, "insert", _full)
        with pytest.raises(WorldFault):
            opened.call("apply.make", snapshot=opened.template.snapshot, narrative={"organisation": "另一稿"})
    assert set(opened.ws.evidence.names()) == before
    made = opened.call("apply.make", snapshot=opened.template.snapshot, narrative={"organisation": "另一稿"})
    assert made["version"] == 2


def test_clearing_up_does_not_hide_what_went_wrong(opened: Bench, monkeypatch: pytest.MonkeyPatch):
    """On a disk that is gone the file cannot be taken back either: the fault is told, the rest is for later."""
    file = opened.file("a.txt", b"new")
    with monkeypatch.context() as patched:
        patched.setattr(opened.ws.store, "write", _full)
        patched.setattr(Path, "unlink", _broken())
        with pytest.raises(WorldFault, match=r"disk\.full"):
            opened.call("evidence.add", files=[file])
    opened.close()
    opened.open()
    opened.session.reconcile()
    assert opened.ws.ending.report is not None and opened.ws.ending.report.removed == 1
    assert check.whole(opened) == []


def test_a_package_that_could_not_be_made_durable_is_not_there(opened: Bench, monkeypatch: pytest.MonkeyPatch):
    synced: list[Path] = []

    def second_fails(folder: Path) -> None:
        synced.append(folder)
        if len(synced) == 2:
            _broken()()

    before = opened.ws.outbox.packages()
    monkeypatch.setattr(outbox, "fsync_folder", second_fails)
    with pytest.raises(WorldFault, match=r"disk\.failed"):
        opened.call(
            "package.seal",
            application=opened.template.application,
            personal_confirmed=True,
            replaces=opened.template.package,
        )
    assert opened.ws.outbox.packages() == before


def test_parts_of_a_package_being_sealed_are_no_package(opened: Bench):
    writer = Outbox(opened.folder / "outbox", opened.ws.vault).writer("under-way")
    assert all(not name.startswith(".") for name in opened.ws.outbox.packages())
    writer.discard()


@pytest.mark.parametrize("place", ["key file", "audit log"])
def test_a_change_of_passphrase_that_failed_changed_nothing(opened: Bench, monkeypatch, place: str):
    """Also after one that went well: what stands in memory then is not the same object twice."""
    opened.call("workspace.change_passphrase", passphrase=PASSPHRASE, new_passphrase="the second one")
    with monkeypatch.context() as patched:
        if place == "key file":
            patched.setattr(keyslots, "write_private", _full)
        else:
            patched.setattr(opened.ws.store, "write", _full)
        with pytest.raises(WorldFault, match=r"disk\.full"):
            opened.call("workspace.change_passphrase", passphrase="the second one", new_passphrase="the third one")
    for slots in (opened.ws.slots, KeySlots.load(opened.folder)):
        slots.unlock_passphrase("the second one")
        with pytest.raises(WrongKey):
            slots.unlock_passphrase("the third one")


def test_a_key_file_in_its_place_counts_though_its_folder_was_not_synced(opened: Bench, monkeypatch):
    """It is what the next opening reads: to say that the old passphrase still opens would be wrong."""
    with monkeypatch.context() as patched:
        patched.setattr(files, "fsync_folder", _broken())
        opened.call("workspace.change_passphrase", passphrase=PASSPHRASE, new_passphrase="the second one")
    for slots in (opened.ws.slots, KeySlots.load(opened.folder)):
        slots.unlock_passphrase("the second one")


def test_an_upgrade_on_a_failing_disk_says_so(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    steps = Path(shutil.copytree(migrate.DIRECTORY, tmp_path / "steps"))
    (steps / "9001_later.py").write_text(
        'def up(migrator, db):\n    db.execute_sql("CREATE TABLE later (id INTEGER) STRICT")\n'
    )
    monkeypatch.setattr(migrate, "DIRECTORY", steps)
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "fsync_folder", _broken())
        with pytest.raises(WorldFault, match=r"disk\.failed"):
            bench.open()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", _broken())
        bench.open()  # what cannot be cleared away stands in nobody's way
        bench.close()
    bench.open()
    assert check.whole(bench) == []
    bench.close()


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk.full"), (errno.EIO, "disk.failed"), (errno.EROFS, "disk.read_only")],
    ids=["full", "failing", "read-only"],
)
def test_a_store_that_cannot_be_opened_says_why(bench: Bench, monkeypatch, number: int, code: str):
    """SQLite says only that it cannot; a full disk is not a read-only folder."""
    from sqlcipher3 import dbapi2 as sqlcipher

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", _broken(number))
        with pytest.raises(WorldFault) as told, store_faults(bench.folder / "store.db"):
            raise sqlcipher.OperationalError("unable to open database file")
    assert told.value.code == code
    assert sorted(path.name for path in bench.folder.iterdir() if path.name.endswith(".part")) == []


def test_a_restore_that_was_cut_off_does_not_open(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """All its files may be there, and still it would go on sending what the backup was about to send."""
    bench.open()
    backup, folder = bench.template.folder.parent / "template.backup", bench.outside / "zurück"
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)
        patched.setattr(Store, "write", _full)
        with pytest.raises(WorldFault, match=r"disk\.full"):
            bench.call("backup.restore", file=str(backup), folder=str(folder), passphrase=PASSPHRASE, switch=False)
    bench.close()
    assert (folder / "store.db").exists()
    with pytest.raises(WorldFault, match=r"workspace\.half_restored"):
        workspaces.open_with(folder, "passphrase", PASSPHRASE)


def test_nothing_is_made_where_a_stick_has_been(bench: Bench, tmp_path: Path):
    vault: Vault = bench.open().vault
    bench.close()
    gone = tmp_path / "gone" / "workspace"
    with pytest.raises(WorldFault, match=r"disk\.missing"):
        files.private_folder(gone / "evidence", parents=False)
    with pytest.raises(WorldFault, match=r"disk\.missing"):
        Outbox(gone / "outbox", vault).writer("p")
    assert not gone.exists()


def test_half_written_files_of_every_folder_go_at_the_next_opening(bench: Bench):
    left = ["evidence/.a.part", "backups/.before-0002-20261121.db.ab.part", "backups/.ab.work", "outbox/.p.part"]
    left += ["outbox/" + bench.template.package + "/.part-00001.age.ab.part", ".keyslots.json.ab.part"]
    left += ["store.db.migrating", "store.db.migrating-wal"]
    for name in left:
        (bench.folder / name).mkdir() if name.endswith((".work", ".p.part")) else (bench.folder / name).touch()
    bench.open()
    assert [name for name in left if (bench.folder / name).exists()] == []
    bench.close()


def test_a_file_told_as_failed_is_not_there(opened: Bench, monkeypatch: pytest.MonkeyPatch):
    before = set(opened.ws.evidence.names())
    with monkeypatch.context() as patched:
        patched.setattr(blobs, "fsync_folder", _broken(errno.ENOSPC))
        with pytest.raises(WorldFault, match=r"disk\.full"):
            opened.call("evidence.add", files=[opened.file("a.txt", b"new")])
    assert set(opened.ws.evidence.names()) == before


def test_nothing_is_written_to_a_store_whose_key_no_longer_counts(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """The new key counts, the exchange of the files fails: what would go into the old one would be lost."""
    bench.open()
    with monkeypatch.context() as patched:
        patched.setattr(exchange, "swap_in", _full)
        with pytest.raises(WorldFault, match=r"disk\.full"):
            bench.call("workspace.rotate_key", passphrase=PASSPHRASE)
        for act in (lambda: bench.ws.store.save_setting("a", 1), lambda: bench.ws.store.setting("a")):
            with pytest.raises(WorldFault, match=r"store\.exchange_unfinished"):
                act()
    bench.close()
    bench.open()
    bench.ws.store.save_setting("a", 1)
    assert check.whole(bench) == []
    bench.close()
