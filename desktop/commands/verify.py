"""Commands for a workspace that may be damaged: check it, and take what can be read into a new one."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from policy.errors import Exit
from policy.i18n import mark, tr


@command("workspace verify", mark("检查数据、佐证、待发箱和操作记录链"), show=lambda answer: _checked(answer))
def verify(context: Context, parsed: argparse.Namespace) -> Any:
    answer = context.run_with_key("workspace.verify", folder=context.workspace)
    if not answer["ok"]:
        parsed.exit_code = Exit.WORLD
    return answer


def _target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="DIR")


@command(
    "workspace rescue",
    mark("把损坏的工作区里还能读的内容取到新文件夹"),
    arguments=_target,
    show=lambda answer: "\n".join(answer["report"]),
)
def rescue(context: Context, parsed: argparse.Namespace) -> Any:
    return context.run_with_key("workspace.rescue", folder=context.workspace, target=parsed.target)


def _checked(answer: dict[str, Any]) -> str:
    usable = answer["usable"]
    lines = [problem["sentence"] for problem in answer["problems"]]
    if answer["ok"]:
        lines.append(
            tr("检查通过：{files} 个文件、{packages} 个报送包。", files=answer["files"], packages=answer["packages"])
        )
    else:
        lines.append(tr("可以打开") if usable["opens"] else tr("打不开"))
        lines.append(
            tr(
                "完好的有 {files} 个文件（共 {all_files} 个）、{packages} 个报送包（共 {all_packages} 个）。",
                files=usable["files"],
                all_files=answer["files"],
                packages=usable["packages"],
                all_packages=answer["packages"],
            )
        )
    if answer["unused"]:
        lines.append(tr("没有记录引用的文件（不影响使用）：{n} 个。", n=len(answer["unused"])))
    return "\n".join(lines)
