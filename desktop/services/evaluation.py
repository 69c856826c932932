"""Evaluating a subject under a pack, typing in what the store cannot know, and freezing the result as a snapshot."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from db.models import EvidenceLink, Snapshot, Target, TypedMeasure
from db.queries import measures as measure_queries
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from desktop.services.choices import choice_attributes
from desktop.services.confirmations import in_force
from desktop.services.holidays import calendar_of
from desktop.services.policies import describe, pack_by_id, packs
from desktop.services.registry import Job, service
from desktop.services.scores import Attached, SelfScores, with_other
from desktop.services.subjects import place_of
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, earliest, is_partial_date, latest, today
from policy.errors import Refused, Usage
from policy.evaluate import Subject, attributes_needed, evaluate, measures_needed
from policy.i18n import listed, mark, speaking, tr
from policy.measures import MEASURES, near, parse_figure, shown, shown_unit
from policy.pack import Pack, load_pack
from policy.results import IndicatorResult, MeasureValue, RowRef
from policy.rules.clock import Clock
from policy.rules.deadline import Deadline

FORMAT = "fuzhuan-snapshot/1"
_COUNTED = frozenset("家项人个场件次")
_EVIDENCE_FIELDS = (
    "id", "title", "doc_kind", "digest", "bytes", "pages", "media_type", "file_name", "doc_no", "issuer",
    "issued_on", "valid_until", "original_place", "blob", "sensitivity", "state",
)  # fmt: skip


@service("evaluation.subjects")
def subjects(ws: Workspace, job: Job, *, pack: str) -> list[dict[str, str]]:
    """Whom the pack can judge: [{kind, id, name}]."""
    found, _ = pack_by_id(ws, pack)
    with ws.store.read():
        candidates = measure_queries.subjects(found.subjects)
    return [{"kind": kind, "id": record, "name": name} for kind, record, name in candidates]


@service("evaluation.run")
def run(
    ws: Workspace,
    job: Job,
    *,
    pack: str,
    period: str,
    subject: str | None = None,
    what_if: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Judge a subject ("carrier:ID"; the only candidate without one) under a pack in a period; see `snapshot`.

    Each indicator says by `confirmed` {notice, title, sha256, page, by, on} who compared an unverified figure with the
    year's notice, else None; one with typed points its `form`, `text` and what is `attached`. `notes` hold for the
    whole. Raises Usage("policy.unknown_pack" | "policy.period_invalid" |
    "evaluation.which_subject"), Refused("policy.not_in_force") for a period before the pack, and what the pack's names
    raise. `what_if` gives assumed figures as typed.
    """
    found, _ = pack_by_id(ws, pack)
    when = Period.parse(period)
    _refuse_too_early(found, when)
    kind, record = subject_of(ws, found, subject)
    assumed = {name: _figure(name, text) for name, text in (what_if or {}).items()}
    return _judge(ws, found, when, kind, record, assumed)


def _judge(
    ws: Workspace, found: Pack, when: Period, kind: str, record: str, assumed: dict[str, Fraction]
) -> dict[str, Any]:
    """Judge a record by a pack, which need not be one that is at hand; see `run`."""
    pack = found.id
    chosen, calendar = choice_attributes(ws, when, judged_by=found), calendar_of(ws)
    labels = {declared.name: declared.shown for declared in kind_info(kind).fields}
    beside = Attached(ws, found)
    with ws.store.read():
        name = records.title(kind, record)
        attributes = measure_queries.subject_attributes(kind, record, when.ends_on)
        if kind != "organisation" or record == ws.store.setting("organisation"):
            # a share of a city target is ours, not that of the universities we also judge
            attributes.update(own_shares(found, when, attributes_needed(found, kind)))
        scores = SelfScores(found, when.text, f"{kind}:{record}")
        judged = Subject(kind, record, name, {**attributes, **chosen, **scores.attributes()}, labels)
        needed = measures_needed(found, judged) | beside.measures(judged)
        values = measure_queries.compute(needed, subject_kind=kind, subject_id=record, period=when, today=today())
        own = beside.not_theirs(assumed, judged)
        indicators = evaluate(
            found, subject=judged, period=when, measures=values, what_if=own, today=today(), calendar=calendar
        )
        others = beside.results(judged, when, values, assumed, calendar)
        proofs = _proofs(pack, when.text, f"{kind}:{record}")
        confirmed = in_force(pack_digest=found.digest, period=when.text, subject=f"{kind}:{record}")
    results = [
        {
            **with_other(
                _indicator(item, proofs, f"indicator:{pack}/{item.id}@{when.text}/{kind}:{record}"),
                others.get(item.id),
            ),
            **scores.told(item.id),
            "confirmed": confirmed.get(item.id),
        }
        for item in indicators
    ]
    verdicts = [item["verdict"] for item in results]
    return {
        "pack": describe(found),
        "subject": {"kind": kind, "id": record, "name": name},
        "period": when.text,
        "indicators": results,
        "measures": {key: _measure(value) for key, value in sorted(values.items())},
        "counts": {word: verdicts.count(word) for word in ("pass", "fail", "unknown", "info")},
        "what_if": sorted(assumed),
        "notes": _notes(found, when),
    }


@service("evaluation.type", in_turn=True)
def type_measure(
    ws: Workspace, job: Job, *, measure: str, subject: str, period: str, value: str, note: str = ""
) -> dict[str, Any]:
    """Keep a figure the store cannot compute, for one subject and period; blank takes it back.

    `measure` may also be what rules ask of that kind of subject and no record says (an attribute): yes or no, a day, a
    figure, as typed. Raises Usage("policy.unknown_name" | "policy.figure_invalid" | "policy.subject_invalid" |
    "record.unknown"), Refused("policy.date_invalid").
    """
    if measure in MEASURES:
        figure = str(_counted(measure, value)) if value.strip() else None
    else:
        kind, figure = subject.partition(":")[0], value.strip() or None
        _refuse_unasked(ws, kind, measure)
        if figure and not is_partial_date(figure) and measure in _days(ws, kind):
            raise Refused("policy.date_invalid", text=figure[:40])  # it would stand in the way of every deadline
    key = {"measure": measure, "subject": place_of(ws, subject), "period": Period.parse(period).text}
    with ws.store.write(mark("填报数值"), "typed") as write:
        known = TypedMeasure.get_or_none(**key)
        if known is not None and figure is None:
            write.delete(TypedMeasure, known.id)
        elif known is not None:
            write.update(TypedMeasure, known.id, {"value": figure, "note": note or None})
        elif figure is not None:
            write.insert(TypedMeasure, {**key, "value": figure, "note": note or None})
    return {"changes": write.changes.as_dict()}


def _counted(name: str, text: str) -> Fraction:
    """A figure as typed; what is counted in whole ones is neither half a one nor fewer than none."""
    figure = _figure(name, text)
    if MEASURES[name].unit in _COUNTED and (figure.denominator != 1 or figure < 0):
        raise Usage("policy.figure_invalid", name=name, text=text[:40], unit=shown_unit(MEASURES[name].unit))
    return figure


def _days(ws: Workspace, kind: str) -> set[str]:
    """The names of what rules for a kind of subject count by as days."""
    bodies = [rule.body for pack, _ in packs(ws).values() for rule in pack.rules if rule.subject == kind]
    names = {name for body in bodies if isinstance(body, Deadline) for name in (*body.since, body.done)}
    return names.union(
        *((*body.since, *body.due, body.stop) for body in bodies if isinstance(body, Clock)),
    ) - {""}


def _refuse_unasked(ws: Workspace, kind: str, name: str) -> None:
    asked = {one for pack, _ in packs(ws).values() for one in attributes_needed(pack, kind)}
    recorded = {declared.name for declared in kind_info(kind).fields}
    if name not in asked - recorded or name.startswith(("choice.", "own_share.", "self_score.")):
        raise Usage("policy.unknown_name", name=name, known=near(name))


@service("evaluation.share", in_turn=True)
def set_share(ws: Workspace, job: Job, *, pack: str, rule: str, period: str, own_share: int | None) -> dict[str, Any]:
    """Set the organisation's own share of a city target; None takes it back."""
    found, _ = pack_by_id(ws, pack)
    found.rule(rule)
    if own_share is not None and own_share < 0:
        raise Usage("policy.figure_invalid", name="own_share", text=str(own_share), unit="0/1")
    key = {"pack": pack, "rule": rule, "period": Period.parse(period).text}
    with ws.store.write(mark("设定本单位份额"), "typed") as write:
        known = Target.get_or_none(**key)
        if known is not None and own_share is None:
            write.delete(Target, known.id)
        elif known is not None:
            write.update(Target, known.id, {"own_share": own_share})
        elif own_share is not None:
            write.insert(Target, {**key, "own_share": own_share, "scope": "own"})
    return {"changes": write.changes.as_dict()}


@service("evaluation.freeze", in_turn=True)
def freeze(ws: Workspace, job: Job, *, pack: str, period: str, subject: str | None = None) -> dict[str, Any]:
    """Keep the evaluation as a snapshot that never changes: {id, digest, title, changes}.

    The same figures, rows, evidence and pack give the same digest, and then the snapshot already kept.
    """
    with speaking("zh"):  # what is frozen does not depend on who looks at it in which language
        result = run(ws, job, pack=pack, period=period, subject=subject)
    found, data = pack_by_id(ws, pack)
    place = f"{result['subject']['kind']}:{result['subject']['id']}"
    with ws.store.read():
        evidence = _evidence_rows(result["indicators"])
    content = {
        "format": FORMAT,
        **{key: result[key] for key in ("pack", "subject", "period", "measures")},
        # what was confirmed may change while the figures stay: it goes with the application
        "indicators": [{key: item[key] for key in item if key != "confirmed"} for item in result["indicators"]],
        **({"notes": result["notes"]} if result["notes"] else {}),
    }
    content["evidence"] = evidence
    text = canonical(content)
    digest = hashlib.sha256(text.encode()).hexdigest()
    title = f"{result['subject']['name']} · {found.title.zh} · {result['period']}"
    with ws.store.write(mark("定稿"), "typed") as write:
        known = Snapshot.get_or_none(Snapshot.digest == digest)
        if known is not None:
            return {"id": known.id, "digest": digest, "title": known.title, "changes": write.changes.as_dict()}
        record = write.insert(
            Snapshot,
            {
                "title": title[:200],
                "pack": pack,
                "pack_digest": found.digest,
                "pack_text": data.decode(),
                "subject": place,
                "period": result["period"],
                "frozen_at": write.at,
                "digest": digest,
                "content": text,
            },
        )
        write.audit("evaluation.frozen", f"snapshot:{record}", _as_frozen(result, found, digest))
    return {"id": record, "digest": digest, "title": title, "changes": write.changes.as_dict()}


@service("evaluation.snapshots")
def snapshots(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """The frozen evaluations, newest first."""
    fields = (Snapshot.id, Snapshot.title, Snapshot.pack, Snapshot.subject, Snapshot.period, Snapshot.frozen_at)
    with ws.store.read():
        return dict_rows(Snapshot.select(*fields, Snapshot.digest).order_by(Snapshot.frozen_at.desc()))


@service("evaluation.snapshot")
def snapshot(ws: Workspace, job: Job, *, id: str) -> dict[str, Any]:
    """The content of a snapshot as frozen."""
    with ws.store.read():
        return dict(json.loads(records.get("snapshot", records.resolve("snapshot", id))["content"]))


@service("evaluation.reopen")
def reopen(ws: Workspace, job: Job, *, snapshot: str) -> dict[str, Any]:
    """A frozen evaluation under the pack it was frozen with, and the same judged again on today's records.

    {snapshot: {id, title, frozen_at, digest}, frozen, today, pack_now}: `frozen` is the content as frozen, `today` an
    evaluation as `run` answers it, None where the subject is gone; `pack_now` is same, replaced or gone. The pack is
    read from the snapshot, whatever has become of it since. Raises Refused("snapshot.changed") where pack or content do
    not fit their digests.
    """
    with ws.store.read():
        row = records.get("snapshot", records.resolve("snapshot", snapshot))
    text, content = row["pack_text"].encode(), row["content"]
    if hashlib.sha256(text).hexdigest() != row["pack_digest"]:
        raise Refused("snapshot.changed", title=row["title"])
    if hashlib.sha256(content.encode()).hexdigest() != row["digest"]:
        raise Refused("snapshot.changed", title=row["title"])
    pack = load_pack(text)
    kind, _, record = row["subject"].partition(":")
    with ws.store.read():
        there = bool(records.rows(kind, [record]))
    now = packs(ws).get(pack.id)
    return {
        "snapshot": {key: row[key] for key in ("id", "title", "frozen_at", "digest")},
        "frozen": json.loads(content),
        "today": _judge(ws, pack, Period.parse(row["period"]), kind, record, {}) if there else None,
        "pack_now": "gone" if now is None else "same" if now[0].digest == pack.digest else "replaced",
    }


@service("evidence.gaps")
def gaps(ws: Workspace, job: Job, *, pack: str, period: str, subject: str | None = None) -> list[dict[str, Any]]:
    """What evidence an evaluation still lacks: [{indicator, title, clause, proofs, evidence, missing, target_key}]."""
    result = run(ws, job, pack=pack, period=period, subject=subject)
    return [
        {
            "indicator": item["id"],
            "title": item["title"],
            "clause": item["clause"],
            "verdict": item["verdict"],
            "proofs": item["proofs"],
            "evidence": item["evidence"],
            "missing": not item["evidence"],
            "target_key": item["target_key"],
        }
        for item in result["indicators"]
        if item["kind"] != "reference"  # it states no figure to prove
    ]


def _as_frozen(result: dict[str, Any], pack: Pack, digest: str) -> dict[str, Any]:
    """What the audit log holds of a frozen evaluation: which text it was judged by, and every figure judged."""
    figures = {item["id"]: [item["verdict"], item["value"], item["score"]] for item in result["indicators"]}
    subject = f"{result['subject']['kind']}:{result['subject']['id']}"
    judged = {"pack": pack.id, "pack_digest": pack.digest, "period": result["period"], "subject": subject}
    return {"digest": digest, "counts": result["counts"], **judged, "figures": figures}


def canonical(content: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def subject_of(ws: Workspace, pack: Pack, given: str | None) -> tuple[str, str]:
    """Kind and id of whom a pack judges: as given ("KIND:ID"), else ourselves, else the only carrier."""
    if given:
        kind, _, record = given.partition(":")
        if kind not in pack.subjects:
            raise Refused("evaluation.wrong_subject", kind=kind, known=listed(pack.subjects))
        with ws.store.read():
            return kind, records.resolve(kind, record)
    if "organisation" in pack.subjects:
        return "organisation", str(own_organisation(ws)["id"])
    with ws.store.read():
        candidates = measure_queries.subjects(("carrier",)) if "carrier" in pack.subjects else []
    if len(candidates) != 1:
        raise Usage("evaluation.which_subject", known=listed(pack.subjects))
    return candidates[0][0], candidates[0][1]


def _refuse_too_early(pack: Pack, when: Period) -> None:
    if pack.effective_from and when.ends_on < earliest(pack.effective_from):
        earlier = listed(pack.replaces) or tr("当时有效的政策包")
        raise Refused(
            "policy.not_in_force",
            title=pack.title.zh,
            begins=pack.effective_from,
            period=when.text,
            earlier=earlier,
        )


def _notes(pack: Pack, when: Period) -> list[str]:
    if pack.effective_to and latest(pack.effective_to) < when.starts_on:
        return [
            tr(
                "《{title}》的效力到 {end} 为止，期间 {period} 在其后，结论仅供对照。",
                title=str(pack.title),
                end=pack.effective_to,
                period=when.text,
            )
        ]
    return []


def _figure(name: str, text: str) -> Fraction:
    if name not in MEASURES:
        raise Usage("policy.unknown_name", name=name, known=near(name))
    unit = MEASURES[name].unit
    figure = parse_figure(text.strip(), unit)
    if figure is None:
        told = unit if unit == "fen" else shown_unit(unit)  # bare money is taken as fen
        raise Usage("policy.figure_invalid", name=MEASURES[name].title(), text=text[:40], unit=told or "0/1")
    return figure


def own_shares(pack: Pack, period: Period, needed: set[str]) -> dict[str, str]:
    """Our shares of a pack's targets as attributes (`own_share.RULE`); read while the store's lock is held."""
    rows = Target.select().where(Target.pack == pack.id, Target.period == period.text)
    shares = {f"own_share.{row.rule}": str(row.own_share) for row in rows if row.own_share is not None}
    return {name: value for name, value in shares.items() if name in needed}


def _proofs(pack: str, period: str, subject: str) -> dict[str, list[str]]:
    """Evidence ids by indicator for one subject, pack and period."""
    found: dict[str, list[str]] = {}
    head, tail = f"indicator:{pack}/", f"@{period}/{subject}"
    query = EvidenceLink.select(EvidenceLink.target, EvidenceLink.evidence).where(EvidenceLink.target.startswith(head))
    for target, evidence in tuple_rows(query.order_by(EvidenceLink.created_at, EvidenceLink.id)):
        if target.endswith(tail):
            found.setdefault(target[len(head) : -len(tail)], []).append(evidence)
    return found


def _indicator(result: IndicatorResult, proofs: dict[str, list[str]], key: str) -> dict[str, Any]:
    ids = proofs.get(result.id, [])
    titles = records.titles("evidence", ids)
    item = asdict(result)
    item["evidence"] = [{"id": evidence, "title": titles.get(evidence, "")} for evidence in ids]
    item["target_key"] = key
    return item


def _measure(value: MeasureValue) -> dict[str, Any]:
    declared = MEASURES[value.name]
    number = value.value
    text = "" if number is None else shown(number, declared.unit, declared.decimals)
    return {
        "label": declared.title(),
        "value": None if number is None else str(number),
        "shown": f"{text} {shown_unit(declared.unit)}".strip(),
        "unit": declared.unit,
        "date_field": value.date_field,
        "blanks": value.blanks,
        "typed": value.typed,
        "by_person": not declared.date_field,
        "rows": [_row(row) for row in value.rows],
        "border": [_row(row) for row in value.border],
    }


def _row(row: RowRef) -> dict[str, str]:
    return asdict(row)


def _evidence_rows(indicators: list[dict[str, Any]]) -> list[dict[str, Any]]:
    used: dict[str, list[str]] = {}
    for item in indicators:
        for evidence in item["evidence"]:
            used.setdefault(evidence["id"], []).append(item["id"])
    return [
        {**{name: row[name] for name in _EVIDENCE_FIELDS}, "used_for": used[row["id"]]}
        for row in records.rows("evidence", list(used))
    ]
