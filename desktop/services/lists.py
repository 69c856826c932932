"""What lists and forms ask beside the records: conditions, what is missing, doubles, history by field, last visit."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from peewee import fn

from db.models import NotApplicable, Op, Operator, Organisation, Person
from db.queries import records
from db.queries.measures.contracts import unproven_contracts
from db.queries.measures.stays import graduated_in
from db.queries.rows import dict_rows, tuple_rows
from db.schema import KindInfo, editable_kind, kind_info
from db.values import compare_name
from db.writes import undoable
from desktop.services.classified import refuse_target
from desktop.services.matchexperts import working_people
from desktop.services.privacy import hidden
from desktop.services.records import full_rows, typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import today
from policy.errors import Refused
from policy.i18n import listed, mark, tr

_TESTS = frozenset({"is", "not", "has", "from", "to", "blank", "filled"})
_WITHOUT_VALUE = frozenset({"blank", "filled"})
_AS_WRITTEN = frozenset({"text", "note", "code", "date", "tags", "list"})  # compared as the text that was typed
# a field that is asked for only where another says so: (kind, field) -> (other field, its values)
_ASKED_WHEN: dict[tuple[str, str], tuple[str, frozenset[Any]]] = {
    ("tenancy", "graduated_on"): ("status", frozenset({"graduated"})),
    ("tenancy", "graduation_ground"): ("status", frozenset({"graduated"})),
    ("tenancy", "left_on"): ("status", frozenset({"left", "dissolved"})),
    ("tenancy", "exit_reason"): ("status", frozenset({"left", "dissolved"})),
    ("case", "outcome_reason"): ("outcome", frozenset({"lost", "paused", "terminated", "handed_over"})),
    ("case", "substantive_start"): ("outcome", frozenset({"won"})),
    ("contract", "registry_no"): ("registry_state", frozenset({"registered"})),
    ("contract", "registered_on"): ("registry_state", frozenset({"registered"})),
}
# a record is about one of these: without any of them the first is asked for
_ONE_OF: dict[str, tuple[str, ...]] = {
    "match": ("achievement", "person"),
    "honour": ("firm", "person", "case"),
    "event_person": ("person", "organisation"),
    "event_item": ("achievement", "need", "firm"),
    "distribution_line": ("person", "payee"),
}
# lists that no field says, by kind and name
_AMONG: dict[tuple[str, str], Callable[[], list[str]]] = {
    ("contract", "unproven"): unproven_contracts,
    ("person", "experts"): working_people,
    ("tenancy", "graduated-this-year"): lambda: graduated_in(today().year),
    ("tenancy", "graduated-last-year"): lambda: graduated_in(today().year - 1),
}
_SAID = frozenset({"bool", "list"})  # a box not ticked says no; a list of parts has its own place
_REGION = re.compile(r"^\(?重庆市?\)?|\(重庆市?\)|\(渝\)")
_FORM = re.compile(r"(股份有限公司|有限责任公司|有限公司|合伙企业|\((有限合伙|普通合伙|个人独资)\)|公司)$")
_ALIKE = 3  # characters that must be left of a name for another to be like it
_MANY = 20


@service("lists.ids")
def ids(
    ws: Workspace,
    job: Job,
    *,
    kind: str,
    text: str = "",
    where: dict[str, Any] | None = None,
    conditions: list[dict[str, str]] | None = None,
    order: str | None = None,
    descending: bool = False,
    archived: bool = False,
    among: str = "",
) -> list[str]:
    """The ids of a list by text, field values and conditions [{field, test, value as typed}]; tests are is, not, has,
    from, to, blank and filled. `among` "unproven" leaves the contracts that a year's count of them counts, archived
    or not; "experts" the people of whose work something is known; "graduated-this-year" and "graduated-last-year"
    the stays that graduated then, wherever they went since.

    Raises Refused("list.bad_condition" | "record.bad_value"): a masked number is never searched by its parts.
    """
    info = kind_info(kind)
    read = [_condition(ws, info, condition) for condition in conditions or ()]
    if among and (kind, among) not in _AMONG:
        raise Refused("list.bad_condition", field=among)
    with ws.store.read():
        return records.ids(
            kind,
            text=text,
            where=where,
            order=order,
            descending=descending,
            archived=archived or bool(among),
            conditions=read,
            among=_AMONG[kind, among]() if among else None,
        )


def _condition(ws: Workspace, info: KindInfo, condition: dict[str, str]) -> tuple[str, str, Any]:
    declared, test = info.field(condition["field"]), condition["test"]
    typed = str(condition.get("value") or "").strip()
    if test not in _TESTS or declared.masked or not (typed or test in _WITHOUT_VALUE):
        raise Refused("list.bad_condition", field=declared.shown)
    if test in _WITHOUT_VALUE:
        return declared.name, test, None
    if test == "has" or declared.type in _AS_WRITTEN:
        return declared.name, test, typed
    stored, _warnings = typed_values(ws, info, {declared.name: typed})
    return declared.name, test, stored[declared.name]


@service("lists.missing")
def missing(ws: Workspace, job: Job, *, kind: str, id: str) -> dict[str, Any]:
    """What a filing needs and the record lacks: {missing: [{field, label}], excused: [{field, label, reason}]}.

    A field that does not apply with a reason is excused; one that another field makes pointless, or that follows from
    other records, is not asked for.
    """
    info = kind_info(kind)
    with ws.store.read():
        record = records.resolve(kind, id)
        row = records.get(kind, record)
        reasons = {
            item["field"]: item["reason"]
            for item in dict_rows(
                NotApplicable.select().where(NotApplicable.kind == kind, NotApplicable.record == record)
            )
        }
    either = _ONE_OF.get(kind, ())
    about_none = bool(either) and all(row.get(name) in (None, "") for name in either)
    labels = [info.field(name).shown for name in either]
    lacking = [
        declared
        for declared in info.fields
        if declared.required == "F"
        and not declared.computed
        and declared.type not in _SAID
        and row.get(declared.name) in (None, "", [])
        and _asked(kind, declared.name, row)
    ]
    return {
        "missing": [
            *([{"field": either[0], "label": tr("{fields}之一", fields=listed(labels))}] if about_none else []),
            *({"field": one.name, "label": one.shown} for one in lacking if one.name not in reasons),
        ],
        "excused": [
            {"field": one.name, "label": one.shown, "reason": reasons[one.name]}
            for one in info.fields
            if one.name in reasons
        ],
    }


def _asked(kind: str, name: str, row: dict[str, Any]) -> bool:
    other, values = _ASKED_WHEN.get((kind, name), ("", frozenset()))
    return not other or row.get(other) in values


@service("lists.excuse", in_turn=True)
def excuse(ws: Workspace, job: Job, *, kind: str, id: str, field: str, reason: str) -> dict[str, Any]:
    """Say why a field does not apply to a record; a blank reason takes that back: {id, changes}.

    Raises Refused("list.not_missing") for a field that must be filled in, or is.
    """
    info, said = editable_kind(kind), reason.strip()
    declared = info.field(field)
    with ws.store.write(mark("不适用"), "typed") as write:
        record = records.resolve(kind, id)
        if said and (declared.required == "S" or records.get(kind, record).get(field) not in (None, "", [])):
            raise Refused("list.not_missing", field=declared.shown)
        if said:
            refuse_target(kind, record, NotApplicable)
        key = {"kind": kind, "record": record, "field": field}
        known = NotApplicable.get_or_none(**key)
        if known is not None and said:
            write.update(NotApplicable, known.id, {"reason": said})
        elif known is not None:
            write.delete(NotApplicable, known.id)
        elif said:
            write.insert(NotApplicable, {**key, "reason": said})
        if write.changes.op:  # whoever shows the record asks again what it lacks
            write.changes.add(kind, record)
    return {"id": record, "changes": write.changes.as_dict()}


@service("lists.doubles")
def doubles(ws: Workspace, job: Job, *, kind: str, values: dict[str, Any], id: str = "") -> list[dict[str, str]]:
    """Records that may be the same as what is being typed: [{id, title, why}], the surest first; why is code, name or
    alike. `id` is the record itself, which is no double."""
    info = kind_info(kind)
    found: dict[str, str] = {}
    with ws.store.read():
        for name in ("uscc", "no", "number", "id_no", "registry_no"):
            given = str(values.get(name) or "").strip()
            if given and any(declared.name == name for declared in info.fields):
                model = info.model_of(name)
                same = model.select(model.id).where(model._meta.fields[name] == given.upper()).limit(_MANY)
                for (record,) in tuple_rows(same):
                    found.setdefault(str(record), "code")
        title = str(values.get(info.kind.title) or values.get("name") or "").strip()
        if title:
            for record in _own(info, _named(info, title)):
                found.setdefault(record, "name")
            for record in _own(info, _alike(info, title)):
                found.setdefault(record, "alike")
        found.pop(id, None)
        titles = records.titles(kind, found)
    return [{"id": record, "title": titles[record], "why": why} for record, why in found.items() if titles.get(record)][
        :_MANY
    ]


def _named(info: KindInfo, title: str) -> list[str]:
    declared = info.field(info.kind.title)
    if declared.type == "ref":
        return []
    found = records.by_words(info.name, title)
    if found or declared.type != "text" or info.models[0] in (Organisation, Person):  # those are compared so already
        return found
    column: Any = info.model_of(declared.name)._meta.fields[declared.name]
    for written, plain in (("（", "("), ("）", ")"), (" ", "")):
        column, title = fn.REPLACE(column, written, plain), title.replace(written, plain)
    key = info.models[-1]._meta.primary_key
    return [str(row[0]) for row in tuple_rows(info.models[-1].select(key).where(column == title).limit(_MANY))]


def _alike(info: KindInfo, title: str) -> list[str]:
    """Names that are the same without the city, the legal form and brackets, or one of which is within the other."""
    lead = info.models[0]
    if lead not in (Organisation, Person) or lead is Person:
        return []
    core = _core(title)
    if len(core) < _ALIKE:
        return []
    keys = lead._meta.fields["name_key"]
    rows = tuple_rows(lead.select(lead.id, keys).where(keys.contains(core[:_ALIKE])))
    return [str(record) for record, key in rows if _core(str(key)) == core or core in str(key)]


def _core(name: str) -> str:
    return _FORM.sub("", _REGION.sub("", compare_name(name)))


def _own(info: KindInfo, found: list[str]) -> list[str]:
    """Those that are of the kind: what bears an organisation's name need not be a firm."""
    return [row["id"] for row in records.rows(info.name, found)]


@service("lists.history")
def history(ws: Workspace, job: Job, *, kind: str, id: str, field: str = "") -> list[dict[str, Any]]:
    """Who changed what and when, newest first, of the record or of one of its fields: [{op, at, operator, who, label,
    action, before, after, undone, undoable, fresh}].

    `fresh` is what somebody else did since this person's last visit. Numbers of persons are masked.
    """
    info = kind_info(kind)
    since = _since(ws)
    with ws.store.read():
        changes = records.history(kind, records.resolve(kind, id))
        ops = {change["op"] for change in changes}
        open_ops = {row[0] for row in tuple_rows(undoable().select(Op.id).where(Op.id.in_(sorted(ops))))}
        people = dict(tuple_rows(Operator.select(Operator.id, Operator.name)))
    own = ws.store.operator
    told = []
    for change in changes:
        hidden(info, [part for part in (change["before"], change["after"]) if part])
        if field and not any(field in (part or {}) for part in (change["before"], change["after"])):
            continue
        change["who"] = people.get(change["operator"], "")
        change["undoable"] = change["op"] in open_ops
        change["fresh"] = bool(since) and change["at"] > since and change["operator"] != own
        told.append(change)
    return told


@service("lists.visit", in_turn=True)
def visit(ws: Workspace, job: Job, *, begins: bool = False) -> dict[str, Any]:
    """When this person was here before: {operator, since: ms or 0 for never, filters}; `begins` starts a new visit.
    `filters` are the named ones that come with the workspace, by the place of their list.

    The last visit ended with the last thing the person did or looked at, not with the clock's midnight.
    """
    if begins:
        visits = dict(_visits(ws))
        own = ws.store.operator or ""
        with ws.store.read():
            last = Op.select(Op.at).where(Op.operator == own).order_by(Op.at.desc()).first()
        before = max(int(visits.get(own, {}).get("seen", 0)), last.at if last is not None else 0)
        visits[own] = {"since": before, "seen": time.time_ns() // 1_000_000}
        ws.store.save_setting("visits", visits)
    return {"operator": ws.store.operator, "since": _since(ws), "filters": ws.store.setting("filters", {})}


def _visits(ws: Workspace) -> dict[str, dict[str, int]]:
    kept = ws.store.setting("visits", {})
    return kept if isinstance(kept, dict) else {}


def _since(ws: Workspace) -> int:
    return int(_visits(ws).get(ws.store.operator or "", {}).get("since", 0))


@service("lists.side_by_side")
def side_by_side(ws: Workspace, job: Job, *, kind: str, id: str, into: str) -> dict[str, Any]:
    """Two records of a kind for a merge: {left, right: rows as shown, fields: [{field, differs}]}; what both leave
    blank is left out."""
    info = editable_kind(kind)
    with ws.store.read():
        both = [records.resolve(kind, id), records.resolve(kind, into)]
    left, right = hidden(info, full_rows(ws, kind, both))
    beside = {name for declared in info.fields for name in (declared.currency_field, declared.raw_field)}
    shown = [
        {"field": declared.name, "differs": left.get(declared.name) != right.get(declared.name)}
        for declared in info.fields
        if declared.name not in beside | {"id"}
        and any(row.get(declared.name) not in (None, "", []) for row in (left, right))
    ]
    return {"left": left, "right": right, "fields": shown}
