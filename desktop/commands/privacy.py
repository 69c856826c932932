"""Commands on personal data: tell what is masked, and erase a person."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from desktop.commands.telling import label_of
from desktop.erasingwords import erased_lines
from policy.i18n import labelled, mark, tr


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
    lines = list(erased_lines(answer))
    if answer["dry_run"] and any(item["only_use"] for item in answer["remains"]["evidence"]):
        lines.append(tr("仅用于此人的佐证，加 --evidence 编号可以一并删除。"))
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
