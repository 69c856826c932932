"""The enumerations of results, their conversion and its money, and of agencies (data dictionary, 3, 4, 9 and 10)."""

from __future__ import annotations

from db.fields import Choice


def _c(code: str, zh: str, en: str, *aliases: str) -> Choice:
    return Choice(code, zh, en, aliases)


ZONE = (
    _c("metropolitan", "主城都市区", "Metropolitan area"),
    _c("northeast", "渝东北", "North-east", "渝东北三峡库区城镇群"),
    _c("southeast", "渝东南", "South-east", "渝东南武陵山区城镇群"),
    _c("outside", "市外", "Outside the city"),
)

HIGHLAND = (
    _c("digital", "数智科技", "Digital and intelligent technology"),
    _c("life", "生命健康", "Life and health"),
    _c("materials", "新材料", "New materials"),
    _c("green", "绿色低碳", "Green and low-carbon"),
)

RELATION = (
    _c("shareholding", "持股或控制", "Shareholding or control"),
    _c("person", "人员任职", "Post held by a person"),
    _c("family", "亲属关系", "Family"),
    _c("other", "其他", "Other"),
)

PROJECT_LEVEL = (
    _c("national", "国家", "National", "国家级"),
    _c("municipal", "市级", "Municipal"),
    _c("district", "区县", "District"),
    _c("commissioned", "企业委托（横向）", "Commissioned by a firm", "横向", "企业委托"),
    _c("own", "自选", "Own choice"),
    _c("international", "国际", "International"),
)

RESULT_SERVICE = (
    _c("service", "职务", "Service result", "职务科技成果"),
    _c("non_service", "非职务", "Non-service result"),
    _c("open", "待定", "Not yet decided"),
)

FUNDING_ORIGIN = (
    _c("fiscal", "财政性资金", "Fiscal funds"),
    _c("commissioned", "企业或社会委托", "Commissioned by firms or society"),
    _c("own", "自筹", "Own funds"),
)

RESULT_FORM = (
    _c("patent", "专利", "Patent"),
    _c("software", "软著", "Software copyright", "软件著作权"),
    _c("know_how", "技术秘密", "Know-how"),
    _c("product", "新产品", "New product"),
    _c("process", "新工艺", "New process"),
    _c("material", "新材料", "New material"),
    _c("equipment", "新装备", "New equipment"),
    _c("standard", "标准", "Standard"),
    _c("variety", "品种", "Variety"),
    _c("other", "其他", "Other"),
)

RESULT_ATTRIBUTE = (
    _c("original", "原始性创新", "Original innovation"),
    _c("absorbed", "引进消化吸收", "Introduced and absorbed", "引进消化吸收再创新"),
    _c("redeveloped", "国内技术二次开发", "Domestic redevelopment"),
)

MATURITY = (
    _c("early", "初期", "Early"),
    _c("middle", "中期", "Middle"),
    _c("mature", "成熟应用", "Mature use"),
)

RESULT_LEVEL = (
    _c("not_assessed", "未评价", "Not assessed"),
    _c("international_lead", "国际领先", "Leading internationally"),
    _c("international_advanced", "国际先进", "Advanced internationally"),
    _c("national_lead", "国内领先", "Leading in China"),
    _c("national_advanced", "国内先进", "Advanced in China"),
    _c("other", "其他", "Other"),
)

DISCLOSURE = (
    _c("public", "公开", "Public"),
    _c("name_only", "仅名称", "Name only"),
    _c("nda", "签保密协议后", "Under an NDA"),
    _c("closed", "不公开", "Not disclosed"),
)

CONVERSION_GRADE = (
    _c("a", "A优先", "A, first", "A"),
    _c("b", "B培育", "B, to be fostered", "B"),
    _c("c", "C储备", "C, in reserve", "C"),
    _c("d", "D放弃", "D, given up", "D"),
)

PREFILING = (
    _c("file", "申请", "To be filed"),
    _c("improve", "完善后申请", "To be filed after work"),
    _c("not_file", "不申请", "Not to be filed"),
    _c("assign", "权利让渡完成人", "Left to the completers"),
)

IP_KIND = (
    _c("invention", "发明", "Invention", "发明专利"),
    _c("utility", "实用新型", "Utility model"),
    _c("design", "外观", "Design", "外观设计"),
    _c("pct", "PCT", "PCT"),
    _c("software", "软件著作权", "Software copyright", "软著"),
    _c("layout", "集成电路布图", "IC layout"),
    _c("plant", "植物新品种", "Plant variety"),
    _c("trademark", "商标", "Trademark"),
    _c("know_how", "技术秘密", "Know-how"),
    _c("other", "其他", "Other"),
)

IP_STATE = (
    _c("pending", "申请中", "Pending"),
    _c("valid", "有效", "Valid"),
    _c("lapsed", "失效", "Lapsed"),
    _c("pledged", "质押", "Pledged"),
    _c("invalidation", "无效程序", "Under invalidation"),
)

VALUATION_KIND = (
    _c("value", "价值评估", "Valuation"),
    _c("maturity", "成熟度评价", "Maturity"),
    _c("result", "成果评价", "Assessment of the result"),
    _c("experts", "专家组评议", "Expert group"),
)

VALUATION_METHOD = (
    _c("cost", "成本法", "Cost"),
    _c("income", "收益法", "Income"),
    _c("market", "市场法", "Market"),
    _c("negotiated", "协议定价", "Negotiated price"),
)

PUBLICATION_KIND = (
    _c("price", "协议定价公示", "Negotiated price"),
    _c("reward", "收益奖励公示", "Reward"),
    _c("unconverted", "未转化成果公开发布", "Unconverted result"),
    _c("disclosure", "成果披露", "Disclosure of a result"),
    _c("graduation", "毕业公示", "Graduation"),
    _c("award", "奖补公示", "Award"),
)

HANDOVER_BASIS = (
    _c("monthly", "月度", "Monthly"),
    _c("before_close", "结题前", "Before the project's close"),
    _c("after_close", "结题后15个工作日", "15 working days after the close"),
    _c("voluntary", "自愿", "Voluntary"),
)

HANDOVER_EXEMPTION = (
    _c("national_security", "国家安全", "National security"),
    _c("defence", "国防安全", "Defence"),
    _c("public_security", "公共安全", "Public security"),
    _c("economic_security", "经济安全", "Economic security"),
    _c("social_stability", "社会稳定", "Social stability"),
    _c("other", "其他国家利益和重大社会公共利益", "Other national or weighty public interest"),
)

HANDOVER_STATE = (
    _c("due", "待汇交", "To be handed over"),
    _c("handed", "已汇交", "Handed over"),
    _c("returned", "被退回", "Returned"),
    _c("accepted", "已接收", "Accepted"),
)

GRANT_KIND = (
    _c("co_ownership", "共同所有权", "Co-ownership"),
    _c("long_use", "长期使用权", "Long-term use"),
    _c("benefit_assignment", "权益让渡", "Assignment of benefits"),
    _c("benefit_agreement", "权益约定", "Agreed benefits"),
    _c("right_for_equity", "以权代股", "Right in place of equity"),
)

PRICING_ROUTE = (
    _c("negotiated", "协议定价", "Negotiated"),
    _c("listing", "挂牌交易", "Listed on a market"),
    _c("auction", "拍卖", "Auction"),
    _c("experts", "评估定价（专家组）", "Valued by an expert group"),
    _c("valuer", "评估定价（第三方）", "Valued by a third party"),
)

CONTRACT_FIELD = (
    _c("it", "电子信息", "Electronics and IT"),
    _c("aerospace", "航空航天", "Aerospace"),
    _c("manufacturing", "先进制造", "Advanced manufacturing"),
    _c("biomedicine", "生物、医药和医疗器械", "Biology, medicine and devices"),
    _c("materials", "新材料及其应用", "New materials"),
    _c("energy", "新能源与高效节能", "Energy"),
    _c("environment", "环境保护与资源综合利用", "Environment and resources"),
    _c("nuclear", "核应用", "Nuclear technology"),
    _c("agriculture", "农业", "Agriculture"),
    _c("transport", "现代交通", "Transport"),
    _c("city", "城市建设与社会发展", "City and society"),
)

CONTRACT_IP = (
    _c("know_how", "技术秘密", "Know-how"),
    _c("invention", "发明专利", "Invention"),
    _c("utility", "实用新型", "Utility model"),
    _c("design", "外观设计", "Design"),
    _c("software", "计算机软件著作权", "Software copyright"),
    _c("layout", "集成电路布图设计", "IC layout"),
    _c("variety", "动植物新品种", "Variety"),
    _c("medicine", "生物医药新品种", "Biomedical variety"),
    _c("design_copyright", "设计著作权", "Design copyright"),
    _c("none", "未涉及知识产权", "None"),
)

PLAN_SOURCE = (
    _c("national", "国家级计划", "National plan"),
    _c("ministry", "部门计划", "Ministry plan"),
    _c("province", "省（市）级计划", "Provincial plan"),
    _c("local", "地市县计划", "Local plan"),
    _c("none", "计划外", "Outside plans"),
)

GOAL = (
    _c("environment", "环境保护", "Environment"),
    _c("energy", "能源", "Energy"),
    _c("health", "卫生", "Health"),
    _c("education", "教育", "Education"),
    _c("infrastructure", "基础设施与城乡规划", "Infrastructure and planning"),
    _c("society", "社会发展与服务", "Society and services"),
    _c("earth", "地球和大气", "Earth and atmosphere"),
    _c("space", "民用空间", "Civil space"),
    _c("agriculture", "农林牧渔", "Agriculture"),
    _c("industry", "工商业", "Industry and commerce"),
    _c("undirected", "非定向研究", "Undirected research"),
    _c("other_civil", "其他民用", "Other civil"),
    _c("defence", "国防", "Defence"),
)

CONTRACT_TEXT = (
    _c("model", "示范文本", "Model text"),
    _c("own", "自拟", "Own text"),
    _c("electronic", "电子合同", "Electronic contract"),
)

BROKERAGE_ROLE = (
    _c("intermediation", "中介合同", "Intermediation contract"),
    _c("named", "三方合同具名", "Named in the contract"),
    _c("service_agreement", "委托服务协议", "Service agreement"),
    _c("confirmation", "买卖双方确认函", "Confirmed by both sides"),
    _c("log_only", "仅过程记录", "Log entries only"),
)

RESULT_OWNER = (
    _c("university", "高校院所", "University or institute", "高校", "科研院所"),
    _c("firm", "企业", "Firm"),
)

GROSS_BASIS = (
    _c("received", "到账额", "Money received"),
    _c("contract", "合同额", "Contract amount"),
)

REWARD_BASIS = (
    _c("net", "净收入", "Net income"),
    _c("gross", "实际成交额（净收入无法计算时）", "Actual price, net income unknown", "实际成交额"),
    _c("own_rule", "本单位规定", "The unit's own rule"),
)

DISTRIBUTION_COST = (
    _c("valuation", "评估费", "Valuation"),
    _c("patent", "专利费", "Patent fees"),
    _c("transaction", "交易费", "Transaction fees"),
    _c("agency", "中介服务费", "Agency fee"),
    _c("other", "其他", "Other"),
)

DISTRIBUTION_ROLE = (
    _c("completer", "完成", "Completed the result"),
    _c("converter", "转化贡献", "Contributed to conversion"),
    _c("unit", "单位", "Unit"),
    _c("college", "学院", "College"),
    _c("agency", "服务机构", "Service agency"),
    _c("fund", "基金", "Fund"),
)

REWARD_TAX = (
    _c("half", "减按50%计入", "Half counted"),
    _c("full", "全额计税", "Fully taxed"),
    _c("none", "不涉及", "Not concerned"),
)

PERSON_FLOW = (
    _c("leave_to_found", "离岗创业", "Leave to found a firm"),
    _c("part_time", "兼职", "Part-time post"),
    _c("return", "返岗", "Return"),
    _c("industry_professor", "企业聘任（产业教授）", "Industry professor", "产业教授"),
    _c("secondment", "挂职", "Secondment"),
    _c("envoy", "科技特派员", "Technology envoy"),
    _c("student_founder", "大学生休学创业", "Student on leave to found"),
)

AGENCY_LEGAL = (
    _c("firm", "企业", "Firm"),
    _c("institution", "事业", "Public institution", "事业单位"),
    _c("association", "社团", "Association"),
    _c("internal", "内设机构", "Internal body"),
)

AWARD_USE = (
    _c("frontline", "一线服务人员", "Front-line staff"),
    _c("equipment", "设备", "Equipment"),
    _c("other", "其他", "Other"),
)

APPLICANT_KIND = (
    _c("organisation", "单位", "Organisation"),
    _c("carrier", "孵化载体", "Incubation carrier"),
    _c("firm", "企业", "Firm"),
    _c("agency", "技术转移机构", "Technology-transfer agency"),
    _c("university", "高校院所", "University or institute", "高校", "科研院所"),
    _c("person", "个人", "Person"),
)
