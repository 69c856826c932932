"""Attendance: the grid of a class, marks by hand, and what an online platform exported, as minutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from db.fields import FieldInfo
from db.models import Attendance, EvidenceLink, Session
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.values import ValueProblem, compare_name, parse_date, parse_decimal
from db.writes import Write
from desktop.services.registry import Job, service
from desktop.services.roster import SKIP, Roster, columns_of, everybody, question, read_roster
from desktop.services.training import class_people
from desktop.services.traininghours import (
    attended_hours,
    clock_minutes,
    duration_minutes,
    session_hours,
    session_minutes,
    told,
    union_minutes,
)
from desktop.services.workspace import Workspace
from policy.errors import Refused
from policy.i18n import listed, mark, spaced, tr

_NOON = 12 * 60
_BY_HAND = frozenset({"leave", "late", "early", "made_up"})  # what a person said is not overruled by a machine


@service("training.sheet")
def sheet(ws: Workspace, job: Job, *, programme: str) -> dict[str, Any]:
    """The grid of a class.

    {programme, hour_minutes, sessions: [{id, date, half, from, to, minutes, module, topic, hours, typed, reason,
    proofs}],
    people: [{person, name, org_name, group_name}], marks: {session: {person: {state, minutes, proof, hours}}}}. Who is
    admitted is listed, and who has a mark all the same. `half` is am, pm or blank; `proofs` counts sign-in scans.
    """
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
        sessions = _sessions(course["id"])
        rows = dict_rows(Attendance.select().where(Attendance.session.in_([one["id"] for one in sessions])))
        listed_people = class_people(course["id"])
        known = {person["id"] for person in listed_people}
        others = everybody({row["person"] for row in rows} - known)
        proofs = tuple_rows(EvidenceLink.select(EvidenceLink.target).where(EvidenceLink.target.startswith("session:")))
    scans: dict[str, int] = {}
    for (target,) in proofs:
        scans[target[8:]] = scans.get(target[8:], 0) + 1
    marks: dict[str, dict[str, Any]] = {}
    by_id = {one["id"]: one for one in sessions}
    for row in rows:
        got = attended_hours(row["state"], row["minutes"], by_id[row["session"]], course["hour_minutes"])
        marks.setdefault(row["session"], {})[row["person"]] = {
            "state": row["state"], "minutes": row["minutes"], "proof": row["proof"], "hours": told(got),
        }  # fmt: skip
    return {
        "programme": course["id"],
        "name": course["name"],
        "hour_minutes": course["hour_minutes"],
        "sessions": [
            {
                "id": one["id"],
                "date": one["happened_on"],
                "half": _half(one),
                "from": one["starts_at"] or "",
                "to": one["ends_at"] or "",
                "minutes": int(session_minutes(one) or 0),
                "module": one["module"],
                "topic": one["topic"],
                "hours": told(session_hours(one, course["hour_minutes"])),
                "typed": one["hours"] is not None,
                "reason": one["hours_reason"] or "",
                "proofs": scans.get(one["id"], 0),
            }
            for one in sessions
        ],
        "people": [
            {
                "person": one["id"],
                "name": one["name"],
                "org_name": one["org_name"] or "",
                "group_name": one.get("group_name") or "",
            }
            for one in (*listed_people, *others)
        ],
        "marks": marks,
    }


def _sessions(programme: str) -> list[dict[str, Any]]:
    query = Session.select().where(Session.programme == programme)
    return dict_rows(query.order_by(Session.happened_on, Session.starts_at, Session.created_at, Session.id))


def _half(session: Mapping[str, Any]) -> str:
    begin = clock_minutes(session["starts_at"])
    return "" if begin is None else "am" if begin < _NOON else "pm"


@service("training.mark", in_turn=True)
def mark_attendance(
    ws: Workspace, job: Job, *, marks: list[dict[str, Any]], proof: str = "roll_call"
) -> dict[str, Any]:
    """Set marks [{session, person, state, minutes?}] as one action: {changed, changes}; a blank state takes one away.

    A mark that is changed loses the minutes of the one before unless it brings its own. Raises
    Refused("training.bad_state").
    """
    states = [choice.code for choice in kind_info("attendance").field("state").choices]
    changed = 0
    with ws.store.write(mark("考勤"), "typed") as write:
        for one in marks:
            state = str(one.get("state") or "")
            if state and state not in states:
                raise Refused("training.bad_state", text=state[:40], known=listed(_labels().values()))
            changed += _put(write, one["session"], one["person"], state, one.get("minutes"), proof)
    return {"changed": changed, "changes": write.changes.as_dict()}


def _labels() -> dict[str, str]:
    return {choice.code: choice.shown for choice in kind_info("attendance").field("state").choices}


def _put(write: Write, session: str, person: str, state: str, minutes: int | None, proof: str) -> bool:
    known = Attendance.get_or_none(Attendance.session == session, Attendance.person == person)
    if not state:
        if known is not None:
            write.delete(Attendance, known.id)
        return known is not None
    values = {"state": state, "minutes": minutes, "proof": proof}
    if known is not None:
        if (known.state, known.minutes) == (state, minutes):
            return False
        return write.update(Attendance, known.id, values)
    write.insert(Attendance, {**values, "session": session, "person": person})
    return True


@service("training.session_hours", in_turn=True)
def set_hours(ws: Workspace, job: Job, *, session: str, hours: str, reason: str = "") -> dict[str, Any]:
    """Type a session's hours over those of its time, with the reason: {hours, changes}; blank goes back to the time.

    Raises Refused("training.hours_unreadable" | "training.no_reason").
    """
    try:
        typed = parse_decimal(hours, 2, "学时").value
    except ValueProblem as problem:
        raise Refused("training.hours_unreadable", text=hours[:40]) from problem
    if isinstance(typed, int) and typed < 0:
        raise Refused("training.hours_unreadable", text=hours[:40])
    if typed is not None and not reason.strip():
        raise Refused("training.no_reason")
    with ws.store.write(mark("改学时"), "typed") as write:
        record = records.resolve("session", session)
        said = reason.strip() if typed is not None else None
        write.update(Session, record, {"hours": typed, "hours_reason": said})
        row = records.get("session", record)
        course = records.get("programme", row["programme"])
    return {"hours": told(session_hours(row, course["hour_minutes"])), "changes": write.changes.as_dict()}


# -- what an online platform exported ---------------------------------------------------------------------------------
def export_columns() -> list[FieldInfo]:
    """What an export of a platform may hold, under the headings platforms use."""
    who = columns_of("person", ("name", "id_no", "phone"), needed=("name",))
    spellings = ("学员姓名", "用户昵称", "昵称", "用户名", "成员", "参会者", "参会人", "观众", "用户名称")
    who[0] = replace(who[0], aliases=(*who[0].aliases, *spellings))
    return [
        *who,
        _column("org_name", "单位", "Organisation", "工作单位", "企业名称", "部门"),
        _column("minutes", "时长", "Minutes", "分钟", "时长(分钟)", "观看时长", "学习时长", "在线时长", "参会时长",
                "累计时长", "累计观看时长", "参会总时长", "观看总时长", "会议时长", "直播观看时长"),
        _column("starts", "进入时间", "Joined", "加入时间", "入会时间", "首次入会时间", "首次进入时间", "开始时间",
                "签到时间", "首次观看时间"),
        _column("ends", "离开时间", "Left", "退出时间", "离会时间", "最后退会时间", "最后离开时间", "结束时间",
                "签退时间", "最后观看时间"),
        _column("date", "日期", "Date", "上课日期", "直播日期", "会议日期"),
        _column("topic", "课次", "Session", "课程", "课程名称", "主题", "会议主题", "直播主题", "章节"),
    ]  # fmt: skip


def _column(name: str, label: str, label_en: str, *aliases: str) -> FieldInfo:
    return FieldInfo(name=name, label=label, label_en=label_en, type="text", aliases=aliases, max_length=200)


@service("attendance.import")
def import_export(
    ws: Workspace,
    job: Job,
    *,
    programme: str,
    file: str = "",
    text: str = "",
    session: str = "",
    sheet: str | None = None,
    mapping: dict[str, str] | None = None,
    choices: dict[str, str] | None = None,
    proof: str = "platform",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Take an online platform's export in as minutes: {rows, marked, unchanged, kept, asked, rejected, warnings,
    columns, unknown, notices, changes}.

    Rows belong to `session`, else to the session of their date (and topic or time, where a day has several). Several
    rows of one person are one stay: times are joined without counting overlaps, durations are added up. Who is meant is
    looked for among the admitted by ID number, phone or a name that only one bears; else `asked`, answered by
    `choices` as for enrolment. A leave, lateness or make-up marked by hand stays (`kept`) and gets the minutes only.
    """
    with ws.store.read():
        course = records.get("programme", records.resolve("programme", programme))
        lessons = _sessions(course["id"])
        fixed = records.resolve("session", session) if session else ""
        roster = Roster(class_people(course["id"]))
    found = read_roster(
        ws, job, export_columns(), remembered="attendance", file=file, text=text, sheet=sheet, mapping=mapping,
        trial=dry_run,
    )  # fmt: skip
    stays = _Stays(lessons, fixed, roster, choices or {})
    for number, values in found.rows:
        reason = stays.take(number, values)
        if reason:
            found.rejected.append(
                {"row": number, "column": "", "value": str(values["name"]), "code": "training.row", "reason": reason}
            )
    answer = {**found.answer(), "asked": stays.asked, "dry_run": dry_run, "marked": len(stays.minutes)}
    if dry_run:
        return {**answer, "unchanged": 0, "kept": [], "changes": {}}
    kept: list[dict[str, Any]] = []
    changed = 0
    with ws.store.write(mark("导入考勤"), "typed") as write:
        known = {
            (row["session"], row["person"]): row
            for row in dict_rows(Attendance.select().where(Attendance.session.in_([one["id"] for one in lessons])))
        }
        for (lesson, person), minutes in stays.totals().items():
            job.check()
            before = known.get((lesson, person))
            state = "present" if minutes else "absent"
            if before is not None and before["state"] in _BY_HAND:
                state = before["state"]
                kept.append({"session": lesson, "person": person, "name": stays.names[person], "state": state})
            changed += _put(write, lesson, person, state, minutes, proof)
    return {**answer, "unchanged": len(stays.minutes) - changed, "kept": kept, "changes": write.changes.as_dict()}


class _Stays:
    """Gathers who stayed how long in which session."""

    def __init__(
        self, lessons: Sequence[dict[str, Any]], fixed: str, roster: Roster, choices: Mapping[str, str]
    ) -> None:
        self._lessons, self._fixed, self._roster, self._choices = lessons, fixed, roster, choices
        self.names = {row["id"]: row["name"] for row in roster.people}
        self.asked: list[dict[str, Any]] = []
        self.minutes: dict[tuple[str, str], Fraction] = {}
        self._spans: dict[tuple[str, str], list[tuple[Fraction, Fraction]]] = {}

    def take(self, number: int, values: Mapping[str, Any]) -> str:
        """Note a row; answers why it cannot be taken, if so."""
        begin, end = clock_minutes(values.get("starts")), clock_minutes(values.get("ends"))
        lesson, reason = self._lesson(values, begin)
        if reason:
            return reason
        answer = self._choices.get(str(number), "")
        if answer == SKIP:
            return ""
        person, alike = (answer, []) if answer in self.names else self._roster.enrolled(values)
        if not person and alike:
            self.asked.append(question(number, values, self._roster, alike))
            return ""
        if not person:
            return tr("录取名单里没有这个人")
        key = (lesson, person)
        written = str(values.get("minutes") or "")
        if written:
            stayed = duration_minutes(written)
            if stayed is None:
                return tr("时长“{text}”读不出来", text=written[:40])
            self.minutes[key] = self.minutes.get(key, Fraction(0)) + stayed
        elif begin is not None and end is not None:
            if end < begin:
                return tr("离开时间早于进入时间")
            self._spans.setdefault(key, []).append((begin, end))
            self.minutes.setdefault(key, Fraction(0))
        else:
            return tr("没有时长，也没有进入和离开时间")
        return ""

    def totals(self) -> dict[tuple[str, str], int]:
        """Whole minutes per session and person; a begun minute is not counted."""
        return {key: int(given + union_minutes(self._spans.get(key, ()))) for key, given in self.minutes.items()}

    def _lesson(self, values: Mapping[str, Any], begin: Fraction | None) -> tuple[str, str]:
        if self._fixed:
            return self._fixed, ""
        day = _day(values)
        if not day:
            return "", tr("没有日期；请先选定课次再导入")
        found = [one for one in self._lessons if one["happened_on"] == day]
        topic = compare_name(str(values.get("topic") or ""))
        if len(found) > 1 and topic:
            named = [one for one in found if compare_name(one["topic"]) in topic or topic in compare_name(one["topic"])]
            found = named or found
        if len(found) > 1 and begin is not None:
            found = [one for one in found if _holds(one, begin)] or found
        if len(found) == 1:
            return str(found[0]["id"]), ""
        if not found:
            return "", tr("{day} 没有课次", day=day)
        return "", tr("{day} 有几个课次（{topics}），请先选定课次再导入", day=day, topics=listed(_topics(found)))


def _topics(lessons: Iterable[Mapping[str, Any]]) -> list[str]:
    return [spaced(one["starts_at"] or "", one["topic"]) for one in lessons]


def _day(values: Mapping[str, Any]) -> str:
    for name in ("date", "starts", "ends"):
        text = str(values.get(name) or "")
        try:
            day = parse_date(text).value if text else None
        except ValueProblem:
            continue
        if isinstance(day, str) and len(day) == 10:
            return day
    return ""


def _holds(session: Mapping[str, Any], moment: Fraction) -> bool:
    """Whether who came in then came for this session: within it, or up to half an hour before."""
    begin, end = clock_minutes(session["starts_at"]), clock_minutes(session["ends_at"])
    return begin is not None and end is not None and begin - 30 <= moment < end
