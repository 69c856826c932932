"""The store process as the window meets it: bugs arrive without values, and nobody waits for a process that is gone."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.runtime.client import Reply, StoreClient
from desktop.runtime.storeproc import StoreServer
from policy.errors import WorldFault

SECRET = "某某科技 13800001234"


@pytest.fixture
def client() -> Iterator[StoreClient]:
    found = StoreClient()
    yield found
    found.close()


def _replies(client: StoreClient) -> dict[int, Reply]:
    replies: dict[int, Reply] = {}
    client.listener = lambda reply: replies.__setitem__(reply.number, reply)
    return replies


def _until(what: Any) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_bug_says_where_and_no_values(client: StoreClient) -> None:
    replies = _replies(client)
    number = client.request("session.language", unexpected_parameter=SECRET)
    _until(lambda: number in replies)
    assert replies[number].kind == "bug"
    assert "builtins.TypeError" in replies[number].value and "desktop/services/registry.py:" in replies[number].value
    assert "unexpected" not in replies[number].value


def test_a_cancel_that_comes_as_its_job_ends_harms_nobody() -> None:
    class Ending(dict[int, threading.Event]):
        """The job's own thread takes it out between the look and the use."""

        def __contains__(self, _number: object) -> bool:
            return True

    said = iter([("cancel", 1), ("close", 0, False)])
    server = StoreServer(SimpleNamespace(recv=lambda: next(said), send=lambda _message: None))  # type: ignore[arg-type]
    server._jobs = Ending()
    server.run()
    assert next(said, None) is None


def test_every_request_is_answered_when_the_process_dies(client: StoreClient) -> None:
    replies = _replies(client)
    asked: list[int] = []
    refused = threading.Event()

    def ask() -> None:
        while not refused.is_set():
            try:
                asked.append(client.request("service.unknown"))
            except WorldFault:
                refused.set()

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    _until(lambda: len(replies) > 20)
    client._process.kill()
    for asker in askers:
        asker.join(30)
    _until(lambda: set(asked) <= set(replies))
    assert {reply.value.code for reply in replies.values()} == {"service.unknown", "store.process_gone"}


def test_a_crash_leaves_no_memory_on_the_disk(checkout: Path) -> None:
    """A core file would hold the data key: the store process and the command line forbid it for themselves."""
    ask = "import resource; print(*resource.getrlimit(resource.RLIMIT_CORE))"
    job = f"import sys; from desktop.cli import main; main(['kinds']); {ask}"
    done = subprocess.run([sys.executable, "-c", job], cwd=checkout, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 0"
    serve = f"""
from multiprocessing import Pipe
from desktop.runtime.storeproc import serve
ours, theirs = Pipe()
ours.send(("close", 0, False))
serve(theirs, "zh")
{ask}
"""
    done = subprocess.run([sys.executable, "-c", serve], cwd=checkout, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 0"


def test_what_a_person_does_happens_in_the_order_it_was_done(client: StoreClient, tmp_path: Path) -> None:
    """Nobody waits for an answer between two keys: the last one typed stays, and it is the last one that is undone."""
    replies = _replies(client)

    def ask(name: str, **parameters: Any) -> Any:
        number = client.request(name, **parameters)
        _until(lambda: number in replies)
        assert replies[number].kind == "result", replies[number]
        return replies[number].value

    ask(
        "workspace.create", folder=str(tmp_path / "w"), passphrase="绿水青山 2026 密语", organisation="示例", kinds=[]
    )  # fmt: skip
    firm = ask("records.add", kind="firm", values={"name": "有序"})["id"]
    for turn in range(5):
        names = [f"第{turn}轮第{step}步" for step in range(30)]
        for name in names:
            client.request("records.edit", kind="firm", id=firm, values={"name": name})
        for _step in range(3):
            client.request("records.undo")
        last = client.request("records.undo")
        _until(lambda awaited=last: awaited in replies)
        assert ask("records.get", kind="firm", id=firm)["name"] == names[-5]
