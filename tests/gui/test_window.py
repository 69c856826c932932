"""The frame: it opens, locks, switches its language, finds things, and leaves an input method alone."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QTableView,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages import PAGES, SETTINGS
from desktop.quicklog import QuickLog
from desktop.window import MainWindow
from policy.i18n import resources_dir
from tests.gui.conftest import ORGANISATION, PATIENCE, quiet_down, unlock

Open = Callable[[], tuple[MainWindow, DeskFrame]]


def test_every_page_opens(qtbot: QtBot, open_window: Open) -> None:
    window, frame = open_window()
    for page in (*PAGES, SETTINGS):
        frame.open_page(page.NAME)
        quiet_down(qtbot, window)
        assert frame.current_page().NAME == page.NAME
        assert frame.current_page().isVisible()
        assert frame.message.text() == ""
    assert ORGANISATION in window.windowTitle()


def test_lock_ends_the_store_and_asks_for_the_passphrase(qtbot: QtBot, open_window: Open) -> None:
    window, _frame = open_window()
    quiet_down(qtbot, window)
    assert window.ops is not None
    process = window.ops._client._process
    window.lock()
    assert window.frame is None
    qtbot.waitUntil(lambda: not process.is_alive(), timeout=PATIENCE)
    qtbot.waitUntil(window.unlock.open_button.isEnabled, timeout=PATIENCE)
    window.unlock.secret.setText("wrong passphrase")
    window.unlock.open_now()
    qtbot.waitUntil(lambda: window.unlock.message.text() != "", timeout=PATIENCE)
    assert "口令" in window.unlock.message.text()
    unlock(qtbot, window)
    assert window.stack.currentWidget() is window.frame


def test_search_finds_by_initials_and_runs_commands(
    qtbot: QtBot, workspace: Callable[..., Any], open_window: Open
) -> None:
    workspace("records.add", kind="firm", values={"name": "重庆智能装备有限公司"})
    window, frame = open_window()
    qtbot.waitActive(window)
    frame.finder.setFocus()
    frame.finder.setText("cqzn")
    qtbot.waitUntil(lambda: "重庆智能装备" in _listed(frame), timeout=PATIENCE)
    qtbot.keyClick(frame.finder, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: frame.current_page().NAME == "firms", timeout=PATIENCE)
    assert frame.finder.text() == ""
    frame.finder.setFocus()
    frame.finder.setText("设置")
    qtbot.waitUntil(lambda: "打开：设置" in _listed(frame), timeout=PATIENCE)
    qtbot.keyClick(frame.finder, Qt.Key.Key_Return)
    assert frame.current_page().NAME == "settings"


def test_search_opens_when_it_is_asked_for_and_not_when_focus_falls_on_it(qtbot: QtBot, open_window: Open) -> None:
    window, frame = open_window()
    qtbot.waitActive(window)
    frame.finder.setFocus(Qt.FocusReason.TabFocusReason)  # as when the button that had it is disabled
    qtbot.wait(300)
    assert not frame.finder.is_open()
    qtbot.keyClick(frame.finder, Qt.Key.Key_Down)
    assert frame.finder.is_open()
    qtbot.keyClick(frame.finder, Qt.Key.Key_Escape)
    assert not frame.finder.is_open()
    qtbot.keyClick(frame, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(frame.finder.is_open, timeout=PATIENCE)


def test_nothing_fires_while_composing(qtbot: QtBot, workspace: Callable[..., Any], open_window: Open) -> None:
    workspace("records.add", kind="firm", values={"name": "重庆智能装备有限公司"})
    window, frame = open_window()
    qtbot.waitActive(window)
    quiet_down(qtbot, window)
    fired: list[str] = []
    QShortcut(QKeySequence("Ctrl+J"), frame, lambda: fired.append("shortcut"))
    field = frame.finder
    field.setFocus()
    quiet_down(qtbot, window)
    asked: list[str] = []
    assert window.ops is not None
    run = window.ops.run
    window.ops.run = lambda name, **rest: (asked.append(name), run(name, **rest))[1]  # type: ignore[method-assign]
    field.returnPressed.connect(lambda: fired.append("enter"))
    QApplication.sendEvent(field, QInputMethodEvent("cq'zn", []))
    qtbot.keyClick(field, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.wait(300)
    assert (fired, asked) == ([], [])
    commit = QInputMethodEvent()
    commit.setCommitString("智能")
    QApplication.sendEvent(field, commit)
    qtbot.waitUntil(lambda: "records.find" in asked, timeout=PATIENCE)
    qtbot.keyClick(field, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert fired == ["shortcut"]


def test_quick_record_is_saved_and_marked_late(
    qtbot: QtBot, workspace: Callable[..., Any], open_window: Open, tmp_path: Path
) -> None:
    case = workspace("records.add", kind="case", values={"no": "A-1", "title": "焊缝检测", "track": "supply"})["id"]
    photo = tmp_path / "现场.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    window, frame = open_window()
    frame.open_record("case", case)
    quiet_down(qtbot, window)
    frame.quick_log(case)
    log = frame.findChild(QuickLog)
    assert log is not None
    log.note.set_text("走访企业，看了样机")
    log.at.setText("2020-01-02 09:30")
    log.next_action.set_text("约专家")
    log.next_on.set_text("2020-01-09")
    log.add_files([str(photo)])
    log.save_entry()
    page = frame.current_page()
    qtbot.waitUntil(lambda: "走访企业，看了样机" in _texts(page.detail.part("log")), timeout=PATIENCE)
    shown = _texts(page.detail.part("log"))
    assert "补记" in shown
    assert "2020-01-02 09:30　走访" in shown
    assert "附件 1" in shown
    qtbot.waitUntil(lambda: "补记" in frame.status.notice(), timeout=PATIENCE)


def test_quick_record_keeps_what_was_typed(qtbot: QtBot, open_window: Open) -> None:
    window, frame = open_window()
    frame.quick_log()
    log = frame.findChild(QuickLog)
    assert log is not None
    log.note.set_text("电话里说好下周签约")
    log.save_entry()
    assert "请先选择案件" in log.message.text()
    log.close()
    quiet_down(qtbot, window)
    frame.quick_log()
    again = frame.findChildren(QuickLog)[-1]
    assert again.note.text() == "电话里说好下周签约"


def test_undo_takes_back_the_last_change(qtbot: QtBot, workspace: Callable[..., Any], open_window: Open) -> None:
    record = workspace("records.add", kind="firm", values={"name": "甲科技有限公司"})["id"]
    window, frame = open_window()
    frame.open_record("firm", record)
    quiet_down(qtbot, window)
    profile = frame.current_page().detail.profile
    profile.form.editor("district").set_text("渝北")
    profile.save()
    quiet_down(qtbot, window)
    assert not profile.form.is_edited()
    frame.undo()
    qtbot.waitUntil(lambda: profile.form.editor("district").text() == "", timeout=PATIENCE)


def test_switching_the_language_leaves_no_chinese_of_ours(qtbot: QtBot, open_window: Open) -> None:
    if not (resources_dir() / "i18n" / "en" / "LC_MESSAGES" / "fuzhuan.mo").is_file():
        pytest.skip("needs the compiled English catalogue resources/i18n/en/LC_MESSAGES/fuzhuan.mo")
    window, frame = open_window()
    for page in (*PAGES, SETTINGS):
        frame.open_page(page.NAME)
        quiet_down(qtbot, window)
    window.switch_language("en")
    quiet_down(qtbot, window)
    with (resources_dir() / "i18n" / "en" / "LC_MESSAGES" / "fuzhuan.mo").open("rb") as file:
        ours = {text for text in gettext.GNUTranslations(file)._catalog if _is_chinese(text)}
    shown = {text.strip() for text in _texts(window).split("\n")}
    # names, clauses and titles are data; what the catalogue knows should have changed
    left = (shown & ours) - {"简体中文"}
    assert left == set()
    window.switch_language("zh")
    qtbot.waitUntil(lambda: "总览" in _texts(frame.rail), timeout=PATIENCE)


def test_every_field_and_button_has_a_name(qtbot: QtBot, open_window: Open) -> None:
    window, frame = open_window()
    nameless = []
    for page in (*PAGES, SETTINGS):
        frame.open_page(page.NAME)
        quiet_down(qtbot, window)
        for kind in (QAbstractButton, QLineEdit, QComboBox):
            for part in frame.current_page().findChildren(kind):
                named = part.accessibleName() or getattr(part, "text", lambda: "")() or part.objectName()
                if part.isVisible() and not named:
                    nameless.append(f"{page.NAME}: {type(part).__name__} in {type(part.parentWidget()).__name__}")
    assert nameless == []


def _is_chinese(text: object) -> bool:
    return isinstance(text, str) and re.search(r"[\u4e00-\u9fff]", text) is not None


def _listed(frame: DeskFrame) -> str:
    return "\n".join(frame.finder.list.item(place).text() for place in range(frame.finder.list.count()))


def _texts(root: QWidget) -> str:
    """Everything written on the widgets below one."""
    found = []
    for part in root.findChildren(QWidget):
        if isinstance(part.parentWidget(), QTabBar):
            continue  # the arrows of a full tab bar are Qt's, named once
        for name in ("text", "placeholderText", "toolTip", "accessibleName", "title"):
            read = getattr(part, name, None)
            text = read() if callable(read) else None
            if isinstance(text, str):
                found.append(text)
        if isinstance(part, QTabBar):
            found += [part.tabText(place) for place in range(part.count())]
        if isinstance(part, QComboBox):
            found += [part.itemText(place) for place in range(part.count())]
        if isinstance(part, QTableView | QTreeView) and part.model() is not None:
            model = part.model()
            across = Qt.Orientation.Horizontal
            found += [str(model.headerData(place, across) or "") for place in range(model.columnCount())]
    return "\n".join(found)
