"""The printed page of a firm: what it is, its stays, three years of figures, what it holds and won, its time line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from db.queries import records
from db.schema import kind_info
from desktop.models import format as shown_as
from desktop.services.documents import document, table_of
from desktop.services.privacy import hidden, note_export
from desktop.services.records import full_rows
from desktop.services.registry import Job
from desktop.services.services_log import list_services
from desktop.services.timeline import timeline
from desktop.services.torch import When, rows_of
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, earliest, latest, today

_PROFILE = (
    "name", "uscc", "former_names", "founded_on", "reg_type", "reg_capital", "taxpayer", "tech_field", "industry",
    "address", "legal_rep", "contact_name", "contact_phone", "main_product", "cq_tech_firm_no",
)  # fmt: skip
_STAY = ("carrier", "status", "entered_on", "lease_to", "area", "graduated_on", "left_on")
_FIGURES = (
    "revenue", "net_profit", "tax_paid", "rd_spend", "staff", "staff_college_up", "ip_applied", "ip_valid",
    "ip_valid_invention", "investment_received", "contract_amount",
)  # fmt: skip
_YEARS = 3
_LISTS = (
    ("qualification", ("q_kind", "number", "issued_on", "valid_until")),
    ("funding_event", ("f_kind", "investor", "amount", "paid_on", "registered_on")),
    ("honour", ("title", "h_kind", "level", "awarded_on")),
)
_REPEATED = frozenset({"service_log"})  # summed up above; the list of services has a paper of its own


@document("firm")
def write(ws: Workspace, job: Job, record: str, out: BinaryIO, options: Mapping[str, Any]) -> None:
    """The page as PDF; with a period the services and the time line of that period; whole numbers of persons only
    `with_personal`, which the audit log notes."""
    from exports.pdf.firm import write_firm

    write_firm(_sheet(ws, job, record, str(options.get("period") or ""), bool(options.get("with_personal"))), out)


def _sheet(ws: Workspace, job: Job, record: str, period: str, with_personal: bool) -> dict[str, Any]:
    when = Period.parse(period) if period else None
    day = today()
    info = kind_info("firm")
    (profile,) = full_rows(ws, "firm", [record])
    if with_personal:
        note_export(ws, info, 1)
    else:
        hidden(info, [profile])
    years = range(day.year - _YEARS, day.year)
    with ws.store.read():
        stays = records.ids("tenancy", where={"firm": record}, order="entered_on")
        lists = {
            kind: records.ids(kind, where={"firm": record}, order=kind_info(kind).kind.order) for kind, _ in _LISTS
        }
        figures = {year: rows_of([record], When(year)).get(record, {}) for year in years}
    services = list_services(ws, job, firm=record, period=period)
    year_info = kind_info("firm_year")
    return {
        "organisation": str(own_organisation(ws)["name"]),
        "sample": ws.sample,
        "made_on": day.isoformat(),
        "period": when.text if when else "",
        "name": profile["name"],
        "profile": [(info.field(name).shown, _shown("firm", name, profile)) for name in _PROFILE],
        "stays": table_of(ws, "tenancy", stays, _STAY),
        "years": list(years),
        "figures": [
            (
                shown_as.heading(year_info.field(name)),
                *(shown_as.shown(year_info.field(name), figures[year]) for year in years),
            )
            for name in _FIGURES
        ],
        "lists": [
            {"title": kind_info(kind).kind.shown, **table_of(ws, kind, lists[kind], names)} for kind, names in _LISTS
        ],
        "services": {
            "n": len(services["rows"]),
            "hours": services["hours"],
            "mentor_hours": services["mentor_hours"],
            "unconfirmed": sum((row["confirmed"] or "none") == "none" for row in services["rows"]),
        },
        "timeline": [
            {"date": one["date"], "what": one["what"], "text": one["text"]}
            for one in timeline(ws, job, firm=record)
            if one["kind"] not in _REPEATED
            and (when is None or (latest(one["date"]) >= when.starts_on and earliest(one["date"]) <= when.ends_on))
        ],
    }


def _shown(kind: str, name: str, row: dict[str, Any]) -> str:
    field = kind_info(kind).field(name)
    text = shown_as.shown(field, row)
    return f"{text} {shown_as.unit(field)}" if text and kind == "firm" and field.type == "money" else text
