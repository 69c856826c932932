"""What pages show beside their lists, by command line: sheets, next steps, shares, measures; and how usage is told."""

from __future__ import annotations

import argparse

from desktop.cli import _parser
from desktop.commands.registry import COMMANDS
from tests.e2e.clihelp import Desk


def _added(desk: Desk, kind: str, **values: str) -> str:
    return str(desk.ok("add", kind, *(f"{name}={value}" for name, value in values.items()))["id"])


def test_the_year_of_a_firm_and_its_stay(desk: Desk):
    firm = _added(desk, "firm", name="乙科技公司")
    told = desk.run("tenancy", "apply", firm, "智创园", "--on", "2025-01-05")
    assert told.out.startswith("已登记入驻申请：")
    stay = told.out.strip().removeprefix("已登记入驻申请：")
    steps = desk.run("tenancy", "steps", stay).out
    assert "review" in steps and "评审" in steps
    assert desk.run("tenancy", "review", stay, "--on", "2025-01-10").out.startswith("已登记“评审”：")
    desk.ok("tenancy", "enter", stay, "--on", "2025-02-01", "--area", "100")
    desk.ok("torch", "fill", firm, "2024", "revenue=1000")
    assert desk.run("torch", "fill", firm, "2025", "revenue=2000").out.startswith("已填报：")
    sheet = [line.split() for line in desk.run("torch", "sheet", firm, "2025").out.splitlines()]
    assert next(line for line in sheet if "总收入" in line[1])[-2:] == ["2,000", "1,000"]
    assert "面积" in desk.run("carrier", "year", "智创园", "2025").out
    assert desk.refused(2, "torch", "sheet", "没有这家", "2025") == "record.unknown"
    assert desk.refused(2, "carrier", "year", "没有这家", "2025") == "record.unknown"
    assert desk.run("mentor", "of", firm).out.strip() == "还没有导师辅导过这家企业。"
    assert desk.refused(2, "mentor", "end", "x") == "record.unknown"
    assert desk.run("service", "list", "--firm", firm).out.strip() == "没有服务记录。"


def test_a_class_and_a_case(desk: Desk):
    programme = _added(
        desk, "programme", name="示例培训班", p_kind="初级技术经纪人", starts_on="2026-03-01", ends_on="2026-03-31"
    )
    assert desk.run("training", "people", programme).out.strip() == "还没有人报名。"
    assert desk.run("training", "sheet", programme).out.strip() == "还没有课次。"
    assert desk.run("case", "shares", "C-1").out.strip() == "还没有经纪人员。"
    assert desk.run("case", "distributions", "C-1").out.strip() == "还没有收益分配。"
    desk.ok("edit", "case", "C-1", "next_action=回访", "next_on=2030-01-02")
    assert "回访" in desk.run("case", "deadlines", "C-1").out
    for words in (("training", "people"), ("training", "sheet"), ("case", "shares"), ("case", "distributions")):
        assert desk.refused(2, *words, "没有") == "record.unknown"


def test_a_deadline_is_settled_by_the_number_at_its_end(desk: Desk):
    desk.ok("edit", "case", "C-1", "next_action=回访", "next_on=2026-12-01")
    asked = ("--on", "2026-11-21", "--days", "30")
    row = next(row for row in desk.ok("deadlines", *asked)["deadlines"] if row["title"] == "回访")
    assert desk.run("deadlines", *asked).out.splitlines()[1].endswith(row["no"])
    assert desk.refused(4, "deadline", "settle", row["no"], "--as", "done") == "deadline.no_reason"
    assert desk.refused(4, "deadline", "settle", "00000000", "--as", "done", "--reason", "x") == "deadline.unknown"
    assert "已标记 1 项" in desk.run("deadline", "settle", row["no"], "--as", "done", "--reason", "已回访").out
    assert "回访" not in desk.run("deadlines", *asked).out


def test_what_a_report_is_made_of(desk: Desk):
    assert "brokers_trained" in desk.run("measures", "经纪").out
    assert desk.run("measures", "没有这种数量").out.strip() == "没有找到。"
    assert desk.run("snapshots").out.strip() == "还没有定稿。"
    assert desk.run("applications").out.strip() == "还没有申报书。"
    frozen = desk.ok("evaluate", "guokefaqu-2018-300", "--for", "carrier:智创园", "--period", "2025", "--freeze")
    number = frozen["snapshot"]["id"]
    assert number[:8] in desk.run("snapshots").out
    assert "项" in desk.run("apply-check", number).out
    assert desk.refused(2, "apply-check", "x") == "record.unknown"
    assert desk.refused(2, "hand-in", "x", "--way", "usb") == "record.unknown"
    paper = desk.ok("evidence", "list")["evidence"][0]["id"]
    assert desk.run("evidence", "link", paper, "--for", "carrier:智创园").out.strip() == "已关联。"
    assert desk.run("evidence", "unlink", paper, "--for", "carrier:智创园").out.startswith("已取消关联")
    assert desk.refused(2, "evidence", "link", paper, "--for", "carrier:没有") == "record.unknown"
    share = ("cq-plan-2024-2027", "没有这一条", "2026", "3")
    assert desk.refused(2, "target", "share", *share) == "policy.unknown_rule"
    assert desk.run("universities").out.strip() == "没有找到。"
    assert desk.run("integrity").out.strip() == "没有信用记录不达标的单位。"
    assert desk.run("returned").out.strip() == "没有被退回的申报。"
    round_ = desk.ok("round", "add", "title=年度奖补", "issuer=某局", "period=2025")["id"]
    sent = _added(desk, "submission", round=round_, what="奖补申请", way="纸质", state="退回补正")
    _added(
        desk, "return_note", submission=sent, received_on="2026-11-18", how="电话", words="缺公章", due_on="2026-11-24"
    )
    back = desk.run("returned").out
    assert "奖补申请（年度奖补）" in back and "2026-11-24前答复" in back and "缺公章" in back
    assert "退回补正" in desk.run("round", "list").out


def test_every_argument_says_what_it_is(desk: Desk):
    parser = _parser()
    for name in COMMANDS:
        under: argparse.ArgumentParser = parser
        for word in name.split():
            choices = next(one for one in under._actions if isinstance(one, argparse._SubParsersAction)).choices
            under = choices[word]
        unsaid = [action.dest for action in under._actions if not action.help]
        assert not unsaid, (name, unsaid)


def test_a_wrong_call_is_told_in_one_language_with_what_comes_near(desk: Desk):
    assert desk.refused(2, "nonsense") == "cli.usage"
    told = desk.run("outbx").err
    assert "outbox" in told and told.count("、") < 8 and "choose" not in told
    told = desk.run("add").err
    assert "缺少 KIND" in told and "required" not in told
    assert "不能是" in desk.run("find", "甲", "--limit", "zehn").err


def test_nothing_done_is_not_told_as_done(desk: Desk):
    assert (
        desk.run("bulk", "edit", "firm", "--text", "没有这家", "district=江北").out.strip()
        == "选中 0 条，没有要修改的。"
    )
    assert desk.run("bulk", "delete", "firm", "--text", "没有这家").out.strip() == "没有符合的，没有删除。"
    paid = ("payer=某公司", "received_on=2026-04-01", "amount=70万元", "kind=现金", "account_holder=智创孵化器")
    receipt = desk.ok("add", "receipt", *paid)["id"]
    assert desk.run("receipt", "unclaim", receipt).out.strip() == f"到账 {receipt} 没有认领过，没有改动。"
    assert desk.refused(4, "demo", "--out", desk.file("不是文件夹", "x")) == "workspace.not_empty"
    programme = _added(desk, "programme", name="培训班", p_kind="企业家", starts_on="2026-03-01", ends_on="2026-03-31")
    assert desk.refused(2, "training", "enrol", programme) == "cli.usage"
    broken = desk.file("端点.toml", "x")
    assert desk.refused(4, "endpoint", "add", broken, "--token-file", broken) == "endpoint.bad_profile"
    assert "{" not in desk.run("measures").out
