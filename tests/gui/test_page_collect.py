"""数据采集 in the real window: a round is begun, forms go out, a folder comes back, doubts lead to the figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.collect import CollectPage
from desktop.pages.collect.returns import Returns
from desktop.window import MainWindow
from tests.gui.conftest import PATIENCE, quiet_down

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Services = Callable[..., Any]


def test_a_round_from_beginning_to_confirmed(
    qtbot: QtBot, workspace: Services, open_window: Open, tmp_path: Path
) -> None:
    own = workspace("workspace.info")["organisation"]["id"]
    carrier = workspace(
        "records.add", kind="carrier", values={"name": "示例孵化器", "operator": own, "carrier_kind": "comprehensive"}
    )["id"]
    for name in ("示例甲科技有限公司", "示例乙科技有限公司"):
        firm = workspace("records.add", kind="firm", values={"name": name})["id"]
        stay = {"firm": firm, "carrier": carrier, "status": "incubating", "entered_on": "2024-03-01"}
        workspace("records.add", kind="tenancy", values=stay)
        workspace("torch.save", firm=firm, year=2024, values={"revenue": "120"})
    window, frame = open_window()
    frame.open_page("collect")
    quiet_down(qtbot, window)
    page = frame._pages["collect"]
    assert isinstance(page, CollectPage)
    page.new.click()
    given = {"title": "2025年报", "kind": "torch_year", "period": "2025年", "carrier": carrier, "due_on": "2026-02-10"}
    for name, text in given.items():
        page.beginning.form.editor(name).set_text(text)
    page.beginning.go.click()
    qtbot.waitUntil(lambda: "2025年" in page.beginning.message.text(), timeout=PATIENCE)
    page.beginning.form.editor("period").set_text("2025")
    page.beginning.go.click()
    qtbot.waitUntil(lambda: page.screens.currentWidget() is page.split, timeout=PATIENCE)
    quiet_down(qtbot, window)
    returns = page.details["collection_round"].part("returns")
    assert isinstance(returns, Returns)
    qtbot.waitUntil(lambda: "未回 2" in returns.summary.text(), timeout=PATIENCE)

    out, back = tmp_path / "发出", tmp_path / "收回"
    back.mkdir()
    returns.write_to(str(out))
    qtbot.waitUntil(lambda: "2 个表格" in returns.message.text(), timeout=PATIENCE)
    for place, file in enumerate(sorted(out.iterdir())):
        book = load_workbook(file)
        sheet = book.worksheets[0]
        (line,) = (n for n in range(2, sheet.max_row + 1) if sheet.cell(n, 2).value == "总收入")
        sheet.cell(line, 5).value = (150, 150000)[place]
        book.save(back / f"{place}.xlsx")
    (back / "说明.txt").write_text("不是表格", "utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(back))])
    drop = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    returns.dropEvent(drop)
    qtbot.waitUntil(lambda: "认出 2 家" in returns.message.text(), timeout=PATIENCE)
    assert "1 家有疑问" in returns.message.text() and "说明.txt" in returns.message.text()
    qtbot.waitUntil(lambda: "有疑问 1" in returns.summary.text(), timeout=PATIENCE)

    returns.remind.click()
    qtbot.waitUntil(lambda: "还空着" in QGuiApplication.clipboard().text(), timeout=PATIENCE)
    assert "是不是单位看错了" in QGuiApplication.clipboard().text()

    item = next(one for one in returns._told["rows"] if one["state"] == "doubt")
    returns.items.select(item["id"])
    qtbot.waitUntil(returns.confirm.isEnabled, timeout=PATIENCE)
    returns.confirm.click()
    qtbot.waitUntil(lambda: "已确认 1" in returns.summary.text(), timeout=PATIENCE)
    assert not returns.confirm.isEnabled()
    returns.open.click()
    qtbot.waitUntil(lambda: frame.stack.currentWidget() is frame._pages.get("firms"), timeout=PATIENCE)
    quiet_down(qtbot, window)


def test_sending_is_noted_for_all_at_once(qtbot: QtBot, workspace: Services, open_window: Open) -> None:
    own = workspace("workspace.info")["organisation"]["id"]
    carrier = workspace(
        "records.add", kind="carrier", values={"name": "示例孵化器", "operator": own, "carrier_kind": "comprehensive"}
    )["id"]
    firm = workspace("records.add", kind="firm", values={"name": "示例甲科技有限公司"})["id"]
    stay = {"firm": firm, "carrier": carrier, "status": "incubating", "entered_on": "2024-03-01"}
    workspace("records.add", kind="tenancy", values=stay)
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
    qtbot.waitUntil(returns.write.isEnabled, timeout=PATIENCE)
    returns._acts["wechat"].trigger()
    qtbot.waitUntil(lambda: bool(returns._told["rows"][0]["sent_on"]), timeout=PATIENCE)
