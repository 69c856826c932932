"""What would change it: the smallest change of one figure that makes a rule pass, brings points, or would break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from policy.calendar import PUBLISHED, Calendar
from policy.dates import Period
from policy.evaluate import Subject, evaluate
from policy.measures import FEN_PER_YUAN, MEASURES
from policy.pack import Pack, Rule
from policy.results import IndicatorResult, MeasureValue
from policy.rules.common import FAIL, PASS, Body
from policy.rules.formula import Formula
from policy.rules.score import ByFigure
from policy.rules.target import Target
from policy.rules.threshold import Choice, Group, Limit, Test, Threshold

_MOST = 1 << 44  # steps tried: beyond any figure of the records
_BY_TIME = frozenset({"月", "年"})  # nobody adds months to a firm's age


@dataclass(frozen=True, slots=True)
class Change:
    """One figure changed by `delta` (in its unit, whole steps) and what the rule says then.

    `near` tells of a rule that passes now and would fail after this change.
    """

    measure: str
    delta: Fraction
    verdict: str
    score: str = ""
    near: bool = False


@dataclass(frozen=True, slots=True)
class _Lever:
    """A figure that may be moved, up or down, and the figure it is a part of."""

    measure: str
    up: bool
    whole: str = ""


def changes(
    pack: Pack,
    rule: Rule,
    *,
    subject: Subject,
    period: Period,
    measures: Mapping[str, MeasureValue],
    today: date | None = None,
    calendar: Calendar = PUBLISHED,
) -> tuple[Change, ...]:
    """One per figure that alone can change the outcome, the fewest steps each; () where none can.

    A rule that fails is to pass, one with points to have more; of one that passes, what is a single step from failing.
    A figure nobody knows is not guessed; a part never grows beyond its whole; time is not moved.
    """
    part = replace(pack, rules=tuple(one for one in pack.rules if one.id in _needed(pack, rule)))

    def at(name: str, value: Fraction) -> IndicatorResult | None:
        moved = {**measures, name: replace(measures[name], value=value)}
        found = evaluate(part, subject=subject, period=period, measures=moved, today=today, calendar=calendar)
        return next((one for one in found if one.id == rule.id), None)

    found = evaluate(part, subject=subject, period=period, measures=measures, today=today, calendar=calendar)
    now = next((one for one in found if one.id == rule.id), None)
    if now is None:
        return ()
    made: dict[tuple[str, bool], Change] = {}
    for lever in dict.fromkeys(_levers(pack, rule.body)):
        value = measures[lever.measure].value if lever.measure in measures else None
        if value is None or MEASURES[lever.measure].unit in _BY_TIME:
            continue
        whole = measures[lever.whole].value if lever.whole in measures else None
        change = _search(now, lever, Fraction(value), None if whole is None else Fraction(whole), at)
        if change is not None:
            made.setdefault((lever.measure, lever.up), change)
    return tuple(made.values())


def _search(
    now: IndicatorResult,
    lever: _Lever,
    value: Fraction,
    whole: Fraction | None,
    at: Callable[[str, Fraction], IndicatorResult | None],
) -> Change | None:
    size = _step(lever.measure)
    step = size if lever.up else -size
    room = (whole - value if whole is not None else size * _MOST) if lever.up else value
    most = int(room // size)

    def better(count: int) -> IndicatorResult | None:
        result = at(lever.measure, value + count * step)
        return result if result is not None and _is_better(now, result) else None

    if now.verdict == PASS:
        # a fact that holds is not on the brink of anything
        counted = value - step >= 0 and not MEASURES[lever.measure].is_fact
        worse = at(lever.measure, value - step) if counted else None
        if worse is not None and worse.verdict == FAIL:
            return Change(lever.measure, -step, worse.verdict, worse.score, near=True)
        return None
    if MEASURES[lever.measure].is_fact:
        most = int(value == (0 if lever.up else 1))
    low, high = 0, min(1, most)
    while high and better(high) is None:
        low, high = high, min(high * 2, most) if high < most else 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if better(middle) is not None else (middle, high)
    result = better(high) if high else None
    return Change(lever.measure, high * step, result.verdict, result.score) if result else None


def _is_better(now: IndicatorResult, then: IndicatorResult) -> bool:
    if now.verdict == FAIL:
        return then.verdict == PASS
    return bool(now.score and then.score) and Fraction(then.score) > Fraction(now.score)


def _step(measure: str) -> Fraction:
    declared = MEASURES[measure]
    if declared.unit == "fen":
        return Fraction(FEN_PER_YUAN)
    return Fraction(1, 10 ** (declared.decimals if declared.unit == "%" else 0))


def _needed(pack: Pack, rule: Rule) -> set[str]:
    """The rule and all it builds on."""
    wanted, open_ = {rule.id}, [rule]
    while open_:
        for other in open_.pop().body.rules() - wanted:
            wanted.add(other)
            open_.append(pack.rule(other))
    return wanted


def _levers(pack: Pack, body: Body) -> Iterator[_Lever]:
    """What is counted, never what it is divided by: a share is not raised by having fewer firms."""
    if isinstance(body, Threshold):
        yield from _of_test(body.test)
    elif isinstance(body, Target):
        yield _lever(body.quantity.measure.name, not body.at_most, body)
    elif isinstance(body, ByFigure):
        for way in body.ways:
            whole = way.quantity.of.name if way.quantity.of and way.quantity.is_percent else ""
            yield _Lever(way.quantity.measure.name, True, whole)
            yield _Lever(way.quantity.measure.name, False, whole)
    elif isinstance(body, Formula):
        for one in body.inputs:
            if one.measure:
                yield _Lever(one.measure.name, True)
                yield _Lever(one.measure.name, False)
    for other in sorted(body.rules()):
        yield from _levers(pack, pack.rule(other).body)


def _of_test(test: Test) -> Iterator[_Lever]:
    if isinstance(test, Limit):
        yield _lever(test.quantity.measure.name, test.op in (">=", ">", "="), test)
    elif isinstance(test, Group):
        for inner in test.tests:
            yield from _of_test(inner)
    elif isinstance(test, Choice):
        for _, inner in test.cases:
            yield from _of_test(inner)


def _lever(name: str, up: bool, of: Limit | Target) -> _Lever:
    whole = of.quantity.of
    return _Lever(name, up, whole.name if whole and of.quantity.is_percent else "")
