"""Whose turn it is: what copies the open store over many steps, and what puts another in its place, never meet."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.services.registry import Job

_turn = threading.Lock()


@contextmanager
def taking_turns(job: Job) -> Iterator[None]:
    """One backup at a time, and none while the open workspace is exchanged; a cancel ends the waiting."""
    while not _turn.acquire(timeout=0.2):
        job.check()
        job.progress(0, 0)
    try:
        yield
    finally:
        _turn.release()
