"""What newer and local rules ask of carriers and firms: growth, own fund, register, teams, the year behind a score."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from db.models import Carrier, Firm, FirmYear, IpRight, Organisation, Tenancy
from db.queries import measures
from tests.store.measurehelp import Desk, border, new_desk, titles


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path) as made:
        yield made


# -- growth --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "now", "value", "blanks", "looked_at"),
    [
        ({"revenue": 2000, "rd_spend": 100}, {"revenue": 2400, "rd_spend": 100}, 0, 0, 1),
        ({"revenue": 2000, "rd_spend": 100}, {"revenue": 2401, "rd_spend": 0}, 1, 0, 1),
        ({"revenue": 2000, "rd_spend": 100}, {"revenue": 1000, "rd_spend": 130}, 1, 0, 0),
        ({"revenue": 2000, "rd_spend": None}, {"revenue": 2500, "rd_spend": 5}, 1, 0, 0),
        ({"revenue": 2000, "rd_spend": None}, {"revenue": 2000, "rd_spend": 5}, 0, 1, 0),
        ({"revenue": 0, "rd_spend": 0}, {"revenue": 5000, "rd_spend": 900}, 0, 1, 0),
        ({"revenue": 2000, "rd_spend": 100}, {"revenue": None, "rd_spend": 100}, 0, 1, 0),
        (None, {"revenue": 2000, "rd_spend": 100}, 0, 1, 0),
        ({"revenue": 2000, "rd_spend": 100}, None, 0, 1, 0),
    ],
)
def test_growth_is_above_20_per_cent_of_either_figure(
    desk: Desk,
    before: dict[str, int | None] | None,
    now: dict[str, int | None] | None,
    value: int,
    blanks: int,
    looked_at: int,
) -> None:
    sure, firm = desk.tenant("增长", "2023-01-01"), desk.tenant("甲", "2023-01-01")
    for number, figures in ((2024, {"revenue": 100, "rd_spend": 1}), (2025, {"revenue": 200, "rd_spend": 1})):
        desk.firm_year(sure, number, **figures)
    for number, given in ((2024, before), (2025, now)):
        if given is not None:
            desk.firm_year(firm, number, **given)
    found = desk.ask("tenants_growing:20")
    assert (found.value, found.blanks, len(found.border)) == (1 + value, blanks, looked_at)
    assert ("甲" in titles(found)) is bool(value)


def test_growth_is_that_of_the_last_year_that_is_over_among_the_tenants_of_the_day(desk: Desk) -> None:
    firm = desk.tenant("甲", "2023-01-01")
    left = desk.tenant("退出", "2023-01-01", left_on="2025-06-30")
    for one in (firm, left):
        for number, revenue in ((2023, 100), (2024, 100), (2025, 200), (2026, 900)):
            desk.firm_year(one, number, revenue=revenue, rd_spend=10)
    assert [desk.ask("tenants_growing:20", period=text).value for text in ("2024", "2025", "2026")] == [0, 1, 1]
    assert desk.ask("tenants_growing:20").rows[0].value == "总收入 100.0 % · 研发投入 0.0 %"
    place = f"firm:{firm}"
    assert [desk.ask("revenue_growth", place, period=text).value for text in ("2024", "2025")] == [0, 100]
    assert desk.ask("rd_growth", place).value == 0


def test_the_record_changed_last_counts(desk: Desk) -> None:
    firm = desk.tenant("甲", "2023-01-01")
    desk.firm_year(firm, 2024, revenue=100, rd_spend=1)
    first = desk.firm_year(firm, 2025, revenue=900, rd_spend=1)
    desk.store.database.execute_sql("UPDATE firm_year SET updated_at = 1 WHERE id = ?", (first,))
    desk.firm_year(firm, 2025, revenue=110, rd_spend=1)
    assert desk.ask("revenue_growth", f"firm:{firm}").value == 10
    assert desk.ask("tenants_growing:20").value == 0


def test_a_rate_of_one_firm_is_exact_or_unknown(desk: Desk) -> None:
    firm = desk.tenant("甲", "2023-01-01")
    place = f"firm:{firm}"
    assert (desk.ask("rd_growth", place).value, desk.ask("rd_growth", place).blanks) == (None, 0)
    desk.firm_year(firm, 2024, rd_spend=300)
    desk.firm_year(firm, 2025, rd_spend=400)
    assert desk.ask("rd_growth", place).value == Fraction(100, 3)
    assert (desk.ask("revenue_growth", place).value, desk.ask("revenue_growth", place).blanks) == (None, 1)


# -- money of the own fund -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("event", "value", "blanks"),
    [
        ({"paid_on": "2025-03-01", "registered_on": "2025-04-01", "is_own_fund": 1}, 1, 0),
        ({"paid_on": "2025-03-01", "registered_on": "2025-04-01", "f_kind": "incubation_fund"}, 1, 0),
        ({"paid_on": "2024-12-20", "registered_on": "2025-01-02", "is_own_fund": 1}, 1, 0),
        ({"paid_on": "2025-01-02", "registered_on": "2024-12-20", "is_own_fund": 1}, 1, 0),
        ({"paid_on": "2025-12-20", "registered_on": "2026-01-01", "is_own_fund": 1}, 0, 0),
        ({"paid_on": "2024-11-20", "registered_on": "2024-12-31", "is_own_fund": 1}, 0, 0),
        ({"paid_on": "2025-03-01", "registered_on": None, "is_own_fund": 1}, 0, 1),
        ({"paid_on": None, "registered_on": "2025-03-01", "is_own_fund": 1}, 0, 1),
        ({"paid_on": None, "registered_on": None, "is_own_fund": 1, "signed_on": "2026-02-01"}, 0, 0),
        ({"paid_on": "2025-03-01", "registered_on": "2025-04-01", "is_own_fund": 0}, 0, 0),
        ({"paid_on": "2025-03-01", "registered_on": "2025-04-01"}, 0, 1),
        ({"paid_on": "2025-03-01", "registered_on": "2025-04-01", "is_own_fund": 1, "f_kind": "bank_loan"}, 0, 0),
        ({"paid_on": "2025-03-01", "registered_on": "2025-04-01", "is_own_fund": 1, "amount": 0}, 0, 0),
    ],
)
def test_own_money_counts_once_it_is_both_paid_and_registered(
    desk: Desk, event: dict[str, object], value: int, blanks: int
) -> None:
    sure, firm = desk.tenant("确定", "2023-01-01"), desk.tenant("甲", "2023-01-01")
    desk.funding(sure, "2025-05-01", registered_on="2025-06-01", is_own_fund=1)
    desk.funding(firm, event.pop("paid_on"), **event)  # type: ignore[arg-type]
    found = desk.ask("tenants_own_invested")
    assert (found.value, found.blanks, "甲" in titles(found)) == (1 + value, blanks, bool(value))
    of_firm = desk.ask("own_invested_year", f"firm:{firm}")
    assert of_firm.value == (value if value or not blanks else None)


def test_what_was_completed_before_the_year_is_shown_at_the_border(desk: Desk) -> None:
    firm = desk.tenant("甲", "2023-01-01")
    desk.funding(firm, "2024-03-01", registered_on="2024-04-01", is_own_fund=1)
    found = desk.ask("tenants_own_invested")
    assert (found.value, border(found)) == (0, [("甲", "2024-04-01")])


def test_own_money_stays_with_the_carrier_the_firm_was_in(desk: Desk) -> None:
    other = desk.add(Carrier, name="示例众创空间", operator=desk.us, carrier_kind="makerspace")
    firm = desk.tenant("甲", "2023-01-01", carrier=other, left_on="2025-06-30")
    desk.stay(firm, "2025-07-01")
    desk.funding(firm, "2025-03-01", registered_on="2025-08-01", is_own_fund=1)
    assert desk.ask("tenants_own_invested").value == 0
    desk.funding(firm, "2025-09-01", registered_on="2025-09-20", is_own_fund=1)
    assert desk.ask("tenants_own_invested").value == 1


def test_what_is_asked_of_a_year_is_not_summed_over_two(desk: Desk) -> None:
    now, before = desk.tenant("今年", "2023-01-01"), desk.tenant("去年", "2023-01-01")
    for firm, year in ((now, 2025), (before, 2024)):
        desk.funding(firm, f"{year}-05-01", registered_on=f"{year}-06-01", is_own_fund=1)
        desk.event(f"活动{year}", f"{year}-05-01", "host")
    assert desk.ask("tenants_financed", period="2024..2025").value == 2
    for name in ("tenants_financed_year", "tenants_own_invested", "events_year"):
        assert desk.ask(name, period="2024..2025").value == 1
    place = f"firm:{before}"
    assert [desk.ask("financed_year", place, period=text).value for text in ("2024", "2024..2025")] == [1, 0]
    assert desk.ask("tenants_financed_year", period="2025Q1").value == 0
    assert desk.ask("tenants_financed_year", period="2025Q3").value == 1


# -- a carrier's year and place ------------------------------------------------------------------------------------
def test_income_is_a_sum_of_parts_that_are_all_there(desk: Desk) -> None:
    parts = {"income_service": 5, "income_investment": 0, "income_other": 2, "income_rent": 30, "income_property": 4}
    desk.carrier_year(2024, **{**parts, "income_other": None})
    desk.carrier_year(2025, **parts, service_income_separate=0, desks=34, area_tenant=700_000)
    assert (desk.ask("income_total").value, desk.ask("income_beyond_rent").value) == (41, 7)
    assert (desk.ask("service_income_separate").value, desk.ask("desks").value) == (0, 34)
    assert desk.ask("area_tenant").value == 7000
    former = [desk.ask(name, period="2024") for name in ("income_total", "income_beyond_rent", "desks")]
    assert [(one.value, one.blanks) for one in former] == [(None, 1)] * 3


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ({"province": "重庆市", "region": None}, 1),
        ({"province": None, "region": "500112"}, 1),
        ({"province": "四川省", "region": "500112"}, 0),
        ({"province": None, "region": "510100"}, 0),
        ({"province": None, "region": None}, None),
    ],
)
def test_the_operators_place_decides_on_the_city(desk: Desk, place: dict[str, str | None], value: int | None) -> None:
    with desk.store.write("示例") as write:
        write.update(Organisation, desk.us, place)
    found = desk.ask("registered_in_city")
    assert (found.value, found.blanks) == (value, int(value is None))


@pytest.mark.parametrize(("founded", "months"), [("2024-12-31", 12), ("2025-01-01", 11), ("2024", 12), (None, None)])
def test_months_since_registration_are_whole_ones(desk: Desk, founded: str | None, months: int | None) -> None:
    with desk.store.write("示例") as write:
        write.update(Carrier, desk.carrier, {"founded_on": founded})
    assert desk.ask("registered_months").value == months


def test_areas_of_tenants_add_up_and_blanks_are_named(desk: Desk) -> None:
    desk.tenant("甲", "2024-01-01", area=15_050)
    desk.tenant("乙", "2024-01-01", area=10_001)
    desk.tenant("未填", "2024-01-01")
    desk.tenant("毕业", "2023-01-01", graduated_on="2025-05-01", stays_on=1, area=99_900)
    found = desk.ask("area_of_tenancies")
    assert (found.value, found.blanks) == (Fraction(25_051, 100), 1)
    assert [row.value for row in found.rows] == ["100.01 m²", "150.5 m²"]


def test_the_city_register_counts_entries_and_numbers_and_takes_no_blank_for_a_no(desk: Desk) -> None:
    entered, ended, number, nothing, graduate = (
        desk.tenant("入库", "2024-01-01"),
        desk.tenant("到期", "2024-01-01"),
        desk.tenant("编号", "2024-01-01"),
        desk.tenant("未填", "2024-01-01"),
        desk.tenant("毕业", "2021-01-01", graduated_on="2024-05-01"),
    )
    desk.qualification(entered, "cq_tech_firm", "2024-06-01", None)
    desk.qualification(ended, "cq_tech_firm", "2023-06-01", "2025-12-30")
    desk.qualification(graduate, "cq_tech_firm", "2023-06-01", "2025-12-31")
    desk.qualification(nothing, "tech_sme", "2024-06-01", "2026-12-31")
    with desk.store.write("示例") as write:
        write.update(Firm, number, {"cq_tech_firm_no": "示例编号"})
    found = desk.ask("tenants_in_city_register")
    assert (found.value, sorted(titles(found)), found.blanks) == (3, ["入库", "毕业", "编号"], 1)
    assert ("到期", "2025-12-30") in border(found)
    assert desk.ask("tenants_and_graduates").value == 5
    assert desk.ask("tenants_and_graduates", period="2023").value == 1


# -- teams and firms -----------------------------------------------------------------------------------------------
def test_teams_count_beside_firms_where_the_rule_asks_for_both(desk: Desk) -> None:
    desk.tenant("企业", "2024-01-01")
    desk.stay(desk.firm("示例团队", is_team=1), "2025-01-01")
    assert (desk.ask("tenants").value, desk.ask("occupants").value) == (1, 2)
    assert desk.ask("occupants", period="2024").value == 1


@pytest.mark.parametrize(
    ("dates", "inside", "blanks"),
    [
        ({"entered_on": "2023-01-01", "left_on": "2025-01-02"}, True, 0),
        ({"entered_on": "2023-01-01", "left_on": "2025-01-01"}, False, 0),
        ({"entered_on": "2025-12-31"}, True, 0),
        ({"entered_on": "2026-01-01"}, False, 0),
        ({"entered_on": "2025", "left_on": "2025-11-30"}, True, 0),
        ({"entered_on": "2023-01-01", "left_on": "2025"}, False, 0),
        ({"entered_on": "2023-01-01", "status": "left"}, False, 1),
        ({"entered_on": "2025-03-01", "status": "left"}, True, 0),
        ({"entered_on": None}, False, 1),
        ({"entered_on": "2025-03-01", "status": "rejected"}, False, 0),
    ],
)
def test_inside_during_the_year_is_a_day_of_it_at_least(
    desk: Desk, dates: dict[str, str | None], inside: bool, blanks: int
) -> None:
    desk.tenant("一直", "2023-01-01")
    desk.tenant("甲", dates.pop("entered_on"), **dates)
    found = desk.ask("occupants_year")
    assert (found.value, found.blanks, "甲" in titles(found)) == (1 + inside, blanks, inside)


def test_who_came_twice_in_a_year_counts_once_and_elsewhere_not_at_all(desk: Desk) -> None:
    other = desk.add(Carrier, name="示例众创空间", operator=desk.us, carrier_kind="makerspace")
    firm = desk.tenant("甲", "2025-01-05", left_on="2025-03-01")
    desk.stay(firm, "2025-09-01")
    desk.stay(firm, "2025-04-01", carrier=other, left_on="2025-08-01")
    assert desk.ask("occupants_year").value == 1
    assert desk.ask("occupants_year", f"carrier:{other}").value == 1
    assert desk.ask("occupants_year", period="2024").value == 0


def test_new_firms_are_those_founded_in_the_year_while_they_were_there(desk: Desk) -> None:
    days = {"新": "2025-07-08", "旧": "2024-12-31", "明年": "2026-01-01", "未填": None}
    for name, founded in days.items():
        desk.stay(desk.firm(name, founded_on=founded), "2024-10-15")
    desk.stay(desk.firm("示例团队", is_team=1, founded_on="2025-05-01"), "2025-01-01")
    found = desk.ask("occupants_registered_year")
    assert (found.value, titles(found), found.blanks) == (1, ["新"], 1)
    assert border(found) == [("旧", "2024-12-31"), ("明年", "2026-01-01")]


def test_financed_teams_count_and_so_does_who_left_in_the_year(desk: Desk) -> None:
    team = desk.firm("示例团队", is_team=1)
    desk.stay(team, "2025-01-01")
    gone = desk.tenant("退出", "2024-01-01", left_on="2025-06-30")
    for firm in (team, gone):
        desk.funding(firm, "2025-03-01")
    desk.funding(desk.tenant("贷款", "2024-01-01"), "2025-03-01", f_kind="bank_loan")
    found = desk.ask("occupants_financed_year")
    assert (found.value, sorted(titles(found))) == (2, ["示例团队", "退出"])
    assert ("贷款", "2025-03-01") in border(found)
    assert desk.ask("tenants_financed_year").value == 0


# -- one firm ------------------------------------------------------------------------------------------------------
FIGURES = {
    "firm_staff": ("staff", 30),
    "firm_staff_tech": ("staff_tech", 9),
    "firm_sales": ("sales", 200_000_000),
    "firm_assets": ("total_assets", 300_000_000),
    "firm_cost": ("total_cost", 100_000_000),
    "firm_rd_spend": ("rd_spend", 30_000_000),
}


@pytest.mark.parametrize("name", FIGURES)
def test_the_score_is_worked_out_from_the_last_year_that_is_over(desk: Desk, name: str) -> None:
    column, value = FIGURES[name]
    firm = desk.tenant("甲", "2023-01-01")
    place = f"firm:{firm}"
    assert (desk.ask(name, place).value, desk.ask(name, place).blanks) == (None, 0)
    desk.firm_year(firm, 2024, **{column: 1})
    row = desk.firm_year(firm, 2025, revenue=9)
    assert (desk.ask(name, place).value, desk.ask(name, place).blanks) == (None, 1)
    with desk.store.write("示例") as write:
        write.update(FirmYear, row, {column: value})
    for period in ("2025", "2026", "2026Q3"):
        assert desk.ask(name, place, period=period).value == value
    assert desk.ask(name, place, period="2025Q3").value == 1


def test_rights_are_told_apart_by_class_and_by_the_day(desk: Desk) -> None:
    firm = desk.tenant("甲", "2023-01-01")
    place = f"firm:{firm}"

    def right(kind: str, granted_on: str | None, state: str | None = "valid", **values: str) -> None:
        desk.add(
            IpRight,
            **{"kind": kind, "title": kind, "firm": firm, "granted_on": granted_on, "legal_state": state} | values,
        )

    desk.firm_year(firm, 2025, ip_valid_invention=2, ip_plant=0, ip_layout=1)
    assert (desk.ask("ip_class_one", place).value, desk.ask("ip_class_two", place).value) == (3, None)
    right("invention", "2025-12-31")
    right("invention", "2026-01-01")
    right("layout", "2024-05-01", "pledged")
    right("plant", "2020-05-01", expires_on="2025-12-30")
    right("invention", "2024-05-01", "lapsed")
    right("invention", None, "pending")
    right("utility", "2024-05-01")
    right("design", "2024-05-02")
    right("software", None)
    right("trademark", "2024-05-01")
    one, two = desk.ask("ip_class_one", place), desk.ask("ip_class_two", place)
    assert (one.value, titles(one), one.blanks) == (2, ["layout", "invention"], 0)
    assert (two.value, titles(two), two.blanks) == (2, ["utility", "design"], 1)
    assert ("invention", "2026-01-01") in border(one)


def test_a_valid_certificate_is_an_attribute_of_the_day(desk: Desk) -> None:
    firm = desk.tenant("甲", "2023-01-01")
    desk.qualification(firm, "high_tech", "2022-12-31", "2025-12-30")

    def attribute(day: date | None) -> str | None:
        with desk.store.read():
            return measures.subject_attributes("firm", firm, day).get("high_tech_certificate")

    assert [attribute(date(2025, 12, day)) for day in (30, 31)] == ["1", None]
    assert attribute(None) is None


def test_what_is_noted_of_a_firm_elsewhere_is_not_its_own(desk: Desk) -> None:
    firm, other = desk.tenant("甲", "2023-01-01"), desk.tenant("乙", "2023-01-01")
    desk.funding(other, "2025-03-01", registered_on="2025-03-02", is_own_fund=1)
    desk.firm_year(other, 2025, staff=5)
    place = f"firm:{firm}"
    names = ("financed_year", "own_invested_year", "firm_staff", "ip_class_one", "revenue_growth")
    assert {desk.ask(name, place).value for name in names} == {None}
    assert Tenancy.select().count() == 2
