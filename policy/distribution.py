"""How the income of a conversion is divided: net income, shares of those concerned, amounts per person, to the fen.

Arithmetic only: which share is owed, and by which text, is in the policy packs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from policy.dates import add_months, earliest
from policy.errors import Refused

OWNER_KINDS = ("university", "firm")
SHARES = ("team", "unit", "college", "agency", "fund")
_WHOLE = Fraction(100)
_HALF_STEP = Fraction(1, 200)  # percentages are written with two places, so each may be off by half a hundredth


@dataclass(frozen=True, slots=True)
class Net:
    """What is left of a deal's money, in fen.

    `value` is the net income and may be below zero; None where the parties say that it cannot be computed, or where a
    figure in `missing` (gross, taxes, prior_rd) is blank. `to_divide` is what there is to divide: never below zero, the
    whole gross where the net cannot be computed, None where a figure is missing.
    """

    gross: int | None
    deducted: int
    value: int | None
    to_divide: int | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part: a percentage of the whole, and how much that is in fen. `residue` is the part of the amount
    that rounding left over."""

    key: str
    pct: Fraction
    amount: int
    residue: int = 0


def net_income(
    *,
    owner_kind: str,
    gross: int | None,
    costs: Sequence[int] = (),
    taxes: int | None = None,
    prior_rd: int | None = None,
    cannot_be_computed: bool = False,
) -> Net:
    """Net income in fen: gross less direct costs and taxes, for an enterprise (`firm`) also less its earlier R&D.

    Costs are handed in once per deal; `prior_rd` of a university is left out, as the rule for universities has none.
    """
    needed = {"gross": gross, "taxes": taxes} | ({"prior_rd": prior_rd} if owner_kind == "firm" else {})
    if cannot_be_computed:
        needed = {"gross": gross}
    missing = tuple(name for name, value in needed.items() if value is None)
    if missing or gross is None:
        return Net(gross, 0, None, None, missing)
    if cannot_be_computed:
        return Net(gross, 0, None, max(gross, 0))
    deducted = sum(costs) + (taxes or 0) + ((prior_rd or 0) if owner_kind == "firm" else 0)
    return Net(gross, deducted, gross - deducted, max(gross - deducted, 0))


def divide(total: int, pcts: Mapping[str, Fraction], residue: str) -> tuple[Part, ...]:
    """The parts of `total` fen by percentage, each rounded half up; what rounding leaves is on the part `residue`.

    The parts always add up to the total. Where rounding up would leave the named part below zero (a few fen among
    many), all are rounded down. Raises Refused("distribution.not_whole", sum) unless the percentages make 100 but for
    the rounding of each to two places, and Refused("distribution.residue_line", key) where `residue` is no part.
    """
    if residue not in pcts:
        raise Refused("distribution.residue_line", key=residue)
    _check_whole(pcts.values(), slack=_HALF_STEP * len(pcts))
    amounts = {key: round_half_up(total * pct / 100) for key, pct in pcts.items()}
    if amounts[residue] + total - sum(amounts.values()) < 0:
        amounts = {key: (total * pct / 100).__floor__() for key, pct in pcts.items()}
    left = total - sum(amounts.values())
    return tuple(
        Part(key, pct, amounts[key] + (left if key == residue else 0), left if key == residue else 0)
        for key, pct in pcts.items()
    )


def divide_shares(total: int, pcts: Mapping[str, Fraction], residue: str = "unit") -> tuple[Part, ...]:
    """The shares of team, unit, college, agency and fund; they make exactly 100 %.

    What rounding leaves goes to `residue`, or to the largest share where that has none. Raises
    Refused("distribution.shares_not_whole", sum) and Refused("distribution.share_unknown", key).
    """
    for key in pcts:
        if key not in SHARES:
            raise Refused("distribution.share_unknown", key=key)
    try:
        _check_whole(pcts.values(), slack=Fraction(0))
    except Refused as fault:
        raise Refused("distribution.shares_not_whole", **fault.params) from None
    held = {key: pct for key, pct in pcts.items() if pct}
    return divide(total, held, residue if residue in held else max(held, key=lambda key: held[key]))


def round_half_up(value: Fraction) -> int:
    """A whole number of fen; half a fen counts as one."""
    return (value + Fraction(1, 2)).__floor__()


def pay_by(first_received_on: str, months: int) -> date:
    """The last day to pay, `months` after the first receipt; a coarse date counts from its earliest day."""
    return add_months(earliest(first_received_on), months)


def percent(value: Fraction) -> str:
    """A percentage as written: as many places as it has, six at most."""
    whole, rest = divmod(round_half_up(value * 10**6), 10**6)
    decimals = f"{rest:06d}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def _check_whole(pcts: Iterable[Fraction], *, slack: Fraction) -> None:
    values = tuple(pcts)
    total = sum(values, Fraction(0))
    if not values or any(pct < 0 for pct in values) or abs(total - _WHOLE) > slack:
        raise Refused("distribution.not_whole", sum=percent(total))
