"""What the shares taken for results come to: held and in whose name, gone, and what they brought."""

from __future__ import annotations

from typing import Any

from db.models import EquityHolding
from db.queries.rows import dict_rows
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace

# the rows behind each figure, as conditions of a list
BEHIND: dict[str, list[dict[str, str]]] = {
    "held": [{"field": "disposal", "test": "is", "value": "held"}],
    "custody": [
        {"field": "disposal", "test": "is", "value": "held"},
        {"field": "holder", "test": "is", "value": "platform"},
    ],
    "gone": [{"field": "disposal", "test": "not", "value": "held"}],
    "sold": [
        {"field": "disposal", "test": "not", "value": "held"},
        {"field": "disposal_amount", "test": "filled", "value": ""},
    ],
}


@service("equity.totals")
def totals(ws: Workspace, job: Job) -> dict[str, Any]:
    """{held, custody, gone, sold: {n, fen}, behind}: holdings and the values they were taken for, in fen; of those
    sold what they brought. `custody` are those of the held that the platform holds for others, `gone` all that are
    disposed of, `sold` the ones among them with an amount. `behind` are the conditions that list each.
    """
    with ws.store.read():
        rows = dict_rows(EquityHolding.select().where(EquityHolding.archived == 0))
    held = [row for row in rows if row["disposal"] == "held"]
    gone = [row for row in rows if row["disposal"] != "held"]
    found = {
        "held": [row["value"] for row in held],
        "custody": [row["value"] for row in held if row["holder"] == "platform"],
        "gone": [row["value"] for row in gone],
        "sold": [row["disposal_amount"] for row in gone if row["disposal_amount"] is not None],
    }
    return {**{name: {"n": len(fen), "fen": sum(fen)} for name, fen in found.items()}, "behind": BEHIND}
