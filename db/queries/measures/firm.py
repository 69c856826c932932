"""The measures of one firm: what it qualifies as, where and how long it has been, what it earns."""

from __future__ import annotations

from typing import Any

from db.models import Firm, FirmYear, Organisation, Qualification, Tenancy
from db.queries.measures.asking import Ask, Tally, choice, earliest, figure, latest, measure
from db.queries.measures.stays import Stay, of_firm, relevant
from policy.dates import months_begun
from policy.i18n import tr
from policy.results import RowRef


# -- qualifications ------------------------------------------------------------------------------------------------
@measure("high_tech_valid")
def high_tech_valid(ask: Ask) -> Tally:
    """Whether a high-tech certificate is valid on the period's last day."""
    return _valid(ask, "high_tech")


@measure("tech_sme")
def tech_sme(ask: Ask) -> Tally:
    """Whether it is a technology SME on the period's last day; a valid high-tech certificate says so, too."""
    both = [_valid(ask, "tech_sme"), _valid(ask, "high_tech")]
    tally = Tally(
        rows=[row for one in both for row in one.rows],
        blanks=sum(one.blanks for one in both),
        border=[row for one in both for row in one.border],
    )
    answers = [one.value for one in both]
    tally.value = 1 if 1 in answers else None if None in answers else 0
    return tally


def _valid(ask: Ask, kind: str) -> Tally:
    """By the certificates on record; without any by the answer in the year's record; else unknown."""
    tally, day = Tally(), ask.period.ends_on
    held = [row for row in ask.once(_qualifications) if row.q_kind == kind]
    for row in held:
        until = row.valid_until
        ref = RowRef("qualification", row.id, choice(Qualification.q_kind, kind), until or "", row.issued_on)
        if latest(row.issued_on) > day:
            if ask.cuts_day(row.issued_on):
                tally.border.append(ref)
        elif not until:
            tally.blanks += 1
        elif earliest(until) >= day:
            tally.rows.append(ref)
        if until and (ask.cuts_day(until) or earliest(until) < day <= latest(until)):
            tally.border.append(ref)
    if held:
        return tally.known(min(1, len(tally.rows)), any_rows=True)
    for row in ask.once(_years):
        answer = getattr(row, kind)
        if row.year == ask.year and answer is not None:
            said = tr("是") if answer else tr("否")
            tally.rows, tally.value = [RowRef("firm_year", row.id, row.name, said, str(row.year))], answer
            break
    return tally


def _qualifications(ask: Ask) -> list[Any]:
    query = Qualification.select().where(Qualification.firm == ask.id)
    return list(query.order_by(Qualification.issued_on, Qualification.id).namedtuples())


# -- the stay ------------------------------------------------------------------------------------------------------
@measure("registered_inside")
def registered_inside(ask: Ask) -> Tally:
    """Whether both the registered address and the work are inside; unknown while either is blank."""
    stay = ask.once(_stay)
    tally = Tally()
    if stay is None:
        return tally
    answers = (
        Tenancy.select(Tenancy.reg_address_inside, Tenancy.rd_inside).where(Tenancy.id == stay.id).tuples().first()
    )
    tally.blanks = sum(answer is None for answer in answers)
    if not tally.blanks:
        tally.value = int(all(answers))
        tally.rows = [stay.row(stay.entered_on)]
    return tally


@measure("entry_age_months")
def entry_age_months(ask: Ask) -> Tally:
    """Months begun from founding to entry, the longest the dates allow; 0 where it entered before it was founded."""
    stay = ask.once(_stay)
    tally = Tally()
    if stay is None:
        return tally
    founded = Firm.select(Firm.founded_on).where(Firm.id == ask.id).scalar()
    if not founded or not stay.entered_on:
        tally.blanks = (not founded) + (not stay.entered_on)
        return tally
    tally.value = max(0, months_begun(earliest(founded), latest(stay.entered_on)))
    tally.rows = [
        RowRef("firm", ask.id, stay.name, "", founded),
        stay.row(stay.entered_on, figure("entry_age_months", tally.value)),
    ]
    return tally


@measure("stay_months")
def stay_months(ask: Ask) -> Tally:
    """Months begun from entry until it graduated or left, else to the day; earlier stays stand at the border."""
    stay = ask.once(_stay)
    tally = Tally()
    if stay is None:
        return tally
    gone_blank = not stay.gone_on and stay.status != "incubating"
    if not stay.entered_on or gone_blank:
        tally.blanks = 1
        return tally
    end = min(ask.day, latest(stay.gone_on)) if stay.gone_on else ask.day
    tally.value = max(0, months_begun(earliest(stay.entered_on), end))
    tally.rows = [stay.row(stay.entered_on, figure("stay_months", tally.value))]
    tally.border = [other.row(other.entered_on) for other in ask.once(of_firm) if other.order < stay.order]
    return tally


def _stay(ask: Ask) -> Stay | None:
    return relevant(ask.once(of_firm), ask)


# -- the yearly record ---------------------------------------------------------------------------------------------
@measure("revenue_two_years")
def revenue_two_years(ask: Ask) -> Tally:
    """Revenue of the last two years that were over on the day, fen; unknown while one of them is blank."""
    newest = {row.year: row for row in reversed(ask.once(_years))}
    tally, total = Tally(), 0
    for year in (ask.full_year - 1, ask.full_year):
        row = newest.get(year)
        if row is None or row.revenue is None:
            tally.blanks += row is not None
            continue
        total += row.revenue
        value = figure("revenue_two_years", row.revenue)
        tally.rows.append(RowRef("firm_year", row.id, row.name, value, str(year)))
    tally.value = total if len(tally.rows) == 2 else None
    return tally


def _years(ask: Ask) -> list[Any]:
    """The firm's yearly records with its name; of two for one year the one changed last comes first."""
    query = (
        FirmYear.select(FirmYear, Organisation.name.alias("name"))
        .join(Organisation, on=(FirmYear.firm == Organisation.id))
        .where(FirmYear.firm == ask.id)
    )
    return list(query.order_by(FirmYear.updated_at.desc(), FirmYear.id).namedtuples())
