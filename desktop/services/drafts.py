"""What was typed and not yet saved, kept in the store alone: it survives a crash and a lock and is nowhere in clear."""

from __future__ import annotations

from typing import Any

import peewee

from db.models import Draft
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kinds
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.i18n import mark

_PART = "#"  # "quicklog#a.png" is a part of "quicklog": too large to be written again at every key, and gone with it


@service("draft.keep", in_turn=True)
def keep(ws: Workspace, job: Job, *, drafts: dict[str, dict[str, Any]]) -> None:
    """Keep drafts of the person who has opened the workspace: {key: {at: ms of the typing, texts: {name: text}}}.

    Without texts a draft is forgotten. Requests run side by side: one typed earlier never replaces one typed later,
    so what is forgotten leaves an empty row, which the next opening removes. No history: a draft is no record.
    A part `KEY#NAME` is kept as long as its draft; one that comes behind the forgetting is not kept.
    """
    own = _own(ws)
    with ws.store.write(mark("草稿")):
        for key, draft in drafts.items():
            whole, _, part = (own + key).partition(_PART)
            if part and Draft.select().where(Draft.key == whole, Draft.texts == {}, Draft.at > draft["at"]).exists():
                continue
            if not draft["texts"] and not part:
                _forget_parts(whole, draft["at"])
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
        query = Draft.select().where(~Draft.key.contains(_PART)).order_by(Draft.at)
        rows = [row for row in dict_rows(query) if row["key"].startswith(own)]
        times = tuple_rows(Draft.select(Draft.key, Draft.at))  # of parts as well: to forget comes after what is kept
        newest = max((at for key, at in times if key.startswith(own)), default=0)
        if tidy:
            forgotten = [(row["key"],) for row in rows if not row["texts"]]
            connection.executemany('DELETE FROM "draft" WHERE "key" = ?', forgotten)
            alone = [
                (key,)
                for (key,) in tuple_rows(Draft.select(Draft.key).where(Draft.key.contains(_PART)))
                if key.startswith(own) and not any(row["texts"] and key.startswith(row["key"] + _PART) for row in rows)
            ]
            connection.executemany('DELETE FROM "draft" WHERE "key" = ?', alone)
        return {
            "newest": newest,
            "drafts": [_described(row, row["key"].removeprefix(own)) for row in rows if row["texts"]],
        }


@service("draft.parts")
def parts(ws: Workspace, job: Job, *, key: str) -> dict[str, dict[str, str]]:
    """The parts of this person's draft, in the order they were kept: {name: texts}."""
    whole = _own(ws) + key + _PART
    with ws.store.read():
        rows = dict_rows(Draft.select().where(Draft.key.startswith(whole)).order_by(Draft.at))
    return {row["key"].removeprefix(whole): row["texts"] for row in rows if row["texts"]}


def _forget_parts(whole: str, at: int) -> None:
    """Remove the parts of a draft that were kept before it was forgotten."""
    for part in list(Draft.select().where(Draft.key.startswith(whole + _PART), Draft.at < at)):
        part.delete_instance()


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
