"""The money of a case: what its contracts are worth, what came in, what is still due; instalments with their state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import peewee

from db.models import Contract, Distribution, DistributionLine, DistributionReceipt, Instalment, Receipt
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import latest, today

Row = Mapping[str, Any]

_CHUNK = 500


def instalment_states(instalments: Iterable[Row], receipts: Iterable[Row], day: date) -> dict[str, dict[str, Any]]:
    """Where each instalment of one contract stands on a day: {id: {state, paid, open, assumed}}, money in fen.

    A receipt that names its instalment pays that one. What names none fills the oldest open ones (`assumed`); a refund
    that names none is taken off such money first, then off the last ones paid.
    """
    ordered = sorted(instalments, key=lambda row: (row["due_on"] or "9999", row["no"]))
    paid = {row["id"]: 0 for row in ordered}
    free = 0
    for receipt in receipts:
        if receipt["instalment"] in paid:
            paid[receipt["instalment"]] += receipt["amount"]
        else:
            free += receipt["amount"]
    assumed: set[str] = set()
    for row in ordered:
        if free > 0 and not row["written_off_on"] and paid[row["id"]] < row["amount"]:
            part = min(free, row["amount"] - paid[row["id"]])
            paid[row["id"]] += part
            free -= part
            assumed.add(row["id"])
    for row in reversed(ordered):
        if free < 0 and paid[row["id"]] > 0:
            part = min(-free, paid[row["id"]])
            paid[row["id"]] -= part
            free += part
            assumed.add(row["id"])
    return {row["id"]: _standing(row, paid[row["id"]], row["id"] in assumed, day) for row in ordered}


def _standing(row: Row, paid: int, assumed: bool, day: date) -> dict[str, Any]:
    left = max(row["amount"] - paid, 0)
    if row["written_off_on"]:
        state, left = "written_off", 0
    elif paid >= row["amount"]:
        state = "paid"
    elif paid > 0:
        state = "part"
    else:
        state = "due" if row["due_on"] and latest(row["due_on"]) <= day else "not_due"
    return {"state": state, "paid": paid, "open": left, "assumed": assumed}


def money_of(contracts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By contract: {total, tech, received, refunded, cash, open, instalments (rows with their state), receipts}.

    `open` is None where the contract has no amount; what is not cash counts as received but not in `cash`. The caller
    holds the store's lock.
    """
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(contracts), _CHUNK):
        found |= _money_of(list(contracts[start : start + _CHUNK]))
    return found


def _money_of(contracts: list[str]) -> dict[str, dict[str, Any]]:
    rows = dict_rows(Contract.select().where(Contract.id.in_(contracts)))
    due: dict[str, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    paid: dict[str, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    for one in dict_rows(Instalment.select().where(Instalment.contract.in_(contracts)).order_by(Instalment.no)):
        due[one["contract"]].append(one)
    receipts = Receipt.select().where(Receipt.contract.in_(contracts)).order_by(Receipt.received_on, Receipt.id)
    for one in dict_rows(receipts):
        paid[one["contract"]].append(one)
    found = {}
    for row in rows:
        own, dated = paid[row["id"]], due[row["id"]]
        states = instalment_states(dated, own, today())
        received = sum(receipt["amount"] for receipt in own)
        total = row["amount_total"]
        found[row["id"]] = {
            "name": row["name"],
            "buyer": row["buyer"],
            "terminated": bool(row["terminated_on"]),
            "total": total,
            "tech": row["amount_tech"],
            "received": received,
            "refunded": -sum(receipt["amount"] for receipt in own if receipt["amount"] < 0),
            "cash": sum(receipt["amount"] for receipt in own if receipt["kind"] == "cash"),
            "open": None if total is None else total - received,
            "instalments": [{**one, **states[one["id"]]} for one in dated],
            "receipts": own,
        }
    return found


def open_instalments() -> list[dict[str, Any]]:
    """The instalments with a day of which something is not paid yet, of contracts that still run, with their
    `contract_title`. The caller holds the store's lock."""
    dated = Instalment.select(Instalment.contract).where(Instalment.due_on.is_null(False)).distinct()
    found = money_of([row["contract"] for row in dict_rows(dated)])
    return [
        {**one, "contract_title": held["name"]}
        for held in found.values()
        if not held["terminated"]
        for one in held["instalments"]
        if one["due_on"] and one["open"] > 0
    ]


@service("case.money")
def case_money(ws: Workspace, job: Job, *, case: str) -> dict[str, Any]:
    """The money of a case's contracts, in fen: {contracts: [{id, …}], total, received, open}; see `money_of`.

    The sums leave out what is blank; `blanks` counts the contracts without an amount.
    """
    with ws.store.read():
        record = records.resolve("case", case)
        ids = records.ids("contract", where={"case": record}, order="signed_on")
        found = money_of(ids)
        buyers = records.titles("organisation", [row["buyer"] for row in found.values() if row["buyer"]])
        holders = {one["account_holder"] for row in found.values() for one in row["receipts"]}
        names = records.titles("organisation", holders)
    listed = [{"id": contract, **found[contract]} for contract in ids if contract in found]
    for row in listed:
        row["buyer_name"] = buyers.get(row["buyer"], "")
        for receipt in row["receipts"]:
            receipt["_titles"] = {"contract": row["name"], "account_holder": names.get(receipt["account_holder"], "")}
    return {
        "contracts": listed,
        "total": sum(row["total"] or 0 for row in listed),
        "received": sum(row["received"] for row in listed),
        "open": sum(max(row["open"] or 0, 0) for row in listed if not row["terminated"]),
        "blanks": sum(row["total"] is None for row in listed),
    }


@service("case.distributions")
def case_distributions(ws: Workspace, job: Job, *, case: str) -> dict[str, Any]:
    """What of a case's money was shared out: {rows: [distribution with contract_title, lines], open}.

    `open` are the contracts with money received that no distribution names: [{contract, title, amount (fen)}].
    """
    with ws.store.read():
        ids = records.ids("contract", where={"case": records.resolve("case", case)}, order="signed_on")
        held = money_of(ids)
        rows = dict_rows(
            Distribution.select()
            .where(Distribution.contract.in_(ids))
            .order_by(Distribution.contract, Distribution.batch)
        )
        own = [row["id"] for row in rows]
        lines = dict(
            tuple_rows(
                DistributionLine.select(DistributionLine.distribution, peewee.fn.COUNT(DistributionLine.id))
                .where(DistributionLine.distribution.in_(own))
                .group_by(DistributionLine.distribution)
            )
        )
        named = {
            row[0]
            for row in tuple_rows(
                DistributionReceipt.select(DistributionReceipt.receipt).where(DistributionReceipt.distribution.in_(own))
            )
        }
    waiting = []
    for contract, found in held.items():
        amount = sum(one["amount"] for one in found["receipts"] if one["id"] not in named)
        if amount > 0:
            waiting.append({"contract": contract, "title": found["name"], "amount": amount})
    for row in rows:
        row |= {"contract_title": held[row["contract"]]["name"], "lines": lines.get(row["id"], 0)}
    return {"rows": rows, "open": waiting}


@service("instalment.list")
def list_instalments(ws: Workspace, job: Job, *, contract: str) -> list[dict[str, Any]]:
    """The instalments of a contract with what was paid of them: rows with {state, paid, open, assumed}."""
    with ws.store.read():
        record = records.resolve("contract", contract)
        return list(money_of([record])[record]["instalments"])
