"""What was handed in by whichever way and came back: by telephone, on paper, in another system."""

from __future__ import annotations

from typing import Any

from db.models import ReturnNote, Round, Submission
from db.queries.rows import dict_rows
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace


@service("submission.returned")
def returned(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """Returned and handed in without a package of ours: [{id, what, round, words, place, due_on}], soonest due first.

    `words`, `place` and `due_on` are of the latest note not yet answered, "" where there is none; a package that was
    sent back stands in `delivery.list`.
    """
    back = (Submission.state == "returned", Submission.package.is_null(), Submission.archived == 0)
    with ws.store.read():
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
