"""The policy packs at hand: those the program ships and those the user added; read, shown, checked and tried."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from db.files import world_faults
from db.models import Pack as PackRow
from db.schema import kind_info, kinds
from desktop.services.holidays import calendar_of
from desktop.services.packfields import key_label
from desktop.services.registry import Job, session_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace
from policy.calendar import PUBLISHED
from policy.errors import Refused, Usage
from policy.evaluate import failed_examples, try_rule
from policy.i18n import resources_dir
from policy.pack import Pack, load_pack

_MAX_PACK = 4 << 20

# A pack is known by its bytes and never changes, and reading all of them takes longer than most questions about them.
loaded = lru_cache(maxsize=256)(load_pack)


def shipped() -> dict[str, tuple[Pack, bytes]]:
    """The packs of the program by id, with their bytes."""
    return dict(_in_folder(resources_dir() / "policies"))


@lru_cache(maxsize=2)
def _in_folder(folder: Path) -> dict[str, tuple[Pack, bytes]]:
    """What lies there as the program was started with it: its own files do not change while it runs."""
    found = [(loaded(data), data) for data in map(Path.read_bytes, sorted(folder.glob("*.toml")))]
    return {pack.id: (pack, data) for pack, data in found}


def packs(ws: Workspace | None) -> dict[str, tuple[Pack, bytes]]:
    """Every pack by id with its bytes; one the user added wins over a shipped one of the same id."""
    found = shipped()
    for row in own_rows(ws):
        try:
            found[row.pack] = (loaded(row.content.encode()), row.content.encode())
        except Refused:  # added under a program that took more: `policy.list` names it, the others go on
            continue
    return found


def own_rows(ws: Workspace | None) -> list[PackRow]:
    """The packs the user added, as kept."""
    if ws is None:
        return []
    with ws.store.read():
        return list(PackRow.select().order_by(PackRow.created_at))


def pack_by_id(ws: Workspace | None, pack_id: str) -> tuple[Pack, bytes]:
    """A pack and its bytes; raises Usage("policy.unknown_pack")."""
    found = packs(ws).get(pack_id)
    if found is None:
        raise Usage("policy.unknown_pack", pack=pack_id)
    return found


def pack_text(ws: Workspace | None, given: str) -> bytes:
    """The bytes of a pack by its id, or of the file of that name.

    Raises Usage("policy.unknown_pack") and what reading the file raises.
    """
    if (known := packs(ws).get(given)) is not None:
        return known[1]
    if not Path(given).suffix:
        raise Usage("policy.unknown_pack", pack=given)
    return read_pack_file(given)


def describe(pack: Pack) -> dict[str, Any]:
    """A pack as plain data, its title in the language in force."""
    return {
        "id": pack.id,
        "title": str(pack.title),
        "number": pack.number,
        "issuer": pack.issuer,
        "layer": pack.layer,
        "status": pack.status,
        "incomplete": pack.incomplete,
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
    """The packs with status, dates, source, how many rules are not verified, what takes their place and who signed
    them; without a workspace the shipped ones.

    `rule_titles` let a list be searched by what stands in the packs. `own` ones were added by the user; `signature` is
    {state, holder, key_id} with state shipped, own, trusted, unknown or none. One this program cannot read has
    `problem`, the code, and little else.
    """
    from desktop.services.packstore import signature_of

    own = {row.pack: row for row in own_rows(session.workspace)}
    found = packs(session.workspace)
    successors = _successors(pack for pack, _ in found.values())
    rows = []
    for pack, _ in found.values():
        row = own.get(pack.id)
        rows.append(
            {
                **describe(pack),
                "rule_titles": [str(rule.title) for rule in pack.rules],
                "own": row is not None,
                "succeeded_by": successors.get(pack.id, []),
                "signature": signature_of(session.workspace, row),
            }
        )
    for name, row in own.items():
        if name not in found:
            rows.append({"id": name, "title": row.title, "own": True, "problem": "policy.pack_invalid"})
    return rows


@session_service("policy.show")
def show(session: Session, job: Job, *, pack: str) -> dict[str, Any]:
    """One pack with its rules, clauses and verification."""
    found, _ = pack_by_id(session.workspace, pack)
    rules = [
        {
            "id": rule.id,
            "ref": rule.ref,
            "title": str(rule.title),
            "kind": rule.kind,
            "clause": rule.clause,
            "subject": rule.subject,
            "status": rule.status or found.status,
            "effective_from": rule.effective_from or found.effective_from,
            "effective_to": rule.effective_to or found.effective_to,
            "document": str(rule.document),
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


@session_service("policy.text")
def text(session: Session, job: Job, *, pack: str) -> dict[str, str]:
    """A pack's TOML as it is kept: {pack, text}."""
    found, data = pack_by_id(session.workspace, pack)
    return {"pack": found.id, "text": data.decode()}


@session_service("policy.check")
def check(session: Session, job: Job, *, file: str | None = None, text: str | None = None) -> dict[str, Any]:
    """Read a pack, from a file or as text, and run its examples: {…, mismatches}, all that fail.

    Raises Refused("policy.no_file"), Refused("policy.pack_invalid", where, line, problem, detail).
    """
    pack = named_load(given_pack(file, text))
    return {**describe(pack), "mismatches": [asdict(mismatch) for mismatch in failed_examples(pack)]}


@session_service("policy.try")
def try_one(session: Session, job: Job, *, pack: str, rule: str, values: dict[str, str]) -> dict[str, Any]:
    """One rule on given figures; every field of an indicator result."""
    calendar = PUBLISHED if session.workspace is None else calendar_of(session.workspace)
    found, _ = pack_by_id(session.workspace, pack)
    return asdict(try_rule(found, rule, values, calendar=calendar, labels=_attribute_names(found, rule)))


def _attribute_names(pack: Pack, wanted: str) -> dict[str, str]:
    """What the fields of records are called, those of the rule's own subject before those of other kinds."""
    subject = next((rule.subject for rule in pack.rules if rule.id == wanted), "")
    own = [subject] if subject in kinds() else []
    return {field.name: field.shown for kind in (*kinds(), *own) for field in kind_info(kind).fields}


def given_pack(file: str | None, text: str | None) -> bytes:
    """The bytes of a pack handed in one of the two ways."""
    if text is not None:
        if len(text) > _MAX_PACK:
            raise Refused("policy.pack_invalid", where="", problem="too_large", detail="")
        return text.encode()
    return read_pack_file(file or "")


def named_load(data: bytes) -> Pack:
    """A pack as `load_pack` reads it; a refusal says also what the form calls the key it is about (`label`)."""
    try:
        return load_pack(data)
    except Refused as refused:
        raise Refused(refused.code, **refused.params, label=key_label(str(refused.params.get("where", "")))) from None


def read_pack_file(file: str) -> bytes:
    """The bytes of a pack file; raises Refused("policy.no_file"), or "policy.pack_invalid" for one far too large."""
    path = Path(file)
    with world_faults(path):
        if not path.is_file():
            raise Refused("policy.no_file", file=str(path))
        if path.stat().st_size > _MAX_PACK:
            raise Refused("policy.pack_invalid", where="", problem="too_large", detail=path.name)
        return path.read_bytes().removeprefix(codecs.BOM_UTF8)  # which notepads put before the text


def _successors(known: Iterable[Pack]) -> Mapping[str, list[str]]:
    """By id of a pack, the packs at hand that say they take its place."""
    found: dict[str, list[str]] = {}
    for pack in known:
        for name in pack.replaces:
            found.setdefault(name, []).append(pack.id)
    return found
