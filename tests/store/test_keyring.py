"""The keyring as a way in, against a real Secret Service (gnome-keyring on a bus of its own), whole and broken."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_BEGIN = r"""
import base64, json, os, signal, sys, time
from pathlib import Path
import keyring
from db import passphrasekey
from desktop.runtime import keychain
from desktop.services import load_services
from desktop.services.registry import call
from desktop.services.session import Session
from policy.errors import Fault

passphrasekey.SECONDS = 0
load_services()
folder, said, session = sys.argv[1], {}, Session()

def processes(name):
    ours = ("XDG_RUNTIME_DIR=" + os.environ["XDG_RUNTIME_DIR"]).encode()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "comm").read_text().startswith(name) and ours in (place / "environ").read_bytes().split(b"\0"):
                yield int(place.name)
        except OSError:
            continue

def opening(**secret):
    session.close()
    begun = time.monotonic()
    try:
        answer = call(session, "workspace.open", folder=folder, **secret)
        return "opened " + answer["person"]
    except Fault as fault:
        return fault.code
    finally:
        assert time.monotonic() - begun < 10, "it waited"

if not Path(folder).exists():
    new = {"passphrase": "correct horse", "organisation": "示例", "kinds": ["incubator"], "person": "李明"}
    call(session, "workspace.create", folder=folder, **new)
    workspace = session.workspace.slots.workspace_id
"""
_JOB = r"""
said["backend"] = type(keyring.get_keyring()).__module__
key = session.workspace.data_key.hex()
call(session, "workspace.remember")
said["remembered"] = opening()
kept = keychain.recall(workspace)
said["holds_data_key"] = key in (kept or "")
keychain.remember(workspace, base64.b64encode(bytes(32)).decode())
said["another secret"] = opening()
keychain.remember(workspace, "no secret of ours")
said["nonsense"] = opening()
keychain.forget(workspace)
said["taken out there"] = opening()
keychain.remember(workspace, kept)
said["put back"] = opening()
call(session, "workspace.forget_keyring")
said["forgotten here"] = opening()
said["kept after"] = keychain.recall(workspace)
keychain.remember(workspace, kept)
said["put back after"] = opening()
"""
_LOCKED = r"""
import secretstorage
call(session, "workspace.remember")
bus = secretstorage.dbus_init()
secretstorage.get_default_collection(bus).lock()
said["locked"] = opening()
said["passphrase"] = opening(passphrase="correct horse")
call(session, "workspace.forget_keyring")  # on our side it can be taken away all the same
said["forgotten"] = session.workspace.slots.has("keyring")
"""
_BROKEN = r"""
call(session, "workspace.remember")
keychain.PATIENCE = 1.0
(daemon,) = processes("gnome-keyring")
os.kill(daemon, signal.SIGSTOP)
said["stopped"] = opening()
os.kill(daemon, signal.SIGCONT)
(bus,) = processes("dbus-daemon")
os.kill(bus, signal.SIGKILL)
os.kill(daemon, signal.SIGKILL)
said["bus gone"] = opening()
del os.environ["DBUS_SESSION_BUS_ADDRESS"]
said["no bus"] = opening()
said["passphrase"] = opening(passphrase="correct horse")
"""
_NO_SERVICE = r"""
try:
    call(session, "workspace.remember")
except Fault as fault:
    said["remember"] = fault.code
said["slot"] = session.workspace.slots.has("keyring")
said["then"] = opening(passphrase="correct horse")
"""
_END = "\nsession.close()\nprint(json.dumps(said))\n"
UNLOCKED = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null"


@pytest.fixture
def on_a_bus(require_tool: Callable[[str], str], tmp_path: Path, checkout: Path) -> Callable[..., dict[str, Any]]:
    """`on_a_bus(script, before)` runs a script behind `_BEGIN` on a session bus of its own, and gives what it says."""
    for tool in ("dbus-run-session", "gnome-keyring-daemon"):
        require_tool(tool)
    runtime = tmp_path / "run"
    for folder in (tmp_path / "home", runtime):
        folder.mkdir(mode=0o700)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "XDG_RUNTIME_DIR": str(runtime),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(checkout),
    }

    def run(script: str, before: str = UNLOCKED) -> dict[str, Any]:
        shell = f'{before}; exec "$0" -c "$1" "$2"'
        words = ["dbus-run-session", "--", "bash", "-c", shell, sys.executable]
        try:
            done = subprocess.run(
                [*words, _BEGIN + script + _END, str(tmp_path / "工作区")],
                env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
        finally:
            _end_daemons(runtime)
        assert done.stdout.strip(), done.stderr
        answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return answer

    return run


def _end_daemons(runtime: Path) -> None:
    """The keyring's daemon may outlive its bus."""
    ours = f"XDG_RUNTIME_DIR={runtime}".encode()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if ours in (place / "environ").read_bytes().split(b"\0"):
                os.kill(int(place.name), signal.SIGKILL)
        except OSError:
            continue


def test_the_keyring_opens_until_it_is_forgotten_and_says_what_it_lacks(on_a_bus):
    assert on_a_bus(_JOB) == {
        "backend": "keyring.backends.SecretService",
        "remembered": "opened 李明",
        "holds_data_key": False,
        "another secret": "key.keyring_stale",
        "nonsense": "key.keyring_stale",
        "taken out there": "key.keyring_empty",
        "put back": "opened 李明",
        "forgotten here": "key.keyring_empty",
        "kept after": None,
        "put back after": "key.keyring_empty",
    }


def test_a_locked_keyring_is_told_from_an_empty_one(on_a_bus):
    said = on_a_bus(_LOCKED)
    assert said == {"locked": "keyring.locked", "passphrase": "opened 李明", "forgotten": False}


def test_a_keyring_that_hangs_or_breaks_off_keeps_nobody_waiting(on_a_bus):
    assert on_a_bus(_BROKEN) == {
        "stopped": "keyring.silent",
        "bus gone": "keyring.unavailable",
        "no bus": "keyring.unavailable",
        "passphrase": "opened 李明",
    }


def test_where_there_is_no_keyring_nothing_is_remembered(on_a_bus):
    said = on_a_bus(_NO_SERVICE, "unset DBUS_SESSION_BUS_ADDRESS")
    assert said == {"remember": "keyring.unavailable", "slot": False, "then": "opened 李明"}
