"""A measure: a named quantity with its label, unit, the record field it counts by, and whom it can be asked of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from policy.i18n import language


@dataclass(frozen=True, slots=True)
class Measure:
    """One named quantity. `date_field` is `kind.field` of the data dictionary, or "" where a person answers.

    `decimals` is how many are shown, `subjects` the kinds of record it can be asked of. One that `takes` a number from
    the rule is asked for with it (`tenants_growing:20`) and says it in its label, at `{n}`; `parameter` is that number.
    """

    name: str
    label: str
    label_en: str
    unit: str
    date_field: str
    decimals: int = 0
    note: str = ""
    subjects: tuple[str, ...] = ("carrier",)
    takes: bool = False
    parameter: Fraction | None = None

    @property
    def is_fact(self) -> bool:
        """Whether it is a yes or no (0 or 1)."""
        return self.unit == ""

    @property
    def whole(self) -> bool:
        """Whether it comes in whole steps (firms, people, fen), so that a gap is rounded up."""
        return self.decimals == 0 or self.unit == "fen"

    def title(self) -> str:
        """The label in the language in force."""
        return self.label if language() == "zh" else self.label_en

    @property
    def base(self) -> str:
        """The name without its number."""
        return self.name.partition(":")[0]

    def given(self, name: str, parameter: Fraction) -> Measure:
        """This measure with the number a rule asks it with, under its whole name."""
        number = name.partition(":")[2]
        label, label_en = self.label.replace("{n}", number), self.label_en.replace("{n}", number)
        note = self.note.replace("{n}", number)
        return replace(self, name=name, label=label, label_en=label_en, note=note, takes=False, parameter=parameter)
