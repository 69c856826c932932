"""Judge a subject by a policy pack: every rule that applies to it, on measures and attributes handed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from policy.dates import Period
from policy.errors import Refused, Usage
from policy.i18n import language, quoted, tr
from policy.measures import MEASURES, parse_figure, shown, shown_unit
from policy.pack import Pack, Rule
from policy.results import IndicatorResult, MeasureValue
from policy.rules.common import UNKNOWN, Facts, Finding, attribute_label, unique, with_unit

_OWN_SHARE = "own_share"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged: kind and id of a record, its name, and attributes by field identifier as text.

    Choices are given by their stored code (or Chinese label), dates as partial-date text, yes as "1"; blank fields are
    left out. `own_share.RULE` is the part of a city target the unit has set itself.
    """

    kind: str
    id: str
    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An example (counted from 1) of a rule whose answer differs from what the pack expects."""

    rule: str
    example: int
    field: str
    expected: str
    found: str


def measures_needed(pack: Pack, subject: Subject) -> set[str]:
    """Names of the measures the rules that may apply to the subject ask for."""
    return {name for rule in _applicable(pack, subject) for name in rule.body.measures()}


def attributes_needed(pack: Pack, kind: str) -> set[str]:
    """Names of the attributes the rules for a kind of subject ask for, the switch of the relief clause included."""
    names: set[str] = set()
    for rule in pack.rules:
        if rule.subject == kind:
            asked = _attributes(pack, rule)
            names |= {f"{_OWN_SHARE}.{rule.id}" if name == _OWN_SHARE else name for name in asked}
    return names


def evaluate(
    pack: Pack,
    *,
    subject: Subject,
    period: Period,
    measures: Mapping[str, MeasureValue],
    what_if: Mapping[str, Fraction] | None = None,
) -> tuple[IndicatorResult, ...]:
    """One result per rule of the pack that applies to the subject, in the pack's order.

    A measure that is missing or None makes its rules unknown. `what_if` replaces measures by assumed values, in the
    measure's unit; every result that used one says so. Raises Usage("policy.unknown_name", name, known) for an assumed
    name the pack does not use.
    """
    assumed = what_if or {}
    known = {name for rule in pack.rules for name in rule.body.measures()}
    for name in assumed:
        _check_name(name, known)
    merged = {**measures, **{name: _typed(name, value) for name, value in assumed.items()}}
    results = []
    for rule in _applicable(pack, subject):
        facts = Facts(
            merged,
            subject.attributes,
            rule.verification,
            period,
            pack.relief,
            subject.attributes.get(f"{_OWN_SHARE}.{rule.id}", ""),
        )
        blank = rule.when.missing(subject.attributes)
        if blank:
            named = [attribute_label(name) for name in blank]
            note = tr("{names}未填，无法判断是否适用", names=quoted(named))
            finding = Finding(UNKNOWN, rule.verification.verified, notes=(note,))
        else:
            finding = rule.body.judge(facts)
        results.append(_result(pack, rule, finding, tuple(_assumptions(rule, assumed))))
    return tuple(results)


def try_rule(pack: Pack, rule_id: str, values: Mapping[str, str]) -> IndicatorResult:
    """One rule on figures as typed: measures (in their unit, or 元, 万元, 亿元), attributes, `period`, `own_share`.

    The rule is taken to apply. Raises Usage("policy.unknown_rule", pack, rule), Usage("policy.unknown_name", name,
    known), Usage("policy.figure_invalid", name, text, unit), Usage("policy.period_invalid", text) and
    Refused("policy.date_invalid", text).
    """
    rule = pack.rule(rule_id)
    measured, asked = rule.body.measures(), _attributes(pack, rule)
    measures: dict[str, MeasureValue] = {}
    attributes: dict[str, str] = {}
    for name, text in values.items():
        _check_name(name, measured | asked | {"period"})
        if name in measured:
            figure = parse_figure(text, MEASURES[name].unit)
            if figure is None:
                raise Usage("policy.figure_invalid", name=name, text=text, unit=MEASURES[name].unit)
            measures[name] = _typed(name, figure)
        else:
            attributes[name] = text
    facts = Facts(
        measures,
        attributes,
        rule.verification,
        Period.parse(values["period"]) if "period" in values else None,
        pack.relief,
        attributes.get(_OWN_SHARE, ""),
    )
    said = (tr("按所给条件，本条并不适用"),) if rule.when.holds(attributes) is False else ()
    return _result(pack, rule, rule.body.judge(facts), said)


def failed_examples(pack: Pack) -> tuple[Mismatch, ...]:
    """The pack's own examples that its rules do not answer as written; empty for a pack that means what it says."""
    found = []
    for rule in pack.rules:
        for place, example in enumerate(rule.examples, 1):
            try:
                result = try_rule(pack, rule.id, example.given)
            except (Refused, Usage) as fault:
                found.append(Mismatch(rule.id, place, "given", "", fault.code))
                continue
            for name, expected in example.expected.items():
                if getattr(result, name) != expected:
                    found.append(Mismatch(rule.id, place, name, str(expected), str(getattr(result, name))))
    return tuple(found)


def _applicable(pack: Pack, subject: Subject) -> Iterator[Rule]:
    """The rules for the subject's kind whose condition holds, or cannot be told from what is filled in."""
    for rule in pack.rules:
        if rule.subject == subject.kind and rule.when.holds(subject.attributes) is not False:
            yield rule


def _attributes(pack: Pack, rule: Rule) -> frozenset[str]:
    relief = frozenset({pack.relief.attribute}) if pack.relief and rule.body.measures() else frozenset()
    return rule.body.attributes() | rule.when.names() | relief


def _check_name(name: str, known: set[str] | frozenset[str]) -> None:
    if name not in known:
        raise Usage("policy.unknown_name", name=name, known=", ".join(sorted(known)))


def _typed(name: str, value: Fraction) -> MeasureValue:
    measure = MEASURES[name]
    return MeasureValue(name, value, measure.unit, measure.date_field, typed=True)


def _assumptions(rule: Rule, assumed: Mapping[str, Fraction]) -> Iterator[str]:
    for name in sorted(rule.body.measures() & assumed.keys()):
        measure = MEASURES[name]
        figure = with_unit(shown(assumed[name], measure.unit, measure.decimals), shown_unit(measure.unit))
        yield tr("假设「{name}」为 {figure}", name=measure.title(), figure=figure)


def _result(pack: Pack, rule: Rule, finding: Finding, said: tuple[str, ...]) -> IndicatorResult:
    note = (str(rule.note),) if rule.note.zh else ()
    result = _indicator(pack, rule, rule.id, str(rule.title), finding)
    return replace(
        result,
        notes=unique((*said, *finding.notes, *note)),
        proofs=rule.proofs,
    )


def _indicator(pack: Pack, rule: Rule, name: str, title: str, finding: Finding) -> IndicatorResult:
    return IndicatorResult(
        id=name,
        title=title,
        kind=rule.kind,
        clause=rule.clause,
        source=pack.citation() if language() == "zh" or not pack.title.en else f"{pack.title.en} {pack.number}".strip(),
        status=pack.status,
        verified=finding.verified,
        verdict=finding.verdict,
        value=finding.value,
        unit=finding.unit,
        target=finding.target,
        cap=finding.cap,
        award_max_fen=finding.award_max_fen,
        due=finding.due,
        gap=finding.gap,
        scope=finding.scope,
        share=finding.share,
        notes=finding.notes,
        measures=finding.measures,
        parts=tuple(
            _indicator(pack, rule, f"{name}.{place}", part.label, part) for place, part in enumerate(finding.parts, 1)
        ),
    )
