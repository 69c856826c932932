"""Tables out of what a person pastes or points at: clipboard HTML or text, a workbook, a CSV file or a .docx document.

Everything here is somebody else's bytes: sizes, spans and nesting are limited before anything is laid out.
"""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from db.ledger_file import open_workbook, read_sheet
from db.ledger_guard import OLE_MAGIC
from db.values import written
from policy.errors import Refused, WorldFault

MAX_TEXT = 8 << 20  # characters of pasted text or of an HTML file
MAX_FILE = 64 << 20
MAX_XML = 128 << 20  # bytes of a document's main part, unpacked
MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 2000, 64, 60_000
_MAX_DEPTH = 200
_MAX_CELL = 20_000  # characters kept of one cell

_TOKEN = re.compile(r"<!--|<(/?)([A-Za-z][\w:.-]*)([^<>]*)>|<[^<>]*>?|[^<]+")
_SPAN = re.compile(r"\b(rowspan|colspan)\s*=\s*[\"']?\s*([0-9]{1,6})", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SKIPPED = frozenset({"style", "script", "title", "xml", "textarea"})
_BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6"})
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u3000\u2028]+")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_SOFT = "\u2028"  # a line break of the HTML source, which is none on the page
_SOURCE_BLANKS = re.compile(r"[ \t\r\n]+")  # a pattern that asks for the break itself would be tried at each blank
_NO_BLANK = re.compile(rf"(?<=[{_WIDE}]){_SOFT}|{_SOFT}(?=[{_WIDE}])")
_HTML_FILE = re.compile(rb"\s*(?:<!doctype html|<html|<table|<head|<meta|<body)", re.IGNORECASE)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table laid out: `rows[r][c]` is the text there, a merged cell's in each of its places; `origins[r][c]` is the
    place where the cell begins (its own place for one that is not merged)."""

    rows: list[list[str]]
    origins: list[list[Place]]

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def own(self, row: int, column: int) -> bool:
        """Whether a cell begins in this place."""
        return self.origins[row][column] == (row, column)


@dataclass(slots=True)
class _Layout:
    """Cells put one after the other, as HTML and Word describe them."""

    budget: list[int]  # cells left, shared by every table of one source
    texts: dict[Place, str] = field(default_factory=dict)
    places: dict[Place, Place] = field(default_factory=dict)
    row: int = -1
    column: int = 0

    def next_row(self) -> None:
        self.row += 1
        self.column = 0

    def skip(self, columns: int) -> None:
        self.column += columns

    def cell(self, text: str, *, rows: int = 1, columns: int = 1, joins_above: bool = False) -> None:
        """Put a cell in the next free place; `joins_above` makes it the lower part of the cell over it."""
        if self.row < 0:
            self.next_row()
        while (self.row, self.column) in self.places:
            self.column += 1
        rows, columns = max(1, min(rows, MAX_ROWS)), max(1, min(columns, MAX_COLUMNS))
        self.budget[0] -= rows * columns
        if self.budget[0] < 0 or self.row >= MAX_ROWS or self.column + columns > MAX_COLUMNS:
            raise Refused("notice.too_large", rows=MAX_ROWS, columns=MAX_COLUMNS)
        here = (self.row, self.column)
        begins = self.places.get((self.row - 1, self.column), here) if joins_above else here
        if begins == here:
            self.texts[here] = text
        for down in range(rows):
            for along in range(columns):
                self.places.setdefault((self.row + down, self.column + along), begins)
        self.column += columns

    def grid(self) -> Grid | None:
        """The whole table; None where it is empty."""
        height = self.row + 1  # a span that reaches below the last row ends there
        width = max((column + 1 for row, column in self.places if row < height), default=0)
        if not width:
            return None
        origins = [[self.places.get((r, c), (r, c)) for c in range(width)] for r in range(height)]
        rows = [[self.texts.get(place, "") for place in line] for line in origins]
        return Grid(rows, origins) if any(any(line) for line in rows) else None


def pasted(text: str, markup: str) -> list[Grid]:
    """The tables of a clipboard: those of its HTML, else its text cut at tabs.

    Raises Refused("notice.no_table") where there is none, Refused("notice.too_large").
    """
    if len(text) > MAX_TEXT or len(markup) > MAX_TEXT:
        raise Refused("notice.too_large", rows=MAX_ROWS, columns=MAX_COLUMNS)
    found = list(_html_tables(markup)) if markup else []
    if not found and "\t" in text:
        found = _plain_table([list(row) for row in _cut(text)])
    if not found:
        raise Refused("notice.no_table")
    return found


def from_file(path: Path) -> list[Grid]:
    """The tables of a file: .docx, HTML, or one sheet of a workbook or CSV file.

    Raises what `db.ledger_file.open_workbook` raises, and Refused notice.no_table, notice.too_large, notice.old_word,
    notice.unreadable.
    """
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_FILE + 1)
    except OSError as error:
        raise WorldFault("ledger.missing", file=path.name) from error
    if len(data) > MAX_FILE:
        raise Refused("notice.too_large", rows=MAX_ROWS, columns=MAX_COLUMNS)
    if data.startswith(b"PK\x03\x04") and (found := _word_tables(data, path.name)) is not None:
        tables = found
    elif data.startswith(OLE_MAGIC) and path.suffix.lower() in (".doc", ".wps", ".dot"):
        raise Refused("notice.old_word", file=path.name)
    elif _HTML_FILE.match(data.removeprefix(b"\xef\xbb\xbf")):
        tables = list(_html_tables(_text_of(data)))
    else:
        tables = _sheet(path)
    if not tables:
        raise Refused("notice.no_table")
    return tables


def tidy(text: str) -> str:
    """A cell's text: lines kept, blanks run together, none beside a Chinese sign where only the source was broken."""
    lines = (_BLANKS.sub(" ", _NO_BLANK.sub("", line)).strip() for line in text[:_MAX_CELL].split("\n"))
    return "\n".join(line for line in lines if line)


# -- HTML ------------------------------------------------------------------------------------------------------------
class _HtmlTables:
    """The open tables, from the outermost in; the text of a cell is gathered until the cell ends."""

    def __init__(self) -> None:
        self.budget = [MAX_CELLS]
        self.open: list[tuple[_Layout, list[str] | None, Place]] = []
        self.done: list[Grid] = []

    def text(self, text: str) -> None:
        if self.open and (gathered := self.open[-1][1]) is not None:
            gathered.append(text)

    def begin(self, name: str, rest: str) -> None:
        if name == "table":
            if len(self.open) >= _MAX_DEPTH:
                raise Refused("notice.too_large", rows=MAX_ROWS, columns=MAX_COLUMNS)
            self.open.append((_Layout(self.budget), None, (1, 1)))
        elif not self.open:
            return
        elif name == "tr":
            self._end_cell()
            self.open[-1][0].next_row()
        elif name in ("td", "th"):
            self._end_cell()
            spans = {key.lower(): int(number) for key, number in _SPAN.findall(rest)}
            rows = spans.get("rowspan", 1) or MAX_ROWS  # 0: down to the last row
            self.open[-1] = (self.open[-1][0], [], (rows, spans.get("colspan", 1)))
        elif name in _BREAKS:
            self.text("\n")

    def end(self, name: str) -> None:
        if not self.open:
            return
        if name in ("td", "th", "tr"):
            self._end_cell()
        elif name == "table":
            self._end_cell()
            layout = self.open.pop()[0]
            if (grid := layout.grid()) is not None:
                self.done.append(grid)
        elif name in _BREAKS:
            self.text("\n")

    def _end_cell(self) -> None:
        layout, gathered, (rows, columns) = self.open[-1]
        if gathered is not None:
            layout.cell(tidy("".join(gathered)), rows=min(rows, MAX_ROWS - layout.row), columns=columns)
            self.open[-1] = (layout, None, (1, 1))


def _html_tables(markup: str) -> Iterator[Grid]:
    """Every table with anything in it, as it is shown: comments, styles, scripts and hidden rows left out."""
    tables = _HtmlTables()
    place, hidden = 0, False
    while (token := _TOKEN.match(markup, place)) is not None:
        place = token.end()
        closing, name, rest = token[1], (token[2] or "").lower(), token[3] or ""
        if token[0] == "<!--":
            place = _behind(markup, re.compile("-->"), place)
        elif not name:
            if not token[0].startswith("<") and not hidden:
                tables.text(html.unescape(_SOURCE_BLANKS.sub(_without_breaks, token[0])))
        elif closing:
            tables.end(name)
        elif name in _SKIPPED and not rest.endswith("/"):
            place = _behind(markup, re.compile(f"</{re.escape(name)}[^<>]*>?", re.IGNORECASE), place)
        else:
            hidden = bool(_HIDDEN.search(rest)) if name == "tr" else hidden and name != "table"
            if not hidden:
                tables.begin(name, rest)
    while tables.open:
        tables.end("table")
    yield from tables.done


def _without_breaks(blanks: re.Match[str]) -> str:
    return _SOFT if "\n" in blanks[0] or "\r" in blanks[0] else blanks[0]


def _behind(markup: str, what: re.Pattern[str], place: int) -> int:
    found = what.search(markup, place)
    return found.end() if found else len(markup)


def _text_of(data: bytes) -> str:
    if len(data) > MAX_TEXT:
        raise Refused("notice.too_large", rows=MAX_ROWS, columns=MAX_COLUMNS)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


# -- text and workbooks ----------------------------------------------------------------------------------------------
def _cut(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_TEXT)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), dialect="excel-tab")
    except csv.Error:
        raise Refused("notice.no_table") from None


def _plain_table(rows: list[list[str]]) -> list[Grid]:
    """Rows of text without merged cells."""
    layout = _Layout([MAX_CELLS])
    for row in rows:
        layout.next_row()
        for cell in row:
            layout.cell(tidy(cell))
    grid = layout.grid()
    return [grid] if grid is not None else []


def _sheet(path: Path) -> list[Grid]:
    """The first filled sheet; the places of a merged cell share its text."""
    book = open_workbook(path)
    try:
        table = read_sheet(book)
    finally:
        book.close()
    width = max((len(row) for row in table.rows), default=0)
    if width > MAX_COLUMNS or len(table.rows) > MAX_ROWS or width * len(table.rows) > MAX_CELLS:
        raise Refused("notice.too_large", rows=MAX_ROWS, columns=MAX_COLUMNS)
    rows = [[tidy(written(cell)) for cell in row] + [""] * (width - len(row)) for row in table.rows]
    origins = [[(r, c) for c in range(width)] for r in range(len(rows))]
    for (top, left), (bottom, right) in table.merges:
        first = (top, left - table.offset)
        for r in range(top, min(bottom + 1, len(rows))):
            for c in range(max(left - table.offset, 0), min(right - table.offset + 1, width)):
                if first[1] >= 0:
                    origins[r][c], rows[r][c] = first, rows[first[0]][first[1]]
    return [Grid(rows, origins)] if rows else []


# -- Word ------------------------------------------------------------------------------------------------------------
class _WordTables:
    """What the parser of word/document.xml hears. A document type is refused: it could hold entities without end."""

    def __init__(self) -> None:
        self.done: list[Grid] = []
        self._budget = [MAX_CELLS]
        self._open: list[tuple[_Layout, dict[str, Any]]] = []
        self._depth = self._skipped = 0
        self._in_text = False

    def parse(self, part: Any) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        read = 0
        while piece := part.read(1 << 20):
            read += len(piece)
            if read > MAX_XML:
                raise Refused("notice.too_large", rows=MAX_ROWS, columns=MAX_COLUMNS)
            parser.Parse(piece, False)
        parser.Parse(b"", True)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise Refused("notice.too_large", rows=MAX_ROWS, columns=MAX_COLUMNS)
        if name == _FALLBACK or self._skipped:  # the same content once more, for older programs
            self._skipped += 1
            return
        word = _word_name(name)
        value = next((text for key, text in attributes.items() if _word_name(key) == "val"), "")
        if word == "tbl":
            self._open.append((_Layout(self._budget), {}))
        elif self._open:
            layout, cell = self._open[-1]
            if word == "tr":
                layout.next_row()
            elif word == "tc":
                cell.update(text=[], columns=1, above=False)
            elif word == "gridBefore":
                layout.skip(_small(value))
            elif word == "gridSpan":
                cell["columns"] = _small(value)
            elif word == "vMerge":
                cell["above"] = value != "restart"
            elif word in ("p", "br", "cr"):
                self._add("\n")
            elif word == "tab":
                self._add(" ")
            self._in_text = word == "t"

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
            return
        word = _word_name(name)
        self._in_text = False
        if word == "tc" and self._open:
            layout, cell = self._open[-1]
            if "text" in cell:
                text = tidy("".join(cell.pop("text")))
                layout.cell(text, columns=cell["columns"], joins_above=cell["above"])
        elif word == "tbl" and self._open:
            grid = self._open.pop()[0].grid()
            if grid is not None:
                self.done.append(grid)

    def _text(self, text: str) -> None:
        if self._in_text and not self._skipped:
            self._add(text)

    def _add(self, text: str) -> None:
        cell = self._open[-1][1] if self._open else {}
        if "text" in cell:
            cell["text"].append(text)


def _word_name(name: str) -> str:
    for space in (_WORD, _STRICT_WORD):
        if name.startswith(space):
            return name.removeprefix(space)
    return ""


def _small(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else 1


def _refuse_doctype(*_: Any) -> None:
    raise Refused("notice.unreadable", file="")


def _word_tables(data: bytes, name: str) -> list[Grid] | None:
    """The tables of a .docx document; None where the archive is none."""
    unreadable = Refused("notice.unreadable", file=name)
    tables = _WordTables()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            try:
                info = archive.getinfo("word/document.xml")
            except KeyError:
                return None
            if info.flag_bits & 1:
                raise Refused("ledger.password", file=name)
            with archive.open(info) as part:
                tables.parse(part)
    except Refused as refused:
        raise (unreadable if refused.code == "notice.unreadable" else refused) from None
    except (zipfile.BadZipFile, NotImplementedError, EOFError, LookupError, ValueError, OSError, zlib.error) as error:
        raise unreadable from error
    except expat.ExpatError as error:
        raise unreadable from error
    return tables.done
