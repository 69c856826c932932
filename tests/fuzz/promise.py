"""What every reader promises, whatever it is given, measured around one call.

A result of plain data, or a Fault with a sentence in both languages; after a Fault nothing has changed; never a file
outside the example's folder, a connection, another program, a warning, a leaked thread or file, or unbounded memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import shutil
import string
import sys
import tempfile
import threading
import time
import traceback
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from desktop.messages import explain
from desktop.texts import SENTENCES
from policy import i18n
from policy.errors import Fault, Usage
from tests.fuzz.server import THREADS

if TYPE_CHECKING:
    from tests.fuzz.bench import Bench, Reader

ROOT = Path(__file__).resolve().parents[2]
_SETTLE = 2.0  # seconds that threads get to end
_LAZY = 12  # files that libraries open once and keep; a leak comes past that soon
_STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.startfile")
_MOVES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod")


@dataclass(frozen=True)
class Outcome:
    """How one example ended: `said` is "result" or the code of a fault; `failure` says which promise was broken.

    `place` names a failure so that the same one is not told twice; `mebibytes` is what the call added to the peak.
    """

    said: str
    failure: str = ""
    place: str = ""
    seconds: float = 0.0
    mebibytes: int = 0


@dataclass
class Watch:
    """What the interpreter's audit hook has seen that must not be."""

    allowed: tuple[str, ...]
    printed: BinaryIO
    network: bool = False
    armed: bool = False
    files: dict[str, int] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.armed:
            return
        if event == "open":
            path, mode, flags = arguments
            writes = set(mode or "") & set("wax+") or (
                isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            )
            if writes and not isinstance(path, int):
                self._inside(event, path)
        elif event in _MOVES:
            for path in arguments[:2] if event in ("os.rename", "os.link", "os.symlink") else arguments[:1]:
                if event != "os.mkdir" or not os.path.isdir(path):  # noqa: PTH112 - what is there already is not made
                    self._inside(event, path)
        elif event in _STARTS:
            self._refuse(f"started a program ({event} {arguments[0]!r})")
        elif event == "socket.connect":
            address = arguments[1]
            if not (self.network and isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1")):
                self._refuse(f"connected to {address!r}")

    def said(self) -> str:
        """What was printed since the last time."""
        self.printed.seek(0)
        text = self.printed.read().decode("utf-8", "replace").strip()
        self.printed.truncate(0)
        self.printed.seek(0)
        return text[:500]

    def _inside(self, event: str, path: Any) -> None:
        if isinstance(path, int):
            return
        full = os.path.realpath(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100 - no object per call in a hook
        if full != "/dev/null" and not full.startswith(self.allowed):
            self._refuse(f"{event} outside its folder: {full[:200]!r}")

    def _refuse(self, what: str) -> None:
        self.seen.append(what)
        raise PermissionError(13, "Permission denied")


def start_watch(base: Path, printed: BinaryIO) -> Watch:
    """Watch this process from now on; what it may write is below `base` and in the program's own scratch folders.

    `printed` is the file that its standard output and error go to.
    """
    watch = Watch((f"{base.resolve()}{os.sep}", "/dev/shm/fuzhuan-"), printed)
    sys.addaudithook(watch)
    return watch


def keep_promise(reader: Reader, bench: Bench, data: bytes, watch: Watch) -> Outcome:
    """Run one example and hold it against the promise."""
    bench.begin(reader)
    before, threads, files = bench.fingerprint(), _threads(), _open_files()
    watch.seen, watch.network = [], reader.network
    fault: Fault | None = None
    clock = time.monotonic if reader.network else time.process_time  # a busy machine makes no reader slow
    answer, started = None, clock()
    with _memory() as peak, warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            watch.armed = True
            answer = reader.read(bench, data)
        except Fault as found:
            fault = found
        except BaseException as error:  # noqa: BLE001 - this is what is looked for
            return Outcome("bug", "".join(traceback.format_exception(error)[-12:]), _place(error), clock() - started)
        finally:
            watch.armed = False
    seconds = clock() - started
    said = "result" if fault is None else fault.code
    broken = [f"{reader.name}: {what}" for what in watch.seen if not reader.may_ask_outside]
    broken += _wrong_answer(answer) if fault is None else _wrong_fault(fault, reader)
    if (fault is not None or not reader.changes) and not reader.opens and bench.fingerprint() != before:
        broken.append("the workspace has changed")
    if fault is not None and bench.leftovers():
        broken.append(f"files were left behind: {bench.leftovers()[:3]}")
    if peak[0] > reader.mebibytes:
        broken.append(f"used {peak[0]} MiB")
    if seconds > reader.seconds:
        broken.append(f"took {seconds:.1f} s")
    if text := watch.said():
        broken += [f"wrote to the terminal: {text}"] if reader.silent else []
    if not _settled(threads):
        broken.append(f"{_threads() - threads} threads were left running")
    elif _open_files() > watch.files.setdefault(reader.name, files + _LAZY):
        broken.append("files were left open")
    where = f"{reader.name}/{said}/{broken[0].split(':')[0].rstrip('0123456789. MiBs')}" if broken else ""
    return Outcome(said, "\n".join(broken), where, seconds, peak[0])


def _wrong_answer(answer: Any) -> list[str]:
    """Answers go through a pipe, and to standard output as JSON."""
    try:
        pickle.dumps(answer)
        json.dumps(answer, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError, AttributeError) as error:
        return [f"an answer that is no plain data: {type(error).__name__}"]
    return []


def _wrong_fault(fault: Fault, reader: Reader) -> list[str]:
    wrong = []
    if isinstance(fault, Usage) and not reader.is_call:
        wrong.append(f"a fault that blames the call: {fault.code}")
    if fault.code.startswith("disk.") and not reader.is_call:
        wrong.append(f"{fault.code} for what the file is: {''.join(traceback.format_exception(fault)[-12:])}")
    if fault.code not in SENTENCES:
        return [*wrong, f"no sentence for {fault.code}"]
    places = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[fault.code]) if name}
    if places - set(fault.params):
        wrong.append(f"{fault.code} lacks {sorted(places - set(fault.params))}")
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            wrong += [f"{fault.code} in {language}: {what}" for what in unreadable(explain(fault))]
    return wrong


def unreadable(sentence: str) -> list[str]:
    """What would break a line, steer a terminal, reverse the reading order or not be written at all."""
    bad = sorted(
        {
            f"U+{ord(char):04X}"
            for char in sentence
            if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _TURNS
        }
    )
    wrong = [f"holds {' '.join(bad)}"] if bad else []
    return [*wrong, f"has {len(sentence)} characters"] if len(sentence) > 4500 else wrong


_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@contextlib.contextmanager
def _memory() -> Iterator[list[int]]:
    """What the block adds to the resident memory at its highest, in MiB; 0 where the system does not say."""
    peak = [0]
    try:
        Path("/proc/self/clear_refs").write_text("5")
        before = _resident("VmRSS")
    except OSError:
        yield peak
        return
    try:
        yield peak
    finally:
        peak[0] = (_resident("VmHWM") - before) >> 10


def _resident(name: str) -> int:
    text = Path("/proc/self/status").read_text()
    return int(text[text.index(name) :].split()[1])


def _open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def _threads() -> int:
    return sum(thread.name != THREADS for thread in threading.enumerate())


def _settled(threads: int) -> bool:
    end = time.monotonic() + _SETTLE
    while _threads() > threads:
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def _place(error: BaseException) -> str:
    """The kind of an error and the innermost line of ours: what makes two failures the same."""
    ours = [
        frame for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(str(ROOT)) and "/.venv/" not in frame.filename
    ]  # fmt: skip
    frame = ours[-1] if ours else None
    where = f"{Path(frame.filename).relative_to(ROOT)}:{frame.lineno}" if frame else "?"
    return f"{type(error).__name__} at {where}"


def private_base() -> Path:
    """A folder for one process, in memory where that is possible: thousands of examples wear no disk."""
    parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="fuzz-", dir=parent))


def remove(folder: Path) -> None:
    """Forget a folder, whatever it has become."""
    shutil.rmtree(folder, ignore_errors=True)
