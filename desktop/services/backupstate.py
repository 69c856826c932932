"""What the workspace knows of its own backups: where they go, when the last good one was made, what went wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from db import audit
from db.files import world_faults
from db.keyslots import FILE_NAME as KEYSLOTS
from db.models import Evidence, Op
from desktop.services import replica
from desktop.services.registry import Job
from desktop.services.workspace import Workspace
from policy.errors import Fault, WorldFault

_SETTING = "backup"


@dataclass(slots=True)
class BackupState:
    """Kept in the store. `at_ms` is the last good backup of any kind; `mark` what the last snapshot of a set held.

    `made_set` is the set that was made in the chosen folder, and so has to be found there. `failed` is the code of the
    last attempt's fault, with its parameters; None after a good one.
    """

    folder: str = ""
    made_set: str = ""
    at_ms: int | None = None
    place: str = ""
    missing: int = 0
    mark: list[Any] = field(default_factory=list)
    failed: str | None = None
    params: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, ws: Workspace) -> BackupState:
        """As it was saved; blank for a workspace that never was backed up."""
        kept = ws.store.setting(_SETTING)
        known = {item.name for item in fields(cls)}
        return (
            cls(**{name: value for name, value in kept.items() if name in known}) if isinstance(kept, dict) else cls()
        )

    def fail(self, fault: Fault) -> None:
        """Remember why it did not work."""
        self.failed = fault.code
        self.params = {name: str(value) for name, value in fault.params.items()}


@contextmanager
def changing(ws: Workspace) -> Iterator[BackupState]:
    """The state as it is now, saved with what the block changed; nobody changes it meanwhile.

    Raises WorldFault("workspace.locked") where the workspace was closed while a backup of it was made.
    """
    if ws.store.database.is_closed():  # it would be opened again
        raise WorldFault("workspace.locked")
    with ws.store.write("setting:backup"):
        state = BackupState.load(ws)
        yield state
        ws.store.save_setting(_SETTING, asdict(state))


def mark(ws: Workspace) -> list[Any]:
    """What changes with everything worth a new backup: operations, the audit chain, evidence, ways in; never a clock.

    Raises the disk's fault.
    """
    with ws.store.read():
        last = Op.select(Op.id).order_by(Op.id.desc()).first()
        found = [0 if last is None else last.id, audit.head().length, Evidence.select().count()]
    with world_faults(ws.folder / KEYSLOTS):
        slots = (ws.folder / KEYSLOTS).read_bytes()
    return [*found, hashlib.sha256(slots).hexdigest()]


def own_folder(ws: Workspace) -> Path:
    """Where backups go until the user has chosen a folder."""
    return ws.folder / "backups"


def set_name(ws: Workspace) -> str:
    """The folder of this copy's set: one that goes its own way must not thin out the backups of the other."""
    copy = replica.state(ws, Job())["replica"]
    return f"fuzhuan-{ws.slots.workspace_id[:8]}-{copy[:8]}"


def forget(ws: Workspace) -> None:
    """Nothing was backed up, and no folder is chosen yet: for a copy that was restored."""
    ws.store.save_setting(_SETTING, asdict(BackupState()))
