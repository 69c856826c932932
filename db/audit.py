"""The audit chain: append-only entries, each bound to the one before by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from db.models import AuditEntry

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain stands: the last entry's digest and the number of entries. Kept in packages and receipts."""

    mac: str
    length: int


def head() -> Head:
    """The head of the chain in the open store."""
    last = AuditEntry.select(AuditEntry.seq, AuditEntry.mac).order_by(AuditEntry.seq.desc()).first()
    return Head(last.mac, last.seq) if last else Head(GENESIS, 0)


def append(key: bytes, *, at: int, operator: str | None, action: str, subject: str, detail: dict[str, Any]) -> Head:
    """Add an entry inside the caller's transaction; `detail` holds the figures decided on."""
    previous = head()
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    seq = previous.length + 1
    mac = _mac(key, seq, at, operator, action, subject, text, previous.mac)
    AuditEntry.insert(
        seq=seq,
        at=at,
        operator=operator,
        action=action,
        subject=subject,
        detail=text,
        previous=previous.mac,
        mac=mac,
    ).execute()
    return Head(mac, seq)


def verify(key: bytes) -> list[int]:
    """The numbers of the entries that were removed, changed or reordered; empty when the chain holds."""
    broken: list[int] = []
    previous, expected = GENESIS, 1
    for row in AuditEntry.select().order_by(AuditEntry.seq).tuples().iterator():
        seq, at, operator, action, subject, detail, stated_previous, mac = row
        if (
            seq != expected
            or stated_previous != previous
            or mac != _mac(key, seq, at, operator, action, subject, detail, stated_previous)
        ):
            broken.append(expected)
        previous, expected = mac, seq + 1
    return broken


def _mac(
    key: bytes, seq: int, at: int, operator: str | None, action: str, subject: str, detail: str, previous: str
) -> str:
    body = json.dumps([seq, at, operator, action, subject, detail, previous], ensure_ascii=False)
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
