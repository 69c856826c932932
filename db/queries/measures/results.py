"""What became of research results: handed over, converted, sold by contract, and the patents that moved to firms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import peewee
from peewee import JOIN, fn

from db.models import (
    Achievement,
    Brokerage,
    Case,
    CaseAchievement,
    CaseParty,
    CoHolder,
    Contract,
    CoOwner,
    HandoverItem,
    IpRight,
    Organisation,
)
from db.queries.measures.asking import Ask, Tally, choice, measure, money, own_organisation
from policy.results import RowRef

_SUPPLY_TRACKS = ("supply", "equity")
_SALES = ("transfer", "licence")  # a conversion by their class, also where nobody opened a case
_NO_CONVERSION = ("intermediation", "training")
_PATENTS = ("invention", "utility", "design")
_NOT_REGISTERED = ("refused", "cancelled")
_PROOFS = ("intermediation", "named", "service_agreement", "confirmation")


# -- hand-over -----------------------------------------------------------------------------------------------------
@measure("results_handed_over")
def results_handed_over(ask: Ask) -> Tally:
    """Results the university handed over in the span, each once, by the first hand-over in it.

    What the platform sent back stands at the border; a result marked as handed over without a day is a blank.
    """
    query = (
        HandoverItem.select(
            HandoverItem.id,
            HandoverItem.achievement,
            HandoverItem.exempt,
            HandoverItem.handed_on,
            HandoverItem.item_state,
            Achievement.title,
        )
        .join(Achievement, on=(HandoverItem.achievement == Achievement.id))
        .where(HandoverItem.university == ask.id)
    )
    items = list(query.order_by(HandoverItem.handed_on, HandoverItem.id).namedtuples())
    tally = Tally()
    counted: dict[str, RowRef] = {}
    blank: set[str] = set()
    for item in items:
        if item.exempt:
            continue
        if not item.handed_on:
            blank |= {item.achievement} if item.item_state in ("handed", "accepted") else set()
            continue
        state = choice(HandoverItem.item_state, item.item_state)
        row = RowRef("handover_item", item.id, item.title, state, item.handed_on)
        within = ask.within(item.handed_on)
        if within and item.item_state != "returned":
            counted.setdefault(item.achievement, row)
        if ask.cuts_span(item.handed_on) or (within and item.item_state == "returned"):
            tally.border.append(row)
    tally.rows, tally.blanks = list(counted.values()), len(blank - counted.keys())
    return tally.counted(any_rows=bool(items))


# -- results converted ---------------------------------------------------------------------------------------------
@measure("results_converted")
def results_converted(ask: Ask) -> Tally:
    """Results converted in the span; of ourselves also those of our cases, whoever owns them."""
    return _converted(ask, _each)


@measure("results_converted_local")
def results_converted_local(ask: Ask) -> Tally:
    """Of these the ones converted here; where nobody said, a blank."""
    return _converted(ask, lambda row: row.is_local)


@measure("results_converted_major")
def results_converted_major(ask: Ask) -> Tally:
    """Of these the major ones; where nobody said, a blank."""
    return _converted(ask, lambda row: row.is_major)


def _each(row: Any) -> int:
    """All of them belong."""
    del row
    return 1


def _converted(ask: Ask, belongs: Callable[[Any], int | None]) -> Tally:
    """A result with a mode of conversion but no day of it is a blank, unless it surely does not belong."""
    tally, results = Tally(), ask.once(_results)
    for result in results:
        answer = belongs(result)
        if answer == 0 or (not result.converted_on and not result.conversion_mode):
            continue
        within = ask.within(result.converted_on) if result.converted_on else None
        if not result.converted_on or answer is None:
            tally.blanks += 1 if within is not False else 0
            continue
        mode = choice(Achievement.conversion_mode, result.conversion_mode)
        row = RowRef("achievement", result.id, result.title, mode, result.converted_on)
        if within:
            tally.rows.append(row)
        if ask.cuts_span(result.converted_on):
            tally.border.append(row)
    return tally.counted(any_rows=bool(results))


def _results(ask: Ask) -> list[Any]:
    shared = CoOwner.select(CoOwner.achievement).where(CoOwner.owner == ask.id)
    where = (Achievement.owner == ask.id) | Achievement.id.in_(shared)
    if ask.id == own_organisation():
        where |= Achievement.id.in_(CaseAchievement.select(CaseAchievement.achievement))
    query = Achievement.select(
        Achievement.id,
        Achievement.title,
        Achievement.converted_on,
        Achievement.conversion_mode,
        Achievement.is_local,
        Achievement.is_major,
    )
    return list(query.where(where).order_by(Achievement.converted_on, Achievement.id).namedtuples())


# -- contracts -----------------------------------------------------------------------------------------------------
@measure("conversion_amount")
def conversion_amount(ask: Ask) -> Tally:
    """Money of the conversion contracts signed in the span, in fen; of ourselves those of all our cases."""
    return _signed(ask, _each)


@measure("conversion_amount_local")
def conversion_amount_local(ask: Ask) -> Tally:
    """Of these the ones whose case is local; a contract of which nobody said is a blank."""
    return _signed(ask, lambda contract: contract.is_local)


def _signed(ask: Ask, belongs: Callable[[Any], int | None]) -> Tally:
    own = ask.id == own_organisation()
    contracts = [
        one
        for one in ask.once(_contracts)
        if _is_conversion(one) and (_is_seller(one, ask) or (own and one.in_case is not None))
    ]
    return _amounts(ask, contracts, lambda one: one.signed_on, belongs)


@measure("contract_amount_registered")
def contract_amount_registered(ask: Ask) -> Tally:
    """Money of the contracts registered in the span, in fen, each once.

    Those the organisation sold or is named in as third party; of ourselves also those it is proven we brought about.
    A registration that was refused or cancelled does not count.
    """
    own = ask.id == own_organisation()
    contracts = [
        one
        for one in ask.once(_contracts)
        if _is_seller(one, ask) or one.third_party == ask.id or (own and one.our_role in _PROOFS)
    ]
    registered = [one for one in contracts if one.registry_state not in _NOT_REGISTERED]
    tally = _amounts(ask, registered, lambda one: one.registered_on, _each, dated=True)
    gone = [one for one in contracts if one.registry_state == "cancelled" and one.registered_on]
    tally.border.extend(_row(one, one.registered_on) for one in gone if ask.within(one.registered_on))
    return tally


def _amounts(
    ask: Ask,
    contracts: Iterable[Any],
    day: Callable[[Any], str | None],
    belongs: Callable[[Any], int | None],
    *,
    dated: bool = False,
) -> Tally:
    """The sum of the contracts' amounts by a day of theirs.

    A contract under a main one that has an amount itself stands at the border, as its money is in that amount; so does
    one that was terminated, which counts. Blanks: no amount, no day (`dated`: without a day it simply is not there
    yet), or nobody said whether it belongs.
    """
    tally, total, known = Tally(), 0, False
    for contract in contracts:
        known = True
        answer, text = belongs(contract), day(contract)
        if answer == 0 or (dated and not text):
            continue
        within = ask.within(text) if text else None
        inside_main = contract.main_amount is not None
        no_amount = contract.amount is None and not contract.has_parts and not inside_main
        if not text or answer is None or no_amount:
            tally.blanks += 1 if within is not False else 0
            continue
        row = _row(contract, text)
        if within and contract.amount is not None and not inside_main:
            tally.rows.append(row)
            total += contract.amount
        if ask.cuts_span(text) or (within and (inside_main or contract.terminated_on)):
            tally.border.append(row)
    return tally.known(total, any_rows=known)


def _row(contract: Any, text: str) -> RowRef:
    value = "" if contract.amount is None else money(contract.amount)
    return RowRef("contract", contract.id, contract.name, value, text)


def _is_conversion(contract: Any) -> bool:
    if contract.contract_class in _NO_CONVERSION:
        return False
    if contract.track is None:
        return contract.contract_class in _SALES
    return contract.track in _SUPPLY_TRACKS


def _is_seller(contract: Any, ask: Ask) -> bool:
    """Without a seller the owner of the case's result is taken for it."""
    if contract.seller is None:
        return bool(contract.owned)
    return bool(contract.seller == ask.id)


def _contracts(ask: Ask) -> list[Any]:
    """All contracts with seller and case of their main contract where they have none, and how they were brokered."""
    main, part = Contract.alias("main"), Contract.alias("part")
    case = fn.COALESCE(Contract.case, main.case)
    owned = CaseParty.select(CaseParty.case).where(CaseParty.party == ask.id, CaseParty.role == "owner")
    parts = part.select(part.parent).where(part.parent.is_null(False))
    query = (
        Contract.select(
            Contract.id,
            Contract.name,
            Contract.contract_class,
            Contract.signed_on,
            Contract.registered_on,
            Contract.registry_state,
            Contract.third_party,
            Contract.terminated_on,
            Contract.amount_total.alias("amount"),
            main.amount_total.alias("main_amount"),
            Contract.id.in_(parts).alias("has_parts"),
            fn.COALESCE(Contract.seller, main.seller).alias("seller"),
            case.alias("in_case"),
            case.in_(owned).alias("owned"),
            Case.track,
            Case.is_local,
            Brokerage.our_role,
        )
        .join(main, JOIN.LEFT_OUTER, on=(Contract.parent == main.id))
        .join(Case, JOIN.LEFT_OUTER, on=(Case.id == case))
        .join(Brokerage, JOIN.LEFT_OUTER, on=(Brokerage.contract == Contract.id))
    )
    found = {row.id: row for row in query.order_by(Contract.signed_on, Contract.id).namedtuples()}
    return list(found.values())


# -- patents -------------------------------------------------------------------------------------------------------
@measure("patents_granted")
def patents_granted(ask: Ask) -> Tally:
    """Patents granted to the organisation in the span; one that is no longer pending but has no day is a blank."""
    tally, rights = Tally(), [right for right in ask.once(_patents) if right.held]
    for right in rights:
        if not right.granted_on:
            tally.blanks += 1 if right.legal_state not in (None, "pending") else 0
            continue
        row = RowRef("ip_right", right.id, right.title, choice(IpRight.kind, right.kind), right.granted_on)
        if ask.within(right.granted_on):
            tally.rows.append(row)
        if ask.cuts_span(right.granted_on):
            tally.border.append(row)
    return tally.counted(any_rows=bool(rights))


@measure("patents_transferred")
def patents_transferred(ask: Ask) -> Tally:
    """Patents of the organisation, or of its results, transferred or licensed to a firm in the span.

    Where nobody said to whom, a blank; what went to others than firms stands at the border.
    """
    tally, rights = Tally(), ask.once(_patents)
    for right in rights:
        if not right.transferred_on:
            tally.blanks += 1 if right.to_kind == "firm" else 0
            continue
        within = ask.within(right.transferred_on)
        row = RowRef("ip_right", right.id, right.title, right.to_name or "", right.transferred_on)
        if right.to_kind is None:
            tally.blanks += 1 if within is not False else 0
        elif within and right.to_kind == "firm":
            tally.rows.append(row)
        if ask.cuts_span(right.transferred_on) or (within and right.to_kind not in (None, "firm")):
            tally.border.append(row)
    return tally.counted(any_rows=bool(rights))


def _patents(ask: Ask) -> list[Any]:
    """Patents it holds, alone or with others, and those of its results: a patent sold may have a new holder already."""
    receiver = Organisation.alias("receiver")
    joint = CoHolder.select(CoHolder.ip_right).where(CoHolder.holder == ask.id)
    results = Achievement.select(Achievement.id).where(Achievement.owner == ask.id)
    held: peewee.Expression = (IpRight.holder == ask.id) | IpRight.id.in_(joint)
    query = (
        IpRight.select(
            IpRight.id,
            IpRight.kind,
            IpRight.title,
            IpRight.legal_state,
            IpRight.granted_on,
            IpRight.transferred_on,
            held.alias("held"),
            receiver.name.alias("to_name"),
            receiver.org_kind.alias("to_kind"),
        )
        .join(receiver, JOIN.LEFT_OUTER, on=(IpRight.transferred_to == receiver.id))
        .where(IpRight.kind.in_(_PATENTS), held | IpRight.achievement.in_(results))
    )
    return list(query.order_by(IpRight.granted_on, IpRight.id).namedtuples())
