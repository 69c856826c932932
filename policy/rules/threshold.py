"""Threshold rules: figures, shares, densities and attributes against limits, joined by all and any, with variants."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from policy.i18n import listed, tr
from policy.measures import parse_figure, shown
from policy.rules.common import (
    COMPARE,
    FAIL,
    OPERATORS,
    PASS,
    SYMBOLS,
    UNKNOWN,
    Alone,
    Facts,
    Finding,
    Verification,
    When,
    blank_notes,
    check_cases,
    choose,
    gap_text,
    unique,
    with_notes,
    with_unit,
)
from policy.rules.quantity import Quantity
from policy.schema import Table, Text, invalid

_MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Limit:
    """One figure against one limit."""

    quantity: Quantity
    op: str
    value: Fraction
    relief: bool
    verification: Verification | None

    def measures(self) -> frozenset[str]:
        """The one or two measures of the figure."""
        return self.quantity.names()

    def attributes(self) -> frozenset[str]:
        """None of its own."""
        return frozenset()

    def judge(self, facts: Facts) -> Finding:
        """Pass or fail by exact fractions; unknown where a figure is missing or divided by nothing."""
        verification, quantity = self.verification or facts.verification, self.quantity
        limit, notes, verified = self.value, list(quantity.notes(facts)), verification.verified
        if self.relief and facts.relief and facts.relieved():
            limit = facts.relief.lower(limit)
            verified = verified and facts.relief.verification.verified
            clause, percent = facts.relief.clause, facts.relief.percent
            notes.append(tr("按{clause}降低 {percent}%", clause=clause, percent=percent))
            notes.extend(facts.relief.verification.notes())
        notes.extend(verification.notes())
        figure = quantity.figure(facts)
        verdict, text, gap = UNKNOWN, "", ""
        if figure is not None:
            text = quantity.shown(figure, apart_from=limit)
            verdict = PASS if COMPARE[self.op](figure, limit) else FAIL
            if verdict == FAIL:
                top, bottom = quantity.parts(facts)
                gap = self._gap(Fraction(top or 0), limit * Fraction(bottom or 1) / quantity.factor)
        return Finding(
            verdict,
            verified,
            label=quantity.label(),
            value=text,
            unit=quantity.unit(),
            target=self._target(limit),
            gap=gap,
            notes=unique(notes),
            measures=tuple(measure.name for measure in quantity.used()),
        )

    def _target(self, limit: Fraction) -> str:
        if self.quantity.measure.is_fact:
            return shown(limit, "", 0)
        plain = shown(limit, self.quantity.measure.unit if not self.quantity.of else "per", 2)
        return with_unit(SYMBOLS[self.op] + plain, self.quantity.unit())

    def _gap(self, top: Fraction, needed: Fraction) -> str:
        """In steps of the measure itself: two firms are missing, not 3.2 per cent."""
        over = self.op in ("<=", "<")
        missing = top - needed if over else needed - top
        if self.op == "=" and missing <= 0:
            return ""
        return gap_text(missing, self.quantity.measure, over=over, strict=self.op in (">", "<"))


@dataclass(frozen=True, slots=True)
class Told:
    """An attribute of the subject against the texts it must, or must not, have, or against a number."""

    attribute: str
    texts: frozenset[str]
    wanted: bool
    op: str
    value: Fraction
    title: Text
    verification: Verification | None

    def measures(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def attributes(self) -> frozenset[str]:
        """The one it looks at."""
        return frozenset({self.attribute})

    def judge(self, facts: Facts) -> Finding:
        """Unknown while the attribute is blank, or no number where one is compared."""
        verification = self.verification or facts.verification
        text = facts.attributes.get(self.attribute, "").strip()
        name = str(self.title) or facts.label(self.attribute)
        notes = [] if text else [tr("「{name}」未填，无法判断", name=name)]
        verdict = UNKNOWN
        if text and self.op:
            figure = parse_figure(text, "%")
            if figure is None:
                notes.append(tr("「{name}」不是数字，无法判断", name=name))
            else:
                verdict = PASS if COMPARE[self.op](figure, self.value) else FAIL
        elif text:
            verdict = PASS if (text in self.texts) is self.wanted else FAIL
        target = ""
        if self.op:
            target = SYMBOLS[self.op] + shown(self.value, "per", 0)
        elif self.title.zh and not self.wanted:
            target = tr("不为：{texts}", texts=listed(sorted(self.texts)))
        return Finding(
            verdict,
            verification.verified,
            label=name,
            value=text,
            target=target,
            notes=unique((*notes, *verification.notes())),
        )


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


Test = Limit | Told | Group | Choice


@dataclass(frozen=True, slots=True)
class Threshold(Alone):
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


def _read_limit(table: Table, subject: str) -> Limit | Told:
    if table.has("attribute"):
        return _read_told(table)
    quantity = Quantity.read(table, subject)
    return Limit(
        quantity,
        table.one_of("op", OPERATORS),
        table.number("percent" if quantity.is_percent else "value"),
        table.flag("relief", False),
        Verification.read_own(table),
    )


def _read_told(table: Table) -> Told:
    """`attribute` with `is` or `is_not` (texts: the stored code and the label), or with `op` and `value`."""
    attribute = table.text("attribute")
    compared = table.has("op")
    wanted = table.has("is")
    texts = frozenset() if compared else frozenset(table.texts("is" if wanted else "is_not"))
    if not compared and not texts:
        raise invalid(f"{table.where}.is", "missing", "is")
    return Told(
        attribute,
        texts,
        wanted,
        table.one_of("op", OPERATORS) if compared else "",
        table.number("value") if compared else Fraction(0),
        table.bilingual("title"),
        Verification.read_own(table),
    )
