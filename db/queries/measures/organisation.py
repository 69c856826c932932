"""The measures of an organisation, ourselves or a university: money received, people trained, events held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, fn

from db.models import (
    Carrier,
    Case,
    CaseParty,
    Certificate,
    Contract,
    Event,
    Organisation,
    Person,
    Programme,
    Receipt,
)
from db.queries.measures.asking import Ask, Tally, choice, latest, measure, money, own_organisation
from db.values import compare_name
from policy.results import RowRef

_BROKER_PROGRAMMES = ("broker_junior", "broker_middle", "manager_senior")
_BROKER_LEVELS = ("junior", "middle", "senior")
_HELD = ("host", "organiser")


# -- money ---------------------------------------------------------------------------------------------------------
@measure("local_received_fen")
def local_received_fen(ask: Ask) -> Tally:
    """Cash received in the span for local contracts of which the organisation is the seller, less refunds, in fen.

    A supplement takes seller and case from its main contract; without a seller the case's owner of the result counts.
    Where a date may lie outside the span a payment is left out and a refund taken off. Blanks: receipts of the
    organisation that no contract has claimed, and those of which nobody said whether they are local.
    """
    tally, total = Tally(), 0
    receipts = _receipts(ask)
    for receipt in receipts:
        within = ask.within(receipt.received_on)
        label = receipt.contract_name or receipt.payer
        row = RowRef("receipt", receipt.id, label, money(receipt.amount), receipt.received_on)
        local = receipt.is_local if receipt.is_local is not None else receipt.case_is_local
        if local == 0:
            continue
        counts = within or (within is None and receipt.amount < 0)
        if receipt.kind != "cash":
            if within is not False:
                said = f"{choice(Receipt.kind, receipt.kind)} {row.value}"
                tally.border.append(RowRef(row.kind, row.id, row.title, said, row.date))
        elif receipt.contract is None or local is None:
            tally.blanks += 1 if within is not False else 0
        else:
            if counts:
                tally.rows.append(row)
                total += receipt.amount
            if ask.cuts_span(receipt.received_on):
                tally.border.append(row)
    return tally.known(total, any_rows=bool(receipts))


def _receipts(ask: Ask) -> list[Any]:
    """Receipts for contracts of the organisation, and those on its account that wait to be claimed."""
    main = Contract.alias("main")
    seller = fn.COALESCE(Contract.seller, main.seller)
    case = fn.COALESCE(Contract.case, main.case)
    owned = CaseParty.select(CaseParty.case).where(CaseParty.party == ask.id, CaseParty.role == "owner")
    unclaimed = Receipt.contract.is_null() & (Receipt.account_holder == ask.id)
    query = (
        Receipt.select(
            Receipt.id,
            Receipt.contract,
            Receipt.received_on,
            Receipt.payer,
            Receipt.amount,
            Receipt.kind,
            Receipt.is_local,
            Contract.name.alias("contract_name"),
            Case.is_local.alias("case_is_local"),
        )
        .join(Contract, JOIN.LEFT_OUTER, on=(Receipt.contract == Contract.id))
        .join(main, JOIN.LEFT_OUTER, on=(Contract.parent == main.id))
        .join(Case, JOIN.LEFT_OUTER, on=(Case.id == case))
        .where((seller == ask.id) | (seller.is_null() & case.in_(owned)) | unclaimed)
    )
    return list(query.order_by(Receipt.received_on, Receipt.id).namedtuples())


# -- people --------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Completion:
    """One person's completion of one course; a reissued certificate keeps the day of the voided one."""

    certificate: Any
    day: str


@measure("brokers_trained")
def brokers_trained(ask: Ask) -> Tally:
    """People of universities who completed a broker course in the span, each once, by the first completion in it.

    Who has no category of their own takes that of their organisation; a person without either, and a completion
    without a programme, are blanks.
    """
    return _people(ask, _is_broker, university=True)


@measure("engineers_trained")
def engineers_trained(ask: Ask) -> Tally:
    """People who completed an excellent-engineer course or hold its certificate, each once, as above."""
    return _people(ask, _is_engineer, university=False)


@measure("entrepreneurs_trained")
def entrepreneurs_trained(ask: Ask) -> Tally:
    """People who completed an entrepreneur course, each once, as above."""
    return _people(ask, _is_entrepreneur, university=False)


@measure("incubator_staff_trained")
def incubator_staff_trained(ask: Ask) -> Tally:
    """People who completed a course for incubator staff, each once, as above."""
    return _people(ask, _is_incubator_staff, university=False)


def _is_broker(row: Any) -> bool | None:
    if row.p_kind is not None:
        return row.p_kind in _BROKER_PROGRAMMES and row.c_kind in ("completion", *_BROKER_LEVELS)
    return None if row.c_kind == "completion" else row.c_kind in _BROKER_LEVELS


def _is_engineer(row: Any) -> bool | None:
    if row.c_kind == "engineer":
        return True
    if row.c_kind != "completion":
        return False
    return None if row.p_kind is None else row.p_kind == "engineer"


def _is_entrepreneur(row: Any) -> bool | None:
    if row.c_kind != "completion":
        return False
    return None if row.p_kind is None else row.p_kind == "entrepreneur"


def _is_incubator_staff(row: Any) -> bool | None:
    if row.p_kind is not None:
        return bool(row.p_kind == "incubator_staff")  # whatever its certificate is called
    return None if row.c_kind == "completion" else False


def _people(ask: Ask, is_course: Callable[[Any], bool | None], *, university: bool) -> Tally:
    tally = Tally()
    found = ask.once(_completions)
    counted: dict[str, RowRef] = {}
    blank: set[str] = set()
    for completion in found:
        row = completion.certificate
        course, within = is_course(row), ask.within(completion.day)
        category = row.org_category or ("university" if row.org_kind == "university" else row.org_kind)
        if course is False or (university and category not in (None, "university")):
            continue
        ref = RowRef(
            "certificate",
            row.id,
            row.name,
            row.programme_name or choice(Certificate.c_kind, row.c_kind),
            completion.day,
        )
        if course is None or (university and category is None):
            blank |= {row.person} if within is not False else set()
            continue
        if within:
            counted.setdefault(row.person, ref)
        if ask.cuts_span(completion.day):
            tally.border.append(ref)
    tally.rows, tally.blanks = list(counted.values()), len(blank - counted.keys())
    return tally.counted(any_rows=bool(found))


def _completions(ask: Ask) -> list[_Completion]:
    """By day; of all people where we ask for ourselves, else of the organisation's own."""
    query = (
        Certificate.select(
            Certificate.id,
            Certificate.person,
            Certificate.c_kind,
            Certificate.programme,
            Certificate.issued_on,
            Certificate.state,
            Person.name,
            Person.org_category,
            Organisation.org_kind,
            Programme.p_kind,
            Programme.name.alias("programme_name"),
        )
        .join(Person, on=(Certificate.person == Person.id))
        .join(Organisation, JOIN.LEFT_OUTER, on=(Person.org == Organisation.id))
        .join(Programme, JOIN.LEFT_OUTER, on=(Certificate.programme == Programme.id))
    )
    if ask.id != own_organisation():
        query = query.where(Person.org == ask.id)
    courses: dict[tuple[str, str, str | None], list[Any]] = {}
    for row in query.order_by(Certificate.issued_on, Certificate.id).namedtuples():
        courses.setdefault((row.person, row.c_kind, row.programme), []).append(row)
    found = []
    for rows in courses.values():
        alive = [row for row in rows if row.state != "void"]
        if alive:
            kept = rows if alive[0].state == "reissued" else alive
            found.append(_Completion(alive[0], min((row.issued_on for row in kept), key=latest)))
    return sorted(found, key=lambda one: (latest(one.day), one.certificate.id))


# -- events --------------------------------------------------------------------------------------------------------
@measure("events_held", "organisation")
def events_held(ask: Ask) -> Tally:
    """Events we were host or organiser of that began in the span; of another organisation nothing is on record."""
    return ask.once(_events) if ask.id == own_organisation() else Tally()


@measure("events_held", "carrier")
def events_held_by_carrier(ask: Ask) -> Tally:
    """Our events where there is one carrier only: an event does not say which of several held it."""
    carriers = [row.id for row in Carrier.select(Carrier.id).limit(2)]
    return ask.once(_events) if carriers == [ask.id] else Tally()


@measure("events_year")
def events_year(ask: Ask) -> Tally:
    """The same in the year the period ends in."""
    return events_held_by_carrier(ask.of_year)


def _events(ask: Ask) -> Tally:
    """An event that several of our units entered as joint counts once; those we only supported stand at the border."""
    tally, seen = Tally(), set()
    events = list(Event.select().order_by(Event.starts_on, Event.id).namedtuples())
    for event in events:
        row = RowRef("event", event.id, event.title, choice(Event.e_kind, event.e_kind), event.starts_on)
        within = ask.within(event.starts_on)
        if event.our_role == "co_organiser" and within is not False:
            said = f"{choice(Event.our_role, event.our_role)} {row.value}"
            tally.border.append(RowRef(row.kind, row.id, row.title, said, row.date))
        if event.our_role not in _HELD:
            tally.blanks += event.our_role is None and within is not False
            continue
        same = (compare_name(event.title), event.starts_on)
        if event.joint and same in seen:
            continue
        if event.joint:
            seen.add(same)
        if within:
            tally.rows.append(row)
        if ask.cuts_span(event.starts_on):
            tally.border.append(row)
    return tally.counted(any_rows=bool(events))
