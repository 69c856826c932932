"""Many records at once, each as one action that can be undone: change a field, archive, delete, template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db.fields import FieldInfo
from db.files import whole_file
from db.models import RECORDS
from db.queries import records
from db.queries.rows import tuple_rows
from db.schema import KindInfo, editable_kind, kind_info
from desktop.services.classified import forget, refuse_secrets
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Refused
from policy.i18n import clauses, listed, mark, tr
from policy.i18n import language as spoken

_CHUNK = 500
_TOLD = 5  # records that a message names


@service("bulk.edit", in_turn=True)
def edit(
    ws: Workspace, job: Job, *, kind: str, ids: list[str], values: dict[str, Any], dry_run: bool = False
) -> dict[str, Any]:
    """Give fields of many records the same values, as typed; blank clears: {records, changed, warnings, changes}.

    All or none; `dry_run` only counts. Raises what `records.edit` raises, and Refused("bulk.one_code") for a field
    that no two records share.
    """
    info = editable_kind(kind)
    for name in values:
        if (name,) in info.kind.natural or getattr(info.model_of(name)._meta.fields[name], "unique", False):
            raise Refused("bulk.one_code", field=info.field(name).shown)
    stored, warnings = typed_values(ws, info, values)
    if dry_run:
        with ws.store.read():
            rows = records.rows(kind, ids)
        changed = sum(any(row.get(name) != value for name, value in stored.items()) for row in rows)
        return {"records": len(rows), "changed": changed, "warnings": warnings, "dry_run": True, "changes": {}}
    changed = 0
    with ws.store.write(mark("批量修改"), "typed") as write:
        rows = records.rows(kind, ids)
        for done, row in enumerate(rows):
            if done % _CHUNK == 0:
                job.check()
                job.progress(done, len(rows))
            refuse_secrets(info, {**row, **stored})
            touched = [
                write.update(model, row["id"], own)
                for model in info.models
                if (own := {name: value for name, value in stored.items() if name in model._meta.fields})
            ]
            changed += any(touched)
            if stored.get("classified"):
                forget(write, info, row["id"])
    return {
        "records": len(rows),
        "changed": changed,
        "warnings": warnings,
        "dry_run": False,
        "changes": write.changes.as_dict(),
    }


@service("bulk.archive", in_turn=True)
def archive(ws: Workspace, job: Job, *, kind: str, ids: list[str], archived: bool = True) -> dict[str, Any]:
    """Put records out of the lists, or back: {changed, changes}. They stay, are found and count as before."""
    info = editable_kind(kind)
    changed = 0
    with ws.store.write(mark("归档") if archived else mark("取消归档"), "typed") as write:
        for row in records.rows(kind, ids):
            changed += write.update(info.models[-1], row["id"], {"archived": int(archived)})
    return {"changed": changed, "changes": write.changes.as_dict()}


@service("bulk.delete", in_turn=True)
def delete(ws: Workspace, job: Job, *, kind: str, ids: list[str]) -> dict[str, Any]:
    """Remove records: {deleted, changes}. All or none: Refused("bulk.in_use") names those that others refer to."""
    info = editable_kind(kind)
    with ws.store.write(mark("批量删除"), "typed") as write:
        wanted = [row["id"] for row in records.rows(kind, ids)]
        held = _held(info, wanted, str(ws.store.setting("organisation")))
        if held:
            names = records.titles(kind, held[:_TOLD])
            raise Refused("bulk.in_use", count=len(held), names=listed(names.values()))
        for done, record in enumerate(wanted):
            if done % _CHUNK == 0:
                job.check()
                job.progress(done, len(wanted))
            for model in reversed(info.models):
                write.delete(model, record)
    return {"deleted": len(wanted), "changes": write.changes.as_dict()}


def _held(info: KindInfo, wanted: list[str], own: str) -> list[str]:
    """Those of the records that others refer to, and the workspace's own organisation."""
    tables = {model.KIND.name for model in info.models}
    going = set(wanted)
    held = {own} & going
    for model in RECORDS:
        for declared in model._meta.fields.values():
            if getattr(declared, "target", "") not in tables or declared.primary_key:
                continue
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                query = model.select(declared, model._meta.primary_key).where(declared.in_(chunk))
                # one that refers to another and goes as well holds nobody back
                held.update(str(to) for to, of in tuple_rows(query) if model not in info.models or of not in going)
    return [record for record in wanted if record in held]


@service("bulk.template")
def template(ws: Workspace, job: Job, *, kind: str, file: str) -> dict[str, Any]:
    """Write an empty workbook for people to fill in and the import to read: {file, columns}.

    Headings carry the units; choosing a cell shows what may be written there, and choices drop down.
    """
    from exports.workbook import write_workbook

    info = editable_kind(kind)
    beside = {name for field in info.fields for name in (field.currency_field, field.raw_field) if name}
    fields = [field for field in info.fields if field.name not in beside | {"id"} and field.required != "D"]
    fields.sort(key=lambda field: field.required != "S")
    prompts = {field.name: _hint(field, kind) for field in fields}
    with whole_file(Path(file)) as out:
        write_workbook(out, info.kind.shown, fields, (), spoken(), prompts=prompts)
    return {"file": file, "columns": len(fields)}


def _hint(field: FieldInfo, kind: str) -> str:
    """What may be written in a cell of the field, in the language in force."""
    words = [tr("必填") if field.required == "S" else ""]
    if field.type == "money":
        words.append(tr("金额，单位{unit}；也可写 500万元", unit=field.unit or "元"))
    elif field.type == "date":
        words.append(tr("日期，如 2026、2026-11 或 2026-11-21"))
    elif field.type in ("int", "dec"):
        words.append(tr("数字，单位{unit}", unit=field.unit) if field.unit else tr("数字"))
    elif field.type in ("bool", "tri"):
        words.append(tr("是 或 否"))
    elif field.type == "ref":
        words.append(tr("{kind}的名称、编号或统一社会信用代码", kind=kind_info(field.target or kind).kind.shown))
    elif field.type == "tags":
        words.append(tr("可写几项，用“、”分开"))
    if field.choices:
        words.append(listed(choice.shown for choice in field.choices))
    return clauses(word for word in words if word)
