"""活动 and 概念验证与中试 in the real window: an item becomes a case, what was used is held against the clause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.events.items import Items
from desktop.pages.pilots.uses import Uses
from desktop.window import MainWindow
from policy.errors import Refused
from policy.i18n import tr
from tests.gui.conftest import PATIENCE, quiet_down
from tests.gui.person import Person

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Services = Callable[..., Any]


def _event(workspace: Services, **values: str) -> str:
    base = {"title": "成果直通车", "e_kind": "科技成果进区县", "starts_on": "2026-05-20", "our_role": "主办"}
    return str(workspace("records.add", kind="event", values={**base, **values})["id"])


def _result(workspace: Services) -> tuple[str, str]:
    owner = workspace("records.add", kind="organisation", values={"name": "甲大学", "org_kind": "高等院校"})["id"]
    values = {"title": "减速器精密加工", "owner": owner, "disclosure_level": "公开", "classified": "否"}
    return owner, workspace("records.add", kind="achievement", values=values)["id"]


def test_what_was_shown_at_an_event_becomes_a_case(qtbot: QtBot, workspace: Services, open_window: Open) -> None:
    event = _event(workspace, filed_with="渝北区科技局", filed_on="2026-05-10")
    _owner, result = _result(workspace)
    item = workspace(
        "records.add", kind="event_item", values={"event": event, "title": "减速器精密加工", "achievement": result}
    )["id"]
    window, frame = open_window()
    frame.open_record("event_item", item)
    quiet_down(qtbot, window)
    page = frame._pages["events"]
    items = page.details["event"].part("items")
    assert isinstance(items, Items)
    qtbot.waitUntil(lambda: "路演 1 项" in items.summary.text(), timeout=PATIENCE)
    assert "已事前备案" in items.summary.text() and "计入举办场次" in items.summary.text()
    items.items.select(item)
    qtbot.waitUntil(items.begin.isEnabled, timeout=PATIENCE)
    assert not items.open.isEnabled()
    items.begin.click()
    qtbot.waitUntil(lambda: frame.current_page() is frame._pages.get("cases"), timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert "减速器精密加工" in frame._pages["cases"].details["case"]._name.text()
    frame.open_record("event_item", item)
    qtbot.waitUntil(lambda: "形成案件 1 个" in items.summary.text(), timeout=PATIENCE)
    items.items.select(item)
    qtbot.waitUntil(items.open.isEnabled, timeout=PATIENCE)
    assert not items.begin.isEnabled()


def test_an_event_with_its_people_is_entered_by_keyboard_alone(
    qtbot: QtBot, workspace: Services, open_window: Open
) -> None:
    workspace("records.add", kind="person", values={"name": "甲示例"})
    workspace("records.add", kind="organisation", values={"name": "示例投资有限公司", "org_kind": "其他"})
    window, frame = open_window()
    frame.open_page("events")
    quiet_down(qtbot, window)
    me, page = Person(qtbot, window), frame._pages["events"]
    me.tabs_to("新活动")
    me.presses("Space")
    me.tabs_to("活动名称")
    me.says("成果直通车")
    for name in ("活动类别", "本单位角色"):
        me.tabs_to(name)
        me.presses("Down")
    for name, text in (("开始日期", "2026-05-20"), ("事前备案单位", "渝北区科技局")):
        me.tabs_to(name)
        me.says(text)
    me.presses("Ctrl+S")
    me.until(lambda: page.model.rowCount() == 1, "the event, saved without what it still lacks")
    detail = page.details["event"]
    quiet_down(qtbot, window)
    detail.tabs.setCurrentIndex(0)
    detail.tabs.tabBar().setFocus()
    me.presses("Right")
    people = detail.part("people")
    me.until(people.isVisible, "the people of the event")
    QApplication.clipboard().setText("姓名\t单位\t身份\t已签到\n甲示例\t\t嘉宾\t是\n\t示例投资有限公司\t投资\t否\n")
    people.view.setFocus()
    me.presses("Ctrl+V")
    me.until(page.importing.go.isEnabled, "how the rows are read")
    me.tabs_to("导入")
    me.presses("Space")
    me.waits_for("新增 2")
    me.tabs_to("返回列表")
    me.presses("Space")
    me.until(lambda: people.model.rowCount() == 2, "both of them")
    detail.tabs.tabBar().setFocus()
    me.presses("Right")
    me.waits_for("登记 2 人，签到 1 人")
    quiet_down(qtbot, window)


def test_a_case_from_an_event_has_what_the_item_names(workspace: Services) -> None:
    event = _event(workspace)
    owner, result = _result(workspace)
    item = workspace(
        "records.add", kind="event_item", values={"event": event, "title": "减速器", "achievement": result}
    )["id"]
    case = workspace("event.begin_case", item=item)["case"]
    assert workspace("records.get", kind="event_item", id=item)["case"] == case
    row = workspace("records.get", kind="case", id=case)
    assert (row["track"], row["origin_kind"], row["origin_event"]) == ("supply", "event", event)
    parties = workspace("records.ids", kind="case_party", where={"case": case})
    rows = workspace("records.rows", kind="case_party", ids=parties)
    own = workspace("workspace.info")["organisation"]["id"]
    assert {(one["party"], one["role"]) for one in rows} == {(owner, "owner"), (own, "broker")}
    with pytest.raises(Refused) as caught:
        workspace("event.begin_case", item=item)
    assert caught.value.code == "event.has_case"
    told = workspace("event.year", year=2026)
    assert (told["held"], told["cases"], told["filed"]) == (1, 1, 0)


def test_only_what_we_held_counts_and_late_filing_is_said(workspace: Services) -> None:
    attended = _event(workspace, title="听会", our_role="参加")
    late = _event(workspace, title="迟备案", filed_with="渝北区科技局", filed_on="2026-05-21")
    assert workspace("event.summary", event=attended)["counts"] is False
    assert workspace("event.summary", event=late)["filed"] is False
    assert workspace("event.year", year=2026)["held"] == 1
    assert workspace("event.year", year=2025)["all"] == 0


def test_the_use_of_an_award_is_held_against_the_share_of_the_front_line(
    qtbot: QtBot, workspace: Services, open_window: Open
) -> None:
    submission = workspace("records.add", kind="submission", values={"what": "开放共享奖补"})["id"]
    award = workspace(
        "records.add",
        kind="award",
        values={"submission": submission, "doc_no": "渝示例〔2026〕1号", "amount_granted": "100"},
    )["id"]
    for kind, amount in (("一线服务人员", "69.9999"), ("设备", "30.0001")):
        workspace("records.add", kind="award_use", values={"award": award, "kind": kind, "amount": amount})
    window, frame = open_window()
    frame.open_record("award", award)
    quiet_down(qtbot, window)
    page = frame._pages["pilots"]
    detail = page.details["award"]
    uses = detail.part("uses")
    assert isinstance(uses, Uses)
    detail.tabs.setCurrentWidget(uses)
    qtbot.waitUntil(lambda: uses.verdict.isVisible() and "未通过" in uses.verdict.text(), timeout=PATIENCE)
    assert "（十二）" in uses.words.text()
    assert uses.lines.model.rowCount() == 2
    uses.lines.start_new()
    for name, text in (("kind", "frontline"), ("amount", "0.01")):
        uses.lines.form.form.editor(name).set_text(text)
    uses.lines.form.save()
    qtbot.waitUntil(lambda: uses.lines.model.rowCount() == 3, timeout=PATIENCE)
    qtbot.waitUntil(lambda: tr("通过") in uses.verdict.text() and "未通过" not in uses.verdict.text(), timeout=PATIENCE)
