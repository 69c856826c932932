"""What is typed wrong, and what its writer is told: by a form, by rows pasted, by a workbook. Nothing is guessed, and
nothing that real papers bear is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from db.schema import kind_info
from desktop.messages import sentence
from policy.errors import Fault

Call = Callable[..., Any]
LONG = "路" * 5001


class Case(NamedTuple):
    kind: str
    field: str
    typed: str
    told: str  # a part of what is said; blank where nothing is to be said
    kept: Any  # as stored; None where the field stays blank


CASES = (
    # days that are none, days that a spreadsheet has made a number of
    Case("firm", "founded_on", "2023-02-30", "没有这个日期", None),
    Case("firm", "founded_on", "2023-13", "没有这个日期", None),
    Case("firm", "founded_on", "去年", "不是可识别的日期", None),
    Case("firm", "founded_on", "2024.2.29", "", "2024-02-29"),
    # money and figures
    Case("firm", "reg_capital", "-5", "是负数", -500_000),
    Case("firm", "reg_capital", "很多", "不是可识别的金额", None),
    Case("firm_year", "staff", "-3", "是负数", -3),
    Case("firm_year", "staff", "3.5", "应为整数", None),
    Case("firm_year", "net_profit", "-12.5", "", -1_250_000),  # a loss is no slip
    Case("firm_year", "revenue", "1200000", "相差约 1,000 倍", 120_000_000_000),
    Case("firm_year", "revenue", "0", "", 0),  # nothing earned is not nothing said
    # codes that fail their check are in real use
    Case("firm", "uscc", "91500108MA5U6Q4E0A", "未通过校验", "91500108MA5U6Q4E0A"),
    Case("person", "id_no", "500112199003070022", "未通过校验", "500***********0022"),
    Case("firm", "uscc", "500103000012345", "15 位旧号码", "500103000012345"),  # the registration numbers before 2015
    # numbers that a spreadsheet has cut
    Case("firm", "uscc", "5.00103E+17", "损坏", None),
    Case("person", "id_no", "5.00112E+17", "损坏", None),
    # writing
    Case("firm", "address", LONG, "超过", None),
    Case("firm", "address", "渝中区�路", "已损坏", None),
    Case("firm", "address", "㼆𠮷·一号🚀", "", "㼆𠮷·一号🚀"),
    Case("firm", "taxpayer", "也许", "不在选项中", None),
)  # fmt: skip


@pytest.fixture
def base(call: Call) -> dict[str, dict[str, str]]:
    """What a record of each kind needs beside the field in question."""
    call("records.add", kind="firm", values={"name": "示例公司"})
    call("records.add", kind="firm_year", values={"firm": "示例公司", "year": "2024", "revenue": "1180"})
    return {
        "firm": {"name": "甲科技有限公司"},
        "person": {"name": "甲示例"},
        "firm_year": {"firm": "示例公司", "year": "2025"},
    }


def by_form(call: Call, case: Case, base: dict[str, str]) -> tuple[str, Any]:
    try:
        answer = call("records.add", kind=case.kind, values={**base, case.field: case.typed})
    except Fault as fault:
        return sentence(fault.code, fault.params), None
    said = [*answer["warnings"]]
    for one in call("values.doubt", kind=case.kind, id=answer["id"], fields=[case.field]):
        said.append(f"相差约 {one['factor']:,} 倍")
    return "\n".join(said), call("records.get", kind=case.kind, id=answer["id"])[case.field]


def by_import(call: Call, case: Case, base: dict[str, str], **source: str) -> tuple[str, Any]:
    before = set(call("records.ids", kind=case.kind))
    answer = call("ledger.import", kind=case.kind, **source)
    found = set(call("records.ids", kind=case.kind)) - before
    said = [item["reason"] for item in (*answer["rejected"], *answer["warnings"])]
    places = {item["column"] for item in (*answer["rejected"], *answer["warnings"])}
    assert not said or places & {heading(case.kind, case.field)}, "the column is named"
    assert len(found) <= 1
    return "\n".join(said), call("records.get", kind=case.kind, id=found.pop())[case.field] if found else None


def heading(kind: str, name: str) -> str:
    field = kind_info(kind).field(name)
    return f"{field.label}（{field.unit}）" if field.unit else field.label


def undo_to(call: Call, case: Case, before: set[str]) -> None:
    for record in set(call("records.ids", kind=case.kind)) - before:
        call("records.delete", kind=case.kind, id=record)


def check(way: str, case: Case, told: str, kept: Any) -> list[str]:
    """What is not as it should be."""
    shown = f"{way}: {case.kind}.{case.field} {case.typed[:20]!r}"
    wrong = [] if kept == case.kept else [f"{shown} kept {kept!r}"]
    if case.told not in told or (not case.told and told):
        wrong.append(f"{shown} told {told!r}")
    return wrong


def test_a_form_a_paste_and_a_workbook_say_the_same(
    call: Call, base: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    """One store serves all cases: it takes longer to open than to ask."""
    wrong = []
    for number, case in enumerate(CASES):
        needed = base[case.kind]
        names = [*needed, case.field]
        heads, cells = [heading(case.kind, name) for name in names], [*needed.values(), case.typed]
        before = set(call("records.ids", kind=case.kind))
        wrong += check("form", case, *by_form(call, case, needed))
        undo_to(call, case, before)
        text = "\t".join(heads) + "\n" + "\t".join(cells) + "\n"
        wrong += check("paste", case, *by_import(call, case, needed, text=text))
        undo_to(call, case, before)
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append(heads)
        book.active.append(cells)
        file = tmp_path / f"{number}.xlsx"
        book.save(file)
        wrong += check("workbook", case, *by_import(call, case, needed, file=str(file)))
        undo_to(call, case, before)
    assert not wrong, "\n".join(wrong)


def test_a_number_that_a_workbook_holds_as_a_number_is_not_believed(call: Call, tmp_path: Path) -> None:
    """18 digits in a cell that is not text are 15 digits and zeros; the row says so."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "证件号码"])
    sheet.append(["甲示例", 500112199003070000])
    sheet.append(["乙示例", "500112199003070026"])
    file = tmp_path / "名单.xlsx"
    book.save(file)
    answer = call("ledger.import", kind="person", file=str(file))
    (told,) = [item for item in (*answer["rejected"], *answer["warnings"]) if item["row"] == 2]
    assert "15 位" in told["reason"] and answer["added"] >= 1
    rows = call("records.rows", kind="person", ids=call("records.ids", kind="person"))
    assert {row["name"]: bool(row["id_no"]) for row in rows}.get("甲示例", False) is False
