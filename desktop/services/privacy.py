"""Numbers that lead to a person: masked in every answer, told one record at a time, and each telling is noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from db.fields import FieldInfo
from db.models import Firm
from db.queries import records
from db.queries.rows import tuple_rows
from db.schema import KindInfo, editable_kinds, kind_info
from db.search import Hit
from db.store import Store
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.i18n import mark
from policy.masking import is_mask, is_masked
from policy.masking import mask as masked

_SHOWN = 80  # characters of a value that a message repeats
# what was told since the store was opened: a person who looks twice is noted once
_told: WeakKeyDictionary[Store, set[tuple[str, str]]] = WeakKeyDictionary()


@service("privacy.reveal")
def reveal(ws: Workspace, job: Job, *, kind: str, id: str, fields: list[str] | None = None) -> dict[str, str]:
    """What the masked fields of a record really hold: {field: value}, blanks left out.

    Noted in the audit log as privacy.revealed, once for a record as long as the workspace is open.
    """
    info = kind_info(kind)
    with ws.store.read():
        record = records.resolve(kind, id)
        row = records.get(kind, record)
    names = [declared.name for declared in info.fields if declared.masked]
    found = {name: str(row[name]) for name in names if row[name] and (fields is None or name in fields)}
    noted = _told.setdefault(ws.store, set())
    if found and (kind, record) not in noted:
        with ws.store.write(mark("显示个人信息"), "typed") as write:
            write.audit("privacy.revealed", f"{kind}:{record}", {"fields": sorted(found)})
        noted.add((kind, record))
    return found


def hidden(info: KindInfo, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows with the masks in place of what they hide."""
    for declared in info.fields:
        if declared.masked:
            for row in rows:
                if row.get(declared.name):
                    row[declared.name] = masked(declared.masked, str(row[declared.name]))
    return rows


def without_masks(info: KindInfo, given: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` without those that are only the mask of what the record `given` holds; the caller holds the lock."""
    shown = [info.field(name) for name, value in values.items() if is_masked(value)]
    masks = [declared for declared in shown if declared.masked]
    if not masks:
        return dict(values)
    row = records.get(info.name, records.resolve(info.name, given))
    same = {item.name for item in masks if is_mask(item.masked, str(values[item.name]), row[item.name])}
    return {name: value for name, value in values.items() if name not in same}


def told(declared: FieldInfo, value: Any) -> str:
    """A value as a message may repeat it."""
    text = masked(declared.masked, str(value)) if declared.masked else str(value)
    return text[:_SHOWN]


def by_number(text: str) -> list[Hit]:
    """Whose ID or phone number that is, over all kinds; a firm is found as a firm. The caller holds the lock."""
    hits = []
    for info in editable_kinds():
        if any(declared.masked for declared in info.fields):
            found = records.by_number(info.name, text)
            if info.name == "organisation":
                firms = [row[0] for row in tuple_rows(Firm.select(Firm.id).where(Firm.id.in_(found)))]
                found = [record for record in found if record not in firms]
            titles = records.titles(info.name, found)
            hits += [Hit(info.name, record, titles.get(record, "")) for record in found]
    return hits


def note_export(ws: Workspace, info: KindInfo, rows: int) -> str:
    """Enter into the audit log that numbers leave in a workbook; answers the sheet's name, which says so, too."""
    with ws.store.write(mark("导出个人信息"), "typed") as write:
        write.audit("privacy.exported", f"kind:{info.name}", {"rows": rows, "fields": _names(info.fields)})
    return f"{info.kind.label}（含个人信息）"


def _names(fields: Iterable[FieldInfo]) -> list[str]:
    return [declared.name for declared in fields if declared.masked]
