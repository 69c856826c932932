"""Numbers of persons: masked in what services answer and in workbooks, told when asked for, and never written back."""

from __future__ import annotations

import json
from typing import Any

import openpyxl
import pytest

from db import audit
from db.models import AuditEntry, Person
from policy.errors import Refused

PERSON = {"name": "王小梅", "id_no": "500112199003070026", "phone": "13812345678", "email": "w@example.com"}
MASKED = {"id_no": "500***********0026", "phone": "138****5678"}


@pytest.fixture
def person(call) -> str:
    return str(call("records.add", kind="person", values=PERSON)["id"])


def _stored(record: str) -> dict[str, Any]:
    return dict(Person.select().where(Person.id == record).dicts().get())


def _entries(action: str) -> list[tuple[str, dict[str, Any]]]:
    rows = AuditEntry.select().where(AuditEntry.action == action).order_by(AuditEntry.seq)
    details = [json.loads(row.detail) for row in rows]
    return [(row.subject, detail | {"who": ""}) for row, detail in zip(rows, details, strict=True)]


def _sheet(file) -> tuple[str, list[dict[str, Any]]]:
    sheet = openpyxl.load_workbook(file).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    return sheet.title, [dict(zip(head, row, strict=True)) for row in rows]


def _write(file, rows: list[dict[str, Any]]) -> str:
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.save(file)
    return str(file)


# -- what is answered --------------------------------------------------------------------------------------------


def test_rows_records_and_history_are_masked_and_nothing_else_is(call, person):
    call("records.edit", kind="person", id=person, values={"phone": "13912345678"})
    answers = {
        "rows": call("records.rows", kind="person", ids=[person]),
        "get": call("records.get", kind="person", id=person),
        "history": call("lists.history", kind="person", id=person),
    }
    text = json.dumps(answers, ensure_ascii=False)
    assert PERSON["id_no"] not in text and PERSON["phone"] not in text and "13912345678" not in text
    assert (
        answers["get"] | {"id_no": MASKED["id_no"], "phone": "139****5678", "email": PERSON["email"]} == answers["get"]
    )
    assert answers["history"][0]["before"] == {"phone": "138****5678"}
    assert answers["history"][0]["after"] == {"phone": "139****5678"}


def test_a_firm_and_its_year_hide_the_numbers_of_their_organisation_too(call):
    values = {"name": "甲公司", "contact_phone": "023-67854321", "legal_rep": "赵一"}
    firm = call("records.add", kind="firm", values=values)["id"]
    row = call("records.get", kind="firm", id=firm)
    assert (row["contact_phone"], row["legal_rep"]) == ("023-****21", "赵一")
    assert call("privacy.reveal", kind="firm", id=firm) == {"contact_phone": "023-67854321"}


def test_what_is_told_is_noted_once_for_a_record_as_long_as_the_workspace_is_open(call, opened, ws, person):
    assert call("privacy.reveal", kind="person", id=person, fields=["phone"]) == {"phone": PERSON["phone"]}
    assert call("privacy.reveal", kind="person", id=person)["id_no"] == PERSON["id_no"]
    assert _entries("privacy.revealed") == [(f"person:{person}", {"fields": ["phone"], "who": ""})]
    assert PERSON["phone"] not in "".join(row.detail for row in AuditEntry.select())
    empty = call("records.add", kind="person", values={"name": "无号"})["id"]
    assert call("privacy.reveal", kind="person", id=empty) == {}
    assert len(_entries("privacy.revealed")) == 1
    assert audit.problems(ws.vault.audit_key) == []


@pytest.mark.parametrize(
    "words", ["13812345678", "138 1234-5678", "500112199003070026", "５００１１２１９９００３０７００２６", "王小梅"]
)
def test_the_whole_number_finds_the_person(call, person, words):
    assert [hit["id"] for hit in call("records.find", text=words)] == [person]
    assert call("records.ids", kind="person", text=words) == [person]


@pytest.mark.parametrize("words", ["138****5678", "1381234567", "8123456", "19900307", "500112"])
def test_a_part_of_a_number_finds_nobody(call, person, words):
    assert call("records.find", text=words) == []
    assert call("records.ids", kind="person", text=words) == []


def test_a_firm_is_found_by_its_phone_once(call):
    firm = call("records.add", kind="firm", values={"name": "甲公司", "contact_phone": "(023) 6785 4321"})["id"]
    other = call(
        "records.add", kind="organisation", values={"name": "乙所", "org_kind": "other", "contact_phone": "68001234"}
    )
    assert [(hit["kind"], hit["id"]) for hit in call("records.find", text="68001234")] == [
        ("organisation", other["id"])
    ]
    assert [(hit["kind"], hit["id"]) for hit in call("records.find", text="02367854321")] == [("firm", firm)]


# -- what is written ---------------------------------------------------------------------------------------------


def test_the_mask_of_what_is_stored_changes_nothing(call, person):
    answer = call("records.edit", kind="person", id=person, values={**MASKED, "title": "工程师"})
    assert answer["changed"] and _stored(person) | PERSON | {"title": "工程师"} == _stored(person)
    answer = call("records.edit", kind="person", id=person, values={"phone": "138＊＊＊＊5678"})
    assert not answer["changed"] and answer["changes"]["op"] == 0


@pytest.mark.parametrize("written", ["139****5678", "138***5678", "138****56789", "****", "138****567*"])
def test_any_other_mask_is_refused_and_its_message_tells_no_number(call, person, written):
    with pytest.raises(Refused) as refused:
        call("records.edit", kind="person", id=person, values={"phone": written})
    assert refused.value.code == "record.bad_value" and "遮盖" in refused.value.params["reason"]
    with pytest.raises(Refused):
        call("records.add", kind="person", values={"name": "新人", "phone": written})
    assert _stored(person)["phone"] == PERSON["phone"]


def test_a_refused_number_is_not_repeated_in_the_message(call):
    with pytest.raises(Refused) as refused:
        call("records.add", kind="person", values={"name": "新人", "phone": "1" * 300})
    assert refused.value.params["value"] == "****11"


def test_a_star_in_any_other_field_is_a_star(call):
    record = call("records.add", kind="person", values={"name": "A*", "title": "*"})["id"]
    assert _stored(record)["title"] == "*"


# -- workbooks ---------------------------------------------------------------------------------------------------


def test_a_workbook_is_masked_and_comes_back_unchanged(call, person, tmp_path):
    file = tmp_path / "人员.xlsx"
    answer = call("records.export", kind="person", file=str(file))
    assert set(answer["masked"]) == {"证件号码", "手机"}
    _title, (row,) = _sheet(file)
    assert (row["证件号码"], row["手机"]) == (MASKED["id_no"], MASKED["phone"])
    back = call("ledger.import", file=str(file), kind="person")
    assert (back["unchanged"], back["updated"], back["rejected"], back["warnings"]) == (1, 0, [], [])
    assert _stored(person) | PERSON == _stored(person)
    assert _entries("privacy.exported") == []


def test_a_workbook_with_the_numbers_says_so_and_is_noted(call, person, tmp_path):
    file = tmp_path / "人员.xlsx"
    answer = call("records.export", kind="person", file=str(file), with_personal=True)
    title, (row,) = _sheet(file)
    assert (row["证件号码"], row["手机"]) == (PERSON["id_no"], PERSON["phone"])
    assert title == "人员（含个人信息）" and answer["masked"] == []
    noted = {"fields": ["id_no", "phone", "wechat"], "rows": 1, "who": ""}
    assert _entries("privacy.exported") == [("kind:person", noted)]
    back = call("ledger.import", file=str(file), kind="person")
    assert (back["unchanged"], back["rejected"]) == (1, [])


def test_masks_of_others_and_of_nobody_are_rejected_by_row_and_column(call, person, tmp_path):
    other = call("records.add", kind="person", values={"name": "李大", "phone": "13900001111"})["id"]
    rows = [
        {"ID": person, "姓名": "王小梅", "手机": "139****1111"},
        {"ID": other, "姓名": "李大", "手机": "139****1111"},
        {"ID": "", "姓名": "新来的", "手机": "137****2222"},
    ]
    answer = call("ledger.import", file=_write(tmp_path / "a.xlsx", rows), kind="person")
    assert (answer["unchanged"], answer["added"], answer["updated"], answer["rejected_rows"]) == (1, 0, 0, 2)
    assert [(item["row"], item["column"], item["value"], item["code"]) for item in answer["rejected"]] == [
        (2, "手机", "139****1111", "row.masked_unknown"),
        (4, "手机", "137****2222", "row.masked_unknown"),
    ]
    assert Person.select().where(Person.phone.contains("*")).count() == 0


def test_without_the_id_column_the_other_cells_and_the_mask_say_who_it_is(call, person, tmp_path):
    rows = [{"姓名": "王小梅", "手机": MASKED["phone"], "邮箱": PERSON["email"]}]
    answer = call("ledger.import", file=_write(tmp_path / "a.xlsx", rows), kind="person")
    assert (answer["unchanged"], answer["rejected"]) == (1, [])
    rows = [{"姓名": "王小梅", "身份证号": "500***********9999", "邮箱": PERSON["email"]}]
    answer = call("ledger.import", file=_write(tmp_path / "b.xlsx", rows), kind="person")
    assert [item["code"] for item in answer["rejected"]] == ["row.masked_unknown"]


def test_what_an_import_repeats_of_a_number_is_masked(call, tmp_path):
    rows = [
        {"姓名": "甲", "手机": "13812345678" * 30, "身份证号": "50011219900307002"},
        {"姓名": "", "手机": "13712345678", "身份证号": "暂缺 500112199003070026"},
    ]
    answer = call("ledger.import", file=_write(tmp_path / "a.xlsx", rows), kind="person")
    assert answer["rejected"] or answer["warnings"]
    text = json.dumps(answer, ensure_ascii=False)
    assert "13812345678" not in text and "50011219900307002" not in text and "13712345678" not in text


def test_the_sample_goes_out_and_comes_back(call, tmp_path):
    call("sample.load", evidence=False)
    for kind in ("person", "firm", "organisation"):
        file = tmp_path / f"{kind}.xlsx"
        exported = call("records.export", kind=kind, file=str(file))
        back = call("ledger.import", file=str(file), kind=kind)
        assert exported["masked"], kind
        assert (back["unchanged"], back["rejected"]) == (exported["rows"], []), kind
        assert {note["column"] for note in back["warnings"]}.isdisjoint(exported["masked"])
