"""The dates that are coming: what a firm, a case, a certificate or the organisation must not miss, with the clause."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from db.models import Case, Evidence, Qualification, Round, Tenancy
from db.queries import measures as measure_queries
from db.queries import records
from db.queries.rows import tuple_rows
from desktop.services.policies import packs
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, is_partial_date, latest
from policy.evaluate import Subject, evaluate
from policy.i18n import tr
from policy.results import IndicatorResult

_OVERDUE = 60  # days a missed date stays in sight


def coming(ws: Workspace, day: date, days: int) -> list[dict[str, Any]]:
    """[{due, days_left, title, clause, source, status, kind, id, record_title}], soonest first."""
    last = day + timedelta(days=days)
    first = day - timedelta(days=_OVERDUE)
    found = [*_by_rules(ws, day), *_by_records(ws)]
    rows = []
    for item in found:
        due = date.fromisoformat(item["due"])
        if first <= due <= last:
            rows.append({**item, "days_left": (due - day).days})
    rows.sort(key=lambda row: (row["due"], row["title"], row["record_title"]))
    return rows


def _by_rules(ws: Workspace, day: date) -> list[dict[str, Any]]:
    """Deadlines that follow from a pack's rules for the firms inside and for the organisation itself."""
    found: list[dict[str, Any]] = []
    period = Period.parse(f"@{day.isoformat()}")
    own = own_organisation(ws)
    with ws.store.read():
        inside = tuple_rows(Tenancy.select(Tenancy.firm).where(Tenancy.status == "incubating"))
        firms = sorted({row[0] for row in inside})
        groups = {
            "organisation": {str(own["id"]): str(own["name"])},
            "firm": records.titles("firm", firms),
        }
        for pack, _ in packs(ws).values():
            for kind, names in groups.items():
                rules = {rule.id for rule in pack.rules if rule.kind == "deadline" and rule.subject == kind}
                attributes = measure_queries.attributes_of(kind, list(names), day) if rules else {}
                for record, known in attributes.items():
                    judged = Subject(kind, record, names[record], known)
                    for result in evaluate(pack, subject=judged, period=period, measures={}):
                        if result.id in rules and len(result.due) == 10 and result.verdict != "pass":
                            found.append(_by_rule(result, kind, record, names[record]))
    return found


def _by_rule(result: IndicatorResult, kind: str, record: str, name: str) -> dict[str, Any]:
    return _item(result.due, result.title, result.clause, result.source, result.status, kind, record, name)


def _by_records(ws: Workspace) -> list[dict[str, Any]]:
    """Dates that stand in the records themselves: next steps, certificates and papers running out, rounds."""
    found: list[dict[str, Any]] = []

    def add(due: str, title: str, kind: str, record: str, name: str) -> None:
        found.append(_item(due, title, "", "", "", kind, record, name))

    with ws.store.read():
        for case in Case.select().where(Case.next_on.is_null(False), Case.outcome == "open"):
            add(case.next_on, case.next_action or tr("下一步"), "case", case.id, case.title)
        held = list(Qualification.select().where(Qualification.valid_until.is_null(False)))
        leases = list(Tenancy.select().where(Tenancy.lease_to.is_null(False), Tenancy.status == "incubating"))
        names = records.titles("firm", [row.firm_id for row in (*held, *leases)])
        what = records.titles("qualification", [row.id for row in held])
        for row in held:
            title = tr("{kind}到期", kind=what.get(row.id, ""))
            add(row.valid_until, title, "firm", row.firm_id, names.get(row.firm_id, ""))
        for lease in leases:
            add(lease.lease_to, tr("孵化协议到期"), "firm", lease.firm_id, names.get(lease.firm_id, ""))
        for paper in Evidence.select().where(Evidence.valid_until.is_null(False), Evidence.state == "valid"):
            add(paper.valid_until, tr("佐证到期"), "evidence", paper.id, paper.title)
        for notice in Round.select().where(Round.steps.is_null(False)):
            for step in notice.steps:
                if isinstance(step, dict) and is_partial_date(str(step.get("due", ""))[:10]):
                    add(str(step["due"])[:10], str(step.get("name", "")), "round", notice.id, notice.title)
    return found


def _item(
    due: str, title: str, clause: str, source: str, status: str, kind: str, record: str, record_title: str
) -> dict[str, Any]:
    """A coarse date is due on its last day."""
    return {
        "due": latest(due).isoformat(),
        "title": title,
        "clause": clause,
        "source": source,
        "status": status,
        "kind": kind,
        "id": record,
        "record_title": record_title,
    }
