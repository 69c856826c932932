"""A measure: a named quantity with its label, unit, the record field it counts by, and whom it can be asked of."""

from __future__ import annotations

from dataclasses import dataclass

from policy.i18n import language


@dataclass(frozen=True, slots=True)
class Measure:
    """One named quantity. `date_field` is `kind.field` of the data dictionary, or "" where a person answers.

    `decimals` is how many are shown, `subjects` the kinds of record it can be asked of.
    """

    name: str
    label: str
    label_en: str
    unit: str
    date_field: str
    decimals: int = 0
    note: str = ""
    subjects: tuple[str, ...] = ("carrier",)

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
