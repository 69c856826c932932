"""Matching of needs, results, experts and firms, on real records."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.services.workspace import Workspace
from policy.dates import today
from policy.errors import Fault, Refused
from tests.store.resultkit import TEXT, Call, a_result, a_university, added


def _firm(call: Call) -> str:
    return added(call, "organisation", name="示例机床厂", org_kind="企业", district="渝北区")


def _need(call: Call, owner: str, **values: Any) -> str:
    fixed = {"title": "机床主轴轴承损坏难以提前发现（示例）", "owner": owner, "kind": "成果引进", "source": "走访",
             "detail_public": "希望由振动判断轴承损伤和剩余寿命", "disclosure_level": "公开",
             "tech_field": "先进制造"}  # fmt: skip
    return added(call, "need", **{**fixed, **values})


@pytest.fixture
def sides(call: Call) -> tuple[str, str]:
    """A need and a result that fits it, among others that do not."""
    university, firm = a_university(call), _firm(call)
    for title, text in (("柑橘黄龙病快速检测试剂", "田间等温扩增"), ("聚乳酸耐热改性", "餐盒可降解")):
        a_result(call, university, f"{title}（示例）", summary_public=text)
    return _need(call, firm), a_result(call, university)


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
    a_result(call, a_university(call), disclosure_level=level, summary_internal="机床主轴轴承损伤")

    answer = call("match.run", need=need)

    assert bool(answer["rows"]) is found
    assert answer["nda"] == (level == "签保密协议后") and answer["closed"] == (level == "不公开")


def test_of_a_result_disclosed_by_name_only_the_name_is_compared(call: Call) -> None:
    need = _need(call, _firm(call))
    a_result(call, a_university(call), "一种诊断方法（示例）", disclosure_level="仅名称", keywords="轴承 主轴")

    assert call("match.run", need=need)["rows"] == []


def test_an_agreement_on_secrecy_opens_the_internal_text_to_its_parties(call: Call) -> None:
    firm = _firm(call)
    need, other = (
        _need(call, firm),
        _need(call, added(call, "organisation", name="另一厂", org_kind="企业"), title="轴承损伤"),
    )
    result = a_result(call, a_university(call), "一种方法（示例）", disclosure_level="签保密协议后", summary_public="",
                     summary_internal=TEXT)  # fmt: skip
    case = added(call, "case", no="A-1", title="洽谈", track="demand")
    added(call, "case_achievement", case=case, achievement=result)
    added(call, "case_party", case=case, party=firm, role="buyer")
    assert call("match.run", need=need)["rows"] == []

    call("records.edit", kind="case", id=case, values={"nda_on": "2026-05-01"})

    assert [row["achievement"] for row in call("match.run", need=need)["rows"]] == [result]
    assert call("match.run", need=other)["rows"] == []


def test_a_classified_result_is_never_compared(call: Call) -> None:
    need = _need(call, _firm(call), title="主轴轴承 A-7")
    secret = added(call, "achievement", title="A-7", register_no="A-7", classified="是", disclosure_level="公开")

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
    people = {name: added(call, "person", name=name, org=university) for name in ("甲", "乙", "丙", "丁")}
    added(call, "completer", achievement=result, person=people["甲"])
    closed = a_result(call, university, "主轴轴承损伤（不公开）", disclosure_level="不公开")
    added(call, "completer", achievement=closed, person=people["乙"])
    own = call("workspace.info")["organisation"]["id"]
    carrier = added(call, "carrier", name="示例孵化器", operator=own, carrier_kind="综合孵化器")
    added(call, "mentor_term", mentor=people["丙"], carrier=carrier, starts_on="2026-01-01", note="轴承振动和寿命预测")

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
        added(call, "person", name=name, org=university) for name in ("示例甲", "示例乙", "示例丙")
    )
    added(call, "completer", achievement=result, person=expert)
    closed = a_result(call, university, "主轴轴承损伤寿命（不公开）", disclosure_level="不公开")
    added(call, "completer", achievement=closed, person=other)
    secret = added(call, "achievement", title="M-1", register_no="M-1", classified="1")
    added(call, "need", title="餐盒变形（示例）", owner=firm, disclosure_level="公开", detail_public="聚乳酸餐盒耐热")
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
    expert = added(call, "person", name="示例甲", org=university)
    added(call, "completer", achievement=result, person=expert)
    a_result(call, university, "主轴轴承损伤寿命（不公开）", disclosure_level="不公开")
    a_result(call, university, "主轴轴承振动寿命（保密）", disclosure_level="签保密协议后")
    named = a_result(
        call, university, "主轴轴承振动监测（仅名称）", disclosure_level="仅名称", summary_public="秘密配方银烧结"
    )
    secret = added(call, "achievement", title="主轴轴承-2", register_no="主轴轴承-2", classified="1")
    firm = added(
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
    assert call("match.firm", firm=added(call, "firm", name="银烧结公司", main_product="秘密配方银烧结"))["rows"] == []

    # the scope of business where there is no main product, without what stands in everybody's
    scope = "一般项目：技术服务、技术开发；轴承振动监测（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
    other = added(call, "firm", name="示例监测公司", business_scope=scope)
    answer = call("match.firm", firm=other)
    assert answer["by"] == "business_scope" and result in [row["achievement"] for row in answer["rows"]]
    silent = added(call, "firm", name="示例无言公司", business_scope="一般项目：技术服务")
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


def test_nothing_of_the_firms_own_is_proposed_to_it(call: Call) -> None:
    firm, other = (
        added(call, "firm", name=name, main_product="低温银烧结焊膏") for name in ("示例甲公司", "示例乙公司")
    )
    owned = a_result(call, firm, "低温银烧结焊膏一代（示例）")
    shared = a_result(call, a_university(call), "低温银烧结焊膏二代（示例）")
    added(call, "co_owner", achievement=shared, owner=firm)
    colleague = added(call, "person", name="示例甲", org=firm)
    added(call, "completer", achievement=owned, person=colleague)

    assert (call("match.firm", firm=firm)["rows"], call("match.firm", firm=firm, find="person")["rows"]) == ([], [])
    assert {row["achievement"] for row in call("match.firm", firm=other)["rows"]} == {owned, shared}
    assert [row["person"] for row in call("match.firm", firm=other, find="person")["rows"]] == [colleague]


def test_accepting_begins_a_case_in_one_operation(call: Call, sides: tuple[str, str]) -> None:
    need, result = sides
    partner = a_university(call, "共有大学")
    added(call, "co_owner", achievement=result, owner=partner)
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
    weaker = a_result(call, a_university(call, "第二大学"), "轴承清洗（示例）", summary_public="清洗轴承损伤件")
    with pytest.raises(Refused, match=r"match\.no_reason"):
        call("match.decide", need=need, achievement=result, decision="rejected", reason="  ")

    call("match.decide", need=need, achievement=result, decision="rejected", reason="已与外省企业独占许可")

    rows = call("match.run", need=need, limit=5)["rows"]
    assert [(row["achievement"], row["decision"]) for row in rows] == [(weaker, "open"), (result, "rejected")]
    assert rows[1]["reason"] == "已与外省企业独占许可" and rows[1]["score"] > rows[0]["score"]


def test_next_number_follows_those_of_the_year(call: Call, sides: tuple[str, str]) -> None:
    need, result = sides
    for no in (f"{today().year}-041", f"{today().year}-乙", "2019-900"):
        added(call, "case", no=no, title=no, track="supply")

    done = call("match.decide", need=need, achievement=result, decision="accepted")

    assert call("records.get", kind="case", id=done["case"])["no"] == f"{today().year}-042"


def test_a_sample_year_of_needs_keeps_the_same_order_and_can_be_cancelled(ws: Workspace, call: Call) -> None:
    from desktop.services.matching import run
    from desktop.services.registry import Job

    university, firm = a_university(call), _firm(call)
    for place in range(6):
        a_result(call, university, f"轴承诊断方法{place}（示例）")
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
