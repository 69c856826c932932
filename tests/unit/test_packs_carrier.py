"""The packs of carriers and their firms: what they say at once of one subject, and what they leave open on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from policy.dates import Period
from policy.evaluate import Subject, evaluate, try_rule
from policy.i18n import resources_dir
from policy.measures import MEASURES, parse_figure
from policy.pack import list_packs
from policy.results import IndicatorResult, MeasureValue
from policy.rules.score import Typed

PACKS = {pack.id: pack for pack in list_packs(resources_dir() / "policies")}
FORMER, NOW, SME = "guokefaqu-2018-300", "miit-2025-131", "tech-sme-2017-115"
CARRIER_SIDE = (
    NOW,
    "cq-incubator-2019-63",
    "cq-makerspace-2019-119",
    "makerspace-2017-120",
    SME,
    "incubator-evaluation-2019-239",
    "cq-incubator-evaluation",
    "torch-statistics",
    "tax-incubators",
    "cq-industry-carriers-2025-56",
)


def _judge(
    pack: str, kind: str, attributes: Mapping[str, str], figures: Mapping[str, str], today: date | None = None
) -> dict[str, IndicatorResult]:
    measures = {}
    for name, text in figures.items():
        value = parse_figure(text, MEASURES[name].unit)
        assert value is not None
        measures[name] = MeasureValue(name, value, MEASURES[name].unit)
    subject = Subject(kind, "s1", "示例", attributes)
    found = evaluate(PACKS[pack], subject=subject, period=Period.parse("2025"), measures=measures, today=today)
    return {result.id: result for result in found}


# -- what is known and what is not ---------------------------------------------------------------------------------
@pytest.mark.parametrize("pack", CARRIER_SIDE)
def test_nothing_nobody_saw_is_called_verified(pack: str) -> None:
    assert PACKS[pack].incomplete
    assert [rule.id for rule in PACKS[pack].rules if rule.verification.verified] == []
    for rule in PACKS[pack].rules:
        assert rule.verification.basis.zh
        assert rule.verification.basis.en


def test_of_the_former_measures_only_the_confirmed_articles_are_verified() -> None:
    confirmed = {rule.id for rule in PACKS[FORMER].rules if rule.verification.verified}
    assert confirmed == {"graduation", "procedure", "failed-evaluations", "change-report", "fraud-wait"}


@pytest.mark.parametrize("pack", ["incubator-evaluation-2019-239", "cq-incubator-evaluation"])
def test_points_nobody_published_have_no_weight(pack: str) -> None:
    typed = [rule for rule in PACKS[pack].rules if rule.kind == "score"]
    assert typed
    assert all(isinstance(rule.body, Typed) and rule.body.points is None for rule in typed)
    found = try_rule(PACKS[pack], typed[0].id, {"self_score": "12"})
    assert (found.score, found.cap) == ("12", "")


# -- recognition ---------------------------------------------------------------------------------------------------
COMPREHENSIVE = {"carrier_kind": "comprehensive"}
YEAR = {
    "tenants": "62",
    "tenants_financed": "7",
    "tenants_financed_year": "7",
    "tenants_own_invested": "3",
    "tenants_growing:20": "19",
    "income_beyond_rent": "151万元",
    "income_total": "486万元",
}


def test_the_former_and_the_present_measures_disagree_on_financing() -> None:
    former, now = (_judge(pack, "carrier", COMPREHENSIVE, YEAR) for pack in (FORMER, NOW))
    assert (former["financed-share"].verdict, former["financed-share"].value) == ("pass", "11.3")
    assert (now["equity-or-financing"].verdict, now["equity-or-financing"].value) == ("fail", "4.8 % · 11.3 %")
    assert now["equity-or-financing"].gap == "还差 4 家 或 还差 6 家"
    assert (now["growth"].verdict, now["income-beyond-rent"].value) == ("pass", "31.1")
    assert PACKS[FORMER].replaced_by == NOW


def test_one_firm_decides_on_growth() -> None:
    fewer = _judge(NOW, "carrier", COMPREHENSIVE, {**YEAR, "tenants_growing:20": "18"})["growth"]
    assert (fewer.verdict, fewer.value, fewer.gap) == ("fail", "29.0", "还差 1 家")


def test_what_is_not_known_of_the_present_measures_is_said() -> None:
    found = _judge(NOW, "carrier", COMPREHENSIVE, {})
    open_ = {name for name, result in found.items() if result.kind == "reference" and "未查到" in result.title}
    assert open_ == {"standard-other", "excellent-features"}
    assert "tenant-conditions" in _judge(NOW, "firm", COMPREHENSIVE, {})


@pytest.mark.parametrize(("kind", "area", "tenants"), [("comprehensive", "5000", "30"), ("professional", "3000", "20")])
def test_the_city_asks_each_kind_of_incubator_for_its_own_figures(kind: str, area: str, tenants: str) -> None:
    found = _judge("cq-incubator-2019-63", "carrier", {"carrier_kind": kind}, {"area_total": area, "tenants": tenants})
    assert found[f"area-{kind}"].verdict == found[f"tenants-{kind}"].verdict == "pass"
    other = {"comprehensive": "professional", "professional": "comprehensive"}[kind]
    assert f"area-{other}" not in found
    assert ("main-field" in found) is (kind == "professional")


def test_a_makerspace_is_judged_by_its_own_rules_only() -> None:
    makerspace = {"carrier_kind": "makerspace"}
    assert _judge("cq-incubator-2019-63", "carrier", makerspace, {}) == {}
    figures = {"occupants": "20", "occupants_year": "26", "occupants_registered_year": "7"}
    city = _judge("cq-makerspace-2019-119", "carrier", makerspace, figures)
    nation = _judge("makerspace-2017-120", "carrier", makerspace, {**figures, "occupants_financed_year": "4"})
    assert (city["occupants"].verdict, city["new-or-financed"].verdict) == ("pass", "pass")
    assert (nation["occupants"].verdict, nation["new-or-financed"].verdict) == ("pass", "fail")


# -- one firm ------------------------------------------------------------------------------------------------------
def test_the_stay_in_a_makerspace_ends_after_24_months() -> None:
    inside = {"carrier_kind": "makerspace", "entered_on": "2023-12-31"}
    found = _judge("cq-makerspace-2019-119", "firm", inside, {"stay_months": "25"})
    assert (found["stay"].verdict, found["stay-limit"].due) == ("fail", "2025-12-31")
    assert _judge("cq-makerspace-2019-119", "firm", {**inside, **COMPREHENSIVE}, {"stay_months": "25"}) == {}


SCORED = {
    "firm_staff": "100",
    "firm_staff_tech": "30",
    "firm_sales": "2000万元",
    "firm_rd_spend": "100万元",
    "firm_cost": "1000万元",
    "firm_assets": "2亿元",
    "ip_class_one": "0",
    "ip_class_two": "0",
}


def test_a_firm_passes_at_sixty_points_and_not_without_staff() -> None:
    found = _judge(SME, "firm", {}, {**SCORED, "firm_rd_spend": "100万元"})
    assert [found[rule].score for rule in ("staff-share", "rd-share", "ip", "score")] == ["20", "40", "0", "60"]
    assert (found["score"].verdict, found["size"].verdict) == ("pass", "pass")
    fewer = _judge(SME, "firm", {}, {**SCORED, "firm_staff_tech": "29"})["score"]
    assert (fewer.verdict, fewer.score, fewer.gap) == ("fail", "56", "还差 4 分")
    nobody = _judge(SME, "firm", {}, {**SCORED, "firm_staff_tech": "9", "ip_class_one": "2"})["score"]
    assert (nobody.verdict, nobody.score) == ("fail", "70")


def test_a_certificate_stands_in_for_the_score() -> None:
    found = _judge(SME, "firm", {"high_tech_certificate": "1"}, {**SCORED, "firm_staff_tech": "0"})
    assert (found["score"].verdict, found["direct"].verdict) == ("pass", "pass")


@pytest.mark.parametrize(
    ("blank", "verdict"),
    [("firm_cost", "unknown"), ("ip_class_two", "pass"), ("firm_staff_tech", "unknown")],
)
def test_a_blank_that_could_bring_enough_points_fails_nobody(blank: str, verdict: str) -> None:
    """Of sales the firm has 10 points for R&D, of costs 40, with which it passes."""
    scored = {**SCORED, "firm_sales": "5000万元", "firm_cost": "400万元"}
    assert _judge(SME, "firm", {}, scored)["score"].verdict == "pass"
    figures = {name: text for name, text in scored.items() if name != blank}
    assert _judge(SME, "firm", {}, figures)["score"].verdict == verdict


def test_a_blank_that_could_not_bring_enough_points_fails() -> None:
    figures = {name: text for name, text in SCORED.items() if name != "ip_class_two"}
    found = _judge(SME, "firm", {}, {**figures, "firm_rd_spend": "0元", "ip_class_one": "0"})
    assert found["score"].verdict == "fail"


# -- evaluation ----------------------------------------------------------------------------------------------------
def test_a_failure_runs_out_half_a_year_later() -> None:
    made = {"carrier_kind": "makerspace", "failed_on": "2025-06-30"}
    states = [
        _judge("cq-incubator-evaluation", "carrier", made, {}, date(2025, 12, day))["re-evaluation"] for day in (30, 31)
    ]
    assert [state.state for state in states] == ["waiting", "late"]
    assert [state.due for state in states] == ["2025-12-30"] * 2


def test_the_points_of_a_failed_unit_bring_no_money() -> None:
    amounts = {
        grade: try_rule(PACKS["cq-incubator-evaluation"], "grade-award", {"evaluation_grade": grade}).award_max_fen
        for grade in ("excellent", "良好", "合格", "failed")
    }
    assert amounts == {"excellent": 50_000_000, "良好": 30_000_000, "合格": 0, "failed": 0}


def test_areas_of_tenants_are_held_against_what_was_reported() -> None:
    pack = PACKS["torch-statistics"]
    assert Fraction(pack.rule("area-sum").body.test.value) == 100  # type: ignore[attr-defined]
    found = try_rule(pack, "area-sum", {"area_of_tenancies": "7151", "area_tenant": "7150"})
    assert (found.verdict, found.gap) == ("fail", "超出 1 m²")


def test_the_area_of_tenants_is_read_as_was_chosen() -> None:
    figures = {"area_tenant": "7150", "area_tenant_and_public": "8110", "area_total": "10400"}
    found = {
        taken: _judge("cq-incubator-2019-63", "carrier", {**COMPREHENSIVE, "choice.cq-tenant-area": taken}, figures)
        for taken in ("tenants", "with-public")
    }
    shares = {taken: (one["area-share"].verdict, one["area-share"].value) for taken, one in found.items()}
    assert shares == {"tenants": ("fail", "68.8"), "with-public": ("pass", "78.0")}
    assert any("取较严一种" in note for note in found["tenants"]["area-share"].notes)
