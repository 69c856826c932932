"""Conversion: how a price is found, what an agency had to do with it, how the income is shared, who moves to a firm."""

from __future__ import annotations

from db import enums_everyday
from db import enums_results as codes
from db.fields import Bool, DateText, Dec, Enum, Int, JsonText, Money, Note, Ref, Tags, Text, Tri
from db.models.base import Kind, Record
from db.models.cases import Case, Contract, Receipt
from db.models.parties import Organisation, Person
from db.models.results import Achievement, IpRight, Publication, Valuation


class CaseAchievement(Record):
    KIND = Kind(
        "case_achievement", "案件成果", "Result of a case", natural=(("case", "achievement"),), title="achievement"
    )

    case = Ref(Case, "案件", "Case", req="S")
    achievement = Ref(Achievement, "成果", "Result", req="S")


class ContractIp(Record):
    KIND = Kind(
        "contract_ip", "合同知识产权", "IP of a contract", natural=(("contract", "ip_right"),), title="ip_right"
    )

    contract = Ref(Contract, "合同", "Contract", req="S")
    ip_right = Ref(IpRight, "知识产权", "IP right", req="S", aliases=("专利号",))


class Pricing(Record):
    """How a price was found and decided; `deciders` is [{name, post, opinion, recused}]."""

    KIND = Kind("pricing", "定价", "Pricing", natural=(("case", "route"),), title="route")

    case = Ref(Case, "案件", "Case", req="S")
    route = Enum("定价方式", "Route", options=codes.PRICING_ROUTE, req="S", aliases=("定价路径",))
    method = Enum("评估方法", "Method", options=codes.VALUATION_METHOD)
    proposed_price = Money("拟交易价格", "Proposed price", unit="万元", req="F", aliases=("建议价格",))
    final_price = Money("成交价格", "Final price", unit="万元")
    deviation_reason = Note("偏离原因", "Why the price differs")
    valuation = Ref(Valuation, "评估评价", "Valuation")
    publication = Ref(Publication, "公示", "Publication", req="F")
    meeting_on = DateText("决策会议日期", "Decided on", req="F")
    deciders = JsonText("决策人员", "Deciders", personal=True, internal=True)
    democratic_decision = Tri("民主决策程序", "Democratic decision", req="F")
    supervision = Tri("监督管理职责", "Supervision", req="F")
    reasonable_care = Tri("信息公示与合理注意", "Publicity and reasonable care", req="F")


class Brokerage(Record):
    """What shows that an agency brought a contract about; without one of the first four roles it is not shown."""

    KIND = Kind("brokerage", "中介服务", "Brokerage", natural=(("contract",),), title="our_role")

    contract = Ref(Contract, "合同", "Contract", req="S")
    our_role = Enum("促成证明", "Our role", options=codes.BROKERAGE_ROLE, req="S")
    fee_rule = Text("收费约定", "Fee rule", max_length=1000)
    fee_amount = Money("服务费", "Fee", unit="元")
    fee_invoice_no = Text("服务费发票号", "Fee invoice", req="F")
    fee_invoice_on = DateText("服务费开票日期", "Fee invoiced on", req="F")
    fee_invoiced = Money("服务费开票金额", "Fee invoiced", unit="元", req="F")
    fee_remark = Text("发票备注", "Invoice remark", req="F")
    fee_received_on = DateText("服务费到账日期", "Fee received on", req="F")
    fee_received = Money("服务费到账金额", "Fee received", unit="元", req="F")
    confirmed_by_buyer = Tri("买方确认", "Confirmed by the buyer")
    confirmed_by_seller = Tri("卖方确认", "Confirmed by the seller")


class BrokerageAgency(Record):
    KIND = Kind("brokerage_agency", "合作中介", "Co-agency", natural=(("brokerage", "agency"),), title="agency")

    brokerage = Ref(Brokerage, "中介服务", "Brokerage", req="S")
    agency = Ref(Organisation, "机构", "Agency", req="S")
    share_pct = Dec("份额", "Share", unit="%", req="F")


class Distribution(Record):
    """The sharing of what one or several receipts of a contract brought in; its lines say who gets what.

    `approvals` is [{post, on}].
    """

    KIND = Kind("distribution", "收益分配", "Distribution", natural=(("contract", "batch"),), title="contract")

    contract = Ref(Contract, "合同", "Contract", req="S")
    batch = Int("分配批次", "Batch", req="S", default=1)
    owner_kind = Enum("成果单位类别", "Owner kind", options=codes.RESULT_OWNER, req="S")
    gross = Money("实际成交额（本次）", "Gross", unit="元", req="S")
    gross_basis = Enum("成交额口径", "Basis of gross", options=codes.GROSS_BASIS, req="F")
    taxes = Money("税金", "Taxes", unit="元", req="F")
    prior_rd = Money("前期研发投入", "Prior R&D", unit="元", req="F")
    net = Money("净收入", "Net income", unit="元", req="D", signed=True)
    net_unknown = Bool("净收入无法计算", "Net income unknown")
    basis = Enum("奖励基数", "Reward basis", options=codes.REWARD_BASIS, req="S")
    team_pct = Dec("团队比例", "Team", unit="%", req="F")
    unit_pct = Dec("单位比例", "Unit", unit="%", req="F", aliases=("学校比例",))
    college_pct = Dec("学院比例", "College", unit="%", req="F")
    agency_pct = Dec("服务机构比例", "Agency", unit="%", req="F")
    fund_pct = Dec("基金比例", "Fund", unit="%", req="F")
    publicity = Ref(Publication, "奖励公示", "Publicity", req="F")
    approvals = JsonText("审批", "Approvals", personal=True, internal=True)
    approved_on = DateText("审批日期", "Approved on", req="F")
    paid_on = DateText("发放完毕日期", "Paid on")


class DistributionReceipt(Record):
    KIND = Kind(
        "distribution_receipt",
        "分配对应到账",
        "Receipt of a distribution",
        natural=(("distribution", "receipt"),),
        title="receipt",
    )

    distribution = Ref(Distribution, "收益分配", "Distribution", req="S")
    receipt = Ref(Receipt, "到账", "Receipt", req="S")


class DistributionCost(Record):
    KIND = Kind(
        "distribution_cost", "直接成本", "Direct cost", natural=(("distribution", "kind", "note"),), title="kind"
    )

    distribution = Ref(Distribution, "收益分配", "Distribution", req="S")
    kind = Enum("成本类别", "Kind", options=codes.DISTRIBUTION_COST, req="S", aliases=("类别",))
    amount = Money("金额", "Amount", unit="元", req="S")
    note = Text("说明", "Note")


class DistributionLine(Record):
    """One payee: a person, or where the money goes to a unit or fund that. One line bears what rounding leaves."""

    KIND = Kind(
        "distribution_line",
        "分配明细",
        "Distribution line",
        natural=(("distribution", "role", "person"), ("distribution", "role", "payee")),
        title="role",
    )

    distribution = Ref(Distribution, "收益分配", "Distribution", req="S")
    role = Enum("分配对象", "Role", options=codes.DISTRIBUTION_ROLE, req="S")
    person = Ref(Person, "人员", "Person")
    payee = Ref(Organisation, "单位", "Unit")
    share_pct = Dec("比例", "Share", unit="%")
    amount = Money("金额", "Amount", unit="元", req="F")
    is_residue = Bool("尾差承担行", "Bears the residue", req="S", default=0)
    post_checked = Tri("正职核对", "Post checked", req="F")
    tax_mode = Enum("个税方式", "Tax", options=codes.REWARD_TAX)
    paid_on = DateText("发放日期", "Paid on")


class EquityHolding(Record):
    """Shares that a result was contributed for, and what became of them."""

    KIND = Kind(
        "equity_holding", "作价股权", "Equity holding", natural=(("company", "case"),), title="company",
        order="registered_on",
    )  # fmt: skip

    company = Ref(Organisation, "标的公司", "Company", req="S", aliases=("公司", "企业名称"))
    case = Ref(Case, "案件", "Case", req="S")
    value = Money("作价金额", "Value", unit="万元", req="S", aliases=("金额",))
    total_pct = Dec("占股比例", "Share of the company", unit="%", aliases=("股权比例",))
    unit_pct = Dec("单位持股比例", "Unit's share", unit="%")
    holder = Enum("持有主体", "Holder", options=enums_everyday.EQUITY_HOLDER, req="F")
    contribution = Tags("出资方式", "Contribution", options=enums_everyday.CONTRIBUTION)
    registered_on = DateText("工商登记日期", "Registered on", aliases=("登记日期",))
    separate_listed = Bool("单列管理", "Listed separately")
    disposal = Enum("处置方式", "Disposal", options=enums_everyday.DISPOSAL, req="S", default="held")
    disposed_on = DateText("处置日期", "Disposed on", since="registered_on")
    disposal_amount = Money("处置金额", "Disposed for", unit="万元")
    decided_by = Enum("处置决定方", "Decided by", options=enums_everyday.DECIDED_BY)
    income_tax_mode = Enum("所得税方式", "Income tax", options=enums_everyday.INCOME_TAX_MODE)


class EquityLine(Record):
    KIND = Kind("equity_line", "团队持股明细", "Equity line", natural=(("holding", "person"),), title="person")

    holding = Ref(EquityHolding, "作价股权", "Equity holding", req="S", aliases=("标的公司",))
    person = Ref(Person, "人员", "Person", req="S", aliases=("姓名",))
    share_pct = Dec("持股比例", "Share", unit="%", req="F", aliases=("比例",))


class PersonFlow(Record):
    """A person of a university or institute at a firm, or a student on leave; how long it may last a policy says."""

    KIND = Kind(
        "person_flow", "人才双向流动", "Person in exchange", natural=(("person", "organisation", "starts_on"),),
        title="person",
    )  # fmt: skip

    person = Ref(Person, "人员", "Person", req="S")
    organisation = Ref(Organisation, "企业/单位", "Firm or unit", req="S", aliases=("企业",))
    kind = Enum("流动类别", "Kind", options=codes.PERSON_FLOW, req="F", null=False, aliases=("类别",))
    approved_on = DateText("批准日期", "Approved on", req="F")
    starts_on = DateText("起", "From", req="S", aliases=("开始日期",))
    limit_on = DateText("批准期限", "Approved until", aliases=("到期日期",), since="starts_on")
    returned_on = DateText("返岗日期", "Returned on", since="starts_on")
    paid = Tri("取酬", "Paid")
