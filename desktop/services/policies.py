"""The policy packs at hand: those the program ships and those the user added to the workspace."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from db.files import name_as_text, world_faults
from db.models import Pack as PackRow
from desktop.services.registry import Job, service, session_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace
from policy.errors import Refused, Usage
from policy.evaluate import failed_examples, try_rule
from policy.i18n import mark, resources_dir
from policy.pack import Pack, load_pack

_MAX_PACK = 4 << 20


def packs(ws: Workspace | None) -> dict[str, tuple[Pack, bytes]]:
    """Every pack by id with its bytes; one the user added wins over a shipped one of the same id."""
    found: dict[str, tuple[Pack, bytes]] = {}
    for path in sorted((resources_dir() / "policies").glob("*.toml")):
        data = path.read_bytes()
        pack = load_pack(data)
        found[pack.id] = (pack, data)
    if ws is not None:
        with ws.store.read():
            texts = [row.content for row in PackRow.select().order_by(PackRow.created_at)]
        for text in texts:
            pack = load_pack(text.encode())
            found[pack.id] = (pack, text.encode())
    return found


def pack_by_id(ws: Workspace | None, pack_id: str) -> tuple[Pack, bytes]:
    """A pack and its bytes; raises Usage("policy.unknown_pack")."""
    found = packs(ws).get(pack_id)
    if found is None:
        raise Usage("policy.unknown_pack", pack=pack_id)
    return found


def describe(pack: Pack) -> dict[str, Any]:
    """A pack as plain data, its title in the language in force."""
    return {
        "id": pack.id,
        "title": str(pack.title),
        "number": pack.number,
        "issuer": pack.issuer,
        "status": pack.status,
        "issued_on": pack.issued_on,
        "effective_from": pack.effective_from,
        "effective_to": pack.effective_to,
        "replaces": list(pack.replaces),
        "replaced_by": pack.replaced_by,
        "source": str(pack.source),
        "subjects": list(pack.subjects),
        "digest": pack.digest,
        "rules": len(pack.rules),
        "unverified": sum(not rule.verification.verified for rule in pack.rules),
    }


@session_service("policy.list")
def list_packs(session: Session, job: Job) -> list[dict[str, Any]]:
    """The packs with status, dates, source and how many rules are not verified; without a workspace the shipped."""
    return [describe(pack) for pack, _ in packs(session.workspace).values()]


@session_service("policy.show")
def show(session: Session, job: Job, *, pack: str) -> dict[str, Any]:
    """One pack with its rules, clauses and verification."""
    found, _ = pack_by_id(session.workspace, pack)
    rules = [
        {
            "id": rule.id,
            "title": str(rule.title),
            "kind": rule.kind,
            "clause": rule.clause,
            "subject": rule.subject,
            "status": found.status,
            "verified": rule.verification.verified,
            "basis": str(rule.verification.basis),
            "verified_by": rule.verification.by,
            "page": rule.verification.page,
            "note": str(rule.note),
            "proofs": list(rule.proofs),
            "measures": sorted(rule.body.measures()),
        }
        for rule in found.rules
    ]
    return {**describe(found), "rules": rules}


@session_service("policy.check")
def check(session: Session, job: Job, *, file: str) -> dict[str, Any]:
    """Read a pack file and run its examples: {…, mismatches}; raises Refused("policy.pack_invalid")."""
    pack = load_pack(_read(file))
    return {**describe(pack), "mismatches": [asdict(mismatch) for mismatch in failed_examples(pack)]}


@service("policy.add")
def add(ws: Workspace, job: Job, *, file: str) -> dict[str, Any]:
    """Keep a pack in the workspace; raises Refused("policy.examples_fail") where its own examples do not hold."""
    data = _read(file)
    pack = load_pack(data)
    if pack.id in packs(None):  # a shipped pack is never edited: a new text is a new pack
        raise Refused("policy.id_taken", pack=pack.id)
    if failed_examples(pack):
        raise Refused("policy.examples_fail", pack=pack.id, count=len(failed_examples(pack)))
    with ws.store.write(mark("添加政策包"), f"import:{name_as_text(Path(file))}") as write:
        values = {"pack": pack.id, "title": pack.title.zh, "digest": pack.digest, "content": data.decode()}
        write.insert(PackRow, values)
        write.audit("policy.added", f"pack:{pack.id}", {"digest": pack.digest, "status": pack.status})
    return {**describe(pack), "changes": write.changes.as_dict()}


@session_service("policy.try")
def try_one(session: Session, job: Job, *, pack: str, rule: str, values: dict[str, str]) -> dict[str, Any]:
    """One rule on given figures; every field of an indicator result."""
    return asdict(try_rule(pack_by_id(session.workspace, pack)[0], rule, values))


def _read(file: str) -> bytes:
    path = Path(file)
    with world_faults(path):
        if not path.is_file():
            raise Refused("policy.no_file", file=str(path))
        if path.stat().st_size > _MAX_PACK:
            raise Refused("policy.pack_invalid", where="", problem="too_large", detail=path.name)
        return path.read_bytes()
