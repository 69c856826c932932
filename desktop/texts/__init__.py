"""Every code of a fault or finding with its Chinese sentence; the English ones are in the catalogue."""

from __future__ import annotations

from desktop.texts import (
    auditlog,
    backups,
    cases,
    collect,
    core,
    events,
    faults,
    firms,
    hostile,
    keys,
    ledger,
    lists,
    locking,
    notice,
    packedit,
    policy,
    privacy,
    rescue,
    results,
    sealing,
    training,
    uses,
)

_MODULES = (
    auditlog,
    backups,
    cases,
    collect,
    core,
    events,
    faults,
    firms,
    hostile,
    keys,
    ledger,
    lists,
    locking,
    notice,
    packedit,
    policy,
    privacy,
    rescue,
    results,
    sealing,
    training,
    uses,
)

SENTENCES: dict[str, str] = {code: text for module in _MODULES for code, text in module.SENTENCES.items()}
