"""Ranking of results for needs: a small labelled set (made up), better than characters in common, always the same."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from desktop.services.ranking import Fit, Pool, Side, asked_levels, lexicon, ranked, stage_levels

# id: (title, summary); all made up (示例)
RESULTS = {
    "r-spindle": ("高速电主轴滚动轴承早期故障智能诊断方法（示例）",
                  "提取振动与声发射信号特征，用深度学习识别内圈、外圈和保持架的早期损伤，并预测剩余寿命。"),
    "r-vision": ("汽车零部件表面缺陷机器视觉在线检测系统（示例）",
                 "用多光源成像和卷积网络识别划痕、气孔、毛刺，节拍 2 秒一件，漏检率低于千分之一。"),
    "r-mg": ("大型镁合金结构件高真空压铸工艺（示例）", "减少气孔和热裂，用于座椅骨架和仪表板支架减重，合格率 92%。"),
    "r-cell": ("锂离子动力电池热失控预警与阻燃电解液（示例）", "电芯内部温度估计，提前报警，添加剂不降低倍率。"),
    "r-sic": ("碳化硅功率模块低感封装（示例）", "银烧结互连，结温 200 摄氏度，用于新能源汽车主驱逆变器。"),
    "r-gear": ("精密摆线减速器修形设计与误差补偿（示例）", "回差小于 1 弧分，寿命 8000 小时，用于工业机器人关节。"),
    "r-water": ("高盐有机废水电催化氧化与零排放技术（示例）", "难降解有机物去除率 95%，浓盐水结晶回收，用于制药废水。"),
    "r-gypsum": ("磷石膏低能耗改性制备建筑石膏粉（示例）", "水洗除杂与煅烧一体，产品用于自流平和石膏板。"),
    "r-voc": ("涂装车间挥发性有机物吸附催化一体治理（示例）", "分子筛转轮加催化燃烧，去除率 97%，余热回用。"),
    "r-citrus": ("柑橘黄龙病田间快速检测试剂盒（示例）", "等温扩增，30 分钟出结果，灵敏度 10 拷贝，基层植保站可操作。"),
    "r-ivd": ("心肌标志物化学发光快速检测试剂（示例）", "全血样本，12 分钟三联检，用于急诊胸痛分诊。"),
    "r-herb": ("川产道地药材黄连生态种植与质量追溯（示例）", "林下种植密度、遮阴和病害绿色防控，一物一码。"),
    "r-farm": ("丘陵山区轻简型履带式微耕机（示例）", "坡度 25 度稳定行走，遥控作业，整机 180 千克。"),
    "r-slide": ("库岸滑坡多源监测与短临预警平台（示例）", "北斗位移、雨量、孔压数据融合，提前 6 小时预警。"),
    "r-twin": ("离散制造车间数字孪生调度软件（示例）", "与制造执行系统对接，排产时间由 4 小时缩短到 10 分钟。"),
    "r-h2": ("燃料电池石墨双极板精密模压成形（示例）", "厚度 1.2 毫米，导电率高，单片节拍 20 秒。"),
    "r-pla": ("聚乳酸耐热改性与薄壁注塑（示例）", "热变形温度 110 摄氏度，用于餐盒和育秧钵，堆肥可降解。"),
    "r-crypt": ("面向车联网的轻量级国密加密芯片（示例）", "支持国密算法，签名每秒两万次，车规级。"),
    "r-hand": ("柔性机械手自适应抓取控制（示例）", "触觉传感与力控，抓取鸡蛋、芯片等易碎件。"),
    "r-heat": ("铝电解槽侧壁余热回收发电（示例）", "热管加有机朗肯循环，吨铝节电 300 度。"),
    "r-tcm": ("中药颗粒制剂在线近红外质量控制（示例）", "提取、浓缩、干燥各段含量在线预测，批间差异小于 5%。"),
    "r-weld": ("铝合金车身激光焊接熔深闭环控制（示例）", "熔深波动小于 0.1 毫米，焊接飞溅减少 60%。"),
    "r-uav": ("山地光伏电站无人机红外巡检（示例）", "自主航线，热斑识别率 98%，单机每日 30 兆瓦。"),
    "r-soil": ("镉污染农田土壤钝化修复材料（示例）", "稻米镉下降 60%，每亩成本 280 元。"),
}  # fmt: skip
NEEDS = {
    "n1": ("机床主轴轴承损坏难以提前发现（示例）",
           "希望在轴承失效之前通过振动监测判断损伤程度和剩余寿命，避免停机。", "r-spindle"),
    "n2": ("压铸件外观靠人工检查，漏检多（示例）",
           "寻求图像识别的方法在线检查气孔、划痕，节拍不超过 3 秒。", "r-vision"),
    "n3": ("座椅骨架减重（示例）", "现为钢件，拟改用镁材，需解决铸造气孔、热裂问题。", "r-mg"),
    "n4": ("电池包热失控提前报警（示例）", "电动车起火事故，需要提前 10 分钟以上预警。", "r-cell"),
    "n5": ("电机控制器用高结温功率半导体封装（示例）", "IGBT 方案效率不足，拟用 SiC，结温 175 度以上。", "r-sic"),
    "n6": ("机器人关节减速机回差大、寿命短（示例）", "回差控制在 1 弧分，寿命 6000 小时。", "r-gear"),
    "n7": ("制药园区高浓度污水达标（示例）", "盐分高、难降解有机物多，现有生化系统不稳定，要求零排放。", "r-water"),
    "n8": ("磷肥厂废渣综合利用（示例）", "每年堆存磷石膏 60 万吨，希望做成建材。", "r-gypsum"),
    "n9": ("喷漆废气治理（示例）", "VOCs 浓度波动大，要求去除率 95% 以上，费用低。", "r-voc"),
    "n10": ("柑桔果园病害当场判定（示例）", "送样到省城三天才有结果，希望田间快速检出黄龙病。", "r-citrus"),
    "n11": ("急诊胸痛患者快速化验（示例）", "十几分钟内拿到肌钙蛋白等标志物结果。", "r-ivd"),
    "n12": ("坡地小型农业机械（示例）", "坡度大，农户年纪大，要轻、要能遥控。", "r-farm"),
    "n13": ("水库两岸山体垮塌的预警（示例）", "地质灾害点 40 处，需要位移和雨量的自动监测，短临预警。", "r-slide"),
    "n14": ("车间排产靠经验，插单频繁（示例）", "希望虚拟仿真与排产结合，和制造执行系统连通。", "r-twin"),
    "n15": ("一次性餐盒改用可降解塑料（示例）", "耐热不够，装热汤变形，要求耐 100 度。", "r-pla"),
    "n16": ("车联网终端的数据安全（示例）", "需要国密算法的加密芯片，车规，签名速度快。", "r-crypt"),
    "n17": ("易碎件自动抓取（示例）", "现用吸盘破损多，寻找柔性机械臂末端和力控方法。", "r-hand"),
    "n18": ("中药浓缩、干燥工段含量不稳（示例）", "靠离线化验，滞后两小时，希望在线检测质量。", "r-tcm"),
    "n19": ("太阳能电站巡检（示例）", "山地组件分散，人工一个月一次，热斑发现晚。", "r-uav"),
    "n20": ("稻田重金属污染治理（示例）", "稻米镉超标，需成本低的土壤修复材料。", "r-soil"),
}  # fmt: skip

# what stands in every text people write, and in some of the results that fit nothing
COMMON = (
    "我公司希望与国内高校合作，寻求技术先进、性能稳定、成本较低的成果，能够实现产业化和规模化生产，"
    "形成自主知识产权，显著提高企业的经济效益和市场竞争力。"
)
CROWDED = ("r-heat", "r-h2", "r-weld", "r-herb", "r-gypsum")


def _side(key: str, title: str, text: str) -> Side:
    return Side(key, title, [(lexicon().text("title"), title), (1.0, text)])


def _results() -> list[Side]:
    return [_side(key, title, text + COMMON if key in CROWDED else text) for key, (title, text) in RESULTS.items()]


def _needs() -> list[tuple[Side, str]]:
    return [(_side(key, title, text + COMMON), wanted) for key, (title, text, wanted) in NEEDS.items()]


def _places(order_of: dict[str, list[str]]) -> list[int]:
    """At which place the expected result stands for each need; a place behind all where it is not found."""
    places = []
    for key, (_title, _text, wanted) in NEEDS.items():
        order = order_of[key]
        places.append(order.index(wanted) + 1 if wanted in order else len(RESULTS) + 1)
    return places


def _by_us() -> dict[str, list[str]]:
    results, needs = _results(), _needs()
    pool = Pool([*results, *(need for need, _ in needs)])
    return {
        need.id: [result.id for _, result, _ in ranked(pool, ((need, result) for result in results))]
        for need, _ in needs
    }


def _by_characters() -> dict[str, list[str]]:
    """The plain way: the share of characters in common."""

    def share(one: set[str], other: set[str]) -> Fraction:
        return Fraction(len(one & other), len(one | other))

    results = {side.id: {char for _, text in side.texts for char in text} for side in _results()}
    needs = {side.id: {char for _, text in side.texts for char in text} for side, _ in _needs()}
    return {key: sorted(results, key=lambda result: (-share(needs[key], results[result]), result)) for key in needs}


def test_expected_results_come_first_and_better_than_by_characters() -> None:
    ours, plain = _places(_by_us()), _places(_by_characters())

    first = sum(place == 1 for place in ours)
    assert first >= 19, dict(zip(NEEDS, ours, strict=True))
    assert max(ours) <= 3
    assert first > sum(place == 1 for place in plain)
    assert sum(Fraction(1, place) for place in ours) > sum(Fraction(1, place) for place in plain)


def test_the_order_does_not_hang_on_the_order_of_the_records() -> None:
    results, (need, _) = _results(), _needs()[0]
    shuffled = list(results)
    random.Random(7).shuffle(shuffled)

    def order(sides: list[Side]) -> list[tuple[str, int]]:
        pool = Pool([need, *sides])
        return [(result.id, fit.score) for _, result, fit in ranked(pool, ((need, result) for result in sides))]

    assert order(results) == order(shuffled) != []


def _fit(need: Side, result: Side) -> Fit:
    fit = Pool([need, result]).fit(need, result)
    assert fit is not None
    return fit


def _pair(**of_result: object) -> tuple[Side, Side]:
    need = Side("n", "轴承故障诊断", [(3.0, "轴承故障诊断")], tech_field="manufacturing", low=6, high=9,
                district="渝北区", zone="metropolitan", modes=frozenset({"licence"}), money=5_000_000_00,
                clusters=frozenset({"智能网联新能源汽车"}))  # fmt: skip
    result = Side("r", "滚动轴承状态监测", [(3.0, "滚动轴承状态监测")])
    for name, value in of_result.items():
        setattr(result, name, value)
    return need, result


def _reasons(fit: Fit) -> dict[str, tuple[object, float]]:
    return {reason["kind"]: (reason.get("fit"), reason["points"]) for reason in fit.reasons}


def test_two_names_of_one_thing_are_words_in_common_told_side_by_side() -> None:
    fit = _fit(*_pair())

    assert set(fit.reasons[0]["terms"][:2]) == {"故障诊断＝状态监测", "轴承＝滚动轴承"}


def test_what_else_fits_adds_to_the_score_with_its_reason() -> None:
    bare = _fit(*_pair())
    near = _fit(*_pair(tech_field="it", low=7, high=9, zone="metropolitan", district="江北区"))
    same = _fit(*_pair(tech_field="manufacturing", low=7, high=9, district="渝北区", zone="metropolitan",
                       modes=frozenset({"licence", "transfer"}), money=3_000_000_00,
                       clusters=frozenset({"智能网联新能源汽车"})))  # fmt: skip

    assert bare.score < near.score < same.score
    assert _reasons(near)["field"][0] == "near" and _reasons(near)["place"][0] == "zone"
    assert {kind: fit for kind, (fit, _) in _reasons(same).items()} == {
        "terms": None, "field": "same", "maturity": "fits", "place": "district", "cluster": None, "budget": "enough",
        "mode": None,
    }  # fmt: skip


def test_what_is_unknown_says_nothing_and_what_does_not_fit_adds_nothing() -> None:
    bare = _fit(*_pair())
    unripe = _fit(*_pair(low=1, high=3, money=9_000_000_00))

    assert set(_reasons(bare)) == {"terms"}
    assert _reasons(unripe)["maturity"] == ("below", 0.0) and _reasons(unripe)["budget"] == ("short", 0.0)
    assert unripe.score == bare.score


def test_words_that_tell_nothing_make_no_pair() -> None:
    need = Side("n", "新型技术成果", [(3.0, "新型技术成果"), (1.0, COMMON)])
    result = Side("r", "先进技术方案", [(3.0, "先进技术方案"), (1.0, COMMON)])

    assert Pool([need, result]).fit(need, result) is None


def test_latin_names_are_whole_words() -> None:
    need = Side("n", "PLA 餐盒", [(3.0, "PLA 餐盒")])
    plasma = Side("r1", "plasma 清洗", [(3.0, "plasma 清洗")])
    lactic = Side("r2", "聚乳酸薄膜", [(3.0, "聚乳酸薄膜")])
    pool = Pool([need, plasma, lactic])

    assert pool.fit(need, plasma) is None
    assert pool.fit(need, lactic) is not None


@pytest.mark.parametrize(
    ("district", "zone"),
    [("渝北区", "metropolitan"), ("重庆市万州区", "northeast"), ("酉阳县", "southeast"), ("成都市", ""), ("", "")],
)  # fmt: skip
def test_part_of_the_city_by_district(district: str, zone: str) -> None:
    assert lexicon().zone(district) == zone


def test_readiness_by_level_else_by_stage() -> None:
    assert stage_levels(5, "mature") == (5, 5)
    assert stage_levels(None, "mature") == (7, 9)
    assert stage_levels(None, "") == (None, None)
    assert asked_levels("finance") == (None, None)
    assert asked_levels("result")[0] == 6


def test_a_rare_word_makes_a_pair_and_one_that_all_hold_makes_none() -> None:
    need = Side("n", "轴承检测", [(3.0, "轴承 检测")])
    rare, common = Side("r1", "轴承", [(3.0, "轴承")]), Side("r2", "检测", [(3.0, "检测")])
    others = [Side(f"o{place}", "检测", [(3.0, "检测")]) for place in range(8)]
    pool = Pool([need, rare, common, *others])

    found = ranked(pool, [(need, common), (need, rare)])

    assert [result.id for _, result, _ in found] == ["r1"]
