"""Money that finance has listed and nobody has claimed: which contract it may be for and why, claiming it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.models import Case, Contract, DistributionReceipt, Instalment, Receipt
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from db.values import compare_name, former_names
from desktop.services.classified import refuse_secrets
from desktop.services.money import money_of
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import latest
from policy.errors import Refused
from policy.i18n import mark, tr

_FORM = re.compile(r"(股份)?有限(责任)?公司$|集团$")
_REGION = re.compile(r"^(重庆市?|[\u4e00-\u9fff]{2,3}(省|市))")
_NOISE = re.compile(r"[\s\-–—_/.,，。、;；:：()（）【】\[\]#]+")
_LEAST_NAME, _LEAST_NUMBER = 4, 5  # letters below which finding a name or a number within a text says nothing
_NEAR, _LATER = 30, 90  # days between an instalment and its money

# how much each trace tells; what is certain alone (a number quoted) stands above all the rest together
_POINTS = {
    "number": 60,
    "title": 25,
    "payer": 30,
    "alike": 15,
    "instalment": 25,
    "open": 18,
    "total": 12,
    "near": 10,
    "later": 4,
    "refund": 30,
}
_LEAST = 15  # points of a proposal


@dataclass(slots=True)
class _Deal:
    """A contract as far as money may be found to belong to it."""

    contract: str
    title: str
    own_no: str
    registry_no: str
    names: frozenset[str]
    buyer: str
    money: Mapping[str, Any]
    terminated: bool
    case: str
    numbers: tuple[tuple[str, str], ...]  # as compared, and as written
    plain: str  # the title as it may stand within a remark; blank where it is too short
    cores: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Sum:
    """A receipt as it is compared with each contract."""

    amount: int
    day: date
    payer: str
    core: str
    told: str


@service("receipt.waiting")
def waiting(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """The receipts without a contract, oldest first, each with its best proposal: rows with {best, proposals}.

    `best` is one of what `receipt.match` proposes, None where nothing speaks for any contract; `proposals` counts them.
    """
    with ws.store.read():
        rows = _rows(Receipt.select().where(Receipt.contract.is_null()).order_by(Receipt.received_on, Receipt.id))
        deals = _deals()
    for row in rows:
        found = _ranked(row, deals)
        row |= {"best": found[0] if found else None, "proposals": len(found)}
    return rows


@service("receipt.match")
def match(ws: Workspace, job: Job, *, id: str, limit: int = 10) -> dict[str, Any]:
    """The contracts a receipt may belong to, the likeliest first: {receipt, proposals}.

    A proposal is {contract, title, own_no, buyer, case, instalment, instalment_no, open, score, reasons: [text], over}:
    `open` is what the contract still waits for, `over` by how much the money exceeds it (fen; None where unknown).
    """
    with ws.store.read():
        (row,) = _rows(Receipt.select().where(Receipt.id == records.resolve("receipt", id)))
        deals = _deals()
    return {"receipt": row, "proposals": _ranked(row, deals)[:limit]}


@service("receipt.claim", in_turn=True)
def claim(
    ws: Workspace, job: Job, *, id: str, contract: str, instalment: str | None = None, other_payer: bool = False
) -> dict[str, Any]:
    """Give a receipt to a contract, and to one of its instalments: {id, contract, case, warnings, changes}.

    Asks where somebody else than the buyer has paid: Refused("receipt.other_payer", payer, buyer) unless `other_payer`.
    Whether it counts for the district follows the case where nobody has said. Refused("receipt.claimed" |
    "receipt.not_of_contract").
    """
    with ws.store.write(mark("认领到账"), "typed") as write:
        record, paper = records.resolve("receipt", id), records.resolve("contract", contract)
        row = records.get("receipt", record)
        if row["contract"] not in (None, paper):
            raise Refused("receipt.claimed", contract=records.title("contract", row["contract"]))
        deal = next((one for one in _deals([paper])), None)
        if deal is None:
            raise Refused("receipt.not_of_contract")
        if instalment:
            instalment = records.resolve("instalment", instalment)
            if Instalment.get_by_id(instalment).contract_id != paper:
                raise Refused("receipt.not_of_contract")
        if not other_payer and deal.names and compare_name(row["payer"]) not in deal.names:
            raise Refused("receipt.other_payer", payer=row["payer"], buyer=deal.buyer)
        values: dict[str, Any] = {"contract": paper, "instalment": instalment}
        case = Case.get_or_none(Case.id == deal.case)
        if row["is_local"] is None and case is not None:
            values["is_local"] = case.is_local
        refuse_secrets(kind_info("receipt"), {**row, **values})
        write.update(Receipt, record, values)
        warnings = list(_doubts(row, deal))
    return {
        "id": record,
        "contract": paper,
        "case": deal.case,
        "warnings": warnings,
        "changes": write.changes.as_dict(),
    }


@service("receipt.unclaim", in_turn=True)
def unclaim(ws: Workspace, job: Job, *, id: str) -> dict[str, Any]:
    """Take a receipt from its contract; it waits again: {id, changes}. Raises Refused("receipt.distributed")."""
    with ws.store.write(mark("取消认领"), "typed") as write:
        record = records.resolve("receipt", id)
        if DistributionReceipt.select().where(DistributionReceipt.receipt == record).exists():
            raise Refused("receipt.distributed")
        write.update(Receipt, record, {"contract": None, "instalment": None})
    return {"id": record, "changes": write.changes.as_dict()}


def _doubts(row: Mapping[str, Any], deal: _Deal) -> list[str]:
    """What is odd about money that was claimed all the same."""
    found = []
    left = deal.money["open"]
    if row["amount"] > 0 and left is not None and row["amount"] > left:
        found.append(tr("到账超过合同未收金额，请核对合同金额、补充协议或退款。"))
    if row["amount"] < 0 and -row["amount"] > deal.money["received"]:
        found.append(tr("退款大于这份合同已收的金额，请核对。"))
    if deal.terminated:
        found.append(tr("合同已解除或终止，请核对这笔款是否应退。"))
    return found


def _rows(query: Any) -> list[dict[str, Any]]:
    rows = dict_rows(query)
    names = records.titles("organisation", (row["account_holder"] for row in rows))
    for row in rows:
        row["_titles"] = {"account_holder": names.get(row["account_holder"], "")}
    return rows


def _deals(only: Sequence[str] | None = None) -> list[_Deal]:
    """The contracts that money may be for; the caller holds the lock."""
    query = Contract.select(
        Contract.id, Contract.name, Contract.own_no, Contract.registry_no, Contract.buyer, Contract.case,
        Contract.terminated_on,
    )  # fmt: skip
    rows = dict_rows(query if only is None else query.where(Contract.id.in_(list(only))))
    buyers = {row["buyer"] for row in rows if row["buyer"]}
    known = {row["id"]: row for row in records.rows("organisation", sorted(buyers))}
    money = money_of([row["id"] for row in rows])
    found = []
    for row in rows:
        buyer = known.get(row["buyer"], {})
        names = {compare_name(buyer["name"]), *former_names(buyer["former_names"])} if buyer else set()
        numbers = [(_plain(row[name] or ""), row[name] or "") for name in ("registry_no", "own_no")]
        found.append(
            _Deal(
                contract=row["id"],
                title=row["name"],
                own_no=row["own_no"] or "",
                registry_no=row["registry_no"] or "",
                names=frozenset(names),
                buyer=buyer.get("name", ""),
                money=money[row["id"]],
                terminated=bool(row["terminated_on"]),
                case=row["case"] or "",
                numbers=tuple(number for number in numbers if len(number[0]) >= _LEAST_NUMBER),
                plain=title if len(title := _plain(row["name"])) >= _LEAST_NAME else "",
                cores=frozenset(filter(None, map(_core, names))),
            )
        )
    return found


def _ranked(row: Mapping[str, Any], deals: Sequence[_Deal]) -> list[dict[str, Any]]:
    payer = compare_name(row["payer"])
    told = _plain(f"{row['invoice_remark'] or ''} {row['payer']}")
    paid = _Sum(row["amount"], latest(row["received_on"]), payer, _core(payer), told)
    found = [proposal for deal in deals if (proposal := _proposal(paid, deal)) is not None]
    found.sort(key=lambda proposal: (-proposal["score"], proposal["title"], proposal["contract"]))
    return found


def _proposal(paid: _Sum, deal: _Deal) -> dict[str, Any] | None:
    """What speaks for a contract; None where too little does: a day in common alone is chance."""
    reasons: list[tuple[int, str]] = []

    def says(trace: str, text: str) -> None:
        reasons.append((_POINTS[trace], text))

    for number, written in deal.numbers:
        if number in paid.told:
            says("number", tr("发票备注写有合同编号 {no}", no=written))
            break
    if deal.plain and deal.plain in paid.told:
        says("title", tr("发票备注写有合同名称"))
    if paid.payer in deal.names:
        says("payer", tr("付款方就是买方"))
    elif paid.core in deal.cores:
        says("alike", tr("付款方与买方名称相近：{buyer}", buyer=deal.buyer))
    amount, left = paid.amount, deal.money["open"]
    instalment = _instalment(paid, deal)
    if amount < 0:
        if any(one["amount"] == -amount for one in deal.money["receipts"]):
            says("refund", tr("这份合同曾收到同样金额"))
    elif instalment is not None and instalment["open"] == amount:
        says("instalment", tr("与第 {no} 期应收金额相同", no=instalment["no"]))
    elif left is not None and left == amount:
        says("open", tr("与合同未收金额相同"))
    elif deal.money["total"] == amount:
        says("total", tr("与合同成交额相同"))
    if instalment is not None and instalment["due_on"]:
        days = abs((paid.day - latest(instalment["due_on"])).days)
        if days <= _LATER:
            text = tr("距第 {no} 期应收日期 {n} 天", no=instalment["no"], n=days)
            says("near" if days <= _NEAR else "later", text)
    score = sum(points for points, _ in reasons)
    if score < _LEAST:
        return None
    reasons.sort(key=lambda reason: -reason[0])
    return {
        "contract": deal.contract,
        "title": deal.title,
        "own_no": deal.own_no,
        "buyer": deal.buyer,
        "case": deal.case,
        "instalment": instalment["id"] if instalment else None,
        "instalment_no": instalment["no"] if instalment else None,
        "open": left,
        "over": max(amount - left, 0) if left is not None and amount > 0 else None,
        "score": score,
        "reasons": [text for _, text in reasons],
    }


def _instalment(paid: _Sum, deal: _Deal) -> Mapping[str, Any] | None:
    """The open instalment the money is for: the one of its amount, else the one due nearest; of a refund none."""
    if paid.amount < 0:
        return None
    waiting_for = [one for one in deal.money["instalments"] if one["open"] > 0]
    same = [one for one in waiting_for if one["open"] == paid.amount]
    return min(same or waiting_for, key=lambda one: _distance(one["due_on"], paid.day), default=None)


def _distance(due: str | None, day: date) -> int:
    return abs((latest(due) - day).days) if due else 1 << 20


def _plain(text: str) -> str:
    """A text or number without spacing and marks, in one case and width."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _core(name: str) -> str:
    """A name without the region and the legal form; blank where too little is left to tell firms apart."""
    core = _FORM.sub("", _REGION.sub("", name))
    return core if len(core) >= _LEAST_NAME else ""
