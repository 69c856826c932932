"""What a person decides on a match: proposed, rejected with a reason, or accepted, which begins a case."""

from __future__ import annotations

from typing import Any

from db.models import CoOwner, Need, NeedMatch
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.writes import Write
from desktop.services.classified import refuse_secrets
from desktop.services.matchexperts import expert_fit
from desktop.services.matching import fit_of
from desktop.services.matchsides import OPEN_STATES, board
from desktop.services.newcase import open_case
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import today
from policy.errors import Refused, Usage
from policy.i18n import mark

_ORIGINS = frozenset({"visit", "platform", "event", "mentor"})  # sources of a need that are origins of a case, too
_TRACKS = frozenset({"demand", "supply"})


@service("match.decide", in_turn=True)
def decide(
    ws: Workspace,
    job: Job,
    *,
    decision: str,
    id: str | None = None,
    need: str | None = None,
    achievement: str | None = None,
    person: str | None = None,
    reason: str = "",
    track: str = "demand",
) -> dict[str, Any]:
    """Decide on a match by its id, or on a pair (a need with a result, or with an expert) that is not on record yet:
    {id, case, changes}.

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
    fit = None if id else _fit(ws, need, achievement, person)
    with ws.store.write(mark("处理匹配"), "typed") as write:
        record = records.resolve("match", id) if id else _entered(write, fit or {})
        row = records.get("match", record)
        if row["case"] and code != "accepted":
            raise Refused("match.has_case", case=records.get("case", row["case"])["no"])
        values: dict[str, Any] = {"decision": code, "reason": stored["reason"] if code == "rejected" else None}
        if code == "proposed" and not row["sent_on"]:
            values["sent_on"] = today().isoformat()
        if code == "accepted" and not row["case"]:
            values["case"] = _open_case(ws, write, row, track)
        write.update(NeedMatch, record, values)
        case = values.get("case") or row["case"] or ""
    return {"id": record, "case": case, "changes": write.changes.as_dict()}


def _fit(ws: Workspace, need: str | None, achievement: str | None, person: str | None) -> dict[str, Any]:
    """The pair with its score and reasons as they are now; without them where the two have nothing in common."""
    if not need or bool(achievement) == bool(person):
        raise Usage("match.no_pair")
    with ws.store.read():
        if person:
            pair = {"need": records.resolve("need", need), "person": records.resolve("person", person)}
            fit = expert_fit(board(), pair["need"], pair["person"])
            return pair if fit is None else {**pair, "score": fit.score, "reasons": list(fit.reasons)}
        assert achievement is not None  # noqa: S101 - one of the two is given
        pair = {"need": records.resolve("need", need), "achievement": records.resolve("achievement", achievement)}
        refuse_secrets(kind_info("match"), pair)
        fit = fit_of(board(), pair["need"], pair["achievement"])
    return pair if fit is None else {**pair, "score": fit.score, "reasons": list(fit.reasons)}


def _entered(write: Write, pair: dict[str, Any]) -> str:
    """The match of the pair, entered where it is not on record."""
    other = NeedMatch.person == pair["person"] if "person" in pair else NeedMatch.achievement == pair["achievement"]
    query = NeedMatch.select(NeedMatch.id).where(NeedMatch.need == pair["need"], other)
    known = tuple_rows(query.limit(1))
    return str(known[0][0]) if known else write.insert(NeedMatch, {**pair, "decision": "open"})


def _open_case(ws: Workspace, write: Write, row: dict[str, Any], track: str) -> str:
    """A case with whoever takes part: who owns the result, who needs it, we between them, the broker at work."""
    need = records.get("need", row["need"])
    result = records.get("achievement", row["achievement"]) if row["achievement"] else None
    title = need["title"] if result is None else f"{need['title']} × {result['title']}"
    known = need["source"] in _ORIGINS
    parties = [(need["owner"], "buyer")]
    if result is not None:
        others = dict_rows(CoOwner.select().where(CoOwner.achievement == result["id"]))
        parties += [(owner, "owner") for owner in (result["owner"], *(other["owner"] for other in others)) if owner]
    # the unit of an expert takes part as the team that may do the work
    unit = records.get("person", row["person"])["org"] if row["person"] else None
    if unit is not None and unit != need["owner"]:
        parties.append((unit, "inventors"))
    case = open_case(
        ws,
        write,
        title=title,
        track=track,
        parties=parties,
        achievements=[result["id"]] if result else [],
        needs=[need["id"]],
        origin=need["source"] if known else "",
        event=need["event"] if known else None,
    )
    if need["state"] in OPEN_STATES:
        write.update(Need, need["id"], {"state": "case"})
    return case
