"""The data both sides of a comparison work on: made-up firms, the same for the same number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from db.schema import kind_info
from db.search import Entry
from db.searchtext import document_of
from desktop.services.samples.base import credit_code
from exports.workbook import write_workbook

SEED = 20261121
_PLACES = ("重庆", "重庆渝北", "重庆两江", "四川", "贵州", "重庆市永川区")
_STEMS = (
    "嘉陵南山北碚云阳缙巴渝江津綦万盛丰都石柱黔开忠梁平璧铜潼荣昌合川涪武隆城口奉节巫秀酉彭垫智能创新科远宏达信诚博雅"
)
_TRADES = ("智能装备", "生物医药", "新材料", "软件", "汽车电子", "环保工程", "检测技术", "农业科技", "光电", "数据服务")
_ENDINGS = ("有限公司", "科技有限公司", "股份有限公司", "（重庆）有限责任公司", "研究院有限公司")
_DISTRICTS = ("渝北区", "九龙坡区", "沙坪坝区", "南岸区", "北碚区", "江北区", "璧山区", "永川区", "万州区", "涪陵区")
_ROADS = ("黄山大道", "金开大道", "科园四路", "学府大道", "云汉大道", "海尔路", "双福大道", "星光大道")
_SCOPES = (
    "技术开发、技术咨询、技术转让、技术服务",
    "工业机器人制造与销售",
    "软件开发；信息系统集成服务",
    "医疗器械研发及销售（依法须经批准的项目除外）",
    "新型膜材料制造；石墨烯材料销售",
    "汽车零部件及配件制造",
    "环境保护监测；资源再生利用技术研发",
    "货物进出口；技术进出口",
    "检验检测服务；认证咨询",
    "农业科学研究和试验发展",
)
FIELDS = (
    "name", "uscc", "province", "district", "address", "postcode", "website", "industry", "legal_rep", "contact_name",
    "contact_phone", "remarks", "founded_on", "company_type", "reg_capital", "reg_capital_currency",
    "cq_tech_firm_no", "head", "main_product", "business_scope",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of each thing a size means; `evidence_mib` in MiB, `repeats` of each measurement."""

    firms: int
    cases: int
    log_entries: int
    ledger_rows: int
    saves: int
    pages: int
    evidence_mib: int
    repeats: int


SIZES = {
    "S": Scale(200, 2_000, 20_000, ledger_rows=10_000, saves=100, pages=500, evidence_mib=64, repeats=3),
    "L": Scale(100_000, 200_000, 1_000_000, ledger_rows=100_000, saves=200, pages=1_000, evidence_mib=1_024, repeats=3),
}


def firms(count: int) -> Iterator[dict[str, Any]]:
    """`count` firms as stored values by field name; no two share a name or a credit code."""
    rng = Random(SEED)  # noqa: S311 - made-up firms, not keys
    for number in range(count):
        stem = "".join(rng.choices(_STEMS, k=3))
        district, person = rng.choice(_DISTRICTS), "".join(rng.choices(_STEMS, k=3))
        yield {
            "id": "",
            "name": f"{rng.choice(_PLACES)}{stem}{rng.choice(_TRADES)}{number}号{rng.choice(_ENDINGS)}",
            "uscc": credit_code(number + 1),
            "province": "重庆市",
            "district": district,
            "address": f"{district}{rng.choice(_ROADS)}{rng.randint(1, 999)}号{rng.randint(1, 40)}幢",
            "postcode": f"40{rng.randint(0, 9999):04d}",
            "website": f"https://firm{number}.invalid",
            "industry": rng.choice(_TRADES),
            "legal_rep": person,
            "contact_name": person,
            "contact_phone": f"100{number:08d}",
            "remarks": "台账导入",
            "founded_on": f"20{rng.randint(10, 25)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
            "company_type": "有限责任公司",
            "reg_capital": rng.randint(10, 5000) * 1_000_000,
            "reg_capital_currency": "CNY",
            "cq_tech_firm_no": f"2024500{number:08d}",
            "head": person,
            "main_product": f"{rng.choice(_TRADES)}、{rng.choice(_TRADES)}",
            "business_scope": "。".join(rng.sample(_SCOPES, 3)),
        }


def documents(scale: Scale) -> Iterator[Entry]:
    """What the search index holds of a workspace of that size: firms, cases and log entries."""
    rng = Random(SEED)  # noqa: S311 - made-up texts, not keys
    names = []
    for number, row in enumerate(firms(scale.firms)):
        if number < 5_000:
            names.append(row["name"])
        yield document_of("firm", {**row, "id": f"f{number}"})
    for number in range(scale.cases):
        title = f"{rng.choice(_TRADES)}{rng.choice(_STEMS)}{rng.choice(_STEMS)}成果转让"
        yield Entry("case", f"c{number}", title, (f"CQ-{2020 + number % 7}-{number:06d}",), rng.choice(_SCOPES))
    for number in range(scale.log_entries):
        note = f"走访{rng.choice(names)}，{rng.choice(_SCOPES)}，约定{rng.randint(1, 12)}月再谈"
        yield Entry("case_log", f"l{number}", note)


def typed_texts(scale: Scale) -> list[str]:
    """What somebody types, key by key: names, pinyin, initials, codes, and what stands nowhere."""
    rows = list(islice(firms(scale.firms), 0, 60, 12))
    whole = [row["name"][:8] for row in rows] + [row["uscc"][:10] for row in rows]
    whole += ["重庆市永川区", "石墨烯材料", "技术转让", "走访", "chongqingyubei", "cqyb", "sichuan", "泥牛入海无消息"]
    return [text[:end] for text in whole for end in range(1, len(text) + 1)]


def evidence_blocks(mib: int) -> Iterator[bytes]:
    """`mib` MiB that do not compress, in blocks of one MiB, no two alike."""
    block = Random(SEED).randbytes((1 << 20) - 8)  # noqa: S311 - filling, not keys
    return (number.to_bytes(8, "big") + block for number in range(mib))


def ledger(path: Path, count: int) -> Path:
    """A workbook of `count` firms with twenty columns, as another office's export would be."""
    info = kind_info("firm")
    with path.open("wb") as out:
        write_workbook(out, "企业台账", [info.field(name) for name in FIELDS], firms(count))
    return path
