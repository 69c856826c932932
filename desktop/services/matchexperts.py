"""Experts: people ranked for a need by the results they completed and what they advise on, and needs for a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from db.models import Completer, MentorTerm, NeedMatch, Person
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from desktop.services.matchsides import OPEN_STATES, Board, board, kept_back
from desktop.services.matchwords import in_words
from desktop.services.ranking import Fit, Pool, Side, ranked
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Refused, Usage

Row = dict[str, Any]


@service("match.experts")
def experts(ws: Workspace, job: Job, *, need: str = "", person: str = "", limit: int | None = 20) -> Row:
    """Rank people for a need, or the open needs for a person: {subject: {kind, id, title}, why, rows, nda, closed}, as
    `match.run` answers of results; `why` is "no_work" for a person of whose work nothing may be compared.

    A row is {need, need_title, person, person_title, owner, district, score, reasons, said, decision, reason, case};
    what was rejected comes last. Of their results only what everybody may compare speaks for them. `nda` and `closed`
    count the needs that were not compared; of people nobody is kept back. Nothing is stored. Raises
    Usage("record.unknown" | "match.one_subject").
    """
    if bool(need) == bool(person):
        raise Usage("match.one_subject")
    kind = "need" if need else "person"
    with ws.store.read():
        record = records.resolve(kind, need or person)
        own = records.get(kind, record)
        held = board()
        people = expert_sides(held)
        decided = dict_rows(
            NeedMatch.select().where(getattr(NeedMatch, kind) == record, NeedMatch.person.is_null(False))
        )
        known = {(row["need"], row["person"]): row for row in decided}
        if kind == "need":
            needs, about = [record], list(people.values())
        else:
            needs = [key for key, row in held.needs.items() if row["state"] in OPEN_STATES or (key, record) in known]
            about = [people[record]] if record in people else []
        pool = Pool([*held.sides.values(), *people.values()])
        found = ranked(pool, ((held.sides[one], side) for one in needs if one in held.sides for side in about))
        rows = _shown(held, found, known)
    first = [row for row in rows if row["decision"] != "rejected"][:limit]
    return {
        "subject": {"kind": kind, "id": record, "title": own["title" if kind == "need" else "name"]},
        "why": _why(own, kind, known=record in held.sides if kind == "need" else bool(about)),
        "rows": [*first, *(row for row in rows if row["decision"] == "rejected")],
        **kept_back([] if kind == "need" else [held.needs[one] for one in needs], held.sides),
    }


def _shown(held: Board, found: list[tuple[Side, Side, Fit]], known: dict[tuple[str, str], Row]) -> list[Row]:
    """The pairs with what was decided on them; `owner` is the person's unit. The caller holds the store's lock."""
    people = person_facts([side.id for _need, side, _fit in found])
    rows = []
    for asking, side, fit in found:
        before = known.get((asking.id, side.id), {})
        rows.append(
            {
                "id": before.get("id", ""),
                "need": asking.id,
                "need_title": asking.title,
                "person": side.id,
                "person_title": people[side.id][0],
                "owner": people[side.id][1],
                "district": side.district,
                "score": fit.score,
                "reasons": list(fit.reasons),
                "said": in_words(fit.reasons),
                "decision": before.get("decision", "open"),
                "reason": before.get("reason") or "",
                "case": before.get("case") or "",
            }
        )
    return rows


def person_facts(people: list[str]) -> dict[str, tuple[str, str]]:
    """Name and unit of these people; the caller holds the store's lock."""
    names = records.titles("person", people)
    units = dict(tuple_rows(Person.select(Person.id, Person.org)))
    owners = records.titles("organisation", [unit for one in people if (unit := units.get(one))])
    return {one: (names.get(one, ""), owners.get(units.get(one) or "", "")) for one in people}


def expert_fit(held: Board, need: str, person: str) -> Fit | None:
    """How a person fits a need as things stand; None where nothing may be compared or is in common. The caller holds
    the store's lock. Raises Refused("match.no_expert") for one of whose work nothing is known."""
    people = expert_sides(held)
    if person not in people:
        raise Refused("match.no_expert")
    asks = held.sides.get(need)
    return None if asks is None else Pool([*held.sides.values(), *people.values()]).fit(asks, people[person])


def _why(own: Row, kind: str, *, known: bool) -> str:
    """Why the subject cannot be compared; blank where it can."""
    if known:
        return ""
    if own["archived"]:
        return "archived"
    if kind == "person":
        return "no_work"
    return "nda" if own["disclosure_level"] == "nda" else "closed"


def working_people() -> list[str]:
    """Who has completed a result or advises firms with a note on what; the caller holds the store's lock."""
    noted = MentorTerm.select(MentorTerm.mentor).where(MentorTerm.note.is_null(False))
    known = {row[0] for row in (*tuple_rows(Completer.select(Completer.person)), *tuple_rows(noted))}
    return [row[0] for row in tuple_rows(_alive(Person.select(Person.id))) if row[0] in known]


def _alive(people: Any) -> Any:
    return people.where(Person.archived == 0, Person.erased_on.is_null())


def expert_sides(held: Board) -> dict[str, Side]:
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
    made = {}
    for row in dict_rows(_alive(Person.select())):
        if texts.get(row["id"]):
            district, zone = held.places.get(row["org"] or "", ("", ""))
            field = fields[row["id"]].most_common(1)
            made[row["id"]] = Side(
                row["id"], row["name"], texts[row["id"]], field[0][0] if field else "",
                frozenset(clusters[row["id"]]), district=district, zone=zone,
            )  # fmt: skip
    return made
