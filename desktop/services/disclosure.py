"""The public list of results: what each level of disclosure lets out and nothing else; and what nobody looked at for
a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.models import Achievement
from db.queries import records
from db.queries.rows import tuple_rows
from db.schema import kind_info
from desktop.services.deadlines import day_of
from desktop.services.records import full_rows, typed_values
from desktop.services.registry import Job, service
from desktop.services.tablefile import write_table
from desktop.services.workspace import Workspace
from policy.dates import add_months, latest, today
from policy.i18n import mark, tr

# the fields that leave by level; what is not named here never does
_PUBLIC = (
    "title", "owner", "tech_field", "industry", "cluster", "maturity", "trl", "keywords", "summary_public",
    "wanted_modes", "disclosure_level",
)  # fmt: skip
_LEAVES: Mapping[str, tuple[str, ...]] = {"public": _PUBLIC, "name_only": ("title", "disclosure_level")}
_STALE = ("title", "owner", "conversion_grade", "last_touch_on")
_STALE_MONTHS = 12


@service("disclosure.list")
def disclosed(ws: Workspace, job: Job) -> dict[str, Any]:
    """Unconverted results whose disclosure allows it: {columns: [[kind, field]], rows, bare, held_back}.

    A row is {id, _titles} and the fields its level lets out, the others None; `bare` are the ids of those that are
    public and have no public summary yet; `held_back` counts the results that stay here.
    """
    rows = _leaving(ws)
    with ws.store.read():
        total = _unconverted().count()
    return {
        "columns": [["achievement", name] for name in _PUBLIC],
        "rows": rows,
        "bare": [row["id"] for row in rows if row["disclosure_level"] == "public" and not row["summary_public"]],
        "held_back": total - len(rows),
    }


@service("disclosure.export")
def export(ws: Workspace, job: Job, *, file: str) -> dict[str, Any]:
    """Write the public list to a workbook, numbered instead of with our ids: {file, rows}."""
    info = kind_info("achievement")
    rows = [
        {**row, "id": str(place), "owner": row["_titles"]["owner"] or None} for place, row in enumerate(_leaving(ws), 1)
    ]
    columns = [info.field(name) for name in _PUBLIC]
    return {"file": file, "rows": write_table(file, tr("科技成果公开目录"), columns, rows)}


@service("achievement.stale")
def stale(ws: Workspace, job: Job, *, on: str | None = None) -> dict[str, Any]:
    """Results whose state nobody checked for a year, longest first: {columns: [[kind, field]], rows}; one that is
    classified or already converted is not asked about. Raises Refused("policy.date_invalid")."""
    limit = add_months(day_of(on), -_STALE_MONTHS)
    with ws.store.read():
        ids = [row[0] for row in tuple_rows(_unconverted())]
    rows = [
        {name: row.get(name) for name in ("id", *_STALE, "_titles")}
        for row in full_rows(ws, "achievement", ids)
        if not row["last_touch_on"] or latest(row["last_touch_on"]) < limit
    ]
    rows.sort(key=lambda row: (row["last_touch_on"] or "", row["title"], row["id"]))
    return {"columns": [["achievement", name] for name in _STALE], "rows": rows}


@service("achievement.touch", in_turn=True)
def touch(ws: Workspace, job: Job, *, ids: list[str], on: str | None = None) -> dict[str, Any]:
    """Note that the state of these results was checked, today unless another day is named: {touched, changes}."""
    values, _ = typed_values(ws, kind_info("achievement"), {"last_touch_on": on or today().isoformat()})
    with ws.store.write(mark("确认成果状态"), "typed") as write:
        touched = sum(write.update(Achievement, records.resolve("achievement", one), values) for one in ids)
    return {"touched": touched, "changes": write.changes.as_dict()}


def _leaving(ws: Workspace) -> list[dict[str, Any]]:
    """The results on the list, each with what its level lets out and no other value; `_titles` names the owner."""
    with ws.store.read():
        query = _unconverted().where(Achievement.disclosure_level.in_(list(_LEAVES)))
        ids = [row[0] for row in tuple_rows(query.order_by(Achievement.title, Achievement.id))]
    left = []
    for row in full_rows(ws, "achievement", ids):
        allowed = _LEAVES[row["disclosure_level"]]
        kept = {name: row[name] if name in allowed else None for name in _PUBLIC}
        owner = row.get("_titles", {}).get("owner", "") if kept["owner"] else ""
        left.append({"id": row["id"], **kept, "_titles": {"owner": owner}})
    return left


def _unconverted() -> Any:
    """Results that are no secret and not converted yet."""
    return Achievement.select(Achievement.id).where(
        Achievement.archived == 0, Achievement.classified == 0, Achievement.converted_on.is_null()
    )
