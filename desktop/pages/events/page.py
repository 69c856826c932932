"""The events page: events by our role, who was there, what was shown, what the year comes to."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.events.items import Items
from desktop.pages.records import FORM, RecordsPage, Sheet, View, child, choice_views, tab
from desktop.pages.records.yearline import YearLine
from policy.i18n import mark, tr

EVENT = Sheet(
    "event",
    new=mark("新活动"),
    columns=("starts_on", "title", "e_kind", "our_role", "place", "audience", "filed_on"),
    profile=(
        "title", "e_kind", "brand", "our_role", "joint", "starts_on", "ends_on", "place", "district", "organiser",
        "co_organisers", "filed_with", "filed_on", "approved", "audience", "budget", "cost", "intent_count",
        "intent_amount", "review",
    ),
    headings={
        "title": mark("活动"),
        "organiser": mark("主办与承办"),
        "filed_with": mark("事前备案（有的区县只补助事前备案的活动）"),
        "audience": mark("规模与结果"),
    },
    tabs=(
        FORM,
        child(
            "event_person", "event", ("person", "organisation", "role", "signed", "note"), mark("签到与参与人"),
            name="people",
        ),
        tab(mark("路演与撮合"), Items, {"event_item": ("event",)}, name="items"),
    ),
    code="starts_on",
    state="our_role",
    states={"host": "good", "organiser": "good"},
    empty=(mark("还没有活动"), mark("登记主办、承办或参加的对接活动；签到表可以整份导入。")),
)  # fmt: skip


class EventsPage(RecordsPage):
    NAME = "events"
    ICON = "calendar-days"
    VIEWS = (
        View(mark("全部活动"), "event", order="starts_on", descending=True),
        *choice_views("event", "our_role"),
        View(mark("全部路演项目"), "event_item"),
        View(mark("全部参与人"), "event_person"),
    )
    SHEETS = (EVENT,)
    COLUMNS = {  # noqa: RUF012 - declared once, never changed
        "event_item": ("event", "title", "achievement", "need", "firm", "case"),
        "event_person": ("event", "person", "organisation", "role", "signed"),
    }
    IMPORTS = ("event", "event_person", "event_item")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.year = YearLine(ops, "event.year", _year_words, frozenset({"event", "event_item"}))
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.year)

    @classmethod
    def title(cls) -> str:
        return tr("活动")

    def retranslate(self) -> None:
        super().retranslate()
        self.year.retranslate()

    def changes_came(self, changes: dict[str, Any]) -> None:
        super().changes_came(changes)
        self.year.changes_came(changes)


def _year_words(told: dict[str, Any]) -> list[str]:
    said = [tr("{year} 年登记 {n} 场", year=told["year"], n=told["all"])]
    if told["held"] is not None:
        said.append(tr("主办或承办 {n} 场（全市目标见总览）", n=told["held"]))
    said += [
        tr("已备案 {n} 场", n=told["filed"]),
        tr("意向 {n} 项，形成案件 {m} 个", n=told["intents"], m=told["cases"]),
    ]
    return said
