"""Encrypted files of the workspace: age format, named by a keyed hash of their content, stored once."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import hmac
import io
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from db.files import clear_away, disk_fault, fsync_folder, private_folder, world_faults
from db.keyslots import Vault
from policy.errors import WorldFault

_BUFFER = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """A file now in the store: its stored name, SHA-256 and size in bytes of its content, whether it was not there."""

    name: str
    sha256: str
    bytes: int
    new: bool = True


class Blobs:
    """A folder of encrypted files. Content is added file first, row second, and only ever replaced by itself."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self.folder = folder
        self.littered = False
        self._added: set[str] = set()
        self._placing = threading.Lock()
        self.use(vault)

    def use(self, vault: Vault) -> None:
        """From now on, write to this vault's identity and read with it and the former ones."""
        with self._placing:
            self._identity = pyrage.x25519.Identity.from_str(vault.identity)
            self._former = [pyrage.x25519.Identity.from_str(identity) for identity in vault.former]
            self._names_key = vault.names_key

    def add(self, source: BinaryIO, cancelled: Callable[[], bool] = lambda: False) -> Stored:
        """Encrypt what `source` holds; the same content is stored once.

        Raises the disk's WorldFault, WorldFault("keys.changed_meanwhile") where a new data key came while it was
        encrypted; a cancel raises InterruptedError and leaves nothing.
        """
        identity = self._identity
        private_folder(self.folder, parents=False)
        temporary = self.folder / f".{secrets.token_hex(8)}.part"
        reader = _HashingReader(source, cancelled)
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb", buffering=_BUFFER) as out:
                try:
                    pyrage.encrypt_io(io.BufferedReader(reader, _BUFFER), out, [identity.to_public()])
                except Exception as error:
                    raise reader.failure or _disk_error(error, temporary) from error
                out.flush()
                os.fsync(out.fileno())
            if cancelled():
                raise InterruptedError
            sha256 = reader.hash.hexdigest()
            name = self.name_of(sha256)
            target = self._path(name)
            private_folder(target.parent, parents=False)
            with self._placing:  # no file may be named under an identity that was forgotten meanwhile
                self._added.add(name)
                if str(identity) != str(self._identity):
                    raise WorldFault("keys.changed_meanwhile")
                known = target.exists()
                try:
                    temporary.replace(target)  # also where it is known: adding a file again mends a damaged copy
                except PermissionError:
                    if not known:
                        raise  # else Windows, and someone is reading the copy that is there
            try:
                fsync_folder(target.parent)
            except OSError:
                if not known:  # told as failed: then it is not there either
                    self.remove(name)
                raise
            return Stored(name, sha256, reader.count, not known)
        except InterruptedError:
            raise
        except OSError as error:
            raise disk_fault(error, self.folder) from error
        finally:
            clear_away(temporary)

    def add_bytes(self, data: bytes) -> Stored:
        """Encrypt a small content held in memory."""
        return self.add(io.BytesIO(data))

    def name_of(self, sha256: str) -> str:
        """The stored name of a content: it says nothing to who lacks the key."""
        return hmac.new(self._names_key, bytes.fromhex(sha256), hashlib.sha256).hexdigest()

    def is_current(self, name: str) -> bool:
        """Whether a file is under the present identity and not a former one; raises like `open`."""
        opened = _FirstBytes()
        with self._encrypted(name) as source:
            try:
                pyrage.decrypt_io(source, opened, [self._identity])
            except (pyrage.DecryptError, OSError):
                return opened.reached
        return True

    def renew(self, name: str, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Encrypt a file of a former identity to the present one; raises like `open` and `add`."""
        with self.open(name) as source:
            self.add(source, cancelled)

    def exists(self, name: str) -> bool:
        return self._path(name).exists()

    def remove(self, name: str) -> None:
        """Forget a file nothing refers to any more; what the disk does not let go makes this folder `littered`."""
        self.littered |= not clear_away(self._path(name))

    def sweep(self, name: str) -> bool:
        """Forget a file that no row knows, unless it was added since the opening: then a job has it in hand. Returns
        whether it is gone."""
        with self._placing:
            if name in self._added:
                return False
            self.remove(name)
        return not self.exists(name)

    def names(self) -> Iterator[str]:
        """Every stored name; raises the disk's fault."""
        with world_faults(self.folder):
            found = list(self.folder.glob("??/*.age"))
        return (path.stem for path in found)

    def read(self, name: str) -> bytes:
        """The whole content; for what is known to be small. Raises like `open`."""
        out = io.BytesIO()
        with self._encrypted(name) as source:
            self._decrypt(source, out, name)
        return out.getvalue()

    def copy_to(self, name: str, out: BinaryIO) -> None:
        """Decrypt into `out` with constant memory. Raises like `open`."""
        with self._encrypted(name) as source:
            self._decrypt(source, out, name)

    def open(self, name: str) -> BinaryIO:
        """A stream of the content; memory stays constant and nothing touches the disk in clear.

        Raises WorldFault("evidence.missing") at once, WorldFault("evidence.damaged") while reading.
        """
        if not self.exists(name):
            raise WorldFault("evidence.missing", name=name[:12])
        read_end, write_end = os.pipe()
        stream = _DecryptedStream(read_end)

        def pump() -> None:
            # the reader may close early, having what it wanted: then the last flush meets a broken pipe
            with contextlib.suppress(BrokenPipeError), os.fdopen(write_end, "wb", buffering=_BUFFER) as out:
                try:
                    self.copy_to(name, out)
                except WorldFault as fault:
                    stream.fault = None if stream.closed else fault

        threading.Thread(target=pump, daemon=True, name="decrypt").start()
        return io.BufferedReader(stream, _BUFFER)

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.age"

    @contextmanager
    def _encrypted(self, name: str) -> Iterator[BinaryIO]:
        path = self._path(name)
        try:
            source = path.open("rb", buffering=_BUFFER)
        except FileNotFoundError:
            raise WorldFault("evidence.missing", name=name[:12]) from None
        except OSError as error:
            raise disk_fault(error, path) from error
        with source:
            yield source

    def _decrypt(self, source: BinaryIO, out: BinaryIO, name: str) -> None:
        kept = _KeepingWriter(out)
        try:
            pyrage.decrypt_io(source, kept, [self._identity, *self._former])
        except (pyrage.DecryptError, OSError):
            if kept.failure is not None:  # the place it goes to failed, not the stored file
                raise kept.failure from None
            raise WorldFault("evidence.damaged", name=name[:12]) from None


class _HashingReader(io.RawIOBase):
    """Counts and hashes what the encryption pulls through it, and stops it when cancelled."""

    def __init__(self, source: BinaryIO, cancelled: Callable[[], bool]) -> None:
        self._source, self._cancelled = source, cancelled
        self.hash, self.count = hashlib.sha256(), 0
        self.failure: BaseException | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            if self._cancelled():
                raise InterruptedError
            data = self._source.read(len(view))
        except BaseException as error:
            self.failure = error  # pyrage wraps what a callback raises: keep the original
            # and it takes an InterruptedError for a signal and asks again, for ever
            raise OSError(errno.EIO, "") from error
        view[: len(data)] = data
        self.hash.update(data)
        self.count += len(data)
        return len(data)


class _FirstBytes(io.RawIOBase):
    """Ends the decryption as soon as it has proved to be possible."""

    reached = False

    def writable(self) -> bool:
        return True

    def write(self, _data: Any) -> int:
        self.reached = True
        raise OSError(errno.EIO, "")


class _KeepingWriter(io.RawIOBase):
    """Passes on what is written and keeps the error of the place it goes to, which pyrage would hide."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.failure: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            return self._out.write(data)
        except OSError as error:
            self.failure = error
            raise


class _DecryptedStream(io.FileIO):
    """The reading end of the pipe; a fault met by the writer is raised where the data would have ended."""

    fault: WorldFault | None = None

    def readinto(self, buffer: object) -> int | None:
        count = super().readinto(buffer)  # type: ignore[arg-type]
        if count == 0 and self.fault:
            raise self.fault
        return count


def _disk_error(error: BaseException, path: Path) -> BaseException:
    cause = error if isinstance(error, OSError) else error.__cause__ or error.__context__
    return disk_fault(cause, path) if isinstance(cause, OSError) else error
