"""Incubation: carriers and their years, firms, tenancies, the 26-item yearly record, what firms hold and raise."""

from __future__ import annotations

from db import enums
from db import enums_everyday as codes
from db.fields import Bool, DateText, Dec, Enum, Int, JsonText, Money, Note, Ref, Text, Tri, Year
from db.models.base import Kind, Record
from db.models.cases import Case
from db.models.parties import Organisation, Person


class Carrier(Record):
    KIND = Kind("carrier", "孵化载体", "Incubation carrier", natural=(("name",),))

    name = Text("载体名称", "Name", req="S", search=True, aliases=("孵化器名称",))
    operator = Ref(Organisation, "运营主体", "Operator", req="S", aliases=("运营单位",))
    carrier_kind = Enum("类型", "Kind", options=enums.CARRIER_KIND, req="F", null=False, aliases=("载体类型",))
    title_level = Enum("认定级别", "Title", options=enums.TITLE_LEVEL)
    title_granted_on = DateText("认定日期", "Title granted on")
    title_doc_no = Text("认定文号", "Title document")
    speciality = Enum("专业领域", "Speciality", options=enums.TECH_FIELD, req="F")
    founded_on = DateText("成立日期", "Founded on", req="F")
    operated_since = DateText("运营起始", "Operated since", req="F")
    address = Text("地址", "Address", max_length=500)
    district = Text("区县", "District")
    hardship_area = Bool("艰苦边远地区", "Hardship area")
    registered_on = DateText("备案日期", "Registered on")
    desks = Int("工位数", "Desks", unit="个")


class CarrierTitle(Record):
    """Every title a carrier was granted; the carrier's own fields tell the one in force."""

    KIND = Kind(
        "carrier_title", "载体资质", "Carrier title", natural=(("carrier", "title_level", "granted_on"),),
        title="title_level", order="granted_on",
    )  # fmt: skip

    carrier = Ref(Carrier, "载体", "Carrier", req="S", aliases=("载体名称",))
    title_level = Enum("认定级别", "Title", options=enums.TITLE_LEVEL, req="S", aliases=("级别", "资质"))
    doc_no = Text("认定文号", "Document", aliases=("文号",))
    issuer = Text("认定部门", "Issuer", aliases=("发文单位",))
    granted_on = DateText("认定日期", "Granted on", req="S", aliases=("认定时间",))
    withdrawn_on = DateText("撤销日期", "Withdrawn on", since="granted_on")


class Room(Record):
    KIND = Kind("room", "房间/工位", "Room", natural=(("carrier", "number"),), title="number", order="number")

    carrier = Ref(Carrier, "载体", "Carrier", req="S", aliases=("载体名称",))
    number = Text("房间号", "Number", req="S", search=True, aliases=("房号", "工位号", "房间/工位", "房间编号"))
    floor = Text("楼层", "Floor")
    area = Dec("面积", "Area", unit="m²", req="F", aliases=("建筑面积", "使用面积"))
    kind = Enum("用途", "Use", options=codes.ROOM_KIND, req="S", default="tenant", aliases=("类型",))
    desks = Int("工位数", "Desks", unit="个")


class CarrierYear(Record):
    KIND = Kind("carrier_year", "载体年度情况", "Carrier year", natural=(("carrier", "year"),), title="year")

    carrier = Ref(Carrier, "载体", "Carrier", req="S")
    year = Year("年度", "Year", req="S")
    state = Enum("填报状态", "State", options=enums.FIGURE_STATE, req="S", default="draft")
    area_total = Dec("场地总面积", "Total area", unit="m²", req="F", form="G7-7e00")
    area_office = Dec("办公面积", "Office area", unit="m²", req="F", form="G7-7e01")
    area_tenant = Dec("在孵企业面积", "Tenant area", unit="m²", req="F", form="G7-7e02")
    area_public = Dec("公共服务面积", "Public service area", unit="m²", req="F", form="G7-7e03")
    area_other = Dec("其他面积", "Other area", unit="m²", req="F", form="G7-7e04")
    desks = Int("工位数", "Desks", unit="个", req="F")
    income_service = Money("综合服务收入", "Service income", unit="千元", req="F", form="G7-7b01")
    income_property = Money("物业收入", "Property income", unit="千元", req="F", form="G7-7b04")
    income_rent = Money("房租收入", "Rent income", unit="千元", req="F")
    income_investment = Money("投资收入", "Investment income", unit="千元", req="F", form="G7-7b02", signed=True)
    income_other = Money("其他收入", "Other income", unit="千元", req="F", form="G7-7b03")
    service_income_separate = Bool("孵化服务收入单独核算", "Service income booked apart", req="F")
    net_profit = Money("净利润", "Net profit", unit="千元", req="F", form="G7-7b10", signed=True)
    tax_paid = Money("上缴税金", "Tax paid", unit="千元", req="F", form="G7-7b11")
    gov_support = Money("财政资助", "Fiscal support", unit="千元", req="F", form="G7-7b15")
    fund_total = Money("孵化资金规模", "Incubation fund", unit="千元", req="F", form="G7-7c60")
    fund_kind = Enum("孵化资金性质", "Fund kind", options=enums.FUND_KIND, req="F")
    staff_total = Int("从业人员", "Staff", unit="人", req="F", form="G7-d00", computed=True)
    staff_professional = Int("专业孵化服务人员", "Professional staff", unit="人", req="F", form="G7-d10", computed=True)
    staff_college_up = Int("大专以上人员", "College and above", unit="人", req="F", form="G7-d11", computed=True)
    mentors = Int("创业导师数", "Mentors", unit="人", computed=True)
    torch_reported_on = DateText("火炬年报上报日", "Torch report on", req="F")
    reported = JsonText("上报值", "Reported values", req="D")
    income_total = Money("总收入", "Total income", unit="千元", form="G7-7b00", computed=True)
    gov_support_national = Money("其中国家计划", "From national plans", unit="千元", req="F", form="G7-7b16")
    invest_fiscal = Money("财政投资", "Fiscal investment", unit="千元", form="G7-7a10")
    invest_firm = Money("企业投资", "Investment by firms", unit="千元", form="G7-7a11")
    invest_social = Money("社会投资", "Social investment", unit="千元", form="G7-7a12")
    invest_other = Money("其他投资", "Other investment", unit="千元", form="G7-7a13")
    fixed_assets_gross = Money("固定资产原值", "Fixed assets, gross", unit="千元", form="G7-7c00")
    fixed_assets_net = Money("固定资产净值", "Fixed assets, net", unit="千元", form="G7-7c10")
    staff_returnee = Int("留学回国人员", "Returnees", unit="人", req="F", form="G7-d12", computed=True)
    tenants = Int("在孵企业数", "Tenants", unit="家", computed=True, aliases=("在孵企业",))
    teams = Int("在孵团队数", "Teams", unit="家", computed=True, aliases=("团队",))
    entered = Int("新入孵企业数", "Entered", unit="家", computed=True, aliases=("当年新入孵",))
    graduated = Int("毕业企业数", "Graduated", unit="家", computed=True, aliases=("当年毕业",))
    left = Int("退出企业数", "Left", unit="家", computed=True, aliases=("当年退出",))
    graduates_total = Int("累计毕业企业数", "Graduates so far", unit="家", computed=True, aliases=("累计毕业",))
    new_from_conversion = Int("通过科技成果转化新孵化企业", "New firms from conversion", unit="家", computed=True)
    events = Int("活动场次", "Events", unit="场", computed=True)
    event_people = Int("活动人次", "People at events", unit="人次", computed=True)
    safety = Note("安全生产情况", "Safety")
    incidents = Int("安全事故数", "Incidents", unit="起")


class Firm(Record):
    """A company or an unregistered team; its id is its organisation's."""

    KIND = Kind("firm", "企业", "Firm", natural=(("uscc",), ("name_key", "region"), ("name_key",)), parent="id")

    id = Ref(Organisation, "单位", "Organisation", primary_key=True, req="S")
    is_team = Bool("尚未注册的团队", "Unregistered team", req="S", default=0)
    founded_on = DateText("成立时间", "Founded on", req="F", form="T26-3", aliases=("成立日期", "注册日期", "注册时间"))
    reg_type = Enum("登记注册类型", "Registration type", options=enums.REG_TYPE, req="F", form="T26-6")
    company_type = Text("企业类型", "Company type", aliases=("公司类型",))
    taxpayer = Enum("纳税人类型", "Taxpayer", options=enums.TAXPAYER, req="F", form="T26-8")
    reg_capital = Money(
        "注册资本",
        "Registered capital",
        unit="千元",
        req="F",
        form="T26-18",
        currency="reg_capital_currency",
        raw="reg_capital_raw",
        aliases=("注册资金", "注册资本金"),
    )
    reg_capital_currency = Text("注册资本币种", "Capital currency", max_length=3)
    reg_capital_raw = Text("注册资本原文", "Capital as written")
    founder = Ref(Person, "主要负责人", "Founder", req="F", form="T26-13")
    founder_feature = Enum("负责人创业特征", "Founder feature", options=enums.FOUNDER_FEATURE, req="F", form="T26-13")
    serial_founder = Tri("连续创业者", "Serial founder", req="F", form="T26-14")
    field_extension = Enum("适用延长孵化的领域", "Extension field", options=enums.FIELD_EXTENSION)
    from_conversion = Bool("科技成果转化企业", "Firm from conversion")
    cq_tech_firm_no = Text("重庆市科技型企业入库编号", "City technology-firm number", req="F")
    head = Text("单位负责人", "Head", req="F", form="T26-26", personal=True)
    stat_head = Text("统计负责人", "Statistics head", req="F", form="T26-26", personal=True)
    form_filler = Text("填表人", "Form filler", req="F", form="T26-26", personal=True)
    filler_phone = Text("填表人电话", "Filler's phone", req="F", form="T26-26", personal=True, masked="phone")
    main_product = Note("主营产品/服务", "Main product", aliases=("主营产品", "主要产品"), search=True)
    business_scope = Note("经营范围", "Business scope", search=True)
    conversion_case = Ref(Case, "转化依据案件", "Case it comes from")
    university_link = Ref(Organisation, "依托高校", "University it leans on")
    campus_circle = Text("环大学创新生态圈", "Campus circle")


class Tenancy(Record):
    KIND = Kind("tenancy", "入驻", "Tenancy", natural=(("firm", "carrier", "entered_on"),), title="firm")

    firm = Ref(Firm, "企业", "Firm", req="S", aliases=("企业名称",))
    carrier = Ref(Carrier, "载体", "Carrier", req="S", aliases=("孵化器", "载体名称"))
    status = Enum("状态", "Status", options=enums.TENANCY_STATUS, req="F", null=False, aliases=("入驻状态",))
    applied_on = DateText("申请日期", "Applied on")
    reviewed_on = DateText("评审日期", "Reviewed on", since="applied_on")
    review_note = Note("评审意见", "Review note")
    entered_on = DateText("入驻时间", "Entered on", req="F", form="T26-4", aliases=("入驻日期", "入孵时间"))
    agreement_no = Text("孵化/租赁协议", "Agreement number", req="F")
    lease_from = DateText("协议起", "Lease from", req="F")
    lease_to = DateText("协议止", "Lease to", req="F", since="lease_from")
    rooms = JsonText("房间", "Rooms", req="F")
    area = Dec("占用面积", "Area", unit="m²", req="F", form="T26-17", computed=True, aliases=("面积", "租用面积"))
    reg_address_inside = Tri("注册地址在载体内", "Registered inside", req="F")
    rd_inside = Tri("研发办公在载体内", "R&D inside", req="F")
    graduated_on = DateText("毕业时间", "Graduated on", req="F", form="T26-11", since="entered_on")
    graduation_ground = Enum("毕业条件", "Graduation ground", options=enums.GRADUATION_GROUND, req="F")
    stays_on = Bool("毕业后仍在园", "Stays on")
    left_on = DateText("退出日期", "Left on", req="F", since="entered_on")
    exit_reason = Enum("退出原因", "Exit reason", options=enums.EXIT_REASON, req="F")
    moved_to = Text("去向", "Moved to")


class TenancyArea(Record):
    """What a stay occupied from when to when, a row for each room or, without rooms, for each change of the area."""

    KIND = Kind(
        "tenancy_area", "占用面积变动", "Area of a stay", natural=(("tenancy", "room", "starts_on"),), title="tenancy",
        order="starts_on",
    )  # fmt: skip

    tenancy = Ref(Tenancy, "入驻", "Tenancy", req="S", aliases=("企业", "企业名称"))
    room = Ref(Room, "房间", "Room", aliases=("房间号", "房号"))
    area = Dec("面积", "Area", unit="m²", req="S", aliases=("占用面积", "租用面积"))
    starts_on = DateText("起", "From", req="S", aliases=("开始日期", "起租日期"))
    ends_on = DateText("止", "To", aliases=("结束日期", "退租日期"), since="starts_on")


class FirmYear(Record):
    """The torch record of a firm for a year; the firm's own items and the figures are copied when it is reported."""

    KIND = Kind("firm_year", "企业年度数据", "Firm year", natural=(("firm", "year"),), title="firm", order="year")

    firm = Ref(Firm, "企业", "Firm", req="S", aliases=("企业名称",))
    year = Year("年度", "Year", req="S", aliases=("年份",))
    state = Enum("填报状态", "State", options=enums.FIGURE_STATE, req="S", default="draft")
    reported = JsonText("上报值", "Reported values", req="D")
    profile = JsonText("当年档案（1–8、12–15项）", "Profile of the year", req="D", form="T26-1")
    mentor_link = Tri("与创业导师建立辅导关系", "Mentor link", form="T26-9", computed=True)
    graduated = Tri("是否毕业", "Graduated", form="T26-10", computed=True)
    graduated_on = DateText("毕业时间", "Graduated on", form="T26-11", computed=True)
    high_tech = Tri("高新技术企业", "High-tech enterprise", form="T26-12", computed=True)
    tech_sme = Tri("科技型中小企业", "Technology SME", form="T26+", computed=True)
    investment_received = Money("获得天使/风险投资额", "Angel or venture capital", unit="千元", req="F", form="T26-16")
    area = Dec("占用场地面积", "Area", unit="m²", form="T26-17", computed=True)
    reg_capital_at_founding = Money("成立时注册资本", "Capital at founding", unit="千元", req="F", form="T26-18")
    revenue = Money("总收入", "Revenue", unit="千元", req="F", form="T26-19", aliases=("营业收入", "营业总收入"))
    industrial_output = Money("工业总产值", "Industrial output", unit="千元", form="T26+")
    net_profit = Money("净利润", "Net profit", unit="千元", req="F", form="T26-20", signed=True)
    export_total = Money("出口总额", "Exports", unit="千元", req="F", form="T26-21")
    import_total = Money("进口总额", "Imports", unit="千元", req="F", form="T26-21")
    rd_spend = Money(
        "R&D经费支出", "R&D spending", unit="千元", req="F", form="T26-22", aliases=("研发投入", "研发费用")
    )
    tech_spend = Money("科技活动经费", "S&T spending", unit="千元", form="T26+")
    new_product_spend = Money("新产品开发经费", "New-product spending", unit="千元", form="T26+")
    spend_gov = Money("政府拨款", "From government", unit="千元", form="T26+")
    spend_self = Money("自筹", "Own funds", unit="千元", form="T26+")
    tax_paid = Money("实际上缴税费", "Tax paid", unit="千元", req="F", form="T26-23", aliases=("上缴税金",))
    staff = Int("从业人员", "Staff", unit="人", req="F", form="T26-24", aliases=("从业人员数", "员工人数"))
    staff_phd = Int("博士", "PhD", unit="人", req="F", form="T26-24")
    staff_master = Int("硕士", "Master", unit="人", form="T26+")
    staff_bachelor = Int("本科", "Bachelor", unit="人", form="T26+")
    staff_college = Int("大专", "College", unit="人", form="T26+")
    staff_secondary = Int("中专", "Secondary", unit="人", form="T26+")
    staff_college_up = Int("大专以上", "College and above", unit="人", req="F", form="T26-24")
    staff_returnee = Int("留学回国", "Returnees", unit="人", req="F", form="T26-24")
    staff_talent = Int("人才计划", "Talent programmes", unit="人", req="F", form="T26-24")
    fresh_graduates = Int("吸纳应届毕业生", "Fresh graduates", unit="人", req="F", form="T26-24")
    interns = Int("实习人员", "Interns", unit="人", form="T26+")
    staff_tech = Int("科技活动人员", "S&T staff", unit="人", form="T26+")
    staff_rd = Int("R&D人员", "R&D staff", unit="人", form="T26+")
    ip_applied = Int("当年申请知识产权", "IP applied", unit="件", req="F", form="T26-25")
    ip_applied_invention = Int("当年申请发明专利", "Inventions applied", unit="件", req="F", form="T26-25")
    ip_granted = Int("当年授权知识产权", "IP granted", unit="件", req="F", form="T26-25")
    ip_granted_invention = Int("当年授权发明专利", "Inventions granted", unit="件", req="F", form="T26-25")
    ip_valid = Int("有效知识产权", "Valid IP", unit="件", req="F", form="T26-25", aliases=("拥有有效知识产权数",))
    ip_valid_invention = Int("有效发明专利", "Valid inventions", unit="件", req="F", form="T26-25")
    ip_software = Int("软件著作权", "Software copyrights", unit="件", req="F", form="T26-25")
    ip_plant = Int("植物新品种", "Plant varieties", unit="件", req="F", form="T26-25")
    ip_layout = Int("集成电路布图", "IC layouts", unit="件", req="F", form="T26-25")
    foreign_patents_bought = Int("购买国外专利", "Foreign patents bought", unit="件", req="F", form="T26-25")
    contracts = Int("技术合同交易数量", "Technology contracts", unit="项", req="F", form="T26-25")
    contract_amount = Money("技术合同交易额", "Contract amount", unit="千元", req="F", form="T26-25")
    national_projects = Int("国家级科技计划项目", "National projects", unit="项", req="F", form="T26-25")
    projects_total = Int("各类计划项目", "All projects", unit="项", req="F", form="T26-25")
    awards_provincial = Int("省级以上奖励", "Provincial awards", unit="项", req="F", form="T26-25")
    contest_awards = Int("参赛获奖", "Contest awards", unit="项", form="T26+")
    sales = Money("销售收入", "Sales", unit="千元")
    total_assets = Money("资产总额", "Total assets", unit="千元")
    total_cost = Money("成本费用", "Total cost", unit="千元")
    explanation = JsonText("异常说明", "Explanations")
    filled_by = Text("填表人", "Filled in by", req="F", form="T26-26", personal=True)
    confirmed_by = Text("核对人", "Checked by", req="F", personal=True)


class FirmQuarter(Record):
    KIND = Kind(
        "firm_quarter", "企业季度数据", "Firm quarter", natural=(("firm", "year", "quarter", "basis"),), title="firm",
        order="year",
    )  # fmt: skip

    firm = Ref(Firm, "企业", "Firm", req="S", aliases=("企业名称",))
    year = Year("年度", "Year", req="S", aliases=("年份",))
    quarter = Enum("季度", "Quarter", options=codes.QUARTER, req="S")
    basis = Enum("统计口径", "Basis", options=codes.FIGURE_BASIS, req="S", default="cumulative", aliases=("口径",))
    state = Enum("填报状态", "State", options=enums.FIGURE_STATE, req="S", default="draft")
    reported = JsonText("上报值", "Reported values", req="D")
    revenue = Money("总收入", "Revenue", unit="千元", aliases=("营业收入", "营业总收入"))
    industrial_output = Money("工业总产值", "Industrial output", unit="千元")
    net_profit = Money("净利润", "Net profit", unit="千元", signed=True)
    tax_paid = Money("实际上缴税费", "Tax paid", unit="千元", aliases=("上缴税金",))
    rd_spend = Money("R&D经费支出", "R&D spending", unit="千元", aliases=("研发投入", "研发费用"))
    staff = Int("从业人员", "Staff", unit="人", aliases=("从业人员数", "员工人数"))
    fresh_graduates = Int("吸纳应届毕业生", "Fresh graduates", unit="人", aliases=("应届毕业生",))
    ip_applied = Int("申请知识产权", "IP applied", unit="件")
    ip_granted = Int("授权知识产权", "IP granted", unit="件")
    investment_received = Money("获得天使/风险投资额", "Angel or venture capital", unit="千元", aliases=("获得投资额",))
    contracts = Int("技术合同交易数量", "Technology contracts", unit="项")
    contract_amount = Money("技术合同交易额", "Contract amount", unit="千元")


class Qualification(Record):
    KIND = Kind("qualification", "资质", "Qualification", natural=(("firm", "q_kind", "issued_on"),), title="q_kind")

    firm = Ref(Firm, "企业", "Firm", req="S", aliases=("企业名称",))
    q_kind = Enum("资质类别", "Kind", options=enums.QUALIFICATION, req="S", aliases=("资质",))
    number = Text("证书编号", "Number")
    issued_on = DateText("发证日期", "Issued on", req="S")
    valid_until = DateText("有效期至", "Valid until", req="F", since="issued_on")
    issuer = Text("发证机关", "Issuer")
    product = Text("产品", "Product")
    case = Ref(Case, "案件", "Case")


class FundingEvent(Record):
    KIND = Kind(
        "funding_event", "投融资", "Funding event", natural=(("firm", "f_kind", "paid_on", "amount"),), title="firm"
    )

    firm = Ref(Firm, "企业", "Firm", req="S", aliases=("企业名称",))
    f_kind = Enum("融资类别", "Kind", options=enums.FUNDING_KIND, req="F", null=False)
    investor = Text("投资方", "Investor")
    is_own_fund = Bool("本载体自有/合作资金", "Own or joint fund", req="F")
    amount = Money("金额", "Amount", unit="万元", req="F", currency="currency", aliases=("融资金额", "投资金额"))
    currency = Text("币种", "Currency", max_length=3)
    signed_on = DateText("签约日期", "Signed on")
    paid_on = DateText("实缴到位", "Paid on", req="F", aliases=("到位日期",))
    registered_on = DateText("工商确权", "Registered on", req="F")
    share_pct = Dec("股权比例", "Share", unit="%")
    case = Ref(Case, "案件", "Case")
