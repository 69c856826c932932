"""Encrypted files: other people's age reads them with our identity and no other; damage is named, nothing left half."""

from __future__ import annotations

import hashlib
import io
import os
import random
import secrets
import subprocess
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from db.blobs import Blobs
from db.keyslots import Vault
from policy.errors import WorldFault

TEXT = "李明的身份证复印件".encode() * 10


@pytest.fixture
def vault() -> Vault:
    return Vault(str(pyrage.x25519.Identity.generate()), secrets.token_bytes(32), secrets.token_bytes(32))


@pytest.fixture
def blobs(tmp_path: Path, vault: Vault) -> Blobs:
    return Blobs(tmp_path / "evidence", vault)


def _files(blobs: Blobs) -> list[Path]:
    return [path for path in blobs.folder.rglob("*") if path.is_file()]


def _age(age: str, file: Path, identity: str, tmp_path: Path) -> subprocess.CompletedProcess[bytes]:
    key = tmp_path / f"key-{secrets.token_hex(4)}.txt"
    key.write_text(identity + "\n")
    return subprocess.run([age, "-d", "-i", str(key), str(file)], capture_output=True, check=False)


def test_age_opens_a_file_with_our_identity_and_with_no_other(
    blobs: Blobs, vault: Vault, tmp_path: Path, require_tool: Callable[[str], str]
):
    blobs.add_bytes(TEXT)
    age, (file,) = require_tool("age"), _files(blobs)
    assert _age(age, file, vault.identity, tmp_path).stdout == TEXT
    other = _age(age, file, str(pyrage.x25519.Identity.generate()), tmp_path)
    assert other.returncode != 0 and other.stdout == b"" and b"no identity matched" in other.stderr


def test_name_and_place_say_nothing_and_are_private(blobs: Blobs):
    umask = os.umask(0)
    try:
        stored = blobs.add_bytes(TEXT)
    finally:
        os.umask(umask)
    (file,) = _files(blobs)
    sha256 = hashlib.sha256(TEXT).hexdigest()
    assert stored.sha256 == sha256 and stored.bytes == len(TEXT)
    assert sha256[:8] not in str(file) and file.stem == stored.name
    assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700


def test_names_differ_between_workspaces(blobs: Blobs, vault: Vault, tmp_path: Path):
    other = Blobs(tmp_path / "other", Vault(vault.identity, secrets.token_bytes(32), vault.audit_key))
    assert other.add_bytes(TEXT).name != blobs.add_bytes(TEXT).name


def test_the_same_content_lies_there_once(blobs: Blobs):
    first, second = blobs.add_bytes(TEXT), blobs.add_bytes(TEXT)
    assert (first.name, first.sha256) == (second.name, second.sha256)
    assert first.new and not second.new and list(blobs.names()) == [first.name]


def test_adding_again_mends_a_damaged_copy(blobs: Blobs):
    stored = blobs.add_bytes(TEXT)
    (file,) = _files(blobs)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(WorldFault, match=r"evidence\.damaged"):
        blobs.read(stored.name)
    blobs.add_bytes(TEXT)
    assert blobs.read(stored.name) == TEXT


@pytest.mark.parametrize("after", [0, 3])
def test_a_cancel_leaves_nothing(blobs: Blobs, after: int):
    asked = iter(range(100))
    with pytest.raises(InterruptedError):
        blobs.add(io.BytesIO(bytes(8 << 20)), lambda: next(asked) >= after)
    assert _files(blobs) == []


def test_a_source_that_fails_leaves_nothing_and_says_why(blobs: Blobs):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(WorldFault, match=r"disk\.failed"):
        blobs.add(Broken())
    assert _files(blobs) == []


@pytest.mark.parametrize("damage", ["head", "tag", "cut", "empty", "other"])
def test_a_damaged_file_is_named_by_whatever_reads_it(blobs: Blobs, damage: str):
    content = random.Random(1).randbytes(300_000)
    stored = blobs.add_bytes(content)
    (file,) = _files(blobs)
    data = bytearray(file.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "empty":
        data = bytearray()
    elif damage == "other":
        data = bytearray(pyrage.encrypt(content, [pyrage.x25519.Identity.generate().to_public()]))
    else:
        data[40 if damage == "head" else -5] ^= 1
    file.write_bytes(data)
    with pytest.raises(WorldFault, match=r"evidence\.damaged"):
        blobs.read(stored.name)
    with pytest.raises(WorldFault, match=r"evidence\.damaged"), blobs.open(stored.name) as stream:
        while stream.read(1 << 16):
            pass
    with pytest.raises(WorldFault, match=r"evidence\.damaged"):
        blobs.copy_to(stored.name, io.BytesIO())


def test_a_missing_file_is_named_at_once(blobs: Blobs):
    for read in (blobs.read, blobs.open):
        with pytest.raises(WorldFault, match=r"evidence\.missing"):
            read("ab" * 32)


def test_a_full_disk_at_the_other_end_is_not_blamed_on_the_file(blobs: Blobs):
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    stored = blobs.add_bytes(TEXT)
    with pytest.raises(OSError, match="No space left"):
        blobs.copy_to(stored.name, Full())


def test_a_reader_may_stop_early_at_any_place(blobs: Blobs):
    for size in (10, 70_000, 300_000, 3 << 20):
        stored = blobs.add_bytes(bytes(size))
        with blobs.open(stored.name) as stream:
            assert stream.read(10) == bytes(10)
    for thread in threading.enumerate():
        if thread.name == "decrypt":
            thread.join(10)  # a thread that died of a broken pipe fails the test run


def test_a_large_file_goes_through_in_constant_memory(blobs: Blobs, tmp_path: Path):
    size, block = 48 << 20, bytes(range(256)) * 4096
    source = tmp_path / "source"
    with source.open("wb") as out:
        for _ in range(size // len(block)):
            out.write(block)
    tracemalloc.start()
    try:
        with source.open("rb") as stream:
            stored = blobs.add(stream)
        read = 0
        with blobs.open(stored.name) as stream:
            while data := stream.read(1 << 20):
                read += len(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (stored.bytes, read) == (size, size)
    assert peak < 8 << 20
