"""The field log of a case: what happened, when, with the files that show it; late entries are marked as such."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from db.models import Case, CaseLog, EvidenceLink
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from desktop.services import newcase
from desktop.services.casefile import gather
from desktop.services.classified import refuse_secrets
from desktop.services.deadlines import coming, day_of
from desktop.services.evidence import add_files
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import CHINA, is_late, now, today
from policy.errors import Refused
from policy.i18n import mark

_EXIF, _TAKEN, _CHANGED = 0x8769, 0x9003, 0x0132  # tags of the Exif standard: when taken, when changed
_APPLE = frozenset({".heic", ".heif", ".hif"})  # no reader of ours opens them, but what they say of themselves is plain
_EXIF_HEAD = b"Exif\x00\x00"
_EXIF_MOST = 64 << 10  # an Exif block is at most 64 KiB
_SEARCHED = 8 << 20  # of a file, for its Exif block: it stands in front of the picture or just behind its head
_FIRST_PHOTO = 1990  # before it a camera's clock was not set
_FILES_OF_ENTRIES = (
    "SELECT l.id, e.evidence FROM case_log l CROSS JOIN evidence_link e ON e.target = 'case_log:' || l.id "
    'WHERE l."case" = ? ORDER BY e.rowid'
)
_FAR = 365 * 12  # days ahead that a case is looked at: rights granted for ten years run out


@service("case.log", in_turn=True)
def log(
    ws: Workspace,
    job: Job,
    *,
    case: str,
    kind: str,
    note: str,
    at: str | None = None,
    files: list[str] | None = None,
    pictures: list[dict[str, Any]] | None = None,
    next_action: str | None = None,
    next_on: str | None = None,
    place: str | None = None,
    decision: bool = False,
) -> dict[str, Any]:
    """Enter what happened into a case: {id, late, evidence: [ids], changes}.

    `pictures` {name, data} are taken in like files without ever being some. `at` is a date, or a date and time
    `YYYY-MM-DD HH:MM` at +08:00; without it, now. A later entry is legitimate and shown as late (补记). A decision gets
    an entry of the audit log as well, with the case's figures.
    """
    if not note.strip():
        raise Refused("case.empty_note")
    happened_on, happened_at = _moment(at)
    values, warnings = typed_values(
        ws,
        kind_info("case_log"),
        {"kind": kind, "note": note.strip(), "place": place, "next_action": next_action, "next_on": next_on},
    )
    with ws.store.read():
        record = records.resolve("case", case)
        refuse_secrets(kind_info("case_log"), {"case": record})
    added = add_files(ws, job, files or [], on_step=None, pictures=pictures or [])
    with added.kept(ws), ws.store.write(mark("记录案件"), "typed") as write:
        entry = write.insert(
            CaseLog,
            {
                **values,
                "case": record,
                "happened_on": happened_on,
                "happened_at": happened_at,
                "recorded_at": write.at,
                "decision": int(decision),
            },
        )
        for evidence in added.rows(write):
            target = f"case_log:{entry}"
            write.insert(EvidenceLink, {"evidence": evidence, "target": target, "link": "records"})
        if next_on:
            write.update(Case, record, {"next_action": values["next_action"], "next_on": values["next_on"]})
    return {
        "id": entry,
        "case": record,
        "late": happened_on[:10] < today().isoformat(),
        "evidence": added.ids,
        "warnings": [*warnings, *added.warnings],
        "changes": write.changes.as_dict(),
    }


@service("case.next_no")
def next_no(ws: Workspace, job: Job) -> dict[str, str]:
    """The number that follows that of the case entered last, in its own way of writing: {no}.

    A year in it becomes this year, and counting goes on where this year's has come to. Nothing is reserved.
    """
    with ws.store.read():
        return {"no": newcase.next_no()}


@service("case.entries")
def entries(ws: Workspace, job: Job, *, case: str) -> list[dict[str, Any]]:
    """The log of a case, newest first; `late` says it was recorded on a later day, `evidence` are the ids of its
    files, as they were attached."""
    with ws.store.read() as connection:
        record = records.resolve("case", case)
        query = CaseLog.select().where(CaseLog.case == record)
        rows = dict_rows(query.order_by(CaseLog.happened_on.desc(), CaseLog.recorded_at.desc()))
        files: dict[str, list[str]] = {}
        linked = connection.execute(_FILES_OF_ENTRIES, (record,))
        for entry, evidence in linked.fetchall():
            files.setdefault(entry, []).append(evidence)
        for row in rows:
            row["evidence"] = files.get(row["id"], [])
            row["late"] = is_late(row["happened_on"], row["recorded_at"])
    return rows


def _moment(at: str | None) -> tuple[str, int | None]:
    if at is None:
        moment = now()
        return moment.date().isoformat(), int(moment.timestamp() * 1000)
    text = at.strip().replace("T", " ")
    try:
        if len(text) <= 10:
            return datetime.strptime(text, "%Y-%m-%d").date().isoformat(), None
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
    except ValueError:
        raise Refused("case.bad_time", value=at[:40]) from None
    return moment.date().isoformat(), int(moment.timestamp() * 1000)


@service("case.deadlines")
def deadlines(ws: Workspace, job: Job, *, case: str, on: str | None = None) -> list[dict[str, Any]]:
    """The dates of a case and of what hangs on it, soonest first, as `deadlines.list` tells them.

    Dates that were missed long ago stay as long as something is due. Raises Refused("policy.date_invalid").
    """
    day = day_of(on)
    with ws.store.read():
        file = gather(records.resolve("case", case))
    inside = {(kind, row["id"]) for kind, rows in file.rows.items() for row in rows}
    inside |= {("research_project", row["project"]) for row in file.of("achievement") if row["project"]}
    return [row for row in coming(ws, day, _FAR) if (row["kind"], row["id"]) in inside]


@service("case.photo_times")
def photo_times(ws: Workspace, job: Job, *, files: list[str]) -> list[dict[str, Any]]:
    """When pictures were taken, as they say themselves: [{file, taken: `YYYY-MM-DD HH:MM`}], those that say so only.

    Nothing is stored. What cannot be read says nothing here; taking it in as evidence tells what is wrong with it.
    """
    return [{"file": file, "taken": taken} for file in files if (taken := _taken(Path(file)))]


def _taken(file: Path) -> str | None:
    from PIL import Image  # half a second, for those who drop pictures only

    try:
        if file.suffix.lower() in _APPLE:
            held = Image.Exif()
            held.load(_exif_inside(file))
        else:
            with Image.open(file) as picture:
                held = picture.getexif()
        text = held.get_ifd(_EXIF).get(_TAKEN) or held.get(_CHANGED)
        moment = datetime.strptime(str(text).strip("\x00 ")[:19], "%Y:%m:%d %H:%M:%S")
    except Exception as error:  # Pillow raises whatever its readers meet in a damaged file
        if isinstance(error, MemoryError):
            raise
        return None
    return moment.strftime("%Y-%m-%d %H:%M") if moment.year >= _FIRST_PHOTO else None


def _exif_inside(file: Path) -> bytes:
    """The Exif block of a picture kept in boxes (ISO 23008-12), found by its head; blank where there is none."""
    with file.open("rb") as stream:
        data = stream.read(_SEARCHED)
    for order in (b"II*\x00", b"MM\x00*"):
        if (place := data.find(_EXIF_HEAD + order)) >= 0:
            return data[place : place + _EXIF_MOST]
    return b""
