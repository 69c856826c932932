"""Confirming figures nobody saw in their document: a person compares them with the year's notice, kept as evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from db.models import Confirmation, Operator
from db.queries import records
from desktop.services.policies import loaded, pack_by_id
from desktop.services.registry import Job, service
from desktop.services.subjects import place_of
from desktop.services.workspace import Workspace
from policy.dates import Period, today
from policy.errors import Refused, Usage
from policy.i18n import mark

_WITHOUT_FIGURES = frozenset({"reference"})
_SAID = ("target", "cap", "score", "award_max_fen", "due")  # what makes a result more than a count


@service("policy.confirm", in_turn=True)
def confirm(
    ws: Workspace,
    job: Job,
    *,
    pack: str,
    period: str,
    subject: str,
    notice: str,
    rules: list[str] | None = None,
    page: str = "",
    note: str = "",
    snapshot: str = "",
) -> dict[str, Any]:
    """Say that rules' figures were compared with a notice that is evidence in the workspace: {rules, changes}.

    `subject` is KIND:ID; without `rules` all that are unverified and unconfirmed. A later confirmation of a rule takes
    the place of the earlier. With `snapshot` the text of the pack is the one frozen there, which need no longer be the
    one at hand. Raises Usage("policy.unknown_pack" | "policy.unknown_rule"),
    Refused("policy.no_notice" | "policy.nothing_to_confirm").
    """
    frozen = _frozen(ws, snapshot) if snapshot else None
    found = loaded(frozen["pack_text"].encode()) if frozen else pack_by_id(ws, pack)[0]
    key = _key(ws, found.digest, period, subject)
    paper = _notice(ws, notice)
    if rules is None:
        rules = _unconfirmed(ws, job, pack, key, frozen)
    if not rules:
        raise Refused("policy.nothing_to_confirm", pack=pack)
    for rule in rules:
        found.rule(rule)
    values = {
        "pack": found.id,
        "notice": paper["id"],
        "page": page.strip() or None,
        "note": note.strip() or None,
        "confirmed_on": today().isoformat(),
    }
    with ws.store.write(mark("对照通知核实政策数值"), "typed") as write:
        for rule in rules:
            known = Confirmation.get_or_none(**key, rule=rule)
            if known is None:
                write.insert(Confirmation, {**key, "rule": rule, **values})
            else:
                write.update(Confirmation, known.id, values)
        told = {"rules": list(rules), "period": key["period"], "subject": key["subject"], "page": page.strip()}
        detail = {**told, "n": len(rules), "digest": found.digest, "notice": paper["id"], "sha256": paper["digest"]}
        write.audit("policy.confirmed", f"pack:{found.id}", detail)
    return {"rules": list(rules), "changes": write.changes.as_dict()}


@service("policy.unconfirm", in_turn=True)
def unconfirm(
    ws: Workspace, job: Job, *, pack: str, period: str, subject: str, rules: list[str] | None = None
) -> dict[str, Any]:
    """Take confirmations back, all of them without `rules`: {rules, changes}."""
    found, _ = pack_by_id(ws, pack)
    key = _key(ws, found.digest, period, subject)
    with ws.store.write(mark("撤回对照核实"), "typed") as write:
        taken = [row for row in _rows(key) if rules is None or row.rule in rules]
        for row in taken:
            write.delete(Confirmation, row.id)
        names = [row.rule for row in taken]
        if names:
            told = {"rules": names, "n": len(names), "period": key["period"], "subject": key["subject"]}
            write.audit("policy.unconfirmed", f"pack:{found.id}", {**told, "digest": found.digest})
    return {"rules": names, "changes": write.changes.as_dict()}


@service("policy.confirmations")
def confirmations(ws: Workspace, job: Job, *, pack: str, period: str, subject: str) -> list[dict[str, Any]]:
    """What was confirmed: [{rule, title (of the rule), notice, notice_title, page, by, on, note}]."""
    found, _ = pack_by_id(ws, pack)
    key = _key(ws, found.digest, period, subject)
    with ws.store.read():
        told = in_force(**key)
        notes = {row.rule: row.note or "" for row in _rows(key)}
    return [
        {
            "rule": rule,
            "title": str(found.rule(rule).title),
            "notice": one["notice"],
            "notice_title": one["title"],
            "page": one["page"],
            "by": one["by"],
            "on": one["on"],
            "note": notes[rule],
        }
        for rule, one in told.items()
    ]


def in_force(*, pack_digest: str, period: str, subject: str) -> dict[str, dict[str, str]]:
    """The confirmations of one text of a pack by rule: {notice, title, sha256, page, by, on}.

    They hold for the bytes they were given for: another text of the pack is another figure. The caller holds the
    store's lock.
    """
    rows = list(_rows({"pack_digest": pack_digest, "period": period, "subject": subject}))
    papers = {row["id"]: row for row in records.rows("evidence", [row.notice_id for row in rows])}
    people = {row.id: row.name for row in Operator.select().where(Operator.id.in_([row.updated_by for row in rows]))}
    return {
        row.rule: {
            "notice": row.notice_id,
            "title": papers[row.notice_id]["title"],
            "sha256": papers[row.notice_id]["digest"],
            "page": row.page or "",
            "by": people.get(row.updated_by, ""),
            "on": row.confirmed_on,
        }
        for row in rows
    }


def blocks_sealing(indicator: Mapping[str, Any], confirmed: Mapping[str, Any]) -> bool:
    """Whether an indicator states a threshold, weight, amount or date that nobody saw and nobody confirmed.

    A reference computes nothing, and a mere count claims no figure of a document.
    """
    if _verified(indicator) or indicator["kind"] in _WITHOUT_FIGURES or indicator["id"] in confirmed:
        return False
    return indicator["verdict"] != "info" or any(_states(item) for item in (indicator, *indicator["parts"]))


def unconfirmed(indicators: Iterable[Mapping[str, Any]], confirmed: Mapping[str, Any]) -> list[dict[str, str]]:
    """What blocks sealing, in order: [{rule, title, clause}]."""
    return [
        {"rule": item["id"], "title": item["title"], "clause": item["clause"]}
        for item in indicators
        if blocks_sealing(item, confirmed)
    ]


def _verified(item: Mapping[str, Any]) -> bool:
    return bool(item["verified"]) and all(_verified(part) for part in item["parts"])


def _states(item: Mapping[str, Any]) -> bool:
    return any(item.get(name) not in ("", None) for name in _SAID) or bool(item.get("stated"))


def _rows(key: Mapping[str, str]) -> Any:
    asked = [getattr(Confirmation, name) == value for name, value in key.items() if name != "subject"]
    # a whole table that was compared with its notice (blank subject) holds for everybody judged by it
    asked.append(Confirmation.subject.in_((key["subject"], "")))
    return Confirmation.select().where(*asked).order_by(Confirmation.created_at, Confirmation.rule)


def _key(ws: Workspace, digest: str, period: str, subject: str) -> dict[str, str]:
    return {"pack_digest": digest, "period": Period.parse(period).text, "subject": place_of(ws, subject)}


def _frozen(ws: Workspace, snapshot: str) -> dict[str, Any]:
    with ws.store.read():
        return records.get("snapshot", records.resolve("snapshot", snapshot))


def _notice(ws: Workspace, given: str) -> dict[str, Any]:
    try:
        with ws.store.read():
            row = records.get("evidence", records.resolve("evidence", given))
    except (Refused, Usage):
        raise Refused("policy.no_notice", notice=given[:60]) from None
    if not ws.evidence.exists(row["blob"]):
        raise Refused("policy.no_notice", notice=row["title"])
    return row


def _unconfirmed(
    ws: Workspace, job: Job, pack: str, key: Mapping[str, str], frozen: Mapping[str, Any] | None
) -> list[str]:
    """The unverified rules of an evaluation, as frozen or of today, that nobody confirmed."""
    from desktop.services.evaluation import run  # which asks here what is confirmed

    if frozen:
        indicators = json.loads(frozen["content"])["indicators"]
    else:
        indicators = run(ws, job, pack=pack, period=key["period"], subject=key["subject"])["indicators"]
    with ws.store.read():
        known = in_force(**key)
    return [item["id"] for item in indicators if not _verified(item) and item["id"] not in known]
