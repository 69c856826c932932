"""Backups in the window: how they stand is told in words, made by a click, chosen in the first run, restored beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.overview.page import OverviewPage
from desktop.pages.settings.page import SettingsPage
from desktop.passphrase import way_in
from desktop.window import MainWindow
from tests.gui.conftest import ORGANISATION, PASSPHRASE, PATIENCE, quiet_down

Open = Callable[[], tuple[MainWindow, DeskFrame]]


def _settings(qtbot: QtBot, window: MainWindow, frame: DeskFrame) -> SettingsPage:
    frame.open_page("settings", section="backup")
    quiet_down(qtbot, window)
    page = frame.current_page()
    assert isinstance(page, SettingsPage) and page.backups.isVisible()
    return page


def _chip(frame: DeskFrame) -> Any:
    return frame.status._saved


def test_what_is_late_is_told_by_icon_and_word_and_goes_with_a_backup(qtbot: QtBot, open_window: Open) -> None:
    window, frame = open_window()
    quiet_down(qtbot, window)
    overview = frame.current_page()
    assert isinstance(overview, OverviewPage)
    assert _chip(frame).text() == "尚未备份" and _chip(frame)._state == "bad"
    assert overview.backup.isVisible() and overview.backup.chip.text() == "尚未备份"
    frame.status.backup_clicked.emit()
    qtbot.waitUntil(lambda: _chip(frame).text() == "上次成功备份：今天", timeout=PATIENCE)
    assert _chip(frame)._state == "good"
    assert "同一块盘" in frame.message.text()
    frame.open_page("overview")
    qtbot.waitUntil(lambda: not overview.backup.isVisible(), timeout=PATIENCE)


def test_days_and_reasons_are_in_the_line(qtbot: QtBot, open_window: Open, tmp_path: Path) -> None:
    window, frame = open_window()
    quiet_down(qtbot, window)
    stand = {"at_ms": 1, "days": 9, "missing": 0, "failed": None, "params": {}, "overdue": True}
    frame.status._backup_came(stand)
    assert (_chip(frame).text(), _chip(frame)._state) == ("上次成功备份：9 天前", "bad")
    missing = {"failed": "backup.folder_missing", "params": {"path": "/media/U盘"}}
    frame.status._backup_came({**stand, "days": 1, **missing})
    assert _chip(frame)._state == "bad" and "/media/U盘" in _chip(frame).toolTip()
    assert "U 盘没有插上" in _chip(frame).accessibleDescription()
    frame.status._backup_came({**stand, "days": 1, "overdue": False, "missing": 3})
    assert _chip(frame)._state == "warn" and "3 个文件" in _chip(frame).toolTip()


def test_settings_choose_make_list_and_restore_beside(
    qtbot: QtBot, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, frame = open_window()
    pane = _settings(qtbot, window, frame).backups
    assert pane.warning.isVisible() and not pane.own.isVisible() and pane.list.count() == 0
    assert not pane.restore.button.isEnabled()
    stick = tmp_path / "U盘"
    stick.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(stick))
    pane.change.click()  # the first one is made at once
    qtbot.waitUntil(lambda: pane.list.count() == 1, timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert pane.place.text() == str(stick) and pane.own.isVisible()
    assert pane.line.chip.text() == "上次成功备份：今天"
    pane.now.click()
    qtbot.waitUntil(lambda: pane.list.count() == 2, timeout=PATIENCE)
    pane.list.setCurrentRow(1)
    pane.restore.button.click()
    assert not pane.restore.do.isEnabled() and pane.folder.hasFocus()
    target = tmp_path / "恢复"
    pane.folder.setText(str(target))
    pane.secret.setText("not the passphrase")
    pane.restore.do.click()
    qtbot.waitUntil(lambda: "做这份备份时的口令" in pane.restore.message.text(), timeout=PATIENCE)
    assert not target.exists()
    pane.secret.setText(PASSPHRASE)
    pane.restore.do.click()
    qtbot.waitUntil(lambda: str(target) in pane.message.text(), timeout=PATIENCE)
    assert (target / "store.db").exists() and not pane.restore.is_open() and pane.secret.text() == ""
    quiet_down(qtbot, window)
    heard: list[dict[str, Any]] = []
    assert window.ops is not None
    window.ops.run("workspace.info", owner=window, on_result=heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE)
    assert heard[0]["folder"] == str(tmp_path / "ws")  # what was open still is
    file = tmp_path / "交接.backup"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    pane.to_file.click()
    qtbot.waitUntil(lambda: str(file) in pane.message.text(), timeout=PATIENCE)
    assert file.is_file()


def test_a_pulled_stick_is_said_in_place(
    qtbot: QtBot, open_window: Open, tmp_path: Path, workspace: Callable[..., Any]
) -> None:
    stick = tmp_path / "U盘"
    stick.mkdir()
    workspace("backup.folder", folder=str(stick))
    stick.rename(tmp_path / "pulled")
    window, frame = open_window()
    pane = _settings(qtbot, window, frame).backups
    pane.now.click()
    qtbot.waitUntil(lambda: "U 盘没有插上" in pane.line.reason.text(), timeout=PATIENCE)
    assert pane.line.chip._state == "bad" and pane.now.isEnabled() and str(stick) in frame.message.text()


def test_the_first_run_brings_back_a_snapshot_of_a_folder(
    qtbot: QtBot, tmp_path: Path, make_window: Callable[..., MainWindow], workspace: Callable[..., Any]
) -> None:
    stick, target = tmp_path / "U盘", tmp_path / "新电脑"
    stick.mkdir()
    (tmp_path / "leer").mkdir()
    workspace("backup.folder", folder=str(stick))
    older = workspace("backup.now")
    workspace("records.add", kind="firm", values={"name": "甲公司"})
    newer = workspace("backup.now")
    workspace("close")
    window = make_window()
    wizard = window.wizard
    assert wizard is not None
    wizard.next.click()
    place = wizard.place
    place.restore.setChecked(True)
    place.folder.setText(str(target))
    place.secret.setText(PASSPHRASE)
    assert not wizard.next.isEnabled()
    place.backup.place.setText(str(tmp_path / "leer"))
    qtbot.waitUntil(place.backup._said.isVisible, timeout=PATIENCE)
    assert not wizard.next.isEnabled()
    place.backup.place.setText(str(stick))
    qtbot.waitUntil(lambda: place.backup.snapshots.count() == 2, timeout=PATIENCE)
    assert place.backup.chosen() == newer["snapshot"] and "MB" in place.backup.snapshots.currentText()
    place.backup.snapshots.setCurrentIndex(1)
    assert place.backup.chosen() == older["snapshot"] and wizard.next.isEnabled()
    wizard.next.click()
    qtbot.waitUntil(lambda: window.frame is not None, timeout=PATIENCE)
    assert window.frame is not None and window.frame.info["organisation"]["name"] == ORGANISATION
    assert window.frame.info["counts"]["firm"] == 0 and window.frame.info["folder"] == str(target)


def test_closing_the_window_leaves_a_backup_and_does_not_keep_it_on_screen(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window, frame = open_window()
    assert window.ops is not None
    heard: list[Any] = []
    window.ops.run("records.add", owner=frame, on_result=heard.append, kind="firm", values={"name": "甲公司"})
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE)
    quiet_down(qtbot, window)
    window.lock()
    assert window.frame is None and not window.unlock.open_button.isEnabled()
    qtbot.waitUntil(window.unlock.open_button.isEnabled, timeout=PATIENCE)
    assert len(list((tmp_path / "ws" / "backups").glob("*/snapshots/*"))) == 1


@pytest.mark.parametrize(
    ("typed", "way"),
    [
        ("H1NB-7NZV-NAZZ-23NM-4X98-C38E-S7FK-RRH8-46", "recovery_code"),
        (" h1nb 7nzv nazz 23nm 4x98 c38e s7fk rrh8 46\n", "recovery_code"),
        (PASSPHRASE, "passphrase"),
        ("H1NB-7NZV", "passphrase"),
    ],
)
def test_a_recovery_code_is_known_by_its_form(typed: str, way: str) -> None:
    assert list(way_in(typed)) == [way]
