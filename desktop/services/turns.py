"""Whose turn it is: what reads the file of the open store for long, and what puts another in its place, never meet."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.services.registry import Job

_turn = threading.Lock()


@contextmanager
def taking_turns(job: Job) -> Iterator[None]:
    """One backup or check of the file at a time, and none while it is exchanged; a cancel ends the waiting."""
    while not _turn.acquire(timeout=0.2):
        job.check()
        job.progress(0, 0)
    try:
        yield
    finally:
        _turn.release()
