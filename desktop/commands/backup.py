"""Commands around backups: make one, say where they go, list them, bring one back.

A command never makes a backup by itself: a script ends when its work is done, and `backup` can be put into a timetable.
"""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context, read_secret
from desktop.commands.registry import command
from desktop.services.backups import moment
from policy.i18n import mark, tr


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?")


@command("backup", mark("备份到所选文件夹，或到一个文件"), arguments=_backup_arguments)
def backup(context: Context, parsed: argparse.Namespace) -> Any:
    answer = context.call("backup.make", file=parsed.file) if parsed.file else context.call("backup.now")
    if answer["missing"]:
        context.say(tr("有 {n} 个文件缺失或已损坏，没有进入备份；其余都在。", n=len(answer["missing"])))
    if not parsed.file and context.call("backup.last")["same_disk"]:
        context.say(tr("这份备份与工作区在同一块盘上，盘坏了会一起丢失；请用 backup-folder 选择另一块盘。"))
    return answer


def _listed(answer: Any) -> str:
    return "\n".join(
        f"{moment(row['at_ms'])}  {'—' if row['bytes'] is None else row['bytes']:>14}  {row['path']}" for row in answer
    )


def _folder_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", nargs="?", default="")


@command("backups", mark("列出备份，最近的在前"), arguments=_folder_arguments, show=_listed, list_name="backups")
def backups(context: Context, parsed: argparse.Namespace) -> Any:
    if parsed.folder:
        return context.run("backup.snapshots", folder=parsed.folder)
    return context.call("backup.snapshots")


def _choose_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", nargs="?")
    parser.add_argument("--own", action="store_true", help=tr("回到工作区自己的文件夹"))


@command("backup-folder", mark("备份放在哪里；给出文件夹则改到那里"), arguments=_choose_arguments)
def backup_folder(context: Context, parsed: argparse.Namespace) -> Any:
    if parsed.folder or parsed.own:
        return context.call("backup.folder", folder="" if parsed.own else parsed.folder)
    return context.call("backup.last")


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=tr("备份文件，或一份备份的文件夹"))
    parser.add_argument("folder", metavar="DIR", help=tr("新文件夹"))
    parser.add_argument("--recovery-file", metavar="FILE", help=tr("用恢复码代替口令"))
    parser.add_argument("--skip-damaged", action="store_true", help=tr("略过已损坏或缺失的佐证文件"))


@command("restore", mark("从备份恢复到新文件夹"), arguments=_restore_arguments)
def restore(context: Context, parsed: argparse.Namespace) -> Any:
    by_code = parsed.recovery_file is not None
    return context.run(
        "backup.restore",
        file=parsed.file,
        folder=parsed.folder,
        passphrase=None if by_code else context.passphrase(),
        recovery_code=read_secret(parsed.recovery_file) if by_code else None,
        skip_damaged=parsed.skip_damaged,
    )
