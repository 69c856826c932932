"""Contracts an agency brought about: only with proof of brokerage, by the day they count by; what they brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from peewee import JOIN, fn

from db.models import Achievement, Brokerage, Case, CaseAchievement, Contract, Receipt
from db.queries.measures.asking import Ask, Tally, choice, measure, money, own_organisation
from policy.i18n import tr
from policy.results import RowRef

PROOFS = ("intermediation", "named", "service_agreement", "confirmation")
_SALES = ("transfer", "licence")
_NOT_REGISTERED = ("refused", "cancelled")


@dataclass(frozen=True, slots=True)
class _Deal:
    """A contract with what proves our part in it; `inside` is one whose main contract counts itself."""

    contract: Any
    proven: bool
    inside: bool

    def row(self, text: str) -> RowRef:
        one = self.contract
        said = choice(Brokerage.our_role, one.our_role) if self.proven else tr("未证明促成")
        amount = "" if one.amount is None else money(one.amount)
        return RowRef("contract", one.id, one.name, _joined(amount, said), text)


@dataclass(slots=True)
class _Found:
    """A tally on its way, with the sum of its rows and whether anything is on record at all."""

    any_rows: bool
    total: int = 0
    tally: Tally = field(default_factory=Tally)

    def summed(self) -> Tally:
        return self.tally.known(self.total, any_rows=self.any_rows)

    def counted(self) -> Tally:
        return self.tally.counted(any_rows=self.any_rows)


Figure = Callable[[Any], int | None]


def _one(_: Any) -> int:
    return 1


def _amount(contract: Any) -> int | None:
    return None if contract.amount is None else int(contract.amount)


def _technical(contract: Any) -> int | None:
    """As recorded, else the total less the non-technical costs; never from one of them alone."""
    if contract.amount_tech is not None:
        return int(contract.amount_tech)
    if contract.amount is None or contract.nontech_cost is None:
        return None
    return int(contract.amount - contract.nontech_cost)


# -- by registration and by signing --------------------------------------------------------------------------------
@measure("brokered_registered")
def brokered_registered(ask: Ask) -> Tally:
    """Proven contracts registered in the span; a registration that was refused or cancelled does not count."""
    return _registered(ask, _one).counted()


@measure("brokered_amount_registered")
def brokered_amount_registered(ask: Ask) -> Tally:
    """Their money in fen; a contract without an amount is a blank."""
    return _registered(ask, _amount).summed()


@measure("brokered_tech_registered")
def brokered_tech_registered(ask: Ask) -> Tally:
    """Their technical amount in fen."""
    return _registered(ask, _technical).summed()


@measure("brokered_signed")
def brokered_signed(ask: Ask) -> Tally:
    """Proven contracts signed in the span; one without a day is a blank."""
    return _signed(ask, _one).counted()


@measure("brokered_amount_signed")
def brokered_amount_signed(ask: Ask) -> Tally:
    """Their money in fen."""
    return _signed(ask, _amount).summed()


@measure("brokered_tech_signed")
def brokered_tech_signed(ask: Ask) -> Tally:
    """Their technical amount in fen."""
    return _signed(ask, _technical).summed()


def _registered(ask: Ask, figure: Figure) -> _Found:
    """Without a day a contract simply is not registered yet; a cancelled registration of the span is shown."""
    deals = ask.once(_deals)
    found = _Found(bool(deals))
    for deal in deals:
        text, state = deal.contract.registered_on, deal.contract.registry_state
        if text and state not in _NOT_REGISTERED:
            _take(ask, deal, text, figure, found)
        elif text and state == "cancelled" and ask.within(text):
            found.tally.border.append(deal.row(text))
    return found


def _signed(ask: Ask, figure: Figure) -> _Found:
    deals = ask.once(_deals)
    found = _Found(bool(deals))
    for deal in deals:
        if deal.contract.signed_on:
            _take(ask, deal, deal.contract.signed_on, figure, found)
        elif deal.proven and not deal.inside:
            found.tally.blanks += 1
    return found


def _take(ask: Ask, deal: _Deal, text: str, figure: Figure, found: _Found) -> None:
    """What is not proven, what its main contract counts and what was terminated goes to the border; the last counts."""
    within, value = ask.within(text), figure(deal.contract)
    apart = not deal.proven or deal.inside
    if not apart and value is None:
        found.tally.blanks += 1 if within is not False else 0
    elif not apart and within and value is not None:
        found.tally.rows.append(deal.row(text))
        found.total += value
    if ask.cuts_span(text) or (within and (apart or deal.contract.terminated_on)):
        found.tally.border.append(deal.row(text))


# -- by money received ---------------------------------------------------------------------------------------------
@measure("brokered_received")
def brokered_received(ask: Ask) -> Tally:
    """Proven contracts for which cash came in in the span, each once, by the first receipt in it."""
    found = _received(ask, _one)
    contracts = {receipt.id: receipt.contract for receipt in ask.once(_receipts) if receipt.amount > 0}
    first: dict[str, RowRef] = {}
    for row in found.tally.rows:
        if row.id in contracts:
            first.setdefault(contracts[row.id], row)
    found.tally.rows = list(first.values())
    return found.counted()


@measure("brokered_amount_received")
def brokered_amount_received(ask: Ask) -> Tally:
    """Cash received in the span for proven contracts, less refunds, in fen."""
    return _received(ask, _amount).summed()


@measure("brokered_tech_received")
def brokered_tech_received(ask: Ask) -> Tally:
    """The technical part of that cash in fen; a receipt that does not say it is a blank."""
    return _received(ask, lambda receipt: receipt.tech_part).summed()


def _received(ask: Ask, figure: Figure) -> _Found:
    """Where a date may lie outside the span a payment is left out and a refund taken off."""
    deals = {deal.contract.id: deal for deal in ask.once(_deals)}
    receipts = ask.once(_receipts)
    found = _Found(bool(receipts))
    for receipt in receipts:
        deal, text = deals[receipt.contract], receipt.received_on
        within, value = ask.within(text), figure(receipt)
        apart = not deal.proven or receipt.kind != "cash"
        said = (
            money(receipt.amount),
            "" if receipt.kind == "cash" else choice(Receipt.kind, receipt.kind),
            "" if deal.proven else tr("未证明促成"),
        )
        row = RowRef("receipt", receipt.id, deal.contract.name, _joined(*said), text)
        if not apart and (within or (within is None and receipt.amount < 0)):
            if value is None:
                found.tally.blanks += 1
            else:
                found.tally.rows.append(row)
                found.total += value
        if ask.cuts_span(text) or (within and apart):
            found.tally.border.append(row)
    return found


def _receipts(ask: Ask) -> list[Any]:
    known = {deal.contract.id for deal in ask.once(_deals)}
    query = Receipt.select(
        Receipt.id, Receipt.contract, Receipt.received_on, Receipt.amount, Receipt.tech_part, Receipt.kind
    ).where(Receipt.contract.is_null(False))
    rows = query.order_by(Receipt.received_on, Receipt.id).namedtuples()
    return [row for row in rows if row.contract in known]


# -- what was brought about ----------------------------------------------------------------------------------------
@measure("brokered_unproven")
def brokered_unproven(ask: Ask) -> Tally:
    """Contracts of our cases registered in the span without proof that we brought them about."""
    deals, tally = ask.once(_deals), Tally()
    for deal in deals:
        text = deal.contract.registered_on
        if deal.proven or not text or deal.contract.registry_state in _NOT_REGISTERED:
            continue
        if ask.within(text):
            tally.rows.append(deal.row(text))
        if ask.cuts_span(text):
            tally.border.append(deal.row(text))
    return tally.counted(any_rows=bool(deals))


def unproven_contracts() -> list[str]:
    """The ids of the contracts of our cases without proof that we brought them about, registered yet or not."""
    return [
        deal.contract.id
        for deal in _deals_of(own_organisation())
        if not deal.proven and deal.contract.registry_state not in _NOT_REGISTERED
    ]


@measure("results_traded")
def results_traded(ask: Ask) -> Tally:
    """Results of the cases of proven transfers and licences registered in the span, each once.

    A contract whose case names no result is a blank.
    """
    links: dict[str, list[Any]] = {}
    query = CaseAchievement.select(CaseAchievement.case, Achievement.id, Achievement.title).join(
        Achievement, on=(CaseAchievement.achievement == Achievement.id)
    )
    for link in query.order_by(Achievement.title, Achievement.id).namedtuples():
        links.setdefault(link.case, []).append(link)
    sales = [deal for deal in ask.once(_deals) if deal.proven and deal.contract.contract_class in _SALES]
    tally = Tally()
    counted: dict[str, RowRef] = {}
    for deal in sales:
        one = deal.contract
        if not one.registered_on or one.registry_state in _NOT_REGISTERED:
            continue
        within, results = ask.within(one.registered_on), links.get(one.in_case, [])
        tally.blanks += 1 if not results and within is not False else 0
        for result in results:
            row = RowRef("achievement", result.id, result.title, one.name, one.registered_on)
            if within:
                counted.setdefault(result.id, row)
            if ask.cuts_span(one.registered_on):
                tally.border.append(row)
    tally.rows = list(counted.values())
    return tally.counted(any_rows=bool(sales))


# -- the contracts -------------------------------------------------------------------------------------------------
def _deals(ask: Ask) -> list[_Deal]:
    """Of another organisation than ourselves nothing is on record."""
    own = own_organisation()
    return _deals_of(own) if ask.id == own else []


def _deals_of(own: str) -> list[_Deal]:
    """The contracts we have a brokerage record of, and those of our cases without one that we are no party of."""
    main = Contract.alias("main")
    case = fn.COALESCE(Contract.case, main.case)
    query = (
        Contract.select(
            Contract.id,
            Contract.name,
            Contract.parent,
            Contract.contract_class,
            Contract.seller,
            Contract.buyer,
            Contract.signed_on,
            Contract.registered_on,
            Contract.registry_state,
            Contract.terminated_on,
            Contract.amount_total.alias("amount"),
            Contract.nontech_cost,
            Contract.amount_tech,
            case.alias("in_case"),
            Brokerage.our_role,
        )
        .join(main, JOIN.LEFT_OUTER, on=(Contract.parent == main.id))
        .join(Brokerage, JOIN.LEFT_OUTER, on=(Brokerage.contract == Contract.id))
        .join(Case, JOIN.LEFT_OUTER, on=(Case.id == case))
        .where(Brokerage.our_role.is_null(False) | Case.id.is_null(False))
    )
    return _once_each(query.order_by(Contract.signed_on, Contract.id).namedtuples(), own)


def _once_each(rows: Iterable[Any], own: str) -> list[_Deal]:
    """Each contract once, proven where one of its brokerage records is.

    A contract of intermediation without a record is our own business with a client: the proof, not the deal.
    """
    best: dict[str, Any] = {}
    for row in rows:
        ours = own in (row.seller, row.buyer) or row.contract_class == "intermediation"
        if row.our_role is None and ours:
            continue
        if row.id not in best or row.our_role in PROOFS:
            best[row.id] = row
    counting = {row.id for row in best.values() if row.our_role in PROOFS and row.amount is not None}
    return [_Deal(row, row.our_role in PROOFS, row.parent in counting) for row in best.values()]


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))
