"""Conversion in the sample year: prices with publicity, proof of brokerage, 21 distributions, people at firms.

Of the 36 contracts that came through us 29 are proven. Three distributions leave a fen or two to one line; one receipt
is 35 months old and its reward not yet paid.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

from db.models import (
    Achievement,
    Brokerage,
    BrokerageAgency,
    Case,
    CaseAchievement,
    CaseParty,
    Contract,
    Distribution,
    DistributionCost,
    DistributionLine,
    DistributionReceipt,
    Person,
    PersonFlow,
    Pricing,
    Publication,
    Receipt,
    Valuation,
)
from desktop.services.samples.base import WAN, SampleYear, days_after
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.deals import Deals
from desktop.services.samples.results import Results
from policy.distribution import round_half_up

_PROVEN = 29  # as many as have a letter (papers)
_ROLES = ("named", "confirmation", "intermediation", "service_agreement")
_DISTRIBUTIONS, _RESIDUES, _BY_A_HEAD = 21, (3, 8, 13), 5  # of one the head of a unit has a part
_HUNDRED = 10_000  # fen: what is divided are whole hundreds of 元
_PRICED = ("transfer", "licence", "exclusive_licence", "open_licence", "equity")
_PARTS = (("unit", 1_500), ("college", 1_000), ("agency", 300), ("fund", 200))  # beside the team's 70 %
_FLOWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("leave_to_found", {"starts_on": "2023-11-20"}),  # three years are over by a day
    ("leave_to_found", {"starts_on": "2023-11-22"}),  # over tomorrow
    ("leave_to_found", {"starts_on": "2024-06-03"}),
    ("leave_to_found", {"starts_on": "2022-03-01", "returned_on": "2024-12-31"}),
    ("part_time", {"starts_on": "2025-09-01", "paid": 1}),
    ("industry_professor", {"starts_on": "2025-03-03", "paid": 1}),
    ("student_founder", {"starts_on": "2024-09-02"}),
)


def build(year: SampleYear, agency: Agency, deals: Deals, results: Results) -> None:
    """Add what follows from the cases, contracts and receipts."""
    for case, number in agency.results.items():
        year.add(CaseAchievement, case=case, achievement=results.made[number])
    _prices(year, agency, results)
    _brokerage(year, agency, deals)
    _agreed_terms(year, deals)
    _distributions(year, agency, deals, results)
    _flows(year, agency, results)


def _prices(year: SampleYear, agency: Agency, results: Results) -> None:
    """The result of every case that was won; a price where one is transferred, licensed or contributed."""
    known = {row["id"]: row for row in year.of(Achievement)}
    contracts = {row["case"]: row for row in year.of(Contract) if row.get("case")}
    priced = 0
    for case in [row for row in year.of(Case) if row["outcome"] in ("won", "terminated")]:
        result = results.made[agency.results[case["id"]]]
        known[result] |= {
            "converted_on": case["substantive_start"],
            "conversion_mode": case["mode"],
            "is_local": case["is_local"],
            "completed_on": days_after(case["opened_on"][:7] + "-01", -60),
        }
        if case["mode"] in _PRICED:
            case["related_party"] = int(case["related_party"] or priced == 3)
            _price(year, case, result, priced, contracts[case["id"]]["amount_total"])
            priced += 1


def _price(year: SampleYear, case: dict[str, Any], result: str, number: int, price: int) -> None:
    """Every third price is a valuation's; one negotiated price met an objection on the last day of its publicity."""
    starts = days_after(case["substantive_start"], -40)
    third = number % 3 == 2
    valued = year.add(
        Valuation,
        achievement=result,
        kind="value" if third and number % 2 else "experts",
        method="income",
        value=price,
        done_on=days_after(starts, -15),
        experts=[{"name": f"示例专家{turn + 1}", "role": role} for turn, role in enumerate(
            ("完成人代表", "单位部门代表", "行业投资专家", "第三方专家"))],
    ) if third else None  # fmt: skip
    notice = None
    if not third:
        objected = number == 1
        notice = year.add(
            Publication,
            subject=f"case:{case['id']}",
            kind="price",
            place="示例单位网站",
            starts_on=starts,
            ends_on=days_after(starts, 15),
            objections=int(objected),
            handling="异议人称未获知价格依据，已书面答复（示例）" if objected else None,
            settled_on=days_after(starts, 24) if objected else None,
            redacted=1,
        )
    year.add(
        Pricing,
        case=case["id"],
        route="negotiated" if not third else "valuer" if number % 2 else "experts",
        method="negotiated" if not third else "income",
        proposed_price=price,
        final_price=price,
        valuation=valued,
        publication=notice,
        meeting_on=days_after(starts, -3),
        deciders=[{"name": "示例负责人", "post": "分管领导", "opinion": "同意", "recused": False}],
        democratic_decision=1,
        supervision=1,
        reasonable_care=1 if number % 5 else None,
    )


def _brokerage(year: SampleYear, agency: Agency, deals: Deals) -> None:
    contracts = {row["id"]: row for row in year.of(Contract)}
    shared = {row["case"]: row["party"] for row in year.of(CaseParty) if row["role"] == "co_broker"}
    for number, contract in enumerate(one for one in deals.signed if contracts[one].get("case")):
        row, proven = contracts[contract], number < _PROVEN
        fee = (row["amount_total"] or 0) // 50  # 2 %
        invoiced = days_after(row["signed_on"], 30)
        brokered = year.add(
            Brokerage,
            contract=contract,
            our_role=_ROLES[number % 4] if proven else "log_only",
            fee_rule="成交额的2%" if proven else None,
            fee_amount=fee if proven else None,
            fee_invoice_no=f"SL{invoiced[2:4]}9{number:05d}" if proven else None,
            fee_invoice_on=invoiced if proven else None,
            fee_invoiced=fee if proven else None,
            fee_remark=row["own_no"] if proven else None,
            fee_received_on=days_after(invoiced, 20) if proven and number % 4 else None,
            fee_received=fee if proven and number % 4 else None,
            confirmed_by_buyer=int(proven),
            confirmed_by_seller=int(proven),
        )
        if other := shared.get(row["case"]):
            year.add(BrokerageAgency, brokerage=brokered, agency=other, share_pct=4_000)


def _agreed_terms(year: SampleYear, deals: Deals) -> None:
    """What is used first and paid later, and what is invested first and becomes equity later."""
    for row in year.of(Contract):
        if row.get("payment_mode") == "use_then_pay":
            row |= {"use_from": "2025-12-15", "pay_trigger": "产品销售额达到100万元（示例）", "pay_due": "2026-12-15"}
        elif row["signed_on"] == "2026-03-20":
            row |= {
                "invest_amount": row["amount_total"],
                "convert_trigger": "完成天使轮融资（示例）",
                "convert_due": "2026-12-01",
                "convert_rule": "按同轮估值折价20%转股（示例）",
            }


def _distributions(year: SampleYear, agency: Agency, deals: Deals, results: Results) -> None:
    paid: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in year.of(Receipt):
        if row.get("contract") and row["kind"] == "cash" and row["amount"] > 0:
            paid[row["contract"]].append(row)
    contracts = {row["id"]: row for row in year.of(Contract)}
    tracks = {row["id"]: row["track"] for row in year.of(Case)}
    local = [one for one in deals.signed if contracts[one]["seller"] in agency.universities[:2] and paid[one]]
    local.sort(key=lambda one: tracks.get(contracts[one].get("case")) == "demand")  # what was made to order comes last
    own = next(one for one in deals.signed if contracts[one]["seller"] in agency.local_buyers)
    chosen = [_old_deal(year, agency), *local[: _DISTRIBUTIONS - 2]]
    contracts = {row["id"]: row for row in year.of(Contract)}
    for number, contract in enumerate(chosen):
        receipts = paid[contract] or [row for row in year.of(Receipt) if row.get("contract") == contract]
        _distribution(year, contracts[contract], receipts, number, results)
    _without_net(year, own, paid[own])


def _without_net(year: SampleYear, contract: str, receipts: list[dict[str, Any]]) -> None:
    """A firm whose research had cost more than the result brought in: nothing is left to divide."""
    gross = sum(row["amount"] for row in receipts)
    made = year.add(
        Distribution,
        contract=contract,
        batch=1,
        owner_kind="firm",
        gross=gross,
        gross_basis="received",
        taxes=gross * 3 // 1000,
        prior_rd=gross + 12 * WAN,
        net=-(gross * 3 // 1000) - 12 * WAN,
        net_unknown=0,
        basis="net",
        team_pct=5_000,
        unit_pct=5_000,
    )
    for receipt in receipts:
        year.add(DistributionReceipt, distribution=made, receipt=receipt["id"])


def _old_deal(year: SampleYear, agency: Agency) -> str:
    """A contract of 2023 whose money came in 35 months before the reference day."""
    contract = year.add(
        Contract,
        name="示例旧案技术转让（示例2023）",
        own_no="SL-HT-2023-001",
        registry_no="2023500099000999",
        registry_state="registered",
        registered_on="2023-12-11",
        contract_class="transfer",
        signed_on="2023-11-20",
        seller=agency.universities[0],
        buyer=agency.local_buyers[0],
        amount_total=60 * WAN,
        nontech_cost=0,
        amount_tech=60 * WAN,
        payment_mode="once",
    )
    year.add(
        Receipt,
        contract=contract,
        received_on="2023-12-20",
        payer=agency.names[agency.local_buyers[0]],
        account_holder=agency.universities[0],
        amount=60 * WAN,
        tech_part=60 * WAN,
        kind="cash",
        is_local=1,
        invoice_no="SL23000999",
        invoice_on="2023-12-14",
    )
    return contract


def _distribution(
    year: SampleYear, contract: dict[str, Any], receipts: list[dict[str, Any]], number: int, results: Results
) -> None:
    gross = sum(row["amount"] for row in receipts)
    costs = (("valuation", gross // 100), ("patent", 300_000))
    taxes = gross * 3 // 1000
    taxes += (gross - taxes - sum(amount for _, amount in costs)) % _HUNDRED
    net = gross - taxes - sum(amount for _, amount in costs)
    last = max(row["received_on"] for row in receipts)
    settled = number > 0 and number % 6 != 5  # the others are approved, and not paid out yet
    notice = year.add(
        Publication,
        subject=f"contract:{contract['id']}",
        kind="reward",
        place="示例单位网站",
        starts_on=days_after(last, 15),
        ends_on=days_after(last, 30),
        objections=0,
    )
    made = year.add(
        Distribution,
        contract=contract["id"],
        batch=1,
        owner_kind="university",
        gross=gross,
        gross_basis="received",
        taxes=taxes,
        net=net,
        net_unknown=0,
        basis="own_rule" if number % 4 else "net",
        team_pct=7_000,
        unit_pct=1_500,
        college_pct=1_000,
        agency_pct=300,
        fund_pct=200,
        publicity=notice,
        approved_on=days_after(last, 35),
        paid_on=days_after(last, 60) if settled else None,
    )
    for receipt in receipts:
        year.add(DistributionReceipt, distribution=made, receipt=receipt["id"])
    for kind, amount in costs:
        year.add(DistributionCost, distribution=made, kind=kind, amount=amount, note="示例票据")
    paid_on = days_after(last, 60) if settled else None
    rest = net
    for role, share in _PARTS:
        part = net * share // 10_000
        rest -= part
        payee = contract["third_party"] if role == "agency" and contract.get("third_party") else contract["seller"]
        year.add(
            DistributionLine, distribution=made, role=role, payee=payee, share_pct=share, amount=part, paid_on=paid_on
        )
    people = results.teachers[contract["seller"]]
    heads = [row["id"] for row in year.of(Person) if row.get("admin_post") == "head" and row["id"] in people]
    others = [one for one in people if one not in heads]
    people = [*heads, *others] if number == _BY_A_HEAD else others
    _team_lines(year, made, rest, 0 if number == _BY_A_HEAD else number, people, paid_on)


def _team_lines(
    year: SampleYear, distribution: str, total: int, number: int, people: list[str], paid_on: str | None
) -> None:
    """The team's part: by thirds where a rest is left over, which the first line bears."""
    shares = (3_333, 3_333, 3_333) if number in _RESIDUES else (6_000, 4_000)
    parts = [round_half_up(Fraction(total * share, 10_000)) for share in shares]
    parts[0] += total - sum(parts)
    for place, (share, amount) in enumerate(zip(shares, parts, strict=True)):
        year.add(
            DistributionLine,
            distribution=distribution,
            role="completer" if place == 0 else "converter",
            person=people[(number + place) % len(people)],
            share_pct=share,
            amount=amount,
            is_residue=int(number in _RESIDUES and place == 0),
            post_checked=1,
            tax_mode="half",
            paid_on=paid_on,
        )


def _flows(year: SampleYear, agency: Agency, results: Results) -> None:
    people = results.teachers[agency.universities[0]]
    for number, (kind, dates) in enumerate(_FLOWS):
        year.add(
            PersonFlow,
            person=people[-1 - number],
            organisation=agency.local_buyers[number],
            kind=kind,
            approved_on=days_after(dates["starts_on"], -20),
            **dates,
        )
