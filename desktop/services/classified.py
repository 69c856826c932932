"""State secrets are never stored: a classified result is a number and a flag, and nothing refers to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.models import NAMING, Achievement, Case, Draft, EvidenceLink, NotApplicable, Record
from db.schema import KindInfo, kinds
from db.writes import Write
from policy.errors import Refused
from policy.i18n import listed

# what can be classified, with the field that holds its number
_SECRET: Mapping[str, tuple[type[Record], str]] = {"case": (Case, "no"), "achievement": (Achievement, "register_no")}
# the stage is the first one by being on record: a milestone would be a record that belongs to it
_ALLOWED = frozenset({"no", "register_no", "classified", "track", "outcome", "title", "disclosure_level", "stage"})
_NAMING = {table.KIND.name: column for table, column in NAMING}


def held_secrets(info: KindInfo, row: Mapping[str, Any]) -> list[str]:
    """The labels of what may not be stored with a row; empty where it may. The caller holds the store's lock.

    A classified case or result may hold its number and kinds only; a log entry, a party, a contract, a grant or the
    like may not belong to one, nor evidence be linked to it.
    """
    held = []
    if row.get("classified"):
        filled = [declared for declared in info.fields if row.get(declared.name) not in (None, "", [], 0)]
        held += [declared.shown for declared in filled if declared.name not in _ALLOWED]
        if row.get("title") not in (None, row.get(_SECRET[info.name][1])):
            held.append(info.field("title").shown)
        if row.get("id"):
            held += _belonging(info.name, str(row["id"]))
    if any(_is_secret(kind, row.get(kind)) for kind in _SECRET):
        held.append(info.kind.shown)
    if info.name in _NAMING:
        kind, _, record = str(row.get(_NAMING[info.name]) or "").rpartition("/")[2].partition(":")
        if _is_secret(kind, record.partition(".")[0]):
            held.append(info.kind.shown)
    return held


def refuse_secrets(info: KindInfo, row: Mapping[str, Any]) -> None:
    """Raises Refused("record.classified") where the row, or what belongs to it, says more than a number and a flag."""
    if held := held_secrets(info, row):
        raise Refused("record.classified", fields=listed(held))


def forget(write: Write, info: KindInfo, record: str) -> None:
    """What was typed before a record turned out to be a state secret, in its history, the index and unsaved, goes;
    so do the reasons why a field of it stays blank or a date was set aside."""
    remarks = NotApplicable.select().where(NotApplicable.kind == info.name, NotApplicable.record == record)
    for remark in list(remarks):
        write.delete(NotApplicable, remark.id)
    write.forget_values(info.models[-1], record)
    for draft in list(Draft.select()):
        if record in f"{draft.key} {draft.texts}":  # of the record itself, or of what was to belong to it
            for part in (draft, *Draft.select().where(Draft.key.startswith(f"{draft.key}#"))):  # pictures pasted in
                part.delete_instance()


def refuse_target(kind: str, record: str, by: type[Record] = EvidenceLink) -> None:
    """Raises Refused("record.classified") for evidence, or a remark, that would say what a classified case or result is
    about."""
    if _is_secret(kind, record):
        raise Refused("record.classified", fields=by.KIND.shown)


def _is_secret(kind: str, record: Any) -> bool:
    if not record or kind not in _SECRET:
        return False
    model = _SECRET[kind][0]
    fields = model._meta.fields
    return bool(model.select().where(fields["id"] == record, fields["classified"] == 1).exists())


def _belonging(kind: str, record: str) -> list[str]:
    """The labels of the kinds of records that belong to a case or result."""
    found = []
    for info in kinds().values():
        field = info.models[0]._meta.fields.get(kind)
        if field is not None and info.models[0].select().where(field == record).exists():
            found.append(info.kind.shown)
    for table, column in NAMING:
        name, text = f"{kind}:{record}", table._meta.fields[column]
        if table.select().where((text == name) | text.startswith(f"{name}.") | text.endswith(f"/{name}")).exists():
            found.append(table.KIND.shown)
    return found
