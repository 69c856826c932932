"""Points a person gives where a rule's points are typed, the words that explain them, and what is shown beside."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from db.models import SelfScore
from desktop.services.noticetable import plain_number
from desktop.services.policies import pack_by_id, packs
from desktop.services.registry import Job, service
from desktop.services.subjects import place_of
from desktop.services.workspace import Workspace
from policy.calendar import Calendar
from policy.dates import Period, today
from policy.errors import Refused
from policy.evaluate import Subject, evaluate, measures_needed
from policy.i18n import mark, tr
from policy.measures import parse_figure
from policy.pack import Pack, Rule
from policy.results import IndicatorResult, MeasureValue
from policy.rules.score import Sum, Typed

MOST_WORDS = 20_000
_SCALE = 1000  # points are kept in thousandths


@service("evaluation.score", in_turn=True)
def score(
    ws: Workspace,
    job: Job,
    *,
    pack: str,
    rule: str,
    period: str,
    subject: str,
    score: str,
    text: str | None = None,
) -> dict[str, Any]:
    """Keep a self-score and its words for one subject ("KIND:ID") and period: {score, text, changes}.

    A blank score takes it back; `text` None leaves the words as they are. Raises Usage("policy.unknown_pack" |
    "policy.unknown_rule"), Refused("score.not_typed" | "score.unreadable" | "score.too_fine" | "score.above" |
    "score.too_long").
    """
    found, _ = pack_by_id(ws, pack)
    one = found.rule(rule)
    if not isinstance(one.body, Typed):
        raise Refused("score.not_typed", title=str(one.title))
    points = _points(one, one.body.points, score)
    if text is not None and len(text) > MOST_WORDS:
        raise Refused("score.too_long", limit=MOST_WORDS)
    place = place_of(ws, subject)
    key = {"pack": pack, "rule": rule, "period": Period.parse(period).text, "subject": place}
    with ws.store.write(mark("自评打分"), "typed") as write:
        known = SelfScore.get_or_none(**key)
        words = (text.strip() or None) if text is not None else (known.text if known else None)
        values = {"score": None if points is None else int(points * _SCALE), "text": words}
        if known is not None and points is None and words is None:
            write.delete(SelfScore, known.id)
        elif known is not None:
            write.update(SelfScore, known.id, values)
        elif points is not None or words is not None:
            write.insert(SelfScore, {**key, **values})
    return {
        "score": "" if points is None else plain_number(points),
        "text": words or "",
        "changes": write.changes.as_dict(),
    }


def _points(rule: Rule, most: Fraction | None, text: str) -> Fraction | None:
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("分").strip()
    if not plain:
        return None
    points = parse_figure(plain, "分")
    if points is None or points < 0:
        raise Refused("score.unreadable", title=str(rule.title), text=text[:40])
    if (points * _SCALE).denominator != 1:
        raise Refused("score.too_fine", title=str(rule.title), text=text[:40])
    if most is not None and points > most:
        raise Refused("score.above", title=str(rule.title), score=plain_number(points), most=plain_number(most))
    return points


class SelfScores:
    """The self-scores of one subject under one pack and period, and how an evaluation tells them.

    Read them while the store's lock is held.
    """

    def __init__(self, pack: Pack, period: str, subject: str) -> None:
        self._typed = {rule.id: rule.body for rule in pack.rules if isinstance(rule.body, Typed)}
        self._sums = {rule.id for rule in pack.rules if isinstance(rule.body, Sum)}
        self._groups = {rule.id: str(rule.group) for rule in pack.rules if str(rule.group)}
        where = (SelfScore.pack == pack.id, SelfScore.period == period, SelfScore.subject == subject)
        rows = SelfScore.select().where(*where) if self._typed else ()
        self._rows = {row.rule: row for row in rows if row.rule in self._typed}

    def attributes(self) -> dict[str, str]:
        """`self_score.RULE` for each rule that was given points."""
        return {
            f"self_score.{rule}": plain_number(Fraction(row.score, _SCALE))
            for rule, row in self._rows.items()
            if row.score is not None
        }

    def told(self, rule: str) -> dict[str, Any]:
        """What an indicator says beside its result: `form` (typed or sum), `text`, and `group` where it has one."""
        said: dict[str, Any] = {"group": self._groups[rule]} if rule in self._groups else {}
        if rule in self._typed:
            row = self._rows.get(rule)
            said |= {"form": "typed", "text": (row.text if row else None) or ""}
        elif rule in self._sums:
            said["form"] = "sum"
        return said


class Attached:
    """The computed rules of other packs that stand beside rules with typed points."""

    def __init__(self, ws: Workspace, pack: Pack) -> None:
        """A rule that is not at hand any more is left out. Takes the store's lock for itself."""
        wanted = {rule.id: rule.body.attached for rule in pack.rules if isinstance(rule.body, Typed)}
        known = packs(ws) if any(wanted.values()) else {}
        self._own = {name for rule in pack.rules for name in rule.body.measures()}
        self._rules: dict[str, tuple[Pack, Rule]] = {}
        for name, place in wanted.items():
            other, _, rule = place.partition("/")
            if other in known and any(one.id == rule for one in known[other][0].rules):
                self._rules[name] = known[other][0], known[other][0].rule(rule)

    def measures(self, subject: Subject) -> set[str]:
        """The figures they ask for."""
        asked = {pack.id: measures_needed(pack, subject) for pack, _ in self._rules.values()}
        return set().union(*asked.values())

    def not_theirs(self, assumed: Mapping[str, Fraction], subject: Subject) -> dict[str, Fraction]:
        """The assumed figures without those that only an attached rule knows."""
        theirs = self.measures(subject) - self._own
        return {name: value for name, value in assumed.items() if name not in theirs}

    def results(
        self,
        subject: Subject,
        period: Period,
        measures: Mapping[str, MeasureValue],
        assumed: Mapping[str, Fraction],
        calendar: Calendar,
    ) -> dict[str, dict[str, Any]]:
        """By rule of the pack what the attached one says: {pack, rule, title, applies, …the fields of a result}."""
        judged: dict[str, dict[str, IndicatorResult]] = {}
        for pack, _ in self._rules.values():
            if pack.id not in judged:
                names = {name for rule in pack.rules for name in rule.body.measures()}
                found = evaluate(
                    pack,
                    subject=subject,
                    period=period,
                    measures=measures,
                    what_if={name: value for name, value in assumed.items() if name in names},
                    today=today(),
                    calendar=calendar,
                )
                judged[pack.id] = {result.id: result for result in found}
        told = {}
        for name, (pack, rule) in self._rules.items():
            result = judged[pack.id].get(rule.id)
            place = {"pack": pack.id, "rule": rule.id, "title": str(rule.title), "applies": result is not None}
            told[name] = {**(asdict(result) if result else {}), **place}
        return told


def with_other(item: dict[str, Any], other: Mapping[str, Any] | None) -> dict[str, Any]:
    """An indicator with the attached rule beside it: `attached` whole, as one of its `parts`, and its figures."""
    if other is None:
        return item
    item["attached"] = dict(other)
    if other["applies"]:
        named = {name: value for name, value in other.items() if name not in ("pack", "rule", "applies")}
        part = {**named, "title": tr("计算结果：{title}", title=other["title"]), "parts": []}
        item["parts"] = [*item["parts"], part]
        item["measures"] = [*item["measures"], *(name for name in other["measures"] if name not in item["measures"])]
    return item
