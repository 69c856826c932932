"""Hours of training: of a session by its time, of a person by what was attended, per module and per calendar year."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from db.models import Attendance, Person, Programme, ProgrammeHours, Session
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from desktop.services.registry import Job, service
from desktop.services.training import class_people
from desktop.services.workspace import Workspace
from policy.dates import Period, today

HOUR_SCALE = 100  # of the fields that hold hours
AWAY = frozenset({"leave", "absent"})
_CLOCK = re.compile(r"(?:.*[ T])?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?")
_WORDS = re.compile(r"(?:(\d+(?:\.\d+)?)(?:小时|时|h))?(?:(\d+(?:\.\d+)?)(?:分钟|分|min|m))?(?:(\d+)(?:秒钟|秒|s))?")


def clock_minutes(text: str | None) -> Fraction | None:
    """Minutes since midnight of `9:05`, `09:05:30` or `2026-03-10 09:05`; None where it cannot be read."""
    found = _CLOCK.fullmatch(unicodedata.normalize("NFKC", text or "").strip())
    if not found:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    return Fraction(hour * 60 + minute) + Fraction(second, 60) if hour < 25 and minute < 60 and second < 60 else None


def duration_minutes(text: str) -> Fraction | None:
    """Minutes of `80`, `80分钟`, `1小时20分`, `1:20:00` (hours, minutes, seconds); None where it cannot be read."""
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace(" ", "")
    parts = plain.split(":")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        return Fraction(int(parts[0]) * 60 + int(parts[1])) + Fraction(int(parts[2]), 60)
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return Fraction(plain)
    found = _WORDS.fullmatch(plain)
    if not plain or not found:
        return None
    hours, minutes, seconds = (Fraction(part or 0) for part in found.groups())
    return hours * 60 + minutes + seconds / 60


def union_minutes(spans: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    """Minutes covered by stays that may overlap: who came in with two devices was there once."""
    total, reached = Fraction(0), Fraction(-1)
    for begin, end in sorted(spans):
        if end > reached:
            total += end - max(begin, reached)
            reached = end
    return total


def session_minutes(session: Mapping[str, Any]) -> Fraction | None:
    """How long a session lasts by its times; None where they are open or run backwards."""
    begin, end = clock_minutes(session["starts_at"]), clock_minutes(session["ends_at"])
    return end - begin if begin is not None and end is not None and end > begin else None


def session_hours(session: Mapping[str, Any], hour_minutes: int) -> Fraction | None:
    """A session's hours: those typed, else its time ÷ the minutes of an hour; None where neither is known."""
    if session["hours"] is not None:
        return Fraction(session["hours"], HOUR_SCALE)
    length = session_minutes(session)
    return None if length is None or hour_minutes <= 0 else length / hour_minutes


def attended_hours(state: str, minutes: int | None, session: Mapping[str, Any], hour_minutes: int) -> Fraction | None:
    """What one person gets for a session: nothing for leave or absence, all of it where nobody timed the person, else
    the share of its time, never more than the session has. None where the session's hours are not known."""
    if state in AWAY:
        return Fraction(0)
    whole, length = session_hours(session, hour_minutes), session_minutes(session)
    if minutes is None:
        return whole
    if whole is None:
        return Fraction(minutes, hour_minutes) if hour_minutes > 0 else None
    if length is None:
        return min(whole, Fraction(minutes, hour_minutes)) if hour_minutes > 0 else whole
    return whole * min(Fraction(1), Fraction(minutes) / length)


def told(hours: Fraction | None) -> str:
    """Hours with at most two digits, rounded down: what is not quite reached is not shown as reached."""
    if hours is None:
        return ""
    hundredths = hours.numerator * HOUR_SCALE // hours.denominator
    return f"{hundredths // HOUR_SCALE}.{hundredths % HOUR_SCALE:02}".rstrip("0").rstrip(".")


def required_hours(programme: str) -> dict[str, Fraction]:
    """Module → the hours a class asks for; nothing where none are set. The caller holds the store's lock."""
    query = ProgrammeHours.select(ProgrammeHours.module, ProgrammeHours.hours).where(
        ProgrammeHours.programme == programme
    )
    return {module: Fraction(hours, HOUR_SCALE) for module, hours in tuple_rows(query)}


def class_hours(course: Mapping[str, Any]) -> tuple[dict[str, dict[str, Fraction]], int]:
    """Person → module → hours attended in a class, and how many marks count for nothing because the session's hours
    are not known. The caller holds the store's lock."""
    found: dict[str, dict[str, Fraction]] = {}
    unknown = 0
    for row in _marks(Session.programme == course["id"]):
        hours = attended_hours(row["state"], row["minutes"], row, course["hour_minutes"])
        unknown += hours is None
        modules = found.setdefault(row["person"], {})
        modules[row["module"]] = modules.get(row["module"], Fraction(0)) + (hours or 0)
    return found, unknown


def _marks(condition: Any) -> list[dict[str, Any]]:
    query = Attendance.select(
        Attendance.person, Attendance.state, Attendance.minutes, Session.module, Session.starts_at, Session.ends_at,
        Session.hours, Session.happened_on, Session.programme,
    ).join(Session, on=(Attendance.session == Session.id)).where(condition)  # fmt: skip
    return dict_rows(query)


@service("training.hours")
def hours(ws: Workspace, job: Job, *, programme: str, short_only: bool = False) -> dict[str, Any]:
    """Hours by person and module against what the class asks for.

    {programme, name, hour_minutes, modules: [{module, label, planned, required}], people: [{person, name, org_name,
    group_name, hours: {module: h}, total, missing: {module: h}, short}], unset, untimed, marks_without_hours}. Hours
    are decimals as text. Where a class sets no required hours (`unset`) nobody is short. `untimed` are sessions whose
    hours are not known; `short_only` leaves out who has enough.
    """
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
        sessions = dict_rows(Session.select().where(Session.programme == course["id"]))
        required = required_hours(course["id"])
        attended, lost = class_hours(course)
        listed = class_people(course["id"])
    planned: dict[str, Fraction] = {}
    untimed = 0
    for session in sessions:
        length = session_hours(session, course["hour_minutes"])
        untimed += length is None
        planned[session["module"]] = planned.get(session["module"], Fraction(0)) + (length or 0)
    found = []
    for person in listed:
        own = attended.get(person["id"], {})
        missing = missing_hours(own, required)
        if short_only and not missing:
            continue
        found.append(
            {
                "person": person["id"],
                "name": person["name"],
                "org_name": person["org_name"],
                "group_name": person["group_name"],
                "hours": {module: told(value) for module, value in own.items()},
                "total": told(sum(own.values(), Fraction(0))),
                "missing": {module: _up(value) for module, value in missing.items()},
                "short": _up(sum(missing.values(), Fraction(0))) if missing else "",
            }
        )
    modules = [
        {
            "module": choice.code,
            "label": choice.shown,
            "planned": told(planned.get(choice.code)),
            "required": told(required.get(choice.code)),
        }
        for choice in kind_info("session").field("module").choices
        if choice.code in planned or choice.code in required
    ]
    return {
        "programme": course["id"],
        "name": course["name"],
        "hour_minutes": course["hour_minutes"],
        "modules": modules,
        "people": found,
        "unset": not required,
        "untimed": untimed,
        "marks_without_hours": lost,
    }


def missing_hours(own: Mapping[str, Fraction], required: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Module → hours still missing; modules that are complete are left out."""
    return {
        module: wanted - own.get(module, Fraction(0))
        for module, wanted in required.items()
        if own.get(module, Fraction(0)) < wanted
    }


def _up(hours: Fraction) -> str:
    """Missing hours are rounded up: a thousandth short is still short."""
    hundredths = -(-hours.numerator * HOUR_SCALE // hours.denominator)
    return told(Fraction(hundredths, HOUR_SCALE))


@service("training.short")
def short(ws: Workspace, job: Job, *, programme: str) -> dict[str, Any]:
    """Who is short of what: `training.hours` with only those people."""
    return hours(ws, job, programme=programme, short_only=True)


@service("training.year_hours")
def year_hours(ws: Workspace, job: Job, *, year: str = "", person: str = "") -> list[dict[str, Any]]:
    """Hours by person in a calendar year, by the days of the sessions: [{person, name, total, continuing, classes}].

    `continuing` are those of continuing-education classes. Raises Usage("policy.period_invalid").
    """
    when = Period.parse(year or str(today().year))
    first, last = str(when.starts_on)[:4], str(when.ends_on)[:4]
    with ws.store.read():
        condition = (Session.happened_on >= first) & (Session.happened_on < str(int(last) + 1))
        if person:
            condition &= Attendance.person == records.resolve("person", person)
        rows = _marks(condition)
        courses = {row["id"]: row for row in dict_rows(Programme.select())}
        names = dict(
            tuple_rows(Person.select(Person.id, Person.name).where(Person.id.in_({row["person"] for row in rows})))
        )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        course = courses[row["programme"]]
        got = attended_hours(row["state"], row["minutes"], row, course["hour_minutes"]) or Fraction(0)
        own = found.setdefault(row["person"], {"total": Fraction(0), "continuing": Fraction(0), "classes": {}})
        own["total"] += got
        own["continuing"] += got if course["p_kind"] == "continuing" else 0
        own["classes"][course["name"]] = None
    return [
        {
            "person": record,
            "name": names[record],
            "total": told(own["total"]),
            "continuing": told(own["continuing"]),
            "classes": list(own["classes"]),
        }
        for record, own in sorted(found.items(), key=lambda item: (names[item[0]], item[0]))
    ]
