"""The measures of an agency and of a distribution on real records: proof of brokerage, dates, blanks, borders, sums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.models import (
    Achievement,
    AgencyYear,
    Brokerage,
    CaseAchievement,
    CaseLog,
    CaseParty,
    Contract,
    Distribution,
    DistributionCost,
    DistributionLine,
)
from policy.results import MeasureValue
from tests.store.measurehelp import Desk, border, new_desk, titles

PROOFS = ("intermediation", "named", "service_agreement", "confirmation")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path) as made:
        yield made


def _us(desk: Desk, name: str, *, period: str = "2025") -> MeasureValue:
    return desk.ask(name, f"organisation:{desk.us}", period=period)


def _deal(desk: Desk, role: str | None = "named", **values: Any) -> str:
    """A contract of a case between others, brokered by us in that role; None leaves no record of it."""
    fixed = {"case": desk.case(), "amount_total": 100, "nontech_cost": 0, "registered_on": "2025-06-01"}
    contract = desk.add(Contract, **{**fixed, "name": "示例合同", "signed_on": "2025-05-01", **values})
    if role:
        desk.add(Brokerage, contract=contract, our_role=role)
    return contract


# -- proof ---------------------------------------------------------------------------------------------------------
def test_only_contracts_with_proof_of_brokerage_count(desk: Desk) -> None:
    for role in PROOFS:
        _deal(desk, role, name=role)
    _deal(desk, "log_only", name="只有记录")
    _deal(desk, None, name="没有记录")
    found = _us(desk, "brokered_registered")
    assert (found.value, sorted(titles(found))) == (4, sorted(PROOFS))
    assert {(row.title, row.value) for row in found.border} == {
        ("只有记录", "0.0001 万元 未证明促成"), ("没有记录", "0.0001 万元 未证明促成"),
    }  # fmt: skip
    apart = _us(desk, "brokered_unproven")
    assert (apart.value, sorted(titles(apart))) == (2, ["只有记录", "没有记录"])
    assert _us(desk, "brokered_amount_registered").value == 400


def test_one_proof_among_several_records_is_enough_and_counts_once(desk: Desk) -> None:
    contract = _deal(desk, "log_only")
    desk.add(Brokerage, contract=contract, our_role="confirmation")
    desk.add(Brokerage, contract=contract, our_role="named")
    assert (_us(desk, "brokered_registered").value, _us(desk, "brokered_unproven").value) == (1, 0)


def test_our_own_contracts_are_no_brokered_ones(desk: Desk) -> None:
    _deal(desk, None, seller=desk.us)
    _deal(desk, None, buyer=desk.us)
    _deal(desk, None, contract_class="intermediation")
    assert _us(desk, "brokered_unproven").value is None
    _deal(desk, None)
    assert _us(desk, "brokered_unproven").value == 1


def test_of_others_than_ourselves_nothing_is_known(desk: Desk) -> None:
    _deal(desk)
    other = desk.organisation("示例大学", org_kind="university")
    names = ("brokered_registered", "brokered_amount_received", "results_traded", "agency_firms_served", "agency_staff")
    assert {desk.ask(name, f"organisation:{other}").value for name in names} == {None}


# -- dates ---------------------------------------------------------------------------------------------------------
def test_the_date_decides_the_year(desk: Desk) -> None:
    contract = _deal(desk, signed_on="2024-12-31", registered_on="2025-01-02", amount_total=500)
    desk.receipt(contract, "2026-01-01", 300)
    by_year = {
        year: [_us(desk, f"brokered_{date}", period=year).value for date in ("signed", "registered", "received")]
        for year in ("2024", "2025", "2026")
    }
    assert by_year == {"2024": [1, 0, 0], "2025": [0, 1, 0], "2026": [0, 0, 1]}
    assert _us(desk, "brokered_amount_signed", period="2024").value == 500
    assert _us(desk, "brokered_amount_received", period="2026").value == 300


@pytest.mark.parametrize(
    ("day", "value"), [("2024-12-31", 0), ("2025-01-01", 1), ("2025-12-31", 1), ("2026-01-01", 0), ("2025", 1)]
)
def test_the_first_and_the_last_day_of_the_year_count(desk: Desk, day: str, value: int) -> None:
    _deal(desk, name="边界", registered_on=day)
    found = _us(desk, "brokered_registered")
    assert found.value == value
    assert border(found) == ([] if day == "2025" else [("边界", day)])


def test_a_day_too_coarse_is_shown_and_not_counted(desk: Desk) -> None:
    _deal(desk, name="只到年", registered_on="2025")
    found = _us(desk, "brokered_registered", period="2025Q2")
    assert (found.value, border(found)) == (0, [("只到年", "2025")])


def test_refused_and_cancelled_registrations_do_not_count(desk: Desk) -> None:
    _deal(desk, registry_state="registered")
    _deal(desk, name="变更", registry_state="changed")
    _deal(desk, registry_state="refused")
    _deal(desk, name="注销", registry_state="cancelled")
    found = _us(desk, "brokered_registered")
    assert (found.value, border(found)) == (2, [("注销", "2025-06-01")])
    assert _us(desk, "brokered_signed").value == 4


def test_what_is_not_registered_yet_is_no_blank_but_a_missing_day_of_signing_is(desk: Desk) -> None:
    _deal(desk, registered_on=None)
    assert (_us(desk, "brokered_registered").value, _us(desk, "brokered_registered").blanks) == (0, 0)
    assert _us(desk, "brokered_signed").value == 1
    _deal(desk, signed_on=None)
    assert (_us(desk, "brokered_signed").value, _us(desk, "brokered_signed").blanks) == (1, 1)


def test_a_terminated_contract_counts_and_is_shown(desk: Desk) -> None:
    _deal(desk, name="已解除", terminated_on="2025-09-01")
    found = _us(desk, "brokered_registered")
    assert (found.value, border(found)) == (1, [("已解除", "2025-06-01")])


def test_a_part_is_counted_by_its_main_contract(desk: Desk) -> None:
    main = _deal(desk, amount_total=1000)
    _deal(desk, name="分合同", parent=main, amount_total=400)
    found = _us(desk, "brokered_amount_registered")
    assert (found.value, border(found)) == (1000, [("分合同", "2025-06-01")])
    frame = _deal(desk, amount_total=None)
    _deal(desk, parent=frame, amount_total=70)
    assert (_us(desk, "brokered_amount_registered").value, _us(desk, "brokered_amount_registered").blanks) == (1070, 1)


# -- money ---------------------------------------------------------------------------------------------------------
def test_a_contract_without_an_amount_is_a_blank(desk: Desk) -> None:
    _deal(desk, amount_total=None)
    found = _us(desk, "brokered_amount_registered")
    assert (found.value, found.blanks) == (None, 1)
    _deal(desk, amount_total=0)
    found = _us(desk, "brokered_amount_registered")
    assert (found.value, found.blanks) == (0, 1)
    assert _us(desk, "brokered_registered").value == 2


@pytest.mark.parametrize(
    ("total", "nontech", "recorded", "value", "blanks"),
    [
        (100, 30, None, 70, 0),
        (100, 100, None, 0, 0),
        (100, None, None, None, 1),
        (None, 30, None, None, 1),
        (100, None, 80, 80, 0),
        (100, 30, 60, 60, 0),
    ],
)
def test_the_technical_amount_needs_both_figures(
    desk: Desk, total: int | None, nontech: int | None, recorded: int | None, value: int | None, blanks: int
) -> None:
    _deal(desk, amount_total=total, nontech_cost=nontech, amount_tech=recorded)
    for date in ("registered", "signed"):
        found = _us(desk, f"brokered_tech_{date}")
        assert (found.value, found.blanks) == (value, blanks)


def test_money_received_is_cash_less_refunds(desk: Desk) -> None:
    contract = _deal(desk, name="分期")
    desk.receipt(contract, "2025-03-01", 300, tech_part=200)
    desk.receipt(contract, "2025-04-01", 100, tech_part=None)
    desk.receipt(contract, "2025-05-01", -50, tech_part=-50)
    desk.receipt(contract, "2025-06-01", 900, kind="equity")
    desk.receipt(_deal(desk, "log_only", name="未证明"), "2025-06-01", 700)
    desk.receipt(desk.contract(desk.us), "2025-06-01", 5000)
    desk.receipt(None, "2025-06-01", 5000)
    found = _us(desk, "brokered_amount_received")
    assert found.value == 350
    assert {(row.title, row.value) for row in found.border} == {
        ("分期", "0.0009 万元 股权"), ("未证明", "0.0007 万元 未证明促成"),
    }  # fmt: skip
    assert (_us(desk, "brokered_tech_received").value, _us(desk, "brokered_tech_received").blanks) == (150, 1)
    assert (_us(desk, "brokered_received").value, titles(_us(desk, "brokered_received"))) == (1, ["分期"])


def test_a_refund_alone_brings_no_contract(desk: Desk) -> None:
    desk.receipt(_deal(desk), "2025-05-01", -50, tech_part=0)
    assert (_us(desk, "brokered_received").value, _us(desk, "brokered_amount_received").value) == (0, -50)


def test_where_the_day_may_lie_outside_payments_wait_and_refunds_count(desk: Desk) -> None:
    contract = _deal(desk)
    desk.receipt(contract, "2025", 100)
    desk.receipt(contract, "2025", -30)
    found = _us(desk, "brokered_amount_received", period="2025Q2")
    assert (found.value, len(found.border)) == (-30, 2)


# -- results and firms ---------------------------------------------------------------------------------------------
def test_results_of_transfers_and_licences_count_once_each(desk: Desk) -> None:
    case = desk.case()
    for title in ("甲", "乙"):
        result = desk.add(Achievement, title=title, classified=0, disclosure_level="closed")
        desk.add(CaseAchievement, case=case, achievement=result)
    _deal(desk, case=case, contract_class="transfer")
    _deal(desk, case=case, contract_class="licence")
    _deal(desk, contract_class="service")
    found = _us(desk, "results_traded")
    assert (found.value, titles(found), found.blanks) == (2, ["乙", "甲"], 0)
    _deal(desk, contract_class="transfer")
    _deal(desk, contract_class="transfer", registered_on="2024-06-01")
    _deal(desk, "log_only", contract_class="transfer")
    found = _us(desk, "results_traded")
    assert (found.value, found.blanks) == (2, 1)


def test_firms_served_are_those_with_a_log_entry_in_the_year(desk: Desk) -> None:
    def served(name: str, *days: str, role: str = "buyer", org_kind: str = "firm") -> None:
        case = desk.case()
        desk.add(CaseParty, case=case, party=desk.organisation(name, org_kind=org_kind), role=role)
        for day in days:
            desk.add(CaseLog, case=case, happened_on=day, kind="visit", note="示例", recorded_at=0)

    served("走访过", "2025-03-01", "2025-12-30")
    served("团队", "2025-03-01", org_kind="team")
    served("年末", "2025-12-31")
    served("往年", "2024-12-31")
    served("没有记录")
    served("评估机构", "2025-03-01", role="valuer")
    served("高校", "2025-03-01", org_kind="university")
    found = _us(desk, "agency_firms_served")
    assert (found.value, sorted(titles(found))) == (3, ["团队", "年末", "走访过"])
    assert sorted(border(found)) == [("年末", "2025-12-31"), ("往年", "2024-12-31")]


# -- yearly figures ------------------------------------------------------------------------------------------------
def test_yearly_figures_come_from_the_year_and_a_blank_is_none(desk: Desk) -> None:
    assert _us(desk, "agency_staff").value is None
    desk.add(AgencyYear, unit=desk.us, year=2025, staff_total=30, fulltime=0, income_total=400)
    desk.add(AgencyYear, unit=desk.us, year=2024, staff_total=20, brokers=5)
    staff = _us(desk, "agency_staff")
    assert (staff.value, [(row.title, row.value) for row in staff.rows]) == (30, [("2025", "30 人")])
    assert _us(desk, "agency_fulltime").value == 0
    assert (_us(desk, "agency_brokers").value, _us(desk, "agency_brokers").blanks) == (None, 1)
    assert _us(desk, "agency_income_total").value == 400
    assert _us(desk, "agency_staff", period="2024").value == 20


def test_needs_can_be_typed_until_the_year_has_them(desk: Desk) -> None:
    desk.typed("agency_needs_collected", f"organisation:{desk.us}", "2025", "12")
    assert (_us(desk, "agency_needs_collected").value, _us(desk, "agency_needs_collected").typed) == (12, True)
    desk.add(AgencyYear, unit=desk.us, year=2025, needs_collected=9)
    assert (_us(desk, "agency_needs_collected").value, _us(desk, "agency_needs_collected").typed) == (9, False)


@pytest.mark.parametrize(
    ("before", "now", "filled", "value"),
    [
        (200, 250, None, 25),
        (200, 250, 990, 25),
        (200, 150, None, -25),
        (None, 250, 1250, 12.5),
        (0, 250, None, None),
        (200, None, None, None),
    ],
)
def test_growth_is_worked_out_where_the_year_before_gives_a_base(
    desk: Desk, before: int | None, now: int | None, filled: int | None, value: float | None
) -> None:
    desk.add(AgencyYear, unit=desk.us, year=2024, service_income=before)
    desk.add(AgencyYear, unit=desk.us, year=2025, service_income=now, growth=filled)
    found = _us(desk, "agency_service_growth")
    assert (found.value, found.blanks) == (value, 0 if value is not None else 1)


# -- one distribution ----------------------------------------------------------------------------------------------
def _distribution(desk: Desk, *amounts: int | None, **values: Any) -> str:
    fixed = {"owner_kind": "university", "gross": 1000, "taxes": 60, "basis": "net", "batch": 1, "net_unknown": 0}
    record = desk.add(Distribution, **{**fixed, "contract": desk.contract(desk.us), **values})
    for place, amount in enumerate(amounts):
        person = desk.person(f"人员{place}", admin_post="none")
        desk.add(DistributionLine, distribution=record, role="completer", person=person, amount=amount, is_residue=0)
    return record


def _sums(desk: Desk, record: str) -> list[Any]:
    names = ("gross", "net", "base", "reward")
    return [desk.ask(f"distribution_{name}", f"distribution:{record}").value for name in names]


def test_net_income_of_a_university_and_of_an_enterprise(desk: Desk) -> None:
    university = _distribution(desk, prior_rd=500)
    desk.add(DistributionCost, distribution=university, kind="patent", amount=40)
    desk.add(DistributionCost, distribution=university, kind="valuation", amount=100)
    assert _sums(desk, university)[:3] == [1000, 800, 800]
    assert _sums(desk, _distribution(desk, owner_kind="firm", prior_rd=500))[:3] == [1000, 440, 440]
    assert _sums(desk, _distribution(desk, owner_kind="firm"))[:3] == [1000, None, None]


def test_a_net_income_nobody_can_compute_divides_the_price(desk: Desk) -> None:
    assert _sums(desk, _distribution(desk, net_unknown=1, taxes=None))[:3] == [1000, None, 1000]
    assert _sums(desk, _distribution(desk, net_unknown=1))[:3] == [1000, None, 1000]
    assert _sums(desk, _distribution(desk, taxes=None))[:3] == [1000, None, None]
    assert _sums(desk, _distribution(desk, taxes=1200))[:3] == [1000, -200, 0]
    unknown = _distribution(desk, net_unknown=1)
    assert desk.ask("distribution_net", f"distribution:{unknown}").blanks == 0


def test_the_reward_is_the_lines_of_persons_or_the_teams_share(desk: Desk) -> None:
    assert _sums(desk, _distribution(desk, 300, 170))[3] == 470
    planned = _distribution(desk, team_pct=7050)
    assert _sums(desk, planned)[3] == 663  # 662.7 fen
    open_ = _distribution(desk, 300, None)
    found = desk.ask("distribution_reward", f"distribution:{open_}")
    assert (found.value, found.blanks) == (None, 1)
    paid = _distribution(desk, 300)
    desk.add(DistributionLine, distribution=paid, role="unit", payee=desk.us, amount=640, is_residue=1)
    assert _sums(desk, paid)[3] == 300


def test_heads_of_the_unit_among_the_payees_are_counted(desk: Desk) -> None:
    record = _distribution(desk, 300)

    def heads() -> tuple[Any, int]:
        found = desk.ask("distribution_head_lines", f"distribution:{record}")
        return found.value, found.blanks

    assert heads() == (0, 0)
    for post, expected in (("deputy", (0, 0)), ("head", (1, 0)), (None, (1, 1))):
        person = desk.person(f"职务{post}", admin_post=post)
        desk.add(DistributionLine, distribution=record, role="converter", person=person, amount=1, is_residue=0)
        assert heads() == expected
    other = _distribution(desk)
    desk.add(DistributionLine, distribution=other, role="completer", person=desk.person("未填"), amount=1, is_residue=0)
    assert desk.ask("distribution_head_lines", f"distribution:{other}").value is None


# -- cost ----------------------------------------------------------------------------------------------------------
def test_the_number_of_queries_does_not_grow_with_the_contracts(desk: Desk) -> None:
    def statements() -> int:
        seen: list[str] = []
        connection = desk.store.database.connection()
        connection.set_trace_callback(seen.append)
        for name in ("brokered_amount_received", "results_traded", "agency_firms_served"):
            _us(desk, name)
        connection.set_trace_callback(None)
        return len(seen)

    def fill() -> None:
        contract = _deal(desk, contract_class="transfer")
        desk.receipt(contract, "2025-06-01", 1)

    fill()
    few = statements()
    for _ in range(10):
        fill()
    assert statements() == few > 0
