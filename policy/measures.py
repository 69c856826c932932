"""The named quantities that rules refer to: what each is called, its unit and the record field it counts by.

Their SQL lives in `db.queries.measures`. A measure is asked for one subject and one period; a quantity nobody knows is
None, never zero. Facts are 0 or 1 and have no unit. Measures without a date field are not in the records: a person
answers them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy.i18n import language, mark, tr

# Units as stored, with the unit they are shown in; money is integer fen and shown in 万元.
UNITS = {
    "家": mark("家"),
    "项": mark("项"),
    "人": mark("人"),
    "m²": mark("m²"),
    "fen": mark("万元"),
    "%": mark("%"),
    "个": mark("个"),
    "月": mark("个月"),
    "场": mark("场"),
    "": "",
}
FEN_PER_YUAN = 100
_FEN_PER_WAN = 10_000 * FEN_PER_YUAN
_FEN_PER = {"元": FEN_PER_YUAN, "万": _FEN_PER_WAN, "万元": _FEN_PER_WAN, "亿": 10**8 * FEN_PER_YUAN}
_FEN_PER["亿元"] = _FEN_PER["亿"]
_NUMBER = re.compile(r"(-?[0-9]{1,18}(?:\.[0-9]{1,6})?)(元|万|万元|亿|亿元)?")
_YES, _NO = frozenset({"1", "true", "yes", "是"}), frozenset({"0", "false", "no", "否"})


@dataclass(frozen=True, slots=True)
class Measure:
    """One named quantity. `date_field` is `kind.field` of the data dictionary, or "" where a person answers.

    `decimals` is how many are shown, `subjects` the kinds of record it can be asked of.
    """

    name: str
    label: str
    label_en: str
    unit: str
    date_field: str
    decimals: int = 0
    note: str = ""
    subjects: tuple[str, ...] = ("carrier",)

    @property
    def is_fact(self) -> bool:
        """Whether it is a yes or no (0 or 1)."""
        return self.unit == ""

    @property
    def whole(self) -> bool:
        """Whether it comes in whole steps (firms, people, fen), so that a gap is rounded up."""
        return self.decimals == 0 or self.unit == "fen"

    def title(self) -> str:
        """The label in the language in force."""
        return self.label if language() == "zh" else self.label_en


_ALL = (
    # An incubation carrier in a period; states are those of the period's last day.
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
    # One firm.
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
    # An organisation: ourselves, or one university.
    Measure(
        "local_received_fen",
        "属地转化合同年度到账金额",
        "Local conversion money received in the year",
        "fen",
        "receipt.received_on",
        2,
        note="按高校分别计；只计到账现金，退款冲减",
        subjects=("organisation",),
    ),
    Measure(
        "brokers_trained",
        "培训高校技术经纪人",
        "University brokers trained",
        "人",
        "certificate.issued_on",
        note="高校人员按人去重，取年内首次结业",
        subjects=("organisation",),
    ),
    Measure(
        "engineers_trained",
        "培养卓越工程师",
        "Excellent engineers trained",
        "人",
        "certificate.issued_on",
        note="按人去重",
        subjects=("organisation",),
    ),
    Measure(
        "events_held",
        "举办对接活动",
        "Matching events held",
        "场",
        "event.starts_on",
        note="本单位主办或承办；与本单位其他载体合办的只计一次",
        subjects=("organisation", "carrier"),
    ),
    Measure(
        "startups_selected",
        "入选的优秀大学生创业项目",
        "Student start-ups selected",
        "项",
        "",
        subjects=("organisation",),
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}


def shown_unit(unit: str) -> str:
    """The unit a figure is shown in, in the language in force (fen are shown in 万元)."""
    return tr(UNITS[unit])


def shown(value: int | Fraction, unit: str, decimals: int, *, apart_from: int | Fraction | None = None) -> str:
    """A figure as shown, without its unit; 0 and 1 without a unit become 否 and 是.

    `apart_from` is the limit it is held against: where rounding would make 29.96 % look like 30.0 %, more decimals are
    shown.
    """
    if unit == "":
        return tr("是") if value else tr("否")
    scale = _FEN_PER_WAN if unit == "fen" else 1
    exact = Fraction(value) / scale
    limit = None if apart_from is None else Fraction(apart_from) / scale
    for places in range(decimals, decimals + 7):
        rounded = _round(exact, places)
        if limit is None or exact == limit or rounded != _round(limit, places):
            break
    text = f"{Decimal(rounded.numerator) / Decimal(rounded.denominator):f}"
    if unit == "%" and "." not in text:
        text += ".0"
    return text


def _round(value: Fraction, places: int) -> Fraction:
    """Half away from zero, as office workbooks round."""
    step = 10**places
    scaled = abs(value) * step
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, step)


def parse_figure(text: str, unit: str) -> Fraction | None:
    """A figure typed by a person in the stored unit, or None where it is not one.

    Money is in fen unless 元, 万元 or 亿元 stands behind it; facts take 1, 0, 是, 否, yes, no.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    if unit == "":
        word = cleaned.lower()
        return Fraction(1) if word in _YES else Fraction(0) if word in _NO else None
    found = _NUMBER.fullmatch(cleaned)
    if not found or (found[2] and unit != "fen"):
        return None
    value = Fraction(found[1]) * (_FEN_PER[found[2]] if found[2] else 1)
    return None if unit == "fen" and value.denominator != 1 else value


def is_yes(text: str) -> bool:
    """Whether the text of an attribute means yes."""
    return text.strip().lower() in _YES
