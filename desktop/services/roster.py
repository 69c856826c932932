"""Sheets that name people: read by their headings, and matched with who is meant, or asked where nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from peewee import JOIN

from db import ledger
from db.fields import FieldInfo
from db.ledger_file import Book, SheetInfo, read_sheet
from db.ledger_header import map_headers
from db.models import Enrolment, Organisation, Person
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.values import compare_name
from desktop.messages import sentence
from desktop.services.ledgersheet import opened_book, shown_finding
from desktop.services.registry import Job
from desktop.services.workspace import Workspace
from policy.errors import Refused
from policy.i18n import listed, spaced, tr
from policy.identifiers import check_citizen_id
from policy.masking import mask

WHO = ("name", "id_no", "phone")  # by which people are known in every sheet
SKIP, NEW = "skip", "new"  # answers to “who is it?” beside the id of a person


@dataclass(slots=True)
class Sheet:
    """What was read: `rows` as (number in the sheet, stored values), findings as an import tells them."""

    rows: list[tuple[int, dict[str, Any]]]
    columns: list[dict[str, str]]
    unknown: list[str]
    rejected: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    notices: list[str]

    def answer(self) -> dict[str, Any]:
        """The part of a service's answer that every sheet has."""
        return {
            "rows": len(self.rows) + len({item["row"] for item in self.rejected}),
            "columns": self.columns,
            "unknown": self.unknown,
            "rejected": self.rejected,
            "warnings": self.warnings,
            "notices": self.notices,
        }


def columns_of(kind: str, names: Iterable[str], *, needed: Sequence[str] = ()) -> list[FieldInfo]:
    """The declared fields of a kind as columns of a sheet; only `needed` ones must be there."""
    info = kind_info(kind)
    return [replace(info.field(name), required="S" if name in needed else "") for name in names]


def read_roster(
    ws: Workspace,
    job: Job,
    fields: Sequence[FieldInfo],
    *,
    remembered: str,
    file: str = "",
    text: str = "",
    rows: Sequence[Mapping[str, str]] = (),
    sheet: str | None = None,
    mapping: dict[str, str] | None = None,
    trial: bool = False,
) -> Sheet:
    """Read a workbook, rows pasted as `text`, or `rows` typed by field name.

    A `mapping` (heading → field, "" for none) is kept under the setting `mapping.REMEMBERED` for the next sheet of its
    sort, unless this is a `trial`. Raises Refused("ledger.missing_columns") and the file's own faults.
    """
    book = _typed(fields, rows) if rows else opened_book(file, text)
    key = f"mapping.{remembered}"
    known = {"", *(declared.name for declared in fields)}
    kept = ws.store.setting(key, {})
    chosen = {**(kept if isinstance(kept, dict) else {}), **(mapping or {})}
    chosen = {heading: name for heading, name in chosen.items() if name in known}
    try:
        table = read_sheet(book, sheet)
        headers = map_headers(table, fields, chosen)
        if headers.missing:
            labels = listed(declared.shown for declared in fields if declared.name in headers.missing)
            raise Refused("ledger.missing_columns", file=book.file, fields=labels)
        results = []
        for result in ledger.iter_rows(table, headers):
            job.check()
            results.append(result)
    finally:
        book.close()
    if mapping and not trial:
        ws.store.save_setting(key, chosen)
    masks = {column.header: column.field.masked for column in headers.columns}
    by_name = {declared.name: declared for declared in fields}
    return Sheet(
        rows=[(result.row_number, result.values) for result in results if not result.rejects],
        columns=[
            {"header": column.header, "field": column.field.name, "label": by_name[column.field.name].shown}
            for column in headers.columns
        ],
        unknown=list(headers.unknown),
        rejected=[shown_finding(reject, masks) for result in results for reject in result.rejects],
        warnings=[
            shown_finding(note, masks)
            for result in results
            if not result.rejects
            for note in result.warnings
            if not (note.field == "id_no" and result.values.get("id_kind") not in (None, "cid"))
        ],
        notices=[sentence(note.code, note.params) for note in (*book.notices, *headers.notices, *table.notices)],
    )


def headings_of(
    fields: Sequence[FieldInfo], *, file: str = "", text: str = "", sheet: str | None = None
) -> dict[str, Any]:
    """The headings of a sheet that were not enough, for choosing by hand what they mean: {headings, fields: [{name,
    label}]}; those of the first row with two cells or more."""
    book = opened_book(file, text)
    try:
        table = read_sheet(book, sheet)
    finally:
        book.close()
    written = ([str(cell).strip() for cell in row if str(cell or "").strip()] for row in table.rows)
    first = next((row for row in written if len(row) > 1), [])
    return {
        "headings": first,
        "fields": [{"name": declared.name, "label": declared.shown} for declared in fields],
    }


def _typed(fields: Sequence[FieldInfo], rows: Sequence[Mapping[str, str]]) -> Book:
    """What was typed in a form, as the sheet it would be."""
    by_name = {declared.name: declared for declared in fields}
    names = list(dict.fromkeys(name for row in rows for name in row if name in by_name))
    name = tr("键入的名单")
    lines = [[str(row.get(one) or "") for one in names] for row in rows]
    return Book(name, (SheetInfo(name),), rows=[[by_name[one].label for one in names], *lines])


@dataclass(slots=True)
class Roster:
    """People among whom the rows of a sheet are looked for: {id, name, id_no, phone, org_name, once_of}."""

    people: list[dict[str, Any]]
    _by_number: dict[str, str] = field(default_factory=dict)
    _by_phone: dict[str, list[str]] = field(default_factory=dict)
    _by_name: dict[str, list[str]] = field(default_factory=dict)
    _rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for person in self.people:
            self.learn(person)

    def learn(self, person: dict[str, Any]) -> None:
        """Take one more person in, or what has become known of one."""
        record = person["id"]
        self._rows[record] = person
        if person.get("id_no"):
            self._by_number[person["id_no"]] = record
        for index, key in ((self._by_phone, _phone(person)), (self._by_name, compare_name(person["name"]))):
            if key and record not in index.setdefault(key, []):
                index[key].append(record)

    def match(self, values: Mapping[str, Any]) -> tuple[str, list[str]]:
        """The person surely meant ("" for none), else those who may be: same number, else name, organisation, phone.

        Who bears another ID number than the row is somebody else, whatever the name.
        """
        number, phone = values.get("id_no"), _phone(values)
        if number and number in self._by_number:
            return self._by_number[number], []
        alike = [
            record
            for record in self._by_name.get(compare_name(str(values.get("name") or "")), [])
            if not (number and self._rows[record].get("id_no"))
        ]
        org = compare_name(str(values.get("org_name") or ""))
        sure = [
            record
            for record in alike
            if phone and _phone(self._rows[record]) == phone and org and org in _orgs(self._rows[record])
        ]
        return (sure[0], []) if len(sure) == 1 else ("", sure or alike)

    def enrolled(self, values: Mapping[str, Any]) -> tuple[str, list[str]]:
        """The same within a closed circle (a class), where a phone number or a name that only one bears is enough."""
        sure, alike = self.match(values)
        if sure:
            return sure, []
        by_phone = self._by_phone.get(_phone(values), [])
        if len(by_phone) == 1:
            return (by_phone[0], []) if by_phone[0] in alike else ("", by_phone)
        return (alike[0], []) if len(alike) == 1 else ("", alike)

    def same_phone(self, values: Mapping[str, Any]) -> list[str]:
        """Who bears the row's phone number, whatever the name, and no other ID number than the row."""
        bearers = self._by_phone.get(_phone(values), [])
        return [record for record in bearers if not (values.get("id_no") and self._rows[record].get("id_no"))]

    def fitting(self, values: Mapping[str, Any], records: Iterable[str]) -> list[str]:
        """Those of the row's name who have its phone, or its organisation and no other phone."""
        name, phone = compare_name(str(values.get("name") or "")), _phone(values)
        org = compare_name(str(values.get("org_name") or ""))
        found = []
        for record in records:
            row = self._rows[record]
            theirs = _phone(row)
            same = phone == theirs if phone and theirs else bool(org) and org in _orgs(row)
            if same and compare_name(row["name"]) == name:
                found.append(record)
        return found

    def told(self, records: Iterable[str]) -> list[dict[str, str]]:
        """What tells people of one name apart: [{id, title}], numbers masked."""
        return [{"id": record, "title": self._title(self._rows[record])} for record in records]

    def _title(self, row: Mapping[str, Any]) -> str:
        number = mask("id", str(row["id_no"])) if row.get("id_no") else ""
        phone = mask("phone", str(row["phone"])) if row.get("phone") else ""
        return spaced(str(row["name"]), row.get("org_name") or "", number or phone)


def _orgs(row: Mapping[str, Any]) -> set[str]:
    """The organisations a person is known under: that on record, and those of earlier enrolments."""
    names = (row.get("org_name"), *row.get("once_of", ()))
    return {compare_name(name) for name in names if name}


def _phone(row: Mapping[str, Any]) -> str:
    """A phone number for comparing: its digits, without the country's."""
    digits = "".join(char for char in str(row.get("phone") or "") if char.isdigit())
    return digits.removeprefix("0086") if len(digits) > 13 else digits[2:] if len(digits) == 13 else digits


def everybody(ids: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """People as a roster takes them, with what is needed to complete them; the caller holds the store's lock."""
    query = Person.select(Person, Organisation.name.alias("org_name")).join(
        Organisation, JOIN.LEFT_OUTER, on=(Person.org == Organisation.id)
    )
    then = Enrolment.select(Enrolment.person, Enrolment.org_name)
    if ids is not None:
        wanted = list(ids)
        query, then = query.where(Person.id.in_(wanted)), then.where(Enrolment.person.in_(wanted))
    once: dict[str, list[str]] = {}
    for person, name in tuple_rows(then.order_by(Enrolment.created_at)):
        once.setdefault(person, []).append(name)
    found = dict_rows(query.order_by(Person.name, Person.id))
    for row in found:
        row["once_of"] = once.get(row["id"], [])
        row["org_name"] = row["org_name"] or (row["once_of"] or [None])[-1]
    return found


def question(number: int, values: Mapping[str, Any], roster: Roster, alike: Iterable[str]) -> dict[str, Any]:
    """Who is meant by a row? {row, name, org_name, candidates: [{id, title}]}."""
    return {
        "row": number,
        "name": values.get("name") or "",
        "org_name": values.get("org_name") or "",
        "candidates": roster.told(alike),
    }


def from_number(values: dict[str, Any]) -> None:
    """What a citizen's number says of itself, where the sheet does not: its kind, month of birth and gender."""
    number = values.get("id_no")
    if number and values.get("id_kind") in (None, "cid") and check_citizen_id(number).ok:
        values["id_kind"] = "cid"
        values["birth"] = values.get("birth") or f"{number[6:10]}-{number[10:12]}"
        values["gender"] = values.get("gender") or ("m" if int(number[16]) % 2 else "f")
