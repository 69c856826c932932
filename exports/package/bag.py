"""The texts of a BagIt 1.0 bag (RFC 8493) and a writer that puts one into a zip as a single stream."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import IO, BinaryIO, cast

from exports.package.spec import MANIFEST, TAG_MANIFEST, Sink

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_PACKED = (".json", ".html", ".txt", ".csv", ".xml", ".pub", ".minisig")
_EARLIEST = (1980, 1, 1, 0, 0, 0)


class Hashing:
    """A sink that counts and hashes what it passes on; `sha256` is the hex digest so far."""

    def __init__(self, target: Sink) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Take bytes, as any sink does."""
        self._digest.update(data)
        self.size += len(data)
        self._target.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def sha256(self) -> str:
        """Hex digest of everything written so far."""
        return self._digest.hexdigest()


class BagWriter:
    """Writes one bag into a zip on `target`, front to back: tag files and payloads in any order, manifests last.

    The zip's dates come from `made_at` and its attributes are fixed, so the same content gives the same bytes.
    Use as a context manager. `manifest` and `tags` map paths to hex SHA-256.
    """

    def __init__(self, target: Sink, made_at: str) -> None:
        self.manifest: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self._date = max(datetime.fromisoformat(made_at).timetuple()[:6], _EARLIEST)
        self._forward = _Forward(target)
        self._zip = zipfile.ZipFile(cast(IO[bytes], self._forward), "w", zipfile.ZIP_STORED)

    def __enter__(self) -> BagWriter:
        self.add("bagit.txt", BAGIT)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._forward.dropping |= error is not None
        self._zip.close()

    def add(self, path: str, content: bytes) -> None:
        """Write a small file whole."""
        with self.entry(path, len(content)) as sink:
            sink.write(content)

    @contextmanager
    def entry(self, path: str, expected_size: int) -> Iterator[Hashing]:
        """A sink for one file; its digest goes into the manifest it belongs to when the context ends well."""
        info = zipfile.ZipInfo(path, self._date)
        info.create_system = 3
        info.external_attr = 0o100600 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if path.endswith(_PACKED) else zipfile.ZIP_STORED
        info.file_size = expected_size  # decides on zip64; the true sizes stand in the central directory
        try:
            with self._zip.open(info, "w") as file:
                sink = Hashing(cast(BinaryIO, file))
                try:
                    yield sink
                except BaseException:
                    self._forward.dropping = True  # zipfile writes sizes on its way out; nobody wants them now
                    raise
        except BaseException:
            self._forward.dropping = True
            raise
        (self.manifest if path.startswith("data/") else self.tags)[path] = sink.sha256

    def finish(self) -> bytes:
        """Write both manifests and return the bytes of the tag manifest, which is what gets signed."""
        self.add(MANIFEST, _lines(self.manifest))
        tags = _lines(self.tags)
        self.add(TAG_MANIFEST, tags)
        return tags


class _Forward:
    """Makes any sink look like an unseekable file to zipfile, which then writes sizes after the data."""

    def __init__(self, target: Sink) -> None:
        self._target = target
        self.dropping = False

    def write(self, data: bytes) -> int:
        if not self.dropping:
            self._target.write(data)
        return len(data)

    def flush(self) -> None:
        """zipfile flushes after every entry; the target decides for itself."""


def bag_info(fields: Mapping[str, str]) -> bytes:
    """bag-info.txt; empty values are left out and line breaks inside values become spaces."""
    return "".join(f"{key}: {' '.join(value.split())}\n" for key, value in fields.items() if value.strip()).encode(
        "utf-8", "replace"
    )


def _lines(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode("ascii")
