"""What the application page says in words: why a file was not bound in, and what changed between two versions."""

from __future__ import annotations

from typing import Any

from desktop.pages.evaluation.words import verdict_word
from policy.i18n import mark, tr

# keys are those the book's writer gives
_REASONS = {
    "paper": mark("只有纸质原件，未存电子文件"),
    "missing": mark("文件读不出来，请从备份恢复或重新添加"),
    "empty": mark("文件是空的"),
    "password": mark("文件有打开密码，请取消密码后重新添加"),
    "damaged": mark("文件已损坏，请换一份"),
    "layers": mark("文件含有隐藏图层，请先打印成新的 PDF"),
    "too_large": mark("图片像素过多，请先缩小"),
    "kind": mark("此类文件不能装订，随报送包一起报送"),
}


def reason_text(reason: str) -> str:
    """Why a file is only listed in the book."""
    return tr(_REASONS[reason]) if reason in _REASONS else reason


def changed_figures(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, str]]:
    """The figures that differ between two frozen evaluations: [{id, title, before, after}], verdicts included."""
    rows = []
    old, new = before["measures"], after["measures"]
    for name in sorted(old.keys() | new.keys()):
        was, now = _shown(old.get(name)), _shown(new.get(name))
        if was != now:
            label = (new.get(name) or old[name])["label"]
            rows.append({"id": f"measure:{name}", "title": label, "before": was, "after": now})
    judged = {item["id"]: item for item in before["indicators"]}
    for item in after["indicators"]:
        earlier = judged.get(item["id"])
        if earlier is not None and earlier["verdict"] != item["verdict"]:
            rows.append(
                {
                    "id": f"indicator:{item['id']}",
                    "title": item["title"],
                    "before": verdict_word(earlier["verdict"]),
                    "after": verdict_word(item["verdict"]),
                }
            )
    return rows


def _shown(measure: dict[str, Any] | None) -> str:
    if measure is None or measure["value"] is None:
        return "—"
    return str(measure["shown"])
