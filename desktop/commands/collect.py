"""Commands on collection rounds: begin one, write the forms, take the returned ones in, who is still missing."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from desktop.commands.telling import table, told
from desktop.fields import choice_label, kind_info
from policy.i18n import labelled, listed, mark, spaced, tr

_GROUP = mark("数据采集：每家一张表，整个文件夹收回")


def _round(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("round", metavar="ROUND", help=tr("批次的编号或名称"))


def _start_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("title", metavar="TITLE")
    parser.add_argument("carrier", metavar="CARRIER")
    parser.add_argument("period", metavar="PERIOD", help=tr("2025 或 2025Q3"))
    parser.add_argument("--due", required=True, metavar="DATE")
    parser.add_argument("--kind", choices=("torch_year", "quarter", "other"), default="")
    parser.add_argument("--fields", nargs="*", metavar="FIELD", help=tr("只采集这些数据项；不写就是全部"))


def _show_start(answer: Any) -> str:
    return tr("已开始采集，{n} 家要填报：{id}", n=answer["items"], id=answer["id"])


@command("collect start", mark("开始一个采集批次"), arguments=_start_arguments, show=_show_start, group_help=_GROUP)
def start(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call(
        "collect.start",
        name=parsed.title,
        kind=parsed.kind or ("quarter" if "q" in parsed.period.lower() else "torch_year"),
        period=parsed.period,
        carrier=parsed.carrier,
        due_on=parsed.due,
        fields=parsed.fields,
    )


def _figures_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("period", metavar="PERIOD", help=tr("2025 或 2025Q3"))


def _show_figures(answer: Any) -> str:
    rows = [(one["no"], one["name"], one["label"], one["unit"]) for one in answer]
    return table((tr("序号"), tr("编号"), tr("数据项"), tr("计量单位")), rows)


@command("collect figures", mark("可以采集的数据项"), arguments=_figures_arguments, show=_show_figures,
         list_name="figures")  # fmt: skip
def figures(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("collect.figures", period=parsed.period)


def _sample_arguments(parser: argparse.ArgumentParser) -> None:
    _figures_arguments(parser)
    parser.add_argument("file", metavar="FILE.xlsx")
    parser.add_argument("--fields", nargs="*", metavar="FIELD", help=tr("只采集这些数据项；不写就是全部"))


@command("collect sample", mark("写一份填报表样表"), arguments=_sample_arguments, show=told(mark("已写出 {file}")))
def sample(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("collect.sample", period=parsed.period, file=parsed.file, fields=parsed.fields)


def _write_arguments(parser: argparse.ArgumentParser) -> None:
    _round(parser)
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("--items", nargs="*", metavar="ITEM", help=tr("只写这几家；不写就是全部"))


def _show_written(answer: Any) -> str:
    head = tr("已写出 {n} 份填报表：", n=len(answer["files"]))
    return "\n".join((head, *(f"  {one['file']}" for one in answer["files"])))


@command("collect write", mark("每家写一个填报表"), arguments=_write_arguments, show=_show_written)
def write(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("collect.write", round=parsed.round, folder=parsed.folder, items=parsed.items)


def _read_arguments(parser: argparse.ArgumentParser) -> None:
    _round(parser)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--folder", default="", metavar="FOLDER")
    which.add_argument("--files", nargs="+", default=[], metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help=tr("只看结果，什么也不写入"))


def _show_read(answer: Any) -> str:
    state = kind_info("collection_item").field("state")
    lines = []
    for one in answer["firms"]:
        counts = tr("读入 {n} 项，空白 {blank} 项", n=len(one["taken"]), blank=len(one["blanks"]))
        lines.append(spaced(one["name"], choice_label(state, one["state"]), counts))
        lines += [f"  {doubt}" for doubt in one["doubts"]]
    lines += [labelled(one["file"], one["reason"]) for one in answer["unknown"]]
    return "\n".join(lines) or tr("没有找到填好的表。")


@command("collect read", mark("收回填好的表，按文件内容认企业"), arguments=_read_arguments, show=_show_read)
def read(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call(
        "collect.read", round=parsed.round, folder=parsed.folder, files=parsed.files, dry_run=parsed.dry_run
    )


def _show_rounds(answer: Any) -> str:
    rows = [(one["id"][:8], one["title"], one["progress"], one["next"]) for one in answer]
    return table(("", tr("批次"), tr("收回"), tr("下一步")), rows) if rows else tr("还没有采集批次")


@command("collect rounds", mark("各批次收回到哪一步"), show=_show_rounds, list_name="rounds")
def rounds(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("collect.rounds")


def _show_status(answer: Any) -> str:
    state = kind_info("collection_item").field("state")
    head = spaced(answer["title"], *(
        f"{choice_label(state, code)} {count}" for code, count in answer["counts"].items()
    ))  # fmt: skip
    rows = [
        (
            one["id"][:8],
            one["name"],
            choice_label(state, one["state"]),
            one["returned_on"] or "",
            spaced(
                labelled(tr("还空着的项目"), listed(one["missing"])) if one["returned_on"] and one["missing"] else "",
                (one["questions"] or "").replace("\n", " "),
            ),
        )
        for one in answer["rows"]
    ]
    return "\n".join((head, table((), rows))).rstrip()


@command("collect status", mark("各家交回情况"), arguments=_round, show=_show_status)
def status(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("collect.status", round=parsed.round)


def _show_reminders(answer: Any) -> str:
    return "\n\n".join(one["text"] for one in answer["texts"]) or tr("没有要催的。")


@command("collect remind", mark("可以直接粘贴的催报文字"), arguments=_round, show=_show_reminders)
def remind(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("collect.reminders", round=parsed.round)


def _items(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("items", nargs="+", metavar="ITEM", help=tr("采集回收记录的编号"))


@command(
    "collect confirm", mark("回收的数据已经核对"), arguments=_items, show=told(mark("已核对 {changed} 家的数据。"))
)
def confirm(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("collect.confirm", items=parsed.items)


def _sent_arguments(parser: argparse.ArgumentParser) -> None:
    _items(parser)
    parser.add_argument("--how", default="wechat", choices=("wechat", "mail", "on_site"))
    parser.add_argument("--on", default="", metavar="DATE")


@command(
    "collect sent", mark("登记填报表已发出"), arguments=_sent_arguments, show=told(mark("已登记发出 {changed} 家。"))
)
def sent(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("collect.sent", items=parsed.items, how=parsed.how, on=parsed.on)
