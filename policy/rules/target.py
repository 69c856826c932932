"""Target rules: a yearly or final figure set for the city, a district, the unit or a task book, and our part of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from policy.i18n import mark, tr
from policy.measures import parse_figure, shown
from policy.rules.common import FAIL, INFO, PASS, UNKNOWN, Alone, Facts, Finding, gap_text, with_unit
from policy.rules.quantity import Quantity
from policy.schema import Table, invalid

# Whose figure it is. Those of others are never our gap.
SCOPES = {"city": mark("全市"), "district": mark("区县"), "own": mark("本单位"), "taskbook": mark("任务书约定")}
_OF_OTHERS = frozenset({"city", "district"})


@dataclass(frozen=True, slots=True)
class Target(Alone):
    """A rule of kind `target`: at least (or at most) `value` within `scope`, by `by` where it is reached once."""

    quantity: Quantity
    value: Fraction
    scope: str
    by: str
    at_most: bool

    @classmethod
    def read(cls, table: Table, subject: str) -> Target:
        """From `measure` and `value`, or `measure`, `of` and `percent`; `scope`, `by`, `at_most`."""
        quantity = Quantity.read(table, subject)
        key = "percent" if quantity.is_percent else "value"
        value = table.number(key)
        if value <= 0:
            raise invalid(f"{table.where}.{key}", "out_of_range", str(value))
        scope = table.one_of("scope", frozenset(SCOPES))
        return cls(quantity, value, scope, table.partial_date("by"), table.flag("at_most", False))

    def measures(self) -> frozenset[str]:
        """Those of the figure."""
        return self.quantity.names()

    def attributes(self) -> frozenset[str]:
        """The share the unit has set itself."""
        return frozenset({"own_share"})

    def ours(self, own_share: str) -> Fraction | None:
        """What we hold ourselves to: the share we set, whoever's target it is; else the target where it is our own.

        None without either, and where the share is no figure.
        """
        if own_share:
            return parse_figure(own_share, self.quantity.measure.unit if not self.quantity.of else "%")
        return None if self.scope in _OF_OTHERS else self.value

    def judge(self, facts: Facts) -> Finding:
        """Our figure beside the target; pass or fail only against a target of our own or a share we set ourselves."""
        quantity = self.quantity
        figure = quantity.figure(facts)
        notes = [*quantity.notes(facts), *facts.verification.notes()]
        ours = self.ours(facts.own_share)
        if facts.own_share:
            if ours is None:
                notes.append(tr("本单位分担「{text}」不是数字，未采用", text=facts.own_share))
            else:
                notes.append(tr("本单位分担 {n}", n=self._quantity(ours)))
        if self.scope in _OF_OTHERS:
            notes.append(tr("这是{scope}目标，不是本单位的差距", scope=tr(SCOPES[self.scope])))
        if self.by:
            notes.append(
                tr("到 {year} 年实现", year=self.by[:4]) if len(self.by) == 4 else tr("到 {day} 实现", day=self.by)
            )
        verdict, gap = UNKNOWN if figure is None else INFO, ""
        if figure is not None and ours is not None:
            reached = figure <= ours if self.at_most else figure >= ours
            verdict = PASS if reached else FAIL
            gap = self._gap(figure, ours, facts) if verdict == FAIL else ""
        return Finding(
            verdict,
            facts.verification.verified,
            value="" if figure is None else quantity.shown(figure),
            unit=quantity.unit(),
            target=("≤" if self.at_most else "≥") + self._quantity(self.value),
            gap=gap,
            scope=self.scope,
            share=self._share(figure),
            notes=tuple(notes),
            measures=tuple(measure.name for measure in quantity.used()),
        )

    def _gap(self, figure: Fraction, ours: Fraction, facts: Facts) -> str:
        """In steps of the measure itself, at what it is divided by today."""
        bottom = Fraction(self.quantity.parts(facts)[1] or 1) / self.quantity.factor
        missing = (figure - ours if self.at_most else ours - figure) * bottom
        return gap_text(missing, self.quantity.measure, over=self.at_most)

    def _quantity(self, value: Fraction) -> str:
        return with_unit(self.quantity.shown(value), self.quantity.unit())

    def _share(self, figure: Fraction | None) -> str:
        """Our part of what others are to reach; a share of a share says nothing."""
        if figure is None or self.scope not in _OF_OTHERS or self.quantity.of or self.at_most:
            return ""
        percent = shown(figure / self.value * 100, "%", 1)
        return f"{self.quantity.shown(figure)} / {self._quantity(self.value)} = {percent} %"
