"""What a carrier does for its firms: its staff, mentors, services, what firms won, and the collecting of their data."""

from __future__ import annotations

from db import enums_everyday as codes
from db.fields import Bool, DateText, Enum, Int, JsonText, Money, Note, Ref, Stamp, Tags, Text
from db.models.base import Kind, Record
from db.models.cases import Case, Contract
from db.models.incubation import Carrier, Firm, FundingEvent, Qualification
from db.models.parties import Person
from db.models.training import Certificate


class Staff(Record):
    """A person employed by us; `carrier` or `department` says where."""

    KIND = Kind("staff", "本机构人员", "Staff member", natural=(("person", "hired_on"),), title="person")

    person = Ref(Person, "人员", "Person", req="S", aliases=("姓名",))
    carrier = Ref(Carrier, "所属载体", "Carrier", aliases=("载体",))
    department = Text("所属部门", "Department", aliases=("部门",))
    post = Text("岗位", "Post", req="F", null=False, aliases=("职务",))
    is_professional = Bool("专业孵化服务人员", "Professional incubation staff", req="F", aliases=("专业人员",))
    is_fulltime = Bool("专职", "Full-time", req="F", aliases=("是否专职",))
    hired_on = DateText("入职日期", "Hired on", req="S", aliases=("入职时间",))
    left_on = DateText("离职日期", "Left on", aliases=("离职时间",), since="hired_on")
    certificate = Ref(Certificate, "从业/经纪证书", "Certificate", aliases=("证书编号",))
    frontline = Bool("一线服务人员", "Front-line staff")


class MentorTerm(Record):
    KIND = Kind(
        "mentor_term", "导师聘任", "Mentor's term", natural=(("mentor", "carrier", "starts_on"),), title="mentor",
        order="starts_on",
    )  # fmt: skip

    mentor = Ref(Person, "导师", "Mentor", req="S", aliases=("姓名", "导师姓名"))
    carrier = Ref(Carrier, "载体", "Carrier", req="S", aliases=("聘任载体",))
    starts_on = DateText("聘期起", "From", req="S", aliases=("聘任日期", "起"))
    ends_on = DateText("聘期止", "To", aliases=("到期日期", "止"), since="starts_on")
    expertise = Tags("擅长领域", "Expertise", options=codes.SERVICE_KIND, aliases=("辅导领域",))
    note = Text("专业说明", "About the expertise")


class Mentoring(Record):
    """Which firm a mentor looks after, and from when to when (item 9 of the yearly tenant record)."""

    KIND = Kind(
        "mentoring", "辅导关系", "Mentoring", natural=(("mentor_term", "firm", "starts_on"),), title="firm",
        order="starts_on",
    )  # fmt: skip

    mentor_term = Ref(MentorTerm, "导师聘任", "Mentor's term", req="S", aliases=("导师",))
    firm = Ref(Firm, "企业", "Firm", req="S", aliases=("企业名称",))
    starts_on = DateText("起", "From", req="S", aliases=("开始日期",))
    ends_on = DateText("止", "To", aliases=("结束日期",), since="starts_on")


class ServiceLog(Record):
    """A service given to a firm, and what came of it."""

    KIND = Kind("service_log", "服务记录", "Service log", title="topic", order="happened_on")

    firm = Ref(Firm, "企业", "Firm", req="S", aliases=("企业名称", "服务企业"))
    carrier = Ref(Carrier, "载体", "Carrier", req="S", aliases=("载体名称",))
    kind = Enum("服务类别", "Kind", options=codes.SERVICE_KIND, req="F", null=False, aliases=("服务类型", "类别"))
    happened_on = DateText("服务日期", "Date", req="S", aliases=("日期", "服务时间"))
    recorded_at = Stamp("记录时间", "Recorded at", req="D", null=False)
    minutes = Int("时长", "Duration", unit="分钟", aliases=("服务时长",))
    provider = Ref(Person, "服务人员", "Provider", req="S", aliases=("服务人", "导师", "经办人"))
    place = Text("地点", "Place")
    way = Enum("服务方式", "Way", options=codes.SERVICE_WAY, aliases=("方式",))
    topic = Note("服务事项", "Topic", search=True, aliases=("事项", "服务内容", "内容"))
    result = Note("成效", "Result", search=True, aliases=("服务成效", "结果"))
    next_step = Text("下一步", "Next step", internal=True)
    next_on = DateText("下一步日期", "Next on", internal=True)
    confirmed = Enum("企业确认", "Confirmed by the firm", options=codes.SERVICE_CONFIRMED, req="F")
    satisfaction = Int("满意度", "Satisfaction", unit="分", aliases=("满意度评分",))
    qualification = Ref(Qualification, "带来的资质", "Qualification it led to")
    funding_event = Ref(FundingEvent, "带来的投融资", "Funding it led to")
    contract = Ref(Contract, "带来的合同", "Contract it led to")
    case = Ref(Case, "带来的案件", "Case it led to")


class Honour(Record):
    """A project, prize or listing of a firm, a person or a case (one of the three)."""

    KIND = Kind(
        "honour", "项目与荣誉", "Honour",
        natural=(("title", "firm", "awarded_on"), ("title", "person", "awarded_on"), ("title", "case", "awarded_on")),
        title="title", order="awarded_on",
    )  # fmt: skip

    title = Text("项目/荣誉名称", "Title", req="S", search=True, aliases=("名称", "项目名称", "荣誉名称", "奖项名称"))
    h_kind = Enum("类别", "Kind", options=codes.HONOUR_KIND, req="F", null=False, aliases=("荣誉类别", "项目类别"))
    firm = Ref(Firm, "企业", "Firm", aliases=("企业名称",))
    person = Ref(Person, "人员", "Person", aliases=("姓名",))
    case = Ref(Case, "案件", "Case")
    level = Text("级别/等次", "Level", aliases=("级别", "等级", "奖项等级"))
    issuer = Text("授予单位", "Issuer", aliases=("颁发单位", "下达单位"))
    amount = Money("金额", "Amount", unit="万元", aliases=("资助金额", "奖金"))
    awarded_on = DateText("获得日期", "Date", req="S", aliases=("日期", "获奖日期", "立项日期"))


class CollectionRound(Record):
    """One collecting of figures from the firms of a carrier; `asked` are the fields its workbooks ask for."""

    KIND = Kind(
        "collection_round", "数据采集批次", "Collection round", natural=(("carrier", "title"),), title="title",
        order="due_on",
    )  # fmt: skip

    title = Text("批次名称", "Title", req="S", search=True, aliases=("名称",))
    kind = Enum("采集类别", "Kind", options=codes.COLLECTION_KIND, req="S", aliases=("类别",))
    period = Text("期间", "Period", req="S", max_length=40)
    carrier = Ref(Carrier, "载体", "Carrier", req="S", aliases=("载体名称",))
    due_on = DateText("回收期限", "Due on", req="S", aliases=("截止日期",))
    asked = JsonText("采集项目", "Fields asked for", req="S")
    template_version = Text("模板版本", "Template version")


class CollectionItem(Record):
    KIND = Kind("collection_item", "采集回收", "Collection item", natural=(("round", "firm"),), title="firm")

    round = Ref(CollectionRound, "批次", "Round", req="S", aliases=("数据采集批次",))
    firm = Ref(Firm, "企业", "Firm", req="S", aliases=("企业名称",))
    sent_on = DateText("发出日期", "Sent on")
    sent_how = Enum("发出方式", "Sent by", options=codes.COLLECTION_WAY)
    returned_on = DateText("回收日期", "Returned on", since="sent_on")
    state = Enum("回收状态", "State", options=codes.COLLECTION_STATE, req="S", default="waiting", aliases=("状态",))
    questions = Note("疑问", "Questions", internal=True)
