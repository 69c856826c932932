"""The sample year's results, grants, hand-over, prices and distributions: every state once, and sums to the fen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from desktop.services.registry import call
from desktop.services.session import Session

DAY = date(2026, 11, 21)
Sql = Callable[..., list[tuple[Any, ...]]]


def _one(session: Session, pack: str, subject: str, rule: str, period: str = "@2026-11-21") -> dict[str, Any]:
    found = call(session, "evaluation.run", pack=pack, period=period, subject=subject)["indicators"]
    return next(item for item in found if item["id"] == rule)


def test_grants_show_every_state(session: Session, sql: Sql):
    told = []
    for record, granted in sql('SELECT id, granted_on FROM "grant" ORDER BY rowid'):
        result = _one(session, "cq-rules-2021-43", f"grant:{record}", "grant-year")
        told.append((granted, result["due"], result["state"]))
    assert told == [
        ("2025-11-22", "2026-11-22", "granted"),
        ("2025-11-20", "2026-11-20", "overdue"),
        ("2025-03-03", "2026-03-03", "started"),
        ("2025-05-20", "2026-05-20", "started"),
        ("2025-05-20", "2026-05-20", "started"),
        ("2024-06-03", "2025-06-03", "unit_or_third_party"),
        ("2024-04-08", "2025-04-08", "published"),
        ("2022-03-01", "2023-03-01", "started"),
        ("2024-09-02", "2025-09-02", "converted"),
    ]
    assert sql("SELECT use_until, extended_until FROM \"grant\" WHERE extended_until > ''") == [
        ("2032-03-01", "2037-03-01")
    ]


def test_projects_are_handed_over_in_time_on_the_day_and_late(session: Session, sql: Sql):
    told = {}
    for number, rule in enumerate(("after-close", "after-close", "after-close", "before-close"), start=1):
        ((record,),) = sql("SELECT id FROM research_project WHERE name LIKE ?", f"%（示例项目{number:02d}）")
        result = _one(session, "cq-draft-measures", f"research_project:{record}", f"handover-{rule}")
        told[number] = (result["due"], result["verdict"])
    assert told[1][0] == "2026-10-22" and told[1][1] != "pass"
    assert told[2] == ("2026-10-27", "pass") and told[3] == ("2026-03-12", "fail")
    assert told[4][0] == "2026-12-14" and told[4][1] != "pass"


def test_two_universities_hand_over_each_month_but_one(sql: Sql):
    monthly = sql(
        "SELECT name, substr(handed_on, 1, 7) FROM handover_item JOIN organisation ON organisation.id = university"
        " WHERE basis = 'monthly' GROUP BY 1, 2"
    )
    months: dict[str, set[str]] = {}
    for name, month in monthly:
        months.setdefault(name, set()).add(month)
    twelve = {"2025-11", "2025-12"} | {f"2026-{month:02d}" for month in range(1, 11)}
    assert {name: twelve - found for name, found in months.items()} == {
        "重庆示例理工大学": {"2026-02"},
        "重庆示例医药大学": {"2026-08"},
    }
    states = Counter(state for (state,) in sql("SELECT item_state FROM handover_item WHERE exempt = 0"))
    assert states["returned"] == 2 and states["due"] == 4
    assert sql("SELECT count(*), count(ground) FROM handover_item WHERE exempt = 1") == [(3, 3)]


def test_results_projects_and_patents(sql: Sql):
    assert sql("SELECT count(*) FROM achievement") == [(240,)]
    assert sql("SELECT title, register_no, owner, project FROM achievement WHERE classified = 1") == [
        ("32026Y0007", "32026Y0007", None, None)
    ]
    assert sql("SELECT count(*) FROM research_project") == [(52,)]
    assert sql("SELECT count(*), sum(open_licence) FROM ip_right") == [(96, 14)]
    passed_on = "substr(granted_on, 1, 4) = '2025' AND substr(transferred_on, 1, 4) = '2025'"
    assert sql(f"SELECT count(*) FROM ip_right WHERE {passed_on}") == [(10,)]
    unmarked = "SELECT count(*) FROM achievement WHERE classified = 0 AND title NOT LIKE '%示例%'"
    assert sql(unmarked) == [(0,)]


def test_brokerage_is_proven_for_29_of_46_contracts(sql: Sql):
    signed = (
        "FROM contract LEFT JOIN brokerage ON contract.id = contract WHERE signed_on LIKE '2025-%' AND parent IS NULL"
    )
    assert sql(f"SELECT count(*) {signed}") == [(46,)]
    assert sql(f"SELECT count(*) {signed} AND our_role IS NOT NULL AND our_role <> 'log_only'") == [(29,)]
    assert sql("SELECT count(*) FROM brokerage_agency") == [(3,)]


def test_distributions_add_up_and_three_leave_a_residue_to_one_line(session: Session, sql: Sql):
    lines = "SELECT coalesce(sum(amount), 0) FROM distribution_line WHERE distribution = distribution.id"
    assert sql(f"SELECT count(*), sum(max(net, 0) = ({lines})), sum(net < 0) FROM distribution") == [(21, 21, 1)]
    costs = "SELECT coalesce(sum(amount), 0) FROM distribution_cost WHERE distribution = distribution.id"
    unlike = f"net <> gross - taxes - coalesce(prior_rd, 0) - ({costs})"
    assert sql(f"SELECT count(*) FROM distribution WHERE {unlike}") == [(0,)]
    receipts = (
        "SELECT sum(amount) FROM distribution_receipt JOIN receipt ON receipt.id = receipt"
        " WHERE distribution = distribution.id"
    )
    assert sql(f"SELECT count(*) FROM distribution WHERE gross <> ({receipts})") == [(0,)]
    residues = "SELECT count(DISTINCT distribution) FROM distribution_line WHERE is_residue = 1"
    assert sql(residues) == [(3,)]
    ((old,),) = sql(
        "SELECT distribution.id FROM distribution JOIN contract ON contract.id = contract "
        " WHERE own_no = 'SL-HT-2023-001'"
    )
    clock = _one(session, "tax-reward-2018-58", f"distribution:{old}", "paid-within-36-months")
    assert clock["due"] == "2026-12-20" and clock["verdict"] != "pass"


def test_prices_an_objection_and_a_related_party(session: Session, sql: Sql):
    routes = dict(sql("SELECT route, count(*) FROM pricing GROUP BY 1"))
    assert set(routes) == {"negotiated", "experts", "valuer"}
    objected = "SELECT count(*) FROM publication WHERE objections > 0 AND settled_on > ends_on"
    assert sql(objected) == [(1,)]
    related = (
        'SELECT count(*) FROM pricing JOIN broker_case ON broker_case.id = "case"'
        " WHERE related_party = 1 AND route = 'negotiated'"
    )
    assert sql(related)[0][0] >= 1


def test_people_on_leave_whose_three_years_run_out(session: Session, sql: Sql):
    due = {
        starts: _one(session, "cq-draft-measures", f"person_flow:{record}", "leave-staff")["due"]
        for record, starts in sql("SELECT id, starts_on FROM person_flow WHERE kind = 'leave_to_found'")
    }
    assert due["2023-11-20"] == "2026-11-20" and due["2023-11-22"] == "2026-11-22"


def test_the_agency_award_and_own_target(sql: Sql):
    assert [year for (year,) in sql("SELECT year FROM agency_year ORDER BY year")] == [2024, 2025]
    ((granted, used, frontline),) = sql(
        "SELECT max(amount_granted), sum(amount), sum(CASE WHEN kind = 'frontline' THEN amount END)"
        " FROM award JOIN award_use ON award.id = award"
    )
    assert used * 10 == granted * 6 and frontline * 10 >= used * 7
    assert sql("SELECT title, value FROM target WHERE pack IS NULL") == [("任务书：在孵企业（示例）", "65")]
