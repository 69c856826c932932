"""Merging two records of one kind: what refers to the one refers to the other, and its id stays known as an alias."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.models import NAMING, RECORDS, Alias, Firm, NotApplicable, Record
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import KindInfo, editable_kind
from db.writes import Write
from desktop.services import deadlines
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Refused
from policy.i18n import mark


class _Preview(Exception):  # noqa: N818 - not an error: takes the trial merge back
    pass


@service("records.merge", in_turn=True)
def merge(
    ws: Workspace,
    job: Job,
    *,
    kind: str,
    id: str,
    into: str,
    take: list[str] | None = None,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Merge record `id` into record `into`: {id, filled, kept, moved, changes}; `dry_run` only tells.

    What `into` leaves blank is filled (`filled`); where both say something else, `into` stays (`kept`) but for the
    fields to `take` from the other. It is one action and can be undone. Raises Refused("merge.same" |
    "merge.other_code" | "merge.both_have" | "merge.as_firm").
    """
    info = editable_kind(kind)
    try:
        with ws.store.write(mark("合并记录"), "typed") as write:
            going, staying = records.resolve(kind, id), records.resolve(kind, into)
            filled, kept = _compare(info, going, staying, take or [])
            moved = _move(write, info, going, staying)
            _keep_reasons(write, info, going, staying, filled)
            deadlines.follow(write, info.name, going, staying)
            for model in reversed(info.models):
                write.delete(model, going)
            _fill(write, info, staying, filled)
            Alias.update(record=staying).where(Alias.kind == kind, Alias.record == going).execute()
            Alias.insert(alias=going, kind=kind, record=staying).on_conflict_replace().execute()
            if dry_run:
                raise _Preview
    except _Preview:
        write.changes.records.clear()
    return {
        "id": staying,
        "filled": sorted(filled),
        "kept": sorted(kept),
        "moved": moved,
        "dry_run": dry_run,
        "changes": {} if dry_run else write.changes.as_dict(),
    }


def _compare(info: KindInfo, going: str, staying: str, take: list[str]) -> tuple[dict[str, Any], list[str]]:
    """What the staying record takes over, and the fields in which it differs and stays."""
    if going == staying:
        raise Refused("merge.same")
    if info.name == "organisation" and Firm.select().where(Firm.id == going).exists():
        raise Refused("merge.as_firm")
    old, new = records.get(info.name, going), records.get(info.name, staying)
    if old.get("uscc") and new.get("uscc") and old["uscc"] != new["uscc"]:
        raise Refused("merge.other_code")
    names = [declared.name for declared in info.fields if declared.name != "id"]
    take = [name for taken in take for name in _with_beside(info, taken)]
    filled = {
        name: old[name] for name in names if old.get(name) is not None and (new.get(name) is None or name in take)
    }
    kept = [
        name
        for name in names
        if None not in (old.get(name), new.get(name)) and old[name] != new[name] and name not in take
    ]
    if "former_names" in names and old["name"] != new["name"]:
        gone = new["name"] if "name" in take else old["name"]
        known = [*(new.get("former_names") or []), *(old.get("former_names") or []), gone]
        filled["former_names"] = list(dict.fromkeys(map(str, known)))
    return filled, kept


def _with_beside(info: KindInfo, name: str) -> list[str]:
    """A field and what is kept beside it: foreign money goes with its currency and its wording."""
    declared = info.field(name)
    return [name, *(beside for beside in (declared.currency_field, declared.raw_field) if beside)]


def _move(write: Write, info: KindInfo, going: str, staying: str) -> int:
    """Turn every reference to the one into a reference to the other; how many rows that were."""
    own = {model.KIND.name for model in info.models}
    moved = 0
    for model in RECORDS:
        for name, field in model._meta.fields.items():
            if getattr(field, "target", "") not in own or field.primary_key:
                continue
            rows = dict_rows(model.select().where(field == going))
            for row in rows:
                _refuse_double(model, name, row, staying)
                write.update(model, row["id"], {name: staying})
            moved += len(rows)
    for table, column in NAMING:
        for kind in own:
            place = f"{kind}:{going}"
            for row in dict_rows(table.select().where(table._meta.fields[column].contains(place))):
                text = row[column].replace(place, f"{kind}:{staying}")
                write.update(table, row["id"], {column: text})
                moved += 1
    return moved


def _keep_reasons(write: Write, info: KindInfo, going: str, staying: str, filled: Mapping[str, Any]) -> None:
    """Why a field stays blank stays known where it does so in the other, too, and nothing is said there."""
    of_kind = NotApplicable.select().where(NotApplicable.kind == info.name)
    said = {remark.field for remark in of_kind.where(NotApplicable.record == staying)}
    row = {**records.get(info.name, staying), **filled}
    for remark in list(of_kind.where(NotApplicable.record == going)):
        if remark.field in row and row[remark.field] in (None, "", []) and remark.field not in said:
            write.update(NotApplicable, remark.id, {"record": staying})


def _refuse_double(model: type[Record], name: str, row: dict[str, Any], staying: str) -> None:
    """Two yearly records of one year are for a person to make one of."""
    fields = model._meta.fields
    for names in model.KIND.natural:
        if name not in names or any(row[part] is None for part in names):
            continue
        query = model.select().where(fields[name] == staying)
        for part in names:
            if part != name:
                query = query.where(fields[part] == row[part])
        if query.exists():
            raise Refused("merge.both_have", kind=model.KIND.shown)


def _fill(write: Write, info: KindInfo, staying: str, filled: dict[str, Any]) -> None:
    for model in info.models:
        own = {name: value for name, value in filled.items() if name in model._meta.fields}
        if own:
            write.update(model, staying, own)
