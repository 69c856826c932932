"""Our own house in the sample year: staff with their certificates, who holds which account, an inspection.

Thirteen people of the incubator, eleven of them professional, and eight brokers; two have left and come since.
"""

from __future__ import annotations

from db.models import (
    Certificate,
    EvidenceLink,
    ExternalAccount,
    FirmYear,
    Inspection,
    InspectionItem,
    NotApplicable,
    Person,
    PolicyChoice,
    ServiceLog,
    Staff,
    Submission,
)
from desktop.services.samples.base import YEAR, SampleYear, phone
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.incubation import Incubation
from desktop.services.samples.training import Training

_PROFESSIONAL = 11
_POSTS = ("运营总监", "孵化服务经理", "投融资经理", "政策服务专员", "综合管理")
# who holds what; the last one's holder has left: to be handed over
_ACCOUNTS = (
    ("示例火炬统计系统", "sl_fhq_2018", 0, "2026-01-05"),
    ("示例科技管理信息系统", "sl_kjgl_031", 0, "2025-09-12"),
    ("示例技术合同登记平台", "sl_jsht_007", 1, "2026-03-02"),
    ("示例成果登记与汇交平台", "sl_cghj_015", 1, "2026-02-18"),
    ("示例专利数据服务平台", "sl_zlsj_88", 2, "2024-11-30"),
)
_ASKED = (
    ("租赁协议原件在哪里，面积是否与年报一致", 1, None),
    ("2025年三次服务记录和企业签字", 1, None),
    ("毕业条件的证明", 1, None),
    ("研发费用为什么是上年的三倍", 0, "补充研发台账和审计报告页码"),
)


def build(year: SampleYear, incubation: Incubation, agency: Agency, classes: Training) -> None:
    """Add staff, accounts, what does not apply and which text was taken; people must be there."""
    for number, person in enumerate(classes.staff):
        professional, hired = int(number < _PROFESSIONAL), f"{2018 + number % 6}-0{1 + number % 9}-01"
        certificate = None
        if number < _PROFESSIONAL:
            certificate = year.add(
                Certificate, person=person, c_kind="other", number=f"示例孵从{number + 1:04d}",
                issuer="重庆示例孵化器协会", issued_on=f"{2019 + number % 5}-06-20",
            )  # fmt: skip
        year.add(
            Staff, person=person, carrier=incubation.carrier, department="孵化器运营部", post=_POSTS[number % 5],
            is_professional=professional, is_fulltime=1, hired_on=hired, certificate=certificate,
            frontline=int(number in (1, 2, 3)),
        )  # fmt: skip
    levels = ("middle", "senior")
    for number, person in enumerate(agency.brokers):
        issued = 2022 + number % 2
        certificate = year.add(
            Certificate, person=person, c_kind=levels[number % 2], number=f"示例经{issued}{number + 1:04d}",
            issuer="重庆示例技术经理人协会", issued_on=f"{issued}-11-1{number}", filing_no=f"SL-BA-J{number + 1:03d}",
            filed_on=f"{issued}-12-20",
        )  # fmt: skip
        year.add(
            Staff, person=person, department="技术转移部", post="技术经纪人", is_professional=0, is_fulltime=1,
            hired_on=f"{2020 + number % 4}-03-01", certificate=certificate, frontline=1,
        )  # fmt: skip
    came = year.person(year.own, "carrier", department="孵化器运营部", education="本科")
    year.add(
        Staff, person=came, carrier=incubation.carrier, department="孵化器运营部", post="综合管理", is_professional=0,
        is_fulltime=1, hired_on="2026-03-02",
    )  # fmt: skip
    left = year.person(year.own, "agency", department="技术转移部", education="硕士")
    year.add(
        Staff, person=left, department="技术转移部", post="技术经纪人", is_professional=0, is_fulltime=1,
        hired_on="2021-05-06", left_on="2024-10-31", frontline=1,
    )  # fmt: skip
    names = {row["id"]: row["name"] for row in year.of(Person)}
    holders = (classes.staff[0], agency.brokers[0], left)
    for system, login, holder, renewed in _ACCOUNTS:
        year.add(
            ExternalAccount, system=system, login_name=login, holder=names[holders[holder]],
            bound_phone=phone(700_000 + holder), renewed_on=renewed,
        )  # fmt: skip
    _left_out(year)


def _left_out(year: SampleYear) -> None:
    """Fields that do not apply to a record, with the reason; the text taken where two disagree."""
    early = [row for row in year.of(FirmYear) if row["year"] == YEAR][:2]
    for row in early:
        year.add(
            NotApplicable, kind="firm_year", record=row["id"], field="investment_received",
            reason="当年未开展融资，企业书面说明（示例）",
        )  # fmt: skip
    year.add(PolicyChoice, choice="report-date", period="", value="gf16", reason="两个日期取较早的，免得逾期（示例）")


def inspected(year: SampleYear, incubation: Incubation) -> None:
    """Add the inspection before last year's award, of firm 17; submissions and services must be there."""
    granted = next(row for row in year.of(Submission) if row["state"] == "passed")
    visit = year.add(
        Inspection, happened_on="2025-11-12", authority="示例区科技局", submission=granted["id"],
        inspectors="示例专家甲、示例专家乙", findings="资料齐全；一家企业研发费用变动较大，请补充说明（示例）。",
    )  # fmt: skip
    firm = incubation.tenants[16]
    served = next((f"service_log:{row['id']}" for row in year.of(ServiceLog) if row["firm"] == firm), f"firm:{firm}")
    figures = next(row["id"] for row in year.of(FirmYear) if row["firm"] == firm and row["year"] == YEAR - 1)
    stay = f"tenancy:{incubation.tenancies[firm]}"
    targets = (stay, served, f"firm:{firm}", f"firm_year:{figures}")
    for target, (asked, ok, finding) in zip(targets, _ASKED, strict=True):
        year.add(
            InspectionItem, inspection=visit, target=target, asked=asked, ok=ok, finding=finding,
            due_on="2025-11-20" if finding else None, done_on="2025-11-18" if finding else None,
        )  # fmt: skip


def show_papers(year: SampleYear) -> None:
    """Name the papers the inspectors were shown, once they are there."""
    filed = {row["target"]: row["evidence"] for row in year.of(EvidenceLink)}
    for row in year.of(InspectionItem):
        row["evidence"] = filed.get(row["target"])
