"""Collection rounds: who is asked for which figures, the forms, what came back, what is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from db.fields import FieldInfo
from db.files import disk_fault, safe_name
from db.models import CollectionItem, CollectionRound, NotApplicable
from db.queries import records
from db.queries.measures.asking import Ask
from db.queries.measures.stays import inside, with_teams
from db.queries.rows import dict_rows
from db.schema import kind_info
from desktop.services.collectfiles import VERSION, Form, unit_of, write_form
from desktop.services.figurechecks import YEAR, declared, year_fields
from desktop.services.records import list_rows, typed_values
from desktop.services.registry import Job, service
from desktop.services.torch import When, resolve_when, rows_of
from desktop.services.torchyear import DERIVED, facts, members
from desktop.services.workspace import Workspace
from policy.dates import Period, latest, today
from policy.errors import Refused
from policy.i18n import clauses, listed, mark, sentences, tr

Row = dict[str, Any]
_FORM_NAME = "{name}-{title}.xlsx"
_SAMPLE, _NOBODY = "填报表样表", "（企业名称）"  # the form is in Chinese whatever the language in force


def when_of(period: str) -> When:
    """The year or quarter of a round. Raises Usage("policy.period_invalid")."""
    year, _, quarter = period.strip().upper().partition("Q")
    return resolve_when(year, f"q{quarter}" if quarter else "")


def _askable(when: When) -> list[str]:
    """The figures that can be asked for, in the official order: those that follow from the records are not."""
    if when.quarter:
        return list(declared()["quarter"]["fields"])
    return [name for name in year_fields() if name not in DERIVED]


def figures_of(row: Mapping[str, Any]) -> list[FieldInfo]:
    """The figures a round asks for, by their declaration."""
    when = when_of(row["period"])
    asked = row["asked"] if isinstance(row["asked"], list) else []
    return [kind_info(when.kind).field(name) for name in _askable(when) if name in asked]


def _needed(row: Mapping[str, Any]) -> list[FieldInfo]:
    """The figures that are chased: all that were picked; of a yearly form asked as a whole those that it requires."""
    figures, when = figures_of(row), when_of(row["period"])
    if when.quarter or len(figures) < len(_askable(when)):
        return figures
    return [one for one in figures if one.required == "F"]


def _numbered(when: When, figures: Iterable[FieldInfo]) -> list[tuple[str, FieldInfo]]:
    if when.quarter:
        return [(str(place), one) for place, one in enumerate(figures, 1)]
    numbers = {key: str(item["no"]) for item in declared()["item"] for key in item["fields"]}
    return [(numbers[f"{YEAR}.{one.name}"], one) for one in figures]


@service("collect.start", in_turn=True)
def start(
    ws: Workspace,
    job: Job,
    *,
    name: str,
    kind: str,
    period: str,
    carrier: str,
    due_on: str,
    fields: list[str] | None = None,
) -> Row:
    """Make a round with an item for each firm and team in the carrier on the period's last day: {id, items, changes}.

    A yearly round also asks those that graduated in the year. `period` is 2025 or 2025Q3; all figures are asked for
    unless `fields` names some. Raises Refused("collect.nobody" | "collect.not_a_figure" | "collect.wrong_period").
    """
    when = when_of(period)
    if (kind == "quarter" and not when.quarter) or (kind == "torch_year" and when.quarter):
        raise Refused("collect.wrong_period", period=period.strip()[:20])
    text = f"{when.year}{when.quarter.upper()}"
    asked = _picked(when, fields)
    typed = {"title": name, "kind": kind, "period": text, "due_on": due_on, "carrier": carrier}
    info = kind_info("collection_round")
    stored, _warnings = typed_values(ws, info, typed)
    if not stored["carrier"]:
        raise Refused("record.missing_field", kind="collection_round", fields=info.field("carrier").shown)
    stored |= {"asked": asked, "template_version": VERSION}
    with ws.store.write(mark("开始数据采集"), "typed") as write:
        firms = _asked_firms(stored["carrier"], when)
        if not firms:
            raise Refused("collect.nobody", carrier=records.title("carrier", stored["carrier"]), period=text)
        key = write.insert(CollectionRound, stored)
        write.insert_many(CollectionItem, [{"round": key, "firm": firm} for firm in firms])
    return {"id": key, "items": len(firms), "changes": write.changes.as_dict()}


def _picked(when: When, fields: list[str] | None) -> list[str]:
    """All figures, or those named, in the official order."""
    may = _askable(when)
    for one in fields or ():
        if one not in may:
            raise Refused("collect.not_a_figure", name=one[:40])
    return [one for one in may if one in (fields or may)]


@service("collect.figures")
def figures(ws: Workspace, job: Job, *, period: str) -> list[Row]:
    """What a round of this period can ask for, in the official order: [{name, no, label, unit, required}]."""
    when = when_of(period)
    found = [kind_info(when.kind).field(name) for name in _askable(when)]
    return [
        {"name": one.name, "no": no, "label": one.shown, "unit": unit_of(one), "required": one.required == "F"}
        for no, one in _numbered(when, found)
    ]


@service("collect.sample")
def sample(ws: Workspace, job: Job, *, period: str, file: str, fields: list[str] | None = None) -> Row:
    """Write the form that a firm would get, for one that does not exist, to be looked at first: {file, figures}."""
    when = when_of(period)
    asked = [kind_info(when.kind).field(name) for name in _picked(when, fields)]
    text = f"{when.year}{when.quarter.upper()}"
    write_form(Path(file), Form("", _SAMPLE, text, "", _NOBODY, "", _numbered(when, asked), {}))
    return {"file": file, "figures": len(asked)}


def _asked_firms(carrier: str, when: When) -> list[str]:
    last = Period.parse(f"{when.year}{when.quarter.upper()}").ends_on
    ask = Ask("carrier", carrier, Period.parse(f"@{last.isoformat()}"), today())
    there = [*inside(ask, ask.once(with_teams)).by_firm]
    return [*there, *(firm for firm in (() if when.quarter else members(carrier, when.year).graduated)
                      if firm not in there)]  # fmt: skip


def round_row(given: str) -> Row:
    """A round as stored; the caller holds the store's lock."""
    return records.get("collection_round", records.resolve("collection_round", given))


def items_of(key: str) -> list[Row]:
    """The items of a round as stored."""
    return dict_rows(CollectionItem.select().where(CollectionItem.round == key).order_by(CollectionItem.id))


@service("collect.write")
def write_forms(ws: Workspace, job: Job, *, round: str, folder: str, items: list[str] | None = None) -> Row:
    """Write a workbook per firm into the folder: {folder, files: [{firm, name, file}]}; those of `items` where named.

    Last year's figures stand beside this year's cells, in 千元. A file of the same name there is replaced.
    """
    with ws.store.read():
        row = round_row(round)
        asked = [item["firm"] for item in items_of(row["id"]) if items is None or item["id"] in items]
        when = when_of(row["period"])
        known = facts(asked, when.year)
        last = rows_of(asked, when.before())
    numbered = _numbered(when, figures_of(row))
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_fault(error, Path(folder)) from error
    files: list[Row] = []
    taken: set[str] = set()
    for done, firm in enumerate(asked):
        job.check()
        job.progress(done, len(asked))
        one = known[firm].firm
        name = safe_name(_FORM_NAME.format(name=one["name"], title=row["title"]))
        if name.casefold() in taken:  # two firms of one name
            name = safe_name(_FORM_NAME.format(name=f"{one['name']}-{firm[:8]}", title=row["title"]))
        taken.add(name.casefold())
        form = Form(
            row["id"], row["title"], row["period"], firm, one["name"], one.get("uscc") or "", numbered,
            last.get(firm, {}),
        )  # fmt: skip
        write_form(Path(folder) / name, form)
        files.append({"firm": firm, "name": one["name"], "file": str(Path(folder) / name)})
    return {"folder": folder, "files": files}


@service("collect.sent", in_turn=True)
def sent(ws: Workspace, job: Job, *, items: list[str], how: str, on: str = "") -> Row:
    """Note that the forms of items went out on a day (today unless given): {changed, changes}."""
    typed = {"sent_how": how, "sent_on": on or today().isoformat()}
    stored, _warnings = typed_values(ws, kind_info("collection_item"), typed)
    with ws.store.write(mark("登记发出采集表"), "typed") as write:
        changed = sum(write.update(CollectionItem, records.resolve("collection_item", item), stored) for item in items)
    return {"changed": changed, "changes": write.changes.as_dict()}


@service("collect.confirm", in_turn=True)
def confirm(ws: Workspace, job: Job, *, items: list[str]) -> Row:
    """Mark items as looked over: {changed, changes}. What comes in for them later changes no figure any more.

    Raises Refused("collect.not_returned") for one whose form has not come back.
    """
    with ws.store.write(mark("确认回收的数据"), "typed") as write:
        changed = 0
        for given in items:
            item = records.get("collection_item", records.resolve("collection_item", given))
            if not item["returned_on"]:
                raise Refused("collect.not_returned", firm=records.title("firm", item["firm"]))
            changed += write.update(CollectionItem, item["id"], {"state": "confirmed"})
    return {"changed": changed, "changes": write.changes.as_dict()}


@service("collect.rounds")
def rounds(ws: Workspace, job: Job, *, ids: list[str] | None = None, kind: str = "collection_round") -> list[Row]:
    """Rounds as `records.rows` gives them (all, the latest due first, unless `ids` are named), and how each stands:
    `progress` (53/88 have returned) and `next` in words, `counts` by state, `unsent` forms that nobody noted as sent.
    """
    with ws.store.read():
        wanted = records.ids(kind, order="due_on", descending=True) if ids is None else ids
    rows = list_rows(ws, job, kind=kind, ids=wanted)
    with ws.store.read():
        for row in rows:
            items = items_of(row["id"])
            row["counts"] = _counts(items)
            row["unsent"] = sum(item["state"] == "waiting" and not item["sent_on"] for item in items)
    for row in rows:
        row |= {"progress": _progress(row["counts"]), "next": _next(row)}
    return rows


def _counts(items: Iterable[Row]) -> dict[str, int]:
    states = [item["state"] for item in items]
    return {choice.code: states.count(choice.code) for choice in kind_info("collection_item").field("state").choices}


def _progress(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    doubts = tr("疑问 {n}", n=counts["doubt"]) if counts["doubt"] else ""
    return clauses(part for part in (f"{total - counts['waiting']}/{total}", doubts) if part)


def _next(row: Row) -> str:
    """What is to be done next, with its day where it has one."""
    counts, due = row["counts"], row["due_on"]
    if not sum(counts.values()):
        return tr("没有要填报的企业")
    if counts["waiting"]:
        left = (latest(due) - today()).days
        said = (
            tr("还差 {n} 家，{day} 截止", n=counts["waiting"], day=due)
            if left >= 0
            else tr("还差 {n} 家，已过期 {days} 天", n=counts["waiting"], days=-left)
        )
        return clauses((said, tr("{n} 家还没有登记发出", n=row["unsent"]))) if row["unsent"] else said
    if counts["doubt"]:
        return tr("核对 {n} 家的疑问", n=counts["doubt"])
    return tr("确认 {n} 家的数据", n=counts["returned"]) if counts["returned"] else tr("全部已确认")


@service("collect.status")
def status(ws: Workspace, job: Job, *, round: str) -> Row:
    """How a round stands: {round, title, period, due_on, rows, counts}; rows {id, firm, name, state, sent_on,
    returned_on, questions, record, kind, missing}: `record` is the record of the figures, `missing` their names."""
    with ws.store.read():
        row = round_row(round)
        return _standing(row)


def _standing(row: Row) -> Row:
    when, figures, items = when_of(row["period"]), _needed(row), items_of(row["id"])
    firms = [item["firm"] for item in items]
    names, found = records.titles("firm", firms), rows_of(firms, when)
    excused = _excused(when, [one["id"] for one in found.values()])
    rows = []
    for item in items:
        one = found.get(item["firm"], {})
        rows.append(
            {
                **{name: item[name] for name in ("id", "firm", "state", "sent_on", "returned_on", "questions")},
                "name": names.get(item["firm"], ""),
                "kind": when.kind,
                "record": one.get("id") or "",
                "missing": [
                    figure.shown
                    for figure in figures
                    if one.get(figure.name) is None and (one.get("id"), figure.name) not in excused
                ],
            }
        )
    rows.sort(key=lambda item: item["name"])
    return {
        "round": row["id"],
        "title": row["title"],
        "period": row["period"],
        "due_on": row["due_on"],
        "rows": rows,
        "counts": _counts(rows),
    }


def _excused(when: When, ids: Sequence[str]) -> set[tuple[str, str]]:
    query = NotApplicable.select().where(NotApplicable.kind == when.kind, NotApplicable.record.in_(list(ids)))
    return {(one["record"], one["field"]) for one in dict_rows(query)}


@service("collect.reminders")
def reminders(ws: Workspace, job: Job, *, round: str) -> Row:
    """Words to paste for each firm from which something is still to come: {texts: [{item, firm, name, text}]}.

    Confirmed items are left in peace; a form that has not come back is asked for as a whole, else what is missing by
    name, and what is in doubt.
    """
    with ws.store.read():
        found = _standing(round_row(round))
    due = found["due_on"] or ""
    late = bool(due) and latest(due) < today()
    texts = []
    for one in found["rows"]:
        if one["state"] == "confirmed" or (one["returned_on"] and not one["missing"] and one["state"] != "doubt"):
            continue
        parts = [tr("{name}：您好！", name=one["name"])]
        if not one["returned_on"]:
            parts.append(tr("《{title}》填报表还没有收到。", title=found["title"]))
        else:
            parts.append(tr("《{title}》填报表已收到，谢谢。", title=found["title"]))
            if one["missing"]:
                parts.append(tr("还空着 {n} 项：{fields}。", n=len(one["missing"]), fields=listed(one["missing"])))
        if one["questions"]:
            asked = one["questions"].replace("\n", "；").replace("。；", "；").rstrip("。；")
            parts.append(tr("请核对：{text}。", text=asked))
        if due:
            said = tr("原定 {due} 前交回，请尽快。", due=due) if late else tr("请在 {due} 前交回。", due=due)
            parts.append(said)
        texts.append({"item": one["id"], "firm": one["firm"], "name": one["name"], "text": sentences(*parts)})
    return {"round": found["round"], "texts": texts}
