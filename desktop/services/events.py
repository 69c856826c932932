"""Events: what followed from what was shown, and how the year's events count."""

from __future__ import annotations

from typing import Any

from db.models import Achievement, CoOwner, Event, EventItem, EventPerson, Need
from db.queries import measures as measure_queries
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from desktop.services.newcase import open_case
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, today
from policy.errors import Refused
from policy.i18n import mark

_HELD = ("host", "organiser")


@service("event.begin_case", in_turn=True)
def begin_case(ws: Workspace, job: Job, *, item: str) -> dict[str, Any]:
    """Open a case from an item shown at an event: {case, changes}; what the item names takes part in it.

    A need leads a demand case, everything else a supply case. Raises Refused("event.has_case", case).
    """
    with ws.store.write(mark("由路演项目建案"), "typed") as write:
        row = records.get("event_item", records.resolve("event_item", item))
        if row["case"]:
            raise Refused("event.has_case", case=records.title("case", row["case"]))
        case = open_case(
            ws,
            write,
            title=row["title"],
            track="demand" if row["need"] and not row["achievement"] else "supply",
            parties=_parties(row),
            achievements=[row["achievement"]] if row["achievement"] else [],
            needs=[row["need"]] if row["need"] else [],
            origin="event",
            event=row["event"],
        )
        write.update(EventItem, row["id"], {"case": case})
    return {"case": case, "changes": write.changes.as_dict()}


def _parties(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Who owns the result, who needs it, the firm that stood there."""
    found: list[tuple[str, str]] = []
    if row["achievement"]:
        owner = Achievement.get_by_id(row["achievement"]).owner_id
        others = tuple_rows(CoOwner.select(CoOwner.owner).where(CoOwner.achievement == row["achievement"]))
        found += [(one, "owner") for one in (owner, *(other[0] for other in others)) if one]
    if row["need"] and (asks := Need.get_by_id(row["need"]).owner_id):
        found.append((asks, "buyer"))
    if row["firm"]:
        found.append((row["firm"], "buyer" if row["achievement"] else "owner"))
    return found


@service("event.summary")
def summary(ws: Workspace, job: Job, *, event: str) -> dict[str, Any]:
    """What stands behind one event: {people, signed, firms, investors, items, cases, counts, filed}.

    `counts` says whether it counts as held by us (host or organiser), `filed` whether it was filed before it began.
    """
    with ws.store.read():
        row = records.get("event", records.resolve("event", event))
        people = dict_rows(EventPerson.select().where(EventPerson.event == row["id"]))
        items = dict_rows(EventItem.select().where(EventItem.event == row["id"]))
    roles = [one["role"] for one in people]
    return {
        "people": len(people),
        "signed": sum(bool(one["signed"]) for one in people),
        "firms": roles.count("firm"),
        "investors": roles.count("investor"),
        "items": len(items),
        "cases": sorted({one["case"] for one in items if one["case"]}),
        "counts": row["our_role"] in _HELD,
        "filed": None if not row["filed_with"] else bool(row["filed_on"] and row["filed_on"] <= row["starts_on"]),
    }


@service("event.year")
def year(ws: Workspace, job: Job, *, year: int | None = None) -> dict[str, Any]:
    """The year's events: {year, all, held, border, filed, intents, cases}; `held` is the measure `events_held`."""
    when = Period.parse(str(year or today().year))
    own = str(own_organisation(ws)["id"])
    with ws.store.read():
        held = measure_queries.compute(
            {"events_held"}, subject_kind="organisation", subject_id=own, period=when, today=today()
        )["events_held"]
        rows = [row for row in dict_rows(Event.select()) if when.contains(row["starts_on"]) is not False]
        ids = [row["id"] for row in rows]
        query = EventItem.select(EventItem.case).where(EventItem.event.in_(ids), EventItem.case.is_null(False))
        cases = {row[0] for row in tuple_rows(query)}
    return {
        "year": when.text,
        "all": len(rows),
        "held": None if held.value is None else int(held.value),
        "border": len(held.border),
        "filed": sum(bool(row["filed_on"]) for row in rows),
        "intents": sum(row["intent_count"] or 0 for row in rows),
        "cases": len(cases),
    }
