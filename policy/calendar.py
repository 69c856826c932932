"""Working days in the People's Republic of China, with the State Council's holidays and make-up days."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_FIRST_PUBLISHED_YEAR = 2004  # chinesecalendar holds nothing earlier


@cache
def last_published_year() -> int:
    """The last year whose holidays and make-up days are in the installed table."""
    # Imported late: the table is only needed where a deadline in working days is counted.
    from chinese_calendar import constants

    return int(max(day.year for day in constants.holidays))


def is_working_day(day: date) -> tuple[bool, bool]:
    """Whether `day` is a working day, and whether that is known from the published table.

    Outside the published years only weekends are rest days, and the second value is False.
    """
    if not _FIRST_PUBLISHED_YEAR <= day.year <= last_published_year():
        return day.weekday() < 5, False
    import chinese_calendar

    return bool(chinese_calendar.is_workday(day)), True


def add_working_days(start: date, days: int) -> tuple[date, bool]:
    """The `days`-th working day after `start` (`start` itself is not counted), and whether every day of it is known.

    `days` is at least 1. Known is False as soon as a day lies in a year without a published table.
    """
    if days < 1:
        raise ValueError("days must be at least 1")
    day, known = start, True
    while days:
        day += timedelta(days=1)
        working, published = is_working_day(day)
        known = known and published
        days -= working
    return day, known


def working_day_on_or_before(day: date) -> date:
    """`day` itself, or the last working day before it: when to remind of a date that falls on a rest day."""
    while not is_working_day(day)[0]:
        day -= timedelta(days=1)
    return day
