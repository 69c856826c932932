"""The city's texts as packs: complete, in the words of their sources and the codes of records; choices that work."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from db.schema import kind_info
from policy.dates import Period
from policy.evaluate import Subject, evaluate, try_rule
from policy.i18n import resources_dir
from policy.measures import MEASURES
from policy.pack import Pack, Rule, load_pack
from policy.results import IndicatorResult, MeasureValue
from policy.rules.checklist import Checklist
from policy.rules.clock import Clock
from policy.rules.formula import Formula
from policy.rules.reference import Reference
from policy.rules.target import Target
from policy.schema import Text

FOLDER = resources_dir() / "policies"
NAMES = (
    "cq-draft-measures",
    "cq-rules-2021-43",
    "cq-plan-2024-2027",
    "cq-transfer-plan-2017",
    "cq-conversion-regulation-2020",
    "cq-poc-plan-2025-2027",
    "cq-campus-circle-2025",
    "cq-carriers-plan-2021-142",
)
PACKS = {name: load_pack((FOLDER / f"{name}.toml").read_bytes()) for name in NAMES}
DRAFT, RULES_2021, PLAN, OLD_PLAN, REGULATION = (PACKS[name] for name in NAMES[:5])
RULES = [pytest.param(pack, rule, id=f"{pack.id}/{rule.id}") for pack in PACKS.values() for rule in pack.rules]
YEAR = Period.parse("2026")
DEFAULTS = {f"choice.{choice.id}": choice.default for pack in PACKS.values() for choice in pack.choices}

# What the three sources say, by the number of the rule; the texts are broken into lines anywhere.
QUOTES = {
    "000": {
        "S0-01": "2023年遴选3家高校开展试点",
        "S0-02": "2023年遴选10项科技项目开展试点",
        "S0-03": "各高校要于每月底前将科技成果汇交至重庆市技术要素公共平台",
        "S0-04": "国家及市级科技计划项目成果，在结题前完成汇交",
        "S0-05": "职务科技成果在项目结题后15个工作日完成汇交",
        "S0-06": "除影响国家安全、国防安全、公共安全、经济安全、社会稳定等",
        "S0-07": "鼓励非职务科研成果汇交",
        "S0-08": "每年3月31日前向主管部门报送上一年度科技成果转化情况的年度报告",
        "S0-09": "每年举办各类对接活动100场次以上",
        "S0-10": "2023年遴选建设2个概念验证中心",
        "S0-11": "国家级科技企业孵化器和国家大学科技园，市科技发展专项资金分别给予50万元奖励",
        "S0-12": "建立以孵化科技型企业为导向的绩效评估机制",
        "S0-13": "力争基金规模达到20亿元以上",
        "S0-14": "属地转化合同年度到账金额1亿元以上，市科技发展专项资金给予高校最高300万元奖励",
        "S0-15": "在不超过3年时间内保留人事关系",
        "S0-16": "每年遴选不超过100个项目，给予5—10万元/个经费支持",
        "S0-17": "每年培养卓越工程师50名，培训高校技术经纪人300名以上",
        "S0-18": "技术经纪专业职称资格评聘实行单列管理",
        "S0-19": "“双师型”教师占专业教师比例达到60%以上",
        "S0-20": "将科技成果汇交数量、科技成果本地转化率、重大科技成果转化数量及成效等纳入“赛马比拼”，按季度通报",
        "S0-21": "将绩效评估结果作为市属高校基本科研费测算的重要因素",
    },
    "001": {
        "S1-01": "不低于10年的职务科技成果长期使用权",
        "S1-02": "成果完成人自单位赋权之日起1年内未实质性启动成果转化的",
        "S1-03": "高校院所科技成果转化净收入是指技术合同的实际成交额扣除交易的直接成本和税金等后的余值",
        "S1-04": "扣除交易的直接成本、税金和前期研发投入后的余值",
        "S1-05": "可按照不少于技术合同实际成交额百分之五十的比例",
        "S1-06": "国有股权的转让、无偿划转或者对外投资等管理事项，不需报财政部门审批或者备案",
        "S1-07": "履行了民主决策程序、监督管理职责以及信息公示与合理注意义务的，即视为已经履行勤勉尽责义务",
        "S1-08": "向其主管部门提交上年度科技成果转化情况报告",
        "S1-09": "担任行政职务的科研人员（不含单位正职领导干部）",
        "S1-10": "用于奖励一线科研服务人员的比例不低于70%",
        "S1-11": "市级给予每年不超过100万元奖补",
        "S1-12": "具有高价值专利分析能力、线上平台、线下技术经理人团队及金融服务功能的服务机构",
        "S1-13": "通过协议定价的，应当在本单位公示科技成果名称和拟交易价格",
        "S1-14": "根据评估机构所评成果的总数量、总价值、转化率按相应权重进行绩效评价",
        "S1-15": "市级根据区县孵化绩效予以奖补",
        "S1-16": "对于单位选择评估定价且不存在关联性交易的，可不开展资产评估",
        "S1-17": "提交成果转化方案、定价方式、建议价格、技术资料以及说明是否存在关联交易",
        "S1-18": "提交资料简化为技术合同登记表、技术合同规范文本、相关技术证明等",
        "S1-19": "持续5年每年在市科技型企业库和高新技术企业库中选择1000名企业家",
        "S1-20": "科研诚信分值为0分及以下的，及时推送至“信用重庆”等平台进行公示",
    },
    "002": {
        "S2-01": "全市技术合同成交额达到1300亿元以上",
        "S2-02": "通过科技成果转化新孵化企业1000家以上",
        "S2-03": "科技成果本地转化率达到30%以上",
        "S2-04": "本科高校建设技术转移机构覆盖率达到70%以上",
        "S2-05": "每年向企业转化应用专利数量不低于当年新获批专利数量的10%",
        "S2-06": "科技企业孵化器、概念验证中心和技术转移机构达到150家以上",
        "S2-07": "“陪跑”服务队伍达到3500人以上",
        "S2-08": "将高校用于奖励科技人员的成果转化收益比例提高至80%以上",
        "S2-09": "横向结余经费可用于出资职务成果转化",
        "S2-10": "集中开展成果转化“五项机制”改革试点",
    },
    "004": {
        "S4-01": "到2020年，3年技术合同交易总额达到500亿元以上",
        "S4-02": "国家和市级技术转移示范机构达到30家",
        "S4-03": "国家备案众创空间达到50家",
        "S4-04": "国家级科技企业孵化器达到30家",
    },
}


# -- complete, and as the sources say ------------------------------------------------------------------------------
def test_every_clause_of_the_catalogue_stands_in_the_pack_of_its_document() -> None:
    found = [[rule.ref for rule in pack.rules] for pack in (DRAFT, RULES_2021, PLAN, OLD_PLAN)]
    assert [list(dict.fromkeys(refs)) for refs in found] == [list(quotes) for quotes in QUOTES.values()]
    clauses = [int(rule.clause.removeprefix("第").removesuffix("条")) for rule in DRAFT.rules]
    assert clauses == sorted(clauses)
    assert max(clauses) <= 23


@pytest.mark.parametrize("number", QUOTES)
def test_each_number_stands_on_the_words_of_its_source(number: str) -> None:
    folder = Path(__file__).parents[2].parent / "shared" / "sources"
    sources = sorted(folder.glob(f"{number}_*.txt")) if folder.is_dir() else []
    if not sources:
        pytest.skip("the source is not beside this checkout")
    text = "".join(sources[0].read_text(encoding="utf-8").split())
    assert [ref for ref, words in QUOTES[number].items() if words not in text] == []


def test_the_status_of_each_text_is_shown() -> None:
    assert {name: pack.status for name, pack in PACKS.items()} == {
        "cq-draft-measures": "draft",
        "cq-rules-2021-43": "in_force",
        "cq-plan-2024-2027": "secondary",
        "cq-transfer-plan-2017": "expired",
        "cq-conversion-regulation-2020": "in_force",
        "cq-poc-plan-2025-2027": "secondary",
        "cq-campus-circle-2025": "in_force",
        "cq-carriers-plan-2021-142": "expired",
    }
    assert {name for name, pack in PACKS.items() if not pack.incomplete} == {
        "cq-draft-measures", "cq-rules-2021-43", "cq-transfer-plan-2017"
    }  # fmt: skip


def test_what_nobody_saw_in_a_source_is_not_marked_verified() -> None:
    for name in ("cq-conversion-regulation-2020", "cq-poc-plan-2025-2027", "cq-campus-circle-2025"):
        assert not any(rule.verification.verified for rule in PACKS[name].rules)
    assert not any(rule.verification.verified for rule in PACKS["cq-carriers-plan-2021-142"].rules)
    unseen = {rule.id for rule in RULES_2021.rules if not rule.verification.verified}
    assert unseen == {"valuer-count", "valuer-value", "valuer-conversion"}  # the weights are not published


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_every_text_has_its_english_twin(pack: Pack, rule: Rule) -> None:
    texts: list[Text] = [rule.title, rule.note, rule.verification.basis]
    body = rule.body
    if isinstance(body, Reference):
        texts.append(body.text)
    elif isinstance(body, Clock):
        texts += [text for state in body.states for text in (state.title, state.duty)]
    elif isinstance(body, Checklist):
        texts += [item.title for item in body.items]
    elif isinstance(body, Formula):
        texts += [one.title for one in body.inputs]
    own = [pack.title, pack.source, *pack.labels.values()]
    own += [text for choice in pack.choices for text in (choice.title, choice.why)]
    own += [option.title for choice in pack.choices for option in choice.options]
    for text in (*texts, *own):
        assert bool(text.zh) == bool(text.en)
        assert not re.search("[\u4e00-\u9fff]", text.en)


# -- in the words of the records -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_conditions_name_codes_of_the_records_and_what_people_call_them(pack: Pack, rule: Rule) -> None:
    fields = {field.name: field for field in kind_info(rule.subject).fields}
    choices = {f"choice.{one.id}": {option.id for option in one.options} for p in PACKS.values() for one in p.choices}
    for name, texts in rule.when.conditions:
        if name in choices:
            assert texts <= choices[name]
        elif name in fields and fields[name].choices:
            codes = {option.code: option.zh for option in fields[name].choices}
            assert texts & codes.keys()
            assert {codes[code] for code in texts & codes.keys()} == texts - codes.keys()


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_attributes_are_fields_of_the_record_or_have_a_label(pack: Pack, rule: Rule) -> None:
    fields = {field.name for field in kind_info(rule.subject).fields}
    for name in (rule.body.attributes() | rule.when.names()) - {"own_share", "self_score"}:
        assert name in fields or name in pack.labels or name.startswith("choice.")


# -- choices -------------------------------------------------------------------------------------------------------
def _judged(
    pack: Pack, kind: str, /, *, chosen: str = "", on: str = "", **attributes: str
) -> dict[str, IndicatorResult]:
    """What a pack says of a subject on these attributes, each measure 1; `chosen` is CHOICE=OPTION, `on` a day."""
    taken = {f"choice.{name}": option for name, _, option in [chosen.partition("=")] if option}
    subject = Subject(kind, "s1", "示例", {**DEFAULTS, **taken, **attributes})
    figures = {
        name: MeasureValue(name, 1, one.unit, one.date_field) for name, one in MEASURES.items() if kind in one.subjects
    }
    today = date.fromisoformat(on) if on else None
    return {result.id: result for result in evaluate(pack, subject=subject, period=YEAR, measures=figures, today=today)}


def test_the_two_one_year_clocks_run_beside_each_other_unless_one_is_chosen() -> None:
    shown = {}
    for option in ("both", "grant", "completion"):
        grant = _judged(
            RULES_2021, "grant", chosen=f"one-year-clock={option}", kind="co_ownership", granted_on="2026-01-05"
        )
        done = _judged(
            REGULATION,
            "achievement",
            chosen=f"one-year-clock={option}",
            service_kind="service",
            completed_on="2025-12-01",
        )
        shown[option] = [result.due for result in (*grant.values(), *done.values())]
    assert shown == {
        "both": ["2027-01-05", "2026-12-01"],
        "grant": ["2027-01-05"],
        "completion": ["2026-12-01"],
    }
    assert _judged(REGULATION, "achievement", service_kind="non_service", completed_on="2025-12-01") == {}


def test_the_new_titles_earn_the_award_only_where_somebody_chose_so() -> None:
    awards = {
        option: [
            name for name in _judged(DRAFT, "carrier", chosen=f"title-award={option}") if name.startswith("award-")
        ]
        for option in ("old", "standard", "both")
    }
    assert awards == {
        "old": ["award-national-title"],
        "standard": ["award-national-title", "award-standard-title"],
        "both": ["award-national-title", "award-standard-title", "award-excellent-title"],
    }
    assumed = _judged(DRAFT, "carrier", chosen="title-award=both")
    assert assumed["award-national-title"].verified
    assert not assumed["award-standard-title"].verified


def test_the_local_rate_is_worked_out_the_chosen_way_in_both_texts() -> None:
    def rates(option: str) -> list[str]:
        draft = _judged(DRAFT, "organisation", chosen=f"local-rate={option}", org_kind="university")
        plan = _judged(PLAN, "organisation", chosen=f"local-rate={option}")
        return [name for name in (*draft, *plan) if "local-rate" in name]

    assert rates("count") == ["race-local-rate", "target-local-rate"]
    assert rates("amount") == ["race-local-rate-amount", "target-local-rate-amount"]


# -- what follows from a way of pricing ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("route", "related", "rules"),
    [
        ("negotiated", "0", {"negotiated-price": "unknown"}),
        ("negotiated", "1", {"negotiated-price": "unknown", "valuation-related-other": "info"}),
        ("experts", "0", {"valuation-experts": "info"}),
        ("valuer", "0", {"valuation-experts": "info"}),
        ("experts", "1", {"valuation-related": "unknown"}),
        ("valuer", "1", {"valuation-related": "unknown"}),
        ("auction", "1", {"valuation-related-other": "info"}),
        ("auction", "0", {}),
    ],
)
def test_the_way_of_pricing_decides_what_is_asked(route: str, related: str, rules: dict[str, str]) -> None:
    always = {"due-diligence", "valuation-decision", "completer-papers"}
    found = _judged(RULES_2021, "pricing", route=route, related_party=related)
    assert {name: result.verdict for name, result in found.items() if name not in always} == rules
    assert always <= found.keys()


def test_a_related_party_needs_a_valuer_and_a_negotiated_price_its_publicity() -> None:
    def verdict(rule: str, *texts: str) -> str:
        names = ("route", "related_party", "third_party_valuation", "publication", "name_published", "price_published")
        return _judged(RULES_2021, "pricing", **dict(zip(names, texts, strict=False)))[rule].verdict

    assert verdict("valuation-related", "experts", "1", "1") == "pass"
    assert verdict("valuation-related", "experts", "1", "0") == "fail"
    assert verdict("negotiated-price", "negotiated", "0", "", "2026-03-01", "1", "1") == "pass"
    assert verdict("negotiated-price", "negotiated", "0", "", "2026-03-01", "1", "0") == "fail"


# -- clocks --------------------------------------------------------------------------------------------------------
def test_a_grant_says_what_is_to_be_done_in_each_state() -> None:
    def state(day: str, **attributes: str) -> tuple[str, str, bool]:
        found = _judged(RULES_2021, "grant", on=day, kind="long_use", granted_on="2025-02-28", **attributes)[
            "grant-year"
        ]
        return found.state, found.verdict, found.running

    assert state("2026-02-28") == ("granted", "info", True)
    assert state("2026-03-01") == ("overdue", "fail", True)
    assert state("2026-03-01", started_on="2026-02-28") == ("started", "pass", False)
    assert state("2026-05-01", unit_converted_on="2026-04-01") == ("unit_or_third_party", "info", True)
    assert state("2026-05-01", unit_converted_on="2026-04-01", published_on="2026-05-01")[0] == "published"
    assert state("2026-05-01", converted_on="2026-04-30") == ("converted", "pass", False)
    assert state("2026-05-01", ended_on="2025-06-01") == ("ended", "pass", False)
    overdue = _judged(RULES_2021, "grant", on="2026-03-01", kind="long_use", granted_on="2025-02-28")
    assert "单位可以" in overdue["grant-year"].duty


def test_ten_years_are_the_least_a_right_of_use_lasts() -> None:
    given = {"granted_on": "2026-06-30"}
    kept, short = (
        try_rule(RULES_2021, "use-right-term", {**given, "use_until": day}) for day in ("2036-06-30", "2036-06")
    )
    assert (kept.verdict, short.verdict) == ("pass", "fail")  # of a month the earliest day counts
    assert "use-right-term" not in _judged(RULES_2021, "grant", kind="co_ownership", granted_on="2026-06-30")


# -- targets, people, integrity ------------------------------------------------------------------------------------
def test_no_figure_of_the_city_is_ever_our_gap() -> None:
    targets = [(pack, rule) for pack in PACKS.values() for rule in pack.rules if isinstance(rule.body, Target)]
    assert len(targets) >= 30
    for pack, rule in targets:
        assert isinstance(rule.body, Target)
        assert rule.body.scope == "city"
        figures = dict.fromkeys(rule.body.measures(), "1")
        result = try_rule(pack, rule.id, figures)
        assert (result.verdict, result.gap) == ("info", "")


def test_heads_and_low_scores_are_warned_of() -> None:
    posts = {
        post: {name: result.verdict for name, result in _judged(RULES_2021, "person", admin_post=post).items()}
        for post in ("none", "deputy", "head")
    }
    assert posts == {
        "none": {"post-scope": "pass"},
        "deputy": {"post-scope": "pass", "post-papers": "unknown"},
        "head": {"post-scope": "fail"},
    }
    score = [_judged(RULES_2021, "organisation", integrity_score=text)["integrity-score"].verdict for text in "10"]
    assert score == ["pass", "fail"]
    assert _judged(RULES_2021, "organisation")["integrity-score"].verdict == "unknown"
