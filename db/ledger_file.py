"""Opening a workbook or CSV file by its content and handing over the cells of one sheet, whatever the name ends in."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import python_calamine as calamine

from db.ledger_guard import OLE_MAGIC, guard_xls, guard_zip
from db.values import Note
from policy.errors import Refused, WorldFault
from policy.i18n import listed

MAX_FILE = 512 << 20  # bytes on disk
MAX_ROWS = 2_000_000
MAX_CSV_FIELD = 1 << 20

_HTML = re.compile(rb"\s*(?:<!doctype html|<html|<table|<head|<meta|<\?xml)", re.IGNORECASE)
_DELIMITERS = (",", "\t", ";")

Row = Sequence[Any]
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A sheet by name; hidden sheets are read only when asked for by name."""

    name: str
    hidden: bool = False


@dataclass(slots=True)
class Book:
    """An open workbook: its file name and sheets, and what to tell about the file."""

    file: str
    sheets: tuple[SheetInfo, ...]
    notices: list[Note] = field(default_factory=list)
    workbook: calamine.CalamineWorkbook | None = None
    rows: list[list[str]] = field(default_factory=list)  # of a CSV file

    def close(self) -> None:
        """Let go of the file."""
        if self.workbook is not None:
            self.workbook.close()


@dataclass(slots=True)
class RawTable:
    """The cells of one sheet as read: `rows[i]` is sheet row i + 1, its first cell is in sheet column `offset`.

    `typed` is false for CSV, where numbers are text; `merges` are zero-based absolute corners (empty when unknown).
    """

    file: str
    sheet: str
    rows: list[Row]
    typed: bool
    offset: int = 0
    merges: tuple[Merge, ...] = ()
    notices: list[Note] = field(default_factory=list)


def open_workbook(path: Path) -> Book:
    """Open .xlsx, .xls, .ods or CSV by content.

    Raises WorldFault ledger.missing; Refused ledger.empty, ledger.password, ledger.html, ledger.unsupported,
    ledger.too_large, ledger.unreadable, each with the file's name.
    """
    name = path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            if not size:
                raise Refused("ledger.empty", file=name)
            if size > MAX_FILE:
                raise Refused("ledger.too_large", file=name)
            head = handle.read(4096)
            handle.seek(0)
            if head.startswith((b"PK\x03\x04", OLE_MAGIC)):
                return _open_binary(handle, name, zipped=head.startswith(b"PK"))
            if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
                raise Refused("ledger.html", file=name)
            return _open_csv(handle.read(), name)
    except OSError as error:
        raise WorldFault("ledger.missing", file=name) from error


def _open_binary(handle: IO[bytes], name: str, *, zipped: bool) -> Book:
    data = handle.read()
    (guard_zip if zipped else guard_xls)(data, name)
    try:
        with _no_panic(name):
            workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError as error:
        raise Refused("ledger.password", file=name) from error
    except calamine.CalamineError as error:
        raise Refused("ledger.unreadable", file=name) from error
    sheets = tuple(
        SheetInfo(sheet.name, sheet.visible != calamine.SheetVisibleEnum.Visible)
        for sheet in workbook.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    )
    if not sheets:
        raise Refused("ledger.empty", file=name)
    return Book(name, sheets, workbook=workbook)


@contextmanager
def _no_panic(name: str) -> Iterator[None]:
    """A place in the reader that its authors held to be impossible comes as an exception that is no Exception."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Refused("ledger.unreadable", file=name) from None


def _open_csv(data: bytes, name: str) -> Book:
    text, damaged = _decode(data, name)
    if not text.strip():
        raise Refused("ledger.empty", file=name)
    csv.field_size_limit(MAX_CSV_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise Refused("ledger.unreadable", file=name) from error
    if len(rows) > MAX_ROWS:
        raise Refused("ledger.too_large", file=name)
    notices = [Note("ledger.text_damaged", {"file": name})] if damaged else []
    return Book(name, (SheetInfo(Path(name).stem),), notices, rows=rows)


def _decode(data: bytes, name: str) -> tuple[str, bool]:
    """Text of a CSV file (UTF-8, else GB18030; UTF-16 by its mark) and whether bytes were beyond reading.

    A file in which single rows are broken is read all the same: U+FFFD stands there and those rows are rejected.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codecs = ["utf-16"]
    elif b"\0" in data[:4096] or data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"Rar!", b"7z\xbc")):
        raise Refused("ledger.unsupported", file=name)
    else:
        codecs = ["utf-8-sig", "gb18030"]
    for codec in codecs:
        try:
            return data.decode(codec), False
        except UnicodeDecodeError:
            continue
    for codec in codecs:  # GB18030 finds some reading for UTF-8, UTF-8 none for GB18030: the order decides
        text = data.decode(codec, "replace")
        if text.count("\ufffd") * 10 <= len(text):
            return text, True
    raise Refused("ledger.unsupported", file=name)


def _delimiter(text: str) -> str:
    """The sign that cuts the first 30 lines into the most columns, the same number in most of them."""
    lines = text[: 1 << 16].splitlines()[:30]

    def weight(sign: str) -> tuple[int, int]:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if len(row) > 1)
        return max(((times * (width - 1), width) for width, times in counts.items()), default=(0, 0))

    return max(_DELIMITERS, key=weight)


def read_sheet(book: Book, sheet: str | None = None) -> RawTable:
    """The cells of one sheet: the named one, else the first visible one that holds anything.

    Notices name hidden sheets and further filled sheets, which are left out. Raises Refused ledger.no_sheet (with the
    names there are), ledger.empty, ledger.unreadable, ledger.too_large.
    """
    if sheet is not None and sheet not in {info.name for info in book.sheets}:
        names = listed(info.name for info in book.sheets)
        raise Refused("ledger.no_sheet", file=book.file, sheet=sheet, sheets=names)
    if book.workbook is None:
        return RawTable(book.file, book.sheets[0].name, _without_empty_end(book.rows), typed=False)
    wanted = [info.name for info in book.sheets if (info.name == sheet if sheet is not None else not info.hidden)]
    table, others = None, []
    for name in wanted:
        if table is None:
            table = _cells(book.file, book.workbook, name)
        else:
            others.append(name)
    if table is None:
        raise Refused("ledger.empty", file=book.file)
    hidden = [info.name for info in book.sheets if info.hidden and info.name != sheet]
    if hidden:
        table.notices.append(Note("ledger.hidden_sheets", {"sheets": listed(hidden)}))
    if others:
        table.notices.append(Note("ledger.other_sheets", {"sheet": table.sheet, "sheets": listed(others)}))
    return table


def _cells(file: str, workbook: calamine.CalamineWorkbook, name: str) -> RawTable | None:
    try:
        with _no_panic(file):
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is None:
                return None
            rows = _without_empty_end(list(sheet.iter_rows()))
            merges = tuple(sheet.merged_cell_ranges or ())
    except calamine.CalamineError as error:
        raise Refused("ledger.unreadable", file=file) from error
    return RawTable(file, name, rows, typed=True, offset=sheet.start[1], merges=merges) if rows else None


def _without_empty_end(rows: Sequence[Row]) -> list[Row]:
    end = len(rows)
    while end and not any(cell != "" and (not isinstance(cell, str) or cell.strip()) for cell in rows[end - 1]):
        end -= 1
    return list(rows[:end])
