"""The yearly figures of a transfer agency, the firms it served, and the sums of one distribution of income."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from peewee import JOIN

from db.models import (
    AgencyYear,
    CaseLog,
    CaseParty,
    Contract,
    Distribution,
    DistributionCost,
    DistributionLine,
    Organisation,
    Person,
)
from db.queries.measures.asking import Ask, Tally, choice, figure, measure, money, own_organisation
from policy.results import RowRef

_FIRMS = ("firm", "team")
_HELPERS = ("broker", "co_broker", "valuer", "law_ip", "pilot", "authority")  # they serve, they are not served
_PERSONS = ("completer", "converter")


# -- firms served --------------------------------------------------------------------------------------------------
@measure("agency_firms_served")
def agency_firms_served(ask: Ask) -> Tally:
    """Firms and teams of our cases with a log entry in the span, each once, by the first entry in it.

    A firm that counts only by an entry close to the ends of the span stands at the border, too.
    """
    entries = ask.once(_entries)
    tally = Tally()
    served: dict[str, RowRef] = {}
    near: dict[str, RowRef] = {}
    sure: set[str] = set()
    for entry in entries:
        row = RowRef("organisation", entry.party, entry.name, "", entry.happened_on)
        within, cuts = ask.within(entry.happened_on), ask.cuts_span(entry.happened_on)
        if within:
            served.setdefault(entry.party, row)
        if cuts:
            near.setdefault(entry.party, row)
        elif within:
            sure.add(entry.party)
    tally.rows = list(served.values())
    tally.border = [row for party, row in near.items() if party not in sure]
    return tally.counted(any_rows=bool(entries))


def _entries(ask: Ask) -> list[Any]:
    if ask.id != own_organisation():
        return []
    query = (
        CaseParty.select(CaseParty.party, Organisation.name, CaseLog.happened_on)
        .join(Organisation, on=(CaseParty.party == Organisation.id))
        .switch(CaseParty)
        .join(CaseLog, on=(CaseLog.case == CaseParty.case))
        .where(Organisation.org_kind.in_(_FIRMS), CaseParty.role.not_in(_HELPERS), CaseParty.party != ask.id)
        .distinct()
    )
    return list(query.order_by(CaseLog.happened_on, CaseParty.party).namedtuples())


# -- yearly figures ------------------------------------------------------------------------------------------------
_YEARLY = {
    "agency_needs_collected": "needs_collected",
    "agency_staff": "staff_total",
    "agency_fulltime": "fulltime",
    "agency_brokers": "brokers",
    "agency_income_total": "income_total",
    "agency_working_funds": "working_funds",
    "agency_service_income": "service_income",
}


def _yearly(name: str, column: str) -> Callable[[Ask], Tally]:
    def answer(ask: Ask) -> Tally:
        """The figure of the agency's year; left blank it is a blank."""
        tally, row = Tally(), ask.once(_years).get(ask.year)
        if row is None:
            return tally
        value: int | None = getattr(row, column)
        if value is None:
            tally.blanks = 1
            return tally
        tally.rows.append(_year_row(name, row, value))
        return tally.known(value, any_rows=True)

    return answer


for _name, _column in _YEARLY.items():
    measure(_name)(_yearly(_name, _column))


@measure("agency_service_growth")
def agency_service_growth(ask: Ask) -> Tally:
    """Growth of the service income over the year before, in per cent; as filled in where that year gives no base."""
    years, tally = ask.once(_years), Tally()
    row, before = years.get(ask.year), years.get(ask.year - 1)
    if row is None:
        return tally
    base = None if before is None else before.service_income
    growth = None if row.growth is None else Fraction(row.growth, 10**AgencyYear.growth.scale)
    if base and base > 0 and row.service_income is not None:
        growth = Fraction((row.service_income - base) * 100, base)
        tally.rows.append(_year_row("agency_service_income", before, base))
    if growth is None:
        tally.blanks = 1
        return tally
    tally.rows.append(_year_row("agency_service_growth", row, growth))
    return tally.known(growth, any_rows=True)


def _years(ask: Ask) -> dict[int, Any]:
    query = AgencyYear.select().where(AgencyYear.unit == ask.id, AgencyYear.year.in_([ask.year, ask.year - 1]))
    return {row.year: row for row in query.order_by(AgencyYear.id).namedtuples()}


def _year_row(name: str, row: Any, value: int | Fraction) -> RowRef:
    return RowRef("agency_year", row.id, str(row.year), figure(name, value), str(row.year))


# -- one distribution ----------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Deal:
    """A distribution with its direct costs and the lines of persons."""

    row: Any
    costs: int = 0
    lines: list[Any] = field(default_factory=list)

    @property
    def net(self) -> int | None:
        """What is left of the price; None where it cannot be computed or a figure is blank."""
        row = self.row
        parts = [row.gross, row.taxes] + ([row.prior_rd] if row.owner_kind == "firm" else [])
        if row.net_unknown or None in parts:
            return None
        return int(row.gross - self.costs - sum(parts[1:]))

    @property
    def base(self) -> int | None:
        """What there is to divide, never below zero; the price where the net cannot be computed."""
        whole = self.row.gross if self.row.net_unknown else self.net
        return None if whole is None else max(int(whole), 0)


@measure("distribution_gross")
def distribution_gross(ask: Ask) -> Tally:
    """The price that is divided, in fen, as recorded."""
    return _sum(ask, lambda deal: None if deal.row.gross is None else int(deal.row.gross))


@measure("distribution_net")
def distribution_net(ask: Ask) -> Tally:
    """The price less direct costs and taxes, of an enterprise also less its earlier R&D, in fen; may be below zero."""
    return _sum(ask, lambda deal: deal.net)


@measure("distribution_base")
def distribution_base(ask: Ask) -> Tally:
    """What there is to divide, in fen."""
    return _sum(ask, lambda deal: deal.base)


def _sum(ask: Ask, value_of: Callable[[_Deal], int | None]) -> Tally:
    deal, tally = ask.once(_deal), Tally()
    if deal is None:
        return tally
    value = value_of(deal)
    if value is None:
        # where the net cannot be computed nothing was left blank
        tally.blanks = 0 if deal.row.net_unknown else 1
        return tally
    tally.rows.append(RowRef("distribution", deal.row.id, deal.row.name, money(value), deal.row.paid_on or ""))
    return tally.known(value, any_rows=True)


@measure("distribution_reward")
def distribution_reward(ask: Ask) -> Tally:
    """What persons get, in fen: all their lines, or the team's share of the whole while there are none.

    Unknown as soon as one line has no amount: a part of the reward is not the reward.
    """
    deal, tally = ask.once(_deal), Tally()
    if deal is None:
        return tally
    if not deal.lines:
        pct = deal.row.team_pct
        if pct is None or deal.base is None:
            return tally
        share = Fraction(deal.base * pct, 100 * 10**Distribution.team_pct.scale)
        value = (share + Fraction(1, 2)).__floor__()
        tally.rows.append(RowRef("distribution", deal.row.id, deal.row.name, money(value), deal.row.paid_on or ""))
        return tally.known(value, any_rows=True)
    tally.blanks = sum(line.amount is None for line in deal.lines)
    tally.rows = [_line_row(line, money(line.amount)) for line in deal.lines if line.amount is not None]
    if not tally.blanks:
        tally.value = sum(line.amount for line in deal.lines)
    return tally


@measure("distribution_head_lines")
def distribution_head_lines(ask: Ask) -> Tally:
    """Lines for heads of the unit; a person whose post nobody filled in is a blank."""
    deal, tally = ask.once(_deal), Tally()
    if deal is None:
        return tally
    for line in deal.lines:
        if line.admin_post == "head":
            tally.rows.append(_line_row(line, choice(Person.admin_post, line.admin_post)))
        elif line.admin_post is None:
            tally.blanks += 1
    return tally.counted(any_rows=bool(deal.lines))


def _line_row(line: Any, value: str) -> RowRef:
    role = choice(DistributionLine.role, line.role)
    return RowRef("distribution_line", line.id, line.name or role, value, line.paid_on or "")


def _deal(ask: Ask) -> _Deal | None:
    query = (
        Distribution.select(
            Distribution.id,
            Distribution.owner_kind,
            Distribution.gross,
            Distribution.taxes,
            Distribution.prior_rd,
            Distribution.net_unknown,
            Distribution.team_pct,
            Distribution.paid_on,
            Contract.name,
        )
        .join(Contract, on=(Distribution.contract == Contract.id))
        .where(Distribution.id == ask.id)
    )
    rows = list(query.namedtuples())
    if not rows:
        return None
    deal = _Deal(rows[0])
    costs = DistributionCost.select(DistributionCost.amount).where(DistributionCost.distribution == ask.id)
    deal.costs = sum(row.amount for row in costs.namedtuples())
    lines = (
        DistributionLine.select(
            DistributionLine.id,
            DistributionLine.role,
            DistributionLine.amount,
            DistributionLine.paid_on,
            Person.name,
            Person.admin_post,
        )
        .join(Person, JOIN.LEFT_OUTER, on=(DistributionLine.person == Person.id))
        .where(DistributionLine.distribution == ask.id, DistributionLine.role.in_(_PERSONS))
    )
    deal.lines = list(lines.order_by(DistributionLine.id).namedtuples())
    return deal
