"""Matching, the lists and the hand-over on the command line, as people read them and as scripts do."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from policy.dates import today
from tests.e2e.clihelp import Desk


def _add(desk: Desk, kind: str, *values: str) -> str:
    return str(desk.ok("add", kind, *values)["id"])


def _pair(desk: Desk) -> tuple[str, str]:
    university = _add(desk, "organisation", "name=示例大学", "org_kind=university")
    firm = _add(desk, "organisation", "name=示例机床厂", "org_kind=firm")
    result = _add(
        desk, "achievement", "title=滚动轴承故障诊断方法（示例）", f"owner={university}", "disclosure_level=public",
        "summary_public=用振动信号识别主轴轴承的早期损伤",
    )  # fmt: skip
    need = _add(
        desk, "need", "title=主轴轴承损坏难以发现（示例）", f"owner={firm}", "kind=result", "source=visit",
        "disclosure_level=public", "detail_public=希望由振动判断轴承损伤",
    )  # fmt: skip
    return need, result


def test_a_need_is_matched_rejected_and_accepted(desk: Desk) -> None:
    need, result = _pair(desk)

    looked = desk.ok("match", need, "--dry-run")
    assert [row["achievement"] for row in looked["rows"]] == [result]
    assert desk.ok("match")["pairs"] == 1
    shown = desk.run("match", "主轴轴承损坏难以发现（示例）").out
    assert "滚动轴承故障诊断方法" in shown and "共同用词：" in shown and "（待看）" in shown
    (row,) = desk.ok("match", result)["rows"]
    assert row["need"] == need

    assert desk.refused(4, "match", "reject", row["id"]) == "match.no_reason"
    desk.ok("match", "reject", row["id"], "--reason", "只做实验室样机")
    assert "拒绝原因：只做实验室样机" in desk.run("match", need).out
    assert desk.refused(2, "match", "maybe", row["id"]) == "match.not_a_decision"

    case = desk.ok("match", "accept", row["id"], "--track", "supply")["case"]
    assert desk.ok("show", "case", case)["track"] == "supply"
    assert desk.refused(4, "match", "reject", row["id"], "--reason", "晚了") == "match.has_case"


def test_an_expert_is_found_and_accepted(desk: Desk) -> None:
    need, result = _pair(desk)
    person = _add(desk, "person", "name=示例教授")
    _add(desk, "completer", f"achievement={result}", f"person={person}")
    shown = desk.run("match", need, "--experts").out
    assert "示例教授（待看）" in shown and "共同用词：" in shown
    case = desk.ok("match", "accept", need, "--person", person)["case"]
    assert desk.ok("show", "case", case)["stage"] == "lead"


def test_an_expert_finds_needs_and_a_firm_finds_results_and_experts(desk: Desk) -> None:
    need, result = _pair(desk)
    person = _add(desk, "person", "name=示例教授")
    firm = _add(desk, "firm", "name=示例主轴公司", "main_product=机床主轴与轴承振动监测")
    assert "还没有可比对的公开成果" in desk.run("match", "--person", "示例教授").out
    _add(desk, "completer", f"achievement={result}", f"person={person}")
    (row,) = desk.ok("match", "--person", "示例教授")["rows"]
    assert row["need"] == need
    assert "主轴轴承损坏难以发现（示例）（待看）" in desk.run("match", "--person", person).out
    shown = desk.run("match", "--firm", "示例主轴公司").out
    assert "滚动轴承故障诊断方法" in shown and "共同用词：" in shown and result in shown
    assert desk.ok("match", "--firm", firm, "--experts")["rows"][0]["person"] == person
    assert desk.refused(2, "match", "reject", result, "--firm", firm) == "match.not_a_decision"
    case = desk.ok("match", "accept", result, "--firm", firm)["case"]
    assert desk.ok("show", "case", case)["track"] == "demand"
    assert "已有案件" in desk.run("match", "--firm", firm).out
    assert desk.refused(4, "match", "accept", result, "--firm", firm) == "match.has_case"
    assert desk.ok("match", "accept", "--firm", firm, "--person", person)["case"] != case


def test_lists_leave_as_workbooks(desk: Desk, tmp_path: Path) -> None:
    _, result = _pair(desk)
    _add(desk, "ip_right", "kind=invention", "title=一种方法", f"achievement={result}", "legal_state=valid")
    month = today().isoformat()[:7]
    item = _add(
        desk, "handover_item", f"achievement={result}", "university=示例大学", "basis=monthly",
        f"due_on={today().isoformat()}",
    )  # fmt: skip

    assert desk.ok("disclosure", str(tmp_path / "公开.xlsx"))["rows"] == 1
    assert desk.ok("patents", str(tmp_path / "专利.xlsx"), "--grade", "none")["rows"] == 1
    assert desk.ok("patents", str(tmp_path / "专利.xlsx"), "--grade", "a")["rows"] == 0
    assert "滚动轴承" in desk.run("handover-list", "示例大学", month).out
    desk.ok("handed-over", item, "--number", "SL-9")
    listed = desk.ok("handover-list", "示例大学", month, str(tmp_path / "汇交.xlsx"))
    assert listed["counts"]["handed"] == 1 and not listed["zero"]
    cells = str(list(load_workbook(tmp_path / "汇交.xlsx").worksheets[0].iter_rows(values_only=True)))
    assert "SL-9" in cells
    assert "零报告" in desk.run("handover-list", "示例大学", "2020-01").out
    assert "已报：2020-01-30\u3000P-0" in desk.run(
        "handover-list", "示例大学", "2020-01", "--zero", "--on", "2020-01-30", "--number", "P-0"
    ).out  # fmt: skip
    assert desk.refused(4, "handover-list", "示例大学", month, "--zero") == "handover.not_zero"
    assert desk.refused(4, "handover-list", "示例大学", "2026") == "handover.not_a_month"


def test_what_a_project_owes_is_told_and_entered(desk: Desk) -> None:
    university = _add(desk, "organisation", "name=示例大学", "org_kind=university")
    project = _add(desk, "research_project", "name=示例项目", "level=own", f"unit={university}", "closed_on=2026-09-24")
    _add(desk, "achievement", "title=项目成果", f"project={project}", "disclosure_level=closed")

    assert "项目成果" in desk.run("handover-list", "示例大学", "2026-10").out
    entered = desk.ok("handover-list", "示例大学", "2026-10", "--enter")
    assert [row["due_on"] for row in entered["rows"]] == ["2026-10-22"] and entered["missing"] == []


def test_what_nobody_checked_is_asked_about(desk: Desk) -> None:
    _, result = _pair(desk)

    assert "滚动轴承" in desk.run("stale").out
    assert desk.ok("stale", result)["touched"] == 1
    assert desk.run("stale").out.strip() == "没有一年以上未确认的成果。"
