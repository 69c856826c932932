"""The bundled packs: every rule proves itself on its own examples; broken packs are refused, whatever is broken."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.borders import missing_borders
from policy.errors import Refused, Usage
from policy.evaluate import Mismatch, failed_examples, try_rule
from policy.i18n import resources_dir
from policy.pack import Example, Pack, Rule, list_packs, load_pack

FOLDER = resources_dir() / "policies"
PACKS = list_packs(FOLDER)
RULES = [pytest.param(pack, rule, id=f"{pack.id}/{rule.id}") for pack in PACKS for rule in pack.rules]
EXAMPLES = [
    pytest.param(pack, rule, example, id=f"{pack.id}/{rule.id}/{place}")
    for pack in PACKS
    for rule in pack.rules
    for place, example in enumerate(rule.examples)
]
DRAFT = (FOLDER / "cq-draft-measures.toml").read_bytes()

SMALL = """
schema = 1
id = "year-notice"
title = "年度通知"
status = "in_force"
source = "示例"
subjects = ["carrier"]
[[rule]]
id = "tenants"
kind = "threshold"
title = "在孵企业"
clause = "第一条"
subject = "carrier"
verified = true
verified_by = "原文"
[rule.test]
measure = "tenants"
op = ">="
value = 50
"""


def test_every_document_is_there_with_its_status() -> None:
    known: dict[str, set[str]] = {}
    for pack in PACKS:
        known.setdefault(pack.status, set()).add(pack.id)
    assert known["draft"] == {"cq-draft-measures"}
    assert known["superseded"] == {"guokefaqu-2018-300", "contract-registration-2000"}
    assert known["expired"] == {"cq-transfer-plan-2017", "cq-carriers-plan-2021-142"}
    assert known["secondary"] == {
        "broker-training-2020",
        "cq-events-yubei",
        "cq-plan-2024-2027",
        "cq-poc-plan-2025-2027",
        "transfer-agency-evaluation",
    }
    assert {"cq-rules-2021-43", "miit-2025-131", "tech-sme-2017-115", "contract-registration-2026"} <= known["in_force"]
    ids = {pack.id for pack in PACKS}
    for pack in PACKS:  # who takes whose place is said on both sides
        assert not pack.replaced_by or pack.replaced_by in ids
        successors = {other.id for other in PACKS if pack.id in other.replaces}
        assert successors == ({pack.replaced_by} if pack.replaced_by else set())


def test_packs_are_known_by_their_bytes_and_speak_both_languages() -> None:
    for pack in PACKS:
        assert pack.digest == hashlib.sha256((FOLDER / f"{pack.id}.toml").read_bytes()).hexdigest()
        assert pack.title.en
        assert all(rule.title.en for rule in pack.rules)


@pytest.mark.parametrize(("pack", "rule", "example"), EXAMPLES)
def test_examples_of_a_rule_hold(pack: Pack, rule: Rule, example: Example) -> None:
    result = try_rule(pack, rule.id, example.given)
    assert {name: getattr(result, name) for name in example.expected} == example.expected


def test_examples_that_do_not_hold_are_listed() -> None:
    assert all(failed_examples(pack) == () for pack in PACKS)
    examples = """
[[rule.example]]
given = { tenants = 50 }
verdict = "fail"
[[rule.example]]
given = { tenant = 50 }
verdict = "pass"
"""
    assert failed_examples(load_pack((SMALL + examples).encode())) == (
        Mismatch("tenants", 1, "verdict", "fail", "pass", 21),
        Mismatch("tenants", 2, "given", "", "policy.unknown_name", 24),
    )


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_every_rule_brings_examples_at_its_borders(pack: Pack, rule: Rule) -> None:
    assert missing_borders(pack, rule) == ()


def test_an_example_that_is_taken_away_is_missed() -> None:
    """The check above can fail: of the rules whose examples show each border once, none can lose one unnoticed."""
    noticed = 0
    for pack in PACKS:
        for rule in pack.rules:
            for place in range(len(rule.examples)):
                fewer = replace(rule, examples=rule.examples[:place] + rule.examples[place + 1 :])
                noticed += bool(missing_borders(pack, fewer))
            if rule.kind != "reference":
                assert missing_borders(pack, replace(rule, examples=()))
    assert noticed > len(RULES)


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_every_figure_says_how_far_it_is_verified(pack: Pack, rule: Rule) -> None:
    assert rule.clause
    assert bool(rule.verification.by) == rule.verification.verified
    assert bool(rule.verification.basis.zh) != rule.verification.verified
    for example in rule.examples:
        result = try_rule(pack, rule.id, example.given)
        assert result.verified != any(note.startswith("未核实") for note in result.notes)
        assert result.status == (rule.status or pack.status)


def test_only_what_was_confirmed_is_marked_verified() -> None:
    packs = {pack.id: pack for pack in PACKS}
    draft = {rule.id for rule in packs["cq-draft-measures"].rules if not rule.verification.verified}
    # no text carries the award over to the titles of 2025
    assert draft == {"award-standard-title", "award-excellent-title"}
    verified = {rule.id for rule in packs["guokefaqu-2018-300"].rules if rule.verification.verified}
    assert verified == {"graduation", "procedure", "failed-evaluations", "change-report", "fraud-wait"}


def test_figures_of_the_draft_stand_in_its_text() -> None:
    folder = Path(__file__).parents[2].parent / "shared" / "sources"
    sources = sorted(folder.glob("000_*.txt")) if folder.is_dir() else []
    if not sources:
        pytest.skip("the text of the draft is not beside this checkout")
    text = "".join(sources[0].read_text(encoding="utf-8").split())
    for words in (
        "每月底前将科技成果汇交",
        "在结题前完成汇交",
        "项目结题后15个工作日完成汇交",
        "每年3月31日前",
        "每年举办各类对接活动100场次以上",
        "分别给予50万元奖励",
        "年度到账金额1亿元以上，市科技发展专项资金给予高校最高300万元",
        "5000万元—1亿元，给予高校最高200万元",
        "1000万元—5000万元，给予高校最高100万元",
        "不超过3年时间内保留人事关系",
        "休学创业可保留学籍3年",
        "不超过100个项目，给予5—10万元",
        "培养卓越工程师50名，培训高校技术经纪人300名以上",
    ):
        assert words in text


def _refusal(text: str) -> tuple[str, str, str]:
    with pytest.raises(Refused) as caught:
        load_pack(text.encode())
    assert caught.value.code == "policy.pack_invalid"
    return caught.value.params["where"], caught.value.params["problem"], caught.value.params["detail"]


def test_the_small_pack_of_these_tests_loads() -> None:
    assert load_pack(SMALL.encode()).rule("tenants").body.measures() == {"tenants"}


@pytest.mark.parametrize(
    ("old", "new", "where", "problem"),
    [
        ("value = 50", "value = 50\nvlaue = 60", "rule[0].test.vlaue", "unknown_key"),
        ('clause = "第一条"', "", "rule[0].clause", "missing"),
        ('clause = "第一条"', 'clause = " "', "rule[0].clause", "missing"),
        ('clause = "第一条"', 'clause = "未查到"', "rule[0].clause", "not_allowed"),
        ('title = "在孵企业"', 'title = "在孵\\u0000企业"', "rule[0].title", "not_allowed"),
        ('title = "在孵企业"', 'title = "在孵\\u202e企业"', "rule[0].title", "not_allowed"),
        ('measure = "tenants"', 'measure = "tennants"', "rule[0].test.measure", "unknown_measure"),
        ('measure = "tenants"', 'measure = "tech_sme"', "rule[0].test.measure", "measure_of_other_subject"),
        ("value = 50", 'value = "50"', "rule[0].test.value", "wrong_type"),
        ("value = 50", "value = true", "rule[0].test.value", "wrong_type"),
        ("value = 50", "value = 1e3", "", "not_toml"),
        ("value = 50", "value = nan", "", "not_toml"),
        ("value = 50", "value = 9999999999999999999", "rule[0].test.value", "out_of_range"),
        ("value = 50", "percent = 50", "rule[0].test.of", "missing"),
        ("value = 50", 'of = "area_total"\nvalue = 50', "rule[0].test.per", "missing"),
        ("value = 50", 'of = "fund_total"\npercent = 50', "rule[0].test.of", "not_allowed"),
        ('op = ">="', 'op = "≥"', "rule[0].test.op", "not_allowed"),
        ('verified_by = "原文"', "", "rule[0].verified_by", "missing"),
        ("verified = true", "verified = false", "rule[0].basis", "missing"),
        ('status = "in_force"', 'status = "valid"', "status", "not_allowed"),
        ('id = "year-notice"', 'id = "年度"', "id", "not_allowed"),
        ("schema = 1", "schema = 2", "schema", "unsupported_schema"),
        ('["carrier"]', '["spaceship"]', "subjects", "not_allowed"),
        ('source = "示例"', 'source = "示例"\nissued_on = "2023.5"', "issued_on", "not_allowed"),
        ('kind = "threshold"', 'kind = "scores"', "rule[0].kind", "not_allowed"),
        (
            'clause = "第一条"',
            'clause = "第一条"\nwhen = { carrier_kind = "综合" }',
            "rule[0].when.carrier_kind",
            "wrong_type",
        ),
    ],
)
def test_a_slip_in_a_pack_is_refused_by_name(old: str, new: str, where: str, problem: str) -> None:
    assert old in SMALL
    assert _refusal(SMALL.replace(old, new, 1))[:2] == (where, problem)


@pytest.mark.parametrize("number", ["inf", "-nan", "1e400", "0.1234567"])
def test_a_number_that_is_not_exact_is_refused_with_its_line(number: str) -> None:
    text = SMALL.replace("value = 50", f"value = {number}")
    with pytest.raises(Refused) as caught:
        load_pack(text.encode())
    assert text.split("\n")[caught.value.params["line"] - 1] == f"value = {number}"


def test_ids_used_twice_are_refused(tmp_path: Path) -> None:
    again = SMALL[SMALL.index("[[rule]]") :]
    assert _refusal(SMALL + again) == ("rule[1]", "duplicate", "tenants")
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(SMALL, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        list_packs(tmp_path)
    assert caught.value.params["problem"] == "duplicate"


def test_variants_need_a_last_case_for_everybody() -> None:
    one = '[[rule.test.choose]]\nmeasure = "tenants"\nop = ">="\nvalue = 50\n'
    conditional = one.replace("measure", 'when = { carrier_kind = ["comprehensive"] }\nmeasure', 1)
    head = SMALL[: SMALL.index("[rule.test]")]
    assert load_pack((head + conditional + one).encode())
    assert _refusal(head + one)[1] == "missing"
    assert _refusal(head + one + one)[:2] == ("rule[0].test.choose[0].when", "not_allowed")
    assert _refusal(head + conditional + conditional)[:2] == ("rule[0].test.choose[1].when", "not_allowed")


def test_bands_run_downwards() -> None:
    text = DRAFT.decode().replace("from = 10_000_000_000", "from = 1_000", 1)
    assert _refusal(text)[1:] == ("not_allowed", "from")


def test_hostile_files_are_refused_and_never_crash() -> None:
    deep = "x = " + "[" * 5000 + "]" * 5000
    nested = SMALL[: SMALL.index("[rule.test]")] + "test = " + "{ all = [" * 40 + "1" + "] }" * 40
    for data in (
        b"\xff\xfe\x00",
        b"x" * ((1 << 20) + 1),
        deep.encode(),
        b"",
        b"schema = " + b"9" * 5000,
        nested.encode(),
    ):
        with pytest.raises(Refused):
            load_pack(data)


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**19), 10**19),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.just({}),
    st.just({"all": [{}]}),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [place for key, child in inner for place in _places(child, (*path, key))]


RAW = tomllib.loads(DRAFT.decode())
PLACES = _places(RAW)


def _toml(value: Any) -> str:
    """The value as inline TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), JUNK)
def test_a_pack_with_any_value_replaced_or_missing_loads_or_is_refused(path: tuple[Any, ...], junk: Any) -> None:
    raw = copy.deepcopy(RAW)
    holder = raw
    for key in path[:-1]:
        holder = holder[key]
    if junk is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = junk
    try:
        pack = load_pack("".join(f"{key} = {_toml(value)}\n" for key, value in raw.items()).encode())
    except Refused as refused:
        assert refused.code == "policy.pack_invalid"
        return
    for rule in pack.rules:
        for example in rule.examples:
            with contextlib.suppress(Refused, Usage):
                try_rule(pack, rule.id, example.given)


def test_the_writer_of_these_tests_writes_what_it_was_given() -> None:
    assert tomllib.loads("".join(f"{key} = {_toml(value)}\n" for key, value in RAW.items())) == RAW
