"""Proof of concept and pilot scale: what an award was used for, against the share that goes to front-line staff."""

from __future__ import annotations

from typing import Any

from peewee import fn

from db.models import AwardUse, PilotService, PocProject
from db.queries import records
from db.queries.rows import tuple_rows
from desktop.services.judging import judge, typed_measures
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, today
from policy.evaluate import Subject

_FRONTLINE = "S1-10"  # the clause on sharing pilot facilities, in the catalogue of rules


@service("award.uses")
def uses(ws: Workspace, job: Job, *, award: str) -> dict[str, Any]:
    """What an award was used for, in fen: {granted_fen, used_fen, frontline_fen, left_fen, rules}.

    `rules` are the clauses on the front-line share (S1（十二）), judged on these sums: they hold for the award of
    shared pilot facilities only, which the note of the clause says.
    """
    with ws.store.read():
        row = records.get("award", records.resolve("award", award))
        query = AwardUse.select(AwardUse.kind, fn.SUM(AwardUse.amount)).where(AwardUse.award == row["id"])
        sums = {kind: int(amount) for kind, amount in tuple_rows(query.group_by(AwardUse.kind))}
    used, frontline = sum(sums.values()), sums.get("frontline", 0)
    figures = typed_measures({"sharing_award_frontline": frontline, "sharing_award": used or None})
    own = own_organisation(ws)
    subject = Subject("organisation", str(own["id"]), str(own["name"]), {})
    found = judge(ws, subject, Period.parse(str(today().year)), figures, ref=_FRONTLINE)
    granted = row["amount_granted"]
    return {
        "granted_fen": granted,
        "used_fen": used,
        "frontline_fen": frontline,
        "left_fen": None if granted is None else granted - used,
        "rules": found,
    }


@service("pilot.year")
def year(ws: Workspace, job: Job, *, year: int | None = None) -> dict[str, Any]:
    """The year's proof of concept and pilot services: {year, selected, passed, support_fen, capital_fen, services,
    clients, fee_fen}; sums leave blanks out and say how many in `blanks`."""
    when = Period.parse(str(year or today().year))
    with ws.store.read():
        projects = [row for row in PocProject.select() if row.selected_on and when.contains(row.selected_on)]
        done = [row for row in PilotService.select() if when.contains(row.starts_on)]
    return {
        "year": when.text,
        "selected": len(projects),
        "passed": sum(row.conclusion == "passed" for row in projects),
        "support_fen": sum(row.support_amount or 0 for row in projects),
        "capital_fen": sum(row.private_capital or 0 for row in projects),
        "services": len(done),
        "clients": len({row.client_id for row in done}),
        "fee_fen": sum(row.fee or 0 for row in done),
        "blanks": sum(row.support_amount is None for row in projects) + sum(row.fee is None for row in done),
    }
