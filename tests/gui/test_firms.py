"""The firms page over the public ledger: import with refused rows, filter, sort, copy, and the verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.firms.page import FirmsPage
from desktop.window import MainWindow
from tests.gui.conftest import PATIENCE, quiet_down

Open = Callable[[], tuple[MainWindow, DeskFrame]]
ROWS, REFUSED = 1876, 29


def firms(frame: DeskFrame) -> FirmsPage:
    frame.open_page("firms")
    page = frame.current_page()
    assert isinstance(page, FirmsPage)
    return page


def test_import_filter_sort_and_copy(qtbot: QtBot, shared_dir: Path, open_window: Open) -> None:
    window, frame = open_window()
    page = firms(frame)
    quiet_down(qtbot, window)
    assert page.empty.isVisible()
    page.screens.setCurrentWidget(page.importing)
    page.importing.open_file(str(shared_dir / "data" / "firms-chongqing-2002.xls"))
    qtbot.waitUntil(page.importing.go.isEnabled, timeout=PATIENCE)
    assert page.importing.table.rowCount() == 10
    page.importing.go.click()
    qtbot.waitUntil(lambda: str(REFUSED) in page.importing.result.text(), timeout=PATIENCE * 2)
    assert page.importing.table.rowCount() == REFUSED
    qtbot.waitUntil(lambda: page.model.rowCount() == ROWS - REFUSED, timeout=PATIENCE)
    page.importing.back.click()
    assert page.table.view.isVisible()
    page.table.filter.setText("dsdq")
    qtbot.waitUntil(lambda: 0 < page.model.rowCount() < 20, timeout=PATIENCE)
    quiet_down(qtbot, window)
    qtbot.waitUntil(lambda: "大顺电器" in page.model.index(0, 0).data(), timeout=PATIENCE)
    page.table.filter.clear()
    qtbot.waitUntil(lambda: page.model.rowCount() == ROWS - REFUSED, timeout=PATIENCE)
    place = [field.name for field in page.model.fields].index("founded_on")
    page.table.view.sortByColumn(place, Qt.SortOrder.DescendingOrder)
    quiet_down(qtbot, window)
    newest = _loaded(qtbot, page, 0, place)
    assert newest >= _loaded(qtbot, page, 1, place) > "2001"
    page.table.view.selectRow(0)
    page.table.copy_selected()
    qtbot.waitUntil(lambda: newest in QGuiApplication.clipboard().text(), timeout=PATIENCE)
    assert QGuiApplication.clipboard().text().split("\n")[0].startswith("单位名称\t")


def test_a_bad_value_is_told_beside_its_field(qtbot: QtBot, open_window: Open) -> None:
    window, frame = open_window()
    page = firms(frame)
    page.start_new()
    form = page.detail.profile
    form.form.editor("name").set_text("乙科技有限公司")
    form.form.editor("reg_capital").set_text("很多")
    form.save()
    quiet_down(qtbot, window)
    assert form.form.is_edited()
    assert "很多" in form.form._parts["reg_capital"]._problem.text()
    form.form.editor("reg_capital").set_text("50万元")
    form.save()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert form.form.editor("reg_capital").text() == "500"  # shown in the field's own unit, 千元


def test_verdict_says_what_is_missing(qtbot: QtBot, workspace: Callable[..., Any], open_window: Open) -> None:
    firm = workspace("records.add", kind="firm", values={"name": "丙科技", "founded_on": "2024-01-01"})["id"]
    own = workspace("workspace.info")["organisation"]["id"]
    carrier = {"name": "综合孵化器", "operator": own, "carrier_kind": "comprehensive"}
    place = workspace("records.add", kind="carrier", values=carrier)["id"]
    stay = {"firm": firm, "carrier": place, "status": "incubating", "entered_on": "2025-01-01"}
    workspace("records.add", kind="tenancy", values=stay)
    window, frame = open_window()
    frame.open_record("firm", firm)
    page = firms(frame)
    page.detail.tabs.setCurrentIndex(1)
    verdict = page.detail.part("verdict")
    qtbot.waitUntil(lambda: verdict.policy.count() > 0, timeout=PATIENCE)
    verdict.policy.setCurrentIndex(verdict.policy.findData("guokefaqu-2018-300"))
    quiet_down(qtbot, window)
    from PySide6.QtWidgets import QLabel

    texts = "\n".join(label.text() for label in verdict.findChildren(QLabel))
    assert "入驻时成立时间不超过24个月" in texts
    assert "现为 12 个月" in texts
    assert "缺数据" in texts
    page.views.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.tenancies.rowCount() == 1, timeout=PATIENCE)


def _loaded(qtbot: QtBot, page: FirmsPage, row: int, column: int) -> str:
    qtbot.waitUntil(lambda: page.model.index(row, column).data() != "…", timeout=PATIENCE)
    return str(page.model.index(row, column).data())


def test_doubts_are_shown_beside_what_was_refused(qtbot: QtBot, tmp_path: Path, open_window: Open) -> None:
    window, frame = open_window()
    page = firms(frame)
    quiet_down(qtbot, window)
    file = tmp_path / "台账.csv"
    file.write_text("企业名称,统一社会信用代码\n重庆甲科技有限公司,91500103305090246A\n", "utf-8")
    page.screens.setCurrentWidget(page.importing)
    page.importing.open_file(str(file))
    qtbot.waitUntil(page.importing.go.isEnabled, timeout=PATIENCE)
    page.importing.go.click()
    qtbot.waitUntil(lambda: page.importing.table.columnCount() == 5, timeout=PATIENCE)
    shown = [page.importing.table.item(0, column).text() for column in range(5)]
    assert shown[0] == "已导入，请核对"
    assert shown[3] == "91500103305090246A"
    quiet_down(qtbot, window)
