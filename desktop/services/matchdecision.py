"""What a person decides on a match: proposed, rejected with a reason, or accepted, which begins a case."""

from __future__ import annotations

from typing import Any

from db.models import Case, CaseAchievement, CaseBroker, CaseNeed, CaseParty, CoOwner, Need, NeedMatch, Operator
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.writes import Write
from desktop.services.classified import refuse_secrets
from desktop.services.matching import fit_of
from desktop.services.matchsides import OPEN_STATES, board
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import today
from policy.errors import Refused, Usage
from policy.i18n import mark

_TITLE = 200
_WHOLE = 10_000  # 100 %
_ORIGINS = frozenset({"visit", "platform", "event", "mentor"})  # sources of a need that are origins of a case, too
_TRACKS = frozenset({"demand", "supply"})


@service("match.decide")
def decide(
    ws: Workspace,
    job: Job,
    *,
    decision: str,
    id: str | None = None,
    need: str | None = None,
    achievement: str | None = None,
    reason: str = "",
    track: str = "demand",
) -> dict[str, Any]:
    """Decide on a match by its id, or on a pair that is not on record yet: {id, case, changes}.

    accepted begins a case (`track` demand or supply) with the parties, the result and the need, all in one operation;
    rejected needs a `reason`. Raises Refused("match.no_reason" | "match.has_case" | "record.bad_value"),
    Usage("match.no_pair" | "record.unknown").
    """
    words = reason.strip()
    stored, _ = typed_values(ws, kind_info("match"), {"decision": decision, "reason": words})
    code = stored["decision"]
    if code == "rejected" and not words:
        raise Refused("match.no_reason")
    if track not in _TRACKS:
        raise Usage("match.bad_track", track=track[:20])
    fit = None if id else _fit(ws, need, achievement)
    with ws.store.write(mark("处理匹配"), "typed") as write:
        record = records.resolve("match", id) if id else _entered(write, fit or {})
        row = records.get("match", record)
        if row["case"] and code != "accepted":
            raise Refused("match.has_case", case=records.title("case", row["case"]))
        values: dict[str, Any] = {"decision": code, "reason": stored["reason"] if code == "rejected" else None}
        if code == "proposed" and not row["sent_on"]:
            values["sent_on"] = today().isoformat()
        if code == "accepted" and not row["case"]:
            values["case"] = _open_case(ws, write, row, track)
        write.update(NeedMatch, record, values)
        case = values.get("case") or row["case"] or ""
    return {"id": record, "case": case, "changes": write.changes.as_dict()}


def _fit(ws: Workspace, need: str | None, achievement: str | None) -> dict[str, Any]:
    """The pair with its score and reasons as they are now; without them where the two have nothing in common."""
    if not need or not achievement:
        raise Usage("match.no_pair")
    with ws.store.read():
        pair = {"need": records.resolve("need", need), "achievement": records.resolve("achievement", achievement)}
        refuse_secrets(kind_info("match"), pair)
        fit = fit_of(board(), pair["need"], pair["achievement"])
    return pair if fit is None else {**pair, "score": fit.score, "reasons": list(fit.reasons)}


def _entered(write: Write, pair: dict[str, Any]) -> str:
    """The match of the pair, entered where it is not on record."""
    query = NeedMatch.select(NeedMatch.id).where(
        NeedMatch.need == pair["need"], NeedMatch.achievement == pair["achievement"]
    )
    known = tuple_rows(query.limit(1))
    return str(known[0][0]) if known else write.insert(NeedMatch, {**pair, "decision": "open"})


def _open_case(ws: Workspace, write: Write, row: dict[str, Any], track: str) -> str:
    """A case with whoever takes part: who owns the result, who needs it, we between them, the broker at work."""
    need = records.get("need", row["need"])
    result = records.get("achievement", row["achievement"]) if row["achievement"] else None
    title = need["title"] if result is None else f"{need['title']} × {result['title']}"
    values = {"no": _next_no(), "title": title[:_TITLE], "track": track, "opened_on": today().isoformat()}
    if need["source"] in _ORIGINS:
        values.update(origin_kind=need["source"], origin_event=need["event"])
    case = write.insert(Case, values)
    write.insert(CaseNeed, {"case": case, "need": need["id"]})
    parties = [(need["owner"], "buyer")]
    if result is not None:
        linked = {"case": case, "achievement": result["id"]}
        refuse_secrets(kind_info("case_achievement"), linked)
        write.insert(CaseAchievement, linked)
        others = dict_rows(CoOwner.select().where(CoOwner.achievement == result["id"]))
        parties += [(owner, "owner") for owner in (result["owner"], *(other["owner"] for other in others)) if owner]
    parties.append((str(ws.store.setting("organisation")), "broker"))
    for party, role in dict.fromkeys(parties):
        write.insert(CaseParty, {"case": case, "party": party, "role": role})
    operator = Operator.get_or_none(Operator.id == ws.store.operator)
    if operator is not None and operator.person_id:
        write.insert(CaseBroker, {"case": case, "person": operator.person_id, "role": "lead", "share_pct": _WHOLE})
    if need["state"] in OPEN_STATES:
        write.update(Need, need["id"], {"state": "case"})
    return case


def _next_no() -> str:
    """The next number of this year: 2026-017 after 2026-016; numbers of another pattern stay out of it."""
    start = f"{today().year}-"
    numbers = [row[0].removeprefix(start) for row in tuple_rows(Case.select(Case.no).where(Case.no.startswith(start)))]
    return f"{start}{max((int(text) for text in numbers if text.isascii() and text.isdigit()), default=0) + 1:03d}"
