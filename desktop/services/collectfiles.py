"""The form of a collection round: written for one firm, and read again by what is inside, whoever named the file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db import values as v
from db.fields import FieldInfo
from db.files import name_as_text, whole_file
from db.ledger import field_parser
from db.ledger_file import Book, RawTable, open_workbook, read_sheet
from db.ledger_header import Column
from db.values import ValueProblem, compare_name
from desktop.messages import sentence
from policy.errors import Refused
from policy.i18n import labelled, tr
from policy.identifiers import damaged_by_spreadsheet

MARK = "fuzhuan-collect-1"  # the first cell of the identity sheet; another layout gets another number
VERSION = "1"
_MAX_LOOK = 40  # rows in which the heading and who it is must stand
_MAX_NAME = 100
_MAX_TEXT = 500  # characters of a remark that are kept
_SHOWN = 40  # characters of a cell that a doubt repeats
_PLACES = 5  # fen are 1/100000 of 千元
# The form is in Chinese whatever the language in force: the firms fill it in.
_NO, _LABEL, _UNIT, _LAST, _THIS, _NOTE = "项号", "项目", "单位", "上年数", "本年数", "备注"
_NAME, _CODE, _PERIOD = "企业名称", "统一社会信用代码", "期间"
_IDENTITY = "采集标识"


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked of one firm: `figures` as (item number, field), `last` the stored figures of a year before."""

    round: str
    title: str
    period: str
    firm: str
    name: str
    code: str
    figures: Sequence[tuple[str, FieldInfo]]
    last: Mapping[str, Any]


@dataclass(slots=True)
class Returned:
    """What one file says: who it is about, the stored figures by field, blank ones, and doubts about cells.

    `round`, `firm` and `period` are those of the identity sheet ("" without one, or where it does not agree with
    itself); `name`, `code` (damaged where a spreadsheet cut off its end) and `said_period` stand in the cells.
    """

    file: str
    path: str
    round: str = ""
    firm: str = ""
    period: str = ""
    name: str = ""
    code: str = ""
    code_damaged: bool = False
    said_period: str = ""
    values: dict[str, int] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    blanks: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def _checksum(*parts: str) -> str:
    """Against slips, not against anybody."""
    return hashlib.sha256("\n".join((MARK, *parts)).encode()).hexdigest()[:12]


def write_form(file: Path, form: Form) -> None:
    """Write the workbook: who it is for and what was said last year locked, a cell per figure open."""
    from exports.workbook import SheetOf, write_sheets

    columns = [
        *(_column(name, name) for name in (_NO, _LABEL, _UNIT)),
        FieldInfo(name=_LAST, label=_LAST, label_en=_LAST, type="dec", scale=_PLACES),
        *(_column(name, name) for name in (_THIS, _NOTE)),
    ]
    who: tuple[tuple[str, str], ...] = ((_NAME, form.name), (_CODE, form.code), (_PERIOD, form.period))
    rows: list[dict[str, Any]] = [{_LABEL: label, _THIS: text, "locked": True} for label, text in who]
    for number, one in form.figures:
        last = form.last.get(one.name)
        scaled = None if last is None else last * (1 if one.type == "money" else 10**_PLACES)
        rows.append({_NO: number, _LABEL: one.label, _UNIT: unit_of(one), _LAST: scaled})
    identity = (form.round, form.firm, form.period)
    kept = [{"mark": text} for text in (*identity, _checksum(*identity))]
    sheets = [
        SheetOf(form.title, columns, rows, identified=False, fill_in=frozenset({_THIS, _NOTE})),
        SheetOf(_IDENTITY, [_column("mark", MARK)], kept, identified=False, hidden=True),
    ]
    with whole_file(file) as out:
        write_sheets(out, form.title, sheets, "zh")


def _column(name: str, title: str) -> FieldInfo:
    return FieldInfo(name=name, label=title, label_en=title, type="text")


def unit_of(one: FieldInfo) -> str:
    """The unit a figure is asked for in."""
    return "千元" if one.type == "money" else one.unit


def read_form(path: Path, figures: Sequence[FieldInfo]) -> Returned:
    """Read a returned file; the figures that may stand in it are given.

    Raises Refused("collect.not_a_form") for a workbook that is none, and the faults of db.ledger_file.
    """
    book = open_workbook(path)
    try:
        found = Returned(name_as_text(path), str(path))
        _read_identity(book, found)
        table = _sheet_of(book)
    finally:
        book.close()
    _read_figures(table, figures, found)
    return found


def _sheet_of(book: Book) -> RawTable:
    """The first visible sheet that is a form, else the first with anything in it: a firm may put one in front."""
    tables = []
    for sheet in book.sheets:
        if not sheet.hidden:
            try:
                tables.append(read_sheet(book, sheet.name))
            except Refused:  # blank
                continue
            if _heading(tables[-1]) is not None:
                return tables[-1]
    return tables[0] if tables else read_sheet(book)


def _read_identity(book: Book, found: Returned) -> None:
    if book.workbook is None or _IDENTITY not in {sheet.name for sheet in book.sheets}:
        return
    try:
        rows = read_sheet(book, _IDENTITY).rows
    except Refused:  # emptied: what stands in the cells tells who it is
        return
    texts = [_text(row[0]) if row else "" for row in rows]
    if len(texts) < 5 or texts[0] != MARK or _checksum(*texts[1:4]) != texts[4]:
        found.doubts.append(tr("文件里的标识被改动过，按表内的信用代码或名称认定"))
        return
    found.round, found.firm, found.period = texts[1:4]


def _read_figures(table: RawTable, figures: Sequence[FieldInfo], found: Returned) -> None:
    place = _heading(table)
    if place is None:
        raise Refused("collect.not_a_form", file=found.file)
    heading, columns = place
    by_label = {compare_name(word): one for one in figures for word in one.aliases}
    by_label |= {compare_name(one.label): one for one in figures}
    seen: set[str] = set()
    for number, row in enumerate(table.rows):
        label = _cell(row, columns[_LABEL])
        key = compare_name(_text(label))
        if not key or number == heading:
            continue
        cell = _cell(row, columns[_THIS])
        if number <= heading + _MAX_LOOK and _read_who(key, cell, found):
            continue
        one = by_label.get(key)
        if one is None or one.name in seen:
            continue
        seen.add(one.name)
        _read_figure(one, cell, table.typed, found)
        remark = _text(_cell(row, columns[_NOTE])) if _NOTE in columns else ""
        if remark:
            found.remarks[one.name] = remark
    if not seen:
        raise Refused("collect.not_a_form", file=found.file)
    found.blanks += [one.name for one in figures if one.name not in seen]


def _heading(table: RawTable) -> tuple[int, dict[str, int]] | None:
    """The row that heads the figures, and where its columns are."""
    for number, row in enumerate(table.rows[:_MAX_LOOK]):
        texts = [_text(cell) for cell in row]
        if _LABEL in texts and _THIS in texts:
            return number, {name: texts.index(name) for name in (_LABEL, _THIS, _NOTE) if name in texts}
    return None


def _read_who(key: str, cell: Any, found: Returned) -> bool:
    text = _text(cell)
    if key == _NAME:
        found.name = text[:_MAX_NAME]
    elif key == _CODE:
        found.code = text[:_MAX_NAME].upper()
        found.code_damaged = damaged_by_spreadsheet(cell)
    elif key == _PERIOD:
        found.said_period = text[:_SHOWN].upper()
    else:
        return False
    return True


def _read_figure(one: FieldInfo, cell: Any, typed: bool, found: Returned) -> None:
    try:
        parsed = field_parser(Column(0, one.label, one), typed=typed)(cell) if cell not in ("", None) else None
    except ValueProblem as problem:
        reason = sentence(problem.code, problem.params)
        found.doubts.append(labelled(one.shown, tr("“{text}”：{reason}", text=_text(cell)[:_SHOWN], reason=reason)))
        return
    if parsed is None or parsed.value is None:
        found.blanks.append(one.name)
    elif not isinstance(parsed.value, int) or parsed.currency not in ("", "CNY"):
        found.doubts.append(labelled(one.shown, tr("“{text}”不是可以直接计入的数字", text=_text(cell)[:_SHOWN])))
    else:
        found.values[one.name] = parsed.value
        said = [note for note in parsed.notes if note.code != "value.negative"]  # the checks between figures ask that
        found.doubts += [labelled(one.shown, sentence(code, params)) for code, params in said]


def _cell(row: Sequence[Any], place: int) -> Any:
    return row[place] if place < len(row) else ""


def _text(cell: Any) -> str:
    """A cell as one line that can be shown: no control characters, of bounded length."""
    if cell is None:
        return ""
    return "".join(char if char.isprintable() else " " for char in v.written(cell)[:_MAX_TEXT]).strip()
