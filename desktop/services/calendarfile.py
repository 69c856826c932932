"""Deadlines as a calendar file (.ics): all-day events or events at their hour, with a reminder a week before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.files import whole_file
from desktop.services.deadlines import coming, day_of
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import CHINA
from policy.i18n import bracketed, labelled, spaced, tr

if TYPE_CHECKING:
    from icalendar import Event

_REMIND = timedelta(days=-7)
_STEP = timedelta(minutes=1)  # a later file counts as newer by its minutes since this day
_COUNTED_FROM = datetime(2020, 1, 1, tzinfo=UTC)
# whose title is a person's name: it stays on this computer
_OF_PERSONS = frozenset({"person", "person_flow", "distribution_line"})
_DAYS = 400


@service("deadlines.ics")
def write(ws: Workspace, job: Job, *, file: str, on: str | None = None, days: int = _DAYS) -> dict[str, Any]:
    """Write what is due within `days` of `on` to a calendar file: {file, events}.

    Each deadline keeps its UID, so that importing a later file moves events instead of doubling them.
    """
    rows = [row for row in coming(ws, day_of(on), days) if row["days_left"] >= 0]
    data = as_calendar(rows, now=datetime.now(UTC))
    with whole_file(Path(file)) as out:
        out.write(data)
    return {"file": file, "events": len(rows)}


def as_calendar(rows: Iterable[Mapping[str, Any]], *, now: datetime) -> bytes:
    """The bytes of the file for rows as `deadlines.list` answers them; `now` (UTC) is when it was written."""
    # imported late: the library takes longer to load than everything else here
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Fuzhuan Desk//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", tr("孵转台期限"))
    for row in rows:
        calendar.add_component(_event(row, now))
    return bytes(calendar.to_ical())


def _event(row: Mapping[str, Any], now: datetime) -> Event:
    from icalendar import Alarm, Event

    day = date.fromisoformat(row["due"])
    event = Event()
    event.add("uid", f"{hashlib.sha256(row['key'].encode()).hexdigest()[:32]}@fuzhuan-desk")
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("sequence", (now - _COUNTED_FROM) // _STEP)
    name = "" if row["kind"] in _OF_PERSONS else row["record_title"]
    title = labelled(row["title"], name) if name else row["title"]
    if row["hour"]:
        # in UTC, which every calendar shows in its own time: no table of zones has to come along
        at = datetime.combine(day, time.fromisoformat(row["hour"]), CHINA).astimezone(UTC)
        event.add("dtstart", at)
        event.add("dtend", at)
        title = bracketed(title, row["hour"])
    else:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", title)
    if row["clause"] or row["source"]:
        unverified = "" if row["verified"] else tr("（数值未核实）")
        event.add("description", spaced(row["clause"], row["source"], unverified))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", _REMIND)
    event.add_component(alarm)
    return event
