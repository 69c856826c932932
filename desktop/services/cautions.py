"""What a user should know about the workspace that is open, though it works: where it lies, what was found damaged."""

from __future__ import annotations

from typing import Any

import peewee

from db.models import Op
from db.store import now_ms
from desktop.runtime.clouddrive import syncing
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import minute
from policy.errors import WorldFault

_CLOCK_SLACK_MS = 5 * 60_000  # what a time server may take back


def cautions(ws: Workspace) -> list[dict[str, Any]]:
    """[{code, params}], the code of a sentence in `desktop.texts`; empty when there is nothing to say."""
    found: list[dict[str, Any]] = []
    if drive := syncing(ws.folder):
        found.append({"code": "warn.cloud_drive", "params": {"drive": drive}})
    if problems := ws.slots.problems(ws.data_key):
        parts = sorted(f"{file}: {part}" for file, part in problems)
        found.append(
            {"code": "warn.keyslots", "params": {"files": sorted({file for file, _part in problems}), "parts": parts}}
        )
    if ws.vault.former:
        found.append({"code": "warn.files_under_former_key", "params": {}})
    if ws.ending.unclean and ws.ending.report is None:
        found.append({"code": "warn.reconciling", "params": {}})
    if ws.ending.report is not None and ws.ending.report.missing:
        found.append({"code": "warn.files_missing", "params": {"n": ws.ending.report.missing}})
    if (last := _last_write(ws)) - now_ms() > _CLOCK_SLACK_MS:
        found.append({"code": "warn.clock_behind", "params": {"now": minute(now_ms()), "last": minute(last)}})
    return found


def _last_write(ws: Workspace) -> int:
    """The latest moment that stands in the history (ms UTC), whatever the clock has shown since; 0 where damage keeps
    it from being read: that is for the check of the workspace to tell, and no reason not to open."""
    try:
        with ws.store.read():
            return int(Op.select(peewee.fn.MAX(Op.at)).scalar() or 0)
    except WorldFault as fault:
        if fault.code != "store.damaged":
            raise
        return 0


@service("workspace.cautions")
def ask(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """The cautions as they are now."""
    return cautions(ws)
