"""Returned forms of a collection round: whose each file is, its figures as a draft, and what has to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.fields import FieldInfo
from db.files import disk_fault, name_as_text
from db.models import CollectionItem, EvidenceLink, Organisation
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from db.values import compare_name, former_names
from db.writes import Write
from desktop.messages import sentence
from desktop.services.collectfiles import Returned, read_form
from desktop.services.collecting import figures_of, items_of, round_row, when_of
from desktop.services.evidence import add_files
from desktop.services.figurechecks import YEAR
from desktop.services.registry import Job, service
from desktop.services.torch import When, rows_of, standings
from desktop.services.torchyear import facts
from desktop.services.workspace import Workspace
from policy.dates import today
from policy.errors import Fault, Refused
from policy.i18n import clauses, labelled, listed, mark, tr

Row = dict[str, Any]
_MOST_FILES = 5000
_SETTLED = frozenset({"confirmed", "reported", "corrected"})


class _DryRun(Exception):  # noqa: N818 - not an error: takes the trial back
    pass


@dataclass(slots=True)
class _Sorted:
    """What came, by firm: files read, doubts about whole files; and the files that are nobody's."""

    files: dict[str, list[Returned]] = field(default_factory=dict)
    doubts: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[Row] = field(default_factory=list)


@service("collect.read")
def read(
    ws: Workspace,
    job: Job,
    *,
    round: str,
    folder: str = "",
    files: list[str] | None = None,
    dry_run: bool = False,
) -> Row:
    """Take returned files in, recognised by what is inside: {round, files, firms, unknown, dry_run, changes}.

    `firms` are {firm, name, item, files, taken, blanks, doubts, record, kind, state} with `taken` and `blanks` as names
    of figures; `unknown` {file, reason}. Figures go into the firm's year or quarter as a draft: a blank erases nothing,
    figures that were checked or reported stay. Each file taken is kept as evidence of its item.
    `files` may name folders too. Raises Refused("collect.no_files" | "collect.too_many_files").
    """
    paths = _files_in([folder, *(files or ())])
    with ws.store.read():
        row = round_row(round)
        items = {item["firm"]: item for item in items_of(row["id"])}
        firms = dict_rows(Organisation.select().where(Organisation.id.in_(list(items))))
    figures, when = figures_of(row), when_of(row["period"])
    found = _sort(ws, job, paths, figures, row, firms)
    kept = [] if dry_run else [one.path for theirs in found.files.values() for one in theirs]
    added = add_files(ws, job, kept, None)
    told: list[Row] = []
    try:
        with added.kept(ws), ws.store.write(mark("收回采集表"), f"import:{row['title']}") as write:
            evidence = dict(zip(kept, added.rows(write), strict=True))
            taken = {
                firm: _fill(write, items[firm], found.files.get(firm, []), found.doubts.setdefault(firm, []), when)
                for firm in dict.fromkeys((*found.files, *found.doubts))
            }
            stood = standings(list(taken), when, facts(list(taken), when.year))
            names = records.titles("firm", taken)
            for firm, values in taken.items():
                theirs, doubts = found.files.get(firm, []), found.doubts[firm]
                doubts += [
                    one["text"]
                    for one in stood[firm].findings
                    if set(one["fields"]) & {*values} and not one["explained"]
                ]
                state = _settle(write, items[firm], bool(values), doubts)
                for one in theirs:
                    if one.path in evidence:
                        _prove(write, evidence[one.path], items[firm]["id"])
                told.append(
                    {
                        "firm": firm,
                        "name": names.get(firm, ""),
                        "item": items[firm]["id"],
                        "files": [one.file for one in theirs],
                        "taken": [one.shown for one in figures if one.name in values],
                        "blanks": [one.shown for one in figures if theirs and _blank_in_all(one.name, theirs)],
                        "doubts": doubts,
                        "record": stood[firm].row.get("id") or "",
                        "kind": when.kind,
                        "state": state,
                    }
                )
            job.check()
            if dry_run:
                raise _DryRun
        changes = write.changes.as_dict()
    except _DryRun:
        changes = {}
    told.sort(key=lambda one: one["name"])
    return {
        "round": row["id"],
        "files": len(paths),
        "firms": told,
        "unknown": found.unknown,
        "dry_run": dry_run,
        "changes": changes,
    }


def _files_in(places: list[str]) -> list[Path]:
    """The files named and those in and below the folders named, without the ones an office program leaves beside an
    open workbook."""
    found: dict[Path, None] = {}
    for place in filter(None, places):
        if not Path(place).is_dir():
            found[Path(place)] = None
            continue
        try:
            inside = sorted(path for path in Path(place).rglob("*") if path.is_file())
        except OSError as error:
            raise disk_fault(error, Path(place)) from error
        found.update((path, None) for path in inside if not path.name.startswith((".", "~$")))
    if not found:
        raise Refused("collect.no_files", folder=next(filter(None, places), ""))
    if len(found) > _MOST_FILES:
        raise Refused("collect.too_many_files", n=len(found), limit=_MOST_FILES)
    return list(found)


def _sort(ws: Workspace, job: Job, paths: list[Path], figures: list[FieldInfo], row: Row, firms: list[Row]) -> _Sorted:
    found = _Sorted()
    by_code = {one["uscc"]: one["id"] for one in firms if one["uscc"]}
    by_name: dict[str, set[str]] = {}
    for one in firms:
        for key in (compare_name(one["name"]), *former_names(one["former_names"])):
            by_name.setdefault(key, set()).add(one["id"])
    ids = {one["id"] for one in firms}
    for done, path in enumerate(paths):
        job.check()
        job.progress(done, len(paths), path.name)
        try:
            form = read_form(path, figures)
        except Fault as fault:
            found.unknown.append({"file": name_as_text(path), "reason": sentence(fault.code, fault.params)})
            continue
        coded, named = by_code.get(form.code), _only(by_name.get(compare_name(form.name), set()))
        said = coded or named
        marked = _known(ws, form.firm) if form.firm else ""
        firm = marked or said
        if firm not in ids:
            found.unknown.append({"file": form.file, "reason": _stranger(form)})
        elif not form.firm and coded and named and coded != named:
            reason = tr("信用代码 {code} 和名称“{name}”不是同一家企业", code=form.code, name=form.name)
            found.unknown.append({"file": form.file, "reason": reason})
        elif form.firm and said and said != marked:
            reason = tr("{file}：表是发给这一家的，里面写的却是“{name}”，没有计入", file=form.file, name=form.name)
            found.doubts.setdefault(firm, []).append(reason)
        elif (form.period or form.said_period or row["period"]) != row["period"]:
            period = form.period or form.said_period
            reason = tr("{file}：是 {period} 的表，没有计入", file=form.file, period=period)
            found.doubts.setdefault(firm, []).append(reason)
        else:
            found.files.setdefault(firm, []).append(form)
    return found


def _stranger(form: Returned) -> str:
    if form.code_damaged and not form.name:
        return tr("信用代码“{code}”已被表格软件损坏，又没有写企业名称；请补上名称再读", code=form.code)
    return tr("“{name}”不在这个批次里", name=form.name or form.code or tr("没有写企业名称"))


def _known(ws: Workspace, firm: str) -> str:
    """The firm of an identity sheet, also where it was merged into another since; "" where there is none."""
    with ws.store.read():
        try:
            return records.resolve("firm", firm)
        except Fault:
            return firm


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


def _blank_in_all(name: str, forms: list[Returned]) -> bool:
    return all(name in form.blanks for form in forms)


def _agreed(forms: list[Returned], label: Mapping[str, str], doubts: list[str]) -> dict[str, int]:
    """The figures on which all files of a firm agree; where two say different things, neither counts."""
    values: dict[str, int] = {}
    differ: set[str] = set()
    for form in forms:
        for name, value in form.values.items():
            if values.setdefault(name, value) != value:
                differ.add(name)
    if differ:
        files, fields = listed(form.file for form in forms), listed(label[name] for name in values if name in differ)
        doubts.append(tr("收到 {n} 个文件（{files}），说法不一，没有计入：{fields}", n=len(forms), files=files,
                         fields=fields))  # fmt: skip
    return {name: value for name, value in values.items() if name not in differ}


def _fill(write: Write, item: Row, forms: list[Returned], doubts: list[str], when: When) -> dict[str, int]:
    """Put the figures of a firm's files into its record; returns those that stand there now as the files say."""
    label = {one.name: one.shown for one in kind_info(when.kind).fields}
    firm, confirmed = item["firm"], item["state"] == "confirmed"
    values = _agreed(forms, label, doubts)
    if not confirmed:
        doubts += dict.fromkeys(doubt for form in forms for doubt in form.doubts)
        if forms and not any(form.values for form in forms):
            doubts.append(tr("交回的表是空白的"))
    row = rows_of([firm], when).get(firm)
    if confirmed or (row is not None and row["state"] in _SETTLED):
        now = row or {}
        other = [label[name] for name, value in values.items() if now.get(name) != value]
        if other:
            doubts.append(labelled(tr("已核对或上报的数据没有改，表里填的不同"), listed(other)))
        return {name: value for name, value in values.items() if now.get(name) == value}
    if not values:
        return {}
    stored: Row = dict(values)
    remarks = {name: text for form in forms for name, text in form.remarks.items() if name in values}
    if remarks and when.kind == YEAR:
        kept = row["explanation"] if row and isinstance(row["explanation"], dict) else {}
        stored["explanation"] = {**remarks, **kept}
    if row is None:
        write.insert(when.model, {"firm": firm, **when.key, **stored})
    else:
        write.update(when.model, row["id"], stored)
    return values


def _settle(write: Write, item: Row, came: bool, doubts: list[str]) -> str:
    """Say on the item what came; one that was confirmed stays so: somebody has looked it over."""
    if item["state"] == "confirmed" or not (doubts or came):
        return str(item["state"])
    state = "doubt" if doubts else "returned"
    values: Row = {"state": state, "questions": clauses(doubts) or None}
    if came:
        values["returned_on"] = item["returned_on"] or today().isoformat()
    write.update(CollectionItem, item["id"], values)
    return state


def _prove(write: Write, evidence: str, item: str) -> None:
    place = {"evidence": evidence, "target": f"collection_item:{item}", "link": "proves"}
    known = EvidenceLink.select().where(
        EvidenceLink.evidence == evidence, EvidenceLink.target == place["target"], EvidenceLink.link == "proves"
    )
    if not known.exists():
        write.insert(EvidenceLink, place)
