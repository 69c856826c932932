"""The page 本机构: staff, the agency's years, accounts; the people and organisations everything else refers to."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.house.book import PerformanceTab
from desktop.pages.house.erasing import ErasingTab
from desktop.pages.house.kinds import KindsStrip
from desktop.pages.records import FORM, RecordsPage, Sheet, View, child, tab
from policy.i18n import mark, tr

STAFF = Sheet(
    "staff",
    new=mark("新员工"),
    columns=("person", "post", "carrier", "department", "is_professional", "is_fulltime", "hired_on", "left_on"),
    empty=(mark("还没有本机构人员"), mark("登记岗位、入职日期和社保、证书等佐证；离职只填日期，不删除。")),
)
AGENCY_YEAR = Sheet(
    "agency_year",
    new=mark("新年度情况"),
    columns=("year", "unit", "state", "income_total", "service_income"),
    code="year",
    state="state",
    empty=(mark("还没有机构年度情况"), mark("每年一条：人员、收入、服务和四项能力。")),
)
ACCOUNT = Sheet(
    "external_account",
    new=mark("新账号"),
    columns=("system", "login_name", "holder", "bound_phone", "renewed_on"),
    empty=(mark("还没有外部系统账号"), mark("记下各报送系统的账号由谁保管；这里从不保存密码。")),
)
PERSON = Sheet(
    "person",
    new=mark("新人员"),
    columns=("name", "org", "org_category", "title", "phone"),
    tabs=(
        FORM,
        child("affiliation", "person", ("organisation", "department", "post", "starts_on", "ends_on"), mark("任职")),
        child("certificate", "person", ("c_kind", "number", "issuer", "issued_on", "state"), mark("证书")),
        child("honour", "person", ("title", "h_kind", "level", "awarded_on"), mark("荣誉")),
        tab(mark("业绩"), PerformanceTab, name="performance"),
        tab(mark("个人信息"), ErasingTab, name="erasing"),
    ),
    empty=(mark("还没有人员"), mark("成果完成人、学员、导师、经纪人都在这里，各处引用同一个人。")),
)
ORGANISATION = Sheet(
    "organisation",
    new=mark("新单位"),
    columns=("name", "org_kind", "uscc", "region", "district", "contact_name", "contact_phone"),
    tabs=(
        FORM,
        child("related_org", "organisation", ("other", "relation", "note"), mark("关联单位")),
        child("affiliation", "organisation", ("person", "department", "post", "starts_on", "ends_on"), mark("人员")),
    ),
    empty=(mark("还没有单位"), mark("买卖双方、高校、投资机构都在这里，各处引用同一个单位。")),
)


class HousePage(RecordsPage):
    NAME = "house"
    ICON = "users"
    VIEWS = (
        View(mark("本机构人员"), "staff", order="hired_on"),
        View(mark("机构年度情况"), "agency_year", order="year", descending=True),
        View(mark("外部系统账号"), "external_account"),
        View(mark("全部人员"), "person", order="name"),
        View(mark("全部单位"), "organisation", order="name"),
        View(mark("高校"), "organisation", {"org_kind": "university"}, order="name"),
    )
    SHEETS = (STAFF, AGENCY_YEAR, ACCOUNT, PERSON, ORGANISATION)
    IMPORTS = ("person", "organisation", "staff", "agency_year", "external_account", "affiliation", "related_org")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.kinds = KindsStrip()
        self.kinds.chosen.connect(self._choose)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.kinds)

    @classmethod
    def title(cls) -> str:
        return tr("本机构")

    def retranslate(self) -> None:
        super().retranslate()
        self.kinds.retranslate()
        self._show_kinds()

    def arrive(self, **arguments: Any) -> None:
        """As every page of records; `kinds` goes to what the organisation is."""
        super().arrive(**arguments)
        if arguments.get("kinds"):
            next(iter(self.kinds.boxes.values())).setFocus()

    def _show_kinds(self) -> None:
        from desktop.pages import PAGES  # late: the list of pages holds this one

        pages = [(page.title(), page.FOR) for page in PAGES]
        self.kinds.show_kinds(self.desk.info.get("kinds") or [], pages)

    def _choose(self, kinds: list[str]) -> None:
        def kept(answer: dict[str, Any]) -> None:
            self.desk.offer_pages(answer["kinds"])
            self._show_kinds()

        def refused(fault: Any) -> None:
            self._show_kinds()
            self.desk.show_fault(fault)

        self.ops.run("workspace.set_kinds", owner=self, kinds=kinds, on_result=kept, on_fault=refused)
