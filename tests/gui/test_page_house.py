"""本机构 in the real window: what the organisation is decides which pages the rail offers; people who work here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.house.page import HousePage
from desktop.window import MainWindow
from policy.dates import today
from policy.errors import Refused, Usage
from tests.gui.conftest import ORGANISATION, PATIENCE, quiet_down
from tests.gui.person import Person
from tests.gui.typist import Typist

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Services = Callable[..., Any]


def test_the_pages_offered_follow_what_the_organisation_is(
    qtbot: QtBot, workspace: Services, open_window: Open
) -> None:
    window, frame = open_window()
    frame.open_page("house")
    quiet_down(qtbot, window)
    page = frame._pages["house"]
    assert isinstance(page, HousePage)
    assert page.kinds.ticked() == ["incubator", "agency"]
    assert {"firms", "results", "training"} <= set(frame.rail.names())
    page.kinds.boxes["agency"].click()
    qtbot.waitUntil(lambda: "results" not in frame.rail.names(), timeout=PATIENCE)
    assert {"overview", "firms", "cases", "evidence", "settings"} <= set(frame.rail.names())
    page.kinds.boxes["incubator"].click()  # the last one stays
    qtbot.waitUntil(lambda: page.kinds.ticked() == ["incubator"], timeout=PATIENCE)
    quiet_down(qtbot, window)
    page.kinds.boxes["training"].click()
    qtbot.waitUntil(lambda: "training" in frame.rail.names(), timeout=PATIENCE)
    assert "results" not in frame.rail.names()


def test_kinds_are_kept_and_unknown_ones_refused(workspace: Services) -> None:
    assert workspace("workspace.set_kinds", kinds=["training", "incubator"])["kinds"] == ["incubator", "training"]
    assert workspace("workspace.info")["kinds"] == ["incubator", "training"]
    with pytest.raises(Usage):
        workspace("workspace.set_kinds", kinds=["bank"])
    with pytest.raises(Refused):
        workspace("workspace.set_kinds", kinds=[])
    assert workspace("workspace.info")["kinds"] == ["incubator", "training"]


def test_a_person_who_works_here_is_entered_with_the_post(qtbot: QtBot, workspace: Services, open_window: Open) -> None:
    person = workspace("records.add", kind="person", values={"name": "李𠮷"})["id"]
    window, frame = open_window()
    frame.open_page("house")
    quiet_down(qtbot, window)
    page = frame._pages["house"]
    assert isinstance(page, HousePage)
    page.new.click()
    form = page.details["staff"].profile
    for name, text in (("person", person), ("post", "项目经理"), ("hired_on", "2026-03")):
        form.form.editor(name).set_text(text)
    form.save()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert "李𠮷" in page.details["staff"]._name.text()


def test_a_persons_performance_is_seen_and_printed_from_the_sheet(
    qtbot: QtBot, workspace: Services, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = workspace("records.add", kind="person", values={"name": "李𠮷"})["id"]
    other = workspace("records.add", kind="person", values={"name": "王示例"})["id"]
    case = workspace("records.add", kind="case", values={"no": "A-1", "title": "焊缝检测", "track": "supply"})["id"]
    for one, share in ((person, "40"), (other, "60")):
        workspace(
            "records.add", kind="case_broker", values={"case": case, "person": one, "role": "主办", "share_pct": share}
        )
    for name, day, amount in (("技术开发合同", "2026-03-05", "100万元"), ("补充服务合同", "2025-03-05", "50万元")):
        values = {"name": name, "case": case, "signed_on": day, "amount_total": amount, "contract_class": "委托开发"}
        workspace("records.add", kind="contract", values=values)
    window, frame = open_window()
    frame.open_record("person", person)
    quiet_down(qtbot, window)
    page = frame.current_page()
    assert isinstance(page, HousePage)
    detail = page.details["person"]
    tab = detail.part("performance")
    detail.tabs.setCurrentWidget(tab)
    me = Person(qtbot, window)
    me.waits_for("合同 2 份，按份额 60 万元")
    assert me.sees("案件 1 个")
    me.types("期间", "2026")
    me.presses("Return")
    me.waits_for("合同 1 份，按份额 40 万元")
    assert [row[4] for row in me.rows("促成的技术合同")] == ["40"]
    out = tmp_path / "业绩.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    me.clicks("业绩档案…")
    me.waits_for("已写入")
    assert out.read_bytes().startswith(b"%PDF")
    detail.show_record(other)
    me.waits_for("合同 2 份，按份额 90 万元")
    quiet_down(qtbot, window)


def _people_by_mouse(me: Person, proof: Path) -> None:
    """Who works here, since when, and the paper that proves it."""
    me.clicks("新员工")
    me.makes("人员", "李𠮷", "新建人员")
    me.types("岗位", "项目经理")
    me.types("入职日期", "2026-03")
    me.clicks("保存")
    me.until(lambda: [row[0] for row in me.rows("列表")] == ["李𠮷"], "the member of staff")
    me.opens_tab("佐证")
    me.clicks("选择文件…")
    me.waits_for("共 1 份")
    assert me.sees(proof.stem)
    me.opens_tab("基本情况")
    me.types("离职日期", "2026-10-31")
    me.clicks("保存")
    me.until(lambda: "2026-10-31" in me.rows("列表")[0], "gone, and still listed")


def _record_by_mouse(me: Person) -> None:
    """The year of the agency, and who holds which account."""
    me.chooses("列出", "机构年度情况")
    me.clicks("新年度情况")
    me.looks_up("机构", ORGANISATION[:4], ORGANISATION)
    me.types("年度", str(today().year - 1))
    me.types("总收入", "1200")
    me.types("技术转移服务收入", "800")
    me.clicks("保存")
    me.until(lambda: any("1,200" in row for row in me.rows("列表")), "the year")
    me.chooses("列出", "外部系统账号")
    me.clicks("新账号")
    me.types("系统", "火炬统计系统")
    me.types("登录名", "cqfh01")
    me.types("保管人", "张三")
    me.clicks("保存")
    me.until(lambda: any("张三" in row for row in me.rows("列表")), "the account")
    me.types("保管人", "李𠮷")
    me.clicks("保存")
    me.until(lambda: any("李𠮷" in row for row in me.rows("列表")), "handed over")
    me.opens_tab("变更")
    me.waits_for("张三")


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_the_whole_job_of_the_house_is_done_by_mouse(
    qtbot: QtBot, workspace: Services, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = tmp_path / "社保证明.txt"
    proof.write_text("在册", "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(proof)], ""))
    workspace("workspace.set_kinds", kinds=["incubator"])
    window, frame = open_window()
    me = Person(qtbot, window)
    assert not {"results", "training"} & set(frame.rail.names())
    me.clicks("更多页面…")  # whoever looks for a page that is not there is led to where it is turned on
    me.waits_for("没有显示的页面：成果与需求（勾选")
    me.waits_for("还没有本机构人员")
    _people_by_mouse(me, proof)
    quiet_down(qtbot, window)
    _record_by_mouse(me)
    quiet_down(qtbot, window)
    me.clicks("技术经理人学院、培训机构")
    me.until(lambda: "training" in frame.rail.names(), "the page of training")
    me.waits_until_gone("、培训（勾选")
    me.clicks("技术转移机构")
    me.waits_until_gone("没有显示的页面")
    me.waits_until_gone("更多页面…")
    me.clicks("培训")
    me.waits_for("还没有培训班")
    quiet_down(qtbot, window)


def _staff(me: Typist, proof: Path) -> None:
    """A person made on the spot, with the days of coming and leaving, and the paper that proves it."""
    me.waits_for("还没有本机构人员")
    me.acts("新员工")
    me.takes("人员", "李𠮷", "新建人员")
    me.acts("新建并选用")
    me.waits_until_gone("新建并选用")
    me.fills(岗位="项目经理", 入职日期="2026-03")
    me.acts("一线服务人员")
    me.presses("Ctrl+S")
    me.until(lambda: [row[0] for row in me.rows("列表")] == ["李𠮷"], "the member of staff")
    me.goes_to_tab("佐证")
    me.acts("选择文件…")
    me.waits_for("共 1 份")
    assert me.sees(proof.stem)
    me.goes_to_tab("基本情况")
    me.fills(离职日期="2026-02")
    me.presses("Ctrl+S")
    me.waits_for("早于")  # the day of leaving, before the day of coming: said, and not kept
    me.fills(离职日期="2026-10-31")
    me.presses("Ctrl+S")
    me.until(lambda: "2026-10-31" in me.rows("列表")[0], "gone, and still listed")


def _year(me: Typist) -> None:
    me.turns_to("列出", "机构年度情况")
    me.waits_for("还没有机构年度情况")
    me.acts("新年度情况")
    me.takes("机构", ORGANISATION, ORGANISATION)
    me.fills(年度=str(today().year - 1), 总收入="1200", 技术转移服务收入="800")
    me.turns_to("有网站", "否")
    me.presses("Ctrl+S")
    me.until(lambda: any(row[:1] == [str(today().year - 1)] and "1,200" in row for row in me.rows("列表")), "the year")


def _accounts(me: Typist) -> None:
    """Who holds an account changes by writing; nobody but the history says who held it before."""
    me.turns_to("列出", "外部系统账号")
    me.waits_for("这里从不保存密码")
    me.acts("新账号")
    me.fills(系统="火炬统计系统", 登录名="cqfh01", 保管人="张三", 绑定手机="13800001234")
    me.presses("Ctrl+S")
    me.until(lambda: any("张三" in row for row in me.rows("列表")), "the account")
    me.until(lambda: any("138****1234" in row for row in me.rows("列表")), "its phone, covered")
    me.fills(保管人="李𠮷")
    me.presses("Ctrl+S")
    me.until(lambda: any("李𠮷" in row for row in me.rows("列表")), "handed over")
    me.goes_to_tab("变更")
    me.waits_for("张三")


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_the_house_is_kept_without_the_mouse(
    qtbot: QtBot, workspace: Services, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = tmp_path / "社保证明.txt"
    proof.write_text("在册", "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(proof)], ""))
    window, frame = open_window()
    me = Typist(qtbot, window)
    frame.open_page("house")
    quiet_down(qtbot, window)
    _staff(me, proof)
    for step in (_year, _accounts):
        step(me)
        quiet_down(qtbot, window)
    me.acts("技术转移机构")
    me.until(lambda: not {"results", "training"} & set(frame.rail.names()), "no pages of an agency")
    me.acts("技术经理人学院、培训机构")
    me.until(lambda: "training" in frame.rail.names(), "the page of training")
    quiet_down(qtbot, window)
