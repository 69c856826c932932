"""Measuring: time, memory and medians, each side of a comparison in the same run, heavy ones in a fresh process."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison. `ratio` is held against `target`: at most, or for rates (`unit` "rate") at least; `detail` has
    the raw figures of both sides and says who the peer is. `met` covers every part of the target."""

    name: str
    ratio: float
    target: float
    met: bool
    unit: str
    detail: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Clock:
    """Times what happens inside `with clock:`, in seconds, and its memory in MiB where the system tells (else None).

    `idle_mib` is what the process held before, `peak_mib` the most it held meanwhile; `facts` are the task's own.
    """

    seconds: float = 0.0
    idle_mib: float | None = None
    peak_mib: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    _start: float = 0.0

    def __enter__(self) -> Clock:
        gc.collect()
        self.idle_mib = _memory("VmRSS")
        if self.idle_mib is not None:
            _CLEAR.write_text("5")  # the peak starts again from here
        self._start = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds += time.perf_counter() - self._start
        self.peak_mib = _memory("VmHWM")

    @property
    def grown_mib(self) -> float | None:
        """What the measured part took above idle."""
        return None if self.peak_mib is None or self.idle_mib is None else max(0.0, self.peak_mib - self.idle_mib)


def _memory(name: str) -> float | None:
    """A figure of this process's memory in MiB; None where there is no /proc."""
    if not _CLEAR.exists():
        return None
    line = next((line for line in _STATUS.read_text("ascii", "replace").splitlines() if line.startswith(name)), None)
    return None if line is None else int(line.split()[1]) / 1024


def alone(task: Callable[..., None], *arguments: Any) -> Clock:
    """Run `task(clock, *arguments)` in a fresh process, so that nothing of the other side is warm or held."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_run, task, arguments).result()


def _run(task: Callable[..., None], arguments: tuple[Any, ...]) -> Clock:
    clock = Clock()
    task(clock, *arguments)
    return clock


def seconds(work: Callable[..., Any], *arguments: Any, **named: Any) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work(*arguments, **named)
    return time.perf_counter() - start


def median(clocks: Sequence[Clock], of: str = "seconds") -> float | None:
    """The median of one figure of several runs; None when it is not known."""
    found = [value for clock in clocks if (value := getattr(clock, of)) is not None]
    return statistics.median(found) if found else None


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def sides(ours: Sequence[Clock], peer: Sequence[Clock], peer_name: str) -> tuple[float, dict[str, Any]]:
    """The ratio of the median times, and the raw figures of both sides for `detail`."""
    our_time, peer_time = median(ours) or 0.0, median(peer) or 0.0
    detail: dict[str, Any] = {
        "ours_s": round(our_time, 4),
        "peer_s": round(peer_time, 4),
        "peer": peer_name,
        "repeats": len(ours),
    }
    for side, clocks in (("ours", ours), ("peer", peer)):
        for figure in ("peak_mib", "grown_mib"):
            value = median(clocks, figure)
            detail[f"{side}_{figure}"] = None if value is None else round(value, 1)
    return our_time / max(peer_time, 1e-9), detail
