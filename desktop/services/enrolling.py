"""Enrolling a list of people in a class: each is looked for among all on record, and a trial says what would be."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db.fields import FieldInfo
from db.models import Enrolment, Organisation, Person
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.values import compare_name
from db.writes import Write
from desktop.services.registry import Job, service
from desktop.services.roster import NEW, SKIP, Roster, columns_of, everybody, from_number, question, read_roster
from desktop.services.training import same_year
from desktop.services.workspace import Workspace
from policy.errors import Refused
from policy.i18n import clauses, labelled, listed, mark, tr
from policy.masking import mask as masked

_OF_PERSON = (
    "name", "id_kind", "id_no", "gender", "birth", "phone", "email", "department", "education", "degree", "title",
)  # fmt: skip
_OF_ENROLMENT = (
    "org_name", "org_category", "recommended_by", "applied_on", "admitted", "group_name", "papers", "invoice_title",
    "invoice_tax_no", "invoice_amount", "consent_on",
)  # fmt: skip
Rows = Sequence[tuple[int, dict[str, Any]]]


class _Trial(Exception):  # noqa: N818 - no error
    """Ends the transaction of a trial: what was written is taken back."""


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
    looked_at: str = "",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Enrol the people of a workbook, of rows pasted as `text`, or of `rows` typed by field name.

    A person is known by the ID number, else by name, organisation and phone; where only the name fits, it is `asked`:
    [{row, name, org_name, candidates: [{id, title}], likely}], and `choices` (row → id of the person, "new" or "skip")
    answer; `likely` is the one whose phone or organisation fits, too. A trial also asks, with "new" as likely, where
    only the phone fits. Gives {rows, people, enrolled, new_people, updated, unchanged, asked, rejected, warnings,
    notices, columns, unknown, list, changes}, where `people` say what became of each row: [{row, name, org_name,
    number, outcome, note}], outcome one of new, known, enrolled (was on the list), asked, skipped and refused. Rows in
    doubt wait, the others go in; a `dry_run` keeps nothing. A blank cell never erases. `list` names what was read:
    with it given back as `looked_at`, another list is not taken in.

    Raises Refused("training.list_changed" | "ledger.…").
    """
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
    found = read_roster(
        ws, job, enrolment_columns(), remembered="enrolment", file=file, text=text, rows=rows or (), sheet=sheet,
        mapping=mapping, trial=dry_run,
    )  # fmt: skip
    digest = hashlib.sha256(repr(found.rows).encode()).hexdigest()
    if looked_at not in ("", digest):  # the answers are of rows that may be other people's by now
        raise Refused("training.list_changed")
    list_of = _EnrolmentList(course, found.warnings, found.rejected, choices or {})
    with ws.store.read():
        list_of.load(found.rows)
    changes: dict[str, Any] = {}
    try:
        with ws.store.write(mark("报名"), "typed") as write:
            for done, (number, values) in enumerate(found.rows):
                job.check()
                job.progress(done, len(found.rows))
                list_of.take(write, number, values)
            if dry_run:
                raise _Trial
        changes = write.changes.as_dict()
    except _Trial:
        pass
    return {
        **found.answer(),
        "people": list_of.people,
        "enrolled": list_of.enrolled,
        "new_people": list_of.new_people,
        "updated": list_of.updated,
        "unchanged": list_of.unchanged,
        "asked": [*list_of.asked, *(list_of.offered if dry_run else ())],
        "list": digest,
        "dry_run": dry_run,
        "changes": changes,
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
        self.asked: list[dict[str, Any]] = []  # wait for an answer
        self.offered: list[dict[str, Any]] = []  # go in as new people, unless a trial's reader says otherwise
        self.people: list[dict[str, Any]] = []
        self._seen: dict[str, int] = {}

    def load(self, rows: Rows) -> None:
        """Everybody on record, and who is enrolled where; the caller holds the lock."""
        self.roster = Roster(everybody())
        self._people = {row["id"]: row for row in self.roster.people}
        self._before = frozenset(self._people)
        self._phones = Counter(str(values["phone"]) for _, values in rows if values.get("phone"))
        self._enrolments = {
            row["person"]: row for row in dict_rows(Enrolment.select().where(Enrolment.programme == self.course["id"]))
        }
        self._others = same_year(self.course)
        self._orgs: dict[str, list[str]] = {}
        for record, key in tuple_rows(Organisation.select(Organisation.id, Organisation.name_key)):
            self._orgs.setdefault(key, []).append(record)

    def take(self, write: Write, number: int, values: dict[str, Any]) -> None:
        """Enrol who a row names."""
        sure, alike, how = self._match(values)
        answer = self.choices.get(str(number), "")
        if answer == SKIP:
            self._became(number, values, "skipped")
            return
        if answer and answer != NEW:
            sure, how = records.resolve("person", answer), tr("按选择")
        elif answer == NEW:
            sure = ""
        elif not sure and alike:
            fitting = self.roster.fitting(values, alike)
            likely = fitting[0] if len(fitting) == 1 else ""
            self._ask(number, values, alike, likely)
            self._became(number, values, "asked", listed(one["title"] for one in self.roster.told(alike)))
            return
        if sure in self._seen:
            params = {"row": self._seen[sure]}
            twice = tr("与第 {row} 行是同一个人", **params)
            self.rejected.append(_finding(number, values, "training.row_twice", twice))
            self._became(number, values, "refused", twice)
            return
        if not sure and not answer:
            self._doubt_phone(number, values)
        outcome = "enrolled" if sure in self._enrolments else "known" if sure else "new"
        who = labelled(how, self.roster.told([sure])[0]["title"]) if sure else ""
        org = self._orgs.get(compare_name(str(values.get("org_name") or "")), [])
        person, filled = self._person(write, sure, values, org[0] if len(org) == 1 else None)
        self._seen[person] = number
        changed = self._enrol(write, person, values, org[0] if len(org) == 1 else None)
        labels = _labels("person", filled if sure else ()) + _labels("enrolment", changed)
        self._became(number, values, outcome, who, labelled(tr("填入"), listed(labels)) if labels else "")
        self._warn(number, person, values)

    def _ask(self, number: int, values: dict[str, Any], alike: Sequence[str], likely: str) -> None:
        found = {**question(number, values, self.roster, alike), "likely": likely}
        (self.offered if likely == NEW else self.asked).append(found)

    def _doubt_phone(self, number: int, values: dict[str, Any]) -> None:
        """Somebody on record of another name may be meant where the phone is theirs and of no other row."""
        if self._phones[str(values.get("phone"))] == 1:
            alike = [record for record in self.roster.same_phone(values) if record in self._before]
            if alike:
                titles = listed(one["title"] for one in self.roster.told(alike))
                self._tell(number, values, tr("手机与{titles}相同，请核对是不是同一个人", titles=titles))
                self._ask(number, values, alike, NEW)

    def _match(self, values: dict[str, Any]) -> tuple[str, list[str], str]:
        """As everywhere, and by what; but a list given twice finds its own people of this class again, by name and
        organisation."""
        sure, alike = self.roster.match(values)
        if sure:
            same = values.get("id_no") and self._people[sure].get("id_no") == values["id_no"]
            return sure, [], tr("证件号码相同") if same else tr("姓名、单位和手机相同")
        if not values.get("id_no") and not values.get("phone"):
            org = compare_name(str(values.get("org_name") or ""))
            here = [
                record
                for record in alike
                if record in self._enrolments and compare_name(self._enrolments[record]["org_name"] or "") == org
            ]
            if len(here) == 1:
                return here[0], [], tr("本班名单上姓名和单位相同")
        return "", alike, ""

    def _person(self, write: Write, record: str, values: dict[str, Any], org: str | None) -> tuple[str, Iterable[str]]:
        """The person's id, and the fields that were filled in."""
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
        return record, told

    def _enrol(self, write: Write, person: str, values: dict[str, Any], org: str | None) -> Iterable[str]:
        """Answers which fields of an enrolment that was there differ now."""
        told = {name: values[name] for name in _OF_ENROLMENT if values.get(name) is not None}
        if org is not None:
            told["org"] = org
        known = self._enrolments.get(person)
        if known is None:
            named = self._people[person].get("org_name") or tr("未填")
            write.insert(Enrolment, {"org_name": named, **told, "programme": self.course["id"], "person": person})
            self.enrolled += 1
            return ()
        if write.update(Enrolment, known["id"], told):
            self.updated += 1
        else:
            self.unchanged += 1
        return [name for name, value in told.items() if known.get(name) != value]

    def _warn(self, number: int, person: str, values: dict[str, Any]) -> None:
        others = self._others.get(person)
        if others:
            self._tell(number, values, tr("今年还报了{others}；年度人数按人计一次", others=listed(others)))
        category, own = values.get("org_category"), self._people[person].get("org_category")
        if category and own and category != own:
            labels = {choice.code: choice.shown for choice in kind_info("person").field("org_category").choices}
            said = tr("人员档案中的单位性质是{own}，计数以人员档案为准", own=labels.get(own, own))
            self._tell(number, values, said)

    def _became(self, number: int, values: Mapping[str, Any], outcome: str, *notes: str) -> None:
        self.people.append(
            {
                "row": number,
                "name": values.get("name") or "",
                "org_name": values.get("org_name") or "",
                "number": _number(values),
                "outcome": outcome,
                "note": clauses(note for note in notes if note),
            }
        )

    def _tell(self, number: int, values: Mapping[str, Any], reason: str) -> None:
        self.warnings.append(_finding(number, values, "", reason))


def _number(values: Mapping[str, Any]) -> str:
    """What tells a row from others of its name, masked."""
    for name, kind in (("id_no", "id"), ("phone", "phone")):
        if values.get(name):
            return masked(kind, str(values[name]))
    return ""


def _labels(kind: str, names: Iterable[str]) -> list[str]:
    return [kind_info(kind).field(name).shown for name in names]


def _finding(number: int, values: Mapping[str, Any], code: str, reason: str) -> dict[str, Any]:
    return {"row": number, "column": "", "value": str(values.get("name") or ""), "code": code, "reason": reason}
