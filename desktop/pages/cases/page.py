"""The cases page: cases listed by outcome, the case beside the list."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.cases.receipts import Receipts
from desktop.pages.cases.timeline import Timeline
from desktop.pages.records import FORM, RecordDetail, RecordsPage, Sheet, View, child, choice_views, tab
from desktop.widgets.basics import EmptyState
from policy.i18n import mark, tr

CASE = Sheet(
    "case",
    new=mark("新案件"),
    columns=("no", "title", "track", "outcome", "estimate", "next_on", "next_action"),
    head=("no", "title"),
    state="outcome",
    states={"open": "busy", "won": "good", "lost": "unknown", "terminated": "bad"},
    tabs=(
        tab(mark("过程记录"), Timeline, {"case_log": ("case",)}, name="log"),
        FORM,
        child("case_party", "case", ("party", "role", "contact"), mark("当事人")),
        child("case_broker", "case", ("person", "role", "share_pct"), mark("经纪人")),
        child(
            "contract",
            "case",
            ("name", "own_no", "registry_state", "signed_on", "amount_total", "amount_tech", "buyer"),
            mark("合同"),
        ),
        tab(
            mark("到账"),
            lambda ops, desk: Receipts(ops, desk.drafts),
            {"receipt": ("contract", "case")},
            name="receipt",
        ),
    ),
    empty=(mark("还没有案件"), mark("从一条线索开始：建一个案件，之后每次联系用“快速记录”补上。")),
)


class CasesPage(RecordsPage):
    NAME = "cases"
    ICON = "briefcase"
    VIEWS = (View(mark("全部结果"), "case"), *choice_views("case", "outcome"))
    SHEETS = (CASE,)
    IMPORTS = ("case", "case_log", "case_party", "case_broker", "contract", "receipt")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.detail: RecordDetail = self.details["case"]
        self.empty: EmptyState = self.tables["case"].empty

    @classmethod
    def title(cls) -> str:
        return tr("案件")
