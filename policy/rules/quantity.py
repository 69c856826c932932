"""The figure a rule looks at: a measure, a share of another in per cent, or so many per n of another."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from policy.i18n import tr
from policy.measure import Measure
from policy.measures import shown, shown_unit
from policy.rules.common import Facts, read_measure
from policy.schema import Table, invalid


@dataclass(frozen=True, slots=True)
class Quantity:
    """With `of`, the figure is `measure / of * factor`: factor 100 is a percentage, 1000 "per 1000 m²"."""

    measure: Measure
    of: Measure | None
    factor: int
    is_percent: bool

    @classmethod
    def read(cls, table: Table, subject: str, *, percent: bool | None = None) -> Quantity:
        """From `measure`, and `of` with `per` or as a percentage (`percent`; else where the key `percent` stands)."""
        measure = read_measure(table, "measure", subject)
        of = read_measure(table, "of", subject) if table.has("of") else None
        is_percent = table.has("percent") if percent is None else percent and of is not None
        # `percent` and `per` need an `of`, and `of` needs one of them.
        factor = 100 if is_percent else table.whole("per", low=1, high=10**6) if of else 1
        if is_percent and of is None:
            raise invalid(f"{table.where}.of", "missing", "of")
        if of and (measure.unit in ("", "fen") or of.unit in ("", "fen")) and not measure.unit == of.unit == "fen":
            raise invalid(f"{table.where}.of", "not_allowed", of.name)
        return cls(measure, of, factor, is_percent)

    def used(self) -> tuple[Measure, ...]:
        """The one or two measures."""
        return (self.measure, self.of) if self.of else (self.measure,)

    def names(self) -> frozenset[str]:
        """Their names."""
        return frozenset(measure.name for measure in self.used())

    def parts(self, facts: Facts) -> tuple[int | Fraction | None, int | Fraction | None]:
        """What is counted and what it is divided by (1 without `of`)."""
        return facts.figure(self.measure), facts.figure(self.of) if self.of else 1

    def figure(self, facts: Facts) -> Fraction | None:
        """The figure exactly; None where a part is missing or it is divided by nothing."""
        top, bottom = self.parts(facts)
        return None if top is None or not bottom else Fraction(top) / Fraction(bottom) * self.factor

    def notes(self, facts: Facts) -> tuple[str, ...]:
        """What must be said about its measures."""
        said = facts.notes_on(self.used())
        if self.of and facts.figure(self.of) == 0:
            return (*said, tr("「{name}」为零，无法计算", name=self.of.title()))
        return said

    def label(self) -> str:
        """The measure's name, or both with a stroke."""
        return f"{self.measure.title()} / {self.of.title()}" if self.of else self.measure.title()

    def unit(self) -> str:
        """The unit as shown."""
        unit = shown_unit(self.measure.unit)
        if not self.of:
            return unit
        return "%" if self.is_percent else f"{unit}/{self.factor} {shown_unit(self.of.unit)}"

    def shown(self, figure: Fraction, *, apart_from: Fraction | None = None) -> str:
        """The figure without its unit; see `policy.measures.shown`."""
        if not self.of:
            return shown(figure, self.measure.unit, self.measure.decimals, apart_from=apart_from)
        unit, places = ("%", 1) if self.is_percent else ("per", 2)
        return shown(figure, unit, places, apart_from=apart_from)
