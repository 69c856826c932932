"""What could be awarded for a period: every award rule that applies, as an upper limit, with figure and marks."""

from __future__ import annotations

from typing import Any

from peewee import JOIN

from db.models import Brokerage, Case, CaseBroker, Contract
from db.queries import measures as measure_queries
from db.queries.rows import dict_rows
from desktop.services.choices import choice_attributes
from desktop.services.holidays import calendar_of
from desktop.services.judging import figure_behind, live_packs
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import Period, today
from policy.evaluate import Subject, evaluate, measures_needed
from policy.i18n import tr
from policy.rules.award import Award

_SUBJECTS = ("organisation", "carrier")
_AWARD = frozenset({"award"})


@service("estimate.run")
def run(ws: Workspace, job: Job, *, period: str) -> dict[str, Any]:
    """Every award that may be due to us, our carriers and the universities we serve: {period, rows, excluded}.

    A row is {subject_kind, subject_id, subject, title, value, unit, up_to, max_fen (None: unknown), cap, notes,
    figures, clause, source, status, verified, pack, rule, alternatives}; `alternatives` names rules of the same entry,
    of which one at most is paid. Nothing is summed. `excluded` are deals that count once only, or not: [{kind, id,
    title, why}]. Raises Usage("policy.period_invalid").
    """
    when = Period.parse(period)
    with ws.store.read():
        candidates = measure_queries.subjects(_SUBJECTS)
    chosen, calendar = choice_attributes(ws, when), calendar_of(ws)
    rows: list[dict[str, Any]] = []
    for kind in _SUBJECTS:
        names = {record: name for one, record, name in candidates if one == kind}
        with ws.store.read():
            known = measure_queries.attributes_of(kind, list(names), when.ends_on)
        for pack in live_packs(ws, kind, rule_kinds=_AWARD, when=when):
            for record, attributes in known.items():
                subject = Subject(kind, record, names[record], {**chosen, **attributes})
                with ws.store.read():
                    figures = measure_queries.compute(
                        measures_needed(pack, subject),
                        subject_kind=kind, subject_id=record, period=when, today=today(),
                    )  # fmt: skip
                for result in evaluate(
                    pack, subject=subject, period=when, measures=figures, today=today(), calendar=calendar
                ):
                    rule = pack.rule(result.id)
                    rows.append(
                        {
                            "subject_kind": kind,
                            "subject_id": record,
                            "subject": names[record],
                            "pack": pack.id,
                            "rule": result.id,
                            "ref": rule.ref,
                            "title": result.title,
                            "value": result.value,
                            "unit": result.unit,
                            "up_to": isinstance(rule.body, Award) and rule.body.up_to,
                            "max_fen": result.award_max_fen,
                            "cap": result.cap,
                            "notes": list(result.notes),
                            "figures": [figure_behind(figures[name]) for name in result.measures if name in figures],
                            "clause": result.clause,
                            "source": result.source,
                            "status": result.status,
                            "verified": result.verified,
                        }
                    )
    for row in rows:
        row["alternatives"] = [
            other["title"]
            for other in rows
            if other is not row
            and row["ref"]
            and other["ref"] == row["ref"]
            and other["subject_id"] == row["subject_id"]
        ]
    rows.sort(key=lambda row: -(row["max_fen"] or 0))  # what there may be money for, first
    return {"period": when.text, "rows": rows, "excluded": _excluded(ws, when)}


def _excluded(ws: Workspace, when: Period) -> list[dict[str, str]]:
    """Brokered deals of the period that an agency and a broker may not both claim, and deals with a related party."""
    query = (
        Brokerage.select(
            Contract.id, Contract.name, Contract.registered_on, Contract.signed_on, Contract.case, Case.related_party
        )
        .join(Contract, on=(Brokerage.contract == Contract.id))
        .join(Case, JOIN.LEFT_OUTER, on=(Contract.case == Case.id))
        .order_by(Contract.name)
    )
    with ws.store.read():
        deals = dict_rows(query)
        personal = {row["case"] for row in dict_rows(CaseBroker.select(CaseBroker.case))}
    found = []
    for deal in deals:
        day = deal["registered_on"] or deal["signed_on"]
        if not day or when.contains(day) is False:
            continue
        if deal["related_party"]:
            why = tr("关联交易，一般不计入促成业绩，请核对当年通知")
        elif deal["case"] in personal:
            why = tr("同一合同只能由机构或经纪人个人申报一次")
        else:
            continue
        found.append({"kind": "contract", "id": deal["id"], "title": deal["name"], "why": why})
    return found
