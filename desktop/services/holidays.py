"""The State Council's holidays and make-up days: the published years, and years the user added from the notice."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from db.files import world_faults
from db.models import HolidayYear as HolidayRow
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.calendar import FIRST_PUBLISHED_YEAR, Calendar, HolidayYear, last_published_year
from policy.dates import is_partial_date
from policy.errors import Refused
from policy.i18n import mark
from policy.lines import Lines, line_told
from policy.schema import Table

_MAX_FILE = 1 << 16
_LAST_YEAR = 2099


@service("calendar.list")
def list_years(ws: Workspace, job: Job) -> dict[str, Any]:
    """Which years' working days are known: {years: [{year, source, document, holidays, workdays}], unknown_from}.

    `source` is published (the installed table) or added; from `unknown_from` on only weekends count as rest days.
    """
    added = calendar_of(ws).extra
    years = sorted({*range(FIRST_PUBLISHED_YEAR, last_published_year() + 1), *added})
    rows = []
    for year in years:
        own = added.get(year)
        rows.append(
            {
                "year": year,
                "source": "added" if own else "published",
                "document": own.document if own else "",
                "holidays": [day.isoformat() for day in sorted(own.holidays)] if own else [],
                "workdays": [day.isoformat() for day in sorted(own.workdays)] if own else [],
            }
        )
    unknown = next(year for year in range(last_published_year() + 1, _LAST_YEAR + 2) if year not in added)
    return {"years": rows, "unknown_from": unknown}


@service("calendar.add", in_turn=True)
def add(ws: Workspace, job: Job, *, file: str) -> dict[str, Any]:
    """Take in a year's arrangement from a small TOML file (`year`, `document`, `holidays`, `workdays`).

    {year, document, holidays, workdays, replaced, changes}; an earlier file of the year gives way. Raises
    Refused("calendar.no_file"), Refused("calendar.file_invalid", line, problem, detail).
    """
    path = Path(file)
    with world_faults(path):
        if not path.is_file():
            raise Refused("calendar.no_file", file=str(path))
        data = path.read_bytes() if path.stat().st_size <= _MAX_FILE else b"\0"
    found = read_year(data)
    digest = hashlib.sha256(data).hexdigest()
    values = {"document": found.document, "content": data.decode(), "digest": digest}
    with ws.store.write(mark("添加节假日安排"), "typed") as write:
        known = HolidayRow.get_or_none(HolidayRow.year == found.year)
        if known is None:
            write.insert(HolidayRow, {"year": found.year, **values})
        else:
            write.update(HolidayRow, known.id, values)
        if known is None or known.digest != digest:
            detail = {"year": found.year, "digest": digest, "days": len(found.holidays | found.workdays)}
            write.audit("policy.calendar_added", f"calendar:{found.year}", detail)
    return {
        "year": found.year,
        "document": found.document,
        "holidays": len(found.holidays),
        "workdays": len(found.workdays),
        "replaced": known is not None,
        "changes": write.changes.as_dict(),
    }


def calendar_of(ws: Workspace) -> Calendar:
    """The working days as this workspace knows them."""
    with ws.store.read():
        texts = [row.content for row in HolidayRow.select()]
    years = [read_year(text.encode()) for text in texts]
    return Calendar({year.year: year for year in years})


def read_year(data: bytes) -> HolidayYear:
    """A year's arrangement from its file; raises Refused("calendar.file_invalid", line, problem, detail).

    Days lie in the year; a make-up day is a Saturday or Sunday, and no day is both.
    """
    try:
        text = data.decode("utf-8")
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _invalid(line_told(str(error)), "not_toml", str(error)) from None
    for name in ("holidays", "workdays"):
        if isinstance(raw.get(name), list):
            raw[name] = [item.isoformat() if type(item) is date else item for item in raw[name]]
    try:
        table = Table(raw, "")
        year = table.whole("year", low=FIRST_PUBLISHED_YEAR, high=_LAST_YEAR)
        document = table.text("document")
        holidays, workdays = table.texts("holidays"), table.texts("workdays")
        table.close()
    except Refused as refused:
        where = str(refused.params["where"])
        raise _invalid(Lines(text).of(where), str(refused.params["problem"]), where) from None
    if not holidays:
        raise _invalid(0, "missing", "holidays")
    off, on = frozenset(_days(text, year, holidays)), frozenset(_days(text, year, workdays))
    for day in sorted(on):
        if day in off:
            raise _invalid(_line_of(text, day.isoformat()), "duplicate", day.isoformat())
        if day.weekday() < 5:
            raise _invalid(_line_of(text, day.isoformat()), "not_a_weekend", day.isoformat())
    return HolidayYear(year, document, off, on)


def _days(text: str, year: int, given: tuple[str, ...]) -> Iterator[date]:
    seen = set()
    for item in given:
        if len(item) != len("YYYY-MM-DD") or not is_partial_date(item):
            raise _invalid(_line_of(text, item), "not_a_date", item)
        day = date.fromisoformat(item)
        if day.year != year:
            raise _invalid(_line_of(text, item), "other_year", item)
        if day in seen:
            raise _invalid(_line_of(text, item, last=True), "duplicate", item)
        seen.add(day)
        yield day


def _line_of(text: str, word: str, *, last: bool = False) -> int:
    lines = [number for number, line in enumerate(text.splitlines(), 1) if word in line]
    return lines[-1 if last else 0] if lines else 0


def _invalid(line: int, problem: str, detail: str) -> Refused:
    return Refused("calendar.file_invalid", line=line, problem=problem, detail=detail[:80])
