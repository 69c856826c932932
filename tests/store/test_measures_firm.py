"""The figures of one firm and of an organisation: certificates, months, money received, people trained, events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.models import Carrier, CaseParty
from db.queries import measures
from tests.store.measurehelp import Desk, border, new_desk, titles


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path) as made:
        yield made


# -- one firm ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("certificates", "value", "blanks"),
    [
        ([("2022-12-30", "2025-12-30"), ("2026-01-10", "2029-01-10")], 0, 0),
        ([("2022-12-31", "2025-12-31")], 1, 0),
        ([("2025-12", "2028-12")], 1, 0),
        ([("2022", "2025")], 0, 0),
        ([("2025-12-31", None)], None, 1),
        ([], None, 0),
    ],
)
def test_a_certificate_must_be_valid_on_the_last_day(
    desk: Desk, certificates: list[tuple[str, str | None]], value: int | None, blanks: int
) -> None:
    firm = desk.firm("甲")
    for issued, until in certificates:
        desk.qualification(firm, "high_tech", issued, until)
    for name in ("high_tech_valid", "tech_sme"):
        found = desk.ask(name, f"firm:{firm}")
        assert found.blanks == blanks
        assert found.value == (None if name == "tech_sme" and not value else value)


def test_the_yearly_answer_stands_in_where_there_is_no_certificate(desk: Desk) -> None:
    firm = desk.firm("甲")
    desk.firm_year(firm, 2025, high_tech=0, tech_sme=1)
    desk.firm_year(firm, 2024, high_tech=1)
    assert desk.ask("high_tech_valid", f"firm:{firm}").value == 0
    assert desk.ask("tech_sme", f"firm:{firm}").value == 1
    desk.qualification(firm, "tech_sme", "2024-05-01", "2024-12-31")
    assert desk.ask("tech_sme", f"firm:{firm}").value == 0


@pytest.mark.parametrize(
    ("founded", "entered", "months"),
    [
        ("2023-03-10", "2025-03-10", 24),
        ("2023-03-10", "2025-03-11", 25),
        ("2024-02-29", "2025-02-28", 12),
        ("2023-05", "2025-05-01", 24),
        ("2023-05", "2025-05-02", 25),
        ("2023-05-01", "2025-05", 25),
        ("2025-06-01", "2025-03-01", 0),
        (None, "2025-03-01", None),
    ],
)
def test_age_at_entry_takes_the_longest_the_dates_allow(
    desk: Desk, founded: str | None, entered: str, months: int | None
) -> None:
    firm = desk.firm("甲", founded_on=founded)
    desk.stay(firm, entered)
    found = desk.ask("entry_age_months", f"firm:{firm}")
    assert (found.value, found.blanks) == (months, int(months is None))


@pytest.mark.parametrize(
    ("dates", "period", "months"),
    [
        ({"entered_on": "2021-12-31"}, "2025", 48),
        ({"entered_on": "2021-12-30"}, "2025", 49),
        ({"entered_on": "2022-01", "graduated_on": "2024-01-15"}, "2025", 25),
        ({"entered_on": "2022-01-01", "graduated_on": "2026-01-15"}, "2024", 36),
        ({"entered_on": "2026-10-21"}, "2026", 1),
        ({"entered_on": "2022-01-01", "status": "left"}, "2025", None),
        ({"entered_on": None}, "2025", None),
    ],
)
def test_the_stay_ends_with_graduation_leaving_or_the_day(
    desk: Desk, dates: dict[str, str | None], period: str, months: int | None
) -> None:
    firm = desk.tenant("甲", dates.pop("entered_on"), **dates)
    assert desk.ask("stay_months", f"firm:{firm}", period=period).value == months


def test_who_came_back_is_judged_by_the_stay_of_the_period(desk: Desk) -> None:
    firm = desk.tenant("甲", "2022-01-01", left_on="2023-01-01", reg_address_inside=1, rd_inside=0)
    desk.stay(firm, "2025-01-01", reg_address_inside=1, rd_inside=1)
    place = f"firm:{firm}"
    assert [desk.ask("registered_inside", place, period=year).value for year in ("2022", "2025")] == [0, 1]
    now = desk.ask("stay_months", place)
    assert (now.value, border(now)) == (12, [("甲", "2022-01-01")])
    assert desk.ask("stay_months", place, period="2024").value == 12
    assert desk.ask("stay_months", place, period="2021").value is None


def test_a_stay_still_running_goes_before_a_later_one_that_ended(desk: Desk) -> None:
    firm = desk.tenant("甲", "2022-01-01")
    desk.stay(firm, "2024-01-01", left_on="2024-12-31")
    assert desk.ask("stay_months", f"firm:{firm}").value == 48


@pytest.mark.parametrize(("answers", "value"), [((1, 1), 1), ((1, 0), 0), ((0, None), None), ((None, None), None)])
def test_inside_needs_both_answers(desk: Desk, answers: tuple[int | None, int | None], value: int | None) -> None:
    firm = desk.tenant("甲", "2025-01-01", reg_address_inside=answers[0], rd_inside=answers[1])
    found = desk.ask("registered_inside", f"firm:{firm}")
    assert (found.value, found.blanks) == (value, answers.count(None))


def test_revenue_needs_both_years_that_are_over(desk: Desk) -> None:
    firm = desk.firm("甲")
    desk.firm_year(firm, 2023, revenue=1)
    desk.firm_year(firm, 2024, revenue=600_000_000)
    row = desk.firm_year(firm, 2025)
    place = f"firm:{firm}"
    assert (desk.ask("revenue_two_years", place).value, desk.ask("revenue_two_years", place).blanks) == (None, 1)
    with desk.store.write("示例") as write:
        write.update(measures.firm.FirmYear, row, {"revenue": 0})
    for period in ("2025", "2026", "2026Q3", "@2025-12-31"):
        assert desk.ask("revenue_two_years", place, period=period).value == 600_000_000
    assert desk.ask("revenue_two_years", place, period="2025Q3").value == 600_000_001


# -- money of universities -----------------------------------------------------------------------------------------
def test_money_received_is_told_apart_by_university_and_year(desk: Desk) -> None:
    one, two = (desk.organisation(name, org_kind="university") for name in ("示例大学甲", "示例大学乙"))
    here, elsewhere, unknown = desk.case(is_local=1), desk.case(is_local=0), desk.case()
    contract = desk.contract(one, case=here, signed_on="2024-12-20")
    desk.receipt(contract, "2025-01-01", 1_000_000)
    desk.receipt(contract, "2025-12-31", 2_000_000)
    desk.receipt(contract, "2024-12-31", 7)
    desk.receipt(contract, "2026-01-01", 9)
    desk.receipt(contract, "2025-06-01", 5_000_000, kind="bank_draft")
    desk.receipt(contract, "2025-06-02", 11, is_local=0)
    desk.receipt(desk.contract(one, case=elsewhere), "2025-06-03", 13)
    desk.receipt(desk.contract(one, case=elsewhere), "2025-06-04", 100, is_local=1)
    desk.receipt(desk.contract(one, case=unknown), "2025-06-05", 17)
    desk.receipt(None, "2025-06-06", 19, account_holder=one, is_local=1)
    desk.receipt(desk.contract(two, case=here), "2025-06-07", 500)
    found = desk.ask("local_received_fen", f"organisation:{one}")
    assert (found.value, found.blanks) == (3_000_100, 2)
    assert [row.date for row in found.border] == ["2024-12-31", "2025-01-01", "2025-06-01", "2025-12-31", "2026-01-01"]
    assert {row.value for row in found.rows} == {"1 万元", "2 万元", "0.0001 万元"}
    assert desk.ask("local_received_fen", f"organisation:{two}").value == 500
    assert desk.ask("local_received_fen", f"organisation:{desk.us}").value is None


def test_a_refund_is_taken_off_in_its_own_year(desk: Desk) -> None:
    university = desk.organisation("示例大学", org_kind="university")
    contract = desk.contract(university, case=desk.case(is_local=1))
    desk.receipt(contract, "2025-12-20", 1_000)
    desk.receipt(contract, "2026-01-10", -400)
    place = f"organisation:{university}"
    years = ("2024", "2025", "2026", "2025..2026")
    assert [desk.ask("local_received_fen", place, period=year).value for year in years] == [0, 1_000, -400, 600]


def test_a_coarse_date_brings_no_payment_but_takes_off_a_refund(desk: Desk) -> None:
    university = desk.organisation("示例大学", org_kind="university")
    contract = desk.contract(university, case=desk.case(is_local=1))
    desk.receipt(contract, "2025-05-05", 1_000)
    desk.receipt(contract, "2025", 50)
    desk.receipt(contract, "2025", -30)
    place = f"organisation:{university}"
    assert desk.ask("local_received_fen", place).value == 1_020
    quarter = desk.ask("local_received_fen", place, period="2025Q2")
    assert (quarter.value, [row.date for row in quarter.border]) == (970, ["2025", "2025"])


def test_supplements_and_contracts_without_a_seller_find_their_university(desk: Desk) -> None:
    university = desk.organisation("示例大学", org_kind="university")
    case = desk.case(is_local=1)
    supplement = desk.contract(None, parent=desk.contract(university, case=case))
    desk.receipt(supplement, "2025-05-05", 10)
    other = desk.case(is_local=1)
    desk.add(CaseParty, case=other, party=university, role="owner")
    desk.receipt(desk.contract(None, case=other), "2025-05-06", 5)
    desk.receipt(desk.contract(desk.us, case=other), "2025-05-07", 3)
    assert desk.ask("local_received_fen", f"organisation:{university}").value == 15


@pytest.mark.parametrize("fen", [1_000_000_000, 5_000_000_000, 10_000_000_000, 4_999_990_000])
def test_sums_at_the_bands_are_exact(desk: Desk, fen: int) -> None:
    university = desk.organisation("示例大学", org_kind="university")
    contract = desk.contract(university, case=desk.case(is_local=1))
    for part in (fen - 1, 1):
        desk.receipt(contract, "2025-12-31", part)
    assert desk.ask("local_received_fen", f"organisation:{university}").value == fen


# -- people and events ---------------------------------------------------------------------------------------------
def test_brokers_are_people_of_universities_once_a_year(desk: Desk) -> None:
    junior, engineer = desk.programme("broker_junior"), desk.programme("engineer")
    twice = desk.person("示例甲")
    desk.certificate(twice, "2025-09-01", desk.programme("broker_middle"))
    desk.certificate(twice, "2025-03-01", junior)
    for _ in range(2):  # two people of one name
        desk.certificate(desk.person("示例乙"), "2025-12-31", junior)
    desk.certificate(desk.person("示例丙", org_category="firm"), "2025-03-02", junior)
    university = desk.organisation("示例大学", org_kind="university")
    desk.certificate(desk.person("示例丁", org_category=None, org=university), "2025-03-03", junior)
    desk.certificate(desk.person("示例戊", org_category=None), "2025-03-04", junior)
    desk.certificate(desk.person("示例己"), "2025-03-05", engineer)
    desk.certificate(desk.person("示例庚"), "2025-03-06", None, c_kind="senior")
    desk.certificate(desk.person("示例辛"), "2025-03-07", None)
    desk.certificate(desk.person("示例壬"), "2026-01-01", junior)
    desk.certificate(desk.person("示例癸"), "2025-03-08", junior, state="void")
    found = desk.ask("brokers_trained", f"organisation:{desk.us}")
    assert titles(found) == ["示例甲", "示例丁", "示例庚", "示例乙", "示例乙"]
    assert (found.value, found.blanks, found.rows[0].date) == (5, 2, "2025-03-01")
    assert border(found) == [("示例乙", "2025-12-31"), ("示例乙", "2025-12-31"), ("示例壬", "2026-01-01")]
    assert titles(desk.ask("brokers_trained", f"organisation:{university}")) == ["示例丁"]
    engineers = desk.ask("engineers_trained", f"organisation:{desk.us}")
    assert (titles(engineers), engineers.blanks) == (["示例己"], 1)


def test_a_reissued_certificate_is_no_new_completion(desk: Desk) -> None:
    course, person = desk.programme("broker_junior"), desk.person("示例甲")
    desk.certificate(person, "2024-12-20", course, state="void")
    desk.certificate(person, "2025-02-01", course, state="reissued")
    place = f"organisation:{desk.us}"
    assert [desk.ask("brokers_trained", place, period=year).value for year in ("2024", "2025")] == [1, 0]


def test_events_count_once_however_many_of_us_held_them(desk: Desk) -> None:
    desk.event("对接会（一）", "2025-01-01", "host", joint=1)
    desk.event("对接会(一)", "2025-01-01", "organiser", joint=1)
    desk.event("对接会", "2025-05-01", "host")
    desk.event("对接会", "2025-06-01", "organiser", ends_on="2026-01-03")
    desk.event("协办", "2025-07-01", "co_organiser")
    desk.event("参加", "2025-08-01", "attendee")
    desk.event("跨年", "2026-01-01", "host")
    desk.event("未举办", "2026-12-01", "host")
    found = desk.ask("events_held", f"organisation:{desk.us}")
    assert [row.date for row in found.rows] == ["2025-01-01", "2025-05-01", "2025-06-01"]
    assert found.value == 3
    assert [row.date for row in found.border] == ["2025-01-01", "2025-07-01", "2026-01-01"]
    assert desk.ask("events_held", f"organisation:{desk.us}", period="2026").value == 1
    assert desk.ask("events_held", f"organisation:{desk.organisation('示例大学')}").value is None


def test_events_belong_to_a_carrier_only_where_there_is_but_one(desk: Desk) -> None:
    desk.event("对接会", "2025-05-01", "host")
    assert desk.ask("events_held").value == 1
    desk.add(Carrier, name="示例众创空间", operator=desk.us, carrier_kind="makerspace")
    assert desk.ask("events_held").value is None


def test_a_reference_day_sums_over_its_year(desk: Desk) -> None:
    desk.event("对接会", "2025-02-01", "host")
    desk.event("对接会", "2025-11-01", "host")
    place = f"organisation:{desk.us}"
    assert desk.ask("events_held", place, period="@2025-06-30").value == 2
    assert desk.ask("events_held", place, period="2025Q1").value == 1
