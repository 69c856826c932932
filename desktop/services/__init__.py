"""The use cases, Qt-free; importing the modules listed here registers them by name."""

from __future__ import annotations

from importlib import import_module

_MODULES = (
    "session",
    "records",
    "ledger",
    "cases",
    "evidence",
    "policies",
    "evaluation",
    "apply",
    "packages",
    "sending",
    "backups",
    "sample",
)


def load_services() -> None:
    """Register every service."""
    for name in _MODULES:
        import_module(f"{__name__}.{name}")
