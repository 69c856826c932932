"""A workspace on disk: key slots, store, evidence, outbox and backups, opened together under one instance lock."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyrage

from db import exchange
from db.blobs import Blobs
from db.files import clear_away, private_folder, world_faults
from db.keyslots import COPY_NAME as KEYSLOTS_COPY
from db.keyslots import FILE_NAME as KEYSLOTS
from db.keyslots import KeySlots, Vault, new_holder
from db.models import Operator, Organisation
from db.outbox import Outbox
from db.queries import records
from db.reconcile import FILE_NAME as OPEN_MARK
from db.reconcile import Ending
from db.store import Store, store_faults
from desktop.runtime.lock import FILE_NAME as LOCK
from desktop.runtime.lock import InstanceLock
from policy.dates import today
from policy.errors import Refused, WorldFault
from policy.i18n import mark

STORE_NAME = "store.db"
_FOLDERS = ("evidence", "outbox", "backups")
RESTORING = "restoring"  # a file that is there while a backup is being brought back
MIN_PASSPHRASE = 8
_MEMORY = Path("/dev/shm")  # noqa: S108 - tmpfs: clear text must not reach the disk


@dataclass(slots=True)
class Workspace:
    """An open workspace. Close it to drop the keys; the instance lock is held until then."""

    folder: Path
    slots: KeySlots
    store: Store
    evidence: Blobs
    outbox: Outbox
    lock: InstanceLock
    slot_id: str
    by_recovery: bool
    ending: Ending
    _data_key: bytes = field(repr=False)
    _vault: Vault = field(repr=False)
    reference_day: date | None = None  # what counts as today, where it is not the clock's: in the sample

    @property
    def data_key(self) -> bytes:
        """For re-wrapping only."""
        return self._data_key

    @property
    def vault(self) -> Vault:
        return self._vault

    @property
    def holder(self) -> str:
        """Whose way in this was; "" by recovery code."""
        return self.slots.holder(self.slot_id)

    @property
    def files_key(self) -> str:
        """Names the state of encryption of the workspace's files, for copies of them: 8 hex digits."""
        known = "\n".join((self._vault.identity, *self._vault.former))
        return hashlib.sha256(b"fuzhuan files " + known.encode()).hexdigest()[:8]

    def take(self, vault: Vault, data_key: bytes | None = None) -> None:
        """Go on under another vault, and another data key where one is given."""
        self._vault, self._data_key = vault, self._data_key if data_key is None else data_key
        self.evidence.use(vault)
        self.outbox.use(vault)

    @property
    def recipient(self) -> str:
        """The workspace's own age recipient."""
        return str(pyrage.x25519.Identity.from_str(self._vault.identity).to_public())

    @property
    def sample(self) -> bool:
        """Whether this is the sample workspace, marked as such on every screen and document."""
        return bool(self.store.setting("sample", False))

    def close(self) -> None:
        """Close the store and let others in; harmless when already closed."""
        try:
            if not self.store.database.is_closed():
                self.store.close()
                self.ending.close(littered=self.evidence.littered or self.outbox.littered)
        finally:
            self._data_key = b""
            self.lock.release()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A private folder for conversion and binding, in memory where the system has such a place; removed after."""
        in_memory = os.access(_MEMORY, os.W_OK)
        parent = _MEMORY if in_memory else private_folder(self.folder / "scratch", parents=False)
        with world_faults(parent):
            folder = Path(tempfile.mkdtemp(prefix=_scratch_name(self.folder), dir=parent))
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)


def create(folder: Path, *, passphrase: str, organisation: str, kinds: list[str], person: str) -> tuple[Workspace, str]:
    """Make a workspace in an empty or new folder; returns it open, with the recovery code to print.

    Raises Refused("workspace.weak_passphrase" | "workspace.not_empty" | "workspace.no_organisation") or disk faults.
    """
    check_passphrase(passphrase)
    if not organisation.strip():
        raise Refused("workspace.no_organisation")
    with world_faults(folder):
        if folder.exists() and any(folder.iterdir()):
            raise Refused("workspace.not_empty", path=str(folder))
        private_folder(folder)
        folder.chmod(0o700)
    lock = InstanceLock(folder)
    lock.acquire()
    store: Store | None = None
    try:
        slots, data_key, code = KeySlots.create(folder, passphrase)
        vault = slots.vault(data_key)
        for name in _FOLDERS:
            private_folder(folder / name)
        store = Store.create(folder / STORE_NAME, data_key, vault)
        workspace = _assemble(folder, slots, store, lock, slots.content["slots"][0]["id"], data_key, vault)
        first_records(workspace, organisation.strip(), kinds, person.strip())
    except BaseException:
        if store is not None:
            store.close()
        lock.release()
        _take_back(folder)
        raise
    return workspace, code


def check_passphrase(passphrase: str) -> None:
    """Raises Refused("workspace.weak_passphrase")."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise Refused("workspace.weak_passphrase", least=MIN_PASSPHRASE)


def _take_back(folder: Path) -> None:
    """Remove what a creation that failed has made, so that the same folder can be tried again."""
    for name in _FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (KEYSLOTS, KEYSLOTS_COPY, LOCK, OPEN_MARK):
        with contextlib.suppress(OSError):
            (folder / name).unlink()
    for path in folder.glob(f"{STORE_NAME}*"):
        with contextlib.suppress(OSError):
            path.unlink()


def open_with(folder: Path, unlock: str, secret: str, *, restoring: bool = False) -> Workspace:
    """Open with `unlock` passphrase, recovery or keyring and its secret; `restoring` is for who puts the files there.

    Raises WrongKey, or WorldFault("workspace.missing" | "workspace.open_elsewhere" | "workspace.half_restored" | store,
    key-slot and disk faults).
    """
    if not folder.is_dir():
        raise WorldFault("workspace.missing", path=str(folder))
    if not any((folder / name).exists() for name in (STORE_NAME, KEYSLOTS, KEYSLOTS_COPY)):
        raise WorldFault("workspace.missing", path=str(folder))
    if not restoring and (folder / RESTORING).exists():
        raise WorldFault("workspace.half_restored", path=str(folder))
    lock = InstanceLock(folder)
    lock.acquire()
    try:
        slots = KeySlots.load(folder)
        open_slot = {
            "passphrase": slots.unlock_passphrase,
            "recovery": slots.unlock_recovery,
            "keyring": slots.unlock_keyring,
        }[unlock]
        data_key, slot_id = open_slot(secret)
        slots.refresh_copy(data_key)
        with world_faults(folder), store_faults(folder / STORE_NAME):
            exchange.finish(folder / STORE_NAME, slots, data_key)
        vault = slots.vault(data_key)
        store = Store.open(folder / STORE_NAME, data_key, vault)
        try:
            workspace = _assemble(folder, slots, store, lock, slot_id, data_key, vault)
        except BaseException:
            store.close()
            raise
    except BaseException:
        lock.release()
        raise
    clean_scratch(folder, unclean=workspace.ending.unclean)
    return workspace


def first_holder(store: Store) -> str:
    """The holder of the first operator, for a workspace whose passphrases were all lost."""
    with store.read():
        found = Operator.select().where(Operator.slot.is_null(False)).order_by(Operator.created_at).first()
    return str(found.slot) if found else new_holder()


def first_records(workspace: Workspace, organisation: str, kinds: list[str], person: str) -> None:
    """The workspace's own organisation, its first operator, and the keys that are random and live in the store."""

    store = workspace.store
    with store.write(mark("建立工作区"), "created") as write:
        org_kind = "carrier_operator" if "incubator" in kinds else "agency"
        own = write.insert(Organisation, {"name": organisation, "org_kind": org_kind})
        person_values = {"name": person or organisation, "slot": workspace.holder, "starts_on": today().isoformat()}
        operator = write.insert(Operator, person_values)
        write.operator = operator
        write.audit("workspace.created", f"organisation:{own}", {"kinds": kinds})
    store.save_setting("organisation", own)
    store.save_setting("kinds", kinds)
    store.save_setting("signing_seed", secrets.token_hex(32))
    store.operator = operator


def _assemble(
    folder: Path, slots: KeySlots, store: Store, lock: InstanceLock, slot_id: str, data_key: bytes, vault: Vault
) -> Workspace:
    kind = slots.kind(slot_id)
    with store.read():
        if kind == "recovery":  # a code is nobody's: only where one person works here is it clear who that is
            present = list(Operator.select().where(Operator.slot.in_(slots.holders())))
            operator = present[0] if len(present) == 1 else None
        else:
            operator = Operator.get_or_none(Operator.slot == slots.holder(slot_id))
    store.operator = None if operator is None else operator.id
    day = store.setting("today")
    return Workspace(
        folder=folder,
        slots=slots,
        store=store,
        evidence=Blobs(folder / "evidence", vault),
        outbox=Outbox(folder / "outbox", vault),
        lock=lock,
        slot_id=slot_id,
        by_recovery=kind == "recovery",
        ending=Ending(folder, store),
        _data_key=data_key,
        _vault=vault,
        reference_day=None if day is None else date.fromisoformat(str(day)),
    )


def clean_scratch(folder: Path, *, unclean: bool) -> None:
    """Remove what a crash left behind: scratch folders, in memory too, and half-written files. Needs the lock.

    The many files of the workspace's own backups are looked through only after an end known as `unclean`.
    """
    shutil.rmtree(folder / "scratch", ignore_errors=True)
    for leftover in _MEMORY.glob(f"{_scratch_name(folder)}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    patterns = ["evidence/.*.part", "backups/.*.part", "outbox/*/.*.part", ".*.part", f"{STORE_NAME}.migrating*"]
    for pattern in [*patterns, "backups/**/.*.part"] if unclean else patterns:
        clear_away(*folder.glob(pattern))
    for leftover in (*folder.glob("outbox/.*.part"), *folder.glob("backups/.*.work")):
        shutil.rmtree(leftover, ignore_errors=True)


def _scratch_name(folder: Path) -> str:
    """What scratch folders of the workspace in `folder` begin with: others may be at work in theirs."""
    return f"fuzhuan-{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]}-"


def own_organisation(workspace: Workspace) -> dict[str, object]:
    """The record of the organisation the workspace belongs to."""
    with workspace.store.read():
        return records.get("organisation", str(workspace.store.setting("organisation")))
