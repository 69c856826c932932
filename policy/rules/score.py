"""Score rules: points by tables, in proportion, per unit, the best of several ways, sums, and points a person gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from policy.i18n import quoted, tr
from policy.measures import is_yes, parse_figure, rounded
from policy.rules.common import (
    FAIL,
    INFO,
    PASS,
    UNKNOWN,
    Alone,
    Facts,
    Finding,
    Verification,
    check_bands,
    unique,
)
from policy.rules.quantity import Quantity
from policy.schema import Table, Text, invalid

_BY_FIGURE = frozenset({"table", "linear", "per_unit"})
_FORMS = _BY_FIGURE | {"best", "sum", "typed"}
_MAX_POINTS = Fraction(10_000)


@dataclass(frozen=True, slots=True)
class Step:
    """From `start` on (the number itself included) that many points; below `end` if the text says."""

    start: Fraction
    end: Fraction | None
    points: Fraction


class Scale(Protocol):
    """Turns a figure into points."""

    def points_for(self, figure: Fraction) -> Fraction:
        """The points before they are capped and rounded."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The points of the highest step reached, `below` under the lowest."""

    steps: tuple[Step, ...]
    below: Fraction

    def points_for(self, figure: Fraction) -> Fraction:
        """By the first step whose start is reached."""
        return next((step.points for step in self.steps if figure >= step.start), self.below)


@dataclass(frozen=True, slots=True)
class Line:
    """No points at `zero_at`, all at `full_at`, in proportion between; `full_at` may be the smaller one."""

    zero_at: Fraction
    full_at: Fraction
    full: Fraction

    def points_for(self, figure: Fraction) -> Fraction:
        """Between nothing and all."""
        part = (figure - self.zero_at) / (self.full_at - self.zero_at)
        return self.full * min(max(part, Fraction(0)), Fraction(1))


@dataclass(frozen=True, slots=True)
class Each:
    """So many points for each whole unit."""

    each: Fraction

    def points_for(self, figure: Fraction) -> Fraction:
        """Never negative."""
        return self.each * max(figure.__floor__(), 0)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to points: a figure and a scale, with what it is called where there are several."""

    title: Text
    quantity: Quantity
    scale: Scale
    verification: Verification | None

    def judge(self, facts: Facts, most: Fraction, decimals: int) -> Finding:
        """Info with the points; unknown where the figure is."""
        figure = self.quantity.figure(facts)
        verification = self.verification or facts.verification
        points = None if figure is None else _rounded(self.scale.points_for(figure), most, decimals)
        return Finding(
            UNKNOWN if points is None else INFO,
            verification.verified,
            label=str(self.title) if self.title.zh else self.quantity.label(),
            value="" if figure is None else self.quantity.shown(figure),
            unit=self.quantity.unit(),
            score="" if points is None else number_text(points),
            points=points,
            notes=unique((*self.quantity.notes(facts), *verification.notes())),
            measures=tuple(measure.name for measure in self.quantity.used()),
        )


@dataclass(frozen=True, slots=True)
class ByFigure(Alone):
    """`table`, `linear`, `per_unit` and `best`: the points of the best way, which may be the only one."""

    ways: tuple[Way, ...]
    points: Fraction
    decimals: int
    bonus: bool

    def measures(self) -> frozenset[str]:
        """Those of all ways."""
        return frozenset().union(*(way.quantity.names() for way in self.ways))

    def attributes(self) -> frozenset[str]:
        """None of its own."""
        return frozenset()

    def judge(self, facts: Facts) -> Finding:
        """The best known way; a way that is not known and might be better is named."""
        found = [way.judge(facts, self.points, self.decimals) for way in self.ways]
        known = [one for one in found if one.points is not None]
        best = max(known, key=lambda one: one.points or Fraction(0)) if known else found[0]
        notes = [note for one in found for note in one.notes]
        rising = bool(known) and len(known) < len(found) and (best.points or 0) < self.points
        if rising:
            notes.append(tr("另有一种算法缺数据，得分可能更高"))
        return replace(
            best,
            verified=all(one.verified for one in found),
            label="",
            cap=number_text(self.points),
            most=self.points,
            bonus=self.bonus,
            open=rising,
            notes=unique(notes),
            measures=unique(name for one in found for name in one.measures),
            parts=tuple(replace(one, cap=number_text(self.points)) for one in found) if len(found) > 1 else (),
        )


@dataclass(frozen=True, slots=True)
class Typed(Alone):
    """Points a person gives: the criterion is not a figure, or nobody published how it is worked out.

    `points` is None where the weight itself is not known. `attached` names a rule (`PACK/RULE`) shown beside it.
    """

    points: Fraction | None
    decimals: int
    bonus: bool
    attached: str

    def measures(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def attributes(self) -> frozenset[str]:
        """The points given."""
        return frozenset({"self_score"})

    def judge(self, facts: Facts) -> Finding:
        """Info with the points; unknown while nobody gave any."""
        notes = list(facts.verification.notes())
        points = None
        if self.points is None:
            notes.append(tr("分值未见公布，请按当年通知填写"))
        if facts.self_score:
            points = parse_figure(facts.self_score, "分")
            if points is None or points < 0 or (self.points is not None and points > self.points):
                notes.append(tr("自评分「{text}」不在 0 至满分之间，未采用", text=facts.self_score))
                points = None
        else:
            notes.append(tr("尚未自评"))
        return Finding(
            UNKNOWN if points is None else INFO,
            facts.verification.verified,
            score="" if points is None else number_text(points),
            cap="" if self.points is None else number_text(self.points),
            points=points,
            most=self.points,
            bonus=self.bonus,
            notes=unique(notes),
        )


@dataclass(frozen=True, slots=True)
class Sum:
    """The points of other rules together, capped; bonus rules count beyond the cap.

    `pass_at` makes it pass or fail, rules in `nonzero` must have points, and a yes in `exempt` passes at once.
    """

    of: tuple[str, ...]
    points: Fraction
    decimals: int
    bonus: bool
    pass_at: Fraction | None
    nonzero: frozenset[str]
    exempt: tuple[str, ...]

    def measures(self) -> frozenset[str]:
        """None of its own."""
        return frozenset()

    def attributes(self) -> frozenset[str]:
        """Those that pass at once."""
        return frozenset(self.exempt)

    def rules(self) -> frozenset[str]:
        """The rules it adds up."""
        return frozenset(self.of)

    def judge(self, facts: Facts) -> Finding:
        """Pass, fail or unknown against `pass_at`, else info; what is not known counts nothing and is named."""
        found = {rule: facts.results[rule] for rule in self.of if rule in facts.results}
        base = sum((one.points or Fraction(0) for one in found.values() if not one.bonus), Fraction(0))
        extra = sum((one.points or Fraction(0) for one in found.values() if one.bonus), Fraction(0))
        total = min(base, self.points) + extra
        unknown = {rule: one for rule, one in found.items() if one.points is None}
        notes: list[str] = []
        if unknown:
            notes.append(tr("{names}还没有得分，未计入", names=quoted([one.label for one in unknown.values()])))
        exempt = next((name for name in self.exempt if is_yes(facts.attributes.get(name, ""))), "")
        verdict = self._verdict(found, total)
        if exempt and self.pass_at is not None:
            verdict = PASS
            notes.append(tr("「{name}」：直接符合，不需要评分", name=facts.label(exempt)))
        elif not found:
            verdict = UNKNOWN
        target, gap = "", ""
        if self.pass_at is not None:
            target = f"≥{number_text(self.pass_at)} {tr('分')}"
            if verdict == FAIL and total < self.pass_at:
                gap = tr("还差 {n} {unit}", n=number_text(self.pass_at - total), unit=tr("分"))
        zero = [one.label for rule, one in found.items() if rule in self.nonzero and one.points == 0]
        if zero:
            notes.append(tr("{names}不得为 0 分", names=quoted(zero)))
        known = any(one.points is not None for one in found.values())
        return Finding(
            verdict,
            facts.verification.verified and all(one.verified for one in found.values()),
            score=number_text(total) if known else "",
            cap=number_text(self.points),
            points=total if known else None,
            most=self.points,
            bonus=self.bonus,
            target=target,
            gap=gap,
            notes=unique((*notes, *facts.verification.notes())),
            parts=tuple(found.values()),
        )

    def _verdict(self, found: dict[str, Finding], total: Fraction) -> str:
        if self.pass_at is None:
            return INFO
        must = [found[rule] for rule in self.nonzero if rule in found]
        if any(one.points == 0 and not one.open for one in must):
            return FAIL
        if total >= self.pass_at and all(one.points for one in must):
            return PASS
        # could what is not known yet still bring enough?
        unsure = [one for one in found.values() if one.points is None or one.open]
        if any(one.most is None for one in unsure):
            return UNKNOWN
        reachable = total + sum(((one.most or 0) - (one.points or 0) for one in unsure), Fraction(0))
        return UNKNOWN if unsure and reachable >= self.pass_at else FAIL


Score = ByFigure | Typed | Sum


def read(table: Table, subject: str) -> Score:
    """A rule of kind `score` by its `form`."""
    form = table.one_of("form", frozenset(_FORMS))
    decimals = table.whole("decimals", low=0, high=6, default=2)
    bonus = table.flag("bonus", False)
    if form == "typed":
        most = _points(table, "points") if table.has("points") else None
        return Typed(most, decimals, bonus, table.text("attached", ""))
    most = _points(table, "points")
    if form == "sum":
        of = table.texts("rules")
        nonzero = frozenset(table.texts("nonzero"))
        if not of:
            raise invalid(f"{table.where}.rules", "missing", "rules")
        if not nonzero <= set(of):
            raise invalid(f"{table.where}.nonzero", "not_allowed", ", ".join(sorted(nonzero - set(of))))
        pass_at = _points(table, "pass_at") if table.has("pass_at") else None
        return Sum(of, most, decimals, bonus, pass_at, nonzero, table.texts("exempt"))
    if form == "best":
        ways = table.tables("option", lambda inner: _read_way(inner, subject, most))
        if len(ways) < 2:
            raise invalid(f"{table.where}.option", "missing", "option")
        return ByFigure(ways, most, decimals, bonus)
    return ByFigure((_read_scale(table, subject, form, most),), most, decimals, bonus)


def _read_way(table: Table, subject: str, most: Fraction) -> Way:
    return _read_scale(table, subject, table.one_of("form", _BY_FIGURE), most)


def _read_scale(table: Table, subject: str, form: str, most: Fraction) -> Way:
    # the rule's own title is read by the loader; only an option has one of its own here
    title = table.bilingual("title")
    quantity = Quantity.read(table, subject, percent=not table.has("per"))
    scale: Scale
    if form == "table":
        steps = table.tables("band", _read_step)
        check_bands(((step.start, step.end) for step in steps), f"{table.where}.band")
        for place, step in enumerate(steps):
            if step.points > most:
                raise invalid(f"{table.where}.band[{place}].points", "out_of_range", str(step.points))
        scale = Steps(steps, table.number("below") if table.has("below") else Fraction(0))
    elif form == "linear":
        zero, full = table.number("zero_at") if table.has("zero_at") else Fraction(0), table.number("full_at")
        if zero == full:
            raise invalid(f"{table.where}.full_at", "out_of_range", str(full))
        scale = Line(zero, full, most)
    else:
        scale = Each(_points(table, "each"))
    own = Verification.read_own(table)
    return Way(title, quantity, scale, own)


def _read_step(table: Table) -> Step:
    return Step(table.number("from"), table.number("to") if table.has("to") else None, table.number("points"))


def _points(table: Table, key: str) -> Fraction:
    value = table.number(key)
    if not 0 < value <= _MAX_POINTS:
        raise invalid(f"{table.where}.{key}", "out_of_range", str(value))
    return value


def _rounded(points: Fraction, most: Fraction, decimals: int) -> Fraction:
    return rounded(min(points, most), decimals)


def number_text(value: Fraction) -> str:
    """Points as a plain decimal without zeros at its end; what does not end is cut at six places."""
    short = rounded(value, 6)
    return f"{(Decimal(short.numerator) / Decimal(short.denominator)).normalize():f}"
