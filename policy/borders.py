"""Whether a rule's examples stand at its borders: exactly at each limit, and one step beyond it.

A step is what a figure moves by at the least (one firm, one day, 0.01 m²; for money at most 100 yuan).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import partial

from policy.dates import earliest, is_partial_date, latest
from policy.evaluate import try_rule
from policy.measure import Measure
from policy.measures import parse_figure
from policy.pack import Example, Pack, Rule
from policy.results import IndicatorResult
from policy.rules.award import Award
from policy.rules.checklist import Checklist
from policy.rules.clock import Clock
from policy.rules.common import COMPARE, Facts, When
from policy.rules.deadline import Deadline
from policy.rules.formula import Formula
from policy.rules.quantity import Quantity
from policy.rules.reference import Reference
from policy.rules.score import ByFigure, Each, Line, Steps, Sum, Typed
from policy.rules.target import Target
from policy.rules.threshold import Choice, Group, Test, Threshold, Told

_MONEY_STEP = 10_000  # fen: people write 4999.99万元 for just under 5000万元
_DAY = timedelta(days=1)


def missing_borders(pack: Pack, rule: Rule) -> tuple[str, ...]:
    """What the examples of a rule leave out, in words for whoever writes packs; empty where each border is shown."""
    cases = [(example, try_rule(pack, rule.id, example.given)) for example in rule.examples]
    body = rule.body
    if isinstance(body, Reference):
        return ()
    if isinstance(body, Threshold):
        verdicts = {result.verdict for _, result in cases}
        lacking = [f"verdict {word}" for word in ("pass", "fail") if word not in verdicts]
        return (*lacking, *_of_test(pack, rule, body.test))
    if isinstance(body, Deadline):
        return tuple(_of_deadline(body, cases))
    if isinstance(body, Clock):
        return tuple(_of_clock(body, cases))
    if isinstance(body, Target):
        return tuple(_of_target(rule, body))
    if isinstance(body, Award):
        return tuple(_of_award(rule, body))
    if isinstance(body, Checklist):
        return tuple(_of_checklist(rule, body))
    if isinstance(body, Formula):
        return tuple(_of_formula(body, cases))
    if isinstance(body, ByFigure):
        return tuple(_of_points(rule, body))
    if isinstance(body, Sum):
        return tuple(_of_sum(body, cases))
    return tuple(_of_typed(body, rule)) if isinstance(body, Typed) else ()


# -- figures -------------------------------------------------------------------------------------------------------
def _step(measure: Measure) -> Fraction:
    return Fraction(_MONEY_STEP) if measure.unit == "fen" else Fraction(1, 10**measure.decimals)


def _parts(quantity: Quantity, example: Example) -> tuple[Fraction, Fraction] | None:
    """What is counted and what it is divided by in an example; None where one is not given."""
    found = []
    for measure in quantity.used():
        figure = parse_figure(example.given.get(measure.name, ""), measure.unit)
        if figure is None:
            return None
        found.append(figure)
    return found[0], found[1] if len(found) > 1 else Fraction(1)


def _compares(op: str, limit: Fraction, figure: Fraction) -> bool:
    return COMPARE[op](figure, limit)


def _figures(quantity: Quantity, examples: tuple[Example, ...]) -> set[Fraction]:
    """The figures of the examples that give one."""
    found = [parts for one in examples if (parts := _parts(quantity, one)) and parts[1]]
    return {top / bottom * quantity.factor for top, bottom in found}


def _edges(
    quantity: Quantity, holds: Callable[[Fraction], bool], examples: Iterator[Example] | tuple[Example, ...]
) -> set[bool]:
    """On which sides (holds, does not) an example lies within a step of where the answer changes."""
    seen: set[bool] = set()
    step = _step(quantity.measure)
    for example in examples:
        parts = _parts(quantity, example)
        if parts is None or not parts[1]:
            continue
        top, bottom = parts

        def answer(count: Fraction, bottom: Fraction = bottom) -> bool:
            return holds(count / bottom * quantity.factor)

        here = answer(top)
        if any(answer(top + move) is not here for move in (step, -step)):
            seen.add(here)
    return seen


def _both(name: str, seen: set[bool]) -> Iterator[str]:
    if True not in seen:
        yield f"{name}: at the limit"
    if False not in seen:
        yield f"{name}: one step beyond"


# -- thresholds ----------------------------------------------------------------------------------------------------
def _of_test(pack: Pack, rule: Rule, test: Test, chosen: When | None = None) -> Iterator[str]:
    if isinstance(test, Group):
        for inner in test.tests:
            yield from _of_test(pack, rule, inner, chosen)
        return
    if isinstance(test, Choice):
        for when, inner in test.cases:
            yield from _of_test(pack, rule, inner, when)
        return
    examples = tuple(
        one for one in rule.examples if chosen is None or not chosen.conditions or chosen.holds(one.given) is True
    )
    if isinstance(test, Told):
        yield from _of_told(test, examples)
        return
    seen: set[bool] = set()
    for one in examples:
        facts = Facts({}, one.given, rule.verification, relief=pack.relief)
        lowered = test.relief and pack.relief is not None and facts.relieved()
        limit = pack.relief.lower(test.value) if lowered and pack.relief else test.value
        seen |= _edges(test.quantity, partial(_compares, test.op, limit), (one,))
    yield from _both(test.quantity.label(), seen)


def _of_told(test: Told, examples: tuple[Example, ...]) -> Iterator[str]:
    texts = [one.given[test.attribute].strip() for one in examples if one.given.get(test.attribute, "").strip()]
    if not test.op:
        yield from _both(test.attribute, {(text in test.texts) is test.wanted for text in texts})
        return
    figures = [figure for text in texts if (figure := parse_figure(text, "%")) is not None]
    compare = COMPARE[test.op]
    near = set()
    for figure in figures:
        here = compare(figure, test.value)
        if any(compare(figure + move, test.value) is not here for move in (1, -1)):
            near.add(here)
    yield from _both(test.attribute, near)


# -- days ----------------------------------------------------------------------------------------------------------
Cases = list[tuple[Example, IndicatorResult]]


def _of_deadline(body: Deadline, cases: Cases) -> Iterator[str]:
    if not any(result.due for _, result in cases):
        yield "a day it is due"
    if not body.done:
        return
    days: dict[str, set[date]] = {"pass": set(), "fail": set()}
    for example, result in cases:
        done = example.given.get(body.done, "")
        if is_partial_date(done) and result.verdict in days:
            days[result.verdict].add(earliest(done) if body.not_before else latest(done))
    limits = _limits(body, cases)
    late = -_DAY if body.not_before else _DAY
    if not limits & days["pass"]:
        yield f"{body.done}: on the last day"
    if not {limit + late for limit in limits} & days["fail"]:
        yield f"{body.done}: one day beyond"


def _limits(body: Deadline, cases: Cases) -> set[date]:
    """The days examples are due, and for a yearly rule also its own day beside the earlier one of another text."""
    days = {earliest(result.due) for _, result in cases if is_partial_date(result.due)}
    if body.month_day:
        days |= {date(day.year, int(body.month_day[:2]), int(body.month_day[3:])) for day in days}
    return days


def _of_clock(body: Clock, cases: Cases) -> Iterator[str]:
    seen = {result.state for _, result in cases}
    for state in body.states:
        if state.id not in seen:
            yield f"state {state.id}"
    if not any(state.overdue for state in body.states):
        return
    late = {state.id for state in body.states if state.overdue}
    on_time = beyond = False
    for example, result in cases:
        if not result.due:
            continue
        due = earliest(result.due)
        day = example.given.get(body.stop, "") or example.given.get("today", "")
        if is_partial_date(day):
            on_time |= latest(day) == due and result.state not in late
            beyond |= latest(day) == due + _DAY and result.state in late
    if not on_time:
        yield "on the last day"
    if not beyond:
        yield "one day beyond"


# -- targets, awards -----------------------------------------------------------------------------------------------
def _of_target(rule: Rule, body: Target) -> Iterator[str]:
    seen: set[bool] = set()
    for one in rule.examples:
        value = body.value
        if body.scope in ("city", "district"):
            own = parse_figure(one.given.get("own_share", ""), "%" if body.quantity.of else body.quantity.measure.unit)
            if own is None:
                continue
            value = own
        seen |= _edges(body.quantity, partial(_compares, "<=" if body.at_most else ">=", value), (one,))
    yield from _both(body.quantity.label(), seen)


def _of_award(rule: Rule, body: Award) -> Iterator[str]:
    if body.form == "grades":
        texts = {one.given.get(body.attribute, "") for one in rule.examples}
        for grade in body.grades:
            if not grade.texts & texts:
                yield f"grade {min(grade.texts)}"
        if all(any(text in grade.texts for grade in body.grades) for text in texts):
            yield "a grade without award"
        return
    if body.measure is None:
        if not rule.examples:
            yield "an example"
        return
    quantity = Quantity(body.measure, None, 1, False)
    starts = [band.start for band in body.bands] or [Fraction(1)]
    for start in starts:
        seen = _edges(quantity, partial(_compares, ">=", start), rule.examples)
        yield from _both(f"from {start}", seen)
    if body.cap_units is not None:
        seen = _edges(quantity, partial(_compares, "<=", Fraction(body.cap_units)), rule.examples)
        yield from _both(f"up to {body.cap_units}", seen)


# -- points, lists, formulas ---------------------------------------------------------------------------------------
def _of_points(rule: Rule, body: ByFigure) -> Iterator[str]:
    for way in body.ways:
        scale = way.scale
        if isinstance(scale, Steps):
            borders = [step.start for step in scale.steps]
        elif isinstance(scale, Line):
            borders = []  # nothing jumps; its ends must be shown
            for end in (scale.zero_at, scale.full_at):
                if end not in _figures(way.quantity, rule.examples):
                    yield f"{way.quantity.label()} {end}"
        elif isinstance(scale, Each):
            borders = [Fraction((body.points / scale.each).__ceil__())]
        else:
            continue
        for border in borders:
            seen = _edges(way.quantity, partial(_compares, ">=", border), rule.examples)
            yield from _both(f"{way.quantity.label()} {border}", seen)


def _of_sum(body: Sum, cases: Cases) -> Iterator[str]:
    scores = [Fraction(result.score) for _, result in cases if result.score]
    if body.pass_at is None:
        if not scores:
            yield "a score"
        return
    yield from _both("score", {score >= body.pass_at for score in scores if abs(score - body.pass_at) <= 1})


def _of_typed(body: Typed, rule: Rule) -> Iterator[str]:
    given = [parse_figure(one.given.get("self_score", ""), "分") for one in rule.examples]
    if body.points is not None and body.points not in given:
        yield "all points"
    if body.points is not None and not any(one is not None and one > body.points for one in given):
        yield "more than all points"
    if not any(one is not None for one in given):
        yield "points"


def _of_checklist(rule: Rule, body: Checklist) -> Iterator[str]:
    counts = set()
    for one in rule.examples:
        facts = Facts({}, one.given, rule.verification)
        answers = [item.answer(facts) for item in body.items]
        counts.add((answers.count(True), answers.count(None)))
    there = {count for count, _ in counts}
    if body.supporting:
        if not counts:
            yield "an example"
        return
    if body.need not in there:
        yield f"{body.need} there"
    if body.need - 1 not in there:
        yield f"{body.need - 1} there"


def _of_formula(body: Formula, cases: Cases) -> Iterator[str]:
    if not any(result.value for _, result in cases):
        yield "a value"
    verdicts = {result.verdict for _, result in cases}
    if body.at_least is None and body.at_most is None:
        if "unknown" not in verdicts:
            yield "a missing input"
        return
    at_limit = any(
        result.verdict == "pass" and _exactly(result.value, limit, body)
        for _, result in cases
        for limit in (body.at_least, body.at_most)
        if limit is not None
    )
    if not at_limit:
        yield "at the limit"
    if "fail" not in verdicts:
        yield "beyond the limit"


def _exactly(value: str, limit: Fraction, body: Formula) -> bool:
    scale = 10**6 if body.unit == "fen" else 1  # shown in 万元
    try:
        return Fraction(value) * scale == limit
    except ValueError:
        return False


def border_problems(pack: Pack) -> Mapping[str, tuple[str, ...]]:
    """The rules whose examples leave a border out, with what is missing."""
    found = {rule.id: missing_borders(pack, rule) for rule in pack.rules}
    return {rule: missing for rule, missing in found.items() if missing}
