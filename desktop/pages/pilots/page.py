"""The page 概念验证与中试: projects of proof of concept, services at pilot scale, awards and their use."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.models.format import money
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.pilots.uses import Uses
from desktop.pages.records import FORM, RecordsPage, Sheet, View, tab
from desktop.pages.records.yearline import YearLine
from policy.i18n import mark, tr

PROJECT = Sheet(
    "poc_project",
    new=mark("新概念验证项目"),
    columns=("achievement", "centre", "service", "selected_on", "support_amount", "conclusion", "private_capital"),
    tabs=(FORM,),
    state="conclusion",
    states={"passed": "good", "revise": "warn", "failed": "bad"},
    empty=(mark("还没有概念验证项目"), mark("登记概念验证中心遴选的项目、验证服务和结论。")),
)
SERVICE = Sheet(
    "pilot_service",
    new=mark("新中试服务"),
    columns=("starts_on", "facility", "client", "topic", "fee", "shared_platform"),
    tabs=(FORM,),
    empty=(mark("还没有中试服务"), mark("登记中试基地对外的熟化、检测、试制等服务。")),
)
AWARD = Sheet(
    "award",
    new=mark("新奖补"),
    columns=("doc_no", "submission", "publicised_on", "amount_granted", "received_on"),
    tabs=(FORM, tab(mark("使用"), Uses, {"award_use": ("award",)}, name="uses")),
    empty=(mark("还没有奖补"), mark("登记已公示或到账的奖补，逐笔记下用途。")),
)


class PilotsPage(RecordsPage):
    NAME = "pilots"
    ICON = "flask-conical"
    FOR = frozenset({"agency", "incubator", "university"})
    VIEWS = (
        View(mark("全部概念验证项目"), "poc_project", order="selected_on", descending=True),
        View(mark("概念验证：还没有结论"), "poc_project", {"conclusion": None}, order="selected_on"),
        View(mark("概念验证：已通过"), "poc_project", {"conclusion": "passed"}),
        View(mark("概念验证：须修改"), "poc_project", {"conclusion": "revise"}),
        View(mark("概念验证：未通过"), "poc_project", {"conclusion": "failed"}),
        View(mark("中试服务"), "pilot_service", order="starts_on", descending=True),
        View(mark("奖补与使用"), "award"),
    )
    SHEETS = (PROJECT, SERVICE, AWARD)
    IMPORTS = ("poc_project", "pilot_service", "award", "award_use")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.year = YearLine(ops, "pilot.year", _year_words, frozenset({"poc_project", "pilot_service"}))
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.year)

    @classmethod
    def title(cls) -> str:
        return tr("概念验证与中试")

    def retranslate(self) -> None:
        super().retranslate()
        self.year.retranslate()

    def changes_came(self, changes: dict[str, Any]) -> None:
        super().changes_came(changes)
        self.year.changes_came(changes)


def _year_words(told: dict[str, Any]) -> list[str]:
    said = [
        tr("{year} 年遴选 {n} 项，通过 {m} 项", year=told["year"], n=told["selected"], m=told["passed"]),
        tr(
            "资助 {sum} 万元，带动社会资本 {capital} 万元",
            sum=money(told["support_fen"]),
            capital=money(told["capital_fen"]),
        ),
        tr("中试服务 {n} 次，服务对象 {m} 家", n=told["services"], m=told["clients"]),
    ]
    if told["blanks"]:
        said.append(tr("有 {n} 条未填金额，未计入", n=told["blanks"]))
    return said
