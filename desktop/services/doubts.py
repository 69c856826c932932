"""Figures a thousand times what they were the year before: asked about once, since units are mixed up daily."""

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
_NEAR = Fraction(1, 3)  # how far from the slip itself a ratio may be: figures change from year to year
_WITHIN = ("quarter", "half", "month")  # what tells periods of one year apart


@service("values.doubt")
def doubt(ws: Workspace, job: Job, *, kind: str, id: str, fields: list[str] | None = None) -> list[dict[str, Any]]:
    """Amounts of a yearly record that are about 1,000 or 10,000 times those of the nearest other period, or a part of
    them: [{field, label, value, other, period, factor, proposed}], money in fen; `proposed` is the value put right.

    Only `fields` are looked at, where named. A figure of no other period is never doubted.
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
