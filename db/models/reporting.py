"""Reporting: targets and typed figures, rounds, snapshots, applications, packages, deliveries, submissions, awards."""

from __future__ import annotations

from db import enums
from db import enums_results as codes
from db.fields import Bool, Choice, Code, DateText, Dec, Enum, Int, JsonText, Money, Note, Ref, Stamp, Text, Tri, Year
from db.models.base import Kind, Record
from db.models.parties import Organisation, Person

DELIVERY_STATE = (
    Choice("queued", "待发送", "Waiting to be sent"),
    Choice("created", "已建草稿", "Draft made at the platform"),
    Choice("sending", "发送中", "Sending"),
    Choice("sent", "已送达，待受理", "Sent, not yet accepted"),
    Choice("in_workflow", "审核中", "Under review"),
    Choice("ingested", "已受理", "Accepted"),
    Choice("rejected", "被退回", "Returned"),
    Choice("error", "平台报错", "Platform error"),
    Choice("unknown", "结果未知", "Result unknown"),
    Choice("withdrawn", "已撤回", "Withdrawn"),
    Choice("handed_in_offline", "已线下递交", "Handed in offline"),
)


class Pack(Record):
    """A policy pack the user added; the program's own lie in its resources. The bytes are kept as they came."""

    KIND = Kind("pack", "政策包", "Policy pack", natural=(("digest",),), title="title")

    pack = Text("政策包", "Pack", req="S", index=True)
    title = Text("名称", "Title", req="S")
    digest = Text("摘要", "Digest", req="S", unique=True)
    content = Note("原文", "Text", req="S")
    signature = Note("签名", "Signature")
    signed_by = Text("签名公钥编号", "Signed by key")
    replaces = Text("替换", "Replaces")


class Target(Record):
    """A target of a pack with our own share of it, or (pack and rule blank) one of our own or of a task book.

    A city figure is never shown as our gap. `value` is a figure as typed, in the measure's unit.
    """

    KIND = Kind("target", "目标", "Target", natural=(("pack", "rule", "period"), ("title", "period")), title="title")

    pack = Text("政策包", "Pack")
    rule = Text("条目", "Rule")
    period = Text("期间", "Period", req="S", max_length=40)
    scope = Enum("口径", "Scope", options=enums.TARGET_SCOPE, req="S", default="own")
    own_share = Int("本单位份额", "Own share")
    note = Note("说明", "Note")
    title = Text("目标名称", "Title", search=True)
    measure = Text("数量", "Measure")
    subject = Text("对象", "Subject")
    value = Text("目标值", "Value", max_length=60)
    clause = Text("条款", "Clause")


class TypedMeasure(Record):
    """A figure the store cannot compute, typed in for one subject and period; its proof is an evidence link."""

    KIND = Kind("typed_measure", "填报数", "Typed figure", natural=(("measure", "subject", "period"),), title="measure")

    measure = Text("数量", "Measure", req="S")
    subject = Text("对象", "Subject", req="S")
    period = Text("期间", "Period", req="S", max_length=40)
    value = Text("数值", "Value", req="S", max_length=60)
    note = Note("依据", "Basis", internal=True)


class Round(Record):
    KIND = Kind("round", "申报轮次", "Round", natural=(("title",),), title="title")

    title = Text("通知名称", "Notice", req="S", search=True)
    number = Text("文号", "Number")
    issuer = Text("发文单位", "Issuer", req="F", null=False)
    pack = Text("政策包", "Pack")
    period = Text("期间", "Period", req="S", max_length=40)
    steps = JsonText("步骤与时限", "Steps and deadlines")
    copies = Int("份数", "Copies")
    mail_limit = Int("邮件大小上限", "Mail limit", unit="MB")
    questions = Note("待澄清事项", "Open questions", internal=True)
    issued_on = DateText("发文日期", "Issued on")
    applicant_kind = Enum("申报主体", "Applicants", options=codes.APPLICANT_KIND)
    naming_rule = Text("文件命名规则", "Naming rule", max_length=1000)
    papers = JsonText("材料清单", "Papers")
    templates = JsonText("模板文件", "Templates")
    binding = Text("装订要求", "Binding", max_length=1000)
    contact = Text("联系方式", "Contact", personal=True)
    verified_on = DateText("核对通知日期", "Checked against the notice on")


class Snapshot(Record):
    """A frozen evaluation: canonical JSON that never changes, with the pack's own bytes beside it."""

    KIND = Kind("snapshot", "定稿数据", "Snapshot", natural=(("digest",),), title="title")

    title = Text("名称", "Title", req="S", search=True)
    pack = Text("政策包", "Pack", req="S")
    pack_digest = Text("政策包摘要", "Pack digest", req="S")
    pack_text = Note("政策包原文", "Pack text", req="S")
    subject = Text("对象", "Subject", req="S")
    period = Text("期间", "Period", req="S", max_length=40)
    frozen_at = Stamp("定稿时间", "Frozen at", req="S")
    digest = Text("摘要", "Digest", req="S", unique=True)
    content = Note("内容", "Content", req="S")


class Application(Record):
    """A snapshot with narrative and form; each version keeps the bytes of the PDF it made."""

    KIND = Kind("application", "申报书", "Application", natural=(("snapshot", "form", "version"),), title="title")

    title = Text("名称", "Title", req="S", search=True)
    snapshot = Ref(Snapshot, "定稿数据", "Snapshot", req="S")
    round = Ref(Round, "申报轮次", "Round")
    form = Text("表格", "Form", req="S")
    version = Int("版本", "Version", req="S")
    narrative = JsonText("文字部分", "Narrative")
    content = Note("内容", "Content", req="S")
    pdf_blob = Text("PDF存放名", "PDF stored name", req="S")
    pdf_digest = Text("PDF摘要", "PDF digest", req="S")
    pdf_bytes = Int("PDF字节数", "PDF bytes", req="S")
    pages = Int("页数", "Pages")
    unbound = JsonText("未装订", "Not bound")


class Endpoint(Record):
    KIND = Kind("endpoint", "报送端点", "Endpoint", natural=(("name",),))

    name = Text("名称", "Name", req="S")
    profile = Note("端点档案", "Profile", req="S")
    token = Text("令牌", "Token", max_length=2000, personal=True, internal=True)
    signed = Bool("档案已签名", "Profile signed", req="S", default=0)


class Package(Record):
    """One sealed version of an application; its bytes never change and lie encrypted in the outbox."""

    KIND = Kind("package", "报送包", "Package", natural=(), title="title")

    title = Text("名称", "Title", req="S", search=True)
    application = Ref(Application, "申报书", "Application", req="S")
    recipients = JsonText("接收方公钥", "Recipients")
    sealed_at = Stamp("封装时间", "Sealed at", req="S")
    metadata = JsonText("标签", "Label", req="S")
    inner_digest = Text("内包摘要", "Inner SHA-256", req="S")
    outer_digest = Text("外包摘要", "Outer SHA-256", req="S")
    bytes = Int("字节数", "Bytes", req="S")
    parts = Int("分片数", "Parts", req="S")
    part_bytes = Int("分片大小", "Part size", req="S")
    replaces = Ref("self", "替换", "Replaces")
    audit_head = Text("审计链首", "Audit head", req="S")


class Delivery(Record):
    """One attempt by one way; it owns the sending state."""

    KIND = Kind("delivery", "递送", "Delivery", natural=(), title="state")

    package = Ref(Package, "报送包", "Package", req="S")
    endpoint = Ref(Endpoint, "报送端点", "Endpoint")
    way = Enum("方式", "Way", options=enums.SUBMISSION_WAY, req="S", default="online")
    state = Enum("状态", "State", options=DELIVERY_STATE, req="S", default="queued")
    progress = JsonText("进度", "Progress")
    object_url = Text("对象地址", "Object URL", max_length=2000)
    attempts = Int("次数", "Attempts", req="S", default=0)
    next_try_at = Stamp("下次尝试", "Next try")
    problem = Text("问题", "Problem")
    words = Text("对方答复", "Their words", max_length=4000)
    history = JsonText("经过", "History")
    finished_at = Stamp("完成时间", "Finished at")
    audit_head = Text("回执时的审计链首", "Audit head at receipt")


class Submission(Record):
    """What the office expects: its state is derived from deliveries and returns."""

    KIND = Kind("submission", "报送", "Submission", natural=(), title="what")

    round = Ref(Round, "申报轮次", "Round")
    what = Text("报送内容", "What", req="S")
    way = Enum("方式", "Way", options=enums.SUBMISSION_WAY, req="S", default="online")
    system = Text("系统", "System")
    package = Ref(Package, "报送包", "Package")
    state = Enum("状态", "State", options=enums.SUBMISSION_STATE, req="S", default="draft")
    sent_on = DateText("报送日期", "Sent on")
    receipt_no = Code("受理编号", "Receipt number", code_kind="receipt")
    amount = Money("申请金额", "Amount applied", unit="万元")
    contact = Text("联系人", "Contact", personal=True)
    account_holder = Text("账号保管人", "Account holder", personal=True)


class Award(Record):
    """Money granted for a submission; what it was used for are its lines."""

    KIND = Kind("award", "奖补", "Award", natural=(("doc_no", "submission"),), title="doc_no")

    submission = Ref(Submission, "报送", "Submission", req="S")
    publicised_on = DateText("公示日期", "Publicised on")
    doc_no = Text("文号", "Document number")
    amount_applied = Money("申请金额", "Amount applied", unit="万元")
    amount_granted = Money("核定金额", "Amount granted", unit="万元")
    received_on = DateText("到账日期", "Received on")


class AwardUse(Record):
    KIND = Kind("award_use", "奖补使用", "Use of an award", natural=(), title="kind")

    award = Ref(Award, "奖补", "Award", req="S")
    kind = Enum("用途", "Kind", options=codes.AWARD_USE, req="S")
    person = Ref(Person, "人员", "Person")
    amount = Money("金额", "Amount", unit="万元", req="S")
    used_on = DateText("使用日期", "Used on")
    note = Text("说明", "Note")


class AgencyYear(Record):
    """The yearly self-report of a transfer agency; its four capabilities support its case, they are no condition."""

    KIND = Kind(
        "agency_year", "技术转移机构年度情况", "Agency year", natural=(("unit", "year"),), title="unit", order="year"
    )

    unit = Ref(Organisation, "机构", "Agency", req="S", aliases=("单位",))
    year = Year("年度", "Year", req="S", aliases=("年份",))
    state = Enum("填报状态", "State", options=enums.FIGURE_STATE, req="S", default="draft")
    reported = JsonText("上报值", "Reported values", req="D")
    legal_kind = Enum("机构性质", "Legal kind", options=codes.AGENCY_LEGAL, req="F")
    office_area = Dec("办公面积", "Office area", unit="m²")
    has_website = Tri("有网站", "Has a website")
    has_database = Tri("有数据库", "Has a database")
    staff_total = Int("从业人员", "Staff", unit="人", computed=True)
    master_up = Int("硕士以上", "Master and above", unit="人", computed=True)
    bachelor = Int("本科", "Bachelor", unit="人", computed=True)
    college = Int("大专", "College", unit="人", computed=True)
    senior_title = Int("高级职称", "Senior title", unit="人", computed=True)
    middle_title = Int("中级职称", "Middle title", unit="人", computed=True)
    fulltime = Int("专职人员", "Full-time", unit="人", computed=True)
    brokers = Int("技术经纪人", "Brokers", unit="人", computed=True)
    contracts_promoted = Int("促成技术合同数", "Contracts promoted", unit="项", computed=True)
    amount_promoted = Money("促成合同成交额", "Amount promoted", unit="千元", computed=True)
    tech_amount = Money("促成技术交易额", "Technical amount promoted", unit="千元", computed=True)
    results_traded = Int("交易成果数", "Results traded", unit="项", computed=True)
    results_amount = Money("成果交易额", "Amount of results traded", unit="千元", computed=True)
    people_served = Int("服务人次", "People served", unit="人次", computed=True)
    firms_served = Int("服务企业数", "Firms served", unit="家", computed=True)
    needs_collected = Int("征集需求数", "Needs collected", unit="项", computed=True)
    income_total = Money("总收入", "Total income", unit="千元")
    working_funds = Money("运营经费", "Working funds", unit="千元")
    service_income = Money("技术转移服务收入", "Service income", unit="千元")
    growth = Dec("服务收入增长率", "Growth of service income", unit="%", computed=True, signed=True)
    fiscal_national = Money("国家财政投入", "National funds", unit="千元")
    fiscal_local = Money("地方财政投入", "Local funds", unit="千元")
    self_funded = Money("自筹", "Own funds", unit="千元")
    other_funded = Money("其他投入", "Other funds", unit="千元")
    patent_analysis = Note("高价值专利分析能力", "Analysis of high-value patents")
    online_platform = Note("线上平台", "Online platform")
    offline_team = Note("线下技术经理人团队", "Team of technology managers")
    finance_service = Note("金融服务功能", "Financial services")
    cases_written = Int("典型案例数", "Cases written", unit="个")
