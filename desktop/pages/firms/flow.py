"""People who came to a firm from universities and institutes, with the clocks that run for them."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout

from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.firms import fields
from desktop.pages.overview.deadlines import Deadlines
from desktop.widgets.related import Related

_AHEAD = 365 * 4  # days: leave for a start-up lasts up to three years
_LINES = 5


class FlowTab(Related):
    """The people of a firm; below them what runs out when, by which clause."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__(ops, "person_flow", "organisation", fields.FLOW_COLUMNS, desk)
        self._asking = ops
        self.clocks = Deadlines()
        self.clocks.setMaximumHeight(self.clocks.fontMetrics().height() * 2 * _LINES)
        self.clocks.opened.connect(lambda _kind, record: self.select(record))
        self.clocks.hide()
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - as the base lays it out
        layout.addWidget(self.clocks)
        self.model.loaded.connect(lambda _count: self._look())

    def retranslate(self) -> None:
        """Texts in the language in force."""
        super().retranslate()
        if hasattr(self, "clocks"):  # the base asks before they are there
            self.clocks.retranslate()

    def _look(self) -> None:
        own = set(self.model.ids())

        def came(rows: list[dict[str, Any]]) -> None:
            theirs = [row for row in rows if row["kind"] == "person_flow" and row["id"] in own]
            self.clocks.set_rows(theirs)
            self.clocks.setVisible(bool(theirs))

        self._asking.forget(self, "clocks")
        if own:
            self._asking.run("deadlines.list", owner=self, place="clocks", on_result=came, days=_AHEAD)
        else:
            self.clocks.hide()
