"""The list of transferable patents and other rights by grade of conversion, with what a buyer asks first: legal state,
fees, open licence, review before filing."""

from __future__ import annotations

from typing import Any

from db.models import Achievement, IpRight
from db.queries.rows import dict_rows
from db.schema import kind_info
from desktop.services.records import full_rows
from desktop.services.registry import Job, service
from desktop.services.tablefile import write_table
from desktop.services.workspace import Workspace
from policy.dates import latest, today
from policy.i18n import tr

_COLUMNS = (
    ("achievement", "conversion_grade"), ("ip_right", "title"), ("ip_right", "kind"), ("ip_right", "number"),
    ("ip_right", "holder"), ("ip_right", "legal_state"), ("ip_right", "checked_on"), ("ip_right", "fee_due_on"),
    ("ip_right", "expires_on"), ("ip_right", "open_licence"), ("ip_right", "declared_on"),
    ("ip_right", "licence_price"), ("achievement", "prefiling_review"), ("ip_right", "pool_grade"),
)  # fmt: skip
_ALIVE = frozenset({"valid", "pending", "pledged"})
_GIVEN_UP = "d"


@service("patents.list")
def patents(ws: Workspace, job: Job, *, grade: str = "") -> dict[str, Any]:
    """Rights that can still be transferred, best grade first: {columns: [[kind, field]], rows, left_out}.

    `grade` a, b, c or "none" lists one grade; `fee_late` says that the day for the fee has passed. `left_out` counts
    {dead, moved, given_up, closed}: lapsed or disputed, already transferred, results given up, and what may not be
    disclosed. A filing that is not published yet leaves only where its result is public.
    """
    with ws.store.read():
        rights = dict_rows(IpRight.select(IpRight.id, IpRight.achievement).where(IpRight.archived == 0))
        results = {row["id"]: row for row in dict_rows(Achievement.select())}
    of_result = {right["id"]: results.get(right["achievement"] or "") for right in rights}
    left_out = {"dead": 0, "moved": 0, "given_up": 0, "closed": 0}
    rows = []
    for right in full_rows(ws, "ip_right", [right["id"] for right in rights]):
        result = of_result[right["id"]]
        if why := _stays(right, result):
            left_out[why] += 1
            continue
        own = {name: right[name] for kind, name in _COLUMNS if kind == "ip_right"}
        of = {name: result[name] if result else None for kind, name in _COLUMNS if kind == "achievement"}
        titles = {"holder": right.get("_titles", {}).get("holder", "")}
        fee = right["fee_due_on"]
        late = right["legal_state"] != "pending" and bool(fee) and latest(fee) < today()
        rows.append({"id": right["id"], **own, **of, "fee_late": late, "_titles": titles})
    if grade:
        rows = [row for row in rows if (row["conversion_grade"] or "none") == grade]
    rows.sort(key=lambda row: (row["conversion_grade"] or "~", row["title"], row["number"] or "", row["id"]))
    return {"columns": [list(column) for column in _COLUMNS], "rows": rows, "left_out": left_out}


def _stays(right: dict[str, Any], result: dict[str, Any] | None) -> str:
    """Why a right is not on the list; blank where it is."""
    if (right["legal_state"] or "pending") not in _ALIVE:
        return "dead"
    if right["transferred_on"] and not right["open_licence"]:  # an open licence may be taken by many
        return "moved"
    if result is not None and result["conversion_grade"] == _GIVEN_UP:
        return "given_up"
    level = "closed" if result is not None and result["classified"] else result["disclosure_level"] if result else ""
    published = bool(right["granted_on"]) or right["legal_state"] in ("valid", "pledged")
    return "" if level == "public" or (published and level != "closed") else "closed"


@service("patents.export")
def export(ws: Workspace, job: Job, *, file: str, grade: str = "") -> dict[str, Any]:
    """Write the list to a workbook, numbered instead of with our ids: {file, rows}."""
    rows = [
        {**row, "id": str(place), "holder": row["_titles"]["holder"] or None}
        for place, row in enumerate(patents(ws, job, grade=grade)["rows"], 1)
    ]
    columns = [kind_info(kind).field(name) for kind, name in _COLUMNS]
    return {"file": file, "rows": write_table(file, tr("可转让专利目录"), columns, rows)}
