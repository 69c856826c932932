"""What readers work on in their process, and how a reader is described."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from db.models import TABLES
from desktop.services import load_services
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace, open_with
from exports import deposit, transport
from tests.fuzz import lab, server
from tests.fuzz.lab import Lab
from tests.fuzz.promise import remove

Mutate = Callable[[Random, bytes, Sequence[bytes]], bytes]
_RESET_AFTER = 150  # examples that changed the workspace: then a new one


class Bench:
    """What readers work on in their process: an open workspace of their own, and an empty folder per example."""

    def __init__(self, lab_: Lab, base: Path) -> None:
        load_services()
        self.lab, self.base = lab_, base
        self.session = Session()
        self.server = server.HostileServer()
        self._changed = 0
        self._tables = [table._meta.table_name for table in TABLES]
        self._given: set[Path] = set()
        self.folder = base / "example"
        self._open()
        # a hostile server may take its time, a test may not
        deposit.Depositor.__init__.__kwdefaults__["timeouts"] = (1.0, 1.0)
        transport._ANSWER_SECONDS = 2

    @property
    def ws(self) -> Workspace:
        assert self.session.workspace is not None
        return self.session.workspace

    def call(self, name: str, /, **parameters: Any) -> Any:
        """Run a service on the workspace."""
        return call_service(self.session, name, None, **parameters)

    def put(self, name: str, data: bytes) -> str:
        """A file of the example; its path."""
        path = self.folder / name
        path.write_bytes(data)
        self._given.add(path)
        return str(path)

    def keep(self, folder: Path) -> None:
        """A folder that is the example's own, with all that is in it now."""
        self._given.update([folder, *folder.rglob("*")])

    def begin(self, reader: Reader) -> None:
        """Clear away the last example and have the workspace as the reader wants it."""
        remove(self.folder)
        self.folder.mkdir(mode=0o700)
        self._given.clear()
        os.chdir(self.folder)
        self._changed += reader.changes
        if self._changed > _RESET_AFTER:
            self.session.close()
            self._changed = 0
            remove(self.base / "workspace")
        if reader.needs_closed:
            self.session.close()
            if not (self.base / "workspace").exists():
                lab.copy_workspace(self.lab, self.base / "workspace")
        elif self.session.workspace is None or self.ws.folder != self.base / "workspace":
            self.session.close()
            self._open()

    def fingerprint(self) -> object:
        """What must be the same after a refusal: the number of operations, entries and files."""
        folder = self.base / "workspace"
        files = sorted(
            (str(path.relative_to(folder)), path.stat().st_size)
            for part in ("evidence", "outbox", "backups")
            for path in (folder / part).rglob("*")
        )
        if self.session.workspace is None or self.ws.folder != folder:
            return files
        with self.ws.store.read() as connection:
            counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in self._tables]
        return files, counts

    def leftovers(self) -> list[str]:
        """Files of the example that the reader has made."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path not in self._given)

    def _open(self) -> None:
        folder = self.base / "workspace"
        if not folder.exists():
            lab.copy_workspace(self.lab, folder)
        self.session.workspace = open_with(folder, "keyring", self.lab.keyring_secret)
        if self.call("replica.state")["question"]:  # it is a copy, and knows it
            self.call("replica.settle", how="moved")


@dataclass(frozen=True)
class Reader:
    """One kind of foreign bytes. `read` is what a user reaches; `seeds` are sound; `mutate` makes them hostile.

    `changes`: a result may change the workspace. `needs_closed`: the reader opens the workspace itself. `opens`:
    another is opened, and the bench's own closed for that. `network`: loopback is talked to. `is_call`: a fault may
    blame the call. `may_ask_outside`: the words themselves may name other places, where nothing can be written here.
    `silent`: nothing is printed, by native libraries neither. `mebibytes` and `seconds`: what an example may cost.
    """

    name: str
    seeds: Callable[[Lab], list[bytes]]
    mutate: Mutate
    read: Callable[[Bench, bytes], Any]
    changes: bool = False
    needs_closed: bool = False
    network: bool = False
    opens: bool = False
    is_call: bool = False
    may_ask_outside: bool = False
    silent: bool = True
    mebibytes: int = 400
    seconds: float = 10.0
