"""Reading other people's workbooks: each row becomes stored values with warnings, or is rejected with its reason.

book = open_workbook(path)
table = read_sheet(book)
mapping = map_headers(table, fields)
for row in iter_rows(table, mapping): ...
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from db import values as v
from db.ledger_file import Book, RawTable, SheetInfo, open_workbook, read_sheet
from db.ledger_header import Column, HeaderMap, load_map, map_headers
from db.values_money import MoneyUnit, money_unit, parse_money
from policy.masking import is_masked

__all__ = [
    "Book",
    "CellNote",
    "Column",
    "HeaderMap",
    "RawTable",
    "Reject",
    "RowResult",
    "SheetInfo",
    "field_parser",
    "iter_rows",
    "load_map",
    "map_headers",
    "open_workbook",
    "read_sheet",
]

SHOWN = 80  # characters of a cell that a reject or warning repeats
_CACHED = 50_000
_TOTALS = frozenset(
    {"合计", "总计", "小计", "共计", "累计", "汇总", "本页合计", "total", "sum", "subtotal", "grandtotal"}
)
_FOOTER = re.compile(
    r"(?:注|备注|说明|填表说明|填报说明|填报人|填表人|制表人|制表|审核人|审核|负责人|单位负责人|经办人|联系人|联系电话"
    r"|填表日期|填报日期|报出日期|数据来源)[0-9一二三]?[:：]"
)
_ORDINALS = re.compile(r"[甲乙丙丁戊己庚]|\(?([0-9]{1,3})\)?")
_CODE_LIKE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_RECORD_ID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){0,3}(?:-?[0-9a-f]{12})?")
_EMPTY = frozenset({""})
_FIGURES = frozenset({"money", "int", "dec", "pct"})
_NOT_CODE_LIKE = frozenset({"length", "characters"})

Convert = Callable[[Any], v.Parsed]


@dataclass(frozen=True, slots=True)
class CellNote:
    """A warning about a cell that was taken over all the same; `row` is the sheet row as the user sees it."""

    row: int
    column: str
    field: str
    value: str
    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a row was not taken: sheet row, header ("" for the whole row), the value read (cut to 80), reason."""

    row: int
    column: str
    value: str
    code: str
    params: dict[str, Any]


@dataclass(slots=True)
class RowResult:
    """One data row: stored values by field name (None for blank), or rejects; a row with rejects is not to be stored.

    `id` is the record's ID where the sheet is one of our exports ("" otherwise). `masks` are cells that stand for a
    number without telling it, by field name: header and text; whose number it is only the matching can tell.
    """

    row_number: int
    values: dict[str, v.Stored]
    warnings: list[CellNote] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    id: str = ""
    masks: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Plan:
    """What the inner loop needs of a column."""

    column: Column
    index: int
    name: str
    convert: Convert
    is_text: bool
    limit: int
    masked: bool
    cache: dict[str | float, v.Parsed | v.ValueProblem] | None


def iter_rows(table: RawTable, mapping: HeaderMap) -> Iterator[RowResult]:
    """Every data row in order. Empty rows are passed over; totals, footers, numbering and repeated headers are
    passed over with a notice in `table.notices` (ledger.row_skipped: row, text).

    Row reasons: row.too_many_cells (CSV), row.shifted, row.required_missing, and the value.* codes of a cell.
    """
    own = mapping.id_column is not None
    plans = [_plan(column, table.typed, own) for column in mapping.columns]
    fills = _merged_fills(table, mapping)
    for i in range(mapping.first_row, len(table.rows)):
        row = table.rows[i]
        if i in fills:
            row = _filled(row, fills[i], table)
        lead = next((cell for cell in row if cell != "" and cell is not None), None)
        if lead is None or (isinstance(lead, str) and not lead.strip() and not any(str(c).strip() for c in row)):
            continue
        if _is_no_record(row, lead, mapping, first=i == mapping.first_row):
            text = v.written(lead).strip()[:SHOWN]
            table.notices.append(v.Note("ledger.row_skipped", {"row": i + 1, "text": text}))
            continue
        yield _read_row(i + 1, row, plans, mapping, table.typed)


def _read_row(number: int, row: Sequence[Any], plans: list[_Plan], mapping: HeaderMap, typed: bool) -> RowResult:
    result = RowResult(number, {})
    if len(row) > mapping.width:
        extra = [text for cell in row[mapping.width :] if (text := v.written(cell).strip())]
        if extra and not typed:  # a stray separator has moved the cells: nothing in this row can be trusted
            params: dict[str, Any] = {"cells": len(row), "expected": mapping.width}
            result.rejects.append(Reject(number, "", " | ".join(extra)[:SHOWN], "row.too_many_cells", params))
            return result
        if extra:
            shown = " | ".join(extra)[:SHOWN]
            result.warnings.append(CellNote(number, "", "", shown, "row.cells_without_header", {}))
    width = len(row)
    stored = result.values
    amounts: list[tuple[_Plan, v.Parsed]] = []
    doubtful: list[_Plan] = []
    for plan in plans:
        cell = row[plan.index] if plan.index < width else ""
        if cell == "" or cell is None:
            stored[plan.name] = None
            continue
        kind = type(cell)
        if plan.masked and is_masked(cell):
            result.masks[plan.name] = (plan.column.header, v.written(cell).strip()[:SHOWN])
            stored[plan.name] = None
            continue
        if (
            kind is str
            and plan.is_text
            and len(cell) <= plan.limit
            and cell not in v.BLANK_TEXT
            and cell.isprintable()
            and cell[0] != " "
            and cell[-1] != " "
            and "\ufffd" not in cell
            and unicodedata.is_normalized("NFC", cell)
        ):
            stored[plan.name] = cell  # what parse_text would return, at a fifth of the time
            continue
        cache = plan.cache if kind is str or kind is float else None  # 1, 1.0 and True are equal but not the same
        found = cache.get(cell) if cache is not None else None
        if found is None:
            found = _converted(plan, cell)
            if cache is not None:
                if len(cache) >= _CACHED:
                    cache.clear()
                cache[cell] = found
        if isinstance(found, v.ValueProblem):
            shown = v.written(cell)[:SHOWN]
            result.rejects.append(Reject(number, plan.column.header, shown, found.code, found.params))
            continue
        stored[plan.name] = found.value
        if found.raw or found.currency:
            amounts.append((plan, found))
        if found.notes:
            shown = v.written(cell)[:SHOWN]
            for code, params in found.notes:
                result.warnings.append(CellNote(number, plan.column.header, plan.name, shown, code, params))
                if code == "value.not_a_code" or params.get("problem") in _NOT_CODE_LIKE:
                    doubtful.append(plan)
    _settle(result, row, plans, amounts, doubtful)
    if mapping.id_column is not None and mapping.id_column < width:
        record = v.written(row[mapping.id_column]).strip().lower()
        result.id = record if _RECORD_ID.fullmatch(record) else ""
    return result


def _converted(plan: _Plan, cell: Any) -> v.Parsed | v.ValueProblem:
    try:
        return plan.convert(cell)
    except v.ValueProblem as problem:
        return problem.with_traceback(None)


def _settle(
    result: RowResult,
    row: Sequence[Any],
    plans: list[_Plan],
    amounts: list[tuple[_Plan, v.Parsed]],
    doubtful: list[_Plan],
) -> None:
    """What only the whole row can tell: destroyed or shifted rows, currencies beside amounts, needed fields."""
    destroyed = next((reject for reject in result.rejects if reject.code == "value.text_destroyed"), None)
    if destroyed:
        result.rejects = [destroyed]
        return
    for plan in doubtful:
        moved = _code_elsewhere(row, plans)
        if moved and plan.column.field.code_kind in ("uscc", "cid"):
            shown, where = v.written(row[plan.index])[:SHOWN], {"found_in": moved.column.header}
            result.rejects = [Reject(result.row_number, plan.column.header, shown, "row.shifted", where)]
            return
    for plan, found in amounts:
        _place_currency(result, plan, found, {other.name for other in plans})
    for plan in plans:
        if plan.column.field.required == "S" and plan.name in result.values and result.values[plan.name] is None:
            if any(note.field == plan.name for note in result.warnings):
                continue  # something stands there; its own warning says why it was not taken
            result.rejects.append(Reject(result.row_number, plan.column.header, "", "row.required_missing", {}))


def _code_elsewhere(row: Sequence[Any], plans: list[_Plan]) -> _Plan | None:
    """The first column, not itself one of codes, whose cell is a whole credit code."""
    for plan in plans:
        if plan.column.field.type != "code" and plan.index < len(row):
            cell = row[plan.index]
            if isinstance(cell, str) and _CODE_LIKE.fullmatch(cell.strip()):
                return plan
    return None


def _place_currency(result: RowResult, plan: _Plan, found: v.Parsed, mapped: set[str]) -> None:
    info, stored = plan.column.field, result.values
    if info.raw_field and info.raw_field not in mapped:
        stored[info.raw_field] = found.raw
    if not info.currency_field:
        if found.currency not in ("", "CNY"):
            shown, named = found.raw[:SHOWN], {"currency": found.currency}
            result.rejects.append(
                Reject(result.row_number, plan.column.header, shown, "value.currency_not_allowed", named)
            )
        return
    beside = stored.get(info.currency_field)
    if found.currency and beside and beside != found.currency:
        params: dict[str, Any] = {"stated": found.currency, "beside": beside}
        note = CellNote(
            result.row_number, plan.column.header, plan.name, found.raw[:SHOWN], "value.currency_conflict", params
        )
        result.warnings.append(note)
    stored[info.currency_field] = found.currency or beside or "CNY"


def _plan(column: Column, typed: bool, own: bool) -> _Plan:
    info = column.field
    is_text = info.type in ("text", "note", "ref")
    cached = info.type not in ("text", "note", "ref", "code", "list", "timestamp")
    limit = info.max_length if info.max_length is not None else 1 << 30
    return _Plan(
        column,
        column.index,
        info.name,
        field_parser(column, typed=typed, own=own),
        is_text,
        limit,
        bool(info.masked),
        {} if cached else None,
    )


def field_parser(column: Column, *, typed: bool, own: bool = False) -> Convert:
    """The parser of a column's cells by its field's type; it raises `db.values.ValueProblem`.

    `typed` is false where numbers arrive as text (CSV); in our own export (`own`) a dash is a dash, not a blank.
    """
    info = column.field
    table = v.choice_table(info.choices)
    unit = column.unit or money_unit(info.unit) or MoneyUnit(1)
    parsers: dict[str, Convert] = {
        "int": partial(v.parse_int, unit=info.unit),
        "dec": partial(v.parse_decimal, scale=info.scale, unit=info.unit),
        "pct": partial(v.parse_decimal, scale=info.scale, unit="%"),
        "bool": v.parse_bool,
        "tri": v.parse_bool,
        "date": partial(v.parse_date, typed=typed),
        "ym": partial(v.parse_month, typed=typed),
        "year": v.parse_year,
        "money": partial(parse_money, unit=unit),
        "enum": partial(v.parse_choice, table=table),
        "tags": partial(v.parse_tags, table=table),
        "code": partial(v.parse_code, kind=info.code_kind, max_length=info.max_length),
        "timestamp": v.parse_timestamp,
        "list": v.parse_list,
    }
    blanks = _EMPTY if own else v.BLANK_TEXT
    convert = parsers.get(info.type, partial(v.parse_text, max_length=info.max_length, blanks=blanks))
    return convert if info.signed or info.type not in _FIGURES else partial(_asking_below_zero, convert)


def _asking_below_zero(convert: Convert, cell: Any) -> v.Parsed:
    """A figure that is not expected to be negative is kept as it is, and asked about."""
    parsed = convert(cell)
    if isinstance(parsed.value, int) and parsed.value < 0:
        return parsed._replace(notes=(*parsed.notes, v.Note("value.negative", {})))
    return parsed


def _merged_fills(table: RawTable, mapping: HeaderMap) -> dict[int, list[tuple[int, int]]]:
    """For data rows below the top of a merged cell in a mapped column: row → (column, row of the value)."""
    columns = {column.index for column in mapping.columns}
    fills: dict[int, list[tuple[int, int]]] = {}
    for (first, left), (last, right) in table.merges:
        place = left - table.offset
        if last == first or left != right or first < mapping.first_row or place not in columns:
            continue
        for i in range(first + 1, min(last + 1, len(table.rows))):
            fills.setdefault(i, []).append((place, first))
    if fills:
        table.notices.append(v.Note("ledger.merged_filled", {"rows": len(fills)}))
    return fills


def _filled(row: Sequence[Any], cells: list[tuple[int, int]], table: RawTable) -> Sequence[Any]:
    if all(cell == "" for cell in row):
        return row
    copy = list(row)
    for place, source in cells:
        if copy[place] == "":
            copy[place] = table.rows[source][place]
    return copy


def _is_no_record(row: Sequence[Any], lead: Any, mapping: HeaderMap, *, first: bool) -> bool:
    """Totals, notes below the table, a row of column numbers under the header, the header once more."""
    if isinstance(lead, str):
        text = lead.strip()
        if len(text) <= 16 and v.compare_name(text).rstrip(":") in _TOTALS:
            return True
        if _FOOTER.match(text):
            return True
    return _is_header(row, mapping.columns) or (first and _is_numbering(row))


def _is_header(row: Sequence[Any], columns: Sequence[Column]) -> bool:
    """Whether the first three mapped columns repeat their headers."""
    for column in columns[:3]:
        cell = row[column.index] if column.index < len(row) else ""
        if not isinstance(cell, str) or cell.strip() != column.header:
            return False
    return True


def _is_numbering(row: Sequence[Any]) -> bool:
    cells = [unicodedata.normalize("NFKC", v.written(cell)).strip() for cell in row if cell != ""]
    found = [_ORDINALS.fullmatch(cell) for cell in cells]
    numbers = [int(hit[1]) for hit in found if hit and hit[1]]
    return len(cells) >= 3 and all(found) and numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 1
