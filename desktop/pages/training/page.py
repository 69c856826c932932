"""The training page: classes, sessions, certificates; on a second tab what the year counts."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.records import FORM, RecordDetail, RecordsPage, Sheet, View, child, choice_views, tab
from desktop.pages.training.counters import Counters
from desktop.pages.training.enrolments import Enrolments
from desktop.pages.training.grid import AttendanceSheet
from desktop.pages.training.hours import ClassHours
from desktop.pages.training.reissue import Reissue
from desktop.pages.training.standing import Standing
from policy.i18n import mark, tr

_KINDS = (
    "broker_junior",
    "broker_middle",
    "manager_senior",
    "engineer",
    "entrepreneur",
    "incubator_staff",
    "continuing",
)

PROGRAMME = Sheet(
    "programme",
    new=mark("新培训班"),
    columns=("name", "p_kind", "starts_on", "ends_on", "seats", "organiser"),
    profile=(
        "name", "p_kind", "organiser", "co_organisers", "base_no", "plan_no", "starts_on", "ends_on", "place",
        "delivery", "hour_minutes", "pass_score", "seats", "fee", "budget", "funding_source", "counts_to",
    ),
    headings={
        "name": mark("班次"),
        "starts_on": mark("时间和地点"),
        "hour_minutes": mark("学时和考核"),
        "fee": mark("经费"),
    },
    tabs=(
        FORM,
        tab(mark("报名"), Enrolments, {"enrolment": ("programme",)}, name="enrolments"),
        child(
            "session", "programme", ("happened_on", "starts_at", "ends_at", "module", "topic", "lecturer"),
            mark("课次"),
        ),
        tab(mark("考勤"), AttendanceSheet, {"attendance": ("session", "programme")}, name="sheet"),
        tab(mark("学时"), ClassHours, name="hours"),
        tab(mark("考核与证书"), Standing, {"assessment": ("programme",)}, name="standing"),
        child("programme_hours", "programme", ("module", "hours"), mark("要求学时")),
    ),
    head=("name",),
    code="starts_on",
    given=lambda desk: {"organiser": str(desk.info["organisation"]["name"])},
    empty=(mark("还没有培训班"), mark("先登记一个班，再粘贴报名名单；课程表和以前的台账可以整份导入。")),
)  # fmt: skip
SESSION = Sheet(
    "session",
    new=mark("新课次"),
    columns=("happened_on", "starts_at", "ends_at", "programme", "module", "topic", "lecturer"),
    head=("topic",),
    code="happened_on",
    empty=(mark("还没有课次"), mark("在培训班的“课次”里排课，或导入课程表。签到表扫描件放在课次的佐证里。")),
)
CERTIFICATE = Sheet(
    "certificate",
    new=mark("新证书"),
    columns=("number", "person", "c_kind", "issued_on", "programme", "state", "filing_no"),
    tabs=(FORM, tab(mark("作废与补发"), Reissue, name="reissue")),
    head=("number",),
    code="issued_on",
    state="state",
    states={"valid": "good", "reissued": "good", "void": "bad"},
    empty=(mark("还没有证书"), mark("在培训班的“考核与证书”里按编号规则发证，或导入外来编号。")),
)


class TrainingPage(RecordsPage):
    NAME = "training"
    ICON = "graduation-cap"
    FOR = frozenset({"agency", "training", "university"})
    VIEWS = (
        View(mark("全部培训班"), "programme", order="starts_on", descending=True),
        *choice_views("programme", "p_kind", _KINDS),
        View(mark("全部课次"), "session", order="happened_on", descending=True),
        View(mark("全部报名"), "enrolment"),
        View(mark("全部证书"), "certificate", order="issued_on", descending=True),
        View(mark("作废的证书"), "certificate", {"state": "void"}),
        View(mark("补发的证书"), "certificate", {"state": "reissued"}),
    )
    SHEETS = (PROGRAMME, SESSION, CERTIFICATE)
    COLUMNS: ClassVar = {"enrolment": ("person", "org_name", "programme", "admitted", "applied_on")}
    EMPTY: ClassVar = {"enrolment": (mark("还没有人报名"), mark("在培训班的“报名”里粘贴名单或逐个录入。"))}
    IMPORTS = (
        "programme",
        "session",
        "programme_hours",
        "enrolment",
        "attendance",
        "assessment",
        "certificate",
        "person",
    )

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.detail: RecordDetail = self.details["programme"]
        self.counters = Counters(ops, desk)
        self.bar = QTabWidget()
        self.bar.setDocumentMode(True)
        layout = self.layout()
        assert layout is not None  # noqa: S101 - laid out by the page of records
        layout.replaceWidget(self.screens, self.bar)
        records = QWidget()
        inside = QVBoxLayout(records)
        inside.setContentsMargins(0, GRID, 0, 0)
        inside.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)  # above the records, not above the other tab
        inside.addWidget(self.screens)
        self.bar.addTab(records, "")
        self.bar.addTab(self.counters, "")
        self.bar.currentChanged.connect(lambda place: self.counters.look() if place else None)

    @classmethod
    def title(cls) -> str:
        return tr("培训")

    def retranslate(self) -> None:
        super().retranslate()
        self.bar.setTabText(0, tr("班次与证书"))
        self.bar.setTabText(1, tr("年度人数"))
        self.counters.retranslate()

    def arrive(self, **arguments: Any) -> None:
        """As every page of records; `tab` "counters" shows the year."""
        if arguments:
            self.bar.setCurrentIndex(int(arguments.get("tab") == "counters"))
        super().arrive(**arguments)

    def changes_came(self, changes: dict[str, Any]) -> None:
        super().changes_came(changes)
        self.counters.changes_came(changes)

    def open_record(self, kind: str, record: str) -> None:
        self.bar.setCurrentIndex(0)
        super().open_record(kind, record)

    def reveal(self, kind: str) -> RecordDetail:
        """A class needs room: its lists and its sheet of attendance stand beside a narrow list of classes."""
        hidden = self.details[kind].isHidden()
        detail = super().reveal(kind)
        if hidden:
            third = self.split.width() // 3
            sizes = [third] + [2 * third] * (self.split.count() - 1)
            self.split.setSizes(sizes)
        return detail
