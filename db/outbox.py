"""Sealed packages waiting in the outbox: encrypted to the workspace and cut as they will be sent."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pyrage

from db.files import clear_away, disk_fault, fsync_folder, private_folder, world_faults, write_private
from db.keyslots import Vault
from policy.errors import WorldFault

PART_BYTES = 8 << 20


class Outbox:
    """A folder with one sub-folder per package and one encrypted file per part."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self.folder = folder
        self.littered = False
        self._added: set[str] = set()
        self.use(vault)

    def use(self, vault: Vault) -> None:
        """From now on, write to this vault's identity and read with it and the former ones."""
        self._identity = pyrage.x25519.Identity.from_str(vault.identity)
        self._former = [pyrage.x25519.Identity.from_str(identity) for identity in vault.former]

    def renew(self, package: str, former: pyrage.x25519.Identity | None = None) -> None:
        """Encrypt the parts of a former identity to the present one; raises like `parts`, and the disk's faults."""
        for path in sorted((self.folder / package).glob("part-*.age")):
            with world_faults(path):
                data = path.read_bytes()
            try:
                pyrage.decrypt(data, [self._identity])
            except (pyrage.DecryptError, ValueError):
                clear = self._read(path) if former is None else bytes(pyrage.decrypt(data, [former]))
                write_private(path, bytes(pyrage.encrypt(clear, [self._identity.to_public()])))

    def writer(self, package: str) -> PartWriter:
        """Where a package is sealed into; it appears when `commit` is called, else nothing is left."""
        self._added.add(package)
        return PartWriter(self, package, self._identity)

    def parts(self, package: str) -> Iterator[bytes]:
        """The package's bytes in order, a part at a time; raises WorldFault("outbox.missing" | "outbox.damaged")."""
        number = 1
        while (path := self._part(package, number)).exists():
            yield self._read(path)
            number += 1
        if number == 1:
            raise WorldFault("outbox.missing", package=package)

    def open(self, package: str, offset: int = 0) -> BinaryIO:
        """A stream of the sealed package from `offset` (bytes); raises like `parts`."""
        return io.BufferedReader(_PartsReader(self, package, offset), PART_BYTES)

    def read_part(self, package: str, number: int) -> bytes:
        """The bytes of part `number`, counted from 1; raises like `parts`."""
        path = self._part(package, number)
        if not path.exists():
            raise WorldFault("outbox.missing", package=package)
        return self._read(path)

    def remove(self, package: str) -> None:
        """Forget a package whose row was never committed; what the disk does not let go makes this `littered`."""
        folder = self.folder / package
        if folder.exists():
            self.littered |= not clear_away(*folder.glob("part-*.age"), folder)

    def sweep(self, package: str) -> bool:
        """Forget a package that no row knows, unless it was begun since the opening. Returns whether it is gone."""
        if package in self._added:
            return False
        self.remove(package)
        return not (self.folder / package).exists()

    def packages(self) -> list[str]:
        """The ids that have files here; what is still being sealed lies in a hidden folder and is none.

        Raises the disk's fault.
        """
        with world_faults(self.folder):
            found = self.folder.iterdir() if self.folder.exists() else ()
            return sorted(path.name for path in found if not path.name.startswith("."))

    def _part(self, package: str, number: int) -> Path:
        return self.folder / package / f"part-{number:05d}.age"

    def _read(self, path: Path) -> bytes:
        try:
            return bytes(pyrage.decrypt(path.read_bytes(), [self._identity, *self._former]))
        except FileNotFoundError:
            raise WorldFault("outbox.missing", package=path.parent.name) from None
        except OSError as error:
            raise disk_fault(error, path) from error
        except (pyrage.DecryptError, ValueError):
            raise WorldFault("outbox.damaged", package=path.parent.name) from None


class PartWriter(io.RawIOBase):
    """Cuts what is written into encrypted parts; `bytes` and `parts` count what went through."""

    def __init__(self, outbox: Outbox, package: str, identity: pyrage.x25519.Identity) -> None:
        self._outbox, self._package, self._identity = outbox, package, identity
        self._final = private_folder(outbox.folder, parents=False) / package
        self._folder = self._final.with_name(f".{package}.part")
        self._pending = bytearray()
        self.bytes = 0
        self.parts = 0
        private_folder(self._folder, parents=False)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        self._pending += view
        self.bytes += len(view)
        while len(self._pending) >= PART_BYTES:
            self._flush_part(PART_BYTES)
        return len(view)

    def commit(self, keep: Callable[[], None] = lambda: None) -> None:
        """Write the last part and put the package under its name; `keep` runs just before."""
        if self._pending or not self.parts:
            self._flush_part(len(self._pending))
        keep()
        try:
            fsync_folder(self._folder)
            self._folder.replace(self._final)
            fsync_folder(self._final.parent)
        except OSError as error:
            self._outbox.remove(self._package)
            raise disk_fault(error, self._final) from error
        if self._identity is not self._outbox._identity:  # a new data key came while this was being sealed
            self._outbox.renew(self._package, self._identity)

    def discard(self) -> None:
        """Leave nothing behind; harmless after `commit`."""
        if self._folder.exists():
            clear_away(*self._folder.iterdir(), self._folder)

    def _flush_part(self, size: int) -> None:
        chunk = bytes(self._pending[:size])
        del self._pending[:size]
        self.parts += 1
        path = self._folder / f"part-{self.parts:05d}.age"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(pyrage.encrypt(chunk, [self._identity.to_public()]))
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise disk_fault(error, path) from error


class _PartsReader(io.RawIOBase):
    def __init__(self, outbox: Outbox, package: str, offset: int) -> None:
        self._outbox, self._package = outbox, package
        self._number, self._skip = offset // PART_BYTES + 1, offset % PART_BYTES
        self._part = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not self._part:
            if self._number > 1 and not self._outbox._part(self._package, self._number).exists():
                return 0
            self._part = memoryview(self._outbox.read_part(self._package, self._number))[self._skip :]
            self._number, self._skip = self._number + 1, 0
        count = min(len(view), len(self._part))
        view[:count] = self._part[:count]
        self._part = self._part[count:]
        return count
