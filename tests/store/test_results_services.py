"""Matching, the public list, transferable patents and the monthly hand-over, on real records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from desktop.services import handover
from desktop.services.workspace import Workspace
from policy.dates import today
from policy.errors import Fault, Refused

Call = Callable[..., Any]
TEXT = "用振动信号识别主轴轴承的早期损伤，预测剩余寿命"


def _add(call: Call, kind: str, /, **values: Any) -> str:
    return str(call("records.add", kind=kind, values=values)["id"])


def _university(call: Call, name: str = "示例大学") -> str:
    return _add(call, "organisation", name=name, org_kind="高等院校", district="沙坪坝区")


def _firm(call: Call) -> str:
    return _add(call, "organisation", name="示例机床厂", org_kind="企业", district="渝北区")


def _need(call: Call, owner: str, **values: Any) -> str:
    fixed = {"title": "机床主轴轴承损坏难以提前发现（示例）", "owner": owner, "kind": "成果引进", "source": "走访",
             "detail_public": "希望由振动判断轴承损伤和剩余寿命", "disclosure_level": "公开",
             "tech_field": "先进制造"}  # fmt: skip
    return _add(call, "need", **{**fixed, **values})


def _result(call: Call, owner: str, title: str = "滚动轴承故障诊断方法（示例）", **values: Any) -> str:
    fixed = {"title": title, "owner": owner, "disclosure_level": "公开", "summary_public": TEXT, "trl": "7",
             "tech_field": "先进制造"}  # fmt: skip
    return _add(call, "achievement", **{**fixed, **values})


@pytest.fixture
def sides(call: Call) -> tuple[str, str]:
    """A need and a result that fits it, among others that do not."""
    university, firm = _university(call), _firm(call)
    for title, text in (("柑橘黄龙病快速检测试剂", "田间等温扩增"), ("聚乳酸耐热改性", "餐盒可降解")):
        _result(call, university, f"{title}（示例）", summary_public=text)
    return _need(call, firm), _result(call, university)


# -- matching ------------------------------------------------------------------------------------------------------
def test_a_need_gets_the_result_that_fits_with_reasons_and_the_result_the_need(
    call: Call, sides: tuple[str, str]
) -> None:
    need, result = sides

    by_need = call("match.run", need=need)
    by_result = call("match.run", achievement=result)

    assert [row["achievement"] for row in by_need["rows"]] == [result]
    row = by_need["rows"][0]
    assert {reason["kind"] for reason in row["reasons"]} >= {"terms", "field", "maturity", "place"}
    assert any("轴承" in text for text in row["said"]) and row["owner"] == "示例大学"
    assert [(other["need"], other["score"]) for other in by_result["rows"]] == [(need, row["score"])]
    assert call("records.get", kind="match", id=row["id"])["decision"] == "open"


def test_looking_keeps_nothing_and_running_again_changes_nothing(call: Call, sides: tuple[str, str]) -> None:
    need, _ = sides

    assert call("match.run", need=need, keep=False)["rows"][0]["id"] == ""
    assert call("records.ids", kind="match") == []
    kept = call("match.run", need=need)
    again = call("match.run", need=need)

    assert len(call("records.ids", kind="match")) == 1
    assert again["rows"] == kept["rows"]
    assert not again["changes"]["records"] and not again["changes"]["bulk"]


@pytest.mark.parametrize(
    ("level", "found"), [("公开", True), ("仅名称", True), ("签保密协议后", False), ("不公开", False)]
)
def test_only_what_the_level_of_disclosure_opens_is_compared(call: Call, level: str, found: bool) -> None:
    need = _need(call, _firm(call))
    _result(call, _university(call), disclosure_level=level, summary_internal="机床主轴轴承损伤")

    answer = call("match.run", need=need)

    assert bool(answer["rows"]) is found
    assert answer["nda"] == (level == "签保密协议后") and answer["closed"] == (level == "不公开")


def test_of_a_result_disclosed_by_name_only_the_name_is_compared(call: Call) -> None:
    need = _need(call, _firm(call))
    _result(call, _university(call), "一种诊断方法（示例）", disclosure_level="仅名称", keywords="轴承 主轴")

    assert call("match.run", need=need)["rows"] == []


def test_an_agreement_on_secrecy_opens_the_internal_text_to_its_parties(call: Call) -> None:
    firm = _firm(call)
    need, other = (
        _need(call, firm),
        _need(call, _add(call, "organisation", name="另一厂", org_kind="企业"), title="轴承损伤"),
    )
    result = _result(call, _university(call), "一种方法（示例）", disclosure_level="签保密协议后", summary_public="",
                     summary_internal=TEXT)  # fmt: skip
    case = _add(call, "case", no="A-1", title="洽谈", track="demand")
    _add(call, "case_achievement", case=case, achievement=result)
    _add(call, "case_party", case=case, party=firm, role="buyer")
    assert call("match.run", need=need)["rows"] == []

    call("records.edit", kind="case", id=case, values={"nda_on": "2026-05-01"})

    assert [row["achievement"] for row in call("match.run", need=need)["rows"]] == [result]
    assert call("match.run", need=other)["rows"] == []


def test_a_classified_result_is_never_compared(call: Call) -> None:
    need = _need(call, _firm(call), title="主轴轴承 A-7")
    secret = _add(call, "achievement", title="A-7", register_no="A-7", classified="是", disclosure_level="公开")

    assert call("match.run", achievement=secret)["why"] == "classified"
    answer = call("match.run", need=need)

    assert answer["rows"] == [] and answer["closed"] == 0


def test_what_is_no_longer_disclosed_leaves_with_its_reasons(call: Call, sides: tuple[str, str]) -> None:
    need, result = sides
    call("match.run", need=need)

    call("records.edit", kind="achievement", id=result, values={"disclosure_level": "不公开"})
    call("match.run", need=need)

    assert call("records.ids", kind="match") == []


def test_a_need_that_is_not_disclosed_says_so(call: Call, sides: tuple[str, str]) -> None:
    closed = _need(call, _firm(call), title="不公开的需求", disclosure_level="不公开")

    assert call("match.run", need=closed)["why"] == "closed"


def test_all_open_needs_at_once(call: Call, sides: tuple[str, str]) -> None:
    need, _ = sides
    _need(call, _firm(call), title="餐盒耐热可降解（示例）", detail_public="聚乳酸餐盒变形")
    call("records.edit", kind="need", id=need, values={"state": "solved"})

    answer = call("match.run")

    assert answer["needs"] == 1 and answer["pairs"] == 1
    (kept,) = call("records.rows", kind="match", ids=call("records.ids", kind="match"))
    assert kept["_titles"]["achievement"] == "聚乳酸耐热改性（示例）"
    call("records.undo")
    assert call("records.ids", kind="match") == []


def test_experts_are_ranked_by_their_open_results_and_what_they_advise_on(call: Call, sides: tuple[str, str]) -> None:
    need, result = sides
    university = call("records.get", kind="achievement", id=result)["owner"]
    people = {name: _add(call, "person", name=name, org=university) for name in ("甲", "乙", "丙", "丁")}
    _add(call, "completer", achievement=result, person=people["甲"])
    closed = _result(call, university, "主轴轴承损伤（不公开）", disclosure_level="不公开")
    _add(call, "completer", achievement=closed, person=people["乙"])
    own = call("workspace.info")["organisation"]["id"]
    carrier = _add(call, "carrier", name="示例孵化器", operator=own, carrier_kind="综合孵化器")
    _add(call, "mentor_term", mentor=people["丙"], carrier=carrier, starts_on="2026-01-01", note="轴承振动和寿命预测")

    found = call("match.experts", need=need)
    assert [row["person_title"] for row in found["rows"]] == ["甲", "丙"]  # what is closed speaks for nobody
    best = found["rows"][0]
    assert best["owner"] == "示例大学" and any("共同用词" in text for text in best["said"])
    assert any("领域相同" in text for text in best["said"])
    with pytest.raises(Refused, match=r"match\.no_expert"):
        call("match.decide", need=need, person=people["丁"], decision="proposed")
    call("match.decide", need=need, person=people["丙"], decision="rejected", reason="时间排不开")
    assert [row["decision"] for row in call("match.experts", need=need)["rows"]] == ["open", "rejected"]

    done = call("match.decide", need=need, person=people["甲"], decision="accepted")
    kept = call("records.get", kind="match", id=done["id"])
    assert (kept["person"], kept["achievement"], kept["case"]) == (people["甲"], None, done["case"])
    parties = call("records.rows", kind="case_party", ids=call("records.ids", kind="case_party"))
    assert {(row["_titles"]["party"], row["role"]) for row in parties} >= {
        ("示例机床厂", "buyer"), ("示例大学", "inventors"),
    }  # fmt: skip
    assert call("records.get", kind="case", id=done["case"])["stage"] == "lead"
    assert call("match.experts", need=need)["rows"][0]["case"] == done["case"]


def test_an_expert_gets_the_open_needs_they_could_help_with(call: Call, sides: tuple[str, str]) -> None:
    need, result = sides
    firm = call("records.get", kind="need", id=need)["owner"]
    university = call("records.get", kind="achievement", id=result)["owner"]
    expert, other, unknown = (
        _add(call, "person", name=name, org=university) for name in ("示例甲", "示例乙", "示例丙")
    )
    _add(call, "completer", achievement=result, person=expert)
    closed = _result(call, university, "主轴轴承损伤寿命（不公开）", disclosure_level="不公开")
    _add(call, "completer", achievement=closed, person=other)
    secret = _add(call, "achievement", title="M-1", register_no="M-1", classified="1")
    _add(call, "need", title="餐盒变形（示例）", owner=firm, disclosure_level="公开", detail_public="聚乳酸餐盒耐热")
    _need(call, firm, title="主轴轴承损伤（不公开的需求）", disclosure_level="不公开")
    solved = _need(call, firm, title="主轴轴承损伤（已解决）", state="solved")

    found = call("match.experts", person=expert)
    assert found["subject"] == {"kind": "person", "id": expert, "title": "示例甲"} and found["why"] == ""
    assert [row["need"] for row in found["rows"]] == [need] and found["closed"] == 1
    # the same pair, the same answer, whoever is asked about
    (back,) = (row for row in call("match.experts", need=need)["rows"] if row["person"] == expert)
    assert back == found["rows"][0]
    for silent in (other, unknown):  # what is not disclosed speaks for nobody
        assert (call("match.experts", person=silent)["rows"], call("match.experts", person=silent)["why"]) == (
            [],
            "no_work",
        )
    assert secret not in str(found) and "不公开" not in str(found) and solved not in str(found)
    call("match.decide", need=need, person=expert, decision="rejected", reason="本学期没有时间")
    (row,) = call("match.experts", person=expert)["rows"]
    assert (row["decision"], row["reason"]) == ("rejected", "本学期没有时间")
    assert set(call("lists.ids", kind="person", among="experts")) == {expert, other}
    for asked in ({}, {"need": need, "person": expert}):
        with pytest.raises(Fault, match=r"match\.one_subject"):
            call("match.experts", **asked)


def test_a_firm_gets_results_and_experts_by_its_own_words(call: Call, sides: tuple[str, str]) -> None:
    _need_id, result = sides
    university = call("records.get", kind="achievement", id=result)["owner"]
    expert = _add(call, "person", name="示例甲", org=university)
    _add(call, "completer", achievement=result, person=expert)
    _result(call, university, "主轴轴承损伤寿命（不公开）", disclosure_level="不公开")
    _result(call, university, "主轴轴承振动寿命（保密）", disclosure_level="签保密协议后")
    named = _result(
        call, university, "主轴轴承振动监测（仅名称）", disclosure_level="仅名称", summary_public="秘密配方银烧结"
    )
    secret = _add(call, "achievement", title="主轴轴承-2", register_no="主轴轴承-2", classified="1")
    firm = _add(
        call,
        "firm",
        name="示例主轴科技",
        main_product="机床主轴、轴承损伤监测",
        district="沙坪坝区",
        tech_field="先进制造",
    )

    found = call("match.firm", firm=firm)
    assert {row["achievement"] for row in found["rows"]} == {result, named}
    assert (found["by"], found["why"], found["nda"], found["closed"]) == ("main_product", "", 1, 1)
    best = next(row for row in found["rows"] if row["achievement"] == result)
    assert best["owner"] == "示例大学" and any("共同用词" in text for text in best["said"])
    assert any("沙坪坝" in text for text in best["said"]) and any("领域相同" in text for text in best["said"])
    assert secret not in str(found) and "不公开" not in str(found) and "保密）" not in str(found)
    people = call("match.firm", firm=firm, find="person")
    assert [row["person_title"] for row in people["rows"]] == ["示例甲"] and people["rows"][0]["owner"] == "示例大学"
    assert call("match.firm", firm=_add(call, "firm", name="银烧结公司", main_product="秘密配方银烧结"))["rows"] == []

    # the scope of business where there is no main product, without what stands in everybody's
    scope = "一般项目：技术服务、技术开发；轴承振动监测（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
    other = _add(call, "firm", name="示例监测公司", business_scope=scope)
    answer = call("match.firm", firm=other)
    assert answer["by"] == "business_scope" and result in [row["achievement"] for row in answer["rows"]]
    silent = _add(call, "firm", name="示例无言公司", business_scope="一般项目：技术服务")
    assert (call("match.firm", firm=silent)["why"], call("match.firm", firm=silent)["rows"]) == ("no_text", [])

    done = call("match.begin", firm=firm, achievement=result)
    case = call("records.get", kind="case", id=done["case"])
    assert (case["title"], case["track"]) == ("示例主轴科技 × 滚动轴承故障诊断方法（示例）", "demand")
    parties = call("records.rows", kind="case_party", ids=call("records.ids", kind="case_party"))
    assert {(row["_titles"]["party"], row["role"]) for row in parties} >= {
        ("示例主轴科技", "buyer"),
        ("示例大学", "owner"),
    }
    assert (
        next(row for row in call("match.firm", firm=firm)["rows"] if row["achievement"] == result)["case"]
        == done["case"]
    )
    with pytest.raises(Refused, match=r"match\.has_case"):
        call("match.begin", firm=firm, achievement=result)
    begun = call("match.begin", firm=firm, person=expert)["case"]
    assert call("match.firm", firm=firm, find="person")["rows"][0]["case"] == begun
    call("records.undo")
    assert call("match.firm", firm=firm, find="person")["rows"][0]["case"] == ""


def test_accepting_begins_a_case_in_one_operation(call: Call, sides: tuple[str, str]) -> None:
    need, result = sides
    partner = _university(call, "共有大学")
    _add(call, "co_owner", achievement=result, owner=partner)
    match = call("match.run", need=need)["rows"][0]["id"]

    done = call("match.decide", id=match, decision="accepted")

    case = call("records.get", kind="case", id=done["case"])
    assert case["track"] == "demand" and case["no"] == f"{today().year}-001" and case["origin_kind"] == "visit"
    parties = call("records.rows", kind="case_party", ids=call("records.ids", kind="case_party"))
    assert {(row["_titles"]["party"], row["role"]) for row in parties} == {
        ("示例机床厂", "buyer"), ("示例大学", "owner"), ("共有大学", "owner"), ("渝北智创孵化器", "broker"),
    }  # fmt: skip
    for kind, field, wanted in (("case_achievement", "achievement", result), ("case_need", "need", need)):
        assert call("records.ids", kind=kind, where={"case": done["case"], field: wanted})
    assert call("records.get", kind="need", id=need)["state"] == "case"
    assert call("records.get", kind="match", id=match)["case"] == done["case"]

    call("records.undo")

    assert call("records.ids", kind="case") == call("records.ids", kind="case_need") == []
    assert call("records.get", kind="match", id=match)["decision"] == "open"
    assert call("records.get", kind="need", id=need)["state"] == "to_clarify"


def test_accepting_twice_makes_one_case_and_what_became_one_is_not_rejected(call: Call, sides: tuple[str, str]) -> None:
    need, result = sides
    first = call("match.decide", need=need, achievement=result, decision="accepted", track="supply")
    again = call("match.decide", id=first["id"], decision="accepted")

    assert again["case"] == first["case"]
    assert len(call("records.ids", kind="case", where={"track": "supply"})) == 1
    with pytest.raises(Refused, match=r"match\.has_case"):
        call("match.decide", id=first["id"], decision="rejected", reason="不做了")


def test_rejecting_asks_why_and_keeps_it_behind_all_others(call: Call, sides: tuple[str, str]) -> None:
    need, result = sides
    weaker = _result(call, _university(call, "第二大学"), "轴承清洗（示例）", summary_public="清洗轴承损伤件")
    with pytest.raises(Refused, match=r"match\.no_reason"):
        call("match.decide", need=need, achievement=result, decision="rejected", reason="  ")

    call("match.decide", need=need, achievement=result, decision="rejected", reason="已与外省企业独占许可")

    rows = call("match.run", need=need, limit=5)["rows"]
    assert [(row["achievement"], row["decision"]) for row in rows] == [(weaker, "open"), (result, "rejected")]
    assert rows[1]["reason"] == "已与外省企业独占许可" and rows[1]["score"] > rows[0]["score"]


def test_next_number_follows_those_of_the_year(call: Call, sides: tuple[str, str]) -> None:
    need, result = sides
    for no in (f"{today().year}-041", f"{today().year}-乙", "2019-900"):
        _add(call, "case", no=no, title=no, track="supply")

    done = call("match.decide", need=need, achievement=result, decision="accepted")

    assert call("records.get", kind="case", id=done["case"])["no"] == f"{today().year}-042"


# -- the public list, and what nobody looked at -------------------------------------------------------------------
def _cells(file: Path) -> list[tuple[Any, ...]]:
    sheet = load_workbook(file).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def test_nothing_leaves_by_the_public_list_that_may_not(call: Call, tmp_path: Path) -> None:
    university = _university(call)
    _result(call, university, "公开成果", summary_internal="内部甲", price_hint="880", keywords="轴承")
    _result(call, university, "仅名成果", disclosure_level="仅名称", summary_public="不该出现乙", keywords="不该出现丙")
    _result(call, university, "保密成果", disclosure_level="签保密协议后")
    _result(call, university, "未公开成果", disclosure_level="不公开")
    _result(call, university, "已转化成果", converted_on="2026-01-02")
    _add(call, "achievement", title="B-1", register_no="B-1", classified="是", disclosure_level="公开")

    answer = call("disclosure.export", file=str(tmp_path / "a.xlsx"))

    assert answer["rows"] == 2
    rows = _cells(tmp_path / "a.xlsx")
    text = str(rows)
    assert "公开成果" in text and "仅名成果" in text and "示例大学" in text
    for secret in ("内部甲", "880", "不该出现", "保密成果", "未公开成果", "已转化成果", "B-1", university):
        assert secret not in text
    assert [row[0] for row in rows[1:]] == ["1", "2"]
    shown = call("disclosure.list")
    assert len(shown["rows"]) == 2 and shown["held_back"] == 2 and "内部甲" not in str(shown)


def test_public_without_a_summary_is_named(call: Call) -> None:
    result = _result(call, _university(call), summary_public="")

    assert call("disclosure.list")["bare"] == [result]


def test_results_nobody_checked_for_a_year_are_asked_about(call: Call) -> None:
    university, day = _university(call), today()
    old = _result(call, university, "去年成果", last_touch_on=(day - timedelta(days=380)).isoformat())
    never = _result(call, university, "从未确认")
    _result(call, university, "新近确认", last_touch_on=(day - timedelta(days=200)).isoformat())
    _result(call, university, "年度精度", last_touch_on=str(day.year))

    assert [row["id"] for row in call("achievement.stale")["rows"]] == [never, old]
    call("achievement.touch", ids=[old])
    assert [row["id"] for row in call("achievement.stale")["rows"]] == [never]


# -- transferable patents ------------------------------------------------------------------------------------------
def test_transferable_rights_by_grade_without_what_is_gone_or_secret(call: Call, tmp_path: Path) -> None:
    university = _university(call)
    numbers: list[str] = []

    def right(title: str, result: str, **values: Any) -> None:
        number = f"ZL2020{len(numbers) + 10000000}.0"
        numbers.append(number)
        fixed = {"title": title, "kind": "发明", "number": number, "holder": university, "legal_state": "有效",
                 "granted_on": "2024-01-01", "achievement": result}  # fmt: skip
        _add(call, "ip_right", **{**fixed, **values})

    b = _result(call, university, "乙", conversion_grade="B培育", prefiling_review="申请")
    a = _result(call, university, "甲", conversion_grade="A优先")
    d = _result(call, university, "丁", conversion_grade="D放弃")
    hidden = _result(call, university, "戊", disclosure_level="不公开")
    nda = _result(call, university, "己", disclosure_level="签保密协议后")
    right("乙件", b)
    right("甲件", a, fee_due_on="2026-01-01")
    right("失效件", a, legal_state="失效")
    right("已转件", a, transferred_on="2025-01-01")
    right("开放件", a, transferred_on="2025-01-01", open_licence="是")
    right("放弃件", d)
    right("不公开件", hidden)
    right("未授权件", nda, legal_state="申请中", granted_on="")
    right("无成果件", "")

    answer = call("patents.list")
    call("patents.export", file=str(tmp_path / "p.xlsx"), grade="a")

    assert [row["title"] for row in answer["rows"]] == ["开放件", "甲件", "乙件", "无成果件"]
    assert answer["rows"][2]["prefiling_review"] == "file"
    assert [row["fee_late"] for row in answer["rows"]] == [False, True, False, False]
    assert answer["left_out"] == {"dead": 1, "moved": 1, "given_up": 1, "closed": 2}
    assert [row[2] for row in _cells(tmp_path / "p.xlsx")[1:]] == ["开放件", "甲件"]


def test_fees_and_expiring_rights_are_dates(call: Call) -> None:
    soon = (today() + timedelta(days=20)).isoformat()
    fixed = {"kind": "发明", "title": "一种方法", "number": "ZL1"}
    _add(call, "ip_right", **fixed, legal_state="有效", fee_due_on=soon, expires_on=soon)
    _add(call, "ip_right", **{**fixed, "number": "ZL2"}, legal_state="失效", fee_due_on=soon)

    coming = [row for row in call("deadlines.list") if row["kind"] == "ip_right"]

    assert sorted(row["title"] for row in coming) == ["专利年费到期", "知识产权期限届满"]


# -- hand-over -----------------------------------------------------------------------------------------------------
def _item(call: Call, university: str, title: str, **values: Any) -> str:
    result = _result(call, university, title)
    fixed = {"achievement": result, "university": university, "basis": "月度"}
    return _add(call, "handover_item", **{**fixed, **values})


def test_the_list_of_a_month_holds_what_is_due_handed_over_left_open_and_exempt(call: Call, tmp_path: Path) -> None:
    university = _university(call)
    due = _item(call, university, "本月到期", due_on="2026-03-31")
    early = _item(call, university, "提前汇交", due_on="2026-04-30", handed_on="2026-03-20", item_state="已汇交")
    open_before = _item(call, university, "上月未交", due_on="2026-02-28", item_state="被退回", words="缺公章")
    _item(call, university, "上月已交", due_on="2026-02-28", handed_on="2026-02-27", item_state="已接收")
    exempt = _item(call, university, "豁免成果", exempt="是", ground="经济安全")

    answer = call("handover.list", university="示例大学", month="2026-03")

    assert [row["id"] for row in answer["rows"]] == [open_before, due, early, exempt]
    assert answer["counts"] == {"open": 1, "handed": 1, "returned": 1, "exempt": 1}
    assert answer["due"] == "2026-03-31" and answer["clause"] == "第5条" and not answer["zero"]
    call("handover.export", university=university, month="2026-03", file=str(tmp_path / "h.xlsx"))
    rows = _cells(tmp_path / "h.xlsx")
    assert [row[1] for row in rows[1:]] == ["上月未交", "本月到期", "提前汇交", "豁免成果"]
    assert "缺公章" in rows[1] and "经济安全" in rows[4]


def test_a_month_without_any_is_a_zero_report(call: Call, tmp_path: Path) -> None:
    university = _university(call)
    _item(call, university, "豁免成果", exempt="是", ground="国防安全")

    answer = call("handover.export", university=university, month="2026-01", file=str(tmp_path / "z.xlsx"))

    assert answer["zero"] and "零报告" in str(_cells(tmp_path / "z.xlsx")[-1])
    asked = {"university": university, "month": "2026-01"}
    assert call("handover.list", **asked)["report"] is None
    record = call("handover.zero", **asked, reported_on="2026-01-30")["id"]
    call("handover.zero", **asked, reported_on="2026-01-29", platform_no="P-0")
    report = {"id": record, "zero": 1, "reported_on": "2026-01-29", "platform_no": "P-0"}
    assert call("handover.list", **asked)["report"] == report
    assert call("handover.list", university=university, month="2026-02")["report"] is None
    _item(call, university, "二月成果", due_on="2026-02-28")
    with pytest.raises(Refused, match=r"handover\.not_zero"):
        call("handover.zero", university=university, month="2026-02")


def test_what_is_entered_while_a_zero_report_is_written_keeps_it_back(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    university = _university(call)
    typed = handover.typed_values

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(handover, "typed_values", typed)
        _item(call, university, "刚登记的成果", due_on="2026-01-20")
        return typed(*given)

    monkeypatch.setattr(handover, "typed_values", meanwhile)
    with pytest.raises(Refused, match=r"handover\.not_zero"):
        call("handover.zero", university=university, month="2026-01")
    assert call("handover.list", university=university, month="2026-01")["report"] is None


def test_marking_as_handed_over(call: Call) -> None:
    university = _university(call)
    one, other = (_item(call, university, title, due_on="2026-03-31") for title in ("甲", "乙"))
    exempt = _item(call, university, "丙", exempt="是")

    done = call("handover.mark", ids=[one, other], handed_on="2026-03-30")

    assert done["marked"] == 2
    assert call("handover.list", university=university, month="2026-03")["counts"]["handed"] == 2
    with pytest.raises(Refused, match=r"handover\.exempt"):
        call("handover.mark", ids=[one, exempt])
    with pytest.raises(Refused, match=r"handover\.one_number"):
        call("handover.mark", ids=[one, other], platform_no="P-1")
    call("handover.mark", ids=[one], platform_no="P-1")
    assert call("records.get", kind="handover_item", id=one)["platform_no"] == "P-1"


def test_results_owed_by_their_projects_and_not_entered_are_told_and_entered(call: Call) -> None:
    university = _university(call)

    def made(name: str, level: str, closed: str, **values: Any) -> str:
        project = _add(call, "research_project", name=name, level=level, unit=university, closed_on=closed)
        return _result(call, university, f"{name}成果", project=project, **values)

    own = made("自选", "自选", "2026-09-24")  # 15 working days on: 22 October
    national = made("国家", "国家", "2026-10-15")  # before the close
    made("早已到期", "自选", "2024-01-05")
    made("尚未到期", "自选", "2026-12-24")
    made("非职务", "自选", "2026-09-24", service_kind="非职务")

    asked = {"university": university, "month": "2026-10"}
    missing = call("handover.list", **asked)["missing"]

    assert [(one["achievement"], one["due"], one["basis"]) for one in missing] == [
        (national, "2026-10-14", "before_close"), (own, "2026-10-22", "after_close"),
    ]  # fmt: skip
    assert not call("handover.list", **asked)["zero"]
    assert call("handover.enter", **asked)["entered"] == 2
    listed = call("handover.list", **asked)
    assert [row["due_on"] for row in listed["rows"]] == ["2026-10-14", "2026-10-22"] and not listed["missing"]
    call("records.undo")
    assert call("records.ids", kind="handover_item") == []


@pytest.mark.parametrize("month", ["2026", "2026Q1", "2026-03-01", "三月"])
def test_a_list_is_of_one_month(call: Call, month: str) -> None:
    with pytest.raises(Fault):
        call("handover.list", university=_university(call), month=month)


# -- size ----------------------------------------------------------------------------------------------------------
def test_a_sample_year_of_needs_keeps_the_same_order_and_can_be_cancelled(ws: Workspace, call: Call) -> None:
    from desktop.services.matching import run
    from desktop.services.registry import Job

    university, firm = _university(call), _firm(call)
    for place in range(6):
        _result(call, university, f"轴承诊断方法{place}（示例）")
        _need(call, firm, title=f"轴承诊断需求{place}（示例）")
    seen: list[tuple[int, int]] = []
    job = Job(lambda done, total, _text: seen.append((done, total)))
    first = run(ws, job, keep=True)
    order = [row["achievement"] for row in call("match.run", need="轴承诊断需求3（示例）")["rows"]]

    assert first["pairs"] == 36 and seen == [(place, 6) for place in range(6)]
    assert [row["achievement"] for row in call("match.run", need="轴承诊断需求3（示例）")["rows"]] == order
    job.stop.set()
    with pytest.raises(InterruptedError):
        run(ws, job)
