"""Every target with progress: of the city, a district, our own or a task book; another's figure is never our gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from db.models import Target as TargetRow
from db.queries import measures as measure_queries
from db.queries import records
from db.schema import kinds
from desktop.services.choices import choice_attributes
from desktop.services.judging import ceded, figure_behind
from desktop.services.policies import packs
from desktop.services.registry import Job, service, session_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace, own_organisation
from policy.dates import Period, earliest, latest, today
from policy.errors import Refused, Usage
from policy.evaluate import Subject, evaluate, measures_needed
from policy.i18n import listed, mark, tr
from policy.measures import MEASURES, near, parse_figure, shown, shown_unit, titles
from policy.pack import Pack, Rule
from policy.results import IndicatorResult, MeasureValue
from policy.rules.common import Facts, with_unit
from policy.rules.target import SCOPES, Target

_GONE = frozenset({"superseded", "expired"})
_OF_OTHERS = frozenset({"city", "district"})


@service("targets.list")
def targets(ws: Workspace, job: Job, *, year: str) -> list[dict[str, Any]]:
    """The targets that hold in a year, policies' first, then those added by hand.

    [{key, pack, rule, record, title, scope, value, target, ours, progress, unit, value_text, target_text, ours_text,
    gap, by, at_most, clause, source, status, verified, notes, figures}]. `value`, `target` and `ours` are numbers to
    draw by, None where unknown; `ours` is what we hold ourselves to: our share of another's target, or a target of our
    own. `progress` is a percentage of `ours`, "" without. Raises Usage("policy.period_invalid").
    """
    when = Period.parse(year)
    own = own_organisation(ws)
    with ws.store.read():
        attributes = measure_queries.subject_attributes("organisation", str(own["id"]), when.ends_on)
        rows = list(TargetRow.select().where(TargetRow.period == when.text))
    shares = {(row.pack, row.rule): row.own_share for row in rows if row.pack and row.own_share is not None}
    chosen = choice_attributes(ws, when)
    found: list[dict[str, Any]] = []
    for pack in _packs(ws, when):
        given = {f"own_share.{rule}": str(share) for (of, rule), share in shares.items() if of == pack.id}
        subject = Subject("organisation", str(own["id"]), str(own["name"]), {**chosen, **attributes, **given})
        figures = _figures(ws, measures_needed(pack, subject), subject, when)
        for result in evaluate(pack, subject=subject, period=when, measures=figures, today=today()):
            rule = pack.rule(result.id)
            if isinstance(rule.body, Target):
                found.append(_of_pack(pack, rule, rule.body, result, figures, shares.get((pack.id, rule.id))))
    for row in rows:
        if not row.pack and row.measure in MEASURES:
            kind, _, record = (row.subject or f"organisation:{own['id']}").partition(":")
            found.append(_of_hand(row, _figure(ws, row.measure, kind, record, when)))
    return found


@session_service("targets.measures")
def measures(session: Session, job: Job, *, text: str = "") -> list[dict[str, Any]]:
    """What a target may count, by its name: [{measure, title, unit, subjects}], those only whose name or title holds
    the text; without a workspace, too. One that takes a number is named with a place for it (`tenants_growing:N`).
    """
    wanted = text.strip().lower()
    found = []
    for name, title in sorted(titles().items(), key=lambda item: (item[1], item[0])):
        if wanted in name.lower() or wanted in title.lower():
            one = MEASURES[name.partition(":")[0]]
            unit, subjects = shown_unit(one.unit), sorted(one.subjects)
            found.append({"measure": name, "title": title, "unit": unit, "subjects": subjects})
    return found


@service("targets.add", in_turn=True)
def add(
    ws: Workspace,
    job: Job,
    *,
    label: str,
    measure: str,
    value: str,
    year: str,
    scope: str = "own",
    clause: str = "",
    subject: str = "",
) -> dict[str, Any]:
    """Set a target of our own or of a task book: {id, changes}; `value` as typed, in the measure's unit.

    `subject` is KIND:ID, ourselves without one. Raises Usage("policy.unknown_name" | "policy.figure_invalid" |
    "policy.period_invalid"), Refused("target.no_title" | "target.scope" |
    "target.not_of_subject") and Usage("record.unknown").
    """
    if measure not in MEASURES:
        raise Usage("policy.unknown_name", name=measure, known=near(measure))
    declared = MEASURES[measure]
    figure = parse_figure(value, declared.unit)
    if figure is None:
        raise Usage("policy.figure_invalid", name=declared.title(), text=value, unit=shown_unit(declared.unit))
    if not label.strip():
        raise Refused("target.no_title")
    if subject:
        kind, _, record = subject.partition(":")
        if kind not in declared.subjects or kind not in kinds():
            raise Refused("target.not_of_subject", measure=declared.title(), kind=kind)
        with ws.store.read():
            subject = f"{kind}:{records.resolve(kind, record)}"
    if scope not in SCOPES:
        raise Refused("target.scope", text=scope, known=listed(sorted(SCOPES)))
    values = {
        "title": label.strip(), "measure": measure, "value": str(figure), "period": Period.parse(year).text,
        "scope": scope, "clause": clause.strip() or None, "subject": subject or None,
    }  # fmt: skip
    with ws.store.write(mark("设定目标"), "typed") as write:
        known = TargetRow.get_or_none(TargetRow.title == values["title"], TargetRow.period == values["period"])
        if known is not None:
            write.update(TargetRow, known.id, values)
        record = known.id if known is not None else write.insert(TargetRow, values)
    return {"id": record, "changes": write.changes.as_dict()}


def _packs(ws: Workspace, when: Period) -> Iterator[Pack]:
    """Packs with targets of organisations whose dates touch the year; those that ended before it are history."""
    known = [pack for pack, _ in packs(ws).values()]
    for pack in known:
        rules = tuple(rule for rule in pack.rules if rule.kind == "target" and rule.subject == "organisation")
        begun = not pack.effective_from or earliest(pack.effective_from) <= when.ends_on
        over = bool(pack.effective_to) and latest(pack.effective_to) < when.starts_on
        if not (pack.effective_to and pack.status in _GONE):  # whose dates say when it was history
            over = over or pack.status in _GONE or ceded(pack, known, when.ends_on)
        if rules and begun and not over:
            yield replace(pack, rules=rules)


def _figures(ws: Workspace, names: set[str], subject: Subject, when: Period) -> dict[str, MeasureValue]:
    with ws.store.read():
        return measure_queries.compute(
            names, subject_kind=subject.kind, subject_id=subject.id, period=when, today=today()
        )


def _figure(ws: Workspace, measure: str, kind: str, record: str, when: Period) -> MeasureValue:
    """One figure of a subject; unknown where the record is gone or the figure is none of its kind."""
    with ws.store.read():
        there = kind in MEASURES[measure].subjects and kind in kinds() and bool(records.rows(kind, [record]))
    if not there:
        return MeasureValue(measure, None, MEASURES[measure].unit)
    return _figures(ws, {measure}, Subject(kind, record, "", {}), when)[measure]


def _of_pack(
    pack: Pack,
    rule: Rule,
    body: Target,
    result: IndicatorResult,
    figures: dict[str, MeasureValue],
    share: int | None,
) -> dict[str, Any]:
    value = body.quantity.figure(Facts(figures, {}, rule.verification))
    scale = _scale(body.quantity.measure.unit) if not body.quantity.of else 1
    ours = body.ours("" if share is None else str(share))
    unit = body.quantity.unit()
    return {
        "key": f"{pack.id}/{rule.id}",
        "pack": pack.id,
        "rule": rule.id,
        "record": "",
        "title": result.title,
        "scope": body.scope,
        "value": _number(value, scale),
        "target": _number(body.value, scale),
        "ours": _number(ours, scale),
        "progress": _progress(value, ours, at_most=body.at_most),
        "unit": unit,
        "value_text": with_unit(result.value, result.unit) if result.value else "",
        "target_text": result.target,
        "ours_text": with_unit(body.quantity.shown(ours), unit) if ours is not None else "",
        "gap": result.gap,
        "by": body.by,
        "at_most": body.at_most,
        "clause": result.clause,
        "source": result.source,
        "status": result.status,
        "verified": result.verified,
        "notes": list(result.notes),
        "figures": [figure_behind(figures[name]) for name in result.measures if name in figures],
    }


def _of_hand(row: TargetRow, figure: MeasureValue) -> dict[str, Any]:
    measure = MEASURES[row.measure]
    wanted = parse_figure(row.value or "", measure.unit)
    value = None if figure.value is None else Fraction(figure.value)
    scale, unit = _scale(measure.unit), shown_unit(measure.unit)
    ours = None if row.scope in _OF_OTHERS else wanted
    missing = ours - value if ours is not None and value is not None and value < ours else None

    def told(number: Fraction | None) -> str:
        return "" if number is None else with_unit(shown(number, measure.unit, measure.decimals), unit)

    return {
        "key": f"target:{row.id}",
        "pack": "",
        "rule": "",
        "record": row.id,
        "title": row.title or measure.title(),
        "scope": row.scope,
        "value": _number(value, scale),
        "target": _number(wanted, scale),
        "ours": _number(ours, scale),
        "progress": _progress(value, ours),
        "unit": unit,
        "value_text": told(value),
        "target_text": told(wanted),
        "ours_text": told(ours),
        "gap": tr("还差 {n}", n=told(missing)) if missing is not None else "",
        "by": "",
        "at_most": False,
        "clause": row.clause or "",
        "source": "",
        "status": "",
        "verified": True,
        "notes": [row.note] if row.note else [],
        "figures": [figure_behind(figure)],
    }


def _progress(value: Fraction | None, ours: Fraction | None, *, at_most: bool = False) -> str:
    """How far we are, in whole per cent rounded down: 100 is said only when it is reached."""
    if value is None or not ours or at_most:
        return ""
    return f"{value * 100 // ours} %"


def _number(value: Fraction | None, scale: int) -> float | None:
    return None if value is None else float(value / scale)


def _scale(unit: str) -> int:
    return 1_000_000 if unit == "fen" else 1
