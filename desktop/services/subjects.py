"""Whom an evaluation, a figure, a score or a confirmation is of: one record, however a person names it."""

from __future__ import annotations

from db.queries import records
from desktop.services.workspace import Workspace
from policy.errors import Usage


def place_of(ws: Workspace, subject: str) -> str:
    """KIND:ID of a subject given by id, name or number; what was kept under a name would count for nobody.

    Raises Usage("policy.subject_invalid" | "kind.unknown" | "record.unknown").
    """
    kind, colon, given = subject.partition(":")
    if not colon:
        raise Usage("policy.subject_invalid", text=subject[:60])
    with ws.store.read():
        return f"{kind}:{records.resolve(kind, given)}"
