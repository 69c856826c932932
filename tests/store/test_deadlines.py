"""Deadlines and the calendar file: what comes when, each with clause and mark; the same event keeps its name."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from db.models import Case, NotApplicable, Round
from desktop.services.deadlines import group_of
from policy.errors import Refused


def _rows(call: Any, title: str, **asked: Any) -> list[dict[str, Any]]:
    return [row for row in call("deadlines.list", **asked) if row["title"] == title]


def _tenant(call: Any, entered_on: str) -> str:
    own = call("workspace.info")["organisation"]["id"]
    carrier = {"name": "示例孵化器", "operator": own, "carrier_kind": "综合孵化器"}
    firm = call("records.add", kind="firm", values={"name": "示例科技有限公司"})["id"]
    stay = {
        "firm": firm,
        "carrier": call("records.add", kind="carrier", values=carrier)["id"],
        "entered_on": entered_on,
        "status": "在孵",
    }
    call("records.add", kind="tenancy", values=stay)
    return str(firm)


@pytest.mark.parametrize(("on", "left"), [("2026-11-20", 1), ("2026-11-21", 0), ("2026-11-22", -1)])
def test_48_months_are_reached_tomorrow_today_and_were_yesterday(call: Any, on: str, left: int) -> None:
    firm = _tenant(call, "2022-11-21")
    found = [row for row in call("deadlines.list", on=on, days=5) if row["id"] == firm]
    assert [(row["due"], row["days_left"]) for row in found] == [("2026-11-21", left)]
    assert found[0]["clause"] and found[0]["source"]


def test_a_university_has_its_month_ends_and_both_years_reports(call: Any) -> None:
    own = call("workspace.info")["organisation"]["id"]
    call("records.edit", kind="organisation", id=own, values={"org_kind": "高等院校"})
    rows = call("deadlines.list", on="2026-11-21", days=140)
    months = [row["due"] for row in rows if row["title"] == "每月底前汇交科技成果"]
    assert months == ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]
    assert len({row["key"] for row in rows}) == len(rows)
    call("handover.zero", university=own, month="2026-11", reported_on="2026-11-20")
    rows = call("deadlines.list", on="2026-11-21", days=140)
    assert [row["due"] for row in rows if row["title"] == "每月底前汇交科技成果"] == months[1:]  # reported is done
    reports = [row["due"] for row in call("deadlines.list", on="2027-02-01", days=60) if "年度报告" in row["title"]]
    assert reports == ["2027-03-30"]  # of 2026, though 2027 has begun
    assert all(row["status"] == "draft" for row in rows if row["source"])


def test_a_step_of_a_round_keeps_its_hour(ws: Any, call: Any) -> None:
    steps = [
        {"name": "区县报送协会", "due": "2026-03-31 18:00"},
        {"name": "单位提交", "due": "2026-03-20"},
        {"name": "待定", "due": ""},
    ]
    with ws.store.write("示例") as write:
        write.insert(Round, {"title": "2026年绩效评价", "issuer": "科技局", "period": "2025", "steps": steps})
    found = call("deadlines.list", on="2026-03-01", days=60)
    assert [(row["title"], row["due"], row["hour"]) for row in found] == [
        ("单位提交", "2026-03-20", ""),
        ("区县报送协会", "2026-03-31", "18:00"),
    ]


def test_a_day_that_is_none_is_refused(call: Any) -> None:
    for asked in ({"on": "2026-02-30"}, {"on": "bald"}, {"on": "9999-12-31"}, {"on": "2026"}):
        with pytest.raises(Refused) as fault:
            call("deadlines.list", **asked)
        assert fault.value.code == "policy.date_invalid"


def test_any_number_of_days_is_an_answer(call: Any) -> None:
    assert call("deadlines.list", on="2026-11-21", days=10**12) == call("deadlines.list", on="2026-11-21", days=10**6)
    assert call("deadlines.list", on="2026-11-21", days=-5) == call("deadlines.list", on="2026-11-21", days=0)


def test_the_calendar_file_has_days_hours_alarms_and_keeps_its_names(ws: Any, call: Any, tmp_path: Path) -> None:
    with ws.store.write("示例") as write:
        steps = [{"name": "区县报送", "due": "2026-12-31T18:00"}]
        write.insert(Round, {"title": "绩效评价", "issuer": "科技局", "period": "2025", "steps": steps})
        case = write.insert(Case, {"no": "1", "title": "成果甲", "track": "supply", "next_on": "2026-12-05"})
    file = tmp_path / "期限.ics"
    assert call("deadlines.ics", file=str(file), on="2026-11-21") == {"file": str(file), "events": 2}
    first, second = _events(file)
    assert first.decoded("dtstart").isoformat() == "2026-12-05"
    assert first.decoded("dtend").isoformat() == "2026-12-06"
    assert str(first["summary"]) == "下一步：成果甲"
    assert second.decoded("dtstart").isoformat() == "2026-12-31T10:00:00+00:00"  # 18:00 in Chongqing
    assert "18:00" in str(second["summary"])
    assert [alarm.decoded("trigger").days for alarm in first.walk("valarm")] == [-7]
    with ws.store.write("示例") as write:
        write.update(Case, case, {"next_on": "2026-12-06"})
    call("deadlines.ics", file=str(file), on="2026-11-21")
    moved, _ = _events(file)
    assert moved["uid"] == first["uid"]
    assert moved.decoded("dtstart").isoformat() == "2026-12-06"
    assert moved["sequence"] >= first["sequence"]


def _events(file: Path) -> list[Any]:
    return list(Calendar.from_ical(file.read_bytes()).walk("vevent"))


def _add(call: Any, kind: str, /, **values: Any) -> str:
    return str(call("records.add", kind=kind, values=values)["id"])


def _records(call: Any, only: str = "") -> dict[str, str]:
    """One record of every kind that a clock or a term runs on; `only` says that its duty was done."""
    university = _add(call, "organisation", name="示例大学", org_kind="高等院校")
    firm = _add(call, "firm", name="示例科技有限公司")
    result = _add(call, "achievement", title="成果甲", owner=university, completed_on="2025-12-20", service_kind="职务")
    grant = _add(call, "grant", achievement=result, unit=university, kind="长期使用权", granted_on="2025-12-10")
    project = _add(
        call, "research_project", name="横向项目", unit=university, level="企业委托（横向）", closed_on="2026-11-20",
        started_on="2024-01-01", conversion_due="2026-12-31",
    )  # fmt: skip
    person = _add(call, "person", name="张三", org_category="高校")
    leave = _add(call, "person_flow", person=person, organisation=firm, kind="离岗创业", starts_on="2023-12-15")
    use = _add(
        call, "contract", name="先用后付", seller=university, own_no="1", signed_on="2026-01-01",
        payment_mode="先使用后付费", use_from="2026-01-01", pay_due="2026-12-31",
    )  # fmt: skip
    invest = _add(
        call, "contract", name="先投后股", seller=university, own_no="2", signed_on="2024-03-01",
        invest_amount="100", convert_due="2026-12-31",
    )  # fmt: skip
    return {"grant": grant, "achievement": result, "project": project, "leave": leave, "use": use, "invest": invest}


def test_every_kind_of_clock_is_listed_with_duty_and_clause(call: Any) -> None:
    made = _records(call)
    rows = call("deadlines.list", on="2026-11-21", days=60)
    found = {(row["kind"], row["id"], row["due"]): row for row in rows}
    expected = {
        ("grant", made["grant"], "2026-12-10"),  # a year from the grant
        ("achievement", made["achievement"], "2026-12-20"),  # a year from completion
        ("research_project", made["project"], "2026-12-11"),  # 15 working days after the close
        ("research_project", made["project"], "2026-12-31"),  # the task book's term
        ("person_flow", made["leave"], "2026-12-15"),  # three years
        ("contract", made["use"], "2026-12-31"),
        ("contract", made["invest"], "2026-12-31"),
    }
    assert expected <= found.keys()
    for key in expected:
        assert found[key]["clause"] and found[key]["source"] and found[key]["status"]
    assert found["grant", made["grant"], "2026-12-10"]["duty"] == "1年内实质性启动转化"
    assert found["grant", made["grant"], "2026-12-10"]["state"] == "已赋权"


def test_what_was_done_is_not_listed_and_a_clock_that_ran_out_stays(call: Any) -> None:
    made = _records(call)
    late = call("deadlines.list", on="2028-01-01", days=10)
    assert [row["state"] for row in late if row["id"] == made["grant"]] == ["逾期未启动"]
    call("records.edit", kind="grant", id=made["grant"], values={"started_on": "2026-12-01"})
    call("records.edit", kind="person_flow", id=made["leave"], values={"returned_on": "2026-12-01"})
    left = {row["id"] for row in call("deadlines.list", on="2026-11-21", days=60)}
    assert made["grant"] not in left and made["leave"] not in left


def test_a_person_is_not_named_in_the_calendar_file(call: Any, tmp_path: Path) -> None:
    _records(call)
    call("deadlines.ics", file=str(tmp_path / "a.ics"), on="2026-11-21", days=60)
    assert "张三".encode() not in (tmp_path / "a.ics").read_bytes()
    assert len(_events(tmp_path / "a.ics")) >= 7


def test_more_records_take_no_more_queries(ws: Any, call: Any, caplog: pytest.LogCaptureFixture) -> None:
    university = _add(call, "organisation", name="示例大学", org_kind="高等院校")

    def queries(count: int) -> int:
        for number in range(count):
            result = _add(call, "achievement", title=f"成果{count}-{number}", owner=university)
            _add(call, "grant", achievement=result, unit=university, kind="长期使用权", granted_on="2026-01-10")
        caplog.clear()
        with caplog.at_level("DEBUG", logger="peewee"):
            rows = call("deadlines.list", on="2026-11-21", days=60)
        assert len([row for row in rows if row["kind"] == "grant"]) >= count
        return len(caplog.records)

    few = queries(1)
    assert few and queries(6) == few


def test_a_date_is_set_aside_with_a_reason_for_the_day_it_is_due_only(ws: Any, call: Any) -> None:
    with ws.store.write("示例") as write:
        case = write.insert(Case, {"no": "1", "title": "成果甲", "track": "supply", "next_on": "2026-11-25"})
        other = write.insert(Case, {"no": "2", "title": "成果乙", "track": "supply", "next_on": "2026-08-25"})
    asked: dict[str, Any] = {"on": "2026-11-21", "days": 90}
    keys = [f"next/{case}"]
    for how, reason in (("done", " "), ("over", "已办")):
        with pytest.raises(Refused) as fault:
            call("deadlines.settle", keys=keys, how=how, reason=reason, on="2026-11-21")
        assert fault.value.code == "deadline.no_reason"
    with pytest.raises(Refused) as fault:
        call("deadlines.settle", keys=[*keys, f"next/{other}x"], how="done", reason="已办", on="2026-11-21")
    assert fault.value.code == "deadline.unknown"
    assert [row["group"] for row in call("deadlines.list", **asked)] == ["week"]
    call("deadlines.settle", keys=keys, how="done", reason="已回访", on="2026-11-21")
    assert call("deadlines.list", **asked) == []
    call("deadlines.settle", keys=keys, how="na", reason="对方撤回", on="2026-11-21")
    (aside,) = call("deadlines.list", **asked, settled=True)
    assert (aside["group"], aside["settled"], aside["reason"]) == ("settled", "na", "对方撤回")
    call("records.edit", kind="case", id=case, values={"next_on": "2026-12-15"})
    assert [row["group"] for row in call("deadlines.list", **asked)] == ["month"]
    call("records.edit", kind="case", id=case, values={"next_on": "2026-11-25"})
    call("deadlines.settle", keys=keys, how="", on="2026-11-21")
    assert [row["settled"] for row in call("deadlines.list", **asked, settled=True)] == [""]
    far = _tenant(call, "2026-11-01")
    (last,) = [row for row in call("deadlines.list", on="2026-11-21", days=2000) if row["id"] == far]
    assert last["due"] == "2030-11-01"  # what a long list shows can be set aside as well
    assert call("deadlines.settle", keys=[last["key"]], how="done", reason="已办", on="2026-11-21")["settled"] == 1


@pytest.mark.parametrize(
    ("left", "group"),
    [(0, "week"), (7, "week"), (8, "month"), (30, "month"), (31, "later"), (-1, "past"), (-30, "past"), (-31, "long")],
)
def test_where_a_date_stands_in_the_list(left: int, group: str) -> None:
    assert group_of(left) == group


def test_a_date_set_aside_by_an_earlier_version_stays_so(ws: Any, call: Any) -> None:
    firm = _tenant(call, "2022-11-21")
    asked = {"on": "2026-11-20", "days": 30}
    rows = [row for row in call("deadlines.list", **asked) if row["id"] == firm]
    assert any(firm in row["key"] for row in rows)
    with ws.store.write("示例") as write:
        for row in rows:  # named with its record, as it was before records could be merged
            field = f"date.done/{row['due']}/{sha256(row['key'].encode()).hexdigest()[:16]}"
            write.insert(NotApplicable, {"kind": "firm", "record": firm, "field": field, "reason": "已办"})

    assert call("deadlines.list", **asked) == []
    keys = [row["key"] for row in rows]
    call("deadlines.settle", keys=keys, how="", **asked)
    assert [row["key"] for row in call("deadlines.list", **asked)] == keys


def test_an_agency_sees_the_month_ends_of_each_university_it_hands_over_for(call: Any) -> None:
    first, second, other = (
        _add(call, "organisation", name=f"示例{name}大学", org_kind="高等院校") for name in ("甲", "乙", "丙")
    )
    result = _add(call, "achievement", title="成果甲", owner=first)
    _add(call, "handover_item", achievement=result, university=first, basis="结题前", due_on="2026-10-20")
    call("handover.zero", university=second, month="2026-11", reported_on="2026-11-20")

    found = _rows(call, "每月底前汇交科技成果", on="2026-11-21", days=45)

    assert [(row["due"], row["record_title"]) for row in found] == [
        ("2026-11-30", "示例甲大学"),
        ("2026-12-31", "示例乙大学"),
        ("2026-12-31", "示例甲大学"),
    ]  # the other's November was reported, and nothing is handed over for the third
    assert other not in {row["id"] for row in call("deadlines.list", on="2026-11-21", days=45)}


def test_dates_set_aside_follow_a_record_that_is_merged(call: Any) -> None:
    going = _tenant(call, "2022-11-21")
    staying = _add(call, "firm", name="示例科技股份有限公司")
    held = _add(
        call,
        "qualification",
        firm=going,
        q_kind="高新技术企业",
        issued_on="2023-12-01",
        number="甲-1",
        valid_until="2026-12-01",
    )
    twice = _add(
        call,
        "qualification",
        firm=going,
        q_kind="高新技术企业",
        issued_on="2023-12-02",
        number="甲-2",
        valid_until="2026-12-01",
    )
    asked = {"on": "2026-11-20", "days": 30}
    keys = [row["key"] for row in call("deadlines.list", **asked) if row["id"] == going and twice not in row["key"]]
    assert len(keys) > 1
    call("deadlines.settle", keys=keys, how="done", reason="已办", **asked)

    call("records.merge", kind="firm", id=going, into=staying)
    call("records.merge", kind="qualification", id=held, into=twice)

    assert not [row for row in call("deadlines.list", **asked) if row["id"] in (going, staying)]
    aside = [row for row in call("deadlines.list", settled=True, **asked) if row["settled"]]
    assert {(row["id"], row["reason"]) for row in aside} == {(staying, "已办")} and len(aside) == len(keys)
    call("records.undo")
    call("records.undo")
    assert [row["key"] for row in call("deadlines.list", **asked) if row["id"] == going] == [f"valid/{twice}"]
