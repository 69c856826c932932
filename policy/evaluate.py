"""Judge a subject by a policy pack: every rule that applies to it, on measures and attributes handed in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from policy.calendar import PUBLISHED, Calendar
from policy.choices import PREFIX
from policy.dates import Period, earliest, is_partial_date, latest
from policy.errors import Refused, Usage
from policy.i18n import language, quoted, tr
from policy.measures import MEASURES, parse_figure, shown, shown_unit
from policy.nearby import nearby
from policy.pack import Pack, Rule
from policy.results import IndicatorResult, MeasureValue
from policy.rules.common import UNKNOWN, Facts, Finding, unique, with_unit

# Attributes that belong to one rule: OWN.RULE of the subject is OWN for the rule.
_OWN = ("own_share", "self_score")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged: kind and id of a record, its name, and attributes by field identifier as text.

    Choices are given by their stored code (or Chinese label), dates as partial-date text, yes as "1"; blank fields are
    left out. `own_share.RULE` is the part of a city target the unit has set itself, `self_score.RULE` the points a
    person gave, `choice.ID` what was taken where texts differ. `labels` says what attributes are called.
    """

    kind: str
    id: str
    name: str
    attributes: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An example (counted from 1) of a rule whose answer differs from what the pack expects; `line` of the file."""

    rule: str
    example: int
    field: str
    expected: str
    found: str
    line: int = 0


def measures_needed(pack: Pack, subject: Subject) -> set[str]:
    """Names of the measures the rules that may apply to the subject ask for."""
    return {name for rule in _applicable(pack, subject, None) for name in rule.body.measures()}


def attributes_needed(pack: Pack, kind: str) -> set[str]:
    """Names of the attributes the rules for a kind of subject ask for, the switch of the relief clause included."""
    names: set[str] = set()
    for rule in pack.rules:
        if rule.subject == kind:
            names |= {f"{name}.{rule.id}" if name in _OWN else name for name in _attributes(pack, rule)}
    return names


def evaluate(
    pack: Pack,
    *,
    subject: Subject,
    period: Period,
    measures: Mapping[str, MeasureValue],
    what_if: Mapping[str, Fraction] | None = None,
    today: date | None = None,
    calendar: Calendar = PUBLISHED,
) -> tuple[IndicatorResult, ...]:
    """One result per rule of the pack that applies to the subject, in the pack's order.

    A measure that is missing or None makes its rules unknown. `what_if` replaces measures by assumed values, in the
    measure's unit; every result that used one says so. `today` is the day states are seen from while the period runs.
    Raises Usage("policy.unknown_name", name, known) for an assumed name the pack does not use.
    """
    assumed = what_if or {}
    known = {name for rule in pack.rules for name in rule.body.measures()}
    for name in assumed:
        _check_name(name, known)
    merged = {**measures, **{name: _typed(name, value) for name, value in assumed.items()}}
    rules = list(_applicable(pack, subject, period))
    findings: dict[str, Finding] = {}
    labels = {**subject.labels, **{name: str(text) for name, text in pack.labels.items()}}
    for rule in _in_order(rules):
        facts = Facts(
            merged,
            subject.attributes,
            rule.verification,
            period,
            pack.relief,
            subject.attributes.get(f"own_share.{rule.id}", ""),
            subject.attributes.get(f"self_score.{rule.id}", ""),
            today,
            calendar,
            findings,
            labels,
        )
        blank = rule.when.missing(subject.attributes)
        if blank:
            note = tr("{names}未填，无法判断是否适用", names=quoted([facts.label(name) for name in blank]))
            found = Finding(UNKNOWN, rule.verification.verified, notes=(note,))
        else:
            found = rule.body.judge(facts)
        findings[rule.id] = replace(found, label=str(rule.title))
    return tuple(
        _result(pack, rule, findings[rule.id], (*_chosen(pack, rule, subject.attributes), *_assumptions(rule, assumed)))
        for rule in rules
    )


def try_rule(
    pack: Pack,
    rule_id: str,
    values: Mapping[str, str],
    *,
    calendar: Calendar = PUBLISHED,
    labels: Mapping[str, str] = MappingProxyType({}),
) -> IndicatorResult:
    """One rule on figures as typed: measures (in their unit, or 元, 万元, 亿元), attributes, `period`, `today`.

    Attributes are those of the subject, `own_share`, `self_score`, and `rule.ID` for points or figures of the rules it
    builds on; those that are not given are worked out from the same values. The rule is taken to apply; `labels` says
    what attributes are called. Raises
    Usage("policy.unknown_rule", pack, rule), Usage("policy.unknown_name", name, known), Usage("policy.figure_invalid",
    name, text, unit), Usage("policy.period_invalid", text) and Refused("policy.date_invalid", text).
    """
    wanted = pack.rule(rule_id)
    rules = _with_base(pack, wanted)
    measured = {name for rule in rules for name in rule.body.measures()}
    asked = {name for rule in rules for name in _attributes(pack, rule)}
    given_rules = {f"rule.{rule.id}": rule for rule in rules if rule is not wanted}
    known = measured | asked | given_rules.keys() | {"period", "today"}
    measures: dict[str, MeasureValue] = {}
    attributes: dict[str, str] = {}
    findings: dict[str, Finding] = {}
    today: date | None = None
    for name, text in values.items():
        _check_name(name, known)
        if name in measured:
            figure = parse_figure(text, MEASURES[name].unit)
            if figure is None:
                raise Usage("policy.figure_invalid", name=name, text=text, unit=MEASURES[name].unit)
            measures[name] = _typed(name, figure)
        elif name in given_rules:
            findings[name.removeprefix("rule.")] = _given(given_rules[name], name, text)
        elif name == "today":
            today = _day(text)
        else:
            attributes[name] = text
    period = Period.parse(values["period"]) if "period" in values else None
    called = {**labels, **{name: str(text) for name, text in pack.labels.items()}}
    for rule in _in_order(rules):
        if rule.id in findings:
            continue
        facts = Facts(
            measures,
            attributes,
            rule.verification,
            period,
            pack.relief,
            attributes.get("own_share", ""),
            attributes.get("self_score", ""),
            today,
            calendar,
            findings,
            called,
        )
        findings[rule.id] = replace(rule.body.judge(facts), label=str(rule.title))
    said = (tr("按所给条件，本条并不适用"),) if wanted.when.holds(attributes) is False else ()
    return _result(pack, wanted, findings[rule_id], (*said, *_chosen(pack, wanted, attributes)))


def failed_examples(pack: Pack) -> tuple[Mismatch, ...]:
    """The pack's own examples that its rules do not answer as written; empty for a pack that means what it says."""
    found = []
    for rule in pack.rules:
        for place, example in enumerate(rule.examples, 1):
            try:
                result = try_rule(pack, rule.id, example.given)
            except (Refused, Usage) as fault:
                found.append(Mismatch(rule.id, place, "given", "", fault.code, example.line))
                continue
            for name, expected in example.expected.items():
                if getattr(result, name) != expected:
                    answer = str(getattr(result, name))
                    found.append(Mismatch(rule.id, place, name, str(expected), answer, example.line))
    return tuple(found)


def _applicable(pack: Pack, subject: Subject, period: Period | None) -> Iterator[Rule]:
    """The rules for the subject's kind whose condition holds, or cannot be told, and whose dates touch the period."""
    for rule in pack.rules:
        if rule.subject != subject.kind or rule.when.holds(subject.attributes) is False:
            continue
        if period is not None and rule.effective_from and earliest(rule.effective_from) > period.ends_on:
            continue
        if period is not None and rule.effective_to and latest(rule.effective_to) < period.starts_on:
            continue
        yield rule


def _in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Rules after those they build on, else as they came; the loader has refused circles."""
    by_id = {rule.id: rule for rule in rules}
    made: dict[str, Rule] = {}

    def place(rule: Rule) -> None:
        if rule.id not in made:
            for other in sorted(rule.body.rules() & by_id.keys()):
                place(by_id[other])
            made[rule.id] = rule

    for rule in by_id.values():
        place(rule)
    return list(made.values())


def _with_base(pack: Pack, rule: Rule) -> list[Rule]:
    """The rule and all it builds on, in the pack's order."""
    wanted, open_ = {rule.id}, [rule]
    while open_:
        for other in open_.pop().body.rules() - wanted:
            wanted.add(other)
            open_.append(pack.rule(other))
    return [one for one in pack.rules if one.id in wanted]


def _given(rule: Rule, name: str, text: str) -> Finding:
    """The finding of a rule whose points or figure a person typed."""
    figure = parse_figure(text, getattr(rule.body, "unit", "分") or "分")
    if figure is None:
        raise Usage("policy.figure_invalid", name=name, text=text, unit="")
    body = rule.body
    most, bonus = getattr(body, "points", None), getattr(body, "bonus", False)
    return Finding(
        "info", rule.verification.verified, label=str(rule.title), points=figure, figure=figure, most=most, bonus=bonus
    )


def _day(text: str) -> date:
    if len(text) != len("YYYY-MM-DD") or not is_partial_date(text):
        raise Refused("policy.date_invalid", text=text)
    return earliest(text)


def _attributes(pack: Pack, rule: Rule) -> frozenset[str]:
    relief = frozenset({pack.relief.attribute}) if pack.relief and rule.body.measures() else frozenset()
    return rule.body.attributes() | rule.when.names() | relief


def _check_name(name: str, known: Collection[str]) -> None:
    if name not in known:
        raise Usage("policy.unknown_name", name=name, known=nearby(name, known, _title))


def _title(name: str) -> str:
    return MEASURES[name].title() if name in MEASURES else ""


def _typed(name: str, value: Fraction) -> MeasureValue:
    measure = MEASURES[name]
    return MeasureValue(name, value, measure.unit, measure.date_field, typed=True)


def _assumptions(rule: Rule, assumed: Mapping[str, Fraction]) -> Iterator[str]:
    for name in sorted(rule.body.measures() & assumed.keys()):
        measure = MEASURES[name]
        figure = with_unit(shown(assumed[name], measure.unit, measure.decimals), shown_unit(measure.unit))
        yield tr("假设「{name}」为 {figure}", name=measure.title(), figure=figure)


def _chosen(pack: Pack, rule: Rule, attributes: Mapping[str, str]) -> Iterator[str]:
    """What was taken where texts differ and this rule depends on it."""
    choices = {f"{PREFIX}{choice.id}": choice for choice in pack.choices}
    for name in sorted(_attributes(pack, rule) & choices.keys() & attributes.keys()):
        choice, taken = choices[name], attributes[name]
        title = next((str(option.title) for option in choice.options if option.id == taken), taken)
        said = tr("「{matter}」取：{taken}", matter=str(choice.title), taken=title)
        yield said if taken != choice.default else f"{said} – {choice.why}"


def _result(pack: Pack, rule: Rule, finding: Finding, said: tuple[str, ...]) -> IndicatorResult:
    note = (str(rule.note),) if rule.note.zh else ()
    result = _indicator(pack, rule, rule.id, str(rule.title), finding)
    return replace(
        result,
        notes=unique((*said, *finding.notes, *note)),
        proofs=rule.proofs,
    )


def _source(pack: Pack, rule: Rule) -> str:
    if rule.document.zh:
        return str(rule.document)
    return pack.citation() if language() == "zh" or not pack.title.en else f"{pack.title.en} {pack.number}".strip()


def _indicator(pack: Pack, rule: Rule, name: str, title: str, finding: Finding) -> IndicatorResult:
    return IndicatorResult(
        id=name,
        title=title,
        kind=rule.kind,
        clause=rule.clause,
        source=_source(pack, rule),
        status=rule.status or pack.status,
        verified=finding.verified,
        verdict=finding.verdict,
        value=finding.value,
        unit=finding.unit,
        target=finding.target,
        score=finding.score,
        cap=finding.cap,
        award_max_fen=finding.award_max_fen,
        due=finding.due,
        gap=finding.gap,
        scope=finding.scope,
        share=finding.share,
        state=finding.state,
        duty=finding.duty,
        running=finding.running,
        stated=finding.stated,
        notes=finding.notes,
        measures=finding.measures,
        parts=tuple(
            _indicator(pack, rule, f"{name}.{place}", part.label, part) for place, part in enumerate(finding.parts, 1)
        ),
    )
