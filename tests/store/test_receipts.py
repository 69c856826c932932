"""Money from finance's list: imported, matched to contracts with reasons, claimed, given back; instalments by state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.services.money import instalment_states
from policy.errors import Refused

Call = Callable[..., Any]


def _add(call: Call, kind: str, /, **values: Any) -> str:
    return str(call("records.add", kind=kind, values=values)["id"])


class Deals:
    """A case with a university, two buyers of alike names and their contracts."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.university = _add(call, "organisation", name="示例大学", org_kind="university")
        self.buyer = _add(
            call, "organisation", name="重庆示例机械有限公司", org_kind="firm", former_names="老示例机械厂"
        )
        self.other = _add(call, "organisation", name="成都云上软件有限公司", org_kind="firm")
        self.case = _add(call, "case", no="A-1", title="焊缝检测", track="supply", is_local="1")
        common = {"case": self.case, "seller": self.university}
        self.first = _add(call, "contract", name="焊缝检测许可", own_no="HT-2026-001", buyer=self.buyer,
                          amount_total="50万元", **common)  # fmt: skip
        self.second = _add(call, "contract", name="涂层服务", own_no="HT-2026-002", buyer=self.other,
                           amount_total="20万元", **common)  # fmt: skip
        for number, (due, amount) in enumerate((("2026-03-31", "200000"), ("2026-09-30", "300000")), 1):
            _add(call, "instalment", contract=self.first, no=str(number), due_on=due, amount=amount)

    def receipt(self, amount: str, payer: str = "重庆示例机械有限公司", on: str = "2026-04-02", **values: Any) -> str:
        return _add(self.call, "receipt", received_on=on, payer=payer, account_holder=self.university, amount=amount,
                    **values)  # fmt: skip

    def best(self, receipt: str) -> dict[str, Any] | None:
        proposals = self.call("receipt.match", id=receipt)["proposals"]
        return proposals[0] if proposals else None

    def states(self, contract: str = "") -> list[str]:
        return [one["state"] for one in self.call("instalment.list", contract=contract or self.first)]


@pytest.fixture
def deals(call: Call) -> Deals:
    return Deals(call)


# -- matching --------------------------------------------------------------------------------------------------------
def test_the_buyer_and_the_instalment_speak_for_a_contract(deals: Deals) -> None:
    best = deals.best(deals.receipt("200000"))
    assert best is not None
    assert (best["contract"], best["instalment_no"], best["over"]) == (deals.first, 1, 0)
    assert best["reasons"] == ["付款方就是买方", "与第 1 期应收金额相同", "距第 1 期应收日期 2 天"]


def test_a_number_quoted_on_the_invoice_outweighs_everything_else(deals: Deals) -> None:
    best = deals.best(deals.receipt("200000", invoice_remark="技术服务费 ht－2026－002"))
    assert best is not None
    assert best["contract"] == deals.second
    assert best["reasons"][0] == "发票备注写有合同编号 HT-2026-002"


def test_a_former_or_an_alike_name_finds_the_buyer(deals: Deals) -> None:
    former = deals.best(deals.receipt("1", payer="老示例机械厂"))
    assert former is not None
    assert "付款方就是买方" in former["reasons"]
    alike = deals.best(deals.receipt("1", payer="示例机械股份有限公司"))
    assert alike is not None
    assert (alike["contract"], alike["reasons"][0]) == (deals.first, "付款方与买方名称相近：重庆示例机械有限公司")


def test_nothing_is_proposed_where_nothing_speaks_for_it(deals: Deals) -> None:
    assert deals.best(deals.receipt("777", payer="𠮷祥商行")) is None


def test_a_refund_looks_for_the_money_it_takes_back(deals: Deals, call: Call) -> None:
    call("receipt.claim", id=deals.receipt("200000"), contract=deals.first)
    refund = deals.receipt("-200000", on="2027-01-05")
    best = deals.best(refund)
    assert best is not None
    assert "这份合同曾收到同样金额" in best["reasons"]
    call("receipt.claim", id=refund, contract=deals.first)
    money = call("case.money", case=deals.case)
    assert (money["received"], sum(row["refunded"] for row in money["contracts"])) == (0, 200_000_00)


def test_a_list_of_finance_waits_and_is_claimed(deals: Deals, call: Call, tmp_path: Path) -> None:
    sheet = tmp_path / "财务到账.csv"
    sheet.write_text(
        "到账日期,付款方,收款单位,到账金额,发票备注\n"
        "2026-04-02,重庆示例机械有限公司,示例大学,200000.00,\n"
        "2026-04-20,成都云上软件有限公司,示例大学,-3000,退款\n"
        "2026-05-01,路人甲,示例大学,88.8,\n",
        "utf-8",
    )
    assert call("ledger.import", file=str(sheet), kind="receipt")["added"] == 3
    waiting = call("receipt.waiting")
    assert [row["amount"] for row in waiting] == [200_000_00, -3_000_00, 88_80]
    assert [bool(row["best"]) for row in waiting] == [True, True, False]
    answer = call("receipt.claim", id=waiting[0]["id"], contract=waiting[0]["best"]["contract"],
                  instalment=waiting[0]["best"]["instalment"])  # fmt: skip
    assert answer["case"] == deals.case
    assert [row["amount"] for row in call("receipt.waiting")] == [-3_000_00, 88_80]
    assert call("records.get", kind="receipt", id=waiting[0]["id"])["is_local"] == 1  # as the case says
    assert deals.states() == ["paid", "due"]


# -- claiming --------------------------------------------------------------------------------------------------------
def test_another_payer_is_asked_about(deals: Deals, call: Call) -> None:
    receipt = deals.receipt("200000", payer="重庆示例控股有限公司")
    with pytest.raises(Refused) as refused:
        call("receipt.claim", id=receipt, contract=deals.first)
    assert refused.value.code == "receipt.other_payer"
    assert call("records.get", kind="receipt", id=receipt)["contract"] is None
    call("receipt.claim", id=receipt, contract=deals.first, other_payer=True)
    assert call("records.get", kind="receipt", id=receipt)["contract"] == deals.first


def test_what_is_claimed_stays_until_it_is_given_back(deals: Deals, call: Call) -> None:
    receipt = deals.receipt("200000")
    call("receipt.claim", id=receipt, contract=deals.first)
    with pytest.raises(Refused) as refused:
        call("receipt.claim", id=receipt, contract=deals.second, other_payer=True)
    assert refused.value.code == "receipt.claimed"
    call("receipt.unclaim", id=receipt)
    assert [row["id"] for row in call("receipt.waiting")] == [receipt]
    call("records.undo")
    assert call("receipt.waiting") == []


def test_an_instalment_of_another_contract_is_refused(deals: Deals, call: Call) -> None:
    other = _add(call, "instalment", contract=deals.second, no="1", amount="200000")
    with pytest.raises(Refused) as refused:
        call("receipt.claim", id=deals.receipt("200000"), contract=deals.first, instalment=other)
    assert refused.value.code == "receipt.not_of_contract"


def test_too_much_money_is_claimed_with_a_doubt(deals: Deals, call: Call) -> None:
    answer = call("receipt.claim", id=deals.receipt("500000.01"), contract=deals.first)
    assert answer["warnings"] == ["到账超过合同未收金额，请核对合同金额、补充协议或退款。"]


def test_money_that_was_shared_out_is_not_given_back(deals: Deals, call: Call) -> None:
    receipt = deals.receipt("200000")
    call("receipt.claim", id=receipt, contract=deals.first)
    shared = _add(call, "distribution", contract=deals.first, owner_kind="university", gross="200000", basis="net")
    _add(call, "distribution_receipt", distribution=shared, receipt=receipt)
    with pytest.raises(Refused) as refused:
        call("receipt.unclaim", id=receipt)
    assert refused.value.code == "receipt.distributed"


# -- instalments -----------------------------------------------------------------------------------------------------
DAY = date(2026, 6, 1)


def _due(number: int, amount: int, due: str | None = None, off: str | None = None) -> dict[str, Any]:
    return {"id": f"i{number}", "no": number, "amount": amount, "due_on": due, "written_off_on": off}


def _paid(amount: int, instalment: str | None = None) -> dict[str, Any]:
    return {"amount": amount, "instalment": instalment}


def _states(due: list[dict[str, Any]], paid: list[dict[str, Any]]) -> dict[str, tuple[str, int]]:
    return {key: (one["state"], one["open"]) for key, one in instalment_states(due, paid, DAY).items()}


@pytest.mark.parametrize(
    ("due", "paid", "expected"),
    [
        ([_due(1, 100, "2026-06-01")], [], {"i1": ("due", 100)}),
        ([_due(1, 100, "2026-06-02")], [], {"i1": ("not_due", 100)}),
        ([_due(1, 100, "2026-06")], [], {"i1": ("not_due", 100)}),  # the month is not over
        ([_due(1, 100)], [], {"i1": ("not_due", 100)}),  # due when something happens
        ([_due(1, 100, "2026-01-01")], [_paid(99, "i1")], {"i1": ("part", 1)}),
        ([_due(1, 100, "2026-01-01")], [_paid(100, "i1")], {"i1": ("paid", 0)}),
        ([_due(1, 100), _due(2, 50)], [_paid(120)], {"i1": ("paid", 0), "i2": ("part", 30)}),
        (
            [_due(1, 100, "2026-09-01"), _due(2, 50, "2026-01-01")],
            [_paid(50)],
            {"i1": ("not_due", 100), "i2": ("paid", 0)},
        ),
        (
            [_due(1, 100), _due(2, 50)],
            [_paid(100, "i1"), _paid(50, "i2"), _paid(-60)],
            {"i1": ("part", 10), "i2": ("not_due", 50)},
        ),
        ([_due(1, 100, "2026-01-01", "2026-05-05")], [_paid(10)], {"i1": ("written_off", 0)}),
        ([_due(1, 100)], [_paid(100, "i1"), _paid(-100, "i1")], {"i1": ("not_due", 100)}),
    ],
)  # fmt: skip
def test_where_an_instalment_stands(
    due: list[dict[str, Any]], paid: list[dict[str, Any]], expected: dict[str, tuple[str, int]]
) -> None:
    assert _states(due, paid) == expected


def test_a_contract_without_an_amount_is_no_zero(deals: Deals, call: Call) -> None:
    _add(call, "contract", name="提成合同", case=deals.case, amount_formula="销售额3%")
    money = call("case.money", case=deals.case)
    opened = {row["name"]: row["open"] for row in money["contracts"]}
    assert (money["blanks"], opened["提成合同"], money["total"]) == (1, None, 700_000_00)
