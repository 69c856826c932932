"""Warnings on research integrity: a grade below standard, a score at or under zero. They warn and never block."""

from __future__ import annotations

from typing import Any

from db.models import Organisation
from db.queries import measures as measure_queries
from db.queries.rows import tuple_rows
from desktop.services.judging import judge, live_packs
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import Period, today
from policy.evaluate import Subject, measures_needed
from policy.i18n import spaced

_REF = "S1-20"  # in the catalogue of rules


@service("integrity.list")
def warnings(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """[{kind, id, name, title, text, clause, source, status, verified}] of organisations whose record is below a rule.

    Only organisations with something on record are looked at; nothing is said of a blank.
    """
    return below(ws)


def below(ws: Workspace) -> list[dict[str, Any]]:
    """See `integrity.list`."""
    recorded = Organisation.integrity_grade.is_null(False) | Organisation.integrity_score.is_null(False)
    with ws.store.read():
        names = dict(tuple_rows(Organisation.select(Organisation.id, Organisation.name).where(recorded)))
        attributes = measure_queries.attributes_of("organisation", list(names))
    period = Period.parse(f"@{today().isoformat()}")
    found = []
    for record, known in attributes.items():
        subject = Subject("organisation", record, names[record], {**known, **_in_words(known)})
        asked = {name for pack in live_packs(ws, "organisation", ref=_REF) for name in measures_needed(pack, subject)}
        with ws.store.read():
            figures = measure_queries.compute(
                asked, subject_kind="organisation", subject_id=record, period=period, today=today()
            )
        for result in judge(ws, subject, period, figures, ref=_REF):
            if result["verdict"] == "fail":
                said = {name: result[name] for name in ("title", "clause", "source", "status", "verified")}
                text = spaced(names[record], result["title"], result["clause"], result["source"])
                found.append({"kind": "organisation", "id": record, "name": names[record], "text": text, **said})
    return found


def _in_words(known: dict[str, str]) -> dict[str, str]:
    """A grade that is recorded in words may say whether it reaches the standard; other grades say nothing here."""
    grade = known.get("integrity_grade", "")
    if "不达标" in grade:
        return {"integrity_standard": "0"}
    return {"integrity_standard": "1"} if "达标" in grade else {}
