"""Erasing a person at their request (个人信息保护法, Article 47): what leads to them goes, what was counted stays.

The row stays without a name, so that every figure counts as before. What cannot be taken back from here (packages and
books already made, frozen figures, backups, the chained audit log) or needs a person's judgement (free text, evidence)
is named instead.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from peewee import Cast, fn

from db.fields import Declared
from db.models import (
    HOUSEKEEPING,
    RECORDS,
    Alias,
    Application,
    AuditEntry,
    Change,
    Draft,
    Evidence,
    EvidenceLink,
    Op,
    Operator,
    Package,
    Person,
    Record,
    Snapshot,
)
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.reconcile import forget_unused
from db.schema import KindInfo, kind_info, table_kind
from db.writes import Write
from desktop.services import backupset
from desktop.services.backupstate import BackupState, own_folder
from desktop.services.backupthin import MONTHS
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import CHINA
from policy.errors import Refused, WorldFault
from policy.i18n import mark, tr

_NO_FIGURE = ("department",)  # free text that no figure asks for
_WORDS = ("name", "id_no", "phone", "email", "wechat")  # what may stand in the text of other records, too
_LEAST_WORD = 2
_TEXT = ("text", "note", "list", "code")
_FROZEN: dict[type[Record], str] = {Snapshot: "content", Application: "content"}
_NO_WORDS = HOUSEKEEPING | {"blob", "digest"}


@service("person.erase")
def erase(
    ws: Workspace, job: Job, *, id: str, dry_run: bool = False, evidence: list[str] | None = None
) -> dict[str, Any]:
    """Erase a person for good: {id, name, dry_run, blanked, kept, remains, erased_fields, settled, changes}.

    `settled` is False where the disk kept the old text from leaving the store's log before the next closing.
    `blanked` and `kept` are labels of fields. `remains` names what still leads to the person or counts them:
    {figures, frozen, packages, backups, backups_months, evidence, mentions, history, drafts, audit, operator}.
    `evidence` are ids of files, out of those with `only_use`, that are deleted, too; the others are left to decide on.
    Cannot be undone. Raises Refused("erasing.erased" | "erasing.evidence_in_use").
    """
    info = kind_info("person")
    with ws.store.read():
        record = records.resolve("person", id)
        row = records.get("person", record)
    if row["erased_on"]:
        raise Refused("erasing.erased", name=row["name"], on=row["erased_on"])
    blanked = {name: None for name in _blanked(info) if row.get(name)}
    answer = {
        "id": record,
        "name": row["name"],
        "dry_run": dry_run,
        "blanked": [info.field(name).shown for name in blanked],
        "kept": [item.shown for item in info.fields if item.name not in blanked and row.get(item.name) is not None],
        "remains": _remains(ws, record, row),
        "changes": {},
    }
    files = [item for item in answer["remains"]["evidence"] if item["id"] in (evidence or ())]
    if len(files) != len(set(evidence or ())) or not all(item["only_use"] for item in files):
        raise Refused("erasing.evidence_in_use")
    if dry_run:
        return answer
    job.progress(0, 0, tr("删除个人信息"))
    with ws.store.write(mark("删除个人信息"), "typed") as write:
        today = datetime.fromtimestamp(write.at / 1000, CHINA).date().isoformat()
        nobody = {**blanked, "name": tr("已删除人员 {id}", id=record[:8]), "erased_on": today, "origin": "erased"}
        write.update(Person, record, nobody)
        for item in files:
            _forget_evidence(write, item["id"])
        write.forget_values(Person, record)
        for merged in dict_rows(Alias.select().where(Alias.kind == "person", Alias.record == record)):
            write.forget_values(Person, merged["alias"])
        for draft in list(Draft.select()):
            if str(draft.key).endswith(f"/person:{record}"):  # whoever typed it
                draft.delete_instance()
        detail = {"fields": len(blanked), "files": len(files)}
        write.audit("privacy.erased", f"person:{record}", detail)
    forget_unused(ws.store, ws.evidence, [item["blob"] for item in files])
    # nothing of it stays in the log beside the store either; where that has to wait for the close, it is erased all the
    # same, and who hears of a fault would think it was not
    answer["settled"] = False
    with contextlib.suppress(WorldFault):
        ws.store.settle()
        answer["settled"] = True
    answer["changes"] = write.changes.as_dict()
    return answer


def _blanked(info: KindInfo) -> Iterator[str]:
    for declared in info.fields:
        if declared.personal or declared.name in _NO_FIGURE:
            yield declared.name


def _forget_evidence(write: Write, evidence: str) -> None:
    for link in EvidenceLink.select().where(EvidenceLink.evidence == evidence):
        write.delete(EvidenceLink, link.id)
    write.delete(Evidence, evidence)
    write.forget_values(Evidence, evidence)


# -- what remains --------------------------------------------------------------------------------------------------


def _remains(ws: Workspace, record: str, row: dict[str, Any]) -> dict[str, Any]:
    words = [str(row[name]) for name in _WORDS if row.get(name) and len(str(row[name])) >= _LEAST_WORD]
    with ws.store.read():
        figures, own = _figures(record)
        frozen, packages = _frozen(words, [record, *own])
        found = {
            "figures": figures,
            "frozen": frozen,
            "packages": packages,
            "evidence": _evidence(record, own),
            "history": _count(Change, (Change.before, Change.after), words, Change.record != record)
            + _count(Op, (Op.origin,), words),
            "drafts": _drafts(record, words),
            "audit": _count(AuditEntry, (AuditEntry.subject, AuditEntry.detail), words),
            "operator": [
                name for (name,) in tuple_rows(Operator.select(Operator.name).where(Operator.person == record))
            ],
        }
    return {**found, "mentions": _mentions(ws, record, words), "backups": _backups(ws), "backups_months": MONTHS}


def _figures(record: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows that count the person by their id: how many of each kind, and the ids."""
    counted, ids = [], []
    for model in RECORDS:
        for field in model._meta.fields.values():
            if getattr(field, "rel_model", None) is Person:
                key: Any = model._meta.primary_key
                found = [item[0] for item in tuple_rows(model.select(key).where(field == record))]
                if found and model is not Operator:
                    kind = model.KIND
                    counted.append({"kind": kind.name, "label": kind.shown, "field": field.shown, "count": len(found)})
                    ids += found
    return counted, ids


def _frozen(words: list[str], ids: list[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Frozen figures and books, and the packages made of them, that name the person or a row of theirs."""
    found: list[dict[str, Any]] = []
    for model, column in _FROZEN.items():
        field = model._meta.fields[column]
        query = model.select(model._meta.primary_key, model._meta.fields["title"])
        for item in tuple_rows(query.where(_any_of((field,), [*words, *ids]))):
            found.append({"kind": model.KIND.name, "label": model.KIND.shown, "id": item[0], "title": item[1]})
    books = [item["id"] for item in found if item["kind"] == "application"]
    sealed = Package.select(Package.id, Package.title, Package.sealed_at).where(Package.application.in_(books))
    return found, dict_rows(sealed)


def _evidence(record: str, own: list[str]) -> list[dict[str, Any]]:
    """Files that prove something of the person or of a row of theirs: {id, title, blob, only_use}."""
    links: dict[str, list[str]] = {}
    for evidence, target in tuple_rows(EvidenceLink.select(EvidenceLink.evidence, EvidenceLink.target)):
        links.setdefault(evidence, []).append(target)
    theirs = {record, *own}
    about = {
        evidence: all(_about(target) in theirs for target in targets)
        for evidence, targets in links.items()
        if any(_about(target) in theirs for target in targets)
    }
    rows = tuple_rows(Evidence.select(Evidence.id, Evidence.title, Evidence.blob).where(Evidence.id.in_(list(about))))
    return [{"id": item[0], "title": item[1], "blob": item[2], "only_use": about[item[0]]} for item in rows]


def _about(target: str) -> str:
    return target.rpartition(":")[2].partition(".")[0]


def _mentions(ws: Workspace, record: str, words: list[str]) -> list[dict[str, Any]]:
    """Texts of other records that name the person: {kind, label, id, field}; the store is free between kinds."""
    found: list[dict[str, Any]] = []
    for model in RECORDS if words else ():
        fields = [field for field in model._meta.sorted_fields if _may_name(field)]
        if model in _FROZEN or not fields:
            continue
        with ws.store.read():
            rows = dict_rows(model.select().where(_any_of(fields, words), model._meta.primary_key != record))
        kind, label = table_kind(model._meta.table_name), model.KIND.shown
        for row in rows:
            for field in fields:
                text = str(field.db_value(row[field.name]))
                if any(word in text for word in words):
                    found.append({"kind": kind, "label": label, "id": row["id"], "field": field.shown})
    return found


def _may_name(field: Any) -> bool:
    return isinstance(field, Declared) and field.type in _TEXT and field.name not in _NO_WORDS


def _any_of(fields: Sequence[Any], words: list[str]) -> Any:
    text: Any = ""
    for field in fields:
        text = fn.COALESCE(Cast(field, "TEXT"), "").concat("\n").concat(text)
    return reduce(or_, [fn.INSTR(text, word) > 0 for word in words])


def _drafts(record: str, words: list[str]) -> int:
    """Drafts of other records in which the person is named; those of the person go."""
    others = (draft for draft in dict_rows(Draft.select()) if not draft["key"].endswith(f":{record}"))
    return sum(any(word in str(draft["texts"]) for word in words) for draft in others)


def _count(model: Any, fields: Sequence[Any], words: list[str], *where: Any) -> int:
    return int(model.select().where(_any_of(fields, words), *where).count()) if words else 0


def _backups(ws: Workspace) -> list[dict[str, Any]]:
    """Backups made before now, which hold the person until newer ones take their place: {file, at_ms}."""
    places = {own_folder(ws), *(Path(place) for place in [BackupState.load(ws).folder] if place)}
    found = [
        snapshot for place in places for folder in backupset.sets_in(place) for snapshot in backupset.snapshots(folder)
    ]
    return [{"file": str(item.path), "at_ms": item.at} for item in sorted(found, key=lambda item: item.at)]
