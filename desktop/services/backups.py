"""Backups into the set, by hand or by themselves: where they go, how they stand, which there are."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.files import fsync_folder, private_folder, world_faults, write_private
from db.keyslots import FILE_NAME as KEYSLOTS
from db.store import now_ms
from desktop.services import backupset, backupstate, backupthin
from desktop.services.backupcopy import FileCheck, StoreFacts, copy_store, files_of, is_there, pool_name, pooled
from desktop.services.backupset import MANIFEST, Entry, Manifest
from desktop.services.backupstate import BackupState
from desktop.services.registry import Job, service, session_service
from desktop.services.session import Session
from desktop.services.turns import taking_turns
from desktop.services.workspace import STORE_NAME, Workspace
from policy.dates import minute
from policy.errors import Fault, Refused, WorldFault
from policy.i18n import tr

OLD_DAYS = 7
_DAY_MS = 86_400_000
_ROUND = 30  # backups in which every file of the pool is read once again, and copied anew where it has rotted


@dataclass(frozen=True, slots=True)
class Made:
    """A new good snapshot."""

    path: Path
    manifest: Manifest
    copied: int


@service("backup.now")
def now(ws: Workspace, job: Job) -> dict[str, Any]:
    """Make a snapshot in the chosen folder (or the workspace's own) and thin out old ones.

    Answers {snapshot, folder, bytes, at_ms, files, copied, missing: [names]}. Raises
    WorldFault("backup.folder_missing" | "backup.store_damaged" | "backup.copy_damaged" | "backup.keys_changed" | disk
    faults); what was there stays as it was.
    """
    with taking_turns(job):
        state = BackupState.load(ws)
        return _attempt(ws, job, Path(state.folder) if state.folder else backupstate.own_folder(ws))


def automatic(ws: Workspace, job: Job) -> None:
    """A snapshot nobody asked for: where the chosen folder does not do, into the workspace's own. Raises like `now`."""
    with taking_turns(job):
        chosen, own = BackupState.load(ws).folder, backupstate.own_folder(ws)
        if not chosen:
            _attempt(ws, job, own)
            return
        try:
            _attempt(ws, job, Path(chosen))
        except WorldFault as fault:
            if fault.code == "backup.store_damaged":
                raise
            _attempt(ws, job, own, still=fault)


@service("backup.last")
def last(ws: Workspace, job: Job) -> dict[str, Any]:
    """How the backups stand.

    {at_ms, days, folder: of the last good one (None: never made), missing: files it could not take,
    failed: code of the last attempt's fault or None, params, chosen: folder or None, place: where the next one goes,
    same_disk: whether that is the disk of the workspace, overdue: none, too old, or failed}
    """
    state = BackupState.load(ws)
    own = backupstate.own_folder(ws)
    with world_faults(own):
        if state.place == str(own) and not any(own.glob("*/snapshots/*")):
            state.at_ms = None  # somebody deleted them
    days = None if state.at_ms is None else max(0, now_ms() - state.at_ms) // _DAY_MS
    place = Path(state.folder) if state.folder else backupstate.own_folder(ws)
    return {
        "at_ms": state.at_ms,
        "days": days,
        "folder": state.place or None,
        "missing": state.missing,
        "failed": state.failed,
        "params": state.params,
        "chosen": state.folder or None,
        "place": str(place),
        "same_disk": _same_disk(place, ws.folder),
        "overdue": days is None or days > OLD_DAYS or state.failed is not None,
    }


@service("backup.folder")
def folder(ws: Workspace, job: Job, *, folder: str) -> dict[str, Any]:
    """Choose where backups go, "" for the workspace's own folder; answers like `backup.last`.

    Raises Refused("backup.inside_workspace"), WorldFault("backup.folder_missing" | disk faults).
    """
    place = Path(folder).absolute()
    if folder:
        with world_faults(place):
            if not place.is_dir():
                raise WorldFault("backup.folder_missing", path=str(place))
            if place.resolve().is_relative_to(ws.folder.resolve()):
                raise Refused("backup.inside_workspace", path=str(place))
        # made now, so that an empty mount point is not taken for the stick that belongs there
        backupset.folder_below(place, backupstate.set_name(ws), "snapshots")
    with backupstate.changing(ws) as state:
        state.folder, state.made_set = (str(place), backupstate.set_name(ws)) if folder else ("", "")
        state.failed, state.params = None, {}
    return last(ws, job)


@session_service("backup.snapshots")
def snapshots(session: Session, job: Job, *, folder: str = "") -> list[dict[str, Any]]:
    """The snapshots in a folder, newest first; without one, those of the open workspace wherever they go.

    [{path, name, at_ms, bytes, files, missing, sequence, workspace, schema, readable, valid}]; `valid` is None where
    no key is at hand to tell. Raises WorldFault("workspace.locked") and the disk's fault for a folder it was given.
    """
    ws = session.workspace
    key, own = (None, "") if ws is None else (ws.vault.audit_key, ws.slots.workspace_id)
    if folder:
        sets = backupset.sets_in(Path(folder))
    elif ws is None:
        raise WorldFault("workspace.locked")
    else:
        state, name = BackupState.load(ws), backupstate.set_name(ws)
        sets = [
            place / name for place in (Path(state.folder or "."), backupstate.own_folder(ws)) if place.is_absolute()
        ]
    found = []
    for place in sets:
        try:
            rows = [_row(snapshot, key, own) for snapshot in backupset.snapshots(place)]
        except WorldFault:
            if folder:
                raise
            continue
        found += rows
    return sorted(found, key=lambda row: (row["at_ms"], row["sequence"]), reverse=True)


def moment(milliseconds: int | None) -> str:
    """A moment at +08:00 as the sentences name it, or the word for none."""
    if milliseconds is None:
        return tr("没有")
    return minute(milliseconds)


def _attempt(ws: Workspace, job: Job, place: Path, still: Fault | None = None) -> dict[str, Any]:
    """Make a snapshot and remember how it went; `still` is what keeps the chosen folder from being used."""
    seen = backupstate.mark(ws)
    try:
        made = _snapshot(ws, job, place)
    except Fault as fault:
        # the workspace's own disk may be what is full
        with contextlib.suppress(Fault), backupstate.changing(ws) as state:
            state.fail(still or fault)
        raise
    with backupstate.changing(ws) as state:
        state.at_ms, state.place, state.mark = made.manifest.made_at, str(place), seen
        state.missing, state.failed, state.params = len(made.manifest.missing), None, {}
        if still is not None:
            state.fail(still)
    return {
        "snapshot": str(made.path),
        "folder": str(place),
        "bytes": sum(entry.bytes for entry in made.manifest.files.values()),
        "at_ms": made.manifest.made_at,
        "files": _pooled_count(made.manifest),
        "copied": made.copied,
        "missing": list(made.manifest.missing),
    }


def _snapshot(ws: Workspace, job: Job, place: Path) -> Made:
    """A new snapshot under `place`; in a chosen folder the set has been there since it was chosen."""
    folder = place / backupstate.set_name(ws)
    named = folder / "snapshots"
    if place != backupstate.own_folder(ws) and not _is_there(ws, place, named):
        raise WorldFault("backup.folder_missing", path=str(place))
    if place == backupstate.own_folder(ws):
        private_folder(place, parents=False)
    backupset.folder_below(place, folder.name, named.name)
    with world_faults(folder):
        crashed = backupset.empty_leftovers(folder)
    before = backupset.snapshots(folder)
    fingerprint, vault = pool_name(ws), ws.vault
    known = _known(before, ws.vault.audit_key, fingerprint)
    sequence = before[-1].sequence + 1 if before else 1
    work = named / f".{secrets.token_hex(4)}.work"
    try:
        private_folder(work, parents=False)
        facts = store_into(ws, work, job)
        pool = backupset.folder_below(folder, *backupset.pool_of(folder, fingerprint).relative_to(folder).parts)
        check, files, copied = FileCheck(ws, pool), _own_entries(work), 0
        names = sorted(facts.files | files_of(ws))
        for done, name in enumerate(names):
            job.check()
            job.progress(done, len(names))
            entry = known.get(name)
            again = zlib.crc32(name.encode()) % _ROUND == sequence % _ROUND
            if entry is None or not is_there(pool / name, entry, read=again):
                entry = pooled(ws, name, pool, check)
                copied += entry is not None
            if entry is not None:
                files[name] = entry
        if ws.vault != vault:  # the key slots copied at the start do not open what was copied since
            raise WorldFault("backup.keys_changed")
        at = now_ms()
        manifest = signed_manifest(ws, facts, files, fingerprint, at, sequence)
        write_private(work / MANIFEST, manifest.text())
        target = named / backupset.snapshot_name(manifest.sequence, at)
        with world_faults(target):
            fsync_folder(work)
            work.replace(target)
            fsync_folder(named)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    with contextlib.suppress(OSError, Fault):  # the new one is good; the old ones are thinned out next time
        backupthin.thin(folder, at, sweep=bool(crashed))
        for path in crashed:
            path.rmdir()
    return Made(target, manifest, copied)


def store_into(ws: Workspace, work: Path, job: Job) -> StoreFacts:
    """`copy_store`; a damaged store is named with the last good backup: WorldFault("backup.store_damaged")."""
    try:
        return copy_store(ws, work, job)
    except WorldFault as fault:
        if fault.code != "store.damaged":
            raise
        last_good = moment(BackupState.load(ws).at_ms)
        raise WorldFault("backup.store_damaged", path=str(ws.store.path), last=last_good) from fault


def signed_manifest(
    ws: Workspace, facts: StoreFacts, files: dict[str, Entry], fingerprint: str, at: int, sequence: int
) -> Manifest:
    """The manifest of a backup made at `at` (milliseconds UTC) with these files."""
    return Manifest(
        workspace=ws.slots.workspace_id,
        sequence=sequence,
        made_at=at,
        schema=facts.schema,
        head=facts.head,
        length=facts.length,
        pool=fingerprint,
        files=files,
        missing=tuple(sorted(facts.files.difference(files))),
    ).signed(ws.vault.audit_key)


def _known(before: list[backupset.Snapshot], audit_key: bytes, fingerprint: str) -> dict[str, Entry]:
    """What earlier snapshots say of the pool's files, and nobody else could have said: the newest word counts."""
    found: dict[str, Entry] = {}
    for snapshot in before:
        manifest = snapshot.manifest()
        if manifest is not None and manifest.pool == fingerprint and manifest.holds(audit_key):
            found.update(manifest.files)
    return found


def _own_entries(work: Path) -> dict[str, Entry]:
    entries = {}
    for name in (KEYSLOTS, STORE_NAME):
        with world_faults(work / name), (work / name).open("rb") as source:
            entries[name] = backupset.digest(source)
    return entries


def _row(snapshot: backupset.Snapshot, key: bytes | None, own: str) -> dict[str, Any]:
    manifest = snapshot.manifest()
    row = {"path": str(snapshot.path), "name": snapshot.path.name, "sequence": snapshot.sequence}
    if manifest is None:
        blank = {"bytes": None, "files": None, "missing": None, "workspace": "", "schema": ""}
        return {**row, **blank, "at_ms": snapshot.at, "readable": False, "valid": False}
    return {
        **row,
        "at_ms": manifest.made_at,
        "bytes": sum(entry.bytes for entry in manifest.files.values()),
        "files": _pooled_count(manifest),
        "missing": len(manifest.missing),
        "workspace": manifest.workspace,
        "schema": manifest.schema,
        "readable": True,
        "valid": manifest.holds(key) if key is not None and manifest.workspace == own else None,
    }


def _is_there(ws: Workspace, place: Path, named: Path) -> bool:
    """Whether this is the chosen folder, and not the empty place where a stick was mounted. A copy that went its own
    way since begins its set where the folder is."""
    return named.is_dir() if BackupState.load(ws).made_set == named.parent.name else place.is_dir()


def _pooled_count(manifest: Manifest) -> int:
    """Evidence and outbox files: what a person means by the number of files."""
    return sum("/" in name for name in manifest.files)


def _same_disk(place: Path, folder: Path) -> bool:
    """Whether both lie on one file system; a place that is not there is not known to be another disk's."""
    try:
        return place.stat().st_dev == folder.stat().st_dev
    except OSError:
        return place.is_relative_to(folder)
