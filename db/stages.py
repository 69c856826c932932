"""Where a case stands: the milestones of its track in their order, and the furthest one reached without a gap."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from db.models import Case, CaseMilestone, Change
from db.queries.rows import dict_rows
from policy.i18n import resources_dir

if TYPE_CHECKING:
    from db.writes import Changes

_CHUNK = 500


@cache
def declared() -> dict[str, Any]:
    """`resources/milestones.toml` as shipped."""
    return tomllib.loads((resources_dir() / "milestones.toml").read_text("utf-8"))


def milestones(track: str, mode: str | None) -> tuple[str, ...]:
    """The milestones a case of that track and mode has, in the usual order; a blank mode leaves all in, but for those
    its track waits with."""
    rules = declared()
    held = rules["tracks"][track]
    waiting = () if mode else held.get("only_with_mode", ())
    return tuple(
        name
        for name in held["milestones"]
        if name not in waiting and (not mode or name not in rules["modes"] or mode in rules["modes"][name])
    )


def stage_of(track: str, mode: str | None, passed: Collection[str], reached: Collection[str]) -> str | None:
    """The furthest milestone that was reached with all before it reached or passed over.

    A case that is on record has reached the first by that; None where even that was passed over.
    """
    stage = None
    for place, name in enumerate(milestones(track, mode)):
        if name in passed:
            continue
        if place and name not in reached:
            break
        stage = name
    return stage


def settle(changes: Changes) -> None:
    """Bring the stage of the cases that a write touched in step; it follows from other rows and has no history."""
    if "case_milestone" in changes.bulk or "case" in changes.bulk:
        _settle(changes, dict_rows(Case.select(Case.id, Case.track, Case.mode, Case.stage)))
        return
    touched = set(changes.records.get("case", ()))
    if moved := changes.records.get("case_milestone"):
        rows = CaseMilestone.select(CaseMilestone.case).where(CaseMilestone.id.in_(moved))
        touched |= {row["case"] for row in dict_rows(rows)}
        # a deleted one, and a case it was moved away from, are known from the history alone
        past = Change.select(Change.before).where(
            Change.op == changes.op, Change.kind == CaseMilestone._meta.table_name, Change.before.is_null(False)
        )
        touched |= {row["before"]["case"] for row in dict_rows(past) if "case" in row["before"]}
    wanted = sorted(touched)
    for start in range(0, len(wanted), _CHUNK):
        chosen = Case.select(Case.id, Case.track, Case.mode, Case.stage).where(
            Case.id.in_(wanted[start : start + _CHUNK])
        )
        _settle(changes, dict_rows(chosen))


def _settle(changes: Changes, cases: Iterable[Mapping[str, Any]]) -> None:
    rows = list(cases)
    kept: dict[str, dict[str, int]] = {}
    for start in range(0, len(rows), _CHUNK):
        ids = [row["id"] for row in rows[start : start + _CHUNK]]
        query = CaseMilestone.select(CaseMilestone.case, CaseMilestone.milestone, CaseMilestone.skipped)
        for held in dict_rows(query.where(CaseMilestone.case.in_(ids))):
            kept.setdefault(held["case"], {})[held["milestone"]] = held["skipped"]
    for row in rows:
        known = kept.get(row["id"], {})
        reached = [name for name, skipped in known.items() if not skipped]
        stage = stage_of(row["track"], row["mode"], [name for name, skipped in known.items() if skipped], reached)
        if stage != row["stage"]:
            Case.update(stage=stage).where(Case.id == row["id"]).execute()
            if "case" not in changes.bulk:
                changes.add("case", row["id"])
