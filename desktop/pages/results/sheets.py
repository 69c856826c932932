"""How results, rights, projects, needs and matches are listed and shown."""

from __future__ import annotations

from desktop.pages.records import FORM, Sheet, View, child, tab
from desktop.pages.results.fits import Fits
from desktop.pages.results.parts import Publications, Reasons, Targets
from policy.i18n import mark

ACHIEVEMENT = Sheet(
    "achievement",
    new=mark("新成果"),
    columns=("title", "owner", "tech_field", "trl", "conversion_grade", "disclosure_level", "last_touch_on"),
    headings={
        "title": mark("成果"),
        "completed_on": mark("形成与成熟"),
        "tech_field": mark("领域与介绍"),
        "disclosure_level": mark("公开与转化意向"),
        "prefiling_review": mark("专利申请前评估与单列"),
        "converted_on": mark("转化情况"),
    },
    tabs=(
        FORM,
        tab(mark("匹配"), lambda ops, desk: Fits(ops, desk, "achievement"), {"match": ("achievement",)}, name="fits"),
        child("completer", "achievement", ("position", "person", "share_pct"), mark("完成人")),
        child("co_owner", "achievement", ("owner", "share_pct"), mark("共有单位")),
        child("ip_right", "achievement", ("title", "kind", "number", "legal_state", "fee_due_on"), mark("知识产权")),
        child("valuation", "achievement", ("kind", "body", "method", "value", "done_on"), mark("评估评价")),
        tab(mark("公示"), Publications, name="publication"),
        child("grant", "achievement", ("kind", "granted_on", "unit", "started_on", "ended_on"), mark("赋权")),
        child("handover_item", "achievement", ("basis", "university", "due_on", "item_state"), mark("汇交")),
        child("case_achievement", "achievement", ("case",), mark("案件")),
    ),
    code="register_no",
    state="conversion_grade",
    states={"a": "good", "b": "info", "c": "unknown", "d": "bad"},
    empty=(mark("还没有成果"), mark("导入成果台账，或登记一项成果；写上可公开简介和公开程度，才能与需求比对。")),
)
RIGHT = Sheet(
    "ip_right",
    new=mark("新知识产权"),
    columns=("title", "kind", "number", "holder", "legal_state", "fee_due_on", "expires_on", "open_licence"),
    tabs=(FORM, child("co_holder", "ip_right", ("holder", "share_pct"), mark("共有权利人"))),
    code="number",
    state="legal_state",
    states={"valid": "good", "pending": "busy", "lapsed": "bad", "pledged": "warn", "invalidation": "warn"},
    empty=(mark("还没有知识产权"), mark("导入专利清单，或登记一件；年费到期会列在总览里。")),
)
PROJECT = Sheet(
    "research_project",
    new=mark("新科研项目"),
    columns=("name", "number", "level", "unit", "planned_close", "extended_to", "closed_on"),
    tabs=(FORM, child("achievement", "project", ("title", "completed_on", "conversion_grade"), mark("成果"))),
    code="number",
    empty=(mark("还没有科研项目"), mark("登记项目和结题日期，成果汇交的期限就从这里算。")),
)
NEED = Sheet(
    "need",
    new=mark("新需求"),
    columns=("title", "owner", "kind", "tech_field", "district", "due_on", "state"),
    tabs=(
        FORM,
        tab(mark("匹配"), lambda ops, desk: Fits(ops, desk, "need"), {"match": ("need",)}, name="fits"),
        tab(mark("专家"), lambda ops, desk: Fits(ops, desk, "need", other="person"), name="experts"),
        tab(mark("主要指标"), Targets, name="targets"),
        child("case_need", "need", ("case",), mark("案件")),
    ),
    state="state",
    states={"to_clarify": "unknown", "matching": "busy", "case": "good", "solved": "good", "given_up": "bad"},
    empty=(mark("还没有需求"), mark("走访或活动中听到的需求记在这里；写上可公开描述，就能找相合的成果。")),
)
MATCH = Sheet(
    "match",
    new=mark("新匹配"),
    columns=("score", "need", "achievement", "person", "decision", "reason", "case"),
    profile=("need", "achievement", "person", "decision", "reason", "sent_on", "case"),
    tabs=(FORM, tab(mark("理由"), Reasons, name="reasons")),
    state="decision",
    states={"open": "unknown", "proposed": "info", "accepted": "good", "rejected": "bad"},
    empty=(mark("还没有匹配"), mark("在“匹配”一栏里为需求找成果，或比对全部需求。")),
)
REPORT = Sheet(
    "handover_month",
    new=mark("新月度汇交报告"),
    columns=("month", "university", "zero", "reported_on", "platform_no"),
    head=("university", "month"),
    empty=(mark("还没有月度汇交报告"), mark("没有成果要汇交的月份，在“汇交”一栏里登记零报告；回执附在“佐证”里。")),
)
SHEETS = (ACHIEVEMENT, RIGHT, PROJECT, NEED, MATCH, REPORT)
VIEWS = (
    View(mark("成果"), "achievement"),
    View(mark("A 级成果"), "achievement", {"conversion_grade": "a"}),
    View(mark("知识产权"), "ip_right"),
    View(mark("开放许可"), "ip_right", {"open_licence": 1}),
    View(mark("科研项目"), "research_project"),
    View(mark("需求"), "need"),
    View(mark("待诊断的需求"), "need", {"state": "to_clarify"}),
    View(mark("对接中的需求"), "need", {"state": "matching"}),
    View(mark("匹配"), "match", order="score", descending=True),
    View(mark("待看的匹配"), "match", {"decision": "open"}, order="score", descending=True),
    View(mark("已推荐的匹配"), "match", {"decision": "proposed"}),
    View(mark("已拒绝的匹配"), "match", {"decision": "rejected"}),
    View(mark("月度汇交报告"), "handover_month", order="month", descending=True),
)
