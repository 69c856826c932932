"""The list of commands: name, help, arguments, what runs and how the answer is shown."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.commands.context import Context


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `show` turns its answer into text for people; `list_name` names a list in the JSON answer."""

    name: str
    help: str
    run: Callable[[Context, argparse.Namespace], Any]
    arguments: Callable[[argparse.ArgumentParser], None]
    show: Callable[[Any], str]
    list_name: str
    group_help: str


COMMANDS: dict[str, Command] = {}
Run = Callable[["Context", argparse.Namespace], Any]


def command(
    name: str,
    help: str,
    *,
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _parser: None,
    show: Callable[[Any], str] | None = None,
    list_name: str = "results",
    group_help: str = "",
) -> Callable[[Run], Run]:
    """Register a command; `name` may be two words."""

    def decorate(run: Run) -> Run:
        COMMANDS[name] = Command(name, help, run, arguments, show or plain_text, list_name, group_help)
        return run

    return decorate


def plain_text(answer: Any) -> str:
    """An answer without a text of its own: one line per value."""
    if isinstance(answer, str):
        return answer
    if isinstance(answer, list):
        return "\n".join(plain_text(item).replace("\n", "  ") for item in answer)
    if isinstance(answer, dict):
        return "\n".join(f"{key}: {_value(value)}" for key, value in answer.items() if key != "changes")
    return str(answer)


def _value(value: Any) -> str:
    if value is None:
        return "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
