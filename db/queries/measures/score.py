"""What the score of a technology SME is computed from: the last full year of a firm, and its rights by class."""

from __future__ import annotations

from typing import Any

from db.fields import Declared
from db.models import FirmYear, IpRight, Organisation
from db.queries.measures.asking import Ask, Tally, choice, figure, latest, measure
from policy.results import RowRef

_CLASS_ONE = ("invention", "layout", "plant")
_CLASS_TWO = ("utility", "design", "software")


@measure("firm_staff")
def firm_staff(ask: Ask) -> Tally:
    """Staff."""
    return _of_year(ask, "firm_staff", FirmYear.staff)


@measure("firm_staff_tech")
def firm_staff_tech(ask: Ask) -> Tally:
    """Staff in science and technology."""
    return _of_year(ask, "firm_staff_tech", FirmYear.staff_tech)


@measure("firm_sales")
def firm_sales(ask: Ask) -> Tally:
    """Sales, fen; total revenue is another figure and does not stand in."""
    return _of_year(ask, "firm_sales", FirmYear.sales)


@measure("firm_assets")
def firm_assets(ask: Ask) -> Tally:
    """Total assets, fen."""
    return _of_year(ask, "firm_assets", FirmYear.total_assets)


@measure("firm_cost")
def firm_cost(ask: Ask) -> Tally:
    """Costs, fen."""
    return _of_year(ask, "firm_cost", FirmYear.total_cost)


@measure("firm_rd_spend")
def firm_rd_spend(ask: Ask) -> Tally:
    """R&D spending, fen."""
    return _of_year(ask, "firm_rd_spend", FirmYear.rd_spend)


def _of_year(ask: Ask, name: str, field: Declared) -> Tally:
    """A figure of the last year that was over on the day; of two records the one changed last."""
    for row in ask.once(_years):
        value = getattr(row, field.name)
        if value is None:
            return Tally(blanks=1)
        return Tally(value, [RowRef("firm_year", row.id, row.name, figure(name, value), str(row.year))])
    return Tally()


def _years(ask: Ask) -> list[Any]:
    query = (
        FirmYear.select(FirmYear, Organisation.name.alias("name"))
        .join(Organisation, on=(FirmYear.firm == Organisation.id))
        .where(FirmYear.firm == ask.id, FirmYear.year == ask.full_year)
    )
    return list(query.order_by(FirmYear.updated_at.desc(), FirmYear.id).namedtuples())


# -- rights --------------------------------------------------------------------------------------------------------
@measure("ip_class_one")
def ip_class_one(ask: Ask) -> Tally:
    """Valid rights of class I by the register of rights; where it has none of the firm, by the record of the year."""
    if ask.once(_rights):
        return _held(ask, _CLASS_ONE)
    for row in ask.once(_years):
        parts = (row.ip_valid_invention, row.ip_plant, row.ip_layout)
        if None in parts:
            return Tally(blanks=parts.count(None))
        total = sum(parts)
        return Tally(total, [RowRef("firm_year", row.id, row.name, figure("ip_class_one", total), str(row.year))])
    return Tally()


@measure("ip_class_two")
def ip_class_two(ask: Ask) -> Tally:
    """Valid rights of class II by the register of rights; the record of the year does not tell them apart."""
    return _held(ask, _CLASS_TWO) if ask.once(_rights) else Tally()


def _held(ask: Ask, kinds: tuple[str, ...]) -> Tally:
    """Rights granted by the day and not ended; one without a legal state or a day of grant is a blank."""
    tally = Tally()
    for right in ask.once(_rights):
        if right.kind not in kinds or right.legal_state in ("pending", "lapsed"):
            continue
        if not right.granted_on or right.legal_state is None:
            tally.blanks += 1
            continue
        row = RowRef("ip_right", right.id, right.title, choice(IpRight.kind, right.kind), right.granted_on)
        ended = right.expires_on and latest(right.expires_on) < ask.day
        if ask.by_day(right.granted_on) and not ended:
            tally.rows.append(row)
        if ask.cuts_day(right.granted_on) or (right.expires_on and ask.cuts_day(right.expires_on)):
            tally.border.append(row)
    return tally.counted(any_rows=True)


def _rights(ask: Ask) -> list[Any]:
    """Rights of the firm: noted as its own, or held by it."""
    query = IpRight.select().where((IpRight.firm == ask.id) | (IpRight.holder == ask.id))
    return list(query.order_by(IpRight.granted_on, IpRight.id).namedtuples())
