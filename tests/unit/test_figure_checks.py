"""The checks between figures: each asks at its border and is silent a step inside it, and over blanks."""

from __future__ import annotations

from typing import Any

import pytest

from db.schema import kind_info
from desktop.services.figurechecks import QUARTER, About, area_finding, declared, findings, year_fields

K = 100_000  # fen of 1 千元


def asked(row: dict[str, Any], **about: Any) -> set[str]:
    return {one["check"] for one in findings(row, About(**about))}


@pytest.mark.parametrize(
    ("check", "wrong", "right"),
    [
        (
            "college-sum",
            {"staff_phd": 1, "staff_master": 2, "staff_bachelor": 3, "staff_college": 4, "staff_college_up": 9},
            {"staff_phd": 1, "staff_master": 2, "staff_bachelor": 3, "staff_college": 4, "staff_college_up": 10},
        ),
        ("staff-parts", {"staff": 5, "staff_returnee": 6}, {"staff": 5, "staff_returnee": 5}),
        ("rd-staff", {"staff": 5, "staff_tech": 3, "staff_rd": 4}, {"staff": 5, "staff_tech": 3, "staff_rd": 3}),
        ("rd-staff", {"staff": 3, "staff_rd": 4}, {"staff": 4, "staff_rd": 4}),
        ("phd-college", {"staff_college_up": 1, "staff_phd": 2}, {"staff_college_up": 1, "staff_phd": 1}),
        ("granted-valid", {"ip_granted": 3, "ip_valid": 2}, {"ip_granted": 2, "ip_valid": 2}),
        (
            "granted-invention",
            {"ip_granted_invention": 3, "ip_granted": 2},
            {"ip_granted_invention": 2, "ip_granted": 2},
        ),
        (
            "valid-parts",
            {"ip_valid": 4, "ip_software": 3, "ip_valid_invention": 2},
            {"ip_valid": 5, "ip_software": 3, "ip_valid_invention": 2},
        ),
        (
            "national-projects",
            {"national_projects": 1, "projects_total": 0},
            {"national_projects": 1, "projects_total": 1},
        ),
        (
            "rd-above-income",
            {"rd_spend": 3 * K, "revenue": K, "investment_received": K},
            {"rd_spend": 2 * K, "revenue": K, "investment_received": K},
        ),
        ("no-staff", {"staff": 0}, {"staff": 1}),
        ("below-zero", {"revenue": -1}, {"revenue": 0, "net_profit": -1}),
    ],
)
def test_a_check_asks_where_figures_do_not_fit(check: str, wrong: dict[str, Any], right: dict[str, Any]) -> None:
    assert check in asked(wrong)
    assert check not in asked(right)


def test_all_blank_asks_nothing_and_zero_is_not_blank() -> None:
    assert asked(dict.fromkeys(year_fields())) == set()
    assert asked({"revenue": None, "rd_spend": 5 * K}) == set()
    assert asked({"revenue": 0, "rd_spend": 5 * K}) == {"rd-above-income"}
    assert asked({"net_profit": -5 * K, "revenue": 3 * K}) == set()


@pytest.mark.parametrize(("factor", "doubted"), [(501, True), (500, False), (2, False)])
def test_a_unit_that_slipped_is_doubted_either_way(factor: int, doubted: bool) -> None:
    assert ("unit-slip" in asked({"revenue": K * factor}, last={"revenue": K})) is doubted
    assert ("unit-slip" in asked({"revenue": K}, last={"revenue": K * factor})) is doubted
    assert ("unit-slip" in asked({"net_profit": -K * factor}, last={"net_profit": K})) is doubted


def test_what_equals_last_year_to_the_last_digit_is_asked_about() -> None:
    assert asked({"revenue": 123_45}, last={"revenue": 123_45}) == {"same-as-last-year"}
    assert asked({"revenue": 0}, last={"revenue": 0}) == set()
    assert asked({"staff": 7}, last={"staff": 7}) == set()  # a steady staff is nothing odd


def test_a_graduate_needs_a_ground_and_an_entry_a_founding() -> None:
    assert asked({}, derived={"graduated": 1}) == {"graduated-without-ground"}
    assert asked({}, derived={"graduated": 1}, stay={"graduation_ground": "funding"}) == set()
    stay = {"entered_on": "2023-04-30"}
    assert asked({}, stay=stay, firm={"founded_on": "2023-05"}) == {"entered-before-founded"}
    assert asked({}, stay=stay, firm={"founded_on": "2023-05", "is_team": 1}) == set()
    assert asked({}, stay={"entered_on": "2023-05"}, firm={"founded_on": "2023-05-20"}) == set()


def test_what_replaces_the_records_wants_a_reason() -> None:
    row = {"area": 50_00, "explanation": None}
    assert asked(row, derived={"area": 60_00}) == {"replaced-without-reason"}
    assert asked({**row, "explanation": {"area": "合同写明"}}, derived={"area": 60_00}) == set()
    assert asked(row, derived={"area": None}) == set()


def test_what_was_reported_stays_and_later_differences_show() -> None:
    reported = {"revenue": 5 * K, "staff": 3}
    assert asked({"revenue": 5 * K, "staff": 3, "reported": reported}) == set()
    (one,) = findings({"revenue": None, "staff": 3, "reported": reported}, About())
    assert one["check"] == "differs-from-reported" and one["fields"] == ["revenue"]
    assert "空白" in one["text"] and "5 千元" in one["text"]


def test_an_explanation_answers_a_finding_and_does_not_hide_it() -> None:
    (one,) = findings({"staff": 0, "explanation": {"staff": "均为股东兼职"}}, About())
    assert one["explained"] is True


def test_quarters_since_january_do_not_fall_and_end_at_the_year() -> None:
    row = {"quarter": "q4", "basis": "cumulative", "revenue": 4 * K}
    assert asked(row, kind=QUARTER, earlier={"basis": "cumulative", "revenue": 5 * K}) == {"quarter-falls"}
    assert asked(row, kind=QUARTER, earlier={"basis": "quarter", "revenue": 5 * K}) == set()
    assert asked(row, kind=QUARTER, year={"revenue": 5 * K}) == {"quarter-and-year"}
    assert asked({**row, "quarter": "q3"}, kind=QUARTER, year={"revenue": 5 * K}) == set()


def test_areas_of_tenants_are_held_against_the_carrier() -> None:
    assert area_finding(7150_00, 7150_00, 0) is None
    assert area_finding(None, 7150_00, 0) is None
    told = area_finding(7150_01, 7150_00, 2)
    assert told is not None and "7,150.01" in told["text"] and "2 家" in told["text"]


def test_the_form_is_whole() -> None:
    items = declared()["item"]
    assert [item["no"] for item in items] == list(range(1, 27))
    names = year_fields()
    assert len(names) == len(set(names))
    asked_for = {one.name for one in kind_info("firm_year").fields if one.form.startswith("T26")} - {
        "profile",
        "filled_by",
    }
    assert asked_for <= set(names)
    known = {one.name for one in kind_info("firm_year").fields}
    for check in declared()["check"]:
        info = {one.name for one in kind_info(check.get("kind", "firm_year")).fields}
        assert {*check.get("fields", ()), *check.get("parts", ()), *check.get("whole", ())} <= info
    assert set(names) <= known
    assert set(declared()["summary"]["fields"]) <= {one.name for one in kind_info("carrier_year").fields}


def test_days_of_the_stay_that_cannot_follow_each_other_are_asked_about() -> None:
    assert "days-of-the-stay" in asked({}, stay={"entered_on": "2024-02-01", "graduated_on": "2024-01"})
    assert "days-of-the-stay" in asked({}, stay={"entered_on": "2024-02-01", "left_on": "2023"})
    assert "days-of-the-stay" not in asked({}, stay={"entered_on": "2024-02-01", "graduated_on": "2024-02"})
    assert "quarter-below-zero" in asked({"staff": -1, "net_profit": -1}, kind=QUARTER)
