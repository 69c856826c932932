"""Amounts of money as people write them (`10,000(万)`, `6(万美元)`, `600万人民币`) to exact integers and a currency.

The stored integer counts hundredths of the main unit in every currency (fen for CNY), so one rule shows them all.
A foreign amount stays in its currency; nothing is ever converted.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from db.values import BLANK, Note, Parsed, ValueProblem, exact, is_blank, is_whole, number_in, scaled, tidy, written

MULTIPLES = {
    "": 1,
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
_NAMES = {
    "CNY": "人民币 RMB CNY ¥",
    "USD": "美元 美金 美圆 USD US$ $",
    "HKD": "港元 港币 香港元 HKD HK$",
    "EUR": "欧元 EUR €",
    "JPY": "日元 日圆 JPY",
    "GBP": "英镑 GBP £",
    "TWD": "新台币 台币 新台币元 TWD NT$",
    "MOP": "澳门元 澳门币 MOP",
    "SGD": "新加坡元 新元 新币 SGD S$",
    "KRW": "韩元 韩圆 KRW",
    "AUD": "澳元 澳大利亚元 AUD",
    "CAD": "加元 加拿大元 CAD",
    "CHF": "瑞士法郎 CHF",
    "NZD": "新西兰元 NZD",
    "SEK": "瑞典克朗 SEK",
    "NOK": "挪威克朗 NOK",
    "DKK": "丹麦克朗 DKK",
    "MYR": "马来西亚林吉特 马币 MYR",
    "THB": "泰铢 THB",
    "RUB": "卢布 俄罗斯卢布 RUB",
    "INR": "印度卢比 INR",
}
CURRENCIES = tuple(_NAMES)
_CURRENCY = {name.upper(): code for code, names in _NAMES.items() for name in names.split()}
# What may stand behind the multiple: → (currency, whether it names a unit, so that the column's unit is not meant).
_TAILS: dict[str, tuple[str, bool]] = {"": ("", False), "元": ("", True), "圆": ("", True), "块": ("", True)}
for _name, _code in _CURRENCY.items():
    _TAILS[_name] = (_code, _name.endswith(("元", "圆", "币元")))
    if not _name.endswith(("元", "圆")):
        _TAILS[_name + "元"] = _TAILS["元" + _name] = (_code, True)
_MULTIPLE_AND_TAIL = {
    multiple + tail: (factor, currency, named or bool(multiple))
    for multiple, factor in MULTIPLES.items()
    for tail, (currency, named) in _TAILS.items()
}
_PREFIXES = sorted(_CURRENCY, key=len, reverse=True)
_AMOUNT = re.compile(r"(?P<number>[+\-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+\-−]?\.\d+)(?P<tail>.*)")
_LOOSE = re.compile(r"[\s()\[\]【】]+")
_ABOUT = re.compile(r"^(?:大约|约|近)|(?:左右|余)$")


class MoneyUnit:
    """The unit a column of amounts is in: a multiple of the main unit, and the currency its header names, if any."""

    __slots__ = ("currency", "factor")

    def __init__(self, factor: int, currency: str = "") -> None:
        self.factor = factor
        self.currency = currency

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MoneyUnit) and (self.factor, self.currency) == (other.factor, other.currency)

    def __hash__(self) -> int:
        return hash((self.factor, self.currency))


def money_unit(text: str) -> MoneyUnit | None:
    """The unit a header or a declaration names: 元, 千元, 万元, 万美元, 元/千元/万元/亿元…; None for anything else."""
    found = _MULTIPLE_AND_TAIL.get(_LOOSE.sub("", unicodedata.normalize("NFKC", text)).upper())
    return MoneyUnit(found[0], found[1]) if found and found[2] else None


def parse_money(cell: object, unit: MoneyUnit) -> Parsed:
    """An amount as hundredths of its currency; `currency` is the one the cell names (else the header's, else "").

    What the cell says of its unit wins over `unit`. `raw` is the wording. Parts below a fen are rounded and noted,
    `约` is noted. Raises value.money_unreadable, value.number_damaged, value.number_too_large.
    """
    if isinstance(cell, float) and is_whole(cell) and unit.factor <= 10_000:
        return Parsed(int(cell) * unit.factor * 100, (), unit.currency, str(int(cell)))
    number = exact(cell)
    if number is not None:
        return _amount(number, unit.factor, unit.currency, written(cell), ())
    text = tidy(cell).upper()
    if is_blank(text) or text in ("NONE", "NAN"):
        return BLANK
    raw = written(cell).strip()
    notes: tuple[Note, ...] = ()
    body = text
    if _ABOUT.search(body):
        body = _ABOUT.sub("", body).strip()
        notes = (Note("value.money_approximate", {}),)
    currency = ""
    for prefix in _PREFIXES:
        if body.startswith(prefix):
            currency, body = _CURRENCY[prefix], body[len(prefix) :].strip()
            break
    negative = body.startswith("(") and body.endswith(")")
    if negative:
        body = body[1:-1].strip()
    found = _AMOUNT.fullmatch(body)
    if not found:
        raise ValueProblem("value.money_unreadable")
    tail = _LOOSE.sub("", found["tail"]).removesuffix("整").removesuffix("正")
    meaning = _MULTIPLE_AND_TAIL.get(tail)
    if meaning is None or (currency and meaning[1] and meaning[1] != currency):
        raise ValueProblem("value.money_unreadable")
    factor, tail_currency, names_unit = meaning
    value = number_in(found["number"])
    return _amount(
        -value if negative else value,
        factor if names_unit else unit.factor,
        currency or tail_currency or ("" if names_unit else unit.currency),
        raw,
        notes,
    )


def _amount(number: Fraction, factor: int, currency: str, raw: str, notes: tuple[Note, ...]) -> Parsed:
    found = scaled(number, factor * 100, "value.money_rounded")
    return Parsed(found.value, notes + found.notes, currency, raw)
