"""A locked program holds no key: memory dumps of the window and of every process it has started are searched."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from db.keyslots import KeySlots, derive
from tests.gui.conftest import PASSPHRASE
from tests.gui.program import Program


@pytest.fixture
def dumps(tmp_path: Path) -> Iterator[Path]:
    """Dumps hold what they are searched for: a private folder, removed whatever happens."""
    folder = tmp_path / "dumps"
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


def _needles(folder: Path) -> dict[str, bytes]:
    """Every key, in every spelling in which it could stand in memory."""
    slots = KeySlots.load(folder)
    data_key, _slot = slots.unlock_passphrase(PASSPHRASE)
    vault = slots.vault(data_key)
    keys = {
        "data key": data_key,
        "store key": derive(data_key, "store"),
        "names key": vault.names_key,
        "audit key": vault.audit_key,
    }
    found = {"evidence identity": vault.identity.encode(), "identity, wide": vault.identity.encode("utf-16-le")}
    for name, key in keys.items():
        for way, text in (
            ("raw", key),
            ("hex", key.hex().encode()),
            ("HEX", key.hex().upper().encode()),
            ("base64", base64.b64encode(key)[:42]),
            ("base64 for addresses", base64.urlsafe_b64encode(key)[:42]),
        ):
            found[f"{name}, {way}"] = text
    return found


def _held(dump: Path, needles: dict[str, bytes]) -> set[str]:
    """The needles that stand in a file, read in overlapping pieces."""
    found: set[str] = set()
    longest = max(len(needle) for needle in needles.values())
    with dump.open("rb") as stream:
        tail = b""
        while piece := stream.read(16 << 20):
            data = tail + piece
            found |= {name for name, needle in needles.items() if needle in data}
            tail = data[-longest:]
    return found


def test_no_process_of_a_locked_program_holds_a_key(
    workspace: Callable[..., Any], tmp_path: Path, dumps: Path, require_tool: Callable[[str], str]
) -> None:
    gcore = require_tool("gcore")
    workspace("close")
    needles = _needles(tmp_path / "ws")

    def search(pid: int) -> set[str]:
        subprocess.run([gcore, "-o", str(dumps / "core"), str(pid)], check=True, capture_output=True, timeout=120)
        dump = dumps / f"core.{pid}"
        try:
            return _held(dump, needles)
        finally:
            dump.unlink()

    program = Program(tmp_path / "ws", tmp_path / "home")
    try:
        program.unlocks(PASSPHRASE)
        program.until("kept")
        unlocked = {pid: search(pid) for pid in program.processes()}
        window = unlocked.pop(program.pid)
        assert window == set()  # the window has no key even while the workspace is open
        store = max(unlocked.values(), key=len)
        assert {"data key, raw", "evidence identity"} <= store  # the search finds a key where there is one
        holder = max(unlocked, key=lambda pid: len(unlocked[pid]))
        limits = Path(f"/proc/{holder}/limits").read_text()
        assert re.search(r"Max core file size +0 +0 ", limits)  # a crash leaves no such file by itself
        program.says("lock")
        program.until("is_locked")
        locked = {pid: search(pid) for pid in program.processes()}
        assert program.pid in locked and len(locked) >= 2
        assert {pid: found for pid, found in locked.items() if found} == {}
    finally:
        program.end()
