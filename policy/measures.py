"""The named quantities that rules refer to: what each is called, its unit and the record field it counts by.

Their SQL lives in `db.queries.measures`. A measure is asked for one subject and one period; a quantity nobody knows is
None, never zero. Facts are 0 or 1 and have no unit. Measures without a date field are not in the records: a person
answers them.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

from policy.catalogue import ALL
from policy.i18n import mark, tr
from policy.measure import Measure
from policy.nearby import nearby

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
    "件": mark("件"),
    "次": mark("次"),
    "分": mark("分"),
    "年": mark("年"),
    "学时": mark("学时"),
    "小时": mark("小时"),
    "": "",
}
FEN_PER_YUAN = 100
_FEN_PER_WAN = 10_000 * FEN_PER_YUAN
_FEN_PER = {"元": FEN_PER_YUAN, "万": _FEN_PER_WAN, "万元": _FEN_PER_WAN, "亿": 10**8 * FEN_PER_YUAN}
_FEN_PER["亿元"] = _FEN_PER["亿"]
_NUMBER = re.compile(r"(-?[0-9]{1,18}(?:\.[0-9]{1,6})?)(元|万|万元|亿|亿元)?")
_YES, _NO = frozenset({"1", "true", "yes", "是"}), frozenset({"0", "false", "no", "否"})


_PARAMETER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?")


class Catalogue(dict[str, Measure]):
    """Measures by name. One that takes a number from the rule is known with it only: `tenants_growing:20`."""

    def __missing__(self, name: str) -> Measure:
        base, _, number = name.partition(":")
        declared = dict.get(self, base)
        if declared is None or not declared.takes or not _PARAMETER.fullmatch(number):
            raise KeyError(name)
        return declared.given(name, Fraction(number))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def get(self, name: str, default: Measure | None = None) -> Measure | None:  # type: ignore[override]
        """The measure, with its number where it takes one."""
        try:
            found = self[name]
        except KeyError:
            return default
        return default if found.takes else found


MEASURES = Catalogue((measure.name, measure) for measure in ALL)


def titles() -> dict[str, str]:
    """What every measure is called, by the name it is written with; `:N` stands for the number some take."""
    return {
        f"{one.name}:N" if one.takes else one.name: one.title().replace("{n}", "N") for one in dict.values(MEASURES)
    }


def near(name: str) -> str:
    """The measures that come near a name that is none, as one text."""
    known = titles()
    return nearby(name, known, known.__getitem__)


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
        near = rounded(exact, places)
        if limit is None or exact == limit or near != rounded(limit, places):
            break
    text = f"{Decimal(near.numerator) / Decimal(near.denominator):f}"
    if unit == "%" and "." not in text:
        text += ".0"
    return text


def rounded(value: Fraction, places: int) -> Fraction:
    """A figure at so many decimals, half away from zero, as office workbooks round."""
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
