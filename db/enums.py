"""The enumerations of the records: stable ASCII codes beside their Chinese and English labels (data dictionary, 10)."""

from __future__ import annotations

from db.fields import Choice


def _c(code: str, zh: str, en: str, *aliases: str) -> Choice:
    return Choice(code, zh, en, aliases)


ORG_KIND = (
    _c("firm", "企业", "Firm", "公司"),
    _c("team", "创业团队", "Start-up team", "团队"),
    _c("university", "高等院校", "University", "高校", "大学"),
    _c("institute", "科研院所", "Research institute"),
    _c("hospital", "医疗卫生机构", "Medical institution", "医院"),
    _c("agency", "技术转移机构", "Technology-transfer agency"),
    _c("carrier_operator", "孵化载体运营机构", "Incubator operator"),
    _c("investor", "投资机构", "Investor"),
    _c("valuer", "评估机构", "Valuation body"),
    _c("law_ip", "律师/专利代理机构", "Law or patent firm"),
    _c("government", "政府部门", "Government body"),
    _c("association", "行业协会/社团", "Association"),
    _c("natural_person", "自然人", "Natural person"),
    _c("other", "其他", "Other"),
)

AFFILIATION = (
    _c("municipal", "市属", "Municipal"),
    _c("central", "中央在渝", "Central, in Chongqing"),
    _c("district", "区县属", "District"),
    _c("private", "民办", "Private"),
    _c("outside", "市外", "Outside the city"),
    _c("abroad", "境外", "Abroad"),
)

CARRIER_KIND = (
    _c("comprehensive", "综合孵化器", "Comprehensive incubator", "综合"),
    _c("professional", "专业孵化器", "Professional incubator", "专业"),
    _c("makerspace", "众创空间", "Makerspace"),
    _c("accelerator", "加速器", "Accelerator"),
    _c("science_park", "大学科技园", "University science park"),
    _c("campus_circle", "环大学创新生态圈", "Campus innovation circle"),
    _c("poc_centre", "概念验证中心", "Proof-of-concept centre"),
    _c("pilot_base", "中试基地", "Pilot-scale base"),
    _c("other", "其他", "Other"),
)

TITLE_LEVEL = (
    _c("national_2018", "国家级（2018办法）", "National (2018 measures)", "国家级"),
    _c("standard", "标准级", "Standard level"),
    _c("excellent", "卓越级", "Excellent level"),
    _c("municipal", "市级", "Municipal"),
    _c("district", "区县级", "District"),
    _c("registered", "备案", "Registered"),
    _c("none", "无", "None"),
)

TENANCY_STATUS = (
    _c("applied", "申请中", "Applied", "申请"),
    _c("reviewed", "评审通过", "Review passed"),
    _c("incubating", "在孵", "Incubating", "在孵企业"),
    _c("graduated", "毕业", "Graduated", "已毕业"),
    _c("left", "退出", "Left", "已退出"),
    _c("dissolved", "注销", "Dissolved", "已注销"),
    _c("rejected", "未通过", "Rejected"),
)

EXIT_REASON = (
    _c("term_over", "期满未毕业", "Term over, not graduated"),
    _c("moved", "迁出", "Moved out"),
    _c("removed", "清退", "Removed"),
    _c("dissolved", "注销", "Dissolved"),
    _c("acquired", "被并购", "Acquired"),
    _c("other", "其他", "Other"),
)

GRADUATION_GROUND = (
    _c("high_tech", "高新技术企业", "High-tech enterprise"),
    _c("funding", "累计获投超过门槛", "Funding above the threshold"),
    _c("revenue", "连续两年营收超过门槛", "Two-year revenue above the threshold"),
    _c("acquired", "被兼并收购", "Merged or acquired"),
    _c("listed", "挂牌上市", "Listed"),
)

TECH_FIELD = (
    _c("it", "电子信息", "Electronics and IT"),
    _c("manufacturing", "先进制造", "Advanced manufacturing"),
    _c("aerospace", "航空航天", "Aerospace"),
    _c("transport", "现代交通", "Transport"),
    _c("biomedicine", "生物医药与医疗器械", "Biomedicine and devices", "生物医药"),
    _c("materials", "新材料", "New materials"),
    _c("energy", "新能源与节能", "Energy", "新能源"),
    _c("environment", "环境保护", "Environment"),
    _c("earth_ocean", "地球空间与海洋", "Earth, space and ocean"),
    _c("nuclear", "核应用技术", "Nuclear technology"),
    _c("agriculture", "现代农业", "Agriculture"),
    _c("other", "其他", "Other"),
)

REG_TYPE = (
    _c("d_state", "内资-国有", "Domestic: state-owned", "国有"),
    _c("d_collective", "内资-集体", "Domestic: collective", "集体"),
    _c("d_coop_shares", "内资-股份合作", "Domestic: share cooperative", "股份合作"),
    _c("d_private", "内资-私营", "Domestic: private", "私营"),
    _c("d_joint_stock", "内资-股份有限", "Domestic: joint-stock", "股份有限公司", "股份有限"),
    _c("d_limited", "内资-有限责任", "Domestic: limited liability", "有限责任公司", "有限责任"),
    _c("d_associated", "内资-联营", "Domestic: associated", "联营"),
    _c("hmt_joint", "港澳台-合资", "HK/Macao/Taiwan: joint venture"),
    _c("hmt_coop", "港澳台-合作", "HK/Macao/Taiwan: cooperative"),
    _c("hmt_sole", "港澳台-独资", "HK/Macao/Taiwan: sole"),
    _c("hmt_joint_stock", "港澳台-股份有限", "HK/Macao/Taiwan: joint-stock"),
    _c("f_joint", "外资-中外合资", "Foreign: joint venture", "中外合资"),
    _c("f_coop", "外资-中外合作", "Foreign: cooperative", "中外合作"),
    _c("f_sole", "外资-独资", "Foreign: sole", "外商独资"),
    _c("f_joint_stock", "外资-股份有限", "Foreign: joint-stock"),
)

TAXPAYER = (
    _c("general", "一般纳税人", "General", "一般"),
    _c("small", "小规模纳税人", "Small-scale", "小规模"),
)

FOUNDER_FEATURE = (
    _c("student", "大学生创业", "Student founder"),
    _c("university_staff", "高校院所科技人员创业", "University researcher"),
    _c("returnee", "留学人员创业", "Returnee"),
    _c("executive", "大企业高管离职创业", "Former executive"),
    _c("other", "其他", "Other"),
)

FIELD_EXTENSION = (
    _c("none", "无", "None"),
    _c("biomedicine", "生物医药", "Biomedicine"),
    _c("agriculture", "现代农业", "Modern agriculture"),
    _c("ic", "集成电路", "Integrated circuits"),
)

QUALIFICATION = (
    _c("high_tech", "高新技术企业", "High-tech enterprise", "高企"),
    _c("tech_sme", "科技型中小企业", "Technology SME"),
    _c("cq_tech_firm", "重庆市科技型企业", "Chongqing technology firm"),
    _c("innovative_sme", "创新型中小企业", "Innovative SME"),
    _c("specialised", "专精特新", "Specialised SME"),
    _c("little_giant", "专精特新“小巨人”", "Little giant"),
    _c("ip_advantage", "知识产权优势企业", "IP advantage firm"),
    _c("gazelle", "瞪羚", "Gazelle"),
    _c("above_scale", "规上企业", "Above designated size"),
    _c("first_set", "首台（套）重大技术装备", "First-of-a-kind equipment"),
    _c("good_product", "成果转化好产品", "Good conversion product"),
    _c("other", "其他", "Other"),
)

FUNDING_KIND = (
    _c("angel", "天使", "Angel"),
    _c("venture", "创投", "Venture capital"),
    _c("incubation_fund", "孵化资金（自有/合作）", "Incubation fund (own or joint)"),
    _c("seed_fund", "种子基金（公益参股）", "Seed fund"),
    _c("conversion_fund", "科技成果转化基金", "Conversion fund"),
    _c("guidance_fund", "政府引导基金", "Government guidance fund"),
    _c("bank_loan", "银行贷款", "Bank loan"),
    _c("ip_pledge", "知识产权质押", "IP pledge"),
    _c("loan_insurance", "贷款+保险", "Loan with insurance"),
    _c("loan_guarantee", "贷款+担保", "Loan with guarantee"),
    _c("debt_equity", "债权+股权", "Debt and equity"),
    _c("bond", "债券/证券化", "Bond or securitisation"),
    _c("fiscal", "财政资助", "Fiscal support"),
    _c("listing", "挂牌上市", "Listing"),
    _c("merger", "并购", "Merger or acquisition"),
)

ORG_CATEGORY = (
    _c("university", "高校", "University", "高等院校"),
    _c("institute", "科研院所", "Research institute"),
    _c("firm", "企业", "Firm"),
    _c("agency", "技术转移机构", "Technology-transfer agency"),
    _c("carrier", "孵化载体", "Incubator"),
    _c("investor", "投资机构", "Investor"),
    _c("government", "政府", "Government"),
    _c("other", "其他", "Other"),
)

ID_KIND = (
    _c("cid", "居民身份证", "Citizen ID", "身份证"),
    _c("passport", "护照", "Passport"),
    _c("permit", "港澳台居民证件", "HK/Macao/Taiwan permit"),
    _c("other", "其他", "Other"),
)

GENDER = (_c("f", "女", "Female"), _c("m", "男", "Male"))

ADMIN_POST = (
    _c("none", "无", "None"),
    _c("deputy", "有（非正职）", "Yes, not the head"),
    _c("head", "单位正职", "Head of the unit", "正职"),
)

CASE_TRACK = (
    _c("supply", "成果转化", "Supply: conversion of a result"),
    _c("demand", "需求对接", "Demand: a firm's need"),
    _c("equity", "作价投资", "Equity contribution"),
    _c("poc", "概念验证与中试", "Proof of concept and pilot"),
)

MODE = (
    _c("transfer", "转让", "Transfer"),
    _c("exclusive_licence", "独占许可", "Exclusive licence"),
    _c("sole_licence", "排他许可", "Sole licence"),
    _c("licence", "普通许可", "Ordinary licence"),
    _c("open_licence", "开放许可", "Open licence"),
    _c("equity", "作价投资", "Equity contribution"),
    _c("self_use", "自行实施", "Own use"),
    _c("joint_use", "合作实施", "Joint use"),
    _c("commissioned_development", "技术开发（委托）", "Commissioned development"),
    _c("joint_development", "技术开发（合作）", "Joint development"),
    _c("consulting", "技术咨询", "Consulting"),
    _c("service", "技术服务", "Service"),
)

MECHANISM = (
    _c("use_then_pay", "先使用后付费", "Use first, pay later"),
    _c("invest_then_equity", "先投后股", "Invest first, equity later"),
    _c("right_for_equity", "以权代股", "Right in place of equity"),
    _c("benefit_assignment", "权益让渡", "Assignment of benefits"),
    _c("benefit_agreement", "权益约定", "Agreed benefits"),
    _c("granted_ownership", "赋权所有权", "Granted ownership"),
    _c("granted_use", "赋权长期使用权", "Granted long-term use"),
    _c("separate_listing", "单列管理", "Separate listing"),
    _c("patent_warrant", "专利产业化+认股权", "Patent industrialisation with warrant"),
    _c("result_and_cash", "作价入股+出资入股", "Result and cash for equity"),
    _c("patent_pool", "专利池/交叉许可", "Patent pool or cross-licence"),
)

CASE_OUTCOME = (
    _c("open", "进行中", "Open"),
    _c("won", "成交", "Won"),
    _c("lost", "未成交", "Lost"),
    _c("paused", "暂缓", "Paused"),
    _c("terminated", "解除", "Terminated"),
    _c("handed_over", "移交", "Handed over"),
    _c("withdrawn", "撤回", "Withdrawn"),
)

PARTY_ROLE = (
    _c("owner", "成果单位", "Owner of the result"),
    _c("inventors", "完成人团队", "Inventor team"),
    _c("buyer", "需求方/受让方", "Buyer", "需求方", "受让方"),
    _c("investor", "投资方", "Investor"),
    _c("broker", "中介（本机构）", "Broker (us)"),
    _c("co_broker", "合作中介", "Co-broker"),
    _c("valuer", "评估机构", "Valuation body"),
    _c("law_ip", "法务/专利代理", "Legal or patent agent"),
    _c("pilot", "中试/检测平台", "Pilot or testing platform"),
    _c("authority", "主管部门", "Competent department"),
    _c("other", "其他", "Other"),
)

BROKER_ROLE = (_c("lead", "主办", "Lead"), _c("support", "协办", "Support"))

LOG_KIND = (
    _c("visit", "走访", "Visit"),
    _c("phone", "电话", "Phone"),
    _c("wechat", "微信", "WeChat"),
    _c("mail", "邮件", "E-mail"),
    _c("meeting", "会议", "Meeting"),
    _c("roadshow", "路演", "Roadshow"),
    _c("site_visit", "实地考察", "Site visit"),
    _c("sample_test", "送样测试", "Sample test"),
    _c("negotiation", "商务谈判", "Negotiation"),
    _c("internal_review", "内部会审", "Internal review"),
    _c("publicity", "公示", "Publicity"),
    _c("signing", "签约", "Signing"),
    _c("invoice", "开票", "Invoice"),
    _c("receipt", "到账", "Money received"),
    _c("other", "其他", "Other"),
)

LOCAL_BASIS = (
    _c("buyer_registered", "买方注册地", "Buyer registered here"),
    _c("place_of_use", "实施地", "Place of use"),
    _c("agreed", "双方约定", "Agreed by the parties"),
)

CONTRACT_CLASS = (
    _c("commissioned_development", "委托开发", "Commissioned development"),
    _c("joint_development", "合作开发", "Joint development"),
    _c("transfer", "技术转让", "Transfer", "转让"),
    _c("licence", "技术许可", "Licence", "许可"),
    _c("consulting", "技术咨询", "Consulting"),
    _c("service", "技术服务", "Service"),
    _c("training", "技术培训", "Training"),
    _c("intermediation", "技术中介", "Intermediation"),
)

REGISTRY_STATE = (
    _c("none", "未申请", "Not applied"),
    _c("accepted", "受理", "Accepted"),
    _c("returned", "补正", "Returned"),
    _c("registered", "已登记", "Registered"),
    _c("refused", "不予登记", "Refused"),
    _c("changed", "变更", "Changed"),
    _c("cancelled", "注销", "Cancelled"),
)

PAYMENT_MODE = (
    _c("once", "一次总付", "Lump sum"),
    _c("instalments", "分期支付", "Instalments"),
    _c("royalty", "提成", "Royalty"),
    _c("entry_royalty", "入门费加提成", "Entry fee and royalty"),
    _c("equity", "股权", "Equity"),
    _c("use_then_pay", "先使用后付费", "Use first, pay later"),
)

RECEIPT_KIND = (
    _c("cash", "现金", "Cash", "转账", "银行转账"),
    _c("bank_draft", "银行承兑", "Bank draft"),
    _c("equity", "股权", "Equity"),
    _c("in_kind", "实物", "In kind"),
)

ESCORT_KIND = (
    _c("technology_manager", "技术经理人", "Technology manager"),
    _c("professional_manager", "职业经理人", "Professional manager"),
    _c("investment_manager", "投资经理人", "Investment manager"),
    _c("incubator_manager", "孵化器管理人", "Incubator manager"),
)

PROGRAMME_KIND = (
    _c("broker_junior", "初级技术经纪人", "Junior broker"),
    _c("broker_middle", "中级技术经纪人", "Middle broker"),
    _c("manager_senior", "高级技术经理人", "Senior manager"),
    _c("engineer", "卓越工程师", "Excellent engineer"),
    _c("entrepreneur", "企业家", "Entrepreneur"),
    _c("incubator_staff", "孵化器从业人员", "Incubator staff"),
    _c("continuing", "继续教育", "Continuing education"),
    _c("degree", "学历教育", "Degree"),
    _c("other", "其他", "Other"),
)

MODULE = (
    _c("general", "公共知识", "General knowledge"),
    _c("policy", "政策法规", "Policy and law"),
    _c("practice", "实务技能", "Practical skills"),
    _c("advanced", "能力提升", "Advanced skills"),
)

DELIVERY_MODE = (_c("offline", "线下", "On site"), _c("online", "线上", "Online"), _c("mixed", "混合", "Mixed"))

ATTENDANCE_STATE = (
    _c("present", "出勤", "Present"),
    _c("late", "迟到", "Late"),
    _c("early", "早退", "Left early"),
    _c("leave", "请假", "On leave"),
    _c("absent", "缺勤", "Absent"),
    _c("made_up", "补课", "Made up"),
)

ATTENDANCE_PROOF = (
    _c("sheet", "签到表", "Sign-in sheet"),
    _c("scan", "扫码导出", "Scan export"),
    _c("platform", "线上平台导出", "Platform export"),
    _c("roll_call", "点名", "Roll call"),
)

CERTIFICATE_KIND = (
    _c("completion", "结业", "Completion"),
    _c("junior", "初级", "Junior"),
    _c("middle", "中级", "Middle"),
    _c("senior", "高级", "Senior"),
    _c("continuing", "继续教育", "Continuing education"),
    _c("engineer", "卓越工程师", "Excellent engineer"),
    _c("other", "其他", "Other"),
)

CERTIFICATE_STATE = (
    _c("valid", "有效", "Valid"),
    _c("void", "作废", "Void"),
    _c("reissued", "补发", "Reissued"),
)

EVENT_KIND = (
    _c("need_matching", "技术开发与市场需求对接", "Technology and market matching"),
    _c("capital_matching", "科技成果与金融资本对接", "Results and capital matching"),
    _c("national_roadshow", "国家科技计划成果路演行动", "National programme roadshow"),
    _c("torch_train", "火炬科技成果直通车", "Torch results express"),
    _c("into_districts", "科技成果进区县", "Results into districts"),
    _c("into_universities", "科技企业进高校", "Firms into universities"),
    _c("contest", "创新创业大赛", "Start-up contest"),
    _c("venture_summit", "行业创投峰会", "Venture summit"),
    _c("salon", "沙龙/政策宣讲", "Salon or policy talk", "沙龙", "政策宣讲"),
    _c("international", "国际合作", "International"),
    _c("other", "其他", "Other"),
)

OUR_ROLE = (
    _c("host", "主办", "Host"),
    _c("organiser", "承办", "Organiser"),
    _c("co_organiser", "协办", "Co-organiser"),
    _c("attendee", "参加", "Attendee"),
)

SENSITIVITY = (
    _c("public", "可公开", "Public"),
    _c("internal", "内部", "Internal"),
    _c("trade_secret", "商业秘密", "Trade secret"),
    _c("personal", "含个人信息", "Holds personal data"),
)

EVIDENCE_STATE = (
    _c("draft", "草稿", "Draft"),
    _c("valid", "有效", "Valid"),
    _c("expired", "过期", "Expired"),
    _c("replaced", "被替换", "Replaced"),
    _c("doubt", "有疑问", "In doubt"),
)

LINK_KIND = (
    _c("proves", "证明数据", "Proves a figure"),
    _c("identifies", "证明身份资质", "Identifies"),
    _c("authorises", "决策依据", "Authorises"),
    _c("records", "过程记录", "Records"),
    _c("publishes", "公示公开", "Publishes"),
    _c("delivers", "报送凭证", "Delivers"),
    _c("confirms", "对方确认", "Confirms"),
    _c("replaces", "替换", "Replaces"),
    _c("quotes", "申报引用", "Quoted by an application"),
)

FIGURE_STATE = (
    _c("draft", "填报中", "Being filled in"),
    _c("confirmed", "已核对", "Checked"),
    _c("reported", "已上报", "Reported"),
    _c("corrected", "上报后更正", "Corrected after reporting"),
)

TARGET_SCOPE = (
    _c("city", "全市", "City"),
    _c("district", "区县", "District"),
    _c("own", "本单位", "Own"),
    _c("taskbook", "任务书约定", "Task book"),
)

SUBMISSION_WAY = (
    _c("online", "在线报送", "Online"),
    _c("external", "外部系统填报", "Typed into another system"),
    _c("mail", "邮件", "E-mail"),
    _c("usb", "U盘", "USB stick"),
    _c("paper", "纸质", "Paper"),
    _c("on_site", "现场", "On site"),
)

SUBMISSION_STATE = (
    _c("draft", "草稿", "Draft"),
    _c("to_report", "待报", "To be reported"),
    _c("reported", "已报", "Reported"),
    _c("accepted", "受理", "Accepted"),
    _c("returned", "退回补正", "Returned"),
    _c("inspection", "现场核查", "Inspection"),
    _c("passed", "通过", "Passed"),
    _c("failed", "未通过", "Failed"),
    _c("publicity", "公示", "Publicity"),
    _c("closed", "办结", "Closed"),
)

FUND_KIND = (_c("own", "自有", "Own"), _c("joint", "合作", "Joint"))
