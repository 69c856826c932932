"""What was handed in by whichever way and came back: by telephone, on paper, in another system."""

from __future__ import annotations

from typing import Any

from db.models import Delivery, Package, ReturnNote, Round, Submission
from db.queries.rows import dict_rows
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace


@service("submission.returned")
def returned(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """Returned by telephone, on paper, in another system: [{id, what, round, words, place, due_on}], soonest due first.

    `words`, `place` and `due_on` are of the latest note not yet answered, "" where there is none. A package that a
    server sent back stands in `delivery.list`; one whose correction has gone out asks for nothing more.
    """
    with ws.store.read():
        told = Delivery.select(Delivery.package).where(Delivery.state == "rejected")
        gone = Package.select(Package.replaces).join(Submission, on=(Submission.package == Package.id))
        gone = gone.where(Package.replaces.is_null(False), Submission.state.not_in(("draft", "to_report")))
        handled = Submission.package.is_null() | (Submission.package.not_in(told) & Submission.package.not_in(gone))
        back = (Submission.state == "returned", handled, Submission.archived == 0)
        rows = dict_rows(Submission.select().where(*back))
        titles = {row["id"]: row["title"] for row in dict_rows(Round.select())}
        open_notes = ReturnNote.select().where(ReturnNote.answered_on.is_null()).order_by(ReturnNote.received_on)
        notes = {row["submission"]: row for row in dict_rows(open_notes)}
    found = [
        {
            "id": row["id"],
            "what": row["what"],
            "round": titles.get(row["round"], ""),
            **{name: notes.get(row["id"], {}).get(name) or "" for name in ("words", "place", "due_on")},
        }
        for row in rows
    ]
    return sorted(found, key=lambda row: (row["due_on"] or "9", row["what"]))
