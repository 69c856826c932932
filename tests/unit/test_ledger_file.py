"""Files handed in as workbooks that are none, are locked, damaged or made to do harm: each says what it is."""

from __future__ import annotations

import struct
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db import ledger_guard
from db.ledger_file import open_workbook, read_sheet
from policy.errors import Fault


def active(workbook: openpyxl.Workbook) -> Any:
    return workbook.active


def book(rows: Iterable[Sequence[Any]], path: Path) -> Path:
    workbook = openpyxl.Workbook()
    for row in rows:
        active(workbook).append(list(row))
    workbook.save(path)
    return path


def fault(path: Path) -> str:
    with pytest.raises(Fault) as caught:
        read_sheet(open_workbook(path))
    assert caught.value.params["file"] == path.name
    return caught.value.code


def _zip(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def _compound(stream_name: str, content: bytes) -> bytes:
    """A compound file with one stream, after [MS-CFB]."""
    sectors = -(-len(content) // 512)
    links = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table = struct.pack("<128I", *links, *[0xFFFFFFFF] * (128 - len(links)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        ends = struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return text.ljust(64, b"\0") + ends + bytes(36) + struct.pack("<IQ", start, size)

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(stream_name, 2, 0xFFFFFFFF, 2, len(content)) + bytes(256)
    return header + table + folder + content.ljust(sectors * 512, b"\0")


def _xls(*records: tuple[int, bytes]) -> bytes:
    stream = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)
    return _compound("Workbook", stream.ljust(4096, b"\0"))


BOF = (0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    def made(content: bytes, name: str = "台账.xlsx") -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    good = book([["企业名称"], ["甲"]], tmp_path / "good.xlsx").read_bytes()
    assert fault(tmp_path / "missing.xlsx") == "ledger.missing"
    assert fault(made(b"")) == "ledger.empty"
    assert fault(made(b" \n", "a.csv")) == "ledger.empty"
    assert fault(book([], tmp_path / "empty.xlsx")) == "ledger.empty"
    assert fault(made(b"\xef\xbb\xbf <html><table><tr><td>x", "a.xls")) == "ledger.html"
    assert fault(made(b"%PDF-1.7\n")) == "ledger.unsupported"
    assert fault(made(bytes(range(256)) * 20)) == "ledger.unsupported"
    assert fault(_zip(tmp_path / "a.docx", word__document_xml=b"<x/>")) == "ledger.unsupported"
    assert fault(made(good[: len(good) // 2])) == "ledger.unreadable"
    assert fault(made(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))) == "ledger.unreadable"
    assert fault(made(_compound("EncryptedPackage", bytes(5000)))) == "ledger.password"
    assert fault(made(_compound("WordDocument", bytes(5000)), "a.doc")) == "ledger.unsupported"
    assert fault(made(_xls(BOF, (0x2F, bytes(54))), "a.xls")) == "ledger.password"


def test_files_that_would_exhaust_memory_are_refused_before_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = openpyxl.Workbook()
    active(workbook)["A1"] = "企业名称"
    active(workbook)["XFD1048576"] = "x"
    workbook.save(tmp_path / "far.xlsx")
    assert fault(tmp_path / "far.xlsx") == "ledger.too_large"

    bomb = _zip(tmp_path / "bomb.xlsx", xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=bytes(1 << 24))
    assert bomb.stat().st_size < 1 << 15
    monkeypatch.setattr(ledger_guard, "MAX_UNPACKED", 1 << 23)
    assert fault(bomb) == "ledger.too_large"

    row = (
        b'<table:table-row table:number-rows-repeated="1000000">'
        b'<table:table-cell office:value-type="float"/></table:table-row>'
    )
    assert fault(_zip(tmp_path / "a.ods", content_xml=row)) == "ledger.too_large"
    cell = b'<table:table-cell office:value-type="float" table:number-columns-repeated="16000"/>'
    assert fault(_zip(tmp_path / "b.ods", content_xml=cell)) == "ledger.too_large"

    (tmp_path / "a.xls").write_bytes(_xls(BOF, (0x203, struct.pack("<HHHd", 65535, 60000, 0, 1.0))))
    assert fault(tmp_path / "a.xls") == "ledger.unreadable"
    (tmp_path / "a.xls").write_bytes(_xls(BOF, (0x200, struct.pack("<IIHHH", 0, 1 << 30, 0, 256, 0))))
    assert fault(tmp_path / "a.xls") == "ledger.unreadable"


def test_a_damaged_real_workbook_ends_in_a_fault_or_rows_never_in_a_crash(shared_dir: Path, tmp_path: Path) -> None:
    data = (shared_dir / "data" / "firms-chongqing-2002.xls").read_bytes()
    outcomes = Counter[str]()
    for i in range(40):
        hurt = bytearray(data)
        for step in range(20):
            hurt[(i * 7919 + step * 104729) % 20000] ^= 1 + step
        (tmp_path / "a.xls").write_bytes(bytes(hurt[: len(hurt) - i * 1000]))
        try:
            read_sheet(open_workbook(tmp_path / "a.xls"))
            outcomes["read"] += 1
        except Fault as caught:
            outcomes[caught.code] += 1
    assert set(outcomes) <= {"read", "ledger.unreadable", "ledger.empty", "ledger.unsupported", "ledger.password"}
    assert outcomes["ledger.unreadable"]
