"""Checks between the figures of a firm's year or quarter, as `resources/checks/torch.toml` lists them: they ask."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

from db.fields import FieldInfo
from db.schema import kind_info
from desktop.models import format as shown_as
from desktop.services.dayorder import misplaced
from policy.dates import earliest, latest
from policy.i18n import listed, quoted, resources_dir, tr

YEAR, QUARTER = "firm_year", "firm_quarter"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """What else is known of the firm in the period.

    `last` is the row of the year before, `earlier` that of the quarter before, `year` the yearly record; `derived` what
    the records say of the figures that follow from them; `stay` and `firm` the rows of its stay and of the firm itself.
    """

    kind: str = YEAR
    last: Row | None = None
    earlier: Row | None = None
    year: Row | None = None
    derived: Row = field(default_factory=dict)
    stay: Row = field(default_factory=dict)
    firm: Row = field(default_factory=dict)


@cache
def declared() -> dict[str, Any]:
    """`resources/checks/torch.toml` as shipped."""
    return tomllib.loads((resources_dir() / "checks" / "torch.toml").read_text("utf-8"))


def findings(row: Row, about: About) -> list[dict[str, Any]]:
    """What to ask about a row as stored: [{check, fields, text, explained}] in the order of the checks.

    A check whose figures are not there says nothing: blank is not zero. `explained` where one of its
    fields has an explanation. The text is in the language in force, figures in their fields' units.
    """
    found = []
    explanations = row.get("explanation") or {}
    for check in declared()["check"]:
        if check.get("kind", YEAR) != about.kind or check["test"] not in _TESTS:
            continue
        for names, text in _TESTS[check["test"]](check, row, about):
            explained = any(explanations.get(name) for name in names)
            found.append({"check": check["id"], "fields": list(names), "text": text, "explained": explained})
    return found


def area_finding(sum_of_areas: int | None, whole: int | None, unknown: int) -> dict[str, Any] | None:
    """Whether the tenants' areas are more than the carrier's area for tenants, both in 0.01 m²; `unknown` firms have
    no area on record."""
    if sum_of_areas is None or whole is None or sum_of_areas <= whole:
        return None
    text = tr(
        "在孵企业占用面积之和 {sum} m²，大于载体的在孵企业面积 {whole} m²（另有 {n} 家没有面积）。",
        sum=shown_as.shown(_field("area", YEAR), {"area": sum_of_areas}),
        whole=shown_as.shown(_field("area", YEAR), {"area": whole}),
        n=unknown,
    )
    return {"check": "area-of-tenants", "fields": ["area_tenant"], "text": text, "explained": False}


Found = Iterator[tuple[Sequence[str], str]]


def _sum(check: Row, row: Row, about: About) -> Found:
    parts, (whole,) = check["parts"], check["whole"]
    values = [row[name] for name in parts if row.get(name) is not None]
    if len(values) < len(parts) or row.get(whole) is None or sum(values) == row[whole]:
        return
    text = tr(
        "{parts} 相加是 {sum}，“{whole}”填的是 {value}。",
        parts=_labels(parts, about),
        sum=_shown(whole, sum(values), about),
        whole=_label(whole, about),
        value=_shown(whole, row[whole], about),
    )
    yield (whole, *parts), text


def _sum_most(check: Row, row: Row, about: About) -> Found:
    (whole,) = check["whole"]
    parts = [name for name in check["parts"] if row.get(name) is not None]
    total = sum(row[name] for name in parts)
    if not parts or row.get(whole) is None or total <= row[whole]:
        return
    text = tr(
        "{parts} 相加是 {sum}，多于“{whole}”的 {value}。",
        parts=_labels(parts, about),
        sum=_shown(whole, total, about),
        whole=_label(whole, about),
        value=_shown(whole, row[whole], about),
    )
    yield (whole, *parts), text


def _most(check: Row, row: Row, about: About) -> Found:
    wholes = check["whole"]
    if row.get(wholes[0]) is None:
        return
    whole = sum(row.get(name) or 0 for name in wholes)  # a further one left blank adds nothing: the question stays
    for part in check["parts"]:
        if row.get(part) is not None and row[part] > whole:
            text = tr(
                "“{part}”{value} 大于{whole} {limit}。",
                part=_label(part, about),
                value=_shown(part, row[part], about),
                whole=quoted([_label(name, about) for name in wholes]),
                limit=_shown(wholes[0], whole, about),
            )
            yield (part, *wholes), text


def _chain(check: Row, row: Row, about: About) -> Found:
    filled = [name for name in check["fields"] if row.get(name) is not None]
    for part, whole in pairwise(filled):
        yield from _most({"parts": [part], "whole": [whole]}, row, about)


def _slip(check: Row, row: Row, about: About) -> Found:
    last, factor = about.last or {}, check["factor"]
    for name in _figures(about.kind):
        value, before = row.get(name), last.get(name)
        if not value or not before:
            continue
        ratio = abs(Fraction(value, before))
        if ratio > factor or ratio < Fraction(1, factor):
            text = tr(
                "“{label}”填的是 {value}，上年是 {before}，相差 {factor} 倍以上：是不是单位看错了（元、千元、万元）？",
                label=_label(name, about),
                value=_shown(name, value, about),
                before=_shown(name, before, about),
                factor=factor,
            )
            yield (name,), text


def _same(check: Row, row: Row, about: About) -> Found:
    last = about.last or {}
    for name in check["fields"]:
        if row.get(name) and row[name] == last.get(name):
            text = tr("“{label}”和上年一分不差（{value}）：是不是照抄了？", label=_label(name, about),
                      value=_shown(name, row[name], about))  # fmt: skip
            yield (name,), text


def _zero(check: Row, row: Row, about: About) -> Found:
    for name in check["fields"]:
        if row.get(name) == 0:
            yield (name,), tr("“{label}”是 0，请核对。", label=_label(name, about))


def _negative(_check: Row, row: Row, about: About) -> Found:
    for name in _all_fields(about.kind):
        declared_field = _field(name, about.kind)
        if declared_field.type in ("money", "int", "dec") and not declared_field.signed and (row.get(name) or 0) < 0:
            text = tr(
                "“{label}”是负数（{value}），请核对。", label=_label(name, about), value=_shown(name, row[name], about)
            )
            yield (name,), text


def _graduated(_check: Row, row: Row, about: About) -> Found:
    answer = row.get("graduated") if row.get("graduated") is not None else about.derived.get("graduated")
    if answer and not about.stay.get("graduation_ground"):
        yield ("graduated",), tr("填的是毕业，入驻记录里没有毕业条件（符合哪一条）。")


def _entered(_check: Row, _row: Row, about: About) -> Found:
    entered, founded = about.stay.get("entered_on"), about.firm.get("founded_on")
    if entered and founded and not about.firm.get("is_team") and latest(entered) < earliest(founded):
        text = tr("入驻时间 {entered} 早于成立时间 {founded}。", entered=entered, founded=founded)
        yield ("entered_on", "founded_on"), text


def _days(_check: Row, _row: Row, about: About) -> Found:
    for field_name, text in misplaced(kind_info("tenancy"), about.stay):
        yield (field_name,), text


def _reason(_check: Row, row: Row, about: About) -> Found:
    explanations = row.get("explanation") or {}
    for name, known in about.derived.items():
        value = row.get(name)
        if known is None or value is None or value == known or explanations.get(name):
            continue
        text = tr(
            "“{label}”填的是 {value}，按记录应为 {known}，还没有写原因。",
            label=_label(name, about),
            value=_shown(name, value, about),
            known=_shown(name, known, about),
        )
        yield (name,), text


def _after(_check: Row, row: Row, about: About) -> Found:
    reported = row.get("reported")
    if not isinstance(reported, dict):
        return
    for name in _all_fields(about.kind):
        if name in row and row[name] != reported.get(name):
            text = tr(
                "“{label}”现在是 {value}，上报的是 {before}。",
                label=_label(name, about),
                value=_shown(name, row[name], about),
                before=_shown(name, reported.get(name), about),
            )
            yield (name,), text


def _falls(check: Row, row: Row, about: About) -> Found:
    before = about.earlier
    if before is None or row.get("basis") != "cumulative" or before.get("basis") != "cumulative":
        return
    for name in check["fields"]:
        if row.get(name) is not None and before.get(name) is not None and row[name] < before[name]:
            text = tr(
                "“{label}”累计 {value}，少于上一季度的累计 {before}。",
                label=_label(name, about),
                value=_shown(name, row[name], about),
                before=_shown(name, before[name], about),
            )
            yield (name,), text


def _year(check: Row, row: Row, about: About) -> Found:
    year = about.year
    if year is None or row.get("quarter") != "q4" or row.get("basis") != "cumulative":
        return
    for name in check["fields"]:
        if row.get(name) is not None and year.get(name) is not None and row[name] != year[name]:
            text = tr(
                "“{label}”四季度累计 {value}，年报是 {before}。",
                label=_label(name, about),
                value=_shown(name, row[name], about),
                before=_shown(name, year[name], about),
            )
            yield (name,), text


_TESTS: dict[str, Callable[[Row, Row, About], Found]] = {
    "sum": _sum,
    "sum-most": _sum_most,
    "most": _most,
    "chain": _chain,
    "slip": _slip,
    "same": _same,
    "zero": _zero,
    "negative": _negative,
    "graduated": _graduated,
    "entered": _entered,
    "days": _days,
    "reason": _reason,
    "after": _after,
    "falls": _falls,
    "year": _year,
}


def year_fields() -> list[str]:
    """The figures of the yearly record in the official order."""
    names = [name for item in declared()["item"] for name in item["fields"]]
    return [name.removeprefix("firm_year.") for name in names if name.startswith("firm_year.")]


def _all_fields(kind: str) -> list[str]:
    return year_fields() if kind == YEAR else list(declared()["quarter"]["fields"])


def _figures(kind: str) -> list[str]:
    return [name for name in _all_fields(kind) if _field(name, kind).type in ("money", "int")]


def _field(name: str, kind: str) -> FieldInfo:
    return kind_info(kind).field(name)


def _label(name: str, about: About) -> str:
    return _field(name, about.kind).shown


def _labels(names: Sequence[str], about: About) -> str:
    return listed(_label(name, about) for name in names)


def _shown(name: str, value: Any, about: About) -> str:
    declared_field = _field(name, about.kind)
    text = shown_as.shown(declared_field, {name: value})
    return f"{text} {shown_as.unit(declared_field)}".strip() if text else tr("空白")
