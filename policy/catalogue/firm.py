"""The quantities of one firm."""

from __future__ import annotations

from policy.measure import Measure

MEASURES = (
    Measure(
        "tech_sme",
        "符合科技型中小企业要求",
        "Meets the technology-SME requirements",
        "",
        "qualification.valid_until",
        note="期末最后一天有效；高新技术企业证书有效的亦视为符合",
        subjects=("firm",),
    ),
    Measure(
        "registered_inside",
        "注册地和主要研发办公在载体内",
        "Registered and working inside",
        "",
        "tenancy.entered_on",
        note="注册地址与研发办公两项均为是；任一未填则未知",
        subjects=("firm",),
    ),
    Measure(
        "entry_age_months",
        "入驻时成立月数",
        "Age at entry in months",
        "月",
        "tenancy.entered_on",
        note="已开始的月数：满24个月当天为24，次日为25；日期不全时取最早成立日与最晚入驻日",
        subjects=("firm",),
    ),
    Measure(
        "stay_months",
        "孵化月数",
        "Months of incubation",
        "月",
        "tenancy.entered_on",
        note="已开始的月数，至毕业、退出或期末",
        subjects=("firm",),
    ),
    Measure(
        "high_tech_valid",
        "国家备案高新技术企业",
        "Valid high-tech enterprise",
        "",
        "qualification.valid_until",
        note="期末最后一天有效",
        subjects=("firm",),
    ),
    Measure(
        "funding_cumulative",
        "累计获得天使或风险投资",
        "Angel and venture capital in all",
        "fen",
        "funding_event.paid_on",
        2,
        note="截至期末到位的天使、创投，不含贷款与财政资助",
        subjects=("firm",),
    ),
    Measure(
        "revenue_two_years",
        "连续两年累计营业收入",
        "Revenue of two consecutive years",
        "fen",
        "firm_year.year",
        2,
        note="期末最近两个年度之和；任一年未填则未知",
        subjects=("firm",),
    ),
    Measure(
        "merged_or_listed",
        "被兼并收购或挂牌上市",
        "Merged, acquired or listed",
        "",
        "funding_event.registered_on",
        subjects=("firm",),
    ),
)
