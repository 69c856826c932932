"""Services given to firms: entered quickly, counted in hours, confirmed by the firm, printed for its signature."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, BinaryIO

from db.models import Mentoring, MentorTerm, ServiceLog, Tenancy
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.store import now_ms
from desktop.services.documents import document
from desktop.services.records import full_rows, typed_values
from desktop.services.registry import Job, service
from desktop.services.torchyear import holds
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, is_late, latest, today
from policy.errors import Usage
from policy.i18n import mark, tr

_UNCONFIRMED = ("", "none")


@service("service.log", in_turn=True)
def log(ws: Workspace, job: Job, *, firm: str, kind: str, happened_on: str = "", **values: Any) -> dict[str, Any]:
    """Enter a service to a firm, today without a day: {id, late, warnings, changes}.

    `values` are carrier (that of the firm's stay without), minutes, provider, topic, result, way, place, next_step,
    next_on, satisfaction and confirmed, as typed. Raises Refused("record.missing_field").
    """
    with ws.store.read():
        record = records.resolve("firm", firm)
        carrier = values.pop("carrier", "") or _carrier_of(record)
    given = {
        "kind": kind,
        "happened_on": happened_on or today().isoformat(),
        "confirmed": "none",
        **{name: text for name, text in values.items() if text not in (None, "")},
    }
    stored, warnings = typed_values(ws, kind_info("service_log"), {**given, "carrier": carrier})
    now = now_ms()
    with ws.store.write(mark("登记服务"), "typed") as write:
        row = {"firm": record, "recorded_at": now, **stored}
        made = write.insert(ServiceLog, row)
    return {"id": made, "late": is_late(stored["happened_on"], now), "warnings": warnings,
            "changes": write.changes.as_dict()}  # fmt: skip


def _carrier_of(firm: str) -> str:
    """The carrier a firm is in, or was in last; blank for none."""
    rows = list(dict_rows(Tenancy.select().where(Tenancy.firm == firm).order_by(Tenancy.entered_on)))
    inside = [row for row in rows if row["status"] == "incubating"]
    chosen = inside or rows
    return str(chosen[-1]["carrier"]) if chosen else ""


@service("service.list")
def list_services(
    ws: Workspace, job: Job, *, firm: str = "", carrier: str = "", period: str = "", unconfirmed: bool = False
) -> dict[str, Any]:
    """{rows, firms, hours, mentor_hours, no_minutes}: services of a firm or carrier, or all; newest first.

    Rows are as of `records.rows` with `is_mentor` and `late`; `firms` [{id, name, services, unconfirmed, hours}] those
    with most unconfirmed first. Hours are minutes ÷ 60 as text, to half an hour; `no_minutes` entries have no time.
    """
    when = Period.parse(period) if period else None
    with ws.store.read():
        query = ServiceLog.select(ServiceLog.id, ServiceLog.happened_on)
        if firm:
            query = query.where(ServiceLog.firm == records.resolve("firm", firm))
        if carrier:
            query = query.where(ServiceLog.carrier == records.resolve("carrier", carrier))
        if unconfirmed:
            query = query.where(ServiceLog.confirmed.is_null() | (ServiceLog.confirmed == "none"))
        found = tuple_rows(query.order_by(ServiceLog.happened_on.desc(), ServiceLog.id))
        ids = [record for record, day in found if when is None or when.contains(day) is not False]
    rows = full_rows(ws, "service_log", ids)
    with ws.store.read():
        mentors = _mentor_terms()
    for row in rows:
        row["is_mentor"] = any(
            holds(start, end, latest(row["happened_on"])) for start, end in mentors.get(row["provider"], ())
        )
        row["late"] = is_late(row["happened_on"], row["recorded_at"])
    return {
        "rows": rows,
        "firms": _by_firm(rows),
        "hours": hours(rows),
        "mentor_hours": hours([row for row in rows if row["is_mentor"]]),
        "no_minutes": sum(row["minutes"] is None for row in rows),
    }


def _mentor_terms() -> dict[str, list[tuple[str, str | None]]]:
    found: dict[str, list[tuple[str, str | None]]] = {}
    for mentor, starts_on, ends_on in tuple_rows(
        MentorTerm.select(MentorTerm.mentor, MentorTerm.starts_on, MentorTerm.ends_on)
    ):
        found.setdefault(mentor, []).append((starts_on, ends_on))
    return found


def _by_firm(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["firm"], []).append(row)
    told = [
        {
            "id": firm,
            "name": theirs[0].get("_titles", {}).get("firm", ""),
            "services": len(theirs),
            "unconfirmed": sum((row["confirmed"] or "") in _UNCONFIRMED for row in theirs),
            "hours": hours(theirs),
        }
        for firm, theirs in groups.items()
    ]
    return sorted(told, key=lambda one: (-one["unconfirmed"], one["name"]))


def hours(rows: list[dict[str, Any]]) -> str:
    """Hours as shown: minutes ÷ 60 to the nearest half, a half up."""
    minutes = sum(row["minutes"] or 0 for row in rows)
    halves = int(Fraction(minutes, 30) + Fraction(1, 2))
    return f"{halves // 2}{'.5' if halves % 2 else ''}"


@service("service.confirm", in_turn=True)
def confirm(ws: Workspace, job: Job, *, ids: list[str], confirmed: str = "signed") -> dict[str, Any]:
    """Mark services as confirmed by the firm (none, signed, receipt): {changed, changes}.

    Raises Usage("service.not_a_mark").
    """
    if confirmed not in {choice.code for choice in kind_info("service_log").field("confirmed").choices}:
        raise Usage("service.not_a_mark", text=confirmed[:40])
    with ws.store.write(mark("企业确认服务"), "typed") as write:
        wanted = [records.resolve("service_log", one) for one in ids]
        changed = sum(write.update(ServiceLog, one, {"confirmed": confirmed}) for one in wanted)
    return {"changed": changed, "changes": write.changes.as_dict()}


@document("service-confirmation")
def write_confirmation(ws: Workspace, job: Job, record: str, out: BinaryIO, options: Mapping[str, Any]) -> None:
    """What was done for a firm in a period, for its signature; all of it without a period."""
    from exports.pdf.firm import write_services

    period = str(options.get("period") or "")
    told = list_services(ws, job, firm=record, period=period)
    with ws.store.read():
        name = records.title("firm", record)
        uscc = records.get("firm", record)["uscc"] or ""
        carrier = records.title("carrier", _carrier_of(record)) if _carrier_of(record) else ""
    rows = sorted(told["rows"], key=lambda row: str(row["happened_on"]))
    info = kind_info("service_log")
    labels = {
        field: {choice.code: choice.shown for choice in info.field(field).choices}
        for field in ("kind", "way", "confirmed")
    }
    write_services(
        {
            "organisation": str(own_organisation(ws)["name"]),
            "carrier": carrier,
            "sample": ws.sample,
            "made_on": today().isoformat(),
            "firm": name,
            "uscc": uscc,
            "period": period,
            "hours": told["hours"],
            "no_minutes": told["no_minutes"],
            "services": [
                {
                    "happened_on": row["happened_on"],
                    "kind": labels["kind"].get(row["kind"], ""),
                    "way": labels["way"].get(row["way"] or "", ""),
                    "minutes": row["minutes"],
                    "provider": row.get("_titles", {}).get("provider", ""),
                    "mentor": row["is_mentor"],
                    "topic": row["topic"] or "",
                    "result": row["result"] or "",
                    "confirmed": labels["confirmed"].get(row["confirmed"] or "none", ""),
                }
                for row in rows
            ],
        },
        out,
    )


@service("service.mentored")
def mentored(ws: Workspace, job: Job, *, firm: str) -> list[dict[str, Any]]:
    """Who has looked after a firm: [{id, term, mentor, name, starts_on, ends_on, now}], the newest first."""
    with ws.store.read():
        record = records.resolve("firm", firm)
        rows = list(
            dict_rows(
                Mentoring.select(Mentoring, MentorTerm.mentor, MentorTerm.starts_on.alias("term_from"),
                                 MentorTerm.ends_on.alias("term_to"))
                .join(MentorTerm, on=(Mentoring.mentor_term == MentorTerm.id))
                .where(Mentoring.firm == record)
                .order_by(Mentoring.starts_on.desc())
            )
        )  # fmt: skip
        names = records.titles("person", [row["mentor"] for row in rows])
    day = today()
    return [
        {
            "id": row["id"],
            "term": row["mentor_term"],
            "mentor": row["mentor"],
            "name": names.get(row["mentor"], tr("（未知）")),
            "starts_on": row["starts_on"],
            "ends_on": row["ends_on"],
            "now": holds(row["starts_on"], row["ends_on"], day) and holds(row["term_from"], row["term_to"], day),
        }
        for row in rows
    ]
