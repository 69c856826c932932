"""The packs on agencies, contracts, prices and rewards: what choices change, and that nothing is verified unseen."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from policy.dates import Period
from policy.evaluate import Subject, evaluate
from policy.i18n import resources_dir
from policy.measures import MEASURES
from policy.pack import Pack, load_pack
from policy.results import IndicatorResult, MeasureValue

NAMES = (
    "broker-training-2020",
    "contract-registration-2000",
    "contract-registration-2026",
    "cq-agreed-terms",
    "cq-events-yubei",
    "cq-reward-bases",
    "cq-transfer-agency-2014",
    "hitech-zone-invest-first-2025-11",
    "pricing-rules",
    "tax-reward-2018-58",
    "transfer-agency-evaluation",
)
FOLDER = resources_dir() / "policies"
PACKS = {name: load_pack((FOLDER / f"{name}.toml").read_bytes()) for name in NAMES}
TODAY = date(2026, 11, 21)
_TWINS = frozenset({"title", "note", "basis", "text", "duty", "why", "when_below", "document", "source"})


def _judge(pack: str, kind: str, attributes: Mapping[str, str], **figures: int) -> dict[str, IndicatorResult]:
    """The results by rule, with every choice at its default but for the attributes given."""
    chosen = {f"choice.{choice.id}": choice.default for choice in PACKS[pack].choices}
    measures = {
        name: MeasureValue(name, Fraction(value), MEASURES[name].unit, MEASURES[name].date_field)
        for name, value in figures.items()
    }
    subject = Subject(kind, "1", "示例", {**chosen, **attributes})
    found = evaluate(PACKS[pack], subject=subject, period=Period.parse("2025"), measures=measures, today=TODAY)
    return {result.id: result for result in found}


# -- what is said of them ------------------------------------------------------------------------------------------
def test_only_what_stands_in_a_source_document_is_verified() -> None:
    verified = {f"{pack.id}/{rule.id}" for pack in PACKS.values() for rule in pack.rules if rule.verification.verified}
    assert verified == {
        "cq-agreed-terms/task-book-term",
        "cq-agreed-terms/use-then-pay",
        "cq-reward-bases/floor-contract-50",
        "cq-reward-bases/level-plan-80",
        "cq-reward-bases/no-head-of-unit",
        "cq-reward-bases/share-contract-50",
        "cq-reward-bases/share-plan-80",
        "transfer-agency-evaluation/four-capabilities",
    }


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("000_", ("支持“权益让渡”“先使用后付费”方式转化科技成果",)),
        (
            "001_",
            (
                "净收入无法计算时，可按照不少于技术合同实际成交额百分之五十的比例",
                "担任行政职务的科研人员（不含单位正职领导干部）",
                "可以在任务书中约定成果转化经费支出和转化期限",
                "具有高价值专利分析能力、线上平台、线下技术经理人团队及金融服务功能",
            ),
        ),
        ("002_", ("高校奖励科技人员的成果转化收益比例提高至80%以上",)),
    ],
)
def test_what_is_verified_stands_in_the_texts(start: str, words: tuple[str, ...]) -> None:
    folder = Path(__file__).parents[2].parent / "shared" / "sources"
    sources = sorted(folder.glob(f"{start}*.txt")) if folder.is_dir() else []
    if not sources:
        pytest.skip("the source documents are not beside this checkout")
    text = "".join(sources[0].read_text(encoding="utf-8").split())
    assert [said for said in words if said not in text] == []


def test_what_is_not_known_in_full_says_so() -> None:
    assert {name for name, pack in PACKS.items() if not pack.incomplete} == {"cq-agreed-terms"}
    draft = {rule.id for rule in PACKS["contract-registration-2026"].rules if rule.status == "draft"}
    assert {"decided-in-15-working-days", "decided-in-30-working-days", "changes-registered"} <= draft
    old = PACKS["contract-registration-2000"]
    assert (old.status, old.replaced_by) == ("superseded", "contract-registration-2026")


def _untwinned(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _untwinned(item, f"{place}[{number}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in _TWINS and isinstance(inner, str) and not value.get(f"{key}_en"):
                yield f"{place}.{key}"
            yield from _untwinned(inner, f"{place}.{key}")


@pytest.mark.parametrize("name", NAMES)
def test_every_text_has_its_english_twin(name: str) -> None:
    raw = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    assert list(_untwinned(raw, name)) == []


# -- rewards -------------------------------------------------------------------------------------------------------
_FLOORS = {"floor-net-50": "40", "floor-contract-50": "50", "level-plan-80": "64", "floor-unit": "56"}
_DEAL = {
    "distribution_gross": 100_000_000,
    "distribution_net": 80_000_000,
    "distribution_base": 80_000_000,
    "distribution_reward": 55_000_000,
}


@pytest.mark.parametrize(
    ("option", "rule", "verdict"),
    [
        ("", "share-unit", "fail"),
        ("net-50", "share-net-50", "pass"),
        ("contract-50", "share-contract-50", "pass"),
        ("plan-80", "share-plan-80", "fail"),
    ],
)
def test_every_basis_is_worked_out_and_the_one_taken_decides(option: str, rule: str, verdict: str) -> None:
    taken = {"choice.reward-basis": option} if option else {}
    attributes = {"owner_kind": "university", "reward_pct": "70", **taken}
    found = _judge("cq-reward-bases", "distribution", attributes, **_DEAL)
    assert {name: found[name].value for name in _FLOORS} == _FLOORS
    shares = {name: result.verdict for name, result in found.items() if name.startswith("share-")}
    assert shares == {rule: verdict}


def test_the_plans_level_is_not_asked_of_an_enterprise() -> None:
    found = _judge("cq-reward-bases", "distribution", {"owner_kind": "firm", "reward_pct": "30"}, **_DEAL)
    assert not {"level-plan-80", "own-rule-lawful", "main-contributors-50"} & found.keys()
    assert found["share-unit"].verdict == "pass"


def test_a_net_income_nobody_knows_leaves_its_basis_open() -> None:
    figures = {name: value for name, value in _DEAL.items() if name != "distribution_net"}
    found = _judge("cq-reward-bases", "distribution", {"owner_kind": "university"}, **figures)
    assert (found["floor-net-50"].verdict, found["floor-contract-50"].value) == ("unknown", "50")
    assert found["share-unit"].verdict == "unknown"  # the unit's own share was not filled in


def test_the_tax_clock_and_conditions_are_for_universities_only() -> None:
    assert set(_judge("tax-reward-2018-58", "distribution", {"owner_kind": "firm"})) == {"earlier-income"}
    found = _judge("tax-reward-2018-58", "distribution", {"owner_kind": "university", "received_on": "2022-12-31"})
    assert (found["paid-within-36-months"].due, found["paid-within-36-months"].state) == ("2025-12-31", "running")


# -- contracts -----------------------------------------------------------------------------------------------------
def test_the_rules_of_2000_speak_only_where_they_were_chosen() -> None:
    contract = {
        "contract_class": "transfer", "amount_total": "10000", "nontech_cost": "3000", "amount_tech": "7000",
        "large_or_disputed": "0", "imported_technology": "0", "vat_exempt": "0", "contract_changed": "0",
    }  # fmt: skip
    now = {**contract, "choice.contract-rules": "2026"}
    then = {**contract, "choice.contract-rules": "2000"}
    assert _judge("contract-registration-2000", "contract", now) == {}
    assert _judge("contract-registration-2026", "contract", then) == {}
    old = _judge("contract-registration-2000", "contract", then)
    assert {"tech-amount", "test-transfer", "application"} <= old.keys()
    assert "test-development" not in old
    new = _judge("contract-registration-2026", "contract", now)
    assert (new["tech-amount"].verdict, new["tech-within-total"].verdict) == ("pass", "pass")
    assert "decided-in-15-working-days" in new
    assert not {"decided-in-30-working-days", "buyer-registers-imports", "changes-registered"} & new.keys()


def test_a_blank_cost_is_no_cost_of_nothing() -> None:
    found = _judge("contract-registration-2026", "contract", {"amount_total": "10000"})
    assert (found["tech-amount"].verdict, found["tech-amount"].value) == ("unknown", "")


def test_other_ways_of_paying_have_no_use_then_pay_clock() -> None:
    used = {"use_from": "2025-01-01", "pay_due": "2025-12-30"}
    clock = _judge("cq-agreed-terms", "contract", {**used, "payment_mode": "use_then_pay"})["use-then-pay"]
    assert (clock.state, clock.verdict, clock.due) == ("overdue", "fail", "2025-12-30")
    assert _judge("cq-agreed-terms", "contract", {**used, "payment_mode": "once"}) == {}


@pytest.mark.parametrize("route", ["listing", "experts", "valuer"])
def test_only_a_negotiated_price_is_publicised_for_15_days(route: str) -> None:
    assert "publicity-15-days" in _judge("pricing-rules", "pricing", {"route": "negotiated"})
    assert "publicity-15-days" not in _judge("pricing-rules", "pricing", {"route": route})


# -- agencies ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("date_field", ["registered", "signed", "received"])
def test_a_brokered_contract_counts_by_the_date_that_was_chosen(date_field: str) -> None:
    chosen = {"choice.contract-date": date_field} if date_field != "registered" else {}
    figures = {f"brokered_{date}": n for n, date in enumerate(("registered", "signed", "received"), 1)}
    found = _judge("transfer-agency-evaluation", "organisation", chosen, agency_staff=10, **figures)
    deals = {name: found[name].value for name in found if name.startswith("deals-")}
    expected = figures[f"brokered_{date_field}"]
    assert deals == {f"deals-{date_field}": str(expected), f"deals-per-100-{date_field}": str(expected * 10)}
    (shown,) = found[f"deals-{date_field}"].measures
    assert MEASURES[shown].date_field.rpartition(".")[2] == f"{date_field}_on"


def test_points_nobody_published_are_typed_and_their_weight_is_said_to_be_unknown() -> None:
    found = _judge("transfer-agency-evaluation", "organisation", {})
    assert (found["national-score"].verdict, found["national-score"].cap) == ("unknown", "")
    weights = {name: result.cap for name, result in found.items() if name.startswith("province-")}
    assert weights == {
        "province-basis": "10", "province-performance": "30", "province-capability": "30",
        "province-management": "20", "province-reputation": "10", "province-total": "100",
    }  # fmt: skip
    assert {found[name].status for name in weights} == {"secondary"}


def test_what_only_a_legal_person_fills_in_is_not_asked_of_an_internal_body() -> None:
    internal = _judge("transfer-agency-evaluation", "organisation", {"legal_kind": "internal"})
    firm = _judge("transfer-agency-evaluation", "organisation", {"legal_kind": "firm"})
    assert firm.keys() - internal.keys() == {"income-per-100", "income-share"}


def test_the_capabilities_support_and_are_no_condition() -> None:
    found = _judge("transfer-agency-evaluation", "organisation", {"patent_analysis": "1", "online_platform": "0"})
    result = found["four-capabilities"]
    assert (result.verdict, result.value, result.gap) == ("info", "1/4", "")


def test_each_pack_is_of_the_kinds_of_record_it_judges() -> None:
    unused = {name: set(_used(pack)) ^ set(pack.subjects) for name, pack in PACKS.items()}
    assert {name: kinds for name, kinds in unused.items() if kinds} == {}


def _used(pack: Pack) -> Iterator[str]:
    return (rule.subject for rule in pack.rules)
