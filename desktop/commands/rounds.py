"""Commands on rounds, the notice's own table and self-scores."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context, pairs
from desktop.commands.registry import command
from desktop.commands.telling import sheet, table, told
from desktop.fields import kind_info
from desktop.messages import sentence
from desktop.models.format import heading, shown
from policy.i18n import bracketed, labelled, mark, spaced, tr

_ROUND, _NOTICE = mark("申报轮次"), mark("通知所附评分表")


def _values(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("values", nargs="*", metavar="field=value")
    parser.add_argument("--step", action="append", default=[], metavar="NAME@DUE@WHO", help=tr("步骤与时限"))
    parser.add_argument("--paper", action="append", default=[], metavar="TEXT", help=tr("材料清单"))


def _given(parsed: argparse.Namespace) -> dict[str, Any]:
    values: dict[str, Any] = dict(pairs(parsed.values))
    if parsed.step:
        parts = [(*step.split("@"), "", "")[:3] for step in parsed.step]
        values["steps"] = [{"name": name, "due": due, "who": who} for name, due, who in parts]
    if parsed.paper:
        values["papers"] = parsed.paper
    return values


def _say_warnings(context: Context, answer: Any) -> Any:
    for warning in answer.get("warnings", ()):
        context.say(warning)
    return answer


_SAVED = mark("已保存申报轮次：{id}")


@command("round add", mark("新增申报轮次"), arguments=_values, show=told(_SAVED), group_help=_ROUND)
def round_add(context: Context, parsed: argparse.Namespace) -> Any:
    return _say_warnings(context, context.call("round.save", values=_given(parsed)))


def _one(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("round", metavar="ROUND")


def _edit_arguments(parser: argparse.ArgumentParser) -> None:
    _one(parser)
    _values(parser)


@command("round edit", mark("修改申报轮次"), arguments=_edit_arguments, show=told(_SAVED), group_help=_ROUND)
def round_edit(context: Context, parsed: argparse.Namespace) -> Any:
    return _say_warnings(context, context.call("round.save", id=parsed.round, values=_given(parsed)))


def _show_list(answer: Any) -> str:
    head = (tr("编号"), tr("期间"), tr("状态"), tr("下一步"), tr("轮次"))
    rows = [
        (
            row["id"][:8],
            row["period"],
            row["state"] or tr("未报送"),
            spaced((row["next"].get("due") or "").replace("T", " "), row["next"]["name"]) if row["next"] else "—",
            bracketed(row["title"], row["number"] or ""),
        )
        for row in answer
    ]
    return table(head, rows) if rows else tr("还没有申报轮次。")


@command("round list", mark("申报轮次清单"), show=_show_list, list_name="rounds", group_help=_ROUND)
def round_list(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("round.list")


def _show_returned(answer: Any) -> str:
    lines = []
    for row in answer["submissions"]:
        due = tr("{day}前答复", day=row["due_on"]) if row["due_on"] else ""
        lines.append(spaced(bracketed(row["what"], row["round"]), due, row["id"][:8]))
        lines += [f"    {spaced(row['place'], row['words'])}"] if row["words"] else []
    for row in answer["deliveries"]:
        lines.append(spaced(bracketed(row["package_title"], row["endpoint_name"]), row["state_text"], row["id"][:8]))
        lines += [f"    {row['words']}"] if row["words"] else []
    return "\n".join(lines) or tr("没有被退回的申报。")


@command("returned", mark("被退回的申报：退回的话、位置和答复期限"), show=_show_returned)
def returned(context: Context, parsed: argparse.Namespace) -> Any:
    sent_back = [row for row in context.call("delivery.list") if row["state"] == "rejected"]
    return {"submissions": context.call("submission.returned"), "deliveries": sent_back}


def _show_round(answer: Any) -> str:
    """The notice, its pack, then the steps, the papers and the files, each in a table or list of its own."""
    told_apart = ("title", "steps", "papers", "templates", "pack")
    fields = [field for field in kind_info("round").fields if field.name not in told_apart]
    pack = bracketed(answer["pack_title"], answer["pack"] or "") if answer["pack_title"] else answer["pack"] or ""
    facts = [(tr("政策包"), pack), *((heading(field), shown(field, answer)) for field in fields)]
    lines = [spaced(answer["title"], answer["id"]), sheet(facts)]
    steps = [
        (one["due"].replace("T", " "), one["name"], one.get("who") or "", one.get("done_on") or "")
        for one in answer["steps"] or ()
    ]
    if steps:
        lines += ["", table((tr("时限"), tr("步骤"), tr("谁"), tr("办结")), steps)]
    papers = [str(one) for one in answer["papers"] or ()]
    for head, items in (
        (tr("材料清单"), papers),
        (tr("通知文件"), [spaced(one["title"], one["file_name"], one["id"][:8]) for one in answer["notice"]]),
        (tr("模板"), [spaced(one["title"], one["file_name"], one["id"][:8]) for one in answer["template_files"]]),
    ):
        lines += ["", head, *(f"  {item}" for item in items)] if items else []
    return "\n".join(lines)


@command("round show", mark("一个申报轮次的全部内容"), arguments=_one, show=_show_round, group_help=_ROUND)
def round_show(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("round.show", id=parsed.round)


@command(
    "round delete",
    mark("删除申报轮次"),
    arguments=_one,
    show=told(mark("已删除申报轮次 {id}；用 fuzhuan undo 可以撤销。")),
    group_help=_ROUND,
)
def round_delete(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("round.delete", id=parsed.round)


def _paste_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--round", metavar="ROUND", help=tr("不写时只看，不保存"))
    parser.add_argument("--table", type=int, metavar="N", help=tr("文件里的第几张表，从 1 数起"))
    parser.add_argument("--columns", metavar="ROLE,…", help=tr("各列依次是什么：group indicator points …"))


def _show_table(answer: Any) -> str:
    columns = "  ".join(f"[{item['role']}] {item['header']}".replace("\n", " ") for item in answer["columns"])
    lines = [columns]
    for row in answer["rows"]:
        points = row["points"] or "—"
        name = "/".join((*row["group"], row["title"]))
        said = sentence(row["said"]) if row["said"] else ""
        lines.append(f"{row['row']:>4}  {row['kind']:<9}  {points:>6}  {bracketed(name, said)}")
    stated = answer["total"] or "—"
    lines.append(
        tr(
            "各项合计 {sum} 分，加分 {bonus} 分；表中写明 {total}",
            sum=answer["sum"],
            bonus=answer["bonus"],
            total=stated,
        )
    )
    if answer.get("pack"):
        lines.append(labelled(tr("已保存为政策包"), answer["pack"]))
    return "\n".join(lines)


@command("notice paste", mark("读入通知的评分表"), arguments=_paste_arguments, show=_show_table, group_help=_NOTICE)
def notice_paste(context: Context, parsed: argparse.Namespace) -> Any:
    roles = parsed.columns.split(",") if parsed.columns else None
    table = parsed.table - 1 if parsed.table else None
    found = context.call("notice.preview", file=parsed.file, table=table, roles=roles)
    if parsed.round:
        # points that cannot be read stay open, as the preview says; nothing is made of them
        rows = [
            {**row, "points": "" if row["problem"] else row["points"]}
            for row in found["rows"]
            if row["kind"] == "indicator"
        ]
        kept = context.call("notice.save", round=parsed.round, rows=rows, total=found["total"])
        found |= {"pack": kept["pack"], "changes": kept["changes"]}
        _say_warnings(context, kept)
    return found


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("--evidence", required=True, metavar="ID")
    parser.add_argument("--page", default="", metavar="TEXT")


@command(
    "notice verify",
    mark("整张评分表对照通知核实"),
    arguments=_verify_arguments,
    show=told(mark("已对照通知核实 {pack} 的 {rules} 条。")),
    group_help=_NOTICE,
)
def notice_verify(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("notice.verify", round=parsed.round, evidence=parsed.evidence, page=parsed.page)


def _rule(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", metavar="PACK")
    parser.add_argument("rule", metavar="RULE")


def _attach_arguments(parser: argparse.ArgumentParser) -> None:
    _rule(parser)
    parser.add_argument("to", metavar="PACK/RULE", help=tr("留空（''）则取消关联"))


@command(
    "notice attach",
    mark("在评分表的一行旁显示计算规则"),
    arguments=_attach_arguments,
    show_asked=lambda _answer, parsed: (
        tr("这一行旁会显示 {rule}。", rule=parsed.to) if parsed.to else tr("已取消关联。")
    ),
    group_help=_NOTICE,
)
def notice_attach(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("notice.attach", pack=parsed.pack, rule=parsed.rule, to=parsed.to)


def _score_arguments(parser: argparse.ArgumentParser) -> None:
    _rule(parser)
    parser.add_argument("value", metavar="VALUE")
    parser.add_argument("--period", required=True, metavar="P")
    parser.add_argument("--for", dest="subject", required=True, metavar="KIND:ID")
    parser.add_argument("--text", metavar="TEXT")


def _show_score(answer: Any) -> str:
    if not answer["score"]:
        return tr("已取消自评。")
    return spaced(tr("自评 {n} 分", n=answer["score"]), answer["text"])


@command("score", mark("自评打分"), arguments=_score_arguments, show=_show_score)
def score(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("pack", "rule", "period", "subject", "text")
    return context.call("evaluation.score", score=parsed.value, **{name: getattr(parsed, name) for name in names})
