"""How a case is shown, by declaration: its tabs, and the contracts, prices, rights and holdings with tabs inside."""

from __future__ import annotations

from desktop.pages.cases.amendments import Amendments
from desktop.pages.cases.nested import About, Contracts, nested
from desktop.pages.cases.progress import Milestones
from desktop.pages.cases.receipts import Receipts
from desktop.pages.cases.tabs import Brokers, CaseDeadlines, Checks, Distributions, PricingDuties, Proof
from desktop.pages.cases.timeline import Timeline
from desktop.pages.records import FORM, Sheet, child, tab
from policy.i18n import mark

CONTRACT = Sheet(
    "contract",
    new=mark("新合同"),
    columns=("name", "own_no", "registry_state", "signed_on", "amount_total", "amount_tech", "buyer"),
    form_title=mark("登记表信息"),
    profile=(
        "name", "own_no", "case", "parent", "contract_class", "payment_mode",
        "seller", "buyer", "third_party", "signed_on", "signed_at", "valid_from", "valid_to", "text_kind",
        "amount_total", "amount_formula", "nontech_cost", "vat_exempt", "new_investment", "new_output",
        "registry_state", "registry_no", "registry", "applied_on", "registered_on", "confidential_contract",
        "is_import_export",
        "tech_field", "ip_types", "plan_source", "goal", "industry_served",
        "use_from", "pay_due", "pay_trigger", "pay_triggered_on",
        "invest_amount", "convert_due", "convert_trigger", "convert_rule", "converted_on", "warrant",
        "terminated_on", "termination_reason",
    ),
    headings={
        "name": mark("合同"),
        "seller": mark("当事人与签订"),
        "amount_total": mark("金额（技术交易额由成交额减非技术性费用得出）"),
        "registry_state": mark("认定登记"),
        "tech_field": mark("登记表分类"),
        "use_from": mark("先使用后付费"),
        "invest_amount": mark("先投后股与认股权"),
        "terminated_on": mark("解除/终止"),
    },
    head=("name",),
    code="registry_no",
    state="registry_state",
    states={"registered": "good", "accepted": "busy", "returned": "warn", "refused": "bad", "cancelled": "bad"},
    tabs=(
        FORM,
        child("instalment", "contract", ("no", "due_on", "amount", "condition", "written_off_on"), mark("应收")),
        tab(mark("补充协议"), Amendments, {"contract_amendment": ("contract",)}, name="contract_amendment"),
        child("contract_cost", "contract", ("kind", "amount", "note"), mark("非技术性费用")),
        child("contract_ip", "contract", ("ip_right",), mark("知识产权")),
        tab(mark("促成证明"), Proof, {"brokerage": ("contract",)}, name="proof"),
        tab(mark("核对"), Checks, name="checks"),
    ),
)  # fmt: skip
PRICING = Sheet(
    "pricing",
    new=mark("新定价"),
    columns=("route", "method", "proposed_price", "final_price", "meeting_on"),
    tabs=(
        FORM,
        tab(mark("应办事项"), PricingDuties, name="duties"),
        tab(
            mark("公示"),
            lambda ops, desk: About(
                ops, desk, "publication", "subject", ("kind", "place", "starts_on", "ends_on", "objections"), "pricing"
            ),
            name="publication",
        ),
    ),
)
GRANT = Sheet(
    "grant",
    new=mark("新赋权"),
    columns=("achievement", "kind", "granted_on", "started_on", "use_until"),
    tabs=(FORM, child("grantee", "grant", ("person", "share_pct"), mark("被赋权人"))),
)
EQUITY = Sheet(
    "equity_holding",
    new=mark("新作价股权"),
    columns=("company", "value", "total_pct", "holder", "registered_on", "disposal"),
    state="disposal",
    states={"held": "good", "written_off": "bad"},
    headings={"company": mark("作价"), "holder": mark("持有"), "disposal": mark("处置与退出")},
    profile=(
        "company", "case", "value", "total_pct", "unit_pct", "contribution",
        "holder", "registered_on", "separate_listed", "income_tax_mode",
        "disposal", "disposed_on", "disposal_amount", "decided_by",
    ),
    tabs=(FORM, child("equity_line", "holding", ("person", "share_pct"), mark("团队持股明细"))),
)  # fmt: skip

_INSIDE_CONTRACT = ("instalment", "contract_amendment", "contract_cost", "contract_ip", "brokerage")

CASE = Sheet(
    "case",
    new=mark("新案件"),
    columns=("no", "title", "track", "stage", "outcome", "estimate", "next_on", "next_action"),
    head=("no", "title"),
    code="stage",
    state="outcome",
    states={"open": "busy", "won": "good", "lost": "unknown", "terminated": "bad"},
    profile=(
        "no", "title", "classified", "track", "mode", "mechanisms", "opened_on", "archive_no",
        "next_action", "next_on", "estimate", "probability", "origin_kind", "origin_event",
        "is_local", "local_basis", "related_party", "nda_on", "substantive_start", "start_kind",
    ),
    headings={
        "no": mark("案件"),
        "next_action": mark("下一步与线索"),
        "is_local": mark("属地、关联与启动"),
    },
    tabs=(
        tab(mark("过程记录"), Timeline, {"case_log": ("case",)}, name="log"),
        tab(mark("里程碑"), Milestones, {"case_milestone": ("case",)}, name="milestones"),
        FORM,
        child("case_party", "case", ("party", "role", "contact", "starts_on", "ends_on"), mark("当事人")),
        tab(mark("经纪人"), Brokers, {"case_broker": ("case",)}, name="case_broker"),
        child("case_achievement", "case", ("achievement",), mark("成果")),
        child("case_need", "case", ("need",), mark("需求")),
        tab(mark("定价"), nested(PRICING), {"pricing": ("case",)}, name="pricing"),
        tab(mark("赋权"), nested(GRANT), {"grant": ("case",), "grantee": ("grant", "case")}, name="grant"),
        tab(
            mark("合同"),
            lambda ops, desk: Contracts(ops, desk, CONTRACT),
            {"contract": ("case",), **dict.fromkeys(_INSIDE_CONTRACT, ("contract", "case"))},
            name="contract",
        ),
        tab(mark("到账"), Receipts, {"receipt": ("contract", "case")}, name="receipt"),
        tab(mark("分配"), Distributions, name="distribution"),
        tab(
            mark("股权"),
            nested(EQUITY),
            {"equity_holding": ("case",), "equity_line": ("holding", "case")},
            name="equity_holding",
        ),
        tab(mark("期限"), CaseDeadlines, name="deadlines"),
    ),
    empty=(mark("还没有案件"), mark("从一条线索开始：建一个案件，之后每次联系用“快速记录”补上。")),
)  # fmt: skip
