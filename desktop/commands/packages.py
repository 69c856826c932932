"""Commands on packages, endpoints, deliveries and their receipts."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context, pairs, read_secret
from desktop.commands.registry import command
from policy.errors import Exit
from policy.i18n import mark, tr

_PACKAGE, _ENDPOINT = mark("报送包"), mark("报送端点")


def _seal_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("application", metavar="APPLICATION")
    parser.add_argument("--endpoint", metavar="NAME")
    parser.add_argument("--personal-confirmed", action="store_true", help=tr("确认包内的个人信息可以不加密发出"))
    parser.add_argument(
        "--personal",
        action="append",
        default=[],
        metavar="FIELD=WAY",
        help=tr("个人信息字段的处理：keep、mask 或 remove"),
    )
    parser.add_argument("--replaces", metavar="PACKAGE")


@command("package seal", mark("封装报送包"), arguments=_seal_arguments, group_help=_PACKAGE)
def seal(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("application", "endpoint", "personal_confirmed", "replaces")
    chosen = pairs(parsed.personal)
    return context.call("package.seal", personal=chosen, **{name: getattr(parsed, name) for name in names})


def _personal_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("application", metavar="APPLICATION")


def _show_personal(answer: Any) -> str:
    return "\n".join(f"{item['field']}\t{item['label']}\t{item['rows']}\t{item['way']}" for item in answer)


@command(
    "package personal",
    mark("报送包里会有的个人信息，及默认的处理"),
    arguments=_personal_arguments,
    list_name="fields",
    show=_show_personal,
    group_help=_PACKAGE,
)
def personal(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("package.personal", application=parsed.application)


def _file_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    _file_arguments(parser)
    parser.add_argument("--identity-file", metavar="FILE", help=tr("age 私钥文件（收件方）"))


@command("package verify", mark("检查报送包（不需要工作区）"), arguments=_verify_arguments, group_help=_PACKAGE)
def verify(context: Context, parsed: argparse.Namespace) -> Any:
    return context.run("package.verify", file=parsed.file, identity_file=parsed.identity_file)


@command("package inspect", mark("报送包的明文标签"), arguments=_file_arguments, group_help=_PACKAGE)
def inspect(context: Context, parsed: argparse.Namespace) -> Any:
    return context.run("package.inspect", file=parsed.file)


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("file", metavar="FILE")


@command("package export", mark("把报送包存到文件夹或 U 盘"), arguments=_export_arguments, group_help=_PACKAGE)
def export(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("package.export", id=parsed.id, file=parsed.file)


def _endpoint_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("profile", metavar="PROFILE")
    parser.add_argument("--token-file", metavar="FILE")
    parser.add_argument("--signature", metavar="FILE")


@command("endpoint add", mark("添加报送端点"), arguments=_endpoint_arguments, group_help=_ENDPOINT)
def endpoint_add(context: Context, parsed: argparse.Namespace) -> Any:
    token = read_secret(parsed.token_file) if parsed.token_file else context.ask(tr("令牌："))
    answer = context.call("endpoint.add", profile=parsed.profile, token=token, signature=parsed.signature)
    if not answer["signed"]:
        context.say(tr("这份端点档案没有签名；请与受理单位核对指纹后再使用。"))
    return answer


@command("endpoint list", mark("报送端点清单"), list_name="endpoints", group_help=_ENDPOINT)
def endpoint_list(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("endpoint.list")


def _show_outbox(answer: Any) -> str:
    return "\n".join(
        f"{row['package'][:8]}  {(row['id'] or '—')[:8]:8}  {row['state_text'] or tr('未报送')}"
        f"  {row['package_title']}  {row.get('problem') or ''}".rstrip()
        for row in answer
    ) or tr("还没有报送包。")


@command("outbox", mark("报送包与递送状态"), show=_show_outbox, list_name="deliveries")
def outbox(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("delivery.list")


def _send_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID")
    parser.add_argument("--endpoint", metavar="NAME")
    parser.add_argument("--not-arrived", action="store_true", help=tr("接收单位确认没有收到，再次发送"))


@command("send", mark("报送，或继续未完成的报送"), arguments=_send_arguments, list_name="deliveries")
def send(context: Context, parsed: argparse.Namespace) -> Any:
    if parsed.id is None:
        answers = context.call("delivery.pump")
        if any(answer["problem"] for answer in answers):
            parsed.exit_code = Exit.WORLD
        return answers
    if parsed.endpoint is None:
        endpoints = context.call("endpoint.list")
        parsed.endpoint = endpoints[0]["name"] if len(endpoints) == 1 else ""
    asked = {"endpoint": parsed.endpoint, "not_arrived": parsed.not_arrived}
    answer = context.call("delivery.send", package=parsed.id, **asked)
    if answer["problem"]:
        context.say(answer["problem"])
        parsed.exit_code = Exit.WORLD
    return answer


def _id_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")


@command("withdraw", mark("撤回一份尚未受理的报送"), arguments=_id_argument)
def withdraw(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("delivery.withdraw", id=parsed.id)


def _receipt_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("out", metavar="OUT")


@command("delivery-receipt", mark("打印报送回执"), arguments=_receipt_arguments)
def receipt(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("delivery.receipt", id=parsed.id, out=parsed.out)
