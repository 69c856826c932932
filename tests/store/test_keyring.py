"""The keyring as a way in, against a real Secret Service (gnome-keyring on a bus of its own)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

_JOB = r"""
import json, sys
from pathlib import Path
import keyring
from desktop.runtime import keychain
from desktop.services import load_services
from desktop.services.registry import call
from desktop.services.session import Session
from policy.errors import Fault

load_services()
folder = sys.argv[1]
said = {"backend": type(keyring.get_keyring()).__module__}
session = Session()
call(session, "workspace.create", folder=folder, passphrase="correct horse", organisation="示例", kinds=["incubator"])
workspace = session.workspace.slots.workspace_id
key = session.workspace.data_key.hex()
call(session, "workspace.remember")
session.close()
said["opened"] = call(session, "workspace.open", folder=folder)["workspace"] == workspace
kept = keychain.recall(workspace)
said["holds_data_key"] = key in (kept or "")
call(session, "workspace.forget_keyring")
session.close()
said["forgotten"] = keychain.recall(workspace) is None
keychain.remember(workspace, kept)  # an old copy of the secret opens nothing
try:
    call(session, "workspace.open", folder=folder)
except Fault as fault:
    said["stale"] = fault.code
print(json.dumps(said))
"""

_LOCKED = r"""
import json
from desktop.runtime import keychain
from policy.errors import Fault
try:
    keychain.remember("w", "secret")
    print(json.dumps({"code": ""}))
except Fault as fault:
    print(json.dumps({"code": fault.code}))
"""


def _on_a_bus(tmp_path: Path, checkout: Path, unlock: str, script: str, *arguments: str) -> dict[str, object]:
    import json

    home = tmp_path / "home"
    runtime = tmp_path / "run"
    for folder in (home, runtime):
        folder.mkdir(mode=0o700)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(checkout),
    }
    shell = f'{unlock}; "$0" -c "$1" "${{@:2}}"; code=$?; kill $(cat pid) 2>/dev/null; exit $code'
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", shell, sys.executable, script, *arguments],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


@pytest.fixture
def bus(require_tool: Callable[[str], str]) -> None:
    for tool in ("dbus-run-session", "gnome-keyring-daemon"):
        require_tool(tool)


def test_keyring_opens_until_it_is_forgotten(bus: None, tmp_path: Path, checkout: Path) -> None:
    unlock = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
    said = _on_a_bus(tmp_path, checkout, unlock, _JOB, str(tmp_path / "工作区"))
    assert said["backend"] == "keyring.backends.SecretService"
    assert said["opened"] is True
    assert said["holds_data_key"] is False
    assert said["forgotten"] is True
    assert said["stale"] == "key.keyring_empty"


def test_no_secret_service_is_said_in_words(bus: None, tmp_path: Path, checkout: Path) -> None:
    assert _on_a_bus(tmp_path, checkout, "true", _LOCKED)["code"] == "keyring.unavailable"
