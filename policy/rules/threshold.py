"""Threshold rules: figures, shares and densities against limits, joined by all and any, with conditional variants."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from policy.i18n import tr
from policy.measure import Measure
from policy.measures import shown, shown_unit
from policy.rules.common import (
    FAIL,
    OPERATORS,
    PASS,
    SYMBOLS,
    UNKNOWN,
    Facts,
    Finding,
    Verification,
    When,
    blank_notes,
    check_cases,
    choose,
    gap_text,
    read_measure,
    unique,
    with_notes,
    with_unit,
)
from policy.schema import Table, invalid

_MAX_DEPTH = 6
_COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """One figure against one limit: a plain measure, a percentage of another, or so many per n of another.

    With `of`, the figure is `measure / of * factor`: factor 100 is a percentage, 1000 "per 1000 m²".
    """

    measure: Measure
    op: str
    value: Fraction
    of: Measure | None
    factor: int
    is_percent: bool
    relief: bool
    verification: Verification | None

    def measures(self) -> frozenset[str]:
        """The one or two measures of the figure."""
        return frozenset(measure.name for measure in self._used())

    def attributes(self) -> frozenset[str]:
        """None of its own."""
        return frozenset()

    def _used(self) -> tuple[Measure, ...]:
        return (self.measure, self.of) if self.of else (self.measure,)

    def judge(self, facts: Facts) -> Finding:
        """Pass or fail by exact fractions; unknown where a figure is missing or divided by nothing."""
        verification = self.verification or facts.verification
        limit, notes, verified = self.value, list(facts.notes_on(self._used())), verification.verified
        if self.relief and facts.relief and facts.relieved():
            limit = facts.relief.lower(limit)
            verified = verified and facts.relief.verification.verified
            clause, percent = facts.relief.clause, facts.relief.percent
            notes.append(tr("按{clause}降低 {percent}%", clause=clause, percent=percent))
            notes.extend(facts.relief.verification.notes())
        notes.extend(verification.notes())
        top, bottom = facts.figure(self.measure), facts.figure(self.of) if self.of else 1
        if self.of and bottom == 0:
            notes.append(tr("「{name}」为零，无法计算", name=self.of.title()))
        verdict, text, gap = UNKNOWN, "", ""
        if top is not None and bottom:
            figure = Fraction(top) / Fraction(bottom) * self.factor
            text = self._shown(figure, limit)
            verdict = PASS if _COMPARE[self.op](figure, limit) else FAIL
            if verdict == FAIL:
                gap = self._gap(Fraction(top), limit * Fraction(bottom) / self.factor)
        return Finding(
            verdict,
            verified,
            label=self._label(),
            value=text,
            unit=self._unit(),
            target=self._target(limit),
            gap=gap,
            notes=unique(notes),
            measures=tuple(measure.name for measure in self._used()),
        )

    def _label(self) -> str:
        if not self.of:
            return self.measure.title()
        return f"{self.measure.title()} / {self.of.title()}"

    def _unit(self) -> str:
        unit = shown_unit(self.measure.unit)
        if not self.of:
            return unit
        return "%" if self.is_percent else f"{unit}/{self.factor} {shown_unit(self.of.unit)}"

    def _shown(self, figure: Fraction, limit: Fraction) -> str:
        if not self.of:
            return shown(figure, self.measure.unit, self.measure.decimals, apart_from=limit)
        return shown(figure, "%", 1, apart_from=limit) if self.is_percent else shown(figure, "per", 2, apart_from=limit)

    def _target(self, limit: Fraction) -> str:
        if self.measure.is_fact:
            return shown(limit, "", 0)
        plain = shown(limit, self.measure.unit if not self.of else "per", 2)
        return with_unit(SYMBOLS[self.op] + plain, self._unit())

    def _gap(self, top: Fraction, needed: Fraction) -> str:
        """In steps of the measure itself: two firms are missing, not 3.2 per cent."""
        over = self.op in ("<=", "<")
        missing = top - needed if over else needed - top
        if self.op == "=" and missing <= 0:
            return ""
        return gap_text(missing, self.measure, over=over, strict=self.op in (">", "<"))


@dataclass(frozen=True, slots=True)
class Group:
    """Several tests of which all, or any one, must pass."""

    every: bool
    tests: tuple[Test, ...]

    def measures(self) -> frozenset[str]:
        """Those of all tests."""
        return frozenset().union(*(test.measures() for test in self.tests))

    def attributes(self) -> frozenset[str]:
        """Those of all tests."""
        return frozenset().union(*(test.attributes() for test in self.tests))

    def judge(self, facts: Facts) -> Finding:
        """All: one failure decides, else one unknown does. Any: one pass decides, else one unknown does."""
        parts = tuple(test.judge(facts) for test in self.tests)
        verdicts = [part.verdict for part in parts]
        decisive, other = (FAIL, PASS) if self.every else (PASS, FAIL)
        verdict = decisive if decisive in verdicts else UNKNOWN if UNKNOWN in verdicts else other
        between = tr(" 且 ") if self.every else tr(" 或 ")
        missing = [part.gap for part in parts if part.gap]
        return Finding(
            verdict,
            all(part.verified for part in parts),
            label=between.join(part.label for part in parts),
            value=" · ".join(with_unit(part.value, part.unit) if part.value else "–" for part in parts),
            target=between.join(part.target for part in parts),
            gap=between.join(missing) if verdict == FAIL else "",
            notes=unique(note for part in parts for note in part.notes),
            measures=unique(name for part in parts for name in part.measures),
            parts=parts,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """The first test whose condition holds; the last has none and is the stricter, for blanks."""

    cases: tuple[tuple[When, Test], ...]

    def measures(self) -> frozenset[str]:
        """Those of all cases."""
        return frozenset().union(*(test.measures() for _, test in self.cases))

    def attributes(self) -> frozenset[str]:
        """Those that choose and those of all cases."""
        return frozenset().union(*(when.names() | test.attributes() for when, test in self.cases))

    def judge(self, facts: Facts) -> Finding:
        """As the chosen test, with a note where a blank left it at the stricter one."""
        when, test = choose(self.cases, facts)
        finding = test.judge(facts)
        return with_notes(finding, blank_notes(self.cases, when, facts))


Test = Limit | Group | Choice


@dataclass(frozen=True, slots=True)
class Threshold:
    """A rule of kind `threshold`: one test at its top."""

    test: Test

    @classmethod
    def read(cls, table: Table, subject: str) -> Threshold:
        """From `[rule.test]`."""
        return cls(table.table("test", lambda inner: _read_test(inner, subject, 0)))

    def measures(self) -> frozenset[str]:
        """Those of the test."""
        return self.test.measures()

    def attributes(self) -> frozenset[str]:
        """Those of the test."""
        return self.test.attributes()

    def judge(self, facts: Facts) -> Finding:
        """The finding of the test."""
        return self.test.judge(facts)


def _read_test(table: Table, subject: str, depth: int) -> Test:
    if depth > _MAX_DEPTH:
        raise invalid(table.where, "too_deep")
    for key in ("all", "any"):
        if table.has(key):
            tests = table.tables(key, lambda inner: _read_test(inner, subject, depth + 1))
            if len(tests) < 2:
                raise invalid(f"{table.where}.{key}", "missing", key)
            return Group(key == "all", tests)
    if table.has("choose"):
        cases = table.tables("choose", lambda inner: (When.read(inner), _read_test(inner, subject, depth + 1)))
        check_cases(tuple(when for when, _ in cases), f"{table.where}.choose")
        return Choice(cases)
    return _read_limit(table, subject)


def _read_limit(table: Table, subject: str) -> Limit:
    measure = read_measure(table, "measure", subject)
    of = read_measure(table, "of", subject) if table.has("of") else None
    is_percent = table.has("percent")
    # `percent` and `per` need an `of`, and `of` needs one of them.
    factor = 100 if is_percent else table.whole("per", low=1, high=10**6) if of else 1
    if is_percent and of is None:
        raise invalid(f"{table.where}.of", "missing", "of")
    if of and (measure.unit in ("", "fen") or of.unit in ("", "fen")) and not measure.unit == of.unit == "fen":
        raise invalid(f"{table.where}.of", "not_allowed", of.name)
    return Limit(
        measure,
        table.one_of("op", OPERATORS),
        table.number("percent" if is_percent else "value"),
        of,
        factor,
        is_percent,
        table.flag("relief", False),
        Verification.read_own(table),
    )
