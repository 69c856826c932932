"""What a person's performance book holds: contracts by share, cases and role, hours, certificates, honours."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, BinaryIO

from peewee import JOIN

from db.models import (
    Attendance,
    Brokerage,
    Case,
    CaseBroker,
    Certificate,
    Contract,
    Honour,
    Organisation,
    Programme,
    Session,
)
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from desktop.services.documents import document
from desktop.services.privacy import note_export
from desktop.services.registry import Job, service
from desktop.services.roster import everybody
from desktop.services.traininghours import attended_hours, told
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, earliest, latest, today
from policy.i18n import tr
from policy.masking import mask

_SHARE = 10_000  # a percentage with two decimals kept, as a part of one
_NOT_REGISTERED = ("refused", "cancelled")


@service("performance.book")
def performance_book(ws: Workspace, job: Job, *, person: str, period: str = "") -> dict[str, Any]:
    """A person's book as `exports.pdf.performance` takes it, the ID number masked; money in fen, shares as text.

    With a period, contracts count by the day they were signed, cases by the day they were opened, certificates by
    their day; what has no day is listed all the same. Raises Usage("policy.period_invalid").
    """
    with ws.store.read():
        record = records.resolve("person", person)
    book = _book(ws, record, period)
    for row in book["contracts"]:
        row["part"] = None if row["part"] is None else int(row["part"])
    book["person"]["number"] = mask("id", book["person"]["number"]) if book["person"]["number"] else ""
    return book


@document("performance")
def write(ws: Workspace, job: Job, record: str, out: BinaryIO, options: Mapping[str, Any]) -> None:
    """The book as PDF; with `with_personal` the whole ID number, which the audit log notes."""
    from exports.pdf.performance import write_performance

    book = _book(ws, record, str(options.get("period") or ""))
    number = book["person"]["number"]
    if number and options.get("with_personal"):
        note_export(ws, kind_info("person"), 1)
    elif number:
        book["person"]["number"] = mask("id", number)
    write_performance(book, out)


def _book(ws: Workspace, record: str, period: str) -> dict[str, Any]:
    when = Period.parse(period) if period else None
    own = own_organisation(ws)
    with ws.store.read():
        (who,) = everybody([record])
        shares = {row["case"]: row for row in dict_rows(CaseBroker.select().where(CaseBroker.person == record))}
        cases = dict_rows(Case.select().where(Case.id.in_(list(shares))).order_by(Case.opened_on, Case.no))
        contracts = _contracts({row["id"]: shares[row["id"]]["share_pct"] for row in cases}, when)
        return {
            "organisation": str(own["name"]),
            "period": when.text if when else "",
            "made_on": today().isoformat(),
            "sample": ws.sample,
            "person": {
                "name": who["name"],
                "number": who["id_no"] or "",
                "org": who["org_name"] or "",
                "title": who["title"] or "",
                "education": who["education"] or "",
            },
            "contracts": contracts,
            "cases": [
                {
                    "no": row["no"],
                    "title": row["title"],
                    "track": _label("case", "track", row["track"]),
                    "role": _label("case_broker", "role", shares[row["id"]]["role"]),
                    "share": _percent(shares[row["id"]]["share_pct"]),
                    "opened_on": row["opened_on"] or "",
                    "outcome": _label("case", "outcome", row["outcome"]),
                }
                for row in cases
                if _within(row["opened_on"], when)
            ],
            "hours": _hours(record, when),
            "certificates": _certificates(record, when),
            "honours": [
                {
                    "title": row["title"],
                    "kind": _label("honour", "h_kind", row["h_kind"]),
                    "awarded_on": row["awarded_on"] or "",
                }
                for row in dict_rows(Honour.select().where(Honour.person == record).order_by(Honour.awarded_on))
                if _within(row["awarded_on"], when)
            ],
        }


def _contracts(shares: Mapping[str, int | None], when: Period | None) -> list[dict[str, Any]]:
    """Contracts of the cases, the oldest first; a supplement stands in the case of its main contract."""
    main = Contract.alias("main")
    query = (
        Contract.select(
            Contract,
            Organisation.name.alias("buyer_name"),
            main.case.alias("main_case"),
            main.amount_total.alias("main_amount"),
            Brokerage.our_role,
        )
        .join(main, JOIN.LEFT_OUTER, on=(Contract.parent == main.id))
        .join(Organisation, JOIN.LEFT_OUTER, on=(Contract.buyer == Organisation.id))
        .join(Brokerage, JOIN.LEFT_OUTER, on=(Brokerage.contract == Contract.id))
        .where(Contract.case.in_(list(shares)) | main.case.in_(list(shares)))
        .order_by(Contract.signed_on, Contract.name, Contract.id)
    )
    found = []
    for row in dict_rows(query):
        if not _within(row["signed_on"], when):
            continue
        share, amount = shares.get(row["case"] or row["main_case"]), row["amount_total"]
        inside = row["parent"] is not None and row["main_amount"] is not None
        gone = bool(row["terminated_on"])
        note = tr("已解除") if gone else tr("金额已含在主合同内") if inside else ""
        refused = row["registry_state"] in _NOT_REGISTERED
        found.append(
            {
                "name": row["name"],
                "registry_no": row["registry_no"] or "",
                "signed_on": row["signed_on"] or "",
                "registered_on": "" if refused else row["registered_on"] or "",
                "contract_class": _label("contract", "contract_class", row["contract_class"]),
                "buyer": row["buyer_name"] or "",
                "amount": amount,
                "share": _percent(share),
                "part": None if amount is None or share is None else Fraction(amount) * share / _SHARE,
                "proven": row["our_role"] not in (None, "log_only"),
                "note": note,
                "counts": not gone and not inside,
            }
        )
    return found


def _hours(person: str, when: Period | None) -> list[dict[str, Any]]:
    """Hours by calendar year and module, by the days of the sessions."""
    query = (
        Attendance.select(
            Attendance.state, Attendance.minutes, Session.module, Session.happened_on, Session.starts_at,
            Session.ends_at, Session.hours, Programme.hour_minutes,
        )
        .join(Session, on=(Attendance.session == Session.id))
        .join(Programme, on=(Session.programme == Programme.id))
        .where(Attendance.person == person)
    )  # fmt: skip
    years: dict[str, dict[str, Fraction]] = {}
    for row in dict_rows(query.order_by(Session.happened_on)):
        got = attended_hours(row["state"], row["minutes"], row, row["hour_minutes"])
        if got and _within(row["happened_on"], when):
            modules = years.setdefault(row["happened_on"][:4], {})
            modules[row["module"]] = modules.get(row["module"], Fraction(0)) + got
    return [
        {
            "year": year,
            "modules": [
                {"module": choice.shown, "hours": told(modules[choice.code])}
                for choice in kind_info("session").field("module").choices
                if choice.code in modules
            ],
            "total": told(sum(modules.values(), Fraction(0))),
        }
        for year, modules in years.items()
    ]


def _certificates(person: str, when: Period | None) -> list[dict[str, Any]]:
    rows = dict_rows(Certificate.select().where(Certificate.person == person).order_by(Certificate.issued_on))
    return [
        {
            "number": row["number"],
            "kind": _label("certificate", "c_kind", row["c_kind"]),
            "issuer": row["issuer"] or "",
            "issued_on": row["issued_on"],
            "filing_no": row["filing_no"] or "",
            "state": _label("certificate", "state", row["state"]),
        }
        for row in rows
        if _within(row["issued_on"], when)
    ]


def _within(day: str | None, when: Period | None) -> bool:
    """Whether a day, at whatever precision, may lie in the period; without either it may."""
    if not day or when is None:
        return True
    return latest(day) >= when.starts_on and earliest(day) <= when.ends_on


def _percent(share: int | None) -> str:
    if share is None:
        return ""
    return f"{share // 100}.{share % 100:02}".rstrip("0").rstrip(".") + "%"


def _label(kind: str, name: str, code: str | None) -> str:
    choices = {choice.code: choice.shown for choice in kind_info(kind).field(name).choices}
    return choices.get(code or "", code or "")
