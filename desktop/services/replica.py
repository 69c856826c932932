"""Which copy of the workspace this is: made here, moved here, split off, restored or rescued.

A workspace keeps its id for life; each copy that goes its own way has a replica id of its own, under which later
operations can be told apart when copies are brought together. A copy that finds itself on another computer, or beside
the folder it came from, asks which it is, and sends nothing until that is settled: two copies must not both hand in.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from db.keyslots import KeySlots
from db.models import Delivery, Op
from db.store import now_ms
from db.writes import Write
from desktop.runtime.machine import machine_id
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from exports.delivery import next_delivery_state
from policy.errors import Refused, WorldFault
from policy.i18n import mark

_KEY = "replica"


@service("replica.state")
def state(ws: Workspace, job: Job) -> dict[str, Any]:
    """{replica, how, since_ms, question}; `question` is None, or where the workspace was before: {folder, computer}.

    `computer` is "other" or "same". A folder renamed on the same computer is no question.
    """
    known = _known(ws)
    return {name: known[name] for name in ("replica", "how", "since_ms")} | {"question": _question(ws, known)}


@service("replica.settle", in_turn=True)
def settle(ws: Workspace, job: Job, *, how: str) -> dict[str, Any]:
    """Answer the question: `moved` (the other copy is given up) or `forked` (both go on). {replica}

    A fork gets a replica id of its own; what it was about to send is asked about first.
    """
    if how not in ("moved", "forked"):
        raise Refused("replica.how")
    with ws.store.write(mark("工作区的去向"), "replica") as write:
        if how == "forked":
            new_replica(ws, write, how)
            rest_deliveries(write)
        else:
            _save(ws, _known(ws) | {"folder": str(ws.folder.resolve()), "machine": machine_id()})
        write.audit(f"workspace.{how}", f"workspace:{ws.slots.workspace_id}", {"replica": _known(ws)["replica"]})
    return {"replica": _known(ws)["replica"]}


def check_settled(ws: Workspace) -> None:
    """Raises Refused("replica.unsettled"): for whatever leaves this computer by itself."""
    if _question(ws, _known(ws)) is not None:
        raise Refused("replica.unsettled")


def new_replica(ws: Workspace, write: Write, how: str) -> str:
    """From now on this copy goes its own way: `how` is forked, restored or rescued. Returns the new replica id."""
    parent = ws.store.setting(_KEY)
    parents = [*parent.get("parents", []), parent["replica"]] if isinstance(parent, dict) else []
    known = _fresh(ws, how) | {"parents": parents, "first_op": write.op}
    _save(ws, known)
    return str(known["replica"])


def rest_deliveries(write: Write) -> None:
    """Nothing of a copy goes on by itself: what was under way is asked about first, by a person."""
    for row in Delivery.select().where(Delivery.state.in_(("queued", "created", "sending", "unknown"))):
        state = next_delivery_state(row.state, "restore")
        write.update(Delivery, row.id, {"state": state, "next_try_at": None})


def _known(ws: Workspace) -> dict[str, Any]:
    """What is kept about this copy; kept now where it never was. A renamed folder is noted."""
    known = ws.store.setting(_KEY)
    if not isinstance(known, dict):
        with ws.store.read():
            first = Op.select(Op.id).order_by(Op.id).first()
        known = _fresh(ws, "created") | {"parents": [], "first_op": first.id if first else 0}
        _save(ws, known)
    elif _question(ws, known) is None and known["folder"] != str(ws.folder.resolve()):
        known = known | {"folder": str(ws.folder.resolve())}
        _save(ws, known)
    return known


def _question(ws: Workspace, known: dict[str, Any]) -> dict[str, str] | None:
    here, before = ws.folder.resolve(), Path(known["folder"])
    this_one = machine_id()
    if this_one and known["machine"] and known["machine"] != this_one:
        return {"folder": str(before), "computer": "other"}
    if before == here:
        return None
    try:  # renamed, or copied beside where it was
        still_there = KeySlots.load(before).workspace_id == ws.slots.workspace_id
    except WorldFault:
        still_there = False
    return {"folder": str(before), "computer": "same"} if still_there else None


def _fresh(ws: Workspace, how: str) -> dict[str, Any]:
    replica, here = str(uuid.uuid4()), str(ws.folder.resolve())
    return {"replica": replica, "how": how, "since_ms": now_ms(), "machine": machine_id(), "folder": here}


def _save(ws: Workspace, known: dict[str, Any]) -> None:
    ws.store.save_setting(_KEY, known)
