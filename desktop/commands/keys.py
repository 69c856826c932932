"""Commands about the ways into a workspace: people, passphrases, recovery code, keyring, data key, which copy it is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from db.files import write_private
from desktop.commands.context import Context, read_secret
from desktop.commands.registry import command
from desktop.commands.telling import table, tell, told
from desktop.commands.workspace import GROUP, reserve
from policy.errors import Refused
from policy.i18n import labelled, listed, mark, tr


def _new_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--new-passphrase-file", metavar="FILE")


@command(
    "workspace change-passphrase",
    mark("更换口令"),
    arguments=_new_passphrase,
    show=told(mark("口令已更换；原来的口令不能再打开本工作区。")),
    group_help=GROUP,
)
def change_passphrase(context: Context, parsed: argparse.Namespace) -> Any:
    old = _own(context)
    return context.run("workspace.change_passphrase", passphrase=old, new_passphrase=_new_secret(context, parsed))


def _recover_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recovery-file", metavar="FILE")
    parser.add_argument("--person", default="", metavar="NAME")
    _new_passphrase(parser)


def _show_code(answer: Any) -> str:
    """The only time a new code is shown, or where it was written."""
    lines = [tr("新口令已设置。")] if "slot" in answer else []
    if code := answer.get("recovery_code"):
        lines.append(labelled(tr("新的恢复码"), code))
    if file := answer.get("recovery_file"):
        lines.append(labelled(tr("恢复码存于"), file))
    return "\n".join([*lines, tr("原来的恢复码作废；请把新的打印后放进保险柜。")])


@command(
    "workspace recover",
    mark("用恢复码打开并设置新口令"),
    arguments=_recover_arguments,
    show=_show_code,
    group_help=GROUP,
)
def recover(context: Context, parsed: argparse.Namespace) -> Any:
    code = read_secret(parsed.recovery_file) if parsed.recovery_file else context.ask(tr("恢复码："))
    context.run("workspace.open", folder=context.workspace, recovery_code=code)
    holder = _holder(context, parsed.person) if parsed.person else ""
    return context.run("workspace.reset_passphrase", new_passphrase=_new_secret(context, parsed), holder=holder)


def _people_text(answer: list[dict[str, Any]]) -> str:
    rows = []
    for person in answer:
        remarks = [tr("本人")] if person["own"] else []
        remarks += [tr("系统钥匙串已记住")] if person["keyring"] else []
        remarks += [tr("口令部分有损坏：请修复钥匙文件")] if person["damaged"] else []
        rows.append((person["name"], person["post"] or "", person["since"] or "", listed(remarks), person["holder"]))
    return table((tr("姓名"), tr("岗位"), tr("自"), tr("说明"), tr("编号")), rows)


@command(
    "workspace people", mark("持有口令的人"), show=_people_text, list_name="people", group_help=GROUP
)  # fmt: skip
def people(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("keys.list")


def _person_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--post", default="", metavar="POST")
    _new_passphrase(parser)


@command(
    "workspace add-person",
    mark("给一个人自己的口令"),
    arguments=_person_arguments,
    show_asked=lambda _answer, parsed: tr("{name}有了自己的口令。", name=parsed.name),
    group_help=GROUP,
)
def add_person(context: Context, parsed: argparse.Namespace) -> Any:
    context.call("keys.list")  # opened first: a wrong passphrase is known before a new one is typed
    secret = _new_secret(context, parsed)
    return context.run("keys.add_person", name=parsed.name, post=parsed.post, new_passphrase=secret)


@command(
    "workspace remove-person",
    mark("移除一个人的口令"),
    arguments=lambda parser: _name(parser),
    show=told(mark("{name}的口令已移除。")),
    group_help=GROUP,
)
def remove_person(context: Context, parsed: argparse.Namespace) -> Any:
    holder = _holder(context, parsed.name)
    answer = context.run("keys.remove_person", holder=holder)
    context.say(tr("从前拷走的钥匙文件和副本仍能用原来的口令打开；要收回今后的内容，请更换数据密钥（rotate-key）。"))
    return answer


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")


def _rotate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remove", action="append", default=[], metavar="NAME")
    parser.add_argument("--new-recovery-file", metavar="FILE")


def _show_rotated(answer: Any) -> str:
    lines = [tell(mark("数据密钥已更换，{files} 个文件已重新加密。"), answer)]
    if answer["removed"]:
        lines.append(labelled(tr("不再能打开的人"), listed(answer["removed"])))
    if answer["unreadable"]:
        lines.append(labelled(tr("原来就已损坏、没有换钥的文件"), listed(answer["unreadable"])))
    if file := answer.get("recovery_file"):
        lines.append(labelled(tr("恢复码存于"), file))
    return "\n".join(lines)


@command(
    "workspace rotate-key",
    mark("更换数据密钥，真正收回权限"),
    arguments=_rotate_arguments,
    show=_show_rotated,
    group_help=GROUP,
)
def rotate_key(context: Context, parsed: argparse.Namespace) -> Any:
    new_code = Path(parsed.new_recovery_file) if parsed.new_recovery_file else None
    if new_code:
        reserve(new_code)
    passphrase = _own(context)
    leaving = {_holder(context, name) for name in parsed.remove}
    known = context.run("keys.list")
    if any(person["own"] and person["holder"] in leaving for person in known):
        raise Refused("keys.own")
    keep = [person["holder"] for person in known if person["holder"] not in leaving]
    answer = context.run("workspace.rotate_key", passphrase=passphrase, keep=keep, keep_recovery=new_code is None)
    if new_code:
        made = context.run("keys.replace_recovery", passphrase=passphrase)
        answer["recovery_file"] = _written(new_code, made["recovery_code"])
    context.say(tr("从前拷走的副本和备份，当时能打开的人现在仍能打开。"))
    return answer


def _code_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recovery-file", metavar="FILE")


@command(
    "workspace replace-recovery",
    mark("换一个新的恢复码"),
    arguments=_code_arguments,
    show=_show_code,
    group_help=GROUP,
)
def replace_recovery(context: Context, parsed: argparse.Namespace) -> Any:
    file = Path(parsed.recovery_file) if parsed.recovery_file else None
    if file:
        reserve(file)
    answer = context.run("keys.replace_recovery", passphrase=_own(context))
    if file:
        return {"recovery_file": _written(file, answer["recovery_code"])}
    return answer


@command(
    "workspace remember",
    mark("让系统钥匙串能打开本工作区"),
    show=told(mark("系统钥匙串已记住，在这台电脑上打开本工作区不再问口令。")),
    group_help=GROUP,
)
def remember(context: Context, parsed: argparse.Namespace) -> Any:
    context.call("workspace.remember")
    return {"keyring": True}


@command(
    "workspace forget-keyring",
    mark("不再用系统钥匙串打开"),
    show=told(mark("系统钥匙串不再打开本工作区；以后要输入口令。")),
    group_help=GROUP,
)
def forget_keyring(context: Context, parsed: argparse.Namespace) -> Any:
    context.call("workspace.forget_keyring")
    return {"keyring": False}


def _show_mended(answer: Any) -> str:
    if not answer["problems"]:
        return tr("钥匙文件和它的副本没有损坏，已重新写好。")
    files = listed(dict.fromkeys(problem["file"] for problem in answer["problems"]))
    return tr("已修复 {n} 处损坏，钥匙文件和它的副本已重新写好：{files}", n=len(answer["problems"]), files=files)


@command("workspace mend-keys", mark("修复钥匙文件和它的副本"), show=_show_mended, group_help=GROUP)
def mend_keys(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("keys.mend")


_SETTLED = {
    "moved": mark("已记下：原来那份不再使用，今后用这一份。"),
    "forked": mark("已记下：两份都用，这一份今后有自己的编号。"),
}


def _settle_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("how", choices=("moved", "forked"))


@command(
    "workspace settle",
    mark("拷贝来的工作区：原来那份不再使用（moved），或两边都用（forked）"),
    arguments=_settle_arguments,
    show_asked=lambda _answer, parsed: tr(_SETTLED[parsed.how]),
    group_help=GROUP,
)
def settle(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("replica.settle", how=parsed.how)


def _own(context: Context) -> str:
    """The passphrase of who asks, which opens the workspace and is asked for by the service again."""
    passphrase = context.passphrase()
    context.run("workspace.open", folder=context.workspace, passphrase=passphrase)
    return passphrase


def _holder(context: Context, name: str) -> str:
    """Whose passphrase is meant, by name or holder; raises Refused("keys.unknown_person")."""
    for person in context.call("keys.list"):
        if name in (person["name"], person["holder"]):
            return str(person["holder"])
    raise Refused("keys.unknown_person")


def _written(file: Path, code: str) -> str:
    write_private(file, (code + "\n").encode())
    return str(file)


def _new_secret(context: Context, parsed: argparse.Namespace) -> str:
    if parsed.new_passphrase_file:
        return read_secret(parsed.new_passphrase_file)
    return context.ask(tr("新口令："), confirm=True)
