"""Opening, closing and refusing the store: what is damage, what is another key, who holds it, where it cannot be."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyrage
import pytest

from db import migrate
from db.keyslots import Vault, derive
from db.models import Organisation
from db.store import Store
from desktop.services import workspace as workspaces
from desktop.services.workspace import create, open_with
from policy.errors import Fault, Refused, WorldFault

KEY = bytes(range(32))


@pytest.fixture
def vault() -> Vault:
    return Vault(str(pyrage.x25519.Identity.generate()), secrets.token_bytes(32), secrets.token_bytes(32))


@pytest.fixture
def store(tmp_path: Path, vault: Vault) -> Iterator[Store]:
    made = Store.create(tmp_path / "store.db", KEY, vault)
    yield made
    made.close()


def _fault(path: Path, vault: Vault, key: bytes = KEY) -> str:
    with pytest.raises(Fault) as caught:
        Store.open(path, key, vault)
    return caught.value.code


def _fill(store: Store, count: int = 1) -> list[str]:
    made = []
    for number in range(count):
        with store.write("test") as write:
            made.append(write.insert(Organisation, {"name": f"单位{number}", "org_kind": "firm"}))
    return made


def test_a_store_opens_again_with_what_was_written(store: Store, vault):
    made = _fill(store)
    store.close()
    store.close()
    again = Store.open(store.path, KEY, vault)
    with again.read():
        assert Organisation.get_by_id(made[0]).name == "单位0"
    assert again.integrity() == []
    again.close()


def test_writing_is_durable_and_references_are_kept(store: Store):
    with store.read() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert connection.execute("PRAGMA cipher_version").fetchone()[0].startswith("4.")


def test_every_file_is_private_from_its_first_byte(tmp_path, vault):
    umask = os.umask(0)
    try:
        store = Store.create(tmp_path / "store.db", KEY, vault)
        _fill(store)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        store.backup_to(tmp_path / "copy.db", KEY)
        store.close()
    finally:
        os.umask(umask)
    assert modes == dict.fromkeys(("store.db", "store.db-wal", "store.db-shm"), 0o600)
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_another_key_opens_nothing_and_changes_nothing(store: Store, vault):
    store.close()
    before = store.path.read_bytes()
    assert _fault(store.path, vault, bytes(32)) == "store.damaged"
    assert store.path.read_bytes() == before


def test_an_empty_file_is_damage_and_stays_empty(tmp_path, vault):
    path = tmp_path / "store.db"
    path.touch()
    assert _fault(path, vault) == "store.damaged"
    assert path.read_bytes() == b""


def test_a_missing_store_is_not_made_anew(tmp_path, vault):
    assert _fault(tmp_path / "store.db", vault) == "store.missing"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [0, 17, 100, 4095])
def test_a_damaged_first_page_is_named_as_damage(store: Store, vault, place: int):
    _fill(store)
    store.close()
    data = bytearray(store.path.read_bytes())
    data[place] ^= 0x40
    store.path.write_bytes(data)
    assert _fault(store.path, vault) == "store.damaged"
    assert store.path.read_bytes() == bytes(data)


def test_a_truncated_store_is_damage(store: Store, vault):
    store.close()
    with store.path.open("r+b") as file:
        file.truncate(3000)
    assert _fault(store.path, vault) == "store.damaged"


def test_a_flipped_byte_further_inside_is_found_by_the_check(store: Store, vault):
    _fill(store)
    store.close()
    data = bytearray(store.path.read_bytes())
    data[-2000] ^= 1
    store.path.write_bytes(data)
    damaged = Store.open(store.path, KEY, vault)
    try:
        problems = damaged.integrity()
    except WorldFault as fault:
        problems = [fault.code]
    damaged.close()
    assert problems


def _flip(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))


def _crashed(store: Store, folder: Path, rows: int) -> Path:
    """A copy of the store as a power cut after `rows` acknowledged writes leaves it: nothing checkpointed."""
    with store.read() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _fill(store, rows)
    folder.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{store.path}{suffix}", folder / f"store.db{suffix}")
    store.close()
    return folder / "store.db"


def test_what_was_acknowledged_is_there_after_a_crash(store: Store, vault, tmp_path):
    path = _crashed(store, tmp_path / "crashed", 20)
    again = Store.open(path, KEY, vault)
    with again.read():
        assert Organisation.select().count() == 20
    again.close()


def test_a_torn_last_transaction_is_not_damage(store: Store, vault, tmp_path):
    path = _crashed(store, tmp_path / "crashed", 20)
    log = path.with_name("store.db-wal")
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size - 1000)
    again = Store.open(path, KEY, vault)
    with again.read():
        assert Organisation.select().count() == 19
    again.close()


@pytest.mark.parametrize("part", [0.02, 0.5])
def test_damage_in_the_middle_of_the_log_is_refused_not_passed_over(store: Store, vault, tmp_path, part: float):
    path = _crashed(store, tmp_path / "crashed", 20)
    log = path.with_name("store.db-wal")
    _flip(log, int(log.stat().st_size * part))
    before = log.read_bytes()
    assert _fault(path, vault) == "store.log_damaged"
    assert log.read_bytes() == before  # left as it is: someone may still read it


def test_a_damaged_header_of_the_log_is_damage(store: Store, vault, tmp_path):
    path = _crashed(store, tmp_path / "crashed", 3)
    _flip(path.with_name("store.db-wal"), 20)
    assert _fault(path, vault) == "store.log_damaged"


def test_frames_left_over_from_an_earlier_round_of_the_log_are_not_damage(store: Store, vault, tmp_path):
    _fill(store, 20)
    with store.read() as connection:
        connection.execute("PRAGMA wal_checkpoint(RESTART)")
    _fill(store, 2)  # the log begins anew over its old frames
    for suffix in ("", "-wal"):
        shutil.copy(f"{store.path}{suffix}", tmp_path / f"copy.db{suffix}")
    store.close()
    again = Store.open(tmp_path / "copy.db", KEY, vault)
    with again.read():
        assert Organisation.select().count() == 22
    again.close()


def test_a_store_of_a_newer_program_is_refused_untouched(store: Store, vault):
    with store.read() as connection:
        connection.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01')")
        connection.commit()
    store.close()
    before = store.path.read_bytes()
    assert _fault(store.path, vault) == "store.newer"
    assert store.path.read_bytes() == before


def test_a_write_that_fails_leaves_nothing(store: Store):
    with pytest.raises(ZeroDivisionError), store.write("test") as write:
        write.insert(Organisation, {"name": "半途", "org_kind": "firm"})
        raise ZeroDivisionError
    with store.read() as connection:
        assert Organisation.select().count() == 0
        assert connection.execute("SELECT count(*) FROM op").fetchone() == (0,)
    assert _fill(store)  # and the next one works


def test_a_second_process_is_told_that_the_workspace_is_open_elsewhere(ws, folder, template):
    script = (
        "import sys; from pathlib import Path\n"
        "from desktop.services.workspace import open_with\n"
        "from policy.errors import WorldFault\n"
        "try: open_with(Path(sys.argv[1]), 'keyring', sys.stdin.read())\n"
        "except WorldFault as fault: print(fault.code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        input=template.keyring_secret,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("workspace.open_elsewhere", "")


def test_the_same_process_cannot_open_it_twice_either(ws, folder, template):
    with pytest.raises(WorldFault, match=r"workspace\.open_elsewhere"):
        open_with(folder, "keyring", template.keyring_secret)
    ws.close()
    open_with(folder, "keyring", template.keyring_secret).close()


def test_a_wrong_key_leaves_the_workspace_free_for_the_next_try(folder, template):
    for _ in range(2):
        with pytest.raises(Fault, match=r"key\.wrong_recovery"):
            open_with(folder, "recovery", "0000-0000-0000-0000-0000-0000-0000-0000-" + _checksum())
    open_with(folder, "keyring", template.keyring_secret).close()


def _checksum() -> str:
    from db.recoverycode import format_recovery_code

    return format_recovery_code(bytes(20))[-2:]


def test_a_folder_that_is_no_workspace_says_so(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(WorldFault, match=r"workspace\.missing"):
            open_with(folder, "keyring", "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="needs root, to become a user without rights")
def test_a_read_only_folder_is_named(folder, template):
    script = (
        "import os, sys; from pathlib import Path\n"
        "from desktop.services.workspace import open_with\n"
        "from policy.errors import WorldFault\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: open_with(Path(sys.argv[1]), 'keyring', sys.stdin.read())\n"
        "except WorldFault as fault: print(fault.code)"
    )
    for path in (folder, *folder.parents):
        path.chmod(path.stat().st_mode | 0o555)
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        input=template.keyring_secret,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("disk.read_only", "")


def test_making_a_workspace_in_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(Refused, match=r"workspace\.not_empty"):
        create(tmp_path, passphrase="long enough", organisation="x", kinds=[], person="")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_creation_that_fails_can_be_tried_again_in_the_same_folder(tmp_path, monkeypatch):
    folder = tmp_path / "ws"
    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_setting", _no_space)
        with pytest.raises(WorldFault, match=r"disk\.full"):
            create(folder, passphrase="long enough", organisation="x", kinds=[], person="")
    ws, _ = create(folder, passphrase="long enough", organisation="x", kinds=[], person="")
    ws.close()


def _no_space(*_arguments: object) -> None:
    raise WorldFault("disk.full", path="")


def test_opening_clears_away_what_a_crash_left(folder, template):
    leftovers = [folder / "evidence" / ".ab12.part", folder / "outbox" / ".p1.part" / "part-00001.age"]
    leftovers += [folder / "scratch" / "fuzhuan-x" / "clear.pdf", folder / "backups" / ".store.ab12.part"]
    for path in leftovers:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    open_with(folder, "keyring", template.keyring_secret).close()
    assert not any(path.exists() for path in leftovers)


def test_the_store_key_is_not_the_data_key(store: Store):
    store.close()
    with pytest.raises(Exception, match="not a database"):
        migrate.connect(store.path, KEY)
    migrate.connect(store.path, derive(KEY, "store")).close()


@pytest.mark.skipif(not workspaces._MEMORY.is_dir(), reason="this system keeps no files in memory")
def test_clear_text_that_a_crash_left_in_memory_goes_at_the_next_opening_and_nobody_elses(opened, folder: Path):
    ws = opened()
    with ws.scratch() as scratch:
        assert scratch.parent == workspaces._MEMORY and scratch.stat().st_mode & 0o777 == 0o700
        left = scratch.with_name(f"{scratch.name}left")
    other = workspaces._MEMORY / f"fuzhuan-{'0' * 12}-{os.getpid()}"
    for place in (left, other):
        place.mkdir()
        (place / "clear.pdf").write_bytes(b"clear")
    ws.close()
    try:
        opened()
        assert not left.exists() and other.exists()
    finally:
        for place in (left, other):
            shutil.rmtree(place, ignore_errors=True)


def test_a_full_scratch_is_a_full_disk_and_a_cancel_is_a_cancel(ws):
    with pytest.raises(WorldFault, match=r"disk\.full"), ws.scratch():
        raise OSError(errno.ENOSPC, "")
    with pytest.raises(InterruptedError), ws.scratch():
        raise InterruptedError


def test_a_workspace_opened_by_one_thread_and_closed_by_another_is_free(folder: Path, template):
    def elsewhere(run):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(run).result()

    first = elsewhere(lambda: open_with(folder, "keyring", template.keyring_secret))
    elsewhere(first.close)
    elsewhere(lambda: open_with(folder, "keyring", template.keyring_secret)).close()
