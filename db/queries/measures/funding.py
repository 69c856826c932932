"""The measures that count money raised by firms: who was financed, by whose fund, and how much in all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import peewee

from db.models import FundingEvent, Organisation, Tenancy
from db.queries.measures.asking import Ask, Tally, choice, earliest, latest, measure, money
from db.queries.measures.occupants import occupants_of_year
from db.queries.measures.stays import Stay, of_carrier, residents
from policy.results import RowRef

_RISK = ("angel", "venture")
# an investment; loans, bonds, grants, listings and mergers raise money or change owners, but nobody invested
_INVESTMENT = (*_RISK, "incubation_fund", "seed_fund", "conversion_fund", "guidance_fund", "debt_equity")
_LOANS = ("bank_loan", "ip_pledge", "loan_insurance", "loan_guarantee", "bond")
_EXIT = ("listing", "merger")


@measure("tenants_financed")
def tenants_financed(ask: Ask) -> Tally:
    """Tenants of the day into which somebody paid an investment in the span; their loans stand at the border."""
    found = ask.once(residents)
    return _financed(ask.once(_of_carrier), found.by_firm, ask, any_rows=found.any_rows)


@measure("tenants_financed_year")
def tenants_financed_year(ask: Ask) -> Tally:
    """The same in the year the period ends in, however long the period is."""
    return tenants_financed(ask.of_year)


@measure("occupants_financed_year")
def occupants_financed_year(ask: Ask) -> Tally:
    """Teams and firms that were inside in the year, as above."""
    found = ask.once(occupants_of_year)
    return _financed(ask.once(_of_carrier), found.by_firm, ask.of_year, any_rows=found.any_rows)


@measure("financed_year")
def financed_year(ask: Ask) -> Tally:
    """Whether somebody paid an investment into the firm in the year."""
    return _financed(ask.once(_of_firm), (ask.id,), ask.of_year, any_rows=True)


def _financed(events: list[Any], firms: Collection[str], ask: Ask, *, any_rows: bool) -> Tally:
    """Those of the firms into which an investment was paid in the span of the asking."""
    tally = Tally()
    counted: dict[str, RowRef] = {}
    blank: set[str] = set()
    for event in events:
        if event.firm not in firms or event.amount == 0:
            continue
        row, invested = _row(event), event.f_kind in _INVESTMENT
        if not event.paid_on:
            if invested and not _planned_later(event, ask):
                blank.add(event.firm)
            continue
        within = ask.within(event.paid_on)
        if invested and within:
            counted.setdefault(event.firm, row)
        if event.f_kind is None and within is not False:
            blank.add(event.firm)
        if (invested and ask.cuts_span(event.paid_on)) or (event.f_kind in _LOANS and within is not False):
            tally.border.append(row)
    tally.rows, tally.blanks = list(counted.values()), len(blank - counted.keys())
    return tally.counted(any_rows=any_rows and bool(events))


@measure("tenants_own_invested")
def tenants_own_invested(ask: Ask) -> Tally:
    """Tenants of the day with an investment of the own or joint fund that was both paid and registered in the year.

    The later of the two days counts. What was completed before the year stands at the border, as does what lies close
    to its ends; an investment without one of the days, or of which nobody said whose fund it was, is a blank.
    """
    found, events = ask.once(residents), ask.once(_of_carrier)
    stays = _by_firm(ask)
    here = [event for event in events if event.firm in found.by_firm and _paid_here(event, stays[event.firm], ask)]
    return _completed(here, ask.of_year).counted(any_rows=found.any_rows and bool(events))


@measure("own_invested_year")
def own_invested_year(ask: Ask) -> Tally:
    """Whether the firm has such an investment."""
    events = ask.once(_of_firm)
    return _completed(events, ask.of_year).counted(any_rows=bool(events))


def _completed(events: Iterable[Any], ask: Ask) -> Tally:
    """The firms with an investment of the carrier's fund completed in the span, one row each."""
    tally = Tally()
    counted: dict[str, RowRef] = {}
    blank: set[str] = set()
    for event in events:
        own = _own_fund(event)
        if own == 0 or event.f_kind not in _INVESTMENT or event.amount == 0:
            continue
        if not event.paid_on or not event.registered_on:
            if not _planned_later(event, ask) and (not event.paid_on or ask.by_day(event.paid_on) is not False):
                blank.add(event.firm)
            continue
        done = max(event.paid_on, event.registered_on, key=latest)
        within = ask.within(done)
        if within and own:
            counted.setdefault(event.firm, _row(event, done))
        elif within:
            blank.add(event.firm)
        if own and (ask.cuts_span(done) or (within is False and ask.by_day(done))):
            tally.border.append(_row(event, done))
    tally.rows, tally.blanks = list(counted.values()), len(blank - counted.keys())
    return tally


@measure("funding_cases")
def funding_cases(ask: Ask) -> Tally:
    """Investments of the carrier's own or joint fund paid by the day.

    A firm that moved takes its events along from the day it entered the next carrier; what was paid before it first
    entered anywhere stands at the border.
    """
    tally, stays = Tally(), _by_firm(ask)
    for event in ask.once(_of_carrier):
        own = _own_fund(event)
        if own == 0 or event.f_kind not in _INVESTMENT or event.amount == 0 or event.firm not in stays:
            continue
        row = _row(event)
        if not event.paid_on:
            tally.blanks += 0 if _planned_later(event, ask) else 1
            continue
        place = _place(event, stays[event.firm])
        if place is not None and place.carrier != ask.id:
            continue
        paid = ask.by_day(event.paid_on)
        if own is None:
            tally.blanks += 1 if paid is not False else 0
        elif paid and place is not None:
            tally.rows.append(row)
        if own and (ask.cuts_day(event.paid_on) or (paid and place is None)):
            tally.border.append(row)
    return tally.counted(any_rows=bool(ask.once(_of_carrier)))


@measure("funding_cumulative")
def funding_cumulative(ask: Ask) -> Tally:
    """Angel and venture capital paid by the day, fen; what is in another currency or without an amount is a blank."""
    events, tally, total = ask.once(_of_firm), Tally(), 0
    for event in events:
        if event.f_kind not in _RISK:
            continue
        paid = ask.by_day(event.paid_on) if event.paid_on else None
        if event.paid_on and ask.cuts_day(event.paid_on):
            tally.border.append(_row(event))
        if not event.paid_on:
            tally.blanks += 0 if _planned_later(event, ask) else 1
        elif paid and (event.amount is None or event.currency not in (None, "CNY")):
            tally.blanks += 1
        elif paid:
            tally.rows.append(_row(event))
            total += event.amount
    return tally.known(total, any_rows=bool(events))


@measure("merged_or_listed")
def merged_or_listed(ask: Ask) -> Tally:
    """Whether a listing or merger was registered by the day."""
    events, tally = ask.once(_of_firm), Tally()
    for event in events:
        if event.f_kind not in _EXIT:
            continue
        if not event.registered_on:
            tally.blanks += 1
            continue
        row = _row(event, event.registered_on)
        if ask.by_day(event.registered_on):
            tally.rows.append(row)
        if ask.cuts_day(event.registered_on):
            tally.border.append(row)
    return tally.known(min(1, len(tally.rows)), any_rows=bool(events))


def _of_carrier(ask: Ask) -> list[Any]:
    ever = Tenancy.select(Tenancy.firm).where(Tenancy.carrier == ask.id)
    return _events(FundingEvent.firm.in_(ever))


def _of_firm(ask: Ask) -> list[Any]:
    return _events(FundingEvent.firm == ask.id)


def _events(where: peewee.Expression) -> list[Any]:
    """Funding events with their firm's name, by the day they were paid."""
    query = (
        FundingEvent.select(
            FundingEvent.id,
            FundingEvent.firm,
            FundingEvent.f_kind,
            FundingEvent.is_own_fund,
            FundingEvent.amount,
            FundingEvent.currency,
            FundingEvent.signed_on,
            FundingEvent.paid_on,
            FundingEvent.registered_on,
            Organisation.name,
        )
        .join(Organisation, on=(FundingEvent.firm == Organisation.id))
        .where(where)
    )
    return list(query.order_by(FundingEvent.paid_on, FundingEvent.id).namedtuples())


def _row(event: Any, text: str | None = None) -> RowRef:
    foreign = event.currency not in (None, "CNY")
    parts = [
        choice(FundingEvent.f_kind, event.f_kind),
        "" if event.amount is None or foreign else money(event.amount),
        event.currency if foreign else "",
    ]
    return RowRef("funding_event", event.id, event.name, " ".join(filter(None, parts)), text or event.paid_on or "")


def _own_fund(event: Any) -> int | None:
    """Whether it is the carrier's own or joint fund: as noted, else by the kind, which says so in its name."""
    if event.is_own_fund is None and event.f_kind == "incubation_fund":
        return 1
    own: int | None = event.is_own_fund
    return own


def _by_firm(ask: Ask) -> dict[str, list[Stay]]:
    stays: dict[str, list[Stay]] = {}
    for stay in ask.once(of_carrier):
        stays.setdefault(stay.firm, []).append(stay)
    return stays


def _place(event: Any, stays: Iterable[Stay]) -> Stay | None:
    """The stay the firm was in when the money was paid, None where it had not entered anywhere."""
    entered = [stay for stay in stays if stay.entered_on and _entered_by(stay, event.paid_on)]
    return max(entered, key=lambda stay: stay.order, default=None)


def _paid_here(event: Any, stays: Iterable[Stay], ask: Ask) -> bool:
    """Whether the money came while the firm was in the carrier, or nobody knows where it was."""
    place = _place(event, stays) if event.paid_on else None
    return place is None or place.carrier == ask.id


def _planned_later(event: Any, ask: Ask) -> bool:
    """Whether an event without a day of payment cannot have been paid by the day, as it was signed after it."""
    return bool(event.signed_on) and earliest(event.signed_on) > ask.day


def _entered_by(stay: Stay, paid_on: str) -> bool:
    return earliest(stay.entered_on or paid_on) <= latest(paid_on)
