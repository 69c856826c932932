"""Who was inside on a day: tenancies read by their dates, so that past years stay as they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

import peewee

from db.models import Carrier, Firm, Organisation, Tenancy
from db.queries.measures.asking import Ask, earliest, latest
from policy.results import RowRef

# applied, reviewed and rejected never came in, whatever date was planned
ENTERED = ("incubating", "graduated", "left", "dissolved")


class Presence(Enum):
    """Where a tenancy stood on the day; BLANK and COARSE dates leave it open."""

    IN = "in"
    OUT = "out"
    COARSE = "coarse"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Stay:
    """A tenancy with its firm's name and technical field; dates as written."""

    id: str
    firm: str
    carrier: str
    status: str
    entered_on: str | None
    graduated_on: str | None
    left_on: str | None
    name: str
    tech_field: str | None

    @property
    def gone_on(self) -> str | None:
        """When it stopped being a tenant: graduated or left, whichever may have come first."""
        if self.graduated_on and self.left_on:
            return min(self.graduated_on, self.left_on, key=earliest)
        return self.graduated_on or self.left_on

    @property
    def order(self) -> tuple[date, str]:
        """By entry; without a date before all others."""
        return latest(self.entered_on) if self.entered_on else date.min, self.id

    def row(self, day: str | None, value: str = "") -> RowRef:
        return RowRef("tenancy", self.id, self.name, value, day or "")


@dataclass(slots=True)
class Residents:
    """The tenant firms of a carrier on the day, by firm; `any_rows` says whether it has tenancies on record at all."""

    by_firm: dict[str, Stay] = field(default_factory=dict)
    blanks: int = 0
    border: list[RowRef] = field(default_factory=list)
    any_rows: bool = False


def presence(stay: Stay, ask: Ask) -> Presence:
    """By the dates; by the status only where a date is blank and the day is today."""
    came = ask.by_day(stay.entered_on) if stay.entered_on else None
    gone = ask.by_day(stay.gone_on) if stay.gone_on else False
    if gone or (stay.entered_on and came is False):
        return Presence.OUT
    if not stay.gone_on and stay.status != "incubating":
        return Presence.OUT if ask.current and stay.status else Presence.BLANK
    if not stay.entered_on:
        return Presence.IN if ask.current else Presence.BLANK
    return Presence.COARSE if came is None or gone is None else Presence.IN


def of_carrier(ask: Ask) -> list[Stay]:
    """All stays of the firms (not teams) that were ever in the carrier, those elsewhere included."""
    ever = Tenancy.select(Tenancy.firm).where(Tenancy.carrier == ask.id)
    return _stays(Tenancy.firm.in_(ever) & (Firm.is_team == 0))


def of_firm(ask: Ask) -> list[Stay]:
    """All stays of the firm, by entry."""
    return _stays(Tenancy.firm == ask.id)


def relevant(stays: Iterable[Stay], ask: Ask) -> Stay | None:
    """The stay a firm is judged by: the one it was in on the day, else the last one it had entered by then."""
    known = [stay for stay in stays if not stay.entered_on or earliest(stay.entered_on) <= ask.day]
    inside = [stay for stay in known if presence(stay, ask) in (Presence.IN, Presence.COARSE)]
    return max(inside or known, key=lambda stay: stay.order, default=None)


def with_teams(ask: Ask) -> list[Stay]:
    """As `of_carrier`, unregistered teams included."""
    ever = Tenancy.select(Tenancy.firm).where(Tenancy.carrier == ask.id)
    return _stays(Tenancy.firm.in_(ever))


def in_carriers_of(ask: Ask) -> list[Stay]:
    """All stays of the firms and teams that were ever in a carrier the organisation operates."""
    ever = Tenancy.select(Tenancy.firm).join(Carrier, on=(Tenancy.carrier == Carrier.id))
    return _stays(Tenancy.firm.in_(ever.where(Carrier.operator == ask.id)))


def residents(ask: Ask) -> Residents:
    """Each firm counts once and in one carrier: where two tenancies overlap, in the one entered last."""
    return inside(ask, ask.once(of_carrier))


def inside(ask: Ask, stays: Iterable[Stay]) -> Residents:
    """Who of these stays was in the carrier on the day."""
    found = Residents()
    by_firm: dict[str, list[Stay]] = {}
    for stay in stays:
        by_firm.setdefault(stay.firm, []).append(stay)
    for firm, theirs in by_firm.items():
        found.any_rows = True
        states = {stay.id: presence(stay, ask) for stay in theirs}
        present = [stay for stay in theirs if states[stay.id] is Presence.IN]
        where = max(present, key=lambda stay: stay.order, default=None)
        own = [stay for stay in theirs if stay.carrier == ask.id]
        if where is not None and where.carrier == ask.id:
            found.by_firm[firm] = where
        elif where is None and any(states[stay.id] is Presence.BLANK for stay in own):
            found.blanks += 1
        for stay in own:
            elsewhere = states[stay.id] is Presence.IN and stay is not where
            by_status = states[stay.id] is Presence.IN and not stay.entered_on
            if elsewhere or by_status or states[stay.id] is Presence.COARSE:
                found.border.append(stay.row(stay.entered_on))
            dates = (stay.entered_on, stay.gone_on)
            found.border.extend(stay.row(text) for text in dates if text and ask.cuts_day(text))
    return found


def graduated_in(year: int) -> list[str]:
    """The ids of the stays that graduated in the year, wherever they went since."""
    return [stay.id for stay in _stays(Tenancy.graduated_on.startswith(str(year)))]


# of a stay whose status nobody said the dates say that it was entered
_UNSAID = (Tenancy.status == "") & (
    Tenancy.entered_on.is_null(False) | Tenancy.graduated_on.is_null(False) | Tenancy.left_on.is_null(False)
)


def _stays(where: peewee.Expression) -> list[Stay]:
    query = (
        Tenancy.select(
            Tenancy.id,
            Tenancy.firm,
            Tenancy.carrier,
            Tenancy.status,
            Tenancy.entered_on,
            Tenancy.graduated_on,
            Tenancy.left_on,
            Organisation.name,
            Organisation.tech_field,
        )
        .join(Firm, on=(Tenancy.firm == Firm.id))
        .join(Organisation, on=(Firm.id == Organisation.id))
        .where(where, Tenancy.status.in_(ENTERED) | _UNSAID)
    )
    return sorted((Stay(*row) for row in query.tuples()), key=lambda stay: stay.order)
