"""Commands on printed documents of one record."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from desktop.commands.telling import table, told
from desktop.fields import kind_label
from policy.i18n import mark, tr


def _show(answer: Any) -> str:
    rows = [(item["name"], item["title"], kind_label(item["kind"])) for item in answer]
    return table((tr("编号"), tr("文书"), tr("记录类型")), rows)


@command("documents", mark("可以打印的文书"), show=_show, list_name="documents")
def documents(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("document.list")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("id", metavar="ID")
    parser.add_argument("out", metavar="OUT.pdf")
    parser.add_argument("--period", default="", metavar="P", help=tr("只列这个期间的"))
    parser.add_argument("--with-personal", action="store_true", help=tr("含完整证件号码，记入操作记录"))


@command("document", mark("打印一条记录的文书"), arguments=_arguments, show=told(mark("已写出 {file}")))
def document(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("name", "id", "out", "period", "with_personal")
    return context.call("document.write", **{name: getattr(parsed, name) for name in names})
