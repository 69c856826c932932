"""Why a result fits a need, in words: from the reasons as they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from db.schema import kind_info
from policy.i18n import listed, tr


def in_words(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """A phrase for each reason, in the language in force; a kind this program does not know says nothing."""
    return [text for reason in reasons if (text := _phrase(reason))]


def _phrase(reason: Mapping[str, Any]) -> str:
    kind, fit = reason.get("kind"), reason.get("fit")
    if kind == "terms":
        return tr("共同用词：{words}", words=listed(reason["terms"]))
    if kind == "field":
        asked, offered = (_label("achievement", "tech_field", code) for code in reason["fields"])
        if fit == "same":
            return tr("领域相同：{field}", field=asked)
        return tr("领域相近：{asked}与{offered}", asked=asked, offered=offered)
    if kind == "cluster":
        return tr("同一产业集群：{names}", names=listed(reason["clusters"]))
    if kind == "maturity":
        asked, held = (_levels(*reason[name]) for name in ("asked", "held"))
        if fit == "fits":
            return tr("成熟度 {held} 级，合乎所需的 {asked} 级", held=held, asked=asked)
        if fit == "below":
            return tr("成熟度 {held} 级，低于所需的 {asked} 级", held=held, asked=asked)
        return tr("成熟度 {held} 级，已高于所需的 {asked} 级", held=held, asked=asked)
    if kind == "place":
        if fit == "district":
            return tr("同在{place}", place=reason["place"])
        return tr("同在{place}片区", place=_label("organisation", "zone", reason["place"]))
    if kind == "budget":
        return tr("意向投入够意向价格") if fit == "enough" else tr("意向投入低于意向价格")
    if kind == "mode":
        modes = [_label("achievement", "wanted_modes", code) for code in reason["modes"]]
        return tr("合作方式都可以：{modes}", modes=listed(modes))
    return ""


def decision_label(code: str) -> str:
    """What was decided on a match, in the language in force."""
    return _label("match", "decision", code)


def _levels(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _label(kind: str, field: str, code: str) -> str:
    for choice in kind_info(kind).field(field).choices:
        if choice.code == code:
            return choice.shown
    return code
