"""What is typed into a grid of figures and not yet saved: kept per record, asked about after a lock or a crash."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.drafts import Drafts
from desktop.pages.firms.figuregrid import FigureGrid
from desktop.widgets.draftbar import DraftBar

_EXPLAINED = "_explain."  # texts of a draft that no other form of the record knows


class FigureDraft(QObject):
    """Follows a grid between `begin` and `pause`; names in the draft are those of the fields, as in other forms."""

    def __init__(self, drafts: Drafts, grid: FigureGrid, bar: DraftBar) -> None:
        super().__init__(grid)
        self._drafts, self._grid, self._bar = drafts, grid, bar
        self._key, self._prefix = "", ""
        bar.restored.connect(lambda: self._decide(take=True))
        bar.dropped.connect(lambda: self._decide(take=False))
        drafts.arrived.connect(self._ask)
        grid.edited.connect(lambda _edited: self._keep())

    def pause(self) -> None:
        """What the grid is filled with from now on is stored, not typed."""
        self._key = ""

    def begin(self, key: str, prefix: str = "", *, new: str = "") -> None:
        """The grid shows the record `key`: what was typed before comes back, what a crash left is asked about.

        `prefix` stands before the names of fields in the grid; `new` is the key it had before there was a record.
        """
        self._key, self._prefix = key, prefix
        if new != key and (left := self._drafts.of(new)):
            self._drafts.keep(new, {})
            self._drafts.keep(key, {**self._drafts.of(key), **left})
        if texts := self._drafts.of(key):
            self._restore(texts)
        self._ask()

    def sent(self) -> Callable[[], None]:
        """What is typed is on its way to the store; the answer is to be called when it is there, wherever the user has
        gone meanwhile."""
        key, texts, words, sent = self._key, self._grid.changes(), self._grid.explanations(), self._texts()

        def stored() -> None:
            if key == self._key:
                self._grid.settle_some(texts, words)
                self._keep()  # what was typed since
            else:
                kept = self._drafts.of(key).items()
                self._drafts.keep(key, {name: text for name, text in kept if text != sent.get(name)})

        return stored

    def forget(self) -> None:
        """It was given up."""
        if self._key:
            self._drafts.keep(self._key, {})

    def _keep(self) -> None:
        if not self._key:
            return
        self._drafts.keep(self._key, self._texts())

    def _texts(self) -> dict[str, str]:
        """What is typed, as a draft keeps it."""
        return {name.removeprefix(self._prefix): text for name, text in self._grid.changes().items()} | {
            f"{_EXPLAINED}{name.removeprefix(self._prefix)}": text for name, text in self._grid.explanations().items()
        }

    def _restore(self, texts: dict[str, str]) -> None:
        typed = {f"{self._prefix}{name}": text for name, text in texts.items() if not name.startswith("_")}
        words = {
            f"{self._prefix}{name.removeprefix(_EXPLAINED)}": text
            for name, text in texts.items()
            if name.startswith(_EXPLAINED)
        }
        self._grid.restore(typed, words)

    def _ask(self) -> None:
        draft = self._drafts.earlier(self._key) if self._key else None
        self._grid.setEnabled(not self._bar.ask(draft, changed=False))

    def _decide(self, *, take: bool) -> None:
        if take:
            self._restore(self._drafts.take(self._key))
        else:
            self._drafts.drop(self._key)
        self._ask()
