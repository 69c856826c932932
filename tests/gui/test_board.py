"""The board in the real window: columns by stage, cards moved by keyboard and mouse, the gate's question in a bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.cases.boardcards import ColumnView, amount_text, due_text
from desktop.pages.cases.page import CasesPage
from desktop.window import MainWindow
from tests.gui.conftest import PATIENCE, quiet_down

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Workspace = Callable[..., Any]


def _case(workspace: Workspace, no: str, title: str, **values: str) -> str:
    given = {"no": no, "title": title, "track": "supply", **values}
    return str(workspace("records.add", kind="case", values=given)["id"])


def _board(qtbot: QtBot, opened: tuple[MainWindow, DeskFrame]) -> CasesPage:
    window, frame = opened
    frame.open_page("cases", board=True)
    page = frame.current_page()
    assert isinstance(page, CasesPage)
    qtbot.waitUntil(lambda: bool(page.board.views), timeout=PATIENCE)
    quiet_down(qtbot, window)
    return page


def _titles(page: CasesPage) -> dict[str, list[str]]:
    """The titles in each column that has cards, by its milestone."""
    found = {}
    for name, view in page.board.views.items():
        cards = view.cards()
        if cards.rowCount():
            found[name] = [str(cards.index(row).data()) for row in range(cards.rowCount())]
    return found


def _keys(widget: Any, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)


def test_a_card_goes_along_by_keyboard_alone_and_the_gate_asks_in_a_bar(
    qtbot: QtBot, workspace: Workspace, open_window: Open
) -> None:
    case = _case(workspace, "A-1", "焊缝检测", mode="licence")
    opened = open_window()
    page = _board(qtbot, opened)
    board, window = page.board, opened[0]
    assert _titles(page) == {"lead": ["焊缝检测"]}  # by being on record
    board.views["lead"].setFocus()
    board.views["lead"].setCurrentIndex(board.views["lead"].cards().index(0))
    _keys(board.views["lead"], Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(board.gate.isVisible, timeout=PATIENCE)
    assert "成果已登记" in board.gate._said.text()
    qtbot.waitUntil(board.gate.reason.hasFocus, timeout=PATIENCE)
    _keys(board.gate.reason, Qt.Key.Key_Return)  # without a reason
    qtbot.waitUntil(lambda: "要写一句理由" in board.gate._fault.text(), timeout=PATIENCE)
    assert _titles(page) == {"lead": ["焊缝检测"]}
    QApplication.sendEvent(board.gate.reason, QInputMethodEvent("xia'zhou", []))
    _keys(board.gate.reason, Qt.Key.Key_Return)  # half typed pinyin moves nothing
    quiet_down(qtbot, window)
    assert board.gate.isVisible()
    commit = QInputMethodEvent()
    commit.setCommitString("下周补登")
    QApplication.sendEvent(board.gate.reason, commit)
    _keys(board.gate.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _titles(page) == {"disclosed": ["焊缝检测"]}, timeout=PATIENCE)
    assert not board.gate.isVisible()
    qtbot.waitUntil(lambda: board.views["disclosed"].hasFocus(), timeout=PATIENCE)
    _keys(board.views["disclosed"], Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(board.gate.isVisible, timeout=PATIENCE)
    assert "会撤回：披露登记" in board.gate._said.text()
    _keys(board.gate.go, Qt.Key.Key_Escape)
    assert not board.gate.isVisible()
    assert _titles(page) == {"disclosed": ["焊缝检测"]}
    _keys(board.views["disclosed"], Qt.Key.Key_Return)  # opens the case beside the board
    qtbot.waitUntil(lambda: page.detail.record() == case, timeout=PATIENCE)


def test_a_card_is_dropped_far_ahead_and_undone_at_once(qtbot: QtBot, workspace: Workspace, open_window: Open) -> None:
    case = _case(workspace, "A-1", "焊缝检测", mode="licence")
    window, frame = open_window()
    page = _board(qtbot, (window, frame))
    board = page.board
    cards = board.views["lead"].cards()
    data = cards.mimeData([cards.index(0)])
    _drop(board.views["matched"], data)
    qtbot.waitUntil(board.gate.isVisible, timeout=PATIENCE)
    assert "还没有到达：披露登记、评估筛选" in board.gate._said.text()
    board.gate.between.setCurrentIndex(1)
    board.gate.reason.setText("老客户，资料以前就齐")
    QTest.mouseClick(board.gate.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _titles(page) == {"matched": ["焊缝检测"]}, timeout=PATIENCE)
    frame.undo()
    qtbot.waitUntil(lambda: _titles(page) == {"lead": ["焊缝检测"]}, timeout=PATIENCE)
    assert case


def _drop(view: ColumnView, data: QMimeData) -> None:
    action, button, none = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), action, data, button, none)
    QApplication.sendEvent(view.viewport(), entering)
    assert entering.isAccepted()
    QApplication.sendEvent(view.viewport(), QDropEvent(QPointF(5, 5), action, data, button, none))


def test_the_filter_of_the_list_is_the_boards(qtbot: QtBot, workspace: Workspace, open_window: Open) -> None:
    _case(workspace, "A-1", "焊缝检测", estimate="30万元", next_on="2020-01-01", next_action="约专家")
    _case(workspace, "A-2", "𠮷野镀膜")
    _case(workspace, "D-1", "降噪", track="demand")
    lost = _case(workspace, "A-3", "旧案")
    workspace("case.outcome", case=lost, outcome="lost", reason="价格")
    window, frame = open_window()
    page = _board(qtbot, (window, frame))
    assert sorted(_titles(page)["lead"]) == ["焊缝检测", "𠮷野镀膜"]
    assert "另有 2 件" in page.board._said.text()
    QTest.keyClicks(page.tables["case"].filter, "hfjc")  # by initials
    qtbot.waitUntil(lambda: _titles(page) == {"lead": ["焊缝检测"]}, timeout=PATIENCE)
    page.tables["case"].filter.clear()
    place = next(place for place, view in enumerate(page.VIEWS) if view.where.get("outcome") == "lost")
    page.views.setCurrentIndex(place)
    qtbot.waitUntil(lambda: _titles(page) == {"lead": ["旧案"]}, timeout=PATIENCE)
    page.views.setCurrentIndex(0)
    page.board._track.setCurrentIndex(page.board._track.findData("demand"))
    qtbot.waitUntil(lambda: _titles(page) == {"lead": ["降噪"]}, timeout=PATIENCE)
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)  # and back to the list
    qtbot.waitUntil(lambda: page.tables["case"].view.isVisible(), timeout=PATIENCE)


def test_a_card_says_what_it_is_worth_and_how_long_there_is() -> None:
    card: dict[str, Any] = {"days_left": -3, "amount": 120_000_00, "estimated": True}
    assert (due_text(card), amount_text(card)) == ("已过 3 天", "预计 12 万元")
    assert due_text({**card, "days_left": 0}) == "今天"
    assert due_text({**card, "days_left": None}) == ""
    assert amount_text({**card, "amount": None}) == ""  # blank is not zero
    assert amount_text({**card, "amount": 0, "estimated": False}) == "0 万元"


def test_hundreds_of_cards_are_shown_and_walked(qtbot: QtBot, workspace: Workspace, open_window: Open) -> None:
    for number in range(150):
        _case(workspace, f"A-{number:03d}", f"案件{number}" * 8)
    window, frame = open_window()
    page = _board(qtbot, (window, frame))
    view = page.board.views["lead"]
    assert view.cards().rowCount() == 150
    view.setFocus()
    view.setCurrentIndex(view.cards().index(0))
    for _ in range(5):
        _keys(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 5
    assert "案件" in str(view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole))
    window.grab()
