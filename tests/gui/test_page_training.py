"""The training page in the real window: enrol, admit, tick, score, certify, reissue, and see what the year counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QScrollArea, QStyleOptionHeader, QWidget
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.training import TrainingPage
from desktop.window import MainWindow
from policy.dates import today
from tests.gui.conftest import PATIENCE, quiet_down
from tests.gui.person import Person

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Run = Callable[..., Any]
LEFT = Qt.MouseButton.LeftButton
LIST = "姓名\t手机\t单位\t单位性质\n{}"


def add_class(workspace: Run, *names: str, **values: str) -> str:
    given = {
        "name": "示例初级班",
        "p_kind": "broker_junior",
        "organiser": "示例学院",
        "starts_on": f"{today().year}-03-10",
        "ends_on": f"{today().year}-04-25",
        "pass_score": "60",
        **values,
    }
    course = str(workspace("records.add", kind="programme", values=given)["id"])
    if names:
        rows = [f"{name}\t1380000{place:04}\t示例大学\t高校" for place, name in enumerate(names)]
        workspace("training.enrol", programme=course, text=LIST.format("\n".join(rows)))
        workspace("training.admit", programme=course)
    return course


def add_session(workspace: Run, course: str, begin: str = "09:00", end: str = "12:00", topic: str = "政策解读") -> str:
    values = {
        "programme": course, "happened_on": f"{today().year}-03-10", "starts_at": begin, "ends_at": end,
        "module": "policy", "topic": topic,
    }  # fmt: skip
    return str(workspace("records.add", kind="session", values=values)["id"])


def at_class(qtbot: QtBot, opened: tuple[MainWindow, DeskFrame], course: str, tab: str) -> TrainingPage:
    window, frame = opened
    frame.open_record("programme", course)
    page = frame.current_page()
    assert isinstance(page, TrainingPage)
    quiet_down(qtbot, window)
    bar = page.detail.tabs
    place = next(place for place in range(bar.count()) if bar.tabText(place) == tab)
    QTest.mouseClick(bar.tabBar(), LEFT, pos=bar.tabBar().tabRect(place).center())
    quiet_down(qtbot, window)
    return page


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # a list that opens, offscreen
def test_a_list_is_pasted_who_is_meant_is_asked_and_many_are_admitted(
    qtbot: QtBot, workspace: Run, open_window: Open
) -> None:
    other = add_class(workspace, "张伟", name="示例旧班", starts_on=f"{today().year}-01-05")
    course = add_class(workspace)
    window, _frame = opened = open_window()
    page = at_class(qtbot, opened, course, "报名")
    me, tab = Person(qtbot, window), page.detail.part("enrolments")
    QApplication.clipboard().setText(LIST.format("张伟\t13900000009\t另一家公司\t企业\n甲示例\t\t示例大学\t高校"))
    tab.table.setFocus()
    me.presses("Ctrl+V")
    me.waits_for("待确认 1 人")
    me.until(
        lambda: [row[1:3] for row in me.rows("名单各行")] == [["请选择", "张伟"], ["新建人员", "甲示例"]], "a look"
    )
    (question,) = tab.intake.answers.values()
    assert "138****0000" in question.itemText(0) and question.currentText() == "先不录入"
    me.chooses("第 2 行 张伟（另一家公司）", "另一个人，新建")
    me.waits_for("将报名 2；新建人员 2")  # nothing is kept yet, and the list can be put right
    me.clicks("返回修改")
    assert me.sees("甲示例\t\t示例大学")
    quiet_down(qtbot, window)
    assert tab.model.rows() == []
    me.clicks("读入")
    me.waits_for("待确认 1 人")
    me.chooses("第 2 行 张伟（另一家公司）", "另一个人，新建")
    me.clicks("确认录入")
    me.waits_for("报名 2；新建人员 2")
    me.until(lambda: not me.sees("将报名"), "kept")
    me.clicks("返回")
    me.until(lambda: len(tab.model.rows()) == 2, "two rows")
    tab.table.setFocus()
    me.presses("Ctrl+A")
    me.clicks("录取")
    me.until(lambda: [row["admitted"] for row in tab.model.rows()] == ["admitted"] * 2, "both admitted")
    me.ticks("已收材料", "学历", "推荐表")  # one after the other, in a menu that stays open
    me.until(lambda: [row["lacking"] for row in tab.model.rows()] == [["photo", "identity"]] * 2, "both papers of both")
    me.clicks("今天同意")
    me.until(lambda: all(row["consent_on"] for row in tab.model.rows()), "consent")
    quiet_down(qtbot, window)
    assert other != course and me.sees("2 人缺材料")


def test_one_person_is_enrolled_by_keyboard_and_twice_in_the_year_is_told(
    qtbot: QtBot, workspace: Run, open_window: Open
) -> None:
    add_class(workspace, "王示例", name="示例旧班", starts_on=f"{today().year}-01-05")
    course = add_class(workspace)
    window, _frame = opened = open_window()
    page = at_class(qtbot, opened, course, "报名")
    me, tab = Person(qtbot, window), page.detail.part("enrolments")
    me.types("姓名", "王示例")
    me.types("手机", "13800000000")
    me.types("单位", "示例大学")
    tab.add.setFocus()
    me.presses("Space")
    me.waits_for("今年还报了示例旧班")
    me.until(lambda: [row["name"] for row in tab.model.rows()] == ["王示例"], "one row")
    assert tab.fields["name"].text() == ""


def test_attendance_is_ticked_by_keys_and_mouse_and_a_platform_fills_the_minutes(
    qtbot: QtBot, workspace: Run, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = add_class(workspace, "甲示例", "乙示例")
    add_session(workspace, course)
    add_session(workspace, course, "14:00", "17:00", "合同实务")
    window, _frame = opened = open_window()
    page = at_class(qtbot, opened, course, "考勤")
    me, tab = Person(qtbot, window), page.detail.part("sheet")
    me.until(lambda: (tab.model.rowCount(), tab.model.columnCount()) == (2, 2), "the grid")
    first = tab.model.index(0, 0)
    tab.view.setFocus()
    QTest.mouseClick(tab.view.viewport(), LEFT, pos=tab.view.visualRect(first).center())
    me.presses("Space")
    me.presses("Space")
    assert first.data() == "迟到"
    me.presses("4")
    assert first.data() == "请假"
    below = tab.view.visualRect(tab.model.index(1, 0)).center()
    QTest.mouseClick(tab.view.viewport(), LEFT, pos=below)
    QTest.mouseDClick(tab.view.viewport(), LEFT, pos=below)
    assert tab.model.index(1, 0).data() == "出勤"
    # a whole session at once, by its heading
    header = tab.view.horizontalHeader()
    place = header.sectionViewportPosition(1) + 20
    QTest.mouseClick(header.viewport(), LEFT, pos=QPoint(place, 10))
    me.clicks("补课")
    quiet_down(qtbot, window)
    assert [tab.model.index(row, 1).data() for row in range(2)] == ["补课", "补课"]
    me.presses("Ctrl+Z")
    me.until(lambda: tab.model.index(0, 1).data() == "", "undone")
    # the export of a platform, for the session that is chosen
    tab.view.setFocus()
    me.clicks("导入平台记录…")
    intake = tab.intake
    assert intake is not None
    QApplication.clipboard().setText("用户昵称\t观看时长\n甲示例\t1小时30分\n乙示例\t200分钟\n路人\t9分钟")
    intake.paper.setFocus()
    me.presses("Ctrl+V")
    me.clicks("读入")
    me.waits_for("录取名单里没有这个人")
    me.clicks("返回")
    me.until(lambda: tab.model.index(1, 1).data() == "出勤　90 分", "minutes")
    assert tab.model.index(0, 1).data() == "出勤"  # all of it
    # a blank sheet for the session that is chosen
    out = tmp_path / "签到表.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    me.clicks("签到表…")
    me.until(out.exists, "the sheet")
    assert out.read_bytes().startswith(b"%PDF")
    # hours over the time of the session ask for a reason
    me.types("课次学时", "3")
    me.clicks("改学时")
    me.waits_for("要写明原因")
    me.types("学时调整原因", "提前结束")
    me.clicks("改学时")
    me.until(lambda: tab.model.sessions[1]["hours"] == "3", "hours")


def test_hours_say_who_is_short_only_where_the_class_asks_for_some(
    qtbot: QtBot, workspace: Run, open_window: Open
) -> None:
    course = add_class(workspace, "甲示例", "乙示例")
    session = add_session(workspace, course)
    people = {one["name"]: one["person"] for one in workspace("training.people", programme=course)["people"]}
    workspace("training.mark", marks=[{"session": session, "person": people["甲示例"], "state": "present"}])
    window, frame = opened = open_window()
    page = at_class(qtbot, opened, course, "学时")
    me, tab = Person(qtbot, window), page.detail.part("hours")
    me.waits_for("要求学时未设定")
    assert me.rows("各人学时")[1][-1] == ""
    assert frame.ops is not None
    values = {"programme": course, "module": "policy", "hours": "4"}
    frame.ops.run("records.add", owner=page, kind="programme_hours", values=values)
    me.waits_for("1 人缺学时")
    me.clicks("只看缺学时的")
    assert [row[0] for row in me.rows("各人学时")] == ["乙示例"]
    assert "政策法规" in me.rows("各人学时")[0][-1] and tab.table.rowCount() == 1


def test_scores_certificates_and_a_reissue_that_keeps_its_day(qtbot: QtBot, workspace: Run, open_window: Open) -> None:
    course = add_class(workspace, "甲示例", "乙示例")
    window, frame = opened = open_window()
    page = at_class(qtbot, opened, course, "考核与证书")
    me, tab = Person(qtbot, window), page.detail.part("standing")
    for name, score in (("乙示例", "59.5"), ("甲示例", "60")):
        me.picks_row("成绩和证书", name)
        me.types("成绩", score)
        me.presses("Return")
        me.until(lambda score=score: any(score in row[2] for row in me.rows("成绩和证书")), score)
    assert {row[0]: row[3] for row in me.rows("成绩和证书")} == {"甲示例": "合格", "乙示例": "不合格"}
    tab.table.clearSelection()
    me.types("发证日期", f"{today().year}-05-09")
    me.types("编号规则", "没有顺序号")
    me.clicks("给合格的人发证")
    me.waits_for("编号规则“没有顺序号”不能用")
    me.types("编号规则", "示例J{year}{seq:04}")
    me.presses("Tab")
    me.waits_for(f"下一个编号：示例J{today().year}0001。编号规则里")
    me.clicks("给合格的人发证")
    number = f"示例J{today().year}0001"
    me.until(lambda: any(number in row[4] for row in me.rows("成绩和证书")), number)
    quiet_down(qtbot, window)
    certificate = next(row for row in tab.model.rows() if row["name"] == "甲示例")["certificates"][0]["id"]
    frame.open_record("certificate", certificate)
    quiet_down(qtbot, window)
    bar = page.details["certificate"].tabs
    QTest.mouseClick(bar.tabBar(), LEFT, pos=bar.tabBar().tabRect(1).center())
    quiet_down(qtbot, window)
    me.clicks("作废并补发")
    me.waits_for("作废证书要写明原因")
    me.types("作废或补发的原因", "姓名有误")
    me.clicks("作废并补发")
    me.waits_for(f"示例J{today().year}0002")
    quiet_down(qtbot, window)
    counters = page.bar.tabBar()
    QTest.mouseClick(counters, LEFT, pos=counters.tabRect(1).center())
    me.waits_for("培训高校技术经纪人　1 人")
    assert [row[0] for row in me.rows("计入的人")] == ["甲示例"]
    assert me.rows("计入的人")[0][2] == f"{today().year}-05-09"
    assert "300" in page.counters._scopes.text() and not me.sees("还差")


def test_a_performance_book_is_saved_from_the_list(
    qtbot: QtBot, workspace: Run, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = add_class(workspace, "甲示例")
    window, _frame = opened = open_window()
    at_class(qtbot, opened, course, "报名")
    me = Person(qtbot, window)
    me.picks_row("报名名单", "甲示例")
    out = tmp_path / "业绩.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    me.clicks("业绩档案…")
    me.until(out.exists, "the book")
    assert out.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("size", [(1366, 768), (1100, 640)])
def test_every_control_lies_in_the_window_and_has_a_name(
    qtbot: QtBot, workspace: Run, open_window: Open, size: tuple[int, int]
) -> None:
    course = add_class(workspace, "甲示例")
    add_session(workspace, course)
    long = "科技成果转化政策解读与技术合同登记实务操作"
    add_session(workspace, course, "14:00", "17:00", long)
    window, _frame = opened = open_window()
    window.resize(*size)
    for tab in ("报名", "考勤", "学时", "考核与证书"):
        page = at_class(qtbot, opened, course, tab)
        inside = window.rect()
        for part in page.detail.tabs.currentWidget().findChildren(QWidget):
            if part.isVisible() and part.focusPolicy() != Qt.FocusPolicy.NoFocus and not _scrolls(part):
                corner = part.mapTo(window, part.rect().bottomRight())
                assert inside.contains(corner), (tab, part.accessibleName(), corner)
                if not hasattr(part, "text"):
                    assert part.accessibleName(), (tab, type(part).__name__)
        if tab == "考勤":  # a topic goes on in a second line, and says by dots that it does not end there
            header, told = page.detail.part("sheet").view.horizontalHeader(), QStyleOptionHeader()
            header.initStyleOptionForIndex(told, 1)
            _when, first, second = told.text.split("\n")
            assert long.startswith(first + second.rstrip("…")) and second.endswith("…")
            assert header.height() >= 3 * header.fontMetrics().lineSpacing()
            header.resizeSection(1, 2 * header.fontMetrics().horizontalAdvance(long))
            header.initStyleOptionForIndex(told, 1)
            assert told.text.split("\n")[1:] == [long]
    qtbot.waitUntil(lambda: not window.ops.busy(), timeout=PATIENCE)


def _scrolls(part: QWidget) -> bool:
    parent = part.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # a list that opens, offscreen
def test_headings_nobody_knows_are_explained_once(qtbot: QtBot, workspace: Run, open_window: Open) -> None:
    course = add_class(workspace)
    window, _frame = opened = open_window()
    page = at_class(qtbot, opened, course, "报名")
    me, tab = Person(qtbot, window), page.detail.part("enrolments")
    tab.table.setFocus()
    for name in ("甲示例", "乙示例"):
        QApplication.clipboard().setText(f"谁\t从哪来\n{name}\t示例大学")
        me.presses("Ctrl+V")
        if name == "甲示例":
            me.waits_for("请说明每一列是什么")
            for heading, field in (("谁", "name"), ("从哪来", "org_name")):
                box = tab.intake.answers[heading]
                box.setCurrentIndex(box.findData(field))
            me.clicks("读入")
        me.waits_for("将报名 1")
        me.clicks("确认录入")
        me.waits_until_gone("将报名")
        me.waits_for("报名 1")
        me.clicks("返回")
        quiet_down(qtbot, window)
        tab.table.setFocus()
    QApplication.clipboard().setText("姓名\t从哪来\n丙示例\t示例大学")  # what a heading means can be put right
    me.presses("Ctrl+V")
    me.waits_for("将报名 1")
    me.clicks("列的含义…")
    me.chooses("从哪来", "（不要）")
    me.clicks("读入")
    me.waits_for("没有读入的列：从哪来")
    assert me.rows("名单各行")[0][2:4] == ["丙示例", ""]
    me.clicks("返回修改")
    me.clicks("返回")
    quiet_down(qtbot, window)
    assert sorted(row["name"] for row in tab.model.rows()) == ["乙示例", "甲示例"]
