"""The way to a price and what it asks for: publicity, experts or a valuer, decision, papers; done, missing or late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from db.queries import measures as measure_queries
from db.queries import records
from db.schema import kind_info
from desktop.services.deadlines import day_of
from desktop.services.judging import judge, live_packs
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import Period
from policy.errors import Usage
from policy.evaluate import Subject, attributes_needed
from policy.i18n import tr
from policy.measures import shown
from policy.nearby import nearby
from policy.pack import Pack, Rule
from policy.rules.checklist import Checklist
from policy.rules.clock import Clock
from policy.rules.deadline import Deadline
from policy.rules.formula import Formula

KIND = "pricing"
_FIRST = ("route", "related_party", "method", "proposed_price")  # asked before what follows from them


@service("pricing.path")
def path(
    ws: Workspace, job: Job, *, record: str | None = None, values: dict[str, Any] | None = None, on: str | None = None
) -> dict[str, Any]:
    """Which duties follow from a way of pricing and how they stand: {duties, questions, counts}.

    From a `record` (pricing) with its case, publicity, valuation and papers, over which `values` go as typed: route,
    method, related_party, proposed_price, and any other name of `questions`. A duty is {title, state (done, missing,
    late, info), text, due, parts, clause, source, status, verified, pack, rule}; a question {name, label, kind
    (yes_no, date, choice, text), options, value, recorded, saves: whether it is a field of the record}. Raises
    Refused("record.bad_value") and Usage("record.unknown" | "policy.unknown_name").
    """
    return asked(ws, KIND, _FIRST, record, values or {}, day_of(on))


def asked(
    ws: Workspace, kind: str, first: Iterable[str], record: str | None, values: Mapping[str, Any], day: date
) -> dict[str, Any]:
    """The duties and questions of any kind of record whose rules are conditions and days; see `path`."""
    known: dict[str, str] = {}
    title = ""
    if record:
        with ws.store.read():
            record = records.resolve(kind, record)
            known = measure_queries.subject_attributes(kind, record, day)
            title = records.title(kind, record)
    packs = {pack.id: pack for pack in live_packs(ws, kind)}
    _refuse_unknown(packs.values(), kind, values)
    typed = _typed(ws, kind, values)
    given = {name: value for name, value in {**known, **typed}.items() if value != ""}
    labels = {field.name: field.shown for field in kind_info(kind).fields}
    subject = Subject(kind, record or "", title, given, labels)
    duties = [
        _duty(result, packs[result["pack"]].rule(result["id"]), day)
        for result in judge(ws, subject, Period.parse(f"@{day.isoformat()}"))
        if result["kind"] != "reference" and not _undecided(packs[result["pack"]].rule(result["id"]), given)
    ]
    states = [duty["state"] for duty in duties]
    return {
        "record": record or "",
        "title": title,
        "duties": duties,
        "questions": _questions(packs.values(), kind, first, duties, given, known, typed),
        "counts": {state: states.count(state) for state in ("done", "missing", "late", "info")},
    }


def _refuse_unknown(packs: Iterable[Pack], kind: str, values: Mapping[str, Any]) -> None:
    """An answer nobody asks for is a slip of the pen."""
    known = {field.name for field in kind_info(kind).fields}
    known |= {name for pack in packs for name in attributes_needed(pack, kind) if not name.startswith("choice.")}
    for name in values:
        if name not in known:
            raise Usage("policy.unknown_name", name=name, known=nearby(name, known))


def _typed(ws: Workspace, kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What was typed as attributes: fields as stored, answers to rules as they are."""
    info = kind_info(kind)
    fields = {field.name for field in info.fields}
    stored, _ = typed_values(ws, info, {name: value for name, value in values.items() if name in fields})
    told = {name: str(value).strip() for name, value in values.items() if name not in fields}
    return {
        **{name: "" if stored.get(name) is None else str(stored[name]) for name in values if name in fields},
        **told,
    }


def _undecided(rule: Rule, given: Mapping[str, str]) -> bool:
    """Whether it is still open if the rule applies at all: it is shown once that was answered."""
    return bool([name for name in rule.when.missing(given) if not name.startswith("choice.")])


def _duty(result: Mapping[str, Any], rule: Rule, day: date) -> dict[str, Any]:
    return {
        "pack": result["pack"],
        "rule": result["id"],
        "title": result["title"],
        "state": _state(result, rule, day),
        "due": result["due"],
        "text": result["gap"] or result["duty"] or _until(result),
        "parts": [{"title": part["title"], "state": _ANSWERS[part["verdict"]]} for part in result["parts"]],
        "clause": result["clause"],
        "source": result["source"],
        "status": result["status"],
        "verified": result["verified"],
        "notes": list(result["notes"]),
        "proofs": list(result["proofs"]),
    }


_ANSWERS = {"pass": "done", "fail": "missing", "unknown": "missing", "info": "info"}


def _state(result: Mapping[str, Any], rule: Rule, day: date) -> str:
    """Done, missing, late (its day is past) or info (it only supports)."""
    due = result["due"]
    if isinstance(rule.body, Deadline | Clock) and result["verdict"] != "pass":
        waits = isinstance(rule.body, Deadline) and rule.body.not_before
        return "late" if due and due < day.isoformat() and not waits else "missing"
    return _ANSWERS[result["verdict"]]


def _until(result: Mapping[str, Any]) -> str:
    return tr("至 {day}", day=result["due"]) if result["due"] else ""


def _questions(
    packs: Iterable[Pack],
    kind: str,
    first: Iterable[str],
    duties: list[dict[str, Any]],
    given: Mapping[str, str],
    known: Mapping[str, str],
    typed: Mapping[str, str],
) -> list[dict[str, Any]]:
    """What the rules that apply ask for, the deciding ones first; recorded answers say so."""
    shown = {(duty["pack"], duty["rule"]) for duty in duties}
    info = kind_info(kind)
    fields = {field.name: field for field in info.fields}
    found: dict[str, dict[str, Any]] = {}

    def add(name: str, label: str, rule: Rule | None) -> None:
        field = fields.get(name)
        found[name] = {
            "name": name,
            "label": label,
            "kind": _answer_kind(name, rule, field),
            "options": [[choice.code, choice.shown] for choice in field.choices] if field else [],
            "value": _shown(given.get(name, ""), field),
            "recorded": name in known and name not in typed,
            "saves": field is not None and field.required != "D",
        }

    for name in first:
        label = next((str(pack.labels[name]) for pack in packs if name in pack.labels), "")
        add(name, fields[name].shown if name in fields else label or name, None)
    for pack in packs:
        for rule in pack.rules:
            if (pack.id, rule.id) in shown:
                for name in sorted(rule.body.attributes()):
                    if name not in found and not name.startswith("choice."):
                        own = fields[name].shown if name in fields else name
                        add(name, str(pack.labels.get(name) or own), rule)
    return list(found.values())


def _shown(value: str, field: Any) -> str:
    """A recorded value as one would type it: money with its unit."""
    if field is None or field.type != "money" or not value:
        return value
    return f"{shown(int(value), 'fen', 6)}万元"


def _answer_kind(name: str, rule: Rule | None, field: Any) -> str:
    """How it is answered: by the field's type, else by what the rule does with it."""
    if field is not None:
        return {"enum": "choice", "date": "date", "tri": "yes_no", "bool": "yes_no"}.get(field.type, "text")
    body = rule.body if rule else None
    if isinstance(body, Deadline | Clock):
        return "date"
    if isinstance(body, Formula):
        return "text"
    if isinstance(body, Checklist):
        return "text" if any(item.attribute == name and item.filled for item in body.items) else "yes_no"
    return "yes_no"
