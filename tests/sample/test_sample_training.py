"""The sample year's training, events and house: its sums, its edge cases, and that hours, marks and papers agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from desktop.services.registry import call
from desktop.services.session import Session

Sql = Callable[..., list[tuple[Any, ...]]]


def _classes(sql: Sql) -> list[str]:
    return [record for (record,) in sql("SELECT id FROM programme ORDER BY starts_on")]


# -- training
def test_people_are_counted_and_attendances_are_not(session: Session, sql: Sql):
    assert sql("SELECT count(*), count(DISTINCT person) FROM enrolment WHERE admitted = 'admitted'") == [(168, 161)]
    listed = """SELECT count(*) FROM (SELECT DISTINCT programme, person FROM attendance
        JOIN session ON session.id = attendance.session EXCEPT SELECT programme, person FROM enrolment)"""
    assert sql(listed) == [(0,)]
    counted = call(session, "training.counters", year="2025")
    assert {one["measure"]: one["value"] for one in counted["figures"]} == {
        "brokers_trained": 118,
        "engineers_trained": 12,
        "entrepreneurs_trained": 0,
        "incubator_staff_trained": 0,
    }
    told = [counted[name] for name in ("programmes", "sessions", "enrolments", "people", "passed")]
    assert told == [4, 34, 168, 161, 143]


def test_who_passed_has_the_hours_and_the_marks_and_a_certificate(session: Session, sql: Sql):
    passed: set[str] = set()
    seen: set[bool | None] = set()
    for course in _classes(sql):
        rows = call(session, "training.passed", programme=course)["people"]
        good = {row["person"] for row in rows if row["passed"] and not row["short"]}
        held = {person for (person,) in sql("SELECT person FROM certificate WHERE programme = ?", course)}
        assert good == held
        seen |= {row["passed"] for row in rows}
        passed |= good
    assert len(passed) == 143
    assert seen == {True, False, None}  # None: did not sit the examination
    distinct = "SELECT count(DISTINCT person) FROM assessment WHERE passed = 1 AND kind IN ('written', 'practice')"
    assert sql(distinct) == [(143,)]


def test_half_a_point_is_missing(session: Session, sql: Sql):
    ((person, course),) = sql("SELECT person, programme FROM assessment WHERE score = 595 AND passed = 0")
    rows = call(session, "training.passed", programme=course)["people"]
    (row,) = [row for row in rows if row["person"] == person]
    assert (row["passed"], row["short"]) == (False, False)  # the hours are there
    again = "(SELECT person FROM assessment WHERE attempt = 2)"
    second = f"SELECT score, passed, attempt FROM assessment WHERE person IN {again} AND programme = ?"
    assert sorted(sql(second, _classes(sql)[0])) == [(540, 0, 1), (600 + 18 * 37 % 330, 1, 2)]


def test_leave_is_made_up_or_missing(session: Session, sql: Sql):
    states = Counter(state for (state,) in sql("SELECT state FROM attendance"))
    assert set(states) == {"present", "late", "leave", "made_up", "absent"}
    proofs = sql("SELECT DISTINCT proof IS NULL FROM attendance WHERE state IN ('leave', 'absent')")
    assert proofs == [(1,)]
    for course in _classes(sql):
        short = {row["person"] for row in call(session, "training.short", programme=course)["people"]}
        held = {person for (person,) in sql("SELECT person FROM certificate WHERE programme = ?", course)}
        assert short
        assert not short & held


def test_odd_people_of_the_classes(sql: Sql):
    enrolled = "SELECT {} FROM person WHERE id IN (SELECT person FROM enrolment) AND {}"
    twice = "SELECT count(*) FROM (SELECT person FROM enrolment GROUP BY person HAVING count(*) = 2)"
    assert sql(twice) == [(7,)]
    alike = enrolled.format("name, count(*)", "1 GROUP BY name HAVING count(*) > 1")
    assert [count for _, count in sql(alike)] == [2]
    assert ("50099919910907", "X") in {
        (number[:14], number[-1]) for (number,) in sql(enrolled.format("id_no", "birth = '1991-09'"))
    }
    assert sql(enrolled.format("count(*)", "id_kind = 'passport'")) == [(1,)]
    for name in ("𠮷田示例", "㼆示一", "阿依示例·木拉提"):
        assert sql(enrolled.format("count(*)", "name = ?"), name)[0][0] >= 1


def test_a_certificate_was_voided_and_issued_anew(session: Session, sql: Sql):
    rows = sql(
        "SELECT person, number, state, void_reason IS NULL FROM certificate WHERE state <> 'valid' ORDER BY number"
    )
    (old, new) = rows
    assert (old[0], old[2], old[3]) == (new[0], "void", 0)
    assert (new[1], new[2]) == (f"{old[1]}补", "reissued")
    filed = "SELECT c_kind, sum(filed_on IS NULL) FROM certificate WHERE programme IS NOT NULL GROUP BY 1"
    missing = dict(sql(filed))
    assert 0 < missing["middle"] < 5
    assert 0 < missing["senior"] < 5


# -- events
def test_seventeen_events_are_ours_and_one_is_held_by_two_of_us(session: Session, sql: Sql):
    told = call(session, "event.year", year=2025)
    assert (told["all"], told["held"], told["filed"], told["cases"]) == (22, 17, 9, 9)
    assert sql("SELECT count(*) FROM event WHERE joint = 1") == [(1,)]
    assert sql("SELECT count(*) FROM event WHERE starts_on > '2026-11-21'") == [(1,)]
    early = 'SELECT count(*) FROM event_item JOIN event ON event.id = event JOIN broker_case ON broker_case.id = "case"'
    assert sql(f"{early} WHERE opened_on < starts_on OR origin_event <> event.id") == [(0,)]
    secret = "SELECT count(*) FROM event_item JOIN achievement ON achievement.id = achievement WHERE classified = 1"
    assert sql(secret) == [(0,)]
    everyone = "SELECT count(DISTINCT event) FROM event_person"
    assert sql(everyone) == [(22,)]


# -- the house
def test_staff_of_the_house_are_those_of_the_carriers_year(sql: Sql):
    on_the_day = "hired_on <= '2025-12-31' AND (left_on IS NULL OR left_on > '2025-12-31')"
    counted = f"SELECT count(*), sum(is_professional) FROM staff WHERE carrier IS NOT NULL AND {on_the_day}"
    assert sql(counted) == [(13, 11)]
    assert sql(f"SELECT count(*) FROM staff WHERE carrier IS NULL AND {on_the_day}") == [(8,)]
    gone = "SELECT name FROM person JOIN staff ON person.id = person WHERE left_on IS NOT NULL"
    assert sql(f"SELECT count(*) FROM external_account WHERE holder IN ({gone})") == [(1,)]


# -- rounds
def test_every_round_stands_where_the_year_has_it(session: Session, sql: Sql):
    rows = sql("SELECT title, state FROM round JOIN submission ON round = round.id")
    assert len(rows) == 9
    said = {
        "火炬统计年报": "accepted",
        "第一季度": "closed",
        "第二季度": "closed",
        "第三季度": "reported",
        "第四季度": "to_report",
        "两年期": "draft",
        "2025年度示例技术转移机构": "returned",
        "转化年度报告": "closed",
        "2024年度示例技术转移机构": "passed",
    }
    assert {part: [state for title, state in rows if part in title] for part in said} == {
        part: [state] for part, state in said.items()
    }
    notes = sql("SELECT how, place, words, answered_on FROM return_note ORDER BY received_on")
    assert [(how, answered is None) for how, _, _, answered in notes] == [("wechat", False), ("phone", True)]
    assert notes[1][1:3] == ("第12页", "第12页缺公章。")
    spent = "SELECT amount_granted, (SELECT sum(amount) FROM award_use WHERE award = award.id) FROM award"
    ((granted, used),) = sql(spent.replace("award = award.id", "award_use.award = award.id"))
    assert (granted, used * 10) == (30_000_000, granted * 6)


def test_a_figure_was_put_right_after_the_report(sql: Sql):
    target = "'firm_year:' || firm_year.id || '.staff'"
    rows = sql(f"SELECT value, staff FROM reported_value JOIN firm_year ON target = {target}")
    assert len(rows) == 62
    assert sum(int(told) != now for told, now in rows) == 1
    asked = sql("SELECT ok, finding IS NULL, done_on IS NULL FROM inspection_item ORDER BY ok DESC")
    assert asked == [(1, 1, 1)] * 3 + [(0, 0, 0)]


def test_training_and_events(sql: Sql) -> None:
    assert sql("SELECT count(*) FROM programme") == [(4,)]
    assert sql("SELECT count(*) FROM session") == [(34,)]
    enrolled = """SELECT count(DISTINCT programme || person), count(DISTINCT person)
        FROM attendance JOIN session ON session.id = attendance.session"""
    assert sql(enrolled) == [(168, 161)]
    assert sql("SELECT count(*), count(DISTINCT person) FROM enrolment") == [(168, 161)]
    passed = """SELECT count(DISTINCT person), count(DISTINCT CASE WHEN org_category = 'university' THEN person END),
        count(DISTINCT CASE WHEN c_kind = 'engineer' THEN person END)
        FROM certificate JOIN person ON person.id = person WHERE state <> 'void' AND programme IS NOT NULL"""
    assert sql(passed) == [(143, 118, 12)]
    in_year = "SELECT our_role IN ('host', 'organiser'), count(*) FROM event WHERE starts_on LIKE '2025-%' GROUP BY 1"
    assert dict(sql(in_year)) == {1: 17, 0: 5}
    assert sql("SELECT count(*) FROM event WHERE filed_on IS NOT NULL") == [(9,)]
