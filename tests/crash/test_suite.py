"""The crash suite at a small size: every kind of write, killed and faulted by seed, loses nothing and owns up to it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crash.kinds import KINDS

ROUNDS, FAULTS = 6, 5
# what a person must be told by: anything else would be a riddle here
KNOWN = {"disk.full", "disk.failed", "disk.read_only", "store.migration_failed"}


@pytest.fixture(scope="module")
def counts(checkout: Path, require_tool: Callable[[str], str]) -> dict[str, dict[str, Any]]:
    """What the program that `dev.py crash` runs counted, by kind and part."""
    if sys.platform != "linux":
        pytest.skip("the fault shim needs Linux")
    require_tool("cc")
    command = [sys.executable, "-m", "tests.crash", "--json", "--seed", "20261121"]
    command += ["--rounds", str(ROUNDS), "--faults", str(FAULTS)]
    halves = [[word for kind in list(KINDS)[first::2] for word in ("--only", kind)] for first in (0, 1)]
    running = [
        subprocess.Popen([*command, *half], cwd=checkout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for half in halves
    ]
    found: dict[str, dict[str, Any]] = {}
    for process in running:
        out, errors = process.communicate()
        assert out, errors
        answer = json.loads(out)
        parts = [*(("kills", part) for part in answer["kills"]), *(("faults", part) for part in answer["sweeps"])]
        for name, part in parts:
            found.setdefault(part["kind"], {})[name] = part
        assert (process.returncode == 0) == all(part["clean"] for _name, part in parts)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_at_any_point_loses_nothing(counts: dict[str, dict[str, Any]], kind: str):
    found = counts[kind]["kills"]
    assert found["lost"] == found["half"] == found["damaged"] == []
    assert found["rounds"] == ROUNDS and found["killed"] >= ROUNDS // 2 and len(found["points"]) >= ROUNDS // 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_of_the_disk_is_told_and_leaves_nothing_by_half(counts: dict[str, dict[str, Any]], kind: str):
    found = counts[kind]["faults"]
    assert found["problems"] == []
    assert found["faulted"] and set(found["codes"]) <= KNOWN
