"""The torch record: a firm's 26 items of a year in the official order, its quarters, and all of a carrier at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.models import FirmQuarter, FirmYear, NotApplicable
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from desktop.services.figurechecks import QUARTER, YEAR, About, area_finding, declared, findings
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.torchyear import DERIVED, FirmFacts, carrier_areas, facts, members
from desktop.services.workspace import Workspace
from policy.errors import Refused, Usage
from policy.i18n import language, mark

Row = dict[str, Any]
_QUARTERS = ("q1", "q2", "q3", "q4")
_FROZEN = ("firm",)  # kinds whose items are taken from the profile kept when the year was reported


@dataclass(frozen=True, slots=True)
class When:
    """A year, or a quarter of it with what its figures count from (`basis`)."""

    year: int
    quarter: str = ""
    basis: str = "cumulative"

    @property
    def kind(self) -> str:
        return QUARTER if self.quarter else YEAR

    @property
    def model(self) -> type[FirmYear] | type[FirmQuarter]:
        return FirmQuarter if self.quarter else FirmYear

    @property
    def key(self) -> Row:
        return {"year": self.year, **({"quarter": self.quarter, "basis": self.basis} if self.quarter else {})}

    def before(self) -> When:
        """The same a year earlier."""
        return When(self.year - 1, self.quarter, self.basis)

    def quarter_before(self) -> When | None:
        place = _QUARTERS.index(self.quarter) if self.quarter else 0
        return When(self.year, _QUARTERS[place - 1], self.basis) if place else None


def rows_of(firms: Sequence[str], when: When) -> dict[str, Row]:
    """The records of the firms for a period by firm; of two for one firm the one changed last."""
    model = when.model
    query = model.select().where(model.firm.in_(list(firms)))
    for name, value in when.key.items():
        query = query.where(model._meta.fields[name] == value)
    return {row["firm"]: row for row in dict_rows(query.order_by(model.updated_at, model.id))}


@dataclass(slots=True)
class Standing:
    """A firm in the period: its row, what is known beside it, what is asked, what is missing (KIND.FIELD)."""

    row: Row
    about: About
    findings: list[Row]
    missing: list[str]


def standings(firms: Sequence[str], when: When, known: Mapping[str, FirmFacts]) -> dict[str, Standing]:
    """How the firms stand, in a fixed number of queries; the caller holds the store's lock."""
    now, last = rows_of(firms, when), rows_of(firms, when.before())
    earlier_when = when.quarter_before()
    earlier = rows_of(firms, earlier_when) if earlier_when else {}
    years = rows_of(firms, When(when.year)) if when.quarter else {}
    ids = [row["id"] for row in now.values()]
    query = NotApplicable.select().where(NotApplicable.kind == when.kind, NotApplicable.record.in_(ids))
    excused = {(row["record"], row["field"]) for row in dict_rows(query)}
    found = {}
    for firm in firms:
        row, one = now.get(firm, {}), known[firm]
        derived = {} if when.quarter else one.derived
        about = About(when.kind, last.get(firm), earlier.get(firm), years.get(firm), derived, one.stay, one.firm)
        left_out = {name for record, name in excused if record == row.get("id")}
        missing = [key for key in _asked(when) if _is_missing(key, row, one, when, left_out)]
        found[firm] = Standing(row, about, findings(row, about) if row else [], missing)
    return found


def item_keys(when: When) -> list[str]:
    """All cells of the form as KIND.FIELD, in the official order."""
    if when.quarter:
        return [f"{QUARTER}.{name}" for name in declared()["quarter"]["fields"]]
    return [key for item in declared()["item"] for key in item["fields"]]


def _asked(when: When) -> list[str]:
    """The cells that must be filled: what a form of the year requires, every figure of a quarter."""
    keys = item_keys(when)
    if when.quarter:
        return keys
    return [key for key in keys if key == "founder.gender" or _declared(key).required == "F" or key == "firm.name"]


def _declared(key: str) -> Any:
    kind, name = key.split(".")
    return kind_info({"founder": "person"}.get(kind, kind)).field(name)


def _is_missing(key: str, row: Row, one: FirmFacts, when: When, left_out: set[str]) -> bool:
    kind, name = key.split(".")
    if (kind, name) in one.excused or (kind == when.kind and name in left_out):
        return False
    return value_of(key, row, one) in (None, "", [])


def value_of(key: str, row: Mapping[str, Any], one: FirmFacts) -> Any:
    """The value of a cell as stored: typed, else from the records; a reported year keeps the firm as it then was."""
    kind, name = key.split(".")
    if kind in (YEAR, QUARTER):
        typed = row.get(name)
        return one.derived.get(name) if typed is None and kind == YEAR else typed
    profile = row.get("profile")
    if kind in _FROZEN and isinstance(profile, dict) and name in profile:
        return profile[name]
    return {"firm": one.firm, "founder": one.founder, "tenancy": one.stay}[kind].get(name)


def resolve_when(year: int | str, quarter: str = "", basis: str = "cumulative") -> When:
    """A period as typed. Raises Usage("policy.period_invalid")."""
    text = str(year).strip()
    if not text.isdigit() or len(text) != 4 or (quarter and quarter not in _QUARTERS):
        raise Usage("policy.period_invalid", text=f"{text}{quarter.upper()}")
    return When(int(text), quarter, basis if basis == "quarter" else "cumulative")


@service("torch.sheet")
def sheet(ws: Workspace, job: Job, *, firm: str, year: int | str, quarter: str = "", basis: str = "cumulative") -> Row:
    """A firm's record of a year, or of a quarter, as the form shows it.

    {firm, name, year, quarter, basis, record, state, items: [{no, title, cells}], findings, missing, row, last}; a cell
    is {key, kind, field, typed, derived, basis, value, last, reported, differs, explanation}, all as stored; `typed`
    says that it is filled in here and not on the firm. A finding is {check, fields, text, explained}, `missing` are
    keys.
    """
    when = resolve_when(year, quarter, basis)
    with ws.store.read():
        record = records.resolve("firm", firm)
        one = facts([record], when.year)[record]
        stood = standings([record], when, {record: one})[record]
        name = records.title("firm", record)
    row, last = stood.row, stood.about.last or {}
    items = declared()["item"] if not when.quarter else _quarter_items()
    return {
        "firm": record,
        "name": name,
        "year": when.year,
        "quarter": when.quarter,
        "basis": when.basis,
        "record": row.get("id") or "",
        "state": row.get("state") or "",
        "items": [
            {
                "no": item["no"],
                "title": item["title_en"] if language() == "en" else item["title"],
                "cells": [_cell(key, row, last, one) for key in item["fields"]],
            }
            for item in items
        ],
        "findings": stood.findings,
        "missing": stood.missing,
        "row": row,
        "last": last,
    }


def _quarter_items() -> list[Row]:
    fields = [kind_info(QUARTER).field(name) for name in declared()["quarter"]["fields"]]
    return [
        {"no": place, "title": one.label, "title_en": one.label_en, "fields": [f"{QUARTER}.{one.name}"]}
        for place, one in enumerate(fields, 1)
    ]


def _cell(key: str, row: Row, last: Mapping[str, Any], one: FirmFacts) -> Row:
    kind, name = key.split(".")
    own = kind in (YEAR, QUARTER)
    reported = row.get("reported") if isinstance(row.get("reported"), dict) else None
    return {
        "key": key,
        "kind": {"founder": "person"}.get(kind, kind),
        "field": name,
        "typed": own,
        "derived": one.derived.get(name) if kind == YEAR else None,
        "basis": one.basis.get(name, "") if kind == YEAR else "",
        "value": row.get(name) if own else value_of(key, row, one),
        "last": last.get(name) if own else None,
        "reported": reported.get(name) if own and reported is not None else None,
        "differs": own and reported is not None and reported.get(name) != row.get(name),
        "explanation": (row.get("explanation") or {}).get(name, "") if own else "",
    }


@service("torch.save", in_turn=True)
def save(
    ws: Workspace,
    job: Job,
    *,
    firm: str,
    year: int | str,
    values: Mapping[str, Any],
    explanations: Mapping[str, str] | None = None,
    quarter: str = "",
    basis: str = "cumulative",
) -> Row:
    """Keep figures as typed, and words on them: {id, state, warnings, changes}; the record is made where there is none.

    A blank clears a figure; one that follows from the records then follows them again. What was reported stays as it
    was: after it a change makes the state 上报后更正. Raises Refused("torch.not_an_item").
    """
    when = resolve_when(year, quarter, basis)
    may = {key.split(".")[1] for key in item_keys(when) if key.split(".")[0] == when.kind}
    for name in (*values, *(explanations or ())):
        if name not in may:
            raise Refused("torch.not_an_item", name=name[:40])
    stored, warnings = typed_values(ws, kind_info(when.kind), dict(values))
    with ws.store.write(mark("填报数据"), "typed") as write:
        record = records.resolve("firm", firm)
        row = rows_of([record], when).get(record)
        if row is None:
            key = write.insert(when.model, {"firm": record, **when.key})
            row = records.get(when.kind, key)
        if explanations is not None and not when.quarter:
            kept = {**(row["explanation"] or {}), **{name: text.strip() for name, text in explanations.items()}}
            stored["explanation"] = {name: text for name, text in kept.items() if text} or None
        write.update(when.model, row["id"], stored)
        state = records.get(when.kind, row["id"])["state"]
    return {"id": row["id"], "state": state, "warnings": warnings, "changes": write.changes.as_dict()}


@service("torch.state", in_turn=True)
def set_state(
    ws: Workspace,
    job: Job,
    *,
    state: str,
    year: int | str,
    firms: list[str],
    quarter: str = "",
    basis: str = "cumulative",
) -> Row:
    """Put the records of firms into a state: {changed, without: names of firms without a record, changes}.

    From 已核对 on, what follows from the records is written into the yearly record, so that a later change of a stay or
    certificate does not rewrite the year; 已上报 keeps the figures for good. Raises Usage("torch.not_a_state").
    """
    when = resolve_when(year, quarter, basis)
    if state not in {choice.code for choice in kind_info(when.kind).field("state").choices}:
        raise Usage("torch.not_a_state", text=state[:40])
    changed, without = 0, []
    with ws.store.write(mark("更改填报状态"), "typed") as write:
        ids = [records.resolve("firm", firm) for firm in firms]
        known = facts(ids, when.year)
        found = rows_of(ids, when)
        for firm in ids:
            row = found.get(firm)
            if row is None:
                without.append(records.title("firm", firm))
                continue
            values: Row = {"state": state}
            if not when.quarter and state in ("confirmed", "reported") and not row.get("reported"):
                derived = known[firm].derived
                values |= {name: derived[name] for name in DERIVED if row[name] is None and name in derived}
            changed += write.update(when.model, row["id"], values)
    return {"changed": changed, "without": without, "changes": write.changes.as_dict()}


@service("torch.overview")
def overview(
    ws: Workspace, job: Job, *, carrier: str, year: int | str, quarter: str = "", basis: str = "cumulative"
) -> Row:
    """All firms of a carrier's record: {carrier, name, year, quarter, rows, counts, teams, findings}.

    Rows are {id, name, record, state, missing, doubts, open, graduated, last, texts}: `id` is the firm's, `missing` and
    `doubts` are numbers, `open` the doubts without an explanation, `last` whether there is a record of the year before,
    `texts` what is asked. `findings` concern the carrier.
    """
    when = resolve_when(year, quarter, basis)
    with ws.store.read():
        place = records.resolve("carrier", carrier)
        who = members(place, when.year)
        known = facts(who.all, when.year)
        stood = standings(who.all, when, known)
        names = records.titles("firm", who.all)
        title = records.title("carrier", place)
        areas = carrier_areas(place, when.year, (known[firm] for firm in who.inside))
    rows = [
        {
            "id": firm,
            "name": names.get(firm, ""),
            "record": one.row.get("id") or "",
            "state": one.row.get("state") or "",
            "missing": len(one.missing),
            "lacks": [_declared(key).shown for key in one.missing],
            "doubts": len(one.findings),
            "open": sum(not finding["explained"] for finding in one.findings),
            "texts": [finding["text"] for finding in one.findings],
            "graduated": firm in who.graduated,
            "last": one.about.last is not None,
        }
        for firm, one in stood.items()
    ]
    rows.sort(key=lambda row: row["name"])
    told = area_finding(*areas) if not when.quarter else None
    states = [row["state"] for row in rows]
    return {
        "carrier": place,
        "name": title,
        "year": when.year,
        "quarter": when.quarter,
        "rows": rows,
        "counts": {state: states.count(state) for state in ("", "draft", "confirmed", "reported", "corrected")},
        "teams": who.teams,
        "findings": [told] if told else [],
    }


@service("figures.check")
def check(
    ws: Workspace, job: Job, *, year: int | str, firm: str = "", carrier: str = "", quarter: str = ""
) -> list[Row]:
    """What to ask about the figures of a firm, or of all of a carrier: [{firm, name, check, fields, text, explained}].

    Raises Refused("figures.one_subject") unless exactly one of the two is named.
    """
    if bool(firm) == bool(carrier):
        raise Refused("figures.one_subject")
    when = resolve_when(year, quarter)
    with ws.store.read():
        place = records.resolve("carrier", carrier) if carrier else ""
        who = members(place, when.year) if place else None
        ids = who.all if who else [records.resolve("firm", firm)]
        known = facts(ids, when.year)
        stood = standings(ids, when, known)
        names = records.titles("firm", ids)
        told = area_finding(*carrier_areas(place, when.year, (known[one] for one in who.inside))) if who else None
        title = records.title("carrier", place) if place else ""
    found = [
        {"firm": one, "name": names.get(one, ""), **finding}
        for one in sorted(ids, key=lambda one: names.get(one, ""))
        for finding in stood[one].findings
    ]
    return found if told is None or quarter else [*found, {"firm": "", "name": title, **told}]
