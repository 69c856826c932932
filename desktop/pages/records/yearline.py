"""What this year and the last come to, a line each under a page of records; asked for again when the records change."""

from __future__ import annotations

from collections.abc import Callable, Container
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.ops import Ops
from policy.dates import today
from policy.i18n import clauses

Words = Callable[[dict[str, Any]], list[str]]


def linked(statement: str, target: str) -> str:
    """A statement of a line that leads somewhere."""
    return f'<a href="{target}">{statement}</a>'


class YearLine(QLabel):
    """`service` answers for a year, `words` puts it in statements, `kinds` are the records it counts.

    What is not `yearly` is asked once, and one line. A statement may be a link (`linked`), which the mouse or Tab and
    Enter follow: `linkActivated` tells where to.
    """

    def __init__(
        self,
        ops: Ops,
        service: str,
        words: Words,
        kinds: Container[str],
        parent: QWidget | None = None,
        *,
        yearly: bool = True,
    ) -> None:
        super().__init__(parent)
        self._ops, self._service, self._words, self._kinds = ops, service, words, kinds
        self._yearly = yearly
        self._told: dict[int, dict[str, Any]] = {}
        self.setWordWrap(True)
        self.setProperty("quiet", True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self._ask()

    def retranslate(self) -> None:
        """The statements in the language in force."""
        lines = [clauses(self._words(self._told[year])) for year in sorted(self._told, reverse=True)]
        self.setText("<br>".join(lines))
        reached = Qt.TextInteractionFlag.LinksAccessibleByMouse
        if any("<a " in line for line in lines):  # without a link Tab has no business here
            reached |= Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        if self.textInteractionFlags() != reached:
            self.setTextInteractionFlags(reached)

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Ask again where something it counts changed."""
        if any(kind in self._kinds for kind in (*changes.get("records", {}), *changes.get("bulk", ()))):
            self._ask()

    def _ask(self) -> None:
        for year in (today().year, today().year - 1) if self._yearly else (0,):
            asked: dict[str, Any] = {"year": year} if year else {}
            self._ops.run(self._service, owner=self, place=str(year), on_result=partial(self._came, year), **asked)

    def _came(self, year: int, told: dict[str, Any]) -> None:
        self._told[year] = told
        self.retranslate()
