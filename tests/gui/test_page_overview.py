"""The overview through the real window, by keyboard: the calm list, setting aside with a reason, what numbers open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from desktop.datewords import day_words
from desktop.frame import DeskFrame
from desktop.pages.overview.agenda import Agenda
from desktop.window import MainWindow
from policy.dates import today
from tests.gui.conftest import PATIENCE, quiet_down

Open = Callable[[], tuple[MainWindow, DeskFrame]]
STEPS = {"soon": 3, "missed": -5, "month": 20, "later": 80, "gone": -50}


def _heads(agenda: Agenda) -> dict[str, QTreeWidgetItem]:
    tree = agenda.tree
    heads = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    return {head.text(0).split("  ")[0]: head for head in heads if head is not None}


def _press(widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(widget, key)


def test_the_week_by_keyboard_alone(qtbot: QtBot, workspace: Callable[..., Any], open_window: Open) -> None:
    for name, days in STEPS.items():
        values = {"no": name, "title": f"案件{name}", "track": "成果转化", "next_action": f"事项{name}"}
        values["next_on"] = (today() + timedelta(days=days)).isoformat()
        workspace("records.add", kind="case", values=values)
    own = workspace("workspace.info")["organisation"]["id"]
    carrier = {"name": "示例孵化器", "operator": own, "carrier_kind": "综合孵化器"}
    carrier_id = workspace("records.add", kind="carrier", values=carrier)["id"]
    firm = workspace("records.add", kind="firm", values={"name": "示例科技有限公司"})["id"]
    entered = (today() - timedelta(days=1)).replace(year=today().year - 4)
    stay = {"firm": firm, "carrier": carrier_id, "entered_on": entered.isoformat(), "status": "在孵"}
    workspace("records.add", kind="tenancy", values=stay)
    for number in range(2):
        event = {
            "title": f"示例活动{number}",
            "starts_on": f"{today().year}-01-1{number}",
            "our_role": "主办",
            "e_kind": "科技企业进高校",
        }
        workspace("records.add", kind="event", values=event)
    workspace("targets.add", label="办活动", measure="events_held", value="5", year=str(today().year))

    window, frame = open_window()
    page: Any = frame.current_page()
    agenda: Agenda = page.agenda
    qtbot.waitUntil(lambda: "7 天内" in _heads(agenda), timeout=PATIENCE)
    quiet_down(qtbot, window)
    heads = _heads(agenda)
    assert list(heads) == ["7 天内", "刚过期（30 天以内）", "30 天内", "以后", "早已过期（30 天以上）"]
    assert [head.isExpanded() for head in heads.values()] == [True, True, True, False, False]
    week = heads["7 天内"].child(0)
    assert week is not None
    assert [week.text(place) for place in range(4)] == [day_words((today() + timedelta(days=3)).isoformat()),
                                                        "3 天", "事项soon", "案件soon"]  # fmt: skip

    # the number leads to the list; down to the first row, by keys; no button is needed
    page._figures["week"].setFocus()
    _press(page._figures["week"], Qt.Key.Key_Space)
    assert agenda.tree.hasFocus()
    _press(agenda.tree, Qt.Key.Key_Home, Qt.Key.Key_Down)
    assert "事项soon" in agenda.said.text() and not agenda.clause.isEnabled()  # stands in the record itself

    # set aside: nothing without a reason, then it leaves the list and can be found at its end
    _press(agenda.done, Qt.Key.Key_Space)
    assert agenda.reason.hasFocus()
    _press(agenda.reason, Qt.Key.Key_Return)
    assert agenda.asking.isVisible()
    QTest.keyClicks(agenda.reason, "called back")
    _press(agenda.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "已处理、不适用" in _heads(agenda), timeout=PATIENCE)
    assert "7 天内" not in _heads(agenda)
    aside = _heads(agenda)["已处理、不适用"]
    assert not aside.isExpanded() and aside.childCount() == 1
    agenda.tree.setCurrentItem(aside)
    _press(agenda.tree, Qt.Key.Key_Return, Qt.Key.Key_Down)
    assert "called back" in agenda.said.text() and agenda.back.isVisible() and not agenda.done.isVisible()
    _press(agenda.back, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "7 天内" in _heads(agenda), timeout=PATIENCE)

    # the clause of a rule is one key away, and names its document
    missed = _heads(agenda)["刚过期（30 天以内）"]
    ruled = next(
        child for place in range(missed.childCount()) if (child := missed.child(place)).text(3) == "示例科技有限公司"
    )
    agenda.tree.setCurrentItem(ruled)
    row = agenda.chosen()[0]
    assert row["clause"] in agenda.said.text() and row["source"] in agenda.said.text()
    _press(agenda.clause, Qt.Key.Key_Space)
    policies: Any = frame.current_page()
    assert policies.NAME == "policies"
    pane = policies.shelf.pack
    qtbot.waitUntil(
        lambda: (pane.model.row(pane.table.currentIndex()) or {}).get("id") == row["rule"], timeout=PATIENCE
    )
    quiet_down(qtbot, window)

    # back: Enter opens the record of a row
    frame.open_page("overview")
    quiet_down(qtbot, window)
    agenda.focus()
    _press(agenda.tree, Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert frame.current_page().NAME == "cases"
    quiet_down(qtbot, window)

    # a target opens the rows that were counted, and a row its record
    frame.open_page("overview")
    quiet_down(qtbot, window)
    key = next(bar.key for bar in page.targets.chart._bars if bar.name == "办活动")
    bar = next(bar for bar in page.targets.chart._bars if bar.key == key)
    assert (bar.value, bar.target) == (2, 5)
    page.targets.choose(key)
    assert sorted(row["title"] for row in page.targets.rows.rows()) == ["示例活动0", "示例活动1"]
    page.targets.table.selectRow(0)
    _press(page.targets.table, Qt.Key.Key_Return)
    assert frame.current_page().NAME == "events"
    quiet_down(qtbot, window)
    frame.open_page("overview")
    _press(page._figures["backup"], Qt.Key.Key_Space)
    assert frame.current_page().NAME == "settings"
    quiet_down(qtbot, window)
    assert "上次备份" in page._figures["backup"].accessibleName()


def test_an_empty_workspace_says_what_to_record_first(
    qtbot: QtBot, workspace: Callable[..., Any], open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, frame = open_window()
    page: Any = frame.current_page()
    button = page.agenda.empty.button
    qtbot.waitUntil(lambda: button.isVisible() and button.text() == "导入企业台账…", timeout=PATIENCE)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: ("", ""))
    button.click()
    qtbot.waitUntil(lambda: frame.current_page().NAME == "firms", timeout=PATIENCE)
    quiet_down(qtbot, window)

    # who brokers alone begins with a case
    frame.offer_pages(["agency"])
    frame.open_page("overview")
    qtbot.waitUntil(lambda: button.text() == "新案件" and button.isVisible(), timeout=PATIENCE)
    button.click()
    qtbot.waitUntil(lambda: frame.current_page().NAME == "cases", timeout=PATIENCE)
    quiet_down(qtbot, window)
