"""Kinds of rule beyond thresholds and deadlines: scores, checklists, formulas, clocks, grades; and what is refused."""

from __future__ import annotations

import pytest

from policy.errors import Refused
from policy.evaluate import try_rule
from policy.pack import Pack, load_pack
from policy.results import IndicatorResult

HEAD = """
schema = 1
id = "kinds"
title = "各类条目"
status = "in_force"
source = "示例"
subjects = ["carrier", "firm", "organisation", "grant", "distribution"]
"""
RULE = """
[[rule]]
id = "{id}"
kind = "{kind}"
title = "{id}"
clause = "第一条"
subject = "{subject}"
verified = true
verified_by = "原文"
"""


def _rule(kind: str, body: str, *, id: str = "one", subject: str = "carrier") -> str:
    return RULE.format(id=id, kind=kind, subject=subject) + body


def _pack(*rules: str) -> Pack:
    return load_pack((HEAD + "".join(rules)).encode())


def _try(rule: str, **values: str) -> IndicatorResult:
    return try_rule(_pack(rule), "one", {name.replace("__", "."): value for name, value in values.items()})


TABLE = _rule(
    "score",
    """form = "table"
points = 20
measure = "staff_professional"
of = "staff_total"
[[rule.band]]
from = 30
points = 20
[[rule.band]]
from = 25
to = 30
points = 16
""",
)


@pytest.mark.parametrize(
    ("top", "score"), [("30", "20"), ("29.999999", "16"), ("25", "16"), ("24.999999", "0"), ("100", "20")]
)
def test_a_table_gives_the_points_of_the_step_reached(top: str, score: str) -> None:
    assert _try(TABLE, staff_professional=top, staff_total="100").score == score


def test_a_table_says_nothing_from_a_blank_or_by_zero() -> None:
    assert _try(TABLE, staff_total="100").verdict == "unknown"
    assert _try(TABLE, staff_professional="3", staff_total="0").score == ""


def test_points_in_proportion_stay_between_nothing_and_all() -> None:
    line = _rule("score", 'form = "linear"\npoints = 10\nmeasure = "tenants"\nzero_at = 20\nfull_at = 50\n')
    scores = {n: _try(line, tenants=str(n)).score for n in (0, 20, 30, 50, 90)}
    assert scores == {0: "0", 20: "0", 30: "3.33", 50: "10", 90: "10"}
    down = _rule("score", 'form = "linear"\npoints = 10\nmeasure = "tenants"\nzero_at = 50\nfull_at = 20\n')
    assert [_try(down, tenants=n).score for n in ("20", "35", "50")] == ["10", "5", "0"]


def test_points_per_unit_are_capped() -> None:
    each = _rule("score", 'form = "per_unit"\npoints = 6\neach = 2\nmeasure = "funding_cases"\n')
    assert [_try(each, funding_cases=n).score for n in ("2", "3", "4")] == ["4", "6", "6"]


BEST = _rule(
    "score",
    """form = "best"
points = 30
[[rule.option]]
title = "甲"
form = "per_unit"
each = 10
measure = "mentors"
[[rule.option]]
title = "乙"
form = "per_unit"
each = 6
measure = "funding_cases"
""",
)


def test_the_better_of_two_ways_counts_and_a_missing_one_is_named() -> None:
    both = _try(BEST, mentors="1", funding_cases="3")
    assert (both.score, [part.score for part in both.parts]) == ("18", ["10", "18"])
    one = _try(BEST, mentors="1")
    assert one.score == "10"
    assert any("得分可能更高" in note for note in one.notes)
    assert not any("得分可能更高" in note for note in _try(BEST, mentors="3").notes)


def _sum(extra: str = "") -> str:
    rows = [_rule("score", 'form = "typed"\npoints = 40\n', id=name) for name in ("a", "b")]
    rows.append(_rule("score", 'form = "typed"\npoints = 5\nbonus = true\n', id="plus"))
    total = _rule("score", f'form = "sum"\npoints = 60\nrules = ["a", "b", "plus"]\n{extra}')
    return "".join((*rows, total))


def test_a_sum_is_capped_and_a_bonus_counts_on_top() -> None:
    assert _try(_sum(), rule__a="40", rule__b="40", rule__plus="5").score == "65"
    assert _try(_sum(), rule__a="10", rule__b="20", rule__plus="5").score == "35"
    blank = _try(_sum(), rule__a="10")
    assert blank.score == "10"
    assert any("还没有得分" in note for note in blank.notes)


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [("20", "40", "pass"), ("20", "39.999", "fail"), ("0", "40", "fail"), ("", "40", "unknown"), ("", "", "unknown")],
)
def test_a_sum_passes_at_its_border_and_not_with_a_zero_where_none_may_be(a: str, b: str, verdict: str) -> None:
    given = {name: value for name, value in (("rule__a", a), ("rule__b", b)) if value}
    found = _try(_sum('pass_at = 60\nnonzero = ["a"]\n'), rule__plus="0", **given)
    assert found.verdict == verdict


def test_a_sum_that_cannot_be_reached_any_more_has_failed() -> None:
    assert _try(_sum("pass_at = 60\n"), rule__a="10").verdict == "fail"
    assert _try(_sum("pass_at = 60\n"), rule__a="15").verdict == "unknown"


def test_a_direct_confirmation_passes_whatever_the_points() -> None:
    text = _sum('pass_at = 60\nexempt = ["high_tech_valid"]\n')
    assert _try(text, rule__a="0", rule__b="0", rule__plus="0", high_tech_valid="是").verdict == "pass"


def test_points_a_person_gives_stay_within_the_weight() -> None:
    typed = _rule("score", 'form = "typed"\npoints = 8\n')
    assert _try(typed, self_score="8").score == "8"
    assert _try(typed, self_score="8.5").verdict == "unknown"
    assert _try(typed).verdict == "unknown"
    unknown = _try(_rule("score", 'form = "typed"\n'), self_score="12")
    assert (unknown.score, unknown.cap) == ("12", "")
    assert any("分值未见公布" in note for note in unknown.notes)


def _checklist(head: str) -> str:
    items = "".join(f'[[rule.item]]\nid = "{n}"\ntitle = "材料{n}"\nattribute = "paper.{n}"\n' for n in "abc")
    return _rule("checklist", head + items)


def test_a_checklist_counts_what_is_there() -> None:
    every = _checklist('need = "all"\n')
    assert _try(every, paper__a="是", paper__b="1", paper__c="yes").verdict == "pass"
    missing = _try(every, paper__a="是", paper__b="1", paper__c="否")
    assert (missing.verdict, missing.value) == ("fail", "2/3")
    assert "材料c" in missing.gap
    assert _try(every, paper__a="是", paper__b="1").verdict == "unknown"
    two = _checklist("need = 2\n")
    assert _try(two, paper__a="是", paper__b="是").verdict == "pass"
    assert _try(two, paper__a="否", paper__b="否").verdict == "fail"
    assert _try(_checklist('need = "any"\nsupporting = true\n'), paper__a="否").verdict == "info"


FORMULA = """unit = "fen"
expression = "gross - costs - taxes"
at_least = 0
when_below = "净收入为负"
[[rule.input]]
name = "gross"
title = "成交额"
attribute = "gross"
unit = "fen"
[[rule.input]]
name = "costs"
title = "成本"
attribute = "costs"
unit = "fen"
optional = true
[[rule.input]]
name = "taxes"
title = "税金"
attribute = "taxes"
unit = "fen"
"""


def test_a_formula_is_exact_and_a_blank_is_not_zero_unless_it_says_so() -> None:
    net = _rule("formula", FORMULA, subject="distribution")
    assert _try(net, gross="100万元", costs="10万元", taxes="6.5万元").value == "83.5"
    assert _try(net, gross="100", costs="60", taxes="40").verdict == "pass"
    below = _try(net, gross="100", costs="60", taxes="41")
    assert (below.verdict, below.notes[0]) == ("fail", "净收入为负")
    assert _try(net, gross="100").verdict == "unknown"
    assert any("按没有计" in note for note in _try(net, gross="100", taxes="1").notes)


def test_a_formula_builds_on_another() -> None:
    net = _rule("formula", FORMULA, subject="distribution", id="net")
    half = _rule(
        "formula",
        'unit = "fen"\nexpression = "max(net, 0) * 0.5"\n[[rule.input]]\nname = "net"\nrule = "net"\n',
        subject="distribution",
    )
    pack = _pack(net, half)
    assert try_rule(pack, "one", {"gross": "100元", "taxes": "40元"}).value == "0.003"
    assert try_rule(pack, "one", {"rule.net": "200万元"}).value == "100"
    assert try_rule(pack, "one", {"gross": "100元", "taxes": "140元"}).value == "0"


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("gross - cost", "unknown_input"),
        ("gross", "unused_input"),
        ("gross - costs - taxes - __import__('os')", "not_an_expression"),
        ("gross ** costs ** taxes", "not_an_expression"),
        ("gross.real - costs - taxes", "not_an_expression"),
        ("gross - costs - taxes +", "not_an_expression"),
        ("gross - costs - taxes * 1e9", "not_an_expression"),
        ("max(gross) - costs - taxes", "not_an_expression"),
        ("[gross, costs, taxes][0]", "not_an_expression"),
        ("gross if costs else taxes", "not_an_expression"),
        ("+".join(["gross - costs - taxes"] * 60), "too_large"),
    ],
)
def test_an_expression_is_arithmetic_and_nothing_else(expression: str, problem: str) -> None:
    text = FORMULA.replace("gross - costs - taxes", expression)
    assert _refused(_rule("formula", text, subject="distribution"))[0] == problem


CLOCK = _rule(
    "clock",
    """since = ["granted_on"]
months = 12
stop = "substantive_start"
[[rule.state]]
id = "granted"
title = "已赋权"
[[rule.state]]
id = "started"
title = "已启动"
filled = ["substantive_start"]
verdict = "pass"
[[rule.state]]
id = "overdue"
title = "逾期未启动"
duty = "单位可以自行组织或委托第三方转化"
overdue = true
verdict = "fail"
[[rule.state]]
id = "published"
title = "公开发布"
filled = ["published_on"]
""",
    subject="grant",
)


@pytest.mark.parametrize(
    ("values", "state", "running"),
    [
        ({"today": "2026-11-20"}, "granted", True),
        ({"today": "2026-11-21"}, "overdue", True),
        ({"today": "2026-11-21", "substantive_start": "2026-11-20"}, "started", False),
        ({"today": "2026-11-21", "substantive_start": "2026-11-21"}, "overdue", False),
        ({"today": "2026-11-21", "substantive_start": "2026-11"}, "overdue", False),
        ({"today": "2027-03-01", "published_on": "2027-02-01"}, "published", True),
        ({}, "granted", True),
    ],
)
def test_a_clock_says_its_state_on_the_day(values: dict[str, str], state: str, running: bool) -> None:
    found = _try(CLOCK, granted_on="2025-11-20", **values)
    assert (found.state, found.due, found.running) == (state, "2026-11-20", running)


def test_a_clock_that_never_started_is_unknown() -> None:
    assert _try(CLOCK, today="2026-11-21").verdict == "unknown"


def test_a_clock_takes_its_day_from_the_record_or_counts_working_days() -> None:
    by_record = CLOCK.replace("months = 12", 'due = ["pay_due"]')
    assert _try(by_record, granted_on="2026-01-01", pay_due="2026-06-30", today="2026-07-01").state == "overdue"
    assert _try(by_record, granted_on="2026-01-01", today="2026-07-01").due == ""
    working = CLOCK.replace("months = 12", "working_days = 15")
    assert _try(working, granted_on="2026-09-24").due == "2026-10-22"


def test_grades_and_caps_of_awards() -> None:
    grades = _rule(
        "award",
        """form = "grades"
attribute = "grade"
[[rule.grade]]
is = ["excellent", "优秀"]
amount_fen = 50_000_000
[[rule.grade]]
is = ["good", "良好"]
amount_fen = 30_000_000
""",
    )
    assert [_try(grades, grade=g).award_max_fen for g in ("优秀", "good", "合格")] == [50_000_000, 30_000_000, 0]
    assert _try(grades).award_max_fen is None
    cap = _try(_rule("award", 'form = "cap"\ncap_fen = 100_000_000\n', subject="organisation"))
    assert cap.award_max_fen == 100_000_000
    assert any("计算办法未见公布" in note for note in cap.notes)


def test_attributes_as_conditions() -> None:
    post = _rule("threshold", '[rule.test]\nattribute = "post"\nis_not = ["head", "单位正职"]\n')
    assert [_try(post, post=text).verdict for text in ("无", "head", "单位正职")] == ["pass", "fail", "fail"]
    assert _try(post).verdict == "unknown"
    score = _rule("threshold", '[rule.test]\nattribute = "integrity_score"\nop = ">"\nvalue = 0\n')
    assert [_try(score, integrity_score=text).verdict for text in ("1", "0", "-3", "高")] == [
        "pass",
        "fail",
        "fail",
        "unknown",
    ]


def test_targets_as_shares_and_upper_limits() -> None:
    share = _rule("target", 'measure = "graduates_total"\nof = "tenants"\npercent = 30\nscope = "own"\nby = "2027"\n')
    assert _try(share, graduates_total="30", tenants="100").verdict == "pass"
    below = _try(share, graduates_total="29", tenants="100")
    assert (below.verdict, below.value) == ("fail", "29.0")
    assert "1" in below.gap
    limit = _rule("target", 'measure = "tenants"\nvalue = 100\nscope = "own"\nat_most = true\n')
    assert [_try(limit, tenants=n).verdict for n in ("100", "101")] == ["pass", "fail"]


@pytest.mark.parametrize(
    ("done", "verdict"), [("2036-11-21", "pass"), ("2036-11-20", "fail"), ("2036-11", "fail"), ("2037", "pass")]
)
def test_a_day_that_must_not_come_before_another(done: str, verdict: str) -> None:
    right = 'form = "months"\nsince = ["granted_on"]\nmonths = 120\ndone = "use_until"\nnot_before = true\n'
    assert _try(_rule("deadline", right, subject="grant"), granted_on="2026-11-21", use_until=done).verdict == verdict


def test_calendar_days_and_fixed_days() -> None:
    days = _rule("deadline", 'form = "days"\nsince = ["starts_on"]\ndays = 15\ndone = "ends_on"\nnot_before = true\n')
    assert _try(days, starts_on="2026-02-20", ends_on="2026-03-07").verdict == "pass"
    assert _try(days, starts_on="2026-02-20", ends_on="2026-03-06").verdict == "fail"
    fixed = _rule("deadline", 'form = "date"\ndate = "2027-12-31"\ndone = "ends_on"\n')
    assert _try(fixed, ends_on="2027-12-31").verdict == "pass"
    assert _try(fixed, ends_on="2028-01-01").verdict == "fail"


def _refused(*rules: str) -> tuple[str, str, int]:
    with pytest.raises(Refused) as caught:
        _pack(*rules)
    params = caught.value.params
    return params["problem"], params["rule"], params["line"]


def test_bands_that_overlap_or_leave_a_gap_are_refused_by_line() -> None:
    text = TABLE.replace("to = 30", "to = 31")
    problem, rule, line = _refused(text)
    assert (problem, rule) == ("overlap", "one")
    assert (HEAD + text).splitlines()[line - 1] == "to = 31"
    assert _refused(TABLE.replace("to = 30", "to = 28"))[0] == "gap"
    assert _refused(TABLE.replace("to = 30", "to = 25"))[0] == "out_of_range"
    assert _refused(TABLE.replace("from = 25", "from = 30"))[0] == "not_allowed"


def test_rules_in_a_circle_are_refused() -> None:
    first = _rule("score", 'form = "sum"\npoints = 10\nrules = ["b"]\n', id="a")
    second = _rule("score", 'form = "sum"\npoints = 10\nrules = ["a"]\n', id="b")
    problem, rule, line = _refused(first, second)
    assert (problem, rule) == ("cycle", "a")
    assert (HEAD + first + second).splitlines()[line - 1] == "[[rule]]"
    assert _refused(first)[0] == "unknown_rule"
    assert _refused(_rule("score", 'form = "sum"\npoints = 10\nrules = ["one"]\n'))[0] == "cycle"
    other = _rule("checklist", 'need = "all"\n[[rule.item]]\nid = "x"\ntitle = "x"\nattribute = "x"\n', id="b")
    assert _refused(first, other)[0] == "rule_of_other_kind"


def test_a_rule_that_holds_before_its_document_is_refused_with_its_line() -> None:
    head = HEAD + 'effective_from = "2025-06"\n'
    text = head + _rule("award", 'form = "cap"\ncap_fen = 1\neffective_from = "2025-05-31"\n')
    with pytest.raises(Refused) as caught:
        load_pack(text.encode())
    assert caught.value.params["problem"] == "outside_dates"
    assert "2025-05-31" in text.splitlines()[caught.value.params["line"] - 1]
    load_pack(text.replace("2025-05-31", "2025-06-01").encode())


def test_the_line_of_a_clause_that_is_missing_is_that_of_its_rule() -> None:
    rule = _rule("award", 'form = "cap"\ncap_fen = 1\n').replace('clause = "第一条"\n', "")
    problem, name, line = _refused(_rule("award", 'form = "cap"\ncap_fen = 1\n', id="first"), rule)
    assert (problem, name) == ("missing", "one")
    text = HEAD + _rule("award", 'form = "cap"\ncap_fen = 1\n', id="first") + rule
    assert text.splitlines()[line - 1 : line + 1] == ["[[rule]]", 'id = "one"']


def test_the_line_of_a_broken_file_is_that_of_the_parser() -> None:
    with pytest.raises(Refused) as caught:
        load_pack(b'schema = 1\nid = "x"\ntitle = \n')
    assert (caught.value.params["problem"], caught.value.params["line"]) == ("not_toml", 3)


def test_the_line_inside_a_list_over_several_lines() -> None:
    text = HEAD + _rule(
        "threshold",
        '[rule.test]\nall = [\n  { measure = "tenants", op = ">=", value = 1 },\n'
        '  { measure = "tennants", op = ">=", value = 1 },\n]\n',
    )
    with pytest.raises(Refused) as caught:
        load_pack(text.encode())
    assert "tennants" in text.splitlines()[caught.value.params["line"] - 1]
