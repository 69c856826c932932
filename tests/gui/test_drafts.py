"""What was typed and not saved: back at once in the same session, asked about after a lock, an end or a kill -9."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.quicklog import QuickLog
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.window import MainWindow
from policy.errors import Refused
from tests.gui.conftest import PASSPHRASE, PATIENCE, quiet_down, unlock
from tests.gui.program import Program

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Services = Callable[..., Any]
ADDRESS = "两江新区 1 号"


@pytest.fixture
def firm(workspace: Services) -> str:
    return str(workspace("records.add", kind="firm", values={"name": "甲科技有限公司"})["id"])


@pytest.fixture
def start(tmp_path: Path, workspace: Services) -> Iterator[Callable[[], Program]]:
    """`start()` runs the program on the test's workspace and unlocks it."""
    programs: list[Program] = []

    def run() -> Program:
        workspace("close")
        programs.append(Program(tmp_path / "ws", tmp_path / "home"))
        programs[-1].unlocks(PASSPHRASE)
        return programs[-1]

    yield run
    for program in programs:
        program.end()


def _profile(frame: DeskFrame) -> Any:
    return frame.current_page().detail.profile  # type: ignore[attr-defined]


def _type_address(qtbot: QtBot, window: MainWindow, frame: DeskFrame, firm: str) -> None:
    frame.open_record("firm", firm)
    quiet_down(qtbot, window)
    _profile(frame).form.editor("address").set_text(ADDRESS)


def test_another_page_and_back_restores_silently(qtbot: QtBot, firm: str, open_window: Open) -> None:
    window, frame = open_window()
    _type_address(qtbot, window, frame, firm)
    frame.open_page("overview")
    frame.open_record("firm", firm)
    quiet_down(qtbot, window)
    assert _profile(frame).form.editor("address").text() == ADDRESS
    assert _profile(frame).left.text() == ""
    assert frame.status.drafts_button().text() == "1 份未保存的草稿"
    _profile(frame).form.editor("address").set_text("")
    qtbot.waitUntil(lambda: not frame.status.drafts_button().isVisible(), timeout=PATIENCE)


def test_a_lock_keeps_what_was_typed_in_the_store_alone_and_it_is_asked_about(
    qtbot: QtBot, firm: str, open_window: Open
) -> None:
    window, frame = open_window()
    _type_address(qtbot, window, frame, firm)
    window.lock()
    qtbot.wait(50)
    assert window.drafts.keys() == [] and window.drafts._unsent == {}
    unlock(qtbot, window)
    frame = _entered(qtbot, window)
    assert frame.status.drafts_button().text() == "1 份未保存的草稿"
    frame.open_record("firm", firm)
    quiet_down(qtbot, window)
    profile = _profile(frame)
    assert profile.form.editor("address").text() == ""
    assert "未保存的内容" in profile.left.text() and "又有改动" not in profile.left.text()
    assert not profile.form.isEnabled()
    frame.open_page("overview")  # no answer is no answer
    frame.open_record("firm", firm)
    quiet_down(qtbot, window)
    profile.left.restore.click()
    assert profile.form.editor("address").text() == ADDRESS and profile.form.isEnabled()
    profile.save()
    quiet_down(qtbot, window)
    assert profile.left.text() == ""
    qtbot.waitUntil(lambda: not frame.status.drafts_button().isVisible(), timeout=PATIENCE)
    assert window.drafts.keys() == []


def test_a_record_that_changed_since_is_said_to_have_and_a_dropped_draft_is_gone(
    qtbot: QtBot, firm: str, open_window: Open
) -> None:
    window, frame = open_window()
    _type_address(qtbot, window, frame, firm)
    window.drafts.send()
    quiet_down(qtbot, window)
    assert window.ops is not None
    window.ops.run("records.edit", owner=window, kind="firm", id=firm, values={"district": "渝北"})
    quiet_down(qtbot, window)
    window.lock()
    unlock(qtbot, window)
    frame = _entered(qtbot, window)
    frame.open_record("firm", firm)
    quiet_down(qtbot, window)
    assert "又有改动" in _profile(frame).left.text()
    _profile(frame).left.drop.click()
    assert _profile(frame).form.editor("district").text() == "渝北"
    assert window.drafts.keys() == []
    listed: list[Any] = []
    assert window.ops is not None
    window.drafts.send(lambda: window.ops.run("draft.list", owner=window, on_result=listed.append))
    qtbot.waitUntil(lambda: bool(listed), timeout=PATIENCE)
    assert listed[0]["drafts"] == []


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # a menu without a screen
def test_the_list_of_drafts_leads_to_each(qtbot: QtBot, firm: str, open_window: Open) -> None:
    window, frame = open_window()
    _type_address(qtbot, window, frame, firm)
    frame.open_page("cases", start="new")
    frame.current_page().detail.profile.form.editor("title").set_text("焊缝检测")  # type: ignore[attr-defined]
    frame.quick_log()
    log = frame.findChild(QuickLog)
    assert log is not None
    log.note.set_text("电话里说好下周签约")
    picture = QImage(9, 7, QImage.Format.Format_RGB32)
    for colour in (Qt.GlobalColor.blue, Qt.GlobalColor.red):
        picture.fill(colour)
        QGuiApplication.clipboard().setImage(picture)
        log.paste_picture()
    log.files.setFocus()
    log.files.setCurrentRow(0)
    QTest.keyClick(log.files, Qt.Key.Key_Delete)  # the wrong one
    window.lock()
    unlock(qtbot, window)
    frame = _entered(qtbot, window)
    frame.status.drafts_clicked.emit()
    qtbot.waitUntil(lambda: frame._left.menu is not None, timeout=PATIENCE)
    menu = frame._left.menu
    assert menu is not None
    named = {action.text().split("\u3000")[0]: action for action in menu.actions()}
    assert sorted(named) == ["企业：甲科技有限公司", "快速记录", "案件（新）"]
    named["企业：甲科技有限公司"].trigger()
    quiet_down(qtbot, window)
    assert _profile(frame).record() == firm and _profile(frame).left.text() != ""
    named["案件（新）"].trigger()
    facts = frame.current_page().detail.profile  # type: ignore[attr-defined]
    assert facts.left.text() != ""
    facts.left.restore.click()
    assert facts.form.editor("title").text() == "焊缝检测"
    named["快速记录"].trigger()
    again = frame.findChildren(QuickLog)[-1]
    assert again.left.text() != "" and not again.note.isEnabled()
    again.left.restore.click()
    qtbot.waitUntil(again.save.isEnabled, timeout=PATIENCE)
    (back,) = again._pictures  # the text and the picture that was left
    assert QImage.fromData(back["data"]).pixelColor(0, 0) == Qt.GlobalColor.red
    assert again.files.count() == 1
    assert again.note.text() == "电话里说好下周签约"


def test_what_is_typed_while_another_record_is_being_loaded_is_not_taken_for_that_one(
    qtbot: QtBot, workspace: Services, firm: str, open_window: Open
) -> None:
    others = [workspace("records.add", kind="firm", values={"name": name})["id"] for name in ("乙公司", "丙公司")]
    window, frame = open_window()
    _type_address(qtbot, window, frame, firm)
    for other in others:  # faster than the store answers
        _profile(frame).show_record(other)
    quiet_down(qtbot, window)
    assert window.drafts.keys() == [f"firm:{firm}"]


def test_a_state_secret_is_kept_nowhere_not_even_unsaved(qtbot: QtBot, open_window: Open) -> None:
    window, frame = open_window()
    frame.open_page("cases", start="new")
    form = frame.current_page().detail.profile.form  # type: ignore[attr-defined]
    form.editor("title").set_text("焊缝检测")
    quiet_down(qtbot, window)
    assert window.drafts.keys() == ["case:new"]
    form.editor("classified").set_text("1")
    quiet_down(qtbot, window)
    assert window.drafts.keys() == []


def test_facts_of_a_file_survive_a_lock(qtbot: QtBot, workspace: Services, open_window: Open, tmp_path: Path) -> None:
    paper = tmp_path / "协议.txt"
    paper.write_text("正文")
    evidence = workspace("evidence.add", files=[str(paper)])["ids"][0]
    window, frame = open_window()
    frame.open_record("evidence", evidence)
    quiet_down(qtbot, window)
    frame.current_page().file.form.editor("issuer").set_text("市科技局")  # type: ignore[attr-defined]
    window.lock()
    unlock(qtbot, window)
    frame = _entered(qtbot, window)
    frame.open_record("evidence", evidence)
    quiet_down(qtbot, window)
    file = frame.current_page().file  # type: ignore[attr-defined]
    assert file.form.editor("issuer").text() == "" and file.left.text() != ""
    file.left.restore.click()
    assert file.form.editor("issuer").text() == "市科技局"


def test_kill_9_of_everything_loses_at_most_the_last_second(firm: str, start: Callable[[], Program]) -> None:
    program = start()
    program.says("shows", "firm", firm)
    program.until("holds", firm)
    program.says("types", "address", ADDRESS)
    program.says("begins", "funding_event", "firm", firm)
    program.says("types_within", "funding_event", "paid_on", "2026-05")
    time.sleep(1.5)  # the promise: a second, and the write
    assert len(program.processes()) >= 2
    program.kill()
    again = start()
    again.until("kept")
    assert again.says("drafts") == "2 份未保存的草稿"
    again.says("shows", "firm", firm)
    again.until("question")
    assert again.says("field", "address") == ""
    again.says("restore")
    assert again.says("field", "address") == ADDRESS
    # a record within another is led to, asked about and comes back like any other
    again.until("kept")
    again.says("begins", "funding_event", "firm", firm)
    asked, day = again.says("within", "funding_event", "paid_on")
    assert "未保存的内容" in asked and day == ""
    again.says("restore_within", "funding_event")
    assert again.says("within", "funding_event", "paid_on") == ["", "2026-05"]


def test_closing_the_window_at_once_loses_nothing(
    firm: str, start: Callable[[], Program], workspace: Services, tmp_path: Path
) -> None:
    program = start()
    program.says("shows", "firm", firm)
    program.until("holds", firm)
    program.says("types", "address", ADDRESS)
    assert program.quits() == 0
    session = Session()
    try:
        call_service(session, "workspace.open", folder=str(tmp_path / "ws"), passphrase=PASSPHRASE)
        kept = call_service(session, "draft.list")["drafts"]
    finally:
        session.close()
    assert [(draft["key"], draft["texts"]["address"]) for draft in kept] == [(f"firm:{firm}", ADDRESS)]


def test_a_pasted_picture_goes_from_memory_to_the_store(
    qtbot: QtBot, workspace: Services, open_window: Open, opened_files: list[str]
) -> None:
    case = workspace("records.add", kind="case", values={"no": "A-1", "title": "焊缝检测", "track": "supply"})["id"]
    window, frame = open_window()
    image = QImage(9, 7, QImage.Format.Format_RGB32)
    image.fill(0)
    QGuiApplication.clipboard().setImage(image)
    frame.quick_log(case)
    log = frame.findChild(QuickLog)
    assert log is not None
    before = len(opened_files)
    log.paste_picture()
    log.note.set_text("看了样机")
    assert opened_files[before:] == []
    log.save_entry()
    quiet_down(qtbot, window)
    window.shut_down()
    QGuiApplication.clipboard().clear()
    workspace("workspace.open", folder=window.unlock._folder, passphrase=PASSPHRASE)
    entry = workspace("case.entries", case=case)[0]
    taken = workspace("evidence.content", id=entry["evidence"][0])
    assert Image.open(io.BytesIO(taken["data"])).size == (9, 7)


def test_nothing_is_kept_in_memory_once_it_is_locked(qtbot: QtBot, firm: str, open_window: Open) -> None:
    window, frame = open_window()
    _type_address(qtbot, window, frame, firm)
    drafts = window.drafts
    window.lock()
    drafts.drop(f"firm:{firm}")  # by a part that lives a moment longer
    drafts._not_kept({f"firm:{firm}": {"at": 1, "texts": {"address": ADDRESS}}}, Refused("store.busy"))
    assert drafts._unsent == {} and not drafts._rest.isActive()


def test_a_quick_record_opened_again_is_whole(
    qtbot: QtBot, workspace: Services, open_window: Open, tmp_path: Path
) -> None:
    """Closed with Esc and opened again: nothing is saved before its pictures are back, and nothing fades by a look."""
    case = workspace("records.add", kind="case", values={"no": "A-1", "title": "焊缝检测", "track": "supply"})["id"]
    same = [tmp_path / name / "1.jpg" for name in ("a", "b")]
    for file in same:
        file.parent.mkdir()
        file.write_bytes(b"not a picture")
    window, frame = open_window()
    frame.quick_log(case)
    log = frame.findChildren(QuickLog)[-1]
    log.note.set_text("看了样机")
    log.add_files([str(file) for file in same])
    picture = QImage(9, 7, QImage.Format.Format_RGB32)
    picture.fill(0)
    QGuiApplication.clipboard().setImage(picture)
    log.paste_picture()
    QGuiApplication.clipboard().clear()
    log.files.setCurrentRow(1)
    QTest.keyClick(log.files, Qt.Key.Key_Delete)
    assert log._files == [str(same[0])], "one of two files with one name goes, as in the list"
    for _look in range(2):
        log.reject()
        quiet_down(qtbot, window)
        frame.quick_log()
        log = frame.findChildren(QuickLog)[-1]
        assert not log.save.isEnabled(), "the picture is not here yet"
        assert frame.drafts.of("quicklog")["case"] == log.case.record() == case
    qtbot.waitUntil(log.save.isEnabled, timeout=PATIENCE)
    assert [log.files.item(place).text() for place in range(2)] == ["1.jpg", log._pictures[0]["name"]]
    log.reject()


@pytest.fixture
def opened_files() -> Iterator[list[str]]:
    """Every file this process opens for writing."""
    found: list[str] = []
    watching = [True]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open" and isinstance(arguments[0], str) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            found.append(arguments[0])

    sys.addaudithook(hook)
    yield found
    watching.clear()


def _entered(qtbot: QtBot, window: MainWindow) -> DeskFrame:
    assert window.frame is not None
    quiet_down(qtbot, window)
    return window.frame
