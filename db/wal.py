"""Telling a damaged write-ahead log from one that a power cut left unfinished, before SQLite would pass over both.

SQLite ends a log at the first frame whose checksum fails and drops the rest without a word: right for the last
transaction, cut off while it was written, and a silent loss of acknowledged ones where a byte went bad further up.
Checksums are over the encrypted pages, so no key is needed. Format: https://www.sqlite.org/fileformat.html#walformat
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER, _FRAME = 32, 24
_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}  # the byte order of the checksummed words
_USUAL_PAGE = 4096
_MASK = 0xFFFFFFFF
Sums = tuple[int, int]


def is_damaged(log: Path) -> bool:
    """Whether acknowledged transactions of the log would be lost on opening; False where there is no log."""
    try:
        data = memoryview(log.read_bytes())
    except FileNotFoundError:
        return False
    if len(data) < _HEADER:
        return False
    magic, _version, page, _sequence, salt1, salt2, *stated = struct.unpack(">8I", data[:_HEADER])
    order = _MAGIC.get(magic, "")
    sums = _checksum(order, data[:24], (0, 0)) if order else (0, 0)
    if not order or sums != tuple(stated):
        # written and synced before the first frame: without it nothing that follows counts
        return any(commit for _start, commit, _salts in _frames(data, _USUAL_PAGE))
    frames = [(start, commit) for start, commit, salts in _frames(data, page) if salts == (salt1, salt2)]
    for place, (start, _commit) in enumerate(frames):
        body = start + _FRAME
        sums = _checksum(order, data[start : start + 8], sums)
        sums = _checksum(order, data[body : body + page], sums)
        expected = _HEADER + place * (_FRAME + page)
        if start != expected or sums != struct.unpack(">2I", data[start + 16 : body]):
            # of the last transaction any part may be missing; its end, too, may have reached the disk before
            return sum(commit for _start, commit in frames[place:]) > 1
    return False


def _frames(data: memoryview, page: int) -> list[tuple[int, bool, Sums]]:
    """Every whole frame: where it starts, whether it ends a transaction, the salts of the log it belongs to."""
    found = []
    for start in range(_HEADER, len(data) - _FRAME - page + 1, _FRAME + page):
        _number, size_after, salt1, salt2 = struct.unpack(">4I", data[start : start + 16])
        found.append((start, size_after > 0, (salt1, salt2)))
    return found


def _checksum(order: str, data: memoryview, sums: Sums) -> Sums:
    first, second = sums
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for even, odd in zip(words, words, strict=True):
        first = (first + even + second) & _MASK
        second = (second + odd + first) & _MASK
    return first, second
