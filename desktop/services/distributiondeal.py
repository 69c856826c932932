"""What is divided, as records know it and as typed over them: amounts, costs, the persons who share, first receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from peewee import SQL

from db.models import (
    Contract,
    Distribution,
    DistributionCost,
    DistributionLine,
    DistributionReceipt,
    Organisation,
    Person,
    Receipt,
)
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from desktop.services.records import typed_values
from desktop.services.workspace import Workspace
from policy.distribution import SHARES, round_half_up
from policy.errors import Refused, Usage
from policy.i18n import tr
from policy.measures import parse_figure
from policy.nearby import nearby

TYPED = (
    "owner_kind", "gross", "gross_basis", "taxes", "prior_rd", "net_unknown", "paid_on",
    *(f"{key}_pct" for key in SHARES),
)  # fmt: skip
_BESIDE = ("received_on", "reward_pct")  # typed, too, but no fields of the record
PERSONS = frozenset({"completer", "converter"})
_HEAD = "head"


@dataclass(slots=True)
class Deal:
    """What is divided, as stored: money in fen, percentages scaled by 100, dates as text; blank is None."""

    contract: str = ""
    record: str = ""
    title: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    costs: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    received_on: str = ""
    reward_pct: Fraction | None = None
    facts: dict[str, str] = field(default_factory=dict)
    receipts: tuple[str, ...] = ()  # the money received that the gross is made of
    warnings: list[str] = field(default_factory=list)


def deal_of(ws: Workspace, record: str | None, contract: str | None) -> Deal:
    """What the records know of a distribution, or of a contract that has none yet."""
    deal = Deal()
    with ws.store.read():
        if record:
            deal.record = records.resolve("distribution", record)
            row = records.get("distribution", deal.record)
            deal.values = {name: row[name] for name in TYPED}
            contract = row["contract"]
            costs = DistributionCost.select().where(DistributionCost.distribution == deal.record)
            deal.costs = [{name: cost[name] for name in ("kind", "amount", "note")} for cost in dict_rows(costs)]
            deal.lines = _stored_lines(deal.record)
            deal.facts["publicity"] = row["publicity"] or ""
        if not contract:
            return deal
        deal.contract = records.resolve("contract", contract)
        deal.title = records.title("contract", deal.contract)
        paper = Contract.get_by_id(deal.contract)
        receipts = _receipts(deal)
        deal.received_on = min((receipt.received_on for receipt in receipts), default="")
        if deal.values.get("gross") is None:
            deal.values.setdefault("gross_basis", "received")
            by_contract = deal.values["gross_basis"] == "contract"
            received = sum(receipt.amount for receipt in receipts) if receipts else None
            deal.values["gross"] = paper.amount_total if by_contract else received
            deal.receipts = () if by_contract else tuple(receipt.id for receipt in receipts)
        seller = Organisation.get_or_none(Organisation.id == paper.seller_id)
        if seller is not None:
            deal.reward_pct = None if seller.reward_pct is None else Fraction(seller.reward_pct, 100)
            if not deal.values.get("owner_kind"):
                deal.values["owner_kind"] = "firm" if seller.org_kind == "firm" else "university"
        deal.facts["contract_registered"] = "1" if paper.registry_state == "registered" else "0"
        deal.warnings += _deducted_before(deal)
    return deal


def _stored_lines(record: str) -> list[dict[str, Any]]:
    query = DistributionLine.select().where(DistributionLine.distribution == record).order_by(SQL("rowid"))  # as typed
    lines = [row for row in query if row.role in PERSONS]
    names = records.titles("person", [row.person_id for row in lines])
    posts = {row.id: row.admin_post for row in Person.select().where(Person.id.in_([row.person_id for row in lines]))}
    return [
        {
            "person": row.person_id or "",
            "name": names.get(row.person_id, ""),
            "role": row.role,
            "pct": None if row.share_pct is None else Fraction(row.share_pct, 100),
            "head": posts.get(row.person_id) == _HEAD,
            "residue": bool(row.is_residue),
        }
        for row in lines
    ]


def _receipts(deal: Deal) -> list[Receipt]:
    """The receipts a distribution names; without any, those of the contract that no other distribution names."""
    query = Receipt.select().where(Receipt.contract == deal.contract)
    if deal.record:
        named = DistributionReceipt.select(DistributionReceipt.receipt).where(
            DistributionReceipt.distribution == deal.record
        )
        chosen = list(Receipt.select().where(Receipt.id.in_(named)))
        if chosen:
            return chosen
    taken = DistributionReceipt.select(DistributionReceipt.receipt).where(
        DistributionReceipt.distribution != deal.record
    )
    return list(query.where(Receipt.id.not_in(taken)))


def _deducted_before(deal: Deal) -> list[str]:
    """Costs are deducted once per deal: the same cost in another distribution of the contract is pointed out."""
    others = (
        DistributionCost.select(DistributionCost, Distribution)
        .join(Distribution)
        .where(Distribution.contract == deal.contract, Distribution.id != deal.record)
    )
    before = {(row.kind, row.amount, row.note or ""): row.distribution.batch for row in others}
    labels = {choice.code: choice.shown for choice in kind_info("distribution_cost").field("kind").choices}
    found = []
    for cost in deal.costs:
        batch = before.get((cost["kind"], cost["amount"], cost["note"] or ""))
        if batch is not None:
            name = labels.get(cost["kind"], cost["kind"])
            found.append(tr("“{name}”在第 {n} 批分配中已扣除一次，直接成本只扣一次，请核对。", name=name, n=batch))
    return found


def type_over(
    ws: Workspace,
    deal: Deal,
    values: Mapping[str, Any],
    costs: Sequence[Mapping[str, Any]] | None,
    lines: Sequence[Mapping[str, Any]] | None,
) -> None:
    """Put what was typed over what the records say."""
    for name in values:
        if name not in (*TYPED, *_BESIDE):
            raise Usage("policy.unknown_name", name=name, known=nearby(name, (*TYPED, *_BESIDE)))
    info = kind_info("distribution")
    typed = {name: value for name, value in values.items() if name in TYPED}
    stored, warnings = typed_values(ws, info, typed)
    for name, value in stored.items():
        below_zero = name in ("taxes", "prior_rd") and value is not None and value < 0
        if below_zero:
            raise Refused("distribution.negative", field=info.field(name).shown)
        if name.endswith("_pct") and value is not None and not 0 <= value <= 10_000:
            raise Refused("distribution.pct_invalid", text=str(values[name])[:20])
    if ("gross" in stored and stored["gross"] != deal.values.get("gross")) or stored.get("gross_basis") == "contract":
        deal.receipts = ()
    deal.values.update(stored)
    deal.warnings += warnings
    if "received_on" in values:
        deal.received_on = (
            typed_values(ws, kind_info("receipt"), {"received_on": values["received_on"]})[0]["received_on"] or ""
        )
    if "reward_pct" in values:
        deal.reward_pct = _pct(values["reward_pct"])
    if costs is not None:
        cost_info = kind_info("distribution_cost")
        deal.costs = [
            {"kind": "other", "note": None, **typed_values(ws, cost_info, {k: v for k, v in cost.items() if v})[0]}
            for cost in costs
        ]
        if any(cost.get("amount") is None for cost in deal.costs):
            raise Refused("distribution.cost_blank")
        if any(cost["amount"] < 0 for cost in deal.costs):
            raise Refused("distribution.negative", field=cost_info.field("amount").shown)
    if lines is not None:
        known = {line["name"]: line["person"] for line in deal.lines}
        deal.lines = [
            {
                "person": line.get("person") or known.get(str(line.get("name") or "").strip(), ""),
                "name": str(line.get("name") or "").strip(),
                "role": line.get("role") or "completer",
                "pct": _as_kept(_pct(line.get("share_pct"))),
                "head": bool(line.get("head")),
                "residue": bool(line.get("residue")),
            }
            for line in lines
        ]


def _as_kept(pct: Fraction | None) -> Fraction | None:
    """With the two places records keep, so that what is read back gives the amounts that were worked out."""
    return None if pct is None else Fraction(round_half_up(pct * 100), 100)


def _pct(text: Any) -> Fraction | None:
    """A percentage as typed; None where blank; Refused("distribution.pct_invalid", text)."""
    cleaned = str(text if text is not None else "").strip().rstrip("%％").strip()
    if not cleaned:
        return None
    found = parse_figure(cleaned, "%")
    if found is None or not 0 <= found <= 100:
        raise Refused("distribution.pct_invalid", text=str(text)[:20])
    return found
