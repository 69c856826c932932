"""Reads a zip from a stream that can only be read forward, and trusts nothing in it.

The stream is opened twice: once to the end, keeping only the tail with the directory, and once entry by entry. So an
encrypted zip of any size is checked without its clear bytes ever lying on a disk.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from exports.pipe import BLOCK
from policy.errors import Refused

OpenStream = Callable[[], AbstractContextManager[BinaryIO]]

_TAIL = 8 << 20
_SLACK = 1 << 20
_PATH = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,120}/){0,6}[A-Za-z0-9_][A-Za-z0-9._-]{0,120}")
_LOCAL = struct.Struct("<4s5H3I2H")


@dataclass(frozen=True)
class Limits:
    """What a hostile zip may cost: entries, bytes in all, and how much bigger than its packed form an entry may be."""

    entries: int = 20_000
    total: int = 16 << 30
    ratio: int = 200


@dataclass(frozen=True)
class Entry:
    """A file in the zip: path, place of its local header, packed and clear size, method, CRC-32."""

    path: str
    offset: int
    packed: int
    size: int
    deflated: bool
    crc: int


class ForwardZip:
    """The directory of a zip, and its entries in stream order; raises Refused("package.damaged") on anything odd.

    `size` and `sha256` are those of the whole stream.
    """

    def __init__(self, open_stream: OpenStream, limits: Limits) -> None:
        self._open = open_stream
        digest, tail, size, kept = hashlib.sha256(), deque[bytes](), 0, 0
        with open_stream() as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                size += len(block)
                if size > limits.total:
                    raise Refused("package.too_large", limit=limits.total)
                tail.append(block)
                kept += len(block)
                while kept - len(tail[0]) >= _TAIL:
                    kept -= len(tail.popleft())
        self.size = size
        self.sha256 = digest.hexdigest()
        self.entries = _directory(b"".join(tail), size, limits)

    def read_all(self) -> Iterator[tuple[Entry, Iterator[bytes]]]:
        """Each entry with its clear blocks, front to back; blocks not taken are skipped, taken ones are CRC-checked."""
        with self._open() as stream:
            position = 0
            for entry in self.entries:
                _skip(stream, entry.offset - position)
                position = entry.offset + _local_header(stream, entry)
                source = _Counted(stream, entry.packed)
                yield entry, _clear(source, entry)
                _skip(stream, source.left)
                position += entry.packed

    def open_entry(self, entry: Entry) -> AbstractContextManager[BinaryIO]:
        """A forward reader of one stored entry's bytes (not CRC-checked; what is inside authenticates itself)."""
        if entry.deflated:
            raise damaged(entry.path, "packed")
        return _EntryStream(self._open(), entry)


def damaged(file: str, why: str) -> Refused:
    """The one refusal for a package that is not what it should be; `why` is a short English word for the log."""
    return Refused("package.damaged", file=file, why=why)


def _directory(tail: bytes, size: int, limits: Limits) -> list[Entry]:
    try:
        with zipfile.ZipFile(_Tail(tail, size)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, struct.error, NotImplementedError, ValueError, OverflowError, EOFError, OSError):
        raise damaged("zip", "directory") from None
    if len(infos) > limits.entries:
        raise Refused("package.too_large", limit=limits.entries)
    seen: set[str] = set()
    entries = []
    for info in infos:
        path = info.filename
        if path.endswith("/") and info.file_size == 0:
            continue
        if not _PATH.fullmatch(path) or path.casefold() in seen:
            raise damaged(path[:120], "name")
        seen.add(path.casefold())
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.flag_bits & 0x41 or kind not in (0, stat.S_IFREG):
            raise damaged(path, "kind")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(path, "method")
        deflated = info.compress_type == zipfile.ZIP_DEFLATED
        if not deflated and info.file_size != info.compress_size:
            raise damaged(path, "size")
        if info.file_size > info.compress_size * limits.ratio + _SLACK:
            raise Refused("package.too_large", limit=limits.ratio)
        entries.append(Entry(path, info.header_offset, info.compress_size, info.file_size, deflated, info.CRC))
    if sum(entry.size for entry in entries) > limits.total:
        raise Refused("package.too_large", limit=limits.total)
    entries.sort(key=lambda entry: entry.offset)
    end = 0
    for entry in entries:
        if entry.offset < end:  # entries that share bytes make a small file huge
            raise damaged(entry.path, "overlap")
        end = entry.offset + _LOCAL.size + entry.packed
    if end > size:
        raise damaged("zip", "cut")
    return entries


def _local_header(stream: BinaryIO, entry: Entry) -> int:
    header = _LOCAL.unpack(_exactly(stream, _LOCAL.size))
    name, extra = header[9], header[10]
    if header[0] != b"PK\x03\x04" or _exactly(stream, name) != entry.path.encode("ascii"):
        raise damaged(entry.path, "header")
    _exactly(stream, extra)
    return _LOCAL.size + int(name) + int(extra)


def _clear(source: _Counted, entry: Entry) -> Iterator[bytes]:
    crc = size = 0
    inflate = zlib.decompressobj(-15) if entry.deflated else None
    while True:
        packed = source.read()
        if inflate is None:
            block, pending = packed, b""
        else:
            block, pending = _inflate(inflate, packed, entry)
        while block:
            size += len(block)
            if size > entry.size:
                raise damaged(entry.path, "size")
            crc = zlib.crc32(block, crc)
            yield block
            block, pending = _inflate(inflate, pending, entry) if inflate and pending else (b"", b"")
        if not packed:
            break
    if size != entry.size or crc != entry.crc:
        raise damaged(entry.path, "content")


def _inflate(inflate: zlib._Decompress, packed: bytes, entry: Entry) -> tuple[bytes, bytes]:
    try:
        return inflate.decompress(packed, BLOCK), inflate.unconsumed_tail
    except zlib.error:
        raise damaged(entry.path, "deflate") from None


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise damaged("zip", "cut")
    return data


def _skip(stream: BinaryIO, count: int) -> None:
    if count < 0:
        raise damaged("zip", "overlap")
    while count:
        block = stream.read(min(count, BLOCK))
        if not block:
            raise damaged("zip", "cut")
        count -= len(block)


class _Counted:
    """The packed bytes of one entry; `left` says how many are still unread."""

    def __init__(self, stream: BinaryIO, left: int) -> None:
        self._stream = stream
        self.left = left

    def read(self) -> bytes:
        if not self.left:
            return b""
        block = self._stream.read(min(self.left, BLOCK))
        if not block:
            raise damaged("zip", "cut")
        self.left -= len(block)
        return block


class _EntryStream(AbstractContextManager[BinaryIO]):
    def __init__(self, opened: AbstractContextManager[BinaryIO], entry: Entry) -> None:
        self._opened = opened
        self._entry = entry

    def __enter__(self) -> BinaryIO:
        stream = self._opened.__enter__()
        try:
            _skip(stream, self._entry.offset)
            _local_header(stream, self._entry)
        except BaseException:
            self._opened.__exit__(None, None, None)
            raise
        return io.BufferedReader(_Part(stream, self._entry.packed), BLOCK)

    def __exit__(self, *exc: object) -> None:
        self._opened.__exit__(None, None, None)


class _Part(io.RawIOBase):
    def __init__(self, stream: BinaryIO, left: int) -> None:
        self._source = _Counted(stream, left)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(self._source.read())
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class _Tail(io.RawIOBase):
    """The end of a long stream as a seekable file; reading before what was kept gives nothing."""

    def __init__(self, tail: bytes, size: int) -> None:
        self._tail = tail
        self._size = size
        self._start = size - len(tail)
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("before the start")
        self._position = base + offset
        return self._position

    def read(self, count: int = -1, /) -> bytes:
        if self._position < self._start:
            return b""
        start = self._position - self._start
        data = self._tail[start:] if count < 0 else self._tail[start : start + count]
        self._position += len(data)
        return data
