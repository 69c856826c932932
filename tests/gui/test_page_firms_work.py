"""Everyday work with firms in the real window, by mouse and by keyboard: steps, the torch record, services, mentors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Pdf
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.firms import FirmsPage
from desktop.window import MainWindow
from tests.gui.conftest import PATIENCE, quiet_down
from tests.gui.late import Late
from tests.gui.person import Person

Run = Callable[..., Any]
Shown = tuple[MainWindow, DeskFrame, FirmsPage]
YEAR = 2025


@pytest.fixture
def ids(workspace: Run) -> dict[str, str]:
    """A carrier with a mentor, a tenant with last year's figures, and a person who gives services."""

    def add(kind: str, /, **values: Any) -> str:
        return str(workspace("records.add", kind=kind, values=values)["id"])

    own = workspace("workspace.info")["organisation"]["id"]
    made = {"carrier": add("carrier", name="示例综合孵化器", operator=own, carrier_kind="comprehensive")}
    made["firm"] = add("firm", name="示例甲科技有限公司", founded_on="2024-01-10")
    made["stay"] = workspace("tenancy.apply", firm=made["firm"], carrier=made["carrier"], applied_on="2024-02-01")["id"]
    made["person"] = add("person", name="示例王导师")
    made["term"] = add("mentor_term", mentor=made["person"], carrier=made["carrier"], starts_on="2024-01-01")
    return made


@pytest.fixture
def inside(workspace: Run, ids: dict[str, str]) -> dict[str, str]:
    """The same with the firm in the carrier and figures of the year before."""
    workspace("tenancy.enter", tenancy=ids["stay"], entered_on="2024-03-01", area="50")
    workspace("torch.save", firm=ids["firm"], year=YEAR - 1, values={"revenue": "120"})
    return ids


@pytest.fixture
def shown(qtbot: QtBot, ids: dict[str, str], open_window: Any) -> Callable[[], Shown]:
    def open_it() -> Shown:
        window, frame = open_window()
        frame.open_record("firm", ids["firm"])
        page = frame.current_page()
        assert isinstance(page, FirmsPage)
        quiet_down(qtbot, window)
        return window, frame, page

    return open_it


def call(qtbot: QtBot, window: MainWindow, name: str, /, **parameters: Any) -> Any:
    heard: list[Any] = []
    assert window.ops is not None
    window.ops.run(name, owner=window, on_result=heard.append, **parameters)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE)
    return heard[0]


def part(qtbot: QtBot, window: MainWindow, page: FirmsPage, name: str) -> Any:
    page.detail.tabs.setCurrentWidget(page.detail.part(name))
    quiet_down(qtbot, window)
    return page.detail.part(name)


def test_a_stay_from_application_to_graduation(qtbot: QtBot, ids: dict[str, str], shown: Callable[[], Shown]) -> None:
    window, _frame, page = shown()
    stays = part(qtbot, window, page, "tenancy")
    stays.view.selectRow(0)
    qtbot.waitUntil(lambda: "enter" in stays.steps.buttons, timeout=PATIENCE)
    QTest.mouseClick(stays.steps.buttons["enter"], Qt.MouseButton.LeftButton)
    form = stays.steps.form
    form.editor("entered_on").set_text("2024-03-01")
    form.editor("area").set_text("50")
    QTest.mouseClick(stays.steps.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "graduate" in stays.steps.buttons, timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert call(qtbot, window, "records.get", kind="tenancy", id=ids["stay"])["status"] == "incubating"

    # by keyboard alone: the button, the fields in their order, Ctrl+Enter
    stays.steps.buttons["graduate"].setFocus()
    QTest.keyClick(stays.steps.buttons["graduate"], Qt.Key.Key_Space)
    edit = stays.steps.form.editor("graduated_on").edit
    qtbot.waitUntil(edit.hasFocus, timeout=PATIENCE)
    QTest.keyClicks(edit, "2025-06-30")
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "return" in stays.steps.buttons, timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert "没有填毕业条件" in stays.steps.message.text()  # it stays to be read
    assert call(qtbot, window, "records.get", kind="tenancy", id=ids["stay"])["status"] == "graduated"
    assert set(stays.steps.buttons) == {"area", "leave", "dissolve", "return"}
    # a bad day is told at its field, nothing is done
    stays.steps.buttons["leave"].click()
    stays.steps.form.editor("left_on").set_text("昨天吧")
    stays.steps.run()
    qtbot.waitUntil(lambda: "昨天吧" in stays.steps.form._parts["left_on"]._problem.text(), timeout=PATIENCE)
    QTest.keyClick(stays.steps.form.editor("left_on").edit, Qt.Key.Key_Escape)
    assert stays.steps.form is None


def test_a_team_becomes_a_firm_and_a_firm_is_renamed(qtbot: QtBot, workspace: Run, shown: Callable[[], Shown]) -> None:
    team = workspace("records.add", kind="firm", values={"name": "示例乙团队", "is_team": "1"})["id"]
    window, frame, page = shown()
    stays = part(qtbot, window, page, "tenancy")
    assert stays.rename.isVisible() and not stays.register.isVisible()
    frame.open_record("firm", team)
    qtbot.waitUntil(stays.register.isVisible, timeout=PATIENCE)
    stays.register.click()
    stays.steps.form.editor("uscc").set_text("91500112MA60PF0P66")
    stays.steps.go.click()
    qtbot.waitUntil(stays.rename.isVisible, timeout=PATIENCE)
    assert "成立时间还没有填" in stays.steps.message.text()
    quiet_down(qtbot, window)
    stays.rename.click()
    stays.steps.form.editor("name").set_text("示例乙科技有限公司")
    stays.steps.go.click()
    qtbot.waitUntil(lambda: page.detail._name.text() == "示例乙科技有限公司", timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert call(qtbot, window, "records.get", kind="firm", id=team)["former_names"] == ["示例乙团队"]


def test_the_torch_record_is_filled_asked_about_and_reported(
    qtbot: QtBot, inside: dict[str, str], shown: Callable[[], Shown]
) -> None:
    window, _frame, page = shown()
    torch = part(qtbot, window, page, "torch")
    torch.show_period(YEAR)
    quiet_down(qtbot, window)
    assert torch.grid._lines["firm_year.revenue"].beside[0].text() == "120"  # last year's
    assert torch.grid._lines["firm_year.area"].beside[1].text() == "50"  # from the records
    assert "还空着" in torch.jumps.item(0).text()

    torch.grid.go_to("firm_year.revenue")
    edit = torch.grid.editor("firm_year.revenue").edit
    QTest.keyClicks(edit, "120000")  # 元 where 千元 are asked for
    torch.grid.editor("firm_year.staff").set_text("3")
    QTest.keyClick(edit, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "500 倍" in torch.grid._lines["firm_year.revenue"].asked.text(), timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert "还没有说明" in torch._counts.text()
    first = torch.jumps.item(0)
    assert "500 倍" in first.text()
    torch.jumps.setCurrentItem(first)
    QTest.keyClick(torch.jumps, Qt.Key.Key_Return)
    qtbot.waitUntil(torch.grid.editor("firm_year.revenue").edit.hasFocus, timeout=PATIENCE)
    torch.grid.explanation("firm_year.revenue").insert("当年首个大订单")
    torch.save.click()
    quiet_down(qtbot, window)
    (finding,) = call(qtbot, window, "figures.check", year=YEAR, firm=inside["firm"])
    assert finding["explained"] is True

    next(action for action in torch.states.actions() if action.data() == "reported").trigger()
    qtbot.waitUntil(lambda: torch.state.text() == "已上报", timeout=PATIENCE)
    torch.grid.editor("firm_year.revenue").set_text("130")
    torch.save.click()
    qtbot.waitUntil(lambda: torch.state.text() == "上报后更正", timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert "上报的是 120,000" in torch.grid._lines["firm_year.revenue"].asked.text()


def test_unsaved_figures_wait_as_a_draft(qtbot: QtBot, inside: dict[str, str], shown: Callable[[], Shown]) -> None:
    window, _frame, page = shown()
    torch = part(qtbot, window, page, "torch")
    torch.show_period(YEAR)
    quiet_down(qtbot, window)
    torch.grid.editor("firm_year.staff").set_text("7")
    torch.show_period(YEAR - 1)
    quiet_down(qtbot, window)
    assert torch.grid.editor("firm_year.staff").text() == ""
    torch.show_period(YEAR)
    quiet_down(qtbot, window)
    assert torch.grid.editor("firm_year.staff").text() == "7"
    torch.discard.click()
    assert torch.grid.editor("firm_year.staff").text() == "" and not torch.save.isEnabled()
    torch.show_period(YEAR, "q1")
    quiet_down(qtbot, window)
    torch.grid.editor("firm_quarter.revenue").set_text("30")
    torch.show_period(YEAR, "q2")
    quiet_down(qtbot, window)
    assert torch.grid.editor("firm_quarter.revenue").text() == ""  # of the first quarter alone
    torch.show_period(YEAR, "q1")
    quiet_down(qtbot, window)
    assert torch.grid.editor("firm_quarter.revenue").text() == "30"
    torch.save.click()
    quiet_down(qtbot, window)
    torch.basis.setCurrentIndex(1)  # of the quarter alone: another record
    quiet_down(qtbot, window)
    assert torch.grid.editor("firm_quarter.revenue").text() == ""
    torch.grid.editor("firm_quarter.revenue").set_text("12")
    torch.save.click()
    quiet_down(qtbot, window)
    alone = call(qtbot, window, "torch.sheet", firm=inside["firm"], year=YEAR, quarter="q1", basis="quarter")
    assert (alone["row"]["revenue"], alone["row"]["basis"]) == (1_200_000, "quarter")
    torch.show_period(YEAR)
    quiet_down(qtbot, window)
    torch.derive.click()
    assert torch.grid.editor("firm_year.area").text() == "50"  # as the records say, and typed from now on
    torch.save.click()
    torch.grid.editor("firm_year.staff").set_text("8")  # while the rest is on its way
    quiet_down(qtbot, window)
    assert torch.grid.editor("firm_year.staff").text() == "8" and torch.save.isEnabled()
    torch.show_period(YEAR - 1)
    quiet_down(qtbot, window)
    torch.show_period(YEAR)
    quiet_down(qtbot, window)
    assert torch.grid.changes() == {"firm_year.staff": "8"}
    row = call(qtbot, window, "torch.sheet", firm=inside["firm"], year=YEAR)["row"]
    assert (row["area"], row["staff"]) == (5000, None)
    assert (
        call(qtbot, window, "torch.sheet", firm=inside["firm"], year=YEAR, quarter="q1")["row"]["revenue"] == 3_000_000
    )


def test_the_year_of_a_carrier_in_bulk_and_as_a_workbook(
    qtbot: QtBot, inside: dict[str, str], shown: Callable[[], Shown], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, frame, page = shown()
    call(qtbot, window, "torch.save", firm=inside["firm"], year=YEAR, values={"staff": "0"})
    frame.open_page("firms", tab="torch", year=YEAR)
    tab: Any = page.tabs["torch"]
    qtbot.waitUntil(lambda: tab.model.rowCount() == 1, timeout=PATIENCE)
    quiet_down(qtbot, window)
    tab.states.actions()[1].trigger()
    assert "先在列表里选中" in tab.message.text()
    tab.table.setFocus()
    QTest.keyClick(tab.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    tab.states.actions()[1].trigger()
    qtbot.waitUntil(lambda: tab.model.rows()[0]["state"] == "confirmed", timeout=PATIENCE)
    assert tab.model.rows()[0]["open"] == 1
    file = tmp_path / "年报.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    tab.export.click()
    qtbot.waitUntil(lambda: "列在第三张表里" in tab.message.text(), timeout=PATIENCE)
    assert file.exists()
    tab.table.selectRow(0)
    QTest.keyClick(tab.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.detail.tabs.currentWidget() is page.detail.part("torch"), timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert page.bar.currentIndex() == 0


def test_services_are_entered_quickly_confirmed_and_printed(
    qtbot: QtBot, inside: dict[str, str], shown: Callable[[], Shown], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, frame, page = shown()
    services = part(qtbot, window, page, "service_log")
    assert not services.add.isVisible(), "one way to enter a service"
    assert "登记服务" in services.table.empty._text.text()
    services.view.setFocus()
    QTest.keyClick(services.view, Qt.Key.Key_Insert)
    assert services.quick.isAncestorOf(window.focusWidget())
    services.quick.editor("kind").set_text("coaching")
    services.quick.editor("provider").set_text(inside["person"])
    services.quick.editor("minutes").set_text("90")
    topic = services.quick.editor("topic").edit
    topic.setFocus()
    topic.insertPlainText("商业计划")
    QTest.keyClick(topic, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: services.model.rowCount() == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: "1.5 小时；1 次" in services._said.text(), timeout=PATIENCE)
    assert services.quick.editor("topic").text() == "" and services.quick.editor("kind").text() == "coaching"

    # the count of a firm that comes when another is shown is not told of that other
    other: list[Any] = []
    window.ops.run("records.add", owner=page, on_result=other.append, kind="firm", values={"name": "示例乙有限公司"})
    quiet_down(qtbot, window)
    late = Late(window.ops)
    late.hold("service.list")
    services.show_parent(inside["firm"])
    services.show_parent(other[0]["id"])
    qtbot.waitUntil(lambda: len(late.held) == 2, timeout=PATIENCE)
    late.let_go()
    quiet_down(qtbot, window)
    assert services._said.text().startswith("0 次")
    services.show_parent(inside["firm"])
    quiet_down(qtbot, window)

    frame.open_page("firms", tab="services")
    tab: Any = page.tabs["services"]
    qtbot.waitUntil(lambda: tab.model.rowCount() == 1, timeout=PATIENCE)
    quiet_down(qtbot, window)
    file = tmp_path / "确认表.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    tab.print.click()
    qtbot.waitUntil(file.exists, timeout=PATIENCE)
    quiet_down(qtbot, window)
    tab.signed.click()
    qtbot.waitUntil(lambda: tab.firms_model.rows()[0]["unconfirmed"] == 0, timeout=PATIENCE)
    quiet_down(qtbot, window)

    times = part(qtbot, window, page, "timeline")
    page.bar.setCurrentIndex(0)
    qtbot.waitUntil(lambda: times.model.rowCount() == 4, timeout=PATIENCE)
    times.filter.setText("商业")
    assert times.model.rowCount() == 1


def test_a_carrier_shows_its_year_and_its_mentors(
    qtbot: QtBot, inside: dict[str, str], shown: Callable[[], Shown]
) -> None:
    window, frame, page = shown()
    frame.open_record("carrier", inside["carrier"])
    quiet_down(qtbot, window)
    sheet = page.carrier
    year: Any = sheet.part("year")
    sheet.tabs.setCurrentWidget(year)
    year.year.setCurrentIndex(year.year.findData(YEAR))
    quiet_down(qtbot, window)
    assert year.grid._lines["tenants"].beside[1].text() == "1"
    year.grid.editor("mentors").set_text("9")
    year.year.setCurrentIndex(year.year.findData(YEAR - 1))
    quiet_down(qtbot, window)
    assert year.grid.editor("mentors").text() == ""
    year.year.setCurrentIndex(year.year.findData(YEAR))
    quiet_down(qtbot, window)
    assert year.grid.editor("mentors").text() == "9"  # what was typed waits for its year
    year.discard.click()
    assert year.grid.editor("mentors").text() == "" and not year.save.isEnabled()
    for name, text in (("tenants", "2"), ("income_rent", "300"), ("income_service", "200.5")):
        year.grid.editor(name).set_text(text)
    year.save.click()
    qtbot.waitUntil(lambda: "与记录不符" in year.grid._lines["tenants"].asked.text(), timeout=PATIENCE)
    assert year.grid._lines["income_total"].beside[1].text() == "500.5"

    mentors: Any = sheet.part("mentors")
    sheet.tabs.setCurrentWidget(mentors)
    qtbot.waitUntil(lambda: mentors.without_model.rowCount() == 1, timeout=PATIENCE)
    quiet_down(qtbot, window)
    mentors.without.selectRow(0)
    mentors.assign.click()
    qtbot.waitUntil(lambda: mentors.firms_model.rowCount() == 1, timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert mentors.without_model.rowCount() == 0


def test_every_control_has_a_name_and_stays_inside_the_window(
    qtbot: QtBot, inside: dict[str, str], shown: Callable[[], Shown]
) -> None:
    window, frame, page = shown()
    places = [("firm", page.detail, inside["firm"]), ("carrier", page.carrier, inside["carrier"])]
    for kind, sheet, record in places:
        frame.open_record(kind, record)
        quiet_down(qtbot, window)
        for place in range(sheet.tabs.count()):
            sheet.tabs.setCurrentIndex(place)
            quiet_down(qtbot, window)
            _look_at(window, sheet)
    for name in page.tabs:
        frame.open_page("firms", tab=name)
        quiet_down(qtbot, window)
        _look_at(window, page.tabs[name])


def _look_at(window: MainWindow, ground: Any) -> None:
    for kind in (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView):
        for one in ground.findChildren(kind):
            if not one.isVisible() or one.focusPolicy() == Qt.FocusPolicy.NoFocus:
                continue
            text = one.text() if isinstance(one, QAbstractButton) else ""
            assert one.accessibleName() or text, (one, one.parent())
            right = one.mapTo(window, one.rect().topRight()).x()
            assert right <= window.width(), (one, text, one.accessibleName(), right)


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_a_person_takes_a_firm_from_its_name_to_its_page_on_paper(
    qtbot: QtBot, ids: dict[str, str], open_window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, _frame = open_window()
    person = Person(qtbot, window)
    person.clicks("企业")
    person.clicks("新企业")
    person.types("单位名称", "示例丙（渝）科技有限公司㼆")
    person.types("成立时间", "2025.1")
    person.clicks("保存")
    person.waits_for("可能是 1 月，也可能是丢了零的 10 月")
    person.types("成立时间", "2025.5")
    person.clicks("保存")
    person.waits_for("2025-05")

    person.opens_tab("入驻")
    person.clicks("申请入驻…")
    person.looks_up("载体", "slzh", "示例综合孵化器")
    person.types("申请日期", "2026-01-05")
    person.clicks("办理")
    person.clicks("评审…")
    person.types("评审日期", "2026-01-10")
    person.clicks("办理")
    person.waits_for("评审通过")
    person.clicks("入驻…")
    person.types("入驻时间", "2026-02-01")
    person.types("占用面积", "60")
    person.clicks("办理")
    person.waits_for("在孵")
    person.clicks("毕业…")
    person.types("毕业时间", "2026-01-31")
    person.clicks("办理")
    person.waits_for("“毕业时间”2026-01-31 早于“入驻时间”2026-02-01，请核对。")  # kept all the same

    person.opens_tab("火炬年报")
    person.types("总收入", "-1200")
    person.clicks("保存")
    person.waits_for("“总收入”是负数（-1,200 千元），请核对。")
    person.types("总收入", "1200")
    person.clicks("保存")
    person.waits_until_gone("是负数（-1,200")

    person.opens_tab("服务")
    person.chooses("服务类别", "创业辅导")
    person.looks_up("服务人员", "slw", "示例王导师")
    person.types("时长", "90")
    person.types("服务事项", "商业计划")
    person.clicks("登记服务")
    person.waits_for("1.5 小时")

    person.opens_tab("时间线")
    person.waits_for("商业计划")
    file = tmp_path / "企业情况表.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    person.clicks("打印")
    person.waits_for("已写入")
    with Pdf.open(file) as paper:
        assert len(paper.pages) >= 1
    quiet_down(qtbot, window)
