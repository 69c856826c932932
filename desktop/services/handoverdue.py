"""Results a university owes by the close of their projects and nobody entered for the hand-over yet."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from db.models import Achievement, HandoverItem, ResearchProject
from db.queries import measures as measure_queries
from db.queries.rows import dict_rows, tuple_rows
from desktop.services.holidays import calendar_of
from desktop.services.judging import live_packs
from desktop.services.workspace import Workspace
from policy.dates import Period, add_months, today
from policy.evaluate import Subject, evaluate

# entries of the catalogue of rules, and the basis a hand-over item names
_BASES = {"S0-04": "before_close", "S0-05": "after_close"}
_LOOKED_BACK = 12  # months: what was due longer ago is no business of this month's list
_DONE = frozenset({"handed_on", "exempt"})


def owed(ws: Workspace, university: str, when: Period) -> list[dict[str, Any]]:
    """[{achievement, title, project, basis, due, clause, status}], soonest first: results without any hand-over item
    whose project's day, by the policies in force, lies in the month or up to a year before it."""
    with ws.store.read():
        query = ResearchProject.select(ResearchProject.id, ResearchProject.name)
        names = dict(tuple_rows(query.where(ResearchProject.unit == university, ResearchProject.archived == 0)))
        attributes = measure_queries.attributes_of("research_project", list(names), when.ends_on)
        entered = HandoverItem.select(HandoverItem.achievement)
        results: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in dict_rows(
            Achievement.select().where(
                Achievement.project.in_(list(names)),
                Achievement.archived == 0,
                Achievement.classified == 0,
                Achievement.id.not_in(entered),
            )
        ):
            if row["service_kind"] != "non_service":  # theirs is encouraged, and no duty
                results[row["project"]].append(row)
    first, last = add_months(when.starts_on, -_LOOKED_BACK).isoformat(), when.ends_on.isoformat()
    at, calendar = Period.parse(f"@{last}"), calendar_of(ws)
    found: dict[str, dict[str, Any]] = {}
    for ref, basis in _BASES.items():
        for pack in live_packs(ws, "research_project", ref=ref):
            for project, group in results.items():
                held = {name: value for name, value in attributes[project].items() if name not in _DONE}
                subject = Subject("research_project", project, names[project], held)
                for told in evaluate(pack, subject=subject, period=at, measures={}, today=today(), calendar=calendar):
                    if len(told.due) == 10 and first <= told.due <= last:
                        for row in group:
                            found.setdefault(row["id"], _owed(row, names[project], basis, told))
    return sorted(found.values(), key=lambda one: (one["due"], one["title"], one["achievement"]))


def _owed(row: dict[str, Any], project: str, basis: str, told: Any) -> dict[str, Any]:
    return {
        "achievement": row["id"],
        "title": row["title"],
        "project": project,
        "basis": basis,
        "due": told.due,
        "clause": told.clause,
        "status": told.status,
    }
