"""What is odd or missing in a contract, and whether it is proven that we brought it about; it warns, never blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from db.models import Brokerage, Case, CaseBroker, CaseParty, Contract, ContractCost, Evidence, EvidenceLink
from db.queries import records
from db.queries.measures.contracts import PROOFS
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kind_info
from db.stages import declared
from desktop.services.money import money_of
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import earliest, latest
from policy.i18n import listed, tr
from policy.identifiers import check_contract_number
from policy.measures import shown

WHOLE = 10_000  # hundredths of a percent
_AGREEMENT, _CONFIRMATION, _INVOICE, _SLIP = "d39", "d40", "d41", "d42"
# dates that cannot be the other way round: the earlier, the later
_ORDER = (
    ("signed_on", "applied_on"),
    ("signed_on", "registered_on"),
    ("applied_on", "registered_on"),
    ("valid_from", "valid_to"),
    ("signed_on", "terminated_on"),
    ("use_from", "pay_due"),
    ("signed_on", "convert_due"),
)
NUMBERED = frozenset({"registered", "changed", "cancelled"})
# what a mechanism of the case asks of the contract
_TERMS = {
    "use_then_pay": ("use_from", "pay_trigger", "pay_due"),
    "invest_then_equity": ("invest_amount", "convert_trigger", "convert_due", "convert_rule"),
    "patent_warrant": ("warrant",),
}


@service("contract.checks")
def checks(ws: Workspace, job: Job, *, contract: str = "", case: str = "") -> list[dict[str, Any]]:
    """What to look at in a contract, or in all of a case: [{contract, title, field, label, text}], `field` blank where
    it is about several. Raises Usage("record.unknown")."""
    with ws.store.read():
        if contract:
            ids = [records.resolve("contract", contract)]
        else:
            ids = records.ids("contract", where={"case": records.resolve("case", case)}, order="signed_on")
        own = str(ws.store.setting("organisation"))
        found = []
        money_found = money_of(ids)
        labels = {field.name: field.shown for field in kind_info("contract").fields}
        for row in dict_rows(Contract.select().where(Contract.id.in_(ids)).order_by(Contract.signed_on)):
            holder = Case.get_or_none(Case.id == row["case"])
            for name, text in _odd(row, holder, money_found[row["id"]], own):
                told = {"contract": row["id"], "title": row["name"], "field": name, "text": text}
                found.append({**told, "label": labels.get(name, "")})
    return found


def _odd(row: Mapping[str, Any], case: Any, held: Mapping[str, Any], own: str) -> Iterator[tuple[str, str]]:
    yield from _registry(row)
    yield from _dates(row)
    yield from _amounts(row, held)
    yield from _parties(row, own)
    if case is not None:
        yield from _terms(row, case)


def _registry(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    number, state = row["registry_no"], row["registry_state"]
    if number and not check_contract_number(number).ok:
        yield "registry_no", tr("合同登记编号应为16位或14位数字，请对照登记证明核对。")
    if state in NUMBERED and not number:
        yield "registry_no", tr("登记状态是已登记，但没有合同登记编号。")
    if number and state in (None, "none"):
        yield "registry_state", tr("已有合同登记编号，但登记状态还不是已登记。")
    if state == "registered" and not row["registered_on"]:
        yield "registered_on", tr("已登记，但没有登记日期；这份合同算不进任何年度。")
    if not row["contract_class"]:
        yield "contract_class", tr("没有合同类别；一份合同只填一个类别。")


def _dates(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    labels = {field.name: field.shown for field in kind_info("contract").fields}
    for first, second in _ORDER:
        before, after = row[first], row[second]
        if before and after and earliest(before) > latest(after):
            yield second, tr("{second}早于{first}，请核对。", first=labels[first], second=labels[second])


def _amounts(row: Mapping[str, Any], held: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    total, tech, other = row["amount_total"], row["amount_tech"], row["nontech_cost"]
    for name in ("amount_total", "nontech_cost", "new_investment", "new_output", "invest_amount"):
        if row[name] is not None and row[name] < 0:
            yield name, tr("金额为负，请核对。")
    if total is not None and tech is not None and not 0 <= tech <= total:
        yield "amount_tech", tr("技术交易额应在0和合同成交额之间，请核对非技术性费用。")
    costs = [amount for (amount,) in tuple_rows(
        ContractCost.select(ContractCost.amount).where(ContractCost.contract == row["id"])
    )]  # fmt: skip
    if costs and other != sum(costs):
        yield "nontech_cost", tr("非技术性费用与明细合计（{sum} 万元）不一致。", sum=_wan(sum(costs)))
    if total is None and not row["amount_formula"]:
        yield "amount_total", tr("没有合同成交额，也没有提成/浮动约定。")
    due = sum(one["amount"] for one in held["instalments"])
    if held["instalments"] and total is not None and due != total:
        yield "", tr("各期应收合计（{sum} 万元）与合同成交额不一致。", sum=_wan(due))
    if total is not None and held["received"] > total:
        yield "", tr("到账合计（{sum} 万元）超过合同成交额。", sum=_wan(held["received"]))


def _wan(fen: int) -> str:
    """An amount in 万元, with all the decimals it has."""
    return shown(fen, "fen", 6)


def _parties(row: Mapping[str, Any], own: str) -> Iterator[tuple[str, str]]:
    if row["seller"] and row["seller"] == row["buyer"]:
        yield "buyer", tr("买方和卖方是同一单位。")
    if own in (row["seller"], row["buyer"]) and row["contract_class"] != "intermediation":
        yield "seller", tr("本机构是买卖一方，这份合同不能算作本机构促成。")
    for name, text in (("seller", tr("没有卖方。")), ("buyer", tr("没有买方。"))):
        if not row[name]:
            yield name, text


def _terms(row: Mapping[str, Any], case: Any) -> Iterator[tuple[str, str]]:
    fitting = declared()["classes"].get(case.mode)
    if fitting and row["contract_class"] not in (None, "intermediation", "training", *fitting):
        yield "contract_class", tr("合同类别与案件的转化方式不符；一份合同只有一种法定方式。")
    labels = {field.name: field.shown for field in kind_info("contract").fields}
    for mechanism, names in _TERMS.items():
        blank = [labels[name] for name in names if row[name] in (None, "")]
        if mechanism in (case.mechanisms or ()) and blank:
            named = next(one.shown for one in kind_info("case").field("mechanisms").choices if one.code == mechanism)
            yield names[0], tr("{mechanism}的约定还没有填：{fields}", mechanism=named, fields=listed(blank))


@service("contract.begin")
def begin(ws: Workspace, job: Job, *, case: str) -> dict[str, str]:
    """What a new contract of a case is likely to say, as typed texts by field: what the case says already.

    A party is taken where there is one of its role alone; the class where the case's mode allows but one.
    """
    with ws.store.read():
        record = records.resolve("case", case)
        row = Case.get_by_id(record)
        parties = [(one.party_id, one.role) for one in CaseParty.select().where(CaseParty.case == record)]
        titled = Contract.select().where(Contract.case == record).exists()
    found = {"name": "" if titled or row.classified else row.title or ""}
    for name, role in (("seller", "owner"), ("buyer", "buyer")):
        of_role = {party for party, its_role in parties if its_role == role}
        found[name] = of_role.pop() if len(of_role) == 1 else ""
    classes: list[str] = list(declared()["classes"].get(row.mode) or ())
    found["contract_class"] = classes[0] if len(classes) == 1 else ""
    found["payment_mode"] = "use_then_pay" if "use_then_pay" in (row.mechanisms or ()) else ""
    return {name: text for name, text in found.items() if text}


@service("contract.proof")
def proof(ws: Workspace, job: Job, *, contract: str = "", case: str = "") -> list[dict[str, Any]]:
    """Whether it is proven that we brought contracts about: [{contract, title, role, proven, missing, papers, record}].

    Proven is by an agreement, by being named in the contract, or by the parties' confirmation; what was only logged is
    counted apart. `missing` names what an award asks for, whether proven or not; `papers` are those that prove it,
    {doc_kind, label, files: how many are attached}; `record` is the brokerage.
    """
    with ws.store.read():
        if contract:
            ids = [records.resolve("contract", contract)]
        else:
            ids = records.ids("contract", where={"case": records.resolve("case", case)}, order="signed_on")
        titles = records.titles("contract", ids)
        brokered = {row["contract"]: row for row in dict_rows(Brokerage.select().where(Brokerage.contract.in_(ids)))}
        own = str(ws.store.setting("organisation"))
        papers = Contract.select(Contract.id, Contract.own_no, Contract.registry_no, Contract.third_party)
        rows = {row["id"]: row for row in dict_rows(papers.where(Contract.id.in_(ids)))}
        return [_proof(rows[record], titles.get(record, ""), brokered.get(record), own) for record in ids]


def _proof(row: Mapping[str, Any], title: str, held: Mapping[str, Any] | None, own: str) -> dict[str, Any]:
    role = held["our_role"] if held else None
    proven = role in PROOFS
    attached = _attached(row, held)
    role_shown = next((one.shown for one in kind_info("brokerage").field("our_role").choices if one.code == role), "")
    return {
        "contract": row["id"],
        "title": title,
        "role": role,
        "role_shown": role_shown,
        "proven": proven,
        "state": tr("已证明促成") if proven else tr("未证明促成"),
        "missing": list(_unproven(row, title, held, own, attached)),
        "papers": [
            {"doc_kind": choice.code, "label": choice.shown, "files": attached[choice.code]}
            for choice in kind_info("evidence").field("doc_kind").choices
            if choice.code in _asked_papers(role)
        ],
        "record": held["id"] if held else "",
    }


def _attached(row: Mapping[str, Any], held: Mapping[str, Any] | None) -> Counter[str]:
    """How many files of each kind of paper hang on a contract or on its brokerage."""
    targets = [f"contract:{row['id']}", *([f"brokerage:{held['id']}"] if held else [])]
    linked = EvidenceLink.select(Evidence.doc_kind).join(Evidence).where(EvidenceLink.target.in_(targets))
    return Counter(kind for (kind,) in tuple_rows(linked) if kind)


def _asked_papers(role: str | None) -> tuple[str, ...]:
    """The papers that prove what we were; where nobody has said what, those of every role."""
    if role in (None, "log_only"):
        return (_AGREEMENT, _CONFIRMATION, _INVOICE, _SLIP)
    if role == "named":
        return (_INVOICE, _SLIP)
    return (_CONFIRMATION if role == "confirmation" else _AGREEMENT, _INVOICE, _SLIP)


def _unproven(
    row: Mapping[str, Any], title: str, held: Mapping[str, Any] | None, own: str, kinds: Mapping[str, int]
) -> Iterator[str]:
    if held is None:
        yield tr("没有中介服务记录")
        return
    role = held["our_role"]
    if role in ("intermediation", "service_agreement") and _AGREEMENT not in kinds:
        yield tr("中介/服务协议没有附上")
    if role == "named" and row["third_party"] != own:
        yield tr("合同的第三方（中介）没有填为本机构")
    if role == "confirmation" and not (held["confirmed_by_buyer"] or held["confirmed_by_seller"]):
        yield tr("买卖双方都还没有确认")
    if role == "confirmation" and _CONFIRMATION not in kinds:
        yield tr("促成确认函没有附上")
    if not held["fee_invoice_no"] or _INVOICE not in kinds:
        yield tr("服务费发票没有填全或没有附上")
    elif not any(name and name in (held["fee_remark"] or "") for name in (title, row["own_no"], row["registry_no"])):
        yield tr("发票备注没有写明合同名称或编号")
    if not held["fee_received_on"] or _SLIP not in kinds:
        yield tr("服务费银行回单没有填全或没有附上")


@service("case.shares")
def shares(ws: Workspace, job: Job, *, case: str) -> dict[str, Any]:
    """How a case's brokers share it: {sum (hundredths of a percent), blanks, whole, residue}.

    The shares of those who are still on it count; what rounding leaves (33.33 three times) is told as `residue`.
    """
    with ws.store.read():
        query = CaseBroker.select().where(
            CaseBroker.case == records.resolve("case", case), CaseBroker.ends_on.is_null()
        )
        rows = dict_rows(query)
    total = sum(row["share_pct"] or 0 for row in rows)
    return {
        "brokers": len(rows),
        "sum": total,
        "blanks": sum(row["share_pct"] is None for row in rows),
        "whole": total == WHOLE,
        "residue": WHOLE - total,
    }
