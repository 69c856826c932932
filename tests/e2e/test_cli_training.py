"""A class and an event on the command line, from the list of names to the certificate and the case that followed."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.e2e.clihelp import Desk


def _add(desk: Desk, kind: str, *values: str) -> str:
    return str(desk.ok("add", kind, *values)["id"])


def _roster(file: Path) -> Path:
    """A list of names as an academy sends it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "手机", "单位", "单位性质"])
    for place, (name, org, category) in enumerate(
        (("甲示例", "示例大学", "高校"), ("乙㼆例", "示例大学", "高校"), ("丙示例", "示例公司", "企业"))
    ):
        sheet.append([name, f"1380000{place:04}", org, category])
    book.save(file)
    return file


def test_a_term_from_the_list_of_names_to_a_certificate_issued_anew(desk: Desk, tmp_path: Path) -> None:
    course = _add(
        desk, "programme", "name=示例初级班", "p_kind=broker_junior", "organiser=示例学院", "starts_on=2026-03-10",
        "ends_on=2026-04-25", "pass_score=60",
    )  # fmt: skip
    roster = _roster(tmp_path / "报名.xlsx")
    trial = desk.run("training", "enrol", course, str(roster), "--dry-run").out
    assert "只是试算，没有保存" in trial and "第 3 行 乙㼆例（示例大学）　新建人员" in trial
    assert desk.ok("training", "enrol", course, str(roster))["enrolled"] == 3
    assert desk.ok("training", "enrol", course, str(roster))["unchanged"] == 3
    assert len(desk.ok("training", "admit", course)["changes"]["records"]["enrolment"]) == 3
    timetable = tmp_path / "课表.csv"
    timetable.write_bytes(
        "日期,开始时间,结束时间,模块,主题\n2026-03-10,09:00,12:00,政策法规,政策解读\n"
        "2026-03-10,14:00,17:00,实务技能,合同实务\n".encode("gb18030")
    )
    taken = desk.ok("import", str(timetable), "--as", "session", "--given", f"programme={course}")
    assert (taken["added"], taken["rejected"]) == (2, [])
    sessions = desk.ok("list", "session", "--columns", "happened_on,topic")["records"]
    first, second = sorted(sessions, key=lambda one: str(one["values"]))
    assert first["values"] == ["2026-03-10", "合同实务"]
    sheet = tmp_path / "签到表.pdf"
    desk.ok("document", "class-sign-in", course, str(sheet))
    assert sheet.read_bytes().startswith(b"%PDF")

    desk.ok("training", "mark", second["id"], "present", "甲示例", "乙㼆例")
    online = tmp_path / "平台.csv"
    online.write_bytes("用户昵称,观看时长\n甲示例,3小时\n乙㼆例,90分钟\n路人,9分钟\n".encode("gb18030"))
    read = desk.ok("training", "attendance", "import", course, str(online), "--session", first["id"])
    assert read["marked"] == 2 and [item["row"] for item in read["rejected"]] == [4]
    assert desk.refused(4, "training", "session-hours", first["id"], "9") == "training.no_reason"
    _add(desk, "programme_hours", f"programme={course}", "module=practice", "hours=4")
    short = desk.run("training", "short", course).out
    assert "乙㼆例（示例大学）" in short and "甲示例" not in short

    scores = tmp_path / "成绩.csv"
    scores.write_bytes("姓名,成绩\n甲示例,60\n乙㼆例,59.5\n丙示例,缺考\n".encode("gb18030"))
    desk.ok("training", "pass", course, str(scores))
    assert "甲示例（示例大学）　合格" in desk.run("training", "passed", course).out
    issued = desk.ok("training", "certify", course, "--pattern", "示例J{year}{seq:04}", "--on", "2026-05-09")
    assert [one["number"] for one in issued["issued"]] == ["示例J20260001"]
    certificate = desk.ok("list", "certificate")["records"][0]["id"]
    assert desk.refused(4, "training", "reissue", certificate) == "certificate.no_reason"
    desk.ok("training", "reissue", certificate, "--reason", "姓名有误")
    told = desk.ok("list", "certificate", "--columns", "number,issued_on,state")["records"]
    assert sorted(one["values"] for one in told) == [
        ["示例J20260001", "2026-05-09", "作废"], ["示例J20260002", "2026-05-09", "补发"]
    ]  # fmt: skip
    assert "培训高校技术经纪人　1" in desk.run("training", "counters", "2026").out

    folder = tmp_path / "一班一档"
    assert len(desk.ok("training", "archive", course, str(folder))["files"]) == 6
    register = tmp_path / "名册.xlsx"
    assert desk.ok("training", "register", str(register), "--class", course)["rows"] == 2
    book = tmp_path / "业绩.pdf"
    desk.ok("document", "performance", "甲示例", str(book), "--period", "2026")
    assert book.read_bytes().startswith(b"%PDF")


def test_an_event_from_its_filing_to_the_case_that_followed(desk: Desk, tmp_path: Path) -> None:
    event = _add(
        desk, "event", "title=成果直通车", "e_kind=科技成果进区县", "starts_on=2026-05-20", "our_role=主办",
        "filed_with=渝北区科技局", "filed_on=2026-05-10",
    )  # fmt: skip
    _add(desk, "organisation", "name=示例投资有限公司", "org_kind=其他")
    _add(desk, "person", "name=甲示例")
    signed = tmp_path / "签到.csv"
    signed.write_bytes("姓名,单位,身份,已签到\n甲示例,,嘉宾,是\n,示例投资有限公司,投资,否\n".encode("gb18030"))
    assert desk.ok("import", str(signed), "--as", "event_person", "--given", f"event={event}")["added"] == 2
    sheet = tmp_path / "签到表.pdf"
    desk.ok("document", "event-sign-in", event, str(sheet))
    item = _add(desk, "event_item", f"event={event}", "title=减速器精密加工")
    case = str(desk.ok("event", "begin-case", item)["case"])
    assert desk.ok("show", "case", case)["origin_event"] == event
    told = desk.ok("event", "summary", event)
    assert (told["people"], told["signed"], told["filed"], told["counts"]) == (2, 1, True, True)
    assert "主办或承办 1 场，已备案 1 场" in desk.run("event", "year", "--year", "2026").out
    assert desk.run("bulk", "delete", "event_person").code == 2  # not all of a kind by a slip
    assert desk.ok("bulk", "delete", "event_person", "--where", "role=投资")["deleted"] == 1
