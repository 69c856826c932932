"""成果与需求 and 培训 without the mouse: from a new need to its case, from a pasted list to certificates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.window import MainWindow
from policy.dates import today
from tests.gui.conftest import quiet_down
from tests.gui.typist import Typist

Open = Callable[[], tuple[MainWindow, DeskFrame]]
YEAR = today().year


def _need(me: Typist, frame: DeskFrame) -> None:
    """A need is written down, matched, and its case begun."""
    me.turns_to("列出", "需求")
    me.acts("新需求")
    me.fills(需求名称="机床主轴轴承损坏难以发现")
    me.takes("提出单位", "示例机床厂", "示例机床厂")
    me.turns_to("需求类别", "成果引进")
    me.turns_to("来源", "走访")
    me.turns_to("公开程度", "公开")
    me.presses("Ctrl+S")
    me.until(lambda: any("机床主轴轴承损坏难以发现" in row for row in me.rows("列表")), "the need")
    me.goes_to_tab("匹配")
    me.until(lambda: len(me.rows("相合的成果")) == 1, "what fits")
    me.tabs_to("相合的成果")
    me.presses("Ctrl+Return")
    me.waits_for("已成案")
    me.acts("打开案件")
    me.until(lambda: frame.current_page().NAME == "cases", "the case")


def _training(me: Typist) -> None:
    """A list is pasted, all are admitted, ticked, scored, and those who passed get certificates."""
    me.steps_to("列表", "示例初级班")
    me.goes_to_tab("报名")
    me.acts("录入名单…")
    QApplication.clipboard().setText("姓名\t单位\t单位性质\n甲示例\t示例大学\t高校\n乙示例\t示例大学\t高校")
    me.tabs_to("粘贴的名单")
    me.presses("Ctrl+V")
    me.acts("读入")
    me.until(lambda: [row[1] for row in me.rows("名单各行")] == ["新建人员"] * 2, "a look first")
    me.presses("Space")  # the confirmation has the focus
    me.waits_until_gone("将报名")
    me.waits_for("报名 2")
    me.acts("返回")
    me.until(lambda: len(me.rows("报名名单")) == 2, "two who applied")
    me.tabs_to("报名名单")
    me.presses("Ctrl+A")
    me.acts("录取")
    me.until(lambda: all(row[3] == "录取" for row in me.rows("报名名单")), "both admitted")
    me.goes_to_tab("考勤")
    me.until(lambda: len(me.rows("考勤表")) == 2, "the sheet")
    me.tabs_to("考勤表")
    me.presses("Ctrl+Home")
    me.presses("1")
    me.presses("Down")
    me.presses("4")
    me.until(lambda: [row[0] for row in me.rows("考勤表")] == ["出勤", "请假"], "one was there, one on leave")
    me.goes_to_tab("考核与证书")
    me.until(lambda: len(me.rows("成绩和证书")) == 2, "who is assessed")
    for name, score in (("甲示例", "88"), ("乙示例", "41")):
        me.steps_to("成绩和证书", name)
        me.fills(成绩=score)
        me.acts("记成绩")
        me.until(lambda score=score: any(score in row[2] for row in me.rows("成绩和证书")), score)
    me.steps_to("成绩和证书", "甲示例")
    me.fills(发证日期=f"{YEAR}-05-09", 编号规则="示例J{year}{seq:04}")
    me.acts("给选中的 1 人发证")
    me.until(lambda: any(f"示例J{YEAR}0001" in row[4] for row in me.rows("成绩和证书")), "the certificate")


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_needs_and_classes_are_kept_without_the_mouse(
    qtbot: QtBot, workspace: Callable[..., Any], open_window: Open
) -> None:
    def add(kind: str, **values: str) -> str:
        return str(workspace("records.add", kind=kind, values=values)["id"])

    owner = add("organisation", name="示例大学", org_kind="university")
    add("organisation", name="示例机床厂", org_kind="firm")
    add("achievement", title="滚动轴承损坏诊断", owner=owner, disclosure_level="public")
    course = add(
        "programme", name="示例初级班", p_kind="broker_junior", organiser="示例学院", pass_score="60",
        starts_on=f"{YEAR}-03-10", ends_on=f"{YEAR}-04-25",
    )  # fmt: skip
    add(
        "session", programme=course, happened_on=f"{YEAR}-03-10", starts_at="09:00", ends_at="12:00", module="policy",
        topic="政策解读",
    )  # fmt: skip
    window, frame = open_window()
    me = Typist(qtbot, window)
    frame.open_page("results")
    quiet_down(qtbot, window)
    _need(me, frame)
    quiet_down(qtbot, window)
    frame.open_page("training")
    quiet_down(qtbot, window)
    _training(me)
    quiet_down(qtbot, window)
