"""This user's own settings on this computer: last workspace, language, window, columns; never records."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import platformdirs

from db.files import private_folder
from policy.errors import WorldFault

APP = "fuzhuan-desk"


def config_file() -> Path:
    """Where the settings lie."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "settings.json"


def state_folder() -> Path:
    """Where logs and crash reports lie; made private when it is first needed."""
    folder = Path(platformdirs.user_state_dir(APP, appauthor=False))
    return private_folder(folder)


class Settings:
    """A small JSON file, written whole. What cannot be read or written is as if it had never been set."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or config_file()
        self._values: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError, RecursionError):
            read = json.loads(self._file.read_text("utf-8"))
            self._values = read if isinstance(read, dict) else {}

    def get(self, key: str, default: Any = None) -> Any:
        """The value kept under the key."""
        return self._values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Keep a value at once; a read-only disk is no reason to stop working."""
        if self._values.get(key) == value:
            return
        self._values[key] = value
        with contextlib.suppress(OSError, WorldFault):
            private_folder(self._file.parent)
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=".settings-")
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(self._values, out, indent=1, sort_keys=True)  # as ASCII: half a character is kept, too
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(self._file)


LOCK_AFTER = (5, 10, 15, 30, 60)  # minutes that may be chosen; 0 is never


def lock_minutes(settings: Settings) -> int:
    """After how many minutes without anybody at the window the workspace is locked; 0 for never."""
    chosen = settings.get("lock_minutes")
    return chosen if chosen in (0, *LOCK_AFTER) else 10


def lock_on_sleep(settings: Settings) -> bool:
    """Whether it is locked when the computer sleeps or its screen is locked."""
    return settings.get("lock_on_sleep") is not False
