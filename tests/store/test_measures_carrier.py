"""The figures of an incubation carrier: who was a tenant on the day, its years, its title and its money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from db.models import Carrier, Event, FundingEvent
from tests.store.measurehelp import TODAY, Desk, border, new_desk, titles


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path) as made:
        yield made


# -- tenants -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("dates", "inside", "looked_at"),
    [
        ({"entered_on": "2025-12-31"}, True, ["2025-12-31"]),
        ({"entered_on": "2026-01-01"}, False, ["2026-01-01"]),
        ({"entered_on": "2026-01-08"}, False, []),
        ({"entered_on": "2024-03-01", "graduated_on": "2025-12-31"}, False, ["2025-12-31"]),
        ({"entered_on": "2024-03-01", "graduated_on": "2026-01-01"}, True, ["2026-01-01"]),
        ({"entered_on": "2024-03-01", "graduated_on": "2025-06-30", "stays_on": 1}, False, []),
        ({"entered_on": "2024-03-01", "left_on": "2025-06-30"}, False, []),
        ({"entered_on": "2024-03-01", "left_on": "2026-06-30", "status": "dissolved"}, True, []),
        ({"entered_on": "2025"}, True, []),
        ({"entered_on": "2025-12"}, True, []),
        ({"entered_on": "2026"}, False, []),
        ({"entered_on": "2024-03-01", "graduated_on": "2025"}, False, []),
        ({"entered_on": "2025-03-01", "status": "reviewed"}, False, []),
        ({"entered_on": "2025-03-01", "status": "rejected"}, False, []),
    ],
)
def test_a_tenant_is_who_was_inside_on_the_last_day(
    desk: Desk, dates: dict[str, str], inside: bool, looked_at: list[str]
) -> None:
    desk.tenant("一直在孵", "2024-01-15")
    desk.tenant("甲", dates.pop("entered_on"), **dates)
    found = desk.ask("tenants")
    assert found.value == 1 + inside
    assert ("甲" in titles(found)) is inside
    assert border(found) == [("甲", text) for text in looked_at]
    assert found.blanks == 0


@pytest.mark.parametrize("dates", [{"entered_on": "2025"}, {"entered_on": "2024-01-01", "left_on": "2025"}])
def test_a_date_too_coarse_for_the_day_does_not_count_but_is_shown(desk: Desk, dates: dict[str, str]) -> None:
    desk.tenant("甲", dates.pop("entered_on"), **dates)
    found = desk.ask("tenants", period="2025Q2")
    assert found.value == 0
    assert ("甲", "2025") in border(found)


def test_what_nobody_said_of_a_record_is_a_blank_and_not_left_out(desk: Desk) -> None:
    firm = desk.tenant("一直在孵", "2024-01-15")
    desk.tenant("状态未填", "2024-03-01", status=None)
    desk.tenant("只是申请", None, status=None)
    desk.tenant("早已毕业", "2024-03-01", graduated_on="2025-06-01", status=None)
    found = desk.ask("tenants")
    assert (found.value, found.blanks, titles(found)) == (1, 1, ["一直在孵"])
    assert desk.ask("tenants", period="2024").value == 2, "it graduated later, so that it was inside then"
    assert desk.ask("graduates_total").value == 1
    desk.add(FundingEvent, firm=firm, f_kind=None, paid_on="2025-05-01", amount=100)
    invested = desk.ask("tenants_financed_year")
    assert (invested.value, invested.blanks) == (None, 1)
    desk.add(Event, title="示例对接会", starts_on="2025-05-01", our_role=None)
    held = desk.ask("events_held", f"organisation:{desk.us}")
    assert (held.value, held.blanks) == (None, 1)


def test_past_years_do_not_change_with_the_status_of_today(desk: Desk) -> None:
    desk.tenant("甲", "2023-05-01", graduated_on="2025-06-01")
    assert [desk.ask("tenants", period=year).value for year in ("2022", "2023", "2024", "2025")] == [0, 1, 1, 0]


def test_blank_dates_are_counted_as_blanks_for_the_past_and_by_status_for_today(desk: Desk) -> None:
    desk.tenant("日期齐全", "2024-05-01")
    desk.tenant("未填入驻", None)
    desk.tenant("未填毕业", "2024-05-01", status="graduated")
    past = desk.ask("tenants")
    assert (past.value, past.blanks, titles(past)) == (1, 2, ["日期齐全"])
    now = desk.ask("tenants", period="2026")
    assert (now.value, now.blanks, titles(now)) == (2, 0, ["未填入驻", "日期齐全"])
    assert border(now) == [("未填入驻", "")]


def test_only_blanks_are_no_zero(desk: Desk) -> None:
    assert desk.ask("tenants").value is None  # nothing on record
    desk.tenant("未填入驻", None)
    found = desk.ask("tenants")
    assert (found.value, found.blanks) == (None, 1)
    desk.tenant("早已退出", "2020-01-01", left_on="2021-01-01")
    desk.store.database.execute_sql("DELETE FROM tenancy WHERE entered_on IS NULL")
    assert desk.ask("tenants").value == 0


def test_who_left_and_came_back_counts_once(desk: Desk) -> None:
    firm = desk.tenant("甲", "2022-01-01", left_on="2023-06-30")
    desk.stay(firm, "2025-02-01")
    assert [desk.ask("tenants", period=year).value for year in ("2022", "2023", "2024", "2025")] == [1, 0, 0, 1]
    desk.stay(firm, "2025-03-01")  # entered twice by mistake
    assert desk.ask("tenants").value == 1


def test_who_moved_counts_in_one_carrier_at_a_time(desk: Desk) -> None:
    other = desk.add(Carrier, name="示例众创空间", operator=desk.us, carrier_kind="makerspace")
    firm = desk.tenant("甲", "2023-01-01", left_on="2025-03-31")
    desk.stay(firm, "2025-04-01", carrier=other)
    forgotten = desk.tenant("乙", "2023-01-01")  # nobody noted that it left
    desk.stay(forgotten, "2025-04-01", carrier=other)
    before, after = desk.ask("tenants", period="2024"), desk.ask("tenants")
    assert (titles(before), titles(after)) == (["乙", "甲"], [])
    assert titles(desk.ask("tenants", f"carrier:{other}")) == ["乙", "甲"]
    assert border(after) == [("乙", "2023-01-01")]


def test_teams_are_no_firms(desk: Desk) -> None:
    desk.tenant("甲", "2025-01-01")
    desk.stay(desk.firm("示例团队", is_team=1), "2025-01-01")
    assert titles(desk.ask("tenants")) == ["甲"]


def test_what_is_filed_away_still_counts(desk: Desk) -> None:
    desk.tenant("甲", "2020-01-01", graduated_on="2023-01-01", archived=1)
    assert desk.ask("graduates_total").value == 1


def test_a_running_period_is_read_today(desk: Desk) -> None:
    desk.tenant("已入驻", "2026-11")
    desk.tenant("将入驻", "2026-12-01")
    desk.tenant("将毕业", "2024-01-01", graduated_on="2026-12-31")
    assert titles(desk.ask("tenants", period="2026")) == ["将毕业", "已入驻"]
    assert titles(desk.ask("tenants", period="@2026-12-31", today=date(2027, 1, 5))) == ["已入驻", "将入驻"]


def test_graduates_are_different_firms_up_to_the_day(desk: Desk) -> None:
    firm = desk.tenant("甲", "2019-01-01", graduated_on="2021-01-01")
    desk.stay(firm, "2022-01-01", graduated_on="2024-01-01")
    desk.tenant("乙", "2022-01-01", graduated_on="2025-12-31")
    desk.tenant("丙", "2022-01-01", graduated_on="2026-01-01")
    desk.tenant("丁", "2022-01-01", status="graduated")
    found = desk.ask("graduates_total")
    assert (found.value, titles(found), found.blanks) == (2, ["甲", "乙"], 1)
    assert border(found) == [("乙", "2025-12-31"), ("丙", "2026-01-01")]


def test_the_main_field_is_the_carriers_speciality(desk: Desk) -> None:
    desk.tenant("甲", "2025-01-01", tech_field="it")
    desk.tenant("乙", "2025-01-01", tech_field="materials")
    desk.tenant("丙", "2025-01-01")
    found = desk.ask("tenants_main_field")
    assert (found.value, titles(found), found.blanks, found.rows[0].value) == (1, ["甲"], 1, "电子信息")
    with desk.store.write("示例") as write:
        write.update(Carrier, desk.carrier, {"speciality": None})
    assert desk.ask("tenants_main_field").value is None


def test_intellectual_property_tells_zero_from_blank(desk: Desk) -> None:
    one, none, blank, gone = (desk.tenant(name, "2024-01-01") for name in ("有", "零", "未填", "前年有"))
    desk.firm_year(one, 2025, ip_applied=3, ip_valid=2)
    desk.firm_year(none, 2025, ip_applied=0, ip_valid=0)
    desk.firm_year(blank, 2025)
    desk.firm_year(gone, 2024, ip_applied=1, ip_valid=1)
    desk.firm_year(gone, 2025, ip_applied=0)
    outsider = desk.firm("外面的企业")
    desk.firm_year(outsider, 2025, ip_applied=9, ip_valid=9)
    applied, valid = desk.ask("tenants_ip_applied"), desk.ask("tenants_ip_valid")
    assert (applied.value, titles(applied), applied.blanks) == (2, ["前年有", "有"], 1)
    assert (valid.value, titles(valid), valid.blanks) == (1, ["有"], 2)
    assert [row.value for row in applied.rows] == ["1", "3"]


# -- a carrier's years ---------------------------------------------------------------------------------------------
def test_yearly_figures_keep_blank_apart_from_zero(desk: Desk) -> None:
    desk.carrier_year(2024, area_total=99)
    row = desk.carrier_year(2025, area_total=1_040_000, area_tenant=715_000, fund_total=0, staff_total=13)
    assert desk.ask("area_total").value == 10_400
    assert [(ref.id, ref.value, ref.date) for ref in desk.ask("area_total").rows] == [(row, "10400 m²", "2025")]
    both = desk.ask("area_tenant_and_public")
    assert (both.value, both.blanks, both.rows) == (None, 1, ())
    assert (desk.ask("fund_total").value, desk.ask("staff_total").value) == (0, 13)
    assert (desk.ask("mentors").value, desk.ask("mentors").blanks) == (None, 1)
    assert (desk.ask("mentors", period="2023").value, desk.ask("mentors", period="2023").blanks) == (None, 0)


def test_areas_add_up_exactly(desk: Desk) -> None:
    desk.carrier_year(2025, area_tenant=715_001, area_public=96_002)
    assert desk.ask("area_tenant_and_public", period="2024..2025").value == Fraction(811_003, 100)


def test_of_two_records_of_a_year_the_other_one_is_shown(desk: Desk) -> None:
    first = desk.carrier_year(2025, mentors=9)
    desk.store.database.execute_sql("UPDATE carrier_year SET updated_at = 1 WHERE id = ?", (first,))
    desk.carrier_year(2025, mentors=8)
    found = desk.ask("mentors")
    assert found.value == 8
    assert [(row.id, row.value) for row in found.border] == [(first, "9 人")]


@pytest.mark.parametrize(
    ("years", "today", "value", "blanks"),
    [
        ({2023: "2024-02-01", 2024: "2025-02-01", 2025: "2026-02-01"}, TODAY, 3, 0),
        ({2023: "2024-02-01", 2024: "2025-02-01", 2025: None}, TODAY, 2, 1),
        ({2023: "2024-02-01", 2024: "2025-02-01", 2025: "2026-02-01"}, date(2025, 12, 31), 2, 0),
        ({2022: "2023-02-01", 2023: None, 2024: "2025-02-01", 2025: "2026"}, TODAY, 2, 0),
        ({2022: "2023-02-01", 2023: "2024-02-01", 2024: None}, TODAY, None, 1),
        ({}, TODAY, None, 0),
    ],
)
def test_statistics_count_years_in_a_row(
    desk: Desk, years: dict[int, str | None], today: date, value: int | None, blanks: int
) -> None:
    for year, text in years.items():
        desk.carrier_year(year, torch_reported_on=text)
    found = desk.ask("statistics_years", today=today)
    assert (found.value, found.blanks) == (value, blanks)


@pytest.mark.parametrize(
    ("founded", "since", "period", "months"),
    [
        ("2022-06-01", "2023-01-01", "2025", 35),
        ("2022-12-31", "2022-01-01", "2025", 36),
        ("2022", "2022", "2025", 36),
        ("2023", "2022", "2025", 24),
        ("2027-01-01", "2022", "2025", 0),
        ("2023-11-22", "2023-11-22", "2026", 35),
        ("2022-06-01", None, "2025", None),
    ],
)
def test_operation_counts_from_the_later_start_to_the_day(
    desk: Desk, founded: str, since: str | None, period: str, months: int | None
) -> None:
    with desk.store.write("示例") as write:
        write.update(Carrier, desk.carrier, {"founded_on": founded, "operated_since": since})
    found = desk.ask("operating_months", period=period)
    assert (found.value, found.blanks) == (months, int(months is None))


@pytest.mark.parametrize(
    ("values", "value", "at_border"),
    [
        ({"title_level": "national_2018", "title_granted_on": "2025-12-31"}, 1, 1),
        ({"title_level": "national_2018", "title_granted_on": "2025-06"}, 1, 0),
        ({"title_level": "national_2018", "title_granted_on": "2026-01-01"}, 0, 1),
        ({"title_level": "national_2018"}, None, 0),
        ({"title_level": "standard", "title_granted_on": "2025-06-01"}, 0, 1),
        ({"title_level": "municipal", "title_granted_on": "2025-06-01"}, 0, 0),
        ({"title_level": "national_2018", "title_granted_on": "2025-06", "carrier_kind": "makerspace"}, 0, 0),
        ({}, None, 0),
    ],
)
def test_national_titles_are_those_of_the_period(
    desk: Desk, values: dict[str, str], value: int | None, at_border: int
) -> None:
    with desk.store.write("示例") as write:
        write.update(Carrier, desk.carrier, values)
    found = desk.ask("national_titles_granted")
    assert (found.value, len(found.border), found.blanks) == (value, at_border, int(value is None))


# -- funding -------------------------------------------------------------------------------------------------------
def test_financed_tenants_count_once_by_the_day_of_payment(desk: Desk) -> None:
    names = ("两次", "贷款", "未到位", "明年", "年份", "零元", "去年", "退出")
    firms = {name: desk.tenant(name, "2024-01-01") for name in names[:-1]}
    firms["退出"] = desk.tenant("退出", "2024-01-01", left_on="2025-10-01")
    desk.funding(firms["两次"], "2025-01-01")
    desk.funding(firms["两次"], "2025-12-31", f_kind="venture")
    desk.funding(firms["贷款"], "2025-05-01", f_kind="bank_loan")
    desk.funding(firms["未到位"], None, signed_on="2025-09-01")
    desk.funding(firms["明年"], "2026-01-01")
    desk.funding(firms["年份"], "2025")
    desk.funding(firms["零元"], "2025-05-01", amount=0)
    desk.funding(firms["去年"], "2024-06-01")
    desk.funding(firms["退出"], "2025-05-01")
    found = desk.ask("tenants_financed")
    assert (found.value, titles(found), found.blanks) == (2, ["年份", "两次"], 1)
    assert border(found) == [
        ("两次", "2025-01-01"), ("贷款", "2025-05-01"), ("两次", "2025-12-31"), ("明年", "2026-01-01"),
    ]  # fmt: skip
    quarter = desk.ask("tenants_financed", period="2025Q2")
    assert (titles(quarter), quarter.blanks) == (["退出"], 0)
    assert ("年份", "2025") in border(quarter)


def test_cases_of_the_own_fund_go_with_the_firm(desk: Desk) -> None:
    other = desk.add(Carrier, name="示例众创空间", operator=desk.us, carrier_kind="makerspace")
    firm = desk.tenant("甲", "2023-01-01", left_on="2024-12-31")
    desk.stay(firm, "2025-01-01", carrier=other)
    desk.funding(firm, "2022-06-01", is_own_fund=1)
    desk.funding(firm, "2023-06-01", is_own_fund=1)
    desk.funding(firm, "2024-06-01", f_kind="incubation_fund")
    desk.funding(firm, "2024-07-01", is_own_fund=0)
    desk.funding(firm, "2024-08-01")
    desk.funding(firm, "2025-06-01", is_own_fund=1)
    desk.funding(firm, "2026-06-01", is_own_fund=1)
    here, there = desk.ask("funding_cases"), desk.ask("funding_cases", f"carrier:{other}")
    assert (here.value, here.blanks) == (2, 1)
    assert border(here) == [("甲", "2022-06-01")]
    assert (there.value, [row.date for row in there.rows]) == (1, ["2025-06-01"])


def test_capital_in_all_leaves_out_what_it_cannot_add(desk: Desk) -> None:
    firm = desk.tenant("甲", "2024-01-01")
    desk.funding(firm, "2023-01-01", amount=300_000_000)
    desk.funding(firm, "2025-12-31", amount=200_000_000, f_kind="venture", currency="CNY")
    desk.funding(firm, "2025-06-01", amount=900_000_000, f_kind="bank_loan")
    desk.funding(firm, "2025-06-01", amount=100, currency="USD")
    desk.funding(firm, "2025-06-02", amount=None)
    desk.funding(firm, "2026-01-01", amount=1)
    desk.funding(firm, None, amount=1, signed_on="2026-02-01")
    found = desk.ask("funding_cumulative", f"firm:{firm}")
    assert (found.value, found.blanks) == (500_000_000, 2)
    assert [row.value for row in found.rows] == ["天使 300 万元", "创投 200 万元"]
    assert [row.date for row in found.border] == ["2025-12-31", "2026-01-01"]
    assert desk.ask("funding_cumulative", f"firm:{desk.firm('乙')}").value is None


def test_merged_or_listed_goes_by_registration(desk: Desk) -> None:
    firm = desk.firm("甲")
    event = desk.funding(firm, "2025-06-01", f_kind="merger")
    found = desk.ask("merged_or_listed", f"firm:{firm}")
    assert (found.value, found.blanks) == (None, 1)
    for text, value in (("2026-01-01", 0), ("2025-12-31", 1), ("2025", 1)):
        with desk.store.write("示例") as write:
            write.update(FundingEvent, event, {"registered_on": text})
        assert desk.ask("merged_or_listed", f"firm:{firm}").value == value
