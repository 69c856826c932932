"""Phones in the window: masked wherever they stand, told by the eye for a while, never written back as a mask.

A window takes long to open: what is tried one after the other is written down one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.firms.page import FirmsPage
from desktop.runtime import client
from desktop.widgets.maskededitor import MaskedEditor
from desktop.window import MainWindow
from tests.gui.conftest import PATIENCE, quiet_down

PHONE, MASK = "13812345678", "138****5678"
FIRM = {"name": "甲科技有限公司", "contact_phone": PHONE, "filler_phone": "023-67854321"}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that the store process has told the window."""
    told: list[str] = []
    reply = client.Reply

    def keep(number: int, kind: str, value: Any = None) -> client.Reply:
        told.append(repr(value))
        return reply(number, kind, value)

    monkeypatch.setattr(client, "Reply", keep)
    return told


@pytest.fixture
def page(
    qtbot: QtBot,
    workspace: Callable[..., Any],
    open_window: Callable[[], tuple[MainWindow, DeskFrame]],
    heard: list[str],
) -> FirmsPage:
    """The firms page with one firm open, its phone among the columns."""
    firm = workspace("records.add", kind="firm", values=FIRM)["id"]
    workspace("records.edit", kind="firm", id=firm, values={"contact_phone": "13912345678"})
    workspace("records.edit", kind="firm", id=firm, values={"contact_phone": PHONE})
    window, frame = open_window()
    frame.open_record("firm", firm)
    found = frame.current_page()
    assert isinstance(found, FirmsPage)
    found.model.set_columns(["name", "contact_phone"])
    quiet_down(qtbot, window)
    qtbot.waitUntil(lambda: found.model.index(0, 1).data() == MASK, timeout=PATIENCE)
    return found


def _editor(page: FirmsPage) -> MaskedEditor:
    editor = page.detail.profile.form.editor("contact_phone")
    assert isinstance(editor, MaskedEditor)
    return editor


def _look(qtbot: QtBot, page: FirmsPage) -> MaskedEditor:
    editor = _editor(page)
    editor.eye.click()
    qtbot.waitUntil(lambda: editor.edit.text() == PHONE, timeout=PATIENCE)
    return editor


def _texts(widget: QWidget) -> str:
    lines = [edit.text() for edit in widget.findChildren(QLineEdit)]
    return "\n".join([*lines, *(label.text() for label in widget.findChildren(QLabel))])


def _nothing_told_unasked(qtbot: QtBot, page: FirmsPage, heard: list[str]) -> None:
    history = page.detail.history
    page.detail.tabs.setCurrentWidget(history)
    qtbot.waitUntil(lambda: history.tree.topLevelItemCount() == 4, timeout=PATIENCE)
    changes = [history.tree.topLevelItem(row).text(3) for row in range(4)]
    assert changes[:2] == ["联系电话：139****5678 → 138****5678", "联系电话：138****5678 → 139****5678"]
    page.detail.tabs.setCurrentIndex(0)
    shown = _texts(page)
    assert MASK in shown and "023-****21" in shown
    everything = shown + "".join(heard) + "".join(changes)
    assert MASK in "".join(heard)
    assert PHONE not in everything and "67854321" not in everything and "13912345678" not in everything


def _told_for_a_while(qtbot: QtBot, page: FirmsPage) -> None:
    editor = _look(qtbot, page)
    form = page.detail.profile
    assert not form.form.is_edited() and not form.save_button.isEnabled()
    assert editor._again.remainingTime() > 25_000
    usual = editor._again.interval()
    editor._again.setInterval(20)  # starts again with this
    qtbot.waitUntil(lambda: editor.edit.text() == MASK, timeout=PATIENCE)
    assert not editor.eye.isChecked() and not form.form.is_edited()
    editor._again.setInterval(usual)


def _covered_by_leaving(qtbot: QtBot, page: FirmsPage) -> None:
    editor = _look(qtbot, page)
    page.detail.tabs.setCurrentIndex(1)
    assert editor.edit.text() == MASK and not editor.eye.isChecked()


def _saved_beside(qtbot: QtBot, page: FirmsPage) -> None:
    _look(qtbot, page)
    form = page.detail.profile
    form.form.editor("contact_name").set_text("赵一")
    assert form.form.changes() == {"contact_name": "赵一"}
    form.save()
    qtbot.waitUntil(lambda: not form.form.is_edited() and form.form.editor("contact_name").text() == "赵一")
    assert _editor(page).edit.text() == MASK
    _look(qtbot, page)  # and the number is still there


def _typed_over(qtbot: QtBot, page: FirmsPage) -> None:
    form = page.detail.profile
    editor = _look(qtbot, page)
    editor.edit.setText("13700001111")
    assert form.form.changes() == {"contact_phone": "13700001111"}
    editor.cover()  # what was typed is not covered
    assert editor.edit.text() == "13700001111"
    form.save()
    qtbot.waitUntil(lambda: editor.edit.text() == "137****1111", timeout=PATIENCE)
    qtbot.waitUntil(lambda: page.model.index(0, 1).data() == "137****1111", timeout=PATIENCE)
    editor.edit.setText("137****1112")
    form.save()
    qtbot.waitUntil(lambda: "遮盖" in form.form._parts["contact_phone"]._problem.text(), timeout=PATIENCE)
    editor.edit.clear()
    form.save()
    qtbot.waitUntil(lambda: page.model.index(0, 1).data() == "", timeout=PATIENCE)
    assert not editor.eye.isVisible()


def _exported(qtbot: QtBot, page: FirmsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "企业.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    for action, shown, sheet in ((page.masked_export, MASK, "企业"), (page.whole_export, PHONE, "企业（含个人信息）")):
        action.trigger()
        qtbot.waitUntil(file.exists, timeout=PATIENCE)
        book = openpyxl.load_workbook(file)
        assert book.sheetnames == [sheet]
        head, row = book[sheet].iter_rows(values_only=True)
        assert row[head.index("联系电话")] == shown
        file.unlink()


def test_a_number_is_told_by_the_eye_alone_and_looking_changes_nothing(
    qtbot: QtBot, page: FirmsPage, heard: list[str]
) -> None:
    _nothing_told_unasked(qtbot, page, heard)
    _told_for_a_while(qtbot, page)
    _covered_by_leaving(qtbot, page)
    page.detail.tabs.setCurrentIndex(0)
    _saved_beside(qtbot, page)


def test_typing_replaces_a_number_and_an_export_is_asked_which_way(
    qtbot: QtBot, page: FirmsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _exported(qtbot, page, tmp_path, monkeypatch)
    _typed_over(qtbot, page)
