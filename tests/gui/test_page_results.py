"""成果与需求 in the real window: matching by keyboard, a decision that begins a case, hand-over, lists, sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QFileDialog, QLabel, QLineEdit, QTabWidget
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.results import ResultsPage
from desktop.pages.results.handover import HandoverTab
from desktop.pages.results.lists import ListsTab
from desktop.pages.results.matching import MatchTab
from desktop.window import MainWindow
from policy.dates import today
from tests.gui.conftest import PATIENCE, quiet_down
from tests.gui.person import Person

Run = Callable[..., Any]


@pytest.fixture
def ids(workspace: Run) -> dict[str, str]:
    """A university, a firm, three results and two needs, one of which fits."""

    def add(kind: str, /, **values: Any) -> str:
        return str(workspace("records.add", kind=kind, values=values)["id"])

    made = {
        "university": add("organisation", name="示例大学", org_kind="university", district="沙坪坝区"),
        "firm": add("organisation", name="示例机床厂", org_kind="firm", district="渝北区"),
    }
    result = {"owner": made["university"], "disclosure_level": "public", "tech_field": "manufacturing", "trl": "7"}
    made["bearing"] = add(
        "achievement", **result, title="滚动轴承故障诊断方法（示例）", conversion_grade="a",
        summary_public="用振动信号识别主轴轴承的早期损伤，预测剩余寿命",
    )  # fmt: skip
    made["clean"] = add("achievement", **result, title="轴承清洗装置（示例）", summary_public="清洗轴承损伤件")
    made["hidden"] = add("achievement", **{**result, "disclosure_level": "closed"}, title="不公开的轴承（示例）")
    need = {"owner": made["firm"], "kind": "result", "source": "visit", "disclosure_level": "public"}
    made["need"] = add(
        "need", **need, title="机床主轴轴承损坏难以发现（示例）", tech_field="manufacturing",
        detail_public="希望由振动判断轴承损伤和剩余寿命",
    )  # fmt: skip
    made["other"] = add("need", **need, title="餐盒耐热（示例）", detail_public="聚乳酸餐盒变形")
    made["expert"] = add("person", name="示例教授", org=made["university"])
    add("completer", achievement=made["bearing"], person=made["expert"])
    made["tenant"] = add("firm", name="示例主轴公司", main_product="机床主轴与轴承损伤监测")
    made["item"] = add(
        "handover_item", achievement=made["bearing"], university=made["university"], basis="monthly",
        due_on=today().isoformat(),
    )  # fmt: skip
    return made


@pytest.fixture
def shown(qtbot: QtBot, ids: dict[str, str], open_window: Any) -> Iterator[tuple[MainWindow, DeskFrame, ResultsPage]]:
    window, frame = open_window()
    frame.open_page("results")
    page = frame.current_page()
    assert isinstance(page, ResultsPage)
    quiet_down(qtbot, window)
    yield window, frame, page


def _call(qtbot: QtBot, window: MainWindow, name: str, /, **parameters: Any) -> Any:
    heard: list[Any] = []
    assert window.ops is not None
    window.ops.run(name, owner=window, on_result=heard.append, **parameters)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE)
    return heard[0]


def _match_tab(qtbot: QtBot, frame: DeskFrame, page: ResultsPage, **arguments: str) -> MatchTab:
    frame.open_page("results", tab="match", **arguments)
    tab = page.tabs["match"]
    assert isinstance(tab, MatchTab)
    qtbot.waitUntil(lambda: tab.side.fits.model.rowCount() > 0, timeout=PATIENCE)
    return tab


def test_an_expert_for_a_need_is_proposed_by_keyboard_and_by_mouse_rejected(
    qtbot: QtBot, shown: tuple[MainWindow, DeskFrame, ResultsPage], ids: dict[str, str]
) -> None:
    window, frame, _page = shown
    frame.open_record("need", ids["need"])
    quiet_down(qtbot, window)
    person = Person(qtbot, window)
    person.opens_tab("专家")
    person.until(lambda: [row[1] for row in person.rows("相合的专家")] == ["示例教授"])
    assert person.rows("相合的专家")[0][4] == "示例大学"
    person.picks_row("相合的专家", "示例教授")
    person.presses("Ctrl+P")
    person.until(lambda: person.rows("相合的专家")[0][2] == "推荐")
    person.types("拒绝的原因", "本学期没有时间")
    person.clicks("拒绝")
    person.until(lambda: person.rows("相合的专家")[0][2] == "拒绝")
    person.waits_for("上次拒绝的原因：本学期没有时间")
    quiet_down(qtbot, window)


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_an_expert_finds_needs_and_a_firm_finds_results_by_keys_and_by_mouse(
    qtbot: QtBot, shown: tuple[MainWindow, DeskFrame, ResultsPage], ids: dict[str, str]
) -> None:
    window, frame, page = shown
    frame.open_page("results", tab="match")
    person = Person(qtbot, window)
    person.chooses("匹配方向", "为专家找需求")
    person.until(lambda: [row[0] for row in person.rows("专家")] == ["示例教授"])
    person.until(lambda: [row[1] for row in person.rows("相合的需求")] == ["机床主轴轴承损坏难以发现（示例）"])
    person.picks_row("专家", "示例教授")
    person.presses("Return")  # to what fits
    person.until(lambda: person.finds(QAbstractItemView, "相合的需求").hasFocus())
    person.presses("Ctrl+P")
    person.until(lambda: person.rows("相合的需求")[0][2] == "推荐")

    person.chooses("匹配方向", "为企业找成果")
    person.until(lambda: [row[1] for row in person.rows("相合的成果")] == [
        "滚动轴承故障诊断方法（示例）", "轴承清洗装置（示例）",
    ])  # fmt: skip
    assert person.sees("1 项不公开，没有比对。") and not person.sees("不公开的轴承（示例）")
    assert not [name for name in ("推荐", "拒绝") if name in set(person.reads())]  # nobody asked
    person.picks_row("相合的成果", "滚动轴承故障诊断方法（示例）")
    person.waits_for("共同用词：")
    person.presses("Ctrl+P")  # neither by key
    person.clicks("成案")
    person.waits_for("已成案")
    person.until(lambda: person.rows("相合的成果")[0][2] == "已有案件")
    accept = page.tabs["match"].side.fits.accept  # type: ignore[attr-defined]
    assert not accept.isEnabled()
    person.chooses("匹配方向", "为企业找专家")
    person.until(lambda: [row[1] for row in person.rows("相合的专家")] == ["示例教授"])
    quiet_down(qtbot, window)


def test_matching_by_keyboard_alone(
    qtbot: QtBot, shown: tuple[MainWindow, DeskFrame, ResultsPage], ids: dict[str, str]
) -> None:
    window, frame, page = shown
    tab = _match_tab(qtbot, frame, page, need=ids["need"])
    fits = tab.side.fits
    assert [row["achievement"] for row in fits.model.rows()] == [ids["bearing"], ids["clean"]]
    assert "轴承" in fits._reasons.text() and "领域相同" in fits._reasons.text()
    assert "1 项不公开" in fits._said.text()

    # a rejection asks for its reason first, and shows it ever after
    tab.side.view.setFocus()
    QTest.keyClick(tab.side.view, Qt.Key.Key_Return)
    qtbot.waitUntil(fits.table.hasFocus, timeout=PATIENCE)
    fits.table.selectRow(1)
    fits.reject.click()
    assert "原因" in fits.message.text() and fits.reason.hasFocus()
    fits.table.setFocus()
    QTest.keyClick(fits.table, Qt.Key.Key_Delete)
    assert fits.reason.hasFocus()
    fits.reason.setText("只做清洗")
    QTest.keyClick(fits.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: fits.model.rows()[-1]["decision"] == "rejected", timeout=PATIENCE)
    quiet_down(qtbot, window)
    fits.table.selectRow(1)
    assert "只做清洗" in fits._reasons.text() and fits.model.index(1, 2).data() == "拒绝"

    # an acceptance begins the case
    fits.table.selectRow(0)
    fits.table.setFocus()
    QTest.keyClick(fits.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "已成案" in fits.message.text(), timeout=PATIENCE)
    quiet_down(qtbot, window)
    case = _call(qtbot, window, "records.get", kind="case", id=fits.model.rows()[0]["case"])
    assert case["track"] == "demand" and "机床主轴" in case["title"]
    assert not fits.accept.isEnabled()

    # the other way round, and all at once
    tab = _match_tab(qtbot, frame, page, achievement=ids["bearing"])
    assert tab.direction.currentIndex() == 1
    assert [row["need"] for row in tab.side.fits.model.rows()] == [ids["need"]]
    tab.all.click()
    qtbot.waitUntil(lambda: "1 条需求" in tab.message.text(), timeout=PATIENCE)
    quiet_down(qtbot, window)
    accepted = _call(qtbot, window, "records.ids", kind="match", where={"decision": "accepted"})
    frame.open_record("match", accepted[0])
    quiet_down(qtbot, window)
    detail = page.details["match"]
    reasons: Any = detail.part("reasons")
    detail.tabs.setCurrentWidget(reasons)
    qtbot.waitUntil(lambda: "轴承" in reasons._said.text(), timeout=PATIENCE)
    fits.message._action.click()
    qtbot.waitUntil(lambda: frame.current_page().NAME == "cases", timeout=PATIENCE)


def test_hand_over_lists_and_what_belongs_to_a_record_and_every_control_has_a_name(
    qtbot: QtBot,
    shown: tuple[MainWindow, DeskFrame, ResultsPage],
    ids: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, frame, page = shown
    frame.open_page("results", tab="handover")
    tab = page.tabs["handover"]
    assert isinstance(tab, HandoverTab)
    qtbot.waitUntil(lambda: tab.model.rowCount() == 1, timeout=PATIENCE)
    assert tab.model.index(0, 0).data() == "待汇交" and not tab.zero.isVisible()
    tab.table.selectRow(0)
    tab.number.setText("SL-1")
    QTest.keyClick(tab.number, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.model.index(0, 0).data() == "已汇交", timeout=PATIENCE)
    quiet_down(qtbot, window)
    item = _call(qtbot, window, "records.get", kind="handover_item", id=ids["item"])
    assert (item["platform_no"], item["handed_on"]) == ("SL-1", today().isoformat())
    tab.month.setCurrentIndex(0)
    qtbot.waitUntil(lambda: tab.zero.isVisible(), timeout=PATIENCE)
    file = tmp_path / "汇交.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    tab.export.click()
    qtbot.waitUntil(file.exists, timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert "零报告" in str(list(load_workbook(file).worksheets[0].iter_rows(values_only=True)))
    assert tab.zero.text() == "零报告，未报" and tab.mark.text() == "登记零报告"
    tab.handed_on.setText("2026-01-30")
    QTest.keyClick(tab.handed_on, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.zero.text() == "已报零报告\u30002026-01-30", timeout=PATIENCE)
    tab.handed_on.clear()
    QTest.mouseClick(tab.report, Qt.MouseButton.LeftButton)  # the report has its own proofs and history
    qtbot.waitUntil(lambda: bool(page.details["handover_month"].record()), timeout=PATIENCE)
    assert page.view.kind == "handover_month" and not page.details["handover_month"].isHidden()
    quiet_down(qtbot, window)

    # what leaves, and what nobody checked
    frame.open_page("results", tab="lists")
    lists = page.tabs["lists"]
    assert isinstance(lists, ListsTab)
    qtbot.waitUntil(lambda: "disclosure" in lists.models, timeout=PATIENCE)
    assert lists.models["disclosure"].rowCount() == 2 and "1 项按公开程度不列出" in lists._said.text()
    file = tmp_path / "公开.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    lists.export.click()
    qtbot.waitUntil(file.exists, timeout=PATIENCE)
    lists.which.setCurrentIndex(2)
    qtbot.waitUntil(lambda: "stale" in lists.models and lists.models["stale"].rowCount() == 3, timeout=PATIENCE)
    assert not lists.export.isVisible()
    lists.views["stale"].selectRow(0)
    lists.touch.click()
    qtbot.waitUntil(lambda: lists.models["stale"].rowCount() == 2, timeout=PATIENCE)
    lists.which.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "patents" in lists.models, timeout=PATIENCE)
    quiet_down(qtbot, window)

    # what belongs to a need and to a result
    frame.open_record("need", ids["need"])
    quiet_down(qtbot, window)
    detail = page.details["need"]
    targets: Any = detail.part("targets")
    detail.tabs.setCurrentWidget(targets)
    quiet_down(qtbot, window)
    targets.lines.add.click()
    for name, text in (("name", "预警提前量"), ("value", "10"), ("unit", "分钟")):
        field = targets.lines.field(0, name)
        field.setText(text)
        field.editingFinished.emit()
    targets.save.click()
    quiet_down(qtbot, window)

    kept = _call(qtbot, window, "records.get", kind="need", id=ids["need"])["targets"]
    assert kept == [{"name": "预警提前量", "value": "10", "unit": "分钟"}]

    # a publication names the result shown
    frame.open_record("achievement", ids["bearing"])
    quiet_down(qtbot, window)
    detail = page.details["achievement"]
    papers: Any = detail.part("publication")
    detail.tabs.setCurrentWidget(papers)
    quiet_down(qtbot, window)
    papers.add.click()
    for name, text in (("kind", "disclosure"), ("place", "本单位网站"), ("starts_on", "2026-01-05")):
        papers.form.form.editor(name).set_text(text)
    papers.form.save()
    qtbot.waitUntil(lambda: papers.model.rowCount() == 1, timeout=PATIENCE)
    quiet_down(qtbot, window)

    (kept,) = _call(qtbot, window, "records.ids", kind="publication")
    assert (
        _call(qtbot, window, "records.get", kind="publication", id=kept)["subject"] == f"achievement:{ids['bearing']}"
    )

    for place in range(page.views.count()):
        page.views.setCurrentIndex(place)
        quiet_down(qtbot, window)
    for name in page.tabs:
        frame.open_page("results", tab=name)
        quiet_down(qtbot, window)
    for kind in (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView):
        for part in page.findChildren(kind):
            if part.isVisible() and part.focusPolicy() != Qt.FocusPolicy.NoFocus:
                text = part.text() if isinstance(part, QAbstractButton) else ""
                assert part.accessibleName() or text, part
    assert all(page.bar.tabText(place) for place in range(page.bar.count()))
    assert isinstance(page.bar, QTabWidget)
    assert not [label for label in page.findChildren(QLabel) if "…" in label.text() and label.isVisible()]
