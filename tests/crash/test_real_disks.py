"""Disks as they are: a small one that fills up, a stick that is pulled, one that turns read-only, two programs at once.

Where mounting is not allowed these are skipped; the fault sweep says the same of every single call anywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from policy.errors import Fault, WorldFault
from tests.crash import check
from tests.crash.bench import Bench, Template


class Disk:
    """A mounted folder of its own that can be pulled."""

    def __init__(self, place: Path) -> None:
        self.place, self._mounts = place, 0

    def mount(self, *words: str) -> None:
        """`mount WORDS place`; the test is skipped where this is not allowed."""
        done = subprocess.run(["mount", *words, str(self.place)], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"cannot mount here: {done.stderr.strip()[:100]}")
        self._mounts += "remount" not in words[1]

    def pull(self) -> None:
        """As a stick is pulled: whoever has files open keeps them, nobody finds the folder any more."""
        subprocess.run(["umount", "-l", str(self.place)], check=True)
        self._mounts -= 1

    def end(self) -> None:
        """Take away what is still mounted."""
        while self._mounts:
            self.pull()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs Linux and root")
    found = Disk(tmp_path / "U 盘")
    found.place.mkdir()
    yield found
    found.end()


@pytest.fixture
def on(disk: Disk, job_done: Template) -> Callable[[], Bench]:
    """`on()` puts a copy of the template onto the mounted disk."""

    def copy() -> Bench:
        bench = Bench(disk.place, job_done)
        shutil.copytree(job_done.folder, bench.folder)
        bench.outside = disk.place.parent / "外面"
        bench.outside.mkdir(exist_ok=True)
        return bench

    return copy


def _log(bench: Bench, number: int) -> None:
    files = [bench.file(f"{number}-{place}.bin", bytes([number, place]) * 20_000) for place in range(2)]
    bench.call("case.log", case=bench.template.case, kind="visit", note=f"第{number}次", files=files)


def _whole(bench: Bench, logged: int) -> None:
    """The workspace opens, holds the entries that were acknowledged, and nothing by half."""
    bench.close()
    bench.open()
    bench.session.reconcile()
    notes = {row["note"] for row in bench.call("case.entries", case=bench.template.case)}
    assert {f"第{number}次" for number in range(logged)} <= notes
    assert check.whole(bench) == []
    bench.close()


def test_a_disk_that_is_really_full(disk: Disk, on: Callable[[], Bench]):
    """Entries go in until there is no room; then records can be read, room is made, and it goes on."""
    disk.mount("-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs")
    bench = on()
    bench.open()
    told, logged = [], 0
    for number in range(200):
        try:
            _log(bench, number)
        except Fault as fault:
            told.append(fault.code)
            if len(told) == 3:
                break
            continue
        assert not told, "a later one found room that an earlier one did not"
        logged += 1
    assert told == ["disk.full"] * 3 and logged > 5
    with bench.ws.store.read():
        assert check.files_and_rows(bench.ws) == []
    assert len(bench.call("case.entries", case=bench.template.case)) == logged
    bench.close()
    bench.open()  # a full disk keeps nobody from opening and reading
    assert len(bench.call("case.entries", case=bench.template.case)) == logged
    disk.mount("-o", "remount,size=16m", "tmpfs")
    _log(bench, logged)
    _whole(bench, logged + 1)


def test_a_stick_that_is_pulled_while_writing(disk: Disk, on: Callable[[], Bench], tmp_path: Path):
    stick = tmp_path / "stick"
    stick.mkdir()
    disk.mount("--bind", str(stick))
    bench = on()
    bench.open()
    logged, told = 0, []
    for number in range(8):
        if number == 4:
            disk.pull()
        try:
            _log(bench, number)
            logged += 1
        except Fault as fault:
            told.append(fault.code)
    assert logged == 4 and set(told) <= {"disk.missing", "disk.failed", "disk.read_only"} and told
    bench.close()
    assert list(disk.place.iterdir()) == [], "something was written where the stick had been"
    with pytest.raises(WorldFault, match=r"workspace\.missing"):
        bench.open()
    disk.mount("--bind", str(stick))
    _whole(bench, logged)


def test_a_disk_that_turns_read_only(disk: Disk, on: Callable[[], Bench], tmp_path: Path):
    """The lock of a card is pushed, or the system puts a failing disk read-only."""
    disk.mount("-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs")
    bench = on()
    subprocess.run(["mount", "-o", "remount,ro", str(disk.place)], check=True)
    with pytest.raises(WorldFault, match=r"disk\.read_only"):
        bench.open()
    subprocess.run(["mount", "-o", "remount,rw", str(disk.place)], check=True)
    bench.open()
    _log(bench, 0)
    _whole(bench, 1)


RACE = """
import sys, time
from pathlib import Path
from desktop.services import load_services
from desktop.services.workspace import open_with
from policy.errors import Fault
load_services()
folder, secret = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
for line in sys.stdin:
    try:
        ws = open_with(folder, "keyring", secret)
    except Fault as fault:
        print(fault.code, flush=True)
        continue
    with ws.store.write("x") as write:
        ws.store.save_setting("race", line.strip())
    time.sleep(0.05)  # the other one comes in the middle of it
    assert ws.store.setting("race") == line.strip()
    ws.close()
    print("open", flush=True)
"""


def test_two_programs_race_to_open_one_workspace(bench: Bench, checkout: Path):
    """Twenty times at once: never both, and who came second is told and harms nothing."""
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(bench.folder), bench.template.secret],
            cwd=checkout,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        for _ in range(2)
    ]
    try:
        for racer in racers:
            assert racer.stdout is not None and racer.stdout.readline() == "ready\n"
        seen = []
        for turn in range(20):
            for place, racer in enumerate(racers):
                assert racer.stdin is not None
                racer.stdin.write(f"{turn}/{place}\n")
                racer.stdin.flush()
            seen.append(sorted(racer.stdout.readline().strip() for racer in racers if racer.stdout))
    finally:
        for racer in racers:
            racer.communicate(timeout=60)
    assert all("open" in pair and set(pair) <= {"open", "workspace.open_elsewhere"} for pair in seen)
    assert any("workspace.open_elsewhere" in pair for pair in seen)
    bench.open()
    assert check.whole(bench) == []
    bench.close()
