"""Broker cases: the case, who takes part, its milestones and log, contracts with their changes, the money received."""

from __future__ import annotations

from db import enums, enums_everyday
from db import enums_results as codes
from db.fields import Bool, Code, DateText, Dec, Enum, Int, JsonText, Money, Note, Ref, Stamp, Tags, Text, Tri
from db.models.base import Kind, Record
from db.models.parties import Organisation, Person
from db.models.training import Event


class Case(Record):
    KIND = Kind("case", "案件", "Case", natural=(("no",),), title="title")

    no = Text("案件编号", "Number", req="S", search=True, unique=True, aliases=("编号",))
    title = Text("案件名称", "Title", req="S", search=True, aliases=("项目名称",))
    classified = Bool("涉密", "Classified", req="S", default=0)
    track = Enum("案件类型", "Track", options=enums.CASE_TRACK, req="S", aliases=("类型",))
    mode = Enum("转化方式", "Mode", options=enums.MODE)
    mechanisms = Tags("改革机制", "Mechanisms", options=enums.MECHANISM)
    opened_on = DateText("立案日期", "Opened on")
    outcome = Enum("结果", "Outcome", options=enums.CASE_OUTCOME, req="S", default="open")
    outcome_reason = Note("结果原因", "Outcome reason", req="F", internal=True)
    estimate = Money("预计金额", "Estimate", unit="万元")
    is_local = Tri("属地转化", "Local conversion", req="F")
    local_basis = Enum("属地依据", "Basis of local", options=enums.LOCAL_BASIS, req="F")
    related_party = Tri("关联交易", "Related party", req="F")
    substantive_start = DateText("实质性启动", "Substantive start", req="F")
    next_action = Text("下一步", "Next action", internal=True)
    next_on = DateText("下一步日期", "Next on", internal=True)
    archive_no = Text("档案盒号", "Archive box", internal=True)
    origin_kind = Enum("线索来源", "Origin of the lead", options=enums_everyday.CASE_ORIGIN, aliases=("来源渠道",))
    origin_event = Ref(Event, "来源活动", "Event it came from")
    stage = Enum("当前阶段", "Stage", options=enums_everyday.MILESTONE, req="D")
    outcome_ground = Enum("未成原因", "Ground of the outcome", options=enums_everyday.OUTCOME_GROUND, internal=True)
    probability = Enum("把握", "Probability", options=enums_everyday.PROBABILITY, internal=True, aliases=("可能性",))
    nda_on = DateText("保密协议日期", "NDA signed on")
    start_kind = Enum("实质性启动方式", "How it started", options=enums_everyday.START_KIND, req="F")

    class Meta:
        table_name = "broker_case"


class CaseParty(Record):
    KIND = Kind("case_party", "案件当事人", "Case party", natural=(("case", "party", "role"),), title="role")

    case = Ref(Case, "案件", "Case", req="S")
    party = Ref(Organisation, "当事人", "Party", req="S")
    role = Enum("角色", "Role", options=enums.PARTY_ROLE, req="S")
    contact = Text("联系人", "Contact", personal=True)
    starts_on = DateText("起", "From", aliases=("参与开始",))
    ends_on = DateText("止", "To", aliases=("参与结束",), since="starts_on")


class CaseBroker(Record):
    KIND = Kind("case_broker", "案件经纪人员", "Case broker", natural=(("case", "person"),), title="role")

    case = Ref(Case, "案件", "Case", req="S")
    person = Ref(Person, "经纪人", "Broker", req="S")
    role = Enum("角色", "Role", options=enums.BROKER_ROLE, req="S")
    share_pct = Dec("份额", "Share", unit="%", req="F")
    starts_on = DateText("起", "From", aliases=("经办开始",))
    ends_on = DateText("止", "To", aliases=("经办结束",), since="starts_on")


class CaseMilestone(Record):
    """A milestone that was reached or passed over; in any order, several side by side."""

    KIND = Kind(
        "case_milestone", "案件里程碑", "Case milestone", natural=(("case", "milestone"),), title="milestone",
        order="reached_on",
    )  # fmt: skip

    case = Ref(Case, "案件", "Case", req="S")
    milestone = Enum("里程碑", "Milestone", options=enums_everyday.MILESTONE, req="S", aliases=("阶段",))
    reached_on = DateText("到达日期", "Reached on", aliases=("完成日期",))
    recorded_at = Stamp("记录时间", "Recorded at", req="D", null=False)
    skipped = Bool("跳过", "Passed over", req="S", default=0)
    reason = Note("跳过或越过缺项的理由", "Reason", internal=True)


class CaseLog(Record):
    KIND = Kind("case_log", "过程记录", "Case log", natural=(), title="note", order="happened_on")

    case = Ref(Case, "案件", "Case", req="S")
    happened_on = DateText("发生日期", "Happened on", req="S", aliases=("日期",))
    happened_at = Stamp("发生时刻", "Happened at")
    recorded_at = Stamp("记录时间", "Recorded at", req="D", null=False)
    kind = Enum("记录类别", "Kind", options=enums.LOG_KIND, req="F", null=False)
    note = Note("内容", "Note", req="S", search=True)
    place = Text("地点", "Place")
    next_action = Text("下一步", "Next action", internal=True)
    next_on = DateText("下一步日期", "Next on", internal=True)
    decision = Bool("决策", "Decision", req="S", default=0)
    confidential = Bool("不对外", "Confidential", req="S", default=0)


class LogPerson(Record):
    """Who took part in what a log entry tells."""

    KIND = Kind("log_person", "过程参与人", "Person in a log entry", natural=(("log", "person"),), title="person")

    log = Ref(CaseLog, "过程记录", "Log entry", req="S")
    person = Ref(Person, "人员", "Person", req="S", aliases=("姓名",))


class Contract(Record):
    KIND = Kind("contract", "技术合同", "Contract", natural=(("registry_no",), ("own_no", "signed_on")))

    case = Ref(Case, "案件", "Case")
    parent = Ref("self", "主合同", "Parent contract")
    name = Text("合同项目名称", "Name", req="S", search=True, aliases=("项目名称", "合同名称"))
    own_no = Text("本单位合同编号", "Own number", search=True, aliases=("合同编号",))
    registry_no = Code("合同登记编号", "Registry number", code_kind="contract", req="F", search=True)
    registry_state = Enum("登记状态", "Registry state", options=enums.REGISTRY_STATE, req="F")
    applied_on = DateText("登记申请日期", "Applied on", req="F")
    registered_on = DateText("登记日期", "Registered on", req="F")
    contract_class = Enum("合同类别", "Class", options=enums.CONTRACT_CLASS, req="F")
    signed_on = DateText("签订日期", "Signed on", req="F")
    valid_from = DateText("有效期起", "Valid from", req="F")
    valid_to = DateText("有效期止", "Valid to", req="F", since="valid_from")
    seller = Ref(Organisation, "卖方", "Seller", req="F", aliases=("让与方", "受托方"))
    buyer = Ref(Organisation, "买方", "Buyer", req="F", aliases=("受让方", "委托方"))
    third_party = Ref(Organisation, "第三方（中介）", "Third party", req="F")
    amount_total = Money("合同成交额", "Total amount", unit="万元", req="F", aliases=("合同金额", "合同总金额"))
    amount_formula = Text("提成/浮动约定", "Formula", max_length=1000)
    nontech_cost = Money("非技术性费用", "Non-technical cost", unit="万元", req="F")
    amount_tech = Money("技术交易额", "Technical amount", unit="万元", req="D")
    payment_mode = Enum("支付方式", "Payment", options=enums.PAYMENT_MODE, req="F")
    terminated_on = DateText("解除/终止日期", "Terminated on", since="signed_on")
    termination_reason = Note("终止原因", "Termination reason")
    registry = Text("登记机构", "Registry", req="F")
    signed_at = Text("签订地点", "Signed at", req="F")
    tech_field = Enum("技术领域", "Technical field", options=codes.CONTRACT_FIELD, req="F")
    ip_types = Tags("知识产权类型", "IP types", options=codes.CONTRACT_IP, req="F")
    plan_source = Enum("计划来源", "Plan source", options=codes.PLAN_SOURCE, req="F")
    goal = Enum("社会经济目标", "Socio-economic goal", options=codes.GOAL, req="F")
    industry_served = Text("服务的国民经济行业", "Industry served", req="F")
    new_investment = Money("预计新增投入", "New investment expected", unit="万元", req="F")
    new_output = Money("预计新增产值", "New output expected", unit="万元", req="F")
    text_kind = Enum("合同文本", "Text", options=codes.CONTRACT_TEXT)
    confidential_contract = Bool("涉及技术或商业秘密", "Holds trade secrets", req="F")
    is_import_export = Bool("技术进出口", "Import or export")
    use_from = DateText("使用起始日期", "Used from", req="F")
    pay_trigger = Text("付费条件", "Pay trigger", req="F", max_length=1000)
    pay_due = DateText("付费期限", "Pay due", req="F")
    pay_triggered_on = DateText("付费条件达成日期", "Pay trigger met on")
    invest_amount = Money("先投金额", "Invested first", unit="万元", req="F")
    convert_trigger = Text("转股条件", "Conversion trigger", req="F", max_length=1000)
    convert_due = DateText("转股期限", "Conversion due", req="F")
    convert_rule = Text("转股办法", "Conversion rule", req="F", max_length=1000)
    converted_on = DateText("转股日期", "Converted on")
    warrant = Text("认股权约定", "Warrant", max_length=1000)
    vat_exempt = Bool("增值税免税", "VAT exempt")


class ContractCost(Record):
    """A part of the contract amount that does not pay for technology; together they are its `nontech_cost`."""

    KIND = Kind(
        "contract_cost", "非技术性费用明细", "Non-technical cost", natural=(("contract", "kind", "note"),), title="kind"
    )

    contract = Ref(Contract, "合同", "Contract", req="S")
    kind = Enum("费用类别", "Kind", options=enums_everyday.CONTRACT_COST, req="S", aliases=("类别",))
    amount = Money("金额", "Amount", unit="万元", req="S")
    note = Text("说明", "Note")


class ContractAmendment(Record):
    """A supplement; `changes` is a list of {field, old, new}."""

    KIND = Kind(
        "contract_amendment", "补充协议", "Contract amendment", natural=(("contract", "signed_on"),), title="signed_on",
        order="signed_on",
    )  # fmt: skip

    contract = Ref(Contract, "合同", "Contract", req="S")
    signed_on = DateText("签订日期", "Signed on", req="S")
    changes = JsonText("变更内容", "Changes")
    registry_state = Enum("变更登记状态", "Registry state", options=enums.REGISTRY_STATE)
    note = Note("说明", "Note")


class Instalment(Record):
    """Money due under a contract, on a day or when something happens; what was paid of it the receipts tell."""

    KIND = Kind("instalment", "应收", "Instalment", natural=(("contract", "no"),), title="no", order="due_on")

    contract = Ref(Contract, "合同", "Contract", req="S")
    no = Int("期次", "Number", req="S", aliases=("期数", "序号"))
    due_on = DateText("应收日期", "Due on", aliases=("付款日期", "到期日期"))
    condition = Text("付款条件", "Condition", max_length=1000)
    amount = Money("应收金额", "Amount due", unit="元", req="S", aliases=("金额",))
    written_off_on = DateText("核销日期", "Written off on")
    written_off_reason = Note("核销原因", "Why written off", internal=True)


class Receipt(Record):
    """Money received for a contract; blank contract means waiting to be claimed (待认领). A refund is negative."""

    KIND = Kind("receipt", "到账", "Receipt", natural=(("invoice_no", "received_on", "amount"),), title="payer")

    contract = Ref(Contract, "合同", "Contract")
    received_on = DateText("到账日期", "Received on", req="S", aliases=("到款日期", "入账日期", "收款日期", "交易日期"))
    payer = Text("付款方", "Payer", req="S", search=True, aliases=("付款单位", "付款人", "对方户名", "对方名称"))
    account_holder = Ref(
        Organisation, "收款单位", "Account holder", req="S", aliases=("收款方", "收款人", "本方户名", "账户名称")
    )
    amount = Money(
        "到账金额", "Amount", unit="元", req="S", aliases=("金额", "到款金额", "入账金额", "收入金额", "贷方发生额"),
        signed=True,
    )  # fmt: skip
    tech_part = Money("其中技术交易额", "Technical part", unit="元", req="F", signed=True)
    kind = Enum("性质", "Kind", options=enums.RECEIPT_KIND, req="S", default="cash", aliases=("到账性质",))
    is_local = Tri("属地转化", "Local conversion", req="F")
    invoice_no = Text("发票号", "Invoice number", req="F")
    invoice_on = DateText("发票日期", "Invoice date", req="F")
    source_row = Int("财务来源行", "Source row")
    vat = Money("增值税", "VAT", unit="元", signed=True)
    registry_fee = Money("认定服务费", "Registry fee", unit="元", signed=True)
    mgmt_fee = Money("管理费", "Management fee", unit="元", signed=True)
    invoice_remark = Text("发票备注", "Invoice remark", req="F", aliases=("备注", "摘要", "附言", "用途"))
    instalment = Ref(Instalment, "应收期次", "Instalment")
