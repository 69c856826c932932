"""Records as an .xlsx workbook: what people open in Excel or WPS and what the import reads back unchanged.

The XML is written here, straight into the archive: the usual library puts every sheet in clear text into a temporary
file first, takes ten times as long and stamps the time of saving.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import IO, Any, BinaryIO, Protocol
from xml.sax.saxutils import escape, quoteattr

from policy.dates import CHINA
from policy.errors import Refused

ID_HEADER = "ID"
MAX_ROWS = 1_048_575  # below the header, Excel's limit
MAX_TEXT = 32_767  # characters of a cell, Excel's limit
_MAX_PROMPT, _MAX_PROMPT_TITLE = 255, 32  # characters, Excel's limits
_PROMPTED_ROWS = 10_000
_EXACT_DIGITS = 15  # a spreadsheet number keeps no more
_UNITS = {"元": 1, "千元": 1000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
_WIDTHS = {"note": 50, "date": 12, "bool": 8, "tri": 8, "int": 12, "dec": 12, "money": 16, "year": 8}
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # _x0041_ would be read as A

# Cell formats by their place in the style part: 0 plain, 1 text, 2 header, 3 + n numbers with n decimals.
_TEXT, _HEADER, _NUMBER = 1, 2, 3
_MAX_PLACES = 12
_OPEN = _NUMBER + _MAX_PLACES + 1  # a cell of a locked sheet that is filled in
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HIDDEN = ' state="hidden"'
_FIT = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'  # what is filled in is printed, signed and stamped, too
_PAGE = '<pageSetup paperSize="9" fitToWidth="1" fitToHeight="0"/>'
_LOCK = '<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0"/>'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ROOT_LINKS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="{_MAX_PLACES + 1}">'
    + "".join(f'<numFmt numFmtId="{164 + n}" formatCode="0{"." * bool(n)}{"0" * n}"/>' for n in range(_MAX_PLACES + 1))
    + '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE7EEF7"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFF9E5"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{_OPEN + 1}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"'
    ' applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>'
    + "".join(
        f'<xf numFmtId="{164 + n}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for n in range(_MAX_PLACES + 1)
    )
    + '<xf numFmtId="0" fontId="0" fillId="3" borderId="0" xfId="0" applyFill="1" applyProtection="1">'
    '<protection locked="0"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class ChoiceLike(Protocol):
    """One entry of an enumeration: the code that is stored and its labels."""

    @property
    def code(self) -> str: ...
    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


class FieldLike(Protocol):
    """A field's declaration as plain data; see the declaration of fields for the meaning of each part."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def label_en(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def choices(self) -> Sequence[ChoiceLike]: ...
    @property
    def scale(self) -> int: ...


@dataclass(frozen=True, slots=True)
class SheetOf:
    """One sheet: rows of stored values by field name; `identified` puts their ID into the first column.

    Where `fill_in` names fields, the sheet is locked against slips (no password) but for their cells, which are blank
    in rows that do not say `locked`. A `hidden` sheet is locked too. `widths` (in digits) are for fields whose type
    says too little.
    """

    title: str
    fields: Sequence[FieldLike]
    rows: Iterable[Mapping[str, Any]]
    identified: bool = True
    prompts: Mapping[str, str] = field(default_factory=dict)
    fill_in: frozenset[str] = frozenset()
    hidden: bool = False
    widths: Mapping[str, int] = field(default_factory=dict)


def write_workbook(
    out: BinaryIO,
    title: str,
    fields: Sequence[FieldLike],
    rows: Iterable[Mapping[str, Any]],
    lang: str = "zh",
    *,
    prompts: Mapping[str, str] | None = None,
) -> int:
    """Write `rows` (stored values by field name, and `id`) as one sheet and return their number.

    The first column is the ID, the header is frozen, amounts stand in the unit of their header, dates and identifiers
    are text. No cell is ever a formula: text that begins like one stays text. Same input, same bytes. `prompts` (by
    field name) are shown beside a cell that is being filled in, and choices drop down; anything may still be typed.
    Raises Refused workbook.too_many_rows (limit), workbook.cell_too_long (field, id, limit).
    """
    return write_sheets(out, title, [SheetOf(title, fields, rows, prompts=prompts or {})], lang)


def write_sheets(out: BinaryIO, title: str, sheets: Sequence[SheetOf], lang: str = "zh") -> int:
    """Write several sheets into one workbook, each as `write_workbook` does, and return the number of their rows."""
    names = [f"xl/worksheets/sheet{place}.xml" for place in range(1, len(sheets) + 1)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", _types(names)),
            ("_rels/.rels", _ROOT_LINKS),
            ("docProps/core.xml", _properties(title)),
            ("xl/workbook.xml", _workbook(sheets)),
            ("xl/_rels/workbook.xml.rels", _book_links(len(sheets))),
            ("xl/styles.xml", _STYLES),
        ):
            archive.writestr(_entry(name), text)
        count = 0
        for name, sheet in zip(names, sheets, strict=True):
            with archive.open(_entry(name), "w", force_zip64=True) as part:
                count += _write_sheet(part, sheet, lang)
        return count


def _types(sheets: Sequence[str]) -> str:
    parts = (
        ("xl/workbook.xml", "officedocument.spreadsheetml.sheet.main"),
        *((name, "officedocument.spreadsheetml.worksheet") for name in sheets),
        ("xl/styles.xml", "officedocument.spreadsheetml.styles"),
        ("docProps/core.xml", "package.core-properties"),
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-{kind}+xml"/>'
            for part, kind in parts
        )
        + "</Types>"
    )


def _book_links(sheets: int) -> str:
    targets = [("worksheet", f"worksheets/sheet{place}.xml") for place in range(1, sheets + 1)]
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate([*targets, ("styles", "styles.xml")], 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _entry(name: str) -> zipfile.ZipInfo:
    """An archive entry with a fixed date, so that equal input gives equal bytes."""
    entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _properties(title: str) -> str:
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{escape(_NOT_XML.sub("", title))}</dc:title>'
        '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created></cp:coreProperties>'
    )


def _workbook(sheets: Sequence[SheetOf]) -> str:
    listing = "".join(
        f'<sheet name={quoteattr(_sheet_title(sheet.title))} sheetId="{place}"'
        f'{_HIDDEN if sheet.hidden else ""} r:id="rId{place}"/>'
        for place, sheet in enumerate(sheets, 1)
    )
    return f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships"><sheets>{listing}</sheets></workbook>'


def _write_sheet(part: IO[bytes], sheet: SheetOf, lang: str) -> int:
    fields, ids = sheet.fields, [ID_HEADER] if sheet.identified else []
    headers = [*ids, *(_header(info, lang) for info in fields)]
    letters = [_letters(i) for i in range(len(headers))]
    widths = [
        *(38 for _ in ids),
        *(
            sheet.widths.get(info.name)
            or max(_WIDTHS.get(info.type, 20), min(_display_width(_header(info, lang)) + 2, 40))
            for info in fields
        ),
    ]
    columns = "".join(
        f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>' for i, width in enumerate(widths, 1)
    )
    part.write(
        f'{_XML}<worksheet xmlns="{_MAIN}">{_FIT if sheet.fill_in else ""}<sheetViews><sheetView workbookViewId="0">'
        '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>".encode()
    )
    cells = (_text_cell(f"{letter}1", header, _HEADER) for letter, header in zip(letters, headers, strict=True))
    part.write(f'<row r="1">{"".join(cells)}</row>'.encode())
    labels = {info.name: {choice.code: getattr(choice, lang) for choice in info.choices} for info in fields}
    count = 0
    for row in sheet.rows:
        count += 1
        if count > MAX_ROWS:
            raise Refused("workbook.too_many_rows", limit=MAX_ROWS)
        record = str(row.get("id") or "")
        line = [_text_cell(f"A{count + 1}", record, _TEXT)] if ids else []
        for letter, info in zip(letters[len(ids) :], fields, strict=True):
            if info.name in sheet.fill_in and not row.get("locked"):
                line.append(f'<c r="{letter}{count + 1}" s="{_OPEN}"/>')
                continue
            shown = _shown(info, row.get(info.name), labels[info.name], lang)
            if shown is None:
                continue
            if isinstance(shown, str) and len(shown) > MAX_TEXT:
                raise Refused("workbook.cell_too_long", field=info.name, id=record, limit=MAX_TEXT)
            line.append(_cell(f"{letter}{count + 1}", shown))
        part.write(f'<row r="{count + 1}">{"".join(line)}</row>'.encode())
    hints = "".join(
        _validation(letter, info, sheet.prompts[info.name], lang)
        for letter, info in zip(letters[len(ids) :], fields, strict=True)
        if info.name in sheet.prompts
    )
    if hints:
        hints = f'<dataValidations count="{hints.count("<dataValidation ")}">{hints}</dataValidations>'
    lock = _LOCK if sheet.fill_in or sheet.hidden else ""
    page = _PAGE if sheet.fill_in else ""
    part.write(f"</sheetData>{lock}{hints}{page}</worksheet>".encode())
    return count


def _validation(letter: str, info: FieldLike, prompt: str, lang: str) -> str:
    """What may be written in the cells of a column, as Excel and WPS show it; nothing that is typed is refused."""
    choices = ",".join(getattr(choice, lang) for choice in info.choices)
    drops = info.type == "enum" and 0 < len(choices) <= _MAX_PROMPT and choices.count(",") < len(info.choices)
    listing = f"<formula1>{escape(chr(34) + choices + chr(34))}</formula1>" if drops else ""
    label = info.label if lang == "zh" else info.label_en or info.label
    kind = 'type="list" ' if drops else ""
    return (
        f'<dataValidation {kind}allowBlank="1" showInputMessage="1"'
        f" promptTitle={quoteattr(label[:_MAX_PROMPT_TITLE])} prompt={quoteattr(prompt[:_MAX_PROMPT])}"
        f' sqref="{letter}2:{letter}{_PROMPTED_ROWS}">{listing}</dataValidation>'
    )


def _header(info: FieldLike, lang: str) -> str:
    label = info.label if lang == "zh" else info.label_en or info.label
    unit = info.unit or ("元" if info.type == "money" else "")
    return f"{label}（{unit}）" if unit else label


def _shown(info: FieldLike, value: Any, labels: Mapping[str, str], lang: str) -> str | Decimal | None:
    """A stored value as it stands in the cell: text, an exact number, or None for blank."""
    if value is None or value == "":
        return None
    if info.type == "money":
        return Decimal(int(value)) / (100 * _UNITS.get(info.unit, 1))
    if info.type in ("int", "year"):
        return Decimal(int(value))
    if info.type in ("dec", "pct"):
        return Decimal(int(value)).scaleb(-info.scale)
    if info.type in ("bool", "tri"):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if info.type == "timestamp":
        moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(value))).astimezone(CHINA)
        return f"{moment:%Y-%m-%d %H:%M:%S}" + (f".{moment.microsecond // 1000:03}" if moment.microsecond else "")
    if info.type == "enum":
        return labels.get(value, str(value))
    if info.type in ("tags", "list"):
        return _list_text([labels.get(part, part) if isinstance(part, str) else part for part in _parts(value)], value)
    return str(value)


def _parts(value: Any) -> list[Any]:
    found = json.loads(value) if isinstance(value, str) else value
    return list(found) if isinstance(found, list | tuple) else [found]


def _list_text(parts: list[Any], value: Any) -> str:
    """Plain texts joined by 、; anything that would not come apart again as it was, as JSON."""
    plain = all(isinstance(part, str) and part.strip() and not set(part) & set("、,，;；|\n") for part in parts)
    if plain and parts and parts[0][0] not in "[{":
        return "、".join(parts)
    found = json.loads(value) if isinstance(value, str) else value
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _cell(place: str, shown: str | Decimal) -> str:
    """A cell as XML; a number that a spreadsheet would cut off is text."""
    if isinstance(shown, str):
        return _text_cell(place, shown, _TEXT)
    plain = format(shown, "f")
    whole, _, decimals = plain.partition(".")
    decimals = decimals.rstrip("0")
    if len((whole + decimals).lstrip("-0")) > _EXACT_DIGITS or len(decimals) > _MAX_PLACES:
        return _text_cell(place, plain, _TEXT)
    return f'<c r="{place}" s="{_NUMBER + len(decimals)}"><v>{plain}</v></c>'


def _text_cell(place: str, text: str, style: int) -> str:
    """Text, whatever it looks like: no formula, no number, no date, no escape of the file format."""
    plain = escape(_ESCAPE.sub("_x005F_", _NOT_XML.sub("", text)))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>'


def _letters(index: int) -> str:
    """The name of a column by its place from 0: A … Z, AA …"""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _sheet_title(title: str) -> str:
    """A name Excel takes for a sheet: 31 characters, none of []:*?/\\."""
    return "".join(" " if char in "[]:*?/\\" else char for char in title).strip(" '")[:31] or "Sheet"


def _display_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
