"""One archive per class (一班一档): its lists as workbooks and its files in one folder; a register of certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from db.fields import FieldInfo
from db.files import private_folder, safe_name, world_faults
from db.models import Case, CaseBroker, Certificate, Contract, Evidence, EvidenceLink, Programme, Session
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from desktop.services.attendance import sheet as attendance_sheet
from desktop.services.certificates import passed_list
from desktop.services.evidence import get as copy_evidence
from desktop.services.privacy import note_export
from desktop.services.registry import Job, service
from desktop.services.roster import everybody
from desktop.services.tablefile import column, write_table
from desktop.services.training import people as enrolled_people
from desktop.services.traininghours import hours as class_hours
from desktop.services.workspace import Workspace
from policy.errors import Refused
from policy.i18n import listed, spaced, tr
from policy.masking import mask


@service("training.archive")
def archive(ws: Workspace, job: Job, *, programme: str, folder: str, with_personal: bool = False) -> dict[str, Any]:
    """Write a class's archive into a new or empty folder: {folder, files, evidence}.

    Workbooks of who enrolled, the timetable, attendance, hours, scores and certificates, and the files of the class and
    its sessions. Numbers are masked unless `with_personal`, which the audit log notes. Raises
    Refused("training.archive_exists").
    """
    target = Path(folder)
    with world_faults(target):
        if target.exists() and any(target.iterdir()):
            raise Refused("training.archive_exists", path=str(target))
        private_folder(target)
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
    lists = _lists(ws, job, course, with_personal)
    files = []
    for place, (title, columns, rows) in enumerate(lists, 1):
        job.check()
        job.progress(place, len(lists) + 1, title)
        file = target / f"{place} {title}.xlsx"
        numbered = ({"id": "", **row} for row in rows)
        write_table(str(file), title, columns, numbered)
        files.append(str(file))
    copied = _copy_files(ws, job, course["id"], target)
    if with_personal:
        note_export(ws, kind_info("person"), len(lists[0][2]))
    return {"folder": str(target), "files": files, "evidence": copied}


def _lists(
    ws: Workspace, job: Job, course: Mapping[str, Any], whole: bool
) -> list[tuple[str, list[FieldInfo], Sequence[Mapping[str, Any]]]]:
    record = course["id"]
    enrolled = enrolled_people(ws, job, programme=record)["people"]
    grid = attendance_sheet(ws, job, programme=record)
    hours = class_hours(ws, job, programme=record)
    standing = passed_list(ws, job, programme=record)
    with ws.store.read():
        who = {row["id"]: row for row in everybody(one["person"] for one in enrolled)}
    papers, admitted = _labels("enrolment", "papers"), _labels("enrolment", "admitted")
    modules, states = _labels("session", "module"), _labels("attendance", "state")
    kinds, marks = _labels("assessment", "kind"), _labels("certificate", "state")
    names = [column("name", tr("姓名")), column("org", tr("单位")), column("group", tr("班组"))]
    list_rows = [
        {
            "name": one["name"],
            "org": one["org_name"],
            "group": one["group_name"] or "",
            "number": who[one["person"]]["id_no"] if whole else one["number"],
            "phone": _phone(who[one["person"]]["phone"], whole),
            "education": who[one["person"]]["education"] or "",
            "title": who[one["person"]]["title"] or "",
            "admitted": admitted[one["admitted"]],
            "papers": listed(papers.get(code, code) for code in one["papers"] or ()),
            "consent": one["consent_on"] or "",
        }
        for one in enrolled
    ]
    more = (
        ("number", tr("证件号码")), ("phone", tr("手机")), ("education", tr("学历")), ("title", tr("职称")),
        ("admitted", tr("录取状态")), ("papers", tr("已收材料")), ("consent", tr("告知同意日期")),
    )  # fmt: skip
    timetable = [
        {
            **one,
            "time": spaced(one["from"], one["to"]),
            "module": modules.get(one["module"], ""),
            "signed": one["proofs"],
        }
        for one in grid["sessions"]
    ]
    attended = []
    for person in grid["people"]:
        row = {"name": person["name"], "org": person["org_name"], "group": person["group_name"]}
        for one in grid["sessions"]:
            mark = grid["marks"].get(one["id"], {}).get(person["person"])
            minutes = mark and mark["minutes"]
            told = tr("{n} 分钟", n=minutes) if minutes is not None else ""
            row[one["id"]] = spaced(states[mark["state"]], told) if mark else ""
        attended.append(row)
    hour_rows = [
        {
            "name": one["name"], "org": one["org_name"], "group": one["group_name"], **one["hours"],
            "total": one["total"], "short": one["short"],
        }
        for one in hours["people"]
    ]  # fmt: skip
    scores, certificates = [], []
    for one in standing["people"]:
        base = {"name": one["name"], "org": one["org_name"], "group": one["group_name"]}
        reached = {kind: best["score"] or _yes(best["passed"]) for kind, best in one["scores"].items()}
        scores.append({**base, **reached, "passed": "" if one["passed"] is None else _yes(one["passed"])})
        certificates += [{**base, **row, "state": marks[row["state"]]} for row in one["certificates"]]
    return [
        (tr("报名与录取"), [*names, *(column(*one) for one in more)], list_rows),
        (
            tr("课程表"),
            [
                column("date", tr("日期")), column("time", tr("时间")), column("module", tr("模块")),
                column("topic", tr("主题")), column("hours", tr("学时")), column("reason", tr("学时调整原因")),
                column("signed", tr("签到材料"), "int", tr("份")),
            ],
            timetable,
        ),
        (
            tr("考勤"),
            [*names, *(column(one["id"], spaced(one["date"], one["from"], one["topic"])) for one in grid["sessions"])],
            attended,
        ),
        (
            tr("学时"),
            [
                *names, *(column(one["module"], one["label"]) for one in hours["modules"]), column("total", tr("合计")),
                column("short", tr("尚缺")),
            ],
            hour_rows,
        ),
        (
            tr("成绩"),
            [*names, *(column(one, kinds[one]) for one in standing["kinds"]), column("passed", tr("合格"))],
            scores,
        ),
        (
            tr("证书"),
            [
                *names, column("number", tr("证书编号")), column("issued_on", tr("发证日期")),
                column("state", tr("状态")), column("filing_no", tr("备案编号")), column("filed_on", tr("备案日期")),
            ],
            certificates,
        ),
    ]  # fmt: skip


def _copy_files(ws: Workspace, job: Job, programme: str, target: Path) -> int:
    """The files that prove the class and its sessions, each once, in a folder of their own."""
    with ws.store.read():
        lessons = [row[0] for row in tuple_rows(Session.select(Session.id).where(Session.programme == programme))]
        places = [f"programme:{programme}", *(f"session:{one}" for one in lessons)]
        linked = EvidenceLink.select(EvidenceLink.evidence).where(EvidenceLink.target.in_(places))
        rows = dict_rows(Evidence.select().where(Evidence.id.in_(linked)).order_by(Evidence.created_at, Evidence.id))
    if rows:
        with world_faults(target):
            private_folder(target / tr("佐证"))
    for place, row in enumerate(rows, 1):
        job.check()
        copy_evidence(ws, job, id=row["id"], out=str(target / tr("佐证") / f"{place:02} {safe_name(row['file_name'])}"))
    return len(rows)


@service("certificate.register")
def register(
    ws: Workspace, job: Job, *, file: str, programme: str = "", year: str = "", with_personal: bool = False
) -> dict[str, Any]:
    """Write the register of certificates of a class, a year or all: {file, rows}; numbers masked unless asked for.

    Its columns are those of the city's register: who, organisation, degree, title, level, number, issuer, day, class,
    hours by module, score, filing number, contracts brought about.
    """
    with ws.store.read():
        query = Certificate.select()
        if programme:
            query = query.where(Certificate.programme == records.resolve("programme", programme))
        if year:
            query = query.where(Certificate.issued_on.startswith(year))
        rows = dict_rows(query.order_by(Certificate.issued_on, Certificate.number))
        who = {row["id"]: row for row in everybody({row["person"] for row in rows})}
        courses = {row["id"]: row for row in dict_rows(Programme.select())}
        deals = _deals({row["person"] for row in rows})
    by_class = {one: class_hours(ws, job, programme=one) for one in {row["programme"] for row in rows} if one}
    scored = {one: passed_list(ws, job, programme=one) for one in by_class}
    levels, states = _labels("certificate", "c_kind"), _labels("certificate", "state")
    lines = []
    for row in rows:
        person, course = who[row["person"]], courses.get(row["programme"])
        own = _of(by_class, row)
        best = _of(scored, row)
        lines.append(
            {
                "id": "",
                "name": person["name"],
                "number": (person["id_no"] or "") if with_personal else _masked(person["id_no"]),
                "org": person["org_name"] or "",
                "education": person["education"] or "",
                "title": person["title"] or "",
                "level": levels.get(row["c_kind"], ""),
                "certificate": row["number"],
                "issuer": row["issuer"],
                "issued_on": row["issued_on"],
                "state": states[row["state"]],
                "class": course["name"] if course else "",
                **(own["hours"] if own else {}),
                "score": listed(one["score"] for one in best["scores"].values() if one["score"]) if best else "",
                "filing": row["filing_no"] or "",
                "deals": deals.get(row["person"], 0),
            }
        )
    modules = _labels("session", "module")
    columns = [
        column("name", tr("姓名")), column("number", tr("身份证号")), column("org", tr("单位")),
        column("education", tr("学历")), column("title", tr("职称")), column("level", tr("等级")),
        column("certificate", tr("证书编号")), column("issuer", tr("发证机构")), column("issued_on", tr("发证日期")),
        column("state", tr("状态")), column("class", tr("培训期次")),
        *(column(code, tr("{module}学时", module=label)) for code, label in modules.items()),
        column("score", tr("考试成绩")), column("filing", tr("备案编号")),
        column("deals", tr("促成合同"), "int", tr("份")),
    ]  # fmt: skip
    write_table(file, tr("证书名册"), columns, lines)
    if with_personal:
        note_export(ws, kind_info("person"), len(lines))
    return {"file": file, "rows": len(lines)}


def _of(found: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The person's line in what is known of the certificate's class."""
    people = found.get(row["programme"], {}).get("people", [])
    return next((one for one in people if one["person"] == row["person"]), None)


def _deals(people: set[str]) -> dict[str, int]:
    """Contracts in the cases of each person, those of classified cases left out."""
    query = (
        CaseBroker.select(CaseBroker.person, Contract.id)
        .join(Case, on=(CaseBroker.case == Case.id))
        .join(Contract, on=(Contract.case == Case.id))
        .where(CaseBroker.person.in_(list(people)), Case.classified == 0, Contract.parent.is_null())
    )
    found: dict[str, set[str]] = {}
    for person, contract in tuple_rows(query):
        found.setdefault(person, set()).add(contract)
    return {person: len(contracts) for person, contracts in found.items()}


def _labels(kind: str, name: str) -> dict[str, str]:
    return {choice.code: choice.shown for choice in kind_info(kind).field(name).choices}


def _yes(passed: bool) -> str:
    return tr("合格") if passed else tr("不合格")


def _masked(number: str | None) -> str:
    return mask("id", number) if number else ""


def _phone(number: str | None, whole: bool) -> str:
    return (number or "") if whole or not number else mask("phone", number)
