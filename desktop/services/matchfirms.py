"""What fits a firm by its own words: results and experts ranked by its main product, and the case that begins there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from db.models import Achievement, Case, CaseAchievement, CaseParty, CoOwner, Person
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from desktop.services.matchexperts import expert_sides, person_facts
from desktop.services.matchsides import Board, board, kept_back, names_of
from desktop.services.matchwords import in_words
from desktop.services.newcase import open_case
from desktop.services.ranking import Pool, Side, lexicon, ranked, read_terms
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Refused, Usage
from policy.i18n import mark

Row = dict[str, Any]
# what stands in every scope of business says nothing of the firm's own
_EVERYBODYS = re.compile(r"[(（][^()（）]*[)）]|(?:一般|许可)(?:经营)?项目|技术(?:服务|开发|咨询|交流|转让|推广)")
_FINDS = frozenset({"achievement", "person"})


@service("match.firm")
def for_firm(ws: Workspace, job: Job, *, firm: str, find: str = "achievement", limit: int | None = 20) -> Row:
    """Rank results or experts (`find` achievement or person) for a firm by its main product, or where that is blank by
    its scope of business: {subject: {kind, id, title}, why, by, rows, nda, closed}, as `match.run` answers of a need.

    Only what everybody may compare is compared, and nothing of the firm's own. A row is {firm, firm_title, achievement
    or person with its title, owner, district, score, reasons, said, case}; `case` is one the two are already in. `by`
    names the field whose words were compared, `why` is "no_text" where there are none. Nothing is stored. Raises
    Usage("record.unknown" | "match.no_pair").
    """
    if find not in _FINDS:
        raise Usage("match.no_pair")
    with ws.store.read():
        record = records.resolve("firm", firm)
        own = records.get("firm", record)
        held = board()
        asks, by = _side(own, held)
        people = expert_sides(held)
        if find == "person":
            about = [people[one] for one in people.keys() - _own_people(record)]
        else:
            about = [held.sides[one] for one in (held.results.keys() & held.sides.keys()) - _own_results(record)]
        pool = Pool([*held.sides.values(), *people.values()])
        found = ranked(pool, ((asks, side) for side in about))[:limit] if asks is not None else []
        begun = _begun(record)
        if find == "person":
            facts = person_facts([side.id for _firm, side, _fit in found])
        else:
            owners = {side.id: held.results[side.id]["owner"] or "" for _firm, side, _fit in found}
            called = records.titles("organisation", owners.values())
            facts = {key: (held.results[key]["title"], called.get(owner, "")) for key, owner in owners.items()}
    rows = [
        {
            "firm": record,
            "firm_title": own["name"],
            find: side.id,
            f"{find}_title": facts[side.id][0],
            "owner": facts[side.id][1],
            "district": side.district,
            "score": fit.score,
            "reasons": list(fit.reasons),
            "said": in_words(fit.reasons),
            "case": begun.get(side.id) or begun.get(_title(own["name"], facts[side.id][0]), ""),
        }
        for _firm, side, fit in found
    ]
    return {
        "subject": {"kind": "firm", "id": record, "title": own["name"]},
        "why": "" if asks is not None else "no_text",
        "by": by,
        "rows": rows,
        **kept_back([] if find == "person" else held.results.values(), held.sides),
    }


@service("match.begin", in_turn=True)
def begin(
    ws: Workspace, job: Job, *, firm: str, achievement: str = "", person: str = "", track: str = "demand"
) -> dict[str, Any]:
    """Begin the case of a firm with a result or with an expert, with the parties, in one operation: {case, changes}.

    Raises Refused("match.has_case" | "record.classified"), Usage("match.no_pair" | "match.bad_track" |
    "record.unknown").
    """
    if bool(achievement) == bool(person):
        raise Usage("match.no_pair")
    if track not in ("demand", "supply"):
        raise Usage("match.bad_track", track=track[:20])
    with ws.store.write(mark("由企业成案"), "typed") as write:
        record = records.resolve("firm", firm)
        kind, other = ("achievement", achievement) if achievement else ("person", person)
        found = records.get(kind, records.resolve(kind, other))
        title = _title(records.title("firm", record), found["title"] if achievement else found["name"])
        known = _begun(record)
        if case := known.get(found["id"]) or known.get(title):
            raise Refused("match.has_case", case=records.get("case", case)["no"])
        if achievement:
            others = dict_rows(CoOwner.select().where(CoOwner.achievement == found["id"]))
            parties = [(owner, "owner") for owner in (found["owner"], *(one["owner"] for one in others)) if owner]
        else:
            parties = [(found["org"], "inventors")] if found["org"] and found["org"] != record else []
        case = open_case(
            ws,
            write,
            title=title,
            track=track,
            parties=[(record, "buyer"), *parties],
            achievements=[found["id"]] if achievement else [],
        )
    return {"case": case, "changes": write.changes.as_dict()}


def _own_people(firm: str) -> set[str]:
    return {row[0] for row in tuple_rows(Person.select(Person.id).where(Person.org == firm))}


def _own_results(firm: str) -> set[str]:
    """The results that the firm owns, alone or with others."""
    alone = Achievement.select(Achievement.id).where(Achievement.owner == firm)
    shared = CoOwner.select(CoOwner.achievement).where(CoOwner.owner == firm)
    return {row[0] for row in (*tuple_rows(alone), *tuple_rows(shared))}


def _title(firm: str, other: str) -> str:
    return f"{firm} × {other}"


def _side(own: Mapping[str, Any], held: Board) -> tuple[Side | None, str]:
    """The firm as what asks, and the field its words come from; None where it says nothing of what it does."""
    words = lexicon()
    district, zone = held.places.get(own["id"], ("", ""))
    field, clusters = own["tech_field"] or "", names_of(own["cluster"])
    for name, weight in (("main_product", words.text("title")), ("business_scope", 1.0)):
        text = _EVERYBODYS.sub(" ", own[name] or "")
        side = Side(own["id"], own["name"], [(weight, text)], field, clusters, district=district, zone=zone)
        read_terms(side)
        if side.terms:
            return side, name
    return None, ""


def _begun(firm: str) -> dict[str, str]:
    """The cases the firm takes part in, by result and by title; the caller holds the store's lock."""
    cases = [row[0] for row in tuple_rows(CaseParty.select(CaseParty.case).where(CaseParty.party == firm))]
    linked = CaseAchievement.select(CaseAchievement.achievement, CaseAchievement.case)
    about = dict(tuple_rows(linked.where(CaseAchievement.case.in_(cases))))
    return {**dict(tuple_rows(Case.select(Case.title, Case.id).where(Case.id.in_(cases)))), **about}
