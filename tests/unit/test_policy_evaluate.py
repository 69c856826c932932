"""Evaluation of a subject by the bundled packs: verdicts, gaps, blanks, variants, assumptions, both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.calendar import last_published_year
from policy.dates import Period
from policy.errors import Refused, Usage
from policy.evaluate import Subject, attributes_needed, evaluate, measures_needed, try_rule
from policy.i18n import resources_dir, set_language
from policy.measures import MEASURES, UNITS, parse_figure, shown
from policy.pack import Pack, list_packs, load_pack
from policy.results import IndicatorResult, MeasureValue

PACKS = {pack.id: pack for pack in list_packs(resources_dir() / "policies")}
MEASURES_2018, DRAFT = PACKS["guokefaqu-2018-300"], PACKS["cq-draft-measures"]
YEAR = Period.parse("2026")

# The carrier of the sample year: 62 tenants on 10,400 m².
ABOUT = {"carrier_kind": "comprehensive", "title_level": "municipal", "hardship_area": "0"}
CARRIER = Subject("carrier", "c1", "示例孵化器", ABOUT)
FIGURES: dict[str, int | Fraction | None] = {
    "legal_person": 1,
    "operating_months": 75,
    "statistics_years": 3,
    "area_total": 10_400,
    "area_tenant_and_public": 8_110,
    "fund_total": 600_000_000,
    "tenants": 62,
    "tenants_financed": 7,
    "funding_cases": 3,
    "staff_total": 13,
    "staff_professional": 11,
    "mentors": 9,
    "tenants_ip_applied": 29,
    "tenants_ip_valid": 21,
    "graduates_total": 31,
}


def _measures(figures: dict[str, int | Fraction | None]) -> dict[str, MeasureValue]:
    return {name: MeasureValue(name, value, MEASURES[name].unit) for name, value in figures.items()}


def _by_id(results: tuple[IndicatorResult, ...]) -> dict[str, IndicatorResult]:
    return {result.id: result for result in results}


def _carrier(**changes: int | Fraction | None) -> dict[str, IndicatorResult]:
    measures = _measures({**FIGURES, **changes})
    results = _by_id(evaluate(MEASURES_2018, subject=CARRIER, period=YEAR, measures=measures))
    assert results.pop("procedure").verdict == "info"
    return results


@pytest.fixture
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("zh")


def test_the_sample_year_passes_the_measures_of_2018() -> None:
    results = _carrier()
    assert {result.verdict for result in results.values()} == {"pass"}
    assert len(results) == 13
    shown_values = {name: (results[name].value, results[name].unit) for name in ("area-share", "financed-share")}
    assert shown_values == {"area-share": ("78.0", "%"), "financed-share": ("11.3", "%")}
    rights = results["intellectual-property"]
    assert [(part.verdict, part.value) for part in rights.parts] == [("fail", "46.8"), ("pass", "33.9")]
    assert rights.parts[0].gap == "还差 2 家"
    assert rights.gap == ""
    assert [part.id for part in rights.parts] == ["intellectual-property.1", "intellectual-property.2"]
    assert results["professional-staff"].value == "84.6"
    assert results["density-comprehensive"].value == "5.96"


def test_a_result_cites_document_clause_and_status() -> None:
    result = _carrier()["tenants-comprehensive"]
    assert (result.source, result.clause, result.status) == (
        "《科技企业孵化器管理办法》国科发区〔2018〕300号",
        "第六条",
        "superseded",
    )
    assert not result.verified
    assert any("条号凭记忆" in note for note in result.notes)


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_blank_is_unknown_and_never_zero(name: str) -> None:
    results = _carrier(**{name: None})
    using = {result.id for result in results.values() if name in result.measures}
    assert using
    for rule_id, result in results.items():
        if rule_id not in using:
            assert result.verdict == "pass"
        elif rule_id == "intellectual-property" and name == "tenants_ip_applied":
            assert result.verdict == "pass"  # the other leg decides
        else:
            assert result.verdict == "unknown"
            assert any("没有数据" in note for note in result.notes)


def test_a_measure_that_was_not_handed_in_is_unknown() -> None:
    results = evaluate(MEASURES_2018, subject=CARRIER, period=YEAR, measures={})
    assert {result.verdict for result in results if result.kind != "reference"} == {"unknown"}


def test_nothing_is_divided_by_zero_tenants() -> None:
    results = _carrier(tenants=0)
    assert results["financed-share"].verdict == "unknown"
    assert any("为零" in note for note in results["financed-share"].notes)
    assert results["tenants-comprehensive"].verdict == "fail"


def test_blanks_left_out_are_said() -> None:
    measures = _measures(FIGURES) | {"tenants_ip_valid": MeasureValue("tenants_ip_valid", 21, "家", blanks=4)}
    results = _by_id(evaluate(MEASURES_2018, subject=CARRIER, period=YEAR, measures=measures))
    assert "「拥有有效知识产权的在孵企业」有 4 条记录未填，未计入" in results["intellectual-property"].notes


def test_one_failing_leg_decides_an_all_rule_even_beside_a_blank() -> None:
    result = _carrier(staff_professional=None, mentors=6)["staff-per-tenants"]
    assert (result.verdict, result.gap) == ("fail", "还差 1 人")


def test_kind_of_carrier_chooses_the_article() -> None:
    professional = Subject("carrier", "c2", "示例", {"carrier_kind": "专业孵化器"})
    comprehensive_ids, professional_ids = (
        {result.id for result in evaluate(MEASURES_2018, subject=subject, period=YEAR, measures={})}
        for subject in (CARRIER, professional)
    )
    assert comprehensive_ids - professional_ids == {
        "tenants-comprehensive",
        "density-comprehensive",
        "graduates-comprehensive",
    }
    assert "main-field" in professional_ids - comprehensive_ids
    assert "tenants_main_field" in measures_needed(MEASURES_2018, professional) - measures_needed(
        MEASURES_2018, CARRIER
    )
    makerspace = Subject("carrier", "c3", "示例", {"carrier_kind": "makerspace"})
    assert evaluate(MEASURES_2018, subject=makerspace, period=YEAR, measures={}) == ()
    assert measures_needed(MEASURES_2018, makerspace) == set()


def test_a_carrier_of_unknown_kind_is_not_judged() -> None:
    unknown = Subject("carrier", "c4", "示例", {}, {"carrier_kind": "载体类型"})
    results = evaluate(MEASURES_2018, subject=unknown, period=YEAR, measures=_measures(FIGURES))
    assert {result.verdict for result in results} == {"unknown"}
    assert all("载体类型" in result.notes[0] for result in results)


def test_hardship_lowers_only_what_article_10_names() -> None:
    remote = Subject("carrier", "c5", "示例", {"carrier_kind": "comprehensive", "hardship_area": "1"})
    figures = {**FIGURES, "area_total": 8_000, "area_tenant_and_public": 5_999, "tenants": 40, "graduates_total": 16}
    results = _by_id(evaluate(MEASURES_2018, subject=remote, period=YEAR, measures=_measures(figures)))
    for name in ("area", "tenants-comprehensive", "graduates-comprehensive"):
        assert results[name].verdict == "pass"
        assert any("第十条" in note for note in results[name].notes)
    assert results["area-share"].verdict == "fail"
    assert results["area-share"].target == "≥75 %"


def test_rounding_never_makes_a_failing_share_look_like_a_passing_one() -> None:
    result = try_rule(MEASURES_2018, "financed-share", {"tenants_financed": "9996", "tenants": "100000"})
    assert (result.verdict, result.value) == ("fail", "9.996")


def test_assumed_figures_replace_measures_and_are_said() -> None:
    measures = _measures({**FIGURES, "tenants": 48})
    results = _by_id(
        evaluate(MEASURES_2018, subject=CARRIER, period=YEAR, measures=measures, what_if={"tenants": Fraction(50)})
    )
    assert results["tenants-comprehensive"].verdict == "pass"
    assert results["tenants-comprehensive"].notes[0] == "假设「在孵企业」为 50 家"
    assert not any("假设" in note for note in results["fund"].notes)
    with pytest.raises(Usage) as caught:
        evaluate(MEASURES_2018, subject=CARRIER, period=YEAR, measures={}, what_if={"events_held": Fraction(1)})
    assert caught.value.code == "policy.unknown_name"


def test_a_firm_in_a_field_with_extension_may_stay_sixty_months() -> None:
    measures = _measures({"stay_months": 55})
    verdicts = {}
    for extension in ("ic", "none", ""):
        firm = Subject("firm", "f1", "示例", {"field_extension": extension, "entered_on": "2022-05"})
        results = _by_id(evaluate(MEASURES_2018, subject=firm, period=YEAR, measures=measures))
        verdicts[extension] = (results["tenant-stay"].verdict, results["stay-limit"].due)
        assert any("2022-05" in note for note in results["stay-limit"].notes)
        assert any("未填" in note for note in results["stay-limit"].notes) == (extension == "")
    assert verdicts == {"ic": ("pass", "2027-05-01"), "none": ("fail", "2026-05-01"), "": ("fail", "2026-05-01")}


@pytest.mark.parametrize(
    ("received", "award", "said"),
    [
        ("0", 0, "未达到最低一档"),
        ("9999999.99元", 0, "未达到最低一档"),
        ("1000万元", 100_000_000, "最高"),
        ("49999999.99元", 100_000_000, "最高"),
        ("5000万元", 200_000_000, "歧义"),
        ("50000000.01元", 200_000_000, "最高"),
        ("1亿元", 300_000_000, "取高档"),
        ("3亿元", 300_000_000, "一事一议"),
        ("-100", 0, "未达到最低一档"),
    ],
)
def test_bands_of_the_award_for_local_conversion(received: str, award: int, said: str) -> None:
    result = try_rule(DRAFT, "award-local-conversion", {"local_received_fen": received})
    assert result.award_max_fen == award
    assert any(said in note for note in result.notes)
    assert any("歧义" in note for note in result.notes) == (received == "5000万元")
    assert (result.status, result.verified, result.clause) == ("draft", True, "第13条")


@given(st.integers(0, 10**11), st.integers(0, 10**11))
def test_more_money_received_never_means_a_smaller_award(one: int, other: int) -> None:
    awards = [
        try_rule(DRAFT, "award-local-conversion", {"local_received_fen": str(fen)}).award_max_fen
        for fen in sorted((one, other))
    ]
    assert awards[0] is not None
    assert awards[1] is not None
    assert awards[0] <= awards[1]


def test_an_award_without_a_figure_is_unknown_not_nothing() -> None:
    result = try_rule(DRAFT, "award-local-conversion", {})
    assert (result.verdict, result.award_max_fen, result.value) == ("unknown", None, "")


def test_the_award_goes_to_a_university_by_itself() -> None:
    measures = _measures({"local_received_fen": 101_250_000_000 // 100})
    university = Subject("organisation", "o1", "示例大学", {"org_kind": "university"})
    agency = Subject("organisation", "o2", "示例机构", {"org_kind": "agency"})
    results = _by_id(evaluate(DRAFT, subject=university, period=YEAR, measures=measures))
    assert results["award-local-conversion"].award_max_fen == 100_000_000
    assert "award-local-conversion" not in _by_id(evaluate(DRAFT, subject=agency, period=YEAR, measures=measures))


def _award_pack(body: str) -> Pack:
    return load_pack(
        f"""
schema = 1
id = "notice"
title = "通知"
status = "in_force"
source = "示例"
subjects = ["organisation"]
[[rule]]
id = "award"
kind = "award"
title = "奖补"
clause = "一"
subject = "organisation"
verified = true
verified_by = "原文"
measure = "startups_selected"
{body}
""".encode()
    )


def test_a_cap_limits_the_award_and_is_shown() -> None:
    pack = _award_pack('form = "fixed"\namount_fen = 30_000_000\ncap_fen = 100_000_000')
    under, over = (try_rule(pack, "award", {"startups_selected": n}) for n in ("3", "4"))
    assert (under.award_max_fen, over.award_max_fen) == (90_000_000, 100_000_000)
    assert over.cap == "100 万元"
    assert [any("封顶" in note for note in result.notes) for result in (under, over)] == [False, True]


def test_a_city_target_is_shown_beside_our_share_and_never_as_our_gap() -> None:
    measures = _measures({"brokers_trained": 118, "engineers_trained": 12, "events_held": 17})
    us = Subject("organisation", "o3", "示例机构", {"org_kind": "agency"})
    results = _by_id(evaluate(DRAFT, subject=us, period=YEAR, measures=measures))
    for name in ("target-brokers", "target-engineers", "target-events"):
        assert (results[name].verdict, results[name].gap, results[name].scope) == ("info", "", "city")
    assert results["target-brokers"].share == "118 / 300 人 = 39.3 %"
    shared = Subject("organisation", "o3", "示例机构", {"org_kind": "agency", "own_share.target-brokers": "120"})
    results = _by_id(evaluate(DRAFT, subject=shared, period=YEAR, measures=measures))
    assert (results["target-brokers"].verdict, results["target-brokers"].gap) == ("fail", "还差 2 人")
    assert results["target-engineers"].verdict == "info"
    assert "own_share.target-brokers" in attributes_needed(DRAFT, "organisation")


def test_an_own_target_is_passed_or_missed() -> None:
    text = (resources_dir() / "policies" / "cq-draft-measures.toml").read_text(encoding="utf-8")
    own = load_pack(text.replace('scope = "city"', 'scope = "own"').encode())
    result = try_rule(own, "target-events", {"events_held": "99"})
    assert (result.verdict, result.gap, result.share) == ("fail", "还差 1 场", "")
    assert try_rule(own, "target-events", {"events_held": "100"}).verdict == "pass"


def test_hand_over_follows_the_origin_of_the_project() -> None:
    due = {}
    for level in ("国家", "commissioned", ""):
        project = Subject("research_project", "p1", "示例", {"level": level, "closed_on": "2026-09-24"})
        results = evaluate(DRAFT, subject=project, period=YEAR, measures={})
        due[level] = {result.id: (result.verdict, result.due) for result in results}
    assert due == {
        "国家": {"handover-before-close": ("info", "2026-09-23")},
        "commissioned": {"handover-after-close": ("info", "2026-10-22")},
        "": {"handover-before-close": ("unknown", ""), "handover-after-close": ("unknown", "")},
    }


def test_a_deadline_takes_the_stricter_end_of_a_coarse_date_and_says_so() -> None:
    result = try_rule(DRAFT, "handover-after-close", {"closed_on": "2026-09", "handed_on": "2026-09"})
    assert (result.due, result.verdict) == ("2026-09-21", "fail")  # Sunday the 20th is a make-up day
    assert [("最早" in note, "最晚" in note) for note in result.notes] == [(True, False), (False, True)]


def test_a_deadline_beyond_the_published_calendar_says_so() -> None:
    closed = date(last_published_year(), 12, 25).isoformat()
    result = try_rule(DRAFT, "handover-after-close", {"closed_on": closed})
    assert result.due > closed
    assert any("只按周末推算" in note for note in result.notes)


def test_a_deadline_without_its_start_is_unknown() -> None:
    assert try_rule(DRAFT, "handover-after-close", {}).verdict == "unknown"
    assert try_rule(DRAFT, "handover-monthly", {}).verdict == "unknown"
    assert try_rule(DRAFT, "annual-report", {}).verdict == "unknown"
    with pytest.raises(Refused) as caught:
        try_rule(DRAFT, "handover-after-close", {"closed_on": "2026-02-30"})
    assert caught.value.code == "policy.date_invalid"


def test_the_report_day_names_both_texts_and_can_be_set() -> None:
    result = try_rule(DRAFT, "annual-report", {"period": "2025"})
    assert (result.due, result.verified) == ("2026-03-30", False)
    assert any("国发〔2016〕16号" in note and "03-31" in note for note in result.notes)
    own = try_rule(DRAFT, "annual-report", {"period": "2025", "choice.report-date": "s0"})
    assert (own.due, own.verified) == ("2026-03-31", True)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"tennants": "1"}, "policy.unknown_name"),
        ({"tenants": "viele"}, "policy.figure_invalid"),
        ({"tenants": "5万元"}, "policy.figure_invalid"),
        ({"period": "morgen"}, "policy.period_invalid"),
    ],
)
def test_slips_on_the_command_line_are_named(values: dict[str, str], code: str) -> None:
    with pytest.raises(Usage) as caught:
        try_rule(MEASURES_2018, "tenants-comprehensive", values)
    assert caught.value.code == code


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(Usage) as caught:
        try_rule(DRAFT, "nothing", {})
    assert (caught.value.code, caught.value.params) == (
        "policy.unknown_rule",
        {"pack": "cq-draft-measures", "rule": "nothing"},
    )


def test_trying_a_rule_on_a_subject_it_is_not_for_says_so() -> None:
    result = try_rule(MEASURES_2018, "tenants-comprehensive", {"tenants": "50", "carrier_kind": "专业孵化器"})
    assert "按所给条件，本条并不适用" in result.notes


@pytest.mark.usefixtures("english")
def test_titles_sources_and_notes_follow_the_language() -> None:
    result = try_rule(DRAFT, "award-local-conversion", {"local_received_fen": "5000万元"})
    assert result.title.startswith("Award for local conversion")
    assert result.source.startswith("Measures to Speed up")
    assert any(note.startswith("Exactly 50 million yuan") for note in result.notes)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12.5", "m²", Fraction(25, 2)),
        ("1,000", "家", Fraction(1000)),
        ("500万", "fen", Fraction(500_000_000)),
        ("0.01元", "fen", Fraction(1)),
        ("0.001元", "fen", None),
        ("1亿元", "fen", Fraction(10**10)),
        ("是", "", Fraction(1)),
        ("No", "", Fraction(0)),
        ("2", "", None),
        ("1e5", "家", None),
        ("１，０００", "家", Fraction(1000)),
    ],
)
def test_figures_as_people_type_them(text: str, unit: str, value: Fraction | None) -> None:
    assert parse_figure(text, unit) == value


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (0, "家", 0, "0"),
        (Fraction(1, 2), "m²", 2, "0.5"),
        (1_187_550_000 * 10, "fen", 2, "11875.5"),
        (Fraction(78), "%", 1, "78.0"),
        (Fraction(-1, 3), "m²", 2, "-0.33"),
        (1, "", 0, "是"),
    ],
)
def test_figures_as_they_are_shown(value: int | Fraction, unit: str, decimals: int, text: str) -> None:
    assert shown(value, unit, decimals) == text


def test_every_measure_has_a_known_unit_and_is_used_by_a_rule() -> None:
    used = {name for pack in PACKS.values() for rule in pack.rules for name in rule.body.measures()}
    assert all(name in MEASURES for name in used)
    used = {MEASURES[name].base for name in used}
    # what lacks its proof is shown apart and counts nowhere; the courses of incubator staff have a counter, no target
    assert set(MEASURES) - used == {"brokered_unproven", "incubator_staff_trained"}
    assert {measure.unit for measure in MEASURES.values()} <= set(UNITS)


def test_a_measure_that_takes_a_number_is_known_with_it_only() -> None:
    grown = MEASURES["tenants_growing:20"]
    assert (grown.label, grown.parameter, grown.base) == ("收入或研发投入增长超过20%的在孵企业", 20, "tenants_growing")
    assert MEASURES["tenants_growing:12.5"].parameter == Fraction(25, 2)
    for name in (
        "tenants_growing",
        "tenants_growing:",
        "tenants_growing:x",
        "tenants_growing:1e3",
        "tenants:20",
        "x:1",
    ):
        assert name not in MEASURES
        assert MEASURES.get(name) is None
