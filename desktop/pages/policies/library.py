"""The packs as a list: what they are, whether they hold, how far they are verified, and whose they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QIcon

from desktop.look import icon, state_icon
from desktop.pages.evidence.rows import Column, Row
from desktop.pages.policies.words import in_force, layer_word, standing_state, standing_word
from policy.i18n import bracketed, mark, tr

TITLE = 0
# the state of a signature: its word, and its icon
_SIGNED = {
    "shipped": (mark("程序自带"), ""),
    "own": (mark("本单位签名"), "good"),
    "trusted": (mark("{holder}签名"), "good"),
    "unknown": (mark("签名人不在信任名单"), "warn"),
    "none": (mark("没有签名"), ""),
    "wrong": (mark("签名不符"), "bad"),
}


def columns() -> tuple[Column, ...]:
    """The library's columns."""
    return (
        Column(lambda: tr("名称"), lambda row: row["title"], icon=_own_icon),
        Column(lambda: tr("文号"), lambda row: row.get("number", ""), most=22),
        Column(lambda: tr("层级"), lambda row: layer_word(row.get("layer", ""))),
        Column(lambda: tr("状态"), standing, icon=lambda row: state_icon(_state(row))),
        Column(lambda: tr("施行期间"), in_force, most=24),
        Column(
            lambda: tr("规则"), lambda row: str(row.get("rules", "")), order=lambda row: row.get("rules", 0), right=True
        ),
        Column(
            lambda: tr("未核实"),
            lambda row: str(row.get("unverified", "")),
            icon=lambda row: state_icon("warn") if row.get("unverified") else None,
            order=lambda row: row.get("unverified", 0),
            right=True,
        ),
        Column(lambda: tr("来自"), signed, icon=_signed_icon, most=20),
    )


def standing(row: Row) -> str:
    """The standing in a word, with a mark where the pack does not hold the whole text; or that it cannot be read."""
    if row.get("problem"):
        return tr("不能读取")
    return bracketed(standing_word(row["status"]), tr("内容不全") if row.get("incomplete") else "")


def signed(row: Row) -> str:
    """Whose the pack is: the program's, or by whom it is signed."""
    signature = row.get("signature") or {}
    word = _SIGNED.get(signature.get("state", ""), ("", ""))[0]
    return tr(word, holder=signature.get("holder", "")) if word else ""


def keeps(text: str) -> Callable[[Row], bool]:
    """The filter for what was typed: title, number, issuer, layer, standing and origin, and the rules' titles."""
    words = text.casefold().split()

    def keep(row: Row) -> bool:
        told = (row["title"], row["id"], row.get("number"), row.get("issuer"), layer_word(row.get("layer", "")))
        told = (*told, standing(row), signed(row), *row.get("rule_titles", ()))
        whole = " ".join(part or "" for part in told).casefold()
        return all(word in whole for word in words)

    return keep


def facts(row: dict[str, Any], titles: dict[str, str]) -> list[tuple[str, str]]:
    """What else is known of a pack, as label and text; `titles` are those of the packs at hand by id."""

    def named(ids: list[str]) -> str:
        return "；".join(f"{titles[one]} ({one})" if one in titles else one for one in ids)

    key = (row.get("signature") or {}).get("key_id", "")
    told = [
        (tr("代号"), row["id"]),
        (tr("文号"), row["number"]),
        (tr("发布机关"), row["issuer"]),
        (tr("发布日期"), row["issued_on"]),
        (tr("施行期间"), in_force(row)),
        (tr("来源"), row["source"]),
        (tr("替代"), named(row["replaces"])),
        (tr("被替代为"), named([*row.get("succeeded_by", []), *([row["replaced_by"]] if row["replaced_by"] else [])])),
        (tr("签名"), bracketed(signed(row), key)),
        (tr("摘要"), row["digest"]),
    ]
    return [(label, text) for label, text in told if text]


def _state(row: Row) -> str:
    return "bad" if row.get("problem") else standing_state(row["status"])


def _own_icon(row: Row) -> QIcon:
    return icon("pencil" if row.get("own") else "file-text")


def _signed_icon(row: Row) -> QIcon | None:
    state = _SIGNED.get((row.get("signature") or {}).get("state", ""), ("", ""))[1]
    return state_icon(state) if state else None
