"""Cases by command line: milestones with their gate, the board, money claimed, contracts checked and proven."""

from __future__ import annotations

from tests.e2e.clihelp import Desk


def test_a_case_from_its_lead_to_money_claimed(desk: Desk):
    seller = desk.ok("add", "organisation", "name=示例大学", "org_kind=university")["id"]
    buyer = desk.ok("add", "organisation", "name=重庆示例机械有限公司", "org_kind=firm")["id"]
    case = desk.ok("add", "case", "no=A-1", "title=焊缝检测", "track=supply", "mode=licence", "estimate=30万元")["id"]
    assert desk.ok("case", "reach", "A-1", "lead", "--on", "2026-03")["milestone"] == "lead"
    assert desk.refused(4, "case", "reach", "A-1", "disclosed") == "gate.reason_needed"
    assert desk.refused(4, "case", "reach", "A-1", "disclosed", "--skip") == "gate.skip_reason"
    assert desk.refused(2, "case", "reach", "A-1", "nowhere") == "gate.unknown"
    desk.ok("case", "reach", "A-1", "disclosed", "--reason", "下周补登")
    told = desk.ok("case", "milestones", case)
    assert (told["stage"], told["milestones"][1]["reason"]) == ("disclosed", "下周补登")
    shown = desk.run("case", "milestones", "A-1")
    assert any(line.split()[1:3] == ["披露登记", "已到达"] for line in shown.out.splitlines())
    assert "需求方、受让方或投资方已登记" in shown.out
    board = desk.ok("board")
    (column,) = [column for column in board["columns"] if column["cards"]]
    assert (column["milestone"], column["sum_fen"]) == ("disclosed", 30_0000_00)
    assert "披露登记：1 件" in desk.run("board", "--track", "supply").out
    assert desk.refused(2, "board", "--track", "sideways") == "gate.unknown_track"

    contract = desk.ok(
        "add", "contract", "name=焊缝检测许可", f"case={case}", f"seller={seller}", f"buyer={buyer}",
        "own_no=HT-2026-01", "amount_total=20万元", "registry_no=123",
    )["id"]  # fmt: skip
    receipt = desk.ok(
        "add", "receipt", "received_on=2026-04-02", "payer=示例控股", f"account_holder={seller}", "amount=200000",
        "invoice_remark=HT-2026-01 技术许可费",
    )["id"]  # fmt: skip
    assert "发票备注写有合同编号" in desk.run("receipt", "match").out
    (offer,) = desk.ok("receipt", "match", receipt)["proposals"]
    assert (offer["contract"], offer["open_fen"], offer["over_fen"]) == (contract, 200_000_00, 0)
    assert desk.refused(4, "receipt", "claim", receipt, contract) == "receipt.other_payer"
    assert desk.ok("receipt", "claim", receipt, contract, "--other-payer")["case"] == case
    assert desk.ok("case", "money", case)["received_fen"] == 200_000_00
    assert "合同登记编号应为16位或14位数字" in desk.run("case", "checks", case).out
    assert "未证明促成" in desk.run("case", "proof", case).out
    assert "焊缝检测许可" in desk.run("case", "unproven").out  # not registered yet, so in no year
    assert "平台代持：0 项" in desk.run("case", "equity").out
    assert desk.run("case", "unproven", "--year", "2026").out.strip() == "没有找到。"
    assert not desk.ok("case", "may-state", case, "price")["may"]
    assert desk.ok("receipt", "unclaim", receipt)["id"] == receipt
    assert desk.refused(4, "case", "outcome", case, "lost") == "case.outcome_reason"
    assert desk.ok("case", "outcome", case, "lost", "--reason", "价格", "--ground", "price")["outcome"] == "lost"
    assert desk.run("board").out.strip() == "没有进行中的案件。"


def test_a_supplement_changes_its_contract(desk: Desk):
    contract = desk.ok("add", "contract", "name=委托开发", "own_no=HT-1", "signed_on=2026-03-01", "amount_total=50")[
        "id"
    ]
    said = desk.run(
        "contract", "amend", "HT-1", "amount_total=80", "payment_mode=分期支付", "--signed-on", "2026-04-02"
    )
    assert "合同成交额：50 万元 → 80 万元；支付方式：（未填） → 分期支付" in said.out
    again = desk.ok(
        "contract", "amend", contract, "amount_total=900000元", "--signed-on", "2026-05", "--note", "加产线"
    )
    assert again["terms"] == [{"field": "amount_total", "old": 800_000_00, "new": 900_000_00}]
    assert "80 万元 → 90 万元" in desk.run("show", "contract_amendment", again["id"]).out
    nothing = desk.run("contract", "amend", "HT-1", "amount_total=90", "--signed-on", "2026-06")
    assert nothing.code == 4 and "已经是这个值" in nothing.err
    desk.ok("undo")
    assert desk.ok("show", "contract", contract)["amount_total_fen"] == 800_000_00
