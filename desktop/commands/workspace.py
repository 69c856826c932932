"""Commands around the workspace as a whole: make one, and what it is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from db.files import world_faults, write_private
from desktop.commands.context import Context
from desktop.commands.registry import command
from desktop.kindsofdesk import KINDS as OFFERED
from desktop.messages import sentence
from policy.errors import Refused
from policy.i18n import bracketed, labelled, listed, mark, tr

GROUP = mark("工作区：建立、查看、检查、口令")
KINDS = ("incubator", "agency", "university", "academy", "office", "both")


def _create_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--organisation", required=True, metavar="NAME")
    parser.add_argument("--kind", action="append", choices=KINDS, default=None)
    parser.add_argument("--person", default="", metavar="NAME")
    parser.add_argument("--recovery-file", metavar="FILE")
    parser.add_argument("--sample", action="store_true", help=tr("装入示例数据"))


def _create_text(answer: dict[str, Any]) -> str:
    lines = [labelled(tr("编号"), answer["workspace"])]
    if code := answer.get("recovery_code"):
        lines.append(labelled(tr("恢复码"), code))
    if file := answer.get("recovery_file"):
        lines.append(labelled(tr("恢复码存于"), file))
    if counts := answer.get("sample"):
        lines.append(labelled(tr("示例数据"), tr("{n} 条记录", n=sum(counts.values()))))
    return "\n".join(lines)


@command("workspace create", mark("建立新的工作区"), arguments=_create_arguments, show=_create_text, group_help=GROUP)
def create(context: Context, parsed: argparse.Namespace) -> dict[str, Any]:
    kinds = parsed.kind or ["incubator"]
    kinds = ["incubator", "agency"] if "both" in kinds else kinds
    if parsed.recovery_file:
        reserve(Path(parsed.recovery_file))
    if drive := context.run("workspace.place", folder=parsed.folder)["cloud_drive"]:
        context.say(sentence("warn.cloud_drive", {"drive": drive}))
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
        answer["sample"] = context.run("sample.load")["counts"]
    context.say(tr("请把恢复码打印后放进保险柜；忘记口令时只有它能打开工作区。国家秘密一律不得录入本程序。"))
    return answer


def _info_text(answer: dict[str, Any]) -> str:
    kinds, rows = len(answer["records"]), sum(item["rows"] for item in answer["records"])
    person = answer["person"] or tr("没有登记")
    audit = answer["audit"]
    lines = (
        labelled(tr("单位"), answer["organisation"]["name"]),
        labelled(tr("文件夹"), answer["folder"]),
        labelled(tr("编号"), answer["workspace"]),
        labelled(tr("操作人"), bracketed(person, tr("用恢复码打开") if answer["by_recovery"] else "")),
        labelled(tr("系统钥匙串"), tr("已记住") if answer["keyring"] else tr("没有记住")),
        labelled(tr("记录"), tr("{rows} 条，{kinds} 类（逐类：fuzhuan kinds）", rows=f"{rows:,}", kinds=kinds)),
        labelled(tr("大小"), f"{answer['bytes'] / 1e6:.1f} MB"),
        labelled(tr("数据版本"), answer["schema"]),
        labelled(tr("操作记录链"), tr("{n} 条，末值 {head}", n=audit["length"], head=audit["head"][:16])),
    )
    notice = tr("示例工作区：全部为虚构数据，不能用于申报 · 按 {day} 计算", day=answer["today"] or "—")
    return "\n".join(([notice] if answer["sample"] else []) + list(lines))


@command("workspace info", mark("记录数、版本和大小"), show=_info_text, group_help=GROUP)
def info(context: Context, parsed: argparse.Namespace) -> Any:
    answer: dict[str, Any] = context.call("workspace.info")
    answer["records"] = [item for item in context.run("records.kinds") if item["rows"]]
    question = answer["replica"]["question"]
    if question is not None:
        code = "replica.question_other" if question["computer"] == "other" else "replica.question_same"
        context.say(sentence(code, question))
        context.say(sentence("replica.consequences"))
    for caution in answer["cautions"]:
        context.say(sentence(caution["code"], caution["params"]))
    return answer


def reserve(path: Path) -> None:
    """See that the recovery code can be written before there is one, and that no other code is overwritten.

    Raises Refused("cli.recovery_file_exists") or the disk's fault.
    """
    with world_faults(path):
        if path.exists() and path.stat().st_size:
            raise Refused("cli.recovery_file_exists", file=str(path))
    write_private(path, b"")


def _kinds_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", nargs="+", metavar="KIND")


def _show_kinds(answer: Any) -> str:
    return labelled(tr("本单位是"), listed(tr(label) for kind, label in OFFERED if kind in answer["kinds"]))


@command(
    "workspace kinds",
    mark("本单位是哪几类（决定出现哪些页面）"),
    arguments=_kinds_arguments,
    show=_show_kinds,
    group_help=GROUP,
)
def set_kinds(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("workspace.set_kinds", kinds=parsed.kind)
