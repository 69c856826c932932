"""What happens when the program itself is wrong: a report without personal data, in a file, and a word to the user."""

from __future__ import annotations

import logging
import logging.handlers
import os
import platform
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop.runtime.settings import state_folder

_KEPT = 20


def start_logging() -> None:
    """A small rotating log in the user's state folder; messages name events, never the content of records."""
    handler = _PrivateLog(state_folder() / "fuzhuan.log", maxBytes=512 * 1024, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


class _PrivateLog(logging.handlers.RotatingFileHandler):
    """A rotating log that only this user can read, from its first byte on."""

    def _open(self) -> Any:
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=private)


def say_no_values() -> None:
    """Have this process tell of nothing but places and kinds of errors: no message of an exception that nobody caught,
    no statement with its values, whatever level the log is at."""
    logging.getLogger("peewee").setLevel(logging.WARNING)
    sys.excepthook = lambda _kind, error, trace: _tell(error.with_traceback(trace))
    threading.excepthook = lambda failed: _tell(failed.exc_value) if failed.exc_value is not None else None


def _tell(error: BaseException) -> None:
    logging.getLogger(__name__).error("bug\n%s", describe(error))


def no_core_dumps() -> None:
    """See that the system keeps no memory of this process, with keys and records in it, when it crashes."""
    if sys.platform != "win32":  # there, Windows Error Reporting asks its user
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def describe(error: BaseException) -> str:
    """Where it happened and what kind of error it was; no message and no values, which may hold what was typed."""
    lines = []
    following: BaseException | None = error
    while following is not None:
        kind = type(following)
        lines.append(f"{kind.__module__}.{kind.__qualname__}")
        for frame in traceback.extract_tb(following.__traceback__):
            lines.append(f"  {_place(frame.filename)}:{frame.lineno} {frame.name}")
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return "\n".join(lines)


def write_report(text: str) -> Path:
    """Keep a report (mode 0600) and give its path; the oldest ones go."""
    folder = state_folder() / "crashes"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
    head = f"python {platform.python_version()} {sys.platform} {platform.machine()}\n"
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(head + text + "\n")
    for old in sorted(folder.glob("*.txt"))[:-_KEPT]:
        old.unlink(missing_ok=True)
    return file


def _place(name: str) -> str:
    """A source file from its package on: the folders above it may hold a person's name."""
    parts = Path(name).parts
    for top in ("desktop", "db", "policy", "exports", "site-packages", "PySide6"):
        if top in parts:
            return "/".join(parts[parts.index(top) :])
    return Path(name).name
