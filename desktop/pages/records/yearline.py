"""What a year comes to, in one line under a page of records; asked for again when the records it counts change."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from desktop.ops import Ops
from policy.i18n import clauses

Words = Callable[[dict[str, Any]], list[str]]


class YearLine(QLabel):
    """`service` answers for this year, `words` puts it in statements, `kinds` are the records it counts."""

    def __init__(
        self, ops: Ops, service: str, words: Words, kinds: Container[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ops, self._service, self._words, self._kinds = ops, service, words, kinds
        self._told: dict[str, Any] = {}
        self.setWordWrap(True)
        self.setProperty("quiet", True)
        self._ask()

    def retranslate(self) -> None:
        """The statements in the language in force."""
        self.setText(clauses(self._words(self._told)) if self._told else "")

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Ask again where something it counts changed."""
        if any(kind in self._kinds for kind in (*changes.get("records", {}), *changes.get("bulk", ()))):
            self._ask()

    def _ask(self) -> None:
        self._ops.run(self._service, owner=self, on_result=self._came)

    def _came(self, told: dict[str, Any]) -> None:
        self._told = told
        self.retranslate()
