"""The audit chain: append-only entries, each bound to the one before by a keyed hash; heads kept outside prove its end.

The hash finds what was removed, changed or moved inside the chain. A tail cut off, or a chain made anew by somebody who
holds the key, holds in itself: only a head that was stated elsewhere (a package, a receipt, a backup, a paper) tells.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from db.models import AuditEntry
from db.queries.rows import tuple_rows

GENESIS = "0" * 64
PAGE = 2000  # entries read in one go; the store's lock is held for one page at most

_TRIED = 256  # broken entries that are looked for at each other's places


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain stands: the last entry's digest and the number of entries. Kept in packages and receipts."""

    mac: str
    length: int


@dataclass(frozen=True, slots=True)
class Known:
    """A head that was stated outside the chain: by what (`package:ID`, `delivery:ID`, `backup:FILE`, …), and when.

    `length` is None where only the digest was kept; `when` is in milliseconds UTC.
    """

    source: str
    head: str
    length: int | None = None
    when: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Entries `first` to `last` were `removed`, `changed` (or made without the key) or `moved`; or the chain does not
    contain a `head` it once had (`known`), which a cut tail or a rebuilt chain explains."""

    what: str
    first: int
    last: int
    known: Known | None = None


def head() -> Head:
    """The head of the chain in the open store."""
    last = AuditEntry.select(AuditEntry.seq, AuditEntry.mac).order_by(AuditEntry.seq.desc()).first()
    return Head(last.mac, last.seq) if last else Head(GENESIS, 0)


def head_at(mac: str) -> Head | None:
    """The head the chain had at the entry with this digest, or None where it is not in the chain."""
    found = AuditEntry.select(AuditEntry.seq).where(AuditEntry.mac == mac).first()
    return Head(mac, found.seq) if found else None


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


def text_digest(key: bytes, text: str) -> str:
    """A keyed digest of a text: says later whether it is still the same, and nothing of short texts to a guesser."""
    return hmac.new(key, b"text\0" + text.encode(), hashlib.sha256).hexdigest()


def problems(
    key: bytes,
    known: Iterable[Known] = (),
    held: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> list[Problem]:
    """What is wrong with the chain, in its order, then the known heads it does not contain; empty when it holds.

    The entries are streamed, each page inside `held()`: pass `store.read` and the store stays free between pages.
    """
    stated = list(known)
    wanted = {item.head for item in stated}
    places = {GENESIS: 0}
    gaps: list[Problem] = []
    broken: dict[int, tuple[Any, ...]] = {}
    previous: str | None = GENESIS
    expected = 1
    for row in _rows(held):
        seq, stated_previous, mac = row[0], row[6], row[7]
        if seq > expected:
            gaps.append(Problem("removed", expected, seq - 1))
            previous = None
        holds = seq >= 1 and _is(mac, _mac(key, *row[:7]))
        if not holds or previous not in (None, stated_previous):
            broken[seq] = row if len(broken) < _TRIED else ()
        elif mac in wanted:
            places[mac] = seq
        # where the one before is gone or broken there is nothing to compare with, and that itself is told
        previous, expected = mac if holds else None, seq + 1
    found = gaps + _named(key, broken)
    found.sort(key=lambda item: item.first)
    return found + [
        Problem("head", item.length or 0, item.length or 0, item)
        for item in stated
        if item.head not in places or item.length not in (None, places[item.head])
    ]


def _rows(held: Callable[[], AbstractContextManager[object]]) -> Iterator[tuple[Any, ...]]:
    last = -(1 << 63)
    while True:
        with held():
            page = tuple_rows(AuditEntry.select().where(AuditEntry.seq > last).order_by(AuditEntry.seq).limit(PAGE))
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1][0]


def _named(key: bytes, broken: dict[int, tuple[Any, ...]]) -> list[Problem]:
    """Broken entries as ranges of one sort: moved where an entry is whole at the place of another, else changed."""
    places = list(broken) if len(broken) <= _TRIED else []  # of more the rows were not kept
    found: list[Problem] = []
    for seq, row in broken.items():
        moved = any(_is(row[7], _mac(key, place, *row[1:7])) for place in places if place != seq)
        what = "moved" if moved else "changed"
        if found and found[-1].what == what and found[-1].last == seq - 1:
            found[-1] = Problem(what, found[-1].first, seq)
        else:
            found.append(Problem(what, seq, seq))
    return found


def _is(stated: str, right: str) -> bool:
    return hmac.compare_digest(stated.encode(), right.encode())


def _mac(
    key: bytes, seq: int, at: int, operator: str | None, action: str, subject: str, detail: str, previous: str
) -> str:
    body = json.dumps([seq, at, operator, action, subject, detail, previous], ensure_ascii=False)
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
