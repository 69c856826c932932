"""Commands around the workspace: create, info, verify, ways in, backup and restore."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from db.files import world_faults, write_private
from desktop.commands.context import Context, read_secret
from desktop.commands.registry import command
from policy.errors import Refused
from policy.i18n import mark, tr

_GROUP = mark("工作区：建立、查看、检查、口令")
KINDS = ("incubator", "agency", "university", "academy", "office", "both")


def _create_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--organisation", required=True, metavar="NAME")
    parser.add_argument("--kind", action="append", choices=KINDS, default=None)
    parser.add_argument("--person", default="", metavar="NAME")
    parser.add_argument("--recovery-file", metavar="FILE")
    parser.add_argument("--sample", action="store_true", help=tr("装入示例数据"))


@command("workspace create", mark("建立新的工作区"), arguments=_create_arguments, group_help=_GROUP)
def create(context: Context, parsed: argparse.Namespace) -> dict[str, Any]:
    kinds = parsed.kind or ["incubator"]
    kinds = ["incubator", "agency"] if "both" in kinds else kinds
    if parsed.recovery_file:
        _reserve(Path(parsed.recovery_file))
    passphrase = context.passphrase(confirm=True)
    answer: dict[str, Any] = context.run(
        "workspace.create",
        folder=parsed.folder,
        passphrase=passphrase,
        organisation=parsed.organisation,
        kinds=kinds,
        person=parsed.person,
    )
    if parsed.recovery_file:
        write_private(Path(parsed.recovery_file), (answer.pop("recovery_code") + "\n").encode())
        answer["recovery_file"] = parsed.recovery_file
    if parsed.sample:
        answer["sample"] = context.run("sample.load")
    context.say(tr("请把恢复码打印后放进保险柜；忘记口令时只有它能打开工作区。国家秘密一律不得录入本程序。"))
    return answer


@command("workspace info", mark("记录数、版本和大小"), group_help=_GROUP)
def info(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("workspace.info")


def _new_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--new-passphrase-file", metavar="FILE")


@command("workspace change-passphrase", mark("更换口令"), arguments=_new_passphrase, group_help=_GROUP)
def change_passphrase(context: Context, parsed: argparse.Namespace) -> Any:
    old = context.passphrase()
    context.run("workspace.open", folder=context.workspace, passphrase=old)
    new = _new_secret(context, parsed)
    return context.run("workspace.change_passphrase", passphrase=old, new_passphrase=new)


def _recover_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recovery-file", metavar="FILE")
    _new_passphrase(parser)


@command("workspace recover", mark("用恢复码打开并设置新口令"), arguments=_recover_arguments, group_help=_GROUP)
def recover(context: Context, parsed: argparse.Namespace) -> Any:
    code = read_secret(parsed.recovery_file) if parsed.recovery_file else context.ask(tr("恢复码："))
    context.run("workspace.open", folder=context.workspace, recovery_code=code)
    return context.run("workspace.reset_passphrase", new_passphrase=_new_secret(context, parsed))


@command("workspace remember", mark("让系统钥匙串能打开本工作区"), group_help=_GROUP)
def remember(context: Context, parsed: argparse.Namespace) -> Any:
    context.call("workspace.remember")
    return {"keyring": True}


@command("workspace forget-keyring", mark("不再用系统钥匙串打开"), group_help=_GROUP)
def forget_keyring(context: Context, parsed: argparse.Namespace) -> Any:
    context.call("workspace.forget_keyring")
    return {"keyring": False}


def _reserve(path: Path) -> None:
    """See that the recovery code can be written before there is one, and that no other code is overwritten.

    Raises Refused("cli.recovery_file_exists") or the disk's fault.
    """
    with world_faults(path):
        if path.exists() and path.stat().st_size:
            raise Refused("cli.recovery_file_exists", file=str(path))
    write_private(path, b"")


def _new_secret(context: Context, parsed: argparse.Namespace) -> str:
    if parsed.new_passphrase_file:
        return read_secret(parsed.new_passphrase_file)
    return context.ask(tr("新口令："), confirm=True)
