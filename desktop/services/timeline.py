"""Everything dated on record of a firm, in one list: founded, in and out, area, certificates, money, services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import CaseParty, Change, Contract, EventItem, EventPerson, Op, TenancyArea
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from desktop.models import format as shown_as
from desktop.services.records import full_rows
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import CHINA, earliest, is_late
from policy.i18n import labelled, mark, spaced, tr

_TEAM = mark("团队注册成企业")
_OUTCOMES = ("qualification", "funding_event", "contract", "case")  # what a service led to


@dataclass(frozen=True, slots=True)
class Source:
    """Records that belong to a firm by `parent`: their dates with what each means, and what is told of them."""

    kind: str
    parent: str
    dates: tuple[tuple[str, str], ...]
    told: tuple[str, ...]


_SOURCES = (
    Source(
        "tenancy", "firm",
        (
            ("applied_on", mark("申请入驻")), ("reviewed_on", mark("评审")), ("entered_on", mark("入驻")),
            ("graduated_on", mark("毕业")), ("left_on", mark("退出")),
        ),
        ("carrier", "graduation_ground", "exit_reason", "moved_to"),
    ),
    Source(
        "qualification", "firm", (("issued_on", mark("取得资质")), ("valid_until", mark("资质到期"))),
        ("q_kind", "number"),
    ),
    Source(
        "funding_event", "firm",
        (("signed_on", mark("投融资签约")), ("paid_on", mark("投融资到位")), ("registered_on", mark("投融资确权"))),
        ("f_kind", "investor", "amount"),
    ),
    Source("honour", "firm", (("awarded_on", mark("项目与荣誉")),), ("title", "level")),
    Source("service_log", "firm", (("happened_on", mark("服务")),), ("kind", "provider", "topic", *_OUTCOMES)),
    Source(
        "mentoring", "firm", (("starts_on", mark("导师开始辅导")), ("ends_on", mark("导师结束辅导"))), ("mentor_term",)
    ),
    Source(
        "person_flow", "organisation", (("starts_on", mark("人员流入")), ("returned_on", mark("人员返岗"))),
        ("person", "kind"),
    ),
)  # fmt: skip
# what a step alone is told with: the ground belongs to graduating, the reason to leaving
_ONLY_WITH = {"graduation_ground": "graduated_on", "exit_reason": "left_on", "moved_to": "left_on"}


@service("firm.timeline")
def timeline(ws: Workspace, job: Job, *, firm: str) -> list[dict[str, Any]]:
    """[{id, date, kind, record, what, text, late}], the newest first; dates with the precision they were written with,
    `late` where an entry was recorded after its day. Raises Usage("record.unknown")."""
    with ws.store.read():
        record = records.resolve("firm", firm)
        own = records.get("firm", record)
        found = {
            source.kind: records.ids(source.kind, where={source.parent: record}, archived=True) for source in _SOURCES
        }
        linked = {kind: sorted(ids) for kind, ids in _linked(record).items()}
    entries = []
    if own["founded_on"]:
        entries.append(_entry("firm", record, own["founded_on"], tr("成立"), own["name"]))
    for source in _SOURCES:
        for row in full_rows(ws, source.kind, found[source.kind]):
            entries += _of(source, row)
    for kind, date_field, what, told in (
        ("case", "opened_on", tr("案件"), ("no", "title")),
        ("contract", "signed_on", tr("签订技术合同"), ("name", "amount_total")),
        ("contract_amendment", "signed_on", tr("签订补充协议"), ("contract", "changes", "note")),
        ("event", "starts_on", tr("参加活动"), ("title",)),
        ("tenancy_area", "starts_on", tr("占用面积"), ("area", "room")),
    ):
        for row in full_rows(ws, kind, linked[kind]):
            if row.get("classified"):
                continue
            if row[date_field]:
                where = ("tenancy", row["tenancy"]) if kind == "tenancy_area" else (kind, row["id"])
                entries.append(_entry(*where, row[date_field], what, _told(kind, row, told)))
    with ws.store.read():
        entries += _renamed(record)
    entries.sort(key=lambda one: (earliest(one["date"]), one["what"], one["record"]), reverse=True)
    return [{**one, "id": str(place)} for place, one in enumerate(entries)]


def _entry(kind: str, record: str, date: str, what: str, text: str, *, late: bool = False) -> dict[str, Any]:
    return {"date": date, "kind": kind, "record": record, "what": what, "text": text, "late": late}


def _of(source: Source, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, what in source.dates:
        if row[name]:
            told = [field for field in source.told if _ONLY_WITH.get(field, name) == name]
            late = name == "happened_on" and is_late(row[name], row["recorded_at"])
            yield _entry(source.kind, row["id"], row[name], tr(what), _told(source.kind, row, told), late=late)


def _told(kind: str, row: Mapping[str, Any], names: Any) -> str:
    info, parts = kind_info(kind), []
    for name in names:
        text = shown_as.shown(info.field(name), dict(row))
        if name in _OUTCOMES and text:
            parts.append(labelled(info.field(name).shown, text))
        else:
            parts.append(f"{text} {shown_as.unit(info.field(name))}".strip() if text else "")
    return spaced(*parts)


def _linked(firm: str) -> dict[str, set[str]]:
    """What a firm takes part in without its being the record's own firm."""
    cases = {row[0] for row in tuple_rows(CaseParty.select(CaseParty.case).where(CaseParty.party == firm))}
    contracts = Contract.select(Contract.id).where((Contract.buyer == firm) | (Contract.seller == firm))
    signed = {row[0] for row in tuple_rows(contracts)}
    people = EventPerson.select(EventPerson.event).where(EventPerson.organisation == firm)
    items = EventItem.select(EventItem.event).where(EventItem.firm == firm)
    stays = records.ids("tenancy", where={"firm": firm}, archived=True)
    areas = TenancyArea.select(TenancyArea.id).where(TenancyArea.tenancy.in_(stays))
    return {
        "case": cases,
        "contract": signed,
        "contract_amendment": {one for each in signed for one in _amendments(each)},
        "event": {row[0] for row in (*tuple_rows(people), *tuple_rows(items))},
        "tenancy_area": {row[0] for row in tuple_rows(areas)},
    }


def _amendments(contract: str) -> list[str]:
    return records.ids("contract_amendment", where={"contract": contract}, archived=True)


def _renamed(firm: str) -> Iterator[dict[str, Any]]:
    """Changes of name, and a team's becoming a firm, by the day they were recorded: their own day is on no record."""
    query = (
        Change.select(Change.before, Change.after, Change.kind, Op.at)
        .join(Op)
        .where(Change.record == firm, Change.action == "update", Op.undone_by.is_null())
    )
    for row in dict_rows(query):
        before, after = row["before"] or {}, row["after"] or {}
        day = datetime.fromtimestamp(row["at"] / 1000, CHINA).date().isoformat()
        if before.get("name") and before["name"] != after.get("name"):
            yield _entry("firm", firm, day, tr("更名"), tr("{old} → {new}", old=before["name"], new=after.get("name")))
        if before.get("is_team") == 1 and after.get("is_team") == 0:
            yield _entry("firm", firm, day, tr(_TEAM), "")
