"""Opening a case from something that led to it: a match accepted, an item shown at an event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from db.models import Case, CaseAchievement, CaseBroker, CaseNeed, CaseParty, Operator
from db.queries.rows import tuple_rows
from db.schema import kind_info
from db.writes import Write
from desktop.services.classified import refuse_secrets
from desktop.services.workspace import Workspace
from policy.dates import today

_COUNTED = re.compile(r"(.*?)(\d{1,9})", re.DOTALL)  # what counts in a case's number stands at its end
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_DIGITS = 9
_TITLE = 200
_WHOLE = 10_000  # 100 %


def open_case(
    ws: Workspace,
    write: Write,
    *,
    title: str,
    track: str,
    parties: Iterable[tuple[str, str]] = (),
    achievements: Sequence[str] = (),
    needs: Sequence[str] = (),
    origin: str = "",
    event: str | None = None,
) -> str:
    """A case with its results and needs and whoever takes part: `parties` as (organisation, role), then we as broker,
    and the person at work as the one who leads it. Raises Refused("record.classified")."""
    values = {"no": next_no(), "title": title[:_TITLE], "track": track, "opened_on": today().isoformat()}
    if origin:
        values["origin_kind"] = origin
    if event:
        values["origin_event"] = event
    case = write.insert(Case, values)
    for need in needs:
        write.insert(CaseNeed, {"case": case, "need": need})
    for achievement in achievements:
        linked = {"case": case, "achievement": achievement}
        refuse_secrets(kind_info("case_achievement"), linked)
        write.insert(CaseAchievement, linked)
    everybody = [*parties, (str(ws.store.setting("organisation")), "broker")]
    for party, role in dict.fromkeys(everybody):
        write.insert(CaseParty, {"case": case, "party": party, "role": role})
    operator = Operator.get_or_none(Operator.id == ws.store.operator)
    if operator is not None and operator.person_id:
        write.insert(CaseBroker, {"case": case, "person": operator.person_id, "role": "lead", "share_pct": _WHOLE})
    return case


def next_no() -> str:
    """The number that follows that of the case entered last, in its own way of writing; the caller holds the lock.

    A year in it becomes this year, and counting goes on where this year's has come to. Nothing is reserved.
    """
    year = str(today().year)
    newest = Case.select(Case.no).order_by(Case.created_at.desc(), Case.no.desc()).first()
    found = _COUNTED.fullmatch(newest.no) if newest else None
    before, number, wide = (found[1], int(found[2]), len(found[2])) if found else (f"{year}-", 0, 3)
    renewed = _YEAR.sub(year, before)
    if renewed != before or not found:
        before = renewed
        known = tuple_rows(Case.select(Case.no).where(Case.no.startswith(before)))
        counted = [no.removeprefix(before) for (no,) in known]
        number = max((int(one) for one in counted if one.isdecimal() and len(one) <= _DIGITS), default=0)
    while True:
        number += 1
        no = f"{before}{number:0{wide}d}"
        if not Case.select().where(Case.no == no).exists():
            return no
