"""Backups by themselves: once a day, on closing what has changed, and never in the way."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.runtime.client import Reply, StoreClient
from desktop.services import autobackup, backupstate
from tests.store.backuphelp import closing_child, sets

DAY = 86_400_000


@pytest.fixture
def process(folder: Path, template) -> Iterator[Any]:
    """`process()` opens the workspace in a store process: (client, call)."""
    clients: list[StoreClient] = []

    def start() -> tuple[StoreClient, Any]:
        client = StoreClient()
        clients.append(client)
        replies: dict[int, Reply] = {}
        heard = threading.Condition()

        def listen(reply: Reply) -> None:
            with heard:
                replies[reply.number] = reply
                heard.notify_all()

        client.listener = listen

        def call(name: str, **parameters: Any) -> Any:
            number = client.request(name, **parameters)
            with heard:
                assert heard.wait_for(lambda: number in replies and replies[number].kind != "progress", 30)
            assert replies[number].kind == "result", replies[number].value
            return replies[number].value

        call("workspace.open", folder=str(folder), recovery_code=template.recovery_code)
        return client, call

    yield start
    for client in clients:
        client.close(backup=False)


def test_closing_backs_up_what_is_new_and_only_that(process, folder: Path):
    client, call = process()
    call("records.add", kind="firm", values={"name": "甲公司"})
    client.close()
    (first,) = sets(folder / "backups")
    client, call = process()
    assert call("backup.last")["folder"] == str(folder / "backups")
    client.close()
    assert sets(folder / "backups") == [first]
    client, call = process()
    call("records.add", kind="firm", values={"name": "乙公司"})
    client.close(backup=False)  # the computer goes to sleep
    assert sets(folder / "backups") == [first]
    client, call = process()
    client.close()  # made up for
    assert len(sets(folder / "backups")) == 2


def test_a_window_that_died_leaves_the_workspace_free_at_once(process, folder: Path):
    client, call = process()
    call("records.add", kind="firm", values={"name": "甲公司"})
    with socket.socket(fileno=os.dup(client._connection.fileno())) as ours:
        ours.shutdown(socket.SHUT_RDWR)
    client._process.join(20)
    assert client._process.exitcode == 0 and sets(folder / "backups") == []


def test_closing_waits_for_a_backup_that_goes_on_and_not_for_one_that_hangs(monkeypatch):
    monkeypatch.setattr("desktop.runtime.client.serve", closing_child)
    monkeypatch.setattr("desktop.runtime.client._SILENCE", 0.8)
    for how, ended in (("goes on", 0), ("hangs", -signal.SIGKILL)):
        client = StoreClient(how)
        begun = time.monotonic()
        client.close(10.0)
        assert client._process.exitcode == ended and 1 <= time.monotonic() - begun < 8
    monkeypatch.setattr("desktop.runtime.client._LONGEST", 0.5)
    client = StoreClient("goes on")
    client.close(10.0)
    assert client._process.exitcode == -signal.SIGKILL


def test_once_a_day_while_it_is_open(session, ws, monkeypatch):
    watch, looks = autobackup.AutoBackup(session, look_seconds=0.01), []
    real = watch._is_due
    monkeypatch.setattr(watch, "_is_due", lambda ws: looks.append(real(ws)) or looks[-1])
    watch.start()
    try:
        _until(lambda: len(looks) > 1)
        assert len(sets(ws.folder / "backups")) == 1
        with backupstate.changing(ws) as state:
            state.at_ms = 1  # long ago by the clock, which anybody can set
        seen = len(looks)
        _until(lambda: len(looks) > seen + 2)
    finally:
        watch.finish(None)
    assert looks.count(True) == 1 and len(sets(ws.folder / "backups")) == 1


def _until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("ago", [DAY // 2, DAY + 1000, -2 * DAY])
def test_the_day_is_counted_from_the_last_good_one(session, ws, ago: int):
    with backupstate.changing(ws) as state:
        state.at_ms = time.time_ns() // 1_000_000 - ago
    watch = autobackup.AutoBackup(session)
    assert watch._is_due(ws) is (ago != DAY // 2)
    assert not watch._is_due(ws)
