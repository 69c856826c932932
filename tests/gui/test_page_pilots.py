"""概念验证与中试 from an empty page, without the mouse and with it: a project, services, an award and its use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.window import MainWindow
from policy.dates import today
from tests.gui.conftest import ORGANISATION, quiet_down
from tests.gui.person import Person
from tests.gui.typist import Typist

Open = Callable[[], tuple[MainWindow, DeskFrame]]
YEAR = today().year
SERVICES = "可行性研究、样机试制"


def _project(me: Typist) -> None:
    """What the project refers to is made on the spot."""
    me.acts("新概念验证项目")
    me.takes("概念验证中心", "示例验证中心", "新建孵化载体")
    me.takes("运营主体", ORGANISATION, ORGANISATION)
    me.turns_to("类型", "概念验证中心")
    me.acts("新建并选用")
    me.waits_until_gone("新建并选用")
    me.takes("成果", "减速器精密加工", "新建科技成果")
    me.acts("新建并选用")
    me.waits_until_gone("新建并选用")
    me.ticks("服务内容", "可行性研究", "样机试制")
    me.fills(遴选日期=f"{YEAR}-03-10", 资助金额="20")
    me.presses("Ctrl+S")
    me.until(lambda: [row[0] for row in me.rows("列表")] == ["减速器精密加工"], "the project")
    assert me.rows("列表")[0][1:3] == ["示例验证中心", "可行性研究、样机试制"]
    me.waits_for(f"{YEAR} 年遴选 1 项，通过 0 项")


def _conclusion(me: Typist) -> None:
    me.turns_to("验证结论", "通过")
    me.fills(结论日期=f"{YEAR}-09-01", 带动社会资本="150")
    me.presses("Ctrl+S")
    me.waits_for(f"{YEAR} 年遴选 1 项，通过 1 项")
    me.waits_for("资助 20 万元，带动社会资本 150 万元")
    for view, count in (("概念验证：还没有结论", 0), ("概念验证：未通过", 0), ("概念验证：已通过", 1)):
        me.turns_to("列出", view)
        me.until(lambda count=count: len(me.rows("列表")) == count, view)


def _services(me: Typist) -> None:
    """Two rows of a spreadsheet, then both changed at once."""
    me.turns_to("列出", "中试服务")
    me.waits_for("还没有中试服务")
    rows = (
        f"示例验证中心\t甲客户有限公司\t试制\t{YEAR}-04-01\t3000",
        f"示例验证中心\t乙客户有限公司\t检测\t{YEAR}-05-01\t",
    )
    QApplication.clipboard().setText("\n".join(("中试基地\t服务对象\t服务内容\t开始日期\t服务费", *rows)))
    me.picks("对选中的记录", "从表格粘贴")
    me.acts("导入")
    me.waits_for("新增 2")
    me.acts("返回列表")
    me.until(lambda: len(me.rows("列表")) == 2, "both services")
    me.waits_for("中试服务 2 次，服务对象 2 家")
    me.waits_for("有 1 条未填金额，未计入")
    me.tabs_to("列表")
    me.presses("Ctrl+A")
    me.picks("对选中的记录", "批量修改 2 条")
    me.turns_to("要修改的字段", "服务费")
    me.waits_for("将清空 1 条的这个字段")
    me.presses("Tab")
    me.says("4500")
    me.waits_for("将改动 2 条")
    me.acts("全部修改")
    me.waits_for("已修改 2 条")
    me.waits_until_gone("未填金额")


def _award(me: Typist) -> None:
    me.turns_to("列出", "奖补与使用")
    me.acts("新奖补")
    me.takes("报送", "开放共享奖补", "新建报送")
    me.acts("新建并选用")
    me.waits_until_gone("新建并选用")
    me.fills(文号="渝示例〔2026〕1号", 核定金额="100")
    me.presses("Ctrl+S")
    me.until(lambda: len(me.rows("列表")) == 1, "the award")
    me.goes_to_tab("使用")
    for kind, amount in (("一线服务人员", "69.9999"), ("设备", "30.0001")):
        me.acts("新增奖补使用")
        me.turns_to("用途", kind)
        me.fills(金额=amount)
        me.presses("Ctrl+S")
        me.until(lambda kind=kind: any(kind in row for row in me.rows("奖补使用")), kind)
    me.waits_for("未通过")
    me.waits_for("核定额还余 0 万元")
    assert me.sees("（十二）")
    me.tabs_to("奖补使用")
    me.presses("Ctrl+Home")
    me.until(lambda: me.reads_field("金额") == "69.9999", "the line of the front line")
    me.fills(金额="70.0003")  # of 100.0004: the least that is 70 %
    me.presses("Ctrl+S")
    me.waits_until_gone("未通过")
    me.waits_for("一线人员 70.0003 万元")
    assert me.sees("超出核定额 0.0004 万元")


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_a_project_its_services_and_its_award_are_kept_without_the_mouse(
    qtbot: QtBot, workspace: Callable[..., Any], open_window: Open
) -> None:
    for name in ("甲客户有限公司", "乙客户有限公司"):
        workspace("records.add", kind="organisation", values={"name": name, "org_kind": "其他"})
    window, frame = open_window()
    me = Typist(qtbot, window)
    frame.open_page("pilots")
    quiet_down(qtbot, window)
    me.waits_for("还没有概念验证项目")
    for step in (_project, _conclusion, _services, _award):
        step(me)
        quiet_down(qtbot, window)


def _work_by_mouse(me: Person) -> None:
    """A project, a service, and an award; the result is entered last."""
    me.clicks("新概念验证项目")
    me.looks_up("概念验证中心", "示例验证", "示例验证中心")
    me.makes("成果", "减速器精密加工", "新建科技成果")
    me.ticks("服务内容", "可行性研究", "样机试制")
    me.types("遴选日期", f"{YEAR}-03-10")
    me.types("资助金额", "20")
    me.clicks("保存")
    me.until(
        lambda: [row[:3] for row in me.rows("列表")] == [["减速器精密加工", "示例验证中心", SERVICES]], "the project"
    )
    me.waits_for(f"{YEAR} 年遴选 1 项，通过 0 项")
    me.chooses("列出", "概念验证：还没有结论")
    me.until(lambda: len(me.rows("列表")) == 1, "what is under way")
    me.chooses("列出", "中试服务")
    me.clicks("新中试服务")
    me.looks_up("中试基地", "示例验证", "示例验证中心")
    me.looks_up("服务对象", "甲客户", "甲客户有限公司")
    me.types("服务内容", "样机试制")
    me.types("开始日期", f"{YEAR}-04-01")
    me.types("服务费", "3000")
    me.clicks("保存")
    me.waits_for("中试服务 1 次，服务对象 1 家")


def _award_by_mouse(me: Person) -> None:
    """70 % for the front line is the border: exactly that much is enough, and the clause stands beside it."""
    me.chooses("列出", "奖补与使用")
    me.clicks("新奖补")
    me.makes("报送", "开放共享奖补", "新建报送")
    me.types("文号", "渝示例〔2026〕1号")
    me.types("核定金额", "100")
    me.clicks("保存")
    me.until(lambda: len(me.rows("列表")) == 1, "the award")
    me.opens_tab("使用")
    for kind, amount in (("一线服务人员", "70"), ("设备", "30")):
        me.clicks("新增奖补使用")
        me.chooses("用途", kind)
        me.types("金额", amount)
        me.clicks("保存")
        me.until(lambda kind=kind: any(kind in row for row in me.rows("奖补使用")), kind)
    me.waits_for("核定额还余 0 万元")
    me.until(lambda: me.sees("（十二）") and not me.sees("未通过"), "70 of 100 are enough")
    me.picks_row("奖补使用", "设备")
    me.until(lambda: me.reads_field("金额") == "30", "the line of the equipment")
    me.types("金额", "30.0001")
    me.clicks("保存")
    me.waits_for("未通过")
    me.waits_for("超出核定额 0.0001 万元")


def _result_by_mouse(me: Person) -> None:
    me.chooses("列出", "概念验证：还没有结论")
    me.picks_row("列表", "减速器精密加工")
    me.chooses("验证结论", "通过")
    me.types("结论日期", f"{YEAR}-09-01")
    me.types("带动社会资本", "150")
    me.clicks("保存")
    me.waits_for(f"{YEAR} 年遴选 1 项，通过 1 项")
    me.waits_for("资助 20 万元，带动社会资本 150 万元")
    me.chooses("列出", "概念验证：已通过")
    me.until(lambda: [row[0] for row in me.rows("列表")] == ["减速器精密加工"], "the result in its list")


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_the_whole_job_of_the_page_is_done_by_mouse(
    qtbot: QtBot, workspace: Callable[..., Any], open_window: Open
) -> None:
    workspace("records.add", kind="organisation", values={"name": "甲客户有限公司", "org_kind": "其他"})
    own = workspace("workspace.info")["organisation"]["id"]
    values = {"name": "示例验证中心", "operator": own, "carrier_kind": "概念验证中心"}
    workspace("records.add", kind="carrier", values=values)
    window, _frame = open_window()
    me = Person(qtbot, window)
    me.clicks("概念验证与中试")
    me.waits_for("还没有概念验证项目")
    for step in (_work_by_mouse, _award_by_mouse, _result_by_mouse):
        step(me)
        quiet_down(qtbot, window)
