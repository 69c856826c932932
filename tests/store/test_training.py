"""Training through its services: who is who, who is admitted, marks and exports, scores at the border, certificates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.services.samples.base import citizen_id
from policy.errors import Fault

Call = Callable[..., Any]
BORN = "1991-09-07"
ENDS_IN_X = next(number for number in (citizen_id(BORN, place) for place in range(1000)) if number.endswith("X"))


@pytest.fixture
def course(call: Call) -> str:
    return add_class(call)


def add_class(call: Call, name: str = "示例初级班", **values: str) -> str:
    given = {
        "name": name,
        "p_kind": "broker_junior",
        "organiser": "示例学院",
        "starts_on": "2026-03-10",
        "ends_on": "2026-04-25",
        "pass_score": "60",
        **values,
    }
    return str(call("records.add", kind="programme", values=given)["id"])


def add_session(call: Call, course: str, day: str = "2026-03-10", topic: str = "政策解读", **values: str) -> str:
    given = {"programme": course, "happened_on": day, "starts_at": "09:00", "ends_at": "12:00", "module": "policy"}
    return str(call("records.add", kind="session", values={**given, "topic": topic, **values})["id"])


def enrol(
    call: Call, course: str, *lines: str, heading: str = "姓名\t身份证号\t手机\t单位\t单位性质", **more: Any
) -> Any:
    return call("training.enrol", programme=course, text="\n".join((heading, *lines)), **more)


def admitted(call: Call, course: str, *names: str) -> dict[str, str]:
    enrol(call, course, *(f"{name}\t\t1380000{place:04}\t示例大学\t高校" for place, name in enumerate(names)))
    call("training.admit", programme=course)
    return {one["name"]: one["person"] for one in call("training.people", programme=course)["people"]}


def code_of(run: Call, *arguments: Any, **parameters: Any) -> str:
    with pytest.raises(Fault) as caught:
        run(*arguments, **parameters)
    return caught.value.code


# -- who is who -------------------------------------------------------------------------------------------------------
def test_people_are_known_by_number_and_what_it_says_is_filled_in(call: Call, course: str) -> None:
    done = enrol(call, course, f"王示例\t{ENDS_IN_X.lower()}\t13800000001\t示例大学\t高校")
    assert (done["enrolled"], done["new_people"], done["rejected"]) == (1, 1, [])
    (row,) = call("training.people", programme=course)["people"]
    person = call("records.get", kind="person", id=row["person"])
    assert (person["id_kind"], person["birth"], person["org_category"]) == ("cid", "1991-09", "university")
    assert row["number"].endswith("X") is False or "*" in row["number"]
    # the same number under a name with a slip is the same person, and changes nothing of what is on record
    again = enrol(call, add_class(call, "示例中级班"), f"王示列\t{ENDS_IN_X}\t\t示例大学\t高校")
    assert (again["new_people"], again["enrolled"]) == (0, 1)
    assert call("records.get", kind="person", id=row["person"])["name"] == "王示例"
    assert any("示例初级班" in item["reason"] for item in again["warnings"])


def test_two_people_of_one_name_are_asked_about_and_never_mixed_up(call: Call, course: str) -> None:
    enrol(call, course, "张伟\t\t13800000001\t示例大学\t高校")
    same = enrol(call, course, "张伟\t\t138 0000 0001\t示例大学\t高校")
    assert (same["asked"], same["unchanged"], same["new_people"]) == ([], 1, 0)  # name, organisation and phone
    other = enrol(call, course, "张伟\t\t13900000002\t另一家公司\t企业")
    assert other["enrolled"] == 0
    (asked,) = other["asked"]
    assert asked["name"] == "张伟" and len(asked["candidates"]) == 1
    assert "13800000001" not in asked["candidates"][0]["title"]
    enrol(call, course, "张伟\t\t13900000002\t另一家公司\t企业", choices={str(asked["row"]): "new"})
    rows = call("training.people", programme=course)["people"]
    assert len({row["person"] for row in rows}) == 2 and all(row["namesake"] for row in rows)


def test_a_list_given_twice_finds_its_own_people_again(call: Call, course: str) -> None:
    enrol(call, course, "李示例\t\t\t示例大学\t高校")
    again = enrol(call, course, "李示例\t\t\t示例大学\t高校")
    assert (again["asked"], again["unchanged"]) == ([], 1)
    assert len(enrol(call, course, "李示例\t\t\t别的大学\t高校")["asked"]) == 1


def test_another_id_number_is_another_person_without_asking(call: Call, course: str) -> None:
    first, second = citizen_id(BORN, 1), citizen_id(BORN, 2)
    done = enrol(call, course, f"张伟\t{first}\t\t示例大学\t高校", f"张伟\t{second}\t\t示例大学\t高校")
    assert (done["asked"], done["new_people"]) == ([], 2)


def test_a_row_twice_in_a_list_enrols_once(call: Call, course: str) -> None:
    line = f"王示例\t{ENDS_IN_X}\t\t示例大学\t高校"
    done = enrol(call, course, line, line)
    assert done["enrolled"] == 1
    assert [item["row"] for item in done["rejected"]] == [3]


def test_a_foreigner_has_a_passport_and_nobody_doubts_its_number(call: Call, course: str) -> None:
    heading = "姓名\t证件类型\t证件号码\t单位"
    done = enrol(call, course, "Anna Müller\t护照\tC01X00T47\t示例大学", heading=heading)
    assert (done["enrolled"], done["warnings"]) == (1, [])
    (row,) = call("training.people", programme=course)["people"]
    person = call("records.get", kind="person", id=row["person"])
    assert (person["id_kind"], person["birth"]) == ("passport", None)


def test_a_number_that_a_spreadsheet_ruined_is_refused(call: Call, course: str) -> None:
    done = enrol(call, course, "王示例\t5.00103E+17\t\t示例大学\t高校", "李示例\t\t\t示例大学\t高校")
    assert (done["enrolled"], len(done["rejected"])) == (1, 1)


def test_a_list_changed_after_it_was_looked_at_is_not_taken_in(call: Call, course: str) -> None:
    enrol(call, course, "张伟\t\t13800000001\t示例大学\t高校")
    look = enrol(call, course, "张伟\t\t\t另一家公司\t企业", dry_run=True)
    (asked,) = look["asked"]
    answers = {"choices": {str(asked["row"]): asked["candidates"][0]["id"]}, "looked_at": look["list"]}
    # another person stands in that row by now
    assert code_of(enrol, call, course, "李示例\t\t\t示例大学\t高校", **answers) == "training.list_changed"
    assert len(call("training.people", programme=course)["people"]) == 1
    done = enrol(call, course, "张伟\t\t\t另一家公司\t企业", **answers)
    assert (done["updated"], done["new_people"]) == (1, 0)


def test_typed_rows_go_the_same_way_and_a_trial_writes_nothing(call: Call, course: str) -> None:
    row = {"name": "赵示例", "org_name": "示例大学", "phone": "13800000009", "papers": "学历、推荐表"}
    trial = call("training.enrol", programme=course, rows=[row], dry_run=True)
    assert trial["rows"] == 1 and call("training.people", programme=course)["people"] == []
    call("training.enrol", programme=course, rows=[row])
    (found,) = call("training.people", programme=course)["people"]
    assert found["lacking"] == ["photo", "identity"]


def test_a_heading_mapped_once_is_remembered(call: Call, course: str) -> None:
    heading = "谁\t从哪来"
    assert code_of(enrol, call, course, "王示例\t示例大学", heading=heading) == "ledger.no_header"
    enrol(call, course, "王示例\t示例大学", heading=heading, mapping={"谁": "name", "从哪来": "org_name"})
    done = enrol(call, course, "李示例\t示例大学", heading=heading)
    assert done["enrolled"] == 1


def test_a_trial_says_of_each_row_who_it_is_and_keeps_nothing(call: Call, course: str) -> None:
    before = add_class(call, "示例旧班")
    enrol(
        call, before, f"王示例\t{ENDS_IN_X}\t13800000001\t示例大学\t高校", "张伟\t\t13800000002\t示例大学\t高校",
        "张伟\t\t13800000003\t示例公司\t企业", "李示例\t\t\t示例大学\t高校", choices={"4": "new"},
    )  # fmt: skip
    enrol(call, course, "赵示例\t\t13800000005\t示例大学\t高校")
    lines = (
        f"王示列\t{ENDS_IN_X}\t\t示例大学\t高校",  # known by the number
        "张伟\t\t138 0000 0003\t示例公司\t企业",  # by name, organisation and phone
        "张伟\t\t\t\t",  # one of two
        "李示例\t\t\t示例大学\t高校",  # name and organisation
        "赵示例\t\t13800000005\t示例大学\t高校",  # on the list already
        "孙示例\t\t13800000002\t示例大学\t高校",  # the phone of somebody of another name
        "周示例\t\t13800000009\t示例大学\t高校",  # new
        "周示例\t\t13800000009\t示例大学\t高校",  # and again
    )
    people = len(call("records.ids", kind="person"))
    trial = enrol(call, course, *lines, dry_run=True)
    assert [one["outcome"] for one in trial["people"]] == [
        "known", "known", "asked", "asked", "enrolled", "new", "new", "refused",
    ]  # fmt: skip
    notes = [one["note"] for one in trial["people"]]
    assert notes[0].startswith("证件号码相同：王示例") and notes[1].startswith("姓名、单位和手机相同：张伟")
    assert notes[7] == "与第 8 行是同一个人" and "13800000009" not in str(trial["people"])
    ids = {one["name"]: one["person"] for one in call("training.people", programme=before)["people"]}
    assert [len(one["candidates"]) for one in trial["asked"]] == [2, 1, 1]
    assert [one["likely"] for one in trial["asked"]] == ["", ids["李示例"], "new"]  # only who fits is proposed
    assert any("手机与张伟" in one["reason"] for one in trial["warnings"] if one["row"] == 7)
    assert (trial["enrolled"], trial["new_people"], trial["unchanged"], trial["changes"]) == (4, 2, 1, {})
    assert len(call("records.ids", kind="person")) == people
    assert [one["name"] for one in call("training.people", programme=course)["people"]] == ["赵示例"]
    answers = {"5": ids["李示例"], "4": "skip", "7": "new"}
    said = enrol(call, course, *lines, dry_run=True, choices=answers)
    done = enrol(call, course, *lines, choices=answers)
    counts = ("enrolled", "new_people", "updated", "unchanged", "people", "asked")
    assert {name: said[name] for name in counts} == {name: done[name] for name in counts}
    assert (done["enrolled"], done["new_people"], done["asked"]) == (5, 2, []) and done["people"][2][
        "outcome"
    ] == "skipped"
    assert len(call("records.ids", kind="person")) == people + 2


def test_a_phone_that_many_rows_share_says_nothing_of_who_they_are(call: Call, course: str) -> None:
    enrol(call, course, "甲示例\t\t13800000001\t示例大学\t高校")
    other = add_class(call, "示例旧班")
    lines = ("乙示例\t\t13800000001\t示例大学\t高校", "丙示例\t\t13800000001\t示例大学\t高校")
    assert enrol(call, other, *lines, dry_run=True)["asked"] == []
    assert enrol(call, other, *lines[:1], dry_run=True)["asked"] != []
    done = enrol(call, other, *lines[:1])  # said, and not waited for
    assert (done["asked"], done["new_people"], len(done["warnings"])) == ([], 1, 1)


def test_a_trial_does_not_remember_what_headings_mean(call: Call, course: str) -> None:
    given = {"heading": "谁\t从哪来", "mapping": {"谁": "name", "从哪来": "org_name"}}
    assert enrol(call, course, "王示例\t示例大学", dry_run=True, **given)["new_people"] == 1
    assert code_of(enrol, call, course, "王示例\t示例大学", heading="谁\t从哪来") == "ledger.no_header"


def test_many_are_admitted_at_once_and_too_many_are_told(call: Call) -> None:
    course = add_class(call, seats="1")
    people = admitted(call, course, "甲示例", "乙示例")
    found = call("training.admit", programme=course, people=[people["甲示例"]], state="候补")
    assert (found["changed"], found["admitted"], found["warnings"]) == (1, 1, [])
    found = call("training.admit", programme=course, people=list(people.values()), state="admitted")
    assert len(found["warnings"]) == 1
    assert code_of(call, "training.admit", programme=course, state="也许") == "training.bad_state"


# -- hours and attendance ---------------------------------------------------------------------------------------------
def test_marks_become_hours_and_required_hours_say_who_is_short(call: Call, course: str) -> None:
    people = admitted(call, course, "甲示例", "乙示例")
    one, two = add_session(call, course), add_session(call, course, "2026-03-11", "合同实务", module="practice")
    marks = [
        {"session": one, "person": people["甲示例"], "state": "present"},
        {"session": two, "person": people["甲示例"], "state": "leave"},
        {"session": one, "person": people["乙示例"], "state": "late", "minutes": 165},
    ]
    call("training.mark", marks=marks)
    found = call("training.hours", programme=course)
    assert found["unset"] and [(row["name"], row["total"], row["short"]) for row in found["people"]] == [
        ("乙示例", "3.66", ""),
        ("甲示例", "4", ""),
    ]
    call("records.add", kind="programme_hours", values={"programme": course, "module": "practice", "hours": "4"})
    call("records.add", kind="programme_hours", values={"programme": course, "module": "policy", "hours": "4"})
    short = call("training.short", programme=course)["people"]
    assert {row["name"]: row["missing"] for row in short} == {
        "甲示例": {"practice": "4"},
        "乙示例": {"policy": "0.34", "practice": "4"},
    }
    call("training.mark", marks=[{"session": two, "person": people["甲示例"], "state": "made_up"}])
    assert [row["name"] for row in call("training.short", programme=course)["people"]] == ["乙示例"]
    call("records.undo")
    assert len(call("training.short", programme=course)["people"]) == 2
    call("training.mark", marks=[{"session": one, "person": people["甲示例"], "state": ""}])
    assert people["甲示例"] not in call("training.sheet", programme=course)["marks"][one]


def test_hours_typed_over_the_time_need_a_reason_and_can_go_back(call: Call, course: str) -> None:
    session = add_session(call, course)
    assert code_of(call, "training.session_hours", session=session, hours="3") == "training.no_reason"
    assert code_of(call, "training.session_hours", session=session, hours="三") == "training.hours_unreadable"
    assert call("training.session_hours", session=session, hours="3", reason="茶歇")["hours"] == "3"
    assert call("training.session_hours", session=session, hours="")["hours"] == "4"
    (shown,) = call("training.sheet", programme=course)["sessions"]
    assert (shown["half"], shown["typed"], shown["reason"]) == ("am", False, "")


def test_an_export_of_a_platform_becomes_minutes(call: Call, course: str) -> None:
    people = admitted(call, course, "甲示例", "乙示例", "丙示例")
    morning = add_session(call, course)
    afternoon = add_session(call, course, topic="合同实务", starts_at="14:00", ends_at="17:00")
    call("training.mark", marks=[{"session": morning, "person": people["丙示例"], "state": "leave"}])
    lines = (
        "用户昵称\t手机号\t入会时间\t退出时间",
        "甲示例\t13800000000\t2026-03-10 08:58:00\t2026-03-10 10:00:00",
        "甲示例\t13800000000\t2026-03-10 09:30:00\t2026-03-10 11:30:00",  # a second device
        "乙示例\t\t2026-03-10 14:00:00\t2026-03-10 16:00:00",
        "丙示例\t\t2026-03-10 09:00:00\t2026-03-10 09:20:00",
        "路人\t\t2026-03-10 09:00:00\t2026-03-10 09:20:00",
    )
    found = call("attendance.import", programme=course, text="\n".join(lines))
    assert (found["marked"], [item["name"] for item in found["kept"]]) == (3, ["丙示例"])
    assert [item["row"] for item in found["rejected"]] == [6]
    sheet = call("training.sheet", programme=course)["marks"]
    assert sheet[morning][people["甲示例"]] == {
        "state": "present", "minutes": 152, "proof": "platform", "hours": "3.37",
    }  # fmt: skip
    assert sheet[afternoon][people["乙示例"]]["minutes"] == 120
    assert sheet[morning][people["丙示例"]]["state"] == "leave"
    again = call("attendance.import", programme=course, text="\n".join(lines))
    assert again["unchanged"] == 3


def test_an_export_of_durations_goes_to_the_session_that_is_chosen(call: Call, course: str) -> None:
    people = admitted(call, course, "甲示例", "乙示例")
    session = add_session(call, course)
    text = "姓名,观看时长\n甲示例,1小时20分\n甲示例,10分钟\n乙示例,0\n甲示例,看完了\n"
    assert len(call("attendance.import", programme=course, text=text.replace(",", "\t"))["rejected"]) == 4
    found = call("attendance.import", programme=course, text=text.replace(",", "\t"), session=session)
    assert len(found["rejected"]) == 1
    marks = call("training.sheet", programme=course)["marks"][session]
    assert (marks[people["甲示例"]]["minutes"], marks[people["甲示例"]]["hours"]) == (90, "2")
    assert marks[people["乙示例"]]["state"] == "absent"


def test_hours_of_a_calendar_year(call: Call, course: str) -> None:
    people = admitted(call, course, "甲示例")
    other = add_class(call, "示例继续教育", p_kind="continuing", starts_on="2025-12-01")
    enrol(call, other, "甲示例\t\t13800000000\t示例大学\t高校")
    days = (course, "2026-03-10"), (other, "2025-12-30"), (other, "2026-01-05")
    marks = [
        {"session": add_session(call, where, day), "person": people["甲示例"], "state": "present"}
        for where, day in days
    ]
    call("training.mark", marks=marks)
    (row,) = call("training.year_hours", year="2026")
    assert (row["total"], row["continuing"], len(row["classes"])) == ("8", "4", 2)


# -- scores and certificates ------------------------------------------------------------------------------------------
def test_the_pass_mark_is_exact(call: Call, course: str) -> None:
    admitted(call, course, "甲示例", "乙示例", "丙示例")
    text = "姓名\t成绩\n甲示例\t59.5\n乙示例\t60\n丙示例\t59.95"
    found = call("training.assess", programme=course, text=text, taken_on="2026-04-25")
    assert (found["entered"], found["passed"]) == (2, 1)
    assert [item["row"] for item in found["rejected"]] == [4]  # what would pass by rounding is not taken
    people = {one["name"]: one for one in call("training.passed", programme=course)["people"]}
    assert [people[name]["passed"] for name in ("甲示例", "乙示例", "丙示例")] == [False, True, None]
    call("training.assess", programme=course, rows=[{"name": "甲示例", "score": "61"}], taken_on="2026-05-10")
    again = next(one for one in call("training.passed", programme=course)["people"] if one["name"] == "甲示例")
    assert (again["passed"], again["scores"]["written"]["attempts"]) == (True, 2)


def test_a_class_without_a_pass_mark_must_be_told(call: Call) -> None:
    course = add_class(call, pass_score="")
    admitted(call, course, "甲示例")
    assert len(call("training.assess", programme=course, rows=[{"name": "甲示例", "score": "80"}])["rejected"]) == 1
    told = call("training.assess", programme=course, rows=[{"name": "甲示例", "score": "80", "passed": "是"}])
    assert told["passed"] == 1


def passed_class(call: Call, course: str, *names: str) -> dict[str, str]:
    people = admitted(call, course, *names)
    call("training.assess", programme=course, rows=[{"name": name, "score": "80"} for name in names])
    return people


def test_certificates_follow_the_pattern_and_no_number_comes_twice(call: Call, course: str) -> None:
    people = passed_class(call, course, "甲示例", "乙示例")
    call("training.assess", programme=course, rows=[{"name": "乙示例", "score": "50"}], kind="defence")
    issue = {"programme": course, "issued_on": "2026-05-09", "pattern": "示例{year}J{seq:04}"}
    assert code_of(call, "training.certify", **{**issue, "pattern": "示例{year}"}) == "certificate.pattern"
    assert code_of(call, "training.certify", **{**issue, "pattern": "{0.__class__}{seq:04}"}) == "certificate.pattern"
    found = call("training.certify", **issue, people=[people["甲示例"]])
    assert [one["number"] for one in found["issued"]] == ["示例2026J0001"]
    call("records.delete", kind="certificate", id=found["issued"][0]["id"])
    assert (
        code_of(call, "training.certify", programme=course, people=[people["甲示例"]], number="示例2026J0001")
        == "certificate.number_used"
    )
    nobody = call("training.certify", **issue)  # who did not sit every examination that was held has not passed
    assert (nobody["issued"], nobody["not_passed"]) == ([], ["乙示例", "甲示例"])
    again = call("training.certify", **issue, people=list(people.values()))
    assert sorted(one["number"] for one in again["issued"]) == ["示例2026J0002", "示例2026J0003"]
    assert call("training.certify", **issue)["already"] == 2


def test_a_certificate_is_voided_and_issued_anew_with_its_day_and_counts_once(call: Call, course: str) -> None:
    people = passed_class(call, course, "甲示例", "乙示例")
    issued = call("training.certify", programme=course, issued_on="2026-05-09", pattern="{year}{seq:04}")["issued"]
    first = next(one for one in issued if one["person"] == people["甲示例"])
    assert code_of(call, "certificate.reissue", id=first["id"]) == "certificate.no_reason"
    anew = call("certificate.reissue", id=first["id"], reason="姓名有误")
    assert (anew["number"], anew["issued_on"]) == ("20260003", "2026-05-09")
    old = call("records.get", kind="certificate", id=first["id"])
    assert (old["state"], old["void_reason"]) == ("void", "姓名有误")
    assert code_of(call, "certificate.void", id=first["id"], reason="再作废") == "certificate.already_void"
    assert code_of(call, "certificate.reissue", id=first["id"], reason="再来") == "certificate.reissued_already"
    brokers = call("training.counters", year="2026")["figures"][0]
    assert (brokers["measure"], brokers["value"]) == ("brokers_trained", 2)
    call("certificate.void", id=anew["id"], reason="弃领")
    assert call("training.counters", year="2026")["figures"][0]["value"] == 1


def test_a_person_twice_in_the_year_counts_once_and_the_city_is_no_gap(call: Call, course: str) -> None:
    passed_class(call, course, "甲示例")
    call("training.certify", programme=course, issued_on="2026-05-09")
    other = add_class(call, "示例中级班", p_kind="broker_middle", starts_on="2026-06-01")
    passed_class(call, other, "甲示例")
    call("training.certify", programme=other, issued_on="2026-07-09", pattern="M{year}{seq:03}")
    found = call("training.counters", year="2026")
    brokers = found["figures"][0]
    assert (brokers["value"], found["programmes"], found["enrolments"], found["certificates"]) == (1, 2, 2, 2)
    assert any(scope["scope"] == "city" and "300" in scope["target_text"] for scope in brokers["scopes"])
    assert "gap" not in brokers["scopes"][0]


def test_incubator_staff_and_engineers_have_counters_of_their_own(call: Call) -> None:
    for kind, measure in (("incubator_staff", "incubator_staff_trained"), ("engineer", "engineers_trained")):
        course = add_class(call, kind, p_kind=kind)
        passed_class(call, course, f"{kind}示例")
        call("training.certify", programme=course, issued_on="2026-05-09", pattern=f"{kind}{{seq:02}}")
        figures = {one["measure"]: one["value"] for one in call("training.counters", year="2026")["figures"]}
        assert figures[measure] == 1


def test_outside_numbers_and_filing_numbers_come_by_list(call: Call, course: str) -> None:
    passed_class(call, course, "甲示例", "乙示例")
    text = "姓名\t证书编号\t发证日期\n甲示例\tW-001\t2026-05-09\n乙示例\tW-001\t2026-05-09\n路人\tW-009\t2026-05-09"
    found = call("certificate.import", programme=course, text=text)
    assert (found["issued"], [item["row"] for item in found["rejected"]]) == (1, [3, 4])
    filing = "姓名\t证书编号\t备案编号\t备案日期\n甲示例\tW-001\tBA-7\t2026-08-01"
    assert call("certificate.import", programme=course, text=filing)["updated"] == 1
    assert call("certificate.import", programme=course, text=filing)["unchanged"] == 1
    other = call("certificate.import", programme=course, text="姓名\t证书编号\n甲示例\tW-002")
    assert len(other["rejected"]) == 1  # a certificate is replaced by issuing it anew
    (row,) = call("records.rows", kind="certificate", ids=call("records.ids", kind="certificate"))
    assert (row["filing_no"], row["filed_on"]) == ("BA-7", "2026-08-01")


# -- on paper ---------------------------------------------------------------------------------------------------------
def test_a_class_is_one_folder_with_its_lists_and_scans(call: Call, course: str, tmp_path: Path) -> None:
    people = passed_class(call, course, "甲示例")
    session = add_session(call, course)
    call("training.mark", marks=[{"session": session, "person": people["甲示例"], "state": "present"}])
    scan = tmp_path / "签到.pdf"
    scan.write_bytes(b"%PDF-1.4\nx\n%%EOF\n")
    call("evidence.add", files=[str(scan)], target=f"session:{session}")
    call("training.certify", programme=course)
    out = tmp_path / "档案"
    made = call("training.archive", programme=course, folder=str(out))
    assert (len(made["files"]), made["evidence"]) == (6, 1)
    assert [path.name for path in sorted((out / "佐证").iterdir())] == ["01 签到.pdf"]
    assert code_of(call, "training.archive", programme=course, folder=str(out)) == "training.archive_exists"
    table = call("ledger.preview", file=made["files"][2], kind="person")
    assert table["rows"] == 1
    register = tmp_path / "名册.xlsx"
    assert call("certificate.register", file=str(register), year="2026")["rows"] in (0, 1)


def test_a_performance_book_shares_contracts_and_is_the_same_twice(call: Call, course: str, tmp_path: Path) -> None:
    person = call("records.add", kind="person", values={"name": "钱示例", "id_no": ENDS_IN_X, "id_kind": "cid"})["id"]
    case = call("records.add", kind="case", values={"no": "A-1", "title": "案件一", "track": "supply"})["id"]
    share = {"case": case, "person": person, "role": "lead", "share_pct": "33.33"}
    call("records.add", kind="case_broker", values=share)
    main = {"name": "示例合同", "case": case, "amount_total": "100", "signed_on": "2026-02-01"}
    contract = call("records.add", kind="contract", values=main)["id"]
    extra = {"name": "补充协议", "parent": contract, "amount_total": "10", "signed_on": "2026-03-01"}
    call("records.add", kind="contract", values=extra)
    book = call("performance.book", person=person)
    assert [(row["name"], row["part"], row["counts"]) for row in book["contracts"]] == [
        ("示例合同", 33_330_000, True),
        ("补充协议", 3_333_000, False),
    ]
    assert [(row["no"], row["share"]) for row in book["cases"]] == [("A-1", "33.33%")]
    assert ENDS_IN_X not in str(book)
    assert call("performance.book", person=person, period="2025")["contracts"] == []
    out = tmp_path / "业绩.pdf"
    call("document.write", name="performance", id=person, out=str(out))
    first = out.read_bytes()
    call("document.write", name="performance", id=person, out=str(out))
    assert first.startswith(b"%PDF") and out.read_bytes() == first
    assert "performance" in [one["name"] for one in call("document.list")]
    assert code_of(call, "document.write", name="nothing", id=person, out=str(out)) == "document.unknown"
