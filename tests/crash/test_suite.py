"""The crash suite at a small size: every kind of write, killed and faulted by seed, loses nothing and owns up to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crash.kinds import KINDS

ROUNDS, FAULTS = 6, 9
# what a person must be told by: anything else would be a riddle here
KNOWN = {"disk.full", "disk.failed", "disk.read_only", "store.migration_failed"}


@pytest.fixture(scope="module")
def counts(checkout: Path, require_tool: Callable[[str], str]) -> dict[str, dict[str, Any]]:
    """What the program that `dev.py crash` runs counted, by kind and part."""
    require_tool("cc")
    command = [sys.executable, "-m", "tests.crash", "--json", "--rounds", str(ROUNDS), "--faults", str(FAULTS)]
    done = subprocess.run(
        [*command, "--seed", "20261121"], cwd=checkout, env={**os.environ}, capture_output=True, text=True, check=False
    )
    assert done.stdout, done.stderr
    answer = json.loads(done.stdout)
    found: dict[str, dict[str, Any]] = {kind["kind"]: {"kills": kind} for kind in answer["kills"]}
    for kind in answer["sweeps"]:
        found[kind["kind"]]["faults"] = kind
    assert (done.returncode == 0) == all(part["clean"] for kind in found.values() for part in kind.values())
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
