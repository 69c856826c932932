"""Commands on cases: milestones, outcomes, the board, money that waits to be claimed, checks and proof of contracts."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context, pairs
from desktop.commands.registry import command
from desktop.commands.telling import amount, table, tell, told, wan
from desktop.fields import choice_label, kind_info
from desktop.models.format import shown
from desktop.texts.cases import INSTALMENTS
from policy.i18n import bracketed, clauses, labelled, listed, mark, spaced, tr

_STATES = {"reached": mark("已到达"), "skipped": mark("跳过"), "open": mark("未到达")}


def _case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE")


def _show_milestones(answer: Any) -> str:
    rows = [
        (
            one["milestone"],
            one["label"],
            tr(_STATES[one["state"]]) + (tr("（补记）") if one["late"] else ""),
            one["reached_on"] or "",
            listed(need["label"] for need in one["missing"]) if one["state"] == "open" else one["reason"] or "",
        )
        for one in answer["milestones"]
    ]
    return table((tr("编号"), tr("里程碑"), tr("状态"), tr("日期"), tr("还缺，或理由")), rows)


@command("case milestones", mark("一个案件的里程碑和缺项"), arguments=_case, show=_show_milestones)
def case_milestones(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("case.milestones", case=parsed.case)


def _reach_arguments(parser: argparse.ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("milestone", metavar="MILESTONE")
    parser.add_argument("--on", metavar="DATE")
    parser.add_argument("--reason", default="", metavar="TEXT")
    parser.add_argument("--skip", action="store_true", help=tr("跳过，不算到达"))


def _show_reached(answer: Any, parsed: argparse.Namespace) -> str:
    label = choice_label(kind_info("case_milestone").field("milestone"), answer["milestone"])
    if parsed.skip:
        return tr("已跳过里程碑：{label}", label=label)
    lines = [tr("已到达里程碑：{label}", label=label)]
    if answer["missing"]:
        lines.append(labelled(tr("还缺"), listed(need["label"] for need in answer["missing"])))
    return "\n".join(lines)


@command("case reach", mark("记录到达一个里程碑"), arguments=_reach_arguments, show_asked=_show_reached)
def case_reach(context: Context, parsed: argparse.Namespace) -> Any:
    chosen = {"case": parsed.case, "milestone": parsed.milestone, "reason": parsed.reason}
    if parsed.skip:
        return context.call("case.skip", **chosen)
    return context.call("case.reach", on=parsed.on, **chosen)


def _outcome_arguments(parser: argparse.ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("outcome", metavar="OUTCOME")
    parser.add_argument("--reason", default="", metavar="TEXT")
    parser.add_argument("--ground", metavar="KIND")


def _show_outcome(answer: Any) -> str:
    outcome = kind_info("case").field("outcome")
    return labelled(outcome.shown, choice_label(outcome, answer["outcome"]))


@command("case outcome", mark("记录案件结果"), arguments=_outcome_arguments, show=_show_outcome)
def case_outcome(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call(
        "case.outcome", case=parsed.case, outcome=parsed.outcome, reason=parsed.reason, ground=parsed.ground
    )


def _state_arguments(parser: argparse.ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("statement", choices=("price", "tax"))


def _show_may(answer: Any) -> str:
    if answer["may"]:
        return tr("可以出具。")
    lacks = (f"  {bracketed(need['label'], need['source'])}" for need in answer["missing"])
    return "\n".join((tr("还不能出具，缺："), *lacks))


@command("case may-state", mark("能否出具定价或个税说明"), arguments=_state_arguments, show=_show_may)
def case_may_state(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("case.may_state", case=parsed.case, statement=parsed.statement)


def _show_money(answer: Any) -> str:
    """The contracts and their sum in 万元, then the instalments and the receipts one by one."""
    if not answer["contracts"]:
        return tr("没有合同。")
    head = (tr("编号"), tr("合同"), tr("买方"), tr("合同额（万元）"), tr("到账（万元）"), tr("未收（万元）"), "")
    rows = [
        (
            row["id"][:8],
            row["name"],
            row["buyer_name"],
            *(amount(row[name]) for name in ("total_fen", "received_fen", "open_fen")),
            tr("已终止") if row["terminated"] else "",
        )
        for row in answer["contracts"]
    ]
    whole = [amount(answer[name]) for name in ("total_fen", "received_fen", "open_fen")]
    lines = [table(head, [*rows, ("", tr("合计"), "", *whole, "")], right=(3, 4, 5))]
    if answer["blanks"]:
        lines.append(tr("{n} 份合同没有填写合同额，没有计入合计。", n=answer["blanks"]))
    dues = [
        (one["due_on"] or "—", amount(one["amount_fen"]), tr(INSTALMENTS[one["state"]]), one["id"][:8])
        for row in answer["contracts"]
        for one in row["instalments"]
    ]
    paid = kind_info("receipt").field("kind")
    sums = [
        (one["received_on"], amount(one["amount_fen"]), choice_label(paid, one["kind"]), one["id"][:8])
        for row in answer["contracts"]
        for one in row["receipts"]
    ]
    for title, found in ((tr("应收（万元）"), dues), (tr("到账（万元）"), sums)):
        lines += ["", title, table((), found, right=(1,))] if found else []
    return "\n".join(lines)


@command("case money", mark("一个案件的合同、到账和未收"), arguments=_case, show=_show_money)
def case_money(context: Context, parsed: argparse.Namespace) -> Any:
    return _in_fen(context.call("case.money", case=parsed.case))


def _show_checks(answer: Any) -> str:
    return "\n".join(spaced(one["title"], one["label"], one["text"]) for one in answer) or tr("没有发现问题。")


@command("case checks", mark("核对一个案件的合同"), arguments=_case, show=_show_checks)
def case_checks(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("contract.checks", case=parsed.case)


def _show_proof(answer: Any) -> str:
    return "\n".join(spaced(one["title"], one["state"], listed(one["missing"])) for one in answer) or tr("没有合同。")


@command("case proof", mark("合同是否已证明由本机构促成"), arguments=_case, show=_show_proof)
def case_proof(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("contract.proof", case=parsed.case)


def _unproven_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--year", default="", metavar="YYYY", help=tr("只取这一年登记的"))


@command(
    "case unproven",
    mark("未证明由本机构促成的合同"),
    arguments=_unproven_arguments,
    show=lambda answer: (
        "\n".join(spaced(row["registered_on"] or "", row["name"], row["id"][:8]) for row in answer) or tr("没有找到。")
    ),
)
def case_unproven(context: Context, parsed: argparse.Namespace) -> Any:
    tests = ("from", "to") if parsed.year else ()
    conditions = [{"field": "registered_on", "test": test, "value": parsed.year} for test in tests]
    asked = {"conditions": conditions, "order": "registered_on", "among": "unproven"}
    return context.call("records.rows", kind="contract", ids=context.call("lists.ids", kind="contract", **asked))


def _show_equity(answer: Any) -> str:
    figures = (("held", tr("持有")), ("custody", tr("平台代持")), ("gone", tr("已处置")), ("sold", tr("处置所得")))
    told = ((label, answer[name]) for name, label in figures)
    return "\n".join(labelled(label, tr("{n} 项 {sum}", n=one["n"], sum=wan(one["fen"]))) for label, one in told)


@command("case equity", mark("作价股权的持有、处置和所得"), show=_show_equity)
def case_equity(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("equity.totals")


def _show_board(answer: Any) -> str:
    lines = []
    for column in answer["columns"]:
        if not column["cards"]:
            continue
        label = column["label"] or tr("尚未到达里程碑")
        lines.append(tr("{label}：{n} 件", label=label, n=len(column["cards"])))
        lines += [
            f"  {spaced(card['no'], card['title'], card['next_action'], card['next_on'])}" for card in column["cards"]
        ]
    return "\n".join(lines) or tr("没有进行中的案件。")


def _board_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--track", default="supply", metavar="TRACK")
    parser.add_argument("--outcome", action="append", dest="outcomes", metavar="OUTCOME")


@command("board", mark("案件看板：按阶段列出进行中的案件"), arguments=_board_arguments, show=_show_board)
def board(context: Context, parsed: argparse.Namespace) -> Any:
    chosen = {"outcomes": parsed.outcomes} if parsed.outcomes else {}
    answer = context.call("case.board", track=parsed.track, **chosen)
    for column in answer["columns"]:
        column["sum_fen"] = column.pop("sum")
        for card in column["cards"]:
            card["amount_fen"] = card.pop("amount")
    return answer


def _match_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID")


def _show_match(answer: Any) -> str:
    if isinstance(answer, dict):
        return "\n".join(_proposal(one) for one in answer["proposals"]) or tr("没有找到可能的合同。")
    lines = []
    for row in answer:
        best = row["best"]
        said = _proposal(best) if best else tr("没有找到可能的合同。")
        lines.append(spaced(row["id"][:8], row["received_on"], row["payer"], wan(row["amount_fen"])))
        lines.append(f"    {said}")
    return "\n".join(lines) or tr("没有待认领的到账。")


def _proposal(one: dict[str, Any]) -> str:
    return spaced(one["contract"][:8], one["title"], clauses(one["reasons"]))


@command("receipt match", mark("待认领的到账可能属于哪份合同"), arguments=_match_arguments, show=_show_match,
         group_help=mark("到账"))  # fmt: skip
def receipt_match(context: Context, parsed: argparse.Namespace) -> Any:
    if parsed.id:
        return _in_fen(context.call("receipt.match", id=parsed.id))
    return [_in_fen(row) for row in context.call("receipt.waiting")]


def _claim_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("contract", metavar="CONTRACT")
    parser.add_argument("--instalment", metavar="ID")
    parser.add_argument("--other-payer", action="store_true", help=tr("付款方不是买方，仍然认领"))


@command(
    "receipt claim",
    mark("把一笔到账认领到合同"),
    arguments=_claim_arguments,
    show=told(mark("到账 {id} 已认领到合同 {contract}。"), warnings=True),
    group_help=mark("到账"),
)
def receipt_claim(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call(
        "receipt.claim",
        id=parsed.id,
        contract=parsed.contract,
        instalment=parsed.instalment,
        other_payer=parsed.other_payer,
    )


def _receipt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")


@command(
    "receipt unclaim",
    mark("取消认领，到账回到待认领"),
    arguments=_receipt,
    show=lambda answer: tell(
        mark("已取消认领，到账 {id} 回到待认领。")
        if answer["changes"]["records"]
        else mark("到账 {id} 没有认领过，没有改动。"),
        answer,
    ),
    group_help=mark("到账"),
)
def receipt_unclaim(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("receipt.unclaim", id=parsed.id)


def _amend_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("values", nargs="+", metavar="field=value")
    parser.add_argument("--signed-on", required=True, metavar="DATE")
    parser.add_argument("--registry-state", default="", metavar="STATE", help=tr("补充协议的变更登记状态"))
    parser.add_argument("--note", default="", metavar="TEXT")


def _show_amended(answer: Any) -> str:
    declared = kind_info("contract_amendment").field("changes")
    told = labelled(declared.shown, shown(declared, {"changes": answer["terms"]}))
    return tell(mark("已保存补充协议 {id}，合同已按它更改；{told}"), answer, warnings=True, told=told)


@command(
    "contract amend",
    mark("签订补充协议：合同的约定改为新值"),
    arguments=_amend_arguments,
    show=_show_amended,
    group_help=mark("合同"),
)
def contract_amend(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call(
        "contract.amend",
        contract=parsed.id,
        changes=pairs(parsed.values),
        signed_on=parsed.signed_on,
        registry_state=parsed.registry_state,
        note=parsed.note,
    )


_MONEY = frozenset(
    {"amount", "total", "tech", "received", "refunded", "cash", "open", "over", "paid", "tech_part", "vat"}
    | {"registry_fee", "mgmt_fee"}
)


def _in_fen(answer: Any) -> Any:
    """The same answer with money under names that say its unit."""
    if isinstance(answer, list):
        return [_in_fen(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    return {(f"{name}_fen" if name in _MONEY else name): _in_fen(value) for name, value in answer.items()}
