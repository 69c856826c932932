"""What was typed and not yet saved, kept in the store alone: it survives a crash and a lock and is nowhere in clear."""

from __future__ import annotations

from typing import Any

import peewee

from db.models import Draft
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kinds
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.i18n import mark


@service("draft.keep")
def keep(ws: Workspace, job: Job, *, drafts: dict[str, dict[str, Any]]) -> None:
    """Keep drafts of the person who has opened the workspace: {key: {at: ms of the typing, texts: {name: text}}}.

    Without texts a draft is forgotten. Requests run side by side: one typed earlier never replaces one typed later,
    so what is forgotten leaves an empty row, which the next opening removes. No history: a draft is no record.
    """
    own = _own(ws)
    with ws.store.write(mark("草稿")):
        for key, draft in drafts.items():
            Draft.insert(key=own + key, operator=ws.store.operator, at=draft["at"], texts=draft["texts"]).on_conflict(
                conflict_target=[Draft.key],
                update={"at": peewee.EXCLUDED.at, "texts": peewee.EXCLUDED.texts},
                where=peewee.EXCLUDED.at > Draft.at,
            ).execute()


@service("draft.list")
def listing(ws: Workspace, job: Job, *, tidy: bool = False) -> dict[str, Any]:
    """This person's drafts, oldest first: {newest: ms, drafts: [{key, at, texts, kind, record, title}]}.

    `newest` is the time of the last typing known, forgotten drafts included: what is kept next must be later, whatever
    the clock says. `tidy`, for the opening when nothing else is under way, removes the empty rows. A draft has `kind`
    "" where it belongs to no record, and a `title` where its record is still there.
    """
    own = _own(ws)
    with ws.store.write(mark("草稿")), ws.store.read() as connection:
        rows = [row for row in dict_rows(Draft.select().order_by(Draft.at)) if row["key"].startswith(own)]
        if tidy:
            forgotten = [(row["key"],) for row in rows if not row["texts"]]
            connection.executemany('DELETE FROM "draft" WHERE "key" = ?', forgotten)
        return {
            "newest": max((row["at"] for row in rows), default=0),
            "drafts": [_described(row, row["key"].removeprefix(own)) for row in rows if row["texts"]],
        }


def _described(row: dict[str, Any], key: str) -> dict[str, Any]:
    kind, _, record = key.partition(":")
    known = kind in kinds()
    # a record that was deleted or merged since has no form any more: its draft is shown without a title
    title = records.titles(kind, [record]).get(record, "") if known and not record.startswith("new") else ""
    return {
        "key": key,
        "at": row["at"],
        "texts": row["texts"],
        "kind": kind if known else "",
        "record": record if known else "",
        "title": title,
    }


def _own(ws: Workspace) -> str:
    """What the keys of this person's drafts begin with: two persons may have typed in the same record."""
    return f"{ws.store.operator or ''}/"
