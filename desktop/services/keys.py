"""Who can open the workspace: people and their passphrases, the recovery code, the keyring of this computer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from db.keyslots import new_holder
from db.models import Operator
from db.store import Store
from desktop.runtime import keychain
from desktop.services import workspace as workspaces
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import clock_day
from policy.errors import Fault, Refused, WorldFault
from policy.i18n import listed, mark


@service("keys.list")
def people(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """Everybody with a passphrase: [{holder, name, post, since, own, keyring, damaged}], in the order they came."""
    damaged = {part for _file, part in ws.slots.problems(ws.data_key)}
    known = _operators(ws.store)
    found = []
    for holder in sorted(ws.slots.holders(), key=lambda holder: known[holder].created_at if holder in known else 0):
        operator = known.get(holder)
        parts = {f"slot {slot['kind']} {slot['id']}" for slot in ws.slots.of(holder)}
        found.append(
            {
                "holder": holder,
                "operator": operator.id if operator else None,
                "name": operator.name if operator else "",
                "post": operator.post if operator else None,
                "since": operator.starts_on if operator else None,
                "own": holder == ws.holder,
                "keyring": ws.slots.has("keyring", holder),
                "damaged": bool(parts & damaged),
            }
        )
    return found


@service("keys.add_person")
def add_person(ws: Workspace, job: Job, *, name: str, new_passphrase: str, post: str = "") -> dict[str, Any]:
    """Give a person a passphrase of their own, under which history and audit show them: {operator, holder}.

    Raises Refused("keys.no_name" | "keys.name_taken" | "workspace.weak_passphrase").
    """
    name = name.strip()
    if not name:
        raise Refused("keys.no_name")
    workspaces.check_passphrase(new_passphrase)
    known = _operators(ws.store)
    if any(known[holder].name == name for holder in ws.slots.holders() if holder in known):
        raise Refused("keys.name_taken", name=name)
    # the person before the slot: a crash between the two leaves a name that opens nothing, never a way in of nobody
    holder = new_holder()
    with ws.store.write(mark("增加操作人"), "keys") as write:
        values = {"name": name, "post": post.strip() or None, "slot": holder, "starts_on": clock_day().isoformat()}
        operator = write.insert(Operator, values)
        write.audit("keys.person_added", f"operator:{operator}", {"name": name})
    try:
        with ws.slots.lock:
            ws.slots.add_passphrase(ws.data_key, new_passphrase, holder=holder)
    except BaseException:
        with ws.store.write(mark("增加操作人"), "keys") as write:
            write.delete(Operator, operator)
            write.audit("keys.person_not_added", f"operator:{operator}", {"name": name})
        raise
    return {"operator": operator, "holder": holder}


@service("keys.remove_person")
def remove_person(ws: Workspace, job: Job, *, holder: str) -> dict[str, Any]:
    """Take away one person's ways in: {name}. What they kept (an old copy of the key file, a backup) still opens what
    is under the present data key; `workspace.rotate_key` ends that.

    Raises Refused("keys.own" | "keys.unknown_person" | "keys.last_passphrase").
    """
    if holder == ws.holder:
        raise Refused("keys.own")
    if not holder or holder not in ws.slots.holders():
        raise Refused("keys.unknown_person")
    if len(ws.slots.holders()) == 1:
        raise Refused("keys.last_passphrase")
    operator = _operators(ws.store).get(holder)
    name = operator.name if operator else ""
    with _noted(ws, "keys.person_removed", holder):
        ws.slots.remove_holder(ws.data_key, holder)
    if operator is not None:
        with ws.store.write(mark("移除操作人"), "keys") as write:
            write.update(Operator, operator.id, {"ends_on": clock_day().isoformat()})
    return {"name": name}


@service("workspace.change_passphrase")
def change_passphrase(ws: Workspace, job: Job, *, passphrase: str, new_passphrase: str) -> dict[str, Any]:
    """Re-wrap for a new passphrase; the old one stops opening this workspace. {slot}"""
    workspaces.check_passphrase(new_passphrase)
    _, slot = ws.slots.unlock_passphrase(passphrase)
    holder = ws.slots.holder(slot)
    with _noted(ws, "keys.passphrase_changed", holder):
        new_slot = ws.slots.change_passphrase(ws.data_key, slot, new_passphrase)
    _stay(ws, holder)
    return {"slot": new_slot}


@service("workspace.reset_passphrase")
def reset_passphrase(ws: Workspace, job: Job, *, new_passphrase: str, holder: str = "") -> dict[str, Any]:
    """After opening by recovery code: replace a forgotten passphrase, and print a new code. {slot, recovery_code}

    `holder` says whose, where more than one person has one. Raises Refused("keys.not_by_recovery" | "keys.whose").
    """
    workspaces.check_passphrase(new_passphrase)
    if not ws.by_recovery:
        raise Refused("keys.not_by_recovery")
    known = ws.slots.holders()
    if not holder and len(known) > 1:
        names = _operators(ws.store)
        raise Refused("keys.whose", names=listed(names[one].name for one in known if one in names))
    holder = holder or (known[0] if known else workspaces.first_holder(ws.store))
    if known and holder not in known:
        raise Refused("keys.unknown_person")
    with _noted(ws, "keys.recovered", holder):
        new_slot, code = ws.slots.reset(ws.data_key, holder, new_passphrase)
    operator = _operators(ws.store).get(holder)
    ws.slot_id, ws.store.operator = new_slot, operator.id if operator else None
    return {"slot": new_slot, "recovery_code": code}


@service("keys.replace_recovery")
def replace_recovery(ws: Workspace, job: Job, *, passphrase: str) -> dict[str, Any]:
    """A new recovery code, voiding the printed one; the passphrase proves who asks. {recovery_code}"""
    ws.slots.unlock_passphrase(passphrase)
    with _noted(ws, "keys.recovery_replaced", ws.holder):
        code = ws.slots.replace_recovery(ws.data_key)
    return {"recovery_code": code}


@service("workspace.remember")
def remember(ws: Workspace, job: Job) -> None:
    """Let the system's keyring open this workspace on this computer, as the person it is open for."""
    holder = ws.holder
    with _noted(ws, "keys.keyring_remembered", holder):
        secret = ws.slots.set_keyring(ws.data_key, holder)
        try:
            keychain.remember(ws.slots.workspace_id, secret)
        except WorldFault:
            ws.slots.forget_keyring(ws.data_key, holder)
            raise
    _stay(ws, holder)


@service("workspace.forget_keyring")
def forget_keyring(ws: Workspace, job: Job) -> None:
    """Take the keyring's way in away, on both sides."""
    holder = ws.holder
    with _noted(ws, "keys.keyring_forgotten", holder):
        ws.slots.forget_keyring(ws.data_key, holder)
    _stay(ws, holder)
    with contextlib.suppress(WorldFault):  # what a locked or missing keyring still holds opens nothing any more
        keychain.forget(ws.slots.workspace_id)


@service("keys.mend")
def mend(ws: Workspace, job: Job) -> dict[str, Any]:
    """Write the key file and its copy anew from what holds: {problems: what was wrong}. Damaged slots are gone."""
    problems = [{"file": file, "part": part} for file, part in ws.slots.problems(ws.data_key)]
    with _noted(ws, "keys.mended", ws.holder):
        ws.slots.mend(ws.data_key)
    return {"problems": problems}


def _stay(ws: Workspace, holder: str) -> None:
    """Who works here stays who they are when the slot they came in by has made room for another."""
    if not ws.slots.kind(ws.slot_id):
        ws.slot_id = next((slot["id"] for slot in ws.slots.of(holder) if slot["kind"] == "passphrase"), ws.slot_id)


@contextmanager
def _noted(ws: Workspace, action: str, holder: str) -> Iterator[None]:
    """A change of the key file, entered into the audit log before it is made, and again where it was not: who is told
    that it failed must find the ways in as they were, and a new code must reach who asked for it."""
    note(ws, action, holder)
    try:
        with ws.slots.lock:
            yield
    except BaseException:
        with contextlib.suppress(Fault):  # what went wrong with the file is what has to be told
            note(ws, "keys.not_done", holder)
        raise


def note(ws: Workspace, action: str, holder: str) -> None:
    """Enter what happened to a person's ways in into the audit log; "" for nobody's."""
    operator = _operators(ws.store).get(holder)
    subject = f"operator:{operator.id}" if operator else f"workspace:{ws.slots.workspace_id}"
    with ws.store.write(mark("钥匙"), "keys") as write:
        write.audit(action, subject, {"name": operator.name if operator else ""})


def _operators(store: Store) -> dict[str, Operator]:
    with store.read():
        return {row.slot: row for row in Operator.select() if row.slot}
