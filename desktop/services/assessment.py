"""Scores: entered against the class's pass mark, exactly, attempt by attempt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from db.fields import FieldInfo
from db.models import Assessment
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from db.values import ValueProblem, exact, number_in, tidy
from db.writes import Write
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.roster import SKIP, Roster, columns_of, question, read_roster
from desktop.services.training import class_people
from desktop.services.workspace import Workspace
from policy.dates import today
from policy.i18n import mark, tr

_SCORE = 10  # of the fields that hold scores


@service("training.assess", in_turn=True)
def assess(
    ws: Workspace,
    job: Job,
    *,
    programme: str,
    rows: list[dict[str, str]] | None = None,
    file: str = "",
    text: str = "",
    sheet: str | None = None,
    mapping: dict[str, str] | None = None,
    choices: dict[str, str] | None = None,
    kind: str = "written",
    taken_on: str = "",
) -> dict[str, Any]:
    """Enter scores: {rows, entered, passed, asked, rejected, warnings, columns, unknown, notices, changes}.

    A row names who (name, id_no, phone, or `person` where `rows` are given) and the score, and may say attempt, kind,
    taken_on, examiner and passed. Whether it is a pass follows from the class's pass mark, exactly: 59.5 of 60 is none,
    60 is one. Without a pass mark the row must say it. The same kind on the same day corrects the score, another day is
    the next attempt.
    """
    fields = score_columns()
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
        roster = Roster(class_people(course["id"]))
    given = {"kind": kind, "taken_on": taken_on or today().isoformat()}
    defaults, _ = typed_values(ws, kind_info("assessment"), given)
    names = {row["id"]: row["name"] for row in roster.people}
    lines = [{**row, "name": row.get("name") or names.get(row.get("person", ""), "")} for row in rows or ()]
    found = read_roster(
        ws, job, fields, remembered="assessment", file=file, text=text, rows=lines, sheet=sheet, mapping=mapping
    )
    chosen = dict(choices or {})
    if rows:  # who was pointed at need not be looked for
        chosen |= {str(place + 2): row["person"] for place, row in enumerate(rows) if row.get("person") in names}
    asked: list[dict[str, Any]] = []
    entered = passed = 0
    with ws.store.write(mark("录入成绩"), "typed") as write:
        for number, values in found.rows:
            job.check()
            answer = chosen.get(str(number), "")
            if answer == SKIP:
                continue
            person, alike = (answer, []) if answer in names else roster.enrolled(values)
            if not person and alike:
                asked.append(question(number, values, roster, alike))
                continue
            reason, told = _judged(course, values) if person else (tr("录取名单里没有这个人"), {})
            if reason:
                found.rejected.append(
                    {
                        "row": number,
                        "column": "",
                        "value": str(values["name"]),
                        "code": "training.row",
                        "reason": reason,
                    }
                )
                continue
            extra = {name: values[name] for name in ("kind", "attempt", "taken_on", "examiner") if values.get(name)}
            _enter(write, course["id"], person, {**defaults, **extra, **told})
            entered += 1
            passed += told["passed"]
    return {**found.answer(), "entered": entered, "passed": passed, "asked": asked, "changes": write.changes.as_dict()}


def score_columns() -> list[FieldInfo]:
    """What a list of scores may hold; a score is read as written: a rounded one could pass by the rounding."""
    fields = columns_of("person", ("name", "id_no", "phone"), needed=("name",)) + columns_of(
        "assessment", ("score", "passed", "kind", "attempt", "taken_on", "examiner")
    )
    return [replace(one, type="text", max_length=20) if one.name == "score" else one for one in fields]


def _judged(course: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Why a score cannot be taken, or {score, passed}; compared before anything is rounded."""
    score = None
    written = values.get("score")
    if written not in (None, ""):
        try:
            score = exact(written)
            if score is None:
                score = number_in(tidy(written).removesuffix("分").strip())
        except ValueProblem:
            return tr("成绩“{text}”读不出来", text=str(written)[:20]), {}
        if (score * _SCORE).denominator != 1:
            return tr("成绩最多一位小数"), {}
        if score < 0:
            return tr("成绩不能是负数"), {}
    said, least = values.get("passed"), course["pass_score"]
    if score is not None and least is not None:
        reached = score >= Fraction(least, _SCORE)
        if said is not None and bool(said) != reached:
            return tr("成绩与“合格”不一致：及格分是 {n}", n=shown_score(least)), {}
        said = reached
    if said is None:
        return tr("班次没有及格分，这一行也没有写是否合格"), {}
    return "", {"score": None if score is None else int(score * _SCORE), "passed": int(said)}


def shown_score(score: int) -> str:
    """A stored score as people write it."""
    return f"{score // _SCORE}.{score % _SCORE}".removesuffix(".0")


def _enter(write: Write, programme: str, person: str, values: dict[str, Any]) -> None:
    known = dict_rows(
        Assessment.select().where(
            Assessment.programme == programme, Assessment.person == person, Assessment.kind == values["kind"]
        )
    )
    attempt = values.get("attempt")
    same = [
        row
        for row in known
        if (attempt and row["attempt"] == attempt) or (not attempt and row["taken_on"] == values["taken_on"])
    ]
    if same:
        write.update(Assessment, same[0]["id"], values)
        return
    values["attempt"] = attempt or max((row["attempt"] for row in known), default=0) + 1
    write.insert(Assessment, {**values, "programme": programme, "person": person})
