"""How figures are asked for: every measure has its function, typed figures stand in, subjects, attributes and cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from db.models import Carrier
from db.queries import measures
from db.queries.measures.asking import FUNCTIONS
from policy.dates import Period
from policy.errors import Usage
from policy.measures import MEASURES
from tests.store.measurehelp import TODAY, Desk, new_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path) as made:
        yield made


# -- the register of functions -------------------------------------------------------------------------------------
def test_every_measure_is_either_computed_or_answered_by_a_person() -> None:
    asked = {(name, subject) for name, one in MEASURES.items() if one.date_field for subject in one.subjects}
    assert FUNCTIONS.keys() == asked
    assert len(asked) < sum(len(one.subjects) for one in MEASURES.values())  # some are left to a person


def test_a_measure_cannot_have_two_functions() -> None:
    with pytest.raises(ValueError, match="tenants of carrier"):
        measures.carrier.measure("tenants")(lambda ask: measures.Tally())


@pytest.mark.parametrize("name", ["tenant", "events_held"])
def test_a_name_that_is_no_measure_of_the_subject_is_refused(desk: Desk, name: str) -> None:
    firm = desk.firm("甲")
    with pytest.raises(Usage) as fault:
        desk.ask(name, f"firm:{firm}")
    assert fault.value.code == "policy.unknown_name"
    assert "stay_months" in fault.value.params["known"]


# -- typed figures -------------------------------------------------------------------------------------------------
def test_a_typed_figure_answers_what_the_records_cannot(desk: Desk) -> None:
    place = f"carrier:{desk.carrier}"
    assert desk.ask("legal_person").value is None
    record = desk.typed("legal_person", place, "2025", "1")
    desk.typed("legal_person", place, "2024", "0")
    desk.typed("legal_person", f"carrier:{desk.us}", "2025", "0")
    found = desk.ask("legal_person")
    assert (found.value, found.typed) == (1, True)
    assert [(row.kind, row.id, row.value) for row in found.rows] == [("typed_measure", record, "是")]


def test_a_typed_figure_gives_way_to_the_records(desk: Desk) -> None:
    place = f"carrier:{desk.carrier}"
    desk.typed("mentors", place, "2025", "99")
    assert (desk.ask("mentors").value, desk.ask("mentors").typed) == (99, True)
    desk.carrier_year(2025, mentors=0)
    assert (desk.ask("mentors").value, desk.ask("mentors").typed) == (0, False)


@pytest.mark.parametrize(
    ("text", "value"), [("500万元", 500_000_000), ("7/2", Fraction(7, 2)), ("多", None), ("1/0", None)]
)
def test_typed_figures_are_read_as_people_type_them(desk: Desk, text: str, value: Fraction | None) -> None:
    desk.typed("fund_total", f"carrier:{desk.carrier}", "2025", text)
    found = desk.ask("fund_total")
    assert (found.value, found.typed) == (value, value is not None)


# -- subjects and attributes ---------------------------------------------------------------------------------------
def test_candidates_are_those_rules_can_judge(desk: Desk) -> None:
    university = desk.organisation("示例大学", org_kind="university")
    desk.organisation("示例客户")
    inside, came = desk.tenant("乙", "2025-01-01"), desk.tenant("甲", "2020-01-01", left_on="2021-01-01")
    desk.tenant("丙", None, status="applied")
    desk.stay(desk.firm("示例团队", is_team=1), "2025-01-01")
    with desk.store.read():
        found = measures.subjects(("firm", "research_project", "organisation", "carrier"))
    assert found == [
        ("firm", inside, "乙"),
        ("firm", came, "甲"),
        ("organisation", desk.us, "重庆示例孵化器有限公司"),
        ("organisation", university, "示例大学"),
        ("carrier", desk.carrier, "示例孵化器"),
    ]


def test_attributes_are_codes_and_dates_without_blanks(desk: Desk) -> None:
    other = desk.add(Carrier, name="示例山区孵化器", operator=desk.us, carrier_kind="professional", hardship_area=1)
    firm = desk.firm("甲", founded_on="2021-05", field_extension="ic", head="示例负责人")
    desk.stay(firm, "2022-01-01", left_on="2023-01-01")
    desk.stay(firm, "2025-01-01", carrier=other, graduated_on="2025-12-01")
    desk.stay(firm, None)
    with desk.store.read():
        now = measures.subject_attributes("firm", firm)
        then = measures.subject_attributes("firm", firm, date(2022, 12, 31))
        carrier = measures.subject_attributes("carrier", desk.carrier)
        many = measures.attributes_of("firm", [firm, desk.us])
        with pytest.raises(Usage):
            measures.subject_attributes("firm", "nowhere")
    assert now == {
        "org_kind": "firm", "is_team": "0", "founded_on": "2021-05", "field_extension": "ic",
        "entered_on": "2025-01-01", "graduated_on": "2025-12-01", "carrier_kind": "professional", "hardship_area": "1",
    }  # fmt: skip
    assert (then["entered_on"], then["left_on"], then["carrier_kind"]) == ("2022-01-01", "2023-01-01", "comprehensive")
    assert "hardship_area" not in then
    known = {"carrier_kind": "comprehensive", "speciality": "it", "operator_org_kind": "carrier_operator"}
    assert carrier == known
    assert many == {firm: now}


# -- cost ----------------------------------------------------------------------------------------------------------
def _asked(subject: str) -> list[str]:
    """Every measure of a kind of subject, with a number where it takes one."""
    return [f"{name}:20" if one.takes else name for name, one in MEASURES.items() if subject in one.subjects]


def _statements(desk: Desk, work: Callable[[], object]) -> int:
    seen: list[str] = []
    connection = desk.store.database.connection()
    connection.set_trace_callback(seen.append)
    try:
        work()
    finally:
        connection.set_trace_callback(None)
    return len(seen)


def test_the_number_of_queries_does_not_grow_with_the_records(desk: Desk) -> None:
    names = _asked("carrier")

    def work() -> None:
        with desk.store.read():
            measures.compute(
                names, subject_kind="carrier", subject_id=desk.carrier, period=Period.parse("2025"), today=TODAY
            )

    def fill(number: int) -> None:
        for place in range(number):
            firm = desk.tenant(f"企业{place}", "2025-01-01", tech_field="it")
            desk.firm_year(firm, 2025, ip_applied=1, ip_valid=1)
            desk.funding(firm, "2025-03-01", is_own_fund=1)

    fill(1)
    few = _statements(desk, work)
    fill(30)
    assert _statements(desk, work) == few
    assert 0 < few <= len(names)


def test_a_carrier_nobody_knows_has_no_figures(desk: Desk) -> None:
    desk.tenant("甲", "2025-01-01")
    names = [name for name in _asked("carrier") if name != "events_held"]
    with desk.store.read():
        found = measures.compute(
            names, subject_kind="carrier", subject_id="nowhere", period=Period.parse("2025"), today=TODAY
        )
    assert {value.value for value in found.values()} == {None}
