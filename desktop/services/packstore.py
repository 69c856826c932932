"""The user's own packs: taken in with their signature, given out signed, removed; and the keys that are trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db.files import name_as_text, whole_file, world_faults
from db.models import Pack as PackRow
from db.models import Snapshot, TrustedKey
from desktop.services.notice import sealed_under
from desktop.services.noticepack import PREFIX
from desktop.services.packages import signing_seed
from desktop.services.policies import describe, given_pack, named_load, own_rows, pack_by_id, packs, shipped
from desktop.services.registry import Job, service, session_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace, own_organisation
from exports import minisign
from policy.dates import clock_day
from policy.errors import Refused, Usage, WorldFault
from policy.evaluate import failed_examples
from policy.i18n import listed, mark
from policy.pack import Pack

SUFFIX = ".minisig"
_MAX_SIGNATURE = 16_384
NOT_SIGNED = {"state": "none", "holder": "", "key_id": ""}


@service("policy.add", in_turn=True)
def add(ws: Workspace, job: Job, *, file: str | None = None, text: str | None = None) -> dict[str, Any]:
    """Keep a pack in the workspace, from a file (with FILE.minisig where that lies beside it) or as text.

    One of the same id that the user added earlier gives way to it: {…, replaced, signature, changes}. Raises Refused:
    "policy.pack_invalid", "policy.examples_fail", "policy.id_taken", "policy.replaces_loop", "policy.same_pack",
    "minisign.bad_signature", "minisign.wrong", "notice.sealed".
    """
    data = given_pack(file, text)
    pack = named_load(data)
    signature = _signature_beside(file) if file else None
    signer = NOT_SIGNED if signature is None else _check(ws, data, signature)
    if pack.id in shipped():  # a shipped pack is never edited: a new text is a new pack
        raise Refused("policy.id_taken", pack=pack.id)
    if failed := failed_examples(pack):
        raise Refused("policy.examples_fail", pack=pack.id, count=len(failed), rules=_named(failed))
    _refuse_loop(ws, pack)
    origin = f"import:{name_as_text(Path(file))}" if file else "typed"
    with ws.store.write(mark("添加政策包"), origin) as write:
        values = {
            "title": pack.title.zh[:200],
            "digest": pack.digest,
            "content": data.decode(),
            "signature": signature,
            "signed_by": signer["key_id"] or None,
        }
        known = PackRow.get_or_none(PackRow.pack == pack.id)
        if known is not None and known.digest == pack.digest and known.signature == signature:
            raise Refused("policy.same_pack", title=known.title)
        if known is not None and pack.id.startswith(PREFIX) and sealed_under(pack.id):
            raise Refused("notice.sealed", title=known.title)  # a round's table is closed to the editor, too
        if known is not None:
            write.update(PackRow, known.id, {**values, "replaces": known.digest})
        else:
            write.insert(PackRow, {"pack": pack.id, **values})
        replaced = "" if known is None else known.digest
        detail = {"digest": pack.digest, "status": pack.status, "replaced": replaced, "key": signer["key_id"]}
        write.audit("policy.added", f"pack:{pack.id}", detail)
    return {
        **describe(pack),
        "replaced": replaced,
        "signature": signer,
        "changes": write.changes.as_dict(),
    }


@service("policy.remove", in_turn=True)
def remove(ws: Workspace, job: Job, *, pack: str) -> dict[str, Any]:
    """Remove a pack the user added.

    Raises Refused("policy.shipped" | "policy.in_use"), Usage("policy.unknown_pack").
    """
    row = next((row for row in own_rows(ws) if row.pack == pack), None)
    if row is None:
        if pack in shipped():
            raise Refused("policy.shipped", pack=pack)
        raise Usage("policy.unknown_pack", pack=pack)
    with ws.store.write(mark("移除政策包"), "typed") as write:
        used = [found.title for found in Snapshot.select().where(Snapshot.pack_digest == row.digest)]
        if used:
            raise Refused("policy.in_use", pack=pack, titles=listed(used[:3]), n=len(used))
        write.delete(PackRow, row.id)
        write.audit("policy.removed", f"pack:{pack}", {"digest": row.digest})
    return {"pack": pack, "changes": write.changes.as_dict()}


@session_service("policy.export")
def export(session: Session, job: Job, *, pack: str, out: str, sign: bool = False) -> dict[str, Any]:
    """Write a pack's file (a folder takes ID.toml), with `sign` and FILE.minisig: {file, signature, key_id, line}.

    Without `sign` the signature it came with goes along. Raises WorldFault("workspace.locked") to sign without a
    workspace, whose key it is.
    """
    found, data = pack_by_id(session.workspace, pack)
    target = Path(out)
    if target.is_dir():
        target = target / f"{found.id}.toml"
    beside = target.with_name(target.name + SUFFIX)
    signature, key = "", None
    if sign:
        if session.workspace is None:
            raise WorldFault("workspace.locked")
        seed = signing_seed(session.workspace)
        key = minisign.public_key(seed)
        signature = minisign.sign(data, seed, f"pack:{found.id} sha256:{found.digest}")
    elif kept := next((row.signature for row in own_rows(session.workspace) if row.pack == found.id), None):
        signature = kept
    with whole_file(target) as stream:
        stream.write(data)
    if signature:
        with whole_file(beside) as stream:
            stream.write(signature.encode("ascii"))
    return {
        "file": str(target),
        "signature": str(beside) if signature else "",
        "key_id": key.key_id if key else "",
        "line": key.line if key else "",
    }


@service("policy.trust", in_turn=True)
def trust(ws: Workspace, job: Job, *, line: str, holder: str) -> dict[str, Any]:
    """Count packs signed with a public key (its base64 line) as of `holder`; a blank holder takes that back.

    {key_id, changes}; raises Refused("minisign.bad_key"), Usage("policy.unknown_key").
    """
    key = minisign.parse_public_key(line)
    with ws.store.write(mark("设定可信公钥"), "typed") as write:
        known = TrustedKey.get_or_none(TrustedKey.key_id == key.key_id)
        if not holder.strip():
            if known is None:
                raise Usage("policy.unknown_key", key_id=key.key_id)
            write.delete(TrustedKey, known.id)
        elif known is not None:
            write.update(TrustedKey, known.id, {"line": key.line, "holder": holder.strip()})
        else:
            values = {"key_id": key.key_id, "line": key.line, "holder": holder.strip()}
            values["added_on"] = clock_day().isoformat()
            write.insert(TrustedKey, values)
        action = "policy.key_trusted" if holder.strip() else "policy.key_dropped"
        write.audit(action, f"key:{key.key_id}", {"key": key.key_id})
    return {"key_id": key.key_id, "changes": write.changes.as_dict()}


@service("policy.keys")
def keys(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """The keys whose signatures on packs count, our own first: [{key_id, line, holder, own, added_on}]."""
    own = minisign.public_key(signing_seed(ws))
    with ws.store.read():
        rows = list(TrustedKey.select().order_by(TrustedKey.holder))
    name = str(own_organisation(ws)["name"])
    return [
        {"key_id": own.key_id, "line": own.line, "holder": name, "own": True, "added_on": ""},
        *(
            {"key_id": row.key_id, "line": row.line, "holder": row.holder, "own": False, "added_on": row.added_on}
            for row in rows
        ),
    ]


def signature_of(ws: Workspace | None, row: PackRow | None) -> dict[str, str]:
    """Who signed a pack: {state, holder, key_id}; state shipped (the program's own), own, trusted, unknown, none
    or wrong."""
    if row is None or ws is None:
        return {"state": "shipped", "holder": "", "key_id": ""}
    if not row.signature:
        return NOT_SIGNED
    try:
        return _check(ws, row.content.encode(), row.signature)
    except Refused:  # the key was exchanged for another of the same number
        return {"state": "wrong", "holder": "", "key_id": row.signed_by or ""}


def _check(ws: Workspace, data: bytes, signature: str) -> dict[str, str]:
    """Whose signature it is; raises Refused("minisign.wrong" | "minisign.bad_signature") where it does not fit."""
    named = minisign.signature_key_id(signature)
    own = minisign.public_key(signing_seed(ws))
    if named == own.key_id:
        minisign.verify(data, signature, own)
        return {"state": "own", "holder": str(own_organisation(ws)["name"]), "key_id": named}
    with ws.store.read():
        known = TrustedKey.get_or_none(TrustedKey.key_id == named)
    if known is None:
        return {"state": "unknown", "holder": "", "key_id": named}
    minisign.verify(data, signature, minisign.parse_public_key(known.line))
    return {"state": "trusted", "holder": known.holder, "key_id": named}


def _signature_beside(file: str) -> str | None:
    """The text of FILE.minisig, None where there is none; an empty one is a signature that does not fit."""
    path = Path(file + SUFFIX)
    with world_faults(path):
        if not path.is_file():
            return None
        if path.stat().st_size > _MAX_SIGNATURE:
            raise Refused("minisign.bad_signature")
        return path.read_bytes().decode("utf-8", "replace")


def _refuse_loop(ws: Workspace, pack: Pack) -> None:
    """Refuse a pack that would, over others, take its own place."""
    after: dict[str, set[str]] = {}
    for one in (pack, *(found for found, _ in packs(ws).values() if found.id != pack.id)):
        after.setdefault(one.id, set()).update(one.replaces)
        if one.replaced_by:
            after.setdefault(one.replaced_by, set()).add(one.id)
    way, seen = list(after[pack.id]), set()
    while way:
        name = way.pop()
        if name == pack.id:
            raise Refused("policy.replaces_loop", pack=pack.id, others=listed(sorted(after[pack.id])))
        if name not in seen:
            seen.add(name)
            way += after.get(name, ())


def _named(failed: Any) -> str:
    return listed(dict.fromkeys(mismatch.rule for mismatch in failed))
