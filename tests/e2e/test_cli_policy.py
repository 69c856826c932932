"""Policy packs on the command line, as people read it and as scripts do: text with words, JSON with plain data."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from policy.calendar import last_published_year
from policy.i18n import resources_dir
from tests.e2e.clihelp import Desk

PACK, DRAFT = "guokefaqu-2018-300", "cq-draft-measures"
PLACE = ("--period", "2025", "--for", "carrier:智创园")
NOTICE = """schema = 1
id = "notice-2027"
title = "示例通知"
number = "示字〔2027〕1号"
status = "in_force"
source = "示例"
subjects = ["organisation"]
[[rule]]
id = "trained"
kind = "threshold"
title = "培训人数"
clause = "第一条"
subject = "organisation"
verified = false
basis = "凭记忆"
[rule.test]
measure = "brokers_trained"
op = ">="
value = 3
[[rule.example]]
given = { brokers_trained = 3 }
verdict = "pass"
[[rule.example]]
given = { brokers_trained = 2 }
verdict = "fail"
"""


def _lines(desk: Desk, *words: str, code: int = 0) -> list[str]:
    answer = desk.run(*words)
    assert answer.code == code, answer
    return answer.out.splitlines()


def _refused(desk: Desk, code: int, *words: str) -> str:
    answer = desk.run("--json", *words)
    assert answer.code == code and "{" not in answer.err, answer
    return str(answer.json["error"]["code"])


def test_the_list_says_status_and_how_much_is_verified(desk: Desk):
    head, *rows = _lines(desk, "policy", "list")
    assert head.split() == ["编号", "状态", "施行", "已核实", "名称", "说明"]
    listed = {row.split()[0]: row for row in rows}
    packs = {pack["id"]: pack for pack in desk.ok("policy", "list")["packs"]}
    assert listed.keys() == packs.keys()
    assert "征求意见稿" in listed[DRAFT] and "已被取代" in listed[PACK]
    for name, pack in packs.items():
        assert f" {pack['rules'] - pack['unverified']}/{pack['rules']} " in listed[name]
    shown = "\n".join(_lines(desk, "policy", "show", PACK))
    assert "国科发区〔2018〕300号" in shown and "第六条" in shown and "未核实（" in shown


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('clause = "第一条"\n', "", r"第 \d+ 行，规则“trained”：缺少“条款（clause）”"),
        ('measure = "brokers_trained"', 'measure = "nonsense"', r"第 17 行，规则“trained”：没有名为“nonsense”的数量"),
        ('op = ">="', 'op = "~"', r"第 18 行，规则“trained”：不允许的值“比较（~）”"),
        ('title = "示例通知"', "title = 示例", r"第 3 行：不是正确的 TOML 写法"),
        ('source = "示例"', 'sauce = "示例"', r"第 \d+ 行：|缺少“来源（source）”"),
    ],
)
def test_a_pack_with_a_slip_is_refused_with_line_and_rule(desk: Desk, old: str, new: str, told: str):
    assert old in NOTICE
    answer = desk.run("policy", "check", desk.file("x.toml", NOTICE.replace(old, new, 1)))
    assert (answer.code, answer.out) == (4, "")
    assert re.search(told, answer.err), answer.err
    assert "没有载入" in answer.err and "{" not in answer.err


def test_examples_that_fail_are_all_named(desk: Desk):
    file = desk.file(
        "x.toml",
        NOTICE.replace("value = 3\n", "value = 9\n").replace("given = { brokers_trained = 2", "given = { nothing = 2"),
    )
    first, second = _lines(desk, "policy", "check", file, code=4)
    assert first == "第 20 行，规则“trained”的示例 1：verdict 应为 pass，算得 fail"
    assert second.startswith("第 23 行，规则“trained”的示例 2：不能试算 – ")
    assert [item["line"] for item in desk.run("--json", "policy", "check", file).json["mismatches"]] == [20, 23]
    good = desk.file("good.toml", NOTICE)
    assert _lines(desk, "policy", "check", good) == ["没有发现问题：示例通知，1 条规则，示例全部相符。"]


def test_one_rule_is_tried_in_words(desk: Desk):
    tried = "\n".join(_lines(desk, "policy", "try", DRAFT, "award-local-conversion", "local_received_fen=5000万元"))
    assert "最高 200" in tried and "征求意见稿" in tried and "第13条" in tried
    due = "\n".join(_lines(desk, "policy", "try", DRAFT, "handover-after-close", "closed_on=2025-09-19"))
    assert "截止日期：2025-10-16" in due
    given = {"score": ("tech-sme-2017-115", "得分："), "checklist": ("transfer-agency-evaluation", "条款：")}
    for kind, (pack, told) in given.items():
        rules = [rule["id"] for rule in desk.ok("policy", "show", pack)["rules"] if rule["kind"] == kind]
        if rules:
            assert told in "\n".join(_lines(desk, "policy", "try", pack, rules[0])) or kind == "score"


def test_a_pack_comes_goes_and_is_compared(desk: Desk):
    added = _lines(desk, "policy", "add", desk.file("notice.toml", NOTICE))
    assert added == ["已添加 notice-2027：示例通知", "没有签名。"]
    changed = desk.file("new.toml", NOTICE.replace("value = 3\n", "value = 4\n"))
    told = _lines(desk, "policy", "compare", "notice-2027", changed)
    assert told == ["notice-2027 → notice-2027", "改动  trained  培训人数", "    [数值] 数值：3 → 4"]
    assert _lines(desk, "policy", "compare", "notice-2027", "notice-2027")[-1] == "没有不同。"
    out = str(desk.base / "出.toml")
    exported = "\n".join(_lines(desk, "policy", "export", "notice-2027", out, "--sign"))
    assert Path(out).read_text("utf-8") == NOTICE and Path(f"{out}.minisig").is_file()
    line = re.search(r"：(RW\S+)", exported)
    assert line and line[1] in "\n".join(_lines(desk, "policy", "keys"))
    assert _lines(desk, "policy", "add", out)[1] == "本单位签名。"
    assert "本单位签名" in next(row for row in _lines(desk, "policy", "list") if row.startswith("notice-2027"))
    Path(out).write_text(NOTICE + "\n", "utf-8")
    assert _refused(desk, 4, "policy", "add", out) == "minisign.wrong"
    assert _lines(desk, "policy", "remove", "notice-2027") == ["已移除 notice-2027。"]
    assert _refused(desk, 2, "policy", "show", "notice-2027") == "policy.unknown_pack"


def test_a_key_is_trusted_for_whom_it_belongs_to(desk: Desk):
    from exports import minisign

    file = desk.file("notice.toml", NOTICE)
    desk.file("notice.toml.minisig", minisign.sign(NOTICE.encode(), bytes(range(32)), "x"))
    key = minisign.public_key(bytes(range(32)))
    assert key.key_id in _lines(desk, "policy", "add", file)[1]
    desk.ok("policy", "trust", key.line, "--holder", "市科技局")
    assert "市科技局 签名" in next(row for row in _lines(desk, "policy", "list") if row.startswith("notice-2027"))
    assert [one["holder"] for one in desk.ok("policy", "keys")["keys"]] == ["智创孵化器", "市科技局"]


def test_choices_are_shown_with_why_and_taken_with_a_reason(desk: Desk):
    choices = desk.ok("policy", "choices")["choices"]
    assert choices
    choice = choices[0]
    text = "\n".join(_lines(desk, "policy", "choices"))
    assert choice["why"] in text and "○" in text and "默认" in text
    other = next(option["id"] for option in choice["options"] if option["id"] != choice["default"])
    assert _refused(desk, 4, "policy", "choose", choice["id"], other) == "policy.choice_reason"
    desk.ok("policy", "choose", choice["id"], other, "--period", "2025", "--reason", "区县口径")
    found = {one["id"]: one for one in desk.ok("policy", "choices", "--period", "2025Q1")["choices"]}
    assert (found[choice["id"]]["value"], found[choice["id"]]["reason"]) == (other, "区县口径")
    desk.ok("policy", "choose", choice["id"], "", "--period", "2025")
    assert desk.ok("policy", "choices", "--period", "2025")["choices"][0]["chosen"] == ""


def test_unverified_figures_are_confirmed_before_sealing(desk: Desk):
    frozen = desk.ok("evaluate", PACK, *PLACE, "--freeze")["snapshot"]["id"]
    book = desk.ok("apply", frozen, "--out", str(desk.base / "书"))
    seal = ("package", "seal", "--personal-confirmed")
    assert _refused(desk, 4, *seal, book["id"]) == "package.unverified"
    assert _refused(desk, 4, "policy", "confirm", PACK, "--all", *PLACE, "--notice", "通知") == "policy.no_notice"
    paper = desk.ok("evidence", "list")["evidence"][0]["id"]
    (told,) = _lines(desk, "policy", "confirm", PACK, "area", *PLACE, "--notice", paper, "--page", "4")
    assert told == "已记下 1 项对照核实：area"
    desk.ok("policy", "confirm", PACK, "--all", *PLACE, "--notice", paper)
    lines = _lines(desk, "evaluate", PACK, *PLACE)
    assert any("已对照" in line for line in lines) and not any("未核实]" in line for line in lines)
    assert desk.ok(
        "package", "seal", desk.ok("apply", frozen, "--out", str(desk.base / "书"))["id"], "--personal-confirmed"
    )
    assert desk.ok("policy", "unconfirm", PACK, "area", *PLACE)["rules"] == ["area"]


def test_evaluating_twice_gives_the_same_bytes(desk: Desk):
    first, second = (desk.run("--json", "evaluate", PACK, *PLACE).out for _ in range(2))
    assert first == second
    frozen = [desk.ok("evaluate", PACK, *PLACE, "--freeze")["snapshot"] for _ in range(2)]
    assert frozen[0]["digest"] == frozen[1]["digest"] and frozen[0]["id"] == frozen[1]["id"]
    opened = _lines(desk, "reopen", frozen[0]["id"])
    assert opened[1] == "政策包没有变化。"
    assert not any(" → " in line for line in opened)


def test_a_calendar_file_is_taken_in(desk: Desk):
    year = last_published_year() + 1
    assert f"{year} 年起没有已公布的安排" in "\n".join(_lines(desk, "calendar", "list"))
    file = desk.file("节假日.toml", f'year = {year}\ndocument = "示例"\nholidays = [{date(year, 10, 1)}]\n')
    assert _lines(desk, "calendar", "add", file) == [f"已采用 {year} 年安排（示例）：放假 1 天，调休上班 0 天。"]
    told = "\n".join(_lines(desk, "calendar", "list"))
    assert f"自行添加的 {year} 年：示例" in told and f"{year + 1} 年起没有已公布的安排" in told
    bad = desk.run("calendar", "add", desk.file("坏.toml", f"year = {year}\nholidays = [\n{year}-02-30]\n"))
    assert bad.code == 4 and "第 3 行" in bad.err


def test_every_shipped_pack_passes_its_own_check(desk: Desk):
    for path in sorted((resources_dir() / "policies").glob("*.toml")):
        assert len(_lines(desk, "policy", "check", str(path))) == 1, path.name
