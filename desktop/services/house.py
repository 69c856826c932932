"""What the organisation is: the kinds that decide which pages it is offered."""

from __future__ import annotations

from typing import Any

from db.models import Setting
from desktop.kindsofdesk import KINDS
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Refused, Usage
from policy.i18n import listed, mark


@service("workspace.set_kinds", in_turn=True)
def set_kinds(ws: Workspace, job: Job, *, kinds: list[str]) -> dict[str, Any]:
    """Say what the organisation is, at least one: {kinds, changes}. Records are not touched.

    Raises Usage("workspace.unknown_kind", kind, known), Refused("workspace.no_kind").
    """
    known = [code for code, _ in KINDS]
    for kind in kinds:
        if kind not in known:
            raise Usage("workspace.unknown_kind", kind=kind[:40], known=listed(known))
    if not kinds:
        raise Refused("workspace.no_kind")
    chosen = [code for code in known if code in kinds]
    with ws.store.write(mark("本单位类别"), "typed") as write:
        Setting.insert(key="kinds", value=chosen).on_conflict_replace().execute()
        write.audit("workspace.kinds", "workspace", {"kinds": chosen})
    return {"kinds": chosen, "changes": write.changes.as_dict()}
