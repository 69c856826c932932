"""A backup as one file, to hand over or to carry: store, key slots and encrypted files with their manifest."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import zipfile
from pathlib import Path
from typing import Any

from db.files import fsync_folder, private_folder, whole_file, world_faults
from db.keyslots import FILE_NAME as KEYSLOTS
from db.store import now_ms
from desktop.services import backupset, backupstate
from desktop.services.backupcopy import FileCheck, files_of, pool_name
from desktop.services.backups import signed_manifest, store_into
from desktop.services.backupset import MANIFEST, Entry, Manifest
from desktop.services.registry import Job, service
from desktop.services.turns import taking_turns
from desktop.services.workspace import STORE_NAME, Workspace
from policy.errors import Refused, WorldFault


@service("backup.make")
def make(ws: Workspace, job: Job, *, file: str) -> dict[str, Any]:
    """Write all of the workspace into one file that opens with the same passphrase: {file, bytes, at_ms, missing}.

    It is read back and checked before it gets its name. Raises Refused("backup.is_a_folder") and what `now` raises.
    """
    target = Path(file)
    if target.is_dir():
        raise Refused("backup.is_a_folder", path=str(target))
    with taking_turns(job):
        own = private_folder(backupstate.own_folder(ws), parents=False)
        for leftover in own.glob(".*.work"):  # of a program that was killed
            shutil.rmtree(leftover, ignore_errors=True)
        work = own / f".{secrets.token_hex(4)}.work"
        hidden = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.backup")
        try:
            manifest = _write(ws, private_folder(work, parents=False), hidden, job)
            _check(hidden, manifest, job)
            with world_faults(target):
                hidden.replace(target)
                fsync_folder(target.parent)
        finally:
            shutil.rmtree(work, ignore_errors=True)
            with contextlib.suppress(OSError):
                hidden.unlink(missing_ok=True)
    with backupstate.changing(ws) as state:
        state.at_ms, state.place, state.missing = manifest.made_at, str(target.parent), len(manifest.missing)
    return {
        "file": str(target),
        "bytes": target.stat().st_size,
        "at_ms": manifest.made_at,
        "missing": list(manifest.missing),
    }


def _write(ws: Workspace, work: Path, target: Path, job: Job) -> Manifest:
    vault = ws.vault
    facts, check = store_into(ws, work, job), FileCheck(ws, ws.folder)
    files: dict[str, Entry] = {}
    sources = [(work / KEYSLOTS, KEYSLOTS), (work / STORE_NAME, STORE_NAME)]
    sources += [(ws.folder / name, name) for name in sorted(facts.files | files_of(ws))]
    with whole_file(target) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for done, (path, name) in enumerate(sources):
            job.check()
            job.progress(done, len(sources))
            if path.parent != work and not check.is_whole(name):
                continue
            with world_faults(path):
                source = path.open("rb")
            with source, archive.open(_info(name, path.stat().st_size), "w") as into:
                files[name] = backupset.copy(source, into)
        if ws.vault != vault:
            raise WorldFault("backup.keys_changed")
        manifest = signed_manifest(ws, facts, files, pool_name(ws), now_ms(), 0)
        archive.writestr(_info(MANIFEST), manifest.text())
    return manifest


def _check(file: Path, manifest: Manifest, job: Job) -> None:
    """Read it back; raises WorldFault("backup.copy_damaged")."""
    with world_faults(file):
        try:
            with zipfile.ZipFile(file) as archive:
                for name, entry in manifest.files.items():
                    job.check()
                    job.progress(0, 0)
                    with archive.open(name) as source:
                        if backupset.digest(source) != entry:
                            raise WorldFault("backup.copy_damaged", path=str(file))
        except (zipfile.BadZipFile, EOFError, KeyError):
            raise WorldFault("backup.copy_damaged", path=str(file)) from None


def _info(name: str, size: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o600 << 16
    info.file_size = size  # said first, so that a large one is written as such
    return info
