"""Many records at once, templates, what is missing, doubles, doubts, history by field: through the services."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from policy.errors import Fault

FIRMS = ("重庆甲科技有限公司", "重庆乙科技有限公司", "重庆丙科技有限公司")


@pytest.fixture
def firms(call) -> list[str]:
    return [
        call("records.add", kind="firm", values={"name": name, "district": "渝北", "founded_on": f"202{place}-05"})[
            "id"
        ]
        for place, name in enumerate(FIRMS)
    ]


@pytest.fixture
def carrier(call, ws) -> str:
    own = str(ws.store.setting("organisation"))
    values = {"name": "综合孵化器", "operator": own, "carrier_kind": "comprehensive"}
    return str(call("records.add", kind="carrier", values=values)["id"])


def _code(run, *arguments: Any, **parameters: Any) -> str:
    with pytest.raises(Fault) as caught:
        run(*arguments, **parameters)
    return caught.value.code


def _row(call, record: str, kind: str = "firm") -> dict[str, Any]:
    found: dict[str, Any] = call("records.get", kind=kind, id=record)
    return found


def test_a_bulk_edit_is_counted_first_and_undone_as_one(call, firms):
    call("records.edit", kind="firm", id=firms[0], values={"district": "江北"})
    tried = call("bulk.edit", kind="firm", ids=firms, values={"district": "江北"}, dry_run=True)
    assert (tried["records"], tried["changed"]) == (3, 2) and _row(call, firms[1])["district"] == "渝北"
    done = call("bulk.edit", kind="firm", ids=firms, values={"district": "江北", "reg_capital": "50万元"})
    assert done["changed"] == 3
    assert [_row(call, firm)["reg_capital"] for firm in firms] == [50_000_000] * 3
    call("records.undo")
    assert [_row(call, firm)["district"] for firm in firms] == ["江北", "渝北", "渝北"]
    assert _row(call, firms[2])["reg_capital"] is None


def test_what_cannot_be_many_changes_nothing(call, firms):
    assert _code(call, "bulk.edit", kind="firm", ids=firms, values={"uscc": "91500108MA5U6Q4E0X"}) == "bulk.one_code"
    assert _code(call, "bulk.edit", kind="firm", ids=firms, values={"founded_on": "昨天"}) == "record.bad_value"
    assert _code(call, "bulk.edit", kind="firm", ids=firms, values={"name": ""}) == "record.missing_field"
    assert [_row(call, firm)["name"] for firm in firms] == list(FIRMS)


def test_archived_records_leave_the_lists_and_come_back(call, firms):
    call("bulk.archive", kind="firm", ids=firms[:2])
    assert call("lists.ids", kind="firm") == [firms[2]]
    assert set(call("lists.ids", kind="firm", archived=True)) == set(firms)
    call("bulk.archive", kind="firm", ids=firms[:1], archived=False)
    assert set(call("lists.ids", kind="firm")) == {firms[0], firms[2]}
    call("records.undo")
    assert call("lists.ids", kind="firm") == [firms[2]]


def test_deleting_many_is_all_or_none(call, firms, carrier):
    stay = {"firm": firms[1], "carrier": carrier, "status": "incubating"}
    call("records.add", kind="tenancy", values=stay)
    with pytest.raises(Fault) as caught:
        call("bulk.delete", kind="firm", ids=firms)
    assert caught.value.code == "bulk.in_use" and caught.value.params["count"] == 1
    assert FIRMS[1] in caught.value.params["names"] and len(call("lists.ids", kind="firm")) == 3
    assert call("bulk.delete", kind="firm", ids=[firms[0], firms[2]])["deleted"] == 2
    call("records.undo")
    assert len(call("lists.ids", kind="firm")) == 3


@pytest.mark.parametrize(
    ("test", "field", "value", "expected"),
    [
        ("from", "founded_on", "2021", [1, 2]),
        ("to", "founded_on", "2021", [0, 1]),  # the whole of 2021
        ("has", "district", "北", [0, 1, 2]),
        ("is", "district", "渝中", []),
        ("not", "founded_on", "2020-05", [1, 2]),
        ("blank", "reg_capital", "", [0, 2]),
        ("filled", "reg_capital", "", [1]),
        ("from", "reg_capital", "100万元", [1]),
        ("to", "reg_capital", "999", []),  # in the field's unit: 千元
    ],
)
def test_lists_by_conditions(call, firms, test, field, value, expected):
    call("records.edit", kind="firm", id=firms[1], values={"reg_capital": "100万元"})
    condition = {"field": field, "test": test, "value": value}
    assert set(call("lists.ids", kind="firm", conditions=[condition])) == {firms[place] for place in expected}


def test_a_masked_number_is_not_searched_by_its_parts(call, firms):
    call("records.edit", kind="firm", id=firms[0], values={"contact_phone": "13812345678"})
    parts = [{"field": "contact_phone", "test": "has", "value": "1381"}]
    assert _code(call, "lists.ids", kind="firm", conditions=parts) == "list.bad_condition"


def test_a_template_reads_back_and_says_what_may_be_written(call, tmp_path: Path, firms):
    file = tmp_path / "模板.xlsx"
    answer = call("bulk.template", kind="firm", file=str(file))
    sheet = openpyxl.load_workbook(file).active
    heads = [cell.value for cell in sheet[1]]
    assert len(heads) == answer["columns"] + 1 and "注册资本（千元）" in heads and sheet.max_row == 1
    assert heads[1] == "单位名称"  # what must be filled in comes first
    prompts = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    letter = sheet.cell(1, heads.index("技术领域") + 1).column_letter
    rule = prompts[f"{letter}2:{letter}10000"]
    assert rule.type == "list" and "电子信息" in rule.formula1 and "电子信息" in rule.prompt
    assert all(len(found.prompt) <= 255 for found in prompts.values())
    with zipfile.ZipFile(file) as archive:  # a typed word is never refused
        assert "showErrorMessage" not in archive.read("xl/worksheets/sheet1.xml").decode()
    filled = openpyxl.load_workbook(file)
    filled.active.cell(2, heads.index("单位名称") + 1, "重庆丁科技有限公司")
    filled.active.cell(2, heads.index("注册资本（千元）") + 1, 500)
    filled.save(file)
    assert call("ledger.import", file=str(file), kind="firm")["added"] == 1
    (found,) = call("lists.ids", kind="firm", text="丁科技")
    assert _row(call, found)["reg_capital"] == 50_000_000


def test_pasted_rows_are_read_as_a_workbook_is_and_the_mapping_is_remembered(call, firms):
    text = '企业名称\t区\t注册资本（万元）\n重庆甲科技有限公司\t江北\t50\n"㼆𠮷·实验室\n有限公司"\t南岸\t100\n'
    seen = call("ledger.preview", text=text, kind="firm")
    assert seen["rows"] == 2 and seen["unknown"] == ["区"]
    mapping = {"区": "district"}
    tried = call("ledger.import", text=text, kind="firm", mapping=mapping, dry_run=True)
    assert (tried["added"], tried["updated"]) == (1, 1) and call("ledger.preview", text=text)["unknown"] == ["区"]
    done = call("ledger.import", text=text, kind="firm", mapping=mapping)
    assert (done["added"], done["updated"], done["rejected"]) == (1, 1, [])
    assert _row(call, firms[0])["district"] == "江北"
    assert call("ledger.preview", text=text, kind="firm")["unknown"] == []
    call("records.undo")
    assert _row(call, firms[0])["district"] == "渝北" and len(call("lists.ids", kind="firm")) == 3


def test_damaged_numbers_are_named_in_a_paste_as_in_a_file(call):
    text = "企业名称\t统一社会信用代码\n重庆甲科技有限公司\t5.00103E+17\n"
    done = call("ledger.import", text=text, kind="firm")
    assert [item["column"] for item in (*done["rejected"], *done["warnings"])] == ["统一社会信用代码"]


def test_what_is_missing_and_what_does_not_apply(call, firms, carrier):
    lacking = {item["field"] for item in call("lists.missing", kind="firm", id=firms[0])["missing"]}
    assert {"taxpayer", "uscc"} <= lacking and not {"founded_on", "name"} & lacking
    call("lists.excuse", kind="firm", id=firms[0], field="taxpayer", reason="尚未办理税务登记")
    answer = call("lists.missing", kind="firm", id=firms[0])
    assert "taxpayer" not in {item["field"] for item in answer["missing"]}
    assert answer["excused"] == [{"field": "taxpayer", "label": "纳税人类型", "reason": "尚未办理税务登记"}]
    call("records.undo")
    assert call("lists.missing", kind="firm", id=firms[0])["excused"] == []
    assert _code(call, "lists.excuse", kind="firm", id=firms[0], field="name", reason="无") == "list.not_missing"
    stay = {"firm": firms[0], "carrier": carrier, "status": "incubating"}
    tenancy = call("records.add", kind="tenancy", values=stay)["id"]
    assert "graduated_on" not in str(call("lists.missing", kind="tenancy", id=tenancy))
    prize = {"title": "示例奖", "h_kind": "award", "awarded_on": "2026-01"}
    honour = call("records.add", kind="honour", values=prize)["id"]
    asked = call("lists.missing", kind="honour", id=honour)["missing"][0]
    assert (asked["field"], asked["label"]) == ("firm", "企业、人员、案件之一")
    call("records.edit", kind="honour", id=honour, values={"firm": firms[0]})
    assert "之一" not in str(call("lists.missing", kind="honour", id=honour))
    call("records.edit", kind="tenancy", id=tenancy, values={"status": "graduated"})
    assert "graduated_on" in str(call("lists.missing", kind="tenancy", id=tenancy))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"name": "别的名字", "uscc": "91500108MA5U6Q4E0X"}, "code"),
        ({"name": "甲智能（重庆）科技有限公司"}, "name"),
        ({"name": "甲智能(重庆)科技有限公司"}, "name"),
        ({"name": "重庆甲智能（重庆）科技有限责任公司"}, "alike"),
        ({"name": "完全不同科技有限公司"}, ""),
    ],
)
def test_doubles_are_found_by_code_name_and_likeness(call, values, why):
    known = {"name": "甲智能（重庆）科技有限公司", "uscc": "91500108MA5U6Q4E0X"}
    record = call("records.add", kind="firm", values=known)["id"]
    found = call("lists.doubles", kind="firm", values=values)
    assert [(item["id"], item["why"]) for item in found] == ([(record, why)] if why else [])
    assert call("lists.doubles", kind="firm", values=values, id=record) == []


@pytest.mark.parametrize(
    ("before", "now", "doubted"),
    [
        ("1180", "1200000", ("1000", 120_000_000)),
        ("1180000", "1200", ("1000", 120_000_000_000)),
        ("1180", "3000", None),
        ("1180", "11800", None),
        ("0", "1200000", None),
    ],
)
def test_a_thousandfold_is_doubted_against_the_nearest_year(call, firms, before, now, doubted):
    for year, revenue in (("2023", "7"), ("2024", before)):
        call("records.add", kind="firm_year", values={"firm": firms[0], "year": year, "revenue": revenue})
    made = call("records.add", kind="firm_year", values={"firm": firms[0], "year": "2025", "revenue": now})["id"]
    found = call("values.doubt", kind="firm_year", id=made, fields=["revenue", "net_profit"])
    if before == "0":  # nothing to compare with there: the year before that speaks
        assert [item["period"] for item in found] in ([], ["2023"])
    else:
        told = [(str(item["factor"]), item["proposed"]) for item in found]
        assert told == ([doubted] if doubted else [])


def test_history_by_field_and_since_the_last_visit(call, ws, firms):
    call("lists.visit", begins=True)
    call("records.edit", kind="firm", id=firms[0], values={"district": "江北"})
    call("records.edit", kind="firm", id=firms[0], values={"address": "一号"})
    own = ws.store.operator
    ws.store.operator = None  # somebody else at the same computer
    call("records.edit", kind="firm", id=firms[0], values={"district": "南岸"})
    ws.store.operator = own
    call("lists.visit", begins=True)
    changes = call("lists.history", kind="firm", id=firms[0], field="district")
    assert [(item["after"]["district"], item["fresh"]) for item in changes] == [
        ("南岸", True),
        ("江北", False),
        ("渝北", False),
    ]
    assert [item["who"] for item in changes] == ["", "李明", "李明"] and changes[1]["undoable"]
    call("lists.visit", begins=True)
    later = call("lists.history", kind="firm", id=firms[0], field="district")
    assert not any(item["fresh"] for item in later)
    call("records.undo", op=changes[0]["op"])
    assert _row(call, firms[0])["district"] == "江北"


def test_foreign_money_merges_with_its_currency_and_wording(call, firms):
    call("records.edit", kind="firm", id=firms[0], values={"reg_capital": "6(万美元)"})
    call("records.edit", kind="firm", id=firms[1], values={"reg_capital": "50万元"})
    sides = {item["field"] for item in call("lists.side_by_side", kind="firm", id=firms[0], into=firms[1])["fields"]}
    assert "reg_capital" in sides and not {"reg_capital_currency", "reg_capital_raw"} & sides
    call("records.merge", kind="firm", id=firms[0], into=firms[1], take=["reg_capital"])
    row = _row(call, firms[1])
    assert (row["reg_capital"], row["reg_capital_currency"], row["reg_capital_raw"]) == (6_000_000, "USD", "6(万美元)")


def test_a_merge_takes_the_fields_that_were_chosen(call, firms):
    call("records.edit", kind="firm", id=firms[0], values={"district": "江北", "address": "一号"})
    call("records.edit", kind="firm", id=firms[1], values={"address": "二号"})
    sides = call("lists.side_by_side", kind="firm", id=firms[0], into=firms[1])
    differing = {item["field"] for item in sides["fields"] if item["differs"]}
    assert {"name", "district", "address"} <= differing and sides["left"]["address"] == "一号"
    tried = call("records.merge", kind="firm", id=firms[0], into=firms[1], take=["address"], dry_run=True)
    assert "address" in tried["filled"] and "district" in tried["kept"]
    call("records.merge", kind="firm", id=firms[0], into=firms[1], take=["address", "name"])
    row = _row(call, firms[1])
    assert (row["name"], row["address"], row["district"]) == (FIRMS[0], "一号", "渝北")
    assert row["former_names"] == [FIRMS[1]]
    call("records.undo")
    assert {_row(call, firm)["name"] for firm in firms} == set(FIRMS)
