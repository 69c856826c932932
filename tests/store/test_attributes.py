"""What rules may ask of a record: its own fields, and what the records it stands in say of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from db import models as m
from db.queries import measures
from db.queries.measures.linked import linked
from tests.store.measurehelp import Desk, new_desk

MONTH = date(2026, 11, 30)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path) as made:
        yield made


def _of(desk: Desk, kind: str, record: str, on: date | None = None) -> dict[str, str]:
    with desk.store.read():
        return measures.subject_attributes(kind, record, on)


@contextmanager
def _queries(desk: Desk) -> Iterator[list[str]]:
    told: list[str] = []
    with desk.store.read() as connection:
        connection.set_trace_callback(lambda text: told.append(text) if text.startswith("SELECT") else None)
        try:
            yield told
        finally:
            connection.set_trace_callback(None)


class Results:
    """A university with a project, its result and the case it is converted in."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.university = desk.organisation("示例大学", org_kind="university", reward_pct=6650)
        self.project = desk.add(
            m.ResearchProject, name="示例项目", level="municipal", unit=self.university, closed_on="2026-09-24"
        )
        self.result = self.make("示例成果")
        self.case = desk.add(m.Case, no="C-1", title="示例案件", track="supply", mode="transfer", related_party=1)
        self.person = desk.add(m.Person, name="示例教师", org_category="university", admin_post="head")

    def make(self, title: str) -> str:
        return self.desk.add(
            m.Achievement, title=title, owner=self.university, project=self.project, completed_on="2025-11-22"
        )

    def hand(self, result: str, **values: object) -> str:
        fixed = {"achievement": result, "university": self.university, "basis": "after_close"}
        return self.desk.add(m.HandoverItem, **{**fixed, **values})

    def contract(self, **values: object) -> str:
        return self.desk.add(m.Contract, **{"name": "示例合同", "seller": self.university, "case": self.case, **values})

    def receipt(self, contract: str, day: str, amount: int = 100_00) -> str:
        return self.desk.add(
            m.Receipt, contract=contract, received_on=day, payer="买方", account_holder=self.university, amount=amount
        )


@pytest.fixture
def results(desk: Desk) -> Results:
    return Results(desk)


def test_own_figures_are_in_fen_and_decimals_as_written_and_foreign_money_is_none(desk: Desk, results: Results):
    contract = results.contract(amount_total=1_234_56, nontech_cost=0, signed_on="2026-03")
    own = _of(desk, "contract", contract)
    assert (own["amount_total"], own["nontech_cost"], own["amount_tech"]) == ("123456", "0", "123456")
    assert own["signed_on"] == "2026-03" and "registered_on" not in own and "name" not in own
    assert _of(desk, "organisation", results.university)["reward_pct"] == "66.5"
    dollars = desk.firm("示例外资", reg_capital=100, reg_capital_currency="USD")
    yuan = desk.firm("示例内资", reg_capital=100, reg_capital_currency="CNY")
    assert "reg_capital" not in _of(desk, "firm", dollars) and _of(desk, "firm", yuan)["reg_capital"] == "100"


def test_a_project_is_handed_over_when_the_last_of_its_results_is(desk: Desk, results: Results):
    def handed() -> tuple[str | None, str | None]:
        found = _of(desk, "research_project", results.project)
        return found.get("handed_on"), found.get("exempt")

    assert handed() == (None, None)
    results.hand(results.result, item_state="handed", handed_on="2026-10-09")
    assert handed() == ("2026-10-09", "0")
    second = results.make("第二项成果")
    assert handed() == (None, None)
    returned = results.hand(second, item_state="returned", handed_on="2026-10-10")
    assert handed() == (None, "0")
    with desk.store.write("test") as write:
        write.update(m.HandoverItem, returned, {"exempt": 1, "ground": "defence", "item_state": "due"})
    assert handed() == ("2026-10-09", "0")
    assert _of(desk, "achievement", second)["exempt_ground"] == "defence"
    assert _of(desk, "achievement", results.result)["closed_on"] == "2026-09-24"


def test_a_project_with_nothing_but_exempt_results_is_exempt_and_converted_with_the_first(desk: Desk, results: Results):
    results.hand(results.result, exempt=1, ground="other")
    found = _of(desk, "research_project", results.project)
    assert found["exempt"] == "1" and "handed_on" not in found and "conversion_done_on" not in found
    for day in ("2026-07-01", "2026-05-01"):
        with desk.store.write("test") as write:
            write.update(m.Achievement, results.make(f"成果{day}"), {"converted_on": day})
    assert _of(desk, "research_project", results.project)["conversion_done_on"] == "2026-05-01"


def test_a_grant_is_begun_on_its_own_day_or_its_cases_and_knows_what_became_of_its_result(desk: Desk, results: Results):
    def state() -> tuple[str | None, ...]:
        found = _of(desk, "grant", grant)
        return tuple(found.get(name) for name in ("started_on", "converted_on", "published_on"))

    grant = desk.add(
        m.Grant, achievement=results.result, unit=results.university, kind="long_use", granted_on="2025-11-22"
    )
    assert state() == (None, None, None)
    assert _of(desk, "grant", grant)["completed_on"] == "2025-11-22"
    for day in ("2026-12-10", "2026-12-01"):
        desk.add(
            m.Publication, subject=f"achievement:{results.result}", kind="unconverted", place="平台", starts_on=day
        )
    desk.add(m.Publication, subject=f"achievement:{results.result}", kind="price", place="平台", starts_on="2026-01-01")
    with desk.store.write("test") as write:
        write.update(m.Achievement, results.result, {"converted_on": "2026-12-20"})
    assert state() == (None, "2026-12-20", "2026-12-01")
    desk.add(m.CaseAchievement, case=results.case, achievement=results.result)
    with desk.store.write("test") as write:
        write.update(m.Case, results.case, {"substantive_start": "2026-11-01"})
    assert state() == ("2026-11-01", "2026-12-20", "2026-12-01")
    with desk.store.write("test") as write:
        write.update(m.Grant, grant, {"started_on": "2026-10-01"})
    assert state()[0] == "2026-10-01"


def test_a_price_knows_its_parties_its_publicity_and_who_valued_it(desk: Desk, results: Results):
    notice = desk.add(
        m.Publication,
        subject=f"case:{results.case}",
        kind="price",
        place="网站",
        starts_on="2026-05-01",
        ends_on="2026-05-16",
        objections=1,
    )
    valued = desk.add(
        m.Valuation,
        achievement=results.result,
        kind="experts",
        done_on="2026-04-20",
        experts=[{"name": "甲", "role": "completer"}, {"name": "乙", "role": "行业投资专家"}],
    )
    desk.add(m.CaseAchievement, case=results.case, achievement=results.result)
    price = desk.add(
        m.Pricing, case=results.case, route="negotiated", proposed_price=300, publication=notice, valuation=valued
    )
    found = _of(desk, "pricing", price)
    expected = {
        "related_party": "1", "mode": "transfer", "owner_org_kind": "university", "publicity_from": "2026-05-01",
        "publicity_to": "2026-05-16", "objections_settled": "0", "third_party_valuation": "0", "expert_completer": "1",
        "expert_unit": "0", "expert_investor": "1", "expert_valuer": "0", "proposed_price": "300",
    }  # fmt: skip
    assert {name: found.get(name) for name in expected} == expected
    with desk.store.write("test") as write:
        write.update(m.Publication, notice, {"settled_on": "2026-05-20"})
    assert _of(desk, "pricing", price)["objections_settled"] == "1"
    bare = desk.add(m.Pricing, case=results.case, route="valuer")
    assert not {"objections_settled", "third_party_valuation", "expert_unit"} & _of(desk, "pricing", bare).keys()


def test_a_distribution_counts_from_its_first_receipt_and_a_refund_is_none(desk: Desk, results: Results):
    contract = results.contract(registry_state="accepted")
    results.receipt(contract, "2023-12-01")
    later = results.receipt(contract, "2024-02-01")
    results.receipt(contract, "2023-01-01", amount=-50_00)
    share = desk.add(m.Distribution, contract=contract, owner_kind="university", gross=100_00, basis="gross")
    found = _of(desk, "distribution", share)
    assert (found["received_on"], found["contract_registered"], found["reward_pct"]) == ("2023-12-01", "0", "66.5")
    assert not {"costs", "reward_publicised", "paid_on", "cash_reward"} & found.keys()
    desk.add(m.DistributionReceipt, distribution=share, receipt=later)
    for amount in (10_00, 5_05):
        desk.add(m.DistributionCost, distribution=share, kind="patent", amount=amount, note=str(amount))
    for role, amount, day in (("completer", 60_00, "2024-05-01"), ("unit", 40_00, "2024-06-01")):
        desk.add(m.DistributionLine, distribution=share, role=role, amount=amount, paid_on=day)
    with desk.store.write("test") as write:
        write.update(m.Contract, contract, {"registry_no": "2024500000000001"})
    found = _of(desk, "distribution", share)
    told = tuple(found[name] for name in ("received_on", "costs", "paid_on", "cash_reward", "contract_registered"))
    assert told == ("2024-02-01", "1505", "2024-06-01", "6000", "1")


def test_a_month_with_nothing_handed_over_has_no_day(desk: Desk, results: Results):
    results.hand(results.result, item_state="accepted", handed_on="2026-10-30")
    assert _of(desk, "organisation", results.university, date(2026, 10, 31))["handed_on"] == "2026-10-30"
    assert "handed_on" not in _of(desk, "organisation", results.university, MONTH)
    month = desk.add(m.HandoverMonth, university=results.university, month=f"{MONTH:%Y-%m}", zero=1)
    assert "handed_on" not in _of(desk, "organisation", results.university, MONTH)  # prepared, not yet reported
    with desk.store.write("test") as write:
        write.update(m.HandoverMonth, month, {"reported_on": "2027-01-04"})
    assert _of(desk, "organisation", results.university, MONTH)["handed_on"] == "2027-01-04"
    assert _of(desk, "organisation", results.university, date(2026, 10, 31))["handed_on"] == "2026-10-30"


def test_an_agency_shows_its_capabilities_of_the_newest_year_by_then(desk: Desk):
    desk.add(m.AgencyYear, unit=desk.us, year=2025, legal_kind="internal", patent_analysis="有报告", online_platform="")
    desk.add(m.AgencyYear, unit=desk.us, year=2027, legal_kind="firm", finance_service="有")
    found = _of(desk, "organisation", desk.us, MONTH)
    told = {name: found.get(name) for name in ("patent_analysis", "online_platform", "manager_team", "finance_service")}
    assert told == {"patent_analysis": "1", "online_platform": "0", "manager_team": None, "finance_service": None}
    assert (found["agency_internal_body"], found["agency_legal_person"]) == ("1", "0")


def test_person_in_exchange_contract_and_carrier_know_what_stands_behind_them(desk: Desk, results: Results):
    with desk.store.write("test") as write:
        write.update(m.Organisation, desk.us, {"integrity_grade": "B", "integrity_score": 0})
    flow = desk.add(
        m.PersonFlow, person=results.person, organisation=desk.us, kind="leave_to_found", starts_on="2023-11-22"
    )
    assert _of(desk, "person_flow", flow)["admin_post"] == "head"
    contract = results.contract(buyer=desk.us)
    desk.add(m.Brokerage, contract=contract, our_role="named")
    found = _of(desk, "contract", contract)
    told = tuple(found[name] for name in ("related_party", "mode", "seller_org_kind", "buyer_org_kind", "our_role"))
    assert told == ("1", "transfer", "university", "carrier_operator", "named")
    carrier = _of(desk, "carrier", desk.carrier)
    assert (carrier["integrity_grade"], carrier["integrity_score"]) == ("B", "0")
    assert _of(desk, "organisation", desk.us)["integrity_grade"] == "B"


@pytest.mark.parametrize("kind", ["achievement", "research_project", "grant", "case", "pricing", "contract",
                                  "distribution", "person_flow", "carrier", "organisation"])  # fmt: skip
def test_many_records_take_as_many_queries_as_one(desk: Desk, results: Results, kind: str):
    model = next(model for model in m.RECORDS if model.KIND.name == kind)
    contract = results.contract()
    grant = desk.add(
        m.Grant, achievement=results.result, unit=results.university, kind="long_use", granted_on="2025-11-22"
    )
    desk.add(m.Pricing, case=results.case, route="valuer")
    desk.add(m.Distribution, contract=contract, owner_kind="university", gross=1, basis="net")
    desk.add(m.PersonFlow, person=results.person, organisation=desk.us, kind="return", starts_on="2023")
    assert grant
    with desk.store.read():
        first = model.select().dicts().first()
    fixed = {name: value for name, value in first.items() if name not in m.HOUSEKEEPING and value is not None}
    unique = {name for name, field in model._meta.fields.items() if field.unique}
    ids = [str(first["id"])]
    for number in range(30):
        ids.append(desk.add(model, **{**fixed, **dict.fromkeys(unique & fixed.keys(), f"{number}")}))
    counts = []
    for chosen in (ids[:1], ids):
        with _queries(desk) as told:
            assert set(linked(kind, chosen)) == set(chosen)
        counts.append(len(told))
    assert counts[0] == counts[1] <= 10


def test_a_classified_result_is_nobody_to_judge(desk: Desk, results: Results):
    desk.add(m.Achievement, title="S-1", register_no="S-1", classified=1)
    with desk.store.read():
        found = measures.subjects(["achievement", "grant"])
    assert [(kind, record) for kind, record, _ in found] == [("achievement", results.result)]


def test_what_no_record_says_is_answered_for_a_period_and_a_record_wins(desk: Desk, results: Results):
    subject = f"organisation:{results.university}"
    results.hand(results.result, item_state="accepted", handed_on="2026-10-30")
    for period, name, value in (
        ("2026", "reported_on", "2026-03-01"),
        ("2026", "handed_on", "2026-10-01"),
        ("2025", "reported_on", "2025-03-01"),
        ("2026", "tenants", "3"),  # a figure, which is asked for by `compute`
        ("随便写的", "does_brokerage", "是"),
    ):
        desk.typed(name, subject, period, value)
    found = _of(desk, "organisation", results.university, date(2026, 10, 31))
    assert (found["reported_on"], found["handed_on"]) == ("2026-03-01", "2026-10-30")
    assert not {"tenants", "does_brokerage"} & found.keys()
    assert _of(desk, "organisation", results.university, MONTH)["handed_on"] == "2026-10-01"
    assert "reported_on" not in _of(desk, "organisation", results.university)
