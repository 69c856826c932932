"""Where texts conflict or leave something open: the options with their sources, what is taken by default, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy.measures import parse_figure
from policy.rules.common import Verification
from policy.schema import Table, Text, invalid

PREFIX = "choice."
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_FREE = frozenset({"", "month_day", "percent"})


@dataclass(frozen=True, slots=True)
class Option:
    """One reading, with where it stands."""

    id: str
    title: Text
    verification: Verification


@dataclass(frozen=True, slots=True)
class Choice:
    """A matter on which sources differ. `free` allows another value: a day of the year (`MM-DD`) or a percentage."""

    id: str
    title: Text
    why: Text
    default: str
    free: str
    options: tuple[Option, ...]

    @classmethod
    def read(cls, table: Table) -> Choice:
        """From `[[choice]]`; the default is one of at least two options."""
        made = cls(
            table.identifier("id"),
            table.bilingual("title", required=True),
            table.bilingual("why", required=True),
            table.text("default"),
            table.one_of("free", _FREE, ""),
            table.tables("option", _read_option),
        )
        ids = [option.id for option in made.options]
        if len(ids) < 2:
            raise invalid(f"{table.where}.option", "missing", "option")
        if len(set(ids)) < len(ids):
            raise invalid(f"{table.where}.option", "duplicate", next(one for one in ids if ids.count(one) > 1))
        if made.default not in ids:
            raise invalid(f"{table.where}.default", "not_allowed", made.default)
        return made

    def allows(self, value: str) -> bool:
        """Whether the value is an option, or of the form that may be typed."""
        if any(option.id == value for option in self.options):
            return True
        if self.free == "month_day":
            return bool(_MONTH_DAY.fullmatch(value))
        figure = parse_figure(value, "%") if self.free == "percent" else None
        return figure is not None and 0 <= figure <= 100


def _read_option(table: Table) -> Option:
    # An option that is merely possible (both, by number, by amount) claims nothing that could be verified.
    sure = Verification.read(table) if table.has("verified") else Verification(True)
    return Option(table.identifier("id"), table.bilingual("title", required=True), sure)
