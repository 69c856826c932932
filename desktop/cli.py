"""`fuzhuan`: every use case without a window, over the same services as the pages.

Text for people goes to stdout; with --json one JSON object and nothing else. Messages and progress go to stderr.
Exit codes are those of `policy.errors.Exit`. Secrets are never arguments.
"""

from __future__ import annotations

import argparse
import json
import locale
import os
import re
import sys
from collections.abc import Sequence
from typing import Any

from desktop import crash
from desktop.commands import load_commands, usage
from desktop.commands.context import Context
from desktop.commands.registry import COMMANDS
from desktop.messages import explain, harmless
from policy import i18n
from policy.errors import Exit, Fault, Usage, WorldFault
from policy.i18n import tr

_C1 = re.compile("[\x7f-\x9f]")  # controls that JSON leaves as they are


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.umask(0o077)
    crash.no_core_dumps()
    _utf8_streams()
    words = list(sys.argv[1:] if arguments is None else arguments)
    i18n.set_language(_language(words))
    try:
        parsed = _parser().parse_args(words)
    except SystemExit as stop:  # argparse has said why
        return int(stop.code or 0)
    except Fault as fault:
        return _fail(fault, argparse.Namespace(json="--json" in words))
    context = Context(parsed)
    try:
        answer = COMMANDS[parsed.command].run(context, parsed)
        if answer is not None:
            _print(answer, parsed)
        return int(getattr(parsed, "exit_code", Exit.DONE))
    except Fault as fault:
        return _fail(fault, parsed)
    except KeyboardInterrupt:
        sys.stderr.write(tr("已取消，没有改动。") + "\n")
        return int(Exit.WORLD)
    except InterruptedError:
        sys.stderr.write(tr("已取消，没有改动。") + "\n")
        return int(Exit.WORLD)
    except BrokenPipeError:
        return int(Exit.WORLD)
    except MemoryError:
        return _fail(WorldFault("world.memory"), parsed)
    except UnicodeEncodeError as error:
        garbled = next((word for word in words if any("\ud800" <= char <= "\udfff" for char in word)), None)
        if garbled is None:
            return _bug(error)
        return _fail(Usage("cli.not_text", text=garbled[:60]), parsed)  # a file may be called so, no record
    except Exception as error:  # noqa: BLE001 - a bug: say so, with the trace but without values
        return _bug(error)
    finally:
        context.close()


def _bug(error: Exception) -> int:
    sys.stderr.write(tr("程序出错（缺陷）；已保存的内容没有丢失，请把下面的信息发给我们。") + "\n")
    sys.stderr.write(crash.describe(error) + "\n")
    return int(Exit.BUG)


def _parser() -> argparse.ArgumentParser:
    load_commands()
    usage.speak()
    parser = usage.Parser(prog="fuzhuan", description=tr("孵转台：孵化载体与技术转移机构的离线工作台"))
    parser.add_argument("--workspace", metavar="DIR", help=tr("工作区文件夹（或环境变量 FUZHUAN_WORKSPACE）"))
    parser.add_argument(
        "--passphrase-file", metavar="FILE", help=tr("口令文件（或环境变量 FUZHUAN_PASSPHRASE_FILE，否则询问）")
    )
    parser.add_argument("--json", action="store_true", help=tr("只在标准输出给出一个 JSON 对象"))
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=tr("界面语言"))
    groups: dict[str, Any] = {"": parser.add_subparsers(dest="word", metavar="COMMAND", required=True)}
    for name, command in COMMANDS.items():
        head, _, tail = name.partition(" ")
        if tail and head not in groups:
            group = groups[""].add_parser(head, help=tr(command.group_help))
            groups[head] = group.add_subparsers(dest="second", metavar="WHAT", required=True)
        under = groups[head if tail else ""]
        child = under.add_parser(tail or head, help=tr(command.help), description=tr(command.help))
        child.set_defaults(command=name)
        # the general options are understood after the command too
        child.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        child.add_argument("--workspace", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        child.add_argument("--passphrase-file", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        child.add_argument("--lang", choices=i18n.LANGUAGES, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        command.arguments(child)
        child.explain()
    return parser


def _print(answer: Any, parsed: argparse.Namespace) -> None:
    if parsed.json:
        document = answer if isinstance(answer, dict) else {COMMANDS[parsed.command].list_name: answer}
        text = json.dumps(document, ensure_ascii=False, default=_plain)
        sys.stdout.write(_C1.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")
    else:  # what came from others steers no terminal
        parts = re.split(r"([\t\n])", COMMANDS[parsed.command].show(answer, parsed).rstrip("\n"))
        sys.stdout.write("".join(part if part in ("\t", "\n") else harmless(part, len(part)) for part in parts) + "\n")
    sys.stdout.flush()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple | set | frozenset) else str(value)


def _fail(fault: Fault, parsed: argparse.Namespace) -> int:
    message = explain(fault)
    if parsed.json:
        error = {"error": {"code": fault.code, "message": message}, "exit": int(fault.exit_code)}
        sys.stdout.write(json.dumps(error, ensure_ascii=False) + "\n")
    sys.stderr.write(message + "\n")
    return int(fault.exit_code)


def _language(words: Sequence[str]) -> str:
    """The language asked for, before argparse speaks; else the system's."""
    asked = ""
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            asked = words[place + 1]
        elif word.startswith("--lang="):
            asked = word.partition("=")[2]
    if asked:
        return asked
    system = (os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or "").lower()
    return "en" if system.startswith("en") else "zh"


def _utf8_streams() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
