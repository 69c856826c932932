"""The public list, transferable patents and the monthly hand-over, on real records."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from desktop.services import handover
from policy.dates import today
from policy.errors import Fault, Refused
from tests.store.resultkit import Call, a_result, a_university, added


# -- the public list, and what nobody looked at -------------------------------------------------------------------
def _cells(file: Path) -> list[tuple[Any, ...]]:
    sheet = load_workbook(file).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def test_nothing_leaves_by_the_public_list_that_may_not(call: Call, tmp_path: Path) -> None:
    university = a_university(call)
    a_result(call, university, "公开成果", summary_internal="内部甲", price_hint="880", keywords="轴承")
    a_result(
        call, university, "仅名成果", disclosure_level="仅名称", summary_public="不该出现乙", keywords="不该出现丙"
    )
    a_result(call, university, "保密成果", disclosure_level="签保密协议后")
    a_result(call, university, "未公开成果", disclosure_level="不公开")
    a_result(call, university, "已转化成果", converted_on="2026-01-02")
    added(call, "achievement", title="B-1", register_no="B-1", classified="是", disclosure_level="公开")

    answer = call("disclosure.export", file=str(tmp_path / "a.xlsx"))

    assert answer["rows"] == 2
    rows = _cells(tmp_path / "a.xlsx")
    text = str(rows)
    assert "公开成果" in text and "仅名成果" in text and "示例大学" in text
    for secret in ("内部甲", "880", "不该出现", "保密成果", "未公开成果", "已转化成果", "B-1", university):
        assert secret not in text
    assert [row[0] for row in rows[1:]] == ["1", "2"]
    shown = call("disclosure.list")
    assert len(shown["rows"]) == 2 and shown["held_back"] == 2 and "内部甲" not in str(shown)


def test_public_without_a_summary_is_named(call: Call) -> None:
    result = a_result(call, a_university(call), summary_public="")

    assert call("disclosure.list")["bare"] == [result]


def test_results_nobody_checked_for_a_year_are_asked_about(call: Call) -> None:
    university, day = a_university(call), today()
    old = a_result(call, university, "去年成果", last_touch_on=(day - timedelta(days=380)).isoformat())
    never = a_result(call, university, "从未确认")
    a_result(call, university, "新近确认", last_touch_on=(day - timedelta(days=200)).isoformat())
    a_result(call, university, "年度精度", last_touch_on=str(day.year))

    assert [row["id"] for row in call("achievement.stale")["rows"]] == [never, old]
    call("achievement.touch", ids=[old])
    assert [row["id"] for row in call("achievement.stale")["rows"]] == [never]


# -- transferable patents ------------------------------------------------------------------------------------------
def test_transferable_rights_by_grade_without_what_is_gone_or_secret(call: Call, tmp_path: Path) -> None:
    university = a_university(call)
    numbers: list[str] = []

    def right(title: str, result: str, **values: Any) -> None:
        number = f"ZL2020{len(numbers) + 10000000}.0"
        numbers.append(number)
        fixed = {"title": title, "kind": "发明", "number": number, "holder": university, "legal_state": "有效",
                 "granted_on": "2024-01-01", "achievement": result}  # fmt: skip
        added(call, "ip_right", **{**fixed, **values})

    b = a_result(call, university, "乙", conversion_grade="B培育", prefiling_review="申请")
    a = a_result(call, university, "甲", conversion_grade="A优先")
    d = a_result(call, university, "丁", conversion_grade="D放弃")
    hidden = a_result(call, university, "戊", disclosure_level="不公开")
    nda = a_result(call, university, "己", disclosure_level="签保密协议后")
    right("乙件", b)
    right("甲件", a, fee_due_on="2026-01-01")
    right("失效件", a, legal_state="失效")
    right("已转件", a, transferred_on="2025-01-01")
    right("开放件", a, transferred_on="2025-01-01", open_licence="是")
    right("放弃件", d)
    right("不公开件", hidden)
    right("未授权件", nda, legal_state="申请中", granted_on="")
    right("无成果件", "")

    answer = call("patents.list")
    call("patents.export", file=str(tmp_path / "p.xlsx"), grade="a")

    assert [row["title"] for row in answer["rows"]] == ["开放件", "甲件", "乙件", "无成果件"]
    assert answer["rows"][2]["prefiling_review"] == "file"
    assert [row["fee_late"] for row in answer["rows"]] == [False, True, False, False]
    assert answer["left_out"] == {"dead": 1, "moved": 1, "given_up": 1, "closed": 2}
    assert [row[2] for row in _cells(tmp_path / "p.xlsx")[1:]] == ["开放件", "甲件"]


def test_fees_and_expiring_rights_are_dates(call: Call) -> None:
    soon = (today() + timedelta(days=20)).isoformat()
    fixed = {"kind": "发明", "title": "一种方法", "number": "ZL1"}
    added(call, "ip_right", **fixed, legal_state="有效", fee_due_on=soon, expires_on=soon)
    added(call, "ip_right", **{**fixed, "number": "ZL2"}, legal_state="失效", fee_due_on=soon)

    coming = [row for row in call("deadlines.list") if row["kind"] == "ip_right"]

    assert sorted(row["title"] for row in coming) == ["专利年费到期", "知识产权期限届满"]


# -- hand-over -----------------------------------------------------------------------------------------------------
def _item(call: Call, university: str, title: str, **values: Any) -> str:
    result = a_result(call, university, title)
    fixed = {"achievement": result, "university": university, "basis": "月度"}
    return added(call, "handover_item", **{**fixed, **values})


def test_the_list_of_a_month_holds_what_is_due_handed_over_left_open_and_exempt(call: Call, tmp_path: Path) -> None:
    university = a_university(call)
    due = _item(call, university, "本月到期", due_on="2026-03-31")
    early = _item(call, university, "提前汇交", due_on="2026-04-30", handed_on="2026-03-20", item_state="已汇交")
    open_before = _item(call, university, "上月未交", due_on="2026-02-28", item_state="被退回", words="缺公章")
    _item(call, university, "上月已交", due_on="2026-02-28", handed_on="2026-02-27", item_state="已接收")
    exempt = _item(call, university, "豁免成果", exempt="是", ground="经济安全")

    answer = call("handover.list", university="示例大学", month="2026-03")

    assert [row["id"] for row in answer["rows"]] == [open_before, due, early, exempt]
    assert answer["counts"] == {"open": 1, "handed": 1, "returned": 1, "exempt": 1}
    assert answer["due"] == "2026-03-31" and answer["clause"] == "第5条" and not answer["zero"]
    call("handover.export", university=university, month="2026-03", file=str(tmp_path / "h.xlsx"))
    rows = _cells(tmp_path / "h.xlsx")
    assert [row[1] for row in rows[1:]] == ["上月未交", "本月到期", "提前汇交", "豁免成果"]
    assert "缺公章" in rows[1] and "经济安全" in rows[4]


def test_a_month_without_any_is_a_zero_report(call: Call, tmp_path: Path) -> None:
    university = a_university(call)
    _item(call, university, "豁免成果", exempt="是", ground="国防安全")

    answer = call("handover.export", university=university, month="2026-01", file=str(tmp_path / "z.xlsx"))

    assert answer["zero"] and "零报告" in str(_cells(tmp_path / "z.xlsx")[-1])
    asked = {"university": university, "month": "2026-01"}
    assert call("handover.list", **asked)["report"] is None
    record = call("handover.zero", **asked, reported_on="2026-01-30")["id"]
    call("handover.zero", **asked, reported_on="2026-01-29", platform_no="P-0")
    report = {"id": record, "zero": 1, "reported_on": "2026-01-29", "platform_no": "P-0"}
    assert call("handover.list", **asked)["report"] == report
    assert call("handover.list", university=university, month="2026-02")["report"] is None
    _item(call, university, "二月成果", due_on="2026-02-28")
    with pytest.raises(Refused, match=r"handover\.not_zero"):
        call("handover.zero", university=university, month="2026-02")


def test_what_is_entered_while_a_zero_report_is_written_keeps_it_back(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    university = a_university(call)
    typed = handover.typed_values

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(handover, "typed_values", typed)
        _item(call, university, "刚登记的成果", due_on="2026-01-20")
        return typed(*given)

    monkeypatch.setattr(handover, "typed_values", meanwhile)
    with pytest.raises(Refused, match=r"handover\.not_zero"):
        call("handover.zero", university=university, month="2026-01")
    assert call("handover.list", university=university, month="2026-01")["report"] is None


def test_marking_as_handed_over(call: Call) -> None:
    university = a_university(call)
    one, other = (_item(call, university, title, due_on="2026-03-31") for title in ("甲", "乙"))
    exempt = _item(call, university, "丙", exempt="是")

    done = call("handover.mark", ids=[one, other], handed_on="2026-03-30")

    assert done["marked"] == 2
    assert call("handover.list", university=university, month="2026-03")["counts"]["handed"] == 2
    with pytest.raises(Refused, match=r"handover\.exempt"):
        call("handover.mark", ids=[one, exempt])
    with pytest.raises(Refused, match=r"handover\.one_number"):
        call("handover.mark", ids=[one, other], platform_no="P-1")
    call("handover.mark", ids=[one], platform_no="P-1")
    assert call("records.get", kind="handover_item", id=one)["platform_no"] == "P-1"


def test_results_owed_by_their_projects_and_not_entered_are_told_and_entered(call: Call) -> None:
    university = a_university(call)

    def made(name: str, level: str, closed: str, **values: Any) -> str:
        project = added(call, "research_project", name=name, level=level, unit=university, closed_on=closed)
        return a_result(call, university, f"{name}成果", project=project, **values)

    own = made("自选", "自选", "2026-09-24")  # 15 working days on: 22 October
    national = made("国家", "国家", "2026-10-15")  # before the close
    made("早已到期", "自选", "2024-01-05")
    made("尚未到期", "自选", "2026-12-24")
    made("非职务", "自选", "2026-09-24", service_kind="非职务")

    asked = {"university": university, "month": "2026-10"}
    missing = call("handover.list", **asked)["missing"]

    assert [(one["achievement"], one["due"], one["basis"]) for one in missing] == [
        (national, "2026-10-14", "before_close"), (own, "2026-10-22", "after_close"),
    ]  # fmt: skip
    assert not call("handover.list", **asked)["zero"]
    assert call("handover.enter", **asked)["entered"] == 2
    listed = call("handover.list", **asked)
    assert [row["due_on"] for row in listed["rows"]] == ["2026-10-14", "2026-10-22"] and not listed["missing"]
    call("records.undo")
    assert call("records.ids", kind="handover_item") == []


@pytest.mark.parametrize("month", ["2026", "2026Q1", "2026-03-01", "三月"])
def test_a_list_is_of_one_month(call: Call, month: str) -> None:
    with pytest.raises(Fault):
        call("handover.list", university=a_university(call), month=month)
