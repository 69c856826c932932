"""Opening, making, locking and looking after a workspace: what is possible before and around the records."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from db import audit
from db.keyslots import Vault
from db.models import TABLES, Operator
from db.queries import records
from db.schema import kinds
from desktop.runtime import keychain
from desktop.services import replica, rotation
from desktop.services import workspace as workspaces
from desktop.services.cautions import cautions
from desktop.services.places import slots_in
from desktop.services.registry import Job, service, session_service
from desktop.services.workspace import Workspace
from policy import i18n
from policy.errors import Refused, WorldFault, WrongKey


class Session:
    """What one process has open: at most one workspace."""

    def __init__(self) -> None:
        self.workspace: Workspace | None = None
        self._renewed: Vault | None = None

    def index_waiting(self, limit: int) -> int:
        """Index up to `limit` records that a large import left for later; 0 when nothing is left or open."""
        workspace = self.workspace
        return 0 if workspace is None else workspace.store.index_waiting(limit)

    def reconcile(self) -> None:
        """After an unclean end, bring encrypted files and rows in step; harmless else. Raises the disk's WorldFault."""
        workspace = self.workspace
        if workspace is not None:
            workspace.ending.reconcile(workspace.evidence, workspace.outbox)

    def renew_files(self, job: Job) -> None:
        """Go on with encrypting files to the present key where a change of the data key was cut off; else nothing.

        Once through all files: those that cannot be read stay so, and are no reason to go through the others again.
        """
        workspace = self.workspace
        if workspace is not None and workspace.vault is not self._renewed and rotation.renew_files(workspace, job):
            self._renewed = workspace.vault

    def close(self) -> None:
        if self.workspace is not None:
            self.workspace.close()
            self.workspace = None


@session_service("workspace.create")
def create(
    session: Session,
    job: Job,
    *,
    folder: str,
    passphrase: str,
    organisation: str,
    kinds: list[str],
    person: str = "",
) -> dict[str, Any]:
    """Make a workspace and open it: {folder, workspace, recovery_code}."""
    session.close()
    session.workspace, code = workspaces.create(
        Path(folder), passphrase=passphrase, organisation=organisation, kinds=kinds, person=person
    )
    return {"folder": folder, "workspace": session.workspace.slots.workspace_id, "recovery_code": code}


@session_service("workspace.open")
def open_workspace(
    session: Session, job: Job, *, folder: str, passphrase: str | None = None, recovery_code: str | None = None
) -> dict[str, Any]:
    """Open by passphrase or recovery code, or by the keyring when neither is given; answers like `workspace.info`."""
    session.close()
    session.workspace = workspaces.open_with(Path(folder), *way_in(Path(folder), passphrase, recovery_code))
    return info(session.workspace, job)


def way_in(folder: Path, passphrase: str | None, recovery_code: str | None) -> tuple[str, str]:
    """Which way in is meant, and its secret: the keyring's where neither is given; raises WrongKey, WorldFault."""
    if passphrase is not None:
        return "passphrase", passphrase
    if recovery_code is not None:
        return "recovery", recovery_code
    slots = slots_in(folder)
    secret = keychain.recall(slots.workspace_id) if slots.has("keyring") else None
    if secret is None:
        raise WrongKey("key.keyring_empty")
    return "keyring", secret


@session_service("workspace.close")
def close(session: Session, job: Job) -> None:
    """Close the store and drop the keys."""
    session.close()


@session_service("session.language", in_turn=True)
def language(session: Session, job: Job, *, language: str) -> None:
    """The language of texts that services compose."""
    i18n.set_language(language)


@service("workspace.info")
def info(ws: Workspace, job: Job) -> dict[str, Any]:
    """Where it is, whose it is, how much is in it."""
    counts = {table._meta.table_name: _count(ws, table._meta.table_name) for table in TABLES}
    with ws.store.read() as connection:
        version = connection.execute('SELECT max("name") FROM "schema_migration"').fetchone()[0]
        head = audit.head()
    own = workspaces.own_organisation(ws)
    return {
        "folder": str(ws.folder),
        "workspace": ws.slots.workspace_id,
        "organisation": {"id": own["id"], "name": own["name"], "uscc": own["uscc"]},
        "kinds": ws.store.setting("kinds", []),
        "sample": ws.sample,
        "today": None if ws.reference_day is None else ws.reference_day.isoformat(),
        "schema": version,
        "bytes": _bytes(ws.folder),
        "counts": counts,
        "person": _person(ws),
        "by_recovery": ws.by_recovery,
        "keyring": ws.slots.has("keyring", ws.holder),
        "cautions": cautions(ws),
        "replica": replica.state(ws, job),
        "audit": {"head": head.mac, "length": head.length},
        "secrets_notice_seen": bool(ws.store.setting("secrets_notice_seen", False)),
    }


def _person(ws: Workspace) -> str:
    """The name of who opened the workspace; "" where the recovery code leaves that open."""
    with ws.store.read():
        operator = Operator.get_or_none(Operator.id == ws.store.operator)
    return "" if operator is None else str(operator.name)


@service("workspace.counts")
def counts(ws: Workspace, job: Job) -> dict[str, int]:
    """The number of records by kind."""
    with ws.store.read():
        return {name: records.count(name) for name in kinds()}


@service("settings.save", in_turn=True)
def save_setting(ws: Workspace, job: Job, *, key: str, value: Any) -> None:
    """Keep a preference of this workspace; raises Refused("settings.protected") for the program's own values."""
    if key in ("signing_seed", "organisation", "sample", "today", "replica"):
        raise Refused("settings.protected", key=key)
    ws.store.save_setting(key, value)


@service("settings.get")
def get_setting(ws: Workspace, job: Job, *, key: str) -> Any:
    """A preference of this workspace, or None; raises Refused("settings.protected")."""
    if key == "signing_seed":
        raise Refused("settings.protected", key=key)
    return ws.store.setting(key)


def _bytes(folder: Path) -> int:
    """The size of all files in a folder; what goes while it is looked at (a backup is being made) counts nothing."""
    total = 0
    for parent, _folders, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += (Path(parent) / name).stat().st_size
    return total


def _count(ws: Workspace, table: str) -> int:
    """How many rows a table has; 0 where damage keeps them from being counted: the check of the workspace names it."""
    try:
        with ws.store.read() as connection:
            return int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608 - own names
    except WorldFault as fault:
        if fault.code != "store.damaged":
            raise
        return 0
