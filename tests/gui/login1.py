"""The messages of logind and of a screen saver, from a real bus: a stand-in that says what a test has it say."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>{kind}</type><listen>unix:dir={folder}</listen><policy context="default">
<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"""
LOGIN1 = DBusAddress("/org/freedesktop/login1", "org.freedesktop.login1", "org.freedesktop.login1.Manager")
SESSION = "/org/freedesktop/login1/session/_37"


class Bus:
    """A dbus-daemon of the test's own."""

    def __init__(self, daemon: str, folder: Path, kind: str) -> None:
        config = folder / f"{kind}.conf"
        config.write_text(_CONFIG.format(kind=kind, folder=folder))
        self._process = subprocess.Popen(
            [daemon, f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()

    def connect(self) -> DBusConnection:
        return open_dbus_connection(self.address, enable_fds=True)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


class Login1:
    """Answers Inhibit and GetSession, and knows whether anybody still makes the computer wait."""

    def __init__(self, bus: Bus) -> None:
        self._connection = bus.connect()
        self._connection.send_and_get_reply(message_bus.RequestName(LOGIN1.bus_name))
        self._waiting: list[int] = []
        self._handed_over: list[int] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def prepare_for_sleep(self, begins: bool) -> None:
        self._connection.send(new_signal(LOGIN1, "PrepareForSleep", "b", (begins,)))

    def lock_session(self, path: str = SESSION) -> None:
        emitter = DBusAddress(path, LOGIN1.bus_name, "org.freedesktop.login1.Session")
        self._connection.send(new_signal(emitter, "Lock"))

    def is_held(self) -> bool:
        """Whether an inhibitor is still open at its other end."""
        return any(not _is_closed(reading) for reading in self._waiting)

    def end(self) -> None:
        self._connection.close()
        for reading in self._waiting:
            os.close(reading)

    def _serve(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except (OSError, ConnectionError):
                return
            if message.header.message_type == MessageType.method_call:
                self._connection.send(self._answer(message))
                while self._handed_over:
                    os.close(self._handed_over.pop())

    def _answer(self, message: Message) -> Message:
        member = message.header.fields[HeaderFields.member]
        self.asked.append((member, message.body))
        if member == "Inhibit":
            reading, writing = os.pipe()
            os.set_blocking(reading, False)
            self._waiting.append(reading)
            self._handed_over.append(writing)
            return new_method_return(message, "h", (writing,))
        if member == "GetSession":
            return new_method_return(message, "o", (SESSION,))
        return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")


def _is_closed(reading: int) -> bool:
    try:
        return os.read(reading, 1) == b""
    except BlockingIOError:
        return False


def screen_saver(bus: Bus, name: str, active: bool) -> None:
    """What a desktop says when it locks its screen."""
    connection = bus.connect()
    emitter = DBusAddress("/org/gnome/ScreenSaver", None, f"{name}.ScreenSaver")
    connection.send(new_signal(emitter, "ActiveChanged", "b", (active,)))
    connection.close()
