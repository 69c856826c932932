"""Who and what stood at an event; proof-of-concept projects and services at pilot scale."""

from __future__ import annotations

from db import enums_everyday as codes
from db.fields import Bool, DateText, Enum, Money, Note, Ref, Tags, Text
from db.models.base import Kind, Record
from db.models.cases import Case
from db.models.incubation import Carrier, Firm
from db.models.needs import Need
from db.models.parties import Organisation, Person
from db.models.results import Achievement
from db.models.training import Event


class EventPerson(Record):
    """Who was at an event: a person, or an organisation whose people are not on record."""

    KIND = Kind(
        "event_person", "活动参与人", "Person at an event", natural=(("event", "person", "role"),), title="role"
    )

    event = Ref(Event, "活动", "Event", req="S", aliases=("活动名称",))
    person = Ref(Person, "人员", "Person", aliases=("姓名",))
    organisation = Ref(Organisation, "单位", "Organisation", aliases=("单位名称", "企业名称"))
    role = Enum("身份", "Role", options=codes.EVENT_PERSON_ROLE, req="S", aliases=("角色",))
    signed = Bool("已签到", "Signed in", aliases=("签到",))
    note = Text("说明", "Note")


class EventItem(Record):
    """What was shown at an event: a result, a need or a firm, and what came of it."""

    KIND = Kind("event_item", "路演项目", "Item of an event", natural=(("event", "title"),), title="title")

    event = Ref(Event, "活动", "Event", req="S", aliases=("活动名称",))
    title = Text("项目名称", "Title", req="S", search=True, aliases=("路演项目", "名称"))
    achievement = Ref(Achievement, "成果", "Result", aliases=("成果名称",))
    need = Ref(Need, "需求", "Need", aliases=("需求名称",))
    firm = Ref(Firm, "企业", "Firm", aliases=("企业名称",))
    feedback = Note("反馈", "Feedback", aliases=("现场反馈",))
    case = Ref(Case, "形成的案件", "Case that followed")


class PocProject(Record):
    KIND = Kind(
        "poc_project", "概念验证项目", "Proof-of-concept project", natural=(("centre", "achievement", "selected_on"),),
        title="achievement", order="selected_on",
    )  # fmt: skip

    centre = Ref(Carrier, "概念验证中心", "Centre", req="S", aliases=("中心",))
    achievement = Ref(Achievement, "成果", "Result", req="S", aliases=("成果名称",))
    service = Tags("服务内容", "Service", options=codes.POC_SERVICE, req="F", null=False, aliases=("验证服务",))
    selected_on = DateText("遴选日期", "Selected on", aliases=("入选日期",))
    support_amount = Money("资助金额", "Support", unit="万元", aliases=("支持金额",))
    conclusion = Enum("验证结论", "Conclusion", options=codes.POC_CONCLUSION, aliases=("结论",))
    concluded_on = DateText("结论日期", "Concluded on")
    private_capital = Money("带动社会资本", "Private capital", unit="万元")
    valuation = Money("估值", "Valuation", unit="万元")
    case = Ref(Case, "案件", "Case")


class PilotService(Record):
    KIND = Kind(
        "pilot_service", "中试服务", "Pilot service", natural=(("facility", "client", "starts_on"),), title="topic",
        order="starts_on",
    )  # fmt: skip

    facility = Ref(Carrier, "中试基地", "Facility", req="S", aliases=("基地",))
    client = Ref(Organisation, "服务对象", "Client", req="S", aliases=("客户", "单位名称", "企业名称"))
    topic = Text("服务内容", "Topic", search=True, aliases=("服务项目",))
    starts_on = DateText("开始日期", "From", req="S", aliases=("日期", "服务日期"))
    ends_on = DateText("结束日期", "To", since="starts_on")
    fee = Money("服务费", "Fee", unit="元", aliases=("费用",))
    shared_platform = Bool("公共服务平台", "Shared platform", aliases=("是否共享平台",))
    case = Ref(Case, "案件", "Case")
