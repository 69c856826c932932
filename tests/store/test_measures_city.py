"""The figures of universities and of the city's plans: hand-over, conversion, contracts, patents, carriers, people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.models import (
    Achievement,
    Brokerage,
    Carrier,
    CaseAchievement,
    CaseParty,
    CoHolder,
    CoOwner,
    HandoverItem,
    IpRight,
)
from db.queries import measures
from policy.catalogue import organisation, plan
from policy.dates import Period
from policy.results import MeasureValue
from tests.store.measurehelp import TODAY, Desk, border, new_desk, titles

WAN = 1_000_000


class City(Desk):
    """A desk with a university whose results, rights and contracts are asked for."""

    def __init__(self, store: Any) -> None:
        super().__init__(store)
        self.university = self.organisation("示例大学", org_kind="university")
        self.buyer = self.organisation("示例企业", org_kind="firm")

    def figure(self, name: str, subject: str = "", *, period: str = "2025", today: date = TODAY) -> MeasureValue:
        return self.ask(name, f"organisation:{subject or self.university}", period=period, today=today)

    def result(self, title: str, **values: Any) -> str:
        return self.add(
            Achievement, **{"title": title, "owner": self.university, "disclosure_level": "closed", **values}
        )

    def handed(self, result: str, handed_on: str | None, **values: Any) -> str:
        fixed = {"achievement": result, "university": self.university, "basis": "monthly", "item_state": "handed"}
        return self.add(HandoverItem, **{**fixed, "handed_on": handed_on, **values})

    def right(self, title: str, **values: Any) -> str:
        return self.add(IpRight, **{"title": title, "kind": "invention", "holder": self.university, **values})


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with new_desk(tmp_path, City) as made:
        yield made


# -- hand-over -----------------------------------------------------------------------------------------------------
def test_results_are_handed_over_once_and_not_what_came_back(city: City) -> None:
    assert city.figure("results_handed_over").value is None
    twice = city.result("成果甲")
    city.handed(twice, "2025-03-31")
    city.handed(twice, "2025-06-30", basis="voluntary")
    city.handed(city.result("成果乙"), "2025-04-30", item_state="returned")
    city.handed(city.result("成果丙"), "2025-04-30", exempt=1, item_state="due")
    city.handed(city.result("成果丁"), None, item_state="accepted")
    city.handed(city.result("成果戊"), None, item_state="due")
    city.handed(city.result("成果己"), "2024-12-31")
    city.handed(city.result("外校成果"), "2025-05-31", university=city.us)
    found = city.figure("results_handed_over")
    assert (found.value, titles(found), found.blanks) == (1, ["成果甲"], 1)
    assert border(found) == [("成果己", "2024-12-31"), ("成果乙", "2025-04-30")]
    quarter = city.figure("results_handed_over", period="2025Q2")
    assert (quarter.value, quarter.rows[0].date) == (1, "2025-06-30")


# -- results converted ---------------------------------------------------------------------------------------------
def test_the_local_rate_counts_results_and_names_the_blanks(city: City) -> None:
    city.result("本地重大", converted_on="2025-01-01", is_local=1, is_major=1)
    city.result("外地", converted_on="2025-12-31", is_local=0, is_major=0)
    city.result("未说", converted_on="2025-06-01")
    city.result("只有方式", conversion_mode="transfer", is_local=1)
    city.result("未转化", is_local=1)
    city.result("上年", converted_on="2024-12-31", is_local=1)
    shared = city.result("共有", owner=city.buyer, converted_on="2025-07-01", is_local=1)
    city.add(CoOwner, achievement=shared, owner=city.university)
    every, local = city.figure("results_converted"), city.figure("results_converted_local")
    assert (every.value, every.blanks) == (4, 1)
    assert (local.value, local.blanks) == (2, 2)
    assert titles(local) == ["本地重大", "共有"]
    assert border(local) == [("上年", "2024-12-31"), ("本地重大", "2025-01-01")]
    major = city.figure("results_converted_major")
    assert (major.value, titles(major)) == (1, ["本地重大"])


def test_our_own_rate_takes_the_results_of_our_cases(city: City) -> None:
    result = city.result("案件成果", converted_on="2025-06-01", is_local=1)
    city.result("别的成果", converted_on="2025-06-01", is_local=1)
    assert city.figure("results_converted_local", city.us).value is None
    city.add(CaseAchievement, case=city.case(), achievement=result)
    assert titles(city.figure("results_converted_local", city.us)) == ["案件成果"]


# -- contracts -----------------------------------------------------------------------------------------------------
def test_conversion_money_goes_by_the_day_of_signing_and_counts_nothing_twice(city: City) -> None:
    supply, demand = city.case(is_local=1), city.case(track="demand", is_local=1)
    main = city.contract(city.university, case=supply, signed_on="2025-01-01", amount_total=100 * WAN)
    city.contract(None, parent=main, signed_on="2025-03-01", amount_total=40 * WAN)
    frame = city.contract(city.university, case=supply, signed_on="2025-02-01")
    city.contract(None, parent=frame, signed_on="2025-12-31", amount_total=7 * WAN)
    city.contract(city.university, contract_class="transfer", signed_on="2025-05-01", amount_total=3 * WAN)
    city.contract(city.university, contract_class="service", signed_on="2025-05-01", amount_total=9 * WAN)
    city.contract(city.university, case=demand, signed_on="2025-05-01", amount_total=9 * WAN)
    city.contract(city.university, case=supply, contract_class="training", signed_on="2025-05-01", amount_total=9 * WAN)
    city.contract(city.university, case=supply, signed_on="2026-01-01", amount_total=9 * WAN)
    city.contract(city.university, case=supply, signed_on="2025-06-01")
    owned = city.case(is_local=0)
    city.add(CaseParty, case=owned, party=city.university, role="owner")
    city.contract(None, case=owned, signed_on="2025-08-01", amount_total=2 * WAN, terminated_on="2025-09-01")
    every = city.figure("conversion_amount")
    assert (every.value, every.blanks) == (112 * WAN, 1)
    assert [row.date for row in every.border] == ["2025-01-01", "2025-03-01", "2025-08-01", "2025-12-31", "2026-01-01"]
    local = city.figure("conversion_amount_local")
    assert (local.value, local.blanks) == (107 * WAN, 2)  # one without an amount, one without a case
    assert city.figure("conversion_amount", city.us).value == 109 * WAN  # all our cases, not what has none


def test_registered_money_is_what_we_sold_or_are_proven_to_have_brought_about(city: City) -> None:
    def contract(seller: str | None, registered_on: str | None, wan: int | None, **values: Any) -> str:
        amount = None if wan is None else wan * WAN
        return city.contract(seller, registered_on=registered_on, amount_total=amount, **values)

    assert city.figure("contract_amount_registered", city.us).value is None
    contract(city.us, "2025-12-31", 1, registry_state="registered")
    contract(city.buyer, "2025-06-01", 10, third_party=city.us)
    proven = contract(city.university, "2025-06-02", 100)
    city.add(Brokerage, contract=proven, our_role="confirmation")
    logged = contract(city.university, "2025-06-03", 1000)
    city.add(Brokerage, contract=logged, our_role="log_only")
    contract(city.us, "2025-06-04", 10_000, registry_state="cancelled")
    contract(city.us, None, 10_000)
    contract(city.us, "2025-06-05", None)
    contract(city.us, "2026-01-01", 10_000)
    ours = city.figure("contract_amount_registered", city.us)
    assert (ours.value, ours.blanks) == (111 * WAN, 1)
    assert [row.date for row in ours.border] == ["2025-06-04", "2025-12-31", "2026-01-01"]
    assert city.figure("contract_amount_registered").value == 1100 * WAN


# -- patents -------------------------------------------------------------------------------------------------------
def test_patents_moved_to_firms_beside_those_granted_in_the_year(city: City) -> None:
    city.right("当年授权", granted_on="2025-01-01")
    city.right("软著", kind="software", granted_on="2025-05-01", transferred_on="2025-05-01", transferred_to=city.buyer)
    city.right("授权未填日期", legal_state="valid")
    city.right("申请中", legal_state="pending")
    joint = city.right("共有专利", holder=city.buyer, granted_on="2025-06-01")
    city.add(CoHolder, ip_right=joint, holder=city.university)
    granted = city.figure("patents_granted")
    assert (granted.value, granted.blanks, titles(granted)) == (2, 1, ["当年授权", "共有专利"])
    city.right("卖给企业", granted_on="2020-01-01", transferred_on="2025-12-31", transferred_to=city.buyer)
    city.right("许可给高校", granted_on="2020-01-01", transferred_on="2025-07-01", transferred_to=city.university)
    city.right("未说给谁", granted_on="2020-01-01", transferred_on="2025-07-02")
    city.right("次年", granted_on="2020-01-01", transferred_on="2026-01-01", transferred_to=city.buyer)
    sold = city.result("成果")
    city.right("已过户", holder=city.buyer, achievement=sold, transferred_on="2025-08-01", transferred_to=city.buyer)
    moved = city.figure("patents_transferred")
    assert (moved.value, moved.blanks, titles(moved)) == (2, 1, ["已过户", "卖给企业"])
    assert border(moved) == [("许可给高校", "2025-07-01"), ("卖给企业", "2025-12-31"), ("次年", "2026-01-01")]


# -- training ------------------------------------------------------------------------------------------------------
def test_entrepreneurs_count_once_by_their_course(city: City) -> None:
    course, other = city.programme("entrepreneur"), city.programme("broker_junior")
    twice = city.person("甲", org_category="firm")
    city.certificate(twice, "2025-12-31", course)
    city.certificate(twice, "2025-06-01", city.programme("entrepreneur"))
    city.certificate(city.person("乙"), "2025-06-01", other)
    city.certificate(city.person("丙"), "2025-06-01", None)
    city.certificate(city.person("丁"), "2026-01-01", course)
    found = city.figure("entrepreneurs_trained", city.us)
    assert (found.value, found.blanks, [row.date for row in found.rows]) == (1, 1, ["2025-06-01"])


# -- firms, carriers, people ---------------------------------------------------------------------------------------
def test_firms_from_conversion_count_when_they_first_come_in(city: City) -> None:
    def firm(name: str, entered_on: str | None, **values: Any) -> str:
        made = city.firm(name, **values)
        city.stay(made, entered_on)
        return made

    back = firm("又来", "2024-12-31", from_conversion=1)
    city.stay(back, "2025-06-01")
    firm("首日", "2025-01-01", from_conversion=1)
    firm("普通", "2025-06-01", from_conversion=0)
    firm("未说", "2025-06-01")
    firm("无日期", None, from_conversion=1)
    firm("团队", "2025-06-01", from_conversion=1, is_team=1)
    city.stay(city.firm("申请中", from_conversion=1), "2025-06-01", status="applied")
    found = city.figure("firms_from_conversion", city.us)
    assert (found.value, titles(found), found.blanks) == (1, ["首日"], 2)
    assert border(found) == [("又来", "2024-12-31"), ("首日", "2025-01-01")]
    assert city.figure("firms_from_conversion").value is None  # no carriers of the university


def test_the_carriers_of_an_organisation_and_their_titles(city: City) -> None:
    def carrier(name: str, kind: str, **values: Any) -> str:
        return city.add(Carrier, name=name, operator=city.us, carrier_kind=kind, **values)

    carrier("验证中心", "poc_centre", operated_since="2025-12-31")
    carrier("后来的中心", "poc_centre", operated_since="2026-01-01")
    carrier("未填中心", "poc_centre")
    carrier("中试基地", "pilot_base", operated_since="2024")
    carrier("生态圈", "campus_circle", operated_since="2025-06")
    carrier("国家级", "professional", title_level="national_2018", title_granted_on="2020-12-31")
    carrier("标准级", "comprehensive", title_level="standard", title_granted_on="2025-11-01")
    carrier("备案空间", "makerspace", title_level="registered", title_granted_on="2020-01-01")
    centres = city.figure("poc_centres", city.us)
    assert (centres.value, titles(centres), centres.blanks) == (1, ["验证中心"], 1)
    assert border(centres) == [("验证中心", "2025-12-31"), ("后来的中心", "2026-01-01")]
    assert city.figure("pilot_platforms", city.us).value == city.figure("campus_circles", city.us).value == 1
    titled = city.figure("incubators_national", city.us, period="2018..2020")
    assert (titled.value, titles(titled)) == (1, ["国家级"])
    assert border(titled) == [("国家级", "2020-12-31"), ("标准级", "2025-11-01")]
    spaces = city.figure("makerspaces_national", city.us)
    assert (spaces.value, border(spaces)) == (0, [("备案空间", "2020-01-01")])


def test_the_new_titles_are_counted_apart(city: City) -> None:
    made = {
        level: city.add(
            Carrier, name=level, operator=city.us, carrier_kind="comprehensive",
            title_level=level, title_granted_on="2025-12-31",
        )
        for level in ("standard", "excellent", "national_2018")
    }  # fmt: skip
    names = ("standard_titles_granted", "excellent_titles_granted", "national_titles_granted")
    found = {level: [city.ask(name, f"carrier:{record}").value for name in names] for level, record in made.items()}
    assert found == {"standard": [1, 0, 0], "excellent": [0, 1, 0], "national_2018": [0, 0, 1]}
    later = city.ask("standard_titles_granted", f"carrier:{made['standard']}", period="2026")
    assert (later.value, border(later)) == (0, [("standard", "2025-12-31")])
    assert city.ask("standard_titles_granted").value is None


def test_area_and_occupants_of_all_our_carriers(city: City) -> None:
    other = city.add(Carrier, name="二号", operator=city.us, carrier_kind="makerspace")
    city.carrier_year(2025, area_total=1_040_000)
    area = city.figure("carriers_area", city.us)
    assert (area.value, area.blanks, titles(area)) == (10_400, 1, ["示例孵化器"])
    moved = city.firm("搬家")
    city.stay(moved, "2025-01-01")
    city.stay(moved, "2025-06-01", carrier=other)
    city.stay(city.firm("团队", is_team=1), "2025-02-01", carrier=other)
    city.stay(city.firm("走了"), "2025-01-01", left_on="2025-12-31")
    occupants = city.figure("carriers_occupants", city.us)
    assert (occupants.value, sorted(titles(occupants))) == (2, ["团队", "搬家"])


def test_the_escort_team_is_those_at_hand_now(city: City) -> None:
    city.person("经理人", org=city.us, escort_kind=["technology_manager", "incubator_manager"])
    city.person("未标", org=city.us)
    city.person("外单位", org=city.university, escort_kind=["technology_manager"])
    city.person("离开", org=city.us, escort_kind=["technology_manager"], archived=1)
    now = city.figure("escort_team", city.us, period="2024..2027")
    assert (now.value, titles(now), now.blanks) == (1, ["经理人"], 1)
    assert now.rows[0].value == "技术经理人、孵化器管理人"
    past = city.figure("escort_team", city.us, period="2025")
    assert (past.value, [row.title for row in past.border]) == (None, ["经理人"])


# -- cost ----------------------------------------------------------------------------------------------------------
def test_the_number_of_queries_does_not_grow_with_the_records(city: City) -> None:
    names = [one.name for one in (*organisation.MEASURES, *plan.MEASURES) if "organisation" in one.subjects]

    def statements() -> int:
        seen: list[str] = []
        with city.store.read():
            connection = city.store.database.connection()
            connection.set_trace_callback(seen.append)
            try:
                measures.compute(
                    names, subject_kind="organisation", subject_id=city.us, period=Period.parse("2025"), today=TODAY
                )
            finally:
                connection.set_trace_callback(None)
        return len(seen)

    def fill(number: int) -> None:
        for place in range(number):
            case = city.case(is_local=1)
            contract = city.contract(city.us, case=case, signed_on="2025-05-01", amount_total=1)
            city.add(Brokerage, contract=contract, our_role="named")
            result = city.result(f"成果{place}", converted_on="2025-05-01", is_local=1)
            city.add(CaseAchievement, case=case, achievement=result)
            city.handed(result, "2025-05-31", university=city.us)
            city.right(f"专利{place}", holder=city.us, granted_on="2025-05-01")
            city.stay(city.firm(f"企业{place}", from_conversion=1), "2025-05-01")

    fill(1)
    few = statements()
    fill(12)
    assert statements() == few
