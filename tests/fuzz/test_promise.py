"""The judge of the readers finds what it is there for: one reader for each way to break the promise."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policy.errors import Refused, Usage, WorldFault
from tests.fuzz.bench import Bench, Reader
from tests.fuzz.child import Child, _pin, _printed
from tests.fuzz.lab import Lab
from tests.fuzz.promise import keep_promise, private_base, remove, start_watch


def _changes(bench: Bench, _data: bytes) -> None:
    bench.call("records.add", kind="firm", values={"name": "乙公司"})
    raise Refused("ledger.empty", file="x")


def _raises(error: BaseException) -> Callable[[Bench, bytes], Any]:
    def read(_bench: Bench, _data: bytes) -> None:
        raise error

    return read


def _leaves(bench: Bench, _data: bytes) -> None:
    (bench.folder / "left.tmp").write_bytes(b"x")
    raise Refused("ledger.empty", file="x")


def _leaks(bench: Bench, _data: bytes) -> None:
    bench.kept = [open(os.devnull) for _ in range(20)]  # type: ignore[attr-defined]  # noqa: SIM115, PTH123


EVIL: dict[str, tuple[Callable[[Bench, bytes], Any], str]] = {
    "sound": (lambda _bench, data: data, ""),
    "bug": (_raises(KeyError("x")), "KeyError"),
    "panic": (_raises(type("PanicException", (BaseException,), {})("x")), "PanicException"),
    "blames the call": (_raises(Usage("record.unknown", kind="x", id="y")), "blames the call"),
    "no sentence": (_raises(Refused("no.such_code")), "no sentence"),
    "half a sentence": (_raises(Refused("ledger.empty")), "lacks"),
    "blames the disk": (_raises(WorldFault("disk.full", path="x")), "disk.full"),
    "no plain data": (lambda _bench, _data: lambda: 0, "plain data"),
    "changes": (_changes, "has changed"),
    "leaves": (_leaves, "left behind"),
    "outside": (lambda _bench, _data: Path("/tmp/fuzz-outside").write_bytes(b"x"), "PermissionError"),
    "swallows": (lambda _bench, _data: _quietly(), "outside its folder"),
    "network": (lambda _bench, _data: socket.create_connection(("127.0.0.1", 9)), "PermissionError"),
    "program": (lambda _bench, _data: subprocess.run(["true"], check=True), "PermissionError"),
    "warns": (lambda _bench, _data: warnings.warn("x", stacklevel=1), "UserWarning"),
    "prints": (lambda _bench, _data: os.write(2, b"WARNING: x") and None, "wrote to the terminal"),
    "thread": (lambda _bench, _data: threading.Thread(target=time.sleep, args=(4,)).start(), "threads"),
    "files": (_leaks, "files were left open"),
    "memory": (lambda _bench, _data: len(bytearray(600 << 20)), "MiB"),
    "slow": (lambda _bench, _data: sum(range(90_000_000)), "took"),
}  # fmt: skip


def _quietly() -> None:
    try:
        Path("/tmp/fuzz-outside").write_bytes(b"x")
    except OSError:
        return


def _judge(line: Any, lab: Lab, base: Path) -> None:
    sys.dont_write_bytecode = True
    _pin(base)
    bench, watch = Bench(lab, base), start_watch(base, _printed(base))
    told = {}
    for name, (read, _) in EVIL.items():
        reader = Reader(name, lambda _: [], lambda _rng, data, _others: data, read, seconds=0.5)
        told[name] = keep_promise(reader, bench, b"x", watch).failure
    line.send(told)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory and files are measured on Linux")
def test_every_broken_promise_is_found(lab: Lab):
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    base = private_base()
    process = context.Process(target=_judge, args=(theirs, lab, base))
    process.start()
    try:
        assert ours.poll(60)
        told = ours.recv()
    finally:
        process.join(10)
        process.kill()
        remove(base)
    missed = {name: told[name] for name, (_, expected) in EVIL.items() if expected not in told[name]}
    assert missed == {} and told["sound"] == "" and not Path("/tmp/fuzz-outside").exists()


def test_a_reader_that_dies_or_hangs_is_noticed_and_the_next_example_runs(lab: Lab, monkeypatch: pytest.MonkeyPatch):
    child = Child(lab)
    monkeypatch.setattr("tests.fuzz.child._GRACE", -59.5)
    try:
        assert child.run("key-slots", lab.manifest).said == "hung"  # half a second is too short to start in
        monkeypatch.undo()
        assert child.run("settings", b"{}").failure == ""
        os.kill(child._process.pid, 11)
        assert child.run("settings", b"{}").said == "died"
        assert child.run("settings", b"{}").failure == ""
    finally:
        child.close()
