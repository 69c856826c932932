"""Rounds (申报轮次): the notice, its steps with day and hour, and everything it asks for. No date comes from a rule."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, time
from itertools import pairwise
from typing import Any

from db.models import Application, EvidenceLink, Round, Submission
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from desktop.services.evidence import list_evidence
from desktop.services.policies import packs
from desktop.services.records import full_rows, typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import Period
from policy.errors import Refused
from policy.i18n import mark, quoted, tr

_MOST_STEPS, _MOST_PAPERS = 60, 200
_MOST_WORDS = 200
_DUE = re.compile(
    r"(?P<y>[0-9]{4})[-./年](?P<m>[0-9]{1,2})[-./月](?P<d>[0-9]{1,2})日?"
    r"(?:[ T]*(?P<half>上午|下午|中午|晚上)?(?P<h>[0-9]{1,2})(?:[:时点](?P<min>[0-9]{1,2})?分?)"
    r"(?::[0-9]{2})?(?:前|止)?)?"
)


@service("round.save", in_turn=True)
def save(ws: Workspace, job: Job, *, values: dict[str, Any], id: str | None = None) -> dict[str, Any]:
    """Add a round, or change fields of one: {id, warnings, changes}; blank clears a field.

    `steps` is a list of {name, due, who, done_on} (a text may be its JSON); `due` is a day, or a day and an hour of
    Chongqing, in any usual writing. `papers` is a list of texts, one a line. Raises Refused("round.bad_step", row,
    text | "round.nameless_step", row), Usage("policy.period_invalid"), and what the fields raise.
    """
    values = dict(values)
    warnings: list[str] = []
    if "steps" in values:
        values["steps"], warnings = _steps(values["steps"])
    if "papers" in values:
        values["papers"] = _lines(values["papers"])
    if values.get("period"):
        values["period"] = Period.parse(str(values["period"]).strip()).text
    stored, said = typed_values(ws, kind_info("round"), values)
    with ws.store.write(mark("申报轮次"), "typed") as write:
        if id is None:
            record = write.insert(Round, stored)
        else:
            record = records.resolve("round", id)
            write.update(Round, record, stored)
    return {"id": record, "warnings": [*said, *warnings], "changes": write.changes.as_dict()}


@service("round.list")
def listing(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """The rounds, newest first, each with `pack_title`, `next` (the first step not done, or None) and `state`: where
    what was handed in last stands, in words, "" where nothing was."""
    known = packs(ws)
    with ws.store.read():
        rows = dict_rows(Round.select().where(Round.archived == 0).order_by(Round.created_at.desc(), Round.id))
        handed_in = Submission.select().where(Submission.round.is_null(False), Submission.archived == 0)
        # what was handed in last comes last; a correction that still waits here is not
        sent = dict_rows(handed_in.order_by(Submission.sent_on.is_null(False), Submission.created_at))
    labels = {choice.code: choice.shown for choice in kind_info("submission").field("state").choices}
    states = {row["round"]: labels[row["state"]] for row in sent}
    return [
        {
            **{name: row[name] for name in ("id", "title", "number", "issuer", "period", "pack", "applicant_kind")},
            "pack_title": str(known[row["pack"]][0].title) if row["pack"] in known else "",
            "next": next((step for step in row["steps"] or () if not step.get("done_on")), None),
            "verified_on": row["verified_on"],
            "state": states.get(row["id"], ""),
        }
        for row in rows
    ]


@service("round.show")
def show(ws: Workspace, job: Job, *, id: str) -> dict[str, Any]:
    """One round: every field, `pack_title`, and its files: `notice` and `templates` [{id, title, file_name, pages}]."""
    with ws.store.read():
        record = records.resolve("round", id)
    row = full_rows(ws, "round", [record])[0]
    known = packs(ws).get(row["pack"] or "")

    def files(target: str) -> list[dict[str, Any]]:
        names = ("id", "title", "file_name", "pages", "digest")
        return [{name: item[name] for name in names} for item in list_evidence(ws, job, target=target)]

    return {
        **row,
        "pack_title": str(known[0].title) if known else "",
        "notice": files(f"round:{record}"),
        "template_files": files(f"round:{record}.templates"),
    }


@service("round.delete", in_turn=True)
def delete(ws: Workspace, job: Job, *, id: str) -> dict[str, Any]:
    """Remove a round; the files, the table's pack and the self-scores stay. It can be undone: {id, changes}.

    Raises Refused("round.in_use") where an application was made for it.
    """
    with ws.store.write(mark("删除申报轮次"), "typed") as write:
        record = records.resolve("round", id)
        used = Application.select().where(Application.round == record).exists()
        if used or Submission.select().where(Submission.round == record).exists():
            raise Refused("round.in_use", title=records.title("round", record))
        for link in EvidenceLink.select().where(
            EvidenceLink.target.in_((f"round:{record}", f"round:{record}.templates"))
        ):
            write.delete(EvidenceLink, link.id)
        write.delete(Round, record)
    return {"id": record, "changes": write.changes.as_dict()}


def _steps(given: Any) -> tuple[list[dict[str, str]] | None, list[str]]:
    """Steps as stored, and what to tell about their order."""
    if isinstance(given, str):
        try:
            given = json.loads(given) if given.strip() else []
        except ValueError:
            raise Refused("round.bad_step", row=1, text=given[:40]) from None
    if not isinstance(given, Sequence) or len(given) > _MOST_STEPS:
        raise Refused("round.bad_step", row=_MOST_STEPS, text="")
    steps: list[dict[str, str]] = []
    for number, step in enumerate(given, 1):
        if not isinstance(step, Mapping):
            raise Refused("round.bad_step", row=number, text=str(step)[:40])
        words = {name: str(step.get(name) or "").strip()[:_MOST_WORDS] for name in ("name", "due", "who", "done_on")}
        if not any(words.values()):
            continue
        if not words["name"]:
            raise Refused("round.nameless_step", row=number)
        words["due"] = read_due(words["due"], number)
        if words["done_on"]:
            words["done_on"] = read_due(words["done_on"], number)[:10]
        steps.append({name: text for name, text in words.items() if text or name != "done_on"})
    return steps or None, _told(steps)


def read_due(text: str, row: int = 1) -> str:
    """`2026-05-08` or `2026-05-08 17:30` from any usual writing of a day and hour; blank stays blank.

    Raises Refused("round.bad_step", row, text).
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        return ""
    hit = _DUE.fullmatch(plain)
    try:
        if hit is None:
            raise ValueError(plain)
        day = date(int(hit["y"]), int(hit["m"]), int(hit["d"])).isoformat()
        if hit["h"] is None:
            return day
        hour = int(hit["h"])
        if hit["half"] in ("下午", "晚上") and hour < 12:
            hour += 12
        if hour == 24 and not int(hit["min"] or 0):  # the end of the day, as notices write it
            return f"{day} 23:59"
        return f"{day} {time(hour, int(hit['min'] or 0)):%H:%M}"
    except ValueError:
        raise Refused("round.bad_step", row=row, text=text[:40]) from None


def _told(steps: Sequence[Mapping[str, str]]) -> list[str]:
    said = []
    dated = [step for step in steps if step["due"]]
    for before, after in pairwise(dated):
        length = min(len(before["due"]), len(after["due"]))
        if after["due"][:length] < before["due"][:length]:
            said.append(
                tr("“{after}”的时限早于前一步“{before}”，请核对通知", after=after["name"], before=before["name"])
            )
    open_ = [step["name"] for step in steps if not step["due"]]
    if open_:
        said.append(tr("{names}没有写时限，不会出现在期限里", names=quoted(open_)))
    return said


def _lines(given: Any) -> list[str] | None:
    lines = given.split("\n") if isinstance(given, str) else list(given or ())
    texts = [str(line).strip()[:_MOST_WORDS] for line in lines if str(line).strip()]
    return texts[:_MOST_PAPERS] or None
