"""What ties the sample's firms to others: who controls whom, earlier posts of people, rights held jointly."""

from __future__ import annotations

from db.models import Achievement, Affiliation, CoHolder, CoOwner, IpRight, Person, RelatedOrganisation
from desktop.services.samples.base import SampleYear, days_after
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.incubation import Incubation
from desktop.services.samples.training import Training

_SHARE = 3_000  # hundredths of a percent that the firm holds
_PAIRS = ((2, 33, "shareholding", "持股35%"), (5, 41, "person", "同一人任董事"), (18, 20, "family", "负责人系夫妻"))


def build(year: SampleYear, made: Incubation, agency: Agency, classes: Training) -> None:
    """Add related firms, posts held before, and rights that a tenant holds beside a university."""
    for first, second, relation, note in _PAIRS:
        year.add(
            RelatedOrganisation, organisation=made.tenants[first], other=made.tenants[second], relation=relation,
            note=f"{note}（示例）",
        )  # fmt: skip
    _posts(year, made, agency, classes)
    _joint(year, made, agency)


def _posts(year: SampleYear, made: Incubation, agency: Agency, classes: Training) -> None:
    """Founders who came from a university, and the mentor who invests and teaches, with all their posts."""
    for place, firm in enumerate(made.tenants[::6]):
        entered, university = made.entered[firm], agency.universities[place % 5]
        founder = made.founders[firm]
        year.add(
            Affiliation, person=founder, organisation=university, department="示例学院", post="副教授",
            starts_on=days_after(entered, -3_000)[:7], ends_on=days_after(entered, -400),
        )  # fmt: skip
        year.add(Affiliation, person=founder, organisation=firm, post="总经理", starts_on=days_after(entered, -399))
    mentor = next(row for row in year.of(Person) if row["id"] == classes.mentors[0])
    year.add(Affiliation, person=mentor["id"], organisation=mentor["org"], post="管理合伙人", starts_on="2019-04")
    year.add(
        Affiliation, person=mentor["id"], organisation=agency.universities[0], post="创业课程兼职讲师",
        starts_on="2021-09",
    )  # fmt: skip


def _joint(year: SampleYear, made: Incubation, agency: Agency) -> None:
    """Three patents and two results that a tenant owns a part of."""
    open_ones = [row for row in year.of(Achievement) if not row.get("classified") and row.get("owner")]
    for row, place in zip(open_ones[3:5], (6, 25), strict=True):
        year.add(CoOwner, achievement=row["id"], owner=made.tenants[place], share_pct=_SHARE)
    held = [
        row for row in year.of(IpRight) if row.get("holder") == agency.universities[0] and not row.get("open_licence")
    ]
    for row, place in zip(held[:3], (6, 25, 44), strict=True):
        row["holder_share"] = 10_000 - _SHARE
        year.add(CoHolder, ip_right=row["id"], holder=made.tenants[place], share_pct=_SHARE)
