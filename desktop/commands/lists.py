"""Commands on lists: templates, many records at once, what is missing, what may be doubled, history by field."""

from __future__ import annotations

import argparse
from typing import Any

from db.schema import kind_info
from desktop.commands.context import Context, pairs
from desktop.commands.registry import command
from desktop.commands.telling import label_of, table, tell, told
from desktop.models.format import heading, shown
from policy.dates import minute as moment
from policy.errors import Usage
from policy.i18n import labelled, mark, spaced, tr


def _template_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND")
    parser.add_argument("file", metavar="FILE.xlsx")


@command(
    "template",
    mark("一类记录的导入模板"),
    arguments=_template_arguments,
    show=told(mark("已写出 {file}，{columns} 列。")),
)
def template(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("bulk.template", kind=parsed.kind, file=parsed.file)


def _chosen(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND")
    parser.add_argument("--text", default="", metavar="TEXT", help=tr("只取含这些字的"))
    parser.add_argument("--where", action="append", default=[], metavar="field=value", help=tr("只取字段等于此值的"))
    parser.add_argument("--among", default="", metavar="NAME", help=tr("只取一份现成的名单，如 graduated-this-year"))


def _wanted(context: Context, parsed: argparse.Namespace) -> Any:
    conditions = [{"field": name, "test": "is", "value": value} for name, value in pairs(parsed.where).items()]
    asked = {"text": parsed.text, "conditions": conditions, "among": parsed.among}
    return context.call("lists.ids", kind=parsed.kind, **asked)


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    _chosen(parser)
    parser.add_argument("--columns", default="", metavar="field,…", help=tr("每行除名称外再写哪些字段"))


def _show_list(answer: Any) -> str:
    return table((), [(row["id"], row["title"], *row["values"]) for row in answer]) or tr("没有找到。")


@command("list", mark("列出一类记录"), arguments=_list_arguments, show=_show_list, list_name="records")
def list_records(context: Context, parsed: argparse.Namespace) -> Any:
    rows = context.call("records.rows", kind=parsed.kind, ids=_wanted(context, parsed))
    info = kind_info(parsed.kind)
    title, fields = info.field(info.kind.title), [info.field(name) for name in parsed.columns.split(",") if name]
    return [
        {"id": row["id"], "title": shown(title, row), "values": [shown(field, row) for field in fields]} for row in rows
    ]


def _edit_arguments(parser: argparse.ArgumentParser) -> None:
    _chosen(parser)
    parser.add_argument("values", nargs="+", metavar="field=value")
    parser.add_argument("--dry-run", action="store_true", help=tr("只看会怎样，不改动"))


def _show_edited(answer: Any) -> str:
    if answer["dry_run"]:
        text = mark("选中 {records} 条，会修改 {changed} 条；这里没有改动。")
    else:
        text = mark("选中 {records} 条，没有要修改的。")
        if answer["changed"]:
            text = mark("选中 {records} 条，已修改 {changed} 条；用 fuzhuan undo 可以撤销。")
    return tell(text, answer, warnings=True)


@command("bulk edit", mark("批量修改"), arguments=_edit_arguments, show=_show_edited, group_help=mark("成批处理记录"))
def bulk_edit(context: Context, parsed: argparse.Namespace) -> Any:
    ids = _wanted(context, parsed)
    return context.call("bulk.edit", kind=parsed.kind, ids=ids, values=pairs(parsed.values), dry_run=parsed.dry_run)


def _archive_arguments(parser: argparse.ArgumentParser) -> None:
    _chosen(parser)
    parser.add_argument("--back", action="store_true", help=tr("取消归档"))


@command(
    "bulk archive",
    mark("批量归档"),
    arguments=_archive_arguments,
    show_asked=lambda answer, parsed: tell(
        mark("已取消归档 {changed} 条。") if parsed.back else mark("已归档 {changed} 条。"), answer
    ),
    group_help=mark("成批处理记录"),
)
def bulk_archive(context: Context, parsed: argparse.Namespace) -> Any:
    conditions = [{"field": name, "test": "is", "value": value} for name, value in pairs(parsed.where).items()]
    asked = {"text": parsed.text, "conditions": conditions, "among": parsed.among, "archived": bool(parsed.back)}
    ids = context.call("lists.ids", kind=parsed.kind, **asked)
    return context.call("bulk.archive", kind=parsed.kind, ids=ids, archived=not parsed.back)


@command(
    "bulk delete",
    mark("批量删除（可撤销）"),
    arguments=_chosen,
    show=lambda answer: tell(
        mark("已删除 {deleted} 条；用 fuzhuan undo 可以撤销。")
        if answer["deleted"]
        else mark("没有符合的，没有删除。"),
        answer,
    ),
    group_help=mark("成批处理记录"),
)
def bulk_delete(context: Context, parsed: argparse.Namespace) -> Any:
    if not parsed.text.strip() and not parsed.where:
        raise Usage("bulk.all_of_a_kind")
    return context.call("bulk.delete", kind=parsed.kind, ids=_wanted(context, parsed))


def _record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND")
    parser.add_argument("id", metavar="ID")


def _show_missing(answer: Any) -> str:
    lines = [item["label"] for item in answer["missing"]]
    lines += [labelled(item["label"], tr("不适用（{reason}）", reason=item["reason"])) for item in answer["excused"]]
    return "\n".join(lines) or tr("不缺。")


@command("missing", mark("一条记录还缺什么"), arguments=_record, show=_show_missing)
def missing(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("lists.missing", kind=parsed.kind, id=parsed.id)


def _excuse_arguments(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    parser.add_argument("field", metavar="FIELD")
    parser.add_argument("reason", nargs="?", default="", metavar="REASON", help=tr("不写则取消“不适用”"))


def _show_excused(answer: Any, parsed: argparse.Namespace) -> str:
    label = label_of(parsed.kind, parsed.field)
    if not parsed.reason:
        return tr("已取消“不适用”：{label}", label=label)
    return labelled(label, tr("不适用（{reason}）", reason=parsed.reason))


@command("excuse", mark("标明一项不适用及其理由"), arguments=_excuse_arguments, show_asked=_show_excused)
def excuse(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("lists.excuse", kind=parsed.kind, id=parsed.id, field=parsed.field, reason=parsed.reason)


def _doubles_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND")
    parser.add_argument("values", nargs="+", metavar="field=value")


@command(
    "doubles",
    mark("可能重复的记录"),
    arguments=_doubles_arguments,
    show=lambda answer: "\n".join(spaced(item["title"], item["id"]) for item in answer) or tr("没有可能重复的。"),
)
def doubles(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("lists.doubles", kind=parsed.kind, values=pairs(parsed.values))


def _history_arguments(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    parser.add_argument("--field", default="", metavar="FIELD")


def _show_history(answer: Any) -> str:
    return "\n".join(
        spaced(
            moment(item["at"]), item["who"], tr(item["label"]), str(item["op"]), tr("已撤销") if item["undone"] else ""
        )
        for item in answer
    )


@command("history", mark("一条记录的变更"), arguments=_history_arguments, show=_show_history)
def history(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("lists.history", kind=parsed.kind, id=parsed.id, field=parsed.field)


def _show_doubts(answer: Any, parsed: argparse.Namespace) -> str:
    lines = []
    for one in answer:
        field = kind_info(parsed.kind).field(one["field"])
        amounts = {name: shown(field, {field.name: one[name]}) for name in ("value", "other", "proposed")}
        lines.append(
            tr(
                "{label}：{value}，{period} 年是 {other}，相差约 {factor} 倍；是不是 {proposed}？",
                label=heading(field), period=one["period"], factor=f"{one['factor']:,}", **amounts,
            )
        )  # fmt: skip
    return "\n".join(lines) or tr("没有疑问。")


@command("doubts", mark("与相邻年度相差千倍的金额"), arguments=_record, show_asked=_show_doubts)
def doubts(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("values.doubt", kind=parsed.kind, id=parsed.id)
