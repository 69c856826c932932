"""Reporting in the sample year: own shares of city targets, typed figures, and the rounds with what became of them."""

from __future__ import annotations

from db.models import Round, Submission, Target, TypedMeasure
from desktop.services.samples.base import YEAR, SampleYear, words
from desktop.services.samples.incubation import Incubation

DRAFT_MEASURES = "cq-draft-measures"
_SHARES = (("target-events", 15, "own"), ("target-brokers", 120, "taskbook"), ("target-engineers", 12, "own"))


def build(year: SampleYear, incubation: Incubation) -> None:
    """Add targets, typed figures, rounds and submissions."""
    for rule, share, scope in _SHARES:
        year.add(Target, pack=DRAFT_MEASURES, rule=rule, period=str(YEAR), scope=scope, own_share=share)
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
        names = ("what", "way", "system", "state", "sent_on", "receipt_no", "amount")
        year.add(Submission, round=kept, **{name: plan.get(name) for name in names})
