"""Dates as people write them: text of year, month or day precision, counting in months, and reporting periods."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from policy.errors import Refused, Usage

CHINA = timezone(timedelta(hours=8))

# Years 1000 to 2999: what lies outside is a slip of the pen, and counting on from 9999 would leave the calendar.
_PARTIAL = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_QUARTER = re.compile(r"([12][0-9]{3})Q([1-4])")
_YEARS = re.compile(r"([12][0-9]{3})\.\.([12][0-9]{3})")


# The day that counts as today for this thread's work, where it is not the clock's: a sample is read on its own day.
_REFERENCE: ContextVar[date | None] = ContextVar("reference_day", default=None)


def now() -> datetime:
    """The moment in Chongqing, whatever zone the computer is set to; on the reference day where there is one."""
    moment, day = datetime.now(CHINA), _REFERENCE.get()
    return moment if day is None else moment.replace(year=day.year, month=day.month, day=day.day)


def today() -> date:
    """The day that counts as today: the date in Chongqing, or the reference day where there is one."""
    return now().date()


def clock_day() -> date:
    """The date in Chongqing by the clock, for what happens to the program itself: keys, papers of recovery."""
    return datetime.now(CHINA).date()


def recorded_on(milliseconds: int) -> date:
    """The day something was recorded on, never after today: what is entered while a reference day holds is of it."""
    return min(datetime.fromtimestamp(milliseconds / 1000, CHINA).date(), today())


def is_late(happened_on: str, recorded_at: int) -> bool:
    """Whether something was recorded (milliseconds UTC) after its day, which is legitimate and said (补记)."""
    return latest(happened_on) < recorded_on(recorded_at)


def set_reference_day(day: date | None) -> None:
    """From here on `today` is `day` in this thread; None for the clock again."""
    _REFERENCE.set(day)


@contextmanager
def reference_day(day: date | None) -> Iterator[None]:
    """While it lasts `today` is `day` in this thread; None for the clock."""
    token = _REFERENCE.set(day)
    try:
        yield
    finally:
        _REFERENCE.reset(token)


def minute(milliseconds: int) -> str:
    """A moment (milliseconds UTC) as Chongqing's clocks show it: `2026-11-21 15:30`."""
    return datetime.fromtimestamp(milliseconds / 1000, CHINA).strftime("%Y-%m-%d %H:%M")


def _span(text: str) -> tuple[date, date] | None:
    """First and last day a partial date may mean, or None where the text is not one."""
    found = _PARTIAL.fullmatch(text)
    if not found:
        return None
    year, month, day = found.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return first, first
    return first, month_end(first) if month else date(first.year, 12, 31)


def is_partial_date(text: str) -> bool:
    """Whether the text is an existing `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (ASCII digits only)."""
    return _span(text) is not None


def earliest(text: str) -> date:
    """The first day a partial date may mean; Refused("policy.date_invalid", text) where it is not one."""
    return _required(text)[0]


def latest(text: str) -> date:
    """The last day a partial date may mean; Refused("policy.date_invalid", text) where it is not one."""
    return _required(text)[1]


def _required(text: str) -> tuple[date, date]:
    span = _span(text)
    if span is None:
        raise Refused("policy.date_invalid", text=text)
    return span


def month_end(day: date) -> date:
    """The last calendar day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day where there is none (29 February + 24 = 28 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(start: date, end: date) -> int:
    """Whole months completed from `start` to `end` (for "at least n months"); negative where `end` comes first."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def months_begun(start: date, end: date) -> int:
    """Months begun from `start` to `end` (for "at most n months"): one day over 24 months is the 25th."""
    months = months_between(start, end)
    return months if add_months(start, months) == end else months + 1


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period: first and last day, both included, and the text it was given as.

    With `as_of` it is a single reference day (`@2025-12-31`): states are read on that day, sums over the year are
    those of its year.
    """

    starts_on: date
    ends_on: date
    text: str
    as_of: bool = False

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2025`, `2024..2025`, `2025Q3`, `2025-07` or `@2025-12-31`.

        Raises Usage("policy.period_invalid", text) for anything else, an unknown date or a range that runs backwards.
        """
        cleaned = text.strip()
        if cleaned.startswith("@"):
            span = _span(cleaned[1:])
            if span and span[0] == span[1]:
                return cls(span[0], span[1], cleaned, as_of=True)
        elif found := _QUARTER.fullmatch(cleaned):
            year, quarter = int(found[1]), int(found[2])
            return cls(date(year, quarter * 3 - 2, 1), month_end(date(year, quarter * 3, 1)), cleaned)
        elif found := _YEARS.fullmatch(cleaned):
            first, last = int(found[1]), int(found[2])
            if first <= last:
                return cls(date(first, 1, 1), date(last, 12, 31), cleaned)
        elif len(cleaned) < 10 and (span := _span(cleaned)):
            return cls(span[0], span[1], cleaned)
        raise Usage("policy.period_invalid", text=text)

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years the period touches, in order."""
        return tuple(range(self.starts_on.year, self.ends_on.year + 1))

    def contains(self, text: str) -> bool | None:
        """Whether a partial date lies in the period; None where its precision is too coarse to say."""
        first, last = _required(text)
        if last < self.starts_on or first > self.ends_on:
            return False
        if first >= self.starts_on and last <= self.ends_on:
            return True
        return None
