"""Figures a thousand times what they were the year before, or what others of their kind are: asked about once, since
units are mixed up daily."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from typing import Any

from db.fields import FieldInfo
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import KindInfo, kind_info
from desktop.models.format import shown, unit
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.i18n import spaced, tr

_SLIPS = (1000, 10_000)  # 千元 for 元, 万元 for 元; ten times as much is no slip but a good year
_USUAL = (10_000, 1000)  # where nothing says of what: 元 written for 万元 is what happens most
_OTHERS, _LATEST = 5, 2000  # fewer amounts show no range; more than the latest need not be looked at
_BEYOND = 10  # times the largest of all others: a good deal, and no slip yet
_NEAR = Fraction(1, 3)  # how far from the slip itself a ratio may be: figures change from year to year
_WITHIN = ("quarter", "half", "month")  # what tells periods of one year apart


@service("values.doubt")
def doubt(ws: Workspace, job: Job, *, kind: str, id: str, fields: list[str] | None = None) -> list[dict[str, Any]]:
    """Amounts of a yearly record that are about 1,000 or 10,000 times those of the nearest other period, or a part of
    them; of other records those far beyond all others of the kind that would lie among them in another unit: [{field,
    label, value, other, period, factor, larger, proposed}], money in fen; `proposed` is the value put right, `period`
    is blank where `other` is what is usual among the others.

    Only `fields` are looked at, where named. A figure of no other period, or among few, is never doubted.
    """
    info = kind_info(kind)
    with ws.store.read():
        return doubted(info, records.get(kind, records.resolve(kind, id)), fields)


def doubted(
    info: KindInfo,
    row: dict[str, Any],
    fields: Collection[str] | None = None,
    others: list[dict[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    """The same of a row as stored; `others` are the rows of its subject. Without them the caller holds the store."""
    found: list[dict[str, Any]] = []
    asked = [one for one in info.fields if one.type == "money" and (fields is None or one.name in fields)]
    if not any(row.get(one.name) for one in asked):
        return found
    if not is_yearly(info):
        beside = _latest(info) if others is None else others
        return [one for declared in asked for one in _beyond(declared, row, beside)]
    neighbours = _nearest(_stored(info, row) if others is None else others, row)
    for declared in asked:
        other = next((near for near in neighbours if near.get(declared.name)), None)
        if other is not None and row.get(declared.name):
            found += _doubt(declared, row[declared.name], other)
    return found


def asked_of_import(
    info: KindInfo, taken: Iterable[tuple[int, dict[str, Any], Collection[str]]], known: Iterable[dict[str, Any]]
) -> Iterator[tuple[int, str, str, str]]:
    """What an import asks about new amounts: (sheet row, field, value as shown, sentence).

    `taken` are sheet row, row as stored and which of its fields are new; `known` are all rows of the kind.
    """
    subject = _subject(info)
    of: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in known:
        of[tuple(row.get(name) for name in subject)].append(row)
    for number, row, news in taken:
        for one in doubted(info, row, news, of[tuple(row.get(name) for name in subject)]):
            field = info.field(one["field"])
            value, other = (spaced(shown(field, {field.name: one[name]}), unit(field)) for name in ("value", "other"))
            reason = tr(
                "{period} 年是 {other}，相差约 {factor} 倍。已按原样保存；是不是单位看错了（元、千元、万元）？",
                period=one["period"], other=other, factor=f"{one['factor']:,}",
            )  # fmt: skip
            yield number, field.name, value, reason


def _doubt(declared: FieldInfo, value: int, other: dict[str, Any]) -> list[dict[str, Any]]:
    known = other[declared.name]
    ratio = Fraction(value, known)
    for slip in _SLIPS:
        for factor in (Fraction(slip), Fraction(1, slip)):
            if _NEAR <= ratio / factor <= 1 / _NEAR:
                proposed = value / factor
                if proposed.denominator != 1:
                    continue
                return [
                    {
                        "field": declared.name,
                        "label": declared.shown,
                        "value": value,
                        "other": known,
                        "period": _period(other),
                        "factor": slip,
                        "larger": ratio > 1,
                        "proposed": int(proposed),
                    }
                ]
    return []


def _beyond(declared: FieldInfo, row: dict[str, Any], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Asked where an amount lies far outside all others, and among them in another unit."""
    value = row.get(declared.name) or 0
    known = sorted(amount for one in others if one["id"] != row["id"] and (amount := one.get(declared.name) or 0) > 0)
    if value <= 0 or len(known) < _OTHERS or (known[0] <= value * _BEYOND and value <= known[-1] * _BEYOND):
        return []
    for slip in _SLIPS if declared.unit == "千元" else _USUAL:
        proposed = Fraction(value, slip) if value > known[-1] else Fraction(value * slip)
        if proposed.denominator == 1 and known[0] <= proposed <= known[-1]:
            return [
                {
                    "field": declared.name,
                    "label": declared.shown,
                    "value": value,
                    "other": known[len(known) // 2],
                    "period": "",
                    "factor": slip,
                    "larger": value > known[-1],
                    "proposed": int(proposed),
                }
            ]
    return []


def _latest(info: KindInfo) -> list[dict[str, Any]]:
    """The records of the kind entered last; the caller holds the store's lock."""
    model = info.models[-1]
    return dict_rows(model.select().order_by(model.created_at.desc()).limit(_LATEST))


def is_yearly(info: KindInfo) -> bool:
    """Whether the records of a kind are of years, and can be compared with another's."""
    return any("year" in names for names in info.kind.natural)


def _subject(info: KindInfo) -> tuple[str, ...]:
    """The fields that say whose yearly record it is."""
    names = next((names for names in info.kind.natural if "year" in names), ())
    return tuple(name for name in names if name != "year" and name not in _WITHIN)


def _stored(info: KindInfo, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of the subject of a row."""
    if not is_yearly(info):
        return []
    model = info.models[-1]
    return dict_rows(model.select().where(*(model._meta.fields[name] == row[name] for name in _subject(info))))


def _nearest(rows: Iterable[dict[str, Any]], row: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of other periods, the nearest first and the earlier of two alike."""
    if row.get("year") is None:
        return []
    return sorted((near for near in rows if near["id"] != row["id"]), key=lambda near: _distance(near, row))


def _distance(near: dict[str, Any], row: dict[str, Any]) -> tuple[int, int, int]:
    same = sum(near.get(name) != row.get(name) for name in _WITHIN)
    return abs(near["year"] - row["year"]), same, near["year"]


def _period(row: dict[str, Any]) -> str:
    return "-".join(str(row[name]) for name in ("year", *_WITHIN) if row.get(name))
