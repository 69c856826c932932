"""The list of commands: name, help, arguments, what runs and how the answer is shown."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.commands.context import Context


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `show` turns its answer, and what was asked for, into text for people; `list_name` names a list in
    the JSON answer."""

    name: str
    help: str
    run: Callable[[Context, argparse.Namespace], Any]
    arguments: Callable[[argparse.ArgumentParser], None]
    show: Callable[[Any, argparse.Namespace], str]
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
    show_asked: Callable[[Any, argparse.Namespace], str] | None = None,
    list_name: str = "results",
    group_help: str = "",
) -> Callable[[Run], Run]:
    """Register a command; `name` may be two words.

    Its text comes from `show`, or from `show_asked` where the answer alone does not say enough. There is no text for
    a command that brings none: raises TypeError.
    """
    if show is not None and show_asked is None:
        text = _unasked(show)
    elif show is None and show_asked is not None:
        text = show_asked
    else:
        raise TypeError(f"{name}: one of show and show_asked")

    def decorate(run: Run) -> Run:
        COMMANDS[name] = Command(name, help, run, arguments, text, list_name, group_help)
        return run

    return decorate


def _unasked(show: Callable[[Any], str]) -> Callable[[Any, argparse.Namespace], str]:
    return lambda answer, _parsed: show(answer)
