"""Workbooks as they arrive: opened by content, header found, rows taken or rejected with a reason."""

from __future__ import annotations

import datetime
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db.ledger import HeaderMap, RawTable, RowResult, iter_rows, load_map, map_headers, open_workbook, read_sheet
from db.values_money import MoneyUnit
from policy.errors import Fault


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    type: str = "text"
    label_en: str = ""
    aliases: tuple[str, ...] = ()
    unit: str = ""
    max_length: int | None = None
    required: str = ""
    choices: tuple[Any, ...] = ()
    code_kind: str = ""
    scale: int = 0
    currency_field: str | None = None
    raw_field: str | None = None
    masked: str = ""
    signed: bool = False


FIRM = (
    Field("name", "企业名称", label_en="Name", aliases=("公司名称", "单位名称"), required="S", max_length=200),
    Field("uscc", "统一社会信用代码", "code", code_kind="uscc"),
    Field("founded_on", "成立时间", "date", aliases=("成立日期", "注册日期")),
    Field("reg_type", "企业类型", max_length=200),
    Field("legal_rep", "法定代表人", aliases=("法人代表",), max_length=60),
    Field(
        "reg_capital",
        "注册资本",
        "money",
        aliases=("注册资金",),
        unit="千元",
        currency_field="reg_capital_currency",
        raw_field="reg_capital_raw",
    ),
    Field("main_product", "经营范围", "note"),
    Field("district", "地区", max_length=60),
    Field("address", "注册地址", max_length=200),
    Field("headcount", "从业人员", "int", unit="人"),
    Field("revenue", "营业收入", "money", unit="千元"),
)
CODE = "915001087453307097"


def active(workbook: openpyxl.Workbook) -> Any:
    return workbook.active


def book(rows: Iterable[Sequence[Any]], path: Path, **sheets: Iterable[Sequence[Any]]) -> Path:
    workbook = openpyxl.Workbook()
    active(workbook).title = "台账"
    for row in rows:
        active(workbook).append(list(row))
    for name, content in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    workbook.save(path)
    return path


def read(path: Path, explicit: dict[str, str] | None = None) -> tuple[RawTable, HeaderMap, list[RowResult]]:
    table = read_sheet(open_workbook(path))
    mapping = map_headers(table, FIRM, explicit)
    return table, mapping, list(iter_rows(table, mapping))


def reasons(row: RowResult) -> list[tuple[str, str]]:
    return [(reject.column, reject.code) for reject in row.rejects]


@pytest.mark.parametrize("kind", ["csv", "xls"])
def test_the_real_register_gives_1847_rows_and_29_rejects(shared_dir: Path, kind: str) -> None:
    _, mapping, rows = read(shared_dir / "data" / f"firms-chongqing-2002.{kind}")
    good = [row for row in rows if not row.rejects]
    bad = [row for row in rows if row.rejects]
    assert len(good) == 1847
    assert [row.row_number for row in good] == list(range(2, 1849))
    assert [row.row_number for row in bad] == list(range(1849, 1878))
    assert all(len(row.rejects) == 1 and len(row.rejects[0].value) <= 80 for row in bad)
    long = [row.row_number for row in bad if row.rejects[0].code == "row.too_many_cells"]
    assert long == ([1849, 1851, 1853, 1876] if kind == "csv" else [])
    assert {row.rejects[0].code for row in bad} - {"row.too_many_cells"} == {"value.text_destroyed"}
    assert mapping.unknown == ["所在省份"]
    assert not any(row.warnings for row in good), "every credit code of the good rows holds"
    assert Counter(row.values.get("reg_capital_currency") for row in good) == {
        "CNY": 1393,
        "USD": 11,
        "HKD": 2,
        None: 441,
    }
    by_raw = {row.values.get("reg_capital_raw"): row.values["reg_capital"] for row in good}
    assert by_raw["5,000(万)"] == 5_000_000_000
    assert by_raw["308.7000(万人民币元)"] == 308_700_000
    assert by_raw[None] is None


def test_the_real_workbook_and_its_csv_say_the_same(shared_dir: Path) -> None:
    taken = [
        [row.values for row in read(shared_dir / "data" / f"firms-chongqing-2002.{kind}")[2] if not row.rejects]
        for kind in ("csv", "xls")
    ]
    assert taken[0] == taken[1]


def test_title_rows_units_and_cells_of_every_kind(tmp_path: Path) -> None:
    long_name = "重庆" + "示例" * 58 + "公司"
    path = book(
        [
            ["2025 年在孵企业台账"],
            [None, None, None, "单位：万元"],
            ["*企业 名称", "统一社会\n信用代码", "成立日期", "注册资本（元）", "营业收入", "从业人员(人)", "备注栏"],
            [long_name, CODE, datetime.date(2023, 5, 6), "6（万美元）", 12.5, 3, "x"],
            ["㼆𠮷·科技", None, 2023.5, "１，０００", "=1+1", "１２", None],
            ["  重庆（渝）示例  ", "９１５００１０８７４５３３０７０９７", "2023", -1, None, 0, None],
        ],
        tmp_path / "a.xlsx",
    )
    _, mapping, rows = read(path)
    assert [row.row_number for row in rows] == [4, 5, 6]
    assert not any(row.rejects for row in rows)
    assert rows[0].values == {
        "name": long_name,
        "uscc": CODE,
        "founded_on": "2023-05-06",
        "reg_capital": 6_000_000,
        "reg_capital_currency": "USD",
        "reg_capital_raw": "6（万美元）",
        "revenue": 12_500_000,
        "headcount": 3,
    }
    assert rows[1].values["name"] == "㼆𠮷·科技"
    assert (rows[1].values["founded_on"], rows[1].values["reg_capital"]) == ("2023-05", 100_000)
    assert rows[1].values["revenue"] is None, "a formula never calculated has no value"
    assert rows[2].values["name"] == "重庆（渝）示例"
    assert (rows[2].values["uscc"], rows[2].values["reg_capital"]) == (CODE, -100)
    assert mapping.unknown == ["备注栏"]
    assert [note.code for note in mapping.notices] == ["ledger.unknown_headers"]
    assert [column.unit for column in mapping.columns if column.field.type == "money"] == [
        MoneyUnit(1),
        MoneyUnit(10_000),
    ]


def test_the_value_of_a_formula_is_taken(tmp_path: Path) -> None:
    path = book([["企业名称", "从业人员"], ["甲公司", 7]], tmp_path / "a.xlsx")
    source = zipfile.ZipFile(path)
    parts = {name: source.read(name) for name in source.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"<v>7</v>", b"<f>3+4</f><v>7</v>")
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    assert b"<f>" in parts[sheet]
    assert read(path)[2][0].values["headcount"] == 7


def test_two_header_rows_with_merged_cells(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = active(workbook)
    for row in (
        ["企业名称", "基本信息", None, "经营情况（万元）", None],
        [None, "统一社会信用代码", "成立日期", "营业收入", "从业人员"],
        ["甲公司", CODE, "2020.3", 1, 2],
        [None, None, "2021", 3, 4],
    ):
        sheet.append(row)
    for area in ("A1:A2", "B1:C1", "D1:E1", "A3:A4"):
        sheet.merge_cells(area)
    workbook.save(tmp_path / "a.xlsx")
    table, mapping, rows = read(tmp_path / "a.xlsx")
    assert mapping.score == 5
    assert [row.row_number for row in rows] == [3, 4]
    assert rows[0].values == {
        "name": "甲公司",
        "uscc": CODE,
        "founded_on": "2020-03",
        "revenue": 1_000_000,
        "headcount": 2,
    }
    assert rows[1].values["name"] == "甲公司", "a merged cell speaks for all its rows"
    assert [note.code for note in table.notices] == ["ledger.merged_filled"]


def test_totals_numbering_footers_and_repeated_headers_are_no_records(tmp_path: Path) -> None:
    header = ["序号", "企业名称", "从业人员"]
    rows: list[list[Any]] = [
        header,
        ["甲", "1", "2"],
        [1, "甲公司", 5],
        header,
        [2, "合计科技公司", 6],
        ["合 计", None, 11],
    ]
    rows += [[None, None, None], ["填表人：张三", None, "2025"]]
    table, _, found = read(book(rows, tmp_path / "a.xlsx"))
    assert [row.values["name"] for row in found] == ["甲公司", "合计科技公司"]
    skipped = [note.params["row"] for note in table.notices if note.code == "ledger.row_skipped"]
    assert skipped == [2, 4, 6, 8]


def test_a_row_is_rejected_with_row_column_value_and_reason(tmp_path: Path) -> None:
    path = book(
        [
            ["企业名称", "统一社会信用代码", "成立日期", "从业人员", "注册地址"],
            ["甲公司", 915001087453307097.0, "2023-02-30", "约三人", "x"],
            ["乙公司", "江北区示例路", CODE, 3, "x"],
            [None, CODE, "2023", 3, "x"],
            ["丁公司", "办理中", "2023", 3, "x" * 201],
            ["戊公司", "915001087453307098", "2023", 3, "x"],
            ["己公司", "办理中", "2023", 3, "x"],
        ],
        tmp_path / "a.xlsx",
    )
    rows = read(path)[2]
    assert reasons(rows[0]) == [
        ("统一社会信用代码", "value.number_damaged"),
        ("成立日期", "value.date_impossible"),
        ("从业人员", "value.number_unreadable"),
    ]
    assert (rows[0].rejects[1].row, rows[0].rejects[1].value) == (2, "2023-02-30")
    assert reasons(rows[1]) == [("统一社会信用代码", "row.shifted")]
    assert rows[1].rejects[0].params == {"found_in": "成立日期"}
    assert reasons(rows[2]) == [("企业名称", "row.required_missing")]
    assert reasons(rows[3]) == [("注册地址", "value.too_long")]
    assert rows[3].rejects[0].value == "x" * 80
    assert reasons(rows[4]) == [], "a failed check digit only warns"
    assert [(note.column, note.code) for note in rows[4].warnings] == [("统一社会信用代码", "value.code_doubtful")]
    assert rows[4].values["uscc"] == "915001087453307098"
    assert (reasons(rows[5]), rows[5].values["uscc"]) == ([], None)


def test_foreign_money_is_refused_where_no_currency_is_kept(tmp_path: Path) -> None:
    rows = read(book([["企业名称", "营业收入"], ["甲", "6万美元"], ["乙", "6万元人民币"]], tmp_path / "a.xlsx"))[2]
    assert reasons(rows[0]) == [("营业收入", "value.currency_not_allowed")]
    assert (reasons(rows[1]), rows[1].values["revenue"]) == ([], 6_000_000)


def test_a_stray_cell_beside_a_sheet_warns_but_beside_a_csv_line_rejects(tmp_path: Path) -> None:
    content: list[list[Any]] = [["企业名称", "从业人员"], ["甲公司", 1, "电话已改"], ["乙公司", 2]]
    rows = read(book(content, tmp_path / "a.xlsx"))[2]
    assert ([note.code for note in rows[0].warnings], rows[0].rejects) == (["row.cells_without_header"], [])
    (tmp_path / "a.csv").write_text("企业名称,从业人员\n甲公司,1,电话已改\n乙公司,2,,\n丙公司\n", "utf-8")
    rows = read(tmp_path / "a.csv")[2]
    assert [row.row_number for row in rows if row.rejects] == [2]
    assert rows[0].rejects[0].params == {"cells": 3, "expected": 2}
    assert rows[2].values == {"name": "丙公司", "headcount": None}


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_of_every_encoding_and_delimiter(tmp_path: Path, codec: str, sign: str) -> None:
    lines = [
        ["企业名称", "注册日期", "注册资金"],
        ["㼆𠮷公司", "2023.1", '"1,000(万)"'],
        ["", "", ""],
        ['"乙\n公司"', "2023-5", "-"],
    ]
    (tmp_path / "a.xls").write_bytes("\r\n".join(sign.join(line) for line in lines).encode(codec))
    _, _, rows = read(tmp_path / "a.xls")
    assert [row.row_number for row in rows] == [2, 4]
    assert rows[0].values["name"] == "㼆𠮷公司"
    assert rows[0].values["reg_capital"] == 1_000_000_000
    assert (rows[0].values["founded_on"], rows[0].warnings[0].code) == ("2023", "value.month_ambiguous")
    assert (rows[1].values["name"], rows[1].values["founded_on"]) == ("乙\n公司", "2023-05")


def test_a_csv_with_one_broken_line_loses_only_that_line(tmp_path: Path) -> None:
    good = "".join(f"示例{i}公司,{i}\n" for i in range(50))
    (tmp_path / "a.csv").write_bytes(f"企业名称,从业人员\n{good}".encode() + b"\xff\xfe\xfa,1\n")
    _, _, rows = read(tmp_path / "a.csv")
    assert [row.row_number for row in rows if row.rejects] == [52]
    assert [note.code for note in open_workbook(tmp_path / "a.csv").notices] == ["ledger.text_damaged"]


def test_hidden_and_further_sheets_are_said(tmp_path: Path) -> None:
    header = ["企业名称", "从业人员"]
    path = book(
        [], tmp_path / "a.xlsx", 甲=[header, ["甲公司", 1]], 乙=[header, ["乙公司", 1]], 丙=[header, ["丙公司", 1]]
    )
    workbook = openpyxl.load_workbook(path)
    workbook["甲"].sheet_state = "hidden"
    workbook.save(path)
    opened = open_workbook(path)
    assert [(sheet.name, sheet.hidden) for sheet in opened.sheets] == [
        ("台账", False),
        ("甲", True),
        ("乙", False),
        ("丙", False),
    ]
    table = read_sheet(opened)
    assert table.sheet == "乙", "the first visible sheet that holds anything"
    assert [(note.code, note.params["sheets"]) for note in table.notices] == [
        ("ledger.hidden_sheets", "甲"),
        ("ledger.other_sheets", "丙"),
    ]
    assert read_sheet(opened, "甲").rows[1][0] == "甲公司"
    with pytest.raises(Fault, match=r"ledger\.no_sheet"):
        read_sheet(opened, "丁")
    opened.close()


def test_the_users_own_map_wins(tmp_path: Path) -> None:
    path = book([["单位全称", "企业名称", "人数"], ["甲公司", "简称", 5]], tmp_path / "a.xlsx")
    (tmp_path / "m.toml").write_text('"单位全称" = "name"\n"人 数" = "headcount"\n"企业名称" = ""\n', "utf-8")
    (tmp_path / "m.json").write_text(json.dumps({"单位全称": "name", "人数": "headcount", "企业名称": ""}), "utf-8")
    for name in ("m.toml", "m.json"):
        assert read(path, load_map(tmp_path / name))[2][0].values == {"name": "甲公司", "headcount": 5}
    for broken, code in (('{"a": 1}', "ledger.map_unreadable"), ("[", "ledger.map_unreadable")):
        (tmp_path / "m.toml").write_text(broken)
        with pytest.raises(Fault, match=code):
            load_map(tmp_path / "m.toml")
    with pytest.raises(Fault, match=r"ledger\.map_unknown_field"):
        read(path, {"人数": "nothing"})


def test_each_field_is_mapped_once_and_the_label_before_an_alias(tmp_path: Path) -> None:
    _, mapping, rows = read(book([["公司名称", "企业名称", "成立时间"], ["别名", "正名", "2020"]], tmp_path / "a.xlsx"))
    assert rows[0].values == {"name": "正名", "founded_on": "2020"}
    assert mapping.unknown == ["公司名称"]
    assert mapping.missing == []
    table = read_sheet(open_workbook(book([["成立时间"], ["2020"]], tmp_path / "b.xlsx")))
    assert map_headers(table, FIRM).missing == ["name"]


def test_a_sheet_without_any_known_header_is_refused(tmp_path: Path) -> None:
    table = read_sheet(open_workbook(book([["天气"], ["晴"]], tmp_path / "b.xlsx")))
    with pytest.raises(Fault, match=r"ledger\.no_header"):
        map_headers(table, FIRM)


def test_labels_that_differ_in_brackets_are_not_guessed(tmp_path: Path) -> None:
    fields = (Field("net", "收入（不含税）", "money"), Field("gross", "收入（含税）", "money"))
    table = read_sheet(open_workbook(book([["收入", "收入(含税)"], [1, 2]], tmp_path / "a.xlsx")))
    assert [(column.index, column.field.name) for column in map_headers(table, fields).columns] == [(1, "gross")]


def test_a_stray_cell_at_the_end_of_the_sheet_is_read(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for row in (["企业名称", "从业人员"], ["甲公司", 1]):
        active(workbook).append(row)
    active(workbook)["B900000"] = " "
    workbook.save(tmp_path / "a.xlsx")
    assert [row.values["name"] for row in read(tmp_path / "a.xlsx")[2]] == ["甲公司"]


def test_an_opendocument_sheet_is_read(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        made = (
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in cells
        )
        return f"<table:table-row>{''.join(made)}</table:table-row>"

    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='S'>"
        f"{row('企业名称', '成立日期')}{row('甲公司', '2023.5')}{empty}"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        spaces = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {spaces}/>")
        archive.writestr("content.xml", content)
    assert read(tmp_path / "a.ods")[2][0].values == {"name": "甲公司", "founded_on": "2023-05"}


def test_rows_keep_their_number_when_the_table_starts_further_down_and_right(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    cells: dict[str, Any] = {"C4": "企业名称", "D4": "从业人员", "C5": "甲公司", "D5": 3, "C6": "乙公司", "D6": 4}
    for place, value in cells.items():
        active(workbook)[place] = value
    active(workbook).merge_cells("D5:D6")
    workbook.save(tmp_path / "a.xlsx")
    rows = read(tmp_path / "a.xlsx")[2]
    assert [(row.row_number, row.values) for row in rows] == [
        (5, {"name": "甲公司", "headcount": 3}),
        (6, {"name": "乙公司", "headcount": 3}),
    ]


def test_open_files_are_not_named_by_their_ending(tmp_path: Path) -> None:
    path = book([["企业名称"], ["甲公司"]], tmp_path / "a.xlsx")
    renamed = path.rename(tmp_path / ("：" + "长" * 60 + ".csv"))
    assert read(renamed)[2][0].values == {"name": "甲公司"}
