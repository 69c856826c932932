"""The use cases, Qt-free; importing the modules registers them by name."""

from __future__ import annotations


def load_services() -> None:
    """Register every service. The imports are written out, so that a frozen build finds them."""
    from desktop.services import (  # noqa: F401
        apply,
        backups,
        cases,
        drafts,
        evaluation,
        evidence,
        keys,
        ledger,
        merging,
        opencopy,
        packages,
        policies,
        privacy,
        records,
        replica,
        rotation,
        sample,
        sending,
        session,
    )
