"""The heads of the audit chain that backups keep: a chain that was cut short or made anew lacks them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from desktop.services.backupset import sets_in, snapshots
from desktop.services.workspace import Workspace
from policy.errors import Fault


class KeptHead(NamedTuple):
    """Where the chain stood when a backup was made. `valid` says whether the manifest's MAC holds under the key."""

    name: str
    head: str
    length: int
    valid: bool
    made_at: int


def heads(folder: Path, audit_key: bytes, workspace: str = "") -> list[KeptHead]:
    """The heads of every readable manifest in a folder of backups (a set, or what sets lie in), oldest first.

    `workspace` leaves out the backups of others. A folder that is not there, such as a stick, has none.
    """
    found = []
    try:
        for place in sets_in(folder):
            for snapshot in snapshots(place):
                manifest = snapshot.manifest()
                if manifest is not None and workspace in ("", manifest.workspace):
                    valid = manifest.holds(audit_key)
                    name = f"{place.name}/{snapshot.path.name}"
                    found.append(KeptHead(name, manifest.head, manifest.length, valid, manifest.made_at))
    except Fault:
        return found
    return sorted(found, key=lambda kept: (kept.made_at, kept.name))


def heads_of(ws: Workspace) -> list[KeptHead]:
    """The heads in the workspace's own backup folder and in the one the user chose.

    A restored or copied workspace has no backups of its own yet; those of where it came from are not its heads.
    """
    from desktop.services.backupstate import BackupState, set_name

    state = BackupState.load(ws)
    places = [ws.folder / "backups", *([Path(state.folder)] if state.folder else [])]
    name = set_name(ws)
    return [kept for place in places for kept in heads(place / name, ws.vault.audit_key, ws.slots.workspace_id)]
