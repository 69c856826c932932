"""What is asked while something is entered: an amount in the wrong unit, a title that is there in other brackets."""

from __future__ import annotations

from typing import Any

import pytest


def _contract(call: Any, name: str, amount: str, **values: str) -> str:
    return str(call("records.add", kind="contract", values={"name": name, "amount_total": amount, **values})["id"])


def test_an_amount_far_from_all_others_of_its_kind_is_asked_about(call: Any) -> None:
    for place, amount in enumerate(("12", "30", "45", "80", "350")):
        _contract(call, f"合同{place}", amount)
    slipped = _contract(call, "以元填的合同", "300000")
    (one,) = call("values.doubt", kind="contract", id=slipped, fields=["amount_total"])
    assert (one["factor"], one["period"], one["other"], one["proposed"]) == (10_000, "", 45_0000_00, 30_0000_00)
    big = _contract(call, "真的大合同", "5000")  # ten times the largest is no slip
    assert call("values.doubt", kind="contract", id=big, fields=["amount_total"]) == []
    small = _contract(call, "以亿元填的合同", "0.004")
    (one,) = call("values.doubt", kind="contract", id=small)
    assert (one["factor"], one["larger"]) == (10_000, False)
    assert call("values.doubt", kind="contract", id=slipped, fields=["tech_amount"]) == []


def test_among_few_nothing_is_far_from_the_others(call: Any) -> None:
    for place, amount in enumerate(("12", "30", "45")):
        _contract(call, f"合同{place}", amount)
    assert call("values.doubt", kind="contract", id=_contract(call, "大", "450000"), fields=["amount_total"]) == []


@pytest.mark.parametrize("typed", ["轴承诊断(示例)", "轴承诊断 （示例）", "轴承诊断（示例)"])
def test_a_title_in_other_brackets_is_the_same_title(call: Any, typed: str) -> None:
    org = call("records.add", kind="organisation", values={"name": "示例厂"})["id"]
    need = call("records.add", kind="need", values={"title": "轴承诊断（示例）", "owner": org})["id"]
    found = call("lists.doubles", kind="need", values={"title": typed})
    assert [(one["id"], one["why"]) for one in found] == [(need, "name")]
    assert call("lists.doubles", kind="need", values={"title": "轴承诊断"}) == []
