"""The workspace is locked before the computer sleeps: logind and screen savers on a real bus, a clock that jumps."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.runtime.client import StoreClient
from desktop.suspend import Suspend, moment
from desktop.window import MainWindow
from tests.gui.conftest import PASSPHRASE, PATIENCE, quiet_down
from tests.gui.login1 import Bus, Login1, screen_saver
from tests.gui.program import Program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the messages of Linux")
BEFORE_SLEEP = 5.0  # seconds: what logind waits at most, by default


@pytest.fixture
def buses(require_tool: Callable[[str], str], tmp_path: Path) -> Iterator[tuple[Bus, Bus]]:
    """A system bus and a session bus."""
    (tmp_path / "bus").mkdir()
    daemon = require_tool("dbus-daemon")
    made = Bus(daemon, tmp_path / "bus", "system"), Bus(daemon, tmp_path / "bus", "session")
    yield made
    for bus in made:
        bus.end()


@pytest.fixture
def logind(buses: tuple[Bus, Bus]) -> Iterator[Login1]:
    made = Login1(buses[0])
    yield made
    made.end()


@pytest.fixture
def program(buses: tuple[Bus, Bus], logind: Login1, workspace: Callable[..., Any], tmp_path: Path) -> Iterator[Program]:
    """The program, open, on these buses."""
    system, session = buses
    workspace("close")
    made = Program(
        tmp_path / "ws",
        tmp_path / "home",
        DBUS_SYSTEM_BUS_ADDRESS=system.address,
        DBUS_SESSION_BUS_ADDRESS=session.address,
    )
    made.unlocks(PASSPHRASE)
    made.until("kept")
    yield made
    made.end()


def _waits(holds: Callable[[], bool], seconds: float) -> float:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() < begun + seconds
        time.sleep(0.02)
    return time.monotonic() - begun


def test_the_computer_waits_until_the_workspace_is_locked(program: Program, logind: Login1) -> None:
    _waits(logind.is_held, 10)
    assert ("Inhibit", ("sleep", "fuzhuan-desk", "closing the workspace", "delay")) in logind.asked
    window = program.pid
    before = {pid for pid in program.processes() if pid != window}
    logind.prepare_for_sleep(True)
    _waits(lambda: not logind.is_held(), BEFORE_SLEEP)
    assert not program.says("is_open")
    # the store process that held the keys is gone; another waits for the passphrase
    assert len(before & set(program.processes())) == len(before) - 1
    logind.prepare_for_sleep(False)
    program.unlocks(PASSPHRASE)
    _waits(logind.is_held, 10)
    logind.lock_session("/org/freedesktop/login1/session/of_another")
    time.sleep(0.3)
    assert program.says("is_open")
    logind.lock_session()
    _waits(lambda: not program.says("is_open"), BEFORE_SLEEP)


def test_a_locked_screen_locks_the_workspace_unless_that_is_switched_off(
    program: Program, buses: tuple[Bus, Bus], logind: Login1
) -> None:
    for name in ("org.gnome", "org.freedesktop"):
        screen_saver(buses[1], name, False)
        time.sleep(0.3)
        assert program.says("is_open")
        screen_saver(buses[1], name, True)
        _waits(lambda: not program.says("is_open"), BEFORE_SLEEP)
        program.unlocks(PASSPHRASE)
    program.says("sets", "lock_on_sleep", "false")
    _waits(logind.is_held, 10)
    screen_saver(buses[1], "org.gnome", True)
    logind.prepare_for_sleep(True)
    _waits(lambda: not logind.is_held(), 2)
    assert program.says("is_open")
    logind.prepare_for_sleep(False)
    _waits(logind.is_held, 2)


def test_a_sleep_that_nobody_told_locks_at_the_wake(
    qtbot: QtBot, open_window: Callable[[], tuple[MainWindow, Any]]
) -> None:
    window, _frame = open_window()
    quiet_down(qtbot, window)
    ahead = [0.0]
    window.suspend._clock = lambda: moment() + ahead[0]
    ahead[0] = 100  # a long pause, no sleep
    qtbot.wait(1200)
    assert window.frame is not None
    ahead[0] += 125
    qtbot.waitUntil(lambda: window.frame is None, timeout=PATIENCE)


def test_the_clock_goes_on_in_sleep_and_is_not_the_one_that_people_set() -> None:
    first, wall = moment(), time.time()
    time.sleep(0.05)
    assert 0.04 < moment() - first < 5
    assert abs(moment() - wall) > 1000  # not the time of day


def test_a_store_that_is_still_being_closed_is_ended_in_time(qtbot: QtBot) -> None:
    client = StoreClient()
    process = client._process
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSTOP)  # it hangs, or is at its backup
    closing = threading.Thread(target=client.close)
    closing.start()
    try:
        client.hurry(0.5)
        assert _waits(lambda: not process.is_alive(), BEFORE_SLEEP) < BEFORE_SLEEP
    finally:
        process.kill()
        closing.join()


def test_without_any_bus_nothing_is_told_and_nothing_fails(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent")
    watch = Suspend(lambda: True)
    heard: list[str] = []
    watch.leaving.connect(lambda: heard.append("leaving"))
    watch.start(0)
    qtbot.wait(50)
    watch.stop()
    assert heard == []
