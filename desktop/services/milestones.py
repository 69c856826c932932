"""The milestones of a case: what was reached, what a gate misses, moving on with a reason, outcomes, and the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import peewee

from db.enums_everyday import MILESTONE
from db.models import Case, CaseMilestone, Contract
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.stages import declared, milestones
from db.writes import Write
from desktop.services.casefile import gather
from desktop.services.classified import refuse_secrets
from desktop.services.gates import REASON, STATEMENT, CaseFile, missing
from desktop.services.pricing import asked
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import is_late, latest, today
from policy.errors import Refused, Usage
from policy.i18n import listed, mark

SKIP, REACH, LEAVE = "skip", "reach", "leave"
_NAMES = {choice.code: choice for choice in MILESTONE}
_ASKED_WHY = frozenset({"lost", "paused", "terminated", "handed_over", "withdrawn"})
_OPEN_DUTY = frozenset({"missing", "late"})
_CHUNK = 500


@service("case.milestones")
def list_milestones(ws: Workspace, job: Job, *, case: str) -> dict[str, Any]:
    """The milestones of a case in the order of its track: {id, track, stage, milestones}.

    A milestone is {milestone, label, state (reached, skipped, open), reached_on, recorded_at, late, reason, record,
    missing: [{id, label, severity (i, r, b), states, source}], asks (going on needs a reason)}. One that the mode of
    the case does not have is told only where it was reached all the same. The first is reached by the case's being on
    record, on the day it was opened; its `record` is blank unless somebody entered it.
    """
    file = _file(ws, case)
    row = file.of("case")[0]
    order = milestones(row["track"], row["mode"])
    kept = _held(file, order)
    told = []
    for name in (*order, *sorted(set(kept) - set(order))):
        lacks = _missing(ws, name, file)
        told.append(
            {
                **_state(kept.get(name)),
                "milestone": name,
                "label": _NAMES[name].shown,
                "missing": lacks,
                "asks": any(need["severity"] == REASON for need in lacks),
            }
        )
    return {"id": row["id"], "track": row["track"], "stage": row["stage"], "milestones": told}


def _held(file: CaseFile, order: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What was reached or passed over, by milestone; the first without being entered."""
    case = file.of("case")[0]
    begun = {"id": "", "reached_on": case["opened_on"], "recorded_at": case["created_at"], "skipped": 0, "reason": None}
    return {order[0]: begun, **{one["milestone"]: one for one in file.of("case_milestone")}}


def _state(kept: Mapping[str, Any] | None) -> dict[str, Any]:
    if kept is None:
        blank = dict.fromkeys(("reached_on", "recorded_at", "reason", "record"))
        return {**blank, "state": "open", "late": False}
    happened = kept["reached_on"]
    return {
        "state": "skipped" if kept["skipped"] else "reached",
        "reached_on": happened,
        "recorded_at": kept["recorded_at"],
        "late": bool(happened) and is_late(happened, kept["recorded_at"]),
        "reason": kept["reason"],
        "record": kept["id"],
    }


@service("case.reach", in_turn=True)
def reach(
    ws: Workspace, job: Job, *, case: str, milestone: str, on: str | None = None, reason: str = ""
) -> dict[str, Any]:
    """Record that a milestone was reached, on a day (today without): {id, milestone, missing, changes}.

    What is missing never stops it; where the gate says so a reason is asked for: Refused("gate.reason_needed").
    The reason stays with the milestone, and the audit log knows it by its digest. Raises Usage("gate.unknown") too.
    """
    return _passed(ws, case, milestone, on, reason, skipped=False)


@service("case.skip", in_turn=True)
def skip(ws: Workspace, job: Job, *, case: str, milestone: str, reason: str = "") -> dict[str, Any]:
    """Pass a milestone over, with a reason: {id, milestone, changes}. Raises Refused("gate.skip_reason")."""
    if not reason.strip():
        raise Refused("gate.skip_reason", milestone=_named(milestone))
    return _passed(ws, case, milestone, None, reason, skipped=True)


@service("case.move", in_turn=True)
def move(
    ws: Workspace,
    job: Job,
    *,
    case: str,
    milestone: str,
    on: str | None = None,
    reason: str = "",
    between: str = SKIP,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Put a case where a milestone stands on the board: {id, milestone, asks, missing, between, withdraws, changes}.

    Forward, the open milestones before it are passed over (`skip`), reached on the same day (`reach`) or left open
    (`leave`: the stage then stays where the gap is); back, what stands behind it is withdrawn. `asks`: a reason
    is needed (a gate's, or for passing over); `dry_run` only tells. One operation, one undo. Raises
    Refused("gate.reason_needed" | "gate.skip_reason").
    """
    if between not in (SKIP, REACH, LEAVE):
        raise Usage("gate.unknown_way", way=between[:20])
    _named(milestone)
    file = _file(ws, case)
    row = file.of("case")[0]
    order = milestones(row["track"], row["mode"])
    kept = _held(file, order)
    place = order.index(milestone) if milestone in order else -1
    back = milestone in kept and not kept[milestone]["skipped"]
    gaps = [name for name in order[:place] if name not in kept] if place >= 0 else []
    behind = [name for name in order[place + 1 :] if name in kept] if back and not gaps else []
    lacks = [] if back else _missing(ws, milestone, file)
    asks = any(need["severity"] == REASON for need in lacks) or (bool(gaps) and between == SKIP)
    told = {
        "id": row["id"],
        "milestone": milestone,
        "asks": asks,
        "missing": lacks,
        "between": [{"milestone": name, "label": _NAMES[name].shown} for name in gaps],
        "withdraws": [{"milestone": name, "label": _NAMES[name].shown} for name in behind],
    }
    if dry_run:
        return {**told, "changes": {}}
    if asks and not reason.strip():
        if gaps and between == SKIP:
            raise Refused("gate.skip_reason", milestone=listed(_NAMES[name].shown for name in gaps))
        _ask_reason(milestone, lacks)
    day = _day(ws, on)
    with ws.store.write(mark("移动案件"), "typed") as write:
        for name in behind:
            write.delete(CaseMilestone, kept[name]["id"])
        for name in gaps if between != LEAVE else ():
            _keep(write, file, name, day, reason, skipped=between == SKIP, lacks=_missing(ws, name, file))
        if not back:
            _keep(write, file, milestone, day, reason, skipped=False, lacks=lacks)
    return {**told, "changes": write.changes.as_dict()}


@service("case.outcome", in_turn=True)
def outcome(
    ws: Workspace, job: Job, *, case: str, outcome: str, reason: str = "", ground: str | None = None
) -> dict[str, Any]:
    """How a case ended, or that it goes on: {id, outcome, changes}; `ground` is the kind of reason.

    Every end but a deal asks why: Refused("case.outcome_reason"). Raises Refused("record.bad_value") as well.
    """
    values, _ = typed_values(ws, kind_info("case"), {"outcome": outcome, "outcome_ground": ground or ""})
    if values["outcome"] in _ASKED_WHY and not reason.strip():
        raise Refused("case.outcome_reason", outcome=_choice("outcome", values["outcome"]))
    with ws.store.write(mark("记录案件结果"), "typed") as write:
        record = records.resolve("case", case)
        held = {**values, "outcome_reason": reason.strip() or None}
        whole = {**records.get("case", record), **held}
        refuse_secrets(kind_info("case"), whole)
        write.update(Case, record, held)
        detail = {"outcome": values["outcome"], "ground": values["outcome_ground"] or ""}
        if reason.strip():
            detail["reason"] = write.text_digest(reason.strip())
        write.audit("case.outcome", f"case:{record}", detail)
    return {"id": record, "outcome": values["outcome"], "changes": write.changes.as_dict()}


@service("case.may_state")
def may_state(ws: Workspace, job: Job, *, case: str, statement: str) -> dict[str, Any]:
    """Whether a document may state a case's price (`price`) or its tax relief (`tax`): {may, missing}.

    Only this keeps anything back; milestones move all the same. Raises Usage("gate.unknown_statement").
    """
    known = {str(need["states"]) for need in declared()["need"] if need["severity"] == STATEMENT}
    if statement not in known:
        raise Usage("gate.unknown_statement", statement=statement[:20], known=listed(sorted(known)))
    file = _file(ws, case)
    gates = dict.fromkeys(need["gate"] for need in declared()["need"] if need.get("states") == statement)
    lacks = [one for gate in gates for one in _missing(ws, gate, file) if one["states"] == statement]
    return {"id": file.of("case")[0]["id"], "may": not lacks, "missing": lacks}


@service("case.board")
def board(
    ws: Workspace, job: Job, *, track: str, ids: list[str] | None = None, outcomes: Sequence[str] = ("open", "paused")
) -> dict[str, Any]:
    """The cases of a track by stage: {track, columns: [{milestone, label, cards, sum}], others}.

    A column with the milestone "" stands first where a case has passed over all that it has come to. A card is {id,
    no, title, outcome, next_action, next_on, days_left, amount, ahead}, money in fen: what the contracts are worth,
    else the estimate; `ahead` counts milestones reached beyond a gap. `ids` are the cases a list has filtered; `others`
    counts those of them that another track or outcome keeps off the board. Soonest next step first.
    """
    kind_info("case")
    if track not in declared()["tracks"]:
        raise Usage("gate.unknown_track", track=track[:20], known=listed(sorted(declared()["tracks"])))
    with ws.store.read():
        listed_ids = records.ids("case") if ids is None else ids
        rows = [row for row in records.rows("case", listed_ids) if row["track"] == track and row["outcome"] in outcomes]
        chosen = [row["id"] for row in rows]
        sums = _sums(chosen)
        reached = _reached(chosen)
    order = declared()["tracks"][track]["milestones"]
    columns: dict[str, list[dict[str, Any]]] = {name: [] for name in ("", *order)}
    now = today()
    for row in rows:
        stage = row["stage"] if row["stage"] in columns else ""
        place = order.index(stage) if stage else -1
        ahead = sum(name in order and order.index(name) > place for name in reached.get(row["id"], ()))
        columns[stage].append(_card(row, sums.get(row["id"]), ahead, now))
    told = []
    for name, cards in columns.items():
        if not name and not cards:
            continue
        cards.sort(key=lambda card: (card["next_on"] or "9999", card["no"]))
        label = _NAMES[name].shown if name else ""
        told.append(
            {"milestone": name, "label": label, "cards": cards, "sum": sum(card["amount"] or 0 for card in cards)}
        )
    return {"track": track, "columns": told, "others": len(listed_ids) - len(rows)}


def _card(row: Mapping[str, Any], contracts: int | None, ahead: int, now: date) -> dict[str, Any]:
    due = latest(row["next_on"]) if row["next_on"] else None
    names = ("id", "no", "title", "outcome", "mode", "next_action", "next_on", "classified")
    return {
        **{name: row[name] for name in names},
        "days_left": None if due is None else (due - now).days,
        "amount": contracts if contracts is not None else row["estimate"],
        "estimated": contracts is None,
        "ahead": ahead,
    }


def _sums(cases: Sequence[str]) -> dict[str, int]:
    """What the contracts of each case are worth, supplements and all; cases without an amount are left out."""
    found: dict[str, int] = {}
    for start in range(0, len(cases), _CHUNK):
        query = (
            Contract.select(Contract.case, peewee.fn.SUM(Contract.amount_total))
            .where(Contract.case.in_(cases[start : start + _CHUNK]), Contract.amount_total.is_null(False))
            .group_by(Contract.case)
        )
        found.update(tuple_rows(query))
    return found


def _reached(cases: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for start in range(0, len(cases), _CHUNK):
        query = CaseMilestone.select(CaseMilestone.case, CaseMilestone.milestone).where(
            CaseMilestone.case.in_(cases[start : start + _CHUNK]), CaseMilestone.skipped == 0
        )
        for row in dict_rows(query):
            found.setdefault(row["case"], []).append(row["milestone"])
    return found


def _passed(ws: Workspace, case: str, milestone: str, on: str | None, reason: str, *, skipped: bool) -> dict[str, Any]:
    _named(milestone)
    file = _file(ws, case)
    lacks = [] if skipped else _missing(ws, milestone, file)
    if any(need["severity"] == REASON for need in lacks) and not reason.strip():
        _ask_reason(milestone, lacks)
    day = _day(ws, on)
    with ws.store.write(mark("跳过里程碑") if skipped else mark("到达里程碑"), "typed") as write:
        record = _keep(write, file, milestone, day, reason, skipped=skipped, lacks=lacks)
    return {"id": record, "milestone": milestone, "missing": lacks, "changes": write.changes.as_dict()}


def _keep(
    write: Write,
    file: CaseFile,
    milestone: str,
    day: str,
    reason: str,
    *,
    skipped: bool,
    lacks: Sequence[Mapping[str, Any]],
) -> str:
    """Write one milestone; a reason goes to the audit log by its digest, since an entry is never erased."""
    case = file.of("case")[0]["id"]
    refuse_secrets(kind_info("case_milestone"), {"case": case})
    values = {"reached_on": None if skipped else day, "skipped": int(skipped), "reason": reason.strip() or None}
    known = next((row for row in file.of("case_milestone") if row["milestone"] == milestone), None)
    if known is None:
        record = write.insert(CaseMilestone, {"case": case, "milestone": milestone, **values})
    else:
        record = known["id"]
        write.update(CaseMilestone, record, {**values, "recorded_at": write.at})
    over = [str(need["id"]) for need in lacks if need["severity"] == REASON]
    if reason.strip() and (over or skipped):
        detail = {
            "milestone": milestone,
            "skipped": int(skipped),
            "on": day,
            "missing": over,
            "reason": write.text_digest(reason.strip()),
        }
        write.audit("case.gate", f"case:{case}", detail)
    return record


def _file(ws: Workspace, case: str) -> CaseFile:
    with ws.store.read():
        return gather(records.resolve("case", case))


def _missing(ws: Workspace, milestone: str, file: CaseFile) -> list[dict[str, Any]]:
    def undone(kind: str) -> list[str]:
        return [
            str(duty["title"])
            for row in file.of(kind)
            for duty in asked(ws, kind, (), row["id"], {}, today())["duties"]
            if duty["state"] in _OPEN_DUTY
        ]

    return missing(milestone, file, today(), undone)


def _ask_reason(milestone: str, lacks: Sequence[Mapping[str, Any]]) -> None:
    wanted = [str(need["label"]) for need in lacks if need["severity"] == REASON]
    raise Refused("gate.reason_needed", milestone=_named(milestone), missing=listed(wanted))


def _named(milestone: str) -> str:
    """What a milestone is called; raises Usage("gate.unknown")."""
    if milestone not in _NAMES:
        known = listed(f"{code} {one.shown}" for code, one in _NAMES.items())
        raise Usage("gate.unknown", milestone=milestone[:40], known=known)
    return _NAMES[milestone].shown


def _choice(name: str, code: str) -> str:
    return next((choice.shown for choice in kind_info("case").field(name).choices if choice.code == code), code)


def _day(ws: Workspace, on: str | None) -> str:
    """The day as stored; raises Refused("record.bad_value") for one that is none."""
    values, _ = typed_values(ws, kind_info("case_milestone"), {"reached_on": on or today().isoformat()})
    return str(values["reached_on"])
