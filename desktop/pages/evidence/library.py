"""The library's columns and filters: what each file is, how long it holds, and where it is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtGui import QIcon

from desktop.fields import choice_label, kind_info
from desktop.look import icon, state_icon
from desktop.models.format import size
from desktop.pages.evidence.rows import Column, Row
from policy.dates import is_partial_date, latest, today
from policy.i18n import tr

TITLE, KIND, SIZE, PAGES, ISSUED, VALID, USED = range(7)
SOON = timedelta(days=30)
EXPIRED, ENDING, UNUSED = "expired", "ending", "unused"  # filters beside the stored states


def choices(field: str) -> list[tuple[str, str]]:
    """The entries of an enumerated field, as (label in the language in force, code)."""
    declared = kind_info("evidence").field(field)
    return [(choice_label(declared, choice.code), choice.code) for choice in declared.choices]


def is_expired(row: Row, day: date) -> bool:
    """Whether the paper no longer holds, by its date or by what was noted."""
    until = row["valid_until"]
    return row["state"] == "expired" or bool(until and is_partial_date(until) and latest(until) < day)


def is_ending(row: Row, day: date) -> bool:
    """Whether the paper ends within 30 days."""
    until = row["valid_until"]
    return bool(until and is_partial_date(until) and day <= latest(until) <= day + SOON)


def columns() -> tuple[Column, ...]:
    """The library's columns."""
    return (
        Column(lambda: tr("名称"), lambda row: row["title"], icon=_icon, tip=lambda row: row["file_name"]),
        Column(
            lambda: tr("材料类别"),
            lambda row: choice_label(kind_info("evidence").field("doc_kind"), row["doc_kind"]),
            most=16,
        ),
        Column(lambda: tr("大小"), lambda row: size(row["bytes"]), order=lambda row: row["bytes"], right=True),
        Column(
            lambda: tr("页数"),
            lambda row: "" if row["pages"] is None else str(row["pages"]),
            order=lambda row: row["pages"] or 0,
            right=True,
        ),
        Column(lambda: tr("出具日期"), lambda row: row["issued_on"] or ""),
        Column(lambda: tr("有效期止"), _until, icon=_until_icon, order=lambda row: row["valid_until"] or ""),
        Column(lambda: tr("用处"), _used, order=lambda row: len(row["targets"]), right=True),
    )


def keeps(text: str, doc_kind: str, state: str, day: date) -> Callable[[Row], bool]:
    """The filter for what was typed and chosen; "" lets everything through."""
    words = text.casefold().split()
    tests: dict[str, Callable[[Row], bool]] = {
        EXPIRED: lambda row: is_expired(row, day),
        ENDING: lambda row: is_ending(row, day),
        UNUSED: lambda row: not row["targets"],
    }

    def keep(row: Row) -> bool:
        if doc_kind and row["doc_kind"] != doc_kind:
            return False
        if state and not (tests[state](row) if state in tests else row["state"] == state):
            return False
        told = f"{row['title']} {row['file_name']} {row['doc_no'] or ''} {row['issuer'] or ''}".casefold()
        return all(word in told for word in words)

    return keep


def _doc_kind(row: Row) -> str:
    return choice_label(kind_info("evidence").field("doc_kind"), row["doc_kind"])


def _icon(row: Row) -> QIcon:
    return icon("image" if row["media_type"].startswith("image/") else "file-text")


def _until(row: Row) -> str:
    until = row["valid_until"] or ""
    day = today()
    if is_expired(row, day):
        return tr("{date} 过期", date=until).strip()
    if is_ending(row, day):
        return tr("{date} 还有{days}天", date=until, days=(latest(until) - day).days)
    return until


def _until_icon(row: Row) -> QIcon | None:
    day = today()
    if is_expired(row, day):
        return state_icon("warn")
    return icon("clock") if is_ending(row, day) else None


def _used(row: Row) -> str:
    count = len(row["targets"])
    return tr("{count} 处", count=count) if count else tr("未关联")
