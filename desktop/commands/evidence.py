"""Commands on evidence: add, list, get a clear copy, and what is still missing."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from desktop.commands.telling import told
from policy.i18n import labelled, listed, mark, tr

_GROUP = mark("佐证：添加、查看、取出、缺口")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="PATH")
    parser.add_argument("--for", dest="target", metavar="TARGET")
    parser.add_argument("--title", metavar="T")
    parser.add_argument("--valid-until", metavar="D")
    parser.add_argument("--doc-kind", metavar="KIND")
    parser.add_argument("--link", default="proves")


def _show_added(answer: Any) -> str:
    head = tr("新添 {added} 份，已有 {known} 份：", added=answer["added"], known=answer["known"])
    return "\n".join((head, *answer["ids"]))


@command("evidence add", mark("添加佐证文件"), arguments=_add_arguments, show=_show_added, group_help=_GROUP)
def add(context: Context, parsed: argparse.Namespace) -> Any:
    values = {"title": parsed.title, "valid_until": parsed.valid_until, "doc_kind": parsed.doc_kind}
    answer = context.call(
        "evidence.add",
        files=parsed.files,
        target=parsed.target,
        link=parsed.link,
        values={name: value for name, value in values.items() if value is not None},
    )
    for warning in answer["warnings"]:
        context.say(warning)
    return answer


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--for", dest="target", metavar="TARGET")


def _show_list(answer: Any) -> str:
    return "\n".join(f"{row['id'][:8]}  {row['title']}  {row['file_name']}" for row in answer) or tr("还没有佐证。")


@command(
    "evidence list",
    mark("佐证清单"),
    arguments=_list_arguments,
    show=_show_list,
    list_name="evidence",
    group_help=_GROUP,
)
def list_evidence(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("evidence.list", target=parsed.target)


def _get_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("out", metavar="OUT")


@command(
    "evidence get",
    mark("取出一份未加密的副本"),
    arguments=_get_arguments,
    show=told(mark("已写出 {file}；这一份没有加密，用完请删除。")),
    group_help=_GROUP,
)
def get(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("evidence.get", id=parsed.id, out=parsed.out)


def _gap_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", metavar="PACK")
    parser.add_argument("--period", required=True, metavar="P")
    parser.add_argument("--for", dest="subject", metavar="KIND:ID")


def _show_gaps(answer: Any) -> str:
    return "\n".join(
        f"{'✗' if row['missing'] else '✓'}  {row['indicator']}  {row['title']}  {row['clause']}"
        + (f"  {labelled(tr('应附材料'), listed(row['proofs']))}" if row["proofs"] else "")
        for row in answer
    ) or tr("没有要附佐证的条目。")


@command(
    "evidence gaps",
    mark("还缺哪些佐证"),
    arguments=_gap_arguments,
    show=_show_gaps,
    list_name="gaps",
    group_help=_GROUP,
)
def gaps(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("evidence.gaps", pack=parsed.pack, period=parsed.period, subject=parsed.subject)
