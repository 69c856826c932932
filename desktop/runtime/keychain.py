"""The convenience copy in the system's keyring: a random secret that opens the keyring slot, never the data key."""

from __future__ import annotations

import queue
import threading

from policy.errors import WorldFault

SERVICE = "fuzhuan-desk"
PATIENCE = 20.0  # seconds: long enough to answer a prompt of the system's


def remember(workspace: str, secret: str) -> None:
    """Keep the secret; raises WorldFault("keyring.unavailable" | "keyring.locked" | "keyring.silent")."""
    _call("set_password", workspace, secret)


def recall(workspace: str) -> str | None:
    """The secret, or None where the keyring holds none; raises like `remember`."""
    found = _call("get_password", workspace)
    return None if found is None else str(found)


def forget(workspace: str) -> None:
    """Remove the secret; nothing to remove is fine."""
    if recall(workspace) is not None:
        _call("delete_password", workspace)


def _call(method: str, *arguments: str) -> object:
    """Ask in a thread of its own: a service that hangs must not keep anybody from typing the passphrase."""
    answers: queue.SimpleQueue[tuple[object, WorldFault | None]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put((_asked(method, *arguments), None))
        except WorldFault as fault:
            answers.put((None, fault))

    threading.Thread(target=ask, daemon=True, name="keyring").start()
    try:
        found, fault = answers.get(timeout=PATIENCE)
    except queue.Empty:
        raise WorldFault("keyring.silent") from None
    if fault is not None:
        raise fault
    return found


def _asked(method: str, *arguments: str) -> object:
    import keyring  # 143 ms: only when a keyring is wanted
    import keyring.errors

    try:
        backend = keyring.get_keyring()
        if type(backend).__module__.startswith(("keyrings.alt", "keyring.backends.null")):
            raise WorldFault("keyring.unavailable")  # a clear-text fallback is no keyring
        return getattr(backend, method)(SERVICE, *arguments)
    except keyring.errors.KeyringLocked:
        raise WorldFault("keyring.locked") from None
    except WorldFault:
        raise
    except Exception:  # noqa: BLE001 - backends let through whatever their bus or their service throws
        raise WorldFault("keyring.unavailable") from None
