"""Notices that the computer goes to sleep or its screen is locked, so that the workspace is locked before it.

Linux says so over D-Bus (logind, and the desktop's screen saver), Windows by window messages. On every system a clock
that goes on in sleep shows afterwards that there was one.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject, QTimer, Signal, Slot

_LOOK = 1000  # ms
_SLEPT = 120  # seconds that one look came late: the computer slept, or this program stood still as long
_LOGIND = "org.freedesktop.login1"
_LOGIND_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_SAVERS = ("org.freedesktop", "org.gnome", "org.cinnamon", "org.mate", "org.xfce", "org.ukui")


def moment() -> float:
    """Seconds on a clock that nobody sets and that goes on while the computer sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":  # there it is this one that goes on
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


class Suspend(QObject):
    """`leaving()` when the computer is about to sleep, has slept, or its screen is locked, as far as `wanted` says so.

    On Linux the computer waits for `stop` before it sleeps, at most the few seconds that the system grants.
    """

    leaving = Signal()

    def __init__(
        self, wanted: Callable[[], bool], parent: QObject | None = None, *, clock: Callable[[], float] = moment
    ) -> None:
        super().__init__(parent)
        self._wanted, self._clock, self._seen = wanted, clock, clock()
        self._on = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self.look)
        self._bus: _Bus | None = None
        self._messages: _WindowsMessages | None = None

    def start(self, window: int) -> None:
        """Listen; `window` is the native handle of the program's window."""
        self._seen, self._on = self._clock(), True
        self._timer.start()
        if sys.platform == "linux":
            if self._bus is None:
                self._bus = _Bus(self._leave, self)
            self._bus.start()
        elif sys.platform == "win32" and self._messages is None:
            self._messages = _WindowsMessages(window, self._leave)

    def stop(self) -> None:
        """The workspace is locked: there is nothing to wait for."""
        self._on = False
        self._timer.stop()
        if self._bus is not None:
            self._bus.release()

    def look(self) -> None:
        """Whether much more time has gone by than should have; called every second."""
        now, before = self._clock(), self._seen
        self._seen = now
        if now - before > _SLEPT + _LOOK / 1000:
            self._leave()

    def _leave(self) -> bool:
        """Whether somebody locks because of it."""
        if not (self._on and self._wanted()):
            return False
        self.leaving.emit()
        return True


class _Bus(QObject):
    """The messages of logind and of screen savers, and the inhibitor that makes the computer wait."""

    def __init__(self, leave: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        from PySide6 import QtDBus

        self._qt, self._leave = QtDBus, leave
        self._waiting: Any = None
        self._inhibitor = -1
        self._armed = False
        self._system = QtDBus.QDBusConnection.systemBus()
        if self._system.isConnected():
            self._hear(self._system, _LOGIND, _LOGIND_PATH, _MANAGER, "PrepareForSleep", "prepare_for_sleep(bool)")
            self._ask("GetSession", [os.environ.get("XDG_SESSION_ID", "auto")], self._session_came)
        if _has_session_bus():
            session = QtDBus.QDBusConnection.sessionBus()
            for name in _SAVERS:
                self._hear(session, "", "", f"{name}.ScreenSaver", "ActiveChanged", "screen_saver(bool)")

    def start(self) -> None:
        """Make the computer wait before it sleeps."""
        self._armed = True
        if self._system.isConnected() and self._inhibitor < 0:
            reason = "closing the workspace"  # i18n: read by administrators, in systemd-inhibit
            self._ask("Inhibit", ["sleep", "fuzhuan-desk", reason, "delay"], self._inhibitor_came)

    def release(self) -> None:
        """Let it sleep."""
        self._armed = False
        if self._inhibitor >= 0:
            os.close(self._inhibitor)
            self._inhibitor = -1

    @Slot(bool)
    def prepare_for_sleep(self, begins: bool) -> None:
        """Before sleep, and after it."""
        if begins and not self._leave():
            self.release()
            self._armed = True
        elif not begins and self._armed:
            self.start()

    @Slot(bool)
    def screen_saver(self, active: bool) -> None:
        """The screen was locked, or is open again."""
        if active:
            self._leave()

    @Slot()
    def session_locked(self) -> None:
        """logind asks the session to lock itself."""
        self._leave()

    def _ask(self, method: str, arguments: list[str], answered: Callable[[Any], None]) -> None:
        message = self._qt.QDBusMessage.createMethodCall(_LOGIND, _LOGIND_PATH, _MANAGER, method)
        message.setArguments(arguments)
        watcher = self._qt.QDBusPendingCallWatcher(self._system.asyncCall(message), self)

        def done() -> None:
            if not watcher.isError():
                answered(watcher.reply().arguments()[0])
            watcher.deleteLater()

        watcher.finished.connect(done)

    def _session_came(self, path: Any) -> None:
        where = path.path() if hasattr(path, "path") else str(path)
        self._hear(self._system, _LOGIND, where, f"{_LOGIND}.Session", "Lock", "session_locked()")

    def _hear(self, bus: Any, service: str, path: str, interface: str, signal: str, slot: str) -> None:
        bus.connect(service, path, interface, signal, self, SLOT(slot))

    def _inhibitor_came(self, descriptor: Any) -> None:
        if self._armed and self._inhibitor < 0:
            self._inhibitor = os.dup(descriptor.fileDescriptor())


def _has_session_bus() -> bool:
    """Whether there is one to connect to: without, the library would start one of its own."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return "DBUS_SESSION_BUS_ADDRESS" in os.environ or bool(runtime and Path(runtime, "bus").exists())


class _WindowsMessages(QAbstractNativeEventFilter):
    """WM_POWERBROADCAST and WM_WTSSESSION_CHANGE of this program's window."""

    _POWER, _SUSPENDS = 0x0218, 4
    _SESSION, _LOCKED = 0x02B1, 7
    _THIS_SESSION = 0

    def __init__(self, window: int, leave: Callable[[], bool]) -> None:
        super().__init__()
        self._leave = leave
        if sys.platform == "win32":
            import ctypes

            with contextlib.suppress(OSError):  # without it the screen lock is not told; sleep is all the same
                ctypes.windll.wtsapi32.WTSRegisterSessionNotification(ctypes.c_void_p(window), self._THIS_SESSION)
        application = QCoreApplication.instance()
        if application is not None:
            application.installNativeEventFilter(self)

    def nativeEventFilter(  # noqa: N802 - Qt's name
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> object:
        if sys.platform == "win32" and bytes(kind) == b"windows_generic_MSG":
            from ctypes import wintypes

            found = wintypes.MSG.from_address(int(message))
            pair = (found.message, found.wParam)
            if pair in ((self._POWER, self._SUSPENDS), (self._SESSION, self._LOCKED)):
                self._leave()
        return False, 0
