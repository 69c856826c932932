"""What is checked of a workbook before the reader sees it: the reader lays out the used area whole and the process
dies when the memory for it is missing, which a damaged or hostile file of a few bytes can bring about.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence

from policy.errors import Refused

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED = 1 << 30  # bytes of all parts of a zipped workbook
MAX_CELLS = 80_000_000  # the reader lays the used area out whole, 32 bytes a cell, and dies when that fails

# Beyond column IZ or row 199,999; what lies nearer cannot span more than MAX_CELLS.
_FAR_CELL = re.compile(rb"""r=["'](?:[A-Z]{3}|[J-Z][A-Z]|[A-Z]{0,2}(?:[2-9][0-9]{5}|[0-9]{7}))""")
_CELL = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})""")
_REPEATED_ROW = re.compile(
    rb'<table:table-row[^>]*number-rows-repeated="[0-9]{4,}"[^>/]*>(.*?)</table:table-row>', re.S
)
_REPEATED_CELL = re.compile(rb'<table:table-cell(?=[^>]*value-type)[^>]*number-columns-repeated="[0-9]{4,}"')
_CHUNK = 1 << 20
_XLS_COLUMNS = 256
_FILEPASS, _DIMENSIONS = 0x2F, 0x200
_CELL_RECORDS = frozenset({0x06, 0x7E, 0xBD, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x27E})
_LAST_SECTOR = 0xFFFFFFFA  # sector numbers from here on are marks


def guard_zip(data: bytes, name: str) -> None:
    """Refuse archives that are no workbook, unpack to too much, or claim a used area that does not fit in memory."""
    too_large = Refused("ledger.too_large", file=name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = set(archive.namelist())
            if "xl/workbook.xml" not in parts and "content.xml" not in parts:
                raise Refused("ledger.unsupported", file=name)
            total, far = 0, []
            for info in archive.infolist():
                if info.flag_bits & 1:
                    raise Refused("ledger.password", file=name)
                for chunk in _chunks(archive, info):
                    total += len(chunk)
                    if total > MAX_UNPACKED:
                        raise too_large
                    if info.filename.startswith("xl/worksheets/") and info not in far and _FAR_CELL.search(chunk):
                        far.append(info)
            if any(_area(archive, info) > MAX_CELLS for info in far):
                raise too_large
            if "content.xml" in parts and _repeats_too_much(archive.read("content.xml")):
                raise too_large
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, zlib.error) as error:
        raise Refused("ledger.unreadable", file=name) from error


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked bytes in pieces that overlap enough for no cell reference to fall between two."""
    with archive.open(info) as part:
        tail = b""
        while piece := part.read(_CHUNK):
            yield tail + piece
            tail = piece[-32:]


def _area(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """Rows × columns up to the last cell of a sheet, whatever order and size its XML claims."""
    columns: set[bytes] = set()
    last = 0
    for chunk in _chunks(archive, info):
        found = _CELL.findall(chunk)
        columns.update(column for column, _ in found)
        last = max(last, max((int(row) for _, row in found), default=0))
    return last * max((_column_number(column) for column in columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _repeats_too_much(content: bytes) -> bool:
    """Whether an OpenDocument sheet repeats filled rows or cells by the thousand (empty ones are normal)."""
    if _REPEATED_CELL.search(content):
        return True
    return any(b"value-type" in found[1] for found in _REPEATED_ROW.finditer(content))


def guard_xls(data: bytes, name: str) -> None:
    """Refuse an .xls whose cell records lie beyond the 256 columns the format has, and what is locked by a password.

    Raises Refused ledger.password, ledger.unsupported (a compound file of another program), ledger.unreadable.
    """
    try:
        streams = _streams(data)
        if "encryptedpackage" in streams:
            raise Refused("ledger.password", file=name)
        stream = streams.get("workbook") or streams.get("book")
        if stream is None:
            raise Refused("ledger.unsupported", file=name)
        place, end = 0, len(stream) - 4
        while place <= end:
            kind, length = struct.unpack_from("<HH", stream, place)
            if kind == _FILEPASS:
                raise Refused("ledger.password", file=name)
            if kind in _CELL_RECORDS and struct.unpack_from("<H", stream, place + 6)[0] >= _XLS_COLUMNS:
                raise Refused("ledger.unreadable", file=name)
            if kind == _DIMENSIONS and length >= 14:
                last_row, _, last_column = struct.unpack_from("<IHH", stream, place + 8)
                if last_row > 65536 or last_column > _XLS_COLUMNS:
                    raise Refused("ledger.unreadable", file=name)
            place += 4 + length
    except struct.error as error:
        raise Refused("ledger.unreadable", file=name) from error


def _streams(data: bytes) -> dict[str, bytes]:
    """The streams of a compound file ([MS-CFB] 2.2-2.6) by lower-case name, whole for a workbook, else empty."""
    size = 1 << (struct.unpack_from("<H", data, 30)[0] & 15)
    if size < 512:
        raise struct.error("sector size")

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    tables = list(struct.unpack_from("<109I", data, 76))
    more = struct.unpack_from("<I", data, 68)[0]
    while more < _LAST_SECTOR and len(tables) * size <= len(data):
        links = struct.unpack(f"<{size // 4}I", sector(more))
        tables.extend(links[:-1])
        more = links[-1]
    following: list[int] = []
    for number in tables:
        if number < _LAST_SECTOR:
            following.extend(struct.unpack(f"<{size // 4}I", sector(number)))

    def chain(number: int) -> bytes:
        return _chained(number, following, len(data) // size, sector)

    streams: dict[str, bytes] = {}
    directory = chain(struct.unpack_from("<I", data, 48)[0])
    for place in range(0, len(directory) - 127, 128):
        name = directory[place : place + 64].decode("utf-16-le", "replace").partition("\0")[0].lower()
        streams[name] = b""
        if name in ("workbook", "book"):
            start, length = struct.unpack_from("<II", directory, place + 116)
            if length >= struct.unpack_from("<I", data, 56)[0]:
                streams[name] = chain(start)[:length]
            else:  # what is short lies in pieces of 64 bytes inside the stream of the root
                inside = chain(struct.unpack_from("<I", directory, 116)[0])
                table = chain(struct.unpack_from("<I", data, 60)[0])
                streams[name] = _short(inside, table, start)[:length]
    return streams


def _short(inside: bytes, table: bytes, start: int) -> bytes:
    following = struct.unpack(f"<{len(table) // 4}I", table)
    return _chained(start, following, len(inside) // 64, lambda number: inside[number * 64 : (number + 1) * 64])


def _chained(number: int, following: Sequence[int], most: int, sector: Callable[[int], bytes]) -> bytes:
    """The sectors from `number` on, one behind the other; a chain that does not end raises struct.error."""
    pieces: list[bytes] = []
    while number < _LAST_SECTOR:
        if number >= len(following) or len(pieces) > most:
            raise struct.error("sector chain")
        pieces.append(sector(number))
        number = following[number]
    return b"".join(pieces)
