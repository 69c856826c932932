"""Training and events: programmes, sessions, attendance, certificates, and the year's match-making events."""

from __future__ import annotations

from db import enums
from db.fields import Bool, DateText, Dec, Enum, Int, Money, Note, Ref, Text
from db.models.base import Kind, Record
from db.models.parties import Person


class Programme(Record):
    KIND = Kind("programme", "培训班", "Programme", natural=(("name", "starts_on"),))

    name = Text("培训班名称", "Name", req="S", search=True, aliases=("班次名称", "名称"))
    p_kind = Enum("培训类别", "Kind", options=enums.PROGRAMME_KIND, req="S")
    organiser = Text("主办单位", "Organiser", req="S")
    starts_on = DateText("开始日期", "From", req="S")
    ends_on = DateText("结束日期", "To", req="S")
    place = Text("地点", "Place")
    delivery = Enum("授课方式", "Delivery", options=enums.DELIVERY_MODE, req="S", default="offline")
    hour_minutes = Int("每学时分钟", "Minutes per hour", unit="分钟", req="S", default=45)
    pass_score = Dec("及格分", "Pass score", scale=1)
    seats = Int("名额", "Seats", unit="人")
    fee = Money("费用", "Fee", unit="元")


class Session(Record):
    KIND = Kind("session", "课次", "Session", natural=(("programme", "happened_on", "topic"),), title="topic")

    programme = Ref(Programme, "培训班", "Programme", req="S")
    happened_on = DateText("日期", "Date", req="S")
    starts_at = Text("起", "From", max_length=5)
    ends_at = Text("止", "To", max_length=5)
    module = Enum("模块", "Module", options=enums.MODULE, req="S")
    topic = Text("主题", "Topic", req="S", search=True)
    lecturer = Ref(Person, "讲师", "Lecturer")
    hours = Dec("学时", "Hours", unit="学时")
    place = Text("地点", "Place")


class Attendance(Record):
    KIND = Kind("attendance", "考勤", "Attendance", natural=(("session", "person"),), title="state")

    session = Ref(Session, "课次", "Session", req="S")
    person = Ref(Person, "学员", "Trainee", req="S")
    state = Enum("状态", "State", options=enums.ATTENDANCE_STATE, req="S")
    minutes = Int("分钟", "Minutes", unit="分钟")
    proof = Enum("凭据", "Proof", options=enums.ATTENDANCE_PROOF)


class Certificate(Record):
    """A completion or level certificate; the first completion of a person in the year counts (S0 clause 16)."""

    KIND = Kind("certificate", "证书", "Certificate", natural=(("number",),), title="number")

    person = Ref(Person, "持证人", "Holder", req="S")
    c_kind = Enum("证书类别", "Kind", options=enums.CERTIFICATE_KIND, req="S")
    number = Text("证书编号", "Number", req="S", unique=True, search=True)
    issuer = Text("发证机构", "Issuer", req="S")
    issued_on = DateText("发证日期", "Issued on", req="S")
    valid_until = DateText("有效期至", "Valid until")
    filing_no = Text("备案编号", "Filing number")
    programme = Ref(Programme, "培训班", "Programme")
    state = Enum("状态", "State", options=enums.CERTIFICATE_STATE, req="S", default="valid")


class Event(Record):
    KIND = Kind("event", "活动", "Event", natural=(("title", "starts_on"),), title="title", order="starts_on")

    title = Text("活动名称", "Title", req="S", search=True, aliases=("名称",))
    e_kind = Enum("活动类别", "Kind", options=enums.EVENT_KIND, req="S")
    starts_on = DateText("开始日期", "From", req="S", aliases=("日期", "活动日期"))
    ends_on = DateText("结束日期", "To")
    place = Text("地点", "Place")
    district = Text("区县", "District")
    our_role = Enum("本单位角色", "Our role", options=enums.OUR_ROLE, req="S")
    filed_with = Text("事前备案单位", "Filed with")
    filed_on = DateText("备案日期", "Filed on")
    joint = Bool("与本单位其他载体合办", "Joint with our other units", req="S", default=0)
    audience = Int("人数", "Audience", unit="人")
    intent_count = Int("意向数", "Intents", unit="项")
    intent_amount = Money("意向金额", "Intent amount", unit="万元")
    review = Note("活动总结", "Review")
