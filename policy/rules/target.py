"""Target rules: a yearly figure set for the city, a district, the unit or a task book, and our part of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from policy.i18n import mark, tr
from policy.measure import Measure
from policy.measures import parse_figure, shown, shown_unit
from policy.rules.common import FAIL, INFO, PASS, UNKNOWN, Facts, Finding, gap_text, read_measure, with_unit
from policy.schema import Table, invalid

# Whose figure it is. Those of others are never our gap.
SCOPES = {"city": mark("全市"), "district": mark("区县"), "own": mark("本单位"), "taskbook": mark("任务书约定")}
_OF_OTHERS = frozenset({"city", "district"})


@dataclass(frozen=True, slots=True)
class Target:
    """A rule of kind `target`: at least `value` of a measure, within `scope`."""

    measure: Measure
    value: Fraction
    scope: str

    @classmethod
    def read(cls, table: Table, subject: str) -> Target:
        """From `measure`, `value` (in the measure's unit) and `scope`."""
        measure, value = read_measure(table, "measure", subject), table.number("value")
        if value <= 0:
            raise invalid(f"{table.where}.value", "out_of_range", str(value))
        return cls(measure, value, table.one_of("scope", frozenset(SCOPES)))

    def measures(self) -> frozenset[str]:
        """The one that is counted."""
        return frozenset({self.measure.name})

    def attributes(self) -> frozenset[str]:
        """The share the unit has set itself."""
        return frozenset({"own_share"})

    def judge(self, facts: Facts) -> Finding:
        """Our figure beside the target; pass or fail only against a target of our own or a share we set ourselves."""
        figure = facts.figure(self.measure)
        notes = [*facts.notes_on((self.measure,)), *facts.verification.notes()]
        ours = None if self.scope in _OF_OTHERS else self.value
        if facts.own_share:
            ours = parse_figure(facts.own_share, self.measure.unit)
            if ours is None:
                notes.append(tr("本单位分担「{text}」不是数字，未采用", text=facts.own_share))
            else:
                notes.append(tr("本单位分担 {n}", n=self._quantity(ours)))
        if self.scope in _OF_OTHERS:
            notes.append(tr("这是{scope}目标，不是本单位的差距", scope=tr(SCOPES[self.scope])))
        verdict, gap = UNKNOWN if figure is None else INFO, ""
        if figure is not None and ours is not None:
            verdict = PASS if figure >= ours else FAIL
            gap = gap_text(ours - Fraction(figure), self.measure, over=False) if verdict == FAIL else ""
        return Finding(
            verdict,
            facts.verification.verified,
            value="" if figure is None else shown(figure, self.measure.unit, self.measure.decimals),
            unit=shown_unit(self.measure.unit),
            target=f"≥{self._quantity(self.value)}",
            gap=gap,
            scope=self.scope,
            share=self._share(figure),
            notes=tuple(notes),
            measures=(self.measure.name,),
        )

    def _quantity(self, value: int | Fraction) -> str:
        return with_unit(shown(value, self.measure.unit, self.measure.decimals), shown_unit(self.measure.unit))

    def _share(self, figure: int | Fraction | None) -> str:
        if figure is None or self.scope not in _OF_OTHERS:
            return ""
        percent = shown(Fraction(figure) / self.value * 100, "%", 1)
        plain = shown(figure, self.measure.unit, self.measure.decimals)
        return f"{plain} / {self._quantity(self.value)} = {percent} %"
