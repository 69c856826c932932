"""Ourselves as a transfer agency in a year: the four capabilities with proofs, deals proven and not, the yearly cap."""

from __future__ import annotations

from typing import Any

from db.models import AgencyYear, Contract, EvidenceLink, Receipt
from db.queries import measures as measure_queries
from db.queries.rows import tuple_rows
from desktop.services.choices import choice_attributes
from desktop.services.judging import figure_behind, judge
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, today
from policy.evaluate import Subject
from policy.results import MeasureValue

_CAPABILITIES, _AWARD = "S1-12", "S1-11"  # entries of the catalogue of rules
# what the rule asks for, and the field of the yearly report that its proofs are attached to
_FIELDS = ("patent_analysis", "online_platform", "offline_team", "finance_service")
_DATES = frozenset({"registered", "signed", "received"})


@service("agencysheet.show")
def show(ws: Workspace, job: Job, *, year: str) -> dict[str, Any]:
    """{year, name, report, capabilities, proven, unproven, amount, tech, award}.

    `capabilities` are [{title, state, note, evidence}], supporting proof and no condition; `proven` and `unproven` are
    figures with their rows, kept apart; `award` is {title, max_fen, up_to, clause, source, status, verified, notes}
    with the most an agency gets in a year. Raises Usage("policy.period_invalid").
    """
    when = Period.parse(year)
    own = own_organisation(ws)
    record = str(own["id"])
    with ws.store.read():
        attributes = measure_queries.subject_attributes("organisation", record, when.ends_on)
        report = AgencyYear.get_or_none(AgencyYear.unit == record, AgencyYear.year == when.ends_on.year)
        proofs = _proofs(report.id) if report is not None else {}
    deals = _deals(ws, when)
    subject = Subject("organisation", record, str(own["name"]), attributes)
    capabilities = next(iter(judge(ws, subject, when, ref=_CAPABILITIES)), None)
    award = next(iter(judge(ws, subject, when, ref=_AWARD)), None)
    return {
        "year": when.text,
        "name": str(own["name"]),
        "report": report.id if report is not None else "",
        "capabilities": [
            {
                "title": part["title"],
                "state": part["verdict"],
                "note": (getattr(report, field) or "") if report is not None else "",
                "evidence": proofs.get(field, 0),
            }
            for part, field in zip(capabilities["parts"], _FIELDS, strict=False)
        ]
        if capabilities
        else [],
        "basis": _basis(capabilities) if capabilities else {},
        **{name: figure_behind(figure) for name, figure in deals.items()},
        "award": {**_basis(award), "max_fen": award["award_max_fen"]} if award else {},
    }


@service("agencysheet.year")
def year(ws: Workspace, job: Job, *, year: int | None = None) -> dict[str, Any]:
    """The contracts of a year, this one without: {year, signed, signed_fen, receipts, received_fen, proven, unproven,
    amount_fen}, `amount_fen` of those proven.

    `proven` and `unproven` count by the day the choice between signing, registration and receipt names; `signed` and
    `receipts` are all that were signed and all lines of money of the year, refunds taken off; sums leave blanks out.
    """
    when = Period.parse(str(year or today().year))
    deals = _deals(ws, when)
    told = {name: None if figure.value is None else int(figure.value) for name, figure in deals.items()}
    with ws.store.read():
        signed = _of_year(when, Contract.signed_on, Contract.amount_total)
        received = _of_year(when, Receipt.received_on, Receipt.amount)
    return {
        "year": when.text,
        "signed": len(signed),
        "signed_fen": sum(signed),
        "receipts": len(received),
        "received_fen": sum(received),
        **{name: told[name] for name in ("proven", "unproven")},
        "amount_fen": told["amount"],
    }


def _of_year(when: Period, day: Any, amount: Any) -> list[int]:
    """The amounts of the rows whose day lies in the period, nought for a blank; what is filed away still counts."""
    return [fen or 0 for on, fen in tuple_rows(day.model.select(day, amount)) if on and when.contains(on)]


def _deals(ws: Workspace, when: Period) -> dict[str, MeasureValue]:
    """The contracts we brought about and those without proof of it, by the day that was chosen to count by."""
    date = choice_attributes(ws, when).get("choice.contract-date", "registered")
    date = date if date in _DATES else "registered"
    names = {"proven": f"brokered_{date}", "amount": f"brokered_amount_{date}", "tech": f"brokered_tech_{date}"}
    names["unproven"] = "brokered_unproven"
    own = str(own_organisation(ws)["id"])
    with ws.store.read():
        figures = measure_queries.compute(
            set(names.values()), subject_kind="organisation", subject_id=own, period=when, today=today()
        )
    return {name: figures[measure] for name, measure in names.items()}


def _proofs(report: str) -> dict[str, int]:
    """How many pieces of evidence are attached to each capability of the yearly report."""
    start = f"agency_year:{report}."
    query = EvidenceLink.select(EvidenceLink.target).where(EvidenceLink.target.startswith(start))
    found: dict[str, int] = {}
    for (target,) in tuple_rows(query):
        field = target.removeprefix(start)
        found[field] = found.get(field, 0) + 1
    return found


def _basis(result: dict[str, Any]) -> dict[str, Any]:
    return {name: result[name] for name in ("title", "clause", "source", "status", "verified", "notes")}
