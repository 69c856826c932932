"""Which snapshots of a backup set stay: all of the last day, then one a day, a week and a month, newest first.

Days, weeks and months are counted, not measured from today's clock, and newer means made later (by sequence). So a
clock that was set wrong, forward or back, never clears the shelf, and the newest always stays.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime
from pathlib import Path

from desktop.services import backupset
from desktop.services.backupset import Snapshot
from policy.dates import CHINA

RECENT_MS, RECENT_MOST = 86_400_000, 10
DAYS, WEEKS, MONTHS = 14, 8, 12
MOST = RECENT_MOST + DAYS + WEEKS + MONTHS


def keep(found: Iterable[Snapshot], now: int) -> list[Snapshot]:
    """Those that stay at `now` (milliseconds UTC), oldest first: never more than MOST, the newest always among them."""
    newest_first = sorted(found, key=lambda snapshot: (snapshot.sequence, snapshot.at, snapshot.path), reverse=True)
    recent = [snapshot for snapshot in newest_first if now - snapshot.at < RECENT_MS][:RECENT_MOST]
    kept = {*recent}
    rules: tuple[tuple[Callable[[date], Hashable], int], ...] = (
        (lambda day: day, DAYS),
        (lambda day: day.isocalendar()[:2], WEEKS),
        (lambda day: (day.year, day.month), MONTHS),
    )
    for bucket_of, most in rules:
        last: dict[Hashable, Snapshot] = {}
        for snapshot in newest_first:
            last.setdefault(bucket_of(_day(snapshot)), snapshot)
        kept.update(list(last.values())[:most])
    return [snapshot for snapshot in reversed(newest_first) if snapshot in kept]


def thin(folder: Path, now: int, *, sweep: bool = False) -> int:
    """Remove what need not stay, then the files nobody names any more; `sweep` looks for such files in any case.

    Returns the number of snapshots removed. Call it only when a new snapshot is good. Raises OSError.
    """
    found = backupset.snapshots(folder)
    kept = set(keep(found, now))
    gone = [snapshot for snapshot in found if snapshot not in kept]
    for snapshot in gone:
        backupset.remove(snapshot)
    if gone or sweep:
        backupset.collect(folder)
    return len(gone)


def _day(snapshot: Snapshot) -> date:
    return datetime.fromtimestamp(snapshot.at / 1000, CHINA).date()
