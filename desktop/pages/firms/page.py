"""The firms page: firms, tenancies or carriers listed, detail beside the list, import and export."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.firms import fields
from desktop.pages.firms.verdict import FirmVerdict
from desktop.pages.records import FORM, RecordDetail, RecordsPage, Sheet, View, child, tab
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
        child("tenancy", "firm", fields.TENANCY_OF_FIRM, mark("入驻")),
        child("firm_year", "firm", fields.YEAR_COLUMNS, mark("年度数据")),
        child("qualification", "firm", fields.QUALIFICATION_COLUMNS, mark("资质")),
        child("funding_event", "firm", fields.FUNDING_COLUMNS, mark("投融资")),
    ),
    empty=(mark("还没有企业"), mark("导入现有的企业台账（Excel、CSV），或逐家新建。")),
)
CARRIER = Sheet(
    "carrier",
    new=mark("新载体"),
    columns=fields.CARRIER_COLUMNS,
    tabs=(
        FORM,
        child("carrier_year", "carrier", fields.CARRIER_YEAR_COLUMNS, mark("年度数据")),
        child("tenancy", "carrier", fields.TENANCY_OF_CARRIER, mark("入驻")),
    ),
    # most are operated by the workspace's own organisation
    given=lambda desk: {"operator": str(desk.info["organisation"]["id"])},
    empty=(mark("还没有载体"), mark("登记孵化器、众创空间等载体和它的年度数据，评价按载体进行。")),
)


class FirmsPage(RecordsPage):
    NAME = "firms"
    ICON = "building-2"
    VIEWS = (
        View(mark("全部企业"), "firm"),
        View(mark("在孵"), "tenancy", {"status": "incubating"}),
        View(mark("申请中"), "tenancy", {"status": "applied"}),
        View(mark("已毕业"), "tenancy", {"status": "graduated"}),
        View(mark("已退出"), "tenancy", {"status": "left"}),
        View(mark("未注册的团队"), "firm", {"is_team": 1}),
        View(mark("载体"), "carrier"),
    )
    SHEETS = (FIRM, CARRIER)
    COLUMNS: ClassVar = {"tenancy": fields.TENANCY_COLUMNS}
    EMPTY: ClassVar = {"tenancy": (mark("还没有这一类入驻记录"), mark("在企业的“入驻”里登记。"))}
    IMPORTS = ("firm", "tenancy", "firm_year", "qualification", "funding_event", "person", "organisation")
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

    def arrive(self, **arguments: Any) -> None:
        """As every page of records; `start` may be "carrier", too."""
        if arguments.get("start") == "carrier":
            arguments = {**arguments, "start": "new", "kind": "carrier"}
        super().arrive(**arguments)
