"""What the gates of a case's milestones ask for, judged over the case's records as plain rows; nothing is read here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from db.enums_documents import DOC_KIND
from db.enums_everyday import MILESTONE
from db.schema import kind_info
from db.stages import declared
from policy import i18n
from policy.dates import add_months, earliest

Row = Mapping[str, Any]

SHOWN, REASON, STATEMENT = "i", "r", "b"
_TESTS = ("some", "every", "all", "none")
_NEED = frozenset({"gate", "id", "label", "label_en", "severity", "source", "states", "any", "duties", "when"})
_CONDITION = frozenset({"records", "test", "among", "filled", "is", "months", "has", "paper"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One look at the records of a kind."""

    records: str
    test: str = "some"
    among: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    filled: tuple[str, ...] = ()
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    has: tuple[str, ...] = ()
    paper: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Need:
    """What a gate asks for; see `resources/milestones.toml`. `duties` names a kind that the policy packs judge."""

    gate: str
    id: str
    label: str
    label_en: str
    severity: str
    source: str = ""
    states: str = ""
    any: tuple[Condition, ...] = ()
    duties: str = ""
    when: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What is asked for, in the language in force."""
        return self.label_en if i18n.language() == "en" else self.label


@dataclass(slots=True)
class CaseFile:
    """The records that hang on a case: rows by kind, papers (kinds of evidence) by `kind:id`, and facts for `when`."""

    rows: dict[str, list[dict[str, Any]]]
    papers: dict[str, set[str]]
    facts: dict[str, Any]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The rows of a kind."""
        return self.rows.get(kind, [])


@cache
def needs() -> tuple[Need, ...]:
    """Every need as shipped; a word that means nothing is a ValueError."""
    return read_needs(declared()["need"])


def read_needs(tables: Iterable[Mapping[str, Any]]) -> tuple[Need, ...]:
    """Needs from tables of the file; raises ValueError naming what is wrong."""
    papers = {choice.zh: choice.code for choice in DOC_KIND}
    milestones = {choice.code for choice in MILESTONE}
    found: list[Need] = []
    for table in tables:
        where = str(table.get("id"))
        if unknown := set(table) - _NEED - _CONDITION:
            raise ValueError(f"{where}: {sorted(unknown)}")
        if table["gate"] not in milestones or table["severity"] not in (SHOWN, REASON, STATEMENT):
            raise ValueError(f"{where}: gate or severity")
        if (table["severity"] == STATEMENT) != bool(table.get("states")):
            raise ValueError(f"{where}: states")
        own = {name: value for name, value in table.items() if name in _CONDITION}
        parts = tuple(_condition(where, part, papers) for part in (*table.get("any", ()), *((own,) if own else ())))
        if bool(parts) == bool(table.get("duties")):
            raise ValueError(f"{where}: conditions or duties")
        rest = {name: value for name, value in table.items() if name in _NEED and name != "any"}
        found.append(Need(**rest, any=parts))
    if len({need.id for need in found}) != len(found):
        raise ValueError("id")
    return tuple(found)


def _condition(where: str, table: Mapping[str, Any], papers: Mapping[str, str]) -> Condition:
    if set(table) - _CONDITION or table.get("test", "some") not in _TESTS:
        raise ValueError(f"{where}: condition")
    info = kind_info(table["records"])
    names = {declared.name for declared in info.fields} | {"state"}
    asked = {name for text in table.get("filled", ()) for name in text.split("|")}
    asked |= set(table.get("is", ())) | set(table.get("months", ())) | set(table.get("among", ()))
    if strange := asked - names:
        raise ValueError(f"{where}: {sorted(strange)}")
    if strange := set(table.get("paper", ())) - set(papers):
        raise ValueError(f"{where}: {sorted(strange)}")
    return Condition(
        records=info.name,
        test=table.get("test", "some"),
        among=table.get("among", {}),
        filled=tuple(table.get("filled", ())),
        values=table.get("is", {}),
        months=table.get("months", {}),
        has=tuple(kind_info(kind).name for kind in table.get("has", ())),
        paper=frozenset(papers[name] for name in table.get("paper", ())),
    )


def applies(need: Need, facts: Row) -> bool:
    """Whether the need is asked of a case with these facts."""
    return all(("" if facts.get(name) is None else facts[name]) in wanted for name, wanted in need.when.items())


def holds(need: Need, file: CaseFile, day: date) -> bool:
    """Whether what is asked for is there; of duties the caller asks the policy packs."""
    return any(_met(condition, file, day) for condition in need.any)


def missing(
    gate: str, file: CaseFile, day: date, undone: Callable[[str], list[str]] = lambda _kind: []
) -> list[dict[str, Any]]:
    """What a gate misses: [{id, label, severity, states, source}]. `undone` names the open duties of records of a kind,
    each its own line."""
    found: list[dict[str, Any]] = []
    for need in needs():
        if need.gate != gate or not applies(need, file.facts):
            continue
        lines = undone(need.duties) if need.duties else [] if holds(need, file, day) else [need.shown]
        found += [
            {"id": need.id, "label": line, "severity": need.severity, "states": need.states, "source": need.source}
            for line in lines
        ]
    return found


def _met(condition: Condition, file: CaseFile, day: date) -> bool:
    rows = [row for row in file.of(condition.records) if _is(row, condition.among)]
    passing = sum(_passes(condition, row, file, day) for row in rows)
    if condition.test == "none":
        return passing == 0
    if condition.test == "some":
        return passing > 0
    return passing == len(rows) and (condition.test == "all" or passing > 0)


def _passes(condition: Condition, row: Row, file: CaseFile, day: date) -> bool:
    if not _is(row, condition.values):
        return False
    if not all(any(_filled(row.get(name)) for name in names.split("|")) for names in condition.filled):
        return False
    for name, months in condition.months.items():
        value = row.get(name)
        if not value or add_months(earliest(str(value)), months) < day:
            return False
    for kind in condition.has:
        if not any(child.get(condition.records) == row["id"] for child in file.of(kind)):
            return False
    if not condition.paper:
        return True
    if condition.records == "case":
        return any(condition.paper & papers for papers in file.papers.values())
    return bool(condition.paper & file.papers.get(f"{condition.records}:{row['id']}", set()))


def _is(row: Row, wanted: Mapping[str, Sequence[Any]]) -> bool:
    return all(row.get(name) in values for name, values in wanted.items())


def _filled(value: Any) -> bool:
    return value not in (None, "", [], {})
