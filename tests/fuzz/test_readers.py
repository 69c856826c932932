"""Every reader of foreign bytes keeps its promise, for sound files and for a few dozen hostile ones of each kind.

`python3 dev.py fuzz --seconds 600` does the same for as long as one likes, with a seed of its own.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.child import Child
from tests.fuzz.lab import Lab
from tests.fuzz.promise import Outcome
from tests.fuzz.readers import READERS

# What an example costs decides how many there are: the quick ones below 10 ms, the slow ones up to a second.
_EXAMPLES = {
    "evidence-pdf": 10, "evidence-picture": 10, "preview-pdf": 10, "preview-picture": 10, "photo-time": 10,
    "backup": 25,
    "key-slots": 20, "server": 10,
    "command-line": 30, "package": 40, "workbook": 40, "policy-pack": 30,
}  # fmt: skip


def _whole(outcome: Outcome) -> None:
    assert not outcome.failure, f"{outcome.place}\n{outcome.failure}"


@pytest.mark.parametrize("name", READERS)
def test_sound_files_are_read(name: str, lab: Lab, child: Child):
    for data in READERS[name].seeds(lab):
        outcome = child.run(name, data)
        _whole(outcome)
        assert outcome.said == "result", outcome


@pytest.mark.parametrize("name", READERS)
def test_hostile_files_end_in_a_result_or_a_fault_and_harm_nothing(name: str, lab: Lab, child: Child):
    reader = READERS[name]
    sound = reader.seeds(lab)

    @settings(max_examples=_EXAMPLES.get(name, 60), suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sound), st.integers(0, (1 << 32) - 1))
    def holds(data: bytes, seed: int) -> None:  # a seed and not st.randoms(): the same one draws the same every time
        _whole(child.run(name, reader.mutate(random.Random(seed), data, sound)))

    holds()
