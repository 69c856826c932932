"""Amounts as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.values import BLANK, ValueProblem
from db.values_money import MoneyUnit, money_unit, parse_money

THOUSANDS = MoneyUnit(1000)
YUAN = 100  # fen
WAN = 10_000 * YUAN


@pytest.mark.parametrize(
    ("cell", "fen", "currency"),
    [
        ("10,000(万)", 10_000 * WAN, ""),
        ("10,000（万）", 10_000 * WAN, ""),
        ("6(万美元)", 6 * WAN, "USD"),
        ("600万人民币", 600 * WAN, "CNY"),
        ("7万人民币元", 7 * WAN, "CNY"),
        ("308.7000(万人民币元)", 3_087_000 * YUAN, "CNY"),
        ("50(万元人民币)", 50 * WAN, "CNY"),
        ("5(万香港元)", 5 * WAN, "HKD"),
        ("4,550.4900(万)", 45_504_900 * YUAN, ""),
        ("1,234.56", 1_234_560 * YUAN, ""),
        ("１，０００", 1_000_000 * YUAN, ""),
        ("(1,234)", -1_234_000 * YUAN, ""),
        ("-5", -5_000 * YUAN, ""),
        ("100元", 100 * YUAN, ""),
        ("100万元整", 100 * WAN, ""),
        ("100人民币", 100_000 * YUAN, "CNY"),
        ("￥3.50", 3_500 * YUAN, "CNY"),
        ("US$ 5万", 5 * WAN, "USD"),
        ("300万EUR", 300 * WAN, "EUR"),
        ("2亿日元", 20_000 * WAN, "JPY"),
        ("1.5亿", 15_000 * WAN, ""),
        (0.0, 0, ""),
        (3.0, 3_000 * YUAN, ""),
        (0.1 + 0.2, 300 * YUAN, ""),
        (7, 7_000 * YUAN, ""),
    ],
)
def test_amounts_in_a_column_of_thousands(cell: object, fen: int, currency: str) -> None:
    found = parse_money(cell, THOUSANDS)
    assert (found.value, found.currency, found.notes) == (fen, currency, ())


@pytest.mark.parametrize("cell", ["", "N/A", "-", "—", "无", "n/a", "  "])
def test_blank_is_not_zero(cell: str) -> None:
    assert parse_money(cell, THOUSANDS) == BLANK


@pytest.mark.parametrize("cell", ["若干", "壹佰万", "1,23", "5万6千", "12美元人民币", "US$5万港元", "3人", "1.2.3"])
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_money(cell, THOUSANDS)
    assert caught.value.code == "value.money_unreadable"


def test_below_a_fen_is_rounded_and_said() -> None:
    found = parse_money("0.005", MoneyUnit(1))
    assert (found.value, [note.code for note in found.notes]) == (1, ["value.money_rounded"])


def test_about_is_said_and_the_wording_kept() -> None:
    found = parse_money("约 500万元", THOUSANDS)
    assert (found.value, found.raw, [note.code for note in found.notes]) == (
        500 * WAN,
        "约 500万元",
        ["value.money_approximate"],
    )


def test_the_unit_of_the_header_gives_way_to_the_cell() -> None:
    dollars = money_unit("（万美元）")
    assert dollars == MoneyUnit(10_000, "USD")
    assert dollars is not None
    assert parse_money(6.0, dollars)[::2] == (6 * WAN, "USD")
    assert parse_money("6", dollars).currency == "USD"
    assert parse_money("6万元", dollars).currency == ""


@pytest.mark.parametrize("text", ["m²", "人", "%", "", "盖章"])
def test_what_is_no_unit_of_money(text: str) -> None:
    assert money_unit(text) is None


def test_too_large_and_damaged() -> None:
    for cell, code in (("9" * 18, "value.number_too_large"), (1e15, "value.number_damaged")):
        with pytest.raises(ValueProblem) as caught:
            parse_money(cell, THOUSANDS)
        assert caught.value.code == code


@given(st.integers(-(10**13), 10**13))
def test_every_fen_survives_writing_in_ten_thousands(fen: int) -> None:
    whole, rest = divmod(abs(fen), WAN)
    text = f"{'-' if fen < 0 else ''}{whole:,}.{rest:06d}"
    assert parse_money(text, MoneyUnit(10_000)).value == fen
