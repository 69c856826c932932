"""Applications: what blocks one, making its PDF with the evidence bound in, its versions, and a copy for the user."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from db import audit
from db.files import safe_name, whole_file
from db.models import Application, Package, new_id
from db.queries import records
from db.queries.rows import tuple_rows
from db.reconcile import forget_unused
from db.schema import kind_info
from desktop.services.confirmations import in_force, unconfirmed
from desktop.services.evaluation import canonical
from desktop.services.integrity import below
from desktop.services.policies import packs
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import CHINA
from policy.errors import Refused, Usage
from policy.i18n import clauses, listed, mark, tr
from policy.pack import load_pack

FORM = "incubator-application"
FORMAT = "fuzhuan-application/1"
_UNVERIFIED = "未核实："  # how a frozen note on the basis of a figure begins
STATEMENT = (
    "本单位郑重承诺：本申报书所填内容及所附佐证材料真实、准确、完整，数据来源可查，"
    "不存在弄虚作假、重复申报等情形。如有不实，愿承担相应责任。"
)


@service("apply.sections")
def sections(ws: Workspace, job: Job) -> list[dict[str, str]]:
    """The text sections of the form: [{id, title}]."""
    from exports.pdf.sections import NARRATIVE

    return [{"id": name, "title": tr(title)} for name, title in NARRATIVE.items()]


@service("apply.check")
def check(ws: Workspace, job: Job, *, snapshot: str) -> dict[str, Any]:
    """What blocks an application, what only warns, and what blocks its sealing until it was compared with the notice:
    {blocks, warns, blocks_sealing: [{rule, title, clause}], place: {pack, period, subject, snapshot}}."""
    found = _snapshot(ws, snapshot)
    content = found["content"]
    confirmed = _confirmed(ws, content)
    own = own_organisation(ws)
    blocks, warns = [], []
    if not own["uscc"]:
        warns.append(tr("本单位尚未填写统一社会信用代码"))
    warns += [row["text"] for row in below(ws) if row["id"] == own["id"]]
    titles = _titles(ws, content)
    for item in content["indicators"]:
        title = titles[item["id"]]
        if item["verdict"] == "unknown":
            warns.append(tr("{title}：缺少数据，无法判断", title=title))
        if item["verdict"] == "fail" and item["scope"] != "city":
            warns.append(tr("{title}：未达到要求", title=title))
        if not item["evidence"] and item["proofs"]:
            warns.append(tr("{title}：尚无佐证", title=title))
    unsure = [
        titles[item["id"]] for item in content["indicators"] if not item["verified"] and item["id"] not in confirmed
    ]
    if unsure:
        warns.append(
            tr(
                "{n} 项指标的数值或条款未核实，将在申报书和报送包中注明：{titles}",
                n=len(unsure),
                titles=listed(unsure),
            )
        )
    until = _period_end(content["period"])
    for row in content["evidence"]:
        if row["valid_until"] and row["valid_until"] < until[: len(row["valid_until"])]:
            warns.append(tr("佐证“{title}”在期末已过有效期", title=row["title"]))
        if row.get("state") in ("replaced", "doubt", "draft"):
            warns.append(tr("佐证“{title}”标为草稿、被替换或有疑问", title=row["title"]))
        if not ws.evidence.exists(row["blob"]):
            blocks.append(tr("佐证“{title}”的文件不在工作区里", title=row["title"]))
    sensitive = [row["title"] for row in content["evidence"] if row.get("sensitivity") in ("personal", "trade_secret")]
    if sensitive:
        warns.append(tr("这些佐证含个人信息或商业秘密，将装入申报书和报送包：{titles}", titles=listed(sensitive)))
    if not content["indicators"]:
        blocks.append(tr("这份定稿没有任何指标"))
    open_ones = [{**item, "title": titles[item["rule"]]} for item in unconfirmed(content["indicators"], confirmed)]
    place = {"pack": content["pack"]["id"], "period": content["period"], "subject": _place(content)}
    place["snapshot"] = found["id"]
    return {"blocks": blocks, "warns": warns, "blocks_sealing": open_ones, "place": place}


@service("apply.make")
def make(
    ws: Workspace,
    job: Job,
    *,
    snapshot: str,
    narrative: dict[str, str] | None = None,
    form: str = FORM,
    round: str | None = None,
) -> dict[str, Any]:
    """Write the application PDF: {id, version, pages, unbound, missing_characters, changes}.

    The same snapshot, texts and confirmed figures give the same bytes and the version already kept. `round` is what it
    is made for. Raises Refused("apply.blocked").
    """
    found = _snapshot(ws, snapshot)
    blocked = check(ws, job, snapshot=found["id"])["blocks"]
    if blocked:
        raise Refused("apply.blocked", reasons=clauses(blocked))
    known = {section["id"] for section in sections(ws, job)}
    if set(narrative or {}) - known:
        raise Usage("apply.unknown_section", known=listed(sorted(known)))
    texts = {name: text.strip() for name, text in (narrative or {}).items() if text.strip()}
    with ws.store.read():
        place = records.resolve("round", round) if round else None
        earlier = list(
            Application.select()
            .where(Application.snapshot == found["id"], Application.form == form)
            .order_by(Application.version.desc())
        )
    confirmed = _confirmed(ws, found["content"])
    same = next((row for row in earlier if row.narrative == texts and confirmed == carried(row.content)), None)
    if same is not None:
        with ws.store.write(mark("申报轮次"), "typed") as write:
            if place is not None:
                write.update(Application, same.id, {"round": place})
        return _made(same, write.changes.as_dict())
    version = earlier[0].version + 1 if earlier else 1
    record, content = new_id(), _content(ws, found, texts, form, version)
    content |= {"confirmations": confirmed, "unverified": _unverified(found)}
    content["id"] = record
    pdf, report = _write_pdf(ws, job, content)
    stored = ws.evidence.add(io.BytesIO(pdf), job.cancelled)
    try:
        with ws.store.write(mark("生成申报书"), "typed") as write:
            write.insert(
                Application,
                {
                    "title": f"{content['title']} · {content['snapshot']['subject']['name']}"[:200],
                    "snapshot": found["id"],
                    "round": place,
                    "form": form,
                    "version": version,
                    "narrative": texts,
                    "content": canonical(content),
                    "pdf_blob": stored.name,
                    "pdf_digest": stored.sha256,
                    "pdf_bytes": stored.bytes,
                    "pages": report.pages,
                    "unbound": [asdict(item) for item in report.unbound],
                },
                record,
            )
            detail = {"pdf": stored.sha256, "snapshot": found["digest"], "version": version, "pages": report.pages}
            write.audit("application.made", f"application:{record}", detail)
    except BaseException:
        forget_unused(ws.store, ws.evidence, [stored.name] if stored.new else [])
        raise
    with ws.store.read():
        row = Application.get_by_id(record)
    return {**_made(row, write.changes.as_dict()), "missing_characters": list(report.missing_characters)}


@service("apply.list")
def list_applications(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """The applications, newest first."""
    with ws.store.read():
        sealed = {row[0] for row in tuple_rows(Package.select(Package.application))}
        rows = list(Application.select().order_by(Application.created_at.desc()))
    return [
        {
            "id": row.id,
            "title": row.title,
            "snapshot": row.snapshot_id,
            "round": row.round_id,
            "form": row.form,
            "version": row.version,
            "narrative": row.narrative,
            "pages": row.pages,
            "bytes": row.pdf_bytes,
            "created_at": row.created_at,
            "unbound": row.unbound,
            "pdf_digest": row.pdf_digest,
            "sealed": row.id in sealed,
        }
        for row in rows
    ]


@service("apply.content")
def content_of(ws: Workspace, job: Job, *, id: str) -> dict[str, Any]:
    """The PDF's bytes for a preview in memory."""
    row = _application(ws, id)
    return {"title": row["title"], "media_type": "application/pdf", "data": ws.evidence.read(row["pdf_blob"])}


@service("apply.export")
def export(ws: Workspace, job: Job, *, id: str, out: str) -> dict[str, Any]:
    """Write the PDF where the user asked for it: {file, sha256}."""
    row = _application(ws, id)
    target = Path(out)
    if target.is_dir() or not target.suffix:
        target.mkdir(parents=True, exist_ok=True)
        target = target / safe_name(f"{row['title'].replace(' · ', '_')}_v{row['version']}.pdf")
    with whole_file(target) as stream:
        ws.evidence.copy_to(row["pdf_blob"], stream)
    return {"file": str(target), "sha256": row["pdf_digest"]}


def carried(content: str) -> dict[str, Any]:
    """The confirmations an application was made with, by rule; none in one made before there were any."""
    return dict(json.loads(content).get("confirmations") or {})


def _confirmed(ws: Workspace, content: dict[str, Any]) -> dict[str, Any]:
    """The confirmations in force for the unverified figures of a frozen evaluation, by rule."""
    unsure = {item["id"] for item in content["indicators"] if unconfirmed([item], {}) or not item["verified"]}
    with ws.store.read():
        known = in_force(pack_digest=content["pack"]["digest"], period=content["period"], subject=_place(content))
    return {rule: known[rule] for rule in sorted(unsure & known.keys())}


def _unverified(found: dict[str, Any]) -> dict[str, str]:
    """On what the unverified figures rest, by rule, as the pack that was frozen says; of a single figure, its note."""
    basis = {rule.id: rule.verification.basis.zh for rule in load_pack(found["pack_text"].encode()).rules}
    told = {}
    for item in found["content"]["indicators"]:
        if not item["verified"]:
            notes = (note.removeprefix(_UNVERIFIED) for note in item["notes"] if note.startswith(_UNVERIFIED))
            told[item["id"]] = basis.get(item["id"]) or next(notes, "")
    return told


def _place(content: dict[str, Any]) -> str:
    return f"{content['subject']['kind']}:{content['subject']['id']}"


def _snapshot(ws: Workspace, given: str) -> dict[str, Any]:
    with ws.store.read():
        row = records.get("snapshot", records.resolve("snapshot", given))
    text = row["content"]
    if hashlib.sha256(text.encode()).hexdigest() != row["digest"]:
        raise Refused("snapshot.changed", title=row["title"])
    return {**row, "content": json.loads(text)}


def _titles(ws: Workspace, content: dict[str, Any]) -> dict[str, str]:
    """The indicators' titles in the language in force where the pack is still known; frozen they are Chinese."""
    found = packs(ws).get(content["pack"]["id"])
    rules = {rule.id: rule for rule in found[0].rules} if found else {}

    def title(item: dict[str, Any]) -> str:
        rule = rules.get(item["id"])
        return str(rule.title) if rule and rule.title.zh == item["title"] else str(item["title"])

    return {item["id"]: title(item) for item in content["indicators"]}


def _application(ws: Workspace, given: str) -> dict[str, Any]:
    with ws.store.read():
        return records.get("application", records.resolve("application", given))


def _content(ws: Workspace, found: dict[str, Any], texts: dict[str, str], form: str, version: int) -> dict[str, Any]:
    from datetime import datetime

    own = own_organisation(ws)
    frozen_at = datetime.fromtimestamp(found["frozen_at"] / 1000, CHINA)
    kinds = {choice.code: choice.zh for choice in kind_info("evidence").field("doc_kind").choices}
    snapshot = {
        **found["content"],
        "id": found["id"],
        "digest": found["digest"],
        "frozen_at": frozen_at.isoformat(timespec="seconds"),
    }
    snapshot["indicators"] = [
        {**item, "evidence": [proof["id"] for proof in item["evidence"]]} for item in snapshot["indicators"]
    ]
    snapshot["evidence"] = [
        {**row, "doc_kind": kinds.get(row["doc_kind"], row["doc_kind"])} for row in snapshot["evidence"]
    ]
    with ws.store.read():
        head = audit.head()
    return {
        "format": FORMAT,
        "form": form,
        "version": version,
        "title": "科技企业孵化器申报书" if snapshot["subject"]["kind"] == "carrier" else "科技成果转化工作申报书",
        "made_on": datetime.now(CHINA).date().isoformat(),
        "sample": ws.sample,
        "organisation": {
            "name": own["name"],
            "uscc": own["uscc"] or "",
            "address": own["address"] or "",
            "contact": own["contact_name"] or "",
            "phone": own["contact_phone"] or "",
        },
        "narrative": texts,
        "statement": STATEMENT,
        "snapshot": snapshot,
        "audit": {"head": head.mac, "length": head.length},
    }


def _write_pdf(ws: Workspace, job: Job, content: dict[str, Any]) -> tuple[bytes, Any]:
    from exports.pdf.application import write_application
    from exports.pdf.binder import Attachment

    attachments = [
        Attachment(
            evidence_id=row["id"],
            title=row["title"],
            file_name=row["file_name"],
            media_type=row["media_type"],
            doc_kind=row["doc_kind"],
            digest=row["digest"],
            open=partial(ws.evidence.open, row["blob"]),
            used_for=tuple(row["used_for"]),
        )
        for row in content["snapshot"]["evidence"]
    ]
    out = io.BytesIO()
    try:
        with ws.scratch() as scratch:
            report = write_application(
                content,
                attachments=attachments,
                out=out,
                scratch=scratch,
                progress=lambda done, total: job.progress(done, total),
                cancelled=job.cancelled,
            )
    except Refused as refused:
        if refused.code == "export.cancelled":
            raise InterruptedError from None
        raise
    return out.getvalue(), report


def _made(row: Any, changes: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "version": row.version,
        "pages": row.pages,
        "bytes": row.pdf_bytes,
        "pdf_digest": row.pdf_digest,
        "unbound": row.unbound or [],
        "missing_characters": [],
        "changes": changes,
    }


def _period_end(period: str) -> str:
    from policy.dates import Period

    return Period.parse(period).ends_on.isoformat()
