"""What can be told of a folder before anything in it is opened: whether a workspace is there, and where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.files import world_faults
from db.keyslots import COPY_NAME, FILE_NAME, KeySlots
from desktop.runtime.clouddrive import syncing
from desktop.services.registry import Job, session_service
from desktop.services.workspace import STORE_NAME
from policy.errors import WorldFault

if TYPE_CHECKING:
    from desktop.services.session import Session


@session_service("workspace.look")
def look(session: Session, job: Job, *, folder: str) -> dict[str, Any]:
    """Before a secret is asked for: {workspace, keyring: whether a keyring may open it}; raises like `slots_in`."""
    slots = slots_in(Path(folder))
    return {"workspace": slots.workspace_id, "keyring": slots.has("keyring")}


def slots_in(folder: Path) -> KeySlots:
    """The ways into the workspace in a folder.

    Raises WorldFault("workspace.missing" | "store.missing" | the key slots' and the disk's faults).
    """
    with world_faults(folder):
        try:
            present = {entry.name for entry in folder.iterdir()}
        except (FileNotFoundError, NotADirectoryError):  # a drive that is not connected, a name that has changed
            present = set()
    if not present & {STORE_NAME, FILE_NAME, COPY_NAME}:
        raise WorldFault("workspace.missing", path=str(folder))
    slots = KeySlots.load(folder)
    if STORE_NAME not in present:
        raise WorldFault("store.missing", path=str(folder / STORE_NAME))
    return slots


@session_service("workspace.place")
def place(session: Session, job: Job, *, folder: str) -> dict[str, str]:
    """Where a folder lies that a workspace is to be made in: {cloud_drive: its name, or ""}."""
    return {"cloud_drive": syncing(Path(folder))}
