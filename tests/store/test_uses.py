"""What users get out of the rules: distribution, pricing path, awards, the quarterly sheet, the agency, targets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from db.models import Target
from desktop.messages import explain
from policy.errors import Fault, Refused

Call = Callable[..., Any]
UNIVERSITY = {"owner_kind": "高校院所", "gross": "1000000", "gross_basis": "到账额", "taxes": "60000"}
THIRDS = [{"name": name, "role": "completer", "share_pct": "33.33"} for name in ("甲", "乙", "丙")]


def _add(call: Call, kind: str, /, **values: Any) -> str:
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
        ({"team_pct": "-5", "unit_pct": "105"}, "distribution.pct_invalid"),
        ({"taxes": "-1"}, "distribution.negative"),
        ({"tax": "1"}, "policy.unknown_name"),
        ({"reward_pct": "101"}, "distribution.pct_invalid"),
    ],
)
def test_what_does_not_add_up_is_refused(call: Call, change: dict[str, str], code: str) -> None:
    with pytest.raises(Fault) as fault:
        call("distribution.compute", values={**UNIVERSITY, "team_pct": "70", "unit_pct": "30", **change})
    assert fault.value.code == code


# -- pricing -------------------------------------------------------------------------------------------------------
def _duties(answer: dict[str, Any]) -> dict[str, str]:
    return {duty["rule"]: duty["state"] for duty in answer["duties"]}


def test_a_negotiated_price_asks_for_publicity_of_name_and_price_and_its_days(call: Call) -> None:
    answer = call("pricing.path", values={"route": "协议定价", "related_party": "0"}, on="2026-11-21")
    found = _duties(answer)
    assert found["negotiated-price"] == found["publicity-15-days"] == found["completer-papers"] == "missing"
    assert "valuation-related" not in found and "valuation-experts" not in found
    papers = next(duty for duty in answer["duties"] if duty["rule"] == "completer-papers")
    assert len(papers["parts"]) == 5
    days = next(duty for duty in answer["duties"] if duty["rule"] == "publicity-15-days")
    assert (days["verified"], bool(days["clause"])) == (False, True)
    given = {"publicity_from": "2026-03-01", "publicity_to": "2026-03-16"}
    done = call("pricing.path", values={"route": "协议定价", "related_party": "0", **given})
    assert _duties(done)["publicity-15-days"] == "done"
    short = call(
        "pricing.path", values={"route": "协议定价", "related_party": "0", **given, "publicity_to": "2026-03-15"}
    )
    assert _duties(short)["publicity-15-days"] == "missing"


def test_valuation_without_a_related_party_may_have_experts_with_one_needs_a_third_party(call: Call) -> None:
    alone = _duties(call("pricing.path", values={"route": "评估定价（专家组）", "related_party": "0"}))
    assert alone["valuation-experts"] == "info" and "valuation-related" not in alone
    related = _duties(call("pricing.path", values={"route": "评估定价（专家组）", "related_party": "1"}))
    assert related["valuation-related"] == "missing" and "valuation-experts" not in related
    assert "negotiated-price" not in related


def test_a_recorded_price_is_read_from_its_case_publicity_and_papers(call: Call) -> None:
    case = _add(call, "case", no="1", title="成果甲", track="supply", related_party="否")
    result = _add(call, "achievement", title="成果甲")
    notice = _add(
        call, "publication", subject=f"achievement:{result}", kind="协议定价公示", place="公告栏",
        starts_on="2026-03-01", ends_on="2026-03-20", objections="0",
    )  # fmt: skip
    price = _add(
        call, "pricing", case=case, route="协议定价", proposed_price="65", publication=notice, meeting_on="2026-03-25"
    )
    answer = call("pricing.path", record=price, on="2026-11-21")
    found = _duties(answer)
    assert found["publicity-15-days"] == found["collective-decision"] == "done"
    assert found["negotiated-price"] == "missing"  # nobody said that name and price stood in it
    asked = {question["name"]: question for question in answer["questions"]}
    assert asked["proposed_price"]["value"] == "65万元" and asked["proposed_price"]["recorded"]
    assert asked["name_published"]["kind"] == "yes_no" and not asked["name_published"]["recorded"]
    told = call("pricing.path", record=price, values={"name_published": "1", "price_published": "1"})
    assert _duties(told)["negotiated-price"] == "done"


# -- awards --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("received", "most"), [("4999.99", 100), ("5000", 200), ("9999.99", 200), ("10000", 300)])
def test_the_award_for_local_conversion_at_its_borders(call: Call, received: str, most: int) -> None:
    university = _university(call)
    contract = _contract(call, university, amount_total=received)
    _add(
        call, "receipt", contract=contract, received_on="2025-06-01", payer="甲", account_holder=university,
        amount=f"{received}万元", is_local="是",
    )  # fmt: skip
    answer = call("estimate.run", period="2025")
    row = next(row for row in answer["rows"] if row["rule"] == "award-local-conversion")
    assert (row["max_fen"], row["status"]) == (most * 1_000_000, "draft")
    assert bool([note for note in row["notes"] if "歧义" in note]) == (received == "5000")
    assert row["figures"][0]["rows"] and row["clause"] == "第13条"


def test_awards_are_not_summed_alternatives_and_doubles_are_named(call: Call) -> None:
    own = call("workspace.info")["organisation"]["id"]
    carrier = {"name": "孵化器", "operator": own, "carrier_kind": "综合孵化器"}
    _add(call, "carrier", **carrier)
    case = _add(call, "case", no="1", title="案件甲", track="demand", related_party="否")
    person = _add(call, "person", name="经纪人甲", org_category="其他")
    _add(call, "case_broker", case=case, person=person, role="主办")
    contract = _contract(call, _university(call), case=case, registered_on="2025-05-01")
    _add(call, "brokerage", contract=contract, our_role="中介合同")
    call("policy.choose", choice="title-award", value="both", reason="两种称号都看")
    answer = call("estimate.run", period="2025")
    assert "total_fen" not in answer
    titles = [row for row in answer["rows"] if row["ref"] == "S0-11"]
    assert len(titles) > 1 and all(row["alternatives"] for row in titles)
    assert [(row["id"], "一次" in row["why"]) for row in answer["excluded"]] == [(contract, True)]


# -- the quarter ---------------------------------------------------------------------------------------------------
def test_the_quarter_shows_each_university_with_what_its_rate_is_made_of(call: Call, tmp_path: Path) -> None:
    university = _university(call)
    for number, (day, local, major) in enumerate(
        (("2026-07-01", "是", "是"), ("2026-09-30", "否", "否"), ("2026-10-01", "是", "是"))
    ):
        _add(
            call, "achievement", title=f"成果{number}", owner=university, converted_on=day, conversion_mode="转让",
            is_local=local, is_major=major, major_reason="填补空白" if major == "是" else "",
        )  # fmt: skip
    answer = call("quarterly.sheet", period="2026Q3")
    assert [row["name"] for row in answer["rows"]] == ["示例大学"]
    cells = dict(zip((head["rule"] for head in answer["columns"]), answer["rows"][0]["cells"], strict=True))
    rate = cells["race-local-rate"]
    assert (rate["value"], [one["value"] for one in rate["measures"]]) == ("50.0", ["1 项", "2 项"])
    assert cells["race-major"]["value"] == "1"
    assert [(one["title"], one["reason"]) for one in answer["rows"][0]["major"]] == [("成果0", "填补空白")]
    assert all(head["status"] == "draft" and head["clause"] for head in answer["columns"])
    file = tmp_path / "赛马.xlsx"
    assert call("quarterly.export", period="2026Q3", file=str(file))["rows"] == 1
    cells_written = [cell.value for row in load_workbook(file).active.iter_rows() for cell in row]
    assert "50.0 %" in cells_written and any("填补空白" in str(cell) for cell in cells_written)
    call("policy.choose", choice="local-rate", value="amount", reason="按金额")
    assert "race-local-rate-amount" in [head["rule"] for head in call("quarterly.sheet", period="2026Q3")["columns"]]


# -- the agency ----------------------------------------------------------------------------------------------------
def test_deals_proven_and_not_stand_apart_and_capabilities_are_no_condition(call: Call, tmp_path: Path) -> None:
    own = call("workspace.info")["organisation"]["id"]
    report = _add(call, "agency_year", unit=own, year="2025", patent_analysis="有分析报告", online_platform="")
    for number, role in enumerate(("中介合同", "仅过程记录")):
        contract = _contract(
            call,
            _university(call, name=f"大学{number}"),
            own_no=f"合-{number}",
            signed_on="2025-04-20",
            registered_on="2025-05-01",
            third_party=own,
        )
        _add(call, "brokerage", contract=contract, our_role=role)
    (tmp_path / "报告.txt").write_text("分析", encoding="utf-8")
    call("evidence.add", files=[str(tmp_path / "报告.txt")], target=f"agency_year:{report}.patent_analysis")
    answer = call("agencysheet.show", year="2025")
    assert (answer["proven"]["value"], answer["unproven"]["value"]) == ("1 项", "1 项")
    first = answer["capabilities"][0]
    assert (first["state"], first["evidence"]) == ("pass", 1)
    assert answer["award"]["max_fen"] == 100_000_000
    assert "条件" in answer["basis"]["notes"][0]
    year = call("agencysheet.year", year=2025)
    assert (year["signed"], year["proven"], year["unproven"]) == (2, 1, 1)
    call("bulk.archive", kind="contract", ids=call("records.ids", kind="contract"), archived=True)
    assert call("agencysheet.year", year=2025) == year  # what is filed away still counts, in every figure


# -- targets -------------------------------------------------------------------------------------------------------
def test_a_citys_figure_is_never_our_gap_and_our_own_target_is(call: Call) -> None:
    event = {
        "title": "对接会",
        "e_kind": "科技成果进区县",
        "starts_on": "2026-05-08",
        "our_role": "主办",
        "joint": "否",
    }
    _add(call, "event", **event)
    rows = {row["key"]: row for row in call("targets.list", year="2026")}
    city = rows["cq-draft-measures/target-events"]
    assert (city["value"], city["target"], city["ours"], city["gap"]) == (1.0, 100.0, None, "")
    call("evaluation.share", pack="cq-draft-measures", rule="target-events", period="2026", own_share=4)
    shared = {row["key"]: row for row in call("targets.list", year="2026")}["cq-draft-measures/target-events"]
    assert (shared["ours"], shared["progress"], shared["figures"][0]["rows"][0]["title"]) == (4.0, "25 %", "对接会")
    asked = {"label": "任务书：办会", "measure": "events_held", "value": "3", "year": "2026", "scope": "taskbook"}
    made = call("targets.add", **asked, clause="任务书第三条")
    own = next(row for row in call("targets.list", year="2026") if row["record"] == made["id"])
    assert (own["scope"], own["progress"], own["gap"], own["clause"]) == (
        "taskbook",
        "33 %",
        "还差 2 场",
        "任务书第三条",
    )
    call("targets.add", **{**asked, "value": "1"})
    again = [row for row in call("targets.list", year="2026") if row["record"]]
    assert [(row["target"], row["progress"], row["gap"]) for row in again] == [(1.0, "100 %", "")]


def test_a_share_set_counts_alike_in_targets_and_in_the_evaluation(call: Call, tmp_path: Path) -> None:
    """Also of a target of our own, which a share makes ours to another height."""
    text = call("policy.text", pack="cq-draft-measures")["text"]
    file = tmp_path / "own.toml"
    head, _, rest = text.partition('id = "target-events"')
    made = head.replace('id = "cq-draft-measures"', 'id = "own-measures"', 1) + 'id = "target-events"'
    made += rest.replace('scope = "city"', 'scope = "own"', 1).replace('verdict = "info"', 'verdict = "fail"', 1)
    file.write_bytes(b"\xef\xbb\xbf" + made.encode())  # as a notepad saves it
    pack = call("policy.add", file=str(file))["id"]
    for share, ours in ((None, 100), (4, 4)):
        call("evaluation.share", pack=pack, rule="target-events", period="2026", own_share=share)
        (row,) = [row for row in call("targets.list", year="2026") if row["key"] == f"{pack}/target-events"]
        judged = call("evaluation.run", pack=pack, period="2026")["indicators"]
        (found,) = [one for one in judged if one["id"] == "target-events"]
        assert row["ours"] == ours and row["gap"] == found["gap"]
        assert not found["gap"] or str(ours) in found["gap"]


def test_a_target_of_a_record_that_is_gone_has_no_figure_and_hides_no_other(ws: Any, call: Call) -> None:
    own = {"title": "办会", "measure": "events_held", "value": "5", "period": "2026", "scope": "own"}
    with ws.store.write("示例") as write:
        write.insert(Target, {**own, "subject": "carrier:gone"})
        write.insert(Target, {**own, "title": "另一项"})
    rows = [row for row in call("targets.list", year="2026") if row["record"]]
    assert {row["title"]: (row["value"], row["target"]) for row in rows}["办会"] == (None, 5.0)
    assert len(rows) == 2


def test_targets_of_a_plan_that_ended_are_not_listed_for_a_later_year(call: Call) -> None:
    now = {row["pack"] for row in call("targets.list", year="2026")}
    assert "cq-plan-2024-2027" in now and "cq-transfer-plan-2017" not in now
    assert "cq-plan-2024-2027" not in {row["pack"] for row in call("targets.list", year="2028")}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"measure": "nonsense"}, "policy.unknown_name"),
        ({"value": "很多"}, "policy.figure_invalid"),
        ({"label": " "}, "target.no_title"),
        ({"scope": "world"}, "target.scope"),
        ({"year": "明年"}, "policy.period_invalid"),
        ({"subject": "firm:x"}, "target.not_of_subject"),
        ({"subject": "carrier:x"}, "record.unknown"),
    ],
)
def test_a_target_that_says_nothing_is_refused(call: Call, change: dict[str, str], code: str) -> None:
    asked = {"label": "办会", "measure": "events_held", "value": "3", "year": "2026", **change}
    with pytest.raises(Fault) as fault:
        call("targets.add", **asked)
    assert fault.value.code == code
    assert len(explain(fault.value)) < 400  # the nearest names, never all there are


# -- eligibility, integrity, advice --------------------------------------------------------------------------------
@pytest.mark.parametrize(("on", "verdict"), [("2026-11-21", "pass"), ("2026-11-22", "fail")])
def test_a_firm_may_stay_to_the_day_48_months_are_full(call: Call, on: str, verdict: str) -> None:
    own = call("workspace.info")["organisation"]["id"]
    firm = _add(call, "firm", name="示例科技", founded_on="2021-01-01")
    carrier = _add(call, "carrier", name="孵化器", operator=own, carrier_kind="综合孵化器")
    _add(call, "tenancy", firm=firm, carrier=carrier, entered_on="2022-11-21", status="在孵")
    answer = call("eligibility.firm", firm=firm, on=on)
    questions = {question["id"]: question for question in answer["questions"]}
    assert questions["stay"]["verdict"] == verdict
    assert bool(questions["stay"]["missing"]) == (verdict == "fail")
    assert questions["enter"]["verdict"] == "unknown" and questions["sme"]["verdict"] == "unknown"
    assert all(rule["clause"] and rule["source"] for question in answer["questions"] for rule in question["rules"])


def test_an_integrity_score_at_zero_warns_with_its_clause_and_one_above_does_not(call: Call) -> None:
    own = call("workspace.info")["organisation"]["id"]
    _university(call, integrity_score="1", integrity_grade="达标")
    assert call("integrity.list") == []
    call("records.edit", kind="organisation", id=own, values={"integrity_score": "0", "integrity_grade": "不达标"})
    found = call("integrity.list")
    assert [(row["id"], row["clause"]) for row in found] == [(own, "（二十三）")] * 2


def test_advice_names_the_fewest_firms_and_the_rows_at_the_border(call: Call) -> None:
    own = call("workspace.info")["organisation"]["id"]
    carrier = _add(call, "carrier", name="孵化器", operator=own, carrier_kind="综合孵化器")
    for number in range(3):
        firm = _add(call, "firm", name=f"企业{number}", founded_on="2024-06-01")
        _add(call, "tenancy", firm=firm, carrier=carrier, entered_on="2025-01-01", status="在孵")
    subject = f"carrier:{carrier}"
    place = {"pack": "guokefaqu-2018-300", "period": "2025", "subject": subject}
    verdicts = {row["id"]: row for row in call("evaluation.run", **place)["indicators"]}
    tenants = next(row for row in verdicts.values() if row["measures"] == ("tenants",) and row["verdict"] == "fail")
    told = next(row for row in call("evaluation.advice", **place) if row["rule"] == tenants["id"])
    assert told["text"] == "「在孵企业」再有 47 家，即符合"
    tried = call("evaluation.run", **place, what_if={"tenants": "50"})
    assert next(row for row in tried["indicators"] if row["id"] == tenants["id"])["verdict"] == "pass"
    short = call("evaluation.run", **place, what_if={"tenants": "49"})
    assert next(row for row in short["indicators"] if row["id"] == tenants["id"])["verdict"] == "fail"
