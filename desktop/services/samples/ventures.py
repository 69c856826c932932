"""Shares, proof of concept and pilot scale in the sample year: in custody, passed on, verified, failed, under way."""

from __future__ import annotations

from random import Random

from db.models import (
    Carrier,
    Case,
    CaseParty,
    Contract,
    EquityHolding,
    EquityLine,
    Organisation,
    PilotService,
    PocProject,
)
from desktop.services.samples.base import SEED, TODAY, WAN, SampleYear, days_after, some_day, words
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.results import Results
from desktop.services.samples.stock import subjects

_SERVICES = (
    ["selection", "feasibility"],
    ["process", "performance"],
    ["intelligence", "feasibility"],
    ["redevelopment", "prototype"],
    ["ripening", "performance"],
)
_BESIDE = 7  # proofs of concept that no case of ours came of
_PILOTS = 24
_UNDER_WAY = "2026-06-01"  # what was selected after that day has no conclusion yet


def build(year: SampleYear, agency: Agency, results: Results) -> None:
    """Add holdings, a centre and a base that others run, and what was done there."""
    rng = Random(SEED + 4)  # noqa: S311 - of its own, so that the other parts stay as they are
    _holdings(year, agency, results)
    operators = {row["name"]: row["id"] for row in year.of(Organisation)}
    centre = year.add(
        Carrier,
        name="示例·重庆示例理工大学概念验证中心",
        operator=agency.universities[0],
        carrier_kind="poc_centre",
        title_level="municipal",
        title_granted_on="2023-11-20",
        founded_on="2023-03-01",
        operated_since="2023-06-01",
        district="沙坪坝区",
    )
    base = year.add(
        Carrier,
        name="示例·智能装备中试基地",
        operator=operators["重庆示例智能装备创新中心"],
        carrier_kind="pilot_base",
        title_level="municipal",
        title_granted_on="2024-04-12",
        founded_on="2022-09-15",
        operated_since="2023-01-04",
        district="璧山区",
    )
    _proofs(year, agency, results, rng, centre)
    _pilots(year, agency, rng, base)


def _holdings(year: SampleYear, agency: Agency, results: Results) -> None:
    """Of the two deals for shares one is in custody, of the other a part was passed on; a third company is new."""
    contracts = {row["case"]: row for row in year.of(Contract) if row.get("case")}
    parties = {(row["case"], row["role"]): row["party"] for row in year.of(CaseParty)}
    cases = [row for row in year.of(Case) if row["track"] == "equity" and row["outcome"] in ("won", "open")]
    running = min((row for row in cases if row["outcome"] == "open"), key=lambda row: str(row["opened_on"]))
    running["mode"] = "equity"
    for number, case in enumerate([*(row for row in cases if row["outcome"] == "won"), running]):
        contract = contracts.get(case["id"])
        agreed = contract["signed_on"] if contract else days_after(f"{case['opened_on']}-01"[:10], 120)
        left = number == 1
        total = (2_000, 1_500, 1_200)[number]
        unit = total * 3 // 10
        holding = year.add(
            EquityHolding,
            company=parties[case["id"], "buyer"],
            case=case["id"],
            value=contract["amount_total"] if contract else case["estimate"],
            total_pct=total,
            unit_pct=unit,
            holder=("asset_company", "asset_company", "platform")[number],
            contribution=["result", "cash"] if number == 0 else ["result"],
            registered_on=days_after(agreed, 45),
            separate_listed=1,
            disposal="transferred" if left else "held",
            disposed_on="2026-09-18" if left else None,
            disposal_amount=contract["amount_total"] * 13 // 10 if left and contract else None,
            decided_by="unit" if left else None,
            income_tax_mode="deferred",
        )
        people = results.teachers[parties[case["id"], "owner"]]
        first = (total - unit) * 6 // 10
        for person, share in zip(people[number : number + 2], (first, total - unit - first), strict=False):
            year.add(EquityLine, holding=holding, person=person, share_pct=share)


def _proofs(year: SampleYear, agency: Agency, results: Results, rng: Random, centre: str) -> None:
    """The five cases, as far as they were selected, and others of the university that runs the centre."""
    cases = [row for row in year.of(Case) if row["track"] == "poc"]
    ours = [(results.made[agency.results[row["id"]]], row) for row in cases]
    owned = results.by_owner[agency.universities[0]]
    for number, (result, case) in enumerate([*ours, *((one, None) for one in owned[:_BESIDE])]):
        opened = f"{case['opened_on']}-01"[:10] if case else some_day(rng, "2024-09-02", "2026-08-20")
        selected = days_after(opened, 38)
        if selected > TODAY.isoformat():
            continue
        won = case is not None and case["outcome"] == "won"
        ended = days_after(selected, 34 if won else 170)
        known = won or (selected < _UNDER_WAY and (case is None or case["outcome"] == "won"))
        conclusion = "passed" if won else ("passed", "revise", "passed", "failed")[number % 4]
        year.add(
            PocProject,
            centre=centre,
            achievement=result,
            service=_SERVICES[number % len(_SERVICES)],
            selected_on=selected,
            support_amount=(20, 30, 15, 50)[number % 4] * WAN,
            conclusion=conclusion if known else None,
            concluded_on=ended if known else None,
            private_capital=(120, 80)[number % 2] * WAN if known and conclusion == "passed" else None,
            valuation=600 * WAN if number == 2 and known else None,
            case=case["id"] if case else None,
        )


def _pilots(year: SampleYear, agency: Agency, rng: Random, base: str) -> None:
    """Services at pilot scale: most on the shared platform; the last ones are still under way or have no fee yet."""
    days = sorted(some_day(rng, "2025-01-13", "2026-11-12") for _ in range(_PILOTS))
    fields = {row["id"]: row.get("tech_field") for row in year.of(Organisation)}
    for number, day in enumerate(days):
        about = subjects()[(number * 7) % len(subjects())]
        clients = [one for one in (*agency.local_buyers, *agency.other_buyers) if fields[one] == about["field"]]
        ends = days_after(day, 3 + number % 5 * 6)
        running = ends > TODAY.isoformat()
        year.add(
            PilotService,
            facility=base,
            client=rng.choice(clients),
            topic=str(words("texts")["pilot"][number % len(words("texts")["pilot"])]).format(**about),
            starts_on=day,
            ends_on=None if running else ends,
            fee=None if running else (3 + number % 9) * 4_500_00,
            shared_platform=int(number % 10 < 7),
        )
