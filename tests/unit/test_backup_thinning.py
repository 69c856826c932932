"""Which snapshots stay: the newest whatever the clock says, never too many, and nothing more on a second look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from desktop.services.backupset import Snapshot, snapshot_name, snapshot_of
from desktop.services.backupthin import MOST, RECENT_MOST, keep

HOUR, DAY = 3_600_000, 86_400_000
NOON = int(datetime(2026, 11, 21, 4, tzinfo=UTC).timestamp() * 1000)  # 12:00 at +08:00
MOMENTS = st.integers(0, 4_000_000_000_000)  # 1970 to 2096: clocks go wrong


def _set(moments: list[int]) -> list[Snapshot]:
    return [Snapshot(Path(snapshot_name(number, at)), number, at) for number, at in enumerate(moments, 1)]


@given(st.lists(MOMENTS, max_size=80), MOMENTS)
def test_the_newest_stays_and_there_are_never_too_many(moments: list[int], now: int) -> None:
    found = _set(moments)
    kept = keep(found, now)
    assert kept[-1:] == found[-1:] and len(kept) <= MOST
    assert [item.sequence for item in kept] == sorted({item.sequence for item in kept})


@given(st.lists(MOMENTS, max_size=80), MOMENTS)
def test_a_second_look_removes_nothing_more(moments: list[int], now: int) -> None:
    kept = keep(_set(moments), now)
    assert keep(reversed(kept), now) == kept


@given(st.lists(st.integers(0, 23 * HOUR), max_size=RECENT_MOST))
def test_what_was_made_today_stays(ages: list[int]) -> None:
    found = _set(sorted(NOON - age for age in ages))
    assert keep(found, NOON) == found


@given(st.lists(MOMENTS, min_size=1, max_size=30), MOMENTS, MOMENTS)
def test_a_clock_that_was_set_elsewhere_keeps_all_but_some_of_the_last_day(
    moments: list[int], now: int, other: int
) -> None:
    differing = {item.sequence for item in keep(_set(moments), now)} ^ {
        item.sequence for item in keep(_set(moments), other)
    }
    assert len(differing) <= RECENT_MOST


def _after(days: int, per_day: int) -> tuple[list[Snapshot], int]:
    """What is left when each of so many days brings so many snapshots, thinned after each."""
    left: list[Snapshot] = []
    number, now = 0, NOON
    for day in range(days):
        for turn in range(per_day):
            number, now = number + 1, NOON + day * DAY + turn * HOUR
            left = keep([*left, Snapshot(Path(snapshot_name(number, now)), number, now)], now)
    return left, now


def test_two_years_of_work_leave_days_weeks_and_months() -> None:
    left, now = _after(730, 3)
    days = [(datetime.fromtimestamp(item.at / 1000, UTC) + timedelta(hours=8)).date() for item in left]
    today = days[-1]
    assert len(left) <= MOST and left[-1].at == now
    assert sum(item.at > now - DAY for item in left) == 3
    assert {today - timedelta(days=back) for back in range(14)} <= set(days)
    weeks = {day.isocalendar()[:2] for day in days}
    assert {(today - timedelta(weeks=back)).isocalendar()[:2] for back in range(8)} <= weeks
    months = {(day.year, day.month) for day in days}
    assert len(months) == 12 and min(days) > today - timedelta(days=366)


def test_a_clock_set_back_by_a_year_for_one_day_costs_nothing_older() -> None:
    left, now = _after(60, 1)
    wrong = now - 365 * DAY
    late = Snapshot(Path("x"), left[-1].sequence + 1, wrong)
    kept = keep([*left, late], wrong)
    assert late in kept and len(set(left) - set(kept)) <= 3  # it takes one place each among days, weeks and months
    assert keep([*kept, Snapshot(Path("y"), late.sequence + 1, now)], now)[-1].at == now


def test_a_name_says_when_and_in_which_order() -> None:
    found = snapshot_of(Path("/b/snapshots") / snapshot_name(7, NOON))
    assert found == Snapshot(Path("/b/snapshots/20261121T040000Z-000007"), 7, NOON)
    for other in (".20261121T040000Z-000007.gone", "20261321T040000Z-000007", "x", ".ab12.work"):
        assert snapshot_of(Path(other)) is None
