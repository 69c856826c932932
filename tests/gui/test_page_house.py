"""本机构 in the real window: what the organisation is decides which pages the rail offers; people who work here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.house.page import HousePage
from desktop.window import MainWindow
from policy.errors import Refused, Usage
from tests.gui.conftest import PATIENCE, quiet_down
from tests.gui.person import Person

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


def test_a_persons_performance_is_seen_and_printed_from_the_sheet(
    qtbot: QtBot, workspace: Services, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = workspace("records.add", kind="person", values={"name": "李𠮷"})["id"]
    other = workspace("records.add", kind="person", values={"name": "王示例"})["id"]
    case = workspace("records.add", kind="case", values={"no": "A-1", "title": "焊缝检测", "track": "supply"})["id"]
    for one, share in ((person, "40"), (other, "60")):
        workspace(
            "records.add", kind="case_broker", values={"case": case, "person": one, "role": "主办", "share_pct": share}
        )
    for name, day, amount in (("技术开发合同", "2026-03-05", "100万元"), ("补充服务合同", "2025-03-05", "50万元")):
        values = {"name": name, "case": case, "signed_on": day, "amount_total": amount, "contract_class": "委托开发"}
        workspace("records.add", kind="contract", values=values)
    window, frame = open_window()
    frame.open_record("person", person)
    quiet_down(qtbot, window)
    page = frame.current_page()
    assert isinstance(page, HousePage)
    detail = page.details["person"]
    tab = detail.part("performance")
    detail.tabs.setCurrentWidget(tab)
    me = Person(qtbot, window)
    me.waits_for("合同 2 份，按份额 60 万元")
    assert me.sees("案件 1 个")
    me.types("期间", "2026")
    me.presses("Return")
    me.waits_for("合同 1 份，按份额 40 万元")
    assert [row[4] for row in me.rows("促成的技术合同")] == ["40"]
    out = tmp_path / "业绩.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    me.clicks("业绩档案…")
    me.waits_for("已写入")
    assert out.read_bytes().startswith(b"%PDF")
    detail.show_record(other)
    me.waits_for("合同 2 份，按份额 90 万元")
    quiet_down(qtbot, window)
