"""Blank sign-in sheets as documents: of one session, of a whole class, of an event; names as enrolled, no numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from db.queries import records
from db.schema import kind_info
from desktop.services.attendance import sheet as attendance_sheet
from desktop.services.documents import document
from desktop.services.registry import Job
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import today
from policy.i18n import spaced, tr

_SPARE = 5  # lines for who comes unannounced: to a class, whose people are admitted before
_LINES = 30  # lines an event's sheet has at least


@document("sign-in")
def write_session(ws: Workspace, job: Job, record: str, out: BinaryIO, options: Mapping[str, Any]) -> None:
    """The sheet of one session."""
    with ws.store.read():
        programme = str(records.get("session", record)["programme"])
    _write_class(ws, job, programme, out, record)


@document("class-sign-in")
def write_class(ws: Workspace, job: Job, record: str, out: BinaryIO, options: Mapping[str, Any]) -> None:
    """The sheets of all sessions, each on pages of its own."""
    _write_class(ws, job, record, out)


@document("event-sign-in")
def write_event(ws: Workspace, job: Job, record: str, out: BinaryIO, options: Mapping[str, Any]) -> None:
    """The sheet of an event: who is registered, and lines for who is not."""
    with ws.store.read():
        event = records.get("event", record)
        rows = records.rows("event_person", records.ids("event_person", where={"event": record})[::-1])
        who = {one["id"]: one for one in records.rows("person", [row["person"] for row in rows if row["person"]])}
        homes = {row["id"]: row["organisation"] or who.get(str(row["person"]), {}).get("org") for row in rows}
        names = records.titles("organisation", [home for home in homes.values() if home])
    days = "—".join(dict.fromkeys(day for day in (event["starts_on"], event["ends_on"]) if day))
    facts = [(tr("活动"), event["title"]), (tr("时间"), days), (tr("地点"), event["place"] or "")]
    people = [
        {
            "name": who.get(str(row["person"]), {}).get("name", ""),
            "org": names.get(str(homes[row["id"]]), ""),
            "group": "",
        }
        for row in rows
    ]
    sheets = [{"facts": facts, "people": people, "spare": max(_SPARE, _LINES - len(people))}]
    _write(ws, tr("活动签到表"), str(event["title"]), sheets, out)


def _write_class(ws: Workspace, job: Job, programme: str, out: BinaryIO, session: str = "") -> None:
    told = attendance_sheet(ws, job, programme=programme)
    modules = {choice.code: choice.shown for choice in kind_info("session").field("module").choices}
    with ws.store.read():
        places = {row["id"]: row for row in records.rows("session", [one["id"] for one in told["sessions"]])}
        lecturers = records.titles("person", [row["lecturer"] for row in places.values() if row["lecturer"]])
    people = [{"name": one["name"], "org": one["org_name"], "group": one["group_name"]} for one in told["people"]]
    sheets = []
    for one in told["sessions"]:
        if session and one["id"] != session:
            continue
        row = places[one["id"]]
        span = "—".join(part for part in (one["from"], one["to"]) if part)
        facts = [
            (tr("培训班"), told["name"]),
            (tr("时间"), spaced(one["date"], span)),
            (tr("地点"), row["place"] or ""),
            (tr("课程"), spaced(modules.get(one["module"], ""), one["topic"])),
            (tr("授课人"), lecturers.get(row["lecturer"], "")),
        ]
        sheets.append({"facts": facts, "people": people, "spare": _SPARE})
    _write(ws, tr("签到表"), told["name"], sheets, out)


def _write(ws: Workspace, title: str, subject: str, sheets: Sequence[Mapping[str, Any]], out: BinaryIO) -> None:
    from exports.pdf.signin import write_signin

    write_signin(
        {
            "organisation": str(own_organisation(ws)["name"]),
            "sample": ws.sample,
            "made_on": today().isoformat(),
            "title": title,
            "subject": subject,
            "sheets": sheets,
        },
        out,
    )
