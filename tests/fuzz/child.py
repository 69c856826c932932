"""A process that readers run in: what hangs is killed, what dies is noticed, and memory has an end."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, BinaryIO

from tests.fuzz.lab import Lab, cheap_passphrases
from tests.fuzz.promise import Outcome, keep_promise, private_base, remove, start_watch

_MEMORY = 8 << 30  # bytes a process may write to; the limits that are measured lie far below, this saves the machine
_GRACE = 20.0  # seconds beyond a reader's own limit before it is killed


class Child:
    """Runs examples one after the other; started anew after each that killed it."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._process: Any = None
        self._line: Connection | None = None
        self._base: Path | None = None

    def run(self, name: str, data: bytes) -> Outcome:
        """One example of the reader called `name`."""
        from tests.fuzz.readers import READERS

        line = self._line or self._start()
        line.send((name, data))
        limit = READERS[name].seconds + _GRACE
        try:
            if line.poll(limit):
                outcome: Outcome = line.recv()
                return outcome
        except (EOFError, ConnectionError):
            self._process.join(10)
            code = self._process.exitcode
            self.close()
            died = signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
            return Outcome("died", f"the process ended: {died}", f"{name}/died {died}")
        self.close()
        return Outcome("hung", f"no end after {limit:.0f} s", f"{name}/hung", limit)

    def close(self) -> None:
        """End the process, and forget what it wrote."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._line is not None:
            self._line.close()
        if self._base is not None:
            remove(self._base)
        self._process = self._line = self._base = None

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._base = private_base()
        self._process = context.Process(target=_serve, args=(theirs, self._lab, self._base), daemon=True)
        self._process.start()
        theirs.close()
        return self._line


def _serve(line: Connection, lab: Lab, base: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.dont_write_bytecode = True
    _pin(base)
    from tests.fuzz.bench import Bench
    from tests.fuzz.readers import READERS

    bench = Bench(lab, base)
    watch = start_watch(base, _printed(base))
    with cheap_passphrases(), contextlib.suppress(EOFError, ConnectionError):
        while True:
            name, data = line.recv()
            line.send(keep_promise(READERS[name], bench, data, watch))


def _printed(base: Path) -> BinaryIO:
    """The file that standard output and error of this process now are, those of native libraries too."""
    file = (base / "printed").open("w+b", buffering=0)
    for stream in (1, 2):
        os.dup2(file.fileno(), stream)
    return file


def _pin(base: Path) -> None:
    """A home of its own, no screen, no keyring, an end to memory."""
    for name in (
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
        "TMPDIR",
    ):
        folder = base / name.lower()
        folder.mkdir(mode=0o700)
        os.environ[name] = str(folder)
    os.environ |= {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "QT_LOGGING_RULES": "*=false",
    }
    sys.stdin = Path(os.devnull).open("r")  # noqa: SIM115 - for the life of the process
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
