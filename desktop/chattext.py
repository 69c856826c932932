"""Text copied out of a chat: who said something when, by the lines that head each message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_TIME = r"(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?:[:：]\d{2})?"
_DAYS = (
    r"(?P<year>(?:19|20)\d{2})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?",
    r"(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?",
    r"(?P<ago>今天|昨天|前天)",
)
# "张三 2026-11-20 15:30", also "2026-11-20 15:30 张三"; the name is short and holds no sentence
_NAME = r"(?P<who>[^\s:：，。,；;!！?？][^:：，。,；;!！?？]{0,29}?)"
_HEADS = tuple(
    re.compile(rf"^{pattern}\s*[:：]?$")
    for day in _DAYS
    for pattern in (rf"{_NAME}[\s\u3000]+{day}\s+{_TIME}", rf"{day}\s+{_TIME}[\s\u3000]+{_NAME}")
)
_AGO = {"今天": 0, "昨天": 1, "前天": 2}


@dataclass(frozen=True, slots=True)
class Said:
    """The head of a message."""

    who: str
    at: datetime


def heads(text: str, now: datetime) -> list[Said]:
    """Who spoke when, in the order of the text; empty where it is no chat. `now` tells which year a day without one
    belongs to: the last that is not to come."""
    return list(_heads(text, now))


def _heads(text: str, now: datetime) -> Iterator[Said]:
    for line in text.splitlines():
        cleaned = line.strip().strip("\u200b\ufeff")
        if len(cleaned) > 60:
            continue
        found = next((match for pattern in _HEADS if (match := pattern.match(cleaned))), None)
        moment = None if found is None else _moment(found.groupdict(), now)
        if found is not None and moment is not None:
            yield Said(found["who"].strip(), moment)


def _moment(parts: dict[str, str | None], now: datetime) -> datetime | None:
    """The moment meant; None for a day or a time there is none of."""
    try:
        if ago := parts.get("ago"):
            day = now.date() - timedelta(days=_AGO[ago])
        elif year := parts.get("year"):
            day = date(int(year), int(parts["month"] or 0), int(parts["day"] or 0))
        else:
            day = date(now.year, int(parts["month"] or 0), int(parts["day"] or 0))
            if day > now.date():
                day = day.replace(year=now.year - 1)
        return datetime(day.year, day.month, day.day, int(parts["hour"] or 0), int(parts["minute"] or 0))
    except ValueError:
        return None
