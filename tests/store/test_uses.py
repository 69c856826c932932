"""What users get out of the rules: distribution, pricing path, awards, the quarterly sheet, the agency, targets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from policy.errors import Refused

Call = Callable[..., Any]
UNIVERSITY = {"owner_kind": "高校院所", "gross": "1000000", "gross_basis": "到账额", "taxes": "60000"}
THIRDS = [{"name": name, "role": "completer", "share_pct": "33.33"} for name in ("甲", "乙", "丙")]


def _add(call: Call, kind: str, **values: Any) -> str:
    return str(call("records.add", kind=kind, values=values)["id"])


def _university(call: Call, **values: Any) -> str:
    return _add(call, "organisation", **{"name": "示例大学", "org_kind": "高等院校", **values})


def _contract(call: Call, seller: str, **values: Any) -> str:
    fixed = {"name": "一种示例方法", "seller": seller, "own_no": "合-1", "signed_on": "2026-01-05"}
    return _add(call, "contract", **{**fixed, **values})


def _base(answer: dict[str, Any], option: str) -> dict[str, Any]:
    return next(base for base in answer["bases"] if base["option"] == option)


# -- distribution --------------------------------------------------------------------------------------------------
def test_all_bases_are_shown_apart_and_the_units_own_rule_decides(call: Call) -> None:
    answer = call(
        "distribution.compute",
        values={**UNIVERSITY, "reward_pct": "70", "team_pct": "70", "unit_pct": "30"},
        costs=[{"kind": "评估费", "amount": "10000"}],
    )
    assert (answer["net_fen"], answer["to_divide_fen"]) == (930_000_00, 930_000_00)
    floors = {base["option"]: base["floor_fen"] for base in answer["bases"]}
    assert floors == {
        "unit": 651_000_00,
        "net-50": 465_000_00,
        "contract-50": 500_000_00,
        "plan-80": 744_000_00,
    }
    assert [base["option"] for base in answer["bases"] if base["taken"]] == ["unit"]
    assert _base(answer, "unit")["met"] is True
    assert _base(answer, "plan-80")["status"] == "secondary"
    assert _base(answer, "net-50")["verified"] is False
    assert all(base["clause"] and base["source"] for base in answer["bases"])
    assert {share["key"]: share["amount_fen"] for share in answer["shares"]} == {"team": 651_000_00, "unit": 279_000_00}


def test_without_the_units_own_share_the_basis_taken_is_still_open(call: Call) -> None:
    answer = call("distribution.compute", values={**UNIVERSITY, "team_pct": "50", "unit_pct": "50"})
    assert _base(answer, "unit")["floor_fen"] is None
    assert any("还不能计算" in text for text in answer["warnings"])
    call("policy.choose", choice="reward-basis", value="plan-80", reason="按行动计划")
    chosen = call("distribution.compute", values={**UNIVERSITY, "team_pct": "50", "unit_pct": "50"})
    assert _base(chosen, "plan-80")["met"] is False
    assert any("752,000.00" in text for text in chosen["warnings"])


def test_three_thirds_of_100_01_yuan_leave_the_residue_on_one_named_line(call: Call) -> None:
    values = {"owner_kind": "高校院所", "gross": "100.01", "taxes": "0", "team_pct": "100"}
    lines = [{**line, "residue": line["name"] == "乙"} for line in THIRDS]
    answer = call("distribution.compute", values=values, lines=lines)
    assert [(line["name"], line["amount_fen"], line["residue_fen"]) for line in answer["lines"]] == [
        ("甲", 33_33, 0),
        ("乙", 33_35, 2),
        ("丙", 33_33, 0),
    ]
    assert sum(line["amount_fen"] for line in answer["lines"]) == 100_01
    assert any("“乙”" in text for text in answer["warnings"])
    assert "乙：33.33%，33.35 元" in answer["notice"]


def test_an_enterprise_whose_earlier_research_cost_more_divides_nothing_and_says_so(call: Call) -> None:
    values = {"owner_kind": "企业", "gross": "100000", "taxes": "6000", "prior_rd": "94000.01", "team_pct": "100"}
    answer = call("distribution.compute", values=values)
    assert (answer["net_fen"], answer["to_divide_fen"]) == (-1, 0)
    assert [share["amount_fen"] for share in answer["shares"]] == [0]
    assert any("小于零" in text for text in answer["warnings"])
    assert _base(answer, "plan-80")["applies"] is False  # of universities only


def test_blanks_are_not_zero(call: Call) -> None:
    answer = call("distribution.compute", values={"owner_kind": "企业", "gross": "100"})
    assert answer["missing"] == ["税金", "前期研发投入"]
    assert answer["net_fen"] is None and answer["shares"] == []
    with pytest.raises(Refused) as fault:
        call("distribution.compute", values=UNIVERSITY, costs=[{"kind": "专利费", "amount": ""}])
    assert fault.value.code == "distribution.cost_blank"


def test_where_net_cannot_be_computed_the_price_is_divided(call: Call) -> None:
    values = {"owner_kind": "高校院所", "gross": "100", "net_unknown": "是", "team_pct": "50", "unit_pct": "50"}
    answer = call("distribution.compute", values=values)
    assert (answer["net_fen"], answer["to_divide_fen"]) == (None, 100_00)
    assert _base(answer, "net-50")["floor_fen"] is None
    assert _base(answer, "contract-50")["floor_fen"] == 50_00


def test_a_head_of_the_unit_warns_with_the_clause_and_never_blocks(call: Call) -> None:
    lines = [{"name": "张校长", "share_pct": "100", "head": True}]
    answer = call("distribution.compute", values={**UNIVERSITY, "team_pct": "100"}, lines=lines)
    assert answer["lines"][0]["amount_fen"] == 940_000_00
    assert any("（十一）" in text for text in answer["warnings"])
    assert any("张校长" in text for text in answer["warnings"])


def test_36_months_run_from_the_first_receipt(call: Call) -> None:
    university = _university(call, reward_pct="70")
    contract = _contract(call, university)
    for day in ("2026-03-10", "2026-02-01"):
        _add(
            call, "receipt", contract=contract, received_on=day, payer="甲公司", account_holder=university, amount="500"
        )
    values = {"taxes": "0", "team_pct": "70", "unit_pct": "30"}
    answer = call("distribution.compute", contract=contract, values=values, on="2026-11-21")
    assert (answer["gross_fen"], answer["received_on"], answer["reward_pct"]) == (1000_00, "2026-02-01", "70")
    clock = next(rule for rule in answer["rules"] if rule["id"] == "paid-within-36-months")
    assert (clock["due"], clock["state"], clock["verified"]) == ("2029-02-01", "running", False)
    saved = call("distribution.save", contract=contract, values=values)
    found = [row for row in call("deadlines.list", on="2028-12-01", days=90) if row["kind"] == "distribution"]
    assert [(row["due"], row["id"], row["days_left"]) for row in found] == [("2029-02-01", saved["id"], 62)]
    assert found[0]["duty"] and found[0]["state"]


def test_a_distribution_is_kept_with_costs_and_lines_and_the_next_one_is_warned_of_a_second_deduction(
    call: Call, tmp_path: Path
) -> None:
    contract = _contract(call, _university(call, reward_pct="60"))
    for name in ("甲", "乙", "丙"):
        _add(call, "person", name=name, org_category="高校")
    values = {"owner_kind": "高校院所", "gross": "125.02", "taxes": "0", "team_pct": "80", "unit_pct": "20"}
    kept = call(
        "distribution.save",
        contract=contract,
        values=values,
        costs=[{"kind": "patent", "amount": "0.01"}],
        lines=THIRDS,
    )
    row = call("records.get", kind="distribution", id=kept["id"])
    assert (row["net"], row["basis"], row["batch"]) == (125_01, "own_rule", 1)
    again = call("distribution.compute", record=kept["id"])
    assert [line["amount_fen"] for line in again["lines"]] == [33_35, 33_33, 33_33]
    assert [share["amount_fen"] for share in again["shares"]] == [100_01, 25_00]
    ids = call("records.ids", kind="distribution_line", where={"distribution": kept["id"]})
    lines = call("records.rows", kind="distribution_line", ids=ids)
    assert sum(line["amount"] for line in lines) == 125_01
    assert sum(line["is_residue"] for line in lines) == 1
    second = call(
        "distribution.save",
        contract=contract,
        values={**values, "gross": "10"},
        costs=[{"kind": "patent", "amount": "0.01"}],
    )
    assert call("records.get", kind="distribution", id=second["id"])["batch"] == 2
    told = call("distribution.compute", record=second["id"])["warnings"]
    assert any("只扣一次" in text for text in told)
    file = tmp_path / "分配.xlsx"
    assert call("distribution.export", record=kept["id"], file=str(file))["rows"] > 8
    cells = [[cell.value for cell in row] for row in load_workbook(file).active.iter_rows()]
    assert ["甲", 33.33, 33.35] in [row[2:5] for row in cells]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"unit_pct": "29.99"}, "distribution.shares_not_whole"),
        ({"team_pct": "很多"}, "record.bad_value"),
        ({"reward_pct": "101"}, "distribution.pct_invalid"),
    ],
)
def test_what_does_not_add_up_is_refused(call: Call, change: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as fault:
        call("distribution.compute", values={**UNIVERSITY, "team_pct": "70", "unit_pct": "30", **change})
    assert fault.value.code == code
