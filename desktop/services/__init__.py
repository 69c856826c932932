"""The use cases, Qt-free; importing the modules registers them by name."""

from __future__ import annotations


def load_services() -> None:
    """Register every service. The imports are written out, so that a frozen build finds them."""
    from desktop.services import (  # noqa: F401
        apply,
        auditlog,
        backupfile,
        backups,
        calendarfile,
        cases,
        deadlines,
        drafts,
        erasing,
        evaluation,
        evidence,
        keys,
        ledger,
        merging,
        opencopy,
        packages,
        places,
        policies,
        privacy,
        records,
        replica,
        rescue,
        restore,
        rotation,
        sample,
        sending,
        session,
        verify,
    )
