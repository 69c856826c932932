"""All matters on which the documents in use differ, in one list: what is taken, and which rules of whom it moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from db.queries import measures as measure_queries
from db.schema import kind_info
from desktop.services.choices import choices
from desktop.services.judging import ceded
from desktop.services.policies import packs
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace, own_organisation
from policy.choices import PREFIX
from policy.dates import Period, today
from policy.pack import Pack, Rule


@service("policy.conflicts")
def conflicts(ws: Workspace, job: Job, *, period: str = "") -> list[dict[str, Any]]:
    """The choices as `policy.choices` tells them, each with `in_use` (whether a document that declares it still holds)
    and `moves`: [{title, pack, rule, subject, subject_label, ours}], the rules that ask for it.

    `ours` is False for a rule on organisations that is not for one like us: another reading changes nothing here.
    """
    day = Period.parse(period).ends_on if period else today()
    known = [pack for pack, _ in packs(ws).values()]
    held = [pack for pack in known if not ceded(pack, known, day)]
    own = own_organisation(ws)
    with ws.store.read():
        ours = measure_queries.subject_attributes("organisation", str(own["id"]), day)
    found = []
    for row in choices(ws, job, period=period):
        name = PREFIX + row["id"]
        moves = [_moved(pack, rule, ours) for pack, rule in _asking(held, name)]
        in_use = any(pack.id == one["id"] for pack in held for one in row["packs"])
        found.append({**row, "in_use": in_use, "moves": moves})
    return found


def _asking(held: list[Pack], name: str) -> Iterator[tuple[Pack, Rule]]:
    for pack in held:
        for rule in pack.rules:
            if name in rule.when.names() or name in rule.body.attributes():
                yield pack, rule


def _moved(pack: Pack, rule: Rule, ours: dict[str, str]) -> dict[str, Any]:
    """A rule that a reading moves; what we chose ourselves does not tell whether it is for us."""
    asked = [(name, texts) for name, texts in rule.when.conditions if not name.startswith(PREFIX)]
    held = not any(name in ours and ours[name].strip() not in texts for name, texts in asked)
    return {
        "title": str(rule.title),
        "pack": pack.id,
        "rule": rule.id,
        "subject": rule.subject,
        "subject_label": kind_info(rule.subject).kind.shown,
        "ours": held if rule.subject == "organisation" else True,
    }
