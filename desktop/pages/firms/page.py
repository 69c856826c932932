"""The firms page: firms, tenancies or carriers listed, detail beside the list; the torch year and services beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Tab as PageTab
from desktop.pages.firms import fields
from desktop.pages.firms.carrieryear import CarrierYearTab
from desktop.pages.firms.flow import FlowTab
from desktop.pages.firms.mentors import MentorsTab
from desktop.pages.firms.services import ConfirmTab, ServicesTab
from desktop.pages.firms.stays import StaysTab
from desktop.pages.firms.timeline import TimelineTab
from desktop.pages.firms.torch import TorchTab
from desktop.pages.firms.torchyear import TorchYearTab
from desktop.pages.firms.verdict import FirmVerdict
from desktop.pages.records import FORM, RecordDetail, Sheet, View, child, tab
from desktop.pages.records.tabbed import TabbedRecordsPage
from desktop.widgets.basics import EmptyState
from policy.i18n import mark, tr

FIRM = Sheet(
    "firm",
    new=mark("新企业"),
    columns=fields.COLUMNS,
    profile=fields.PROFILE,
    headings=fields.PROFILE_HEADINGS,
    form_title=mark("档案"),
    code="uscc",
    tabs=(
        FORM,
        tab(mark("孵化判断"), lambda ops, _desk: FirmVerdict(ops), name="verdict"),
        tab(
            mark("入驻"),
            lambda ops, desk: StaysTab(ops, desk, "firm", fields.TENANCY_OF_FIRM),
            {"tenancy": ("firm",)},
            "tenancy",
        ),
        tab(mark("火炬年报"), TorchTab, {"firm_quarter": ("firm",)}, "torch"),
        child("firm_year", "firm", fields.YEAR_COLUMNS, mark("历年数据")),
        tab(mark("服务"), ServicesTab, {"service_log": ("firm",)}, "service_log"),
        child("qualification", "firm", fields.QUALIFICATION_COLUMNS, mark("资质")),
        child("funding_event", "firm", fields.FUNDING_COLUMNS, mark("投融资")),
        child("honour", "firm", fields.HONOUR_COLUMNS, mark("荣誉")),
        tab(mark("人才流动"), FlowTab, {"person_flow": ("organisation",)}, "person_flow"),
        tab(mark("时间线"), TimelineTab, name="timeline"),
    ),
    empty=(mark("还没有企业"), mark("导入现有的企业台账（Excel、CSV），或逐家新建。")),
)
CARRIER = Sheet(
    "carrier",
    new=mark("新载体"),
    columns=fields.CARRIER_COLUMNS,
    tabs=(
        FORM,
        tab(mark("年度情况"), CarrierYearTab, name="year"),
        child("carrier_year", "carrier", fields.CARRIER_YEAR_COLUMNS, mark("历年")),
        tab(
            mark("入驻"),
            lambda ops, desk: StaysTab(ops, desk, "carrier", fields.TENANCY_OF_CARRIER),
            {"tenancy": ("carrier",)},
            "tenancy",
        ),
        child("room", "carrier", fields.ROOM_COLUMNS, mark("房间")),
        child("carrier_title", "carrier", fields.TITLE_COLUMNS, mark("资质")),
        child("staff", "carrier", fields.STAFF_COLUMNS, mark("人员")),
        tab(mark("导师"), MentorsTab, {"mentoring": ("mentor_term", "carrier")}, "mentors"),
        child("mentor_term", "carrier", fields.TERM_COLUMNS, mark("导师聘任")),
    ),
    # most are operated by the workspace's own organisation
    given=lambda desk: {"operator": str(desk.info["organisation"]["id"])},
    empty=(mark("还没有载体"), mark("登记孵化器、众创空间等载体和它的年度数据，评价按载体进行。")),
)


class FirmsPage(TabbedRecordsPage):
    NAME = "firms"
    ICON = "building-2"
    FOR = frozenset({"incubator"})
    VIEWS = (
        View(mark("全部企业"), "firm"),
        View(mark("在孵"), "tenancy", {"status": "incubating"}),
        View(mark("申请中"), "tenancy", {"status": "applied"}),
        View(mark("评审通过"), "tenancy", {"status": "reviewed"}),
        View(mark("已毕业"), "tenancy", {"status": "graduated"}),
        View(mark("本年毕业"), "tenancy", order="graduated_on", descending=True, among="graduated-this-year"),
        View(mark("上年毕业"), "tenancy", order="graduated_on", descending=True, among="graduated-last-year"),
        View(mark("已退出"), "tenancy", {"status": "left"}),
        View(mark("未注册的团队"), "firm", {"is_team": 1}),
        View(mark("载体"), "carrier"),
    )
    SHEETS = (FIRM, CARRIER)
    COLUMNS: ClassVar = {"tenancy": fields.TENANCY_COLUMNS}
    EMPTY: ClassVar = {"tenancy": (mark("还没有这一类入驻记录"), mark("在企业的“入驻”里登记。"))}
    IMPORTS = (
        "firm", "tenancy", "firm_year", "firm_quarter", "qualification", "funding_event", "honour", "service_log",
        "room", "staff", "mentor_term", "mentoring", "carrier_year", "person_flow", "person", "organisation",
    )  # fmt: skip
    IMPORT_FIRST = True

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.detail: RecordDetail = self.details["firm"]
        self.carrier: RecordDetail = self.details["carrier"]
        self.tenancies: RecordsModel = self.tables["tenancy"].model
        self.empty: EmptyState = self.tables["firm"].empty

    @classmethod
    def title(cls) -> str:
        return tr("企业")

    def make_tabs(self, ops: Ops, desk: Desk) -> Mapping[str, PageTab]:
        return {"torch": TorchYearTab(ops, desk), "services": ConfirmTab(ops, desk)}

    def arrive(self, **arguments: Any) -> None:
        """As every page of records; `start` may be "carrier", too, and `torch` a year (with `quarter`) of the firm."""
        if arguments.get("start") == "carrier":
            arguments = {**arguments, "start": "new", "kind": "carrier"}
        year, quarter = arguments.pop("torch", None), str(arguments.pop("quarter", ""))
        super().arrive(**arguments)
        part = self.detail.part("torch")
        if year and isinstance(part, TorchTab):
            self.detail.tabs.setCurrentWidget(part)
            part.show_period(int(year), quarter)
