"""What a user should know about the workspace that is open, though it works: where it lies, what was found damaged."""

from __future__ import annotations

from typing import Any

from desktop.runtime.clouddrive import syncing
from desktop.services.workspace import Workspace


def cautions(ws: Workspace) -> list[dict[str, Any]]:
    """[{code, params}], the code of a sentence in `desktop.texts`; empty when there is nothing to say."""
    found: list[dict[str, Any]] = []
    if drive := syncing(ws.folder):
        found.append({"code": "warn.cloud_drive", "params": {"drive": drive}})
    if problems := ws.slots.problems(ws.data_key):
        parts = sorted(f"{file}: {part}" for file, part in problems)
        found.append({"code": "warn.keyslots", "params": {"parts": parts}})
    if ws.vault.former:
        found.append({"code": "warn.files_under_former_key", "params": {}})
    return found
