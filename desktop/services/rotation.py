"""A new data key: real revocation of whoever left with a copy of the key file, for all that is kept from now on.

The store is written anew under the new key and every evidence and outbox file is encrypted anew. People who stay keep
their passphrases, the printed recovery code stays valid. Copies and backups made before stay readable to who could
read them then; no program can change that.
"""

from __future__ import annotations

import contextlib
import secrets
from typing import Any

from db import exchange, migrate
from db.keyslots import derive
from db.models import Operator
from db.store import store_faults
from desktop.services.registry import Job, service
from desktop.services.turns import taking_turns
from desktop.services.workspace import Workspace
from policy.dates import clock_day
from policy.errors import Refused, WorldFault
from policy.i18n import mark, tr


@service("workspace.rotate_key")
def rotate(
    ws: Workspace, job: Job, *, passphrase: str, keep: list[str] | None = None, keep_recovery: bool = True
) -> dict[str, Any]:
    """Change the data key: {kept, removed: names, files, unreadable: [names of files that were damaged before]}.

    `keep` are the holders who stay (everybody unless given); one's own way in always stays. A cancel after the store
    was exchanged leaves the rest of the files to be done later. Raises WrongKey, Refused("keys.unknown_person").
    """
    ws.slots.unlock_passphrase(passphrase)
    present = ws.slots.holders()
    staying = set(present if keep is None else [*keep, ws.holder])
    if not staying <= set(present):
        raise Refused("keys.unknown_person")
    names = _names(ws)
    kept = [names.get(holder, "") for holder in present if holder in staying]
    removed = [names.get(holder, "") for holder in present if holder not in staying]
    job.progress(0, 0, tr("正在用新密钥重写数据文件"))
    leaving = set(present) - staying  # who comes while this waits stays, too
    with taking_turns(job):  # a backup that is half done would lose its store, and on Windows keep hold of the file
        _exchange(ws, leaving if keep_recovery else leaving | {""}, removed)
    unreadable = renew_files(ws, job)
    with ws.store.write(mark("更换数据密钥"), "keys") as write:
        detail = {"kept": kept, "removed": removed, "recovery": keep_recovery}
        write.audit("keys.rotated", f"workspace:{ws.slots.workspace_id}", detail)
    files = sum(1 for _ in ws.evidence.names()) + len(ws.outbox.packages())
    return {"kept": kept, "removed": removed, "files": files, "unreadable": unreadable}


def renew_files(ws: Workspace, job: Job) -> list[str]:
    """Encrypt to the present identity what is still under a former one, and forget the former ones when none is left.

    Harmless when there is nothing to do; what a crash, a cancel or a file in use left is taken up here again. Returns
    the stored names that cannot be read under any identity: they were damaged before, and stay as they are.
    """
    vault = ws.vault
    if not vault.former:
        return []
    blobs, packages = sorted(ws.evidence.names()), ws.outbox.packages()
    unreadable, held = [], False
    for done, name in enumerate(blobs):
        job.check()
        job.progress(done, len(blobs) + len(packages), tr("正在重新加密佐证"))
        try:
            if not ws.evidence.is_current(name):
                ws.evidence.renew(name, job.cancelled)
                held |= not ws.evidence.is_current(name)  # Windows: somebody is reading what is there
        except WorldFault as fault:
            if not fault.code.startswith("evidence."):
                raise
            unreadable.append(name)
    for done, package in enumerate(packages):
        job.check()
        job.progress(len(blobs) + done, len(blobs) + len(packages), tr("正在重新加密报送包"))
        try:
            ws.outbox.renew(package)
        except WorldFault as fault:
            if not fault.code.startswith("outbox."):
                raise
            unreadable.append(package)
    if not unreadable and not held:  # a damaged file may yet be mended from a backup of that time
        with ws.slots.lock:
            if ws.vault is vault:  # else the key was changed again: what is current now is for who did that
                ws.take(ws.slots.former_done(ws.data_key))
    return unreadable


def _exchange(ws: Workspace, leaving: set[str], removed: list[str]) -> None:
    new_key, store = secrets.token_bytes(32), ws.store.path

    def commit() -> None:
        with ws.slots.lock:
            staying = {*ws.slots.holders(), ""} - leaving
            ws.take(ws.slots.rotate(ws.data_key, new_key, staying), new_key)

    with ws.store.lock:
        with ws.store.write(mark("更换数据密钥"), "keys") as write:
            write.audit("keys.rotation_begun", f"workspace:{ws.slots.workspace_id}", {"removed": removed})
        if ws.slots.rotating:  # the one before stands, but could not say so: a copy begun now must not be taken for its
            with ws.slots.lock:
                ws.slots.rotation_done(ws.data_key)
        exchange.discard(store)
        try:
            copy = exchange.prepared_path(store)
            ws.store.backup_to(copy, derive(new_key, "store"))
            with store_faults(copy):
                exchange.check(copy, new_key)
            ws.store.exchange(new_key, commit)
        except BaseException:
            if not ws.slots.rotating:
                exchange.discard(store)
            raise
    with ws.slots.lock:
        ws.slots.rotation_done(new_key)
    with ws.store.write(mark("更换数据密钥"), "keys") as write:  # not before: where it fails, everybody is still there
        for row in Operator.select().where(Operator.slot.in_(sorted(leaving)), Operator.ends_on.is_null()):
            write.update(Operator, row.id, {"ends_on": clock_day().isoformat()})
    for kept in migrate.kept_copies(ws.folder / "backups"):  # under the former key, which nobody here holds any more
        with contextlib.suppress(OSError):
            kept.unlink()


def _names(ws: Workspace) -> dict[str, str]:
    with ws.store.read():
        return {row.slot: row.name for row in Operator.select() if row.slot}
