"""Commands on what the rules give: deadlines, distribution, pricing, awards, quarter, agency, targets, advice."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context, pairs
from desktop.commands.registry import command
from desktop.commands.telling import told
from desktop.datewords import day_words, days_left
from policy.errors import Refused, Usage
from policy.i18n import bracketed, clauses, labelled, mark, spaced, tr
from policy.measures import FEN_PER_YUAN, shown
from policy.pack import STATUSES

_STATES = {"done": mark("已办"), "missing": mark("未办"), "late": mark("逾期"), "info": mark("参考")}
_VERDICTS = {
    "pass": mark("符合"),
    "fail": mark("不符合"),
    "unknown": mark("缺数据"),
    "none": mark("没有规定"),
    "info": mark("参考"),
}
_TARGETS = mark("目标")
_DISTRIBUTE = mark("收益分配")


def _basis(row: dict[str, Any]) -> str:
    """Clause, document, and what is to be said of both."""
    marks = [tr(STATUSES[row["status"]])] if row.get("status") not in (None, "", "in_force") else []
    if not row.get("verified", True):
        marks.append(tr("未核实"))
    return spaced(row.get("clause", ""), row.get("source", ""), *(f"[{text}]" for text in marks))


def _yuan(fen: int | None) -> str:
    if fen is None:
        return "—"
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


# -- deadlines -----------------------------------------------------------------------------------------------------
def _deadline_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", metavar="DATE")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--ics", metavar="FILE", help=tr("写成日历文件"))
    parser.add_argument("--settled", action="store_true", help=tr("也列出已处理和不适用的"))


_GROUPS = {
    "week": mark("7 天内"),
    "past": mark("30 天内已过期"),
    "month": mark("30 天内"),
    "later": mark("以后"),
    "long": mark("早已过期"),
    "settled": mark("已处理、不适用"),
}


def _show_deadlines(answer: Any) -> str:
    if isinstance(answer, dict):
        return tr("已写入 {file}，共 {n} 项。", file=answer["file"], n=answer["events"])
    lines = []
    for group, head in _GROUPS.items():
        inside = [row for row in answer if row["group"] == group]
        lines += [f"{tr(head)} {len(inside)}"] if inside else []
        for row in inside:
            told = (row["title"], row["state"], row["record_title"], row["duty"], row["reason"], _basis(row))
            day = f"{day_words(row['due'])} {row['hour']}".strip()
            lines.append("  " + spaced(day, days_left(row["days_left"]), *told, row["no"]))
    return "\n".join(lines) or tr("近期没有到期事项。")


@command("deadlines", mark("将到的期限"), arguments=_deadline_arguments, show=_show_deadlines, list_name="deadlines")
def deadlines(context: Context, parsed: argparse.Namespace) -> Any:
    if parsed.ics:
        return context.call("deadlines.ics", file=parsed.ics, on=parsed.on, days=parsed.days)
    return context.call("deadlines.list", on=parsed.on, days=parsed.days, settled=parsed.settled)


def _settle_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("keys", nargs="+", metavar="KEY", help=tr("期限的编号，见 deadlines 每行末尾"))
    parser.add_argument("--as", dest="how", choices=("done", "na", ""), required=True, help=tr("为空则恢复"))
    parser.add_argument("--reason", default="", metavar="TEXT")


@command(
    "deadline settle",
    mark("把期限标为已处理或不适用"),
    arguments=_settle_arguments,
    show=lambda answer: tr("已标记 {n} 项期限。", n=answer["settled"]),
    group_help=mark("期限"),
)
def deadline_settle(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("deadlines.settle", keys=parsed.keys, how=parsed.how, reason=parsed.reason)


# -- distribution --------------------------------------------------------------------------------------------------
def _distribute_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("values", nargs="*", metavar="field=value")
    parser.add_argument("--record", metavar="ID", help=tr("已有的收益分配"))
    parser.add_argument("--contract", metavar="ID")
    parser.add_argument("--cost", action="append", default=[], metavar="KIND=AMOUNT", help=tr("直接成本"))
    parser.add_argument("--line", action="append", default=[], metavar="NAME=PCT", help=tr("分配明细"))
    parser.add_argument("--residue", metavar="NAME", help=tr("承担尾差的一行"))
    parser.add_argument("--head", action="append", default=[], metavar="NAME", help=tr("单位正职领导"))
    parser.add_argument("--on", metavar="DATE")
    parser.add_argument("--out", metavar="FILE", help=tr("写成工作簿"))
    parser.add_argument("--save", action="store_true", help=tr("保存为记录"))


def _show_distribution(answer: Any) -> str:
    lines = [
        labelled(tr("实际成交额"), _yuan(answer["gross_fen"])),
        labelled(tr("净收入"), _yuan(answer["net_fen"])),
        labelled(tr("可分配金额"), _yuan(answer["to_divide_fen"])),
    ]
    for base in answer["bases"]:
        sign = "*" if base["taken"] else " "
        floor = tr("净收入小于零，无应付") if base["nothing_due"] else _yuan(base["floor_fen"])
        floor = floor if base["applies"] else tr("不适用")
        lines.append(f" {sign} {spaced(labelled(base['title'], floor), _basis(base))}")
    lines += [f"   {spaced(row['title'], row['pct'] + ' %', _yuan(row['amount_fen']))}" for row in answer["shares"]]
    lines += [f"     {spaced(row['name'], row['pct'] + ' %', _yuan(row['amount_fen']))}" for row in answer["lines"]]
    lines += [
        f"   {spaced(row['title'], tr('至 {day}', day=row['due']), row['value'], _basis(row))}"
        for row in answer["rules"]
        if row["due"]
    ]
    lines += [f" ! {text}" for text in answer["warnings"]]
    if answer.get("saved"):
        lines.append(tr("已保存：{id}", id=answer["saved"]["id"]))
    if answer["notice"]:
        lines += ["", answer["notice"]]
    return "\n".join(lines)


@command("distribute", _DISTRIBUTE, arguments=_distribute_arguments, show=_show_distribution)
def distribute(context: Context, parsed: argparse.Namespace) -> Any:
    asked: dict[str, Any] = {
        "record": parsed.record, "contract": parsed.contract, "values": pairs(parsed.values), "on": parsed.on,
    }  # fmt: skip
    if parsed.cost:
        asked["costs"] = [{"kind": kind, "amount": amount} for kind, amount in pairs(parsed.cost).items()]
    if parsed.line:
        asked["lines"] = [
            {"name": name, "share_pct": pct, "head": name in parsed.head, "residue": name == parsed.residue}
            for name, pct in pairs(parsed.line).items()
        ]
        if parsed.residue and parsed.residue not in pairs(parsed.line):
            raise Refused("distribution.residue_line", key=parsed.residue)
    if parsed.save and not parsed.contract and not parsed.record:
        raise Usage("distribution.no_contract")
    answer = dict(context.call("distribution.compute", **asked))
    if parsed.save:
        answer["saved"] = context.call("distribution.save", **{**asked, "contract": answer["contract"]})
    if parsed.out:
        answer["file"] = context.call("distribution.export", file=parsed.out, **asked)["file"]
    return answer


# -- pricing -------------------------------------------------------------------------------------------------------
def _pricing_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("values", nargs="*", metavar="field=value")
    parser.add_argument("--record", metavar="ID", help=tr("已有的定价"))
    parser.add_argument("--on", metavar="DATE")


def _show_pricing(answer: Any) -> str:
    lines = []
    for duty in answer["duties"]:
        lines.append(f"[{tr(_STATES[duty['state']])}] {spaced(duty['title'], duty['text'], _basis(duty))}")
        lines += [f"    [{tr(_STATES[part['state']])}] {part['title']}" for part in duty["parts"]]
    return "\n".join(lines)


@command("pricing", mark("定价路径及应办事项"), arguments=_pricing_arguments, show=_show_pricing)
def pricing(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("pricing.path", record=parsed.record, values=pairs(parsed.values), on=parsed.on)


# -- awards, the quarterly sheet, the agency -----------------------------------------------------------------------
def _period(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("period", metavar="P")


def _show_awards(answer: Any) -> str:
    lines = []
    for row in answer["rows"]:
        figure = f"{row['value'] or '—'} {row['unit']}".strip()
        lines.append(spaced(row["subject"], labelled(row["title"], figure), award_text(row), _basis(row)))
        if row["alternatives"]:
            lines.append("    " + tr("与下列各项只取其一：{titles}", titles=clauses(row["alternatives"])))
        lines += [f"    {note}" for note in row["notes"]]
    lines += [f" - {spaced(item['title'], item['why'])}" for item in answer["excluded"]]
    return "\n".join([*lines, tr("各项为上限，不作合计；实际金额由主管部门核定。")])


def award_text(row: dict[str, Any]) -> str:
    """最高 300 万元, 300 万元, or that nobody knows."""
    if row["max_fen"] is None:
        return tr("缺数据")
    return tr("最高 {amount} 万元", amount=shown(row["max_fen"], "fen", 2))


@command("awards", mark("奖补测算"), arguments=_period, show=_show_awards)
def awards(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("estimate.run", period=parsed.period)


def _quarter_arguments(parser: argparse.ArgumentParser) -> None:
    _period(parser)
    parser.add_argument("--out", metavar="FILE", help=tr("写成工作簿"))


def _show_quarter(answer: Any) -> str:
    lines = [spaced(head["title"], _basis(head)) for head in answer["columns"]]
    for row in answer["rows"]:
        cells = [
            labelled(head["title"], spaced(f"{cell['value'] or '—'} {cell['unit']}", *_made_of(cell)))
            for head, cell in zip(answer["columns"], row["cells"], strict=True)
            if cell is not None
        ]
        lines.append(f"{row['name']}\n    " + "\n    ".join(cells))
        lines += [f"      {bracketed(one['title'], one['reason'] or tr('理由未填'))}" for one in row["major"]]
    return "\n".join(lines)


def _made_of(cell: dict[str, Any]) -> list[str]:
    return [labelled(one["title"], one["value"]) for one in cell["measures"]]


@command("quarter", mark("赛马比拼季度表"), arguments=_quarter_arguments, show=_show_quarter)
def quarter(context: Context, parsed: argparse.Namespace) -> Any:
    answer = dict(context.call("quarterly.sheet", period=parsed.period))
    if parsed.out:
        answer["file"] = context.call("quarterly.export", period=parsed.period, file=parsed.out)["file"]
    return answer


def _year(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("year", metavar="YEAR")


def _show_agency(answer: Any) -> str:
    lines = [answer["name"]]
    for one in answer["capabilities"]:
        proofs = tr("佐证 {n} 份", n=one["evidence"])
        lines.append(f"  [{tr(_VERDICTS[one['state']])}] {spaced(one['title'], proofs, one['note'])}")
    lines += [f"  {labelled(answer[name]['title'], answer[name]['value'])}" for name in ("proven", "amount", "tech")]
    lines.append(f"  {labelled(answer['unproven']['title'], answer['unproven']['value'])}")
    if answer["award"]:
        lines.append(f"  {spaced(answer['award']['title'], award_text(answer['award']), _basis(answer['award']))}")
    return "\n".join(lines)


@command("agency", mark("技术转移机构能力"), arguments=_year, show=_show_agency)
def agency(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("agencysheet.show", year=parsed.year)


# -- targets -------------------------------------------------------------------------------------------------------
_SCOPES = {"city": mark("全市"), "district": mark("区县"), "own": mark("本单位"), "taskbook": mark("任务书")}


def _show_targets(answer: Any) -> str:
    return "\n".join(
        spaced(
            f"[{tr(_SCOPES[row['scope']])}]", row["title"], labelled(tr("现为"), row["value_text"] or "—"),
            labelled(tr("目标"), row["target_text"]),
            labelled(tr("本单位"), spaced(row["ours_text"], row["progress"])) if row["ours_text"] else "", _basis(row),
        )
        for row in answer
    )  # fmt: skip


@command(
    "target list", mark("目标与进展"), arguments=_year, show=_show_targets, list_name="targets", group_help=_TARGETS
)
def target_list(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("targets.list", year=parsed.year)


def _target_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("label", metavar="NAME")
    parser.add_argument("--measure", required=True, metavar="MEASURE")
    parser.add_argument("--value", required=True, metavar="VALUE")
    parser.add_argument("--year", required=True, metavar="YEAR")
    parser.add_argument("--scope", default="own", choices=sorted(_SCOPES))
    parser.add_argument("--clause", default="", metavar="TEXT")
    parser.add_argument("--for", dest="subject", default="", metavar="KIND:ID")


@command(
    "target add",
    mark("设定本单位或任务书的目标"),
    arguments=_target_arguments,
    show=told(mark("已设定目标：{id}")),
    group_help=_TARGETS,
)
def target_add(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("label", "measure", "value", "year", "scope", "clause", "subject")
    return context.call("targets.add", **{name: getattr(parsed, name) for name in names})


# -- eligibility and advice ----------------------------------------------------------------------------------------
def _eligible_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("firm", metavar="FIRM")
    parser.add_argument("--on", metavar="DATE")


def _show_eligible(answer: Any) -> str:
    lines = [spaced(answer["name"], answer["on"])]
    for question in answer["questions"]:
        lines.append(f"  {labelled(question['title'], tr(_VERDICTS[question['verdict']]))}")
        lines += [f"      {text}" for text in question["missing"]]
        lines += [f"      {spaced(rule['title'], _basis(rule))}" for rule in question["rules"]]
    return "\n".join(lines)


@command("eligible", mark("企业可否入驻、续驻、毕业"), arguments=_eligible_arguments, show=_show_eligible)
def eligible(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("eligibility.firm", firm=parsed.firm, on=parsed.on)


def _advice_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", metavar="PACK")
    parser.add_argument("--period", required=True, metavar="P")
    parser.add_argument("--for", dest="subject", metavar="KIND:ID")


def _show_advice(answer: Any) -> str:
    lines = []
    for row in answer:
        lines.append(spaced(row["title"], row["text"]))
        lines += [f"      {spaced(one['date'], one['title'], one['value'])}" for one in row["border"]]
    return "\n".join(lines) or tr("没有单独一项数值能改变结论。")


@command("advice", mark("怎样才能达到"), arguments=_advice_arguments, show=_show_advice, list_name="advice")
def advice(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("evaluation.advice", pack=parsed.pack, period=parsed.period, subject=parsed.subject)
