"""Training: programmes, who enrols, sessions, attendance, assessments and certificates; and the year's events."""

from __future__ import annotations

from db import enums
from db import enums_everyday as codes
from db.fields import Bool, Code, DateText, Dec, Enum, Int, Money, Note, Ref, Tags, Text
from db.models.base import Kind, Record
from db.models.parties import Organisation, Person


class Programme(Record):
    KIND = Kind("programme", "培训班", "Programme", natural=(("name", "starts_on"),))

    name = Text("培训班名称", "Name", req="S", search=True, aliases=("班次名称", "名称"))
    p_kind = Enum("培训类别", "Kind", options=enums.PROGRAMME_KIND, req="F", null=False)
    organiser = Text("主办单位", "Organiser", req="F", null=False)
    starts_on = DateText("开始日期", "From", req="S")
    ends_on = DateText("结束日期", "To", req="S", since="starts_on")
    place = Text("地点", "Place")
    delivery = Enum("授课方式", "Delivery", options=enums.DELIVERY_MODE, req="S", default="offline")
    hour_minutes = Int("每学时分钟", "Minutes per hour", unit="分钟", req="S", default=45)
    pass_score = Dec("及格分", "Pass score", scale=1)
    seats = Int("名额", "Seats", unit="人")
    fee = Money("费用", "Fee", unit="元")
    co_organisers = Text("协办单位", "Co-organisers", max_length=500, aliases=("承办单位",))
    base_no = Text("基地编号", "Base number")
    plan_no = Text("计划批次", "Plan number", aliases=("批次",))
    budget = Money("预算", "Budget", unit="元")
    funding_source = Text("经费来源", "Funded from")
    counts_to = Tags("计入目标", "Counts towards", options=codes.COUNTS_TO)


class ProgrammeHours(Record):
    """The hours a trainee needs in a module to complete the programme: data of its notice."""

    KIND = Kind("programme_hours", "要求学时", "Required hours", natural=(("programme", "module"),), title="module")

    programme = Ref(Programme, "培训班", "Programme", req="S")
    module = Enum("模块", "Module", options=enums.MODULE, req="S")
    hours = Dec("要求学时", "Required hours", unit="学时", req="S", aliases=("学时",))


class Enrolment(Record):
    KIND = Kind("enrolment", "报名", "Enrolment", natural=(("programme", "person"),), title="person")

    programme = Ref(Programme, "培训班", "Programme", req="S")
    person = Ref(Person, "学员", "Trainee", req="S", aliases=("姓名",))
    org_name = Text("报名时单位", "Organisation at that time", req="F", null=False, aliases=("单位", "工作单位"))
    org = Ref(Organisation, "单位（已建档）", "Organisation on record")
    org_category = Enum("单位性质（人员口径）", "Organisation category", options=enums.ORG_CATEGORY, req="F",
                        aliases=("单位性质",))  # fmt: skip
    recommended_by = Text("推荐单位", "Recommended by")
    applied_on = DateText("报名日期", "Applied on", aliases=("报名时间",))
    admitted = Enum("录取状态", "Admission", options=codes.ADMITTED, req="S", default="pending", aliases=("状态",))
    group_name = Text("班组", "Group", aliases=("分组",))
    invoice_title = Text("发票抬头", "Invoice title")
    invoice_tax_no = Code("开票税号", "Invoice tax number", code_kind="uscc", aliases=("税号", "纳税人识别号"))
    invoice_amount = Money("开票金额", "Invoice amount", unit="元")
    consent_on = DateText("个人信息告知同意日期", "Consent on", req="F")
    papers = Tags("已收材料", "Papers received", options=codes.ENROLMENT_PAPER, req="F", aliases=("材料",))


class Session(Record):
    KIND = Kind("session", "课次", "Session", natural=(("programme", "happened_on", "topic"),), title="topic")

    programme = Ref(Programme, "培训班", "Programme", req="S")
    happened_on = DateText("日期", "Date", req="S")
    starts_at = Text("起", "From", max_length=5)
    ends_at = Text("止", "To", max_length=5)
    module = Enum("模块", "Module", options=enums.MODULE, req="F", null=False)
    topic = Text("主题", "Topic", req="S", search=True)
    lecturer = Ref(Person, "讲师", "Lecturer")
    hours = Dec("学时", "Hours", unit="学时", computed=True)
    place = Text("地点", "Place")
    lecturer_fee = Money("讲课费", "Lecturer's fee", unit="元", internal=True)
    hours_reason = Text("学时调整原因", "Why the hours differ")


class Attendance(Record):
    KIND = Kind("attendance", "考勤", "Attendance", natural=(("session", "person"),), title="state")

    session = Ref(Session, "课次", "Session", req="S")
    person = Ref(Person, "学员", "Trainee", req="S")
    state = Enum("状态", "State", options=enums.ATTENDANCE_STATE, req="S")
    minutes = Int("分钟", "Minutes", unit="分钟")
    proof = Enum("凭据", "Proof", options=enums.ATTENDANCE_PROOF)


class Assessment(Record):
    KIND = Kind(
        "assessment", "考核", "Assessment", natural=(("programme", "person", "kind", "attempt"),), title="person",
        order="taken_on",
    )  # fmt: skip

    programme = Ref(Programme, "培训班", "Programme", req="S")
    person = Ref(Person, "学员", "Trainee", req="S", aliases=("姓名",))
    kind = Enum("考核方式", "Kind", options=codes.ASSESSMENT_KIND, req="S", aliases=("考核类别",))
    score = Dec("成绩", "Score", unit="分", scale=1, aliases=("分数", "得分"))
    passed = Bool("合格", "Passed", req="S", aliases=("是否合格", "是否通过"))
    attempt = Int("第几次", "Attempt", req="S", default=1, aliases=("次数",))
    taken_on = DateText("考核日期", "Date", req="S", aliases=("日期", "考试日期"))
    examiner = Text("考核人", "Examiner", personal=True, aliases=("考官", "阅卷人"))


class Certificate(Record):
    """A completion or level certificate; the first completion of a person in the year counts (S0 clause 16)."""

    KIND = Kind("certificate", "证书", "Certificate", natural=(("number",),), title="number")

    person = Ref(Person, "持证人", "Holder", req="S")
    c_kind = Enum("证书类别", "Kind", options=enums.CERTIFICATE_KIND, req="F", null=False)
    number = Text("证书编号", "Number", req="S", unique=True, search=True)
    issuer = Text("发证机构", "Issuer", req="F", null=False)
    issued_on = DateText("发证日期", "Issued on", req="S")
    valid_until = DateText("有效期至", "Valid until", since="issued_on")
    filing_no = Text("备案编号", "Filing number")
    programme = Ref(Programme, "培训班", "Programme")
    state = Enum("状态", "State", options=enums.CERTIFICATE_STATE, req="S", default="valid")
    filed_on = DateText("备案日期", "Filed on")
    void_reason = Text("作废/补发原因", "Why void or reissued")


class Event(Record):
    KIND = Kind("event", "活动", "Event", natural=(("title", "starts_on"),), title="title", order="starts_on")

    title = Text("活动名称", "Title", req="S", search=True, aliases=("名称",))
    e_kind = Enum("活动类别", "Kind", options=enums.EVENT_KIND, req="F", null=False)
    starts_on = DateText("开始日期", "From", req="S", aliases=("日期", "活动日期"))
    ends_on = DateText("结束日期", "To", since="starts_on")
    place = Text("地点", "Place")
    district = Text("区县", "District")
    our_role = Enum("本单位角色", "Our role", options=enums.OUR_ROLE, req="F", null=False)
    filed_with = Text("事前备案单位", "Filed with")
    filed_on = DateText("备案日期", "Filed on")
    joint = Bool("与本单位其他载体合办", "Joint with our other units", req="S", default=0)
    audience = Int("人数", "Audience", unit="人")
    intent_count = Int("意向数", "Intents", unit="项")
    intent_amount = Money("意向金额", "Intent amount", unit="万元")
    review = Note("活动总结", "Review")
    brand = Text("系列", "Series", search=True, aliases=("品牌", "活动系列"))
    organiser = Ref(Organisation, "主办单位", "Organiser", aliases=("主办方",))
    co_organisers = Text("合办单位", "Co-organisers", max_length=500, aliases=("承办单位", "协办单位"))
    approved = Bool("备案已获同意", "Filing approved")
    budget = Money("预算", "Budget", unit="元")
    cost = Money("实际支出", "Cost", unit="元", aliases=("支出",))
    firms = Int("参加企业数", "Firms", unit="家", computed=True, aliases=("企业数",))
    investors = Int("参加投资机构数", "Investors", unit="家", computed=True, aliases=("投资机构数",))
    projects = Int("路演项目数", "Projects shown", unit="个", computed=True, aliases=("项目数",))
