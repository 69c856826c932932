"""Sentences about matching, and about handing results over."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "match.one_subject": mark("一次只比对一条需求、一项成果、一位专家或一家企业；没有比对，请只指明一个。"),
    "match.no_pair": mark(
        "没有指明是哪两者；没有改动，请指明匹配的编号，或需求与成果（专家）两者，或企业与成果（专家）两者。"
    ),
    "match.no_expert": mark(
        "这位人员还没有可比对的成果或辅导专长；没有改动，先登记其完成的成果，或在导师聘任里写专业说明。"
    ),
    "match.no_reason": mark("拒绝要写原因，下次比对会一并显示；没有改动，请写下原因再拒绝。"),
    "match.bad_track": mark("匹配接受后不能成为“{track}”类案件；没有改动，可选 demand（需求）或 supply（成果）。"),
    "match.has_case": mark("这项匹配已成案（{case}），没有改动；如果不再进行，请在案件里改结果。"),
    "match.not_a_decision": mark("看不懂“{text}”；没有改动，可用 accept（接受）、reject（拒绝）或 propose（推荐）。"),
    "handover.not_a_month": mark("“{text}”不是一个月份；没有列出任何内容，请写成 2026-11。"),
    "handover.not_zero": mark("{month} 有要汇交或已汇交的成果，不是零报告；没有登记，请先看这个月的清单。"),
    "handover.exempt": mark("“{title}”是豁免汇交的，没有标记；如果已不豁免，请先在汇交记录里改。"),
    "handover.one_number": mark("平台回执号一项一个，不能同时用于多项；没有标记，请逐项填写。"),
}
