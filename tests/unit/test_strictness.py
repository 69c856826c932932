"""That a test really fails on what no test may do: checked by running a small file of such tests under our settings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PLANTED = """
import os, socket, stat, warnings
from pathlib import Path
import pytest
from PySide6.QtCore import qWarning


def test_pass_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_pass_unix_socket():
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    ours.close(), theirs.close()


def test_pass_known_qt_message(qtbot):
    qWarning("This plugin does not support propagateSizeHints()")


def test_pass_own_environment(tmp_path):
    import keyring
    assert keyring.get_keyring().priority == 0  # the one that refuses
    assert Path.home() != Path(os.environ["REAL_HOME"]) and Path.home().is_dir()
    (tmp_path / "file").touch()
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o644


def test_pass_tool(require_tool):
    assert Path(require_tool("git")).is_file()


def test_pass_network_is_refused():
    with pytest.raises(Exception, match="tried to use socket"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_fail_qt_message(qtbot):
    qWarning("QObject::connect: no such slot")


def test_fail_warning():
    warnings.warn("old", DeprecationWarning)


def test_fail_tool_nobody_installs(require_tool):
    require_tool("sh")


@pytest.mark.xfail
def test_fail_unexpected_pass():
    pass


def test_ci_missing_tool(require_tool, monkeypatch):
    monkeypatch.setenv("PATH", "")
    require_tool("qpdf")
"""


def outcomes(folder: Path, ci: str) -> dict[str, str]:
    """What became of each planted test, by name."""
    root = Path(__file__).resolve().parents[2]
    planted = folder / "test_planted.py"
    planted.write_text(PLANTED)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "tests.conftest", "-rA", "-q", str(planted)],
        cwd=root,
        env={**os.environ, "CI": ci, "REAL_HOME": os.environ["HOME"]},
        capture_output=True,
        text=True,
        check=False,
    )
    found = {name: outcome for outcome, name in re.findall(r"^([A-Z]+) \S*::(\w+)", done.stdout, re.MULTILINE)}
    assert found, done.stdout + done.stderr
    return found


@pytest.mark.parametrize(("ci", "missing_tool"), [("true", "FAILED"), ("", None)])
def test_what_fails_a_test(tmp_path: Path, ci: str, missing_tool: str | None) -> None:
    found = outcomes(tmp_path, ci)
    assert found.pop("test_ci_missing_tool", None) == missing_tool  # None: skipped
    wanted = {name: "PASSED" if name.startswith("test_pass") else "FAILED" for name in found}
    assert found == wanted
    assert len(found) == PLANTED.count("\ndef test_") - 1
