"""Handing results over to the city's platform: what a university owes in a month, what is exempt, what came back, and
the zero report where there is nothing."""

from __future__ import annotations

from typing import Any

from db.models import HandoverItem, HandoverMonth, Organisation
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from desktop.services.handoverdue import owed
from desktop.services.holidays import calendar_of
from desktop.services.judging import live_packs
from desktop.services.records import full_rows, typed_values
from desktop.services.registry import Job, service
from desktop.services.tablefile import write_table
from desktop.services.workspace import Workspace
from policy.dates import Period, latest, month_end, today
from policy.errors import Refused
from policy.evaluate import Subject, evaluate
from policy.i18n import mark, tr

_REF = "S0-03"  # handing over by the end of every month, in the catalogue of rules
_COLUMNS = (
    "achievement", "basis", "due_on", "item_state", "handed_on", "platform_no", "exempt", "ground", "reviewed_by",
    "words",
)  # fmt: skip
STATES = {"open": mark("待汇交"), "handed": mark("已汇交"), "returned": mark("被退回"), "exempt": mark("豁免")}
_DONE = frozenset({"handed", "accepted"})


@service("handover.list")
def month_list(ws: Workspace, job: Job, *, university: str, month: str) -> dict[str, Any]:
    """What a university hands over in a month (2026-11): {university: {id, name}, month, due, clause, columns, rows,
    missing, counts, zero, report}.

    Rows are items due in the month, handed over in it, or due earlier and still open, and what is exempt: {id, fields,
    late, _titles}. `due` of the month is what the policies in force say, with its `clause`, the month's last day where
    they say nothing. `missing` are results owed by then that nobody entered (`handoverdue.owed`). `counts` {open,
    handed, returned, exempt}; `zero` is true where nothing is to be handed over: a zero report. `report` is what was
    reported of the month as a whole, {id, zero, reported_on, platform_no}, or None.
    Raises Usage("record.unknown" | "policy.period_invalid"), Refused("handover.not_a_month").
    """
    when = _month(month)
    with ws.store.read():
        record = records.resolve("organisation", university)
        name = records.title("organisation", record)
        query = HandoverItem.select(HandoverItem.id).where(
            HandoverItem.university == record, HandoverItem.archived == 0
        )
        ids = [row[0] for row in tuple_rows(query)]
    due, clause = _due(ws, record, name, when)
    rows = []
    for item in full_rows(ws, "handover_item", ids):
        own = latest(item["due_on"]).isoformat() if item["due_on"] else ""
        if _belongs(item, own, when):
            late = bool(own) and own < today().isoformat() and item["item_state"] not in _DONE and not item["exempt"]
            kept = {field: item[field] for field in _COLUMNS}
            rows.append({"id": item["id"], **kept, "late": late, "_titles": item.get("_titles", {})})
    rows.sort(key=lambda row: (bool(row["exempt"]), row["due_on"] or "~", _title(row), row["id"]))
    counts = {"open": 0, "handed": 0, "returned": 0, "exempt": 0}
    for row in rows:
        counts[_state(row)] += 1
    missing = owed(ws, record, when)
    return {
        "university": {"id": record, "name": name},
        "month": when.text,
        "due": due,
        "clause": clause,
        "columns": [["handover_item", field] for field in _COLUMNS],
        "rows": rows,
        "missing": missing,
        "counts": counts,
        "zero": not missing and not any(counts[state] for state in ("open", "handed", "returned")),
        "report": _report(ws, record, when),
    }


@service("handover.universities")
def universities(ws: Workspace, job: Job) -> list[dict[str, str]]:
    """Who hands over: universities and institutes on record, those with items first: [{id, name}]."""
    with ws.store.read():
        with_items = [row[0] for row in tuple_rows(HandoverItem.select(HandoverItem.university).distinct())]
        query = Organisation.select(Organisation.id).where(
            Organisation.org_kind.in_(["university", "institute"]), Organisation.archived == 0
        )
        others = [row[0] for row in tuple_rows(query)]
        names = records.titles("organisation", [*with_items, *others])
    order = [one for group in (with_items, others) for one in sorted(group, key=lambda one: names.get(one, ""))]
    return [{"id": one, "name": names.get(one, "")} for one in dict.fromkeys(order)]


@service("handover.enter", in_turn=True)
def enter(ws: Workspace, job: Job, *, university: str, month: str) -> dict[str, Any]:
    """Enter what is owed in a month and was not entered yet as hand-over items, in one operation: {entered, changes}.

    Raises like `handover.list`.
    """
    when = _month(month)
    with ws.store.read():
        record = records.resolve("organisation", university)
    with ws.store.write(mark("登记汇交"), "typed") as write:
        missing = owed(ws, record, when)
        for one in missing:
            values = {"achievement": one["achievement"], "university": record, "basis": one["basis"]}
            write.insert(HandoverItem, {**values, "due_on": one["due"], "item_state": "due", "exempt": 0})
    return {"entered": len(missing), "changes": write.changes.as_dict()}


@service("handover.mark", in_turn=True)
def mark_handed(
    ws: Workspace, job: Job, *, ids: list[str], handed_on: str | None = None, platform_no: str = ""
) -> dict[str, Any]:
    """Note that items were handed over, today unless another day is named; one with a receipt number is for one item.

    {marked, changes}. Raises Refused("handover.exempt" | "handover.one_number").
    """
    if platform_no and len(ids) != 1:
        raise Refused("handover.one_number")
    typed = {"handed_on": handed_on or today().isoformat(), "item_state": "handed"}
    if platform_no:
        typed["platform_no"] = platform_no
    values, _ = typed_values(ws, kind_info("handover_item"), typed)
    with ws.store.write(mark("标记已汇交"), "typed") as write:
        marked = 0
        for given in ids:
            record = records.resolve("handover_item", given)
            if records.get("handover_item", record)["exempt"]:
                raise Refused("handover.exempt", title=records.title("handover_item", record))
            marked += write.update(HandoverItem, record, values)
    return {"marked": marked, "changes": write.changes.as_dict()}


@service("handover.zero", in_turn=True)
def report_zero(
    ws: Workspace,
    job: Job,
    *,
    university: str,
    month: str,
    reported_on: str | None = None,
    platform_no: str = "",
) -> dict[str, Any]:
    """Note that a university reported that nothing was due in a month, today unless another day is named:
    {id, changes}.

    A report on record gets the day and number. Raises Refused("handover.not_zero") where something is due, or was
    handed over, in the month.
    """
    typed: dict[str, Any] = {"zero": "1", "reported_on": reported_on or today().isoformat()}
    if platform_no:
        typed["platform_no"] = platform_no
    values, _ = typed_values(ws, kind_info("handover_month"), typed)
    with ws.store.write(mark("零报告"), "typed") as write:
        told = month_list(ws, job, university=university, month=month)  # nothing is entered between look and write
        if not told["zero"]:
            raise Refused("handover.not_zero", month=told["month"])
        if told["report"]:
            record = str(told["report"]["id"])
            write.update(HandoverMonth, record, values)
        else:
            named = {"university": told["university"]["id"], "month": told["month"]}
            record = write.insert(HandoverMonth, {**named, **values})
    return {"id": record, "changes": write.changes.as_dict()}


def _report(ws: Workspace, university: str, when: Period) -> dict[str, Any] | None:
    with ws.store.read():
        query = HandoverMonth.select(
            HandoverMonth.id, HandoverMonth.zero, HandoverMonth.reported_on, HandoverMonth.platform_no
        ).where(
            HandoverMonth.university == university,
            HandoverMonth.month.startswith(f"{when.starts_on:%Y-%m}"),
            HandoverMonth.archived == 0,
        )
        return next(iter(dict_rows(query.order_by(HandoverMonth.created_at))), None)


@service("handover.export")
def export(ws: Workspace, job: Job, *, university: str, month: str, file: str) -> dict[str, Any]:
    """Write a university's month to a workbook, numbered; a month without any is one line that says so: {file, rows,
    zero}."""
    found = month_list(ws, job, university=university, month=month)
    info = kind_info("handover_item")
    columns = [info.field(name) for name in _COLUMNS]
    rows = [{**row, "id": str(place), "achievement": _title(row)} for place, row in enumerate(found["rows"], 1)]
    if found["zero"]:
        told = tr("零报告：{month} 没有需要汇交的成果", month=found["month"])
        rows.append({"id": str(len(rows) + 1), "achievement": told})
    title = tr("{name} {month} 成果汇交清单", name=found["university"]["name"], month=found["month"])
    write_table(file, title, columns, rows)
    return {"file": file, "rows": len(found["rows"]), "zero": found["zero"]}


def _month(text: str) -> Period:
    when = Period.parse(text)
    if when.as_of or when.starts_on.day != 1 or when.ends_on != month_end(when.starts_on):
        raise Refused("handover.not_a_month", text=text[:20])
    return when


def _due(ws: Workspace, record: str, name: str, when: Period) -> tuple[str, str]:
    """The day by which the month's results are handed over, and its clause, by the policies in force."""
    with ws.store.read():
        org_kind = records.get("organisation", record)["org_kind"]
    subject = Subject("organisation", record, name, {"org_kind": org_kind})
    calendar = calendar_of(ws)
    for pack in live_packs(ws, "organisation", ref=_REF):
        for result in evaluate(pack, subject=subject, period=when, measures={}, today=today(), calendar=calendar):
            if result.due:
                return result.due, result.clause
    return when.ends_on.isoformat(), ""


def _belongs(item: dict[str, Any], due: str, when: Period) -> bool:
    first, last = when.starts_on.isoformat(), when.ends_on.isoformat()
    if item["handed_on"] and first <= latest(item["handed_on"]).isoformat() <= last:
        return True
    if first <= due <= last:
        return True
    if item["exempt"]:
        return not due  # an exemption has no day: it is told with its ground every month
    return item["item_state"] not in _DONE and due < first <= today().isoformat()


def _title(row: dict[str, Any]) -> str:
    return str(row["_titles"].get("achievement", ""))


def _state(row: dict[str, Any]) -> str:
    if row["exempt"]:
        return "exempt"
    if row["item_state"] in _DONE:
        return "handed"
    return "returned" if row["item_state"] == "returned" else "open"
