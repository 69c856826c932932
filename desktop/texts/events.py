"""Sentences about events, and about what the organisation is."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "workspace.unknown_kind": mark("没有名为“{kind}”的单位类别，没有改动；可用的有：{known}。"),
    "workspace.no_kind": mark("至少要勾选一类，没有改动。"),
    "event.has_case": mark("这个路演项目已经建了案件“{case}”，没有再建；可以直接打开那个案件。"),
}
