"""Sealing evidence against one pass each of age-decrypt, SHA-256 twice and age-encrypt over the same bytes."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import pyrage

from db.blobs import Blobs
from db.keyslots import Vault
from db.outbox import Outbox
from desktop.bench.data import Scale, evidence_blocks
from desktop.bench.measure import Clock, Result, alone, median, sides
from exports import agekeys
from exports.package.seal import seal as seal_package
from exports.package.spec import Organisation, PackageSpec, Payload
from policy.i18n import tr

_TARGET, _MEMORY_MIB = 1.3, 64.0
_FILE_MIB = 16
_BUFFER = 1 << 20


class _Blocks(io.RawIOBase):
    """A file of evidence that is made while it is read."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        self._rest = self._rest or memoryview(next(self._blocks, b""))
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def seal(scale: Scale, folder: Path) -> list[Result]:
    """From the encrypted evidence to the committed parts of the outbox, encrypted to a receiver; time and memory."""
    ours, peer = [], []
    for turn in range(scale.repeats):
        ours.append(alone(_seal, scale.evidence_mib, str(folder / f"seal{turn}")))
        peer.append(alone(_passes, scale.evidence_mib, str(folder / f"passes{turn}")))
    ratio, detail = sides(ours, peer, tr("age 解密、SHA-256 两遍、age 加密各一遍"))
    grown = median(ours, "grown_mib")
    detail |= {"evidence_mib": scale.evidence_mib, "memory_limit_mib": _MEMORY_MIB}
    met = ratio <= _TARGET and (grown is None or grown <= _MEMORY_MIB)
    return [Result("seal", ratio, _TARGET, met, "time", detail)]


def _evidence(mib: int, folder: Path) -> tuple[Blobs, Vault, list[tuple[str, str, int]]]:
    """The evidence in files of 16 MiB in a store of their own: name, digest and size of each."""
    identity = pyrage.x25519.Identity.generate()
    vault = Vault(audit_key=os.urandom(32), names_key=os.urandom(32), identity=str(identity))
    blobs, blocks = Blobs(folder / "evidence", vault), evidence_blocks(mib)
    files = []
    for first in range(0, mib, _FILE_MIB):
        count = min(_FILE_MIB, mib - first)
        part = _Blocks(block for _number, block in zip(range(count), blocks, strict=False))
        stored = blobs.add(cast(BinaryIO, io.BufferedReader(part, _BUFFER)))
        files.append((stored.name, stored.sha256, stored.bytes))
    return blobs, vault, files


def _seal(clock: Clock, mib: int, folder: str) -> None:
    place = Path(folder)
    place.mkdir()
    blobs, vault, files = _evidence(mib, place)
    package = str(uuid.uuid4())
    recipient = agekeys.recipient_of(agekeys.identity_from_seed(secrets.token_bytes(32)))
    evidence = [
        Payload(
            f"e{number:04}.bin", f"{number}.bin", "application/octet-stream", size, digest, partial(blobs.open, name)
        )
        for number, (name, digest, size) in enumerate(files, 1)
    ]
    spec = PackageSpec(
        package_id=package,
        title="示例",
        organisation=Organisation("示例孵化器"),
        made_at="2026-11-21T10:00:00+08:00",
        records={},
        schema={"type": "object"},
        signing_seed=secrets.token_bytes(32),
        evidence=evidence,
        recipients=[recipient],
    )
    writer = Outbox(place / "outbox", vault).writer(package)
    with clock:
        seal_package(spec, writer)
        writer.commit()


class _Sha256(io.RawIOBase):
    """Takes bytes in and hashes them."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.hash.update(data)  # type: ignore[arg-type]
        return len(memoryview(data))  # type: ignore[arg-type]


def _passes(clock: Clock, mib: int, folder: str) -> None:
    place = Path(folder)
    place.mkdir()
    blobs, _vault, files = _evidence(mib, place)
    recipient = pyrage.x25519.Identity.generate().to_public()
    with clock:
        for name, _digest, _size in files:  # decrypt, and the first SHA-256
            blobs.copy_to(name, cast(BinaryIO, io.BufferedWriter(_Sha256(), _BUFFER)))
        second = hashlib.sha256()
        for block in evidence_blocks(mib):
            second.update(block)
        with (place / "sealed.age").open("wb", buffering=_BUFFER) as out:
            clear = io.BufferedReader(_Blocks(evidence_blocks(mib)), _BUFFER)
            pyrage.encrypt_io(clear, out, [recipient])
            out.flush()
            os.fsync(out.fileno())
