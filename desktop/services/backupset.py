"""A backup set on the disk: snapshots with a manifest each, and one pool of encrypted files that they share.

    fuzhuan-<workspace>-<set>/
        snapshots/20261121T103000Z-000007/   store.db  keyslots.json  manifest.json
        files/<recipient>/evidence/xx/NAME.age, outbox/PACKAGE/part-00001.age

The pool is kept apart by the age identities that open its files: a new data key encrypts the same files anew, under the
same names, and then forgets the former identities. Everything but the manifest is encrypted, and the manifest holds
names, sizes and digests of encrypted bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from db.files import private_folder, world_faults
from db.keyslots import FILE_NAME as KEYSLOTS
from db.keyslots import derive
from desktop.services.workspace import STORE_NAME

FORMAT = "fuzhuan-backup/1"
MANIFEST = "manifest.json"
POOLED = ("evidence", "outbox")
POOLED_NAME = re.compile(r"evidence/[0-9a-f]{2}/[0-9a-f]{64}\.age|outbox/[0-9a-z][0-9a-z-]{0,63}/part-[0-9]{5}\.age")

_SNAPSHOT = re.compile(r"(\d{8}T\d{6}Z)-(\d{6,12})")
_FINGERPRINT = re.compile(r"[0-9a-f]{8}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_STAMP = "%Y%m%dT%H%M%SZ"
MOST_BYTES = 64 << 20  # of a manifest: some 400,000 files
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it lies in the backup: size in bytes and SHA-256 of the encrypted content."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `made_at` is in milliseconds UTC; `pool` is the fingerprint that its files lie under.

    `missing` names files that a record refers to and that were not there, or not whole, when it was made.
    """

    workspace: str
    sequence: int
    made_at: int
    schema: str
    head: str
    length: int
    pool: str
    files: Mapping[str, Entry]
    missing: tuple[str, ...] = ()
    mac: str = ""

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Read a manifest; raises ValueError for anything that is none, names outside a backup among them."""
        try:
            content = json.loads(data)
            if content["format"] != FORMAT:
                raise ValueError(FORMAT)
            files = {str(name): Entry(int(size), str(digest)) for name, (size, digest) in content["files"].items()}
            found = cls(
                workspace=str(content["workspace"]),
                sequence=int(content["sequence"]),
                made_at=int(content["made_at"]),
                schema=str(content["schema"]),
                head=str(content["audit"]["head"]),
                length=int(content["audit"]["length"]),
                pool=str(content["pool"]),
                files=files,
                missing=tuple(str(name) for name in content["missing"]),
                mac=str(content["mac"]),
            )
            datetime.fromtimestamp(found.made_at / 1000, UTC)  # what cannot be shown is no moment
        except (KeyError, TypeError, AttributeError, RecursionError, OverflowError, OSError) as error:
            raise ValueError(MANIFEST) from error
        good = {KEYSLOTS, STORE_NAME} <= files.keys() and _FINGERPRINT.fullmatch(found.pool) is not None
        for name, entry in files.items():
            known = name in (KEYSLOTS, STORE_NAME) or POOLED_NAME.fullmatch(name) is not None
            good = good and known and entry.bytes >= 0 and _SHA256.fullmatch(entry.sha256) is not None
        if not good:
            raise ValueError(MANIFEST)
        return found

    def signed(self, audit_key: bytes) -> Manifest:
        """The same with its MAC, keyed from the key of the audit chain (which outlives every data key)."""
        return replace(self, mac=self._mac(audit_key))

    def holds(self, audit_key: bytes) -> bool:
        """Whether the MAC is right: nobody without the key has changed it."""
        return hmac.compare_digest(self.mac.encode("utf-8", "replace"), self._mac(audit_key).encode())

    def text(self) -> bytes:
        """As it is written to the disk."""
        return json.dumps({**self._body(), "mac": self.mac}, indent=0).encode()

    def _mac(self, audit_key: bytes) -> str:
        body = json.dumps(self._body(), sort_keys=True, separators=(",", ":")).encode()
        return hmac.new(derive(audit_key, "backup"), body, hashlib.sha256).hexdigest()

    def _body(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "workspace": self.workspace,
            "sequence": self.sequence,
            "made_at": self.made_at,
            "schema": self.schema,
            "audit": {"head": self.head, "length": self.length},
            "pool": self.pool,
            "files": {name: [entry.bytes, entry.sha256] for name, entry in sorted(self.files.items())},
            "missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot by its name alone: `sequence` counts within the set, `at` is in milliseconds UTC."""

    path: Path
    sequence: int
    at: int

    def manifest(self) -> Manifest | None:
        """Its manifest; None where it cannot be read."""
        return read_manifest(self.path / MANIFEST)


def snapshot_name(sequence: int, at: int) -> str:
    """The name of a snapshot made at `at` (milliseconds UTC)."""
    return f"{datetime.fromtimestamp(at / 1000, UTC).strftime(_STAMP)}-{sequence:06d}"


def snapshot_of(path: Path) -> Snapshot | None:
    """A folder as a snapshot, by its name; None where it is called otherwise (work in progress is hidden)."""
    matched = _SNAPSHOT.fullmatch(path.name)
    if matched is None:
        return None
    try:
        made = datetime.strptime(matched[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Snapshot(path, int(matched[2]), int(made.timestamp()) * 1000)


def snapshots(folder: Path) -> list[Snapshot]:
    """The snapshots of one set, oldest first; raises the disk's fault. A set that is not there has none."""
    place = folder / "snapshots"
    with world_faults(place):
        names = [Path(entry.path) for entry in os.scandir(place)] if place.is_dir() else []
    found = [snapshot for path in names if (snapshot := snapshot_of(path)) is not None]
    return sorted(found, key=lambda snapshot: (snapshot.sequence, snapshot.at))


def sets_in(place: Path) -> list[Path]:
    """The sets in a folder a person points at: the set itself, or the folder it lies in; raises the disk's fault."""
    if (place / "snapshots").is_dir():
        return [place]
    with world_faults(place):
        return sorted(path for path in place.glob("fuzhuan-*") if (path / "snapshots").is_dir())


def read_manifest(path: Path) -> Manifest | None:
    """A manifest file; None where it is missing, unreadable or none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        return Manifest.parse(path.read_bytes())
    except (OSError, ValueError):
        return None


def pool_of(folder: Path, fingerprint: str) -> Path:
    """Where the set keeps the files of one recipient."""
    return folder / "files" / fingerprint


def folder_below(base: Path, *names: str) -> Path:
    """Make folders one inside the other, private, below one that must be there: where a stick was pulled, nothing is
    made anew in the place it had. Raises the disk's fault."""
    for name in names:
        base = private_folder(base / name, parents=False)
    return base


def fingerprint(recipients: Iterable[str]) -> str:
    """Eight hex digits that name the age recipients which files may be encrypted to."""
    return hashlib.sha256("\n".join(recipients).encode()).hexdigest()[:8]


class Readable(Protocol):
    """All that is asked of a source."""

    def read(self, size: int, /) -> bytes: ...


def digest(source: Readable) -> Entry:
    """Size and digest of what is left to read."""
    hasher, count = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        hasher.update(chunk)
        count += len(chunk)
    return Entry(count, hasher.hexdigest())


def copy(source: Readable, out: IO[bytes]) -> Entry:
    """Copy what is left to read and say what it was."""
    hasher, count = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        hasher.update(chunk)
        out.write(chunk)
        count += len(chunk)
    return Entry(count, hasher.hexdigest())


def remove(snapshot: Snapshot) -> None:
    """Take a snapshot away: its name first, so that half of one is never seen. Raises OSError."""
    hidden = snapshot.path.with_name(f".{snapshot.path.name}.gone")
    snapshot.path.replace(hidden)
    shutil.rmtree(hidden)


def empty_leftovers(folder: Path) -> list[Path]:
    """Empty the hidden folders of snapshots that a crash left half made or half removed. Raises OSError.

    The folders themselves stay as a sign that the pool has to be swept: remove them when that is done.
    """
    found = [path for path in (folder / "snapshots").glob(".*") if path.is_dir()]
    for path in found:
        for file in path.iterdir():
            file.unlink()
    return found


def collect(folder: Path) -> int:
    """Remove the files of the pool that no snapshot names; returns how many. Raises OSError.

    Does nothing while a manifest cannot be read: what it named is not known.
    """
    named: set[Path] = set()
    for snapshot in snapshots(folder):
        manifest = snapshot.manifest()
        if manifest is None:
            return 0
        pool = pool_of(folder, manifest.pool)
        named.update(pool / name for name in manifest.files)
    gone = 0
    for path in _files_below(folder / "files"):
        if path not in named:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, _folders, names in os.walk(folder):
        yield from (Path(parent) / name for name in names)
