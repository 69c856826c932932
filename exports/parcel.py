"""The sealed bytes of a delivery as the client reads them, and as the body of one HTTP request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from exports.pipe import BLOCK
from policy.errors import Refused, WorldFault

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


class Parcel(Protocol):
    """The sealed bytes to send: size in bytes, hex SHA-256, an ASCII file name, and readers from any place."""

    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def filename(self) -> str: ...
    def blocks(self, offset: int, length: int) -> Iterator[bytes]:
        """The bytes from `offset`, `length` of them, in blocks of at most about 1 MiB."""


@dataclass(frozen=True)
class FileParcel:
    """A sealed package that lies in a file."""

    path: Path
    size: int
    sha256: str
    filename: str

    def blocks(self, offset: int, length: int) -> Iterator[bytes]:
        """See `Parcel`; raises WorldFault("deposit.parcel_unreadable") when the file cannot be read."""
        try:
            with self.path.open("rb") as file:
                file.seek(offset)
                while length and (block := file.read(min(BLOCK, length))):
                    length -= len(block)
                    yield block
        except OSError as error:
            raise WorldFault("deposit.parcel_unreadable", why=error.strerror or "") from error


class RequestBody:
    """The package as a request body of known length, hashed on its way; the end is withheld if the hash is wrong."""

    _BOUNDARY = "fuzhuan-5f0e9a7c41d84b6e"

    def __init__(
        self, parcel: Parcel, progress: Progress | None, cancelled: Callable[[], bool] | None, *, multipart: bool
    ) -> None:
        self._parcel = parcel
        self._progress = progress
        self._cancelled = cancelled
        self._head = self._foot = b""
        self.content_type = "application/zip"
        if multipart:
            self._head = (
                f'--{self._BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{parcel.filename}"\r\n'
                "Content-Type: application/zip\r\n\r\n"
            ).encode("ascii")
            self._foot = f"\r\n--{self._BOUNDARY}--\r\n".encode("ascii")
            self.content_type = f"multipart/form-data; boundary={self._BOUNDARY}"

    def __len__(self) -> int:
        return len(self._head) + self._parcel.size + len(self._foot)

    def __iter__(self) -> Iterator[bytes]:
        digest, done, held = hashlib.sha256(), 0, self._head
        for block in self._parcel.blocks(0, self._parcel.size):
            if self._cancelled is not None and self._cancelled():
                raise Refused("deposit.cancelled")
            digest.update(block)
            if held:
                yield held
            held = block
            done += len(block)
            if self._progress is not None:
                self._progress(done, self._parcel.size)
        if digest.hexdigest() != self._parcel.sha256:
            raise Refused("deposit.parcel_changed")
        yield held + self._foot
