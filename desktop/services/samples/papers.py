"""The papers of the sample year: 1,180 small scans made here, each marked 示例, and what every one of them proves.

Of the incubator's indicators under the measures of 2018 three are left without proof; 60 papers have expired, 25 prove
several things, and eleven prove nothing yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from db.models import CaseLog, Certificate, Contract, Event, FirmYear, FundingEvent, Qualification, Receipt, Session
from desktop.services.samples.base import YEAR, SampleYear
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.deals import Deals
from desktop.services.samples.incubation import Incubation
from desktop.services.samples.paper import Paper
from desktop.services.samples.paperstock import filed

NOTICE = "通知/政策文件"
_PROVEN = 29  # contracts of the year with a letter that says we brokered them
_LONG_NAME = 120  # characters
_SIGNED = "copier"  # what two sides signed lies in the archive as the copier read it


def plan(year: SampleYear, incubation: Incubation, agency: Agency, deals: Deals) -> list[Paper]:
    """Every paper of the sample year; those that matter most come first."""
    first = [
        *_of_the_carrier(incubation),
        *_of_firms(year, incubation, agency.names),
        *_of_deals(year, agency, deals),
        *_of_activities(year),
        *_unlinked(),
    ]
    return [*first, *filed(year, incubation, agency.names, first)]


def _indicator(incubation: Incubation, *rules: str) -> tuple[tuple[str, str], ...]:
    where = f"@{YEAR}/carrier:{incubation.carrier}"
    return tuple((f"indicator:guokefaqu-2018-300/{rule}{where}", "proves") for rule in rules)


def _of_the_carrier(incubation: Incubation) -> Iterator[Paper]:
    asked = ((f"carrier:{incubation.carrier}", "authorises"),)
    notice = f"关于开展{YEAR}年度孵化器评价的通知（虚构）：指标和分值与所用政策包相同"
    yield Paper(f"示例{YEAR}年度孵化器评价通知", NOTICE, False, notice, f"{YEAR + 1}-03-02", asked)
    legal = _indicator(incubation, "operation")
    yield Paper("示例运营主体营业执照副本", "营业执照", True, "独立法人，成立于2018年3月20日", "2018-03-20", legal)
    yield Paper("示例运营主体法人证书", "法人证书", False, "独立法人资格", "2018-03-20", legal, "2026-12-18")
    for house in "AB":
        area = _indicator(incubation, "area")
        yield Paper(
            f"示例{house}座房产证明", "房产证明", False, f"{house}座 5,200 平方米，自主支配", "2018-04-10", area
        )
        both = _indicator(incubation, "area", "area-share")
        yield Paper(f"示例{house}座平面图", "平面图", True, f"{house}座各层功能分区", "2025-07-15", both, wide=True)
    for quarter, month in enumerate(("03", "06", "09", "12"), 1):
        staff = _indicator(incubation, "professional-staff")
        title = f"示例2025年第{quarter}季度社保缴纳证明"
        yield Paper(title, "社保证明", False, "参保 13 人", f"{YEAR}-{month}-28", staff, sensitivity="personal")
    for number in range(1, 10):
        until = "2025-06-30" if number in (4, 8) else "2026-12-10" if number == 2 else "2027-12-31"
        mentor = _indicator(incubation, "staff-per-tenants")
        title = f"示例创业导师聘书（第{number}号）"
        yield Paper(
            title,
            "导师聘书",
            number % 2 == 0,
            "聘为创业导师",
            "2023-07-01",
            mentor,
            until,
            "personal",
            180 if number == 6 else 0,
        )


def _of_firms(year: SampleYear, made: Incubation, names: dict[str, str]) -> Iterator[Paper]:
    for place in (0, 5, 8, 31, 48, 61):
        firm = made.tenants[place]
        rules = ("tenants-comprehensive", "area-share") if place == 31 else ("tenants-comprehensive",)
        targets = ((f"tenancy:{made.tenancies[firm]}", "proves"), *_indicator(made, *rules))
        title, day = f"孵化协议–{names[firm]}", made.entered[firm]
        yield Paper(title, "孵化/租赁协议", True, names[firm], day, targets, made_as=_SIGNED)
    for place in (5, 9, 11):
        firm = made.tenants[place]
        licence = ((f"firm:{firm}", "identifies"),)
        yield Paper(f"营业执照–{names[firm]}", "营业执照", True, names[firm], made.entered[firm], licence)
    for event in year.of(FundingEvent):
        if event["firm"] not in made.tenants or event["paid_on"][:4] != str(YEAR) or event["f_kind"] == "bank_loan":
            continue
        name, own = names[event["firm"]], bool(event["is_own_fund"])
        rules = ("financed-share", "funding-cases") if own else ("financed-share",)
        targets = ((f"funding_event:{event['id']}", "proves"), *_indicator(made, *rules))
        yield Paper(
            f"投资协议–{name}", "投资协议", True, name, event["signed_on"], targets, sensitivity="trade_secret",
            made_as=_SIGNED,
        )  # fmt: skip
        if own:
            yield Paper(f"出资凭证–{name}", "出资/实缴凭证", True, name, event["paid_on"], targets)
    holding = [
        row for row in year.of(FirmYear) if row["year"] == YEAR and row["firm"] in made.tenants and row["ip_valid"]
    ]
    for number, row in enumerate(holding[:8]):
        shared = _indicator(made, "intellectual-property") if number < 6 else ()
        targets = ((f"firm_year:{row['id']}.ip_valid", "proves"), *shared)
        kind = "专利证书" if number < 5 else "软著证书"
        name = names[row["firm"]]
        yield Paper(f"{kind}–{name}", kind, True, name, f"2025-0{number + 1}-15", targets)
    for number, (firm, day, _) in enumerate(made.graduates[-6:]):
        stay = f"tenancy:{made.tenancies[firm]}.graduated_on"
        shared = () if number else _indicator(made, "graduates-comprehensive")
        targets = ((stay, "proves"), *shared)
        yield Paper(f"毕业证书–{names[firm]}", "毕业证书", True, names[firm], day, targets)
    held = [row for row in year.of(Qualification) if row["firm"] in made.tenants]
    high_tech = [row for row in held if row["q_kind"] == "high_tech"]
    for row in (*high_tech[:3], *high_tech[-2:], *[row for row in held if row["q_kind"] == "tech_sme"][:3]):
        kind = "高企证书" if row["q_kind"] == "high_tech" else "科技型中小企业入库截图"
        target, name = ((f"qualification:{row['id']}", "identifies"),), names[row["firm"]]
        until = row["valid_until"]
        yield Paper(f"{kind}–{name}–{row['issued_on'][:4]}", kind, True, name, row["issued_on"], target, until)


def _of_deals(year: SampleYear, agency: Agency, deals: Deals) -> Iterator[Paper]:
    contracts = {row["id"]: row for row in year.of(Contract)}
    for number, contract in enumerate(deals.signed[:_PROVEN]):
        row = contracts[contract]
        about = f"{row['own_no']} {row['name']}"
        letter = ((f"contract:{contract}", "confirms"),)
        title = f"促成确认函–{row['own_no']}（示例）"
        yield Paper(title, "促成确认函", True, about, row["signed_on"], letter, made_as=_SIGNED)
        if number < 4:
            proof = ((f"contract:{contract}", "proves"),)
            title = f"技术合同–{row['own_no']}（示例）"
            yield Paper(
                title, "技术合同", True, about, row["signed_on"], proof, sensitivity="trade_secret", made_as=_SIGNED
            )
        if number in (0, 1, 2):
            title = f"登记证明–{row['own_no']}（示例）"
            targets = ((f"contract:{contract}.registry_no", "proves"),)
            yield Paper(title, "登记证明", True, about, row["registered_on"], targets)
    in_year = [row for row in year.of(Receipt) if row["received_on"].startswith(str(YEAR)) and row.get("contract")]
    for row in in_year[:4]:
        about = f"{row['payer']} 付 {row['amount'] // 100:,} 元"
        title = f"银行回单–{row['invoice_no']}（示例）"
        yield Paper(title, "银行回单", True, about, row["received_on"], ((f"receipt:{row['id']}", "proves"),))
    for number, row in enumerate([item for item in year.of(CaseLog) if item["kind"] == "visit"][:2], 1):
        target = ((f"case_log:{row['id']}", "records"),)
        yield Paper(f"示例走访照片{number}", "照片", True, "现场照片", row["happened_on"], target)


def _of_activities(year: SampleYear) -> Iterator[Paper]:
    for number, row in enumerate(year.of(Event)[:4]):
        target = ((f"event:{row['id']}", "records"),)
        yield Paper(f"签到表–{row['title']}", "签到表", True, row["title"], row["starts_on"], target)
        if number < 3:
            yield Paper(f"照片–{row['title']}", "照片", True, row["title"], row["starts_on"], target)
    for number, row in enumerate(year.of(Session)[:2], 1):
        target = ((f"session:{row['id']}", "records"),)
        yield Paper(f"示例半日签到表{number}", "签到表", False, row["topic"], row["happened_on"], target)
    row = year.of(Certificate)[0]
    target = ((f"certificate:{row['id']}", "proves"),)
    yield Paper("示例技术经纪人证书", "从业/经纪人证书", True, row["number"], row["issued_on"], target)


def _unlinked() -> Iterator[Paper]:
    """Eleven that came and were put aside: a file name of 120 characters, and types that make trouble."""
    long = ("示例：" + "关于报送科技企业孵化器相关材料的说明及附件" * 6)[:_LONG_NAME]
    for number, (title, form) in enumerate(
        (
            (long, "document"),
            ("示例扫描件0001", "scan"),
            ("示例扫描件0002", "scan"),
            ("示例微信图片", "scan"),
            ("示例会议纪要", "document"),
            ("示例收据", "document"),
            ("示例加密的审计报告（口令 sample2026）", "protected"),
            ("示例手机照片（只有文件头，没有图像）", "heic"),
            ("示例合作意向书", "doc"),
            ("示例年度工作总结", "wps"),
        )
    ):
        yield Paper(title, "其他", form == "scan", "尚未关联", f"2026-10-{10 + number}", made_as=form)
    yield Paper("示例600点扫描件", "其他", True, "尚未关联", "2026-10-20", dpi=600)
