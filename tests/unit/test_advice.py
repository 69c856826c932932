"""The smallest change that makes a rule pass: whole steps, exact at the border, never a part beyond its whole."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policy.advice import Change, changes
from policy.dates import Period
from policy.evaluate import Subject
from policy.measures import MEASURES
from policy.pack import load_pack
from policy.results import MeasureValue

PERIOD = Period.parse("2025")
CARRIER = Subject("carrier", "c", "示例孵化器", {"carrier_kind": "comprehensive"})
HEAD = """
schema = 1
id = "try"
title = "试算"
status = "draft"
source = "试算"
subjects = ["carrier", "organisation"]
"""
RULE = """
[[rule]]
id = "{id}"
kind = "{kind}"
title = "{id}"
clause = "第一条"
subject = "{subject}"
verified = true
verified_by = "原文"
{body}
"""


def _changes(kind: str, body: str, figures: dict[str, int | None], more: str = "", rule: str = "r") -> list[Change]:
    text = HEAD + RULE.format(id="r", kind=kind, body=body, subject="carrier") + more
    pack = load_pack(text.encode())
    measures = {name: MeasureValue(name, value, MEASURES[name].unit) for name, value in figures.items()}
    return list(changes(pack, pack.rule(rule), subject=CARRIER, period=PERIOD, measures=measures))


def _limit(measure: str, op: str, rest: str) -> str:
    return f'[rule.test]\nmeasure = "{measure}"\nop = "{op}"\n{rest}'


SHARE = _limit("tenants_financed", ">=", 'of = "tenants"\npercent = 10')


@pytest.mark.parametrize(("have", "delta"), [(6, 1), (5, 2), (0, 7)])
def test_a_share_is_reached_by_so_many_whole_firms(have: int, delta: int) -> None:
    found = _changes("threshold", SHARE, {"tenants_financed": have, "tenants": 62})
    assert found == [Change("tenants_financed", Fraction(delta), "pass")]


def test_the_divisor_is_never_advised_and_a_part_stays_within_its_whole() -> None:
    impossible = _limit("tenants_financed", ">", 'of = "tenants"\npercent = 100')
    assert _changes("threshold", impossible, {"tenants_financed": 3, "tenants": 5}) == []
    whole = _limit("tenants_financed", ">=", 'of = "tenants"\npercent = 100')
    found = _changes("threshold", whole, {"tenants_financed": 3, "tenants": 8})
    assert [(change.measure, change.delta) for change in found] == [("tenants_financed", 5)]


def test_money_is_missing_to_the_yuan() -> None:
    found = _changes("threshold", _limit("fund_total", ">=", "value = 500_000_000"), {"fund_total": 499_999_950})
    assert found == [Change("fund_total", Fraction(100), "pass")]


def test_what_only_just_passes_is_said_and_what_passes_with_room_is_not() -> None:
    just = _changes("threshold", _limit("tenants", ">=", "value = 50"), {"tenants": 50})
    assert just == [Change("tenants", Fraction(-1), "fail", near=True)]
    assert _changes("threshold", _limit("tenants", ">=", "value = 50"), {"tenants": 51}) == []


def test_a_blank_is_not_guessed_and_time_is_not_moved() -> None:
    assert _changes("threshold", SHARE, {"tenants_financed": None, "tenants": 62}) == []
    months = _limit("operating_months", ">=", "value = 36")
    assert _changes("threshold", months, {"operating_months": 30}) == []


def test_a_fact_is_turned_and_an_upper_limit_asks_for_less() -> None:
    found = _changes("threshold", _limit("legal_person", "=", "value = 1"), {"legal_person": 0})
    assert found == [Change("legal_person", Fraction(1), "pass")]
    assert _changes("threshold", _limit("legal_person", "=", "value = 1"), {"legal_person": 1}) == []
    most = _changes("threshold", _limit("tenants", "<=", "value = 50"), {"tenants": 53})
    assert [(change.measure, change.delta, change.verdict) for change in most] == [("tenants", -3, "pass")]


def test_of_several_ways_each_is_told_and_of_several_duties_none_that_does_not_do_alone() -> None:
    tests = '[[rule.test.{how}]]\nmeasure = "tenants"\nop = ">="\nvalue = 50\n'
    tests += '[[rule.test.{how}]]\nmeasure = "graduates_total"\nop = ">="\nvalue = 20'
    figures: dict[str, int | None] = {"tenants": 48, "graduates_total": 19}
    any_one = _changes("threshold", tests.format(how="any"), figures)
    assert {change.measure: change.delta for change in any_one} == {"tenants": 2, "graduates_total": 1}
    assert _changes("threshold", tests.format(how="all"), figures) == []
    last = _changes("threshold", tests.format(how="all"), {**figures, "tenants": 50})
    assert [(change.measure, change.delta) for change in last] == [("graduates_total", 1)]


def test_points_rise_at_the_next_step_and_a_sum_is_reached_through_its_parts() -> None:
    table = 'form = "table"\npoints = 10\nmeasure = "graduates_total"\n'
    table += "[[rule.band]]\nfrom = 20\npoints = 10\n[[rule.band]]\nfrom = 10\npoints = 6"
    found = _changes("score", table, {"graduates_total": 12})
    assert [(change.delta, change.score) for change in found if change.delta > 0] == [(8, "10")]
    total = RULE.format(
        id="all", kind="score", subject="carrier", body='form = "sum"\nrules = ["r"]\npoints = 10\npass_at = 10'
    )
    summed = _changes("score", table, {"graduates_total": 12}, more=total, rule="all")
    assert [(change.measure, change.delta, change.verdict) for change in summed] == [("graduates_total", 8, "pass")]
