"""Results: the projects they come from, their rights, valuations, publications, hand-over and grants."""

from __future__ import annotations

from db import enums
from db import enums_results as codes
from db.fields import Bool, Code, DateText, Dec, Enum, Int, JsonText, Money, Note, Ref, Tags, Text, Tri
from db.models.base import Kind, Record
from db.models.cases import Case
from db.models.incubation import Firm
from db.models.parties import Organisation, Person


class ResearchProject(Record):
    """The clock of the hand-over belongs to the project, not to the result."""

    KIND = Kind("research_project", "科研项目", "Research project", natural=(("number",), ("name", "unit")))

    name = Text("项目名称", "Name", req="S", search=True)
    number = Text("项目编号", "Number", search=True)
    level = Enum("项目级别", "Level", options=codes.PROJECT_LEVEL, req="F", null=False, aliases=("级别",))
    leader = Ref(Person, "负责人", "Leader", aliases=("项目负责人",))
    unit = Ref(Organisation, "承担单位", "Unit", req="S", aliases=("单位",))
    started_on = DateText("立项日期", "Started on")
    planned_close = DateText("计划结题日期", "Planned close", req="F", since="started_on")
    extended_to = DateText("延期至", "Extended to", since="planned_close")
    closed_on = DateText("结题日期", "Closed on", since="started_on")
    conversion_due = DateText("任务书约定转化期限", "Conversion due by task book")
    conversion_budget = Money("转化经费", "Conversion budget", unit="万元")
    amount = Money("项目经费", "Amount", unit="万元")


class Achievement(Record):
    """A result. A classified one is a register number and a flag: its title is that number, nothing else is kept."""

    KIND = Kind("achievement", "科技成果", "Result", natural=(("register_no",), ("title", "owner")), title="title")

    title = Text("成果名称", "Title", req="S", search=True)
    classified = Bool("涉密", "Classified", req="S", default=0)
    register_no = Text("登记号", "Register number", max_length=12, search=True, aliases=("成果登记号", "汇交编号"))
    owner = Ref(Organisation, "权属单位", "Owner", req="F", aliases=("第一权属单位",))
    owner_share = Dec("权属份额", "Owner's share", unit="%")
    project = Ref(ResearchProject, "来源项目", "Project", req="F")
    service_kind = Enum("职务属性", "Service result", options=codes.RESULT_SERVICE, req="F")
    completed_on = DateText("完成日期", "Completed on", req="F")
    funding_origin = Enum("形成方式", "Funded by", options=codes.FUNDING_ORIGIN)
    form = Tags("体现形式", "Form", options=codes.RESULT_FORM, req="F")
    attribute = Enum("成果属性", "Attribute", options=codes.RESULT_ATTRIBUTE, req="F")
    maturity = Enum("所处阶段", "Stage", options=codes.MATURITY, req="F")
    trl = Int("技术成熟度", "Maturity level (TRL)", unit="级")
    trl_by = Ref(Organisation, "成熟度评价方", "TRL assessed by")
    trl_on = DateText("成熟度评价日期", "TRL assessed on")
    level = Enum("成果水平", "Level", options=codes.RESULT_LEVEL, req="F")
    tech_field = Enum("技术领域", "Technical field", options=enums.TECH_FIELD, req="F")
    industry = Text("应用行业", "Industry", req="F")
    cluster = Text("“33618”产业集群", "Industry cluster")
    highland = Tags("四大科创高地", "Innovation highland", options=codes.HIGHLAND)
    keywords = Text("关键词", "Keywords", req="F", search=True)
    summary_public = Note("可公开简介", "Public summary", req="F", max_length=2000, search=True)
    summary_internal = Note("内部说明", "Internal notes", internal=True)
    disclosure_level = Enum("公开程度", "Disclosure", options=codes.DISCLOSURE, req="S", default="closed")
    conversion_grade = Enum("转化分级", "Conversion grade", options=codes.CONVERSION_GRADE)
    wanted_modes = Tags("意向方式", "Modes wanted", options=enums.MODE)
    price_hint = Money("意向价格", "Price in mind", unit="万元", internal=True)
    prefiling_review = Enum("专利申请前评估", "Review before filing", options=codes.PREFILING)
    prefiling_on = DateText("申请前评估日期", "Reviewed on")
    dual_use = Bool("军民两用", "Dual use")
    separate_listed = Bool("职务成果单列管理", "Listed separately")
    listed_on = DateText("单列日期", "Listed on")
    converted_on = DateText("转化日期", "Converted on")
    conversion_mode = Enum("转化方式", "Mode of conversion", options=enums.MODE)
    is_local = Tri("本地转化", "Converted here")
    is_major = Tri("重大成果", "Major result")
    major_reason = Note("重大理由", "Why major")
    last_touch_on = DateText("最近一次状态确认", "State last checked on")
    completers_applied_on = DateText("完成人申请实施日期", "Completers applied on")
    conversion_agreement_on = DateText("转化协议签订日期", "Conversion agreed on")


class CoOwner(Record):
    """Who owns the result beside its first owner."""

    KIND = Kind("co_owner", "共有权属单位", "Co-owner", natural=(("achievement", "owner"),), title="owner")

    achievement = Ref(Achievement, "成果", "Result", req="S")
    owner = Ref(Organisation, "权属单位", "Owner", req="S")
    share_pct = Dec("权属份额", "Share", unit="%", req="F")


class Completer(Record):
    KIND = Kind("completer", "成果完成人", "Completer", natural=(("achievement", "person"),), title="person")

    achievement = Ref(Achievement, "成果", "Result", req="S")
    person = Ref(Person, "完成人", "Completer", req="S")
    position = Int("排序", "Position", req="F")
    share_pct = Dec("贡献比例", "Contribution", unit="%", req="F")


class IpRight(Record):
    KIND = Kind("ip_right", "知识产权", "IP right", natural=(("kind", "number"),), title="title")

    kind = Enum("知识产权类别", "Kind", options=codes.IP_KIND, req="F", null=False, aliases=("专利类型", "类别"))
    number = Code("专利号/登记号", "Number", code_kind="patent", search=True, aliases=("专利号", "申请号", "登记号"))
    title = Text("名称", "Title", req="S", search=True, aliases=("专利名称",))
    holder = Ref(Organisation, "权利人", "Holder", req="F", aliases=("专利权人",))
    holder_share = Dec("权利份额", "Holder's share", unit="%")
    achievement = Ref(Achievement, "成果", "Result")
    firm = Ref(Firm, "企业", "Firm")
    applied_on = DateText("申请日", "Applied on")
    granted_on = DateText("授权日", "Granted on", aliases=("授权公告日",), since="applied_on")
    expires_on = DateText("期限届满", "Expires on")
    fee_due_on = DateText("年费到期", "Fee due on")
    legal_state = Enum("法律状态", "Legal state", options=codes.IP_STATE, req="F")
    checked_on = DateText("状态核查日期", "State checked on", req="F")
    pool_grade = Text("存量专利筛查结论", "Outcome of the patent survey")
    open_licence = Bool("开放许可", "Open licence")
    declared_on = DateText("开放许可声明日期", "Open licence declared on")
    licence_price = Money("许可费", "Licence fee", unit="万元")
    transferred_on = DateText("转让/许可日期", "Transferred on")
    transferred_to = Ref(Organisation, "受让/被许可人", "Transferred to")


class CoHolder(Record):
    """Who holds the right beside its first holder."""

    KIND = Kind("co_holder", "共有权利人", "Co-holder", natural=(("ip_right", "holder"),), title="holder")

    ip_right = Ref(IpRight, "知识产权", "IP right", req="S")
    holder = Ref(Organisation, "权利人", "Holder", req="S")
    share_pct = Dec("权利份额", "Share", unit="%", req="F")


class Valuation(Record):
    """What a body or a group of experts found; `experts` is [{name, role}] with the roles of S1 clause 19 in words."""

    KIND = Kind("valuation", "评估评价", "Valuation", natural=(("achievement", "kind", "done_on"),), title="kind")

    achievement = Ref(Achievement, "成果", "Result", req="S")
    kind = Enum("评估类别", "Kind", options=codes.VALUATION_KIND, req="S", aliases=("类别",))
    body = Ref(Organisation, "评估机构", "Body")
    method = Enum("评估方法", "Method", options=codes.VALUATION_METHOD)
    value = Money("评估值", "Value", unit="万元")
    trl = Int("技术成熟度", "Maturity level (TRL)", unit="级")
    done_on = DateText("评估日期", "Done on", req="S")
    experts = JsonText("专家组", "Experts", personal=True, internal=True)


class Publication(Record):
    """A publicity period or a public announcement; `subject` is KIND:ID of what it is about."""

    KIND = Kind(
        "publication", "公示与公开发布", "Publication", natural=(("subject", "kind", "starts_on"),), title="kind"
    )

    subject = Text("对象", "Subject", req="S", index=True)
    kind = Enum("公示类别", "Kind", options=codes.PUBLICATION_KIND, req="S", aliases=("类别",))
    place = Text("公示地点/网址", "Place", req="F", null=False, max_length=2000)
    starts_on = DateText("公示起", "From", req="S", aliases=("公示日期", "发布日期"))
    ends_on = DateText("公示止", "To", req="F", since="starts_on")
    objections = Int("异议数", "Objections", unit="件", req="S", default=0)
    handling = Note("异议处理", "How objections were handled")
    settled_on = DateText("异议处理完毕日期", "Objections settled on")
    redacted = Bool("已脱敏", "Redacted")


class HandoverItem(Record):
    """A result to be handed over to the city's platform, one package per university and month."""

    KIND = Kind(
        "handover_item",
        "成果汇交",
        "Hand-over",
        natural=(("platform_no",), ("achievement", "university", "basis")),
        title="achievement",
    )

    achievement = Ref(Achievement, "成果", "Result", req="S")
    university = Ref(Organisation, "汇交单位", "University", req="S")
    basis = Enum("汇交依据", "Basis", options=codes.HANDOVER_BASIS, req="S")
    due_on = DateText("汇交期限", "Due on")
    exempt = Bool("豁免汇交", "Exempt", req="S", default=0)
    ground = Enum("豁免理由", "Ground of exemption", options=codes.HANDOVER_EXEMPTION)
    reviewed_by = Text("豁免审查人", "Reviewed by", personal=True)
    handed_on = DateText("汇交日期", "Handed over on")
    platform_no = Text("平台回执号", "Platform's receipt number")
    item_state = Enum("汇交状态", "State", options=codes.HANDOVER_STATE, req="S", default="due")
    words = Note("退回意见", "Words of the return")


class HandoverMonth(Record):
    """What a university reported of a month as a whole: above all that nothing was due, which no item can say."""

    KIND = Kind(
        "handover_month",
        "月度汇交报告",
        "Monthly hand-over report",
        natural=(("university", "month"),),
        title="month",
    )

    university = Ref(Organisation, "汇交单位", "University", req="S")
    month = DateText("汇交月份", "Month", req="S", aliases=("月份",))
    zero = Bool("零报告", "Zero report", req="S", default=1)
    reported_on = DateText("报告日期", "Reported on", req="F")
    platform_no = Text("平台回执号", "Platform's receipt number")


class Grant(Record):
    """A right in a result granted to its completers; the day it was granted starts a year in which it must begin."""

    KIND = Kind("grant", "赋权", "Grant", natural=(("achievement", "kind", "granted_on"),), title="achievement")

    achievement = Ref(Achievement, "成果", "Result", req="S")
    unit = Ref(Organisation, "赋权单位", "Unit", req="S")
    kind = Enum("赋权方式", "Kind", options=codes.GRANT_KIND, req="S", aliases=("方式",))
    unit_share = Dec("单位保留份额", "Unit's share", unit="%", req="F")
    granted_on = DateText("赋权日期", "Granted on", req="S", aliases=("赋权之日",))
    use_until = DateText("使用权期限", "Use until", req="F", since="granted_on")
    extended_until = DateText("使用权延长至", "Extended until", req="F")
    started_on = DateText("实质性启动日期", "Started on", aliases=("启动日期",))
    unit_converted_on = DateText("单位或第三方开展转化日期", "Taken up by the unit or a third party on")
    publicity = Ref(Publication, "赋权公示", "Publicity", req="F")
    income_share_to_unit = Dec("约定收益比例", "Income share to the unit", unit="%")
    pay_after_conversion = Bool("转化后支付", "Paid after conversion")
    recorded_on = DateText("权属变更日期", "Change of right recorded on")
    ended_on = DateText("终止日期", "Ended on")
    case = Ref(Case, "案件", "Case")


class Grantee(Record):
    KIND = Kind("grantee", "被赋权人", "Grantee", natural=(("grant", "person"),), title="person")

    grant = Ref(Grant, "赋权", "Grant", req="S")
    person = Ref(Person, "被赋权人", "Grantee", req="S")
    share_pct = Dec("比例", "Share", unit="%", req="F")
