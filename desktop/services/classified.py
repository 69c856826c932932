"""State secrets are never stored: a classified result is a number and a flag, and nothing refers to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.models import Case, Draft, EvidenceLink
from db.schema import KindInfo, kinds
from db.writes import Write
from policy.errors import Refused
from policy.i18n import listed

_ALLOWED = frozenset({"no", "register_no", "classified", "track", "outcome", "title"})


def held_secrets(info: KindInfo, row: Mapping[str, Any]) -> list[str]:
    """The labels of what may not be stored with a row; empty where it may. The caller holds the store's lock.

    A classified case may hold its number and kinds only; a log entry, a party or a contract may not belong to one, nor
    evidence be linked to it.
    """
    held = []
    if row.get("classified"):
        filled = [declared for declared in info.fields if row.get(declared.name) not in (None, "", [], 0)]
        held += [declared.shown for declared in filled if declared.name not in _ALLOWED]
        if row.get("title") not in (None, row.get("no")):
            held.append(info.field("title").shown)
        if info.name == "case" and row.get("id"):
            held += _belonging(str(row["id"]))
    if _is_secret(row.get("case")):
        held.append(info.kind.shown)
    if info.name == "evidence_link":
        kind, _, record = str(row.get("target") or "").rpartition("/")[2].partition(":")
        if kind == "case" and _is_secret(record.partition(".")[0]):
            held.append(info.kind.shown)
    return held


def refuse_secrets(info: KindInfo, row: Mapping[str, Any]) -> None:
    """Raises Refused("record.classified") where the row, or what belongs to it, says more than a number and a flag."""
    if held := held_secrets(info, row):
        raise Refused("record.classified", fields=listed(held))


def forget(write: Write, info: KindInfo, record: str) -> None:
    """What was typed before a record turned out to be a state secret, in its history, the index and unsaved, goes."""
    write.forget_values(info.models[-1], record)
    for draft in list(Draft.select()):
        if record in f"{draft.key} {draft.texts}":  # of the record itself, or of what was to belong to it
            draft.delete_instance()


def refuse_target(kind: str, record: str) -> None:
    """Raises Refused("record.classified") for evidence that would say what a classified case is about."""
    if kind == "case" and _is_secret(record):
        raise Refused("record.classified", fields=EvidenceLink.KIND.shown)


def _is_secret(case: Any) -> bool:
    return bool(case) and Case.select().where(Case.id == case, Case.classified == 1).exists()


def _belonging(case: str) -> list[str]:
    """The labels of the kinds of records that belong to a case."""
    found = []
    for info in kinds().values():
        model = info.models[0]
        field = model._meta.fields.get("case")
        if field is not None and model.select().where(field == case).exists():
            found.append(info.kind.shown)
    links = EvidenceLink.target
    if EvidenceLink.select().where((links == f"case:{case}") | links.startswith(f"case:{case}.")).exists():
        found.append(EvidenceLink.KIND.shown)
    return found
