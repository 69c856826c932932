"""What all kinds of rules share: the facts they are given, the finding they answer, conditions and verification."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Protocol, TypeVar

from policy.calendar import PUBLISHED, Calendar
from policy.dates import Period, earliest
from policy.i18n import tr
from policy.measure import Measure
from policy.measures import MEASURES, is_yes, shown, shown_unit
from policy.results import MeasureValue
from policy.schema import Table, Text, invalid

_T = TypeVar("_T")

PASS, FAIL, UNKNOWN, INFO = "pass", "fail", "unknown", "info"
SYMBOLS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "="}
OPERATORS = frozenset(SYMBOLS)
COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a figure was seen in the document, by whom or where, on which page; else on what it rests."""

    verified: bool
    by: str = ""
    page: str = ""
    basis: Text = field(default_factory=Text)

    @classmethod
    def read(cls, table: Table) -> Verification:
        """`verified = true` needs `verified_by`, `verified = false` needs a `basis`."""
        if table.flag("verified"):
            return cls(True, table.text("verified_by"), table.text("page", ""), Text())
        return cls(False, "", table.text("page", ""), table.bilingual("basis", required=True))

    @classmethod
    def read_own(cls, table: Table) -> Verification | None:
        """The verification of a single figure where it differs from its rule's."""
        return cls.read(table) if table.has("verified") else None

    def notes(self) -> tuple[str, ...]:
        """The basis of an unverified figure as a note."""
        return () if self.verified else (tr("未核实：{basis}", basis=str(self.basis)),)


@dataclass(frozen=True, slots=True)
class When:
    """Attributes of the subject that must have one of the listed texts."""

    conditions: tuple[tuple[str, frozenset[str]], ...] = ()

    @classmethod
    def read(cls, table: Table) -> When:
        """`when = { carrier_kind = ["comprehensive", "综合孵化器"] }`: the code as stored and what people call it."""
        where = f"{table.where}.when"
        made = []
        for name, texts in table.mapping("when").items():
            if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
                raise invalid(f"{where}.{name}", "wrong_type", name)
            made.append((name, frozenset(texts)))
        return cls(tuple(made))

    def holds(self, attributes: Mapping[str, str]) -> bool | None:
        """True, False, or None where an attribute that decides is blank."""
        answers = [
            attributes[name].strip() in texts if attributes.get(name) else None for name, texts in self.conditions
        ]
        if False in answers:
            return False
        return None if None in answers else True

    def missing(self, attributes: Mapping[str, str]) -> tuple[str, ...]:
        """The attributes that are blank."""
        return tuple(name for name, _ in self.conditions if not attributes.get(name))

    def names(self) -> frozenset[str]:
        """The attributes it asks for."""
        return frozenset(name for name, _ in self.conditions)


@dataclass(frozen=True, slots=True)
class Relief:
    """A clause that lowers marked limits by a percentage where an attribute of the subject says yes."""

    attribute: str
    percent: int
    clause: str
    verification: Verification

    @classmethod
    def read(cls, table: Table) -> Relief:
        """From the pack's `[relief]`."""
        return cls(
            table.identifier("attribute"),
            table.whole("percent", low=1, high=99),
            table.text("clause"),
            Verification.read(table),
        )

    def lower(self, limit: Fraction) -> Fraction:
        """The lowered limit, exactly."""
        return limit * (100 - self.percent) / 100


@dataclass(frozen=True, slots=True)
class Facts:
    """What one rule is judged on.

    Measures by name, attributes of the subject and what they are called, the period, the day it is seen from, the share
    and the points the subject has set itself for this rule, the findings of the rules it refers to.
    """

    measures: Mapping[str, MeasureValue]
    attributes: Mapping[str, str]
    verification: Verification
    period: Period | None = None
    relief: Relief | None = None
    own_share: str = ""
    self_score: str = ""
    today: date | None = None
    calendar: Calendar = PUBLISHED
    results: Mapping[str, Finding] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def day_seen(self) -> date | None:
        """The day states are read on: the period's last, or today while it still runs."""
        if self.period is None:
            return self.today
        return self.period.ends_on if self.today is None else min(self.period.ends_on, self.today)

    def label(self, name: str) -> str:
        """What an attribute is called; its identifier where nobody says."""
        return self.labels.get(name, name)

    def figure(self, measure: Measure) -> int | Fraction | None:
        """The value of a measure, None where nobody knows it."""
        found = self.measures.get(measure.name)
        return found.value if found else None

    def relieved(self) -> bool:
        """Whether the pack's relief applies to the subject."""
        return self.relief is not None and is_yes(self.attributes.get(self.relief.attribute, ""))

    def day(self, names: Iterable[str]) -> tuple[str, str]:
        """Name and text of the first of the date attributes that is filled; ("", "") where none is."""
        for name in names:
            if text := self.attributes.get(name, "").strip():
                earliest(text)  # refuses what is not a date before a rule counts with it
                return name, text
        return "", ""

    def notes_on(self, measures: Iterable[Measure]) -> tuple[str, ...]:
        """What must be said about the measures used: unknown, or with blanks left out."""
        notes = []
        for measure in measures:
            found = self.measures.get(measure.name)
            if found is None or found.value is None:
                notes.append(tr("「{name}」没有数据，无法判断", name=measure.title()))
            if found is not None and found.blanks:
                notes.append(tr("「{name}」有 {n} 条记录未填，未计入", name=measure.title(), n=found.blanks))
        return tuple(notes)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule finds; `policy.evaluate` adds title, clause, source and status. Fields as in IndicatorResult.

    `points` (of at most `most`, on top of a sum where `bonus`) and `figure` are exact, for rules that build on this;
    points that are `open` may still rise to `most`, as part of what they are worked out from is not known.
    """

    verdict: str
    verified: bool
    label: str = ""
    value: str = ""
    unit: str = ""
    target: str = ""
    score: str = ""
    cap: str = ""
    award_max_fen: int | None = None
    due: str = ""
    gap: str = ""
    scope: str = ""
    share: str = ""
    state: str = ""
    duty: str = ""
    running: bool = False
    stated: bool = False
    points: Fraction | None = None
    most: Fraction | None = None
    bonus: bool = False
    open: bool = False
    figure: Fraction | None = None
    notes: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    parts: tuple[Finding, ...] = ()


class Alone:
    """A body that needs no other rule's finding."""

    __slots__ = ()

    def rules(self) -> frozenset[str]:
        """None."""
        return frozenset()


class Body(Protocol):
    """The computable part of a rule, one class per kind."""

    def measures(self) -> frozenset[str]:
        """Names of the measures it may ask for."""

    def attributes(self) -> frozenset[str]:
        """Names of the subject's attributes it may ask for."""

    def rules(self) -> frozenset[str]:
        """Ids of the pack's rules whose findings it needs."""

    def judge(self, facts: Facts) -> Finding:
        """The finding on the facts; pure, and never a verdict from a blank."""


def read_measure(table: Table, key: str, subject: str) -> Measure:
    """A measure by name, refused where it is unknown or cannot be asked of the rule's kind of subject."""
    name = table.text(key)
    if name not in MEASURES:
        raise invalid(f"{table.where}.{key}", "unknown_measure", name)
    measure = MEASURES[name]
    if subject not in measure.subjects:
        raise invalid(f"{table.where}.{key}", "measure_of_other_subject", name)
    return measure


def with_unit(text: str, unit: str) -> str:
    """A figure and its unit as one text."""
    return f"{text} {unit}" if unit else text


def gap_text(missing: Fraction, measure: Measure, *, over: bool, strict: bool = False) -> str:
    """By how much a figure misses a limit (or is over it), in whole steps where it comes in whole steps.

    `strict` asks for one step more, where reaching the limit is not enough.
    """
    if measure.is_fact:
        return ""
    steps: int | Fraction = missing
    if measure.whole:
        steps = missing.__floor__() + 1 if strict else missing.__ceil__()
    figure = shown(steps, measure.unit, measure.decimals, apart_from=0)
    unit = shown_unit(measure.unit)
    return tr("超出 {n} {unit}", n=figure, unit=unit) if over else tr("还差 {n} {unit}", n=figure, unit=unit)


def unique(notes: Iterable[str]) -> tuple[str, ...]:
    """The notes once each, in order."""
    return tuple(dict.fromkeys(notes))


def with_notes(finding: Finding, notes: Iterable[str]) -> Finding:
    """The finding with more notes in front."""
    return replace(finding, notes=unique((*notes, *finding.notes)))


def check_cases(conditions: tuple[When, ...], where: str) -> None:
    """Refuse variants that leave a subject without one, or that no subject can reach."""
    if len(conditions) < 2:
        raise invalid(where, "missing", "when")
    for place, when in enumerate(conditions):
        if bool(when.conditions) == (place == len(conditions) - 1):
            raise invalid(f"{where}[{place}].when", "not_allowed", "when")


def check_bands(bounds: Iterable[tuple[Fraction, Fraction | None]], where: str) -> None:
    """Refuse bands (first number, and the first above them where the text gives it) that overlap or leave a gap.

    They run downwards; the upper bound of one is the lower of the band above.
    """
    above: Fraction | None = None
    empty = True
    for place, (start, end) in enumerate(bounds):
        empty = False
        at = f"{where}[{place}]"
        if above is not None and start >= above:
            raise invalid(f"{at}.from", "not_allowed", "from")
        if end is not None and end <= start:
            raise invalid(f"{at}.to", "out_of_range", str(end))
        if end is not None and above is not None and end != above:
            raise invalid(f"{at}.to", "overlap" if end > above else "gap", str(end))
        above = start
    if empty:
        raise invalid(where, "missing", "from")


def choose(cases: tuple[tuple[When, _T], ...], facts: Facts) -> tuple[When, _T]:
    """The first variant whose condition holds; the last one holds always."""
    return next(case for case in cases if case[0].holds(facts.attributes))


def blank_notes(cases: tuple[tuple[When, _T], ...], chosen: When, facts: Facts) -> tuple[str, ...]:
    """That the chosen variant is the ordinary one only because an attribute is blank."""
    names = unique(name for when, _ in cases for name in when.missing(facts.attributes))
    if chosen.conditions:
        return ()
    return tuple(tr("「{name}」未填，按一般情形（较严）判断", name=facts.label(name)) for name in names)
