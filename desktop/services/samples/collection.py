"""The sample's figures by quarter, and the collecting of one: 88 forms out, 53 back, some of them with questions.

A round belongs to a carrier, so that the 88 are two rounds: 62 firms of the incubator, 26 firms and teams of the
makerspace. It runs on the reference day and ends six days later.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from db.models import CollectionItem, CollectionRound, FirmQuarter, FirmYear, Tenancy
from desktop.services.collectfiles import VERSION
from desktop.services.figurechecks import declared
from desktop.services.samples.base import SEED, THOUSAND, YEAR, SampleYear, days_after
from desktop.services.samples.incubation import Incubation

_DAY, _DUE = "2026-09-30", "2026-11-27"
# of each round whose it is, how many came back, and what is wrong with some
_ROUNDS = (("孵化器", 41, ("slip", "blank", "research")), ("众创空间", 12, ("number",)))
_WAYS = ("wechat", "wechat", "mail", "on_site")
_SHARES = ((1, 5), (9, 20), (7, 10))  # of the year's sum by the end of the first three quarters
_STATES = ("staff",)  # figures that stand for a day, not for a stretch


def build(year: SampleYear, made: Incubation) -> None:
    """Add the quarters of 2025 and 2026 and the rounds with their items; the yearly records must be there."""
    rng = Random(SEED + 4)  # noqa: S311 - of its own, so that the other parts stay as they are
    names: list[str] = declared()["quarter"]["fields"]
    of_year = {row["firm"]: row for row in year.of(FirmYear) if row["year"] == YEAR}
    for firm in made.tenants:
        for quarter in range(1, 5):
            if made.entered[firm] <= f"{YEAR}-{quarter * 3:02d}-31":
                _quarter(year, of_year[firm], YEAR, quarter, names)
    for firm in _inside(year, made.carrier):
        if firm in of_year:
            for quarter in (1, 2):
                _quarter(year, of_year[firm], YEAR + 1, quarter, names)
    for carrier, (place, count, doubts) in zip((made.carrier, made.makerspace), _ROUNDS, strict=True):
        firms = _inside(year, carrier)
        back = set(rng.sample([firm for firm in firms if firm in of_year], count))
        key = year.add(
            CollectionRound,
            title=f"{place}2026年三季度经营摸底（示例）",
            kind="quarter",
            period="2026Q3",
            carrier=carrier,
            due_on=_DUE,
            asked=names,
            template_version=VERSION,
        )
        _items(year, key, firms, back, iter(doubts), of_year, names, rng)


def _inside(year: SampleYear, carrier: str) -> list[str]:
    """Who is in a carrier on the last day of the third quarter."""
    return [
        row["firm"]
        for row in year.of(Tenancy)
        if row["carrier"] == carrier
        and row["entered_on"]
        and row["entered_on"] <= _DAY
        and (row["left_on"] or row["graduated_on"] or "9") > _DAY
    ]


def _items(
    year: SampleYear,
    key: str,
    firms: list[str],
    back: set[str],
    doubts: Iterator[str],
    of_year: dict[str, dict[str, Any]],
    names: list[str],
    rng: Random,
) -> None:
    """The forms that went out, those that came back with their figures, and what is asked about some of them."""
    for number, firm in enumerate(firms):
        item: dict[str, Any] = {"round": key, "firm": firm, "state": "waiting"}
        item |= {"sent_on": "2026-11-09", "sent_how": _WAYS[number % len(_WAYS)]}
        if firm in back:
            looked_over = bool(number % 2)
            _quarter(year, of_year[firm], YEAR + 1, 3, names, "confirmed" if looked_over else "draft")
            figures = year.of(FirmQuarter)[-1]
            doubt = next(doubts, None) if figures["revenue"] and not looked_over else None
            item["state"] = "doubt" if doubt else "confirmed" if looked_over else "returned"
            item["questions"] = _spoil(figures, doubt) if doubt else None
            item["returned_on"] = days_after("2026-11-10", rng.randint(0, 11))
        year.add(CollectionItem, **item)


def _spoil(figures: dict[str, Any], doubt: str) -> str:
    """What a hasty hand does to the figures of a form, and the question it brings."""
    if doubt == "slip":
        figures["revenue"] *= 1000
        return f"总收入 {figures['revenue'] // THOUSAND:,} 千元约为上季的一千倍，是否按元填写。"
    if doubt == "blank":
        before, figures["staff"] = figures["staff"], None
        return f"从业人员空白，上季 {before} 人。"
    if doubt == "research":
        figures["rd_spend"] = figures["revenue"] * 2
        return "R&D 经费支出大于总收入，请核对。"
    return "统一社会信用代码一栏变成 5.00103E+17，请按营业执照重填。"


def _quarter(
    year: SampleYear, told: dict[str, Any], number: int, quarter: int, names: list[str], state: str = "reported"
) -> None:
    """What a firm had come to by the end of a quarter: the fourth is the year, and the next year a fifth more."""
    row: dict[str, Any] = {}
    told = {**told, "industrial_output": told["revenue"]}  # the yearly record does not ask for it
    for name in names:
        value = told.get(name)
        if value is not None and name not in _STATES:
            part, whole = (1, 1) if quarter == 4 else _SHARES[quarter - 1]
            if number > YEAR:
                part, whole = part * 6, whole * 5
            unit = THOUSAND if abs(value) >= THOUSAND else 1
            value = value * part // whole // unit * unit
        row[name] = value
    year.add(FirmQuarter, firm=told["firm"], year=number, quarter=f"q{quarter}", basis="cumulative", state=state, **row)
