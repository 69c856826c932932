"""How stored values are shown and typed: by their declaration, in the language in force.

Money is stored in fen and shown in the field's unit with thousands grouped; decimals are scaled integers; dates keep
the precision they were written with; moments are shown at +08:00. Blank stays blank.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from desktop.fields import FieldInfo, choice_label, kind_info
from policy import i18n
from policy.dates import minute
from policy.i18n import clauses, labelled, listed, tr

_FEN = {"元": 100, "千元": 100_000, "万元": 1_000_000, "亿元": 10_000_000_000}
_UNITS_EN = {
    "元": "CNY",
    "千元": "CNY 1,000",
    "万元": "CNY 10,000",
    "亿元": "CNY 100 m",
    "人": "",
    "件": "",
    "项": "",
    "个": "",
    "级": "",
    "家": "firms",
    "场": "events",
    "分钟": "min",
    "学时": "hours",
}
_FIGURES = frozenset({"int", "dec", "money", "year"})


def heading(field: FieldInfo) -> str:
    """A column's heading: the label, and the unit where figures have one."""
    shown_unit = unit(field)
    return f"{field.shown} ({shown_unit})" if shown_unit else field.shown


def unit(field: FieldInfo) -> str:
    """The unit in the language in force."""
    if i18n.language() == "en":
        return _UNITS_EN.get(field.unit, field.unit)
    return field.unit


def is_figure(field: FieldInfo) -> bool:
    """Whether values stand at the right edge."""
    return field.type in _FIGURES


def holds_terms(field: FieldInfo) -> bool:
    """Whether values are what a supplement changes in its contract: [{field, old, new}]."""
    return field.type == "list" and field.model == "contract_amendment"


def shown(field: FieldInfo, row: dict[str, Any]) -> str:
    """The row's value as people read it."""
    value = row.get(field.name)
    if value is None or value == "" or value == []:
        return ""
    if field.type == "money":
        return _money(field, value, row)
    if field.type == "dec":
        return _exact(Fraction(value, 10**field.scale), grouped=True)
    if field.type == "int":
        return f"{value:,}"
    if field.type in ("bool", "tri"):
        return tr("是") if value else tr("否")
    if field.type == "enum":
        return choice_label(field, str(value))
    if field.type == "tags":
        return listed(choice_label(field, str(code)) for code in value)
    if field.type == "timestamp":
        return moment(value)
    if field.type == "ref":
        return str(row.get("_titles", {}).get(field.name) or value)
    if field.type == "list":
        return _changed(value) if holds_terms(field) else _listed(value)
    return str(value)


def in_both_units(field: FieldInfo, row: dict[str, Any]) -> str:
    """The row's value as a hint shows it: an amount in its unit and in the one people speak in (万元, or 元)."""
    text = shown(field, row)
    if field.type != "money" or not text or (row.get(field.currency_field or "") or "CNY") != "CNY":
        return text
    other = "元" if field.unit == "万元" else "万元"
    return f"{text} {unit(field)} = {money(row[field.name], other)} {unit(replace(field, unit=other))}"


def typed_in_both_units(field: FieldInfo, text: str) -> str:
    """What is being typed, read in the field's unit: the hint at an amount; blank where it is no plain number."""
    try:
        fen = Fraction(text.replace(",", "").strip() or "x") * _FEN.get(field.unit, 100)
    except (ValueError, ZeroDivisionError):
        return ""
    return in_both_units(field, {field.name: int(fen)}) if fen.denominator == 1 else ""


def typed(field: FieldInfo, row: dict[str, Any]) -> str:
    """The row's value as one would type it, so that it reads back unchanged."""
    value = row.get(field.name)
    if value is None:
        return ""
    if field.type == "money":
        currency = row.get(field.currency_field or "") or "CNY"
        if currency != "CNY":
            return f"{_exact(Fraction(value, 100))} {currency}"
        return _exact(Fraction(value, _FEN.get(field.unit, 100)))
    if field.type == "dec":
        return _exact(Fraction(value, 10**field.scale))
    if field.type == "list":
        return shown(field, row)
    return str(value)


def moment(milliseconds: int | None) -> str:
    """A moment at +08:00 as `2026-11-21 15:30`; blank for None."""
    if milliseconds is None:
        return ""
    return minute(milliseconds)


def money(fen: int | None, shown_in: str = "万元") -> str:
    """An amount in fen, grouped, in the unit named; blank for None."""
    return "" if fen is None else _exact(Fraction(fen, _FEN[shown_in]), grouped=True)


def size(count: int) -> str:
    """A number of bytes as people read it."""
    if count < 1024:
        return f"{count} B"
    for name, step in (("KB", 1 << 10), ("MB", 1 << 20)):
        if count < step * 1024:
            return f"{count / step:.1f} {name}"
    return f"{count / (1 << 30):.2f} GB"


def _money(field: FieldInfo, value: int, row: dict[str, Any]) -> str:
    currency = row.get(field.currency_field or "") or "CNY"
    if currency != "CNY":
        return f"{_exact(Fraction(value, 100), grouped=True)} {currency}"
    return _exact(Fraction(value, _FEN.get(field.unit, 100)), grouped=True)


def _exact(value: Fraction, *, grouped: bool = False) -> str:
    """All decimals there are and none more; stored values are decimal, so they end within twelve places."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 1)
    decimals = str(int(rest * 10**12)).zfill(12).rstrip("0")
    text = f"{int(whole):,}" if grouped else str(int(whole))
    return f"{sign}{text}.{decimals}" if decimals else f"{sign}{text}"


def _changed(terms: Any) -> str:
    """What a supplement changes, [{field, old, new}]: each term with both values in its unit."""
    declared = {field.name: field for field in kind_info("contract").fields}
    return clauses(_change(one, declared.get(one["field"])) for one in terms)


def _change(one: dict[str, Any], field: FieldInfo | None) -> str:
    """One term; in another's workbook it may be called as people call it, and then its values are words too."""
    said = {}
    for name in ("old", "new"):
        text = shown(field, {field.name: one[name]}) if field is not None else str(one[name] or "")
        said[name] = f"{text} {unit(field)}".strip() if field is not None and text else text or tr("（未填）")
    label = field.shown if field is not None else str(one["field"])
    return labelled(label, tr("{old} → {new}", **said))


def _listed(value: Any) -> str:
    if isinstance(value, dict) and {"name", "value"} <= value.keys() <= {"name", "value", "unit"}:
        return labelled(str(value["name"]), f"{value['value']} {value.get('unit') or ''}".strip())
    if isinstance(value, dict):
        return clauses(labelled(name, item) for name, item in value.items())
    if isinstance(value, list):
        return listed(_listed(item) if isinstance(item, dict | list) else str(item) for item in value)
    return str(value)
