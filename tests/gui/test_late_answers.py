"""Answers that come late, lists that are filled anew, parts that go: nothing chosen or typed is lost or mistaken."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from desktop import look
from desktop.pages.overview.agenda import Agenda
from desktop.widgets.room import Stage


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
