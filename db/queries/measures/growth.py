"""Growth from one yearly record of a firm to the next: of one firm, and how many of a carrier's tenants grew."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import peewee

from db.models import FirmYear, Organisation, Tenancy
from db.queries.measures.asking import Ask, Tally, measure
from db.queries.measures.stays import residents
from policy.i18n import tr
from policy.measures import shown
from policy.results import RowRef

_LOOK = 1  # so close to the limit, in points, a person should look


@dataclass(frozen=True, slots=True)
class _Growth:
    """The two yearly records and what revenue and R&D spending grew by, in per cent; None where that is unknown."""

    row: Any
    revenue: Fraction | None
    rd: Fraction | None


@measure("tenants_growing")
def tenants_growing(ask: Ask) -> Tally:
    """Tenants of the day whose revenue or R&D spending grew by more than the rule's per cent in the last full year.

    One leg above the limit decides. Without one, a tenant with a leg that is unknown (no record of the year before, a
    figure left blank, nothing to grow from) is a blank.
    """
    found, tally = ask.once(residents), Tally()
    grown, limit = ask.once(_of_carrier), ask.parameter
    for firm, stay in found.by_firm.items():
        growth = grown.get(firm)
        legs = (None, None) if growth is None else (growth.revenue, growth.rd)
        known = [leg for leg in legs if leg is not None]
        best = max(known, default=None)
        counts = best is not None and best > limit  # exactly the limit is not above it
        if growth is not None and best is not None:
            row = RowRef("firm_year", growth.row.id, stay.name, _said(growth, limit), str(growth.row.year))
            if counts:
                tally.rows.append(row)
            if any(abs(leg - limit) <= _LOOK for leg in known):
                tally.border.append(row)
        if not counts and len(known) < len(legs):
            tally.blanks += 1
    return tally.counted(any_rows=found.any_rows)


@measure("revenue_growth")
def revenue_growth(ask: Ask) -> Tally:
    """Growth of a firm's revenue in the last full year, per cent."""
    growth = ask.once(_of_firm).get(ask.id)
    return _one(growth, growth.revenue if growth else None)


@measure("rd_growth")
def rd_growth(ask: Ask) -> Tally:
    """Growth of a firm's R&D spending in the last full year, per cent."""
    growth = ask.once(_of_firm).get(ask.id)
    return _one(growth, growth.rd if growth else None)


def _one(growth: _Growth | None, rate: Fraction | None) -> Tally:
    if growth is None:
        return Tally()
    row = RowRef("firm_year", growth.row.id, growth.row.name, _said(growth), str(growth.row.year))
    return Tally(blanks=1) if rate is None else Tally(rate, [row])


def _said(growth: _Growth, limit: Fraction | None = None) -> str:
    parts = []
    if growth.revenue is not None:
        parts.append(tr("总收入 {n} %", n=shown(growth.revenue, "%", 1, apart_from=limit)))
    if growth.rd is not None:
        parts.append(tr("研发投入 {n} %", n=shown(growth.rd, "%", 1, apart_from=limit)))
    return " · ".join(parts)


def _of_carrier(ask: Ask) -> dict[str, _Growth]:
    return _by_firm(ask, FirmYear.firm.in_(Tenancy.select(Tenancy.firm).where(Tenancy.carrier == ask.id)))


def _of_firm(ask: Ask) -> dict[str, _Growth]:
    return _by_firm(ask, FirmYear.firm == ask.id)


def _by_firm(ask: Ask, where: peewee.Expression) -> dict[str, _Growth]:
    """By firm, of those with a record of the last full year; of two for one year the one changed last."""
    year = ask.full_year
    query = (
        FirmYear.select(
            FirmYear.id, FirmYear.firm, FirmYear.year, FirmYear.revenue, FirmYear.rd_spend, Organisation.name
        )
        .join(Organisation, on=(FirmYear.firm == Organisation.id))
        .where(where, FirmYear.year.in_((year - 1, year)))
    )
    newest: dict[tuple[str, int], Any] = {}
    for row in query.order_by(FirmYear.updated_at.desc(), FirmYear.id).namedtuples():
        newest.setdefault((row.firm, row.year), row)
    found = {}
    for (firm, at), row in newest.items():
        if at == year:
            before = newest.get((firm, year - 1))
            found[firm] = _Growth(
                row,
                _rate(before.revenue if before else None, row.revenue),
                _rate(before.rd_spend if before else None, row.rd_spend),
            )
    return found


def _rate(before: int | None, now: int | None) -> Fraction | None:
    """Per cent; None from a blank, and from nothing, of which no rate can be made."""
    if before is None or now is None or before <= 0:
        return None
    return Fraction(now - before, before) * 100
