"""What a hard look at the policies found: figures that slipped through, choices that were lost, money counted twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.models import Round
from desktop.services.noticegrid import pasted
from desktop.services.noticetable import read_table
from policy.errors import Fault
from policy.i18n import speaking
from tests.store.test_choices import PACK as CHOICE_PACK
from tests.store.test_packstore import NOTICE

Call = Callable[..., Any]


def _add(call: Call, kind: str, /, **values: Any) -> str:
    return str(call("records.add", kind=kind, values=values)["id"])


def _own(call: Call) -> str:
    return f"organisation:{call('workspace.info')['organisation']['id']}"


def _paper(call: Call, folder: Path) -> str:
    file = folder / "通知.txt"
    file.write_text("通知（虚构）", "utf-8")
    return str(call("evidence.add", files=[str(file)])["ids"][0])


# -- old evaluations -----------------------------------------------------------------------------------------------
def test_an_old_evaluation_keeps_the_choice_of_its_pack_when_the_pack_is_gone(call: Call, ws: Any) -> None:
    call("policy.add", text=CHOICE_PACK.format(id="one"))
    call("policy.choose", choice="report-day", value="late", reason="乙文件较新")
    frozen = call("evaluation.freeze", pack="one", period="2025", subject=_own(call))["id"]
    before = call("evaluation.reopen", snapshot=frozen)["today"]["indicators"]
    call("policy.add", text=CHOICE_PACK.format(id="one").replace("report-day", "other-day"))
    call("policy.remove", pack="one")
    after = call("evaluation.reopen", snapshot=frozen)
    assert after["pack_now"] == "gone"
    assert after["today"]["indicators"] == before


def test_what_was_frozen_is_confirmed_by_its_own_text(call: Call, tmp_path: Path) -> None:
    call("policy.add", text=NOTICE)
    place = {"pack": "notice", "period": "2025", "subject": _own(call)}
    frozen = call("evaluation.freeze", **place)["id"]
    call("policy.add", text=NOTICE.replace('id = "trained"', 'id = "taught"'))
    call("policy.confirm", **place, snapshot=frozen, notice=_paper(call, tmp_path))
    assert call("apply.check", snapshot=frozen)["blocks_sealing"] == []


# -- figures that slip through -------------------------------------------------------------------------------------
def test_a_formula_with_a_figure_of_the_document_blocks_until_confirmed(call: Call) -> None:
    own = _own(call).partition(":")[2]
    contract = _add(call, "contract", name="示例合同", seller=own, own_no="合-1", signed_on="2026-01-05")
    values = {"owner_kind": "高校院所", "gross": "1000", "taxes": "0", "team_pct": "80", "unit_pct": "20"}
    record = call("distribution.save", contract=contract, values=values)["id"]
    judged = f"distribution:{record}"
    call("evaluation.type", measure="cash_reward", subject=judged, period="2026", value="800元")
    frozen = call("evaluation.freeze", pack="tax-reward-2018-58", period="2026", subject=judged)["id"]
    shown = {item["id"]: item for item in call("evaluation.snapshot", id=frozen)["indicators"]}
    assert shown["taxable-half"]["verdict"] == "info" and shown["taxable-half"]["value"]
    blocked = [item["rule"] for item in call("apply.check", snapshot=frozen)["blocks_sealing"]]
    assert "taxable-half" in blocked
    counted = call("policy.try", pack="transfer-agency-evaluation", rule="firms-per-100", values={})
    assert not counted["stated"]  # a rate is no figure of a document


def test_a_day_the_user_typed_is_nobody_elses_word(call: Call) -> None:
    values = {"period": "2025", "choice.report-date": "04-20", "reported_on": "2026-04-19"}
    found = call("policy.try", pack="cq-draft-measures", rule="annual-report", values=values)
    assert (found["due"], found["verified"]) == ("2026-04-20", False)


# -- periods -------------------------------------------------------------------------------------------------------
def test_nothing_is_estimated_before_its_document_was_in_force(call: Call) -> None:
    own = _own(call).partition(":")[2]
    call("records.edit", kind="organisation", id=own, values={"org_kind": "高等院校"})
    packs = {row["pack"] for row in call("estimate.run", period="2019")["rows"]}
    assert "cq-rules-2021-43" not in packs
    assert "cq-rules-2021-43" in {row["pack"] for row in call("estimate.run", period="2025")["rows"]}


def test_a_report_made_for_one_year_closes_that_years_day_only(call: Call) -> None:
    own = _own(call)
    call("records.edit", kind="organisation", id=own.partition(":")[2], values={"org_kind": "高等院校"})

    def days() -> list[str]:
        rows = call("deadlines.list", on="2026-03-12", days=400)
        return [row["due"] for row in rows if "年度报告" in row["title"]]

    assert days() == ["2026-03-30", "2027-03-30"]
    call("evaluation.type", measure="reported_on", subject=own, period="2025", value="2026-03-10")
    assert days() == ["2027-03-30"]


def test_the_users_successor_takes_the_place_of_the_text_it_replaces(call: Call) -> None:
    asked = {"pack": "cq-rules-2021-43", "id": "rules-2026", "name": "新细则", "status": "in_force"}
    text = call("packedit.successor", **asked)["text"]
    doubled = text.replace("100_000_000", "200_000_000")
    call("policy.add", text=doubled)
    assert call("agencysheet.show", year="2026")["award"]["max_fen"] == 200_000_000
    rows = [row["pack"] for row in call("estimate.run", period="2026")["rows"] if row["ref"] == "S1-11"]
    assert set(rows) == {"rules-2026"}
    targets = [row["pack"] for row in call("targets.list", year="2026") if row["rule"] == "target-entrepreneurs"]
    assert targets == ["rules-2026"]


# -- money ---------------------------------------------------------------------------------------------------------
def test_a_second_batch_does_not_divide_the_first_ones_money_again(call: Call) -> None:
    own = _own(call).partition(":")[2]
    contract = _add(call, "contract", name="示例合同", seller=own, own_no="合-1", signed_on="2026-01-05")
    money = {"contract": contract, "payer": "甲公司", "account_holder": own}
    _add(call, "receipt", **money, received_on="2026-02-01", amount="1000")
    values = {"owner_kind": "高校院所", "taxes": "0", "team_pct": "80", "unit_pct": "20"}
    call("distribution.save", contract=contract, values=values)
    assert call("distribution.compute", contract=contract, values=values)["gross_fen"] is None
    _add(call, "receipt", **money, received_on="2026-06-01", amount="500")
    assert call("distribution.compute", contract=contract, values=values)["gross_fen"] == 500_00


def test_what_was_kept_is_what_was_computed(call: Call) -> None:
    own = _own(call).partition(":")[2]
    for name in ("甲", "乙", "丙"):
        _add(call, "person", name=name, org_category="高校")
    contract = _add(call, "contract", name="示例合同", seller=own, own_no="合-1", signed_on="2026-01-05")
    values = {"owner_kind": "高校院所", "gross": "1000000", "taxes": "0", "team_pct": "100"}
    lines = [{"name": name, "role": "completer", "share_pct": "33.333333"} for name in ("甲", "乙", "丙")]
    kept = call("distribution.save", contract=contract, values=values, lines=lines)["id"]
    typed = call("distribution.compute", contract=contract, values=values, lines=lines)["lines"]
    again = call("distribution.compute", record=kept)["lines"]
    assert [line["amount_fen"] for line in again] == [line["amount_fen"] for line in typed]


# -- rounds --------------------------------------------------------------------------------------------------------
def test_a_step_that_was_done_is_no_deadline_and_two_of_one_name_are_two(ws: Any, call: Call) -> None:
    steps = [
        {"name": "公示", "due": "2026-03-20", "done_on": "2026-03-01"},
        {"name": "公示", "due": "2026-04-20"},
        {"name": "公示", "due": "2026-05-20"},
    ]
    with ws.store.write("示例") as write:
        write.insert(Round, {"title": "2026年绩效评价", "issuer": "科技局", "period": "2025", "steps": steps})
    found = call("deadlines.list", on="2026-03-01", days=90)
    assert [row["due"] for row in found] == ["2026-04-20", "2026-05-20"]
    assert len({row["key"] for row in found}) == 2


def test_an_hour_that_is_none_spoils_no_calendar_file(ws: Any, call: Call, tmp_path: Path) -> None:
    steps = [{"name": "甲", "due": "2026-03-20 25:99"}, {"name": "乙", "due": "2026-03-21 18:00"}]
    with ws.store.write("示例") as write:
        write.insert(Round, {"title": "2026年绩效评价", "issuer": "科技局", "period": "2025", "steps": steps})
    assert call("deadlines.ics", file=str(tmp_path / "a.ics"), on="2026-03-01", days=60)["events"] == 2


# -- hostile input -------------------------------------------------------------------------------------------------
def test_a_run_of_blanks_in_pasted_html_costs_no_more_than_its_length() -> None:
    begun = time.perf_counter()
    (grid,) = pasted("", "<table><tr><td>甲" + " " * 200_000 + "乙</td><td>10</td></tr></table>")
    assert time.perf_counter() - begun < 2
    assert grid.rows[0][1] == "10"


def test_a_cell_full_of_digits_is_read_at_once_and_states_nothing() -> None:
    begun = time.perf_counter()
    for text in ("1" * 20_000, "1" * 5_000 + "分"):
        (grid,) = pasted("", f"<table><tr><td>指标</td><td>标准</td></tr><tr><td>{text}</td><td>甲</td></tr></table>")
        (row,) = read_table(grid).rows
        assert row.points == ""
    assert time.perf_counter() - begun < 2


def test_options_that_only_one_of_two_packs_knows_can_be_taken_and_each_keeps_its_default(call: Call, ws: Any) -> None:
    call("policy.add", text=CHOICE_PACK.format(id="one"))
    newer = CHOICE_PACK.format(id="two").replace('id = "late"', 'id = "later"').replace('["late"]', '["later"]')
    call("policy.add", text=newer.replace('default = "early"', 'default = "later"'))
    assert call("evaluation.run", pack="one", period="2025", subject=_own(call))["indicators"] == []
    assert call("evaluation.run", pack="two", period="2025", subject=_own(call))["indicators"]
    call("policy.choose", choice="report-day", value="early", reason="以免逾期")
    assert call("evaluation.run", pack="two", period="2025", subject=_own(call))["indicators"] == []
    call("policy.choose", choice="report-day", value="later", reason="乙文件较新")
    assert call("evaluation.run", pack="two", period="2025", subject=_own(call))["indicators"]


def test_what_is_frozen_is_the_same_in_every_language(call: Call) -> None:
    found = []
    for language in ("zh", "en"):
        with speaking(language):
            frozen = call("evaluation.freeze", pack="cq-rules-2021-43", period="2025", subject=_own(call))
            found.append(frozen["digest"])
    assert found[0] == found[1]


# -- what is typed -------------------------------------------------------------------------------------------------
def test_what_is_no_day_is_not_taken_as_one_and_stands_in_no_deadlines_way(call: Call) -> None:
    own = _own(call)
    call("records.edit", kind="organisation", id=own.partition(":")[2], values={"org_kind": "高等院校"})
    for text in ("昨天", "2026-99-99"):
        with pytest.raises(Fault) as caught:
            call("evaluation.type", measure="reported_on", subject=own, period="2026", value=text)
        assert caught.value.code == "policy.date_invalid"
    assert call("deadlines.list", on="2026-01-10")


def test_nobody_trains_half_a_person_or_fewer_than_none(call: Call) -> None:
    own = _own(call)
    for text in ("-3", "2.5"):
        with pytest.raises(Fault) as caught:
            call("evaluation.type", measure="brokers_trained", subject=own, period="2025", value=text)
        assert caught.value.code == "policy.figure_invalid"
    with pytest.raises(Fault) as caught:
        call("evaluation.share", pack="cq-draft-measures", rule="target-events", period="2025", own_share=-5)
    assert caught.value.code == "policy.figure_invalid"


def test_a_figure_typed_for_a_subject_by_its_name_counts_for_it(call: Call) -> None:
    own = str(call("workspace.info")["organisation"]["id"])
    carrier = _add(call, "carrier", name="云岫园", operator=own, carrier_kind="综合孵化器")
    call("evaluation.type", measure="legal_person", subject="carrier:云岫园", period="2025", value="是")
    asked = {"pack": "guokefaqu-2018-300", "period": "2025", "subject": f"carrier:{carrier}"}
    figure = call("evaluation.run", **asked)["measures"]["legal_person"]
    assert (figure["value"], figure["typed"]) == ("1", True)
    with pytest.raises(Fault) as caught:
        call("evaluation.type", measure="legal_person", subject="云岫园", period="2025", value="是")
    assert caught.value.code == "policy.subject_invalid"
