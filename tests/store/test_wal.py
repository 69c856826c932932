"""The log is read as SQLite writes it: what is whole, what a power cut left unfinished, and what is damage."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from db import wal

PAGE = 4096
SALTS = (7, 0xC0FFEE11)


def _sums(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    """The checksum as the format's description has it, word by word."""
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second


def _log(path: Path, transactions: list[list[int]], order: str = "<", salts: tuple[int, int] = SALTS) -> Path:
    """A log with these transactions, each a list of page numbers."""
    chance = random.Random(1)
    magic = 0x377F0682 if order == "<" else 0x377F0683
    head = struct.pack(">6I", magic, 3007000, PAGE, 0, *salts)
    sums = _sums(order, head, (0, 0))
    out = head + struct.pack(">2I", *sums)
    for pages in transactions:
        for place, page in enumerate(pages, 1):
            start = struct.pack(">2I", page, 50 if place == len(pages) else 0)
            content = chance.randbytes(PAGE)
            sums = _sums(order, content, _sums(order, start, sums))
            out += start + struct.pack(">4I", *salts, *sums) + content
    path.write_bytes(out)
    return path


def _frame(number: int) -> int:
    return 32 + number * (24 + PAGE)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("chunk", [1, 3 * (24 + PAGE), 16 << 20])
def test_every_frame_of_a_whole_log_holds_however_it_is_read(tmp_path: Path, monkeypatch, order: str, chunk: int):
    monkeypatch.setattr(wal, "_CHUNK", chunk)
    log = wal.read(_log(tmp_path / "wal", [[1, 2], [3], [4, 5, 6], [2]], order))
    assert [(frame.page, bool(frame.size_after)) for frame in log.frames] == [
        (1, False), (2, True), (3, True), (4, False), (5, False), (6, True), (2, True),
    ]  # fmt: skip
    assert all(frame.good for frame in log.frames) and (log.before, log.behind) == (4, 0)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
def test_one_wrong_byte_anywhere_is_damage_and_never_a_power_cut(tmp_path: Path, order: str):
    path = _log(tmp_path / "wal", [[1, 2], [3], [4, 5]], order)
    whole, chance = path.read_bytes(), random.Random(2)
    for place in (*range(32), *(chance.randrange(len(whole)) for _ in range(60)), len(whole) - 1):
        damaged = bytearray(whole)
        damaged[place] ^= chance.randrange(1, 256)
        path.write_bytes(damaged)
        log = wal.read(path)
        assert log.behind > 0 and log.before + log.behind >= 2, place


def test_what_a_power_cut_leaves_of_the_last_transaction_is_no_damage(tmp_path: Path):
    path = _log(tmp_path / "wal", [[1, 2], [3], [4, 5, 6]])
    whole = path.read_bytes()
    cuts = {
        "shorter": whole[:-1000],
        "without its end": whole[: _frame(5)],
        "a sector never written": whole[: _frame(4) + 600] + bytes(512) + whole[_frame(4) + 1112 :],
        "sectors in another order": whole[: _frame(3) + 24] + bytes(PAGE) + whole[_frame(4) :],
    }
    for name, content in cuts.items():
        path.write_bytes(content)
        log = wal.read(path)
        assert (log.before, log.behind) == (2, 0), name


def test_a_lost_sector_further_up_is_damage_with_the_saves_behind_it_counted(tmp_path: Path):
    path = _log(tmp_path / "wal", [[1, 2], [3], [4, 5], [6]])
    content = bytearray(path.read_bytes())
    content[_frame(2) + 100 : _frame(2) + 612] = bytes(512)
    path.write_bytes(content)
    log = wal.read(path)
    assert (log.before, log.behind) == (1, 3)
    assert [frame.good for frame in log.frames] == [True, True, False, True, True, True]


def test_frames_of_an_earlier_round_do_not_count(tmp_path: Path):
    old = _log(tmp_path / "old", [[number] for number in range(1, 9)]).read_bytes()
    path = _log(tmp_path / "wal", [[1], [2]], salts=(8, 0x0BADCAFE))
    path.write_bytes(path.read_bytes() + old[_frame(2) :])
    log = wal.read(path)
    assert (len(log.frames), log.before, log.behind) == (2, 2, 0)


@pytest.mark.parametrize("content", [b"", b"x" * 31, bytes(5000), b"\xff" * 9000])
def test_what_is_no_log_has_nothing_to_lose(tmp_path: Path, content: bytes):
    (tmp_path / "wal").write_bytes(content)
    log = wal.read(tmp_path / "wal")
    assert log.before == 0
    assert wal.read(tmp_path / "none") == wal.Log()
