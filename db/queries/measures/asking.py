"""How a measure is asked and answered: subject and period, what a partial date means for them, and the register."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

from db.models import Setting
from policy.dates import Period
from policy.dates import earliest as _earliest
from policy.dates import latest as _latest
from policy.i18n import language
from policy.measures import MEASURES, shown, shown_unit
from policy.results import RowRef

_T = TypeVar("_T")
# the same few thousand days stand in a hundred thousand records
earliest, latest = lru_cache(1 << 14)(_earliest), lru_cache(1 << 14)(_latest)
BORDER = timedelta(days=7)  # how far from the cut a row is still shown to be checked


@dataclass(frozen=True, slots=True)
class Ask:
    """One subject in one period, seen from `today`.

    States are read on `day`: the period's last day, or today while the period still runs. What lies in the future has
    not happened yet.
    """

    kind: str
    id: str
    period: Period
    today: date
    parameter: Fraction = Fraction(0)  # the number the rule asks the measure with
    _memo: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def day(self) -> date:
        return min(self.period.ends_on, self.today)

    @property
    def current(self) -> bool:
        """Whether the day is today, so that the status of a record is that of the day."""
        return self.today <= self.period.ends_on

    @property
    def year(self) -> int:
        """The year whose yearly records count."""
        return self.period.ends_on.year

    @property
    def full_year(self) -> int:
        """The last year that was over on the day."""
        return self.year if self.day == date(self.year, 12, 31) else self.year - 1

    @property
    def span(self) -> tuple[date, date]:
        """First and last day for what is summed up; for a reference day those of its year."""
        if self.period.as_of:
            return date(self.year, 1, 1), date(self.year, 12, 31)
        return self.period.starts_on, self.period.ends_on

    @property
    def of_year(self) -> Ask:
        """The same from 1 January of the period's last year: what a text counts a year is not summed over two."""
        if self.period.as_of:
            return self
        period = replace(self.period, starts_on=date(self.year, 1, 1))
        return Ask(self.kind, self.id, period, self.today)

    def by_day(self, text: str) -> bool | None:
        """Whether a dated thing had happened by the day; None where the date is too coarse to say."""
        first, last = earliest(text), latest(text)
        if first > self.day:
            return False
        return True if last <= self.period.ends_on else None

    def within(self, text: str) -> bool | None:
        """Whether a dated thing happened in the span; None where the date is too coarse to say."""
        (start, end), first, last = self.span, earliest(text), latest(text)
        if last < start or first > min(end, self.today):
            return False
        return True if first >= start and last <= end else None

    def cuts_day(self, text: str) -> bool:
        """Whether a state changed so close to the day, or on so coarse a date, that a person should look."""
        return self.by_day(text) is None or _near(text, self.day)

    def cuts_span(self, text: str) -> bool:
        """Whether a date lies so close to the ends of the span, or is so coarse, that a person should look."""
        return self.within(text) is None or _near(text, *self.span)

    def once(self, work: Callable[[Ask], _T]) -> _T:
        """The answer of `work`, asked of the store only once for all measures of this asking."""
        if work not in self._memo:
            self._memo[work] = work(self)
        found: _T = self._memo[work]
        return found


def _near(text: str, *bounds: date) -> bool:
    return len(text) == len("YYYY-MM-DD") and any(abs(earliest(text) - bound) <= BORDER for bound in bounds)


@dataclass(slots=True)
class Tally:
    """What a measure found; see `policy.results.MeasureValue`."""

    value: int | Fraction | None = None
    rows: list[RowRef] = field(default_factory=list)
    blanks: int = 0
    border: list[RowRef] = field(default_factory=list)

    def known(self, value: int | Fraction, *, any_rows: bool) -> Tally:
        """Take the value, unless nothing is on record or only blanks stand where something might have counted."""
        nothing = not any_rows or (not self.rows and self.blanks > 0)
        self.value = None if nothing else value
        return self

    def counted(self, *, any_rows: bool) -> Tally:
        """As many as there are rows."""
        return self.known(len(self.rows), any_rows=any_rows)


Answer = Callable[[Ask], Tally]
FUNCTIONS: dict[tuple[str, str], Answer] = {}


def measure(name: str, *subjects: str) -> Callable[[Answer], Answer]:
    """Register the function of a measure, for all of its kinds of subject or for those given."""

    def register(function: Answer) -> Answer:
        for subject in subjects or MEASURES[name].subjects:
            if (name, subject) in FUNCTIONS:
                raise ValueError(f"{name} of {subject} has two functions")
            FUNCTIONS[name, subject] = function
        return function

    return register


def figure(name: str, value: int | Fraction) -> str:
    """A figure with its unit, as shown."""
    declared = MEASURES[name]
    text = shown(value, declared.unit, declared.decimals, apart_from=0)
    return f"{text} {shown_unit(declared.unit)}".strip()


def money(fen: int) -> str:
    """Money to the fen in the unit figures are shown in, so that the rows add up to their figure."""
    return f"{Decimal(fen).scaleb(-6).normalize():f} {shown_unit('fen')}"


def choice(model_field: Any, code: str | None) -> str:
    """The label of an enumeration's code in the language in force."""
    for option in model_field.options:
        if option.code == code:
            return str(option.zh if language() == "zh" else option.en)
    return code or ""


def ordered(rows: Iterable[RowRef]) -> tuple[RowRef, ...]:
    """The rows once each, by date and title."""
    return tuple(sorted(dict.fromkeys(rows), key=lambda row: (row.date, row.title, row.id)))


def own_organisation() -> str:
    """The id of the organisation the workspace belongs to, "" where it has none yet."""
    found = Setting.get_or_none(Setting.key == "organisation")
    return "" if found is None else str(found.value)
