"""Hours by time and by attendance, durations as platforms write them, stays that overlap, patterns of numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from desktop.services.traininghours import (
    attended_hours,
    clock_minutes,
    duration_minutes,
    missing_hours,
    session_hours,
    told,
    union_minutes,
)


def lesson(begin: str | None = "09:00", end: str | None = "12:00", hours: int | None = None) -> dict[str, Any]:
    return {"starts_at": begin, "ends_at": end, "hours": hours}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("80", 80),
        ("80分钟", 80),
        ("１小时20分", 80),
        ("1h20m", 80),
        ("01:20:30", Fraction(161, 2)),
        ("1.5小时", 90),
        ("45 min", 45),
        ("90秒", Fraction(3, 2)),
        ("", None),
        ("全程", None),
        ("-5", None),
    ],
)
def test_durations_as_platforms_write_them(text: str, minutes: Fraction | int | None) -> None:
    assert duration_minutes(text) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("9:05", 545), ("09：05", 545), ("2026-03-10 09:05:30", Fraction(1091, 2)), ("25:00", None), ("上午", None)],
)
def test_times_of_day(text: str, minutes: Fraction | int | None) -> None:
    assert clock_minutes(text) == minutes


def test_a_session_has_the_hours_of_its_time_unless_they_are_typed() -> None:
    assert session_hours(lesson(), 45) == 4
    assert session_hours(lesson(), 50) == Fraction(18, 5)
    assert session_hours(lesson(hours=350), 45) == Fraction(7, 2)
    assert session_hours(lesson(end=None), 45) is None
    assert session_hours(lesson("14:00", "13:00"), 45) is None  # backwards: nobody knows
    assert session_hours(lesson(), 0) is None


def test_what_a_person_gets_for_a_session() -> None:
    assert attended_hours("present", None, lesson(), 45) == 4
    assert attended_hours("made_up", None, lesson(), 45) == 4
    assert attended_hours("leave", 180, lesson(), 45) == 0
    assert attended_hours("absent", None, lesson(), 45) == 0
    assert attended_hours("late", 165, lesson(), 45) == Fraction(11, 3)
    assert attended_hours("present", 400, lesson(), 45) == 4  # never more than the session has
    assert attended_hours("present", 90, lesson(hours=300), 45) == Fraction(3, 2)
    assert attended_hours("present", 90, lesson(end=None), 45) == 2
    assert attended_hours("present", None, lesson(end=None), 45) is None


def test_hours_are_shown_rounded_down_so_that_nothing_seems_reached_that_is_not() -> None:
    assert [told(value) for value in (Fraction(11, 3), Fraction(4), Fraction(7, 2), Fraction(0), None)] == [
        "3.66",
        "4",
        "3.5",
        "0",
        "",
    ]


def test_who_came_in_with_two_devices_was_there_once() -> None:
    spans = [(Fraction(540), Fraction(600)), (Fraction(550), Fraction(590)), (Fraction(610), Fraction(640))]
    assert union_minutes(spans) == 90
    assert union_minutes([]) == 0


def test_only_modules_that_are_asked_for_can_be_missing() -> None:
    own = {"policy": Fraction(8), "general": Fraction(3)}
    assert missing_hours(own, {"policy": Fraction(8), "practice": Fraction(4)}) == {"practice": 4}
    assert missing_hours(own, {}) == {}
