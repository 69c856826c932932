"""A new data key for the store: a whole copy under the new key beside the old one, then one exchange.

The key file says `rotating` from the moment the new key counts until the copy stands in the store's place; whatever
ends in between is finished at the next opening.
"""

from __future__ import annotations

import os
from pathlib import Path

from db import migrate
from db.files import clear_away, fsync_folder, world_faults
from db.keyslots import KeySlots, derive
from policy.errors import WorldFault


def prepared_path(store: Path) -> Path:
    """Where the copy under the new data key lies."""
    return store.with_name(f"{store.name}.rotating")


def check(path: Path, data_key: bytes) -> None:
    """See that the copy is whole and durable; raises WorldFault("store.damaged") or the disk's fault."""
    database = migrate.connect(path, derive(data_key, "store"), pragmas=(("query_only", 1),))
    try:
        for pragma in ("integrity_check", "cipher_integrity_check", "foreign_key_check"):
            if [row for row in database.execute_sql(f"PRAGMA {pragma}") if row[0] != "ok"]:
                raise WorldFault("store.damaged", path=str(path))
    finally:
        database.close()
    with world_faults(path):
        handle = os.open(path, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        fsync_folder(path.parent)


def discard(store: Path) -> None:
    """Remove a copy that never counted."""
    copy = prepared_path(store)
    clear_away(copy, *_side_files(copy))


def swap_in(store: Path) -> None:
    """Put the copy in the store's place; raises WorldFault("store.damaged") where the old log still holds something."""
    with world_faults(store):
        for side in _side_files(store):
            if side.exists() and side.name.endswith("-wal") and side.stat().st_size:
                raise WorldFault("store.damaged", path=str(side))  # a stale log would damage the new file
            side.unlink(missing_ok=True)
        for side in _side_files(prepared_path(store)):
            side.unlink(missing_ok=True)
        prepared_path(store).replace(store)
        fsync_folder(store.parent)


def finish(store: Path, slots: KeySlots, data_key: bytes) -> None:
    """At opening: end an exchange that was cut off; needs the instance lock and the key file's present data key."""
    if slots.rotating:
        if prepared_path(store).exists():
            check(prepared_path(store), data_key)
            swap_in(store)
        slots.rotation_done(data_key)
    else:
        discard(store)


def _side_files(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
