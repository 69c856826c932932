"""Working days in the People's Republic of China, with the State Council's holidays and make-up days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

FIRST_PUBLISHED_YEAR = 2004  # chinesecalendar holds nothing earlier


@cache
def last_published_year() -> int:
    """The last year whose holidays and make-up days are in the installed table."""
    # Imported late: the table is only needed where a deadline in working days is counted.
    from chinese_calendar import constants

    return int(max(day.year for day in constants.holidays))


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """One year's arrangement as the State Council's notice gives it; `document` is its citation."""

    year: int
    document: str
    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The published table of the installed library, and the years a user added when a notice was out.

    An added year goes before the library's: it came later and from the notice itself.
    """

    extra: Mapping[int, HolidayYear] = field(default_factory=dict)

    def is_working_day(self, day: date) -> tuple[bool, bool]:
        """Whether `day` is a working day, and whether that is known from a published arrangement.

        In other years only weekends are rest days, and the second value is False.
        """
        if (own := self.extra.get(day.year)) is not None:
            return day in own.workdays or (day.weekday() < 5 and day not in own.holidays), True
        if not FIRST_PUBLISHED_YEAR <= day.year <= last_published_year():
            return day.weekday() < 5, False
        import chinese_calendar

        return bool(chinese_calendar.is_workday(day)), True

    def add_working_days(self, start: date, days: int) -> tuple[date, bool]:
        """The `days`-th working day after `start` (which is not counted), and whether every day of it is known.

        `days` is at least 1. Known is False as soon as a day lies in a year without a published arrangement.
        """
        if days < 1:
            raise ValueError("days must be at least 1")
        day, known = start, True
        while days:
            day += timedelta(days=1)
            working, published = self.is_working_day(day)
            known = known and published
            days -= working
        return day, known

    def working_day_on_or_before(self, day: date) -> date:
        """`day` itself, or the last working day before it: when to remind of a date that falls on a rest day."""
        while not self.is_working_day(day)[0]:
            day -= timedelta(days=1)
        return day


PUBLISHED = Calendar()
