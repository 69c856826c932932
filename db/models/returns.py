"""After the report: values as reported, what came back, where a fact was used, inspections, accounts."""

from __future__ import annotations

from db import enums_everyday as codes
from db.fields import DateText, Enum, Money, Note, Ref, Text, Tri
from db.models.base import Kind, Record
from db.models.proof import Evidence
from db.models.reporting import Round, Submission


class ReportedValue(Record):
    """A value as it was reported, for good; `target` is KIND:ID.field."""

    KIND = Kind("reported_value", "上报数", "Reported value", natural=(("submission", "target"),), title="target")

    submission = Ref(Submission, "报送", "Submission", req="S")
    target = Text("对象", "Target", req="S", max_length=400, index=True)
    value = Text("上报值", "Value", req="S")


class ReturnNote(Record):
    KIND = Kind("return_note", "退回意见", "Return note", title="words", order="received_on")

    submission = Ref(Submission, "报送", "Submission", req="S")
    received_on = DateText("收到日期", "Received on", req="S", aliases=("日期",))
    how = Enum("方式", "How", options=codes.RETURN_WAY, req="F", null=False, aliases=("退回方式",))
    words = Note("退回意见", "Words", req="S", search=True, aliases=("意见", "内容"))
    place = Text("所指页码/指标", "Page or indicator")
    due_on = DateText("答复期限", "Due on")
    task_owner = Text("经办人", "Who answers", personal=True, aliases=("负责人",))
    answer = Note("答复", "Answer")
    answered_on = DateText("答复日期", "Answered on")
    pages_replaced = Text("替换页", "Pages replaced")


class ClaimUse(Record):
    """That a contract, firm, person, event or paper was used for a fact in a round; `target` is KIND:ID."""

    KIND = Kind("claim_use", "申报使用登记", "Use in a claim", natural=(("target", "round", "fact"),), title="fact")

    target = Text("对象", "Target", req="S", max_length=400, index=True)
    round = Ref(Round, "申报轮次", "Round", req="S")
    fact = Text("所证事实", "Fact", req="S", aliases=("事实",))
    amount = Money("金额", "Amount", unit="万元")


class Inspection(Record):
    KIND = Kind(
        "inspection", "现场核查", "Inspection", natural=(("happened_on", "authority"),), title="authority",
        order="happened_on",
    )  # fmt: skip

    happened_on = DateText("核查日期", "Date", req="S", aliases=("日期",))
    authority = Text("核查单位", "Authority")
    submission = Ref(Submission, "报送", "Submission")
    inspectors = Text("核查人员", "Inspectors", personal=True)
    findings = Note("核查意见", "Findings", aliases=("意见",))


class InspectionItem(Record):
    """One record of an inspection's sample: what was asked, what was shown, and what is still to be done."""

    KIND = Kind(
        "inspection_item", "核查抽样", "Item of an inspection", natural=(("inspection", "target", "asked"),),
        title="asked",
    )  # fmt: skip

    inspection = Ref(Inspection, "现场核查", "Inspection", req="S")
    target = Text("对象", "Target", req="S", max_length=400, index=True)
    asked = Text("所问", "Asked", req="S", max_length=1000, aliases=("核查内容",))
    evidence = Ref(Evidence, "出示的佐证", "Evidence shown")
    ok = Tri("相符", "In order")
    finding = Note("问题", "Finding")
    due_on = DateText("整改期限", "Due on")
    done_on = DateText("整改完成日期", "Done on")


class ExternalAccount(Record):
    """An account with another system: who holds it; no password is kept."""

    KIND = Kind(
        "external_account", "外部系统账号", "External account", natural=(("system", "login_name"),), title="system"
    )

    system = Text("系统", "System", req="S", search=True, aliases=("系统名称", "平台名称"))
    login_name = Text("登录名", "Login name", personal=True, internal=True, aliases=("账号", "用户名"))
    holder = Text("保管人", "Holder", personal=True, internal=True, aliases=("持有人",))
    bound_phone = Text(
        "绑定手机", "Phone bound to it", personal=True, internal=True, masked="phone", aliases=("手机", "绑定手机号")
    )
    renewed_on = DateText("续期日期", "Renewed on")
