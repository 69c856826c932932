"""How a workbook, or rows pasted from one, would be read: its columns, their fields, what the first rows say."""

from __future__ import annotations

from typing import Any

from db.fields import FieldInfo
from db.ledger_file import RawTable, read_sheet
from db.ledger_header import HeaderMap, map_headers, unnamed_headers
from db.schema import editable_kind
from db.values import written
from desktop.messages import sentence
from desktop.services.ledgersheet import chosen_mapping, importable, opened_book
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Refused
from policy.masking import mask_numbers

_FOR_ALL = frozenset({"ref", "enum"})  # what may be the same of all rows of a sheet
_SAMPLES, _SAMPLE_LETTERS = 3, 24  # rows, and characters of a cell, that a preview shows


@service("ledger.preview")
def preview(
    ws: Workspace,
    job: Job,
    *,
    file: str = "",
    text: str = "",
    kind: str = "firm",
    sheet: str | None = None,
    mapping: dict[str, str] | None = None,
    given: dict[str, str] | None = None,
) -> dict[str, Any]:
    """How a workbook, or rows pasted as `text`, would be read: {sheets, sheet, columns: [{header, field, label}],
    unknown, missing, asked, rows, samples: {header: what the first rows say}}.

    `mapping` (header → field, "" for none) comes before what was chosen for such headers at earlier imports; the
    fields of `given` need no column. `asked` are the missing fields that may be given for all rows at once. Where no
    header is known, all of the first row that may be one are `unknown`: a person maps them.
    """
    info = editable_kind(kind)
    book = opened_book(file, text)
    try:
        table = read_sheet(book, sheet)
        headers = _headers(table, importable(info, given or ()), chosen_mapping(ws, info, mapping))
        return {
            "sheets": [{"name": found.name, "hidden": found.hidden} for found in book.sheets],
            "sheet": table.sheet,
            "columns": [
                {"header": column.header, "field": column.field.name, "label": info.field(column.field.name).shown}
                for column in headers.columns
            ],
            "unknown": headers.unknown,
            "missing": [info.field(name).shown for name in headers.missing],
            "asked": [name for name in headers.missing if info.field(name).type in _FOR_ALL],
            "rows": len(table.rows) - headers.first_row,
            "samples": _samples(table, headers),
            "notices": [sentence(note.code, note.params) for note in (*book.notices, *headers.notices)],
        }
    finally:
        book.close()


def _headers(table: RawTable, fields: list[FieldInfo], mapping: dict[str, str]) -> HeaderMap:
    try:
        return map_headers(table, fields, mapping)
    except Refused as fault:
        found = unnamed_headers(table) if fault.code == "ledger.no_header" else None
        if found is None:
            raise
    found.missing = [declared.name for declared in fields if declared.required == "S"]
    return found


def _samples(table: RawTable, headers: HeaderMap) -> dict[str, list[str]]:
    """A few cells below each header, so that a person sees what a column holds."""
    places = {column.header: column.index for column in headers.columns}
    for row in table.rows[: headers.first_row]:  # those that were not understood stand where their text does
        for place, cell in enumerate(row):
            if isinstance(cell, str) and cell.strip() in headers.unknown:
                places.setdefault(cell.strip(), place)
    first = table.rows[headers.first_row : headers.first_row + _SAMPLES]
    found: dict[str, list[str]] = {}
    for header, place in places.items():
        cells = [written(row[place])[:_SAMPLE_LETTERS] for row in first if place < len(row)]
        found[header] = [mask_numbers(cell) for cell in cells if cell.strip()]
    return found
