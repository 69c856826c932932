"""Award rules: fixed sums, bands on money received, ranges per item, and caps; the answer is always an upper limit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from policy.i18n import tr
from policy.measure import Measure
from policy.measures import shown, shown_unit
from policy.rules.common import INFO, UNKNOWN, Facts, Finding, read_measure, with_unit
from policy.schema import Table, Text, invalid

_FORMS = frozenset({"fixed", "bands", "range"})


@dataclass(frozen=True, slots=True)
class Band:
    """From `start` on (in the measure's unit, the number itself included) up to `amount_fen`.

    `at_start` is said where a figure is exactly at the start, because the text leaves that open; `note` in the band.
    """

    start: Fraction
    amount_fen: int
    at_start: Text
    note: Text


@dataclass(frozen=True, slots=True)
class Award:
    """A rule of kind `award`.

    `fixed`: `high_fen` per unit of the measure; `range`: `low_fen` to `high_fen` per unit; `bands`: by the highest band
    reached. Units above `cap_units` and money above `cap_fen` do not count. `up_to` marks sums the text calls 最高.
    """

    form: str
    measure: Measure
    up_to: bool
    low_fen: int
    high_fen: int
    bands: tuple[Band, ...]
    cap_units: int | None
    cap_fen: int | None

    @classmethod
    def read(cls, table: Table, subject: str) -> Award:
        """From `form`, `measure`, `up_to`, the sums of the form and the caps."""
        form = table.one_of("form", _FORMS)
        measure = read_measure(table, "measure", subject)
        bands: tuple[Band, ...] = ()
        low = high = 0
        if form == "bands":
            bands = table.tables("band", _read_band)
            if not bands or any(lower.start >= upper.start for upper, lower in pairwise(bands)):
                raise invalid(f"{table.where}.band", "not_allowed", "from")
        elif form == "range":
            low, high = table.whole("low_fen", low=0), table.whole("high_fen", low=1)
            if low > high:
                raise invalid(f"{table.where}.low_fen", "out_of_range", str(low))
        else:
            low = high = table.whole("amount_fen", low=1)
        return cls(
            form,
            measure,
            table.flag("up_to", False),
            low,
            high,
            bands,
            table.whole("cap_units", low=1) if table.has("cap_units") else None,
            table.whole("cap_fen", low=1) if table.has("cap_fen") else None,
        )

    def measures(self) -> frozenset[str]:
        """The one it is paid by."""
        return frozenset({self.measure.name})

    def attributes(self) -> frozenset[str]:
        """None of its own."""
        return frozenset()

    def judge(self, facts: Facts) -> Finding:
        """The most that can be awarded in fen (0 is an answer); None and unknown where the figure is missing."""
        figure = facts.figure(self.measure)
        notes = [*facts.notes_on((self.measure,)), *facts.verification.notes()]
        amount, said = (None, ()) if figure is None else self._amount(Fraction(figure))
        notes.extend(said)
        if amount is not None and self.cap_fen is not None and amount > self.cap_fen:
            amount = self.cap_fen
            notes.append(tr("按封顶 {cap} 计", cap=_money(self.cap_fen)))
        if amount and self.up_to:
            notes.append(tr("条文为“最高”，实际金额由主管部门核定"))
        return Finding(
            UNKNOWN if amount is None else INFO,
            facts.verification.verified,
            value="" if figure is None else shown(figure, self.measure.unit, self.measure.decimals, apart_from=0),
            unit=shown_unit(self.measure.unit),
            cap=self._cap(),
            award_max_fen=amount,
            notes=tuple(notes),
            measures=(self.measure.name,),
        )

    def _amount(self, figure: Fraction) -> tuple[int, tuple[str, ...]]:
        if self.form == "bands":
            return self._by_band(figure)
        units, notes = max(0, figure.__floor__()), []
        if self.cap_units is not None and units > self.cap_units:
            units = self.cap_units
            notes.append(tr("最多按 {n} {unit}计", n=units, unit=shown_unit(self.measure.unit)))
        if units and self.low_fen < self.high_fen:
            notes.append(tr("共 {low} 至 {high}", low=_money(units * self.low_fen), high=_money(units * self.high_fen)))
        return units * self.high_fen, tuple(notes)

    def _by_band(self, figure: Fraction) -> tuple[int, tuple[str, ...]]:
        for band in self.bands:
            if figure >= band.start:
                texts = (band.at_start if figure == band.start else Text(), band.note)
                return band.amount_fen, tuple(str(text) for text in texts if text.zh)
        return 0, (tr("未达到最低一档 {start}", start=self._start(self.bands[-1])),)

    def _start(self, band: Band) -> str:
        return with_unit(shown(band.start, self.measure.unit, self.measure.decimals), shown_unit(self.measure.unit))

    def _cap(self) -> str:
        if self.cap_fen is not None:
            return _money(self.cap_fen)
        return "" if self.cap_units is None else with_unit(str(self.cap_units), shown_unit(self.measure.unit))


def _money(fen: int) -> str:
    return with_unit(shown(fen, "fen", 2), shown_unit("fen"))


def _read_band(table: Table) -> Band:
    return Band(
        table.number("from"),
        table.whole("amount_fen", low=1),
        table.bilingual("at_start"),
        table.bilingual("note"),
    )
