"""The bulk of the sample year's papers: what an office files for firms, contracts, money, classes and events.

Each proves one thing; with those of `papers` there are 1,180, of which 60 have expired.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from db.models import (
    Certificate,
    Contract,
    Event,
    IpRight,
    Organisation,
    Person,
    Qualification,
    Receipt,
    ServiceLog,
    Session,
    Staff,
    Tenancy,
)
from desktop.services.samples.base import TODAY, SampleYear, days_after
from desktop.services.samples.incubation import Incubation
from desktop.services.samples.paper import Paper

_PAPERS, _EXPIRED = 1_180, 60
_RECENT = "2025"  # applications of earlier years lie in the archive, and were scanned last
_NAMED_AFTER = 8  # characters of an id that tell two stays of one firm apart
_QUALIFIED = {"high_tech": "高企证书", "tech_sme": "科技型中小企业入库截图", "cq_tech_firm": "科技型企业入库截图"}


def filed(year: SampleYear, incubation: Incubation, names: dict[str, str], first: Sequence[Paper]) -> Iterator[Paper]:
    """What is missing to the whole number, without what `first` holds; the last to come are left out."""
    taken = {(paper.doc_kind, target) for paper in first for target, _ in paper.targets}
    titles = {paper.title for paper in first}
    day = TODAY.isoformat()
    expired = sum(paper.valid_until is not None and paper.valid_until < day for paper in first)

    def fresh() -> Iterator[Paper]:
        nonlocal expired
        for paper in _all(year, incubation, names):
            if paper.title in titles or any((paper.doc_kind, target) in taken for target, _ in paper.targets):
                continue
            if paper.valid_until is not None and paper.valid_until < day:
                if expired == _EXPIRED:
                    continue
                expired += 1
            titles.add(paper.title)
            yield paper

    return islice(fresh(), _PAPERS - len(first))


def _all(year: SampleYear, incubation: Incubation, names: dict[str, str]) -> Iterator[Paper]:
    yield from _of_stays(year, incubation, names)
    yield from _of_staff(year)
    yield from _of_activities(year)
    yield from _of_money(year)
    yield from _of_rights(year)
    yield from _of_entries(year, names, recent=True)
    yield from _of_services(year, names)
    yield from _of_entries(year, names, recent=False)


def _one(title: str, kind: str, about: str, day: str, target: str, link: str, until: str | None = None) -> Paper:
    """A scan as the copier sends it, or as a picture: every other one."""
    picture = sum(map(ord, title)) % 2 == 0
    return Paper(title, kind, True, about, day, ((target, link),), until, made_as="scan" if picture else "copier")


def _of_stays(year: SampleYear, incubation: Incubation, names: dict[str, str]) -> Iterator[Paper]:
    for row in year.of(Qualification):
        kind = _QUALIFIED.get(row["q_kind"])
        if kind:
            title = f"{kind}–{names[row['firm']]}–{row['issued_on']}"
            yield _one(title, kind, names[row["firm"]], row["issued_on"], f"qualification:{row['id']}", "identifies",
                       row["valid_until"])  # fmt: skip
    codes = {row["id"]: row.get("uscc") for row in year.of(Organisation)}
    for row in year.of(Tenancy):
        name, came, target = names[row["firm"]], row.get("entered_on"), f"tenancy:{row['id']}"
        if not came:
            continue
        told = f"{name}–{came}"
        if row["status"] in ("graduated", "incubating"):
            yield _one(f"孵化协议–{told}", "孵化/租赁协议", name, came, target, "proves")
        if row["status"] == "graduated":
            yield _one(f"毕业证书–{told}", "毕业证书", name, row["graduated_on"], f"{target}.graduated_on", "proves")
        if codes[row["firm"]] and row["status"] == "incubating":
            yield _one(f"营业执照–{name}", "营业执照", name, came, f"firm:{row['firm']}", "identifies")


def _of_entries(year: SampleYear, names: dict[str, str], *, recent: bool) -> Iterator[Paper]:
    for row in year.of(Tenancy):
        name, came, target = names[row["firm"]], row.get("entered_on"), f"tenancy:{row['id']}"
        if came and (came >= _RECENT) == recent:
            told = f"{name}–{came}"
            yield _one(f"入孵申请表–{told}", "入孵申请表", name, _day(came, -30), target, "records")
            yield _one(f"入孵评审意见–{told}", "入孵评审意见", name, _day(came, -12), target, "authorises")


def _day(day: str, days: int) -> str:
    """The day so many days from one; a coarse date stays as it is."""
    return days_after(day, days) if len(day) == len("2025-01-01") else day


def _of_staff(year: SampleYear) -> Iterator[Paper]:
    people = {row["id"]: row["name"] for row in year.of(Person)}
    for row in year.of(Staff):
        told = f"{people[row['person']]}–{row['hired_on']}"
        target = f"staff:{row['id']}"
        yield _one(f"示例劳动合同–{told}", "劳动合同", "聘用", row["hired_on"], target, "proves")
        yield _one(f"示例参保证明–{told}", "社保证明", "在本单位参保", "2026-10-28", target, "proves")
        if row.get("certificate"):
            target = f"certificate:{row['certificate']}"
            yield _one(f"示例从业证书–{told}", "从业/经纪人证书", "持证", row["hired_on"], target, "identifies")


def _of_activities(year: SampleYear) -> Iterator[Paper]:
    for row in year.of(Session):
        told, target = f"{row['topic']}–{row['happened_on']}", f"session:{row['id']}"
        yield _one(f"示例半日签到表–{told}", "签到表", row["topic"], row["happened_on"], target, "records")
        yield _one(f"示例课堂照片–{told}", "照片", row["topic"], row["happened_on"], target, "records")
    for row in year.of(Event):
        told, target = f"{row['title']}–{row['starts_on']}", f"event:{row['id']}"
        for kind in ("活动通知", "签到表", "照片", "新闻报道")[: 4 if row["our_role"] != "attendee" else 1]:
            yield _one(f"{kind}–{told}", kind, row["title"], row["starts_on"], target, "records")
    for row in year.of(Certificate):
        if row.get("state") in ("void", "reissued"):
            title = f"示例证书存根–{row['number']}"
            yield _one(title, "从业/经纪人证书", row["number"], row["issued_on"], f"certificate:{row['id']}", "proves")


def _of_money(year: SampleYear) -> Iterator[Paper]:
    for row in year.of(Contract):
        told, target = f"{row['own_no']}（示例）", f"contract:{row['id']}"
        about = f"{row['own_no']} {row['name']}"
        yield _one(f"技术合同–{told}", "技术合同", about, row["signed_on"], target, "proves")
        if row.get("registered_on"):
            yield _one(f"登记证明–{told}", "登记证明", about, row["registered_on"], f"{target}.registry_no", "proves")
    for row in year.of(Receipt):
        about = f"{row['payer']} {row['amount'] // 100:,} 元"
        told = f"{row['received_on']}–{row['id'][:_NAMED_AFTER]}（示例）"
        yield _one(f"银行回单–{told}", "银行回单", about, row["received_on"], f"receipt:{row['id']}", "proves")


def _of_rights(year: SampleYear) -> Iterator[Paper]:
    for row in year.of(IpRight):
        title = f"专利证书–{row['number']}（示例）"
        yield _one(title, "专利证书", row["title"], row["granted_on"], f"ip_right:{row['id']}", "proves")


def _of_services(year: SampleYear, names: dict[str, str]) -> Iterator[Paper]:
    for row in year.of(ServiceLog):
        if row.get("confirmed") in (None, "none"):
            continue
        title = f"企业服务确认表–{names[row['firm']]}–{row['happened_on']}–{row['id'][:_NAMED_AFTER]}"
        yield _one(
            title, "企业服务确认表", str(row["topic"])[:40], row["happened_on"], f"service_log:{row['id']}", "confirms"
        )
