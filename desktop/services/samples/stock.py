"""What the universities of the sample year hold: which result is whose, from which project and about what; no rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from desktop.services.samples.base import words

PROJECTS, RESULTS = 52, 240
CLASSIFIED = 239  # the result of which only the number is kept
FIRST_OF_CASES = 100  # the results of cases begin here, behind those that were granted
_UNITS = 8
_OF_PROJECTS = 4 * PROJECTS  # the results that come from projects, but for one whose project nobody knows
_WITHOUT_PROJECT = 3 * PROJECTS + 7
_LEVELS_SHOWN = 3  # results take turns: public, name only, under an agreement on secrecy


@dataclass(frozen=True, slots=True)
class Planned:
    """A result by number: its unit (place among the universities), its project, its subject; None where unknown."""

    unit: int | None
    project: int | None
    subject: int


def unit_of(project: int) -> int:
    """The unit of a project: two fifths are the first university's, one fifth the second's."""
    turn = project % 5
    return 0 if turn < 2 else 1 if turn == 2 else 2 + project % 4


@cache
def planned() -> tuple[Planned, ...]:
    """Every result in its place; those of one project are about one subject, and a unit's projects about many."""
    counts: Counter[int] = Counter()

    def subject(unit: int) -> int:
        counts[unit] += 1
        return (counts[unit] - 1 + 5 * unit) % len(subjects())

    of_project = [subject(unit_of(project)) for project in range(PROJECTS)]
    found = []
    for number in range(RESULTS):
        project = number % PROJECTS
        if number == CLASSIFIED:
            found.append(Planned(None, None, 0))
        elif number < _OF_PROJECTS and number != _WITHOUT_PROJECT:
            found.append(Planned(unit_of(project), project, of_project[project]))
        else:
            unit = number % _UNITS
            found.append(Planned(unit, None, subject(unit)))
    return tuple(found)


def subject_of(project: int) -> int:
    """The subject of a project by number."""
    return planned()[project].subject


def subjects() -> list[dict[str, Any]]:
    """The subjects in their order: {name, field, part, summaries, needs}."""
    return list(words("subjects")["subject"])


@dataclass(slots=True)
class Stock:
    """The results that are still free for a case."""

    taken: set[int] = field(default_factory=set)

    def take(self, unit: int, *, compared: bool) -> int:
        """The next free result of a unit; `compared`, one whose name at least may be matched with a need."""
        for number in range(FIRST_OF_CASES, RESULTS):
            shown = number % _LEVELS_SHOWN != _LEVELS_SHOWN - 1
            if number not in self.taken and planned()[number].unit == unit and (shown or not compared):
                self.taken.add(number)
                return number
        raise LookupError(unit)
