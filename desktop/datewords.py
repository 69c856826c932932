"""Days as people write them: 11月21日（周六）, read and told, and how long there is."""

from __future__ import annotations

import re
from datetime import date

from policy.dates import is_partial_date, today
from policy.i18n import tr

_WRITTEN = re.compile(r"(\d{4})(?:年|[./\-](\d{1,2})|年(\d{1,2})月?|(\d{2}))?")
_FULL = re.compile(r"(?:(\d{4})[./\-年])?(\d{1,2})[./\-月](\d{1,2})[日号]?|(\d{4})(\d{2})(\d{2})")


def date_written(text: str) -> str:
    """The date of a field as it is kept (`2026-11-30`, `2026-11`, `2026`) from the ways people type it; a day without
    its year is this year's. Blank where it is no date."""
    tight = "".join(text.split())
    if found := _FULL.fullmatch(tight):
        parts = [part for part in found.groups() if part]
        parts = parts if len(parts) > 2 else [str(today().year), *parts]
    elif found := _WRITTEN.fullmatch(tight):
        parts = [part for part in found.groups() if part]
    else:
        return ""
    told = "-".join(part.zfill(2) for part in parts)
    return told if is_partial_date(told) else ""


def day_words(day: str) -> str:
    """A full day with its weekday; the year stands with it where it is not this one."""
    names = (tr("周一"), tr("周二"), tr("周三"), tr("周四"), tr("周五"), tr("周六"), tr("周日"))
    when = date.fromisoformat(day)
    told = {"month": when.month, "day": when.day, "weekday": names[when.weekday()]}
    if when.year == today().year:
        return tr("{month}月{day}日（{weekday}）", **told)
    return tr("{year}年{month}月{day}日（{weekday}）", year=when.year, **told)


def days_left(days: int) -> str:
    """How long there is until a day, or since when it is over."""
    if days < 0:
        return tr("已过 {n} 天", n=-days)
    return tr("今天") if days == 0 else tr("{n} 天", n=days)
