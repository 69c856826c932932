"""Commands on personal data: tell what is masked, and erase a person."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from desktop.commands.telling import label_of
from desktop.models.format import moment
from policy.i18n import bracketed, labelled, listed, mark, tr


def _reveal_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND")
    parser.add_argument("id", metavar="ID")


def _show_revealed(answer: Any, parsed: argparse.Namespace) -> str:
    lines = (labelled(label_of(parsed.kind, name), value) for name, value in answer.items())
    return "\n".join(lines) or tr("没有遮盖的号码。")


@command(
    "reveal",
    mark("显示一条记录中遮盖的号码（记入操作记录）"),
    arguments=_reveal_arguments,
    show_asked=_show_revealed,
)
def reveal(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("privacy.reveal", kind=parsed.kind, id=parsed.id)


def _erase_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--dry-run", action="store_true", help=tr("只看会怎样，不改动"))
    parser.add_argument(
        "--evidence", action="append", default=[], metavar="ID", help=tr("一并删除的佐证（仅用于此人的）")
    )


def _show_erased(answer: Any) -> str:
    name = answer["name"]
    planned = tr("将删除“{name}”的个人信息，删除后不能撤销", name=name)
    head = planned if answer["dry_run"] else tr("已删除“{name}”的个人信息", name=name)
    lines = [labelled(head, listed(answer["blanked"]))]
    remains = answer["remains"]
    lines.append(tr("保留（不指向个人）：{fields}", fields=listed(answer["kept"])))
    if answer.get("settled") is False:
        lines.append(tr("磁盘出错，旧文字要到工作区下次关闭时才从日志文件里清除；请检查磁盘。"))
    if remains["figures"]:
        counts = listed(bracketed(item["label"], str(item["count"])) for item in remains["figures"])
        lines.append(tr("统计仍按编号计入，数字不变：{counts}", counts=counts))
    for item in remains["frozen"]:
        lines.append(tr("已定稿，不能改动：{item}", item=labelled(item["label"], item["title"])))
    for item in remains["packages"]:
        lines.append(tr("已封装，不能改动：{item}", item=bracketed(item["title"], moment(item["sealed_at"]))))
    for item in remains["evidence"]:
        use = tr("仅用于此人，可用 --evidence 一并删除") if item["only_use"] else tr("还用于其他记录")
        lines.append(tr("佐证需要您决定：{item}", item=f"{item['title']} {item['id']} {use}"))
    for item in remains["mentions"]:
        lines.append(tr("文字中提到此人，需要您修改：{item}", item=f"{item['label']} {item['id']} {item['field']}"))
    for name, text in (
        ("history", mark("变更记录中还有 {n} 处提到此人")),
        ("drafts", mark("其他未保存的草稿中有 {n} 份提到此人")),
        ("audit", mark("操作记录中有 {n} 条提到此人；操作记录只增不改")),
    ):
        if remains[name]:
            lines.append(tr(text, n=remains[name]))
    if remains["operator"]:
        lines.append(tr("操作人署名保留，以说明操作由谁作出：{names}", names=listed(remains["operator"])))
    if remains["backups"]:
        lines.append(
            tr(
                "此前的 {n} 份备份中仍有，将随新备份逐步替换（最长约 {months} 个月）：",
                n=len(remains["backups"]),
                months=remains["backups_months"],
            )
        )
        lines += [f"  {moment(item['at_ms'])} {item['file']}" for item in remains["backups"]]
    return "\n".join(lines)


@command(
    "person erase",
    mark("按本人要求删除个人信息（不能撤销）"),
    arguments=_erase_arguments,
    show=_show_erased,
    group_help=mark("人员"),
)
def erase(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("person.erase", id=parsed.id, dry_run=parsed.dry_run, evidence=parsed.evidence)
