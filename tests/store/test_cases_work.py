"""Milestones, gates, outcomes, the board, contract checks and proof of brokerage, over a real store."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.services.workspace import Workspace
from policy.dates import today
from policy.errors import Fault, Refused, Usage

Call = Callable[..., Any]


def _add(call: Call, kind: str, /, **values: Any) -> str:
    return str(call("records.add", kind=kind, values=values)["id"])


@pytest.fixture
def case(call: Call) -> str:
    return _add(call, "case", no="A-1", title="焊缝检测", track="supply", mode="licence")


def _stage(call: Call, case: str) -> str | None:
    stage: str | None = call("records.get", kind="case", id=case)["stage"]
    return stage


def _paper(call: Call, tmp_path: Path, target: str, doc_kind: str) -> None:
    file = tmp_path / f"{doc_kind.replace('/', '')}-{target.replace(':', '')[:18]}.txt"
    file.write_text(f"{doc_kind} {target}", "utf-8")
    call("evidence.add", files=[str(file)], target=target, values={"doc_kind": doc_kind})


def _lacks(call: Call, case: str, milestone: str) -> set[str]:
    told = call("case.milestones", case=case)["milestones"]
    return {need["id"] for one in told if one["milestone"] == milestone for need in one["missing"]}


# -- milestones and gates ------------------------------------------------------------------------------------------
def test_the_stage_is_the_furthest_milestone_without_a_gap_in_whatever_order(call: Call, case: str) -> None:
    call("case.reach", case=case, milestone="matched")
    assert _stage(call, case) == "lead"  # others stand open before it
    call("case.skip", case=case, milestone="disclosed", reason="成果早已登记在校内系统")
    call("case.reach", case=case, milestone="assessed")
    assert _stage(call, case) == "matched"


def test_a_case_is_at_the_first_milestone_by_being_on_record(call: Call) -> None:
    case = _add(call, "case", no="P-1", title="中试", track="poc", opened_on="2025-03-01")
    assert _stage(call, case) == "proposed"
    first = call("case.milestones", case=case)["milestones"][0]
    assert (first["state"], first["reached_on"], first["late"], first["record"]) == ("reached", "2025-03-01", True, "")
    call("case.reach", case=case, milestone="proposed", on="2025-02-01")  # entered all the same: that day counts
    assert call("case.milestones", case=case)["milestones"][0]["reached_on"] == "2025-02-01"
    call("case.skip", case=case, milestone="proposed", reason="接手时已在验证")
    assert _stage(call, case) is None
    columns = call("case.board", track="poc")["columns"]
    assert [card["no"] for card in columns[0]["cards"]] == ["P-1"]
    assert columns[0]["milestone"] == ""


def test_stage_follows_when_a_milestone_is_deleted_undone_or_the_mode_changes(call: Call, case: str) -> None:
    call("case.reach", case=case, milestone="lead")
    record = call("case.skip", case=case, milestone="disclosed", reason="已登记")["id"]
    call("case.reach", case=case, milestone="assessed")
    assert _stage(call, case) == "assessed"
    call("records.delete", kind="case_milestone", id=record)
    assert _stage(call, case) == "lead"
    call("records.undo")
    assert _stage(call, case) == "assessed"
    demand = _add(call, "case", no="D-1", title="降噪", track="demand")
    for name in ("lead", "need_registered", "clarified", "matched", "intent", "signed"):
        call("case.reach", case=demand, milestone=name, reason="客户着急")
    assert _stage(call, demand) == "signed"  # no result changes hands, as far as anybody knows
    call("records.edit", kind="case", id=demand, values={"mode": "licence"})
    assert _stage(call, demand) == "intent"  # now the plan and the price stand between
    call("records.edit", kind="case", id=demand, values={"mode": "consulting"})
    assert _stage(call, demand) == "signed"


def test_a_gate_asks_for_a_reason_and_never_blocks(ws: Workspace, call: Call, case: str) -> None:
    with pytest.raises(Refused) as refused:
        call("case.reach", case=case, milestone="disclosed")
    assert refused.value.code == "gate.reason_needed"
    assert "权属单位" in refused.value.params["missing"]
    assert call("case.milestones", case=case)["milestones"][1]["state"] == "open"
    call("case.reach", case=case, milestone="disclosed", reason="学校系统停机，下周补登")
    told = call("case.milestones", case=case)["milestones"][1]
    assert (told["state"], told["reason"]) == ("reached", "学校系统停机，下周补登")
    (entry,) = [row for row in call("audit.list", case=case)["entries"] if row["action"] == "case.gate"]
    assert "披露登记" in entry["text"]
    assert "学校系统停机" not in str(entry)  # an entry is never erased: it knows the reason by its digest


def test_what_is_only_shown_asks_for_nothing(call: Call, case: str) -> None:
    assert _lacks(call, case, "lead") == {"lead.party"}
    answer = call("case.reach", case=case, milestone="lead", on="2026-03")
    assert [need["severity"] for need in answer["missing"]] == ["i"]
    firm = _add(call, "organisation", name="示例机械有限公司", org_kind="firm")
    _add(call, "case_party", case=case, party=firm, role="buyer")
    assert _lacks(call, case, "lead") == set()


def test_a_gate_is_met_by_records_and_papers(call: Call, case: str, tmp_path: Path) -> None:
    university = _add(call, "organisation", name="示例大学", org_kind="university")
    project = _add(call, "research_project", name="智能检测", unit=university, level="national")
    result = _add(call, "achievement", title="焊缝检测方法", owner=university)
    _add(call, "case_achievement", case=case, achievement=result)
    assert _lacks(call, case, "disclosed") == {"disclosed.result", "disclosed.completers"}
    call("records.edit", kind="achievement", id=result, values={"project": project})
    person = _add(call, "person", name="王五")
    _add(call, "completer", achievement=result, person=person)
    assert _lacks(call, case, "disclosed") == set()
    contract = _add(call, "contract", name="许可合同", case=case, signed_on="2026-05-01", amount_formula="销售额3%")
    assert _lacks(call, case, "signed") == {"signed.paper"}
    _paper(call, tmp_path, f"contract:{contract}", "技术合同")
    assert _lacks(call, case, "signed") == set()
    other = _add(call, "contract", name="第二份", case=case)  # every contract, not one of them
    assert _lacks(call, case, "signed") == {"signed.contract", "signed.paper"}
    _paper(call, tmp_path, f"contract:{other}.amount_total", "技术合同")
    assert _lacks(call, case, "signed") == {"signed.contract"}


def test_an_old_check_of_the_legal_state_is_none(call: Call, case: str) -> None:
    result = _add(call, "achievement", title="焊缝检测方法", trl="5")
    _add(call, "case_achievement", case=case, achievement=result)
    right = _add(call, "ip_right", kind="invention", title="检测", achievement=result, legal_state="valid",
                 checked_on="2020-01-01")  # fmt: skip
    assert "assessed.rights" in _lacks(call, case, "assessed")
    call("records.edit", kind="ip_right", id=right, values={"checked_on": today().isoformat()})
    assert "assessed.rights" not in _lacks(call, case, "assessed")


def test_an_nda_is_asked_for_only_where_there_is_internal_text(call: Call, case: str) -> None:
    result = _add(call, "achievement", title="检测方法")
    _add(call, "case_achievement", case=case, achievement=result)
    assert "matched.nda" not in _lacks(call, case, "matched")
    call("records.edit", kind="achievement", id=result, values={"summary_internal": "关键参数"})
    assert "matched.nda" in _lacks(call, case, "matched")
    call("records.edit", kind="case", id=case, values={"nda_on": "2026-02-03"})
    assert "matched.nda" not in _lacks(call, case, "matched")


def test_bad_input_is_told_and_nothing_changes(call: Call, case: str) -> None:
    for name, given, code in (
        ("case.reach", {"milestone": "nowhere"}, "gate.unknown"),
        ("case.reach", {"milestone": "lead", "on": "2026-02-30"}, "record.bad_value"),
        ("case.skip", {"milestone": "lead", "reason": "  "}, "gate.skip_reason"),
        ("case.outcome", {"outcome": "lost"}, "case.outcome_reason"),
        ("case.outcome", {"outcome": "gone", "reason": "x"}, "record.bad_value"),
        ("case.move", {"milestone": "signed", "between": "jump"}, "gate.unknown_way"),
        ("case.may_state", {"statement": "love"}, "gate.unknown_statement"),
    ):
        with pytest.raises(Fault) as fault:
            call(name, case=case, **given)
        assert fault.value.code == code, name
    states = [one["state"] for one in call("case.milestones", case=case)["milestones"]]
    assert set(states[1:]) == {"open"}
    with pytest.raises(Usage):
        call("case.board", track="sideways")


def test_a_milestone_recorded_days_later_is_a_late_entry(call: Call, case: str) -> None:
    call("case.reach", case=case, milestone="lead", on="2025-01-02")
    call("case.reach", case=case, milestone="assessed")
    late = {one["milestone"]: one["late"] for one in call("case.milestones", case=case)["milestones"]}
    assert late["lead"] is True
    assert late["assessed"] is False


# -- moving ----------------------------------------------------------------------------------------------------------
def test_moving_ahead_passes_over_what_lies_between_in_one_step(call: Call, case: str) -> None:
    plan = call("case.move", case=case, milestone="intent", dry_run=True)
    assert [one["milestone"] for one in plan["between"]] == ["disclosed", "assessed", "matched"]
    assert plan["asks"]
    with pytest.raises(Refused):
        call("case.move", case=case, milestone="intent")
    call("case.move", case=case, milestone="intent", reason="带着意向书来的", on="2026-11-01")
    assert _stage(call, case) == "intent"
    call("records.undo")
    assert _stage(call, case) == "lead"


def test_moving_ahead_may_reach_or_leave_what_lies_between(call: Call, case: str) -> None:
    call("case.move", case=case, milestone="assessed", between="leave")
    assert _stage(call, case) == "lead"
    call("case.move", case=case, milestone="assessed", between="reach", reason="补记")
    states = {one["milestone"]: one["state"] for one in call("case.milestones", case=case)["milestones"]}
    assert [states[name] for name in ("lead", "disclosed", "assessed", "matched")] == ["reached"] * 3 + ["open"]
    assert _stage(call, case) == "assessed"


def test_moving_back_withdraws_what_stands_behind(call: Call, case: str) -> None:
    call("case.move", case=case, milestone="matched", between="reach", reason="补记")
    answer = call("case.move", case=case, milestone="disclosed")
    assert [one["milestone"] for one in answer["withdraws"]] == ["assessed", "matched"]
    assert _stage(call, case) == "disclosed"


def test_the_board_shows_open_cases_of_a_track_by_stage(call: Call, case: str) -> None:
    _add(call, "case", no="A-2", title="𠮷野镀膜", track="supply", estimate="30万元", next_on="2020-01-01")
    _add(call, "case", no="D-1", title="降噪", track="demand")
    gone = _add(call, "case", no="A-3", title="旧案", track="supply")
    call("case.outcome", case=gone, outcome="lost", reason="价格谈不拢", ground="price")
    call("case.reach", case=case, milestone="lead")
    _add(call, "contract", name="一", case=case, amount_total="12万元")
    _add(call, "contract", name="二", case=case, amount_total="8万元")
    board = call("case.board", track="supply")
    columns = {column["milestone"]: column for column in board["columns"]}
    late, card = columns["lead"]["cards"]  # the sooner next step first
    assert "" not in columns
    assert (card["no"], card["amount"], card["estimated"]) == ("A-1", 20_0000_00, False)
    assert (late["title"], late["amount"], late["estimated"]) == ("𠮷野镀膜", 30_0000_00, True)
    assert late["days_left"] < -1000
    assert board["others"] == 2
    only = call("case.board", track="supply", ids=[gone], outcomes=["lost"])
    assert [card["no"] for column in only["columns"] for card in column["cards"]] == ["A-3"]
    reason = call("records.get", kind="case", id=gone)
    assert (reason["outcome_reason"], reason["outcome_ground"]) == ("价格谈不拢", "price")


# -- statements ------------------------------------------------------------------------------------------------------
def test_a_price_may_be_stated_once_its_duties_are_done(call: Call, case: str, tmp_path: Path) -> None:
    answer = call("case.may_state", case=case, statement="price")
    assert not answer["may"]
    assert "单位选定的定价方式" in [need["label"] for need in answer["missing"]]
    call("case.move", case=case, milestone="priced", reason="先推进")  # the move itself is never kept back
    _add(call, "pricing", case=case, route="negotiated", proposed_price="100万元", meeting_on="2026-06-01")
    told = call("case.may_state", case=case, statement="price")
    assert not told["may"]
    assert {need["severity"] for need in told["missing"]} == {"b"}
    assert any("公示" in need["label"] for need in told["missing"])


def test_tax_may_be_stated_once_the_money_is_shared_out_and_published(call: Call, case: str) -> None:
    university = _add(call, "organisation", name="示例大学", org_kind="university")
    firm = _add(call, "organisation", name="示例机械有限公司", org_kind="firm")
    contract = _add(call, "contract", name="许可", case=case, seller=firm)
    receipt = _add(call, "receipt", contract=contract, received_on="2026-03-01", payer="甲", account_holder=university,
                   amount="100000")  # fmt: skip

    def missing() -> set[str]:
        return {need["id"] for need in call("case.may_state", case=case, statement="tax")["missing"]}

    assert missing() == set()  # no university owns anything here
    call("records.edit", kind="contract", id=contract, values={"seller": university})
    assert {"distributed.receipts", "distributed.publicity"} <= missing()
    shared = _add(call, "distribution", contract=contract, owner_kind="university", gross="100000", basis="net")
    _add(call, "distribution_receipt", distribution=shared, receipt=receipt)
    assert "distributed.receipts" not in missing()
    notice = _add(
        call, "publication", subject=f"distribution:{shared}", kind="reward", place="校内", starts_on="2026-04-01"
    )
    call("records.edit", kind="distribution", id=shared, values={"publicity": notice})
    assert "distributed.publicity" not in missing()
    shares = call("case.distributions", case=case)
    assert ([row["id"] for row in shares["rows"]], shares["open"]) == ([shared], [])


def test_recorded_prices_are_shown_in_full(call: Call, case: str) -> None:
    """100 万元 ends in noughts."""
    pricing = _add(call, "pricing", case=case, route="negotiated", proposed_price="100万元")
    shown = {one["name"]: one["value"] for one in call("pricing.path", record=pricing)["questions"]}
    assert shown["proposed_price"] == "100万元"


# -- contracts -------------------------------------------------------------------------------------------------------
def _odd(call: Call, contract: str) -> set[str]:
    return {one["field"] for one in call("contract.checks", contract=contract)}


def test_contracts_are_checked_without_being_refused(call: Call, case: str) -> None:
    seller = _add(call, "organisation", name="示例大学", org_kind="university")
    buyer = _add(call, "organisation", name="示例机械有限公司", org_kind="firm")
    good = _add(
        call, "contract", name="许可", case=case, seller=seller, buyer=buyer, contract_class="licence",
        registry_state="registered", registry_no="2026500099000001", signed_on="2026-03-01", applied_on="2026-03-05",
        registered_on="2026-03-20", amount_total="50万元", nontech_cost="5万元",
    )  # fmt: skip
    assert call("contract.checks", contract=good) == []
    call(
        "records.edit", kind="contract", id=good,
        values={"registry_no": "20265000990000", "registered_on": "2026-02", "nontech_cost": "60万元",
                "contract_class": "transfer", "buyer": seller},
    )  # fmt: skip
    assert _odd(call, good) == {"registered_on", "amount_tech", "contract_class", "buyer"}
    call("records.edit", kind="contract", id=good, values={"registry_no": "12345", "amount_total": "-1"})
    assert {"registry_no", "amount_total"} <= _odd(call, good)
    assert call("contract.checks", case=case)


def test_a_month_of_signing_and_a_day_in_it_are_in_order(call: Call) -> None:
    contract = _add(call, "contract", name="甲", signed_on="2026-03", registered_on="2026-03-02")
    assert "registered_on" not in _odd(call, contract)


def test_terms_of_mechanisms_and_our_own_part_are_asked_about(ws: Workspace, call: Call, case: str) -> None:
    call("records.edit", kind="case", id=case, values={"mechanisms": "use_then_pay,invest_then_equity"})
    own = str(ws.store.setting("organisation"))
    contract = _add(call, "contract", name="甲", case=case, seller=own, amount_total="10万元", contract_class="licence")
    _add(call, "contract_cost", contract=contract, kind="equipment", amount="2万元")
    _add(call, "instalment", contract=contract, no="1", amount="30000")
    texts = " ".join(one["text"] for one in call("contract.checks", contract=contract))
    for said in ("先使用后付费的约定", "先投后股的约定", "不能算作本机构促成", "2 万元", "3 万元"):
        assert said in texts, said


def test_a_contract_without_proof_of_brokerage_is_told_apart(call: Call, case: str, tmp_path: Path) -> None:
    contract = _add(call, "contract", name="焊缝检测许可", case=case, own_no="HT-2026-01")
    (told,) = call("contract.proof", case=case)
    assert (told["proven"], told["state"]) == (False, "未证明促成")
    brokerage = _add(call, "brokerage", contract=contract, our_role="log_only")
    assert not call("contract.proof", contract=contract)[0]["proven"]
    call("records.edit", kind="brokerage", id=brokerage,
         values={"our_role": "service_agreement", "fee_invoice_no": "0001", "fee_remark": "技术服务费",
                 "fee_received_on": "2026-08-01"})  # fmt: skip
    (told,) = call("contract.proof", contract=contract)
    assert (told["proven"], told["state"]) == (True, "已证明促成")
    assert len(told["missing"]) == 3  # the papers themselves
    for doc_kind in ("中介/服务协议", "发票", "银行回单"):
        _paper(call, tmp_path, f"brokerage:{brokerage}", doc_kind)
    (told,) = call("contract.proof", contract=contract)
    assert told["missing"] == ["发票备注没有写明合同名称或编号"]
    call("records.edit", kind="brokerage", id=brokerage, values={"fee_remark": "HT-2026-01 中介服务费"})
    assert call("contract.proof", contract=contract)[0]["missing"] == []


def test_being_named_and_a_confirmation_are_looked_at(ws: Workspace, call: Call, case: str) -> None:
    contract = _add(call, "contract", name="许可", case=case)
    brokerage = _add(call, "brokerage", contract=contract, our_role="named")
    assert "合同的第三方（中介）没有填为本机构" in call("contract.proof", contract=contract)[0]["missing"]
    own = str(ws.store.setting("organisation"))
    call("records.edit", kind="contract", id=contract, values={"third_party": own})
    assert "合同的第三方（中介）没有填为本机构" not in call("contract.proof", contract=contract)[0]["missing"]
    call("records.edit", kind="brokerage", id=brokerage, values={"our_role": "confirmation"})
    missing = call("contract.proof", contract=contract)[0]["missing"]
    assert {"买卖双方都还没有确认", "促成确认函没有附上"} <= set(missing)
    call("records.edit", kind="brokerage", id=brokerage, values={"confirmed_by_buyer": "1"})
    assert "买卖双方都还没有确认" not in call("contract.proof", contract=contract)[0]["missing"]


def test_three_equal_shares_leave_a_residue_that_is_told(call: Call, case: str) -> None:
    for name in ("甲", "乙", "丙"):
        person = _add(call, "person", name=name)
        _add(call, "case_broker", case=case, person=person, role="support", share_pct="33.33")
    told = call("case.shares", case=case)
    assert (told["sum"], told["whole"], told["residue"]) == (99_99, False, 1)


def test_a_classified_case_takes_no_milestone(call: Call) -> None:
    secret = _add(call, "case", no="密-1", title="密-1", track="supply", classified="1")
    with pytest.raises(Refused) as refused:
        call("case.reach", case=secret, milestone="lead")
    assert refused.value.code == "record.classified"


# -- dates and photos ------------------------------------------------------------------------------------------------
def test_a_case_knows_the_dates_of_what_hangs_on_it(call: Call, case: str) -> None:
    call("records.edit", kind="case", id=case, values={"next_on": "2026-12-01", "next_action": "约专家"})
    contract = _add(call, "contract", name="许可", case=case)
    _add(call, "instalment", contract=contract, no="1", due_on="2026-12", amount="5")
    _add(call, "instalment", contract=contract, no="2", condition="验收后", amount="5")
    university = _add(call, "organisation", name="示例大学", org_kind="university")
    result = _add(call, "achievement", title="焊缝检测方法", owner=university)
    _add(call, "grant", achievement=result, unit=university, kind="long_use", granted_on="2026-10-08", case=case)
    other = _add(call, "case", no="A-2", title="别的案件", track="supply", next_on="2026-12-01")
    rows = call("case.deadlines", case=case, on="2026-11-21")
    told = {row["title"]: (row["due"], row["days_left"]) for row in rows}
    assert told["约专家"] == ("2026-12-01", 10)
    assert told["第 1 期应收"] == ("2026-12-31", 40)
    later = call("case.deadlines", case=case, on="2027-12-31")
    assert [row["days_left"] for row in later if row["title"] == "第 1 期应收"] == [-365]  # until it is paid
    assert any(row["kind"] == "grant" and row["due"] == "2027-10-08" for row in rows)
    assert other not in {row["id"] for row in rows}


def test_photos_say_when_they_were_taken_and_damaged_ones_say_nothing(call: Call, tmp_path: Path) -> None:
    from PIL import Image

    files = []
    for name, text in (
        ("好.jpg", "2026:01:20 09:15:00"),
        ("无钟.jpg", "0000:00:00 00:00:00"),
        ("旧.jpg", "1970:01:01 00:00:00"),
    ):
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = text
        Image.new("RGB", (8, 8)).save(tmp_path / name, exif=exif)
        files.append(str(tmp_path / name))
    whole = (tmp_path / "好.jpg").read_bytes()
    inside = whole[whole.index(b"Exif\x00\x00") :]
    boxes = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(500) + b"\x00\x00\x00\x06"
    (tmp_path / "苹果.HEIC").write_bytes(boxes + inside[:400] + bytes(900))
    files.append(str(tmp_path / "苹果.HEIC"))
    cut = (("断.heic", boxes + inside[:20]), ("空.heic", boxes))
    for name, data in (*cut, ("断.jpg", whole[:40]), ("空.jpg", b""), ("字.txt", "你好".encode())):
        (tmp_path / name).write_bytes(data)
        files.append(str(tmp_path / name))
    files.append(str(tmp_path / "没有.jpg"))
    told = [{"file": file, "taken": "2026-01-20 09:15"} for file in (files[0], files[3])]
    assert call("case.photo_times", files=files) == told


# -- the file of a case ----------------------------------------------------------------------------------------------
def test_the_file_of_a_case_is_printed_with_its_money_proof_and_late_entries(
    call: Call, case: str, tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    firm = _add(call, "organisation", name="重庆示例机械有限公司", org_kind="firm")
    _add(call, "case_party", case=case, party=firm, role="buyer", contact="张三 13812345678")
    for name in ("甲", "乙", "𠮷"):
        person = _add(call, "person", name=name)
        _add(call, "case_broker", case=case, person=person, role="support", share_pct="33.33")
    contract = _add(call, "contract", name="焊缝检测许可", case=case, buyer=firm, amount_total="50万元")
    _add(call, "instalment", contract=contract, no="1", due_on="2026-03-01", amount="200000", condition="签约后")
    for day, amount in (("2026-05-02", "-3000"), ("2026-03-02", "200000")):
        _add(call, "receipt", contract=contract, received_on=day, payer="重庆示例机械有限公司", amount=amount,
             account_holder=firm)  # fmt: skip
    call(
        "case.log",
        case=case,
        kind="visit",
        note="看了样机 㼆，回电13912345678",
        at="2026-01-05 15:42",
        next_action="约专家",
    )
    secret = call(
        "case.log", case=case, kind="visit", at="2026-02-01", note="底价不外传", next_action="按底价八折谈",
        next_on="2026-12-11",
    )  # fmt: skip
    call("records.edit", kind="case_log", id=secret["id"], values={"confidential": "是"})
    first, second = (tmp_path / name for name in ("一.pdf", "二.pdf"))
    for file in (first, second):
        call("document.write", name="case", id=case, out=str(file))
    assert first.read_bytes() == second.read_bytes()
    command = [require_tool("pdftotext"), "-layout", str(first), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    for told in ("焊缝检测", "份额合计 99.99%", "部分到账", "未证明促成", "-3,000", "补记", "看了样机 㼆", "约专家"):
        assert told in text, told
    assert text.index("2026-03-02") < text.index("2026-05-02")  # money by its days
    assert "底价" not in text and "另有 1 条保密记录" in text
    assert "没有登记" in text
    assert "138****5678" in text and not re.search("1[0-9]{10}", text)
    whole = tmp_path / "全.pdf"
    before = call("workspace.info")["audit"]["length"]
    call("document.write", name="case", id=case, out=str(whole), with_personal=True)
    found = subprocess.run([*command[:2], str(whole), "-"], capture_output=True, check=True).stdout.decode()
    assert "13812345678" in found and "13912345678" in found
    assert call("workspace.info")["audit"]["length"] == before + 1
    call("document.write", name="case", id=case, out=str(second), period="2025")
    assert (
        "看了样机"
        not in subprocess.run([*command[:2], str(second), "-"], capture_output=True, check=True).stdout.decode()
    )
