"""The real program in a process of its own, driven by words on its standard input: what a test kills, dumps or locks.

`Program(folder)` starts it; `says(word, …)` has it do one step and gives the answer. The passphrase is typed key by
key, so that no line of this driver holds it whole.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PATIENCE = 60.0  # seconds
ROOT = Path(__file__).resolve().parents[2]


class Program:
    """The window and its store process, in a process group of their own."""

    def __init__(self, folder: Path, home: Path, **environment: str) -> None:
        home.mkdir(exist_ok=True)
        surroundings = {
            **os.environ,
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        self._errors = (home / "stderr.txt").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.gui.program", str(folder)],
            cwd=ROOT,
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self.pid = self._process.pid

    def says(self, word: str, *arguments: str) -> Any:
        """Have it do one step and wait for the answer."""
        assert self._process.stdin is not None and self._process.stdout is not None
        line = json.dumps([word, *arguments]) + "\n"
        self._process.stdin.write(line.encode())
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        answer = self._process.stdout.readline() if ready else b""
        if not answer:
            self._errors.seek(0)
            raise AssertionError(f"{word}: no answer; {self._errors.read()[-2000:]}")
        return json.loads(answer)

    def unlocks(self, passphrase: str) -> None:
        """Type the passphrase and wait for the desk."""
        self.until("can_unlock")
        for letter in passphrase:
            self.says("key", letter)
        self.says("enter")
        self.until("is_open")

    def until(self, word: str, *arguments: str, seconds: float = PATIENCE) -> Any:
        """Ask again until the answer is true."""
        end = time.monotonic() + seconds
        while not (answer := self.says(word, *arguments)):
            assert time.monotonic() < end, f"waited in vain: {word}"
            time.sleep(0.05)
        return answer

    def processes(self) -> list[int]:
        """The window's process and everything it has started."""
        group = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, ProcessLookupError):
                if os.getpgid(int(entry.name)) == self.pid:
                    group.append(int(entry.name))
        return sorted(group)

    def kill(self) -> None:
        """kill -9 of all of it at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def quits(self) -> int:
        """Close the window as a person does; gives the exit code."""
        assert self._process.stdin is not None
        self._process.stdin.write(b'["close"]\n')
        self._process.stdin.flush()
        return self._process.wait(PATIENCE)

    def end(self) -> None:
        """Whatever state it is in."""
        self.kill()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def _driver() -> None:
    """Read steps and have them done on the window's thread; this thread never touches a widget."""
    while not hasattr(sys.modules.get("desktop.app"), "run"):  # two threads that import Qt at once break it
        time.sleep(0.01)
    from PySide6.QtCore import QObject, Qt, Signal
    from PySide6.QtWidgets import QApplication

    from desktop.window import MainWindow
    from tests.gui import programsteps

    class Steps(QObject):
        asked = Signal(list)

        def do(self, step: list[str]) -> None:
            word, *arguments = step
            answer = getattr(programsteps, word)(window, *arguments)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()

    while not (application := QApplication.instance()):
        time.sleep(0.01)
    assert isinstance(application, QApplication)
    while not (found := [top for top in application.topLevelWidgets() if isinstance(top, MainWindow)]):
        time.sleep(0.01)
    window = found[0]
    steps = Steps()
    steps.moveToThread(application.thread())
    steps.asked.connect(steps.do, Qt.ConnectionType.QueuedConnection)
    while line := _line():
        steps.asked.emit(json.loads(line))


def _line() -> bytes:
    """One line, byte by byte: nothing is read ahead and kept."""
    line = b""
    while (byte := os.read(0, 1)) and byte != b"\n":
        line += byte
    return line


if __name__ == "__main__":
    import threading

    from desktop.launch import open_window

    threading.Thread(target=_driver, daemon=True).start()
    sys.exit(open_window(sys.argv[1], None))
