"""What the application page says in words: what changed between two versions."""

from __future__ import annotations

from typing import Any

from desktop.pages.evaluation.words import verdict_word


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
