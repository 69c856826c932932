"""Opening a case from something that led to it: a match accepted, an item shown at an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.models import Case, CaseAchievement, CaseBroker, CaseNeed, CaseParty, Operator
from db.queries.rows import tuple_rows
from db.schema import kind_info
from db.writes import Write
from desktop.services.classified import refuse_secrets
from desktop.services.workspace import Workspace
from policy.dates import today

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
    """The next number of this year: 2026-017 after 2026-016; numbers of another pattern stay out of it."""
    start = f"{today().year}-"
    numbers = [row[0].removeprefix(start) for row in tuple_rows(Case.select(Case.no).where(Case.no.startswith(start)))]
    last = max((int(one) for one in numbers if one.isascii() and one.isdigit() and len(one) <= 6), default=0)
    return f"{start}{last + 1:03d}"
