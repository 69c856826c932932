"""The enumerations of everyday work: services, needs, milestones, equity, training, pilots, what came back."""

from __future__ import annotations

from db.fields import Choice


def _c(code: str, zh: str, en: str, *aliases: str) -> Choice:
    return Choice(code, zh, en, aliases)


# -- parties and carriers
STAFF_TITLE_LEVEL = (
    _c("senior", "正高级", "Senior", "正高"),
    _c("deputy_senior", "副高级", "Deputy senior", "副高"),
    _c("middle", "中级", "Middle"),
    _c("junior", "初级", "Junior", "助理级", "员级"),
    _c("none", "无", "None"),
)

ROOM_KIND = (
    _c("tenant", "在孵", "For tenants", "孵化", "在孵企业"),
    _c("public", "公共", "Public service", "公共服务"),
    _c("office", "办公", "Own office", "自用办公"),
    _c("other", "其他", "Other"),
)

QUARTER = (
    _c("q1", "一季度", "First quarter", "第一季度", "1", "Q1"),
    _c("q2", "二季度", "Second quarter", "第二季度", "2", "Q2"),
    _c("q3", "三季度", "Third quarter", "第三季度", "3", "Q3"),
    _c("q4", "四季度", "Fourth quarter", "第四季度", "4", "Q4"),
)

FIGURE_BASIS = (
    _c("quarter", "本季", "The quarter alone", "本季度", "当季"),
    _c("cumulative", "累计", "Year to date", "本年累计", "1-本季累计"),
)

HONOUR_KIND = (
    _c("national_project", "国家级项目", "National project"),
    _c("municipal_project", "市级项目", "Municipal project"),
    _c("award", "科技奖励", "Science and technology award"),
    _c("contest", "创新创业大赛", "Start-up contest"),
    _c("case", "优秀案例", "Model case"),
    _c("product", "好产品", "Good product"),
    _c("other", "其他", "Other"),
)

# -- services
SERVICE_KIND = (
    _c("coaching", "创业辅导", "Start-up coaching", "导师辅导"),
    _c("consulting", "技术咨询/诊断", "Technical advice", "技术咨询", "技术诊断"),
    _c("transfer", "技术转移", "Technology transfer"),
    _c("ip", "知识产权", "Intellectual property"),
    _c("pilot", "中试熟化/检验检测", "Pilot scale or testing", "中试熟化", "检验检测"),
    _c("finance", "投融资对接", "Finance", "投融资", "融资对接"),
    _c("policy", "政策申报", "Applications under policies", "项目申报"),
    _c("business", "工商财税法务", "Registration, tax and law", "工商注册", "财税", "法务"),
    _c("people", "人力资源", "Human resources"),
    _c("market", "市场推广", "Marketing"),
    _c("training", "培训", "Training"),
    _c("visit", "走访", "Visit"),
    _c("safety", "安全检查", "Safety inspection"),
    _c("other", "其他", "Other"),
)

SERVICE_WAY = (
    _c("at_firm", "上门", "At the firm", "走访", "入企"),
    _c("in_park", "到园", "In the park", "来访"),
    _c("online", "线上", "Online", "视频会议"),
    _c("phone", "电话", "Phone"),
)

SERVICE_CONFIRMED = (
    _c("none", "未确认", "Not confirmed"),
    _c("signed", "已签字", "Signed"),
    _c("receipt", "已回执", "Answered in writing"),
)

COLLECTION_KIND = (
    _c("torch_year", "火炬年报", "Torch year", "年报"),
    _c("quarter", "季报", "Quarter", "季度"),
    _c("other", "其他", "Other"),
)

COLLECTION_WAY = (
    _c("wechat", "微信", "WeChat"),
    _c("mail", "邮件", "E-mail"),
    _c("on_site", "现场", "On site"),
)

COLLECTION_STATE = (
    _c("waiting", "未回", "Not returned"),
    _c("returned", "已回", "Returned"),
    _c("doubt", "有疑问", "In doubt"),
    _c("confirmed", "已确认", "Confirmed"),
)

# -- needs
NEED_KIND = (
    _c("problem", "技术攻关", "Technical problem"),
    _c("result", "成果引进", "Result wanted"),
    _c("testing", "检验检测", "Testing"),
    _c("pilot", "中试熟化", "Pilot scale"),
    _c("process", "工艺改进", "Process improvement"),
    _c("people", "人才", "People"),
    _c("finance", "融资", "Finance"),
    _c("scenario", "场景应用", "Field of use"),
    _c("other", "其他", "Other"),
)

NEED_SOURCE = (
    _c("firm", "企业自报", "The firm itself"),
    _c("visit", "走访", "Visit"),
    _c("envoy", "科技特派员", "Technology envoy"),
    _c("platform", "平台推送", "Platform"),
    _c("event", "活动征集", "Event"),
    _c("mentor", "导师", "Mentor"),
)

NEED_STATE = (
    _c("to_clarify", "待诊断", "To be clarified"),
    _c("matching", "对接中", "Being matched"),
    _c("case", "已立项成案", "A case was opened", "已成案"),
    _c("solved", "已解决", "Solved"),
    _c("given_up", "放弃", "Given up"),
    _c("expired", "过期", "Expired"),
)

MATCH_DECISION = (
    _c("open", "待看", "To be looked at"),
    _c("proposed", "推荐", "Proposed"),
    _c("accepted", "接受", "Accepted"),
    _c("rejected", "拒绝", "Rejected"),
)

# -- cases
CASE_ORIGIN = (
    _c("visit", "走访", "Visit"),
    _c("event", "活动", "Event"),
    _c("platform", "平台", "Platform"),
    _c("referral", "转介绍", "Referral"),
    _c("disclosure", "校内披露", "Disclosure in the university"),
    _c("caller", "企业来访", "The firm came to us"),
    _c("mentor", "导师", "Mentor"),
)

OUTCOME_GROUND = (
    _c("price", "价格", "Price"),
    _c("technology", "技术不匹配", "Technology does not fit"),
    _c("funds", "资金", "Funds"),
    _c("rights", "权属", "Rights"),
    _c("internal", "对方内部", "Internal to the other side"),
    _c("competition", "竞争", "Competition"),
    _c("other", "其他", "Other"),
)

PROBABILITY = (_c("high", "高", "High"), _c("middle", "中", "Middle"), _c("low", "低", "Low"))

START_KIND = (
    _c("signed", "签约", "Contract signed"),
    _c("prototype", "样机", "Prototype"),
    _c("pilot", "中试", "Pilot scale"),
    _c("company", "设立公司", "Company founded"),
    _c("paid", "到账", "Money received"),
    _c("other", "其他", "Other"),
)

# of all tracks: which of them a track has, and in what order, its pages say
MILESTONE = (
    _c("lead", "线索", "Lead"),
    _c("disclosed", "披露登记", "Disclosed"),
    _c("assessed", "评估筛选", "Assessed"),
    _c("need_registered", "需求登记", "Need registered"),
    _c("clarified", "需求诊断", "Need clarified"),
    _c("matched", "匹配对接", "Matched"),
    _c("intent", "初步意向", "Intent"),
    _c("filed", "成果完成人提交方案", "Plan handed in", "提交方案"),
    _c("priced", "定价决策", "Price decided"),
    _c("agreement", "投资协议", "Investment agreement"),
    _c("signed", "签约", "Signed"),
    _c("registered", "认定登记", "Registered"),
    _c("company_registered", "工商登记", "Company registered"),
    _c("equity_distributed", "股权奖励", "Equity distributed"),
    _c("held", "持有", "Held"),
    _c("exit", "退出/分红", "Exit or dividend"),
    _c("delivered", "履约验收", "Delivered"),
    _c("paid", "履约到账", "Paid"),
    _c("settled", "服务费结算", "Fee settled"),
    _c("distributed", "收益分配", "Income shared"),
    _c("proposed", "提出", "Put forward"),
    _c("selected", "遴选", "Selected"),
    _c("agreed", "协议", "Agreed"),
    _c("running", "验证中", "Under way"),
    _c("verified", "验证结论", "Verified"),
    _c("follow_on", "后续投资/转化", "Follow-on"),
    _c("closed", "办结", "Closed"),
)

CONTRACT_COST = (
    _c("equipment", "设备", "Equipment"),
    _c("materials", "材料", "Materials"),
    _c("parts", "零部件", "Parts"),
    _c("other", "其他", "Other"),
)

# -- equity
EQUITY_HOLDER = (
    _c("unit", "单位", "Unit"),
    _c("asset_company", "资产公司", "Asset company"),
    _c("platform", "平台代持", "Held by the platform"),
    _c("team", "团队", "Team"),
)

CONTRIBUTION = (
    _c("result", "成果作价", "Result"),
    _c("cash", "现金", "Cash"),
    _c("surplus", "横向结余经费", "Surplus of commissioned projects"),
)

DISPOSAL = (
    _c("held", "持有", "Held"),
    _c("transferred", "转让", "Transferred"),
    _c("allocated", "无偿划转", "Allocated free of charge"),
    _c("invested", "对外投资", "Invested further"),
    _c("exited", "退出", "Exited"),
    _c("written_off", "核销", "Written off"),
)

DECIDED_BY = (
    _c("department", "主管部门", "Competent department"),
    _c("unit", "试点单位自主", "The pilot unit itself"),
)

INCOME_TAX_MODE = (
    _c("deferred", "递延", "Deferred"),
    _c("instalments", "分期", "In instalments"),
    _c("current", "当期", "At once"),
)

# -- training and events
COUNTS_TO = (
    _c("university_brokers", "高校技术经纪人", "University brokers"),
    _c("engineers", "卓越工程师", "Excellent engineers"),
    _c("entrepreneurs", "企业家", "Entrepreneurs"),
    _c("escorts", "“陪跑”人才", "Escorts", "陪跑人才"),
)

ADMITTED = (
    _c("pending", "待审", "To be decided"),
    _c("admitted", "录取", "Admitted"),
    _c("waiting", "候补", "Waiting list"),
    _c("refused", "未录取", "Not admitted"),
    _c("withdrawn", "退班", "Withdrawn"),
)

ENROLMENT_PAPER = (
    _c("education", "学历", "Degree", "学历证明", "学历证书"),
    _c("photo", "证件照", "Photo", "照片"),
    _c("recommendation", "推荐表", "Recommendation", "推荐信"),
    _c("identity", "身份证件", "Identity document", "身份证复印件"),
)

ASSESSMENT_KIND = (
    _c("written", "笔试", "Written examination", "考试"),
    _c("defence", "答辩", "Oral defence"),
    _c("case", "案例", "Case study"),
    _c("practice", "实训", "Practical training"),
)

EVENT_PERSON_ROLE = (
    _c("guest", "嘉宾", "Guest"),
    _c("presenter", "路演", "Presenter"),
    _c("firm", "企业", "Firm"),
    _c("investor", "投资", "Investor", "投资机构"),
    _c("staff", "工作人员", "Staff"),
)

# -- proof of concept
POC_SERVICE = (
    _c("selection", "项目遴选", "Selection"),
    _c("feasibility", "可行性研究", "Feasibility study"),
    _c("intelligence", "竞争情报分析", "Competitive intelligence"),
    _c("process", "工艺验证", "Process verification"),
    _c("performance", "性能测试", "Performance test"),
    _c("redevelopment", "二次开发", "Redevelopment"),
    _c("ripening", "技术熟化", "Ripening of the technology"),
    _c("prototype", "样机试制", "Prototype"),
)

POC_CONCLUSION = (
    _c("passed", "通过", "Passed"),
    _c("revise", "修改", "To be revised"),
    _c("failed", "不通过", "Failed"),
)

# -- what came back
RETURN_WAY = (
    _c("system", "系统", "Their system"),
    _c("phone", "电话", "Phone"),
    _c("wechat", "微信", "WeChat"),
    _c("letter", "函件", "Letter"),
)
