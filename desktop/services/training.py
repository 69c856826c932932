"""Training classes: who enrols (once as a person, however often), who is admitted, and what the year counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from peewee import fn

from db.fields import FieldInfo
from db.models import Attendance, Certificate, Enrolment, Organisation, Person, Programme, Session
from db.queries import measures as measure_queries
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.values import compare_name
from db.writes import Write
from desktop.services.registry import Job, service
from desktop.services.roster import NEW, SKIP, Roster, columns_of, everybody, from_number, question, read_roster
from desktop.services.targets import targets
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, today
from policy.errors import Refused
from policy.i18n import listed, mark, tr
from policy.masking import mask
from policy.measures import MEASURES

COUNTED = ("brokers_trained", "engineers_trained", "entrepreneurs_trained", "incubator_staff_trained")
_OF_PERSON = (
    "name", "id_kind", "id_no", "gender", "birth", "phone", "email", "department", "education", "degree", "title",
)  # fmt: skip
_OF_ENROLMENT = (
    "org_name", "org_category", "recommended_by", "applied_on", "admitted", "group_name", "papers", "invoice_title",
    "invoice_tax_no", "invoice_amount", "consent_on",
)  # fmt: skip
_ON_THE_LIST = ("pending", "admitted", "waiting")  # not those refused or withdrawn


@service("training.enrol", in_turn=True)
def enrol(
    ws: Workspace,
    job: Job,
    *,
    programme: str,
    file: str = "",
    text: str = "",
    rows: list[dict[str, str]] | None = None,
    sheet: str | None = None,
    mapping: dict[str, str] | None = None,
    choices: dict[str, str] | None = None,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Enrol the people of a workbook, of rows pasted as `text`, or of `rows` typed by field name.

    A person is known by the ID number, else by name, organisation and phone; where only the name fits, it is `asked`:
    [{row, name, org_name, candidates: [{id, title}]}], and `choices` (row → id of the person, "new" or "skip") answer.
    Gives {rows, enrolled, new_people, updated, unchanged, asked, rejected, warnings, notices, columns, unknown,
    changes}; rows in doubt wait, the others go in. A blank cell never erases.
    """
    fields = enrolment_columns()
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
    found = read_roster(
        ws, job, fields, remembered="enrolment", file=file, text=text, rows=rows or (), sheet=sheet, mapping=mapping
    )
    list_of = _EnrolmentList(course, found.warnings, found.rejected, choices or {})
    with ws.store.read():
        list_of.load()
        waiting = [] if not dry_run else list_of.doubts(found.rows)
    if dry_run:
        return {**found.answer(), "asked": waiting, "dry_run": True, "changes": {}}
    with ws.store.write(mark("报名"), "typed") as write:
        for done, (number, values) in enumerate(found.rows):
            job.check()
            job.progress(done, len(found.rows))
            list_of.take(write, number, values)
    return {
        **found.answer(),
        "enrolled": list_of.enrolled,
        "new_people": list_of.new_people,
        "updated": list_of.updated,
        "unchanged": list_of.unchanged,
        "asked": list_of.asked,
        "dry_run": False,
        "changes": write.changes.as_dict(),
    }


def enrolment_columns() -> list[FieldInfo]:
    """What a list of people who enrol may hold."""
    return columns_of("person", _OF_PERSON, needed=("name",)) + columns_of("enrolment", _OF_ENROLMENT)


class _EnrolmentList:
    """Takes rows into one programme."""

    def __init__(
        self, course: dict[str, Any], warnings: list[dict[str, Any]], rejected: list[dict[str, Any]], choices: Any
    ) -> None:
        self.course, self.warnings, self.rejected, self.choices = course, warnings, rejected, choices
        self.enrolled = self.new_people = self.updated = self.unchanged = 0
        self.asked: list[dict[str, Any]] = []
        self._seen: dict[str, int] = {}

    def load(self) -> None:
        """Everybody on record, and who is enrolled where; the caller holds the lock."""
        self.roster = Roster(everybody())
        self._people = {row["id"]: row for row in self.roster.people}
        self._enrolments = {
            row["person"]: row for row in dict_rows(Enrolment.select().where(Enrolment.programme == self.course["id"]))
        }
        self._others = same_year(self.course)
        self._orgs: dict[str, list[str]] = {}
        for record, key in tuple_rows(Organisation.select(Organisation.id, Organisation.name_key)):
            self._orgs.setdefault(key, []).append(record)

    def doubts(self, rows: Iterable[tuple[int, dict[str, Any]]]) -> list[dict[str, Any]]:
        """Which rows will be asked about."""
        return [
            question(number, values, self.roster, alike)
            for number, values in rows
            for sure, alike in [self._match(values)]
            if not sure and alike and str(number) not in self.choices
        ]

    def take(self, write: Write, number: int, values: dict[str, Any]) -> None:
        """Enrol who a row names."""
        sure, alike = self._match(values)
        answer = self.choices.get(str(number), "")
        if answer == SKIP:
            return
        if answer and answer != NEW:
            sure = records.resolve("person", answer)
        elif answer == NEW:
            sure = ""
        elif not sure and alike:
            self.asked.append(question(number, values, self.roster, alike))
            return
        if sure in self._seen:
            params = {"row": self._seen[sure]}
            self._reject(number, values, "training.row_twice", tr("与第 {row} 行是同一个人", **params))
            return
        org = self._orgs.get(compare_name(str(values.get("org_name") or "")), [])
        person = self._person(write, sure, values, org[0] if len(org) == 1 else None)
        self._seen[person] = number
        self._enrol(write, person, values, org[0] if len(org) == 1 else None)
        self._warn(number, person, values)

    def _match(self, values: dict[str, Any]) -> tuple[str, list[str]]:
        """As everywhere; but a list given twice finds its own people of this class again, by name and organisation."""
        sure, alike = self.roster.match(values)
        if sure or values.get("id_no") or values.get("phone"):
            return sure, alike
        org = compare_name(str(values.get("org_name") or ""))
        here = [
            record
            for record in alike
            if record in self._enrolments and compare_name(self._enrolments[record]["org_name"]) == org
        ]
        return (here[0], []) if len(here) == 1 else ("", alike)

    def _person(self, write: Write, record: str, values: dict[str, Any], org: str | None) -> str:
        from_number(values)
        told = {name: values[name] for name in _OF_PERSON if values.get(name) is not None}
        for name, value in (("org", org), ("org_category", values.get("org_category"))):
            if value is not None:
                told[name] = value
        if not record:
            record = write.insert(Person, {**told, "consent_on": values.get("consent_on")})
            self.new_people += 1
            known: dict[str, Any] = {}
        else:
            known = self._people[record]
            # what is on record stays: a sheet completes a person, it does not overrule one
            fresh = {name: value for name, value in told.items() if known.get(name) in (None, "", [])}
            if fresh:
                write.update(Person, record, fresh)
            told = fresh
        row = {"id_no": None, "phone": None, **known, **told, "id": record}
        row["org_name"] = known.get("org_name") or values.get("org_name")
        row["once_of"] = [*known.get("once_of", ()), *([values["org_name"]] if values.get("org_name") else [])]
        self._people[record] = row
        self.roster.learn(row)
        return record

    def _enrol(self, write: Write, person: str, values: dict[str, Any], org: str | None) -> None:
        told = {name: values[name] for name in _OF_ENROLMENT if values.get(name) is not None}
        if org is not None:
            told["org"] = org
        known = self._enrolments.get(person)
        if known is None:
            named = self._people[person].get("org_name") or tr("未填")
            write.insert(Enrolment, {"org_name": named, **told, "programme": self.course["id"], "person": person})
            self.enrolled += 1
        elif write.update(Enrolment, known["id"], told):
            self.updated += 1
        else:
            self.unchanged += 1

    def _warn(self, number: int, person: str, values: dict[str, Any]) -> None:
        others = self._others.get(person)
        if others:
            self._tell(number, values, tr("今年还报了{others}；年度人数按人计一次", others=listed(others)))
        category, own = values.get("org_category"), self._people[person].get("org_category")
        if category and own and category != own:
            labels = {choice.code: choice.shown for choice in kind_info("person").field("org_category").choices}
            said = tr("人员档案中的单位性质是{own}，计数以人员档案为准", own=labels.get(own, own))
            self._tell(number, values, said)

    def _tell(self, number: int, values: Mapping[str, Any], reason: str) -> None:
        self.warnings.append(_finding(number, values, "", reason))

    def _reject(self, number: int, values: Mapping[str, Any], code: str, reason: str) -> None:
        self.rejected.append(_finding(number, values, code, reason))


def _finding(number: int, values: Mapping[str, Any], code: str, reason: str) -> dict[str, Any]:
    return {"row": number, "column": "", "value": str(values.get("name") or ""), "code": code, "reason": reason}


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
