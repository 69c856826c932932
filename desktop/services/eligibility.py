"""Whether a firm may enter, stay, graduate, and counts as a technology SME: what the packs say, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.queries import measures as measure_queries
from db.queries import records
from desktop.services.deadlines import day_of
from desktop.services.judging import figure_behind, judge, live_packs
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import Period, today
from policy.evaluate import Subject, measures_needed
from policy.i18n import mark, tr

# Which rules of a pack answer which question: by their ids, which a later text on the same matter keeps.
_QUESTIONS = (
    ("enter", mark("可否入驻"), frozenset({"tenant-sme", "tenant-inside", "tenant-entry-age"})),
    ("stay", mark("可否继续孵化"), frozenset({"tenant-stay", "stay", "stay-limit"})),
    ("graduate", mark("可否毕业"), frozenset({"graduation"})),
    ("sme", mark("科技型中小企业"), frozenset({"size", "conditions", "score"})),
)
_SME_PACK = "tech-sme"  # the SME score's rules have common names: they count in its own packs alone
_DECIDES = ("fail", "unknown", "pass")  # one that fails decides before one that is open
_GONE = "superseded"


@service("eligibility.firm")
def firm(ws: Workspace, job: Job, *, firm: str, on: str | None = None) -> dict[str, Any]:
    """{firm, name, on, questions: [{id, title, verdict, missing, rules}]} for a day, today without one.

    `verdict` is pass, fail, unknown (a figure is missing) or none (no rule known); `missing` says what each failed or
    open rule lacks; rules are indicators with `pack` and `figures`. A text still in force goes before the one it took
    the place of. Raises Usage("record.unknown"), Refused("policy.date_invalid").
    """
    day = day_of(on)
    period = Period.parse(f"@{day.isoformat()}")
    with ws.store.read():
        record = records.resolve("firm", firm)
        name = records.title("firm", record)
        attributes = measure_queries.subject_attributes("firm", record, day)
    subject = Subject("firm", record, name, attributes)
    asked = {one for pack in live_packs(ws, "firm") for one in measures_needed(pack, subject)}
    with ws.store.read():
        figures = measure_queries.compute(asked, subject_kind="firm", subject_id=record, period=period, today=today())
    results = [result for result in judge(ws, subject, period, figures) if result["kind"] != "reference"]
    for result in results:
        result["figures"] = [figure_behind(figures[one]) for one in result["measures"] if one in figures]
    questions = [_question(name, title, ids, results) for name, title, ids in _QUESTIONS]
    return {"firm": record, "name": name, "on": day.isoformat(), "questions": questions}


def _question(name: str, title: str, ids: frozenset[str], results: list[dict[str, Any]]) -> dict[str, Any]:
    rules = [
        result for result in results if result["id"] in ids and result["pack"].startswith(_SME_PACK) == (name == "sme")
    ]
    rules = [rule for rule in rules if rule["status"] != _GONE] or rules
    verdicts = {rule["verdict"] for rule in rules}
    return {
        "id": name,
        "title": tr(title),
        "verdict": next((word for word in _DECIDES if word in verdicts), "none"),
        "missing": [_missing(rule) for rule in rules if rule["verdict"] in ("fail", "unknown")],
        "rules": rules,
    }


def _missing(rule: Mapping[str, Any]) -> str:
    return str(rule["gap"] or next(iter(rule["notes"]), "") or rule["title"])
