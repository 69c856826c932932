"""What hangs on the contracts of the sample year: costs that pay for no technology, patents, supplements, instalments.

Instalments are paid, paid in part, overdue, due soon, due on a condition, and written off where a contract ended.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from db.models import (
    Achievement,
    Case,
    Contract,
    ContractAmendment,
    ContractCost,
    ContractIp,
    Instalment,
    IpRight,
    Receipt,
)
from desktop.services.samples.base import TODAY, SampleYear, days_after
from desktop.services.samples.brokerage import Agency
from desktop.services.samples.deals import Deals
from desktop.services.samples.results import Results

_OF_PATENTS = frozenset({"transfer", "licence"})
_EXTENDED = ((2, "registered", 180), (10, "accepted", 365), (20, None, 90))  # place, state of the change, days more
_GOALS = {"biomedicine": "health", "environment": "environment", "energy": "energy", "agriculture": "agriculture"}
# what is still to come, in turn: days from the reference day to when it is due; None where it hangs on a condition
_REST = (24, None, -33, 130, 9, None, 61, None, 190, 16, None, 250)
_CONDITIONS = ("验收合格后30日内", "首批产品交付后15日内", "取得第三方检测报告后10个工作日内")


def build(year: SampleYear, agency: Agency, deals: Deals, results: Results) -> None:
    """Add them; contracts, receipts and patents must be there."""
    contracts = {row["id"]: row for row in year.of(Contract)}
    _particulars(year, agency, results, contracts)
    _costs(year, contracts)
    for number, (place, state, more) in enumerate(_EXTENDED):
        _extension(year, contracts[deals.signed[place]], number, state, more)
    _instalments(year, deals, contracts)


def _particulars(year: SampleYear, agency: Agency, results: Results, contracts: dict[str, dict[str, Any]]) -> None:
    """What the registration form asks of contracts that came from cases, and the patents they pass on."""
    rights = {row["achievement"]: row["id"] for row in year.of(IpRight)}
    about = {row["id"]: row for row in year.of(Achievement)}
    cases = {row["id"]: row for row in year.of(Case)}
    for contract in contracts.values():
        if not contract.get("case"):
            continue
        result = about[results.made[agency.results[contract["case"]]]]
        sold = contract["contract_class"] in _OF_PATENTS and result["id"] in rights
        contract |= {
            "registry": "重庆示例技术合同登记点",
            "signed_at": "重庆市示例区",
            "tech_field": result["tech_field"],
            "ip_types": ["invention"] if sold else ["know_how"],
            "plan_source": "none" if cases[contract["case"]]["track"] == "demand" else "province",
            "industry_served": result["industry"],
            "goal": _GOALS.get(result["tech_field"], "industry"),
            "text_kind": "model",
            "confidential_contract": 1,
            "is_import_export": 0,
        }
        if sold:
            year.add(ContractIp, contract=contract["id"], ip_right=rights[result["id"]])


def _costs(year: SampleYear, contracts: dict[str, dict[str, Any]]) -> None:
    """What is no technology in a contract's amount, in two parts that add up."""
    for number, row in enumerate(one for one in contracts.values() if one.get("nontech_cost")):
        first = row["nontech_cost"] * (6 + number % 3) // 10
        parts = (("equipment", "示例专用工装"), ("materials", "试制材料"), ("parts", "外购零部件"))
        for (kind, note), amount in zip(
            (parts[number % 3], parts[(number + 1) % 3]), (first, row["nontech_cost"] - first), strict=True
        ):
            if amount:
                year.add(ContractCost, contract=row["id"], kind=kind, amount=amount, note=note)


def _extension(year: SampleYear, row: dict[str, Any], number: int, state: str | None, more: int) -> None:
    old, new = row["valid_to"], days_after(row["valid_to"], more)
    row["valid_to"] = new
    year.add(
        ContractAmendment,
        contract=row["id"],
        signed_on=f"2026-0{number + 4}-1{number + 2}",
        changes=[{"field": "valid_to", "old": old, "new": new}],
        registry_state=state,
        note="试验批次增加，双方同意顺延（示例）",
    )


def _instalments(year: SampleYear, deals: Deals, contracts: dict[str, dict[str, Any]]) -> None:
    paid: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in year.of(Receipt):
        if row.get("contract"):
            paid[row["contract"]].append(row)
    waiting = {contract: receipt for receipt, contract in deals.unclaimed}
    known = {row["id"]: row for row in year.of(Receipt)}
    turn = 0
    for contract, row in contracts.items():
        if not row["amount_total"] or row["payment_mode"] in ("equity", "use_then_pay") or row.get("convert_due"):
            continue
        came = sorted((one for one in paid[contract] if one["amount"] > 0), key=lambda one: str(one["received_on"]))
        back = -sum(one["amount"] for one in paid[contract] if one["amount"] < 0)
        plan: list[tuple[str | None, int]] = []
        for place, one in enumerate(came):
            last = place == len(came) - 1
            plan.append((_before(row, one, 0 if back else place), one["amount"] - (back if last else 0)))
        rest = row["amount_total"] - sum(amount for _, amount in plan)
        if contract in waiting and rest:
            receipt = known[waiting[contract]]
            plan.append((days_after(receipt["received_on"], -7), receipt["amount"]))
            rest -= receipt["amount"]
        if rest and row.get("terminated_on"):
            plan.append((days_after(row["terminated_on"], -40), rest))
        elif rest:
            step, turn = _REST[turn % len(_REST)], turn + 1
            plan.append((None if step is None else days_after(TODAY.isoformat(), step - turn % 8), rest))
        if len(plan) > 1 and row["payment_mode"] == "once":
            row["payment_mode"] = "instalments"
        # finance does not say of every payment which instalment it is
        said = [bool(back or contract in waiting or (turn + place) % 3) for place in range(len(came))]
        _add(year, row, plan, [one if known_of else {} for one, known_of in zip(came, said, strict=True)], turn)


def _before(row: dict[str, Any], receipt: dict[str, Any], place: int) -> str:
    """When it had been due: mostly some days before it came, at times after."""
    return max(days_after(receipt["received_on"], (-6, 4, -21)[place % 3]), str(row["signed_on"]))


def _add(
    year: SampleYear,
    row: dict[str, Any],
    plan: list[tuple[str | None, int]],
    came: list[dict[str, Any]],
    turn: int,
) -> None:
    for place, (due, amount) in enumerate(plan):
        over = bool(row.get("terminated_on")) and place >= len(came)
        made = year.add(
            Instalment,
            contract=row["id"],
            no=place + 1,
            due_on=due,
            condition="合同签订后10日内" if place == 0 else None if due else _CONDITIONS[turn % len(_CONDITIONS)],
            amount=amount,
            written_off_on=row["terminated_on"] if over else None,
            written_off_reason="合同协商解除，余款不再收取（示例）" if over else None,
        )
        if place < len(came):
            came[place]["instalment"] = made
