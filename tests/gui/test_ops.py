"""Requests and who hears of them: of several for one place the last alone, and a fault where the process is gone."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.ops import Ops
from desktop.runtime.client import Reply, StoreClient
from desktop.services import load_services
from desktop.services.registry import in_turn
from policy.errors import Fault, Usage


class _Told:
    """Stands where the store process does, and answers what and when the test says."""

    def __init__(self) -> None:
        self.listener: Callable[[Reply], None] = lambda _reply: None
        self.cancelled: list[int] = []
        self._numbers = itertools.count(1)

    def request(self, _name: str, /, **_parameters: Any) -> int:
        return next(self._numbers)

    def cancel(self, number: int) -> None:
        self.cancelled.append(number)

    def answer(self, number: int, value: Any, kind: str = "result") -> None:
        self.listener(Reply(number, kind, value))


@pytest.fixture
def told(qtbot: QtBot) -> tuple[Ops, _Told, QObject]:
    client = _Told()
    return Ops(client), client, QObject()  # type: ignore[arg-type]  # what Ops uses of it


def test_of_two_requests_for_one_place_the_later_is_answered(told: tuple[Ops, _Told, QObject], qtbot: QtBot) -> None:
    ops, client, owner = told
    heard: list[Any] = []
    ended: list[int] = []
    ops.faulted.connect(heard.append)
    ops.finished.connect(lambda ticket: ended.append(ticket.number))

    def ask(place: str, title: str = "", of: QObject = owner) -> int:
        return ops.run(
            "x", owner=of, place=place, title=title, on_result=heard.append, on_fault=heard.append,
            on_progress=lambda *told: heard.append(told), on_cancelled=lambda: heard.append("cancelled"),
        ).number  # fmt: skip

    first, second, third = ask("list"), ask("list", "reading"), ask("list")
    assert client.cancelled == [second], "what is shown as under way is stopped; a short question just runs out"
    client.answer(second, (1, 2, ""), "progress")
    client.answer(third, "third")
    client.answer(first, Usage("late"), "fault")
    assert ops.busy()
    client.answer(second, None, "cancelled")
    qtbot.waitUntil(lambda: not ops.busy())
    assert heard == ["third"]
    assert ended == [second], "the task shown ends"

    others = QObject()
    for number, value in ((ask("list"), "a"), (ask("other"), "b"), (ask("list", of=others), "c"), (ask(""), "d")):
        client.answer(number, value)
    plain = ask("")
    ask("")
    client.answer(plain, "e")
    qtbot.waitUntil(lambda: heard[1:] == ["a", "b", "c", "d", "e"])


def test_what_is_forgotten_is_not_told_but_what_it_changed_is(told: tuple[Ops, _Told, QObject], qtbot: QtBot) -> None:
    ops, client, owner = told
    heard: list[Any] = []
    changed: list[Any] = []
    ops.faulted.connect(heard.append)
    ops.changed.connect(changed.append)
    answered = {name: ops.run(name, owner=owner, place=name, on_result=heard.append).number for name in "abc"}
    failed = ops.run("d", owner=owner, place="d").number
    ops.forget(owner, "a", "b", "d")
    ops.forget(QObject(), "c")
    client.answer(answered["a"], {"changes": {"records": {"firm": ["1"]}}})
    client.answer(answered["b"], "b")
    client.answer(failed, Usage("late"), "fault")
    client.answer(answered["c"], "c")
    qtbot.waitUntil(lambda: not ops.busy())
    assert heard == ["c"]
    assert [one["records"] for one in changed] == [{"firm": ["1"]}]


def test_no_write_is_asked_for_a_place(checkout: Path) -> None:
    """What was saved is told, though something else is saved after it; only its trial may be overtaken."""
    load_services()
    asked = []
    for file in (checkout / "desktop").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for call in ast.walk(ast.parse(text)) if "place=" in text or ".ask(" in text else ():
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not call.args:
                continue
            name, given = call.args[0], {keyword.arg for keyword in call.keywords}
            placed = "place" in given or (call.func.attr == "ask" and "pages" in file.parts)
            if placed and isinstance(name, ast.Constant) and isinstance(name.value, str) and "dry_run" not in given:
                asked.append((file.name, name.value))
    assert len(asked) > 50
    assert [one for one in asked if in_turn(one[1])] == []


def test_a_request_to_a_dead_process_is_answered_like_any_other(qtbot: Any) -> None:
    client = StoreClient()
    ops, owner = Ops(client), QObject()
    told: list[Fault] = []
    ended: list[str] = []
    ops.faulted.connect(told.append)
    ops.finished.connect(lambda ticket: ended.append(ticket.name))
    try:
        client._process.kill()
        client._reader.join(30)
        ops.run("workspace.info", owner=owner, title="x", on_fault=told.append)
        ops.run("workspace.counts", owner=owner)
        assert told == [] and ops.busy()
        qtbot.waitUntil(lambda: len(told) == 2)
        assert [fault.code for fault in told] == ["store.process_gone"] * 2
        assert ended == ["workspace.info"] and not ops.busy()
    finally:
        ops.close()
