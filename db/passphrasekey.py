"""The key a passphrase gives: Argon2id, as slow as about half a second of this computer, never below RFC 9106."""

from __future__ import annotations

import os
import time
import unicodedata
from functools import cache
from typing import Any

from argon2.low_level import Type, hash_secret_raw

# RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes; and how long a guess should take
FLOOR = {"time": 3, "memory_kib": 65536, "lanes": 4}
SECONDS = 0.5
# Memory is what a guesser's hardware lacks, so that grows before the passes; an office laptop has this much to spare
_MEMORY_MOST = 1 << 18  # KiB: 256 MiB
# Limits on what a file may ask for, so that a hostile file cannot exhaust memory
_FILE_MOST = {"time": 20, "memory_kib": 1 << 19, "lanes": 16}


@cache
def measured() -> dict[str, int]:
    """Parameters for new slots, from one measurement at the floor; what they are stands in the slot."""
    chosen = dict(FLOOR)
    started = time.perf_counter()
    passphrase_key("", os.urandom(16), chosen)
    ratio = SECONDS / max(time.perf_counter() - started, 1e-6)
    while ratio >= 2 and chosen["memory_kib"] < _MEMORY_MOST:
        chosen["memory_kib"] *= 2
        ratio /= 2
    chosen["time"] = min(max(round(chosen["time"] * ratio), chosen["time"]), _FILE_MOST["time"])
    return chosen


def passphrase_key(passphrase: str, salt: bytes, parameters: dict[str, Any]) -> bytes:
    """32 bytes; raises ValueError for parameters no honest file has, argon2's HashingError for a bad salt."""
    for name, most in _FILE_MOST.items():
        if not isinstance(parameters.get(name), int) or not 1 <= parameters[name] <= most:
            raise ValueError(name)
    return hash_secret_raw(
        unicodedata.normalize("NFC", passphrase).encode(),  # however the input method composes it
        salt,
        time_cost=parameters["time"],
        memory_cost=parameters["memory_kib"],
        parallelism=parameters["lanes"],
        hash_len=32,
        type=Type.ID,
    )
