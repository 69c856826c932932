"""The firms' yearly records, certificates and money raised, with the sums of the year exact over the 62 tenants.

520 jobs; 19 grew by more than 20 % (one by 20.05 %, one by exactly 20 %); 29 applied for IP and 21 hold it; 7 were
financed, 3 of them by our own fund.
"""

from __future__ import annotations

from typing import Any

from db.models import Firm, FirmYear, FundingEvent, Organisation, Qualification, Tenancy
from desktop.services.samples.base import THOUSAND, WAN, YEAR, SampleYear, days_after, shares, some_day
from desktop.services.samples.incubation import NO_LAST_YEAR, Incubation

_JOBS, _GROWN, _APPLIED, _HOLDING, _SMES = 520, 19, 29, 21, 50
_NO_REVENUE, _BLANK_REVENUE, _EXACT_GROWTH, _BARE_GROWTH, _TRIPLED = 7, 11, 13, 15, 2
_SPECIAL = (_NO_REVENUE, _BLANK_REVENUE, _EXACT_GROWTH)
_HIGH_TECH = (3, 8, 9, 10, 14, 18, 20, 22, 26, 30, 33, 40)
_SLIP = _BARE_GROWTH + 1
_NOT_RENEWED = (4, 19, 28, 37)  # technology SMEs that let it lapse in March
_EXPIRED = 16  # its certificate ran out on 30 December and was renewed in January


def build(year: SampleYear, made: Incubation) -> None:
    """Add certificates, money raised and the yearly records of everyone inside in 2023 to 2025."""
    _certificates(year, made)
    financed = _funding(year, made)
    _tenant_years(year, made, financed)
    _other_years(year, made)
    _from_records(year)


def _certificates(year: SampleYear, made: Incubation) -> None:
    """High-tech and technology-SME certificates, and the city's register."""
    serial = iter(range(1, 1000))

    def certificate(firm: str, kind: str, issued: str, until: str | None, issuer: str, prefix: str) -> None:
        number = f"{prefix}{issued[:4]}99{next(serial):06d}"
        year.add(
            Qualification, firm=firm, q_kind=kind, number=number, issued_on=issued, valid_until=until, issuer=issuer
        )

    board, register = "示例认定机构办公室", "示例科技型中小企业服务平台"
    for place in _HIGH_TECH:
        issued = some_day(year.rng, "2024-02-01", "2025-11-20")
        if place in _HIGH_TECH[:2]:  # two run out soon after the reference day
            issued = ("2023-12-12", "2024-01-18")[_HIGH_TECH.index(place)]
        certificate(made.tenants[place], "high_tech", issued, days_after(issued, 3 * 365), board, "SLGR")
    certificate(made.tenants[_EXPIRED], "high_tech", "2022-12-31", "2025-12-30", board, "SLGR")
    certificate(made.tenants[_EXPIRED], "high_tech", "2026-01-15", "2029-01-14", board, "SLGR")
    for place, firm in enumerate(made.tenants[:_SMES]):
        certificate(firm, "tech_sme", some_day(year.rng, "2025-04-01", "2025-12-20"), "2026-03-31", register, "SL")
        if place not in _NOT_RENEWED:
            certificate(firm, "tech_sme", some_day(year.rng, "2026-02-02", "2026-03-31"), "2027-03-31", register, "SL")
        if place % 2:
            certificate(firm, "cq_tech_firm", some_day(year.rng, "2023-06-01", "2025-06-30"), None, register, "SLKJ")
    for firm, day, ground in made.graduates:
        if ground == "high_tech":
            issued = days_after(day, -200)
            certificate(firm, "high_tech", issued, days_after(issued, 3 * 365), board, "SLGR")


def _funding(year: SampleYear, made: Incubation) -> dict[str, int]:
    """Money raised; returns what the seven tenants financed in the year received, in fen."""
    own, raised = "示例·云岚孵化种子资金", {}
    ours = (("2025-02-18", "2025-03-05", 60), ("2025-06-11", "2025-06-30", 80), ("2025-10-14", "2025-11-06", 50))
    others = (
        ("angel", "2025-03-20", "2025-04-18", 200),
        ("angel", "2025-07-02", None, 150),  # paid, not yet in the company register
        ("venture", "2025-09-09", "2025-09-30", 600),
        ("seed_fund", "2025-12-24", "2026-01-12", 100),
    )
    places = (9, 20, 27, 33, 38, 45, 55)
    for place, terms in zip(places, ours, strict=False):
        firm = made.tenants[place]
        raised[firm] = _money(year, firm, "incubation_fund", *terms, own, is_own_fund=1)
    for place, (kind, paid, registered, amount) in zip(places[3:], others, strict=True):
        investor = "示例天使投资中心（有限合伙）" if kind == "angel" else "重庆示例创业投资有限公司"
        raised[made.tenants[place]] = _money(year, made.tenants[place], kind, paid, registered, amount, investor)
    # next to the border of the year, and what is no investment in the year
    _money(year, made.tenants[41], "incubation_fund", "2026-01-08", "2026-01-22", 50, own, is_own_fund=1)
    _money(year, made.tenants[24], "angel", "2024-11-28", "2024-12-18", 120, "示例天使投资中心（有限合伙）")
    _money(year, made.tenants[12], "bank_loan", "2025-08-20", None, 200, "示例银行")
    for number, (firm, day, ground) in enumerate(made.graduates):
        if ground == "funding":
            _money(year, firm, "angel", days_after(day, -400), days_after(day, -370), 180, "重庆示例创业投资有限公司")
            amount = 360 + 20 * number
            _money(year, firm, "venture", days_after(day, -90), days_after(day, -60), amount, "重庆示例股权投资基金")
        elif ground == "acquired":
            _money(year, firm, "merger", days_after(day, -30), days_after(day, -5), 1200, "成都示例·集团有限公司")
    return raised


def _money(
    year: SampleYear,
    firm: str,
    kind: str,
    paid: str,
    registered: str | None,
    amount: int,
    investor: str,
    *,
    is_own_fund: int = 0,
) -> int:
    year.add(
        FundingEvent,
        firm=firm,
        f_kind=kind,
        investor=investor,
        is_own_fund=is_own_fund,
        amount=amount * WAN,
        signed_on=days_after(paid, -25),
        paid_on=paid,
        registered_on=registered,
        share_pct=None if kind in ("merger", "bank_loan") else 300 + amount,
    )
    return amount * WAN


def _tenant_years(year: SampleYear, made: Incubation, financed: dict[str, int]) -> None:
    rng, count = year.rng, len(made.tenants)
    surely = (_BARE_GROWTH, _TRIPLED)
    free = [place for place in range(count) if place not in (*_SPECIAL, *NO_LAST_YEAR, *surely)]
    grown = {*rng.sample(free, _GROWN - len(surely)), *surely}
    applied, holding = set(rng.sample(range(count), _APPLIED)), set(rng.sample(range(count), _HOLDING))
    for place, (firm, staff) in enumerate(zip(made.tenants, shares(rng, _JOBS, count, least=3, spread=8), strict=True)):
        before, now = _revenues(year, place, place in grown)
        entered = int(made.entered[firm][:4])
        owns = (place in applied, place in holding)
        spent = 0  # on R&D in the year before
        for number in range(2023, YEAR + 1):
            if number < min(entered, YEAR - 1) or (number < YEAR and place in NO_LAST_YEAR):
                continue
            factor = YEAR - number
            revenue = (now, before, before * 4 // 5)[factor]
            row = _figures(year, revenue, max(1, staff - 2 * factor), owns, factor)
            if number == YEAR and place not in grown and spent:  # neither by revenue nor by R&D
                row["rd_spend"] = min(row["rd_spend"], spent * 118 // 100 // THOUSAND * THOUSAND)
            spent = row["rd_spend"]
            if place == _SLIP:  # 元 typed where 千元 are asked, once the year before was right
                row["tech_spend"] = row["rd_spend"] * (1000 if number == YEAR else 1)
            if number == YEAR:
                row |= {"investment_received": financed.get(firm, 0), "profile": _profile(year, firm, made)}
                if place == _TRIPLED:  # the district will ask why
                    row["rd_spend"] *= 3
                if place == _EXACT_GROWTH + 1:  # corrected after the report
                    told = {name: figure for name, figure in row.items() if isinstance(figure, int)}
                    told["revenue"] -= 50 * THOUSAND
                    row |= {"state": "corrected", "reported": told}
            year.add(FirmYear, firm=firm, year=number, **{"state": "reported", **row})


def _revenues(year: SampleYear, place: int, grown: bool) -> tuple[int, int | None]:
    """Revenue of last year and this year in 千元."""
    if place == _NO_REVENUE:
        return 820, 0
    if place == _BLANK_REVENUE:
        return 1460, None
    if place == _EXACT_GROWTH:
        return 2000, 2400
    if place == _BARE_GROWTH:
        return 2000, 2401
    before = year.rng.randint(400, 8000)
    return before, before * (100 + (year.rng.randint(22, 85) if grown else year.rng.randint(-30, 18))) // 100


def _figures(year: SampleYear, revenue: int | None, staff: int, owns: tuple[bool, bool], factor: int) -> dict[str, Any]:
    """One yearly record; `factor` is how many years back, `revenue` in 千元."""
    rng = year.rng
    base = revenue or 300
    college = staff - staff // 5
    applied = max(0, rng.randint(1, 6) - factor) if owns[0] else 0
    valid = max(0, rng.randint(2, 12) - 3 * factor) if owns[1] else 0
    if factor == 0:
        applied, valid = (max(1, applied) if owns[0] else 0), (max(1, valid) if owns[1] else 0)
    row = {
        "mentor_link": int(rng.random() < 0.8),
        "graduated": 0,
        "investment_received": 0,
        "revenue": None if revenue is None else revenue * THOUSAND,
        "net_profit": base * rng.randint(-12, 18) // 100 * THOUSAND,
        "export_total": 0,
        "import_total": 0,
        "rd_spend": base * rng.randint(6, 24) // 100 * THOUSAND,
        "tax_paid": base * rng.randint(1, 5) // 100 * THOUSAND,
        "staff": staff,
        "staff_phd": int(rng.random() < 0.25),
        "staff_master": staff // 6,
        "staff_bachelor": staff // 2,
        "staff_college_up": college,
        "staff_returnee": int(rng.random() < 0.15),
        "staff_talent": 0,
        "fresh_graduates": rng.randint(0, max(1, staff // 4)),
        "staff_rd": staff // 3,
        "ip_applied": applied,
        "ip_applied_invention": applied // 2,
        "ip_granted": min(applied // 2, valid),
        "ip_granted_invention": min(applied // 4, valid // 3),
        "ip_valid": valid,
        "ip_valid_invention": valid // 3,
        "ip_software": valid // 2,
        "ip_plant": 0,
        "ip_layout": 0,
        "foreign_patents_bought": 0,
        "contracts": rng.randint(0, 2),
        "contract_amount": rng.randint(0, 30) * 10 * THOUSAND,
        "national_projects": 0,
        "projects_total": rng.randint(0, 2),
        "awards_provincial": 0,
    }
    # what the score of a technology SME asks beside the 26 items
    return row | {
        "staff_tech": max(staff * 2 // 5, int(row["staff_rd"] or 0)),
        "sales": None if revenue is None else revenue * 95 // 100 * THOUSAND,
        "total_cost": base * THOUSAND - int(row["net_profit"] or 0),
        "total_assets": 2 * base * THOUSAND,
    }


def _profile(year: SampleYear, firm: str, made: Incubation) -> dict[str, str | None]:
    """Items 1 to 8 as they stood on 31 December."""
    row = next(item for item in year.of(Organisation) if item["id"] == firm)
    return {
        "name": row["name"],
        "uscc": row["uscc"],
        "entered_on": made.entered[firm],
        "tech_field": row["tech_field"],
    }


def _from_records(year: SampleYear) -> None:
    """What follows from certificates and the register, as it stood at the end of each year."""
    spans: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for paper in year.of(Qualification):
        spans.setdefault((paper["firm"], paper["q_kind"]), []).append((paper["issued_on"], paper["valid_until"] or "9"))
    capital = {row["id"]: row["reg_capital"] for row in year.of(Firm) if not row["reg_capital_currency"]}
    for row in year.of(FirmYear):
        day = f"{row['year']}-12-31"
        for kind in ("high_tech", "tech_sme"):
            row[kind] = int(any(first <= day <= last for first, last in spans.get((row["firm"], kind), ())))
        row["reg_capital_at_founding"] = capital.get(row["firm"])
        if "reported" in row:
            row["reported"] |= {name: row[name] for name in ("high_tech", "tech_sme", "reg_capital_at_founding")}


def _other_years(year: SampleYear, made: Incubation) -> None:
    """The firms of the makerspace, graduates up to the year they graduated in, and the gone up to the year before."""
    for place, firm in enumerate(made.makers[:17]):
        for number in (2024, 2025):
            owns = (place % 3 == 0, place % 5 == 0)
            row = _figures(year, year.rng.randint(50, 900), year.rng.randint(2, 5), owns, YEAR - number)
            state = ("draft", "confirmed", "reported")[place % 3] if number == YEAR else "reported"
            year.add(FirmYear, firm=firm, year=number, **{**row, "state": state})
    for firm, day, ground in made.graduates:
        for number in range(max(2023, int(made.entered[firm][:4])), int(day[:4]) + 1):
            revenue = year.rng.randint(5600, 9800) if ground == "revenue" else year.rng.randint(900, 4200)
            row = _figures(year, revenue, year.rng.randint(9, 32), (True, True), YEAR - number)
            if number == int(day[:4]):
                row |= {"graduated": 1, "graduated_on": day}
            year.add(FirmYear, firm=firm, year=number, **{**row, "state": "reported"})
    told = {(row["firm"], row["year"]) for row in year.of(FirmYear)}
    for stay in year.of(Tenancy):
        if stay["carrier"] != made.carrier or stay["status"] not in ("left", "dissolved"):
            continue
        for number in range(max(2023, int(stay["entered_on"][:4])), int(stay["left_on"][:4])):
            if (stay["firm"], number) not in told:
                row = _figures(year, year.rng.randint(300, 2600), year.rng.randint(3, 14), (False, True), YEAR - number)
                year.add(FirmYear, firm=stay["firm"], year=number, **{**row, "state": "reported"})
