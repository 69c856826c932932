"""Backups: one file with store, key slots and encrypted files, verified by opening; and bringing it back."""

from __future__ import annotations

import re
import secrets
import shutil
import zipfile
from pathlib import Path
from typing import Any

from db.files import private_folder, whole_file, world_faults
from db.keyslots import FILE_NAME as KEYSLOTS
from db.keyslots import KeySlots, derive
from db.migrate import connect
from db.models import Delivery
from db.store import now_ms
from desktop.services import workspace as workspaces
from desktop.services.registry import Job, service, session_service
from desktop.services.session import Session
from desktop.services.workspace import STORE_NAME, Workspace
from exports.delivery import next_delivery_state
from policy.errors import Refused, WorldFault
from policy.i18n import mark

_FOLDERS = ("evidence", "outbox")
# what a backup holds, and no drive, device or parent folder of any system
_NAMES = re.compile(
    rf"{re.escape(KEYSLOTS)}|{re.escape(STORE_NAME)}|evidence/[0-9a-f]{{2}}/[0-9a-f]{{64}}\.age"
    r"|outbox/[0-9a-z][0-9a-z-]{0,63}/part-[0-9]{5}\.age"
)


@service("backup.make")
def make(ws: Workspace, job: Job, *, file: str) -> dict[str, Any]:
    """Write a backup that opens with the same passphrase: {file, bytes, at_ms}; nothing in it is clear text.

    The store's copy is opened and checked before the backup gets its name.
    """
    target = Path(file)
    if target.is_dir():
        raise Refused("backup.is_a_folder", path=str(target))
    copy = private_folder(ws.folder / "backups") / f".store.{secrets.token_hex(4)}.part"
    key = derive(ws.data_key, "store")
    try:
        ws.store.backup_to(copy, key)
        _check_copy(copy, key)
        files = [(ws.folder / KEYSLOTS, KEYSLOTS), (copy, STORE_NAME)]
        for name in _FOLDERS:
            found = [(path, path.relative_to(ws.folder)) for path in sorted((ws.folder / name).rglob("*.age"))]
            # what is still being sealed lies in a hidden folder
            files += [(path, at.as_posix()) for path, at in found if not any(part[0] == "." for part in at.parts)]
        with whole_file(target) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for done, (path, name) in enumerate(files):
                job.check()
                job.progress(done, len(files), path.name if name == STORE_NAME else "")
                archive.write(path, name)
    finally:
        copy.unlink(missing_ok=True)
    at = now_ms()
    ws.store.save_setting("last_backup_ms", at)
    return {"file": str(target), "bytes": target.stat().st_size, "at_ms": at}


@service("backup.last")
def last(ws: Workspace, job: Job) -> dict[str, Any]:
    """When the last good backup was made: {at_ms} or {at_ms: null}."""
    return {"at_ms": ws.store.setting("last_backup_ms")}


@session_service("backup.restore")
def restore(session: Session, job: Job, *, file: str, folder: str, passphrase: str) -> dict[str, Any]:
    """Bring a backup back into a new folder and open it; it never sends by itself.

    Deliveries that were under way become `unknown`. Raises Refused("workspace.not_empty" | "backup.damaged"), WrongKey.
    """
    target = Path(folder)
    with world_faults(target):
        if target.exists() and any(target.iterdir()):
            raise Refused("workspace.not_empty", path=str(target))
    private_folder(target)
    try:
        _extract(Path(file), target)
        KeySlots.load(target).unlock_passphrase(passphrase)  # before what is open now is closed for it
        session.close()
        ws = workspaces.open_with(target, "passphrase", passphrase)
        try:
            _put_to_rest(ws, Path(file).name)
        except BaseException:
            ws.close()
            raise
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    session.workspace = ws
    return {"folder": str(target), "workspace": ws.slots.workspace_id}


def _put_to_rest(ws: Workspace, file: str) -> None:
    """Nothing of a restored workspace goes on by itself: what was under way is asked about first, by a person."""
    with ws.store.write(mark("从备份恢复"), "restore") as write:
        for row in Delivery.select().where(Delivery.state.in_(("queued", "created", "sending", "unknown"))):
            state = next_delivery_state(row.state, "restore")
            write.update(Delivery, row.id, {"state": state, "next_try_at": None})
        write.audit("workspace.restored", f"workspace:{ws.slots.workspace_id}", {"file": file})


def _check_copy(copy: Path, key: bytes) -> None:
    database = connect(copy, key, pragmas=(("query_only", 1),))
    try:
        if [row[0] for row in database.execute_sql("PRAGMA integrity_check")] != ["ok"]:
            raise WorldFault("backup.copy_damaged", path=str(copy))
    finally:
        database.close()


def _extract(file: Path, target: Path) -> None:
    """Only the names a backup has, only below the target, never more than declared."""
    if not file.is_file():
        raise Refused("backup.no_file", file=str(file))
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if KEYSLOTS not in names or STORE_NAME not in names or len(set(names)) != len(names):
                raise Refused("backup.damaged", file=file.name)
            for info in archive.infolist():
                if not _NAMES.fullmatch(info.filename) or info.compress_type != zipfile.ZIP_STORED:
                    raise Refused("backup.damaged", file=file.name)
                path = target.joinpath(*info.filename.split("/"))
                private_folder(path.parent)
                with world_faults(path), archive.open(info) as source, whole_file(path) as out:
                    shutil.copyfileobj(source, out, 1 << 20)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError):
        raise Refused("backup.damaged", file=file.name) from None
