"""What commands say to people: sentences, labels, units and tables; nothing of how the program keeps it.

The same is looked at for every answer of the other tests of the command line (`clihelp.readable`).
"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

import pytest

from desktop.commands import load_commands
from desktop.commands.registry import COMMANDS, command
from tests.e2e.clihelp import Desk, readable


def test_a_command_without_a_text_of_its_own_is_none():
    with pytest.raises(TypeError, match="silent"):
        command("silent", "")
    assert "silent" not in COMMANDS


@pytest.mark.parametrize("raw", ['{"rows": 4}', "support_fen 3", "rows: 4", "True", ""])
def test_a_raw_answer_is_seen(raw: str, monkeypatch: pytest.MonkeyPatch):
    load_commands()
    monkeypatch.setitem(COMMANDS, "backup", replace(COMMANDS["backup"], show=lambda _answer, _parsed: raw))
    with pytest.raises(AssertionError):
        readable(None, Namespace(command="backup"))


def test_a_record_is_told_by_its_labels(desk: Desk):
    firm = desk.ok("find", "甲科技")["results"][0]["id"]
    shown = desk.run("show", "firm", firm).out.splitlines()
    assert shown[0] == f"企业　甲科技公司　{firm}"
    cells = dict(line.split(maxsplit=1) for line in shown[1:-1])
    assert (cells["单位名称"], cells["成立时间"]) == ("甲科技公司", "2023-05") and "另有" in shown[-1]
    assert any("60,000 USD" in line for line in shown)
    assert "Founded" in desk.run("show", "firm", firm, lang="en").out
    carrier = desk.ok("find", "智创园")["results"][0]["id"]
    year = str(desk.ok("add", "carrier_year", f"carrier={carrier}", "year=2025", "area_total=12000.5")["id"])
    assert "12,000.5" in desk.run("show", "carrier_year", year).out


def test_what_was_done_is_said_with_the_number_to_go_on_with(desk: Desk):
    firm = desk.ok("find", "甲科技")["results"][0]["id"]
    added = desk.run("add", "firm", "name=乙科技公司", "district=渝北").out.strip()
    other = added.removeprefix("已新增企业：")
    assert len(other) == 36
    assert desk.run("edit", "firm", other, "district=江北").out.strip() == f"已修改企业 {other}"
    assert desk.run("edit", "firm", other, "district=江北").out.startswith("没有变化")
    merged = desk.run("merge", "firm", other, firm).out.splitlines()
    assert merged[0].startswith(f"已并入 {firm}") and "区县" in merged[1]
    gone = desk.ok("add", "firm", "name=丙科技公司")["id"]
    assert desk.run("delete", "firm", gone).out.strip() == f"已删除企业 {gone}；用 fuzhuan undo 可以撤销。"
    assert desk.run("bulk", "edit", "firm", "--dry-run", "district=江北").out.startswith("选中")
    assert desk.run("excuse", "firm", firm, "taxpayer", "尚未办理").out.strip() == "纳税人类型：不适用（尚未办理）"
    assert desk.run("workspace", "kinds", "agency", "university").out.strip() == (
        "本单位是：技术转移机构、高校、科研院所"
    )
    backed = desk.run("backup", str(desk.base / "备份.bak")).out
    assert backed.startswith("已备份到") and "B。" in backed
    assert "同一块盘" in desk.run("backup-folder").out
    assert "已恢复到" in desk.run("restore", str(desk.base / "备份.bak"), str(desk.base / "恢复")).out
    assert "口令已更换" in desk.run(
        "workspace", "change-passphrase", "--new-passphrase-file", desk.file("新.txt", "另一个 passphrase 4711-QX\n")
    ).out  # fmt: skip


def test_the_money_of_a_case_is_a_table_in_its_unit(desk: Desk):
    case = "C-1"
    assert desk.run("case", "money", case).out.strip() == "没有合同。"
    contract = ("name=委托开发", "amount_total=170万元", "signed_on=2026-03-01")
    deal = desk.ok("add", "contract", f"case={case}", *contract)["id"]
    paid = ("payer=某公司", "received_on=2026-04-01", "amount=70万元", "kind=现金", "account_holder=智创孵化器")
    receipt = desk.ok("add", "receipt", *paid)["id"]
    claimed = desk.run("receipt", "claim", receipt, deal, "--other-payer").out
    assert f"到账 {receipt} 已认领到合同 {deal}。" in claimed
    lines = desk.run("case", "money", case).out.splitlines()
    assert "合同额（万元）" in lines[0] and lines[1].split()[-3:] == ["170", "70", "100"]
    assert lines[2].split() == ["合计", "170", "70", "100"] and "现金" in lines[-1]
    assert "待认领" in desk.run("receipt", "unclaim", receipt).out
    assert desk.run("case", "may-state", case, "price").out.startswith("还不能出具，缺：\n  ")
    when = ("--at", "2026-01-20 15:30", "--next", "回访")
    desk.ok("case", "log", case, "--kind", "走访", "--note", "看样机\n再约", *when)
    told = desk.run("case", "entries", case).out.splitlines()
    assert told[0].startswith("2026-01-20 15:30　走访　补记") and told[1:] == ["  看样机", "  再约", "  下一步：回访"]
    assert desk.run("case", "outcome", case, "lost", "--reason", "价格谈不拢").out.startswith("结果：")


def test_a_year_is_told_in_people_and_money(desk: Desk):
    year = desk.run("pilot", "year", "--year", "2026").out
    assert year.startswith("2026 年\n") and "0 万元" in year
    assert desk.run("training", "year", "2026").out.strip() == "这一年没有学时。"
    assert desk.run("endpoint", "list").out.strip() == "还没有报送端点。"
    assert desk.run("send").out.strip() == "没有等待中的报送。"
    wanted = ("--measure", "brokers_trained", "--value", "3", "--year", "2026")
    assert desk.run("target", "add", "培训经纪人", *wanted).out.startswith("已设定目标：")
    made = desk.run("round", "add", "title=年度绩效", "issuer=某局", "period=2025", "--step", "提交@2026-12-01@张三")
    number = made.out.strip().removeprefix("已保存申报轮次：")
    shown = desk.run("round", "show", number).out.splitlines()
    assert shown[0] == f"年度绩效　{number}" and shown[-1].split() == ["2026-12-01", "提交", "张三"]
    sent = desk.ok("add", "submission", f"round={number}", "what=申报书", "way=纸质", "state=草稿")["id"]
    award = desk.ok("add", "award", f"submission={sent}", "doc_no=某文〔2026〕1号", "amount_granted=30万元")["id"]
    assert desk.run("award", "uses", award).out.splitlines()[0].split() == ["到账奖补", "30", "万元"]
