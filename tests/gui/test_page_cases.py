"""The cases page in the real window: a case with its tabs, money claimed, and the quick record by keyboard."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.cases.nested import Nested
from desktop.pages.cases.page import CasesPage
from desktop.pages.cases.progress import Milestones
from desktop.pages.cases.tabs import Brokers, Checks, Distributions, PricingDuties, Proof
from desktop.quicklog import QuickLog
from desktop.widgets.related import Related
from desktop.window import MainWindow
from policy.dates import today
from tests.gui.conftest import PATIENCE, quiet_down
from tests.gui.person import Person

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Workspace = Callable[..., Any]
CTRL = Qt.KeyboardModifier.ControlModifier


def _add(workspace: Workspace, kind: str, /, **values: str) -> str:
    return str(workspace("records.add", kind=kind, values=values)["id"])


def _page(frame: DeskFrame) -> CasesPage:
    page = frame.current_page()
    assert isinstance(page, CasesPage)
    return page


def _deal(workspace: Workspace) -> dict[str, str]:
    """A case with a contract, two instalments and a receipt that nobody has claimed."""
    made = {
        "seller": _add(workspace, "organisation", name="示例大学", org_kind="university"),
        "buyer": _add(workspace, "organisation", name="重庆示例机械有限公司", org_kind="firm"),
        "case": _add(workspace, "case", no="A-1", title="焊缝检测", track="supply", mode="licence"),
    }
    made["contract"] = _add(
        workspace, "contract", name="焊缝检测许可", case=made["case"], seller=made["seller"], buyer=made["buyer"],
        own_no="HT-2026-001", amount_total="50万元", nontech_cost="60万元", registry_no="12345",
    )  # fmt: skip
    for number, amount in (("1", "200000"), ("2", "300000")):
        _add(workspace, "instalment", contract=made["contract"], no=number, due_on=f"2026-0{number}-28", amount=amount)
    for amount, payer in (("200000", "重庆示例机械有限公司"), ("300000", "重庆示例控股有限公司"), ("-5", "路人甲")):
        _add(workspace, "receipt", received_on="2026-03-02", payer=payer, account_holder=made["seller"], amount=amount)
    return made


# -- the case --------------------------------------------------------------------------------------------------------
def test_a_case_shows_all_its_tabs_and_what_is_odd(qtbot: QtBot, workspace: Workspace, open_window: Open) -> None:
    made = _deal(workspace)
    for name in ("甲", "乙", "𠮷"):
        person = _add(workspace, "person", name=name)
        _add(workspace, "case_broker", case=made["case"], person=person, role="support", share_pct="33.33")
    _add(workspace, "pricing", case=made["case"], route="negotiated", proposed_price="50万元")
    window, frame = open_window()
    frame.open_record("contract", made["contract"])
    page = _page(frame)
    contracts = page.detail.part("contract")
    assert isinstance(contracts, Nested)
    qtbot.waitUntil(lambda: contracts.detail.record() == made["contract"], timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert page.detail.record() == made["case"]
    detail = contracts.detail
    assert detail.profile.form.editor("registry_no").text() == "12345"
    checks, proof = detail.part("checks"), detail.part("proof")
    assert isinstance(checks, Checks)
    assert isinstance(proof, Proof)
    for part in (checks, proof):
        detail.tabs.setCurrentWidget(part)
        quiet_down(qtbot, window)
    said = " ".join(row["text"] for row in checks.model.rows())
    assert "16位或14位" in said
    assert "技术交易额应在0和合同成交额之间" in said
    assert proof.state.text() == "未证明促成"
    for place in range(page.detail.tabs.count()):
        page.detail.tabs.setCurrentIndex(place)
        quiet_down(qtbot, window)
    brokers, pricing = page.detail.part("case_broker"), page.detail.part("pricing")
    assert isinstance(brokers, Brokers)
    assert brokers.sum.text() == "份额合计 99.99%，应为 100%；尾差请记给一人"
    assert isinstance(pricing, Nested)
    duties = pricing.detail.part("duties")
    assert isinstance(duties, PricingDuties)
    page.detail.tabs.setCurrentWidget(pricing)
    pricing.detail.tabs.setCurrentWidget(duties)
    qtbot.waitUntil(lambda: bool(duties.model.rows()), timeout=PATIENCE)
    shares = page.detail.part("distribution")
    assert isinstance(shares, Distributions)
    assert shares.said.text() == "还没有到账可以分配。"
    rows = page.detail.part("deadlines").list._rows  # type: ignore[attr-defined]
    assert [row["title"] for row in rows if row["kind"] == "instalment"] == ["第 1 期应收", "第 2 期应收"]
    # the contracts of a case are a table like any other: rows of a spreadsheet belong to the case, letters filter
    page.detail.tabs.setCurrentWidget(contracts)
    QGuiApplication.clipboard().setText("合同项目名称\t合同成交额\n焊缝检测改进\t8\n振动诊断\t9\n")
    contracts.view.setFocus()
    QTest.keyClick(contracts.view, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(page.importing.go.isEnabled, timeout=PATIENCE)
    page.importing.go.click()
    qtbot.waitUntil(lambda: "新增 2" in page.importing.result.text(), timeout=PATIENCE)
    page.importing.back.click()
    qtbot.waitUntil(lambda: contracts.model.rowCount() == 3, timeout=PATIENCE)
    contracts.table.filter.setText("振动")
    qtbot.waitUntil(lambda: contracts.model.rowCount() == 1, timeout=PATIENCE)
    assert detail.record() == made["contract"] and detail.isVisible()  # what is open stays open
    contracts.view.selectRow(0)
    qtbot.waitUntil(lambda: detail.record() == contracts.model.id_at(0), timeout=PATIENCE)
    quiet_down(qtbot, window)


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # the list that opens, offscreen
def test_contracts_and_holdings_are_listed_with_what_is_not_proven_counted_apart(
    qtbot: QtBot, workspace: Workspace, open_window: Open
) -> None:
    made = _deal(workspace)
    for number, role in ((1, "confirmation"), (2, "")):
        contract = _add(
            workspace, "contract", name=f"许可{number}", case=made["case"], seller=made["seller"], buyer=made["buyer"],
            amount_total="30万元", registry_state="registered", registered_on=today().isoformat(),
            signed_on=today().isoformat(), registry_no=f"20265001000000{number}0",
        )  # fmt: skip
        if role:
            _add(workspace, "brokerage", contract=contract, our_role=role)
    company = _add(workspace, "organisation", name="示例新材料有限公司", org_kind="firm")
    for value, disposal in (("100万元", "held"), ("50万元", "exited")):
        case = _add(workspace, "case", no=f"E-{value}", title=f"入股{value}", track="equity", mode="equity")
        _add(workspace, "equity_holding", case=case, company=company, value=value, disposal=disposal)
    window, frame = open_window()
    frame.open_page("cases")
    page = _page(frame)
    person = Person(qtbot, window)
    person.waits_for("已证明促成 1 份合同")
    person.waits_for("另有 1 份已登记而未证明促成")
    page.year.setFocus()  # what the line counts, by the keyboard: Tab to the link, Enter
    QTest.keyClick(page.year, Qt.Key.Key_Tab)
    QTest.keyClick(page.year, Qt.Key.Key_Return)
    person.until(lambda: page.view.shown() == "未证明促成的合同" and person.rows("列表")[0][0] == "许可2")
    assert [row[0] for row in person.rows("列表")] == ["许可2"]
    person.chooses("列出", "合同台账")
    person.until(lambda: len(page.table.model.ids()) == 2)  # still this year's only: the conditions stand above
    person.clicks("清除条件")
    person.until(lambda: len(page.table.model.ids()) == 3)
    person.chooses("列出", "未证明促成的合同")
    person.until(lambda: sorted(row[0] for row in person.rows("列表")) == ["焊缝检测许可", "许可2"])
    person.chooses("列出", "全部结果")
    before = page.year.fontMetrics().horizontalAdvance(re.sub("<a .*|<[^>]*>", "", page.year.text(), flags=re.DOTALL))
    QTest.mouseClick(
        page.year, Qt.MouseButton.LeftButton, pos=QPoint(before + 40, page.year.fontMetrics().height() // 2)
    )
    person.until(lambda: page.table.model.ids() and [row[0] for row in person.rows("列表")] == ["许可2"])
    proof = {"contract": contract, "our_role": "confirmation"}
    page.ops.run("records.add", owner=page, kind="brokerage", values=proof)
    person.until(lambda: not page.table.model.ids())  # proven now, and not counted any more
    person.chooses("列出", "股权台账")
    person.until(lambda: len(page.table.model.ids()) == 2)
    person.waits_for("持有 1 项，作价 100 万元")
    person.waits_for("已处置 1 项，原作价 50 万元")
    page.equity.setFocus()
    QTest.keyClick(page.equity, Qt.Key.Key_Tab)  # the first figure has rows
    QTest.keyClick(page.equity, Qt.Key.Key_Return)
    person.until(lambda: page.table.model.ids() and page.table.conditions.isVisible())
    person.until(lambda: [row[2] for row in person.rows("列表")] == ["100"])
    page.equity.linkActivated.emit("gone")
    person.until(lambda: [row[2] for row in person.rows("列表")] == ["50"])
    page.table.use_filter({})
    person.chooses("列出", "持有中的股权")
    person.until(lambda: [row[2] for row in person.rows("列表")] == ["100"])
    page.table.view.selectRow(0)  # opens in the case it belongs to
    person.until(lambda: "入股100万元" in page.detail._name.text())
    person.until(lambda: page.detail.tabs.currentWidget() is page.detail.part("equity_holding"))
    quiet_down(qtbot, window)


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_a_record_inside_a_contract_opens_where_it_is_kept(
    qtbot: QtBot, workspace: Workspace, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _deal(workspace)
    amended = {"changes": {"amount_total": "75.5"}, "signed_on": "2026-06-01"}
    amendment = workspace("contract.amend", contract=made["contract"], **amended)["id"]
    _window, frame = open_window()
    frame.open_record("contract_amendment", amendment)
    contracts = _page(frame).detail.part("contract")
    assert isinstance(contracts, Nested)
    qtbot.waitUntil(lambda: contracts.detail.record() == made["contract"], timeout=PATIENCE)
    related = contracts.detail.part("contract_amendment")
    assert isinstance(related, Related)
    qtbot.waitUntil(lambda: related.form.record() == amendment, timeout=PATIENCE)
    person = Person(qtbot, related.window())
    person.waits_for("→ 75.5 万元")
    paper = tmp_path / "补充协议.txt"
    paper.write_text("补充协议", "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(paper)], ""))
    person.clicks("附上补充协议原件…")
    person.waits_for("已附上 1 个文件")
    person.clicks("新增补充协议")
    person.types("签订日期", "2026-07-01")
    person.chooses("改什么 1", "合同成交额")
    person.waits_for("现为 75.5 万元，改为")
    person.types("合同成交额", "75.5")
    person.clicks("保存")
    person.waits_for("已经是这个值")
    person.types("合同成交额", "90")
    person.clicks("保存")
    person.waits_for("75.5 万元 → 90 万元")


def test_milestones_by_keyboard_and_the_outcome_with_its_reason(
    qtbot: QtBot, workspace: Workspace, open_window: Open
) -> None:
    case = _add(workspace, "case", no="A-1", title="焊缝检测", track="supply", mode="licence")
    window, frame = open_window()
    frame.open_record("case", case)
    page = _page(frame)
    qtbot.waitUntil(lambda: page.detail.record() == case, timeout=PATIENCE)
    tab = page.detail.part("milestones")
    assert isinstance(tab, Milestones)
    page.detail.tabs.setCurrentWidget(tab)
    qtbot.waitUntil(lambda: len(tab.model.rows()) == 12, timeout=PATIENCE)
    assert not tab.states["price"].text().endswith("可以出具") or "不能" in tab.states["price"].text()
    tab.table.setFocus()
    assert tab.model.rows()[0]["state"] == "reached" and tab.table.currentIndex().row() == 1
    QTest.keyClick(tab.table, Qt.Key.Key_Return)  # the first open one: disclosed, which asks why
    qtbot.waitUntil(tab.gate.isVisible, timeout=PATIENCE)
    tab.gate.reason.setText("下周补登")
    tab.gate.day.setText("2026-02-30")
    QTest.keyClick(tab.gate.day, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "2026-02-30" in tab.gate._fault.text(), timeout=PATIENCE)
    tab.gate.day.setText("2026-02-01")
    QTest.keyClick(tab.gate.day, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.model.rows()[1]["state"] == "reached", timeout=PATIENCE)
    assert tab.model.rows()[1]["late"]
    tab.table.selectRow(2)
    QTest.mouseClick(tab.skip, Qt.MouseButton.LeftButton)
    tab.gate.reason.setText("校内系统已登记")
    QTest.keyClick(tab.gate.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.model.rows()[2]["state"] == "skipped", timeout=PATIENCE)
    tab.table.selectRow(2)
    QTest.mouseClick(tab.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tab.model.rows()[2]["state"] == "open", timeout=PATIENCE)
    quiet_down(qtbot, window)  # the outcome is asked for as well, and what is chosen here by the test is no touch
    tab.outcome.outcome.setCurrentIndex(tab.outcome.outcome.findData("paused"))
    QTest.mouseClick(tab.outcome.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "要写一句原因" in tab.outcome.message.text(), timeout=PATIENCE)
    tab.outcome.reason.setText("客户换负责人")
    QTest.keyClick(tab.outcome.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.detail.state.text() == "暂缓", timeout=PATIENCE)
    quiet_down(qtbot, window)


# -- money that waits ------------------------------------------------------------------------------------------------
def test_money_is_claimed_with_one_key_and_another_payer_is_asked_about(
    qtbot: QtBot, workspace: Workspace, open_window: Open
) -> None:
    made = _deal(workspace)
    window, frame = open_window()
    frame.open_page("cases")
    page = _page(frame)
    qtbot.waitUntil(lambda: page.waiting.text() == "待认领 3", timeout=PATIENCE)
    QTest.mouseClick(page.waiting, Qt.MouseButton.LeftButton)
    claims = page.claims
    quiet_down(qtbot, window)
    assert claims.table.currentIndex().isValid()
    known = {row["amount"]: row["id"] for row in claims.model.rows()}
    claims.table.selectRow(claims.model.place(known[200_000_00]))
    qtbot.waitUntil(lambda: "第 1 期应收金额相同" in str(claims.offers.rows()), timeout=PATIENCE)
    claims.table.setFocus()
    QTest.keyClick(claims.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.waiting.text() == "待认领 2", timeout=PATIENCE)
    quiet_down(qtbot, window)
    claims.table.selectRow(claims.model.place(known[300_000_00]))
    qtbot.waitUntil(lambda: claims.offers.rowCount() == 1, timeout=PATIENCE)
    QTest.keyClick(claims.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "不是买方" in claims.message.text(), timeout=PATIENCE)
    assert "重庆示例控股有限公司" in claims.message.text()
    claims.message._action.click()
    qtbot.waitUntil(lambda: page.waiting.text() == "待认领 1", timeout=PATIENCE)
    quiet_down(qtbot, window)
    claims.table.selectRow(0)  # a refund from nobody known
    quiet_down(qtbot, window)
    assert claims.offers.rowCount() == 0
    QTest.keyClick(claims.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "另选一份合同" in claims.message.text(), timeout=PATIENCE)
    frame.undo()
    qtbot.waitUntil(lambda: page.waiting.text() == "待认领 2", timeout=PATIENCE)
    frame.open_record("case", made["case"])
    receipts = page.detail.part("receipt")
    page.detail.tabs.setCurrentWidget(receipts)
    qtbot.waitUntil(lambda: "已到账 20 万元" in _texts(receipts), timeout=PATIENCE)
    assert "未收 30 万元" in _texts(receipts)


def _texts(widget: Any) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


# -- the quick record ------------------------------------------------------------------------------------------------
def _log(qtbot: QtBot, frame: DeskFrame) -> QuickLog:
    frame.quick_log()
    log = frame.findChild(QuickLog)
    assert isinstance(log, QuickLog)
    qtbot.waitUntil(log.isVisible, timeout=PATIENCE)
    return log


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # the list that opens, offscreen
def test_a_chat_is_pasted_and_saved_by_keyboard_within_ten_seconds(
    qtbot: QtBot, workspace: Workspace, open_window: Open
) -> None:
    case = _add(workspace, "case", no="A-1", title="焊缝检测", track="supply")
    window, frame = open_window()
    quiet_down(qtbot, window)
    log = _log(qtbot, frame)
    begun = time.monotonic()
    QTest.keyClicks(log.case, "hfjc")  # by pinyin initials
    completer = log.case.completer()
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    qtbot.waitUntil(popup.isVisible, timeout=PATIENCE)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: log.case.record() == case, timeout=PATIENCE)
    chat = "张三 2026-01-05 15:30\n样机可以看了\n\n李四 2026-01-05 15:42\n周五来"
    QGuiApplication.clipboard().setText(chat)
    log.note.edit.setFocus()
    QTest.keyClick(log.note.edit, Qt.Key.Key_V, CTRL)
    assert log.note.text() == chat
    assert log.kind.text() == "wechat"
    assert "张三、李四的聊天时间是 2026-01-05 15:42" in log.message.text()
    log.take_proposed()
    assert log.late.isVisible()
    QTest.keyClick(log.note.edit, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: "补记" in frame.status.notice(), timeout=PATIENCE)
    assert time.monotonic() - begun < 10
    quiet_down(qtbot, window)


def test_pictures_pasted_and_dropped_become_evidence_and_the_photos_date_is_proposed(
    qtbot: QtBot, workspace: Workspace, open_window: Open, tmp_path: Path
) -> None:
    case = _add(workspace, "case", no="A-1", title="焊缝检测", track="supply")
    photo = tmp_path / "现场：焊缝.jpg"
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:01:20 09:15:00"
    Image.new("RGB", (40, 30), "red").save(photo, exif=exif)
    window, frame = open_window()
    frame.open_record("case", case)
    log = _log(qtbot, frame)
    log.case.set_record(case, "焊缝检测")
    picture = QImage(20, 20, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.blue)
    QGuiApplication.clipboard().setImage(picture)
    QTest.keyClick(log.note.edit, Qt.Key.Key_V, CTRL)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    QGuiApplication.clipboard().setMimeData(data)
    QTest.keyClick(log.note.edit, Qt.Key.Key_V, CTRL)
    assert log.files.count() == 2
    assert log.note.text() == ""  # the path is no note
    qtbot.waitUntil(lambda: "照片拍摄时间是 2026-01-20 09:15" in log.message.text(), timeout=PATIENCE)
    QTest.keyClick(log, Qt.Key.Key_T, CTRL)
    assert log.at.text() == "2026-01-20 09:15"
    log.note.set_text("看了样机 𠮷㼆 😀")
    log.next_action.set_text("约专家")
    log.next_on.set_text("2026-12-01")
    log.save_entry()
    timeline = _page(frame).detail.part("log")
    qtbot.waitUntil(lambda: "看了样机 𠮷㼆 😀" in _texts(timeline), timeout=PATIENCE)
    shown = _texts(timeline)
    assert "补记" in shown
    quiet_down(qtbot, window)
    assert "约专家" in shown
    entry = timeline._rows[0]["id"]  # type: ignore[attr-defined]
    frame.open_record("case_log", entry)  # and put right where it stands
    qtbot.waitUntil(lambda: getattr(timeline.form, "record", str)() == entry, timeout=PATIENCE)  # type: ignore[attr-defined]
    quiet_down(qtbot, window)
    timeline.form.form.editor("place").set_text("示例车间")  # type: ignore[attr-defined]
    timeline.form.save()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not timeline.form.form.is_edited(), timeout=PATIENCE)  # type: ignore[attr-defined]
    quiet_down(qtbot, window)


def test_nothing_is_saved_while_an_input_method_composes(qtbot: QtBot, workspace: Workspace, open_window: Open) -> None:
    case = _add(workspace, "case", no="A-1", title="焊缝检测", track="supply")
    window, frame = open_window()
    log = _log(qtbot, frame)
    log.case.set_record(case, "焊缝检测")
    log.note.set_text("说好了")
    log.note.edit.setFocus()
    QApplication.sendEvent(log.note.edit, QInputMethodEvent("xia'zhou", []))
    QTest.keyClick(log.note.edit, Qt.Key.Key_Return, CTRL)
    quiet_down(qtbot, window)
    assert log.isVisible()
    log.at.setText("2026-02-30")
    QApplication.sendEvent(log.note.edit, QInputMethodEvent("", []))
    QTest.keyClick(log.note.edit, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: bool(log.message.text()), timeout=PATIENCE)
    assert log.note.text() == "说好了"  # an impossible day loses nothing
    log.at.setText(today().isoformat())
    assert not log.late.isVisible()
