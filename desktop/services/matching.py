"""Matching of needs and results: ranked with reasons, kept as matches; a person accepts (a case begins) or rejects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from db.models import NeedMatch
from db.queries import records
from db.queries.rows import dict_rows
from desktop.services.matchsides import OPEN_STATES, Board, board, kept_back
from desktop.services.matchwords import in_words
from desktop.services.ranking import Fit, Pool, Side, ranked
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Usage
from policy.i18n import mark, tr

_LATER = frozenset({"rejected"})  # decisions that put a pair behind all others
Row = dict[str, Any]


@service("match.run")
def run(
    ws: Workspace,
    job: Job,
    *,
    need: str | None = None,
    achievement: str | None = None,
    of: str | None = None,
    limit: int | None = 20,
    keep: bool = True,
) -> dict[str, Any]:
    """Rank results for a need, needs for a result, or results for every open need; `keep` stores the best as matches.
    `of` is a need or a result, whichever is found.

    {subject: {kind, id, title}, why, rows, nda, closed, changes}; a row is {id, need, need_title, achievement,
    achievement_title, owner, district, score, reasons, said, decision, reason, case}. `why` is blank, or why the
    subject itself cannot be compared: closed, nda, classified, archived. `nda` and `closed` count what was not compared
    for the same cause. What was rejected comes last, at most `limit` others before it. Of all needs the answer is
    {needs, pairs, changes}. Raises Usage("record.unknown" | "match.one_subject").
    """
    if len([given for given in (need, achievement, of) if given]) > 1:
        raise Usage("match.one_subject")
    with ws.store.read():
        kind, record = _either(of) if of else ("need", need) if need else ("achievement", achievement or "")
        record = records.resolve(kind, record) if record else ""
        held = board()
        known = _known()
        own = records.get(kind, record) if record else {}
    pool = Pool(held.sides.values())
    if not record:
        return _all(ws, job, held, pool, known, limit, keep=keep)
    others = held.results if kind == "need" else {
        key: row for key, row in held.needs.items() if row["state"] in OPEN_STATES or (key, record) in known
    }  # fmt: skip
    found = ranked(pool, _pairs(held, record, others, kind))
    shown, changes = _shown(ws, held, found, known, limit), {}
    if keep:
        changes = _keep(ws, [row for row in shown if row["decision"] != "rejected"], known, held, record)
        with ws.store.read():
            ids = {(row["need"], row["achievement"]): row["id"] for row in _known().values()}
        for row in shown:
            row["id"] = ids.get((row["need"], row["achievement"]), "")
    return {
        "subject": {"kind": kind, "id": record, "title": own["title"]},
        "why": "" if record in held.sides or shown else _why_not(own),
        "rows": shown,
        **kept_back(others.values(), held.sides),
        "changes": changes,
    }


def _why_not(row: Row) -> str:
    """Why a need or result cannot be compared."""
    for why in ("archived", "classified"):
        if row.get(why):
            return why
    return "nda" if row["disclosure_level"] == "nda" else "closed"


def _either(given: str) -> tuple[str, str]:
    """The need of that id or name, else the result; raises Usage("record.unknown")."""
    try:
        return "need", records.resolve("need", given)
    except Usage:
        return "achievement", records.resolve("achievement", given)


def _pairs(held: Board, record: str, others: Iterable[str], kind: str) -> Iterable[tuple[Side, Side]]:
    for other in others:
        pair = held.pair(record, other) if kind == "need" else held.pair(other, record)
        if pair is not None:
            yield pair


def _all(
    ws: Workspace,
    job: Job,
    held: Board,
    pool: Pool,
    known: dict[tuple[str, str], Row],
    limit: int | None,
    *,
    keep: bool,
) -> dict[str, Any]:
    wanted = [record for record, row in held.needs.items() if row["state"] in OPEN_STATES]
    kept: list[Row] = []
    for place, record in enumerate(wanted):
        job.check()
        job.progress(place, len(wanted), tr("比对需求"))
        found = ranked(pool, _pairs(held, record, held.results, "need"))
        kept += [row for row in _shown(ws, held, found, known, limit) if row["decision"] != "rejected"]
    changes = _keep(ws, kept, known, held, "") if keep else {}
    return {"needs": len(wanted), "pairs": len(kept), "changes": changes}


def fit_of(held: Board, need: str, achievement: str) -> Fit | None:
    """How a pair fits as things stand; None where it may not be compared or has nothing in common."""
    pair = held.pair(need, achievement)
    return None if pair is None else Pool(held.sides.values()).fit(*pair)


def _known() -> dict[tuple[str, str], Row]:
    """The matches on record, by (need, result); the caller holds the store's lock."""
    query = NeedMatch.select().where(NeedMatch.achievement.is_null(False), NeedMatch.archived == 0)
    return {(row["need"], row["achievement"]): row for row in dict_rows(query)}


def _shown(
    ws: Workspace,
    held: Board,
    found: Iterable[tuple[Side, Side, Fit]],
    known: dict[tuple[str, str], Row],
    limit: int | None,
) -> list[Row]:
    """The best, with what was decided on them; what was rejected after all others, however well it fits."""
    first: list[Row] = []
    last: list[Row] = []
    for need, result, fit in found:
        before = known.get((need.id, result.id), {})
        row = {
            "id": before.get("id", ""),
            "need": need.id,
            "need_title": need.title,
            "achievement": result.id,
            "achievement_title": result.title,
            "owner": held.results[result.id]["owner"] or "",
            "district": result.district,
            "score": fit.score,
            "reasons": list(fit.reasons),
            "said": in_words(fit.reasons),
            "decision": before.get("decision", "open"),
            "reason": before.get("reason") or "",
            "case": before.get("case") or "",
        }
        (last if row["decision"] in _LATER else first).append(row)
    rows = [*first[:limit], *last]
    with ws.store.read():
        owners = records.titles("organisation", [row["owner"] for row in rows])
    for row in rows:
        row["owner"] = owners.get(row["owner"], "")
    return rows


def _keep(ws: Workspace, rows: list[Row], known: dict[tuple[str, str], Row], held: Board, only: str) -> dict[str, Any]:
    """Store the best as matches to be looked at; those waiting that may not be compared any more go, with their
    reasons, which quote what is no longer disclosed. `only` limits that to one need or result."""
    fresh = [
        {name: row[name] for name in ("need", "achievement", "score", "reasons")}
        for row in rows
        if (row["need"], row["achievement"]) not in known
    ]
    with ws.store.write(mark("匹配"), "typed") as write:
        for row in rows:
            before = known.get((row["need"], row["achievement"]))
            if before is not None and before["decision"] in ("open", "proposed"):
                write.update(NeedMatch, before["id"], {"score": row["score"], "reasons": row["reasons"]})
        for row in fresh:
            write.insert(NeedMatch, {**row, "decision": "open"})
        for (need, result), before in known.items():
            waiting = before["decision"] == "open" and (not only or only in (need, result))
            if waiting and held.pair(need, result) is None:
                write.delete(NeedMatch, before["id"])
    return write.changes.as_dict()


@service("match.show")
def show(ws: Workspace, job: Job, *, id: str) -> Row:
    """A match on record with its reasons in words: {id, need, need_title, achievement, achievement_title, score, said,
    decision, reason, case}. Raises Usage("record.unknown")."""
    with ws.store.read():
        row = records.get("match", records.resolve("match", id))
        needs, results = (records.titles(kind, [row[kind] or ""]) for kind in ("need", "achievement"))
    return {
        **{name: row[name] for name in ("id", "need", "achievement", "score", "decision", "case")},
        "need_title": needs.get(row["need"], ""),
        "achievement_title": results.get(row["achievement"], ""),
        "said": in_words(row["reasons"] or ()),
        "reason": row["reason"] or "",
    }
