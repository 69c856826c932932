"""What the evaluation says in words: verdicts, standing of a document, periods, and figures as people type them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from policy.dates import add_months, month_end
from policy.i18n import mark, tr
from policy.pack import STATUSES

# verdict to its word and the look's state: never by colour alone
VERDICTS = {
    "pass": (mark("通过"), "good"),
    "fail": (mark("未通过"), "bad"),
    "unknown": (mark("缺数据"), "unknown"),
    "info": (mark("参考"), "info"),
}
SCOPES = {"city": mark("全市"), "district": mark("区县"), "own": mark("本单位"), "taskbook": mark("任务书")}
_OF_OTHERS = frozenset({"city", "district"})
_MONEY_WORDS = ("元", "万", "亿")


def pack_title(pack: dict[str, Any]) -> str:
    """A pack by its title, with its standing where it is not in force."""
    return pack["title"] if pack["status"] == "in_force" else f"{pack['title']} · {tr(STATUSES[pack['status']])}"


def verdict_word(verdict: str) -> str:
    """通过, 未通过, 缺数据 or 参考."""
    return tr(VERDICTS[verdict][0])


def of_others(indicator: dict[str, Any]) -> bool:
    """Whether the target is the city's or a district's: then it is never our gap."""
    return indicator["scope"] in _OF_OTHERS


def target_text(indicator: dict[str, Any]) -> str:
    """The requirement; a city figure says whose it is."""
    if not indicator["target"]:
        return ""
    return f"{tr(SCOPES[indicator['scope']])} {indicator['target']}" if of_others(indicator) else indicator["target"]


def value_text(indicator: dict[str, Any]) -> str:
    """The figure with its unit, or a dash where none is known (blank is not zero)."""
    if indicator["value"] == "":
        return indicator["due"] or "—"
    return f"{indicator['value']} {indicator['unit']}".strip()


def checked_text(indicator: dict[str, Any]) -> str:
    """Whether the figure was seen in the document; a draft says that it is one, whoever checked it."""
    word = tr("已核实") if indicator["verified"] else tr("未核实")
    if not indicator["verified"] and indicator.get("confirmed"):
        word = tr("已对照通知")
    if indicator["status"] != "draft":
        return word
    return tr("{word} · 征求意见稿", word=word)


def score_text(indicator: dict[str, Any]) -> str:
    """Score of the highest possible, where the pack scores."""
    if indicator["score"] and indicator["cap"]:
        return f"{indicator['score']} / {indicator['cap']}"
    return str(indicator["score"])


def periods(today: date) -> Iterator[tuple[str, str]]:
    """Periods people ask for, as (text, period): this and last year, two years, quarters, months, year-ends."""
    year = today.year
    for one in (year, year - 1, year - 2):
        yield tr("{year}年", year=one), str(one)
    for last in (year, year - 1):
        yield tr("{first}—{last}年（两年）", first=last - 1, last=last), f"{last - 1}..{last}"
    quarter_year, quarter = year, (today.month - 1) // 3 + 1
    for _ in range(4):
        yield tr("{year}年第{quarter}季度", year=quarter_year, quarter=quarter), f"{quarter_year}Q{quarter}"
        quarter_year, quarter = (quarter_year, quarter - 1) if quarter > 1 else (quarter_year - 1, 4)
    for back in range(2):
        month = add_months(today.replace(day=1), -back)
        yield tr("{year}年{month}月", year=month.year, month=month.month), f"{month:%Y-%m}"
    ends = (month_end(date(year - 1, 12, 1)), today)
    for day in ends:
        yield tr("{year}年{month}月{day}日时点", year=day.year, month=day.month, day=day.day), f"@{day.isoformat()}"


def typed_figure(text: str, unit: str) -> str:
    """A figure as typed, ready for the service: bare money is in 万元, as the column says."""
    cleaned = text.strip()
    if unit != "fen" or not cleaned or cleaned.endswith(_MONEY_WORDS):
        return cleaned
    return f"{cleaned}万元"
