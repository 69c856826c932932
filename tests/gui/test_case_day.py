"""A broker's day in the window, by what stands on screen: from a need to money claimed and the case won."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.window import MainWindow
from policy.dates import today
from tests.gui.conftest import quiet_down
from tests.gui.person import Person

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Workspace = Callable[..., Any]


def _add(workspace: Workspace, kind: str, /, **values: str) -> str:
    return str(workspace("records.add", kind=kind, values=values)["id"])


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_from_a_need_to_a_case_won(qtbot: QtBot, workspace: Workspace, open_window: Open) -> None:
    university = _add(workspace, "organisation", name="示例大学", org_kind="university")
    firm = _add(workspace, "organisation", name="示例机床厂", org_kind="firm")
    _add(workspace, "achievement", title="滚动轴承故障诊断方法", owner=university, disclosure_level="public",
         summary_public="用振动信号识别主轴轴承的早期损伤")  # fmt: skip
    need = _add(workspace, "need", title="主轴轴承损坏难以发现", owner=firm, kind="result", source="visit",
                disclosure_level="public", detail_public="希望由振动判断轴承损伤")  # fmt: skip
    _add(workspace, "receipt", received_on="2026-03-02", payer="示例机床厂", account_holder=university, amount="200000")
    window, frame = open_window()
    frame.open_record("need", need)
    quiet_down(qtbot, window)
    person = Person(qtbot, window)

    # the need finds its result, and the case begins
    person.opens_tab("匹配")
    person.picks_row("相合的成果", "滚动轴承故障诊断方法")
    person.clicks("接受并成案")
    person.clicks("打开案件")
    person.waits_for("过程记录")

    # what was said in the train, pasted as it is
    QGuiApplication.clipboard().setText("王工 2026-01-05 15:30\n样机可以看了")
    person.clicks("快速记录")
    person.types("内容", "")
    person.presses("Ctrl+V")
    person.waits_for("王工的聊天时间是 2026-01-05 15:30")
    person.presses("Ctrl+T")
    person.presses("Ctrl+Return")
    window.activateWindow()  # a window manager does that when a dialog has closed
    person.until(window.isActiveWindow)
    person.until(lambda: person.sees("样机可以看了") and person.sees("补记"))

    # signed before it was clarified: the gate asks why and lets it through
    person.opens_tab("里程碑")
    person.picks_row("里程碑", "签约")
    person.clicks("到达")
    person.types("理由", "合同当天已签，材料后补")
    person.presses("Return")
    person.until(lambda: any(row[1] == "签约" and today().isoformat() in row[2] for row in person.rows("里程碑")))

    # the contract, with what the registration form asks for
    person.opens_tab("合同")
    person.clicks("新增技术合同")
    person.types("合同项目名称", "轴承诊断许可")
    person.types("合同成交额", "50")
    person.looks_up("买方", "sljcc", "示例机床厂")
    person.clicks("保存")
    person.until(lambda: any("轴承诊断许可" in row[0] for row in person.rows("技术合同")))

    # money that finance listed is claimed with one key
    person.clicks("待认领 1")
    person.until(lambda: any("轴承诊断许可" in text for row in person.rows("可能的合同") for text in row))
    person.picks_row("待认领", "示例机床厂")
    person.presses("Return")
    person.waits_for("没有待认领的到账")
    person.clicks("返回列表")

    # won; the list says so
    person.opens_tab("到账")
    person.waits_for("已到账 20 万元")
    person.opens_tab("里程碑")
    person.chooses("结果", "成交")
    person.types("原因", "报价合适，首付已到")
    person.clicks("记录结果")
    person.until(lambda: list(person.reads()).count("成交") >= 3)  # where it is said, above the case, in the list
    quiet_down(qtbot, window)
