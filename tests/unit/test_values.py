"""What people write in a cell, and what the store keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from db import values as v


@dataclass(frozen=True)
class Choice:
    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


DISTRICTS = v.choice_table(
    (
        Choice("yuzhong", "渝中区", "Yuzhong", ("渝中",)),
        Choice("none", "无", "None"),
        Choice("kx", "（渝）开州", "Kaizhou"),
    )
)


def codes(parsed: v.Parsed) -> list[str]:
    return [note.code for note in parsed.notes]


def problem(call: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(v.ValueProblem) as caught:
        call(*args, **options)
    return caught.value.code


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("2023.5", "2023-05"),
        (2023.5, "2023-05"),
        (2023.12, "2023-12"),
        ("2023.10", "2023-10"),
        ("2023.1", "2023-01"),
        ("2023年5月", "2023-05"),
        ("2023 年 5 月 6 日", "2023-05-06"),
        ("２０２３年５月", "2023-05"),
        ("2023-05-06", "2023-05-06"),
        ("2023/5/6", "2023-05-06"),
        ("2023-05-06 00:00:00", "2023-05-06"),
        ("20230506", "2023-05-06"),
        (20230506.0, "2023-05-06"),
        (2023.0, "2023"),
        ("2023年度", "2023"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 8, 30), "2024-02-29"),
        ("N/A", None),
        ("—", None),
        ("", None),
    ],
)
def test_date_keeps_the_precision_it_was_written_with(cell: object, stored: str | None) -> None:
    assert v.parse_date(cell) == v.Parsed(stored)


def test_a_number_that_may_have_lost_its_zero_is_kept_as_a_year() -> None:
    assert v.parse_date(2023.1).value == "2023"
    assert codes(v.parse_date(2023.1)) == ["value.month_ambiguous"]
    assert codes(v.parse_date("2023.1", typed=False)) == ["value.month_ambiguous"]
    assert v.parse_date("2023.01", typed=False) == v.Parsed("2023-01")


@pytest.mark.parametrize("cell", ["2023-02-30", "2023-13", "2023-00", 2023.15, "00010101", "20231301", "2023-5-0"])
def test_impossible_dates_are_refused(cell: object) -> None:
    assert problem(v.parse_date, cell) == "value.date_impossible"


@pytest.mark.parametrize("cell", [45000.0, "重庆市", "5/6/2023", True, "去年五月"])
def test_what_is_no_date_is_refused(cell: object) -> None:
    assert problem(v.parse_date, cell) == "value.date_unreadable"


def test_an_open_end_is_blank_and_said() -> None:
    assert v.parse_date("长期") == v.Parsed(None, (v.Note("value.date_open_ended", {}),))


def test_month_year_and_moment() -> None:
    assert v.parse_month("1990年9月3日").value == "1990-09"
    assert v.parse_year("2024年度").value == 2024
    assert problem(v.parse_year, "二〇二四") == "value.year_unreadable"
    noon = v.parse_timestamp("2026-11-21 12:00").value
    assert noon == 1795233600000  # 04:00 UTC
    assert v.parse_timestamp(datetime(2026, 11, 21, 12)).value == noon
    assert v.parse_timestamp("2026/11/21 9:05:07.250").value == noon - 10_492_750
    assert problem(v.parse_timestamp, "2026-11") == "value.date_unreadable"
    assert problem(v.parse_timestamp, "2026-11-21 25:00") == "value.date_impossible"


@pytest.mark.parametrize("text", ["㼆𠮷科技", "阿依古丽·买买提", "重庆（渝）公司", "无", "長" * 120, "1-2-3 号"])
def test_text_stays_as_written(text: str) -> None:
    assert v.parse_text(f" {text}\u3000") == v.Parsed(text)


def test_text_is_tidied_and_guarded() -> None:
    assert v.parse_text("a\x00b\r\nc\x07").value == "ab\nc"
    assert v.parse_text("e\u0301").value == "é"
    assert v.parse_text(13800000000.0).value == "13800000000"
    assert v.parse_text(date(2023, 5, 6)).value == "2023-05-06"
    assert v.parse_text("N/A") == v.BLANK
    assert v.parse_text("N/A", blanks=frozenset({""})).value == "N/A"
    assert problem(v.parse_text, "破\ufffd字") == "value.text_destroyed"
    assert problem(v.parse_text, "长" * 201, 200) == "value.too_long"
    assert problem(v.parse_text, 6.222021234567891e18) == "value.number_damaged"


def test_names_compare_by_form_not_by_writing() -> None:
    assert v.compare_name("重庆（渝） 示例ＡＢ公司") == v.compare_name("重庆(渝)示例ab 公司")


@pytest.mark.parametrize(
    ("cell", "stored"), [("1,234", 1234), (12.0, 12), ("１２", 12), ("12 人", 12), ("-3", -3), ("0", 0)]
)
def test_whole_numbers(cell: object, stored: int) -> None:
    assert v.parse_int(cell, "人") == v.Parsed(stored)


def test_numbers_are_exact() -> None:
    assert problem(v.parse_int, "1.5") == "value.not_whole"
    for text, minutes in (("1.5小时", 90), ("２ 小时", 120), ("90分钟", 90), ("45", 45), ("0.5 h", 30)):
        assert v.parse_int(text, "分钟") == v.Parsed(minutes)
    assert problem(v.parse_int, "小时", "分钟") == "value.number_unreadable"
    assert problem(v.parse_int, "约12") == "value.number_unreadable"
    assert problem(v.parse_int, "1,23") == "value.number_unreadable"
    assert problem(v.parse_int, "9" * 20) == "value.number_too_large"
    assert problem(v.parse_int, 1e16) == "value.number_damaged"
    assert v.parse_decimal(0.1 + 0.2, 2).value == 30
    assert v.parse_decimal("10,400.50㎡", 2, "m²").value == 1040050
    assert v.parse_decimal("12.5%", 2, "%").value == 1250
    assert v.parse_decimal("-0.005", 2) == v.Parsed(-1, (v.Note("value.rounded", {}),))
    assert v.parse_decimal(7150.0, 2) == v.Parsed(715000)
    assert v.parse_decimal("-", 2) == v.BLANK
    assert codes(v.parse_decimal(0.3, 2, "%")) == ["value.percent_ambiguous"]
    assert v.parse_decimal("0.3", 2, "%") == v.Parsed(30)
    assert problem(v.parse_decimal, "50%", 2, "m²") == "value.number_unreadable"


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        *((cell, 1) for cell in ("是", "√", "有", "Y", 1.0, True)),
        *((cell, 0) for cell in ("否", "×", "无", "n", 0, False)),
        *((cell, None) for cell in ("", "N/A", "—")),
    ],
)
def test_yes_no_blank(cell: object, stored: int | None) -> None:
    assert v.parse_bool(cell) == v.Parsed(stored)


def test_neither_yes_nor_no() -> None:
    assert problem(v.parse_bool, "也许") == "value.not_yes_or_no"


def test_choices_by_any_spelling() -> None:
    for spelling in ("渝中区", "渝中", "yuzhong", " Yu zhong "):
        assert v.parse_choice(spelling, DISTRICTS) == v.Parsed("yuzhong")
    assert v.parse_choice("(渝)开州", DISTRICTS).value == "kx"
    assert v.parse_choice("无", DISTRICTS).value == "none", "a declared choice wins over the sign for blank"
    assert v.parse_choice("N/A", DISTRICTS) == v.BLANK
    assert v.parse_choice("火星", DISTRICTS) == v.Parsed(None, (v.Note("value.not_a_choice", {"written": "火星"}),))


def test_tags_and_lists() -> None:
    assert v.parse_tags("渝中、（渝）开州;渝中区", DISTRICTS).value == ["yuzhong", "kx"]
    assert v.parse_tags('["kx","yuzhong"]', DISTRICTS).value == ["kx", "yuzhong"]
    found = v.parse_tags("渝中，火星", DISTRICTS)
    assert (found.value, codes(found)) == (["yuzhong"], ["value.not_a_choice"])
    assert v.parse_tags("", DISTRICTS) == v.BLANK
    assert v.parse_list("甲公司、乙公司").value == ["甲公司", "乙公司"]
    assert v.parse_list('["a","b、c"]').value == ["a", "b、c"]
    assert problem(v.parse_list, "[1,") == "value.list_unreadable"


def test_identifiers_are_text_and_a_failed_check_only_warns() -> None:
    assert v.parse_code("915001087453307097", "uscc") == v.Parsed("915001087453307097")
    assert v.parse_code("９１５００１０８７４５３３０７０９７ ", "uscc") == v.Parsed("915001087453307097")
    doubtful = v.parse_code("915001087453307098", "uscc")
    assert (doubtful.value, codes(doubtful)) == ("915001087453307098", ["value.code_doubtful"])
    assert doubtful.notes[0].params == {"kind": "uscc", "problem": "校验位不符"}
    assert v.parse_code(500103.0, "region").value == "500103"
    assert v.parse_code("暂无", "uscc") == v.BLANK
    assert codes(v.parse_code("办理中", "uscc")) == ["value.not_a_code"]
    assert v.parse_code("办理中", "uscc").value is None, "two firms 办理中 must not become one"


@pytest.mark.parametrize("cell", [9.15e16, "5.00103E+17", "510212197001011000", 500103199001011000])
def test_numbers_damaged_by_a_spreadsheet_are_refused_by_name(cell: object) -> None:
    with pytest.raises(v.ValueProblem) as caught:
        v.parse_code(cell, "cid")
    assert (caught.value.code, caught.value.params) == ("value.number_damaged", {"kind": "cid"})
