"""Damage in the window: what cannot be opened is rescued into a new folder, and the check names a damaged file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.settings.page import SettingsPage
from desktop.window import MainWindow
from tests.gui.conftest import PASSPHRASE, PATIENCE


def test_a_damaged_workspace_is_rescued_into_a_new_folder_and_opened(
    qtbot: QtBot, tmp_path: Path, workspace: Callable[..., Any], make_window: Callable[..., MainWindow]
):
    workspace("records.add", kind="organisation", values={"name": "留下来的单位", "org_kind": "firm"})
    workspace("close")
    store = tmp_path / "ws" / "store.db"
    damaged = bytearray(store.read_bytes())
    damaged[300] ^= 4
    store.write_bytes(damaged)
    window = make_window(str(tmp_path / "ws"))
    unlock = window.unlock
    qtbot.waitUntil(lambda: unlock.secret.isEnabled(), timeout=PATIENCE)
    assert not unlock.rescue.isVisible()
    unlock.secret.setText(PASSPHRASE)
    unlock.open_now()
    qtbot.waitUntil(lambda: unlock.rescue.isVisible(), timeout=PATIENCE)
    assert unlock.message.text() and unlock.rescue.text() == "抢救可读内容到新文件夹…"
    unlock.rescue.rescue_into(str(tmp_path / "新的"))
    qtbot.waitUntil(lambda: unlock.rescue.report is not None, timeout=PATIENCE)
    report = unlock.rescue.report
    assert report is not None and report.isVisible() and not unlock.rescue.isVisible()
    assert str(tmp_path / "新的") in report.text.toPlainText() and "取回" in report.text.toPlainText()
    report.enter.click()
    qtbot.waitUntil(lambda: window.frame is not None, timeout=PATIENCE)
    assert window.frame is not None and str(window.frame.info["folder"]) == str(tmp_path / "新的")
    assert store.read_bytes() == bytes(damaged)


def test_the_check_in_the_settings_names_the_damaged_file_and_what_to_do(
    qtbot: QtBot, tmp_path: Path, workspace: Callable[..., Any], open_window: Callable[[], tuple[MainWindow, DeskFrame]]
):
    (tmp_path / "租赁合同.txt").write_bytes(b"paper " * 100)
    workspace("evidence.add", files=[str(tmp_path / "租赁合同.txt")])
    (stored,) = (tmp_path / "ws" / "evidence").glob("??/*.age")
    content = bytearray(stored.read_bytes())
    content[-20] ^= 1
    stored.write_bytes(content)
    _window, frame = open_window()
    frame.open_page("settings", section="backup")
    page = frame.current_page()
    assert isinstance(page, SettingsPage)
    page._verify.click()
    qtbot.waitUntil(lambda: "租赁合同" in page.message.text(), timeout=PATIENCE)
    assert stored.name in page.message.text() and "重新添加同一个文件" in page.message.text()
