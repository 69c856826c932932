"""本机构 in the real window: what the organisation is decides which pages the rail offers; people who work here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.house.page import HousePage
from desktop.window import MainWindow
from policy.errors import Refused, Usage
from tests.gui.conftest import PATIENCE, quiet_down

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Services = Callable[..., Any]


def test_the_pages_offered_follow_what_the_organisation_is(
    qtbot: QtBot, workspace: Services, open_window: Open
) -> None:
    window, frame = open_window()
    frame.open_page("house")
    quiet_down(qtbot, window)
    page = frame._pages["house"]
    assert isinstance(page, HousePage)
    assert page.kinds.ticked() == ["incubator", "agency"]
    assert {"firms", "results", "training"} <= set(frame.rail.names())
    page.kinds.boxes["agency"].click()
    qtbot.waitUntil(lambda: "results" not in frame.rail.names(), timeout=PATIENCE)
    assert {"overview", "firms", "cases", "evidence", "settings"} <= set(frame.rail.names())
    page.kinds.boxes["incubator"].click()  # the last one stays
    qtbot.waitUntil(lambda: page.kinds.ticked() == ["incubator"], timeout=PATIENCE)
    quiet_down(qtbot, window)
    page.kinds.boxes["training"].click()
    qtbot.waitUntil(lambda: "training" in frame.rail.names(), timeout=PATIENCE)
    assert "results" not in frame.rail.names()


def test_kinds_are_kept_and_unknown_ones_refused(workspace: Services) -> None:
    assert workspace("workspace.set_kinds", kinds=["training", "incubator"])["kinds"] == ["incubator", "training"]
    assert workspace("workspace.info")["kinds"] == ["incubator", "training"]
    with pytest.raises(Usage):
        workspace("workspace.set_kinds", kinds=["bank"])
    with pytest.raises(Refused):
        workspace("workspace.set_kinds", kinds=[])
    assert workspace("workspace.info")["kinds"] == ["incubator", "training"]


def test_a_person_who_works_here_is_entered_with_the_post(qtbot: QtBot, workspace: Services, open_window: Open) -> None:
    person = workspace("records.add", kind="person", values={"name": "李𠮷"})["id"]
    window, frame = open_window()
    frame.open_page("house")
    quiet_down(qtbot, window)
    page = frame._pages["house"]
    assert isinstance(page, HousePage)
    page.new.click()
    form = page.details["staff"].profile
    for name, text in (("person", person), ("post", "项目经理"), ("hired_on", "2026-03")):
        form.form.editor(name).set_text(text)
    form.save()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert "李𠮷" in page.details["staff"]._name.text()
