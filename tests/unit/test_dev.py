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


def test_one_line_for_who_is_not_root(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(dev, "is_debian", lambda: True)
    monkeypatch.setattr(dev, "is_root", lambda: False)
    assert not dev.install_packages(["libegl1", "libgl1"], "Qt")
    assert capsys.readouterr().err == "Qt: please run: sudo apt-get install libegl1 libgl1\n"


def fake_apt(folder: Path, monkeypatch: pytest.MonkeyPatch, install_code: int) -> Path:
    """An apt-get on the path that writes down how it was called."""
    log = folder / "calls"
    apt = folder / "apt-get"
    apt.write_text(
        f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> "{log}"\n'
        f'case " $* " in *" install "*) echo "E: no such package"; exit {install_code};; esac\n'
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(dev, "is_root", lambda: True)
    return log


def test_root_installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    log = fake_apt(tmp_path, monkeypatch, install_code=0)
    assert dev.install_packages(["qpdf", "age"], "test")
    update, install = log.read_text().splitlines()
    assert update.startswith("noninteractive") and update.endswith("update")
    assert install.startswith("noninteractive") and install.endswith("-y --no-install-recommends qpdf age")
    assert "no such package" not in capsys.readouterr().err


def test_a_failing_apt_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_apt(tmp_path, monkeypatch, install_code=100)
    assert not dev.install_packages(["qpdf"], "test")
    assert "E: no such package" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "lacking", "in_ci", "runs"),
    [
        ("test", "no-such-program", "true", False),
        ("test", "no-such-program", "", True),
        ("test", "libEGL.so.1", "", False),
        ("test", "libxcb-cursor.so.0", "", True),
        ("test", "libxcb-cursor.so.0", "true", False),
        ("build", "libxcb-cursor.so.0", "", False),
        ("app", "libxcb-cursor.so.0", "", False),
        ("demo", "libEGL.so.1", "true", True),
    ],
)
def test_what_is_missing_stops_only_what_needs_it(
    monkeypatch: pytest.MonkeyPatch, command: str, lacking: str, in_ci: str, runs: bool
) -> None:
    ran = []
    monkeypatch.setenv("CI", in_ci)
    monkeypatch.setattr(dev, "loads", lambda library: library != lacking)
    monkeypatch.setattr(dev, "install_packages", lambda packages, purpose: not packages)
    monkeypatch.setattr(dev, "TEST_TOOLS", {"no-such-program": "nothing"} if lacking == "no-such-program" else {})
    monkeypatch.setattr(dev, "is_installed", lambda lock: True)
    monkeypatch.setattr(dev, "run", lambda command, **_: ran.append(command) or 0)
    assert (dev.main([command, "-x"]), bool(ran)) == ((0, True) if runs else (1, False))


def test_an_exit_code_and_a_signal_are_passed_on() -> None:
    assert dev.run([sys.executable, "-c", "raise SystemExit(5)"]) == 5
    assert dev.run([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"]) == 128 + 15
