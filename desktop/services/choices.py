"""Where texts conflict: every choice of every pack with its options, what the user took, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from db.models import PolicyChoice
from desktop.services.policies import packs
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.choices import PREFIX, Choice
from policy.dates import Period
from policy.errors import Refused, Usage
from policy.i18n import listed, mark
from policy.pack import Pack


@service("policy.choices")
def choices(ws: Workspace, job: Job, *, period: str = "") -> list[dict[str, Any]]:
    """The choices and what holds in a period (always, without one): [{id, title, why, options, free, default, chosen,
    value, reason, period, packs}].

    `chosen` is what the user took, "" where the default holds; `value` is what holds, `period` what it was taken for;
    options are [{id, title, verified, basis}].
    """
    when = Period.parse(period) if period else None
    rows = _rows(ws)
    found = []
    for choice, declaring in _declared(ws).values():
        row = _taken(rows, choice.id, when)
        found.append(
            {
                "id": choice.id,
                "title": str(choice.title),
                "why": str(choice.why),
                "free": choice.free,
                "default": choice.default,
                "options": [
                    {
                        "id": option.id,
                        "title": str(option.title),
                        "verified": option.verification.verified,
                        "basis": str(option.verification.basis),
                    }
                    for option in choice.options
                ],
                "chosen": row.value if row else "",
                "value": row.value if row else choice.default,
                "reason": (row.reason or "") if row else "",
                "period": row.period if row else "",
                "packs": [{"id": pack.id, "title": str(pack.title)} for pack in declaring],
            }
        )
    return found


@service("policy.choose", in_turn=True)
def choose(ws: Workspace, job: Job, *, choice: str, value: str, period: str = "", reason: str = "") -> dict[str, Any]:
    """Take an option (or a value of the choice's free form) for a period, always without one; a blank value takes that
    back: {choice, value, changes}.

    Raises Usage("policy.unknown_choice"), Refused("policy.choice_invalid" | "policy.choice_reason").
    """
    declared = _declared(ws)
    if choice not in declared:
        raise Usage("policy.unknown_choice", choice=choice, known=listed(sorted(declared)))
    matter, taken = declared[choice][0], value.strip()
    if taken and not matter.allows(taken):
        allowed = listed(option.id for option in matter.options)
        raise Refused("policy.choice_invalid", value=taken[:40], title=str(matter.title), known=allowed)
    if taken and not reason.strip():
        raise Refused("policy.choice_reason", title=str(matter.title))
    key = {"choice": choice, "period": Period.parse(period).text if period else ""}
    with ws.store.write(mark("口径取舍"), "typed") as write:
        known = PolicyChoice.get_or_none(**key)
        if known is not None and not taken:
            write.delete(PolicyChoice, known.id)
        elif known is not None:
            write.update(PolicyChoice, known.id, {"value": taken, "reason": reason.strip()})
        elif taken:
            write.insert(PolicyChoice, {**key, "value": taken, "reason": reason.strip()})
        if known is not None or taken:
            write.audit("policy.chosen", f"choice:{choice}", {"value": taken, "period": key["period"]})
    return {"choice": choice, "value": taken or matter.default, "changes": write.changes.as_dict()}


def choice_attributes(ws: Workspace, period: Period | None = None, *, judged_by: Pack | None = None) -> dict[str, str]:
    """What holds of every choice in a period, as attributes that rules may ask for: {"choice.ID": value}.

    Of the pack `judged_by` its own options count, also where it is not at hand any more.
    """
    rows = _rows(ws)
    own = {choice.id: choice for choice in (judged_by.choices if judged_by else ())}
    found = {}
    for choice in ({name: one for name, (one, _) in _declared(ws).items()} | own).values():
        row = _taken(rows, choice.id, period)
        found[f"{PREFIX}{choice.id}"] = row.value if row and choice.allows(row.value) else choice.default
    return found


def _declared(ws: Workspace) -> dict[str, tuple[Choice, list[Pack]]]:
    """The choices by id with the packs that declare them: as the first does, with what others add to the options."""
    found: dict[str, tuple[Choice, list[Pack]]] = {}
    for pack, _ in packs(ws).values():
        for choice in pack.choices:
            known, declaring = found.get(choice.id, (choice, []))
            ids = {option.id for option in known.options}
            more = tuple(option for option in choice.options if option.id not in ids)
            found[choice.id] = replace(known, options=(*known.options, *more)), [*declaring, pack]
    return found


def _rows(ws: Workspace) -> list[PolicyChoice]:
    with ws.store.read():
        return list(PolicyChoice.select())


def _taken(rows: Iterable[PolicyChoice], choice: str, when: Period | None) -> PolicyChoice | None:
    """What was taken for the narrowest span of time that holds the period, else for always."""
    fitting = []
    for row in rows:
        if row.choice != choice:
            continue
        span = Period.parse(row.period) if row.period else None
        if span is None:
            fitting.append((1, 0, row))
        elif when is not None and span.starts_on <= when.starts_on and when.ends_on <= span.ends_on:
            fitting.append((0, (span.ends_on - span.starts_on).days, row))
    return min(fitting, key=lambda one: one[:2])[2] if fitting else None
