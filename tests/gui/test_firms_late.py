"""Firms, collection rounds, performance: keys pressed twice and answers that come late do and show nothing wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.pages.collect import CollectPage
from desktop.pages.firms.services import ServicesTab
from desktop.pages.firms.stays import Steps
from desktop.pages.house.book import PerformanceTab
from tests.gui.bench import Bench, bench
from tests.gui.late import Late

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


def _add(desk: Bench, kind: str, /, **values: str) -> str:
    return str(desk.call("records.add", kind=kind, values=values)["id"])


@pytest.fixture
def carrier(desk: Bench) -> str:
    own = desk.call("workspace.info")["organisation"]["id"]
    return _add(desk, "carrier", name="示例孵化器", operator=own, carrier_kind="综合孵化器")


def test_a_step_and_a_service_are_entered_once_however_often_the_keys_are_pressed(
    desk: Bench, carrier: str, qtbot: QtBot
) -> None:
    firm = _add(desk, "firm", name="示例甲科技有限公司")
    steps, services = Steps(desk.ops), ServicesTab(desk.ops, desk.desk)  # type: ignore[arg-type]  # stands for it
    for part in (steps, services):
        qtbot.addWidget(part)
        part.show()
    steps.apply_for(firm)
    assert steps.form is not None
    steps.form.editor("carrier").set_text(carrier)
    for _time in range(2):
        steps.run()
    desk.until(lambda: steps.form is None and not desk.ops.busy())
    assert len(desk.call("records.ids", kind="tenancy", where={"firm": firm})) == 1

    services.show_parent(firm)
    person = _add(desk, "person", name="示例王导师")
    for name, text in {"kind": "coaching", "provider": person, "topic": "商业计划", "minutes": "90"}.items():
        services.quick.editor(name).set_text(text)
    for _time in range(2):
        services.enter_now()

    def entered() -> int:
        desk.until(lambda: not desk.ops.busy())
        return len(desk.call("records.ids", kind="service_log", where={"firm": firm}))

    assert entered() == 1 and services.quick.editor("topic").text() == ""
    services.quick.editor("topic").set_text("融资对接")
    services.enter_now()  # the next one, in its turn
    assert entered() == 2
    services.quick.editor("minutes").set_text("很久")  # refused: put right, it is entered
    services.enter_now()
    assert entered() == 2
    services.quick.editor("minutes").set_text("30")
    services.enter_now()
    assert entered() == 3


def test_a_round_asks_for_the_figures_of_the_period_that_was_typed_last(
    desk: Bench, carrier: str, qtbot: QtBot
) -> None:
    firm = _add(desk, "firm", name="示例甲科技有限公司")
    values = {"firm": firm, "carrier": carrier, "status": "incubating", "entered_on": "2024-03-01"}
    _add(desk, "tenancy", **values)
    page = desk.show(CollectPage)
    late = Late(desk.ops)

    def typed(**texts: str) -> None:
        page.start_new()
        for name, text in {"carrier": carrier, "due_on": "2026-03-01", **texts}.items():
            page.beginning.form.editor(name).set_text(text)

    typed(title="年报", kind="torch_year", period="2025")
    desk.until(lambda: len(page.beginning.picking.picked()) == 42)
    late.hold("collect.figures")
    page.beginning.form.editor("period").set_text("2025Q3")
    page.beginning.form.editor("kind").set_text("quarter")
    page.beginning.form.editor("period").setFocus()
    QTest.keyClick(page.beginning.form.editor("period").edit, Qt.Key.Key_Return, CTRL)
    desk.until(lambda: bool(late.held))
    late.let_go()
    desk.until(lambda: page.screens.currentWidget() is page.split and not desk.ops.busy())
    assert not page.beginning.message.text()
    (key,) = desk.call("records.ids", kind="collection_round")
    asked = desk.call("records.get", kind="collection_round", id=key)
    assert (asked["title"], asked["period"], len(asked["asked"])) == ("年报", "2025Q3", 12)

    # the page of one that was left meanwhile stays where the person went; what it was refused for is still said
    late.hold("collect.start")
    typed(title="又一批", kind="quarter", period="2025Q2")
    desk.until(lambda: not page.beginning._soon.isActive() and not desk.ops.busy())
    page.beginning.run()
    desk.until(lambda: bool(late.held))
    typed(title="还没写完", kind="quarter", period="2025Q1")
    late.let_go()
    desk.until(lambda: not desk.ops.busy())
    assert page.screens.currentWidget() is page.beginning
    assert page.beginning.form.editor("title").text() == "还没写完" and page.beginning.go.isEnabled()
    late.hold("collect.start")
    page.beginning.form.editor("carrier").set_text("")
    page.beginning.run()
    desk.until(lambda: bool(late.held))
    page.beginning.leave.click()
    late.let_go()
    desk.until(lambda: bool(desk.desk.faults))
    assert desk.desk.faults[-1].code == "record.missing_field" and page.screens.currentWidget() is page.split
    desk.until(lambda: not desk.ops.busy())


def test_a_period_put_right_is_not_complained_of_any_more(desk: Bench, qtbot: QtBot) -> None:
    person = _add(desk, "person", name="甲某")
    book: Any = PerformanceTab(desk.ops, desk.desk)  # type: ignore[arg-type]  # stands for it
    qtbot.addWidget(book)
    book.retranslate()
    book.show_parent(person)
    desk.until(lambda: bool(book.said.text()) and not desk.ops.busy())
    late = Late(desk.ops)
    late.hold("performance.book")
    for text in ("去年吧", "2025"):
        book.period.setText(text)
        book.look.click()
    desk.until(lambda: len(late.held) == 2)
    late.let_go()  # the fault of the first comes last
    desk.until(lambda: not desk.ops.busy())
    assert not book.message.text()
