"""Reporting in the sample year: targets, typed figures, the rounds with what became of them, the agency's years."""

from __future__ import annotations

from db.models import (
    AgencyYear,
    Award,
    AwardUse,
    Brokerage,
    CarrierYear,
    Contract,
    FirmYear,
    Need,
    ReportedValue,
    ReturnNote,
    Round,
    Submission,
    Target,
    TypedMeasure,
)
from desktop.services.samples.base import THOUSAND, WAN, YEAR, SampleYear, words
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.incubation import Incubation

DRAFT_MEASURES = "cq-draft-measures"
_CORRECTED = 16  # place of the firm whose number of staff was put right after the report
_SHARES = (("target-events", 15, "own"), ("target-brokers", 120, "taskbook"), ("target-engineers", 12, "own"))


def build(year: SampleYear, incubation: Incubation, agency: Agency) -> None:
    """Add targets, typed figures, rounds with what was sent and came back, and what the agency reports."""
    for rule, share, scope in _SHARES:
        year.add(Target, pack=DRAFT_MEASURES, rule=rule, period=str(YEAR), scope=scope, own_share=share)
    year.add(
        Target,
        title="任务书：在孵企业（示例）",
        measure="tenants",
        value="65",
        period=str(YEAR),
        scope="taskbook",
        clause="示例任务书第3条",
    )
    # the year, its last day, and the two years of the evaluation round
    for period in (str(YEAR), f"@{YEAR}-12-31", f"{YEAR - 1}..{YEAR}"):
        subject = f"carrier:{incubation.carrier}"
        year.add(
            TypedMeasure, measure="legal_person", subject=subject, period=period, value="1", note="营业执照（示例）"
        )
    year.add(
        TypedMeasure,
        measure="startups_selected",
        subject=f"organisation:{year.own}",
        period=str(YEAR),
        value="3",
        note="示例入选名单",
    )
    for plan in words("texts")["round"]:
        kept = year.add(
            Round,
            title=plan["title"],
            number=plan.get("number"),
            issuer=plan["issuer"],
            pack=plan.get("pack") or None,
            period=plan["period"],
            steps=[{"name": name, "due": due, "who": who} for name, due, who in plan["steps"]],
            copies=plan.get("copies"),
            mail_limit=plan.get("mail_limit"),
            questions=plan.get("questions"),
        )
        names = ("what", "way", "system", "state", "sent_on", "receipt_no", "amount", "contact", "account_holder")
        submission = year.add(Submission, round=kept, **{name: plan.get(name) for name in names})
        for note in plan.get("returned", ()):
            year.add(ReturnNote, submission=submission, **note)
    _agency_years(year)
    _award(year, agency)
    _reported(year, incubation)


def _agency_years(year: SampleYear) -> None:
    proven = [row["contract"] for row in year.of(Brokerage) if row["our_role"] != "log_only"]
    contracts = [row for row in year.of(Contract) if row["id"] in proven]
    for number, (of_year, income) in enumerate(((YEAR - 1, 1_180), (YEAR, 1_510))):
        now = of_year == YEAR
        year.add(
            AgencyYear,
            unit=year.own,
            year=of_year,
            state="confirmed" if now else "reported",
            legal_kind="firm",
            office_area=42_000,
            has_website=1,
            has_database=1,
            staff_total=8 + number,
            master_up=3,
            bachelor=4 + number,
            college=1,
            senior_title=2,
            middle_title=4,
            fulltime=8,
            brokers=8,
            contracts_promoted=len(contracts) if now else 21,
            amount_promoted=sum(row["amount_total"] or 0 for row in contracts) if now else 9_800 * THOUSAND,
            tech_amount=sum(row["amount_tech"] or 0 for row in contracts) if now else 8_600 * THOUSAND,
            firms_served=96 if now else 74,
            needs_collected=sum(row["raised_on"][:4] == str(of_year) for row in year.of(Need)),
            income_total=4_860 * THOUSAND if now else 4_320 * THOUSAND,
            service_income=income * THOUSAND,
            growth=2_797 if now else None,
            patent_analysis="专利导航与分级报告12份（示例）",
            online_platform="示例成果线上平台",
            offline_team="8名技术经纪人（示例）",
            finance_service=None if not now else "与示例基金合作的投贷联动（示例）",
            cases_written=3,
        )


def _award(year: SampleYear, agency: Agency) -> None:
    """Last year's award, of which three fifths are spent."""
    granted = next(row for row in year.of(Submission) if row["state"] == "passed")
    award = year.add(
        Award,
        submission=granted["id"],
        publicised_on="2025-11-03",
        doc_no="示例科成〔2025〕31号",
        amount_applied=40 * WAN,
        amount_granted=30 * WAN,
        received_on="2025-12-08",
    )
    for kind, amount, person in (("frontline", 9, 0), ("frontline", 4, 1), ("equipment", 5, None)):
        year.add(
            AwardUse,
            award=award,
            kind=kind,
            person=None if person is None else agency.brokers[person],
            amount=amount * WAN,
            used_on="2026-03-31",
            note="示例",
        )


def _reported(year: SampleYear, incubation: Incubation) -> None:
    """What the torch record said when it was accepted; the staff of one firm was corrected since."""
    accepted = next(row["id"] for row in year.of(Submission) if row["state"] == "accepted")
    figures = next(row for row in year.of(CarrierYear) if row["carrier"] == incubation.carrier and row["year"] == YEAR)
    for name in ("area_total", "area_tenant", "staff_total", "staff_professional"):
        year.add(
            ReportedValue, submission=accepted, target=f"carrier_year:{figures['id']}.{name}", value=str(figures[name])
        )
    of_year = {row["firm"]: row for row in year.of(FirmYear) if row["year"] == YEAR}
    for place, firm in enumerate(incubation.tenants):
        row = of_year[firm]
        staff = row.get("staff")
        if staff is None:
            continue
        told = staff + (place == _CORRECTED)
        year.add(ReportedValue, submission=accepted, target=f"firm_year:{row['id']}.staff", value=str(told))
