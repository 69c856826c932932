"""Answers that come late, lists that are filled anew, parts that go: nothing chosen or typed is lost or mistaken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from desktop import look
from desktop.pages.calculators import CalculatorsPage
from desktop.pages.collect.returns import Returns
from desktop.pages.firms.stays import Steps
from desktop.pages.house.book import PerformanceTab
from desktop.pages.overview.agenda import Agenda
from desktop.widgets.related import Related
from desktop.widgets.room import Stage
from tests.gui.bench import Bench, bench


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


def _add(desk: Bench, kind: str, /, **values: str) -> str:
    return str(desk.call("records.add", kind=kind, values=values)["id"])


def test_what_was_saved_is_not_taken_for_what_is_shown_by_then(desk: Bench, qtbot: QtBot) -> None:
    own = desk.call("workspace.info")["organisation"]["id"]
    contracts = [
        _add(desk, "contract", name=f"合同{no}", seller=own, own_no=no, signed_on="2025-03-01") for no in ("1", "2")
    ]
    page = desk.show(CalculatorsPage, tab="distribution", contract=contracts[0])
    tab = page.tabs["distribution"]
    desk.until(lambda: tab._contract == contracts[0] and bool(tab._begun) and not desk.ops.busy())
    for name, text in {"gross": "1000", "taxes": "0", "team_pct": "70", "unit_pct": "30"}.items():
        tab.form.editor(name).set_text(text)
        tab.form.editor(name).changed.emit()
    desk.until(tab.save.isEnabled)
    tab.save.click()
    tab.form.editor("taxes").set_text("10")  # while the rest is on its way
    tab.form.editor("taxes").changed.emit()
    desk.until(lambda: bool(tab._record) and not desk.ops.busy())
    assert desk.desk.drafts.of(tab.draft_key())["taxes"] == "10"
    first = tab._record
    desk.until(tab.save.isEnabled)
    tab.save.click()
    page.arrive(tab="distribution", contract=contracts[1])
    desk.until(lambda: len(desk.desk.said) == 2 and not desk.ops.busy())
    assert (tab._contract, tab._record) == (contracts[1], "")
    assert desk.desk.drafts.keys() == []
    assert desk.call("records.get", kind="distribution", id=first)["taxes"] == 1000


def test_a_list_within_a_record_shows_nothing_of_another(desk: Bench, qtbot: QtBot) -> None:
    people = [_add(desk, "person", name=name) for name in ("甲某", "乙某")]
    for person in people:
        for name in ("先进个人", "技术能手"):
            _add(desk, "honour", person=person, title=name, h_kind="national_project", awarded_on="2025-05-01")
    honours = Related(desk.ops, "honour", "person", ("title", "awarded_on"), desk.desk)
    qtbot.addWidget(honours)
    honours.show_parent(people[0])
    desk.until(lambda: honours.model.rowCount() == 2)
    honours.table.filter.setText("先进")
    desk.until(lambda: honours.model.rowCount() == 1)
    honours.show_parent(people[0])
    desk.until(lambda: not desk.ops.busy())
    assert honours.table.filter.text() == "先进", "the same record, looked at again"
    honours.show_parent(people[1])
    desk.until(lambda: not desk.ops.busy() and honours.model.rowCount() == 2)

    book = PerformanceTab(desk.ops, desk.desk)
    qtbot.addWidget(book)
    book.retranslate()
    case = _add(desk, "case", no="A-1", title="案", track="成果转化")
    _add(desk, "case_broker", case=case, person=people[0], share_pct="100", role="lead")
    _add(desk, "contract", name="合同", case=case, signed_on="2025-03-01", amount_total="100万元")
    book.show_parent(people[0])
    desk.until(lambda: book.model.rowCount() == 1)
    book.show_parent(people[1])
    assert book.model.rowCount() == 0 and book.said.text() == "", "not yet known, and not the other's"
    desk.until(lambda: not desk.ops.busy())


def test_the_button_under_the_hand_stays_when_the_steps_are_asked_for_again(desk: Bench, qtbot: QtBot) -> None:
    own = desk.call("workspace.info")["organisation"]["id"]
    carrier = _add(desk, "carrier", name="示例孵化器", operator=own, carrier_kind="综合孵化器")
    firm = _add(desk, "firm", name="示例甲科技有限公司")
    stay = desk.call("tenancy.apply", firm=firm, carrier=carrier, applied_on="2024-02-01")["id"]
    steps = Steps(desk.ops)
    qtbot.addWidget(steps)
    steps.show_stay(stay)
    desk.until(lambda: "enter" in steps.buttons)
    button = steps.buttons["enter"]
    button.setFocus()
    steps.show_stay(stay)  # something else of the workspace changed
    desk.until(lambda: not desk.ops.busy())
    assert steps.buttons["enter"] is button and steps.focusWidget() is button
    desk.call("tenancy.enter", tenancy=stay, entered_on="2024-03-01", area="50")
    steps.show_stay(stay)
    desk.until(lambda: "graduate" in steps.buttons)
    assert "enter" not in steps.buttons


def test_the_forms_shown_are_those_that_are_taken_in(desk: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    own = desk.call("workspace.info")["organisation"]["id"]
    carrier = _add(desk, "carrier", name="示例孵化器", operator=own, carrier_kind="综合孵化器")
    firm = _add(desk, "firm", name="示例甲科技有限公司")
    stay = desk.call("tenancy.apply", firm=firm, carrier=carrier, applied_on="2024-02-01")["id"]
    desk.call("tenancy.enter", tenancy=stay, entered_on="2024-03-01", area="50")
    returns = Returns(desk.ops, desk.desk)
    qtbot.addWidget(returns)
    asked = {"name": "年报", "kind": "torch_year", "period": "2025", "carrier": carrier, "due_on": "2026-03-31"}
    desk.ops.run("collect.start", owner=returns, on_result=lambda done: returns.show_parent(done["id"]), **asked)
    desk.until(lambda: bool(returns._told))
    folders = [tmp_path / name for name in ("first", "second")]
    for number, folder in enumerate(folders):
        folder.mkdir()
        for file in range(number + 1):
            (folder / f"{file}.xlsx").write_bytes(b"")
    desk.until(lambda: not desk.ops.busy())
    for folder in folders:
        returns.take_in([str(folder)])
    shown: list[int] = []
    told = returns.preview.show_told
    returns.preview.show_told = lambda answer: (shown.append(answer["files"]), told(answer))  # type: ignore[method-assign]
    desk.until(lambda: not desk.ops.busy())
    assert shown == [2] and returns._places == [str(folders[1])]


def _row(number: int) -> dict[str, Any]:
    return {
        "key": f"k{number}", "group": "week", "due": "2026-11-21", "hour": "", "settled": "", "days_left": number,
        "title": f"事项{number}", "state": "", "record_title": "", "duty": "", "clause": "", "source": "", "reason": "",
        "status": "", "verified": True, "pack": "", "rule": "", "kind": "case", "id": str(number),
    }  # fmt: skip


def test_what_is_selected_stays_selected_when_the_list_is_filled_anew(qtbot: QtBot) -> None:
    agenda = Agenda()
    qtbot.addWidget(agenda)
    agenda.retranslate()
    agenda.resize(600, 260)
    agenda.show()
    rows = [_row(number) for number in range(40)]
    agenda.set_rows(rows)
    head = agenda.tree.topLevelItem(0)
    assert head is not None
    agenda.tree.setCurrentItem(head.child(30))
    for _ in range(2):
        QTest.keyClick(agenda.tree, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    chosen = ["k30", "k31", "k32"]
    assert [row["key"] for row in agenda.chosen()] == chosen
    QTest.mouseClick(agenda.done, Qt.MouseButton.LeftButton)
    QTest.keyClicks(agenda.reason, "all done")
    scrolled = agenda.tree.verticalScrollBar().value()
    agenda.set_rows(list(rows))
    assert [row["key"] for row in agenda.chosen()] == chosen
    assert agenda.tree.verticalScrollBar().value() == scrolled > 0
    assert agenda.focusWidget() is agenda.reason and agenda.reason.text() == "all done"


class _Taking(QWidget):
    """Takes another part away at a change of theme."""

    def __init__(self, other: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._other = other

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.StyleChange and isValid(self._other):
            delete(self._other)


def test_a_theme_reaches_what_is_left_when_a_stage_is_gone_meanwhile(qtbot: QtBot, qapp: QApplication) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    gone = Stage(QWidget())
    _Taking(gone, window)
    hidden = Stage(QWidget(), window)
    gone.setParent(window)
    window.show()
    gone.hide()
    hidden.hide()
    try:
        look.apply(qapp, dark=True)
        assert not isValid(gone)
        hidden.show()
        assert hidden.styleSheet(), "polished when it was shown"
    finally:
        look.apply(qapp)
