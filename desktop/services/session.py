"""Opening, making, locking and looking after a workspace: what is possible before and around the records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db import audit
from db.keyslots import KeySlots
from db.models import TABLES, Operator
from db.queries import records
from db.schema import kinds
from desktop.runtime import keychain
from desktop.services import replica, rotation
from desktop.services import workspace as workspaces
from desktop.services.cautions import cautions
from desktop.services.registry import Job, service, session_service
from desktop.services.workspace import Workspace
from policy import i18n
from policy.errors import Refused, WorldFault, WrongKey


class Session:
    """What one process has open: at most one workspace."""

    def __init__(self) -> None:
        self.workspace: Workspace | None = None

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
        """Go on with encrypting files to the present key where a change of the data key was cut off; else nothing."""
        workspace = self.workspace
        if workspace is not None:
            rotation.renew_files(workspace, job)

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
    if passphrase is not None:
        session.workspace = workspaces.open_with(Path(folder), "passphrase", passphrase)
    elif recovery_code is not None:
        session.workspace = workspaces.open_with(Path(folder), "recovery", recovery_code)
    else:
        slots = KeySlots.load(Path(folder))
        secret = keychain.recall(slots.workspace_id) if slots.has("keyring") else None
        if secret is None:
            raise WrongKey("key.keyring_empty")
        session.workspace = workspaces.open_with(Path(folder), "keyring", secret)
    return info(session.workspace, job)


@session_service("workspace.close")
def close(session: Session, job: Job) -> None:
    """Close the store and drop the keys."""
    session.close()


@session_service("session.language")
def language(session: Session, job: Job, *, language: str) -> None:
    """The language of texts that services compose."""
    i18n.set_language(language)


@service("workspace.info")
def info(ws: Workspace, job: Job) -> dict[str, Any]:
    """Where it is, whose it is, how much is in it."""
    with ws.store.read() as connection:
        counts = {
            table._meta.table_name: int(
                connection.execute(f'SELECT count(*) FROM "{table._meta.table_name}"').fetchone()[0]  # noqa: S608
            )
            for table in TABLES
        }
        version = connection.execute('SELECT max("name") FROM "schema_migration"').fetchone()[0]
        head = audit.head()
    own = workspaces.own_organisation(ws)
    return {
        "folder": str(ws.folder),
        "workspace": ws.slots.workspace_id,
        "organisation": {"id": own["id"], "name": own["name"], "uscc": own["uscc"]},
        "kinds": ws.store.setting("kinds", []),
        "sample": ws.sample,
        "schema": version,
        "bytes": sum(path.stat().st_size for path in ws.folder.rglob("*") if path.is_file()),
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


@service("workspace.verify")
def verify(ws: Workspace, job: Job) -> dict[str, Any]:
    """Check the store, every evidence and outbox file, and the audit chain: {ok, problems: [{what, detail}]}."""
    from db.models import Application, Evidence, Package

    problems = [{"what": "store", "detail": text} for text in ws.store.integrity()]
    with ws.store.read():
        known = [audit.Known(f"package {row.id}", row.audit_head) for row in Package.select()]
        for problem in audit.problems(ws.vault.audit_key, known):
            entries = str(problem.first) if problem.first == problem.last else f"{problem.first}-{problem.last}"
            problems.append({"what": "audit", "detail": problem.known.source if problem.known else entries})
        files = [(row.blob, row.digest, row.title) for row in Evidence.select()]
        files += [(row.pdf_blob, row.pdf_digest, row.title) for row in Application.select()]
        packages = [(row.id, row.outer_digest) for row in Package.select()]
    for done, (blob, digest, title) in enumerate(files):
        job.check()
        job.progress(done, len(files) + len(packages), title)
        problems += _file_problem(ws, blob, digest)
    for package, digest in packages:
        job.check()
        problems += _package_problem(ws, package, digest)
    return {"ok": not problems, "problems": problems, "files": len(files), "packages": len(packages)}


@service("settings.save")
def save_setting(ws: Workspace, job: Job, *, key: str, value: Any) -> None:
    """Keep a preference of this workspace; raises Refused("settings.protected") for the program's own values."""
    if key in ("signing_seed", "organisation", "sample", "replica"):
        raise Refused("settings.protected", key=key)
    ws.store.save_setting(key, value)


@service("settings.get")
def get_setting(ws: Workspace, job: Job, *, key: str) -> Any:
    """A preference of this workspace, or None; raises Refused("settings.protected")."""
    if key == "signing_seed":
        raise Refused("settings.protected", key=key)
    return ws.store.setting(key)


def _file_problem(ws: Workspace, blob: str, digest: str) -> list[dict[str, str]]:
    import hashlib

    try:
        hasher = hashlib.sha256()
        with ws.evidence.open(blob) as stream:
            while chunk := stream.read(1 << 20):
                hasher.update(chunk)
    except WorldFault as fault:
        return [{"what": "evidence", "detail": f"{blob[:12]} {fault.code}"}]
    return [] if hasher.hexdigest() == digest else [{"what": "evidence", "detail": f"{blob[:12]} digest"}]


def _package_problem(ws: Workspace, package: str, digest: str) -> list[dict[str, str]]:
    import hashlib

    try:
        hasher = hashlib.sha256()
        for part in ws.outbox.parts(package):
            hasher.update(part)
    except WorldFault as fault:
        return [{"what": "outbox", "detail": f"{package} {fault.code}"}]
    return [] if hasher.hexdigest() == digest else [{"what": "outbox", "detail": f"{package} digest"}]
