"""What was typed and not yet saved, kept while the window lives, so that going elsewhere loses nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Drafts(QObject):
    """Typed texts by key ("firm:ID", "case:new"). `changed(int)` tells how many there are."""

    changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: dict[str, dict[str, str]] = {}

    def keep(self, key: str, texts: dict[str, str]) -> None:
        """Remember the texts under the key; none forgets it."""
        if texts:
            self._kept[key] = dict(texts)
        else:
            self._kept.pop(key, None)
        self.changed.emit(len(self._kept))

    def of(self, key: str) -> dict[str, str]:
        """The texts kept under the key."""
        return dict(self._kept.get(key, {}))

    def keys(self) -> list[str]:
        """Everything with unsaved text."""
        return list(self._kept)

    def clear(self) -> None:
        """Forget all (another workspace is opened)."""
        self._kept.clear()
        self.changed.emit(0)
