"""Requests to a store process that is gone: told as a fault to whoever asked, never raised into a click."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from desktop.ops import Ops
from desktop.runtime.client import StoreClient
from policy.errors import Fault


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
