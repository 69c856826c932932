"""Lists by command line: templates, many at once, what is missing, doubles, doubts and history."""

from __future__ import annotations

import pytest

from tests.e2e.clihelp import Desk


@pytest.fixture
def firms(desk: Desk) -> list[str]:
    return [
        str(desk.ok("add", "firm", f"name=重庆{name}科技有限公司", f"district={place}")["id"])
        for name, place in (("甲", "渝北"), ("乙", "渝北"), ("丙", "江北"))
    ]


def test_many_are_changed_and_archived_by_what_they_say(desk: Desk, firms: list[str]):
    tried = desk.ok("bulk", "edit", "firm", "--where", "district=渝北", "--dry-run", "district=江北")
    assert (tried["records"], tried["changed"]) == (2, 2) and desk.ok("show", "firm", firms[0])["district"] == "渝北"
    assert desk.ok("bulk", "edit", "firm", "--where", "district=渝北", "district=江北")["changed"] == 2
    assert desk.ok("show", "firm", firms[0])["district"] == "江北"
    assert desk.ok("bulk", "archive", "firm", "--text", "乙科技")["changed"] == 1
    assert desk.ok("bulk", "edit", "firm", "--where", "district=江北", "--dry-run", "district=")["records"] == 2
    assert desk.ok("bulk", "archive", "firm", "--text", "乙科技", "--back")["changed"] == 1
    assert desk.refused(4, "bulk", "edit", "firm", "uscc=91500108MA5U6Q4E0X") == "bulk.one_code"


def test_what_is_missing_doubled_and_changed_is_told(desk: Desk, firms: list[str]):
    assert "纳税人类型" in desk.run("missing", "firm", firms[0]).out
    desk.ok("excuse", "firm", firms[0], "taxpayer", "尚未办理")
    assert "纳税人类型：不适用（尚未办理）" in desk.run("missing", "firm", firms[0]).out
    desk.ok("excuse", "firm", firms[0], "taxpayer")
    assert "不适用" not in desk.run("missing", "firm", firms[0]).out
    assert firms[0] in desk.run("doubles", "firm", "name=重庆甲科技有限责任公司").out
    desk.ok("edit", "firm", firms[0], "district=南岸")
    told = desk.run("history", "firm", firms[0], "--field", "district").out.splitlines()
    assert len(told) == 2 and "修改" in told[0]
    for year, revenue in (("2024", "1180"), ("2025", "1200000")):
        made = desk.ok("add", "firm_year", f"firm={firms[0]}", f"year={year}", f"revenue={revenue}")["id"]
    (doubt,) = desk.ok("doubts", "firm_year", str(made))["results"]
    assert (doubt["field"], doubt["factor"], doubt["proposed"]) == ("revenue", 1000, 120_000_000)


def test_a_template_is_filled_in_and_taken(desk: Desk):
    file = desk.base / "模板.xlsx"
    assert desk.ok("template", "carrier", str(file))["columns"] > 5 and file.stat().st_size > 1000
    assert desk.refused(4, "template", "pack", str(file)) == "kind.internal"


def test_a_search_for_nothing_deletes_nothing(desk: Desk, firms: list[str]):
    for text in (" ", "\u3000", ""):
        assert desk.refused(2, "bulk", "delete", "firm", "--text", text) == "bulk.all_of_a_kind"
    assert {one["id"] for one in desk.ok("list", "firm")["records"]} > set(firms)
