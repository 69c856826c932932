"""Nobody is kept from saving: a need of which only who and what are known, typed, pasted, and told what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.window import MainWindow
from tests.gui.conftest import quiet_down
from tests.gui.typist import Typist

Open = Callable[[], tuple[MainWindow, DeskFrame]]


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_what_is_not_known_yet_is_listed_and_holds_up_nothing(
    qtbot: QtBot, workspace: Callable[..., Any], open_window: Open
) -> None:
    case = workspace("records.add", kind="case", values={"title": "示例案件", "track": "demand"})["id"]
    contracts = [
        workspace(
            "records.add", kind="contract", values={"name": f"合同{place}", "amount_total": amount, "case": case}
        )["id"]
        for place, amount in enumerate(("12", "30", "45", "80", "350", "60"))
    ]
    workspace("records.add", kind="contract", values={"name": "合同6"})
    window, frame = open_window()
    me = Typist(qtbot, window)
    frame.open_page("results")
    quiet_down(qtbot, window)
    me.turns_to("列出", "需求")
    me.acts("新需求")
    me.fills(需求名称="轴承诊断（示例）")
    me.takes("提出单位", "示例机床厂", "新建单位")  # of the firm only its name is known
    me.acts("新建并选用")
    me.waits_until_gone("新建并选用")
    me.presses("Ctrl+S")
    me.until(lambda: any("轴承诊断（示例）" in row for row in me.rows("列表")), "the need")
    me.waits_for("还缺")
    _told_apart(window)
    me.acts("列出所缺项")
    lacks = me.finds(QListWidget, "还缺的项")
    assert {"来源", "需求类别"} <= {lacks.item(place).text() for place in range(lacks.count())}

    # the same once more, in other brackets, is found while it is typed; a sheet without the column comes in
    me.acts("新需求")
    me.fills(需求名称="轴承诊断(示例)")
    me.waits_for("名称相同")
    me.acts("放弃修改")
    QApplication.clipboard().setText("需求名称\t提出单位\n齿轮修形（示例）\t示例机床厂")
    me.tabs_to("列表")
    me.presses("Ctrl+V")
    me.finds(QAbstractButton, "导入")  # once it has been read
    me.acts("导入")
    me.waits_for("新增 1")
    me.acts("返回列表")
    me.until(lambda: len(me.rows("列表")) == 2, "both needs")

    # an amount in 元 where 万元 are meant is asked about once, and put right by one key
    frame.open_record("contract", contracts[0])
    me.types("合同成交额", "300000")
    me.presses("Ctrl+S")
    me.waits_for("其他记录多在 60 万元 上下，相差约 10,000 倍")
    me.acts("改为 30 万元")
    me.until(lambda: me.finds(QLineEdit, "合同成交额").text() == "30" and not me.sees("有未保存的修改"), "30 万元")
    # a contract of no case is listed; the case it belongs to is asked for there
    frame.open_page("cases")
    me.chooses("列出", "合同台账")
    me.picks_row("列表", "合同6")
    me.waits_for("这条记录还没有归到案件")
    me.takes("案件", "示例案件", "示例案件")  # the focus is there already
    me.acts("全部修改")
    me.waits_for("已修改 1 条")
    me.picks_row("列表", "合同6")
    me.until(lambda: me.finds(QLineEdit, "合同项目名称").text() == "合同6", "its form")
    quiet_down(qtbot, window)


def _told_apart(window: MainWindow) -> None:
    """No two controls that the keyboard comes to are called the same by a screen reader."""
    called: dict[str, list[str]] = {}
    for kind in (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView):
        for part in window.findChildren(kind):
            name = part.accessibleName() or (part.text() if isinstance(part, QAbstractButton) else "")
            reached = part.isVisible() and part.isEnabled() and part.focusPolicy() != Qt.FocusPolicy.NoFocus
            if reached and name and part.window() is window:
                called.setdefault(name, []).append(type(part.parent()).__name__)
    called.pop("查找", None)  # the field, and the button that leads to it
    assert {name: where for name, where in called.items() if len(where) > 1} == {}
