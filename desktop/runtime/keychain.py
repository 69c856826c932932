"""The convenience copy in the system's keyring: a random secret that opens the keyring slot, never the data key."""

from __future__ import annotations

from policy.errors import WorldFault

SERVICE = "fuzhuan-desk"


def remember(workspace: str, secret: str) -> None:
    """Keep the secret; raises WorldFault("keyring.unavailable" | "keyring.locked")."""
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
    import keyring  # 143 ms: only when a keyring is wanted
    import keyring.errors

    backend = keyring.get_keyring()
    if type(backend).__module__.startswith(("keyrings.alt", "keyring.backends.null")):
        raise WorldFault("keyring.unavailable")  # a clear-text fallback is no keyring
    try:
        return getattr(backend, method)(SERVICE, *arguments)
    except keyring.errors.KeyringLocked:
        raise WorldFault("keyring.locked") from None
    except (keyring.errors.KeyringError, RuntimeError):
        raise WorldFault("keyring.unavailable") from None
