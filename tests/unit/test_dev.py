"""dev.py on machines that lack something, in a folder with an awkward name, and where nothing is left to do."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

AWKWARD = "测试 é 空格"
CLI = """
import os, sys
def main():
    print(ascii(sys.argv[1:]), ascii(os.getcwd()))
    return 7
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout as small as can be, in a folder with spaces and Chinese characters, with no dependencies."""
    folder = tmp_path / AWKWARD
    (folder / "desktop").mkdir(parents=True)
    shutil.copy(dev.ROOT / "dev.py", folder)
    (folder / "desktop/cli.py").write_text(CLI)
    (folder / "requirements.lock").write_text("# nothing\n")
    return folder


def run(script: Path, *arguments: str, cwd: Path | None = None, prelude: str = "", **environment: str) -> tuple:
    """Exit code, stdout and stderr of dev.py, run after `prelude` in the same process."""
    start = (
        f"import runpy, sys\nsys.argv[0] = {str(script)!r}\n{prelude}\nrunpy.run_path(sys.argv[0], run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", start, *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_an_old_python_can_read_it_and_is_told() -> None:
    ast.parse((dev.ROOT / "dev.py").read_text("utf-8"), feature_version=(3, 7))
    code, _, errors = run(dev.ROOT / "dev.py", "test", prelude="sys.version_info = (3, 9, 2, 'final', 0)")
    assert code == 1
    assert "needs Python 3.11 or newer, and this is 3.9" in errors


def test_sets_up_once_passes_on_and_survives_a_move(project: Path, tmp_path: Path) -> None:
    script = project / "dev.py"
    code, out, errors = run(script, "fuzhuan", "导入", "two words", cwd=tmp_path)
    assert (code, out.strip()) == (7, f"{['导入', 'two words']!a} {str(tmp_path)!a}"), errors
    assert "Installing the dependencies" in errors

    code, _, errors = run(script, "demo")
    assert (code, errors) == (7, "")  # nothing to do, nothing said

    moved = project.rename(tmp_path / f"{AWKWARD} 2")
    direct = subprocess.run([moved / ".venv/bin/fuzhuan", "kinds"], capture_output=True, text=True, check=False)
    assert (direct.returncode, direct.stdout.split()[0]) == (7, "['kinds']"), direct.stderr

    (moved / "requirements.lock").write_text("# changed\n")
    assert "Installing the dependencies" in run(moved / "dev.py", "demo")[2]


def test_a_dependency_without_its_hash_is_refused(project: Path) -> None:
    (project / "requirements.lock").write_text("six==1.17.0\n")
    code, out, errors = run(project / "dev.py", "demo")
    assert (code, out) == (1, "")
    assert "hash" in errors.lower()
    assert "could not be installed" in errors
    assert not list((project / ".venv").glob("*.installed"))


def test_without_ensurepip_the_package_is_named(project: Path) -> None:
    hidden = "import importlib.util as u; f = u.find_spec; u.find_spec = lambda n: None if n == 'ensurepip' else f(n)"
    code, _, errors = run(project / "dev.py", "demo", prelude=hidden, PATH="")
    assert code == 1
    assert "python{}.{}-venv".format(*sys.version_info[:2]) in errors


def test_an_unknown_command_is_usage() -> None:
    code, _, errors = run(dev.ROOT / "dev.py", "tset")
    assert code == 2
    assert "tset" in errors
    assert run(dev.ROOT / "dev.py")[0] == 2
    assert run(dev.ROOT / "dev.py", "--help")[0] == 0


def test_missing_libraries_are_named_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "loads", lambda library: library not in ("libEGL.so.1", "libxcb-cursor.so.0"))
    assert dev.missing_libraries() == ["libegl1"]
    assert dev.missing_libraries(window=True) == ["libxcb-cursor0"]
    assert dev.missing_tools({"sh": "dash", "no-such-program": "b a", "nor-this": "a"}) == ["a", "b"]


def test_the_linker_is_asked() -> None:
    assert dev.loads("libc.so.6")
    assert not dev.loads("libno-such-library.so.6")


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A Linux that lacks exactly the libraries and programs in this set; nobody is root."""
    missing: set[str] = set()
    which = shutil.which
    monkeypatch.setattr(dev, "loads", lambda library: library not in missing)
    monkeypatch.setattr(dev.shutil, "which", lambda name: None if name in missing else which(name) or f"/bin/{name}")
    monkeypatch.setattr(dev, "is_root", lambda: False)
    monkeypatch.delenv("CI", raising=False)
    return missing


def test_one_line_for_who_is_not_root(lacking: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    lacking |= {"libEGL.so.1", "libxcb-cursor.so.0", "qpdf"}
    assert not dev.provide("test")
    assert capsys.readouterr().err == (
        "Missing on this system; please run: sudo apt-get install libegl1 libxcb-cursor0 qpdf\n"
    )


def test_names_where_there_is_no_apt(lacking: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    lacking |= {"libEGL.so.1", "apt-get"}
    assert not dev.provide("app")
    assert capsys.readouterr().err == "Missing on this system (by their Debian names): libegl1\n"


@pytest.mark.parametrize(
    ("command", "missing", "ci", "runs"),
    [
        ("test", "qpdf", "", True),
        ("test", "qpdf", "true", False),
        ("test", "libEGL.so.1", "", False),
        ("test", "libxcb-cursor.so.0", "", True),
        ("test", "libxcb-cursor.so.0", "true", False),
        ("build", "libxcb-cursor.so.0", "", False),
        ("build", "objdump", "", False),
        ("app", "libxcb-cursor.so.0", "", False),
        ("demo", "libEGL.so.1", "true", True),
        ("demo", "qpdf", "true", True),
        ("setup", "qpdf", "", True),
    ],
)
def test_what_is_missing_stops_only_what_needs_it(
    lacking: set[str], monkeypatch: pytest.MonkeyPatch, command: str, missing: str, ci: str, runs: bool
) -> None:
    lacking.add(missing)
    ran = []
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(dev, "is_installed", lambda lock: True)
    monkeypatch.setattr(dev, "run", lambda command, **_: ran.append(command) or 0)
    assert dev.main([command, "-x"]) == (0 if runs else 1)
    assert bool(ran) == (runs and command != "setup")


def fake_apt(folder: Path, lacking: set[str], monkeypatch: pytest.MonkeyPatch, body: str) -> Path:
    """An apt-get for root that writes down how it was called; `body` says how it ends."""
    log = folder / "calls"
    apt = folder / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> "{log}"\n{body}\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(dev, "is_root", lambda: True)
    monkeypatch.setattr(dev, "loads", lambda library: library not in lacking or (folder / "installed").exists())
    return log


def test_root_installs(
    tmp_path: Path, lacking: set[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking |= {"libEGL.so.1", "libxcb-cursor.so.0"}
    log = fake_apt(tmp_path, lacking, monkeypatch, f"touch '{tmp_path}/installed'")
    assert dev.provide("test")
    update, *installs = log.read_text().splitlines()
    assert update.startswith("noninteractive") and update.endswith("update")
    assert [line.partition("--no-install-recommends ")[2] for line in installs] == ["libegl1", "libxcb-cursor0"]
    assert capsys.readouterr().err == "Installing with apt-get: libegl1 libxcb-cursor0\n"


def test_a_failing_apt_is_quoted(
    tmp_path: Path, lacking: set[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking.add("libEGL.so.1")
    fake_apt(tmp_path, lacking, monkeypatch, "echo 'E: no such package'; exit 100")
    assert not dev.provide("test")
    assert "E: no such package" in capsys.readouterr().err


def test_an_exit_code_and_a_signal_are_passed_on() -> None:
    assert dev.run([sys.executable, "-c", "raise SystemExit(5)"]) == 5
    assert dev.run([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"]) == 128 + 15
