"""报送台账: whatever was handed in by whichever way, what came back about it, and the inspections."""

from __future__ import annotations

from desktop.pages.records import FORM, RecordsPage, Sheet, View, child
from policy.i18n import mark, tr

SUBMISSION = Sheet(
    "submission",
    new=mark("登记报送"),
    columns=("what", "round", "way", "state", "sent_on", "receipt_no"),
    tabs=(
        FORM,
        child(
            "return_note", "submission",
            ("received_on", "how", "place", "words", "due_on", "task_owner", "answer", "answered_on"), mark("退回意见"),
        ),
        child("reported_value", "submission", ("target", "value"), mark("上报数")),
    ),
    code="sent_on",
    state="state",
    states={"accepted": "good", "passed": "good", "closed": "good", "returned": "bad", "failed": "bad"},
    empty=(mark("还没有报送记录"), mark("外部系统填报、邮件或纸质递交的也记在这里：何时、哪个系统、什么结果。")),
)  # fmt: skip
INSPECTION = Sheet(
    "inspection",
    new=mark("登记现场核查"),
    columns=("happened_on", "authority", "submission", "findings"),
    tabs=(
        FORM,
        child(
            "inspection_item", "inspection", ("target", "asked", "evidence", "ok", "finding", "due_on", "done_on"),
            mark("抽查的记录"),
        ),
    ),
    empty=(mark("还没有现场核查"), mark("记下抽查了哪些记录、出示了什么、有什么要整改。")),
)  # fmt: skip


class Register(RecordsPage):
    """A tab of the page 报送."""

    NAME = "delivery"
    ICON = "send"
    VIEWS = (
        View(mark("全部报送"), "submission", order="sent_on", descending=True),
        View(mark("退回补正"), "submission", {"state": "returned"}, order="sent_on", descending=True),
        View(mark("退回意见"), "return_note", order="received_on", descending=True),
        View(mark("上报数"), "reported_value"),
        View(mark("现场核查"), "inspection", order="happened_on", descending=True),
    )
    SHEETS = (SUBMISSION, INSPECTION)
    COLUMNS = {  # noqa: RUF012 - declared once, never changed
        "return_note": ("received_on", "submission", "how", "place", "words", "due_on", "answered_on"),
        "reported_value": ("submission", "target", "value"),
    }
    IMPORTS = ("submission", "return_note", "inspection", "inspection_item")

    @classmethod
    def title(cls) -> str:
        return tr("报送台账")
