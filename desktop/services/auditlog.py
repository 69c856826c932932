"""The audit log for people: who decided what, when, on which figures; whether the chain holds; an extract on paper."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from db import audit, search
from db.audit import Known
from db.decisions import is_decision
from db.files import safe_name, whole_file
from db.models import Case, CaseLog, Delivery, Operator, Package
from db.queries import auditlog, records
from db.queries.rows import dict_rows, tuple_rows
from db.store import now_ms
from desktop.services.auditwords import figures_of, group_of, sentence_of, titles_of
from desktop.services.backupheads import heads_of
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace, own_organisation
from desktop.texts.auditlog import GROUPS
from policy.dates import CHINA, minute
from policy.errors import Refused, Usage
from policy.i18n import listed, mark, speaking, tr
from policy.masking import mask_numbers

_MOST = 1000  # entries in one answer
_HITS = 500  # subjects that a text may stand for
_LEAST_HEX, _ALL_HEX = 16, 64
_VERIFIED = "audit_verified"


@service("audit.list")
def list_entries(
    ws: Workspace,
    job: Job,
    *,
    since: str | None = None,
    until: str | None = None,
    person: str | None = None,
    group: str | None = None,
    text: str = "",
    case: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> dict[str, Any]:
    """Entries from the newest back: {entries: [{seq, at, who, action, group, text, subject, figures, digest}], next}.

    `since` and `until` are days (both included), `person` an operator, `group` one of `audit.status`'s groups, `text`
    what the subject is called; `next` is the `before` of the following page, or None at the end.
    """
    limit = max(1, min(limit, _MOST))
    before = None if before is None else max(0, min(before, 1 << 62))
    if group is not None and group not in GROUPS:
        raise Usage("policy.unknown_name", name=group, known=listed(GROUPS))
    with ws.store.read() as connection:
        hits = search.find(connection, text, _HITS) if text.strip() else []
        if case is not None:
            rows = auditlog.of_subject("case", records.resolve("case", case))[::-1]
            rows = [row for row in rows if before is None or row["seq"] < before][: limit + 1]
        else:
            wanted = auditlog.Wanted(
                since=_day(since),
                until=_day(until, 1),
                operator=records.resolve("operator", person) if person else None,
                prefixes=GROUPS[group][1] if group else (),
                text=text.strip(),
                subjects=[f"{hit.kind}:{hit.record}" for hit in hits],
            )
            rows = auditlog.newest(wanted, before=before, limit=limit + 1)
        page = rows[:limit]
        return {"entries": _shown(page), "next": page[-1]["seq"] if len(rows) > limit else None}


@service("audit.status")
def status(ws: Workspace, job: Job) -> dict[str, Any]:
    """{head, length, verified: {at, ok, length} or None, people: [{id, name}], groups: [{id, title}]}."""
    with ws.store.read():
        head = audit.head()
        people = auditlog.people()
    groups = [{"id": name, "title": tr(title)} for name, (title, _) in GROUPS.items()]
    verified = ws.store.setting(_VERIFIED)
    return {"head": head.mac, "length": head.length, "verified": verified, "people": people, "groups": groups}


@service("audit.verify")
def verify(ws: Workspace, job: Job) -> dict[str, Any]:
    """Check the chain in itself and against every head kept: {ok, head, length, heads, problems: [{what, text}]}."""
    known = known_heads(ws)
    found = audit.problems(ws.vault.audit_key, known, ws.store.read)
    with ws.store.read():
        head = audit.head()
    ws.store.save_setting(_VERIFIED, {"at": now_ms(), "ok": not found, "length": head.length})
    problems = [{"what": problem.what, "text": problem_text(ws, problem)} for problem in found]
    return {"ok": not found, "head": head.mac, "length": head.length, "heads": len(known), "problems": problems}


@service("audit.check")
def check_head(ws: Workspace, job: Job, *, head: str, length: str | int | None = None) -> dict[str, Any]:
    """Whether the chain holds a head somebody has on paper or in a package: {found, entry, length, at}.

    At least the first 16 characters count. Raises Refused("audit.bad_head" | "audit.bad_length").
    """
    digits = re.sub(r"[\s:：\-]", "", head).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_LEAST_HEX},{_ALL_HEX}}}", digits):
        raise Refused("audit.bad_head", text=head[:80])
    said = str(length if length is not None else "").strip()
    if said and not (said.isascii() and said.isdigit() and len(said) < 16):
        raise Refused("audit.bad_length", text=said[:20])
    with ws.store.read():
        found = auditlog.by_digest(digits, int(said) if said else None)
        now = audit.head().length
    at = found["at"] if found else None
    return {"found": found is not None, "entry": found["seq"] if found else None, "length": now, "at": at}


@service("audit.extract")
def extract(ws: Workspace, job: Job, *, case: str, out: str) -> dict[str, Any]:
    """Print every decision of a case as PDF: {file, sha256, entries, head, length, changes}; that is entered as well.

    What is marked as not for others is counted without its figures. Raises Refused("audit.nothing").
    """
    from exports.pdf.auditlog import write_extract

    with speaking("zh"):  # what leaves for an auditor does not depend on who prints it in which language
        content, head = _content(ws, case)
        pdf = io.BytesIO()
        write_extract(content, pdf)
    data = pdf.getvalue()
    target = Path(out)
    if target.is_dir():
        target = target / safe_name(f"决策摘录-{content['case']['no']}-{head.length}.pdf")
    digest = hashlib.sha256(data).hexdigest()
    with whole_file(target) as stream:
        stream.write(data)
    told = {"entries": len(content["entries"]), "pdf": digest, "head": head.mac, "length": head.length}
    with ws.store.write(mark("打印决策摘录"), "typed") as write:
        write.audit("audit.extracted", f"case:{content['case']['id']}", told)
    return {"file": str(target), "sha256": digest, **told, "changes": write.changes.as_dict()}


def known_heads(ws: Workspace) -> list[Known]:
    """Every head of the chain that packages, receipts and backups keep."""
    with ws.store.read():
        sealed = tuple_rows(Package.select(Package.id, Package.audit_head, Package.sealed_at))
        answered = tuple_rows(
            Delivery.select(Delivery.id, Delivery.audit_head, Delivery.updated_at).where(
                Delivery.audit_head.is_null(False)
            )
        )
    known = [Known(f"package:{record}", head, None, at) for record, head, at in sealed]
    known += [Known(f"delivery:{record}", head, None, at) for record, head, at in answered]
    # a manifest whose own seal is broken says nothing about the chain; the check of the backups names it
    return known + [
        Known(f"backup:{kept.name}", kept.head, kept.length, kept.made_at) for kept in heads_of(ws) if kept.valid
    ]


def problem_text(ws: Workspace, problem: audit.Problem) -> str:
    """What is wrong with the chain, as a sentence."""
    if problem.known is not None:
        stated = _stated(ws, problem.known)
        return tr("链上没有{source}（{when}）所记的末值 {head}：链尾被截断，或整条链被重做", **stated)
    first, last = problem.first, problem.last
    place = tr("第 {first} 条", first=first) if first == last else tr("第 {first} 至 {last} 条", first=first, last=last)
    if problem.what == "removed":
        return tr("{place}不在了", place=place)
    if problem.what == "moved":
        return tr("{place}被调换了位置", place=place)
    return tr("{place}被改动，或不是本程序写入的", place=place)


def _stated(ws: Workspace, known: Known) -> dict[str, str]:
    kind, _, record = known.source.partition(":")
    with ws.store.read():
        title = records.title("package", record) if kind == "package" else ""
    names = {
        "package": tr("报送包“{title}”", title=title or record[:8]),
        "delivery": tr("回执 {id}", id=record[:8]),
        "backup": tr("备份 {name}", name=record),
    }
    when = minute(known.when) if known.when else "—"
    return {"source": names.get(kind, known.source), "when": when, "head": known.head[:_LEAST_HEX]}


def _shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    titles = titles_of(rows)
    secret = {f"case:{row[0]}" for row in tuple_rows(Case.select(Case.id).where(Case.classified == 1))}
    shown = []
    for row in rows:
        kind, _, record = row["subject"].partition(":")
        title = titles.get(row["subject"])
        text, figures = _told(row)
        shown.append(
            {
                "seq": row["seq"],
                "at": row["at"],
                "who": str(row["detail"].get("who") or ""),
                "operator": row["operator"],
                "action": row["action"],
                "group": group_of(row["action"]),
                "text": text,
                "subject": {"kind": kind, "id": record, "title": title or "", "there": title is not None},
                "figures": [] if row["subject"] in secret else figures,
                "digest": row["mac"],
            }
        )
    return shown


def _told(row: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
    """The sentence and the figures; an entry that somebody changed may hold anything, and is shown all the same."""
    try:
        return sentence_of(row), figures_of(row)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, Usage):
        return str(row["action"]), []


def _content(ws: Workspace, given: str) -> tuple[dict[str, Any], audit.Head]:
    """What the extract of a case prints, and the head of the chain it states."""
    own = own_organisation(ws)
    with ws.store.read():
        case = records.get("case", records.resolve("case", given))
        rows = auditlog.of_subject("case", case["id"])
        rows = [row for row in rows if row["action"].startswith("case.")]
        head = audit.head()
        logs = {row["id"]: row for row in dict_rows(CaseLog.select().where(CaseLog.case == case["id"]))}
        by = Operator.get_or_none(Operator.id == ws.store.operator)
        entries = [_printed(ws, row, shown, logs) for row, shown in zip(rows, _shown(rows), strict=True)]
    if not entries:
        raise Refused("audit.nothing", title=case["title"])
    broken = audit.problems(ws.vault.audit_key, known_heads(ws), ws.store.read)
    return {
        "organisation": own["name"],
        "case": {"id": case["id"], "no": case["no"], "title": mask_numbers(case["title"])},
        "entries": entries,
        "problems": [problem_text(ws, problem) for problem in broken],
        "audit": {"head": head.mac, "length": head.length},
        "made_on": datetime.now(CHINA).isoformat(timespec="seconds"),
        "made_by": by.name if by else "",
        "sample": ws.sample,
    }, head


def _printed(ws: Workspace, row: dict[str, Any], shown: dict[str, Any], logs: dict[str, Any]) -> dict[str, Any]:
    """An entry as printed: personal numbers masked, the words only where they still are what was decided."""
    detail = row["detail"]
    log = logs.get(str(detail.get("log")))
    states = [state for state in (detail, detail.get("before"), detail.get("after")) if isinstance(state, dict)]
    withheld = any(state.get("confidential") for state in states) or bool(log and log["confidential"])
    stated = next((state["note"] for state in reversed(states) if "note" in state), None)
    note, standing = "", "unknown"
    if "log" not in detail:
        standing = "figures"  # a price: there are no words to compare
    elif log is None:
        standing = "removed"
    elif stated is not None:
        same = audit.text_digest(ws.vault.audit_key, log["note"]) == stated and is_decision(log)
        note, standing = (mask_numbers(log["note"]), "same") if same else ("", "changed")
    return {
        "seq": row["seq"],
        "at": datetime.fromtimestamp(row["at"] / 1000, CHINA).isoformat(timespec="seconds"),
        "who": shown["who"],
        "text": mask_numbers(shown["text"]),
        "figures": [] if withheld else [(item["label"], mask_numbers(item["shown"])) for item in shown["figures"]],
        "note": "" if withheld else note,
        "standing": "withheld" if withheld else standing,
        "digest": row["mac"],
    }


def _day(text: str | None, later: int = 0) -> int | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text.strip()) + timedelta(days=later)
    except (ValueError, OverflowError):
        raise Refused("policy.date_invalid", text=text[:40]) from None
    return int(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp() * 1000)
