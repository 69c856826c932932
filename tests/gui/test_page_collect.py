"""数据采集 in the real window: a round is begun, forms go out, a folder comes back, doubts lead to the figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.collect import CollectPage
from desktop.pages.collect.returns import Returns
from desktop.pages.firms import FirmsPage
from desktop.window import MainWindow
from tests.gui.conftest import PATIENCE, quiet_down
from tests.gui.person import Person

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Services = Callable[..., Any]


@pytest.fixture
def carrier(workspace: Services) -> str:
    """A carrier with two firms in it, and their figures of the year before."""
    own = workspace("workspace.info")["organisation"]["id"]
    made = workspace(
        "records.add", kind="carrier", values={"name": "示例孵化器", "operator": own, "carrier_kind": "comprehensive"}
    )["id"]
    for name in ("示例甲科技有限公司", "示例乙科技有限公司"):
        firm = workspace("records.add", kind="firm", values={"name": name})["id"]
        stay = {"firm": firm, "carrier": made, "status": "incubating", "entered_on": "2024-03-01"}
        workspace("records.add", kind="tenancy", values=stay)
        workspace("torch.save", firm=firm, year=2024, values={"revenue": "120"})
    return str(made)


def fill(file: Path, to: Path, revenue: float) -> None:
    """As a firm fills its form in, and calls the file what it likes."""
    book = load_workbook(file)
    sheet = book.worksheets[0]
    (line,) = (n for n in range(2, sheet.max_row + 1) if sheet.cell(n, 2).value == "总收入")
    sheet.cell(line, 5).value = revenue
    book.save(to)


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # the list of carriers, offscreen
def test_a_whole_round_by_keyboard_alone(
    qtbot: QtBot, carrier: str, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, frame = open_window()
    person = Person(qtbot, window)
    frame.open_page("collect")
    quiet_down(qtbot, window)
    page = frame._pages["collect"]
    assert isinstance(page, CollectPage)
    person.tabs_to("新采集批次")
    person.presses("Space")
    person.until(lambda: window.focusWidget() is not None and window.focusWidget().accessibleName() == "批次名称")
    person.says("2025年报")
    person.tabs_to("采集类别")
    person.presses("Down")
    person.tabs_to("期间")
    person.says("2025年")
    person.waits_for("填了期间以后列在这里")
    person.says("2025Q3")
    person.waits_for("已选 12 项")
    assert not page.beginning.picking.required.isEnabled()  # a quarter requires nothing: it would clear the list
    person.says("2025")
    person.waits_for("已选 42 项")
    person.tabs_to("回收期限")
    person.says("2026-02-10")
    person.presses("Ctrl+Return")
    person.waits_for("还缺少必填项：载体")
    field = person.tabs_to("载体")
    assert isinstance(field, QLineEdit)
    person.says("sl")
    completer = field.completer()
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    person.until(popup.isVisible, "the carriers found")
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    person.until(lambda: field.text() == "示例孵化器", "the carrier")
    window.activateWindow()

    # what is asked for: the required ones, without one of them; the form is looked at before it goes out
    person.tabs_to("只选必填项")
    person.presses("Space")
    list_ = person.tabs_to("采集的数据项")
    person.waits_for("已选 ")
    assert not person.sees("已选 42 项")
    person.presses("Home")
    person.presses("Space")
    picked = page.beginning.picking.picked()
    assert "investment_received" not in picked and "revenue" in picked and "staff_master" not in picked
    assert list_ is window.focusWidget()
    look = tmp_path / "样表.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(look), ""))
    person.tabs_to("样表…")
    person.presses("Space")
    person.waits_for("已写入")
    assert load_workbook(look).worksheets[0].max_row == 4 + len(picked)
    person.presses("Ctrl+Return")
    person.waits_for("未回 2")
    person.until(lambda: person.rows("列表")[0][1] == "0/2", "nothing has come back, in the list of rounds too")
    assert "2 家还没有登记发出" in person.rows("列表")[0][2]

    # the forms go out, come back under any name, and are looked at before anything is kept
    out, back = tmp_path / "发出", tmp_path / "收回"
    back.mkdir()
    folders = iter((str(out), str(back)))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: next(folders))
    returns = page.details["collection_round"].part("returns")
    assert isinstance(returns, Returns)
    person.tabs_to("生成表格")
    returns.every.trigger()  # a menu opens on no screen
    person.waits_for("2 个表格")
    for place, file in enumerate(sorted(out.iterdir())):
        fill(file, back / f"新建({place}).xlsx", (150, 150000)[place])
    (back / "说明.txt").write_text("不是表格", "utf-8")
    person.tabs_to("收回文件夹…")
    person.presses("Space")
    person.waits_for("还没有保存任何内容")
    assert person.sees("认出 2 家，其中 1 家有疑问；没有认出 1 个") and person.sees("未回 2")
    rows = person.rows("收回的表")
    assert [row[2] for row in rows] == ["1", "1", "0"] and rows[2][:2] == ["没有认出", "说明.txt"]
    person.presses("Escape")
    person.waits_until_gone("还没有保存任何内容")
    assert person.sees("未回 2")
    returns.take_in([str(back)])
    person.waits_for("还没有保存任何内容")
    person.presses("Down")
    person.presses("Ctrl+Return")
    person.waits_for("读了 3 个文件，认出 2 家企业")
    person.waits_for("有疑问 1")
    assert not person.sees("还没有保存任何内容")
    person.until(lambda: person.rows("列表")[0][1:3] == ["2/2；疑问 1", "核对 1 家的疑问"], "how the round stands")

    person.tabs_to("复制催报文字")
    person.presses("Space")
    person.until(lambda: "还空着" in QGuiApplication.clipboard().text(), "the words to remind with")
    assert "是不是单位看错了" in QGuiApplication.clipboard().text()

    item = next(one for one in returns._told["rows"] if one["state"] == "doubt")
    returns.items.select(item["id"])
    person.until(returns.confirm.isEnabled, "the firm chosen")
    person.tabs_to("复制这一家的催报文字")
    person.presses("Space")
    person.until(lambda: QGuiApplication.clipboard().text().count("您好") == 1, "the words for one firm")
    assert item["name"] in QGuiApplication.clipboard().text()
    person.tabs_to("确认这一家")
    person.presses("Space")
    person.waits_for("已确认 1")
    person.until(lambda: person.rows("列表")[0][1:3] == ["2/2", "确认 1 家的数据"], "one of them is left")
    seen = tmp_path / "批次.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(seen), ""))
    page.seen_export.trigger()  # the columns seen: what is no field of a round stays on screen
    person.until(seen.exists, "the list as a workbook")
    assert [cell.value for cell in load_workbook(seen).worksheets[0][1]][1:3] == ["批次名称", "回收期限"]
    page.table.view.horizontalHeader().setSortIndicator(1, Qt.SortOrder.AscendingOrder)  # nothing to sort by
    assert page.model.query["order"] == "due_on"
    person.tabs_to("打开数据")
    person.presses("Space")
    person.until(lambda: isinstance(frame.current_page(), FirmsPage), "the firm's figures")
    quiet_down(qtbot, window)


def test_files_are_dropped_one_form_is_written_again_and_sending_is_noted(
    qtbot: QtBot, workspace: Services, carrier: str, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = workspace(
        "collect.start", name="三季度", kind="quarter", period="2025Q3", carrier=carrier, due_on="2025-10-10"
    )["id"]
    window, frame = open_window()
    frame.open_record("collection_round", key)
    quiet_down(qtbot, window)
    page = frame._pages["collect"]
    assert isinstance(page, CollectPage)
    returns = page.details["collection_round"].part("returns")
    assert isinstance(returns, Returns)
    person = Person(qtbot, window)
    person.until(returns.write.isEnabled, "the round")
    returns._acts["wechat"].trigger()
    person.until(lambda: all(one["sent_on"] for one in returns._told["rows"]), "the day of sending")

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path / "一家"))
    returns.items.select(returns._told["rows"][0]["id"])
    person.until(returns.one.isEnabled, "a firm chosen")
    returns.one.trigger()
    person.waits_for("1 个表格")
    (file,) = (tmp_path / "一家").iterdir()
    fill(file, tmp_path / "q.xlsx", 30)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "q.xlsx"))])
    drop = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    returns.dropEvent(drop)
    person.waits_for("认出 1 家")
    person.clicks("读入")
    person.waits_for("没有疑问")
    qtbot.waitUntil(lambda: "未回 1" in returns.summary.text(), timeout=PATIENCE)
    quiet_down(qtbot, window)
