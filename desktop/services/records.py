"""Records of any kind by declaration: list, show, add, edit, delete, undo, find, history and export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db import search
from db.fieldlike import FieldLike
from db.fields import FieldInfo
from db.files import whole_file
from db.models import Firm, Organisation, Record
from db.queries import records
from db.schema import KindInfo, editable_kind, editable_kinds, kind_info
from db.values import Note, ValueProblem
from db.writes import Write
from desktop.messages import sentence
from desktop.services.classified import forget, refuse_secrets
from desktop.services.dayorder import out_of_order
from desktop.services.newcase import next_no
from desktop.services.privacy import by_number, hidden, note_export, told, without_masks
from desktop.services.registry import Job, service
from desktop.services.values import read_value
from desktop.services.workspace import Workspace
from policy.errors import Refused
from policy.i18n import labelled, mark, tr
from policy.nearby import nearby

_NOT_TAKEN = frozenset({"value.not_a_choice", "value.not_a_code"})
_DEFAULTS = {"firm": {"org_kind": "firm"}}


@service("records.kinds")
def list_kinds(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """The kinds that users keep: [{kind, label, label_en, rows}]; the label is in the language in force."""
    with ws.store.read():
        return [
            {
                "kind": info.name,
                "label": info.kind.shown,
                "label_en": info.kind.label_en,
                "rows": records.count(info.name),
            }
            for info in editable_kinds()
        ]


@service("records.ids")
def list_ids(
    ws: Workspace,
    job: Job,
    *,
    kind: str,
    text: str = "",
    where: dict[str, Any] | None = None,
    order: str | None = None,
    descending: bool = False,
) -> list[str]:
    """The ids of a list, in order; the rows themselves come by `records.rows`."""
    with ws.store.read():
        return records.ids(kind, text=text, where=where, order=order, descending=descending)


@service("records.rows")
def list_rows(ws: Workspace, job: Job, *, kind: str, ids: list[str]) -> list[dict[str, Any]]:
    """Rows by id, with `_titles` of what they refer to: {field: title}; numbers of persons are masked."""
    return hidden(kind_info(kind), full_rows(ws, kind, ids))


def full_rows(ws: Workspace, kind: str, ids: list[str]) -> list[dict[str, Any]]:
    """What `records.rows` answers, with nothing masked: for documents that are asked for with it."""
    info = kind_info(kind)
    refs = [declared for declared in info.fields if declared.type == "ref" and declared.name != "id"]
    with ws.store.read():
        rows = records.rows(kind, ids)
        for row in rows:
            row.pop("token", None)  # an endpoint's secret leaves the store only to be sent
        for declared in refs:
            titles = records.titles(declared.target or kind, (row[declared.name] for row in rows))
            for row in rows:
                if row[declared.name]:
                    row.setdefault("_titles", {})[declared.name] = titles.get(row[declared.name], "")
    return rows


@service("records.get")
def get(ws: Workspace, job: Job, *, kind: str, id: str) -> dict[str, Any]:
    """One record by id, prefix of 8, number or name; with `_titles` and `_title`. `privacy.reveal` tells what is masked
    in it."""
    with ws.store.read():
        record = records.resolve(kind, id)
        title = records.title(kind, record)
    row = list_rows(ws, job, kind=kind, ids=[record])[0]
    row["_title"] = title
    return row


@service("records.titles")
def titles(ws: Workspace, job: Job, *, kind: str, ids: list[str]) -> dict[str, str]:
    """What the records are called."""
    with ws.store.read():
        return records.titles(kind, ids)


@service("records.add", in_turn=True)
def add(ws: Workspace, job: Job, *, kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Add a record from values as typed; answers {id, warnings, changes}. Raises Refused("record.bad_value" | …)."""
    info = editable_kind(kind)
    stored, warnings = typed_values(ws, info, {**_DEFAULTS.get(kind, {}), **values})
    with ws.store.write(mark("新增"), "typed") as write:
        refuse_secrets(info, stored)
        record = insert(write, info, stored)
    warnings += out_of_order(info, stored, stored)
    return {"id": record, "warnings": warnings, "changes": write.changes.as_dict()}


def insert(write: Write, info: KindInfo, stored: dict[str, Any]) -> str:
    """Insert a record of a kind that may stand on another (a firm makes, or takes, its organisation); a case without a
    number takes the next."""
    if info.name == "case" and not stored.get("no"):
        stored = {**stored, "no": next_no()}
    if info.name != "firm":
        return write.insert(info.models[0], stored)
    known = records.by_words("organisation", stored.get("uscc") or "") if stored.get("uscc") else []
    if len(known) == 1 and not Firm.select().where(Firm.id == known[0]).exists():
        record = known[0]
        write.update(Organisation, record, _own(Organisation, stored))
    elif known:
        raise Refused("record.duplicate", kind="firm", field=info.field("uscc").shown)
    else:
        record = write.insert(Organisation, _own(Organisation, stored))
    write.insert(Firm, _own(Firm, stored), record)
    return record


@service("records.edit", in_turn=True)
def edit(ws: Workspace, job: Job, *, kind: str, id: str, values: dict[str, Any]) -> dict[str, Any]:
    """Change fields of a record; blank text clears a field, and the mask of what is stored changes nothing.

    Answers {changed, warnings, changes}.
    """
    info = editable_kind(kind)
    with ws.store.read():
        values = without_masks(info, id, values)
    stored, warnings = typed_values(ws, info, values)
    with ws.store.write(mark("修改"), "typed") as write:
        record = records.resolve(kind, id)
        whole = {**records.get(kind, record), **stored}
        refuse_secrets(info, whole)
        changed = False
        for model in info.models:
            own = _own(model, stored)
            if own:
                changed = write.update(model, record, own) or changed
        if stored.get("classified"):
            forget(write, info, record)
    warnings += out_of_order(info, whole, stored)
    return {"id": record, "changed": changed, "warnings": warnings, "changes": write.changes.as_dict()}


@service("records.delete", in_turn=True)
def delete(ws: Workspace, job: Job, *, kind: str, id: str) -> dict[str, Any]:
    """Remove a record; it can be undone. Raises Refused("record.in_use") while something refers to it."""
    info = editable_kind(kind)
    own = ws.store.setting("organisation")
    with ws.store.write(mark("删除"), "typed") as write:
        record = records.resolve(kind, id)
        if record == own:
            raise Refused("record.in_use", kind=kind)
        for model in reversed(info.models):
            write.delete(model, record)
    return {"id": record, "changes": write.changes.as_dict()}


@service("records.undo", in_turn=True)
def undo(ws: Workspace, job: Job, *, op: int | None = None) -> dict[str, Any]:
    """Take back an operation, the newest one unless another is named: {label, changes}."""
    with ws.store.write(mark("撤销"), "undo") as write:
        number = op if op is not None else records.last_op()
        if number is None:
            raise Refused("undo.nothing")
        label = write.undo(number)
        _refuse_secrets_back(write)
    return {"label": label, "changes": write.changes.as_dict()}


def _refuse_secrets_back(write: Write) -> None:
    """Raises Refused("record.classified") where what is taken back would say something of a classified case."""
    for kind, touched in write.changes.records.items():
        for row in records.rows(kind, touched):
            refuse_secrets(kind_info(kind), row)


@service("records.find")
def find(ws: Workspace, job: Job, *, text: str, limit: int = 50) -> list[dict[str, Any]]:
    """Search everything: [{kind, kind_label, id, title}]; a whole ID or phone number finds whose it is."""
    with ws.store.read() as connection:
        hits = search.find(connection, text, limit=limit) or by_number(text)[:limit]
    return [
        {"kind": hit.kind, "kind_label": kind_info(hit.kind).kind.shown, "id": hit.record, "title": hit.title}
        for hit in hits
    ]


@service("records.export")
def export(
    ws: Workspace,
    job: Job,
    *,
    kind: str,
    file: str,
    ids: list[str] | None = None,
    language: str = "zh",
    with_personal: bool = False,
    columns: list[str] | None = None,
) -> dict[str, Any]:
    """Write records to a workbook that import reads back unchanged: {file, rows, left_out, masked}; only the `columns`
    named, where they are.

    What is marked as not for others (`confidential`) is left out and counted. ID and phone numbers are masked (`masked`
    names the fields) unless asked for `with_personal`: that is noted in the audit log, and the sheet's name says it.
    """
    from exports.workbook import write_workbook

    info = editable_kind(kind)
    with ws.store.read():
        wanted = ids if ids is not None else records.ids(kind, archived=True)
    found = full_rows(ws, kind, wanted)
    rows = [row for row in found if not row.get("confidential")]
    title = info.kind.label
    numbers = [field for field in info.fields if field.masked and any(row.get(field.name) for row in rows)]
    if numbers and with_personal:
        title = note_export(ws, info, len(rows))
    elif numbers:
        hidden(info, rows)
    named: dict[tuple[str, str], str] = {}
    for row in rows:
        for name, called in row.get("_titles", {}).items():
            key = (info.field(name).target or kind, row[name])
            if key not in named:  # by its title, unless another of the kind is called the same
                with ws.store.read():
                    named[key] = called if records.by_words(key[0], called) == [key[1]] else key[1]
            row[name] = named[key]
    names = list(columns) if columns is not None else [declared.name for declared in info.fields]
    for declared in info.fields:  # an amount in another currency would read back as one in yuan
        currency = declared.currency_field
        foreign = currency and any((row.get(currency) or "CNY") != "CNY" for row in rows)
        if currency and foreign and declared.name in names and currency not in names:
            names.insert(names.index(declared.name) + 1, currency)
    fields: list[FieldLike] = [info.field(name) for name in names if name != "id"]
    with whole_file(Path(file)) as out:
        write_workbook(out, title, fields, rows, language)
    masked = [] if with_personal else [declared.shown for declared in numbers]
    return {"file": file, "rows": len(rows), "left_out": len(found) - len(rows), "masked": masked}


def typed_values(ws: Workspace, info: KindInfo, values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Values as typed into values as stored; refs may be ids, prefixes, numbers or names."""
    stored: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in values.items():
        declared = info.field(name)
        if declared.required == "D":
            raise Refused("record.derived", field=declared.shown)
        try:
            parsed, notes = read_value(declared, value)
        except ValueProblem as problem:
            reason = sentence(problem.code, problem.params)
            raise Refused(
                "record.bad_value", field=declared.shown, value=told(declared, value), reason=reason
            ) from None
        # an import leaves blank what it cannot place; a person is there to choose, and a change must not erase
        lost = next((note for note in notes if note.code in _NOT_TAKEN), None) if parsed[name] is None else None
        if lost is not None:
            reason = _not_taken(declared, lost)
            raise Refused("record.bad_value", field=declared.shown, value=told(declared, value), reason=reason)
        stored.update(parsed)
        warnings += [_warning(declared, note) for note in notes]
        if declared.type == "ref" and stored[name] is not None:
            with ws.store.read():
                stored[name] = records.resolve(declared.target or info.name, str(stored[name]))
    return stored, warnings


def _not_taken(declared: FieldInfo, note: Note) -> str:
    """Why a value is none of the field's, to a person who is there to write another."""
    if declared.choices:
        known = nearby(str(note.params.get("written", "")), [choice.shown for choice in declared.choices])
        return tr("不在选项中，可用的有 {known}；没有保存，请改正。", known=known)
    return tr("不是号码；没有保存，请改正。")


def _warning(declared: FieldInfo, note: Note) -> str:
    return labelled(declared.shown, sentence(note.code, note.params))


def _own(model: type[Record], stored: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stored.items() if name in model._meta.fields}
