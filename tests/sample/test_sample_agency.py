"""The agency's sample year as the program's own pages reckon it: its totals, its odd cases, nothing absurd."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from db.queries import measures as measure_queries
from desktop.services.matchsides import board
from desktop.services.money import money_of
from desktop.services.ranking import Pool
from desktop.services.registry import call
from desktop.services.session import Session
from policy.dates import Period

DAY = "2026-11-21"
WAN = 1_000_000  # fen
OUTCOMES = ("open", "won", "lost", "paused", "terminated", "handed_over")
Ask = Callable[..., Any]
Sql = Callable[..., list[tuple[Any, ...]]]


def _measured(session: Session, record: str, *names: str, period: str = "2025") -> dict[str, Any]:
    assert session.workspace is not None
    with session.workspace.store.read():
        found = measure_queries.compute(
            set(names),
            subject_kind="organisation",
            subject_id=record,
            period=Period.parse(period),
            today=date.fromisoformat(DAY),
        )
    return {name: found[name].value for name in names}


def _money(session: Session) -> dict[str, dict[str, Any]]:
    assert session.workspace is not None
    ids = call(session, "records.ids", kind="contract")
    with session.workspace.store.read():
        return money_of(ids)


# -- cases ---------------------------------------------------------------------------------------------------------
def test_the_boards_hold_every_case_by_track_and_outcome(ask: Ask):
    counts, outcomes, stages = {}, Counter[str](), defaultdict(set)
    for track in ("supply", "demand", "equity", "poc"):
        found = ask("case.board", track=track, outcomes=OUTCOMES)
        cards = [card for column in found["columns"] for card in column["cards"]]
        counts[track] = len(cards)
        outcomes.update(card["outcome"] for card in cards)
        stages[track] |= {column["milestone"] for column in found["columns"] if column["cards"]}
    assert counts == {"supply": 48, "demand": 36, "equity": 7, "poc": 5}
    assert outcomes == {"open": 41, "won": 34, "lost": 12, "paused": 6, "terminated": 2, "handed_over": 1}
    assert stages["supply"] >= {"lead", "disclosed", "matched", "filed", "paid", "distributed", "closed"}
    assert stages["demand"] >= {"need_registered", "clarified", "intent", "signed", "settled", "closed"}
    assert stages["equity"] >= {"held", "exit"} and stages["poc"] >= {"running", "follow_on"}


def test_eight_brokers_and_none_with_a_heap_of_open_cases(sql: Sql):
    led = sql(
        "SELECT person, sum(outcome = 'open') FROM case_broker JOIN broker_case ON broker_case.id = \"case\" GROUP BY 1"
    )
    assert len(led) == 8
    assert all(3 <= open_cases <= 9 for _, open_cases in led)


def test_each_milestone_stands_to_its_gate_and_its_day(ask: Ask, sql: Sql):
    """What the program's own gates ask: a reason wherever something that needs one is missing; no day out of place."""
    cases = sql("SELECT id, opened_on, outcome FROM broker_case WHERE classified = 0")
    ended = dict(sql("SELECT \"case\", reached_on FROM case_milestone WHERE milestone = 'closed'"))
    reasons, skipped, ahead = 0, 0, 0
    for case, opened, outcome in cases:
        told = ask("case.milestones", case=case)
        for one in told["milestones"]:
            if one["state"] == "open":
                continue
            skipped += one["state"] == "skipped"
            if one["state"] == "skipped" or one["asks"]:
                assert one["reason"], (case, one["milestone"])
                reasons += 1
            if one["state"] == "reached":
                assert opened <= one["reached_on"] < DAY, (case, one)
                assert one["reached_on"] <= ended.get(case, DAY), (case, one)
        states = [one["state"] for one in told["milestones"]]
        ahead += "open" in states[: len(states) - states[::-1].index("reached")] if "reached" in states else 0
        if outcome in ("lost", "paused"):
            assert not {one["milestone"] for one in told["milestones"] if one["state"] == "reached"} & {
                "signed",
                "paid",
                "closed",
            }
    assert reasons > 50 and skipped > 5 and ahead > 5  # gates passed with a reason, steps passed over, steps left open
    order = sql(
        'SELECT count(*) FROM case_milestone a JOIN case_milestone b ON a."case" = b."case" WHERE a.milestone ='
        " 'matched' AND b.milestone IN ('disclosed', 'assessed', 'clarified') AND a.reached_on < b.reached_on"
    )
    assert order[0][0] > 3  # some met before it was looked into


def test_what_was_signed_and_paid_is_the_milestone_of_that_day(sql: Sql):
    off = """SELECT count(*) FROM contract JOIN case_milestone ON case_milestone."case" = contract."case"
        WHERE milestone = 'signed' AND reached_on <> signed_on"""
    assert sql(off) == [(0,)]
    behind = """SELECT count(*) FROM contract JOIN case_milestone ON case_milestone."case" = contract."case"
        WHERE reached_on > signed_on AND milestone IN ('lead', 'disclosed', 'assessed', 'need_registered', 'clarified',
        'matched', 'intent', 'filed', 'priced')"""
    assert sql(behind) == [(0,)]
    first = """SELECT count(*), sum(reached_on = (SELECT min(received_on) FROM receipt
        WHERE receipt.contract = contract.id AND amount > 0)) FROM contract
        JOIN case_milestone ON case_milestone."case" = contract."case" WHERE milestone = 'paid'"""
    ((paid, right),) = sql(first)
    assert paid == right > 20


def test_the_log_is_told_in_order_by_people_and_not_twice_alike(sql: Sql):
    outside = """SELECT count(*) FROM case_log JOIN broker_case ON broker_case.id = "case"
        WHERE happened_on < opened_on OR happened_on > ? OR recorded_at < happened_at"""
    assert sql(outside, DAY) == [(0,)]
    ((entries, wordings),) = sql("SELECT count(*), count(DISTINCT note) FROM case_log")
    assert entries > 700 and wordings * 2 > entries
    ((most,),) = sql('SELECT max(n) FROM (SELECT count(*) n FROM case_log GROUP BY "case", note)')
    assert most <= 2
    assert sql("SELECT count(DISTINCT kind) FROM case_log")[0][0] >= 10
    ((people,),) = sql("SELECT count(DISTINCT person) FROM log_person")
    assert people > 8  # the brokers, and teachers who came along
    assert sql("SELECT count(*) FROM case_log WHERE note LIKE '%{%'") == [(0,)]


def test_nobody_deals_before_it_exists(sql: Sql):
    early = """SELECT count(*) FROM case_party JOIN broker_case ON broker_case.id = "case" JOIN firm ON firm.id = party
        WHERE founded_on > opened_on"""
    assert sql(early) == [(0,)]
    needs = "SELECT count(*) FROM need JOIN firm ON firm.id = owner WHERE founded_on > raised_on"
    assert sql(needs) == [(0,)]
    patents = """SELECT count(*) FROM contract_ip JOIN contract ON contract.id = contract JOIN ip_right
        ON ip_right.id = ip_right
        WHERE granted_on > signed_on OR legal_state <> 'valid' OR transferred_on IS NOT NULL"""
    assert sql(patents) == [(0,)]
    assert sql("SELECT count(*) FROM contract_ip")[0][0] > 20


# -- contracts and money -------------------------------------------------------------------------------------------
def test_brokered_contracts_by_each_date(session: Session, ask: Ask, sql: Sql):
    own = str(session.workspace.store.setting("organisation")) if session.workspace else ""
    counts = _measured(session, own, "brokered_signed", "brokered_registered", "brokered_unproven")
    assert counts["brokered_signed"] == 29
    assert counts["brokered_registered"] == 24  # two are pending, three of December were registered in January
    january = _measured(session, own, "brokered_registered", period="2026-01")["brokered_registered"]
    assert january == 3
    late = "SELECT count(*) FROM contract WHERE signed_on LIKE '2025-12-%' AND registered_on LIKE '2026-01-%'"
    assert sql(late) == [(5,)]
    signed = [row[0] for row in sql("SELECT id FROM contract WHERE signed_on LIKE '2025-%' AND parent IS NULL")]
    proofs = [ask("contract.proof", contract=one)[0]["proven"] for one in signed]
    assert Counter(proofs) == {True: 29, False: 17}
    sheet = ask("agencysheet.show", year="2025")
    assert (sheet["proven"]["value"], sheet["unproven"]["value"]) == ("24 项", f"{counts['brokered_unproven']} 项")


def test_no_contract_has_anything_odd_but_what_was_meant(ask: Ask, sql: Sql):
    found = [one for (contract,) in sql("SELECT id FROM contract") for one in ask("contract.checks", contract=contract)]
    assert found == []
    assert sql("SELECT sum(amount_total), sum(amount_tech) FROM contract WHERE signed_on LIKE '2025-%'") == [
        (2_386_40 * WAN // 100, 2_071_15 * WAN // 100)
    ]
    costs = """SELECT count(*) FROM contract WHERE nontech_cost > 0 AND
        nontech_cost <> (SELECT coalesce(sum(amount), 0) FROM contract_cost WHERE contract = contract.id)"""
    assert sql(costs) == [(0,)]
    assert sql("SELECT count(*) FROM contract_amendment WHERE changes IS NOT NULL") == [(3,)]


def test_each_university_received_what_was_said(session: Session, sql: Sql):
    ids = dict(sql("SELECT name, id FROM organisation WHERE org_kind = 'university'"))
    received = {name: _measured(session, record, "local_received_fen") for name, record in ids.items()}
    sums = {name: found["local_received_fen"] for name, found in received.items() if found["local_received_fen"]}
    assert sums == {"重庆示例理工大学": 1_012_50 * WAN // 100, "重庆示例医药大学": 175_05 * WAN // 100}


def test_instalments_show_every_state_and_add_up(session: Session):
    money = _money(session)
    states = Counter(one["state"] for held in money.values() for one in held["instalments"])
    assert set(states) >= {"paid", "due", "not_due", "written_off"} and states["paid"] > 100
    for held in money.values():
        if held["instalments"]:
            assert sum(one["amount"] for one in held["instalments"]) == held["total"]
        assert held["open"] is None or held["open"] >= 0
    late = [one for held in money.values() for one in held["instalments"] if one["state"] == "due"]
    assert 5 <= len(late) <= 15  # a list somebody still works off


def test_every_payment_waiting_to_be_claimed_has_its_contract(ask: Ask):
    waiting = ask("receipt.waiting")
    assert len(waiting) == 6 and sum(row["amount"] for row in waiting) == 38_20 * WAN // 100
    reasons = {row["best"]["reasons"][0][:6] for row in waiting}
    assert all(row["best"]["over"] == 0 for row in waiting)
    assert len(reasons) >= 3  # a number, a title, a payer, a sum
    claimed = ask("receipt.match", id=waiting[0]["id"])["proposals"]
    assert claimed[0]["contract"] == waiting[0]["best"]["contract"]


def test_refunds_a_draft_and_one_across_the_year_end(session: Session, sql: Sql):
    money = _money(session)
    assert sum(held["refunded"] > 0 for held in money.values()) == 3
    assert sql("SELECT count(*) FROM receipt WHERE amount < 0 AND received_on LIKE '2026-01-%'") == [(1,)]
    drafts = sum(held["received"] - held["cash"] for held in money.values())
    assert drafts == 20 * WAN


def test_distributions_are_as_the_program_divides_them(ask: Ask, sql: Sql):
    heads, without = 0, 0
    for (record,) in sql("SELECT id FROM distribution"):
        told = ask("distribution.compute", record=record)
        ((net,),) = sql("SELECT net FROM distribution WHERE id = ?", record)
        assert told["net_fen"] == net
        without += net < 0
        kept = sql("SELECT amount FROM distribution_line WHERE distribution = ? AND person IS NOT NULL", record)
        assert sorted(line["amount_fen"] for line in told["lines"]) == sorted(amount for (amount,) in kept)
        heads += any(line["head"] for line in told["lines"])
    assert (heads, without) == (1, 1)


def test_a_contract_is_claimed_by_two_and_one_a_second_time(sql: Sql):
    twice = sql(
        "SELECT target, count(DISTINCT fact), count(DISTINCT round) FROM claim_use GROUP BY 1 HAVING count(*) > 1"
    )
    assert sorted((facts, rounds) for _, facts, rounds in twice) == [(1, 2), (2, 1)]
    orphans = "SELECT count(*) FROM claim_use WHERE substr(target, 10) NOT IN (SELECT id FROM contract)"
    assert sql(orphans) == [(0,)]


# -- results and needs ---------------------------------------------------------------------------------------------
def test_every_match_is_what_the_programs_ranking_finds(session: Session, ask: Ask, sql: Sql):
    assert session.workspace is not None
    with session.workspace.store.read():
        held = board()
    pool, wrong = Pool(held.sides.values()), []
    for row in ask("records.rows", kind="match", ids=ask("records.ids", kind="match")):
        pair = held.pair(row["need"], row["achievement"])
        fit = pool.fit(*pair) if pair else None
        if fit is None or (fit.score, list(fit.reasons)) != (row["score"], row["reasons"]):
            wrong.append(row["id"])
    assert wrong == []
    decided = dict(sql("SELECT decision, count(*) FROM need_match GROUP BY 1"))
    assert sum(decided.values()) == 300 and decided["accepted"] == 41
    assert set(decided) == {"open", "proposed", "accepted", "rejected"}
    assert sql("SELECT count(*) FROM need_match WHERE decision = 'rejected' AND reason IS NULL") == [(0,)]
    assert sql("SELECT count(DISTINCT reason) FROM need_match WHERE decision = 'rejected'")[0][0] > 8
    best = ask("match.run", need=sql("SELECT need FROM need_match WHERE decision = 'proposed'")[0][0], keep=False)
    assert best["rows"][0]["decision"] == "proposed" and best["rows"][0]["said"]


def test_accepted_matches_began_cases_with_both_sides(sql: Sql):
    whole = """SELECT count(*) FROM need_match m JOIN case_need n ON n."case" = m."case" AND n.need = m.need
        JOIN case_achievement a ON a."case" = m."case" AND a.achievement = m.achievement
        JOIN need ON need.id = m.need
        JOIN case_party p ON p."case" = m."case" AND p.role = 'buyer' AND p.party = need.owner
        JOIN broker_case c ON c.id = m."case" AND c.opened_on >= substr(need.raised_on, 1, length(c.opened_on))
        WHERE decision = 'accepted'"""
    assert sql(whole) == [(41,)]
    tracks = dict(sql('SELECT track, count(*) FROM case_need JOIN broker_case ON broker_case.id = "case" GROUP BY 1'))
    assert tracks == {"demand": 36, "supply": 5}


def test_needs_read_like_needs(sql: Sql):
    assert sql("SELECT count(*), count(DISTINCT title) FROM need") == [(118, 118)]
    ((texts, fields, kinds),) = sql(
        "SELECT count(DISTINCT coalesce(detail_public, detail_internal)), count(DISTINCT tech_field),"
        " count(DISTINCT kind) FROM need"
    )
    assert texts > 110 and fields >= 7 and kinds == 9
    assert sql("SELECT count(DISTINCT district) FROM need")[0][0] >= 7
    levels = dict(sql("SELECT disclosure_level, count(*) FROM need GROUP BY 1"))
    assert set(levels) == {"public", "name_only", "nda", "closed"}
    raised = "SELECT count(*) FROM need WHERE substr(raised_on, 1, 4) = CAST(year AS TEXT)"
    assert sql(f"SELECT count(*), sum(needs_collected = ({raised})) FROM agency_year") == [(2, 2)]
    leaking = "SELECT count(*) FROM need WHERE disclosure_level IN ('nda', 'closed') AND detail_public IS NOT NULL"
    assert sql(leaking) == [(0,)]
    states = dict(sql("SELECT state, count(*) FROM need GROUP BY 1"))
    assert set(states) == {"to_clarify", "matching", "case", "solved", "given_up", "expired"}
    assert sql("SELECT count(*) FROM need WHERE state = 'expired' AND due_on > ?", DAY) == [(0,)]


def test_results_are_listed_as_their_level_allows(ask: Ask, sql: Sql):
    public, patents = ask("disclosure.list"), ask("patents.list")
    converted = sql("SELECT count(*) FROM achievement WHERE converted_on IS NOT NULL")[0][0]
    assert len(public["rows"]) + public["held_back"] == 240 - 1 - converted  # one is a number only
    assert public["bare"] == []
    assert len(patents["rows"]) + sum(patents["left_out"].values()) == 96
    assert sum(row["open_licence"] or 0 for row in patents["rows"]) <= 14
    assert sql("SELECT count(*) FROM ip_right WHERE open_licence = 1") == [(14,)]
    alike = "SELECT max(n) FROM (SELECT count(*) n FROM achievement GROUP BY summary_public)"
    assert sql(alike)[0][0] <= 8


def test_two_months_without_a_result_are_zero_reports(ask: Ask, sql: Sql):
    months = ["2025-11", "2025-12", *(f"2026-{month:02d}" for month in range(1, 11))]
    ids = dict(sql("SELECT name, id FROM organisation WHERE name IN ('重庆示例理工大学', '重庆示例医药大学')"))
    zero = {
        (name, month)
        for name, record in ids.items()
        for month in months
        if ask("handover.list", university=record, month=month)["zero"]
    }
    assert zero == {("重庆示例理工大学", "2026-02"), ("重庆示例医药大学", "2026-08")}
    reports = {(name, month): ask("handover.list", university=ids[name], month=month)["report"] for name, month in zero}
    assert {key: report["reported_on"] for key, report in reports.items()} == {
        ("重庆示例理工大学", "2026-02"): "2026-02-25",
        ("重庆示例医药大学", "2026-08"): "2026-08-28",
    }


# -- shares, proof of concept, pilot scale -------------------------------------------------------------------------
def test_shares_in_custody_and_passed_on(sql: Sql):
    rows = sql("SELECT id, disposal, total_pct, unit_pct FROM equity_holding ORDER BY disposal")
    assert [row[1] for row in rows] == ["held", "held", "transferred"]
    for record, _, total, unit in rows:
        assert sql("SELECT sum(share_pct) FROM equity_line WHERE holding = ?", record) == [(total - unit,)]
    assert sql("SELECT count(*) FROM equity_holding WHERE disposed_on < registered_on") == [(0,)]
    paid = """SELECT count(*) FROM receipt JOIN contract ON contract.id = contract WHERE payment_mode = 'equity'"""
    assert sql(paid) == [(0,)]  # who is paid in shares has a register, not receipts


def test_proofs_of_concept_and_pilot_services_of_the_year(ask: Ask, sql: Sql):
    year = ask("pilot.year", year=2026)
    assert year["selected"] >= 4 and year["services"] >= 8 and year["passed"] >= 1
    assert year["clients"] > 5 and year["support_fen"] > 0
    conclusions = {conclusion for (conclusion,) in sql("SELECT DISTINCT conclusion FROM poc_project")}
    assert conclusions == {"passed", "revise", "failed", None}
    ((award,),) = sql("SELECT id FROM award")
    (rule,) = ask("award.uses", award=award)["rules"]
    assert (rule["verdict"], rule["value"]) == ("pass", "72.2")  # the share for the front line, narrowly


def test_receipts_of_the_year(sql: Sql) -> None:
    received = "FROM receipt WHERE received_on LIKE '2025-%'"
    assert sql(f"SELECT count(*), sum(amount) {received}") == [(118, 1642_30 * WAN // 100)]
    assert sql(f"SELECT sum(amount) {received} AND is_local = 1") == [(1187_55 * WAN // 100,)]
    by_university = f"SELECT name, sum(amount) {received} AND is_local = 1 GROUP BY 1"
    by_university = by_university.replace(
        "receipt WHERE", "receipt JOIN organisation ON organisation.id = account_holder WHERE"
    )
    assert dict(sql(by_university)) == {
        "重庆示例理工大学": 1012_50 * WAN // 100,
        "重庆示例医药大学": 175_05 * WAN // 100,
    }
    assert sql(f"SELECT count(*) {received} AND contract IS NULL") == [(6,)]
    assert sql(f"SELECT count(*) {received} AND amount < 0") == [(2,)]
    assert sql(f"SELECT count(*) {received} AND kind = 'bank_draft'") == [(1,)]
    overpaid = """SELECT count(*) FROM (SELECT contract.id FROM contract JOIN receipt ON receipt.contract = contract.id
        GROUP BY contract.id HAVING sum(amount) > max(amount_total))"""
    assert sql(overpaid) == [(0,)]
    early = "SELECT count(*) FROM receipt JOIN contract ON contract.id = contract WHERE received_on < signed_on"
    assert sql(early) == [(0,)]
