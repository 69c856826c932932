"""Zip files that lie: names, sizes, methods, doubled and overlapping entries, zip64, bombs; and hostile XML inside."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from tests.fuzz.mutate import NUMBERS, damaged

NAMES: tuple[bytes, ...] = (
    b"../evil", b"..\\evil", b"a/../../evil", b"/tmp/evil", b"C:\\evil", b"C:evil", b"\\\\host\\share\\evil",
    b"//evil", b"", b".",
    b"..", b"data/../../evil", b"data//x", b"data/", b"a\0b", b"data/x\0.pdf", b"a" * 5000, b"a/" * 2000 + b"a",
    b"CON", b"nul.txt",
    b"a\nb", b"\x1b[31mred", b"x:stream", b"data/ x ", b"data/x.", b"fetch.txt", b"\xff\xfe", b"\xed\xa0\x80",
    b"\x80\x81\x82",
    "مرحبا.pdf".encode(), "שלום".encode(), "e\u0301.txt".encode(), "\u202egnp.exe".encode(), "𠮷㐀.pdf".encode(),
    "合同.pdf".encode("gbk"),
    "data/合同.pdf".encode(), b"DATA/X", "data/ı.pdf".encode(),
)  # fmt: skip
_METHODS = (0, 8, 9, 12, 14, 93, 95, 99, 1, 6, 65535)


@dataclass(frozen=True)
class Member:
    """One entry; `None` in what may be lied about means the truth."""

    name: bytes
    data: bytes
    method: int = 8
    flags: int = 0x800
    stated_size: int | None = None
    stated_packed: int | None = None
    crc: int | None = None
    extra: bytes = b""
    local_name: bytes | None = None
    mode: int = 0o100600
    same_place_as: int | None = None


def members(data: bytes) -> list[Member]:
    """The entries of a sound zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [Member(info.filename.encode(), archive.read(info), info.compress_type) for info in archive.infolist()]


def build(entries: Sequence[Member], comment: bytes = b"", count: int | None = None, shift: int = 0) -> bytes:
    """A zip with exactly these entries and lies; `shift` moves every stated offset."""
    out, central, offsets = bytearray(), bytearray(), []
    for entry in entries:
        packed = entry.data
        if entry.method == 8:
            squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
            packed = squeeze.compress(packed) + squeeze.flush()
        crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
        clipped = [
            min(value, 0xFFFFFFFF)
            for value in (
                len(packed) if entry.stated_packed is None else entry.stated_packed,
                len(entry.data) if entry.stated_size is None else entry.stated_size,
            )
        ]
        method, name, local = entry.method & 0xFFFF, entry.name[:65535], (entry.local_name or entry.name)[:65535]
        if entry.same_place_as is not None and offsets:
            offsets.append(offsets[entry.same_place_as % len(offsets)])
        else:
            offsets.append(len(out))
            out += struct.pack(
                "<4s5H3I2H", b"PK\3\4", 20, entry.flags, method, 0, 33, crc, *clipped, len(local), len(entry.extra)
            )
            out += local + entry.extra + packed
        central += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 0x314, 20, entry.flags, method, 0, 33, crc, *clipped, len(name),
            len(entry.extra), 0, 0, 0,
            entry.mode << 16, (offsets[-1] + shift) & 0xFFFFFFFF,
        ) + name + entry.extra  # fmt: skip
    total = len(entries) if count is None else count
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, total & 0xFFFF, total & 0xFFFF, len(central), len(out), len(comment))
    return bytes(out + central + end + comment)


def hostile_zip(
    rng: Random, data: bytes, others: Sequence[bytes] = (), inner: Callable[[Random, bytes, bytes], bytes] | None = None
) -> bytes:
    """A sound zip after a few lies, with `inner(rng, name, content)` for what stands in an entry; or just damaged."""
    step = rng.random()
    if step < 0.2:
        return damaged(rng, data, others)
    try:
        entries = members(data)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, zlib.error):
        return damaged(rng, data, others)
    if entries and inner is not None and step < 0.75:
        for _ in range(rng.choice((1, 1, 2))):
            place = rng.randrange(len(entries))
            entry = entries[place]
            entries[place] = replace(entry, data=inner(rng, entry.name, entry.data))
        if rng.random() < 0.7:
            return build(entries)
    for _ in range(rng.choice((1, 1, 2))):
        entries = _lied(rng, entries)
    count, shift = rng.choice(
        ((None, 0), (None, 0), (0, 0), (65535, 0), (None, 1), (None, 1 << 31), (len(entries) + 1, 0))
    )
    made = build(entries, rng.choice((b"", b"PK\5\6" + bytes(18), b"x" * 70)), count, shift)
    return _zip64(rng, made) if rng.random() < 0.1 else made


def _lied(rng: Random, entries: list[Member]) -> list[Member]:
    if not entries:
        return [Member(rng.choice(NAMES), b"x")]
    place = rng.randrange(len(entries))
    entry = entries[place]
    lies: tuple[Callable[[], list[Member]], ...] = (
        lambda: [*entries, replace(entry, name=rng.choice(NAMES), flags=rng.choice((0, 0x800)))],
        lambda: _put(entries, place, replace(entry, name=rng.choice(NAMES), flags=rng.choice((0, 0x800)))),
        lambda: _put(entries, place, replace(entry, local_name=rng.choice(NAMES))),
        lambda: [*entries, entry],
        lambda: [*entries, replace(entry, name=entry.name.swapcase())],
        lambda: [*entries, *(replace(entry, name=entry.name + b"%d" % n, same_place_as=place) for n in range(20))],
        lambda: _put(entries, place, replace(entry, method=rng.choice(_METHODS))),
        lambda: _put(entries, place, replace(entry, flags=rng.choice((1, 0x40, 0x20, 8, 0x2000, 0xFFFF)))),
        lambda: _put(entries, place, replace(entry, stated_size=rng.choice(NUMBERS))),
        lambda: _put(entries, place, replace(entry, stated_packed=rng.choice(NUMBERS))),
        lambda: _put(entries, place, replace(entry, crc=rng.choice((0, 1, 0xFFFFFFFF)))),
        lambda: _put(
            entries,
            place,
            replace(entry, extra=struct.pack("<HHQQ", 1, rng.choice((16, 0, 8, 65535)), 1 << 62, 1 << 62)),
        ),
        lambda: _put(entries, place, replace(entry, extra=rng.randbytes(rng.choice((1, 3, 4, 30))))),
        lambda: _put(entries, place, replace(entry, mode=rng.choice((0o120777, 0o40755, 0o20644, 0)))),
        lambda: _put(entries, place, replace(entry, data=bytes(1 << 26), method=8)),
        lambda: _put(entries, place, replace(entry, data=build([entry] * 3))),
        lambda: [*entries, *(Member(b"data/%05d" % n, b"", 0) for n in range(25_000))],
        lambda: entries[:place] + entries[place + 1 :],
        lambda: entries[::-1],
    )
    return rng.choice(lies)()


def _put(entries: list[Member], place: int, entry: Member) -> list[Member]:
    return [*entries[:place], entry, *entries[place + 1 :]]


def _zip64(rng: Random, data: bytes) -> bytes:
    """The end record replaced by a zip64 one with numbers of its own."""
    end = data.rfind(b"PK\5\6")
    numbers = [rng.choice(NUMBERS) & ((1 << 64) - 1) for _ in range(4)]
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, *numbers)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, rng.choice((end, 0, 1 << 63)), 1)
    return (
        data[:end]
        + record
        + locator
        + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    )


# ---- XML parts of workbooks

_ATTRIBUTE = re.compile(rb'="([^"]*)"')
_TEXT = re.compile(rb">([^<>]+)<")
_LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"laugh") for n in range(12))
_VALUES = (
    b"", b"-1", b"0", b"1", b"65535", b"1048576", b"4294967295", b"99999999999999999999", b"1e400", b"NaN", b"A0",
    b"A1", b"ZZ1",
    b"AMJ1", b"XFD1048576", b"ZZZZ99999999", b"A1:XFD1048576", b"B2:A1", b"n", b"s", b"str", b"inlineStr", b"b", b"e",
    b"d", b"date",
    b"../../evil", b"file:///etc/passwd", b"hidden", b"veryHidden", b"&#0;", b"&l11;", b"&x;", b"_x0000_",
    b"1900-02-30",
    b"yyyy-mm-dd", b"%", b"float", b"P1D", b"PT99999999999H",
)  # fmt: skip


def hostile_xml(rng: Random, _name: bytes, data: bytes) -> bytes:
    """A part of a workbook with other attributes and texts, entities, depth or plain damage."""
    step = rng.random()
    if step < 0.15:
        return damaged(rng, data)
    if step < 0.3:
        entity = rng.choice((
            b"<!DOCTYPE x [" + _LAUGHS + b"]>",
            b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            b'<!DOCTYPE x [<!ENTITY % x SYSTEM "http://127.0.0.1:9/evil.dtd"> %x;]>',
            b'<!DOCTYPE x [<!ENTITY x "' + b"A" * 100_000 + b'">]>',
        ))  # fmt: skip
        head = data.find(b"?>") + 2 if data.startswith(b"<?xml") else 0
        body = _swap(rng, _TEXT, data[head:], rng.choice((b"&l11;", b"&x;", b"&x;" * 500)))
        return data[:head] + entity + body
    if step < 0.36:
        depth = rng.choice((100, 5000, 100_000))
        place = rng.randrange(len(data) + 1)
        return data[:place] + b"<c>" * depth + b"</c>" * depth + data[place:]
    for _ in range(rng.choice((1, 1, 2, 5))):
        data = _swap(rng, rng.choice((_ATTRIBUTE, _ATTRIBUTE, _TEXT)), data, rng.choice(_VALUES))
    return data


def _swap(rng: Random, pattern: re.Pattern[bytes], data: bytes, value: bytes) -> bytes:
    found = [match.span(1) for match in pattern.finditer(data[: 1 << 18])]
    if not found:
        return damaged(rng, data)
    start, end = rng.choice(found)
    return data[:start] + value + data[end:]
