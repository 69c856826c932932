"""Dates as people type them into a field."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.datewords import date_written
from desktop.fields import kind_info
from desktop.models.format import shown
from policy.dates import reference_day


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("11.30", "2026-11-30"),
        ("11-30", "2026-11-30"),
        ("11月 30日", "2026-11-30"),
        ("2月29日", ""),  # there is none this year
        ("2025年1月2日", "2025-01-02"),
        ("2025/1/2", "2025-01-02"),
        ("20250102", "2025-01-02"),
        ("202501", "2025-01"),
        ("2025年5月", "2025-05"),
        ("2025.5", "2025-05"),
        ("2025年", "2025"),
        ("2025", "2025"),
        ("13.40", ""),
        ("5", ""),
        ("下周", ""),
        ("", ""),
    ],
)
def test_a_date_is_read_as_it_is_typed_and_this_year_is_understood(typed: str, kept: str) -> None:
    with reference_day(date(2026, 11, 21)):
        assert date_written(typed) == kept


def test_figures_asked_for_are_told_without_the_names_they_are_kept_under() -> None:
    field = kind_info("need").field("targets")
    kept = [{"name": "漏检率", "unit": "%", "value": "≤0.1"}, {"name": "节拍", "value": "3 秒"}]
    assert shown(field, {"targets": kept}) == "漏检率：≤0.1 %、节拍：3 秒"
