"""Needs of firms, what might meet them, and the cases that came of them."""

from __future__ import annotations

from db import enums, enums_results
from db import enums_everyday as codes
from db.fields import DateText, Enum, Int, JsonText, Money, Note, Ref, Tags, Text
from db.models.base import Kind, Record
from db.models.cases import Case
from db.models.parties import Organisation, Person
from db.models.results import Achievement
from db.models.training import Event


class Need(Record):
    """A technical need; `targets` is a list of {name, value, unit}."""

    KIND = Kind("need", "技术需求", "Need", natural=(("title", "owner"),), title="title", order="raised_on")

    title = Text("需求名称", "Title", req="S", search=True, aliases=("名称", "技术需求名称", "需求标题"))
    owner = Ref(Organisation, "提出单位", "Raised by", req="S", aliases=("需求单位", "企业名称", "单位名称"))
    kind = Enum("需求类别", "Kind", options=codes.NEED_KIND, req="F", null=False, aliases=("类别", "需求类型"))
    raised_on = DateText("提出日期", "Raised on", aliases=("征集日期", "日期"))
    detail_public = Note("可公开描述", "Public description", req="F", search=True, aliases=("需求描述", "需求内容"))
    detail_internal = Note("内部细节", "Internal details", internal=True)
    targets = JsonText("主要指标", "Targets", aliases=("技术指标",))
    budget_from = Money("意向投入下限", "Budget from", unit="万元", aliases=("意向投入",))
    budget_to = Money("意向投入上限", "Budget to", unit="万元")
    expect_modes = Tags("合作方式", "Modes wanted", options=enums.MODE, aliases=("意向合作方式",))
    due_on = DateText("期望期限", "Wanted by", aliases=("期望完成时间",))
    source = Enum("来源", "Source", options=codes.NEED_SOURCE, req="F", null=False, aliases=("需求来源",))
    event = Ref(Event, "来源活动", "Event it came from")
    tech_field = Enum("技术领域", "Technical field", options=enums.TECH_FIELD, aliases=("所属领域",))
    cluster = Text("“33618”产业集群", "Industry cluster")
    district = Text("区县", "District", aliases=("所在区县",))
    disclosure_level = Enum("公开程度", "Disclosure", options=enums_results.DISCLOSURE, req="S", default="closed")
    consent_on = DateText("公开授权日期", "Consent to publish on")
    published_on = DateText("平台发布日期", "Published on", aliases=("发布日期",))
    platform_no = Text("平台编号", "Platform number", search=True)
    state = Enum("需求状态", "State", options=codes.NEED_STATE, req="S", default="to_clarify", aliases=("状态",))
    closed_reason = Note("结果", "How it ended")


class NeedMatch(Record):
    """A result or a person that might meet a need; why it was turned down is kept, for it teaches."""

    KIND = Kind("match", "匹配", "Match", natural=(("need", "achievement"), ("need", "person")), title="need")

    need = Ref(Need, "需求", "Need", req="S", aliases=("需求名称",))
    achievement = Ref(Achievement, "成果", "Result", aliases=("成果名称",))
    person = Ref(Person, "专家", "Expert", aliases=("人员", "姓名"))
    score = Int("匹配分", "Score", unit="分", req="D")
    reasons = JsonText("匹配理由", "Reasons", req="D")
    decision = Enum("处理", "Decision", options=codes.MATCH_DECISION, req="S", default="open", aliases=("状态",))
    reason = Note("拒绝原因", "Why rejected", internal=True)
    sent_on = DateText("推荐日期", "Sent on")
    case = Ref(Case, "案件", "Case")


class CaseNeed(Record):
    KIND = Kind("case_need", "案件需求", "Need of a case", natural=(("case", "need"),), title="need")

    case = Ref(Case, "案件", "Case", req="S")
    need = Ref(Need, "需求", "Need", req="S", aliases=("需求名称",))
