"""Award rules: fixed sums, bands on money received, ranges per item, grades, caps; the answer is an upper limit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from policy.i18n import tr
from policy.measure import Measure
from policy.measures import shown, shown_unit
from policy.rules.common import INFO, UNKNOWN, Alone, Facts, Finding, check_bands, read_measure, with_unit
from policy.schema import Table, Text, invalid

_FORMS = frozenset({"fixed", "bands", "range", "grades", "cap"})
_BY_MEASURE = frozenset({"fixed", "bands", "range"})


@dataclass(frozen=True, slots=True)
class Band:
    """From `start` on (in the measure's unit, itself included), below `end` if the text says: up to `amount_fen`.

    `at_start` is said where a figure is exactly at the start, because the text leaves that open; `note` in the band.
    """

    start: Fraction
    end: Fraction | None
    amount_fen: int
    at_start: Text
    note: Text


@dataclass(frozen=True, slots=True)
class Grade:
    """The sum for a grade, by the texts it goes by (the stored code and what people write)."""

    texts: frozenset[str]
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Award(Alone):
    """A rule of kind `award`.

    `fixed`: `high_fen` per unit of the measure; `range`: `low_fen` to `high_fen` per unit; `bands`: by the highest band
    reached; `grades`: by an attribute; `cap`: only the limit is known, not how the sum is worked out. Units above
    `cap_units` and money above `cap_fen` do not count. `up_to` marks sums the text calls 最高.
    """

    form: str
    measure: Measure | None
    up_to: bool
    low_fen: int
    high_fen: int
    bands: tuple[Band, ...]
    attribute: str
    grades: tuple[Grade, ...]
    cap_units: int | None
    cap_fen: int | None

    @classmethod
    def read(cls, table: Table, subject: str) -> Award:
        """From `form`, `measure` or `attribute`, `up_to`, the sums of the form and the caps."""
        form = table.one_of("form", _FORMS)
        measure = read_measure(table, "measure", subject) if form in _BY_MEASURE else None
        bands: tuple[Band, ...] = ()
        grades: tuple[Grade, ...] = ()
        low = high = 0
        if form == "bands":
            bands = table.tables("band", _read_band)
            check_bands(((band.start, band.end) for band in bands), f"{table.where}.band")
        elif form == "grades":
            grades = table.tables("grade", _read_grade)
            if not grades:
                raise invalid(f"{table.where}.grade", "missing", "grade")
        elif form == "range":
            low, high = table.whole("low_fen", low=0), table.whole("high_fen", low=1)
            if low > high:
                raise invalid(f"{table.where}.low_fen", "out_of_range", str(low))
        elif form == "fixed":
            low = high = table.whole("amount_fen", low=1)
        needs_cap = form == "cap" or table.has("cap_fen")
        return cls(
            form,
            measure,
            table.flag("up_to", False) or form == "cap",
            low,
            high,
            bands,
            table.text("attribute") if form == "grades" else "",
            grades,
            table.whole("cap_units", low=1) if table.has("cap_units") else None,
            table.whole("cap_fen", low=1) if needs_cap else None,
        )

    def measures(self) -> frozenset[str]:
        """The one it is paid by, if any."""
        return frozenset({self.measure.name} if self.measure else ())

    def attributes(self) -> frozenset[str]:
        """The grade, where it is paid by grades."""
        return frozenset({self.attribute} - {""})

    def judge(self, facts: Facts) -> Finding:
        """The most that can be awarded in fen (0 is an answer); None and unknown where the figure is missing."""
        if self.form == "cap":
            amount, value, notes = self.cap_fen, "", [tr("只规定了上限，计算办法未见公布")]
        elif self.measure is None:
            amount, value, notes = self._by_grade(facts)
        else:
            amount, value, notes = self._by_figure(self.measure, facts)
        notes.extend(facts.verification.notes())
        if amount is not None and self.cap_fen is not None and amount > self.cap_fen:
            amount = self.cap_fen
            notes.append(tr("按封顶 {cap} 计", cap=_money(self.cap_fen)))
        if amount and self.up_to:
            notes.append(tr("条文为“最高”，实际金额由主管部门核定"))
        return Finding(
            UNKNOWN if amount is None else INFO,
            facts.verification.verified,
            value=value,
            unit=shown_unit(self.measure.unit) if self.measure else "",
            cap=self._cap(),
            award_max_fen=amount,
            notes=tuple(notes),
            measures=(self.measure.name,) if self.measure else (),
        )

    def _by_grade(self, facts: Facts) -> tuple[int | None, str, list[str]]:
        text = facts.attributes.get(self.attribute, "").strip()
        if not text:
            return None, "", [tr("「{name}」未填，无法判断", name=facts.label(self.attribute))]
        amount = next((grade.amount_fen for grade in self.grades if text in grade.texts), 0)
        return amount, text, [] if amount else [tr("该等次没有奖励")]

    def _by_figure(self, measure: Measure, facts: Facts) -> tuple[int | None, str, list[str]]:
        figure = facts.figure(measure)
        notes = list(facts.notes_on((measure,)))
        if figure is None:
            return None, "", notes
        amount, said = self._amount(measure, Fraction(figure))
        return amount, shown(figure, measure.unit, measure.decimals, apart_from=0), [*notes, *said]

    def _amount(self, measure: Measure, figure: Fraction) -> tuple[int, tuple[str, ...]]:
        if self.form == "bands":
            return self._by_band(measure, figure)
        units, notes = max(0, figure.__floor__()), []
        if self.cap_units is not None and units > self.cap_units:
            units = self.cap_units
            notes.append(tr("最多按 {n} {unit}计", n=units, unit=shown_unit(measure.unit)))
        if units and self.low_fen < self.high_fen:
            notes.append(tr("共 {low} 至 {high}", low=_money(units * self.low_fen), high=_money(units * self.high_fen)))
        return units * self.high_fen, tuple(notes)

    def _by_band(self, measure: Measure, figure: Fraction) -> tuple[int, tuple[str, ...]]:
        for band in self.bands:
            if figure >= band.start:
                texts = (band.at_start if figure == band.start else Text(), band.note)
                return band.amount_fen, tuple(str(text) for text in texts if text.zh)
        start = with_unit(shown(self.bands[-1].start, measure.unit, measure.decimals), shown_unit(measure.unit))
        return 0, (tr("未达到最低一档 {start}", start=start),)

    def _cap(self) -> str:
        if self.cap_fen is not None:
            return _money(self.cap_fen)
        if self.cap_units is None or self.measure is None:
            return ""
        return with_unit(str(self.cap_units), shown_unit(self.measure.unit))


def _money(fen: int) -> str:
    return with_unit(shown(fen, "fen", 2), shown_unit("fen"))


def _read_band(table: Table) -> Band:
    return Band(
        table.number("from"),
        table.number("to") if table.has("to") else None,
        table.whole("amount_fen", low=1),
        table.bilingual("at_start"),
        table.bilingual("note"),
    )


def _read_grade(table: Table) -> Grade:
    texts = table.texts("is")
    if not texts:
        raise invalid(f"{table.where}.is", "missing", "is")
    return Grade(frozenset(texts), table.whole("amount_fen", low=0))
