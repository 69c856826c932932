"""What was typed and not yet saved: at hand while the workspace is open, and written through to the store.

Going to another page and back restores it silently. What was left by a lock, a crash or an end of the program is
`earlier`: the form it belongs to asks what to do with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.ops import Ops
from policy.errors import Fault

_REST = 1000  # ms from the first key until the store has it
_LATER = 30_000  # ms until it is tried again where the store could not take it


@dataclass(frozen=True, slots=True)
class Earlier:
    """A draft from before this opening: when it was typed (ms UTC), and its texts."""

    at: int
    texts: dict[str, str]


class Drafts(QObject):
    """Typed texts by key ("firm:ID", "case:new"). `changed(int)` tells how many there are, `arrived()` that those of
    before are known. Names of texts that begin with "_" are remarks of the form, not texts."""

    changed = Signal(int)
    arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ops: Ops | None = None
        self._kept: dict[str, dict[str, str]] = {}
        self._earlier: dict[str, Earlier] = {}
        self._unsent: dict[str, dict[str, Any]] = {}
        self._last = self._count = 0
        self._known = self._told = self._shut = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(lambda: self.send())

    def attach(self, ops: Ops) -> None:
        """The workspace is open: ask for what was left, and keep everything there from now on."""
        self._ops, self._known, self._told, self._shut = ops, False, False, False
        ops.run("draft.list", owner=self, on_result=self._came, on_fault=self._none_came, tidy=True)

    def detach(self) -> None:
        """The workspace is about to be closed: hand over what is not there yet and forget everything here."""
        self._known = True
        self.send()
        self._ops, self._shut = None, True  # pages may live a moment longer
        self._kept.clear()
        self._earlier.clear()
        self._unsent.clear()
        self._tell()

    def keep(self, key: str, texts: dict[str, str]) -> None:
        """Remember the texts under the key; none forgets it. What is `earlier` stays until it is taken or dropped."""
        if self._shut or self._kept.get(key, {}) == texts:
            return
        if texts:
            self._kept[key] = dict(texts)
        else:
            self._kept.pop(key)
        self._queue(key, texts)

    def keep_part(self, key: str, name: str, texts: dict[str, str]) -> None:
        """Keep something large that belongs to the draft, once; it goes when the draft goes. `draft.parts` tells it."""
        if not self._shut:
            self._queue(f"{key}#{name}", texts)

    def of(self, key: str) -> dict[str, str]:
        """The texts kept under the key since the workspace was opened."""
        return dict(self._kept.get(key, {}))

    def earlier(self, key: str) -> Earlier | None:
        """What was left under the key before, and is not decided on."""
        return self._earlier.get(key)

    def take(self, key: str) -> dict[str, str]:
        """Go on with what was left: its texts."""
        self._kept[key] = dict(self._earlier.pop(key).texts)
        self._tell()
        return self.of(key)

    def drop(self, key: str) -> None:
        """Forget everything under the key."""
        if self._shut:
            return
        self._earlier.pop(key, None)
        self._kept.pop(key, None)
        self._queue(key, {})

    def keys(self) -> list[str]:
        """Everything with unsaved text."""
        return sorted(self._kept.keys() | self._earlier.keys())

    def send(self, then: Callable[[], None] = lambda: None) -> None:
        """Hand over what the store does not have yet, and go on when it has."""
        self._rest.stop()
        if self._ops is None or not self._known:
            return
        if not self._unsent:
            then()
            return
        unsent, self._unsent = self._unsent, {}
        self._ops.run(
            "draft.keep",
            owner=self,
            on_result=lambda _answer: then(),
            on_fault=partial(self._not_kept, unsent),
            drafts=unsent,
        )

    def _queue(self, key: str, texts: dict[str, str]) -> None:
        self._last = max(self._last + 1, time.time_ns() // 1_000_000)
        self._unsent[key] = {"at": self._last, "texts": dict(texts)}
        if not self._rest.isActive():
            self._rest.start(_REST)
        self._tell()

    def _came(self, answer: dict[str, Any]) -> None:
        self._known = True
        for draft in answer["drafts"]:
            if draft["key"] not in self._unsent:
                self._earlier[draft["key"]] = Earlier(draft["at"], draft["texts"])
        self._last = max(self._last, answer["newest"])
        for draft in self._unsent.values():  # typed in the moment before: later than everything, whatever the clock
            self._last += 1
            draft["at"] = self._last
        self.arrived.emit()
        self._tell()

    def _none_came(self, fault: Fault) -> None:
        self._came({"newest": 0, "drafts": []})
        if self._ops is not None:
            self._ops.faulted.emit(fault)

    def _not_kept(self, unsent: dict[str, dict[str, Any]], fault: Fault) -> None:
        if self._shut:  # locked meanwhile: what was typed may not stay in memory
            return
        self._unsent = {**unsent, **self._unsent}
        self._rest.start(_LATER)
        if self._ops is not None and not self._told:
            self._told = True
            self._ops.faulted.emit(fault)

    def _tell(self) -> None:
        count = len(self._kept.keys() | self._earlier.keys())
        if count != self._count:  # not at every key
            self._count = count
            self.changed.emit(count)
