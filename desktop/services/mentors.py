"""Mentors' terms and the firms they look after: assigned, ended, and who is without a mentor."""

from __future__ import annotations

from typing import Any

from db.models import Mentoring, MentorTerm
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.torchyear import holds, members
from desktop.services.workspace import Workspace
from policy.dates import earliest, today
from policy.errors import Refused
from policy.i18n import mark, tr


@service("mentor.terms")
def terms(ws: Workspace, job: Job, *, carrier: str) -> dict[str, Any]:
    """{carrier, terms, without}: the terms of a carrier with their firms, those in force first, and the tenants that
    nobody looks after today.

    terms [{id, mentor, name, starts_on, ends_on, now, firms: [{id, firm, name, starts_on, ends_on, now}]}],
    without [{id, name}].
    """
    day = today()
    with ws.store.read():
        place = records.resolve("carrier", carrier)
        rows = list(dict_rows(MentorTerm.select().where(MentorTerm.carrier == place).order_by(MentorTerm.starts_on)))
        ids = [row["id"] for row in rows]
        links = list(dict_rows(Mentoring.select().where(Mentoring.mentor_term.in_(ids)).order_by(Mentoring.starts_on)))
        inside = members(place, day.year).inside
        people = records.titles("person", [row["mentor"] for row in rows])
        firms = records.titles("firm", {*(link["firm"] for link in links), *inside})
    told, looked_after = [], set()
    for row in rows:
        now = holds(row["starts_on"], row["ends_on"], day)
        theirs = []
        for link in links:
            if link["mentor_term"] == row["id"]:
                current = now and holds(link["starts_on"], link["ends_on"], day)
                looked_after |= {link["firm"]} if current else set()
                theirs.append(
                    {
                        "id": link["id"],
                        "firm": link["firm"],
                        "name": firms.get(link["firm"], ""),
                        "starts_on": link["starts_on"],
                        "ends_on": link["ends_on"],
                        "now": current,
                    }
                )
        told.append(
            {
                "id": row["id"],
                "mentor": row["mentor"],
                "name": people.get(row["mentor"], ""),
                "starts_on": row["starts_on"],
                "ends_on": row["ends_on"],
                "now": now,
                "firms": theirs,
            }
        )
    without = [{"id": firm, "name": firms.get(firm, "")} for firm in inside if firm not in looked_after]
    told.sort(key=lambda one: (not one["now"], one["name"]))
    return {"carrier": place, "terms": told, "without": sorted(without, key=lambda one: one["name"])}


@service("mentor.assign", in_turn=True)
def assign(ws: Workspace, job: Job, *, term: str, firms: list[str], on: str = "") -> dict[str, Any]:
    """A mentor looks after firms from a day on (today without): {ids, warnings, changes}; who has the mentor already
    is left as it is, and a day outside the term is a warning."""
    day = _day(ws, "starts_on", on)
    with ws.store.write(mark("安排导师"), "typed") as write:
        record = records.resolve("mentor_term", term)
        row = records.get("mentor_term", record)
        open_links = {
            link["firm"]
            for link in dict_rows(
                Mentoring.select().where(Mentoring.mentor_term == record, Mentoring.ends_on.is_null())
            )
        }
        wanted = [records.resolve("firm", firm) for firm in firms]
        made = [
            write.insert(Mentoring, {"mentor_term": record, "firm": firm, "starts_on": day})
            for firm in wanted
            if firm not in open_links
        ]
    outside = not holds(row["starts_on"], row["ends_on"], earliest(day))
    warnings = [tr("{day} 不在这位导师的聘期内。", day=day)] if outside else []
    return {"ids": made, "warnings": warnings, "changes": write.changes.as_dict()}


@service("mentor.end", in_turn=True)
def end(ws: Workspace, job: Job, *, id: str, on: str = "") -> dict[str, Any]:
    """A mentor no longer looks after a firm, from the day after: {id, changes}. Raises Refused("mentoring.ended")."""
    day = _day(ws, "ends_on", on)
    with ws.store.write(mark("结束辅导关系"), "typed") as write:
        record = records.resolve("mentoring", id)
        known = records.get("mentoring", record)["ends_on"]
        if known:
            raise Refused("mentoring.ended", day=known)
        write.update(Mentoring, record, {"ends_on": day})
    return {"id": record, "changes": write.changes.as_dict()}


def _day(ws: Workspace, name: str, text: str) -> str:
    return str(typed_values(ws, kind_info("mentoring"), {name: text or today().isoformat()})[0][name])
