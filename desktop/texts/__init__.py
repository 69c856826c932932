"""Every code of a fault or finding with its Chinese sentence; the English ones are in the catalogue."""

from __future__ import annotations

from desktop.texts import core, ledger, sealing

SENTENCES: dict[str, str] = {**core.SENTENCES, **ledger.SENTENCES, **sealing.SENTENCES}
