"""The quantities of one incubation carrier in a period; states are those of the period's last day."""

from __future__ import annotations

from policy.measure import Measure

MEASURES = (
    Measure("legal_person", "独立法人资格", "Independent legal person", "", "", note="运营主体是否具有独立法人资格"),
    Measure(
        "operating_months",
        "注册并运营月数",
        "Months registered and operating",
        "月",
        "carrier.operated_since",
        note="自成立日期与运营起始中较晚者至期末的整月数",
    ),
    Measure(
        "statistics_years",
        "连续上报统计年数",
        "Consecutive years of statistics reported",
        "个",
        "carrier_year.torch_reported_on",
        note="至期末最近一年为止连续填有火炬年报上报日的年数",
    ),
    Measure("area_total", "孵化场地总面积", "Total floor area", "m²", "carrier_year.year", 2),
    Measure(
        "area_tenant_and_public",
        "在孵企业使用面积（含公共服务）",
        "Area of tenants and public services",
        "m²",
        "carrier_year.year",
        2,
        note="在孵企业面积与公共服务面积之和；任一未填则未知",
    ),
    Measure("fund_total", "孵化资金规模", "Incubation fund", "fen", "carrier_year.year", 2, note="自有或合作"),
    Measure("tenants", "在孵企业", "Tenant firms", "家", "tenancy.entered_on", note="期末在孵，不含团队"),
    Measure(
        "tenants_financed",
        "获得投融资的在孵企业",
        "Tenants with financing",
        "家",
        "funding_event.paid_on",
        note="期末在孵企业中期内有投融资到位的家数；办法未写明时间范围",
    ),
    Measure(
        "funding_cases",
        "孵化资金使用案例",
        "Cases of the incubation fund",
        "项",
        "funding_event.paid_on",
        note="截至期末使用本载体自有或合作资金的投融资事项",
    ),
    Measure("staff_total", "从业人员", "Staff", "人", "carrier_year.year"),
    Measure("staff_professional", "专业孵化服务人员", "Professional staff", "人", "carrier_year.year"),
    Measure("mentors", "创业导师", "Mentors", "人", "carrier_year.year"),
    Measure("tenants_ip_applied", "已申请专利的在孵企业", "Tenants having applied for patents", "家", "firm_year.year"),
    Measure("tenants_ip_valid", "拥有有效知识产权的在孵企业", "Tenants holding valid IP", "家", "firm_year.year"),
    Measure(
        "tenants_main_field",
        "同一领域的在孵企业",
        "Tenants in the main field",
        "家",
        "tenancy.entered_on",
        note="期末在孵企业中技术领域等于载体专业领域的家数",
    ),
    Measure("public_platform", "自有公共服务平台", "Own public platform", "", "", note="研发、检测、小试中试等平台"),
    Measure(
        "graduates_total", "累计毕业企业", "Graduates in all", "家", "tenancy.graduated_on", note="截至期末的不同企业数"
    ),
    Measure(
        "national_titles_granted",
        "新获批国家级资质",
        "National titles newly granted",
        "个",
        "carrier.title_granted_on",
        note="期内新获批的国家级科技企业孵化器、国家大学科技园",
    ),
)
