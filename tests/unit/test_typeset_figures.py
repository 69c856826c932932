"""Figures as they are printed: money in 万元, shares in percent, dates in full."""

from __future__ import annotations

import pytest

from exports.pdf import figures


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1012500000, "fen", "1,012.50 万元"),
        ("238640000000", "fen", "238,640.00 万元"),
        (1, "fen", "0.000001 万元"),
        (-2000000, "fen", "-2.00 万元"),
        ("39/50", "ratio", "78%"),
        ("1/3", "ratio", "33.33%"),
        ("30.6", "percent", "30.6%"),
        (10400, "m2", "10,400 平方米"),
        ("62", "家", "62 家"),
        (0, "家", "0 家"),
        (None, "家", ""),
        ("", "fen", ""),
        ("3年", "年", "3年"),
    ],
)
def test_quantity(value: object, unit: str, shown: str) -> None:
    assert figures.with_unit(value, unit) == shown


def test_target_converts_bare_figures_only() -> None:
    assert figures.target(">= 50000000", "fen") == "≥50.00 万元"
    assert figures.target("不低于 0.75", "ratio", named=False) == "不低于 75"
    assert figures.target("有专职人员，且不少于 7 人", "人") == "有专职人员，且不少于 7 人"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("2026-11-21", "2026年11月21日"), ("2026-01-05", "2026年1月5日"), ("2026-03", "2026年3月"), ("2025", "2025年")],
)
def test_dates_keep_their_precision(text: str, shown: str) -> None:
    assert figures.long_date(text) == shown


def test_what_is_no_date_stays_and_times_keep_their_offset() -> None:
    assert figures.long_date("长期") == "长期"
    assert figures.long_date("") == ""
    assert figures.long_time("2026-11-21T10:00:05.123+08:00") == "2026年11月21日 10:00:05 +08:00"
    assert figures.long_time("2026-11-21") == "2026年11月21日"


def test_score_needs_a_cap_to_show_one() -> None:
    assert figures.score({"score": "8.5", "cap": "10"}) == "8.5/10"
    assert figures.score({"score": "", "cap": "10"}) == "—/10"
    assert figures.score({"score": "3", "cap": ""}) == "3"
