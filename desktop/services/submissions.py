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
        handled = Submission.package.is_null() | (
            Submission.package.not_in(told) & Submission.package.not_in(corrected())
        )
        back = (Submission.state == "returned", handled, Submission.archived == 0)
        rows = dict_rows(Submission.select().where(*back))
        titles = {row["id"]: row["title"] for row in dict_rows(Round.select())}
        notes = _open_notes()
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


def corrected() -> set[str]:
    """Packages whose correction has gone out: what came back with them asks for nothing more. The caller holds the
    store's lock."""
    gone = Package.select(Package.replaces).join(Submission, on=(Submission.package == Package.id))
    gone = gone.where(Package.replaces.is_null(False), Submission.state.not_in(("draft", "to_report")))
    return {row["replaces"] for row in dict_rows(gone)}


def sent_back() -> dict[str, dict[str, str]]:
    """Packages whose line of the register says returned: {words: the latest not yet answered, next_step: correct, or
    receipt where there is a correction}. The caller holds the store's lock."""
    lines = dict_rows(Submission.select().where(Submission.state == "returned", Submission.package.is_null(False)))
    notes = _open_notes() if lines else {}
    replaced = {row["replaces"] for row in dict_rows(Package.select(Package.replaces))} if lines else set()
    return {
        row["package"]: {
            "words": str(notes.get(row["id"], {}).get("words") or ""),
            "next_step": "receipt" if row["package"] in replaced else "correct",
        }
        for row in lines
    }


def called(package: Package) -> str:
    """What a package is, beginning with the round it was made for: books of one form have one title. The caller holds
    the store's lock."""
    made_for = package.application.round
    return f"{made_for.title} · {package.title}" if made_for else str(package.title)


def _open_notes() -> dict[str, dict[str, Any]]:
    """The latest note of return not yet answered, by line of the register."""
    notes = ReturnNote.select().where(ReturnNote.answered_on.is_null()).order_by(ReturnNote.received_on)
    return {row["submission"]: row for row in dict_rows(notes)}
