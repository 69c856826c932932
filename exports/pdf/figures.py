"""How figures, dates and states read in a printed Chinese document: money in 万元, dates in full, states in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

# The printed book is Chinese whatever the window's language is: it goes to a Chinese office and its bytes are fixed.
VERDICTS = {"pass": "√ 达标", "fail": "× 未达标", "unknown": "？缺数据", "info": "－ 供参考"}
SCOPES = {"city": "全市目标", "district": "区县目标", "own": "本单位", "taskbook": "任务书约定"}
UNITS = {
    "count": "项",
    "people": "人",
    "person": "人",
    "persons": "人",
    "firms": "家",
    "firm": "家",
    "events": "场",
    "cases": "件",
    "contracts": "份",
    "months": "个月",
    "days": "天",
    "hours": "小时",
    "years": "年",
    "m2": "平方米",
    "points": "分",
    "score": "分",
}
_NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?)(?:/(\d+))?")
_TARGET = re.compile(r"\s*(>=|<=|≥|≤|>|<|=|不少于|不低于|不超过|至少)?\s*([-+]?\d+(?:\.\d+)?(?:/\d+)?)\s*")
_COMPARE = {">=": "≥", "<=": "≤"}


def exact(value: Any) -> Fraction | None:
    """`value` (integer, decimal or "a/b" text) as an exact number; None when blank or not a number."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | Fraction):
        return Fraction(value)
    match = _NUMBER.fullmatch(str(value).strip().replace(",", ""))
    if not match or (match[2] and not int(match[2])):
        return None
    return Fraction(match[1]) / int(match[2] or 1)


def grouped(number: Fraction, least: int = 0, most: int = 2) -> str:
    """`number` with thousands grouped, at least `least` and at most `most` decimals (rounded half up)."""
    exact_value = Decimal(number.numerator) / Decimal(number.denominator)
    rounded = exact_value.quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP)
    whole, _, decimals = f"{rounded:,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{decimals}" if decimals else whole


def quantity(value: Any, unit: str) -> tuple[str, str]:
    """A figure and its unit as printed: fen become 万元, shares percent; text that is no number passes through."""
    number = exact(value)
    if number is None:
        return ("" if value is None else str(value)), unit_name(unit)
    if unit == "fen":
        return grouped(number / 1_000_000, 2, 6), "万元"
    if unit == "ratio":
        return grouped(number * 100), "%"
    return grouped(number, 0, 4), unit_name(unit)


def with_unit(value: Any, unit: str) -> str:
    """A figure with its unit behind it; blank stays blank."""
    figure, name = quantity(value, unit)
    if not figure:
        return ""
    if not name or figure.endswith(name):
        return figure
    return f"{figure}{name}" if name == "%" else f"{figure} {name}"


def target(text: str, unit: str, named: bool = True) -> str:
    """A requirement as printed: a bare figure (">= 50000000") in the measure's unit (`named`: with its name behind it),
    words stay as they are."""
    match = _TARGET.fullmatch(text)
    if not match:
        return text
    sign = _COMPARE.get(match[1] or "", match[1] or "")
    figure = with_unit(match[2], unit) if named else quantity(match[2], unit)[0].removesuffix(".00")
    return f"{sign}{figure}" if len(sign) < 2 else f"{sign} {figure}"


def unit_name(unit: str) -> str:
    """The Chinese name of a measure's unit; a name that is Chinese already stays."""
    return {"fen": "万元", "percent": "%", "ratio": "%", "": ""}.get(unit, UNITS.get(unit, unit))


def long_date(text: str) -> str:
    """`2026-11-21` as 2026年11月21日, `2026-11` as 2026年11月, `2026` as 2026年; anything else unchanged."""
    match = re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?=$|T)", text or "")
    if not match:
        return text or ""
    year, month, day = match.groups()
    return f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")


def long_time(text: str) -> str:
    """`2026-11-21T10:00:00+08:00` as 2026年11月21日 10:00:00 +08:00, the offset as it was written."""
    date, _, clock = (text or "").partition("T")
    match = re.fullmatch(r"(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?", clock)
    return f"{long_date(date)} {match[1]} {match[2] or ''}".rstrip() if match else long_date(text)


def score(indicator: Mapping[str, Any]) -> str:
    """得分/上限 as printed; empty when the rule gives no points."""
    got, cap = str(indicator.get("score") or ""), str(indicator.get("cap") or "")
    return f"{got or '—'}/{cap}" if cap else got


def size(count: int) -> str:
    """A file size in KB or MB."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} KB"
