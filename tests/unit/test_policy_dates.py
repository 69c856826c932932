"""Partial dates, months, periods and working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.calendar import PUBLISHED, last_published_year
from policy.dates import (
    Period,
    add_months,
    earliest,
    is_partial_date,
    latest,
    month_end,
    months_begun,
    months_between,
)
from policy.errors import Refused, Usage

DAYS = st.dates(date(1950, 1, 1), date(2900, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_a_partial_date_spans_what_it_may_mean(text: str, first: date, last: date) -> None:
    assert (earliest(text), latest(text)) == (first, last)
    assert is_partial_date(text)


@pytest.mark.parametrize(
    "text",
    ["", "2023.5", "2023-5", "2023-13", "2023-02-29", "23-01-01", "2023-01-01 ", "２０２３", "0999", "3000", "2023\n"],
)
def test_what_is_no_partial_date_is_refused(text: str) -> None:
    assert not is_partial_date(text)
    with pytest.raises(Refused) as caught:
        earliest(text)
    assert caught.value.code == "policy.date_invalid"
    assert caught.value.params == {"text": text}


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 15), -1, date(2026, 2, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


def test_the_day_after_24_months_begins_the_25th() -> None:
    founded = date(2024, 2, 29)
    assert months_between(founded, date(2026, 2, 28)) == months_begun(founded, date(2026, 2, 28)) == 24
    assert months_between(founded, date(2026, 3, 1)) == 24
    assert months_begun(founded, date(2026, 3, 1)) == 25
    assert months_between(founded, date(2026, 2, 27)) == 23


@given(DAYS, DAYS)
def test_whole_months_bracket_the_span(start: date, end: date) -> None:
    whole, begun = months_between(start, end), months_begun(start, end)
    assert add_months(start, whole) <= end <= add_months(start, begun)
    assert begun - whole == (add_months(start, whole) != end)


@pytest.mark.parametrize(
    ("text", "first", "last", "years"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31), (2025,)),
        ("2024..2025", date(2024, 1, 1), date(2025, 12, 31), (2024, 2025)),
        ("2025Q1", date(2025, 1, 1), date(2025, 3, 31), (2025,)),
        ("2025Q3", date(2025, 7, 1), date(2025, 9, 30), (2025,)),
        ("2025-07", date(2025, 7, 1), date(2025, 7, 31), (2025,)),
        ("@2025-12-31", date(2025, 12, 31), date(2025, 12, 31), (2025,)),
    ],
)
def test_periods_of_the_command_line(text: str, first: date, last: date, years: tuple[int, ...]) -> None:
    period = Period.parse(text)
    assert (period.starts_on, period.ends_on, period.years, period.text) == (first, last, years, text)
    assert period.as_of == text.startswith("@")


@pytest.mark.parametrize(
    "text",
    ["", "2025Q5", "2025..2024", "2025-7", "2025-13", "@2025", "@2025-12", "@2025-02-30", "2025-07-01", "last year"],
)
def test_other_periods_are_refused(text: str) -> None:
    with pytest.raises(Usage) as caught:
        Period.parse(text)
    assert caught.value.code == "policy.period_invalid"


@pytest.mark.parametrize(
    ("period", "text", "answer"),
    [
        ("2025", "2025-06-30", True),
        ("2025", "2025", True),
        ("2025", "2024-12-31", False),
        ("2025", "2026", False),
        ("2025Q3", "2025", None),
        ("2025Q3", "2025-09", True),
        ("2025Q3", "2025-10", False),
        ("@2025-12-31", "2025-12", None),
        ("@2025-12-31", "2025-12-31", True),
    ],
)
def test_a_period_says_when_precision_is_too_coarse(period: str, text: str, answer: bool | None) -> None:
    assert Period.parse(period).contains(text) is answer


@pytest.mark.parametrize(
    ("closing", "due"),
    [
        (date(2026, 9, 24), date(2026, 10, 22)),
        (date(2026, 9, 30), date(2026, 10, 27)),
        (date(2026, 2, 13), date(2026, 3, 12)),
    ],
)
def test_fifteen_working_days_with_make_up_days(closing: date, due: date) -> None:
    assert PUBLISHED.add_working_days(closing, 15) == (due, True)


def test_a_year_without_a_published_table_counts_weekends_and_says_so() -> None:
    year = last_published_year() + 1
    assert PUBLISHED.is_working_day(date(year, 1, 1)) == (date(year, 1, 1).weekday() < 5, False)
    start = date(year, 3, 1)
    due, known = PUBLISHED.add_working_days(start, 5)
    assert not known
    weekdays = [start + timedelta(days=n) for n in range(1, 15) if (start + timedelta(days=n)).weekday() < 5]
    assert due == weekdays[4]
    assert not PUBLISHED.add_working_days(date(last_published_year(), 12, 25), 15)[1]
    assert PUBLISHED.is_working_day(date(2003, 12, 25)) == (True, False)


def test_a_make_up_saturday_works_and_a_holiday_does_not() -> None:
    assert PUBLISHED.is_working_day(date(2026, 10, 10)) == (True, True)
    assert PUBLISHED.is_working_day(date(2026, 10, 1)) == (False, True)
    with pytest.raises(ValueError, match="at least 1"):
        PUBLISHED.add_working_days(date(2026, 1, 5), 0)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 1, 31), date(2026, 1, 30)),
        (date(2026, 5, 31), date(2026, 5, 29)),
        (date(2026, 10, 31), date(2026, 10, 30)),
        (date(2026, 6, 30), date(2026, 6, 30)),
    ],
)
def test_month_ends_on_rest_days(day: date, working: date) -> None:
    assert month_end(day.replace(day=3)) == day
    assert PUBLISHED.working_day_on_or_before(day) == working
