"""State clocks: what state a thing is in, when its time runs out, and what is to be done then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from policy.dates import add_months, earliest, latest
from policy.i18n import quoted, tr
from policy.rules.common import FAIL, INFO, PASS, UNKNOWN, Alone, Facts, Finding
from policy.schema import Table, Text, invalid

_VERDICTS = frozenset({INFO, PASS, FAIL})
_SPANS = ("months", "days", "working_days")


@dataclass(frozen=True, slots=True)
class State:
    """A state, what it asks to be done, and when it holds: with these attributes filled, or not stopped in time."""

    id: str
    title: Text
    duty: Text
    verdict: str
    filled: tuple[str, ...]
    overdue: bool


@dataclass(frozen=True, slots=True)
class Clock(Alone):
    """A rule of kind `clock`: from `since` for `length` months, days or working days, or until a `due` date on record.

    `stop` is the attribute whose day stops it; a day after the last is too late. The last state that holds is it.
    """

    since: tuple[str, ...]
    span: str
    length: int
    due: tuple[str, ...]
    stop: str
    states: tuple[State, ...]

    @classmethod
    def read(cls, table: Table, subject: str) -> Clock:
        """From `since`, one of `months`, `days`, `working_days` or `due`, `stop` and `[[rule.state]]`."""
        del subject
        since, due = table.texts("since"), table.texts("due")
        given = [name for name in _SPANS if table.has(name)]
        if not since:
            raise invalid(f"{table.where}.since", "missing", "since")
        if len(given) + bool(due) != 1:
            raise invalid(f"{table.where}.months", "missing" if not given else "not_allowed", "months")
        length = table.whole(given[0], low=1, high=12_000) if given else 0
        states = table.tables("state", _read_state)
        if len(states) < 2:
            raise invalid(f"{table.where}.state", "missing", "state")
        if states[0].filled or states[0].overdue:
            raise invalid(f"{table.where}.state[0]", "not_allowed", states[0].id)
        for place, state in enumerate(states[1:], 1):
            if not state.filled and not state.overdue:  # it would hide every state before it
                raise invalid(f"{table.where}.state[{place}]", "missing", "filled")
        return cls(since, given[0] if given else "", length, due, table.text("stop", ""), states)

    def measures(self) -> frozenset[str]:
        """None: clocks count from dates."""
        return frozenset()

    def attributes(self) -> frozenset[str]:
        """The dates and what the states ask for."""
        names = {*self.since, *self.due, self.stop, *(name for state in self.states for name in state.filled)}
        return frozenset(names - {""})

    def judge(self, facts: Facts) -> Finding:
        """The state on the day it is seen from, with the day it runs out; unknown where it never started."""
        name, text = facts.day(self.since)
        notes = list(facts.verification.notes())
        if not text:
            missing = quoted([facts.label(one) for one in self.since])
            notes.append(tr("未填写{names}，无法计算期限", names=missing))
            return Finding(UNKNOWN, facts.verification.verified, notes=tuple(notes))
        if len(text) < len("YYYY-MM-DD") and self.span:
            notes.append(tr("「{name}」只到 {text}，按其最早一天计算", name=facts.label(name), text=text))
        due = self._due(earliest(text), facts, notes)
        stopped = facts.attributes.get(self.stop, "").strip() if self.stop else ""
        overdue = self._overdue(due, stopped, facts, notes)
        state = self.states[0]
        for other in self.states[1:]:
            filled = all(facts.attributes.get(one, "").strip() for one in other.filled)
            if filled and (overdue or not other.overdue):
                state = other
        return Finding(
            state.verdict,
            facts.verification.verified,
            value=str(state.title),
            due=due.isoformat() if due else "",
            state=state.id,
            duty=str(state.duty),
            running=due is not None and not stopped and state.verdict != PASS,
            notes=tuple(notes),
        )

    def _due(self, start: date, facts: Facts, notes: list[str]) -> date | None:
        if self.due:
            name, text = facts.day(self.due)
            if not text:
                missing = quoted([facts.label(one) for one in self.due])
                notes.append(tr("未填写{names}，无法计算期限", names=missing))
                return None
            if len(text) < len("YYYY-MM-DD"):
                notes.append(tr("「{name}」只到 {text}，按其最早一天计算", name=facts.label(name), text=text))
            return earliest(text)
        if self.span == "months":
            return add_months(start, self.length)
        if self.span == "days":
            return start + timedelta(days=self.length)
        due, known = facts.calendar.add_working_days(start, self.length)
        if not known:
            notes.append(tr("所涉年份的节假日安排不在已公布的数据内，只按周末推算"))
        return due

    def _overdue(self, due: date | None, stopped: str, facts: Facts, notes: list[str]) -> bool:
        if due is None:
            return False
        if stopped:
            if len(stopped) < len("YYYY-MM-DD"):
                said = tr("「{name}」只到 {text}，按其最晚一天判断", name=facts.label(self.stop), text=stopped)
                notes.append(said)
            return latest(stopped) > due
        return facts.day_seen is not None and facts.day_seen > due


def _read_state(table: Table) -> State:
    return State(
        table.identifier("id"),
        table.bilingual("title", required=True),
        table.bilingual("duty"),
        table.one_of("verdict", _VERDICTS, INFO),
        table.texts("filled"),
        table.flag("overdue", False),
    )
