"""A manager's years with one firm on 企业 without the mouse: applied, in, reported, served, graduated, on paper."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QListWidget, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.window import MainWindow
from policy.dates import today
from tests.gui.conftest import quiet_down
from tests.gui.person import _CONTROLS, _names
from tests.gui.typist import Typist

Run = Callable[..., Any]
YEAR = today().year
FIRM, OTHER, CODE = "灵犀传感科技有限公司", "乙示例有限公司", "91500112MA60PF0P66"
CARRIER = "示例综合孵化器"


class Manager(Typist):
    """Works on the sheet of one firm; 火炬年报 is a tab of it and of the page, too."""

    def settles(self) -> None:
        """Wait until everything is answered; the keyboard is then still somewhere on screen."""
        assert isinstance(self.window, MainWindow)
        quiet_down(self.qtbot, self.window)
        focused = QApplication.focusWidget()
        assert focused is not None and focused.isVisible(), "the keyboard is nowhere"

    def is_at(self, name: str) -> bool:
        """Whether the keyboard is at the control of this name."""
        focused = self.window.focusWidget()
        return focused is not None and name in _names(focused)

    def is_headed(self, name: str) -> bool:
        """Whether a line on screen is exactly this: the heading of the sheet, for the lists are no lines."""
        return any(label.text() == name for label in self._widgets(QLabel))

    def opens_part(self, name: str) -> None:
        """Go to the tabs of the sheet and step to one."""
        self.until(lambda: any(self._is_sheets(bar) for bar in self._widgets(QTabBar)), "the sheet")
        for _step in range(_CONTROLS):
            at = self.window.focusWidget()
            if at is not None and self._is_sheets(at):
                return self.goes_to_tab(name)
            QTest.keyClick(at or self.window, Qt.Key.Key_Tab)
        raise AssertionError("Tab never comes to the tabs of the sheet")

    def _is_sheets(self, bar: QWidget) -> bool:
        return isinstance(bar, QTabBar) and bar.isVisible() and bar.tabText(0) == "档案"


def _new_firm(me: Manager) -> None:
    me.acts("新企业")
    me.fills(单位名称=FIRM, 统一社会信用代码=CODE, 成立时间=f"{YEAR - 2}-01-10")
    me.presses("Ctrl+S")
    me.until(lambda: any(row[:2] == [FIRM, CODE] for row in me.rows("列表")), "the firm")


def _steps_in(me: Manager) -> None:
    """Each step is a button, what it asks, and Ctrl+Enter."""
    me.opens_part("入驻")
    me.acts("申请入驻…")
    me.takes("载体", "slzh", CARRIER)
    me.fills(申请日期=f"{YEAR - 2}-02-01")
    me.presses("Ctrl+Return")
    me.until(lambda: [row[:2] for row in me.rows("入驻")] == [[CARRIER, "申请中"]], "the application")
    me.acts("评审…")
    me.fills(评审日期=f"{YEAR - 2}-02-20", 评审意见="同意入驻")
    me.presses("Ctrl+Return")
    me.until(lambda: me.rows("入驻")[0][1] == "评审通过", "the review")
    me.acts("入驻…")
    me.fills(入驻时间=f"{YEAR - 2}-03-01", 占用面积="60")
    me.takes("房间", "301", "301")
    me.presses("Ctrl+Return")
    me.until(lambda: me.rows("入驻")[0][1:4] == ["在孵", f"{YEAR - 2}-03-01", "60"], "it inside")


def _figures(me: Manager) -> None:
    """Two years; what is a thousand times too much is asked about, found from the list of doubts, and put right."""
    me.opens_part("火炬年报")
    me.waits_for("还没有填")
    me.turns_to("年度", str(YEAR - 2))
    me.waits_for("还没有填")
    me.fills(总收入="120")
    me.presses("Ctrl+S")
    me.waits_for("填报中")
    me.turns_to("年度", str(YEAR - 1))
    me.waits_for("还没有填")
    me.fills(总收入="130000", 从业人员="8")  # 元 where 千元 are asked for
    me.presses("Ctrl+S")
    doubt = "“总收入”填的是 130,000 千元，上年是 120 千元，相差 500 倍以上"
    me.waits_for(doubt)
    assert me.sees("疑问 1 处，其中 1 处还没有说明")
    jumps = me.tabs_to("缺项和疑问，回车跳到该项")
    assert isinstance(jumps, QListWidget)
    me.presses("Ctrl+Home")
    assert doubt in jumps.currentItem().text()
    me.presses("Return")
    me.until(lambda: me.is_at("总收入"), "the figure asked about")
    me.says("130")
    me.presses("Ctrl+S")
    me.waits_until_gone(doubt)
    me.waits_for("疑问 0 处")
    me.picks("状态", "标为已上报")
    me.waits_for("已上报")


def _what_it_got(me: Manager) -> None:
    me.opens_part("资质")
    me.acts("新增资质")
    me.turns_to("资质类别", "高新技术企业")
    me.fills(证书编号="GR-示例-1", 发证日期=f"{YEAR - 1}-10-15", 有效期至=f"{YEAR + 2}-10-14")
    me.presses("Ctrl+S")
    me.until(lambda: [row[:2] for row in me.rows("资质")] == [["高新技术企业", "GR-示例-1"]], "the qualification")
    me.opens_part("投融资")
    me.acts("新增投融资")
    me.turns_to("融资类别", "天使")
    me.fills(投资方="示例创投", 金额="600", 实缴到位=f"{YEAR - 1}-06-01")
    me.presses("Ctrl+S")
    me.until(lambda: [row[:3] for row in me.rows("投融资")] == [["天使", "示例创投", "600"]], "the money")


def _services(me: Manager) -> None:
    """Two in a row, the second by Insert from the list; then the firm has signed for both."""
    me.opens_part("服务")
    me.waits_for("0 次，0")
    me.turns_to("服务类别", "创业辅导")
    me.takes("服务人员", "wsl", "王示例")
    me.fills(时长="90", 服务事项="商业计划")
    me.presses("Ctrl+Return")
    me.until(lambda: [row[2] for row in me.rows("服务记录")] == ["商业计划"], "the first")
    me.until(lambda: me.reads_field("服务事项") == "", "room for the next")
    me.tabs_to("服务记录")
    me.presses("Insert")
    assert me.is_at("服务类别"), "the entry above the list"
    me.turns_to("服务类别", "知识产权")
    me.fills(时长="30", 服务事项="专利布局")
    me.presses("Ctrl+Return")
    me.until(lambda: {row[2] for row in me.rows("服务记录")} == {"商业计划", "专利布局"}, "the second")
    me.waits_for("2 次，2 小时；2 次企业还没有确认")
    me.settles()  # a list filled anew has nothing selected
    me.tabs_to("服务记录")
    me.presses("Ctrl+A")
    me.acts("选中的已签字")
    me.until(lambda: [row[5] for row in me.rows("服务记录")] == ["已签字"] * 2, "both confirmed")
    me.waits_for("0 次企业还没有确认")


def _graduates(me: Manager) -> None:
    me.opens_part("孵化判断")
    me.waits_for("可否毕业：符合")
    me.turns_to("政策包", "科技企业孵化器管理办法（国科发区〔2018〕300号）")
    me.waits_for("毕业企业至少符合一项条件")
    assert me.sees("第九条")
    me.opens_part("入驻")
    me.until(lambda: len(me.rows("入驻")) == 1, "its stay")
    me.steps_to("入驻", CARRIER)
    me.acts("毕业…")
    me.fills(毕业时间=today().isoformat())
    me.turns_to("毕业条件", "高新技术企业")
    me.presses("Ctrl+Return")
    me.until(lambda: [row[1] for row in me.rows("入驻")] == ["毕业"], "it graduated")
    me.waits_for("已办理")


def _found_again(me: Manager) -> None:
    me.turns_to("列出", "本年毕业")
    me.until(lambda: {row[0] for row in me.rows("列表")} == {FIRM, OTHER}, "who graduated this year")
    me.steps_to("列表", OTHER)
    me.until(lambda: me.is_headed(OTHER), "the other firm")
    me.fills(筛选="lxcg")
    me.until(lambda: [row[:2] for row in me.rows("列表")] == [[FIRM, "毕业"]], "the firm by its initials")
    me.presses("Return")
    assert me.is_at("列表")
    me.steps_to("列表", FIRM)
    me.until(lambda: me.is_headed(FIRM), "the firm")


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_a_firm_is_looked_after_from_its_application_to_its_graduation_without_the_mouse(
    qtbot: QtBot,
    workspace: Run,
    open_window: Callable[[], tuple[MainWindow, DeskFrame]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    require_tool: Callable[[str], str],
) -> None:
    def add(kind: str, /, **values: Any) -> str:
        return str(workspace("records.add", kind=kind, values=values)["id"])

    own = workspace("workspace.info")["organisation"]["id"]
    carrier = add("carrier", name=CARRIER, operator=own, carrier_kind="comprehensive")
    add("room", carrier=carrier, number="301", area="80")
    add("person", name="王示例")
    stay = workspace("tenancy.apply", firm=add("firm", name=OTHER), carrier=carrier, applied_on=f"{YEAR - 2}-01-05")
    workspace("tenancy.enter", tenancy=stay["id"], entered_on=f"{YEAR - 2}-02-01", area="20")
    workspace("tenancy.graduate", tenancy=stay["id"], graduated_on=today().isoformat(), graduation_ground="high_tech")
    window, frame = open_window()
    me = Manager(qtbot, window)
    frame.open_page("firms")
    quiet_down(qtbot, window)
    for step in (_new_firm, _steps_in, _figures, _what_it_got, _services, _graduates, _found_again):
        step(me)
        me.settles()
    paper = tmp_path / "企业情况表.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(paper), ""))
    me.presses("Ctrl+P")
    me.waits_for(f"已写入 {paper}")
    told = [require_tool("pdftotext"), "-layout", str(paper), "-"]
    printed = subprocess.run(told, capture_output=True, text=True, check=True).stdout
    assert FIRM in printed and CODE in printed and OTHER not in printed
    me.settles()
    _stands_in_the_store(frame, qtbot)


def _stands_in_the_store(frame: DeskFrame, qtbot: QtBot) -> None:
    """Asked of the store itself, not of what is on screen."""

    def asked(name: str, **parameters: Any) -> Any:
        came: list[Any] = []
        frame.ops.run(name, owner=frame, on_result=came.append, **parameters)
        qtbot.waitUntil(lambda: bool(came), timeout=20_000)
        return came[0]

    def rows(kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = asked("records.rows", kind=kind, ids=asked("records.ids", kind=kind))
        return found

    firm = next(row for row in rows("firm") if row["name"] == FIRM)
    assert (firm["uscc"], firm["founded_on"]) == (CODE, f"{YEAR - 2}-01-10")
    stay = next(row for row in rows("tenancy") if row["firm"] == firm["id"])
    assert (stay["status"], stay["graduated_on"], stay["graduation_ground"]) == (
        "graduated", today().isoformat(), "high_tech",
    )  # fmt: skip
    assert (stay["reviewed_on"], stay["review_note"]) == (f"{YEAR - 2}-02-20", "同意入驻")
    (area,) = [row for row in rows("tenancy_area") if row["tenancy"] == stay["id"]]
    (room,) = rows("room")
    assert (area["area"], area["room"], area["starts_on"]) == (6000, room["id"], f"{YEAR - 2}-03-01")
    years = {row["year"]: row for row in rows("firm_year")}
    assert {year: (row["revenue"], row["staff"], row["state"]) for year, row in years.items()} == {
        YEAR - 2: (120_000_00, None, "draft"),
        YEAR - 1: (130_000_00, 8, "reported"),
    }
    (qualification,) = rows("qualification")
    assert (qualification["firm"], qualification["q_kind"]) == (firm["id"], "high_tech")
    (funding,) = rows("funding_event")
    assert (funding["firm"], funding["f_kind"], funding["amount"]) == (firm["id"], "angel", 6_000_000_00)
    given = {row["topic"]: (row["kind"], row["minutes"], row["confirmed"]) for row in rows("service_log")}
    assert given == {"商业计划": ("coaching", 90, "signed"), "专利布局": ("ip", 30, "signed")}
