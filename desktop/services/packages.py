"""Sealed packages: made from an application version, kept in the outbox, exported, and checked without a workspace."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from db import audit
from db.files import whole_file
from db.models import Evidence, Package, Submission
from db.outbox import PART_BYTES
from db.queries import records
from db.queries.rows import dict_rows
from desktop.services.confirmations import in_force, unconfirmed
from desktop.services.packagerecords import gather, public_rows, schema
from desktop.services.redaction import offered
from desktop.services.registry import Job, service, session_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace, own_organisation
from exports import minisign
from exports.endpoint import load_profile
from exports.package.seal import ACCESS_RIGHTS, sword_metadata
from exports.package.seal import seal as seal_stream
from exports.package.spec import Figure, Organisation, PackageSpec, Payload, Sealed
from exports.package.verify import inspect as inspect_file
from exports.package.verify import verify as verify_file
from policy.dates import CHINA
from policy.errors import Refused, WorldFault
from policy.i18n import mark

_SUFFIX = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tif", "image/webp": "webp"}
_EXPECTED = ("draft", "to_report", "returned")  # states of a submission that a package is still to be made for
_NAMED = 3  # of the figures that stand against sealing, as examples in the sentence
_NOT_IN_CLEAR = ("personal", "trade_secret")  # unless a person confirmed it


@service("package.seal")
def seal(
    ws: Workspace,
    job: Job,
    *,
    application: str,
    endpoint: str | None = None,
    personal_confirmed: bool = False,
    personal: dict[str, str] | None = None,
    replaces: str | None = None,
) -> dict[str, Any]:
    """Seal one application version: {id, inner_digest, outer_digest, bytes, encrypted, changes}.

    `personal` says by "kind.field" whether a field of `package.personal` leaves as it is (keep), masked (mask) or not
    at all (remove). For an endpoint with an age recipient the content is encrypted to it. Without one the personal
    fields left as they are, and the files that hold personal data or trade secrets, are raised as
    Refused("package.personal_unconfirmed", fields) until they were confirmed. What is sealed already for the same
    receivers, redacted alike, is answered as it is. Raises Refused("package.unverified", rules, count) while
    the version states figures that nobody saw in their document or compared with the year's notice.
    """
    with ws.store.read():
        row = records.get("application", records.resolve("application", application))
        _refuse_unverified(json.loads(row["content"]))
        recipients = _recipients(endpoint)
        replaces = replaces and records.resolve("package", replaces)
        package = str(uuid.uuid4())
        spec = _spec(ws, row, package, recipients, personal_confirmed, replaces, personal or {})
        known = _sealed_before(row["id"], spec) if replaces is None else None
        if known is not None:
            return _answer(ws, known, {})
    writer = ws.outbox.writer(package)
    try:
        sealed = seal_stream(
            spec, writer, progress=lambda done, total: job.progress(done, total), cancelled=job.cancelled
        )
        job.check()
        writer.commit()
    except Refused as refused:
        if refused.code == "package.cancelled":
            raise InterruptedError from None
        raise
    finally:
        writer.discard()
    try:
        changes = _keep(ws, row, spec, sealed, writer.parts)
    except BaseException:  # without its row nobody would know of the file
        ws.outbox.remove(package)
        raise
    with ws.store.read():
        return _answer(ws, Package.get_by_id(package), changes)


@service("package.personal")
def personal_fields(ws: Workspace, job: Job, *, application: str) -> list[dict[str, Any]]:
    """The personal fields a package of this version would hold: [{field, label, rows, way}]; `way` is what happens to
    the field where nothing else is chosen."""
    with ws.store.read():
        row = records.get("application", records.resolve("application", application))
        return offered(public_rows(json.loads(row["content"])["snapshot"]))


@service("package.list")
def list_packages(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """The sealed packages, newest first."""
    with ws.store.read():
        return dict_rows(Package.select().order_by(Package.sealed_at.desc()))


@service("package.export")
def export(ws: Workspace, job: Job, *, id: str, file: str) -> dict[str, Any]:
    """Write the sealed bytes where the user asked (a folder takes the package's own name): {file, sha256, bytes}."""
    with ws.store.read():
        row = records.get("package", records.resolve("package", id))
    target = Path(file)
    if target.is_dir():
        target = target / f"{row['id']}.zip"
    done, digest = 0, hashlib.sha256()
    with whole_file(target) as out:
        for part in ws.outbox.parts(row["id"]):
            job.check()
            out.write(part)
            digest.update(part)
            done += len(part)
            job.progress(done, row["bytes"])
        if digest.hexdigest() != row["outer_digest"]:  # a part is gone: what was sealed, or nothing
            raise WorldFault("outbox.damaged", package=row["id"])
    return {"file": str(target), "sha256": row["outer_digest"], "bytes": done}


@session_service("package.inspect")
def inspect(session: Session, job: Job, *, file: str) -> dict[str, Any]:
    """The clear label of a package file: claims that nobody has checked."""
    return asdict(inspect_file(_existing(file)))


@session_service("package.verify")
def verify(session: Session, job: Job, *, file: str, identity_file: str | None = None) -> dict[str, Any]:
    """Check a package file, opening it with an age identity where it is encrypted and one is given."""
    identity = _identity(_existing(identity_file)) if identity_file else None
    trusted = []
    if session.workspace is not None:
        trusted.append(minisign.public_key(signing_seed(session.workspace)))
    found = verify_file(_existing(file), identity=identity, trusted_keys=trusted)
    answer = asdict(found)
    kinds = found.records.get("records")  # a signature says who wrote it, not that it makes sense
    listed = kinds.items() if isinstance(kinds, dict) else ()
    answer["records"] = {name: len(rows) for name, rows in listed if isinstance(rows, list)}
    answer["index"] = dict(found.index)
    return answer


def _sealed_before(application: str, spec: PackageSpec) -> Package | None:
    """The package that holds this version for the same receivers, redacted alike: sealing again would make a copy."""
    rights = sword_metadata(spec).get(ACCESS_RIGHTS)
    for row in Package.select().where(Package.application == application).order_by(Package.sealed_at.desc()):
        if sorted(row.recipients or []) == sorted(spec.recipients) and row.metadata.get(ACCESS_RIGHTS) == rights:
            return row
    return None


def _answer(ws: Workspace, row: Package, changes: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "inner_digest": row.inner_digest,
        "outer_digest": row.outer_digest,
        "bytes": row.bytes,
        "encrypted": bool(row.recipients),
        "public_key": minisign.public_key(signing_seed(ws)).line,
        "changes": changes,
    }


def signing_seed(ws: Workspace) -> bytes:
    """The seed of the workspace's signing key."""
    return bytes.fromhex(str(ws.store.setting("signing_seed")))


def _existing(file: str) -> Path:
    path = Path(file)
    if not path.is_file():
        raise Refused("package.no_file", file=str(path))
    return path


def _identity(path: Path) -> str:
    """The last line of an identity file as `age-keygen` writes it; what is no identity opens nothing."""
    lines = path.read_text("utf-8", errors="replace").split()
    return lines[-1] if lines else ""


def _recipients(endpoint: str | None) -> list[str]:
    if endpoint is None:
        return []
    row = records.get("endpoint", records.resolve("endpoint", endpoint))
    return list(load_profile(row["profile"].encode()).profile.recipients)


def _spec(
    ws: Workspace,
    row: dict[str, Any],
    package: str,
    recipients: list[str],
    confirmed: bool,
    replaces: str | None,
    chosen: dict[str, str],
) -> PackageSpec:
    content = json.loads(row["content"])
    snapshot = content["snapshot"]
    document, personal = gather(snapshot, chosen)
    own = own_organisation(ws)
    head = audit.head()
    evidence = [_evidence_payload(ws, number, item) for number, item in enumerate(snapshot["evidence"], start=1)]
    paper = Evidence.KIND.shown
    personal += [f"{paper}·{item['title']}" for item in snapshot["evidence"] if item["sensitivity"] in _NOT_IN_CLEAR]
    figures = [
        Figure(item["label"], item["shown"] if item["value"] is not None else "未填", "", item["date_field"])
        for item in snapshot["measures"].values()
    ]
    pdf = Payload(
        name="application.pdf",
        real_name=f"{row['title']}_v{row['version']}.pdf",
        media_type="application/pdf",
        size=row["pdf_bytes"],
        sha256=row["pdf_digest"],
        open=partial(ws.evidence.open, row["pdf_blob"]),
        title=row["title"],
    )
    compared = content.get("confirmations") or {}
    titles = {item["id"]: item["title"] for item in snapshot["indicators"]}
    return PackageSpec(
        package_id=package,
        title=row["title"],
        organisation=Organisation(str(own["name"]), str(own["uscc"] or "")),
        made_at=datetime.now(CHINA).isoformat(timespec="seconds"),
        records=document,
        schema=schema(document["records"], document["redaction"]["removed"]),
        signing_seed=signing_seed(ws),
        index={"application": row["id"], "version": row["version"], "snapshot": snapshot["digest"]},
        figures=figures,
        documents=[pdf],
        evidence=evidence,
        recipients=recipients,
        replaces=replaces,
        sample=ws.sample,
        personal_fields=sorted(personal),
        personal_confirmed=confirmed,
        redaction=document["redaction"],
        audit_head=head.mac,
        audit_length=head.length,
        unverified_figures=[
            item["id"] for item in snapshot["indicators"] if not item["verified"] and item["id"] not in compared
        ],
        confirmed_figures=[
            {
                "rule": rule,
                "title": titles.get(rule, rule),
                "notice": one["title"],
                "sha256": one["sha256"],
                "page": one["page"],
                "on": one["on"],
            }
            for rule, one in compared.items()
        ],
    )


@service("package.open")
def open_figures(ws: Workspace, job: Job, *, application: str) -> dict[str, Any]:
    """What keeps a version from being sealed: {figures: [{rule, title, clause}], remake}.

    `remake` says that all of it was compared since: a new version is all that is needed.
    """
    with ws.store.read():
        row = records.get("application", records.resolve("application", application))
        found, now = _open_figures(json.loads(row["content"]))
    return {"figures": found, "remake": bool(found) and not now}


def _refuse_unverified(content: dict[str, Any]) -> None:
    if open_ones := _open_figures(content)[0]:
        rules = [item["rule"] for item in open_ones]
        titles = [item["title"] for item in open_ones[:_NAMED]]
        raise Refused("package.unverified", rules=rules, titles=titles, count=len(rules))


def _open_figures(content: dict[str, Any]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What is open in a version, and what would be in one made now.

    A version states what stood when it was made; what was confirmed and is so no longer counts as open again.
    """
    snapshot = content["snapshot"]
    place = f"{snapshot['subject']['kind']}:{snapshot['subject']['id']}"
    now = in_force(pack_digest=snapshot["pack"]["digest"], period=snapshot["period"], subject=place)
    made = content.get("confirmations") or {}
    standing = {rule: one for rule, one in made.items() if now.get(rule) == one}
    return unconfirmed(snapshot["indicators"], standing), unconfirmed(snapshot["indicators"], now)


def _keep(ws: Workspace, row: dict[str, Any], spec: PackageSpec, sealed: Sealed, parts: int) -> dict[str, Any]:
    """Enter a package whose file is in the outbox, with what the office now waits for; returns the changes."""
    with ws.store.write(mark("封装报送包"), "typed") as write:
        write.insert(
            Package,
            {
                "title": row["title"],
                "application": row["id"],
                "recipients": list(spec.recipients),
                "sealed_at": write.at,
                "metadata": sword_metadata(spec),
                "inner_digest": sealed.inner_sha256,
                "outer_digest": sealed.outer_sha256,
                "bytes": sealed.outer_bytes,
                "parts": parts,
                "part_bytes": PART_BYTES,
                "replaces": spec.replaces,
                "audit_head": spec.audit_head,
            },
            spec.package_id,
        )
        line = _expected(row["round"]) if spec.replaces is None else None
        if line is None:
            values = {"what": row["title"], "round": row["round"], "package": spec.package_id, "state": "to_report"}
            write.insert(Submission, values)
        else:  # what came back stays so until this is handed in
            state = line.state if line.state == "returned" else "to_report"
            write.update(Submission, line.id, {"package": spec.package_id, "state": state})
        digests = {"outer": sealed.outer_sha256, "inner": sealed.inner_sha256, "key": sealed.key_id}
        sizes = {"version": row["version"], "bytes": sealed.outer_bytes, "recipients": len(spec.recipients)}
        detail = {"application": row["id"], **digests, **sizes, "redaction": dict(spec.redaction)}
        write.audit("package.sealed", f"package:{spec.package_id}", detail)
        if spec.replaces:
            write.audit("package.replaced", f"package:{spec.replaces}", {"by": spec.package_id})
    return write.changes.as_dict()


def _expected(of_round: str | None) -> Submission | None:
    """The line of the register where a round still waits for a package, if there is one."""
    waiting = (Submission.package.is_null(), Submission.state.in_(_EXPECTED), Submission.archived == 0)
    return Submission.select().where(Submission.round == of_round, *waiting).first() if of_round else None


def _evidence_payload(ws: Workspace, number: int, item: dict[str, Any]) -> Payload:
    suffix = _SUFFIX.get(item["media_type"]) or "".join(
        char for char in Path(item["file_name"]).suffix.lower()[1:6] if char.isascii() and char.isalnum()
    )
    return Payload(
        name=f"e{number:04d}.{suffix or 'bin'}",
        real_name=item["file_name"],
        media_type=item["media_type"],
        size=item["bytes"],
        sha256=item["digest"],
        open=partial(ws.evidence.open, item["blob"]),
        evidence_id=item["id"],
        title=item["title"],
        supports=list(item["used_for"]),
    )
