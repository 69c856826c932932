"""Sealed packages in the outbox: cut in encrypted parts, read from any place, whole or not there."""

from __future__ import annotations

import random
import secrets
from pathlib import Path

import pyrage
import pytest

from db import outbox as module
from db.keyslots import Vault
from db.outbox import Outbox
from policy.errors import WorldFault

PART = 1000
CONTENT = random.Random(7).randbytes(3 * PART + 123)


@pytest.fixture
def outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    monkeypatch.setattr(module, "PART_BYTES", PART)
    vault = Vault(str(pyrage.x25519.Identity.generate()), secrets.token_bytes(32), secrets.token_bytes(32))
    return Outbox(tmp_path / "outbox", vault)


def _seal(outbox: Outbox, content: bytes = CONTENT, name: str = "p1") -> int:
    writer = outbox.writer(name)
    for start in range(0, len(content), 333):
        writer.write(content[start : start + 333])
    writer.commit()
    writer.discard()
    assert writer.bytes == len(content)
    return writer.parts


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 3 * PART])
def test_what_was_sealed_comes_back(outbox: Outbox, size: int):
    parts = _seal(outbox, CONTENT[:size])
    assert b"".join(outbox.parts("p1")) == CONTENT[:size]
    assert parts == max(1, -(-size // PART)) == len(list((outbox.folder / "p1").iterdir()))
    assert outbox.packages() == ["p1"]


def test_it_lies_there_encrypted_and_private(outbox: Outbox):
    text = "某某公司的财务报表".encode() * 500
    _seal(outbox, text)
    for path in (outbox.folder / "p1").iterdir():
        assert path.read_bytes().startswith(b"age-encryption.org/v1\n") and text[:30] not in path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600
    assert (outbox.folder / "p1").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("offset", [0, 1, PART - 1, PART, 2 * PART + 500, len(CONTENT) - 1, len(CONTENT)])
def test_reading_starts_anywhere(outbox: Outbox, offset: int):
    _seal(outbox)
    with outbox.open("p1", offset) as stream:
        assert stream.read(77) == CONTENT[offset : offset + 77]
        assert stream.read() == CONTENT[offset + 77 :]


def test_one_part_is_read_by_its_number(outbox: Outbox):
    _seal(outbox)
    assert outbox.read_part("p1", 2) == CONTENT[PART : 2 * PART]
    with pytest.raises(WorldFault, match=r"outbox\.missing"):
        outbox.read_part("p1", 9)


def test_nothing_shows_before_it_is_whole_and_discarding_leaves_nothing(outbox: Outbox):
    writer = outbox.writer("p1")
    writer.write(CONTENT)
    with pytest.raises(WorldFault, match=r"outbox\.missing"):
        list(outbox.parts("p1"))
    writer.discard()
    writer.discard()
    assert list(outbox.folder.iterdir()) == []


def test_a_damaged_part_is_named(outbox: Outbox):
    _seal(outbox)
    path = outbox.folder / "p1" / "part-00002.age"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(WorldFault, match=r"outbox\.damaged"):
        b"".join(outbox.parts("p1"))
    with pytest.raises(WorldFault, match=r"outbox\.damaged"), outbox.open("p1") as stream:
        stream.read()
    assert outbox.read_part("p1", 1) == CONTENT[:PART]


def test_a_part_the_disk_does_not_give_is_no_damage_and_no_defect_of_the_program(outbox: Outbox):
    writer = outbox.writer("p1")
    writer.write(b"sealed")
    writer.commit()
    part = next(outbox.folder.rglob("*.age"))
    part.unlink()
    part.mkdir()  # cannot be read, even by root
    for read in (lambda: outbox.read_part("p1", 1), lambda: list(outbox.parts("p1")), lambda: outbox.renew("p1")):
        with pytest.raises(WorldFault, match=r"disk\.failed"):
            read()
    (outbox.folder.parent / "file").touch()
    outbox.folder = outbox.folder.parent / "file"
    with pytest.raises(WorldFault, match=r"disk\.failed"):
        outbox.packages()


def test_an_unknown_package_is_named(outbox: Outbox):
    with pytest.raises(WorldFault, match=r"outbox\.missing"):
        list(outbox.parts("nobody"))
    with pytest.raises(WorldFault, match=r"outbox\.missing"), outbox.open("nobody") as stream:
        stream.read(1)


def test_removing_forgets_all_of_a_package(outbox: Outbox):
    _seal(outbox)
    outbox.remove("p1")
    outbox.remove("p1")
    assert outbox.packages() == []
