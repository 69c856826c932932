"""A bounded pipe between two threads, so that code which pushes bytes can feed code which pulls them."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import BinaryIO, Protocol, cast

BLOCK = 1 << 18
"""Bytes handed on at once: enough that other threads run while one hashes, little enough to be allocated cheaply."""

_DEPTH = 6


class ByteSink(Protocol):
    """Anything that takes bytes."""

    def write(self, data: bytes, /) -> object: ...


class _StoppedError(Exception):
    """The reading side has gone; the producer ends quietly."""


class Pump:
    """Runs `work(sink)` in a thread and offers what it writes as `reader`; memory stays at a few blocks.

    Use as a context manager: leaving it stops and joins the thread. When `work` fails, a read raises its exception;
    libraries that swallow exceptions of a reader leave it in `failure`.
    """

    def __init__(self, work: Callable[[ByteSink], None]) -> None:
        self.failure: BaseException | None = None
        self._work = work
        self._ended = False
        self._size = 0
        self._gathered: list[bytes] = []  # few large blocks: every hand-over between threads costs a switch
        self._blocks: queue.Queue[bytes | None] = queue.Queue(_DEPTH)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)
        self.reader: BinaryIO = cast(BinaryIO, io.BufferedReader(_Raw(self), BLOCK))

    def __enter__(self) -> Pump:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        while self._thread.is_alive():
            try:
                self._blocks.get(timeout=0.05)
            except queue.Empty:
                continue
        self._thread.join()

    def raise_failure(self) -> None:
        """Raise what `work` raised, if it failed."""
        if self.failure is not None:
            raise self.failure

    def write(self, data: bytes) -> int:
        """Take bytes from the producer; blocks while the reader is behind."""
        self._gathered.append(bytes(data))
        self._size += len(data)
        if self._size >= BLOCK:
            self._flush()
        return len(data)

    def flush(self) -> None:
        """Bytes go on when a block is full, and at the end."""

    def take(self) -> bytes | None:
        """The next block, or None at the end; raises the producer's exception."""
        block = None if self._ended else self._blocks.get()
        if block is None:
            self._ended = True
            self.raise_failure()
        return block

    def _flush(self) -> None:
        block, self._size = b"".join(self._gathered), 0
        self._gathered.clear()
        if block:
            self._put(block)

    def _put(self, block: bytes | None) -> None:
        while not self._stop.is_set():
            try:
                self._blocks.put(block, timeout=0.1)
            except queue.Full:
                continue
            return
        raise _StoppedError

    def _run(self) -> None:
        try:
            self._work(self)
        except _StoppedError:
            return
        except BaseException as error:  # noqa: BLE001 - handed to the reading thread, which raises it
            if self._stop.is_set():
                return
            self.failure = error
        try:
            if self.failure is None:
                self._flush()
            self._put(None)
        except _StoppedError:
            return


class _Raw(io.RawIOBase):
    def __init__(self, pump: Pump) -> None:
        self._pump = pump
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(self._pump.take() or b"")
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
