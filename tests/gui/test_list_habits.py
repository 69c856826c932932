"""What people do in every list and form: filters, many at once, paste, columns; missing, doubles, doubts, history.

A window takes long to open: what is tried one after the other is written down one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.fields import kind_info
from desktop.frame import DeskFrame
from desktop.pages.records import RecordsPage
from desktop.services.registry import call
from desktop.services.session import Session
from desktop.widgets.editors import LineEditor
from desktop.widgets.related import Related
from desktop.window import MainWindow
from policy.dates import today
from tests.gui.conftest import PATIENCE, quiet_down, unlock

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Services = Callable[..., Any]
FIRMS = ("重庆甲科技有限公司", "重庆乙科技有限公司", "重庆丙科技有限公司")


@pytest.fixture
def firms(workspace: Services) -> list[str]:
    return [
        workspace(
            "records.add", kind="firm", values={"name": name, "district": place, "founded_on": f"202{number}-05"}
        )["id"]
        for number, (name, place) in enumerate(zip(FIRMS, ("渝北", "渝北", "江北"), strict=True))
    ]


def _page(frame: DeskFrame) -> RecordsPage:
    page = frame.current_page()
    assert isinstance(page, RecordsPage)
    return page


def _act(menu: QMenu, start: str) -> QAction:
    menu.aboutToShow.emit()
    return next(action for action in menu.actions() if action.text().startswith(start))


def _compose(widget: QWidget, preedit: str, committed: str = "") -> None:
    """What an input method sends: the letters under way, or the text that was chosen."""
    event = QInputMethodEvent(preedit, [])
    if committed:
        event.setCommitString(committed)
    QCoreApplication.sendEvent(widget, event)


def _filtered_and_kept(qtbot: QtBot, frame: DeskFrame, firms: list[str]) -> None:
    table = _page(frame).table
    _act(table.filters.menu(), "按条件筛选").trigger()
    (line,) = table.conditions._lines
    line.set_condition({"field": "district", "test": "is", "value": "渝北"})
    qtbot.waitUntil(lambda: set(table.model.ids()) == set(firms[:2]), timeout=PATIENCE)
    table.conditions.add.click()
    table.conditions._lines[1].set_condition({"field": "founded_on", "test": "from", "value": "2021"})
    assert table.conditions._lines[1].test.currentText() == "不早于"
    qtbot.waitUntil(lambda: table.model.ids() == [firms[1]], timeout=PATIENCE)
    table.filter.setText("没有这家")  # nothing fits: it says so, and one click shows all again
    qtbot.waitUntil(table.unmatched.isVisible, timeout=PATIENCE)
    table.unmatched.button.click()
    qtbot.waitUntil(lambda: len(table.model.ids()) == 3 and table.view.isVisible(), timeout=PATIENCE)
    table.conditions.set_conditions(
        [
            {"field": "district", "test": "is", "value": "渝北"},
            {"field": "founded_on", "test": "from", "value": "2021"},
        ]
    )
    table.conditions.changed.emit()
    qtbot.waitUntil(lambda: table.model.ids() == [firms[1]], timeout=PATIENCE)
    table.conditions.name.setText("渝北的新企业")
    table.conditions.keep.click()
    _act(table.filters.menu(), "清除筛选").trigger()
    qtbot.waitUntil(lambda: len(table.model.ids()) == 3 and not table.conditions.isVisible(), timeout=PATIENCE)
    _act(table.filters.menu(), "渝北的新企业").trigger()
    qtbot.waitUntil(lambda: table.model.ids() == [firms[1]] and table.conditions.isVisible(), timeout=PATIENCE)
    _act(table.filters.menu(), "清除筛选").trigger()
    qtbot.waitUntil(lambda: len(table.model.ids()) == 3, timeout=PATIENCE)


def _columns_and_sort_are_remembered(qtbot: QtBot, frame: DeskFrame, window: MainWindow) -> None:
    table = _page(frame).table
    first = [field.name for field in table.model.fields]
    table.view.horizontalHeader().moveSection(1, 0)
    qtbot.waitUntil(lambda: table.model.fields[0].name == first[1], timeout=PATIENCE)
    place = [field.name for field in table.model.fields].index("founded_on")
    table.view.sortByColumn(place, Qt.SortOrder.DescendingOrder)
    quiet_down(qtbot, window)
    assert frame.settings.get("columns.firm")[:2] == [first[1], first[0]]
    assert frame.settings.get("sort.firm") == ["founded_on", True]


def _changed_together(qtbot: QtBot, frame: DeskFrame, window: MainWindow) -> None:
    page = _page(frame)
    table = page.table
    table.view.selectAll()
    _act(table.acts.menu(), "批量修改 3 条").trigger()
    bulk = table.bulk
    bulk.field.setCurrentIndex([field.name for field in bulk._fields].index("district"))
    assert bulk.editor is not None
    bulk.editor.set_text("江北")
    qtbot.waitUntil(lambda: "将改动 2 条，1 条已是这个值" in bulk.told.text(), timeout=PATIENCE)
    bulk.apply.click()
    qtbot.waitUntil(lambda: "已修改 2 条" in table.message.text() and not bulk.isVisible(), timeout=PATIENCE)
    place = [field.name for field in table.model.fields].index("district")
    qtbot.waitUntil(
        lambda: [table.model.index(row, place).data() for row in range(3)] == ["江北"] * 3, timeout=PATIENCE
    )
    table.view.selectAll()
    _act(table.acts.menu(), "归档 3 条").trigger()
    qtbot.waitUntil(lambda: table.model.ids() == [], timeout=PATIENCE)
    _act(table.acts.menu(), "也列出已归档的").trigger()
    qtbot.waitUntil(lambda: len(table.model.ids()) == 3, timeout=PATIENCE)
    _act(table.acts.menu(), "也列出已归档的").trigger()
    qtbot.waitUntil(lambda: table.model.ids() == [], timeout=PATIENCE)
    frame.undo()
    qtbot.waitUntil(lambda: len(table.model.ids()) == 3, timeout=PATIENCE)
    frame.undo()
    qtbot.waitUntil(
        lambda: [table.model.index(row, place).data() for row in range(3)].count("渝北") == 2, timeout=PATIENCE
    )
    quiet_down(qtbot, window)


def _pasted(qtbot: QtBot, frame: DeskFrame, window: MainWindow) -> None:
    page = _page(frame)
    QGuiApplication.clipboard().setText("一行文字")
    qtbot.keyClick(page.table.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "剪贴板里没有表格" in page.table.message.text() and page.screens.currentWidget() is page.split
    QGuiApplication.clipboard().setText(f"企业名称\t所在地方\n{FIRMS[0]}\t南岸\n㼆𠮷·丁科技有限公司\t万州\n")
    qtbot.keyClick(page.table.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    pane = page.importing
    qtbot.waitUntil(pane.go.isEnabled, timeout=PATIENCE)
    assert page.screens.currentWidget() is pane
    choice: Any = pane.table.cellWidget(1, 1)
    assert choice.currentText() == "（不导入）"
    choice.setCurrentIndex(choice.findData("district"))
    qtbot.waitUntil(lambda: pane.table.item(1, 1).text() == "区县", timeout=PATIENCE)
    pane.go.click()
    qtbot.waitUntil(lambda: "新增 1、更新 1" in pane.result.text(), timeout=PATIENCE)
    pane.back.click()
    qtbot.waitUntil(lambda: len(page.model.ids()) == 4, timeout=PATIENCE)
    frame.undo()
    qtbot.waitUntil(lambda: len(page.model.ids()) == 3, timeout=PATIENCE)
    pane.open_text(f"企业名称\t所在地方\n{FIRMS[0]}\t南岸\n", "firm")  # the column is known from now on
    qtbot.waitUntil(lambda: pane.table.rowCount() == 2 and pane.table.item(1, 1).text() == "区县", timeout=PATIENCE)
    pane.back.click()
    quiet_down(qtbot, window)


def _nothing_fires_while_composing(qtbot: QtBot, frame: DeskFrame, window: MainWindow) -> None:
    page = _page(frame)
    line = page.table.filter
    line.setFocus()
    _compose(line, "jia")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait(300)  # longer than the pause of a filter
    assert line.hasFocus() and page.model.query["text"] == "" and not window.ops.busy()
    _compose(line, "", "甲科技")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=PATIENCE)
    _compose(page.table.conditions.name, "xin")
    qtbot.keyClick(page.table.conditions.name, Qt.Key.Key_Return)
    assert len(page.table._filters()) == 1
    _compose(page.table.conditions.name, "")
    line.clear()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3, timeout=PATIENCE)


def test_a_list_is_filtered_changed_pasted_into_and_remembers(
    qtbot: QtBot, firms: list[str], open_window: Open
) -> None:
    window, frame = open_window()
    frame.open_page("firms")
    qtbot.waitUntil(lambda: len(_page(frame).model.ids()) == 3, timeout=PATIENCE)
    quiet_down(qtbot, window)
    _filtered_and_kept(qtbot, frame, firms)
    _changed_together(qtbot, frame, window)
    _pasted(qtbot, frame, window)
    _nothing_fires_while_composing(qtbot, frame, window)
    _columns_and_sort_are_remembered(qtbot, frame, window)
    window.lock()
    unlock(qtbot, window)
    assert window.frame is not None
    window.frame.open_page("firms")
    table = _page(window.frame).table
    quiet_down(qtbot, window)
    assert table.model.query["order"] == "founded_on" and table.model.ids() == firms[::-1]
    assert [field.name for field in table.model.fields][:2] == ["uscc", "name"]
    assert _act(table.filters.menu(), "渝北的新企业") is not None


def _missing_leads_to_the_field_or_takes_a_reason(qtbot: QtBot, form: Any) -> None:
    bar = form.missing
    qtbot.waitUntil(lambda: "taxpayer" in bar.missing() and bar.isVisible(), timeout=PATIENCE)
    count = len(bar.missing())
    assert bar.told.text() == f"还缺 {count} 项"
    bar.more.click()
    bar.select("taxpayer")
    bar.go.click()
    assert form.form.editor("taxpayer").focusProxy().hasFocus()
    bar.excuse.click()
    bar.why.setText("尚未办理税务登记")
    bar.sure.click()
    qtbot.waitUntil(lambda: bar.told.text() == f"还缺 {count - 1} 项", timeout=PATIENCE)
    bar.select("taxpayer")
    assert "尚未办理税务登记" in bar.list.currentItem().text()
    bar.take_back.click()
    qtbot.waitUntil(lambda: bar.told.text() == f"还缺 {count} 项", timeout=PATIENCE)
    bar.more.click()


def _a_double_is_said_and_opened(qtbot: QtBot, frame: DeskFrame, firms: list[str]) -> None:
    page = _page(frame)
    page.start_new()
    detail = page.details["firm"]
    form = detail.profile
    form.form.editor("name").set_text("重庆甲科技有限责任公司")
    qtbot.waitUntil(lambda: form.doubles.found() == [firms[0]], timeout=PATIENCE)
    assert "名称相近" in form.doubles.which.currentText() and not form.doubles.merge_button.isVisible()
    form.form.editor("name").set_text("完全不同的名字")
    qtbot.waitUntil(lambda: not form.doubles.isVisible(), timeout=PATIENCE)
    form.form.editor("name").set_text("重庆甲科技有限公司")
    qtbot.waitUntil(lambda: form.doubles.found() == [firms[0]], timeout=PATIENCE)
    form.doubles.open_button.click()
    qtbot.waitUntil(lambda: detail.record() == firms[0], timeout=PATIENCE)


def _a_list_within_a_record_is_told_apart_and_exported(
    qtbot: QtBot, years: Related, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, file = years.table, folder / "历年.xlsx"
    assert (table.filter.accessibleName(), table.acts.accessibleName()) == ("筛选企业年度数据", "对选中的企业年度数据")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    _act(table.acts.menu(), "导出为 Excel").trigger()
    qtbot.waitUntil(lambda: "已导出 1 条" in table.message.text(), timeout=PATIENCE)
    heads, row = openpyxl.load_workbook(file).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert heads[1:] == ("年度", "总收入（千元）", "从业人员（人）") and str(row[1]) == "2025"
    assert not [act for act in table.acts.menu().actions() if act.text().startswith("合并")]  # nobody would do it here


def _a_thousandfold_is_asked_about_once(
    qtbot: QtBot,
    frame: DeskFrame,
    window: MainWindow,
    firm: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    years = Related(frame.ops, "firm_year", "firm", ("year", "revenue", "staff"), frame)
    page = frame.stack.currentWidget()
    frame.stack.addWidget(years)
    frame.stack.setCurrentWidget(years)
    years.show_parent(firm)
    qtbot.waitUntil(lambda: years.model.rowCount() == 1, timeout=PATIENCE)
    quiet_down(qtbot, window)
    years.view.selectRow(0)
    qtbot.keyClick(years.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "1,180" in QGuiApplication.clipboard().text(), timeout=PATIENCE)
    assert "总收入 (千元)" in QGuiApplication.clipboard().text().split("\n")[0]
    _a_list_within_a_record_is_told_apart_and_exported(qtbot, years, folder, monkeypatch)
    years.start_new()
    form = years.form
    form.form.editor("year").set_text("2026")
    amount = form.form.editor("revenue")
    amount.set_text("1200000")
    assert amount.focusProxy().toolTip() == "1,200,000 千元 = 120,000 万元"
    form.save()
    qtbot.waitUntil(lambda: "相差约 1,000 倍" in form.message.text(), timeout=PATIENCE)
    assert "1,180 千元" in form.message.text() and form.record()
    form.message._act()
    qtbot.waitUntil(lambda: amount.text() == "1200" and not form.form.is_edited(), timeout=PATIENCE)
    quiet_down(qtbot, window)
    form.form.editor("staff").set_text("8")
    form.save()
    quiet_down(qtbot, window)
    assert form.message.text() == ""
    frame.stack.setCurrentWidget(page)
    frame.stack.removeWidget(years)
    years.deleteLater()


def _history_by_field_takes_a_step_back(qtbot: QtBot, frame: DeskFrame, window: MainWindow) -> None:
    detail = _page(frame).details["firm"]
    detail.tabs.setCurrentWidget(detail.history)
    history = detail.history
    qtbot.waitUntil(lambda: history.tree.topLevelItemCount() == 3, timeout=PATIENCE)
    history.field.setCurrentIndex(history.field.findData("district"))
    qtbot.waitUntil(lambda: history.tree.topLevelItemCount() == 2, timeout=PATIENCE)
    newest = history.tree.topLevelItem(0)
    assert (newest.text(1), newest.text(3)) == ("李四", "区县：渝北 → 南岸")
    assert not newest.icon(0).isNull() and history.tree.topLevelItem(1).icon(0).isNull()
    assert "1 处" in history._fresh.text()
    history.tree.setCurrentItem(newest)
    history.undo.click()
    qtbot.waitUntil(lambda: history.tree.topLevelItemCount() == 3, timeout=PATIENCE)
    assert "已撤销" in history.message.text()
    qtbot.waitUntil(lambda: detail.profile.form.editor("district").text() == "渝北", timeout=PATIENCE)
    quiet_down(qtbot, window)


def test_a_form_says_what_is_missing_doubled_doubtful_and_who_changed_what(
    qtbot: QtBot,
    tmp_path: Path,
    workspace: Services,
    firms: list[str],
    open_window: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workspace("records.add", kind="firm_year", values={"firm": firms[0], "year": "2025", "revenue": "1180"})
    workspace("lists.visit", begins=True)
    _as_somebody_else(workspace, tmp_path / "ws", firms[0])
    window, frame = open_window()
    frame.open_record("firm", firms[0])
    quiet_down(qtbot, window)
    page = _page(frame)
    row = page.model.place_of(firms[0])
    qtbot.waitUntil(lambda: page.model.is_fresh(firms[0]), timeout=PATIENCE)
    assert page.model.index(row, 0).data(Qt.ItemDataRole.DecorationRole) is not None
    assert not page.model.is_fresh(firms[1])
    _missing_leads_to_the_field_or_takes_a_reason(qtbot, page.details["firm"].profile)
    quiet_down(qtbot, window)
    _a_double_is_said_and_opened(qtbot, frame, firms)
    _a_thousandfold_is_asked_about_once(qtbot, frame, window, firms[0], tmp_path, monkeypatch)
    _history_by_field_takes_a_step_back(qtbot, frame, window)


def _as_somebody_else(workspace: Services, folder: Path, firm: str) -> None:
    """A colleague changes the firm's district while this person is away."""
    workspace("keys.add_person", name="李四", post="项目主管", new_passphrase="另一个人的口令 2026")
    workspace("close")
    session = Session()
    call(session, "workspace.open", folder=str(folder), passphrase="另一个人的口令 2026")
    call(session, "records.edit", kind="firm", id=firm, values={"district": "南岸"})
    session.close()


def test_odd_input_is_read_in_a_form_as_the_import_reads_it(qtbot: QtBot, firms: list[str], open_window: Open) -> None:
    window, frame = open_window()
    frame.open_record("firm", firms[0])
    quiet_down(qtbot, window)
    form = _page(frame).details["firm"].profile
    odd = {
        "name": "重庆㼆𠮷·实验室🚀有限公司",
        "reg_capital": "１，２００",
        "founded_on": "２０２３．５",
        "address": "路" * 300,
        "website": "x" * 201,
    }
    for name, text in odd.items():
        form.form.editor(name).set_text(text)
    assert form.form.editor("website").text() == odd["website"]  # nothing that is pasted is cut off unseen
    form.save()
    quiet_down(qtbot, window)
    assert "200" in form.form._parts["website"]._problem.text() and form.form.is_edited()
    form.form.editor("website").set_text("")
    form.save()
    qtbot.waitUntil(lambda: not form.form.is_edited(), timeout=PATIENCE)
    quiet_down(qtbot, window)
    shown = {name: form.form.editor(name).text() for name in odd}
    assert shown == {**odd, "reg_capital": "1200", "founded_on": "2023-05", "website": ""}
    for name, text, why in (
        ("uscc", "5.00103E+17", "统一社会信用代码"),
        ("founded_on", "2023-02-30", "成立时间"),
        ("reg_capital", "很多", "注册资本"),
    ):
        editor = form.form.editor(name)
        before = editor.text()
        editor.set_text(text)
        form.save()
        qtbot.waitUntil(lambda part=form.form._parts[name]: bool(part._problem.text()), timeout=PATIENCE)
        assert why in form.form._parts[name]._problem.text() and editor.text() == text
        editor.set_text(before)
        form.form._parts[name].set_problem("")
    quiet_down(qtbot, window)


def test_a_day_typed_without_its_year_gets_this_one_where_it_is_seen(qtbot: QtBot) -> None:
    editor = LineEditor(kind_info("tenancy").field("entered_on"))
    qtbot.addWidget(editor)
    editor.show()
    QTest.keyClicks(editor.edit, "1.30")
    assert editor.text() == "1.30" and editor._unit.text() == f"{today().year}-01-30"
    QTest.keyClick(editor.edit, Qt.Key.Key_Return)
    assert editor.text() == f"{today().year}-01-30" and not editor._unit.text()
    for typed, said in (("2025.1.30", ""), ("2025年1月", ""), ("下周", "看不出日期")):
        editor.set_text(typed)
        QTest.keyClick(editor.edit, Qt.Key.Key_Return)
        assert (editor.text(), editor._unit.text()) == (typed, said)
