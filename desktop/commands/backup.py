"""Commands around backups: make one, say where they go, list them, bring one back.

A command never makes a backup by itself: a script ends when its work is done, and `backup` can be put into a timetable.
"""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context, read_secret
from desktop.commands.registry import command
from desktop.commands.telling import table
from desktop.messages import sentence
from desktop.models.format import size
from desktop.services.backups import moment
from policy.i18n import labelled, listed, mark, tr


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?")


def _show_made(answer: Any) -> str:
    made = tr("已备份到 {place}，{size}。", place=answer.get("file") or answer["snapshot"], size=size(answer["bytes"]))
    return "\n".join((made, *(f"  {name}" for name in answer["missing"])))


@command("backup", mark("备份到所选文件夹，或到一个文件"), arguments=_backup_arguments, show=_show_made)
def backup(context: Context, parsed: argparse.Namespace) -> Any:
    answer = context.call("backup.make", file=parsed.file) if parsed.file else context.call("backup.now")
    if answer["missing"]:
        context.say(tr("有 {n} 个文件缺失或已损坏，没有进入备份；其余都在。", n=len(answer["missing"])))
    if not parsed.file and context.call("backup.last")["same_disk"]:
        context.say(tr("这份备份与工作区在同一块盘上，盘坏了会一起丢失；请用 backup-folder 选择另一块盘。"))
    return answer


def _listed(answer: Any) -> str:
    rows = [
        (moment(row["at_ms"]), "—" if row["bytes"] is None else size(row["bytes"]), str(row["path"])) for row in answer
    ]
    return table((), rows, right=(1,)) or tr("还没有备份。")


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


def _show_state(answer: Any) -> str:
    lines = [
        labelled(tr("备份放在"), answer["place"]),
        labelled(tr("最近一次"), moment(answer["at_ms"]) if answer["at_ms"] else tr("还没有备份过")),
    ]
    if answer["missing"]:
        lines.append(tr("有 {n} 个文件缺失或已损坏，没有进入备份；其余都在。", n=answer["missing"]))
    if answer["failed"]:
        lines.append(labelled(tr("上次没有备份成"), sentence(answer["failed"], answer["params"])))
    if answer["same_disk"]:
        lines.append(tr("它与工作区在同一块盘上，盘坏了会一起丢失；请选择另一块盘上的文件夹。"))
    return "\n".join(lines)


@command("backup-folder", mark("备份放在哪里；给出文件夹则改到那里"), arguments=_choose_arguments, show=_show_state)
def backup_folder(context: Context, parsed: argparse.Namespace) -> Any:
    if parsed.folder or parsed.own:
        return context.call("backup.folder", folder="" if parsed.own else parsed.folder)
    return context.call("backup.last")


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=tr("备份文件，或一份备份的文件夹"))
    parser.add_argument("folder", metavar="DIR", help=tr("新文件夹"))
    parser.add_argument("--recovery-file", metavar="FILE", help=tr("用恢复码代替口令"))
    parser.add_argument("--skip-damaged", action="store_true", help=tr("略过已损坏或缺失的佐证文件"))


def _show_restored(answer: Any) -> str:
    lines = [tr("已恢复到 {folder}。", folder=answer["folder"])]
    if answer["made_at"] is not None:
        lines.append(labelled(tr("备份时间"), moment(answer["made_at"])))
    if answer["skipped"]:
        lines.append(labelled(tr("已损坏或缺失、没有恢复的文件"), listed(answer["skipped"])))
    return "\n".join(lines)


@command("restore", mark("从备份恢复到新文件夹"), arguments=_restore_arguments, show=_show_restored)
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
