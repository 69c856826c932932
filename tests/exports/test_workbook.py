"""Workbooks for people: identifiers stay whole, nothing becomes a formula, the import reads back what was stored."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db.ledger import iter_rows, map_headers, open_workbook, read_sheet
from exports import workbook
from exports.workbook import write_workbook
from policy.errors import Refused


@dataclass(frozen=True)
class Choice:
    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    label_en: str
    type: str = "text"
    aliases: tuple[str, ...] = ()
    unit: str = ""
    max_length: int | None = None
    required: str = ""
    choices: Sequence[Choice] = ()
    code_kind: str = ""
    scale: int = 0
    currency_field: str | None = None
    raw_field: str | None = None
    masked: str = ""
    signed: bool = True


FIELDS = (
    Field("name", "企业名称", "Name", required="S", max_length=200),
    Field("uscc", "统一社会信用代码", "Credit code", "code", code_kind="uscc"),
    Field("founded_on", "成立时间", "Founded", "date"),
    Field("capital", "注册资本", "Capital", "money", unit="千元", currency_field="currency", raw_field="wording"),
    Field("currency", "注册资本币种", "Currency"),
    Field("wording", "注册资本原文", "Capital as written"),
    Field("profit", "净利润", "Profit", "money", unit="万元"),
    Field("post", "职务", "Post", "enum", choices=(Choice("none", "无", "none"), Choice("head", "正职", "head"))),
    Field("fields", "领域", "Areas", "tags", choices=(Choice("ai", "数智", "AI"), Choice("bio", "生命、健康", "Life"))),
    Field("former", "曾用名", "Former names", "list"),
    Field("at", "时刻", "At", "timestamp"),
    Field("area", "面积", "Area", "dec", unit="m²", scale=2),
    Field("share", "占比", "Share", "dec", unit="%", scale=2),
    Field("people", "人数", "People", "int", unit="人"),
    Field("is_team", "团队", "Team", "bool"),
    Field("own", "自有", "Own", "tri"),
    Field("year", "年度", "Year", "year"),
    Field("note", "备注", "Note", "note"),
)
FULL: dict[str, Any] = {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "name": "㼆𠮷·" + "长" * 117,
    "uscc": "915001087453307097",
    "founded_on": "2023-05",
    "capital": 6_000_000,
    "currency": "USD",
    "wording": "6(万美元)",
    "profit": -123_456_789_012_345,
    "post": "none",
    "fields": ["ai", "bio"],
    "former": ["甲公司", "乙、丙公司"],
    "at": 1_795_233_600_123,
    "area": 715_000,
    "share": 7802,
    "people": 0,
    "is_team": 0,
    "own": 1,
    "year": 2025,
    "note": "第一行\n<第二行> & “三”",
}
EMPTY: dict[str, Any] = {"id": "1f8fad5b-d9cb-469f-a165-70867728950e", "name": "空", "founded_on": "2023"}
HOSTILE = ('=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "N/A", "-", "_x0041_", "00123", "1e5", "TRUE")
ROWS = [FULL, EMPTY, *({"id": f"{i:08x}", "name": text, "note": text} for i, text in enumerate(HOSTILE))]


def written(rows: Sequence[dict[str, Any]] = ROWS, lang: str = "zh", title: str = "企业") -> bytes:
    out = io.BytesIO()
    assert write_workbook(out, title, FIELDS, rows, lang) == len(rows)
    return out.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_import_reads_back_what_was_stored(tmp_path: Path, lang: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(written(lang=lang))
    table = read_sheet(open_workbook(tmp_path / "a.xlsx"))
    mapping = map_headers(table, FIELDS)
    assert (mapping.unknown, mapping.missing, mapping.score) == ([], [], len(FIELDS))
    rows = list(iter_rows(table, mapping))
    assert not any(row.rejects or row.warnings for row in rows)
    blank = dict.fromkeys(info.name for info in FIELDS)
    assert [{"id": row.id, **row.values} for row in rows] == [blank | row for row in ROWS]


def test_excel_sees_text_where_a_number_or_formula_would_do_harm() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written()))
    sheet: Any = book.active
    assert (book.sheetnames, sheet.freeze_panes) == (["企业"], "B2")
    headers = [cell.value for cell in sheet[1]]
    assert headers[:6] == ["ID", "企业名称", "统一社会信用代码", "成立时间", "注册资本（千元）", "注册资本币种"]
    assert headers[11:13] == ["时刻", "面积（m²）"]
    shown = dict(zip(headers, sheet[2], strict=True))
    for header in ("ID", "企业名称", "统一社会信用代码", "成立时间"):
        assert (shown[header].data_type, shown[header].number_format) == ("s", "@")
    assert shown["统一社会信用代码"].value == "915001087453307097"
    assert (shown["注册资本（千元）"].value, shown["注册资本（千元）"].data_type) == (60, "n")
    assert shown["净利润（万元）"].number_format == "0.000000"
    assert (shown["占比（%）"].value, shown["人数（人）"].value) == (78.02, 0)
    assert {cell.data_type for row in sheet.iter_rows(min_row=3) for cell in row if cell.value is not None} == {"s"}
    assert sheet.column_dimensions["A"].width == 38


def test_same_input_same_bytes_and_no_date_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    first = written()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert written() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_nothing_of_the_records_touches_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    assert written()


def test_numbers_a_spreadsheet_would_cut_off_are_text(tmp_path: Path) -> None:
    data = written([{"id": "0f8fad5b", "name": "甲", "profit": 9_007_199_254_740_993}])
    sheet: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    cells = {cell.column: cell for cell in sheet[2]}
    assert (cells[8].value, cells[8].data_type) == ("9007199254.740993", "s")
    (tmp_path / "a.xlsx").write_bytes(data)
    table = read_sheet(open_workbook(tmp_path / "a.xlsx"))
    assert next(iter_rows(table, map_headers(table, FIELDS))).values["profit"] == 9_007_199_254_740_993


def test_sheet_names_that_excel_refuses_are_mended() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(title="企业/团队: [2025]*?" + "长" * 40)))
    assert book.sheetnames[0].startswith("企业 团队   2025")
    assert len(book.sheetnames[0]) <= 31
    assert openpyxl.load_workbook(io.BytesIO(written(title="'"))).sheetnames == ["Sheet"]


def test_limits_of_the_format_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused) as caught:
        written([{"id": "7", "name": "甲", "note": "长" * 32_768}])
    assert (caught.value.code, caught.value.params["field"]) == ("workbook.cell_too_long", "note")
    monkeypatch.setattr(workbook, "MAX_ROWS", 1)
    with pytest.raises(Refused, match=r"workbook\.too_many_rows"):
        written(ROWS[:2])
