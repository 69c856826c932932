"""Commands on records: kinds, fields, add, show, edit, delete, undo, find, import, export, and the case log."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from db.schema import kind_info
from desktop.commands.context import Context, pairs
from desktop.commands.registry import command
from desktop.commands.telling import label_of, record_text, table, tell
from desktop.fields import choice_label, kind_label
from desktop.models.format import moment
from policy.i18n import bracketed, labelled, language, listed, mark, spaced, tr

_TYPES = {
    "bool": mark("是或否"),
    "code": mark("编码"),
    "date": mark("日期"),
    "dec": mark("数"),
    "enum": mark("选一项"),
    "int": mark("整数"),
    "list": mark("列表"),
    "money": mark("金额"),
    "note": mark("多行文字"),
    "ref": mark("另一条记录"),
    "tags": mark("选几项"),
    "text": mark("文字"),
    "timestamp": mark("时刻"),
    "tri": mark("是、否或不详"),
    "year": mark("年度"),
}


def _show_kinds(answer: Any) -> str:
    rows = [(item["kind"], item["label"], str(item["rows"])) for item in answer]
    return table((tr("编号"), tr("记录类型"), tr("条数")), rows, right=(2,))


@command("kinds", mark("记录类型"), list_name="kinds", show=_show_kinds)
def kinds(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("records.kinds")


def _kind(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND")


def _show_fields(answer: Any) -> str:
    rows = [
        (
            item["name"],
            bracketed(item["label"], item["unit"]),
            tr(_TYPES[item["type"]]),
            tr("必填") if item["required"] == "S" else "",
            listed(choice["label"] for choice in item["choices"]),
        )
        for item in answer
    ]
    return table((tr("编号"), tr("字段"), tr("内容"), "", tr("可选")), rows)


@command("fields", mark("一类记录的字段"), arguments=_kind, list_name="fields", show=_show_fields)
def fields(context: Context, parsed: argparse.Namespace) -> Any:
    shown = []
    for declared in kind_info(parsed.kind).fields:
        item = asdict(declared)
        item["label"] = declared.shown
        item["choices"] = [
            {"code": choice.code, "label": choice.shown, "label_en": choice.en} for choice in declared.choices
        ]
        shown.append({key: value for key, value in item.items() if key not in ("model", "search")})
    return shown


def _kind_and_values(parser: argparse.ArgumentParser) -> None:
    _kind(parser)
    parser.add_argument("values", nargs="+", metavar="field=value")


@command(
    "add",
    mark("新增一条记录"),
    arguments=_kind_and_values,
    show_asked=lambda answer, parsed: tell(
        mark("已新增{kind}：{id}"), answer, warnings=True, kind=kind_label(parsed.kind)
    ),
)
def add(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("records.add", kind=parsed.kind, values=pairs(parsed.values))


def _kind_and_id(parser: argparse.ArgumentParser) -> None:
    _kind(parser)
    parser.add_argument("id", metavar="ID")


@command(
    "show",
    mark("查看一条记录"),
    arguments=_kind_and_id,
    show_asked=lambda answer, parsed: record_text(parsed.kind, answer),
)
def show(context: Context, parsed: argparse.Namespace) -> Any:
    row = context.call("records.get", kind=parsed.kind, id=parsed.id)
    money = {declared.name for declared in kind_info(parsed.kind).fields if declared.type == "money"}
    return {f"{key}_fen" if key in money else key: value for key, value in row.items()}


def _edit_arguments(parser: argparse.ArgumentParser) -> None:
    _kind_and_id(parser)
    parser.add_argument("values", nargs="+", metavar="field=value")


def _show_edited(answer: Any, parsed: argparse.Namespace) -> str:
    text = mark("已修改{kind} {id}") if answer["changed"] else mark("没有变化：{kind} {id}")
    return tell(text, answer, warnings=True, kind=kind_label(parsed.kind))


@command("edit", mark("修改一条记录"), arguments=_edit_arguments, show_asked=_show_edited)
def edit(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("records.edit", kind=parsed.kind, id=parsed.id, values=pairs(parsed.values))


@command(
    "delete",
    mark("删除一条记录（可撤销）"),
    arguments=_kind_and_id,
    show_asked=lambda answer, parsed: tell(
        mark("已删除{kind} {id}；用 fuzhuan undo 可以撤销。"), answer, kind=kind_label(parsed.kind)
    ),
)
def delete(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("records.delete", kind=parsed.kind, id=parsed.id)


def _undo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("op", nargs="?", type=int)


def _show_undone(answer: Any) -> str:
    return tr("已撤销：{label}", label=tr(answer["label"]))


def _merge_arguments(parser: argparse.ArgumentParser) -> None:
    _kind_and_id(parser)
    parser.add_argument("into", metavar="INTO", help=tr("留下的那一条"))
    parser.add_argument(
        "--take", action="append", default=[], metavar="FIELD", help=tr("两条不同时，这一项取被合并那一条的")
    )
    parser.add_argument("--dry-run", action="store_true", help=tr("只看会怎样，不改动"))


def _show_merged(answer: Any, parsed: argparse.Namespace) -> str:
    if answer["dry_run"]:
        text = mark("会并入 {id}，改指 {moved} 处；这里没有改动。")
    else:
        text = mark("已并入 {id}，改指 {moved} 处；用 fuzhuan undo 可以撤销。")
    lines = [tell(text, answer)]
    for name, head in (("filled", tr("补上")), ("kept", tr("两条不同，保留原有"))):
        if answer[name]:
            lines.append(labelled(head, listed(label_of(parsed.kind, field) for field in answer[name])))
    return "\n".join(lines)


@command("merge", mark("合并两条记录"), arguments=_merge_arguments, show_asked=_show_merged)
def merge(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("kind", "id", "into", "take", "dry_run")
    return context.call("records.merge", **{name: getattr(parsed, name) for name in names})


@command("undo", mark("撤销最近一次操作"), arguments=_undo_arguments, show=_show_undone)
def undo(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("records.undo", op=parsed.op)


def _find_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument("--limit", type=int, default=50)


def _show_hits(answer: Any) -> str:
    return table((), [(hit["kind_label"], hit["title"], hit["id"]) for hit in answer]) or tr("没有找到。")


@command("find", mark("查找：汉字、拼音、首字母、编号"), arguments=_find_arguments, show=_show_hits)
def find(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("records.find", text=parsed.text, limit=parsed.limit)


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--as", dest="kind", default="firm", metavar="KIND")
    parser.add_argument("--sheet", metavar="NAME")
    parser.add_argument("--map", dest="map_file", metavar="FILE")
    parser.add_argument(
        "--given", action="append", default=[], metavar="field=value", help=tr("表里没写的行都取这个值")
    )
    parser.add_argument("--on-error", choices=("skip", "stop"), default="skip")
    parser.add_argument("--dry-run", action="store_true")


def _show_import(answer: Any) -> str:
    lines = [
        tr(
            "{file}：共 {rows} 行，新增 {added}，更新 {updated}，未变 {unchanged}，未导入 {rejected_rows} 行",
            **{key: answer[key] for key in ("file", "rows", "added", "updated", "unchanged", "rejected_rows")},
        )
    ]
    if answer["dry_run"]:
        lines.append(tr("试导入：没有保存任何内容"))
    lines += answer["notices"]
    lines += [
        tr("第 {row} 行 {column}「{value}」：{reason}", **{k: item[k] for k in ("row", "column", "value", "reason")})
        for item in (*answer["rejected"], *answer["warnings"])
    ]
    return "\n".join(lines)


@command("import", mark("导入台账（.xlsx .xls .ods .csv）"), arguments=_import_arguments, show=_show_import)
def import_file(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call(
        "ledger.import",
        file=parsed.file,
        kind=parsed.kind,
        sheet=parsed.sheet,
        map_file=parsed.map_file,
        given=pairs(parsed.given),
        on_error=parsed.on_error,
        dry_run=parsed.dry_run,
    )


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    _kind(parser)
    parser.add_argument("file", metavar="FILE.xlsx")
    parser.add_argument("--with-personal", action="store_true", help=tr("号码不遮盖（记入操作记录）"))


def _show_exported(answer: Any) -> str:
    lines = [tell(mark("{file}：{rows} 行"), answer)]
    if answer["left_out"]:
        lines.append(tr("不对外的 {n} 行没有写入。", n=answer["left_out"]))
    if answer["masked"]:
        lines.append(labelled(tr("已遮盖"), listed(answer["masked"])))
    return "\n".join(lines)


@command("export", mark("导出为工作簿，可原样再导入"), arguments=_export_arguments, show=_show_exported)
def export(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call(
        "records.export", kind=parsed.kind, file=parsed.file, language=language(), with_personal=parsed.with_personal
    )


def _log_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("--kind", required=True, metavar="KIND")
    parser.add_argument("--note", required=True, metavar="TEXT")
    parser.add_argument("--at", metavar="TIME")
    parser.add_argument("--file", action="append", default=[], dest="files", metavar="PATH")
    parser.add_argument("--next", dest="next_action", metavar="TEXT")
    parser.add_argument("--next-on", metavar="DATE")
    parser.add_argument("--decision", action="store_true")


def _show_logged(answer: Any) -> str:
    late = tr("补记") if answer["late"] else ""
    proofs = tr("佐证 {n} 份", n=len(answer["evidence"])) if answer["evidence"] else ""
    return "\n".join((spaced(tr("已记录：{id}", id=answer["id"]), late, proofs), *answer["warnings"]))


@command("case log", mark("记录案件进展"), arguments=_log_arguments, show=_show_logged, group_help=mark("案件"))
def case_log(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("case", "kind", "note", "at", "files", "next_action", "next_on", "decision")
    return context.call("case.log", **{name: getattr(parsed, name) for name in names})


def _show_entries(answer: Any) -> str:
    kind = kind_info("case_log").field("kind")
    lines = []
    for row in answer:
        when = moment(row["happened_at"]) or row["happened_on"]
        remarks = (
            tr("决策") if row["decision"] else "",
            tr("补记") if row["late"] else "",
            tr("佐证 {n} 份", n=len(row["evidence"])) if row["evidence"] else "",
            row["place"],
        )
        lines.append(spaced(when, choice_label(kind, row["kind"]), *remarks, row["id"][:8]))
        lines += [f"  {line}" for line in row["note"].splitlines()]
        if row["next_action"]:
            lines.append(f"  {labelled(tr('下一步'), spaced(row['next_action'], row['next_on']))}")
    return "\n".join(lines) or tr("还没有过程记录。")


@command(
    "case entries",
    mark("一个案件的过程记录"),
    arguments=lambda parser: _case(parser),
    show=_show_entries,
    list_name="entries",
    group_help=mark("案件"),
)
def case_entries(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("case.entries", case=parsed.case)


def _case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE")
