"""The window's process without its pages, as a program of its own: log, crash reports and store process are real, and
every service is asked for what it can and cannot do. Tells counts alone."""

from __future__ import annotations

import inspect
import json
import logging
import multiprocessing
import queue
import sys
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from desktop import crash
from desktop.app import Crashes, make_application
from desktop.runtime.client import Reply, StoreClient
from desktop.services import load_services
from desktop.services.registry import SERVICES

# what ends the workspace, or costs a derivation of keys at every call
LEFT_OUT = ("workspace.", "keys.", "backup.", "sample.")
AT_ONCE = 40


class Unreadable:
    """Cannot be unpickled, and the error says with what."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __reduce__(self) -> tuple[type[int], tuple[str]]:
        return int, (self.text,)


def _asked(markers: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every service with texts, lists, tables and nothing in place of its parameters, and some with what fits."""
    odd: list[Any] = [markers["text"], [markers["text"]], {markers["text"]: markers["text"]}, markers["file"], None]
    asked: list[tuple[str, dict[str, Any]]] = []
    for name, service in SERVICES.items():
        names = list(inspect.signature(service.run).parameters)[2:]
        if not name.startswith(LEFT_OUT):
            asked += [(name, dict.fromkeys(names, value)) for value in odd]
            asked.append((name, {markers["text"]: markers["text"]}))
    for kind, record in markers["records"].items():
        for name in ("records.get", "lists.history", "records.delete", "privacy.reveal"):
            asked.append((name, {"kind": kind, "id": record}))
        for value in (markers["text"], [markers["text"]], {"x": markers["text"]}):
            asked += [
                ("records.edit", {"kind": kind, "id": record, "values": dict.fromkeys(markers["fields"][kind], value)})
            ]
            asked += [("records.add", {"kind": kind, "values": {name: value}}) for name in markers["fields"][kind]]
        asked.append(("records.export", {"kind": kind, "file": markers["file"] + ".xlsx"}))
        asked.append(("ledger.import", {"kind": kind, "file": markers["file"]}))
        asked.append(("records.rows", {"kind": kind, "ids": [record]}))
    return asked


def main() -> None:
    markers = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    crash.start_logging()
    logging.getLogger().setLevel(logging.DEBUG)
    app = make_application(sys.argv[:1])
    assert isinstance(app, QApplication)
    crashes = Crashes()
    load_services()
    client = StoreClient()
    replies: queue.Queue[Reply] = queue.Queue()
    client.listener = replies.put
    counts: dict[str, int] = {}
    held = 0

    def ask(batch: list[tuple[str, dict[str, Any]]]) -> list[Reply]:
        numbers = {client.request(name, **parameters) for name, parameters in batch}
        found: list[Reply] = []
        while numbers:
            reply = replies.get(timeout=60)
            if reply.kind != "progress":
                numbers.discard(reply.number)
                found.append(reply)
        return found

    (opened,) = ask([("workspace.open", {"folder": markers["folder"], "passphrase": markers["passphrase"]})])
    assert opened.kind == "result", opened
    asked = _asked(markers)
    for start in range(0, len(asked), AT_ONCE):
        for reply in ask(asked[start : start + AT_ONCE]):
            counts[reply.kind] = counts.get(reply.kind, 0) + 1
            told = vars(reply.value) if reply.kind == "fault" else reply.value
            held += markers["text"] in repr(told)
            if reply.kind == "bug":
                crashes._tell(str(reply.value))
        app.processEvents()
    try:
        raise ValueError(markers["text"])  # a fault of the window's own
    except ValueError as error:
        crashes.hook(ValueError, error, error.__traceback__)
    app.processEvents()
    ask([("workspace.close", {})])
    client._connection.send(Unreadable(markers["text"]))  # and the store process dies of a fault of its own
    client._process.join(20)
    print(json.dumps({**counts, "held": held, "ended": client._process.exitcode}))


if __name__ == "__main__":
    try:
        main()
    except BaseException:
        for child in multiprocessing.active_children():
            child.kill()
        raise
