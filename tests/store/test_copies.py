"""Clear copies for other programs: private, gone with their process, and swept after one that was killed."""

from __future__ import annotations

import contextlib
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from desktop.runtime import copies

_JOB = """
import sys
from desktop.runtime.copies import Copies
made = Copies()
print(made.add("合同.txt", lambda out: out.write(b"clear")), flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["memory", "disk"])
def where(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the system has a place in memory, and where it has none."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if request.param == "disk":
        monkeypatch.setattr(copies, "_memory_places", list)
    elif not copies.place()[1]:
        pytest.skip("no folder in memory here")
    folder, in_memory = copies.place()
    assert in_memory == (request.param == "memory")
    yield folder


def test_a_copy_is_private_and_read_only_and_all_go_together(where: Path) -> None:
    made = copies.Copies()
    first = made.add("../合同?.pdf", lambda out: out.write(b"one"))
    second = made.add("../合同?.pdf", lambda out: out.write(b"two"))
    assert (first.name, first.read_bytes(), second.read_bytes()) == ("_合同_.pdf", b"one", b"two")
    assert first.is_relative_to(where)
    for path, mode in ((first, 0o400), (first.parent, 0o700), (first.parent.parent, 0o700), (where, 0o700)):
        assert stat.S_IMODE(path.stat().st_mode) == mode
    assert len(made.files()) == 2
    copies.sweep()  # this process is alive
    assert first.exists()
    assert made.remove() == []
    assert not first.parent.parent.exists() and made.files() == []
    assert made.add("again.txt", lambda out: out.write(b"x")).exists()
    made.remove()


def test_what_a_killed_process_has_left_is_swept_and_a_living_ones_is_not(checkout: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _JOB], cwd=checkout, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    try:
        files = [Path(process.stdout.readline().strip()) for process in processes if process.stdout]
        assert all(file.read_bytes() == b"clear" for file in files)
        processes[0].send_signal(signal.SIGKILL)
        processes[0].wait()
        assert files[0].exists()
        copies.sweep()
        assert not files[0].parent.parent.exists() and files[1].exists()
        assert not list(files[0].parent.parent.parent.glob(f"{files[0].parent.parent.name}*"))
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    copies.sweep()
    assert not files[1].exists()


def test_two_first_copies_at_once_go_together(where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, lock = copies.Copies(), copies._lock
    both = threading.Barrier(2)

    def slowly(folder: Path) -> FileLock:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)
        return lock(folder)

    monkeypatch.setattr(copies, "_lock", slowly)
    jobs = [threading.Thread(target=made.add, args=(f"{n}.txt", lambda out: out.write(b"clear"))) for n in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    files = made.files()
    assert len(files) == 2 and made.remove() == [] and not any(file.exists() for file in where.rglob("*.txt"))
