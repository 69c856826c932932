"""Supplements to a contract: what they change is in both, goes back in one, and is told in its unit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.fields import kind_info
from desktop.models.format import shown
from policy.errors import Refused

Call = Callable[..., Any]


def _add(call: Call, kind: str, /, **values: Any) -> str:
    return str(call("records.add", kind=kind, values=values)["id"])


@pytest.fixture
def deal(call: Call) -> dict[str, str]:
    parties = {name: _add(call, "firm", name=name) for name in ("示例大学", "甲厂", "乙厂")}
    case = _add(call, "case", no="A-1", title="焊缝检测", track="supply")
    contract = _add(
        call, "contract", case=case, name="焊缝检测许可", own_no="HT-1", seller=parties["示例大学"],
        buyer=parties["甲厂"], signed_on="2026-03-02", amount_total="50万元", nontech_cost="10万元",
    )  # fmt: skip
    return {**parties, "case": case, "contract": contract}


def _contract(call: Call, deal: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = call("records.get", kind="contract", id=deal["contract"])
    return row


def _changes(call: Call, record: str) -> Any:
    return call("records.get", kind="contract_amendment", id=record)["changes"]


def test_a_supplement_that_raises_the_amount_is_one_action_and_goes_back_as_one(
    call: Call, deal: dict[str, str]
) -> None:
    made = call(
        "contract.amend", contract="HT-1", changes={"amount_total": "80"}, signed_on="2026-04-02", note="加产线"
    )
    assert made["warnings"] == []
    raised = [
        {"field": "amount_total", "old": 500_000_00, "new": 800_000_00},
        {"field": "amount_tech", "old": 400_000_00, "new": 700_000_00},
    ]
    assert made["terms"] == raised == _changes(call, made["id"])
    now = _contract(call, deal)
    assert (now["amount_total"], now["amount_tech"]) == (800_000_00, 700_000_00)
    declared = kind_info("contract_amendment").field("changes")
    assert shown(declared, {"changes": raised}) == "合同成交额：50 万元 → 80 万元；技术交易额：40 万元 → 70 万元"
    history = call("lists.history", kind="contract", id=deal["contract"], field="amount_total")
    assert history[0]["label"] == "签订补充协议"
    told = [(one["date"], one["what"]) for one in call("firm.timeline", firm=deal["甲厂"])]
    assert ("2026-04-02", "签订补充协议") in told
    again = call("contract.amend", contract="HT-1", changes={"amount_total": "900000元"}, signed_on="2026-05-02")
    assert again["terms"][0] == {"field": "amount_total", "old": 800_000_00, "new": 900_000_00}
    for left in (800_000_00, 500_000_00):
        call("records.undo")
        assert _contract(call, deal)["amount_total"] == left
    assert _contract(call, deal)["amount_tech"] == 400_000_00
    assert call("records.ids", kind="contract_amendment") == []


def test_parties_are_kept_by_name_and_dates_as_written(call: Call, deal: dict[str, str]) -> None:
    changes = {"buyer": "乙厂", "valid_to": "2027-12"}
    made = call("contract.amend", contract=deal["contract"], changes=changes, signed_on="2026-04-02")
    assert {one["field"]: (one["old"], one["new"]) for one in made["terms"]} == {
        "valid_to": (None, "2027-12"), "buyer": ("甲厂", "乙厂"),
    }  # fmt: skip
    assert _contract(call, deal)["buyer"] == deal["乙厂"]
    shown_terms = shown(kind_info("contract_amendment").field("changes"), {"changes": made["terms"]})
    assert shown_terms == "有效期止：（未填） → 2027-12；买方：甲厂 → 乙厂"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_total": "50万元"}, "amendment.nothing"),
        ({}, "amendment.none"),
        ({"amount_total": "80", "valid_to": " "}, "amendment.blank"),
        ({"amount_total": "八十来万"}, "record.bad_value"),
        ({"amount_tech": "30"}, "amendment.not_a_term"),
        ({"registry_no": "1"}, "amendment.not_a_term"),
    ],
)
def test_what_changes_nothing_or_cannot_be_read_is_refused_and_leaves_no_trace(
    call: Call, deal: dict[str, str], changes: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        call("contract.amend", contract="HT-1", changes=changes, signed_on="2026-04-02")
    assert refused.value.code == code
    assert call("records.ids", kind="contract_amendment") == []
    assert _contract(call, deal)["amount_total"] == 500_000_00


def test_a_day_is_asked_for_and_what_is_doubtful_is_told_but_kept(call: Call, deal: dict[str, str]) -> None:
    with pytest.raises(Refused):
        call("contract.amend", contract="HT-1", changes={"amount_total": "80"})
    assert _contract(call, deal)["amount_total"] == 500_000_00
    call("records.edit", kind="contract", id=deal["contract"], values={"registry_state": "registered"})
    made = call("contract.amend", contract="HT-1", changes={"amount_total": "80"}, signed_on="2026-05-02")
    assert len(made["warnings"]) == 1 and "变更登记" in made["warnings"][0]
    early = {"changes": {"amount_total": "70"}, "signed_on": "2026-02-01", "registry_state": "accepted"}
    told = call("contract.amend", contract="HT-1", **early)["warnings"]
    assert any("早于合同签订日期" in one for one in told) and any("合同成交额" in one for one in told)
    assert not any("变更登记" in one for one in told)


def test_a_file_known_as_another_paper_keeps_its_kind_and_says_so(
    call: Call, deal: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "发票.txt"
    file.write_text("一张发票", "utf-8")
    plain = call("evidence.add", files=[str(file)])
    target = f"contract:{deal['contract']}"
    asked = {"files": [str(file)], "target": target}
    taken = call("evidence.add", **asked, values={"doc_kind": "d41"})
    assert (taken["known"], taken["otherwise"]) == (1, [])
    assert call("records.get", kind="evidence", id=plain["ids"][0])["doc_kind"] == "d41"
    kept = call("evidence.add", **asked, values={"doc_kind": "d42"})["otherwise"]
    assert kept == [{"id": plain["ids"][0], "title": "发票", "doc_kind": "d41"}]
