"""Sentences about events."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "event.has_case": mark("这个路演项目已经建了案件“{case}”，没有再建；可以直接打开那个案件。"),
}
