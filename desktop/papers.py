"""The papers printed of a record, declared once for services, commands, the head of a record and Ctrl+P."""

from __future__ import annotations

from dataclasses import dataclass

from db.files import safe_name
from policy.i18n import mark, tr


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper by name: its title, the kind of record it is of, and what a person should know before it is printed."""

    name: str
    title: str
    kind: str
    remark: str = ""

    def file_name(self, called: str = "") -> str:
        """What its file is called, of the record of that name."""
        return safe_name("-".join(part for part in (tr(self.title), called) if part) + ".pdf")


# The first of a kind is what is printed of a record as such; the others are printed where their period is chosen.
_DECLARED = (
    Paper("firm", mark("企业情况表"), "firm", mark("档案、历年数据、服务和时间线合成一份 PDF")),
    Paper("service-confirmation", mark("企业服务情况确认表"), "firm"),
    Paper("case", mark("案件卷宗"), "case", mark("当事人、合同、到账、分配和过程记录合成一份 PDF；保密记录不列出")),
    Paper("performance", mark("技术经纪业绩档案"), "person", mark("存为 PDF，供职称评审")),
    Paper("sign-in", mark("签到表"), "session", mark("打印空白签到表：已录取的人和空行")),
    Paper("class-sign-in", mark("全班签到表"), "programme", mark("每次课一页空白签到表")),
    Paper("event-sign-in", mark("活动签到表"), "event", mark("打印空白签到表：已登记的人和空行")),
)
PAPERS = {paper.name: paper for paper in _DECLARED}


def paper_of(kind: str) -> Paper | None:
    """What is printed of a record of the kind; None where it has no paper."""
    return next((paper for paper in _DECLARED if paper.kind == kind), None)
