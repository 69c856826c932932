"""Deadline rules: when something is due by the calendar, counted from dates of the subject or from the period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from policy.dates import add_months, earliest, is_partial_date, latest, month_end
from policy.i18n import quoted, tr
from policy.measures import is_yes
from policy.rules.common import (
    FAIL,
    INFO,
    PASS,
    UNKNOWN,
    Alone,
    Facts,
    Finding,
    Verification,
    When,
    blank_notes,
    check_cases,
    choose,
    unique,
)
from policy.schema import Table, Text, invalid

_FORMS = frozenset({"month_end", "working_days", "days", "before", "yearly", "months", "date"})
_SET_BY_US = Text("本单位设定的日期，不是本条原文", "A day the organisation set itself, not that of the clause")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True, slots=True)
class Rival:
    """Another text that sets another day of the year for the same thing; `option` is its name in the choice.

    The earlier day is due unless somebody chose; whether this clause was kept is still judged by its own day.
    """

    option: str
    month_day: str
    source: Text
    verification: Verification


@dataclass(frozen=True, slots=True)
class Months:
    """So many months, for a figure that may be verified apart from its rule."""

    months: int
    verification: Verification | None


@dataclass(frozen=True, slots=True)
class Deadline(Alone):
    """A rule of kind `deadline`.

    `month_end`: last calendar day of the month of `since`, else of the period · `working_days`: that many after `since`
    · `days`: that many calendar days after `since` · `before`: the day before `since` · `yearly`: `month_day` of the
    year after the period, or what `choice` takes · `months`: so many after `since` · `date`: that
    day. `since` names attributes with dates, the first filled one counts; `done` the attribute with the day it was
    done; `exempt` one that lifts the duty; `not_before` asks for that day or a later one.
    """

    form: str
    since: tuple[str, ...]
    done: str
    exempt: str
    days: int
    month_day: str
    choice: str
    rivals: tuple[Rival, ...]
    cases: tuple[tuple[When, Months], ...]
    fixed: date | None
    not_before: bool

    @classmethod
    def read(cls, table: Table, subject: str) -> Deadline:
        """From `form`, `since`, `done`, `exempt` and what the form needs; dates are attributes of any subject."""
        del subject
        form = table.one_of("form", _FORMS)
        since = table.texts("since")
        if not since and form not in ("month_end", "yearly", "date"):
            raise invalid(f"{table.where}.since", "missing", "since")
        yearly = form == "yearly"
        return cls(
            form,
            since,
            table.text("done", ""),
            table.text("exempt", ""),
            table.whole("days", low=1, high=1000) if form in ("working_days", "days") else 0,
            _month_day(table) if yearly else "",
            table.text("choice", "") if yearly else "",
            table.tables("rival", _read_rival) if yearly else (),
            _read_months(table) if form == "months" else (),
            _fixed(table) if form == "date" else None,
            table.flag("not_before", False),
        )

    def measures(self) -> frozenset[str]:
        """None: deadlines count from dates."""
        return frozenset()

    def attributes(self) -> frozenset[str]:
        """The dates, the switches and what chooses among variants."""
        names = frozenset({*self.since, self.done, self.exempt} - {""})
        if self.choice:
            names |= {f"choice.{self.choice}"}
        return names.union(*(when.names() for when, _ in self.cases))

    def judge(self, facts: Facts) -> Finding:
        """The day it is due; pass or fail where the day it was done is known, else info; unknown without a start."""
        if self.exempt and is_yes(facts.attributes.get(self.exempt, "")):
            return Finding(INFO, facts.verification.verified, notes=(tr("属免予情形，无期限"),))
        name, text = facts.day(self.since)
        notes: list[str] = []
        if text and self.form != "month_end" and len(text) < len("YYYY-MM-DD"):
            notes.append(tr("「{name}」只到 {text}，按其最早一天计算", name=facts.label(name), text=text))
        verification = facts.verification
        due = limit = None
        if self.form == "yearly":
            due, limit, verification = self._yearly(facts, notes)
        elif self.form == "date":
            due = self.fixed
        elif self.form == "month_end":
            due = self._month_end(facts, text, notes)
        elif text:
            due, verification = self._since(earliest(text), facts, notes)
        else:
            named = [facts.label(one) for one in self.since]
            notes.append(tr("未填写{names}，无法计算期限", names=quoted(named)))
        notes.extend(verification.notes())
        verdict, done = self._verdict(facts, limit or due, notes)
        return Finding(
            verdict,
            verification.verified,
            value=done,
            due=due.isoformat() if due else "",
            notes=unique(notes),
        )

    def _since(self, start: date, facts: Facts, notes: list[str]) -> tuple[date, Verification]:
        if self.form == "before":
            return start - timedelta(days=1), facts.verification
        if self.form == "days":
            return start + timedelta(days=self.days), facts.verification
        if self.form == "working_days":
            due, known = facts.calendar.add_working_days(start, self.days)
            if not known:
                notes.append(tr("所涉年份的节假日安排不在已公布的数据内，只按周末推算"))
            return due, facts.verification
        when, chosen = choose(self.cases, facts)
        notes.extend(blank_notes(self.cases, when, facts))
        return add_months(start, chosen.months), chosen.verification or facts.verification

    def _month_end(self, facts: Facts, text: str, notes: list[str]) -> date | None:
        if not text and facts.period is None:
            notes.append(tr("没有期间，无法计算期限"))
            return None
        due = month_end(earliest(text) if text else facts.period.ends_on if facts.period else date.min)
        working = facts.calendar.working_day_on_or_before(due)
        if working != due:
            notes.append(tr("月末为休息日，宜在 {day} 及以前办理", day=working.isoformat()))
        return due

    def _yearly(self, facts: Facts, notes: list[str]) -> tuple[date | None, date | None, Verification]:
        """The day to work to, the last day this clause allows, and how far the former is verified."""
        if facts.period is None:
            notes.append(tr("没有期间，无法计算期限"))
            return None, None, facts.verification
        year = facts.period.ends_on.year + 1
        if self.choice and (taken := facts.attributes.get(f"choice.{self.choice}", "").strip()):
            return self._taken(year, taken, facts, notes)
        best, verification = self.month_day, facts.verification
        for rival in self.rivals:
            notes.append(
                tr(
                    "时间不一致：本条为 {own}，{source}为 {other}；取较早者",
                    own=self.month_day,
                    source=str(rival.source),
                    other=rival.month_day,
                )
            )
            if rival.month_day < best:
                best, verification = rival.month_day, rival.verification
        return _day(year, best), _day(year, self.month_day), verification

    def _taken(
        self, year: int, taken: str, facts: Facts, notes: list[str]
    ) -> tuple[date | None, date | None, Verification]:
        """As the user, or the program by default, decided between the texts; all of them are said."""
        options = {rival.option: rival for rival in self.rivals if rival.option}
        for rival in self.rivals:
            said = tr(
                "时间不一致：本条为 {own}，{source}为 {other}",
                own=self.month_day,
                source=str(rival.source),
                other=rival.month_day,
            )
            notes.append(said)
        if taken in options:
            rival = options[taken]
            notes.append(tr("按所选依据 {source} 计", source=str(rival.source)))
            return _day(year, rival.month_day), _day(year, self.month_day), rival.verification
        if _MONTH_DAY.fullmatch(taken):
            notes.append(tr("按本单位设定的 {day} 计", day=taken))
            known = facts.verification if taken == self.month_day else Verification(False, basis=_SET_BY_US)
            return _day(year, taken), _day(year, taken), known
        notes.append(tr("按本条的 {day} 计", day=self.month_day))
        return _day(year, self.month_day), _day(year, self.month_day), facts.verification

    def _verdict(self, facts: Facts, due: date | None, notes: list[str]) -> tuple[str, str]:
        done = facts.attributes.get(self.done, "").strip() if self.done else ""
        if due is None:
            return UNKNOWN, done
        if not done:
            return INFO, ""
        if self.not_before:
            return PASS if earliest(done) >= due else FAIL, done
        last = latest(done)
        if len(done) < len("YYYY-MM-DD"):
            notes.append(tr("「{name}」只到 {text}，按其最晚一天判断", name=facts.label(self.done), text=done))
        return PASS if last <= due else FAIL, done


def _day(year: int, month_day: str) -> date:
    """The day of a year; 29 February becomes the 28th where there is none, the stricter of the two."""
    month, day = int(month_day[:2]), int(month_day[3:])
    first = date(year, month, 1)
    return min(first + timedelta(days=day - 1), month_end(first))


def _fixed(table: Table) -> date:
    text = table.text("date")
    if len(text) != len("YYYY-MM-DD") or not is_partial_date(text):
        raise invalid(f"{table.where}.date", "not_allowed", text)
    return earliest(text)


def _month_day(table: Table) -> str:
    text = table.text("month_day")
    if not _MONTH_DAY.fullmatch(text):
        raise invalid(f"{table.where}.month_day", "not_allowed", text)
    return text


def _read_rival(table: Table) -> Rival:
    return Rival(
        table.text("option", ""), _month_day(table), table.bilingual("source", required=True), Verification.read(table)
    )


def _read_months(table: Table) -> tuple[tuple[When, Months], ...]:
    if not table.has("choose"):
        return ((When(), _read_one(table)),)
    cases = table.tables("choose", lambda inner: (When.read(inner), _read_one(inner, own=True)))
    check_cases(tuple(when for when, _ in cases), f"{table.where}.choose")
    return cases


def _read_one(table: Table, *, own: bool = False) -> Months:
    return Months(table.whole("months", low=1, high=1200), Verification.read_own(table) if own else None)
