"""Training classes: who is on the list, who is admitted, and what the year counts (people, however often they came)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peewee import fn

from db.models import Attendance, Certificate, Enrolment, Programme, Session
from db.queries import measures as measure_queries
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.values import compare_name
from desktop.services.registry import Job, service
from desktop.services.roster import everybody
from desktop.services.targets import targets
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, today
from policy.errors import Refused
from policy.i18n import listed, mark, tr
from policy.masking import mask
from policy.measures import MEASURES

COUNTED = ("brokers_trained", "engineers_trained", "entrepreneurs_trained", "incubator_staff_trained")
_ON_THE_LIST = ("pending", "admitted", "waiting")  # not those refused or withdrawn


def same_year(course: Mapping[str, Any]) -> dict[str, list[str]]:
    """Person → the other classes of the year they are enrolled in; the caller holds the store's lock."""
    found: dict[str, list[str]] = {}
    query = (
        Enrolment.select(Enrolment.person, Programme.name)
        .join(Programme, on=(Enrolment.programme == Programme.id))
        .where(
            Programme.starts_on.startswith(str(course["starts_on"])[:4]),
            Programme.id != course["id"],
            Enrolment.admitted.in_(_ON_THE_LIST),
        )
    )
    for person, name in tuple_rows(query.order_by(Programme.starts_on)):
        found.setdefault(person, []).append(name)
    return found


@service("training.admit", in_turn=True)
def admit(
    ws: Workspace, job: Job, *, programme: str, people: list[str] | None = None, state: str = "admitted"
) -> dict[str, Any]:
    """Admit, put on the waiting list, refuse or withdraw many at once: {changed, admitted, seats, warnings, changes}.

    `people` are persons or enrolments; all who are still to be decided without. Raises Refused("training.bad_state" |
    "training.not_enrolled").
    """
    choices = {choice.code: choice for choice in kind_info("enrolment").field("admitted").choices}
    wanted = next((code for code, one in choices.items() if state in (code, one.zh, one.en)), "")
    if not wanted:
        raise Refused("training.bad_state", text=state[:40], known=listed(one.shown for one in choices.values()))
    changed = 0
    with ws.store.write(mark("录取"), "typed") as write:
        course = records.get("programme", records.resolve("programme", programme))
        known = dict_rows(Enrolment.select().where(Enrolment.programme == course["id"]))
        by_id = {row["id"]: row for row in known}
        by_person = {row["person"]: row for row in known}
        if people is None:
            chosen = [row for row in known if row["admitted"] == "pending"]
        else:
            chosen = []
            for given in people:
                row = by_id.get(given) or by_person.get(given) or by_person.get(records.resolve("person", given))
                if row is None:
                    raise Refused("training.not_enrolled", programme=course["name"])
                chosen.append(row)
        for row in chosen:
            changed += write.update(Enrolment, row["id"], {"admitted": wanted})
        admitted = Enrolment.select().where(Enrolment.programme == course["id"], Enrolment.admitted == "admitted")
        count = admitted.count()
    seats = course["seats"]
    over = [tr("已录取 {n} 人，超过名额 {seats} 人", n=count, seats=seats)] if seats and count > seats else []
    return {
        "changed": changed, "admitted": count, "seats": seats, "warnings": over, "changes": write.changes.as_dict(),
    }  # fmt: skip


@service("training.people")
def people(ws: Workspace, job: Job, *, programme: str) -> dict[str, Any]:
    """Who is enrolled, by admission and name, with what is still missing of them.

    {programme, seats, counts: {state: n}, people: [{id, person, name, number, org_name, org_category, group_name,
    admitted, applied_on, consent_on, papers, lacking, again, namesake}]}. `number` is masked; `again` names the other
    classes of the year; `namesake` says that another on the list bears the same name.
    """
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
        rows = dict_rows(Enrolment.select().where(Enrolment.programme == course["id"]))
        who = {row["id"]: row for row in everybody(row["person"] for row in rows)}
        others = same_year(course)
    papers = [choice.code for choice in kind_info("enrolment").field("papers").choices]
    names: dict[str, int] = {}
    for row in rows:
        key = compare_name(who[row["person"]]["name"])
        names[key] = names.get(key, 0) + 1
    found = [
        {
            **{
                name: row[name]
                for name in ("id", "person", "org_name", "org_category", "group_name", "admitted", "applied_on",
                             "consent_on", "papers")
            },
            "name": who[row["person"]]["name"],
            "number": mask("id", who[row["person"]]["id_no"]) if who[row["person"]]["id_no"] else "",
            "lacking": [code for code in papers if code not in (row["papers"] or ())],
            "again": others.get(row["person"], []),
            "namesake": names[compare_name(who[row["person"]]["name"])] > 1,
        }
        for row in rows
    ]  # fmt: skip
    states = [choice.code for choice in kind_info("enrolment").field("admitted").choices]
    found.sort(key=lambda row: (states.index(row["admitted"]), row["group_name"] or "", row["name"], row["id"]))
    counts = {state: sum(row["admitted"] == state for row in found) for state in states}
    return {"programme": course["id"], "seats": course["seats"], "counts": counts, "people": found}


def class_people(programme: str) -> list[dict[str, Any]]:
    """The people of a class, by group and name, as a roster takes them: who is admitted, and who has a mark or a
    certificate of a class whose enrolments were never entered. The caller holds the lock."""
    enrolments = {row["person"]: row for row in dict_rows(Enrolment.select().where(Enrolment.programme == programme))}
    then = {person: row for person, row in enrolments.items() if row["admitted"] == "admitted"}
    marks = Attendance.select(Attendance.person).join(Session, on=(Attendance.session == Session.id))
    certificates = Certificate.select(Certificate.person).where(Certificate.programme == programme)
    unlisted = {
        person
        for query in (marks.where(Session.programme == programme).distinct(), certificates)
        for (person,) in tuple_rows(query)
        if person not in enrolments
    }
    found = []
    for person in everybody({*then, *unlisted}):
        row = then.get(person["id"], {"org_name": person["org_name"] or "", "group_name": None})
        found.append({**person, "org_name": row["org_name"], "group_name": row["group_name"] or ""})
    return sorted(found, key=lambda row: (row["group_name"], row["name"], row["id"]))


@service("training.counters")
def counters(ws: Workspace, job: Job, *, year: str = "") -> dict[str, Any]:
    """The year's counters: {year, figures: [{measure, title, value, unit, blanks, people: [{id, title, value, date}],
    scopes}], programmes, sessions, enrolments, people, passed, certificates}. `people` were enrolled in the year's
    classes, `passed` hold a certificate of one; each once, however often they came.

    The figures are those of the policies' measures: distinct people, by the first completion in the year. `scopes` are
    the targets that ask for the figure, [{scope, title, target, target_text, ours_text, clause, progress}]: another's
    figure stands beside ours as what ours is a share of, never as a gap. Without a `year` it is this one, or the latest
    before it with a class, a session or a certificate. Raises Usage("policy.period_invalid").
    """
    own = own_organisation(ws)
    with ws.store.read():
        when = Period.parse(year or _latest_year())
    with ws.store.read():
        computed = measure_queries.compute(
            set(COUNTED), subject_kind="organisation", subject_id=str(own["id"]), period=when, today=today()
        )
        within = (str(when.starts_on)[:4], str(when.ends_on)[:4])
        counts = {
            "programmes": _count(Programme, "starts_on", within),
            "sessions": _count(Session, "happened_on", within),
            "certificates": _count(Certificate, "issued_on", within),
        }
        started = [row[0] for row in tuple_rows(_within(Programme, "starts_on", within))]
        enrolled = Enrolment.select().where(Enrolment.programme.in_(started))
        counts["enrolments"] = enrolled.count()
        counts["people"] = enrolled.select(Enrolment.person).distinct().count()
        living = Certificate.select(Certificate.person).where(
            Certificate.programme.in_(started), Certificate.state != "void"
        )
        counts["passed"] = living.distinct().count()
    asked = targets(ws, job, year=when.text)
    figures = []
    for name in COUNTED:
        figure, measure = computed[name], MEASURES[name]
        figures.append(
            {
                "measure": name,
                "title": measure.title(),
                "value": figure.value,
                "unit": measure.unit,
                "blanks": figure.blanks,
                "people": [
                    {"id": row.id, "title": row.title, "value": row.value, "date": row.date} for row in figure.rows
                ],
                "scopes": [
                    {
                        key: target[key]
                        for key in ("scope", "title", "target", "target_text", "ours_text", "clause", "progress", "by")
                    }
                    for target in asked
                    if [one["name"] for one in target["figures"]] == [name]
                ],
            }
        )
    return {"year": when.text, "figures": figures, **counts}


def _latest_year() -> str:
    this = str(today().year)
    dates = ((Programme, Programme.starts_on), (Session, Session.happened_on), (Certificate, Certificate.issued_on))
    before = (model.select(fn.MAX(column)).where(column < str(int(this) + 1)).scalar() for model, column in dates)
    return max((day[:4] for day in before if day), default=this)


def _within(model: Any, name: str, years: tuple[str, str]) -> Any:
    """Rows whose date, at whatever precision, lies in these years."""
    column = model._meta.fields[name]
    return model.select(model.id).where(column >= years[0], column < str(int(years[1]) + 1))


def _count(model: Any, name: str, years: tuple[str, str]) -> int:
    return int(_within(model, name, years).count())
