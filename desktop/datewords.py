"""Days as people write them: 11月21日（周六）, and how long there is."""

from __future__ import annotations

from datetime import date

from policy.dates import today
from policy.i18n import tr


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
