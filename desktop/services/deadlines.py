"""The dates that are coming: what a firm, a grant, a project or a certificate must not miss, each with its clause."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from db.models import (
    Case,
    Evidence,
    HandoverItem,
    HandoverMonth,
    IpRight,
    NotApplicable,
    Qualification,
    Round,
    Tenancy,
)
from db.queries import measures as measure_queries
from db.queries import records
from db.queries.rows import tuple_rows
from db.schema import kinds
from db.writes import Write
from desktop.services.choices import choice_attributes
from desktop.services.holidays import calendar_of
from desktop.services.judging import live_packs
from desktop.services.money import open_instalments
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, add_months, is_partial_date, latest, month_end, today
from policy.errors import Refused
from policy.evaluate import Subject, evaluate
from policy.i18n import mark, tr
from policy.measures import shown
from policy.pack import Pack, Rule
from policy.results import IndicatorResult
from policy.rules.deadline import Deadline

_OVERDUE = 60  # days a missed date stays in sight; a clock that ran out stays until its duty is done
_KINDS = frozenset({"deadline", "clock"})
_RIGHTS_HELD = ("valid", "pledged", "pending")
_FARTHEST = 36_525  # a hundred years
_HOUR = re.compile(r"[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]")
_LAST_MONTHS = 13  # month ends are listed no further ahead
_WEEK, _MONTH = 7, 30
_WITHIN = {"qualification": "valid", "tenancy": "lease"}  # their dates stand with the firm, under these keys
_HANDED_OVER = "S0-03"  # handing over by the end of every month, in the catalogue of rules
SETTLED = {"done": "date.done/", "na": "date.na/"}  # how a remark of the record begins that settles one of its dates


@service("deadlines.list")
def deadlines(
    ws: Workspace, job: Job, *, on: str | None = None, days: int = 90, settled: bool = False
) -> list[dict[str, Any]]:
    """Every date that is coming within `days` of `on` (and those missed), each with its clause, soonest first.

    `settled` adds those that somebody has set aside. See `coming`; raises Refused("policy.date_invalid").
    """
    return coming(ws, day_of(on), days, settled=settled)


@service("deadlines.settle", in_turn=True)
def settle(
    ws: Workspace,
    job: Job,
    *,
    keys: list[str],
    how: str,
    reason: str = "",
    on: str | None = None,
    days: int = _FARTHEST,
) -> dict[str, Any]:
    """Set dates aside, with a reason that stays with their records: {settled: how many, changes}.

    `how` is "done" or "na" (does not apply), "" takes it back. Only the day it is due now is set aside: a date that
    moves, or the next month's, comes again. Raises Refused("deadline.no_reason" | "deadline.unknown", key).
    """
    said = reason.strip()
    if how and (how not in SETTLED or not said):
        raise Refused("deadline.no_reason")
    rows = coming(ws, day_of(on), days, settled=True)
    known = {row[name]: row for name in ("no", "key") for row in rows}
    for key in keys:
        if key not in known:
            raise Refused("deadline.unknown", key=key[:80])
    with ws.store.write(mark("期限处理"), "typed") as write:
        for row in (known[key] for key in keys):
            remarks = _remarks(row)
            mine = (NotApplicable.kind == row["kind"], NotApplicable.record == row["id"])
            held_as = [begins + remark for begins in SETTLED.values() for remark in remarks]
            for held in list(NotApplicable.select().where(*mine, NotApplicable.field.in_(held_as))):
                write.delete(NotApplicable, held.id)
            if how:
                field = SETTLED[how] + remarks[0]
                write.insert(NotApplicable, {"kind": row["kind"], "record": row["id"], "field": field, "reason": said})
    return {"settled": len(keys), "changes": write.changes.as_dict()}


def _remarks(row: dict[str, Any]) -> tuple[str, str]:
    """Names a date and the day it is due in the remarks of its record: not by that record, which may be merged, and as
    earlier versions named it, with the record."""
    return f"{row['due']}/{_digest(row['key'].replace(row['id'], ''))}", f"{row['due']}/{_digest(row['key'])}"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def follow(write: Write, kind: str, going: str, staying: str) -> None:
    """Where a record goes into another of its kind, the dates set aside in its name are set aside in the other's."""
    aside = [held for held in NotApplicable.select() if str(held.field).startswith(tuple(SETTLED.values()))]
    known = {str(held.field) for held in aside if (held.kind, held.record) == (kind, staying)}
    within = _WITHIN.get(kind, "")
    old, new = _digest(f"{within}/{going}"), _digest(f"{within}/{staying}")
    for held in aside:
        if (held.kind, held.record) == (kind, going) and held.field not in known:
            write.update(NotApplicable, held.id, {"record": staying})
        elif within and str(held.field).endswith(f"/{old}"):
            write.update(NotApplicable, held.id, {"field": str(held.field).replace(old, new)})


def _settled() -> dict[tuple[str, str, str], tuple[str, str]]:
    """How, and why, the dates were set aside: by kind, record and what `_remarks` gives."""
    found = {}
    for how, begins in SETTLED.items():
        for held in NotApplicable.select().where(NotApplicable.field.startswith(begins)):
            found[held.kind, held.record, held.field.removeprefix(begins)] = (how, held.reason)
    return found


def group_of(days_left: int) -> str:
    """Where a date stands in the list: this week, just missed, within a month, later, missed long ago."""
    if days_left < 0:
        return "past" if days_left >= -_MONTH else "long"
    return "week" if days_left <= _WEEK else "month" if days_left <= _MONTH else "later"


def day_of(text: str | None) -> date:
    """A day as typed, today without one; raises Refused("policy.date_invalid", text)."""
    if not text:
        return today()
    if len(text) != len("YYYY-MM-DD") or not is_partial_date(text):
        raise Refused("policy.date_invalid", text=text)
    return latest(text)


def coming(ws: Workspace, day: date, days: int, *, settled: bool = False) -> list[dict[str, Any]]:
    """[{key, no, due, hour, days_left, group, title, state, duty, pack, rule, clause, source, status, verified, kind,
    id, record_title, settled, reason}].

    `key` names the same deadline for ever, also where its day moves; `no` is short for it. `hour` is blank for a whole
    day; `state` and `duty` are what a clock says; pack, rule, clause and source are blank where a date stands in the
    records themselves. `group` is as `group_of` says, or "settled" for what was set aside: `settled` is then how.
    """
    last = day + timedelta(days=max(0, min(days, _FARTHEST)))
    first = day - timedelta(days=_OVERDUE)
    rows = []
    with ws.store.read():
        aside = _settled()
    for item in (*_by_rules(ws, day, last), *_by_records(ws)):
        due = date.fromisoformat(item["due"])
        if due <= last and (due >= first or item["duty"]):
            named = ((item["kind"], item["id"], remark) for remark in _remarks(item))
            how, reason = next((aside[name] for name in named if name in aside), ("", ""))
            if settled or not how:
                left = (due - day).days
                group = "settled" if how else group_of(left)
                rows.append(
                    {
                        **item,
                        "no": _digest(item["key"])[:8],
                        "days_left": left,
                        "group": group,
                        "settled": how,
                        "reason": reason,
                    }
                )
    rows.sort(key=lambda row: (row["due"], row["hour"], row["title"], row["record_title"]))
    return rows


def _by_rules(ws: Workspace, day: date, last: date) -> Iterator[dict[str, Any]]:
    """What follows from the packs' deadlines and clocks, kind by kind: the queries do not grow with the records."""
    calendar = calendar_of(ws)
    watched = [(kind, "") for kind in sorted(kinds())]
    for kind, ref in (*watched, ("organisation", _HANDED_OVER)):
        wanted = list(live_packs(ws, kind, rule_kinds=_KINDS, ref=ref))
        if not wanted:
            continue
        names = _handing_over(ws) if ref else _subjects(ws, kind)
        known_on: dict[date, dict[str, dict[str, str]]] = {}
        for pack in wanted:
            for period, rules in _periods(pack.rules, day, last):
                if (on := period.ends_on) not in known_on:  # what was answered for a year is asked of that year
                    with ws.store.read():
                        known_on[on] = measure_queries.attributes_of(kind, list(names), on)
                part, chosen = replace(pack, rules=rules), choice_attributes(ws, period)
                # what was done in this month is not done for the next one
                done = {rule.body.done for rule in rules if isinstance(rule.body, Deadline)}
                later = done if period.starts_on > day else frozenset[str]()
                for record, held in known_on[on].items():
                    known = {name: value for name, value in held.items() if name not in later}
                    judged = Subject(kind, record, names[record], {**chosen, **known})
                    for result in evaluate(
                        part, subject=judged, period=period, measures={}, today=day, calendar=calendar
                    ):
                        if _open(result):
                            yield _by_rule(pack, result, judged, "" if period.as_of else period.text)


def _subjects(ws: Workspace, kind: str) -> dict[str, str]:
    """Whose dates are watched, with their names: ourselves, the firms inside, and every record of another kind."""
    if kind == "organisation":
        own = own_organisation(ws)
        return {str(own["id"]): str(own["name"])}
    with ws.store.read():
        if kind == "firm":
            inside = Tenancy.select(Tenancy.firm).where(Tenancy.status == "incubating")
            ids = sorted({row[0] for row in tuple_rows(inside)})
        else:
            ids = records.ids(kind)
        named = records.titles(kind, ids)
    return {record: named.get(record, "") for record in ids}


def _handing_over(ws: Workspace) -> dict[str, str]:
    """The universities for which an agency hands results over, with their names; ourselves are watched anyway."""
    with ws.store.read():
        found = {
            row[0]
            for model in (HandoverItem, HandoverMonth)
            for row in tuple_rows(model.select(model.university).where(model.archived == 0).distinct())
        } - {str(own_organisation(ws)["id"])}
        named = records.titles("organisation", sorted(found))
    return {record: named.get(record, "") for record in sorted(found)}


def _periods(rules: tuple[Rule, ...], day: date, last: date) -> Iterator[tuple[Period, tuple[Rule, ...]]]:
    """The rules by the periods they are asked for: month ends for each month, days of the year for both years."""
    by_form: dict[str, list[Rule]] = {}
    for rule in rules:
        by_form.setdefault(str(getattr(rule.body, "form", "")), []).append(rule)
    monthly, yearly = by_form.pop("month_end", []), by_form.pop("yearly", [])
    if rest := [rule for group in by_form.values() for rule in group]:
        yield Period.parse(f"@{day.isoformat()}"), tuple(rest)
    for place in range(_LAST_MONTHS if monthly else 0):
        month = add_months(day.replace(day=1), place)
        if month_end(month) <= last:
            yield Period.parse(f"{month:%Y-%m}"), tuple(monthly)
    for year in (day.year - 1, day.year) if yearly else ():
        yield Period.parse(str(year)), tuple(yearly)


def _open(result: IndicatorResult) -> bool:
    """Whether there is a day and what is due by it was not done yet; a clock's value is the state it is in."""
    if len(result.due) != 10:
        return False
    return result.running if result.state else result.verdict != "pass" and not result.value


def _by_rule(pack: Pack, result: IndicatorResult, judged: Subject, period: str) -> dict[str, Any]:
    return {
        "key": f"{pack.id}/{result.id}/{judged.kind}:{judged.id}/{period}",
        "due": result.due,
        "hour": "",
        "title": result.title,
        "state": result.value if result.state else "",
        "duty": result.duty,
        "pack": pack.id,
        "rule": result.id,
        "clause": result.clause,
        "source": result.source,
        "status": result.status,
        "verified": result.verified,
        "kind": judged.kind,
        "id": judged.id,
        "record_title": judged.name,
    }


def _by_records(ws: Workspace) -> list[dict[str, Any]]:
    """Dates that stand in the records themselves: next steps, certificates and papers running out, rounds."""
    found: list[dict[str, Any]] = []

    def add(key: str, due: str, title: str, kind: str, record: str, name: str, hour: str = "") -> None:
        found.append(_item(key, due, hour, title, kind, record, name))

    with ws.store.read():
        for case in Case.select().where(Case.next_on.is_null(False), Case.outcome == "open"):
            add(f"next/{case.id}", case.next_on, case.next_action or tr("下一步"), "case", case.id, case.title)
        held = list(Qualification.select().where(Qualification.valid_until.is_null(False)))
        leases = list(Tenancy.select().where(Tenancy.lease_to.is_null(False), Tenancy.status == "incubating"))
        names = records.titles("firm", [row.firm_id for row in (*held, *leases)])
        what = records.titles("qualification", [row.id for row in held])
        for row in held:
            title = tr("{kind}到期", kind=what.get(row.id, ""))
            add(f"valid/{row.id}", row.valid_until, title, "firm", row.firm_id, names.get(row.firm_id, ""))
        for lease in leases:
            title = tr("孵化协议到期")
            add(f"lease/{lease.id}", lease.lease_to, title, "firm", lease.firm_id, names.get(lease.firm_id, ""))
        for paper in Evidence.select().where(Evidence.valid_until.is_null(False), Evidence.state == "valid"):
            add(f"paper/{paper.id}", paper.valid_until, tr("佐证到期"), "evidence", paper.id, paper.title)
        for right in IpRight.select().where(IpRight.legal_state.in_(_RIGHTS_HELD)):
            for field, title in (("fee_due_on", tr("专利年费到期")), ("expires_on", tr("知识产权期限届满"))):
                if due := getattr(right, field):
                    add(f"{field}/{right.id}", due, title, "ip_right", right.id, right.title)
        for due in open_instalments():
            title = tr("第 {no} 期应收", no=due["no"])
            add(f"instalment/{due['id']}", due["due_on"], title, "instalment", due["id"], due["contract_title"])
            found[-1]["duty"] = tr("未收 {sum} 万元", sum=shown(due["open"], "fen", 6))  # stays until it is paid
        for notice in Round.select().where(Round.steps.is_null(False)):
            for key, name, due in _steps(notice):
                add(key, due[:10], name, "round", notice.id, notice.title, due[11:16])
    return found


def _steps(notice: Round) -> Iterator[tuple[str, str, str]]:
    """Key, name and day (with its hour) of the steps of a round that are still to be done.

    Of two steps of one name the later has its number in the key, so that each stays its own event.
    """
    seen: Counter[str] = Counter()
    for step in notice.steps:
        if not isinstance(step, dict):
            continue
        name, due = str(step.get("name", "")), str(step.get("due", ""))
        seen[name] += 1
        if is_partial_date(due[:10]) and not step.get("done_on"):
            number = f"/{seen[name]}" if seen[name] > 1 else ""
            yield f"round/{notice.id}/{name}{number}", name, due if _HOUR.fullmatch(due[10:]) else due[:10]


def _item(key: str, due: str, hour: str, title: str, kind: str, record: str, record_title: str) -> dict[str, Any]:
    """A coarse date is due on its last day."""
    return {
        "key": key,
        "due": latest(due).isoformat(),
        "hour": hour,
        "title": title,
        "state": "",
        "duty": "",
        "pack": "",
        "rule": "",
        "clause": "",
        "source": "",
        "status": "",
        "verified": True,
        "kind": kind,
        "id": record,
        "record_title": record_title,
    }
