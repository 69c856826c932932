"""Commands on the audit log: list, verify, check a head somebody has on paper, print the decisions of a case."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from desktop.commands.telling import told
from policy.dates import minute
from policy.errors import Exit
from policy.i18n import bracketed, clauses, labelled, mark, tr

_GROUP = mark("操作记录：谁在何时依据什么数值作了决定")


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--case", metavar="ID")
    parser.add_argument("--since", metavar="DATE")
    parser.add_argument("--until", metavar="DATE")
    parser.add_argument("--person", metavar="NAME")
    parser.add_argument("--group", metavar="GROUP")
    parser.add_argument("--text", default="", metavar="TEXT")
    parser.add_argument("--before", type=int, metavar="N")
    parser.add_argument("--limit", type=int, default=100, metavar="N")


def _show_list(answer: Any) -> str:
    lines = []
    for entry in answer["entries"]:
        figures = clauses(labelled(item["label"], item["shown"]) for item in entry["figures"])
        said = "  ".join(filter(None, (entry["who"], entry["text"], entry["subject"]["title"])))
        lines.append(f"{entry['seq']:>6}  {_moment(entry['at'])}  {bracketed(said, figures)}")
    if answer["next"] is not None:
        lines.append(tr("更早的：--before {n}", n=answer["next"]))
    return "\n".join(lines) or tr("没有符合条件的操作记录。")


@command("audit list", mark("操作记录，新的在前"), arguments=_list_arguments, show=_show_list, group_help=_GROUP)
def list_entries(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("case", "since", "until", "person", "group", "text", "before", "limit")
    return context.call("audit.list", **{name: getattr(parsed, name) for name in names})


def _show_verified(answer: Any) -> str:
    if answer["ok"]:
        return tr(
            "操作记录链完好：{n} 条，末值 {head}，与 {heads} 处留存的末值一致。", n=answer["length"], **_of(answer)
        )
    return "\n".join(problem["text"] for problem in answer["problems"])


@command("audit verify", mark("检查操作记录链，并与各处留存的末值比对"), show=_show_verified, group_help=_GROUP)
def verify(context: Context, parsed: argparse.Namespace) -> Any:
    answer = context.call("audit.verify")
    if not answer["ok"]:
        parsed.exit_code = Exit.WORLD
    return answer


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("head", metavar="HEAD")
    parser.add_argument("--length", metavar="N")


def _show_checked(answer: Any) -> str:
    if answer["found"]:
        return tr("链上有这个末值：第 {entry} 条，现有 {length} 条。", entry=answer["entry"], length=answer["length"])
    return tr(
        "链上没有这个末值：链尾被截断、整条链被重做，或它不属于本工作区。现有 {length} 条。", length=answer["length"]
    )


@command(
    "audit check",
    mark("核对纸面、报送包或回执上的末值"),
    arguments=_check_arguments,
    show=_show_checked,
    group_help=_GROUP,
)
def check(context: Context, parsed: argparse.Namespace) -> Any:
    answer = context.call("audit.check", head=parsed.head, length=parsed.length)
    if not answer["found"]:
        parsed.exit_code = Exit.WORLD
    return answer


def _extract_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("out", metavar="OUT.pdf")


@command(
    "audit extract",
    mark("把一个案件的全部决策打印成 PDF"),
    arguments=_extract_arguments,
    show=told(mark("已写出 {file}：{entries} 条决策；操作记录链 {length} 条，末值 {head}")),
    group_help=_GROUP,
)
def extract(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("audit.extract", case=parsed.case, out=parsed.out)


def _of(answer: dict[str, Any]) -> dict[str, Any]:
    return {"head": answer["head"][:16], "heads": answer["heads"]}


def _moment(at: int) -> str:
    return minute(at)
