"""What the page of rounds says in words: what columns and rows of a table are, and how the sums agree."""

from __future__ import annotations

from typing import Any

from desktop.messages import sentence
from policy.i18n import clauses, labelled, mark, sentences, tr

ROLES = {
    "group": mark("类别（上级指标）"),
    "indicator": mark("指标"),
    "points": mark("分值"),
    "criterion": mark("评分标准"),
    "proof": mark("证明材料"),
    "number": mark("序号"),
    "other": mark("不录入"),
}
KINDS = {
    "heading": mark("标题行"),
    "total": mark("合计行"),
    "subtotal": mark("小计行"),
    "left_out": mark("不录入"),
}
# what has to be looked at, and what is only said
UNCLEAR = frozenset({"blank", "unreadable", "negative", "shared"})


def row_words(row: dict[str, Any]) -> str:
    """What is to be said of a row: what kind it is where it is no indicator, else how its points were read."""
    if row["kind"] != "indicator":
        return tr(KINDS[row["kind"]])
    said = [sentence(row["said"])] if row["said"] else []
    if row["attached"]:
        said.append(labelled(tr("计算规则"), row["attached"]))
    return clauses(said)


def sum_words(found: dict[str, Any]) -> tuple[str, str]:
    """A state of `desktop.look.STATES` and the sentence about the sums."""
    bonus = tr("另有加分 {bonus} 分。", bonus=found["bonus"]) if found["bonus"] != "0" else ""
    open_ = tr("{count} 行的分值待填。", count=found["unreadable"]) if found["unreadable"] else ""
    if found["agrees"]:
        return "good", sentences(tr("各项合计 {sum} 分，与总分一致。", sum=found["sum"]), bonus)
    if not found["total"]:
        said = tr("各项合计 {sum} 分，表中没有写明总分。", sum=found["sum"])
        return ("warn" if open_ else "info"), sentences(said, bonus, open_)
    said = tr("各项合计 {sum} 分，总分 {total} 分，不一致。", sum=found["sum"], total=found["total"])
    if found["sum"] == found["total"]:
        said = tr("各项合计 {sum} 分，与总分相同。", sum=found["sum"])
    return "warn", sentences(said, bonus, open_)


def group_words(found: dict[str, Any]) -> str:
    """The parts whose stated points differ from what their rows add up to; "" where all agree."""
    return clauses(
        tr("“{title}”写明 {stated} 分，各行合计 {found} 分", **part)
        for part in found["groups"]
        if part["stated"] != part["found"]
    )
