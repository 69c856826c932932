"""What every test stands on: an environment of its own, no screen, no real keyring, no network, tools or a clear word.

The environment is set before anything imports Qt or the program, and every process a test starts inherits it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import dev

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared"
IN_CI = os.environ.get("CI") == "true"

HOME = Path(tempfile.mkdtemp(prefix="fuzhuan-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)


def _pin_environment() -> None:
    """Replace what the developer's own session would bring into a test."""
    for name in list(os.environ):
        if name.startswith(("FUZHUAN_", "XDG_", "QT_", "LC_")) or name.lower().endswith("_proxy"):
            del os.environ[name]
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "LANG", "LANGUAGE"):
        os.environ.pop(name, None)
    os.environ |= {
        "HOME": str(HOME),
        "XDG_CACHE_HOME": str(HOME / "cache"),
        "XDG_CONFIG_HOME": str(HOME / "config"),
        "XDG_DATA_HOME": str(HOME / "data"),
        "XDG_STATE_HOME": str(HOME / "state"),
        "XDG_RUNTIME_DIR": str(HOME / "run"),
        "LC_ALL": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "QT_QPA_PLATFORM": "offscreen",
        # No test reaches a keyring by accident. One that wants the real service starts it in a process of its own
        # (dbus-run-session) and takes this variable out of that process's environment.
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    for folder in ("cache", "config", "data", "state", "run"):
        (HOME / folder).mkdir(mode=0o700)
    if hasattr(time, "tzset"):
        time.tzset()
    # The loosest one in common use: a file that comes out private was made private by the program.
    os.umask(0o022)


_pin_environment()

from hypothesis import settings  # noqa: E402 - only after the environment is pinned

settings.register_profile("fuzhuan", deadline=None, derandomize=True, database=None)
settings.load_profile("fuzhuan")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--shuffled-answers", metavar="SEED", default="", help="the window hears the store process late and shuffled"
    )


@pytest.fixture(scope="session", autouse=True)
def _passphrases_at_the_floor() -> None:
    """New key slots cost what RFC 9106 asks for and not half a second each; tests/store/test_keyslots.py measures."""
    from db import passphrasekey

    passphrasekey.SECONDS = 0


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of the repository."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder `shared` beside the checkout, with the public ledgers and the third-party deposit server."""
    if not SHARED.is_dir():
        reason = "needs the folder `shared` beside the checkout, which is not there"
        (pytest.fail if IN_CI else pytest.skip)(reason)
    return SHARED


@pytest.fixture(scope="session")
def require_tool() -> Callable[[str], str]:
    """`require_tool("qpdf")` gives the path of a program; without it the test is skipped, and fails where CI=true."""

    def find(name: str) -> str:
        if name not in dev.TEST_TOOLS:
            pytest.fail(f"{name} is not in TEST_TOOLS of dev.py, so nobody installs it for this test")
        path = shutil.which(name)
        if path is None:
            reason = f"needs {name} (Debian package {dev.TEST_TOOLS[name]}); python3 dev.py test installs it as root"
            (pytest.fail if IN_CI else pytest.skip)(reason)
        return str(path)

    return find
