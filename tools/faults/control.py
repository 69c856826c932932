"""Building the fault shim and steering it: which call of a program fails, kills it, or what its clock shows.

    with Control(folder) as faults:           # the parent
        subprocess.run(…, env={**os.environ, **faults.environment})
    faults = Control.attached()               # in the program: the same mapped file
    faults.arm(Mode.FAIL, below=workspace, at=7, error=errno.ENOSPC)

Linux only. A call counts when it changes something below the folder named; the numbers start at 1.
"""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import sys
from enum import IntEnum, IntFlag
from pathlib import Path
from types import TracebackType

VARIABLE = "FUZHUAN_FAULTS"
SOURCE = Path(__file__).with_name("shim.c")
_NUMBERS = ("pid", "mode", "at", "last", "error", "kinds", "torn", "count", "hits", "hit", "clock")
_TEXT = 1024
_SIZE = 8 * len(_NUMBERS) + 2 * _TEXT
_FOREVER = (1 << 63) - 1


class Mode(IntEnum):
    """What happens at the call that is hit."""

    OFF, COUNT, FAIL, KILL = range(4)


class Call(IntFlag):
    """The kinds of call that change files."""

    WRITE, SYNC, CREATE, RENAME, UNLINK, SHRINK = (1 << bit for bit in range(6))


ANY_CALL = Call.WRITE | Call.SYNC | Call.CREATE | Call.RENAME | Call.UNLINK | Call.SHRINK
# a full disk refuses what needs room; it still lets go of what is there
NEEDS_ROOM = Call.WRITE | Call.SYNC | Call.CREATE | Call.RENAME


def build(folder: Path, compiler: str = "cc") -> Path:
    """Compile the shim into `folder` and return it; raises CalledProcessError with what the compiler said."""
    shim = folder / "faults.so"
    command = [compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", str(shim), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return shim


class Control:
    """The mapped file that the shim reads; closing it unmaps it here and no more."""

    def __init__(self, file: Path, shim: Path | None = None) -> None:
        self.file, self._shim = file, shim
        if not file.exists():
            file.write_bytes(bytes(_SIZE))
        with file.open("r+b") as handle:
            self._map = mmap.mmap(handle.fileno(), _SIZE)

    @classmethod
    def make(cls, folder: Path, compiler: str = "cc") -> Control:
        """Build the shim in `folder` and make a control file for it there."""
        return cls(folder / "faults", build(folder, compiler))

    @classmethod
    def attached(cls) -> Control:
        """The control file of this very process, which was started with `environment`."""
        return cls(Path(os.environ[VARIABLE]))

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to be under this control."""
        return {"LD_PRELOAD": str(self._shim), VARIABLE: str(self.file)}

    def arm(
        self,
        mode: Mode,
        *,
        below: Path,
        at: int = 0,
        once: bool = True,
        error: int = 0,
        kinds: Call = ANY_CALL,
        torn: bool = False,
    ) -> None:
        """From now on this process's calls below `below` count; the `at`-th is hit (not `once`: and all after it)."""
        self.off()
        self._put_text(0, str(below))
        self._put_text(1, "")
        last = at if once else _FOREVER
        values = {"at": at, "last": last, "error": error, "kinds": int(kinds), "torn": int(torn), "pid": os.getpid()}
        for name, value in {**values, "count": 0, "hits": 0, "hit": 0, "mode": int(mode)}.items():
            self._put(name, value)

    def off(self) -> None:
        """Everything passes through again; the counts stay."""
        self._put("mode", int(Mode.OFF))

    def shift_clock(self, seconds: float) -> None:
        """Let the wall clock of every process under this control show `seconds` more."""
        self._put("clock", int(seconds * 1_000_000_000))

    @property
    def count(self) -> int:
        """Calls counted since `arm`."""
        return self._get("count")

    @property
    def hits(self) -> int:
        """Calls that failed since `arm`."""
        return self._get("hits")

    @property
    def hit(self) -> tuple[Call, Path] | None:
        """The kind and path of the first call that failed."""
        return (Call(self._get("hit")), Path(self._text(1))) if self.hits else None

    def __enter__(self) -> Control:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._map.close()

    def _put(self, name: str, value: int) -> None:
        struct.pack_into("q", self._map, 8 * _NUMBERS.index(name), value)

    def _get(self, name: str) -> int:
        return int(struct.unpack_from("q", self._map, 8 * _NUMBERS.index(name))[0])

    def _put_text(self, place: int, text: str) -> None:
        raw = os.fsencode(text)
        if len(raw) >= _TEXT:
            raise ValueError(text)
        start = 8 * len(_NUMBERS) + place * _TEXT
        self._map[start : start + _TEXT] = raw.ljust(_TEXT, b"\0")

    def _text(self, place: int) -> str:
        start = 8 * len(_NUMBERS) + place * _TEXT
        return os.fsdecode(self._map[start : start + _TEXT].split(b"\0", 1)[0])
