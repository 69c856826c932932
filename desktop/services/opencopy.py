"""Evidence opened with another program: a clear copy made on purpose, noted in the audit log, and removed again."""

from __future__ import annotations

from functools import partial
from typing import Any

from db.queries import records
from desktop.runtime.copies import Copies, place
from desktop.services.registry import Job, service, session_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace
from policy.i18n import mark

_COPIES = Copies()


@session_service("evidence.outside_place")
def outside_place(session: Session, job: Job) -> dict[str, Any]:
    """Where a clear copy would lie, before it is made: {folder, in_memory}."""
    folder, in_memory = place()
    return {"folder": str(folder), "in_memory": in_memory}


@service("evidence.open_outside")
def open_outside(ws: Workspace, job: Job, *, id: str) -> dict[str, Any]:
    """Make a clear copy for another program to show, and note who did: {file, copies, changes}.

    The copy is read-only, in a private folder, and goes with `evidence.close_outside` or the end of this process.
    """
    with ws.store.read():
        row = records.get("evidence", records.resolve("evidence", id))
    with ws.store.write(mark("用其他程序打开")) as write:
        write.audit("evidence.opened_outside", f"evidence:{row['id']}", {"digest": row["digest"]})
    file = _COPIES.add(row["file_name"], partial(ws.evidence.copy_to, row["blob"]))
    return {"file": str(file), "copies": len(_COPIES.files()), "changes": write.changes.as_dict()}


@session_service("evidence.close_outside")
def close_outside(session: Session, job: Job) -> dict[str, Any]:
    """Remove the clear copies: {copies} that another program still holds open."""
    return {"copies": len(remove_copies())}


def remove_copies() -> list[str]:
    """Remove the clear copies of this process; returns those that could not be."""
    return [str(path) for path in _COPIES.remove()]
