"""Dividing a deal's income: net income, shares, persons, and the fen that rounding leaves."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.distribution import Part, divide, divide_shares, net_income, pay_by, percent, round_half_up
from policy.errors import Refused

THIRD = Fraction("33.33")


def _amounts(parts: tuple[Part, ...]) -> dict[str, int]:
    return {part.key: part.amount for part in parts}


def test_a_university_deducts_costs_and_taxes_and_never_its_research() -> None:
    found = net_income(owner_kind="university", gross=1_000_000_00, costs=[5_000_00, 7_000_00], taxes=60_000_00)
    assert (found.value, found.to_divide, found.deducted) == (928_000_00, 928_000_00, 72_000_00)
    same = net_income(owner_kind="university", gross=1_000_000_00, costs=[12_000_00], taxes=60_000_00, prior_rd=1)
    assert same.value == 928_000_00


def test_an_enterprise_whose_research_cost_more_than_the_deal_has_nothing_to_divide() -> None:
    found = net_income(owner_kind="firm", gross=100_00, costs=[], taxes=6_00, prior_rd=100_01)
    assert (found.value, found.to_divide) == (-6_01, 0)
    exact = net_income(owner_kind="firm", gross=100_00, costs=[], taxes=6_00, prior_rd=94_00)
    assert (exact.value, exact.to_divide) == (0, 0)


def test_a_blank_is_not_zero() -> None:
    assert net_income(owner_kind="university", gross=100, taxes=None).missing == ("taxes",)
    found = net_income(owner_kind="firm", gross=None, taxes=0)
    assert found.missing == ("gross", "prior_rd")
    assert (found.value, found.to_divide) == (None, None)


def test_where_the_net_cannot_be_computed_the_whole_amount_is_divided() -> None:
    found = net_income(owner_kind="university", gross=100_00, cannot_be_computed=True)
    assert (found.value, found.to_divide, found.missing) == (None, 100_00, ())


def test_three_thirds_of_100_01_yuan_leave_two_fen_on_the_named_line() -> None:
    parts = divide(100_01, {"甲": THIRD, "乙": THIRD, "丙": THIRD}, "乙")
    assert _amounts(parts) == {"甲": 33_33, "乙": 33_35, "丙": 33_33}
    assert [part.residue for part in parts] == [0, 2, 0]


def test_the_named_line_must_be_a_line() -> None:
    with pytest.raises(Refused) as fault:
        divide(100, {"甲": Fraction(100)}, "乙")
    assert (fault.value.code, fault.value.params) == ("distribution.residue_line", {"key": "乙"})


@pytest.mark.parametrize("pcts", [("33.33", "33.33", "33.32"), ("50", "50.02"), ("50", "-1", "51"), ()])
def test_persons_parts_that_are_not_the_whole_are_refused(pcts: tuple[str, ...]) -> None:
    given_parts = {str(place): Fraction(text) for place, text in enumerate(pcts)}
    with pytest.raises(Refused) as fault:
        divide(100, given_parts, "0" if pcts else "")
    assert fault.value.code == ("distribution.not_whole" if pcts else "distribution.residue_line")


def test_shares_make_exactly_a_hundred() -> None:
    parts = divide_shares(100_01, {"team": Fraction(80), "unit": Fraction(15), "agency": Fraction(5)})
    assert _amounts(parts) == {"team": 80_01, "unit": 15_00, "agency": 5_00}
    with pytest.raises(Refused) as fault:
        divide_shares(100, {"team": THIRD, "unit": THIRD, "college": THIRD})
    assert (fault.value.code, fault.value.params) == ("distribution.shares_not_whole", {"sum": "99.99"})
    with pytest.raises(Refused) as fault:
        divide_shares(100, {"team": Fraction(50), "other": Fraction(50)})
    assert fault.value.code == "distribution.share_unknown"


def test_what_is_left_of_shares_goes_to_the_unit_or_else_to_the_largest() -> None:
    with_unit = divide_shares(1, {"team": Fraction(50), "unit": Fraction(50)})
    assert _amounts(with_unit) == {"team": 1, "unit": 0}
    without = divide_shares(5, {"team": Fraction(70), "college": Fraction(30)})
    assert _amounts(without) == {"team": 3, "college": 2}
    assert {part.key: part.residue for part in without} == {"team": -1, "college": 0}


def test_a_share_of_nothing_takes_no_part() -> None:
    assert _amounts(divide_shares(100, {"team": Fraction(100), "unit": Fraction(0)})) == {"team": 100}


def test_a_few_fen_among_many_leave_nobody_below_zero() -> None:
    pcts = {str(number): Fraction("12.5") for number in range(8)}
    assert sorted(_amounts(divide(5, pcts, "0")).values()) == [0] * 7 + [5]


@given(
    st.integers(0, 10**12),
    st.lists(st.integers(1, 10**4), min_size=1, max_size=12),
)
def test_the_parts_always_make_the_whole(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    pcts = {str(place): Fraction(weight * 100, whole) for place, weight in enumerate(weights)}
    parts = divide(total, pcts, "0")
    assert sum(part.amount for part in parts) == total
    assert all(part.amount >= 0 for part in parts)
    assert all(abs(part.amount - total * part.pct / 100) <= 1 for part in parts[1:])


def test_half_a_fen_counts_as_one() -> None:
    assert [round_half_up(Fraction(n, 2)) for n in (1, 2, 3, -1)] == [1, 1, 2, 0]


def test_the_last_day_to_pay_is_36_months_after_the_first_receipt() -> None:
    assert pay_by("2026-11-21", 36) == date(2029, 11, 21)
    assert pay_by("2024-02-29", 36) == date(2027, 2, 28)
    assert pay_by("2026", 36) == date(2029, 1, 1)


@pytest.mark.parametrize(("value", "text"), [("80", "80"), ("33.33", "33.33"), ("0", "0"), ("99.990", "99.99")])
def test_percentages_as_written(value: str, text: str) -> None:
    assert percent(Fraction(value)) == text
