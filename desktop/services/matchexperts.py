"""Experts for a need: people ranked by the results they completed and what they advise on, with the same reasons."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from db.models import Completer, MentorTerm, NeedMatch, Person
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from desktop.services.matchsides import Board, board
from desktop.services.matchwords import in_words
from desktop.services.ranking import Fit, Pool, Side, ranked
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Refused

Row = dict[str, Any]


@service("match.experts")
def experts(ws: Workspace, job: Job, *, need: str, limit: int | None = 20) -> Row:
    """Rank people for a need: {subject: {kind, id, title}, why, rows, nda, closed}, as `match.run` answers of results.

    A row is {need, need_title, person, person_title, owner, district, score, reasons, said, decision, reason, case};
    what was rejected comes last. Of their results only what everybody may compare speaks for them; `nda` and `closed`
    are 0. Nothing is stored. Raises Usage("record.unknown").
    """
    with ws.store.read():
        record = records.resolve("need", need)
        own = records.get("need", record)
        held = board()
        people = _sides(held)
        known = {row["person"]: row for row in dict_rows(NeedMatch.select().where(NeedMatch.need == record))}
        asks = held.sides.get(record)
        pool = Pool([*held.sides.values(), *people.values()])
        found = ranked(pool, ((asks, side) for side in people.values())) if asks is not None else []
        names = records.titles("person", [side.id for _need, side, _fit in found])
        units = dict(tuple_rows(Person.select(Person.id, Person.org)))
        owners = records.titles("organisation", [one for one in units.values() if one])
    rows = []
    for asking, side, fit in found:
        before = known.get(side.id, {})
        rows.append(
            {
                "id": before.get("id", ""),
                "need": asking.id,
                "need_title": asking.title,
                "person": side.id,
                "person_title": names.get(side.id, ""),
                "owner": owners.get(units.get(side.id) or "", ""),
                "district": side.district,
                "score": fit.score,
                "reasons": list(fit.reasons),
                "said": in_words(fit.reasons),
                "decision": before.get("decision", "open"),
                "reason": before.get("reason") or "",
                "case": before.get("case") or "",
            }
        )
    first = [row for row in rows if row["decision"] != "rejected"][:limit]
    return {
        "subject": {"kind": "need", "id": record, "title": own["title"]},
        "why": "" if asks is not None else "archived" if own["archived"] else _level(own),
        "rows": [*first, *(row for row in rows if row["decision"] == "rejected")],
        "nda": 0,
        "closed": 0,
    }


def expert_fit(held: Board, need: str, person: str) -> Fit | None:
    """How a person fits a need as things stand; None where nothing may be compared or is in common. The caller holds
    the store's lock. Raises Refused("match.no_expert") for one of whose work nothing is known."""
    people = _sides(held)
    if person not in people:
        raise Refused("match.no_expert")
    asks = held.sides.get(need)
    return None if asks is None else Pool([*held.sides.values(), *people.values()]).fit(asks, people[person])


def _level(own: Row) -> str:
    return "nda" if own["disclosure_level"] == "nda" else "closed"


def _sides(held: Board) -> dict[str, Side]:
    """Who has completed a result or advises firms, as a side to compare; the caller holds the store's lock."""
    texts: dict[str, list[tuple[float, str]]] = defaultdict(list)
    fields: dict[str, Counter[str]] = defaultdict(Counter)
    clusters: dict[str, set[str]] = defaultdict(set)
    for person, result in tuple_rows(Completer.select(Completer.person, Completer.achievement)):
        if (side := held.sides.get(result)) is not None:
            texts[person] += side.texts
            clusters[person] |= side.clusters
            if side.tech_field:
                fields[person][side.tech_field] += 1
    terms = MentorTerm.select(MentorTerm.mentor, MentorTerm.note).where(MentorTerm.note.is_null(False))
    for person, note in tuple_rows(terms):
        texts[person].append((1.0, note))
    alive = Person.select().where(Person.archived == 0, Person.erased_on.is_null())
    made = {}
    for row in dict_rows(alive):
        if texts.get(row["id"]):
            district, zone = held.places.get(row["org"] or "", ("", ""))
            field = fields[row["id"]].most_common(1)
            made[row["id"]] = Side(
                row["id"], row["name"], texts[row["id"]], field[0][0] if field else "",
                frozenset(clusters[row["id"]]), district=district, zone=zone,
            )  # fmt: skip
    return made
