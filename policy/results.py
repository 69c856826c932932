"""What an evaluation hands on: measures with the rows behind them, and one result per indicator.

Plain data. `db.queries.measures` makes the measures, `policy.evaluate` the results, snapshots keep both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class RowRef:
    """One record behind a figure: enough to show it in a list and to open it."""

    kind: str
    id: str
    title: str
    value: str = ""  # the part of the figure this row brings, as shown
    date: str = ""  # the date it counted by, with the precision it was written with


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """A named quantity for one subject and period.

    `value` is an exact number in the measure's unit (money in fen) or None when nothing is known: blank is not zero.
    `blanks` is the number of rows that would have counted but had the figure left blank. `border` are the rows that
    nearly counted or only just did, so that a person can check the date they were cut by.
    """

    name: str
    value: int | Fraction | None
    unit: str
    date_field: str = ""
    rows: tuple[RowRef, ...] = ()
    blanks: int = 0
    typed: bool = False
    border: tuple[RowRef, ...] = ()


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """What one rule says about one subject in one period.

    `verdict`: pass, fail, unknown (a figure is missing), info (nothing to pass). `status` is that of the document
    (draft, in_force, superseded, expired, secondary); `verified` says whether the figure was seen in the document.
    Texts are in the language in force; `score` and `cap` are decimal strings, `award_max_fen` an upper limit in fen.
    """

    id: str
    title: str
    kind: str
    clause: str
    source: str
    status: str
    verified: bool
    verdict: str
    value: str = ""
    unit: str = ""
    target: str = ""
    score: str = ""
    cap: str = ""
    award_max_fen: int | None = None
    due: str = ""
    gap: str = ""
    scope: str = ""  # city, district, own, taskbook - a city figure is never the user's gap
    share: str = ""  # our share of a target with scope city, as shown
    state: str = ""  # id of the state a clock is in; `value` is what it is called
    duty: str = ""  # what is to be done in that state
    running: bool = False  # whether the clock still runs
    stated: bool = False  # the value follows from a number of the document, as half of an amount does
    notes: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()  # what evidence the clause or notice asks for
    parts: tuple[IndicatorResult, ...] = field(default=())
