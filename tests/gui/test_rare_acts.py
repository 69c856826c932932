"""What is done rarely and from its own place: a target of our own, erasing a person, by mouse and by keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.window import MainWindow
from tests.gui.conftest import quiet_down
from tests.gui.person import Person

Open = Callable[[], tuple[MainWindow, DeskFrame]]


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_a_target_is_added_and_a_person_erased(qtbot: QtBot, workspace: Callable[..., Any], open_window: Open) -> None:
    values = {"name": "赵示例", "phone": "13800000000"}
    erased = workspace("records.add", kind="person", values=values)["id"]
    paper = workspace("records.add", kind="person", values={"name": "钱示例"})["id"]
    window, frame = open_window()
    quiet_down(qtbot, window)
    person = Person(qtbot, window)
    targets = frame.current_page().targets  # type: ignore[attr-defined]

    def ours() -> dict[str, Any]:
        return {row["title"]: row for row in targets._targets.values() if row["record"]}

    # by mouse: what is missing is said and nothing is lost
    person.clicks("添加目标…")
    person.types("目标名称", "年内培训")
    person.types("目标值", "20")
    person.clicks("添加")
    person.waits_for("请从列表里选一个数量")
    person.chooses("计什么", "培训高校技术经纪人")
    person.waits_for("目标值的单位：人")
    person.clicks("添加")
    person.until(lambda: "年内培训" in ours(), "the target")
    assert ours()["年内培训"]["target_text"] == "20 人" and not targets.own.is_open()

    # by keys alone, of money in the unit the form names
    person.tabs_to("添加目标…")
    person.presses("Space")
    person.says("第二项")
    combo = person.tabs_to("计什么")
    person.until(lambda: targets.own.measure.count() > 50, "the measures")
    for _step in range(targets.own.measure.count()):
        if targets.own.measure.currentText() != "机构总收入":
            QTest.keyClick(combo, Qt.Key.Key_Down)
    person.tabs_to("目标值")
    person.says("3")
    person.presses("Return")
    person.until(lambda: "第二项" in ours(), "the second target")
    assert ours()["第二项"]["target_text"] == "3 万元"

    # what was added can be taken away, and back again
    targets.choose(ours()["第二项"]["key"])
    person.clicks("删除这个目标")
    person.until(lambda: "第二项" not in ours(), "the target gone")

    # a person: nothing is looked for before it is asked, and Escape leaves everything as it is
    frame.open_record("person", erased)
    person.opens_tab("个人信息")
    person.clicks("删除个人信息…")
    plan = person.finds(QPlainTextEdit, "会删除什么、留下什么")
    person.until(lambda: "将删除“赵示例”的个人信息" in plan.toPlainText(), "the plan")
    QTest.keyClick(QApplication.focusWidget() or plan, Qt.Key.Key_Escape)
    person.until(lambda: not person.sees("删除，不能撤销"), "the form folded")
    assert person.sees("赵示例")
    person.tabs_to("删除个人信息…")
    person.presses("Space")
    person.until(lambda: "将删除“赵示例”的个人信息" in plan.toPlainText(), "the plan")
    person.clicks("删除，不能撤销")
    person.waits_for("已删除“赵示例”的个人信息")
    quiet_down(qtbot, window)
    person.until(lambda: person.sees("已删除人员"), "the record without a name")
    frame.open_record("person", paper)
    person.waits_for("钱示例")
    person.until(lambda: not person.sees("已删除“赵示例”的个人信息"), "what was said of the other gone")
