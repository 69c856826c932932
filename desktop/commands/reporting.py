"""Commands on what a report is made of: measures, frozen evaluations, books of application, what is handed in by hand,
relations of evidence, our share of a city's target, who hands results over, and records of integrity."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from desktop.commands.telling import table
from desktop.fields import choice_label, kind_info
from desktop.models.format import moment
from policy.i18n import labelled, mark, spaced, tr


def _measure_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", default="", metavar="TEXT", help=tr("只列名称含这些字的"))


def _show_measures(answer: Any) -> str:
    rows = [(row["measure"], row["title"], row["unit"]) for row in answer]
    return table((tr("编号"), tr("名称"), tr("计量单位")), rows) if rows else tr("没有找到。")


@command(
    "measures",
    mark("程序认识的数量：目标、填报和政策包用它们的编号"),
    arguments=_measure_arguments,
    show=_show_measures,
    list_name="measures",
)
def measures(context: Context, parsed: argparse.Namespace) -> Any:
    return context.run("targets.measures", text=parsed.text)


# -- frozen evaluations and applications ---------------------------------------------------------------------------
def _show_snapshots(answer: Any) -> str:
    rows = [(row["id"][:8], moment(row["frozen_at"]), row["title"]) for row in answer]
    return table((tr("编号"), tr("定稿时间"), tr("名称")), rows) if rows else tr("还没有定稿。")


@command("snapshots", mark("定稿清单，新的在前"), show=_show_snapshots, list_name="snapshots")
def snapshots(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("evaluation.snapshots")


def _show_applications(answer: Any) -> str:
    rows = [
        (row["id"][:8], tr("第 {n} 版", n=row["version"]), tr("{n} 页", n=row["pages"]), row["title"]) for row in answer
    ]
    return table((tr("编号"), tr("版本"), tr("页数"), tr("名称")), rows) if rows else tr("还没有申报书。")


@command("applications", mark("申报书清单，新的在前"), show=_show_applications, list_name="applications")
def applications(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("apply.list")


def _snapshot(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("snapshot", metavar="SNAPSHOT")


def _show_check(answer: Any) -> str:
    lines: list[str] = []
    sealing = [spaced(one["title"], one["clause"], one["rule"]) for one in answer["blocks_sealing"]]
    for head, found in (
        (tr("不处理就不能生成申报书"), answer["blocks"]),
        (tr("不对照通知核实就不能封装"), sealing),
        (tr("请留意"), answer["warns"]),
    ):
        lines += [tr("{head}：{n} 项", head=head, n=len(found)), *(f"  {text}" for text in found)] if found else []
    return "\n".join(lines) or tr("没有要处理的。")


@command("apply-check", mark("生成申报书、封装之前还要处理什么"), arguments=_snapshot, show=_show_check)
def apply_check(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("apply.check", snapshot=parsed.snapshot)


# -- handed in by hand ---------------------------------------------------------------------------------------------
def _hand_in_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="PACKAGE")
    ways = [choice.code for choice in kind_info("delivery").field("way").choices if choice.code != "online"]
    parser.add_argument("--way", required=True, choices=ways, help=tr("怎样递交"))
    parser.add_argument("--note", default="", metavar="TEXT")


def _show_handed_in(answer: Any) -> str:
    way = choice_label(kind_info("delivery").field("way"), answer["way"])
    return tr("已登记线下递交（{way}）：{id}", way=way, id=answer["id"])


@command("hand-in", mark("登记一个报送包已线下递交"), arguments=_hand_in_arguments, show=_show_handed_in)
def hand_in(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("delivery.hand_in", package=parsed.package, way=parsed.way, note=parsed.note)


# -- evidence ------------------------------------------------------------------------------------------------------
def _link_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--for", dest="target", required=True, metavar="TARGET")


@command(
    "evidence link",
    mark("已有的佐证还证明什么"),
    arguments=_link_arguments,
    show=lambda answer: tr("已关联。") if answer["added"] else tr("早已关联，没有改动。"),
)
def link(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("evidence.link", ids=[parsed.id], target=parsed.target)


@command(
    "evidence unlink",
    mark("取消一份佐证与对象的关联，文件留在库里"),
    arguments=_link_arguments,
    show=lambda _answer: tr("已取消关联，文件留在库里。"),
)
def unlink(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("evidence.unlink", id=parsed.id, target=parsed.target)


# -- targets, universities, integrity ------------------------------------------------------------------------------
def _share_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", metavar="PACK")
    parser.add_argument("rule", metavar="RULE")
    parser.add_argument("year", metavar="YEAR")
    parser.add_argument("share", nargs="?", type=int, metavar="N", help=tr("本单位承担多少；不写则取消"))


@command(
    "target share",
    mark("全市或区县目标中本单位承担的份额"),
    arguments=_share_arguments,
    show_asked=lambda _answer, parsed: (
        tr("已取消份额。") if parsed.share is None else labelled(tr("本单位份额"), parsed.share)
    ),
)
def target_share(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call(
        "evaluation.share", pack=parsed.pack, rule=parsed.rule, period=parsed.year, own_share=parsed.share
    )


@command(
    "universities",
    mark("哪些高校、科研院所汇交成果"),
    show=lambda answer: (
        table((tr("编号"), tr("名称")), [(row["id"][:8], row["name"]) for row in answer])
        if answer
        else tr("没有找到。")
    ),
    list_name="universities",
)
def universities(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("handover.universities")


@command(
    "integrity",
    mark("信用记录不达标的单位"),
    show=lambda answer: "\n".join(row["text"] for row in answer) or tr("没有信用记录不达标的单位。"),
    list_name="organisations",
)
def integrity(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("integrity.list")
