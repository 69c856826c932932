"""A random name for this user on this computer, by which a workspace notices that it was carried elsewhere."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from db.files import private_folder, write_private
from desktop.runtime.settings import state_folder
from policy.errors import WorldFault

_FILE = "machine"


def machine_id(file: Path | None = None) -> str:
    """32 hex digits, made when first asked for; says nothing about the hardware. "" where none can be kept."""
    with contextlib.suppress(OSError, WorldFault):
        file = file or state_folder() / _FILE
        with contextlib.suppress(FileNotFoundError):
            known = file.read_text("ascii", "replace").strip()
            if len(known) == 32:
                return known
        private_folder(file.parent)
        made = secrets.token_hex(16)
        write_private(file, made.encode())
        return made
    return ""
