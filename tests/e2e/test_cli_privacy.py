"""Personal data by command line: masked, told on request, exported on request, and erased with a word of what stays."""

from __future__ import annotations

import pytest

from tests.e2e.clihelp import Desk

PHONE = "13812345678"


@pytest.fixture
def person(desk: Desk) -> str:
    return str(desk.ok("add", "person", "name=王小梅", f"phone={PHONE}")["id"])


def test_numbers_are_told_on_request_alone(desk: Desk, person: str):
    assert "138****5678" in desk.run("show", "person", person).out
    assert PHONE not in desk.run("show", "person", person).out
    assert desk.run("reveal", "person", person).out.strip() == f"手机：{PHONE}"
    assert desk.ok("export", "person", str(desk.base / "a.xlsx"))["masked"] == ["手机"]
    assert desk.ok("export", "person", str(desk.base / "b.xlsx"), "--with-personal")["masked"] == []
    assert desk.refused(4, "edit", "person", person, "phone=138****9999") == "record.bad_value"


def test_a_person_is_erased_and_what_remains_is_said(desk: Desk, person: str):
    case = desk.ok("add", "case_log", "case=C-1", "happened_on=2026-01-01", "kind=visit", "note=与王小梅面谈")["id"]
    told = desk.run("person", "erase", person, "--dry-run").out
    assert "将删除“王小梅”的个人信息" in told and case in told and "内容" in told
    assert desk.ok("show", "person", person)["name"] == "王小梅"
    erased = desk.run("person", "erase", person)
    assert erased.code == 0 and "已删除“王小梅”的个人信息：姓名、手机" in erased.out, erased
    assert desk.ok("show", "person", person)["name"] == f"已删除人员 {person[:8]}"
    assert desk.refused(4, "person", "erase", person) == "erasing.erased"
    assert desk.refused(4, "edit", "person", person, "phone=13900000000") == "record.erased"
