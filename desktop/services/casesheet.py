"""The printed file of a case: all that hangs on it, its contracts with their proof, its money, and its log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from db.schema import kind_info
from desktop.models import format as shown_as
from desktop.services.casefile import gather
from desktop.services.cases import entries
from desktop.services.contracts import proof, shares
from desktop.services.documents import document, table_of
from desktop.services.gates import CaseFile
from desktop.services.milestones import list_milestones
from desktop.services.privacy import note_export
from desktop.services.records import full_rows
from desktop.services.registry import Job
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, earliest, latest, today
from policy.i18n import bracketed, labelled, listed, mark, tr
from policy.masking import mask_numbers

_FACTS = (
    "no", "title", "track", "mode", "mechanisms", "opened_on", "stage", "outcome", "outcome_ground", "outcome_reason",
    "origin_kind", "origin_event", "is_local", "local_basis", "related_party", "nda_on", "substantive_start",
    "start_kind", "estimate", "next_action", "next_on", "archive_no",
)  # fmt: skip
_NEXT = ("next_action", "next_on")
_BEFORE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("case_party", ("party", "role", "contact", "starts_on", "ends_on")),
    ("case_broker", ("person", "role", "share_pct", "starts_on", "ends_on")),
    ("achievement", ("title", "owner", "register_no", "conversion_grade", "completed_on")),
    ("ip_right", ("title", "kind", "number", "legal_state", "expires_on")),
    ("need", ("title", "owner", "kind", "state")),
    ("pricing", ("route", "method", "proposed_price", "final_price", "meeting_on")),
    ("publication", ("kind", "place", "starts_on", "ends_on", "objections")),
    ("grant", ("achievement", "kind", "granted_on", "started_on", "use_until")),
    ("contract", ("name", "own_no", "signed_on", "amount_total", "amount_tech", "registry_state", "registry_no")),
    ("contract_amendment", ("contract", "signed_on", "changes", "registry_state", "note")),
)
_BEHIND: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("receipt", ("received_on", "payer", "amount", "contract", "invoice_remark")),
    ("distribution", ("contract", "batch", "gross", "net", "basis", "paid_on")),
    ("distribution_line", ("role", "person", "payee", "share_pct", "amount", "is_residue", "paid_on")),
    ("equity_holding", ("company", "value", "total_pct", "holder", "registered_on", "disposal", "disposed_on")),
    ("equity_line", ("holding", "person", "share_pct")),
)
_DUE = {
    "paid": mark("已付清"), "part": mark("部分到账"), "due": mark("已到期未付"), "not_due": mark("未到期"),
    "written_off": mark("已核销"),
}  # fmt: skip
_STATES = {"reached": mark("已到达"), "skipped": mark("已跳过"), "open": mark("未到达")}


@document("case")
def write(ws: Workspace, job: Job, record: str, out: BinaryIO, options: Mapping[str, Any]) -> None:
    """The file as PDF; with a period the log of that period. What is marked confidential in the log is left out, and
    the case's next step where it comes from there; whole numbers of persons only `with_personal`, which the audit log
    notes."""
    from exports.pdf.case import write_case

    when = Period.parse(str(options["period"])) if options.get("period") else None
    (row,) = full_rows(ws, "case", [record])
    info = kind_info("case")
    with ws.store.read():
        file = gather(record)
    kept_back, log = 0, []
    for entry in entries(ws, job, case=record):
        inside = when is None or not (
            latest(entry["happened_on"]) < when.starts_on or earliest(entry["happened_on"]) > when.ends_on
        )
        kept_back += bool(inside and entry["confidential"])
        if inside and not entry["confidential"]:
            log.append(_entry(entry))
        if entry["confidential"] and all(entry[name] == row[name] for name in _NEXT):
            row |= dict.fromkeys(_NEXT)
    facts = [(info.field(name).shown, _with_unit(name, row)) for name in _FACTS]
    sections = list(_sections(ws, job, record, file))
    if options.get("with_personal"):
        note_export(ws, info, 1)
    else:
        facts = [(label, mask_numbers(text)) for label, text in facts]
        for table in sections:
            table["rows"] = [[mask_numbers(cell) for cell in cells] for cells in table["rows"]]
        log = [{**entry, **{name: mask_numbers(entry[name]) for name in ("text", "next")}} for entry in log]
    sheet = {
        "organisation": str(own_organisation(ws)["name"]),
        "sample": ws.sample,
        "made_on": today().isoformat(),
        "title": row["title"],
        "facts": [fact for fact in facts if fact[1]],
        "sections": sections,
        "log": log[::-1],  # a file is read from its beginning
        "kept_back": kept_back,
    }
    write_case(sheet, out)


def _sections(ws: Workspace, job: Job, record: str, file: CaseFile) -> Iterator[dict[str, Any]]:
    told = [
        [one["label"], tr(_STATES[one["state"]]), bracketed(one["reached_on"] or "", tr("补记") if one["late"] else ""),
         one["reason"] or ""]
        for one in list_milestones(ws, job, case=record)["milestones"]
    ]  # fmt: skip
    yield _table(tr("里程碑"), (tr("里程碑"), tr("情况"), tr("日期"), tr("理由")), told)
    for kind, names in _BEFORE:
        note = _shares(ws, job, record) if kind == "case_broker" else ""
        yield _kind(ws, file, kind, names, note)
    contracts = {row["id"]: row["name"] for row in file.of("contract")}
    money = [kind_info("instalment").field(name) for name in ("amount", "due_on")]
    due = [
        [contracts[one["contract"]], str(one["no"]), *(shown_as.shown(field, one) for field in money),
         tr(_DUE[one["state"]]), one["condition"] or ""]
        for one in file.of("instalment")
    ]  # fmt: skip
    head = (tr("合同"), tr("期次"), *(shown_as.heading(one) for one in money), tr("情况"), tr("条件"))
    yield _table(tr("应收"), head, due, figures={1, 2})
    proofs = [
        [one["title"], one["state"], one["role_shown"], listed(one["missing"])] for one in proof(ws, job, case=record)
    ]
    yield _table(tr("促成证明"), (tr("合同"), tr("情况"), tr("方式"), tr("还缺")), proofs)
    for kind, names in _BEHIND:
        yield _kind(ws, file, kind, names)


def _kind(ws: Workspace, file: CaseFile, kind: str, names: tuple[str, ...], note: str = "") -> dict[str, Any]:
    order = next((name for name in names if kind_info(kind).field(name).type == "date"), "")
    rows = sorted(file.of(kind), key=lambda row: row[order] or "9999") if order else file.of(kind)
    made = table_of(ws, kind, [row["id"] for row in rows], names)
    return {"title": kind_info(kind).kind.shown, "note": note, **made}


def _table(title: str, head: tuple[str, ...], rows: list[list[str]], figures: set[int] | None = None) -> dict[str, Any]:
    right = [place in (figures or ()) for place in range(len(head))]
    return {"title": title, "head": list(head), "figures": right, "rows": rows, "note": ""}


def _shares(ws: Workspace, job: Job, record: str) -> str:
    told = shares(ws, job, case=record)
    if told["whole"] or not told["brokers"]:
        return ""
    return tr("份额合计 {pct}%，应为 100%。", pct=f"{told['sum'] / 100:g}")


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    info = kind_info("case_log")
    follows = [text for text in (row["next_action"], row["next_on"]) if text]
    return {
        "date": row["happened_on"],
        "time": shown_as.moment(row["happened_at"])[11:] if row["happened_at"] else "",
        "kind": shown_as.shown(info.field("kind"), row),
        "late": row["late"],
        "text": row["note"],
        "next": labelled(tr("下一步"), listed(follows)) if follows else "",
        "files": len(row["evidence"]),
    }


def _with_unit(name: str, row: dict[str, Any]) -> str:
    field = kind_info("case").field(name)
    text = shown_as.shown(field, row)
    return f"{text} {shown_as.unit(field)}" if text and field.type == "money" else text
