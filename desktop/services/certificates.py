"""Certificates: who passed, numbers by a pattern or from outside that are never used twice, void and issued anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from db.fields import FieldInfo
from db.models import Assessment, Certificate, Change
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.writes import Write
from desktop.services.assessment import shown_score
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.roster import SKIP, Roster, columns_of, question, read_roster
from desktop.services.training import class_people
from desktop.services.traininghours import class_hours, missing_hours, required_hours
from desktop.services.workspace import Workspace
from policy.dates import today
from policy.errors import Refused
from policy.i18n import listed, mark, tr

LEVELS = {
    "broker_junior": "junior",
    "broker_middle": "middle",
    "manager_senior": "senior",
    "engineer": "engineer",
    "continuing": "continuing",
}
FILED = ("middle", "senior")  # whose lists are numbered and filed
_PART = re.compile(r"\{(\w+)(?::0(\d))?\}")
_PARTS = frozenset({"year", "yy", "month", "seq", "base", "plan"})
PATTERN = "{year}{seq:04}"
_PLACES = "{seq:04} {year} {yy} {month} {base} {plan}"
_OUTSIDE = ("number", "issuer", "issued_on", "valid_until", "filing_no", "filed_on")


# -- where everybody stands ------------------------------------------------------------------------------------------
@service("training.passed")
def passed_list(ws: Workspace, job: Job, *, programme: str) -> dict[str, Any]:
    """Where everybody admitted stands: {programme, name, pass_score, kinds, certificate, pattern, issuer, people:
    [{person, name, org_name, group_name, scores: {kind: {score, passed, attempts, taken_on}}, passed, short,
    certificates: [{id, number, c_kind, state, issued_on, filing_no, filed_on}]}]}.

    `passed` is True where every kind of assessment that was held in the class has been passed at some attempt, False
    where one was not, None for who sat none. `short` says that required hours are missing.
    """
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
        return _standing(ws, course)


def _standing(ws: Workspace, course: Mapping[str, Any]) -> dict[str, Any]:
    query = Assessment.select().where(Assessment.programme == course["id"])
    rows = dict_rows(query.order_by(Assessment.attempt, Assessment.taken_on))
    held = [choice.code for choice in kind_info("assessment").field("kind").choices if _took(rows, choice.code)]
    required = required_hours(course["id"])
    attended, _ = class_hours(course)
    own: dict[str, list[dict[str, Any]]] = {}
    names = ("id", "number", "c_kind", "state", "issued_on", "filing_no", "filed_on")
    issued = Certificate.select().where(Certificate.programme == course["id"])
    for row in dict_rows(issued.order_by(Certificate.issued_on, Certificate.number)):
        own.setdefault(row["person"], []).append({name: row[name] for name in names})
    found = []
    for person in class_people(course["id"]):
        mine = [row for row in rows if row["person"] == person["id"]]
        scores = {kind: _best([row for row in mine if row["kind"] == kind]) for kind in held}
        found.append(
            {
                "person": person["id"],
                "name": person["name"],
                "org_name": person["org_name"],
                "group_name": person["group_name"],
                "scores": {kind: best for kind, best in scores.items() if best},
                "passed": all(best and best["passed"] for best in scores.values()) if mine else None,
                "short": bool(missing_hours(attended.get(person["id"], {}), required)),
                "certificates": own.get(person["id"], []),
            }
        )
    kind = LEVELS.get(course["p_kind"], "completion")
    last = _last(ws, kind)
    return {
        "programme": course["id"],
        "name": course["name"],
        "pass_score": None if course["pass_score"] is None else shown_score(course["pass_score"]),
        "kinds": held,
        "certificate": kind,
        "pattern": last.get("pattern", PATTERN),
        "issuer": last.get("issuer", course["organiser"] or ""),
        "people": found,
    }


def _took(rows: list[dict[str, Any]], kind: str) -> bool:
    return any(row["kind"] == kind for row in rows)


def _best(attempts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The attempt that was passed, else the best so far."""
    if not attempts:
        return None
    best = max(attempts, key=lambda row: (row["passed"], row["score"] if row["score"] is not None else -1))
    return {
        "score": None if best["score"] is None else shown_score(best["score"]),
        "passed": bool(best["passed"]),
        "attempts": len(attempts),
        "taken_on": best["taken_on"],
    }


# -- certificates -----------------------------------------------------------------------------------------------------
def _last(ws: Workspace, kind: str) -> dict[str, str]:
    """The pattern and issuer that certificates of the kind were last given."""
    kept = ws.store.setting(f"certificates.{kind}", {})
    return kept if isinstance(kept, dict) else {}


@service("training.certify", in_turn=True)
def certify(
    ws: Workspace,
    job: Job,
    *,
    programme: str,
    people: list[str] | None = None,
    kind: str = "",
    issuer: str = "",
    issued_on: str = "",
    pattern: str = "",
    number: str = "",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Issue certificates to `people`, or to all who passed, have their hours and bear none of the class yet.

    Numbers follow the `pattern` ({year} {yy} {month} {base} {plan} {seq:04}), on from the highest ever given out, void
    and deleted ones included; `number` is a typed one for one person. Pattern and issuer are remembered by kind. Gives
    {issued: [{id, person, name, number}], already, not_passed, short, changes}. Raises Refused("certificate.pattern" |
    "certificate.one_number" | "certificate.number_used" | "record.…").
    """
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
        standing = _standing(ws, course)
        chosen = None if people is None else [records.resolve("person", one) for one in people]
    typed = {"c_kind": kind or standing["certificate"], "issued_on": issued_on or today().isoformat()}
    stored, _ = typed_values(ws, kind_info("certificate"), typed)
    last = _last(ws, stored["c_kind"])
    pattern = pattern.strip() or last.get("pattern") or PATTERN
    stored |= {"issuer": issuer.strip() or last.get("issuer") or course["organiser"], "programme": course["id"]}
    rows = [one for one in standing["people"] if chosen is None or one["person"] in chosen]
    living = {one["person"] for one in rows if any(row["state"] != "void" for row in one["certificates"])}
    told = {
        "already": len(living),
        "not_passed": [one["name"] for one in rows if one["passed"] is False and one["person"] not in living],
        "short": [one["name"] for one in rows if one["short"] and one["person"] not in living],
    }
    due = [
        one
        for one in rows
        if one["person"] not in living and (chosen is not None or (one["passed"] and not one["short"]))
    ]
    if number and len(due) != 1:
        raise Refused("certificate.one_number")
    with ws.store.read():
        numbers = [number.strip()] if number else _numbers(pattern, course, stored["issued_on"], len(due))
        _refuse_used(numbers)
    issued = [
        {"person": one["person"], "name": one["name"], "number": no} for one, no in zip(due, numbers, strict=True)
    ]
    if dry_run:
        return {"issued": issued, **told, "dry_run": True, "changes": {}}
    with ws.store.write(mark("发证"), "typed") as write:
        for one in issued:
            one["id"] = write.insert(Certificate, {**stored, "person": one["person"], "number": one["number"]})
    if issued and not number:
        kept = {"pattern": pattern, "issuer": stored["issuer"]}
        ws.store.save_setting(f"certificates.{stored['c_kind']}", kept)
    return {"issued": issued, **told, "dry_run": False, "changes": write.changes.as_dict()}


@service("certificate.next")
def next_number(ws: Workspace, job: Job, *, programme: str, pattern: str = "", issued_on: str = "") -> dict[str, Any]:
    """The number that the next certificate of a class would bear by a pattern: {number, pattern}; by the one last used
    for its kind without. Raises Refused("certificate.pattern" | "record.…")."""
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
    typed, _ = typed_values(ws, kind_info("certificate"), {"issued_on": issued_on or today().isoformat()})
    last = _last(ws, LEVELS.get(course["p_kind"], "completion"))
    pattern = pattern.strip() or last.get("pattern") or PATTERN
    with ws.store.read():
        return {"number": _numbers(pattern, course, typed["issued_on"], 1)[0], "pattern": pattern}


def _numbers(pattern: str, course: Mapping[str, Any], day: str, count: int) -> list[str]:
    """The next numbers of a pattern; raises Refused("certificate.pattern")."""
    parts = [found[1] for found in _PART.finditer(pattern)]
    rest = _PART.sub("", pattern)
    month = day[5:7]
    if (
        parts.count("seq") != 1
        or not _PARTS.issuperset(parts)
        or "{" in rest
        or "}" in rest
        or ("month" in parts and not month)
    ):
        raise Refused("certificate.pattern", pattern=pattern[:60], known=_PLACES)
    values = {
        "year": day[:4], "yy": day[2:4], "month": month, "base": course["base_no"] or "",
        "plan": course["plan_no"] or "",
    }  # fmt: skip
    place = next(found for found in _PART.finditer(pattern) if found[1] == "seq")
    before = _PART.sub(lambda found: values[found[1]], pattern[: place.start()])
    after = _PART.sub(lambda found: values[found[1]], pattern[place.end() :])
    width = int(place[2] or 1)
    shape = re.compile(rf"{re.escape(before)}(\d{{{width},}}){re.escape(after)}")
    used = max((int(found[1]) for one in _ever() if (found := shape.fullmatch(one))), default=0)
    return [f"{before}{used + step:0{width}}{after}" for step in range(1, count + 1)]


def _ever() -> set[str]:
    """Every number a certificate has borne, void, renumbered and deleted ones included; the caller holds the lock."""
    found = {row[0] for row in tuple_rows(Certificate.select(Certificate.number))}
    changes = Change.select(Change.before, Change.after).where(Change.kind == Certificate._meta.table_name)
    for before, after in tuple_rows(changes):
        found |= {side["number"] for side in (before, after) if side and side.get("number")}
    return found


def _refuse_used(numbers: list[str]) -> None:
    taken = _ever().intersection(numbers)
    if taken:
        raise Refused("certificate.number_used", numbers=listed(sorted(taken)[:5]))


@service("certificate.void", in_turn=True)
def void(ws: Workspace, job: Job, *, id: str, reason: str) -> dict[str, Any]:
    """Declare a certificate void, with the reason; its number stays taken: {id, changes}.

    Raises Refused("certificate.no_reason" | "certificate.already_void").
    """
    with ws.store.write(mark("证书作废"), "typed") as write:
        row = records.get("certificate", records.resolve("certificate", id))
        _void(write, row, reason)
    return {"id": row["id"], "changes": write.changes.as_dict()}


def _void(write: Write, row: Mapping[str, Any], reason: str) -> None:
    if not reason.strip():
        raise Refused("certificate.no_reason")
    if row["state"] == "void":
        raise Refused("certificate.already_void", number=row["number"])
    write.update(Certificate, row["id"], {"state": "void", "void_reason": reason.strip()})


@service("certificate.reissue", in_turn=True)
def reissue(ws: Workspace, job: Job, *, id: str, number: str = "", reason: str = "") -> dict[str, Any]:
    """Issue a certificate anew under another number (the next of its pattern without one); the old one becomes void.

    The new one keeps the day of the old: who completed in June did so in June. Gives {id, number, issued_on, changes}.
    Raises Refused("certificate.no_reason" | "certificate.number_used" | "certificate.reissued_already" |
    "certificate.pattern").
    """
    with ws.store.write(mark("证书补发"), "typed") as write:
        row = records.get("certificate", records.resolve("certificate", id))
        if row["state"] != "void":
            _void(write, row, reason)
        alive = Certificate.select().where(
            Certificate.person == row["person"],
            Certificate.c_kind == row["c_kind"],
            Certificate.programme.is_null() if row["programme"] is None else Certificate.programme == row["programme"],
            Certificate.state != "void",
        )
        if alive.exists():
            raise Refused("certificate.reissued_already", number=row["number"])
        course = records.get("programme", row["programme"]) if row["programme"] else {"base_no": "", "plan_no": ""}
        pattern = _last(ws, row["c_kind"]).get("pattern") or PATTERN
        fresh = number.strip() or _numbers(pattern, course, row["issued_on"], 1)[0]
        _refuse_used([fresh])
        kept = {name: row[name] for name in ("person", "c_kind", "issuer", "issued_on", "valid_until", "programme")}
        said = reason.strip() or row["void_reason"]
        new = write.insert(Certificate, {**kept, "number": fresh, "state": "reissued", "void_reason": said})
    return {"id": new, "number": fresh, "issued_on": row["issued_on"], "changes": write.changes.as_dict()}


@service("certificate.import")
def import_numbers(
    ws: Workspace,
    job: Job,
    *,
    programme: str,
    file: str = "",
    text: str = "",
    sheet: str | None = None,
    mapping: dict[str, str] | None = None,
    choices: dict[str, str] | None = None,
    kind: str = "",
    issuer: str = "",
    issued_on: str = "",
) -> dict[str, Any]:
    """Take in certificate and filing numbers that came from outside, by who bears them.

    {rows, issued, updated, unchanged, asked, rejected, warnings, columns, unknown, notices, changes}. A row with the
    number a person bears completes that certificate (filing number, day); a new number is a new certificate, unless the
    person bears another of the class: then it is refused, since a certificate is replaced by reissuing it.
    """
    fields = number_columns()
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
        roster = Roster(class_people(course["id"]))
    typed = {"c_kind": kind or LEVELS.get(course["p_kind"], "completion"), "issued_on": issued_on or None}
    base, _ = typed_values(ws, kind_info("certificate"), {name: value for name, value in typed.items() if value})
    base |= {"issuer": issuer.strip() or _last(ws, base["c_kind"]).get("issuer") or course["organiser"]}
    base.setdefault("issued_on", today().isoformat())
    found = read_roster(
        ws, job, fields, remembered="certificate_numbers", file=file, text=text, sheet=sheet, mapping=mapping
    )
    counts = {"issued": 0, "updated": 0, "unchanged": 0}
    asked: list[dict[str, Any]] = []
    known = {row["id"] for row in roster.people}
    with ws.store.write(mark("导入证书编号"), "typed") as write:
        for line, values in found.rows:
            job.check()
            answer = (choices or {}).get(str(line), "")
            if answer == SKIP:
                continue
            person, alike = (answer, []) if answer in known else roster.enrolled(values)
            if not person and alike:
                asked.append(question(line, values, roster, alike))
                continue
            told = {name: values[name] for name in _OUTSIDE if values.get(name) is not None}
            outcome = _place(write, course["id"], person, base, told) if person else tr("录取名单里没有这个人")
            if outcome in counts:
                counts[outcome] += 1
            else:
                found.rejected.append(
                    {"row": line, "column": "", "value": str(values["name"]), "code": "training.row", "reason": outcome}
                )
    return {**found.answer(), **counts, "asked": asked, "changes": write.changes.as_dict()}


def number_columns() -> list[FieldInfo]:
    """What a list of numbers from outside may hold."""
    return columns_of("person", ("name", "id_no", "phone"), needed=("name",)) + columns_of("certificate", _OUTSIDE)


def _place(write: Write, programme: str, person: str, base: dict[str, Any], told: dict[str, Any]) -> str:
    """What became of a row: issued, updated, unchanged, or why it was refused."""
    alive = dict_rows(
        Certificate.select().where(
            Certificate.person == person,
            Certificate.c_kind == base["c_kind"],
            Certificate.programme == programme,
            Certificate.state != "void",
        )
    )
    if alive and told.get("number") in (None, alive[0]["number"]):
        return "updated" if write.update(Certificate, alive[0]["id"], told) else "unchanged"
    if alive:
        return tr("已有本班证书 {number}；更换编号请用补发", number=alive[0]["number"])
    if not told.get("number"):
        return tr("没有证书编号，本班也还没有给这个人发证")
    if told["number"] in _ever():
        return tr("编号 {number} 已经用过", number=told["number"])
    write.insert(Certificate, {**base, **told, "person": person, "programme": programme})
    return "issued"
