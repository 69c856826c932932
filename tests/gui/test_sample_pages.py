"""The sample year in the window: every page of the rail shows the totals that the year was made with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.records import RecordsPage
from desktop.window import MainWindow
from tests.gui.conftest import quiet_down
from tests.gui.person import Person

# page → listing → how many stand there
LISTED = {
    "firms": {"在孵": 62 + 26, "已毕业": 31 + 1, "载体": 4},
    "collect": {"全部批次": 2},
    "cases": {"全部结果": 96, "进行中": 41, "成交": 34, "未成交": 12, "暂缓": 6, "解除": 2, "移交": 1},
    "results": {"成果": 240, "知识产权": 96, "开放许可": 14, "科研项目": 52, "需求": 118, "匹配": 300},
    "training": {"全部培训班": 4, "全部课次": 34, "全部报名": 168, "作废的证书": 1, "补发的证书": 1},
    "events": {"全部活动": 22 + 1, "主办": 11 + 1, "承办": 6, "参加": 5},
    "pilots": {"奖补与使用": 1},
    "house": {"本机构人员": 13 + 8 + 2, "外部系统账号": 5},
}
STATES = ("受理", "退回补正", "已报", "待报", "草稿", "通过", "办结")


class Reader:
    """Opens pages of one window and reads what is on screen."""

    def __init__(self, qtbot: QtBot, window: MainWindow, frame: DeskFrame, carrier: str) -> None:
        self.qtbot, self.window, self.frame, self.carrier = qtbot, window, frame, carrier
        self.person = Person(qtbot, window)

    def opens(self, name: str, **arguments: Any) -> Any:
        self.frame.open_page(name, **arguments)
        quiet_down(self.qtbot, self.window)
        return self.frame._pages[name]

    def counts(self, page: RecordsPage, wanted: dict[str, int]) -> dict[str, int]:
        """How many rows each listing tells in its header."""
        found = {}
        for place, view in enumerate(page.VIEWS):
            if view.shown() in wanted:
                page.views.setCurrentIndex(place)
                quiet_down(self.qtbot, self.window)
                found[view.shown()] = int(re.sub(r"\D", "", page.table.count.text()))
        return found

    def takes(self, name: str, option: str) -> None:
        """Choose from a drop-down list."""
        self.person.finds(QComboBox, name).setCurrentText(option)
        quiet_down(self.qtbot, self.window)

    def line(self, start: str) -> str:
        """The text on screen that begins so."""
        self.person.until(lambda: any(text.startswith(start) for text in self.person.reads()), start)
        return next(text for text in self.person.reads() if text.startswith(start))


@pytest.fixture
def reader(
    qtbot: QtBot, workspace: Callable[..., Any], open_window: Callable[[], tuple[MainWindow, DeskFrame]]
) -> Reader:
    workspace("sample.load")
    workspace("workspace.set_kinds", kinds=["incubator", "agency", "university", "training"])
    subjects = workspace("evaluation.subjects", pack="miit-2025-131")
    carrier = next(row["id"] for row in subjects if row["name"].startswith("示例·云岚"))
    window, frame = open_window()
    return Reader(qtbot, window, frame, carrier)


def test_every_page_shows_the_totals_of_the_sample_year(reader: Reader) -> None:
    person, seen = reader.person, {"settings"}
    assert person.sees("示例工作区：全部为虚构数据，不能用于申报")

    for name, wanted in LISTED.items():
        assert reader.counts(reader.opens(name), wanted) == wanted, name
        seen.add(name)

    overview = reader.opens("overview")
    figures = {name: re.findall(r"\d+", figure.accessibleName()) for name, figure in overview._figures.items()}
    assert [figures[name][:1] for name in ("tenants", "cases", "returned")] == [["88"], ["41"], ["1"]]
    assert person.sees("第12页缺公章。")
    person.until(
        lambda: any(re.fullmatch(r"全部 \d+ 项及应附材料", text) for text in person.reads()), "evidence that lacks"
    )

    _incubation(reader)
    _agency(reader)
    _training_and_events(reader)
    _papers_and_reports(reader)
    _filters(reader)
    for name in ("policies", "calculators", "settings"):
        reader.opens(name)
    seen |= {"overview", "evidence", "evaluation", "application", "delivery", "policies", "calculators"}
    assert seen == set(reader.frame.rail.names())
    assert not reader.frame.message.isVisible()


def _incubation(reader: Reader) -> None:
    page = reader.opens("firms")
    graduates: dict[str, int] = {}
    for title in ("本年毕业", "上年毕业", "已毕业"):
        reader.takes("列出", title)
        graduates[title] = len(page.model.ids())
    assert graduates == {"本年毕业": 1, "上年毕业": 5, "已毕业": 31 + 1}
    reader.opens("firms", tab="torch")
    assert reader.line("67 家企业")  # the 62 tenants and the five graduates of the year
    reader.opens("firms", tab="services")
    reader.takes("期间", "2025")
    assert {"411", "37"} <= set(re.findall(r"\d+", reader.line("640 次服务")))  # hours of mentors; unconfirmed
    reader.opens("evaluation", pack="miit-2025-131", period="2025", subject=f"carrier:{reader.carrier}")
    for told in ("4.8 % · 11.3 %", "30.6 %", "31.1 %"):
        assert reader.person.sees(told)
    reader.person.picks_row("指标", "收入或研发投入增长超过20%")
    quiet_down(reader.qtbot, reader.window)
    told = set(reader.person.reads())
    assert {"19 家（5 行未填）", "62 家"} <= told, [text for text in told if text[:2] in ("19", "62")]
    reader.opens("evaluation", pack="guokefaqu-2018-300", period="2025", subject=f"carrier:{reader.carrier}")
    for told in ("78.0 %", "84.6 %", "46.8 % · 33.9 %", "5.96"):
        assert reader.person.sees(told), told
    page = reader.opens("collect", view=0)
    back = sent = 0
    for record in page.model.ids():
        page.open_record("collection_round", record)
        quiet_down(reader.qtbot, reader.window)
        counts = [int(number) for number in re.findall(r"\d+", reader.line("未回"))]
        sent, back = sent + sum(counts), back + sum(counts[1:])
    assert (back, sent) == (53, 88)


def _agency(reader: Reader) -> None:
    page = reader.opens("cases")
    assert page.waiting.text() == "待认领 6"
    told = reader.line("2026 年签订")
    assert "2025 年签订 46 份合同 2,386.4 万元，到账 118 笔 1,642.3 万元" in told


def _training_and_events(reader: Reader) -> None:
    reader.opens("training")
    reader.person.opens_tab("年度人数")
    reader.takes("年度", "2025")
    told = reader.line("4 个班")
    assert "34 个课次，报名 168 人次（161 人），结业 143 人" in told
    assert reader.line("培训高校技术经纪人").endswith("118 人")
    assert "本单位分担 120 人" in reader.line("每年培训高校技术经纪人300名以上")
    reader.opens("events")
    assert "2025 年登记 22 场；主办或承办 17 场" in reader.line("2026 年登记 1 场")
    assert "已备案 9 场" in reader.line("2026 年登记 1 场")


def _papers_and_reports(reader: Reader) -> None:
    reader.opens("evidence")
    assert reader.person.sees("共 1180 份")
    for state, count in (("已过期（按日期）", 60), ("未关联", 11)):
        reader.takes("状态", state)
        assert reader.person.sees(f"{count} / 1180 份")
    _filed(reader)
    reader.person.opens_tab("申报轮次")
    reader.person.until(lambda: len(reader.person.rows("申报轮次")) == 9, "the nine rounds")
    rounds = reader.person.rows("申报轮次")
    assert {row[-1] for row in rounds} == set(STATES)
    page = reader.opens("delivery", tab=3)
    wanted = {"全部报送": 9 + 1, "退回补正": 1, "退回意见": 2, "上报数": 66, "现场核查": 1}  # nine rounds, a correction
    assert reader.counts(page.register, wanted) == wanted


def _filed(reader: Reader) -> None:
    """What was applied for: a draft and what keeps it back, what was handed in, and what waits; ends at 申报."""
    person = reader.person
    reader.opens("delivery", tab=0)
    person.until(lambda: len(person.rows("报送")) == 3, "three packages")
    assert [row[1:4] for row in person.rows("报送")] == [
        ["待报送", "", "发送"],
        ["已线下递交", "纸质", "查看回执"],
        ["已线下递交", "U盘", "查看回执"],
    ]
    assert person.sees("待报送 1")  # in the line below every page
    for way, words in (("U盘", "受理编号 SL-NB-2026-0003"), ("纸质", "接收方答复：第12页缺公章。")):
        person.picks_row("报送", way)
        person.waits_for(words)
    reader.opens("application")
    person.until(lambda: len(person.rows("评价定稿")) == 2, "two frozen evaluations")
    assert [row[2] for row in person.rows("评价定稿")] == ["1 版", "3 版"]
    person.picks_row("评价定稿", "2024..2025")
    person.opens_tab("1 核对")
    person.waits_for("可以生成申报书；有 13 处请留意。")
    person.opens_tab("4 封装")
    person.waits_for("还不能封装：13 项数值没有对照当年通知")


def _filters(reader: Reader) -> None:
    """Two named filters come with the sample; each leaves the rows it names."""
    for name, view, of, rows in (("firms", "在孵", "三个月内满48个月", 6), ("cases", "全部结果", "本周要跟进", 24)):
        page = reader.opens(name)
        page.views.setCurrentIndex([one.shown() for one in page.VIEWS].index(view))
        menu = page.table.filters.menu()
        menu.aboutToShow.emit()
        next(act for act in menu.actions() if act.text() == of).trigger()
        reader.person.until(lambda page=page, rows=rows: page.table.model.rowCount() == rows, f"{rows} by {of}")
        page.table.use_filter({})
