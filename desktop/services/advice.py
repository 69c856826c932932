"""What would change an evaluation: for each rule the fewest steps of one figure, and the records at its border."""

from __future__ import annotations

from typing import Any

from db.queries import measures as measure_queries
from db.queries import records
from desktop.services.choices import choice_attributes
from desktop.services.evaluation import own_shares, subject_of
from desktop.services.holidays import calendar_of
from desktop.services.policies import pack_by_id
from desktop.services.registry import Job, service
from desktop.services.scores import SelfScores
from desktop.services.workspace import Workspace
from policy.advice import Change, changes
from policy.dates import Period, today
from policy.evaluate import Subject, attributes_needed, measures_needed
from policy.i18n import tr
from policy.measures import MEASURES, shown, shown_unit
from policy.pack import Rule
from policy.results import MeasureValue
from policy.rules.common import with_unit

_BORDER = 12  # records named; more belong in the list of border rows


@service("evaluation.advice")
def advice(ws: Workspace, job: Job, *, pack: str, period: str, subject: str | None = None) -> list[dict[str, Any]]:
    """What alone would make a failed rule pass, bring points, or break one that only just passes.

    [{rule, title, near, measure, text, border: [{kind, id, title, date, value}]}], in the pack's order; parameters and
    faults as of `evaluation.run`.
    """
    found, _ = pack_by_id(ws, pack)
    when = Period.parse(period)
    kind, record = subject_of(ws, found, subject)
    with ws.store.read():
        attributes = measure_queries.subject_attributes(kind, record, when.ends_on)
        if kind != "organisation" or record == ws.store.setting("organisation"):
            attributes.update(own_shares(found, when, attributes_needed(found, kind)))
        scores = SelfScores(found, when.text, f"{kind}:{record}").attributes()
        name = records.title(kind, record)
    judged = Subject(kind, record, name, {**attributes, **choice_attributes(ws, when, judged_by=found), **scores})
    with ws.store.read():
        values = measure_queries.compute(
            measures_needed(found, judged), subject_kind=kind, subject_id=record, period=when, today=today()
        )
    calendar = calendar_of(ws)
    rows = []
    for rule in found.rules:
        job.check()
        if rule.subject == kind:
            made = changes(found, rule, subject=judged, period=when, measures=values, today=today(), calendar=calendar)
            rows += [_row(rule, change, values[change.measure]) for change in made]
    return rows


def _row(rule: Rule, change: Change, value: MeasureValue) -> dict[str, Any]:
    measure = MEASURES[change.measure]
    steps = abs(change.delta)
    amount = with_unit(shown(steps, measure.unit, measure.decimals, apart_from=0), shown_unit(measure.unit))
    return {
        "rule": rule.id,
        "title": str(rule.title),
        "near": change.near,
        "measure": change.measure,
        "text": _text(measure.title(), amount, change, fact=measure.is_fact),
        "border": [
            {"kind": row.kind, "id": row.id, "title": row.title, "date": row.date, "value": row.value}
            for row in value.border[:_BORDER]
        ],
    }


def _text(name: str, amount: str, change: Change, *, fact: bool) -> str:
    if fact:
        return tr("「{name}」为“{answer}”即符合", name=name, answer=tr("是") if change.delta > 0 else tr("否"))
    if change.near:
        if change.delta < 0:
            return tr("刚好符合：「{name}」再少 {amount} 就不符合", name=name, amount=amount)
        return tr("刚好符合：「{name}」再多 {amount} 就不符合", name=name, amount=amount)
    outcome = tr("即符合") if change.verdict == "pass" else tr("得分可到 {score}", score=change.score)
    if change.delta < 0:
        return tr("「{name}」再少 {amount}，{outcome}", name=name, amount=amount, outcome=outcome)
    return tr("「{name}」再有 {amount}，{outcome}", name=name, amount=amount, outcome=outcome)
