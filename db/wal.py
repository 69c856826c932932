"""Reading the write-ahead log as SQLite does not: which transactions it holds, which frames are damaged, and mending.

SQLite ends a log at the first frame whose checksum fails and drops the rest without a word: right for the last
transaction, cut off while it was written, and a silent loss of acknowledged ones where a byte went bad further up.
Checksums are over the encrypted pages, so no key is needed. Format: https://www.sqlite.org/fileformat.html#walformat
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

_HEADER, _FRAME = 32, 24
_ORDERS = {0x377F0682: "little", 0x377F0683: "big"}  # the byte order of the checksummed words
_PAGES = {512 << power for power in range(8)}
_USUAL_PAGE = 4096
_CHUNK = 16 << 20  # bytes of the log held at a time
_MASK = 0xFFFFFFFF
BLANK = b"\xff"  # a page of zeros would count as an empty one
Sums = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """One page of the log. `start` is its offset in the file; `size_after` is the store's size in pages where it ends a
    transaction, else 0; `good` says that its checksum holds. Where it does not, `mends` are the single bytes (offset in
    the frame, value) with which it would."""

    start: int
    page: int
    size_after: int
    good: bool
    mends: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Log:
    """What a log holds. `before` counts the acknowledged transactions ahead of the first damage, `behind` those in it
    or after it, which SQLite would drop: 0 for a log that is whole or merely unfinished."""

    page_size: int = _USUAL_PAGE
    frames: tuple[Frame, ...] = ()
    before: int = 0
    behind: int = 0


def read(path: Path) -> Log:
    """The log at `path`; an empty one where there is none. Reads all of it, a few megabytes at a time."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except FileNotFoundError:
        return Log()
    if len(header) < _HEADER:
        return Log()
    if whole := _header_holds(header):
        frames = tuple(_frames(path, header))
    else:
        # written and synced before the first frame: without it SQLite counts nothing that follows
        mended = [tried for tried in _mended_headers(header) if any(frame.good for frame in _first(path, tried))]
        frames = tuple(_frames(path, mended[0]) if mended else _frames(path, header, guess=True))
    ends = [place for place, frame in enumerate(frames) if frame.size_after]
    bad = next((place for place, frame in enumerate(frames) if not frame.good), len(frames)) if whole else 0
    behind = sum(end >= bad for end in ends)
    if whole and behind == 1 and not all(frame.good or frame.mends for frame in frames[bad : ends[-1] + 1]):
        # of the last transaction any part may be missing; its end, too, may have reached the disk before. One byte
        # that differs is no such cut: what is missing is missing by whole sectors
        behind = 0
    return Log(_page_size(header if whole or not mended else mended[0]), frames, sum(end < bad for end in ends), behind)


def lay_over(path: Path, copy: Path, holds: Callable[[int, bytes], bool]) -> list[int]:
    """Bring a copy of the store to the last acknowledged state that the log at `path` tells, page by page.

    `holds(number, content)` says whether the content of a page is what was written; a damaged byte is put right where
    that makes it so. Where the newest content of a page cannot be had, the page is blanked in the copy: reading it then
    fails instead of giving what was before. Returns those pages' numbers; 0 stands for pages that nobody can name.
    """
    log = read(path)
    ends = [place for place, frame in enumerate(log.frames) if frame.size_after]
    if not log.before + log.behind:
        return []
    last = ends[log.before + log.behind - 1]
    newest: dict[int, bytes | None] = {}
    pages = log.frames[last].size_after
    with path.open("rb") as source, copy.open("r+b") as out:
        for frame in log.frames[: last + 1]:
            source.seek(frame.start)
            raw = source.read(_FRAME + log.page_size)
            number, content = frame.page, None
            for offset, value in ((_FRAME, raw[_FRAME]), *frame.mends):
                tried = raw[:offset] + bytes([value]) + raw[offset + 1 :]
                if holds(int.from_bytes(tried[:4], "big"), tried[_FRAME:]):
                    number, content = int.from_bytes(tried[:4], "big"), tried[_FRAME:]
                    break
            out.seek((number - 1) * log.page_size)
            if 0 < number <= pages:
                out.write(content or BLANK * log.page_size)
            newest[number if 0 < number <= pages or frame.good else 0] = content
        out.truncate(pages * log.page_size)
    return sorted(number for number, content in newest.items() if content is None and number <= pages)


def _page_size(header: bytes) -> int:
    size = int.from_bytes(header[8:12], "big")
    return size if size in _PAGES else _USUAL_PAGE


def _header_holds(header: bytes) -> bool:
    order = _ORDERS.get(int.from_bytes(header[:4], "big"))
    return order is not None and _checksum(order, header[:24]) == struct.unpack(">2I", header[24:])


def _mended_headers(header: bytes) -> Iterator[bytes]:
    """The headers that differ in one byte and have a checksum that holds."""
    for place in range(_HEADER):
        for value in range(256):
            tried = header[:place] + bytes([value]) + header[place + 1 :]
            if _header_holds(tried):
                yield tried


def _first(path: Path, header: bytes) -> Iterator[Frame]:
    return islice(_frames(path, header), 1)


def _frames(path: Path, header: bytes, *, guess: bool = False) -> Iterator[Frame]:
    """Every whole frame of the log's present round; `guess` takes all, since a bad header does not say which they are.

    A frame's checksum goes on from the one before: behind a damaged frame it goes on from what that one states, or
    should state.
    """
    order = _ORDERS.get(int.from_bytes(header[:4], "big"), sys.byteorder)
    salts = struct.unpack(">2I", header[16:24])
    starts: list[Sums] = [struct.unpack(">2I", header[24:])]
    size = _FRAME + _page_size(header)
    at_once = max(_CHUNK // size, 1)
    with path.open("rb") as file:
        start = file.seek(_HEADER)
        while len(chunk := file.read(at_once * size)) >= size:
            for place, own in enumerate(_own_sums(order, chunk[: len(chunk) // size * size], size)):
                raw = chunk[place * size : (place + 1) * size]
                number, after, *rest = struct.unpack(">6I", raw[:_FRAME])
                if not guess and rest[0] != salts[0] and rest[1] != salts[1]:
                    return  # of an earlier round: both salts change with every one
                stated = (rest[2], rest[3])
                made = [_follow(sums, own, (size - 16) // 4) for sums in starts]
                if stated in made:
                    # a salt that is wrong leaves the page whole, but SQLite would stop here
                    salted = guess or (rest[0], rest[1]) == salts
                    starts = [stated]
                    mends: tuple[tuple[int, int], ...] = () if salted else ((_FRAME, raw[_FRAME]),)
                    yield Frame(start, number, after, salted, mends)
                else:
                    starts = [stated, made[0]]
                    mends = tuple(_mends(order, raw, made[0], stated))
                    # a damaged mark of the end is not mended in passing: the transaction counts either way
                    yield Frame(start, number, after, False, mends)
                start += size


def _own_sums(order: str, chunk: bytes, size: int) -> list[Sums]:
    """The checksum of each frame of `chunk` as if it began at zero: the first two words of its header, and its page.

    Word by word over all frames at once, each in a 64-bit lane of one big number: seven times as fast as one by one.
    """
    words = array("I", chunk)
    if order != sys.byteorder:
        words.byteswap()
    stride, count = size // 4, len(chunk) // size
    lanes = (count + 1) // 2
    mask = int.from_bytes(struct.pack("=Q", _MASK) * lanes, sys.byteorder)
    even, odd = (0, 0), (0, 0)
    for word in (0, 1, *range(_FRAME // 4, stride)):
        column = int.from_bytes(words[word::stride].tobytes(), "little")
        even = even[1], (even[0] + even[1] + (column & mask)) & mask
        odd = odd[1], (odd[0] + odd[1] + (column >> 32 & mask)) & mask
    parts = [[lane & _MASK for lane in array("Q", half.to_bytes(lanes * 8, "little"))] for half in (*even, *odd)]
    found = [
        pair for both in zip(zip(*parts[:2], strict=True), zip(*parts[2:], strict=True), strict=True) for pair in both
    ]
    return found[:count]


def _follow(sums: Sums, own: Sums, words: int) -> Sums:
    """The checksum of `words` words that begins with `sums`, given what it would be from zero."""
    high, low = _step(words)
    before = _step(words - 1)[1]
    return (
        own[0] + low * sums[1] + before * sums[0] & _MASK,
        own[1] + high * sums[1] + low * sums[0] & _MASK,
    )


def _step(words: int, _known: list[int] = [0, 1]) -> Sums:  # noqa: B006 - the numbers found so far
    """How much a number put in `words` words before the end counts in the second sum and in the first (Fibonacci)."""
    while len(_known) <= words + 1:
        _known.append(_known[-1] + _known[-2] & _MASK)
    return _known[words + 1], _known[words]


def _mends(order: str, raw: bytes, sums: Sums, stated: Sums) -> Iterator[tuple[int, int]]:
    """The single bytes of a frame (offset, value) that would make it agree with its checksum.

    The sums are linear in the words, so that each word has one difference at most that explains them. More than one
    word may have: of its highest byte the checksum tells little.
    """
    told, right = struct.pack(">2I", *stated), struct.pack(">2I", *sums)
    wrong = [place for place in range(8) if told[place] != right[place]]
    if len(wrong) == 1:
        yield 16 + wrong[0], right[wrong[0]]
    gap = (stated[0] - sums[0] & _MASK, stated[1] - sums[1] & _MASK)
    offsets = [0, 4, *range(_FRAME, len(raw), 4)]
    for place, offset in enumerate(offsets):
        second, first = _step(len(offsets) - place - 1)
        # of two neighbouring Fibonacci numbers one is odd, so that it can be divided by
        change = (gap[1] * pow(second, -1, 1 << 32) if second % 2 else gap[0] * pow(first, -1, 1 << 32)) & _MASK
        if (change * first & _MASK, change * second & _MASK) != gap:
            continue
        word = array("I", raw[offset : offset + 4])
        if order != sys.byteorder:
            word.byteswap()
        word[0] = word[0] + change & _MASK
        if order != sys.byteorder:
            word.byteswap()
        new = word.tobytes()
        differ = [byte for byte in range(4) if new[byte] != raw[offset + byte]]
        if len(differ) == 1:
            yield offset + differ[0], new[differ[0]]


def _checksum(order: str, data: bytes) -> Sums:
    words = array("I", data)
    if order != sys.byteorder:
        words.byteswap()
    first = second = 0
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = first + even + second & _MASK
        second = second + odd + first & _MASK
    return first, second
