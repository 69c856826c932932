"""The page 成果与需求: the records, matching, the monthly hand-over and the lists, each on a tab."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Tab
from desktop.pages.records import RecordsPage
from desktop.pages.results.handover import HandoverTab
from desktop.pages.results.lists import ListsTab
from desktop.pages.results.matching import MatchTab
from desktop.pages.results.sheets import SHEETS, VIEWS
from policy.i18n import tr


class ResultsPage(RecordsPage):
    """The tabs beside the records load when they are first looked at, and again after records have changed."""

    NAME = "results"
    ICON = "lightbulb"
    FOR = frozenset({"agency", "university"})
    VIEWS = VIEWS
    SHEETS = SHEETS
    IMPORTS = (
        "achievement", "need", "ip_right", "research_project", "completer", "co_owner", "co_holder", "valuation",
        "publication", "handover_item", "grant", "grantee", "match",
    )  # fmt: skip

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.tabs: dict[str, Tab] = {
            "match": MatchTab(ops, desk),
            "handover": HandoverTab(ops, desk),
            "lists": ListsTab(ops, desk),
        }
        self._arrived: set[str] = set()
        self._stale: set[str] = set()
        self.bar = QTabWidget()
        self.bar.setDocumentMode(True)
        layout = self.layout()
        assert layout is not None  # noqa: S101 - laid out above
        layout.replaceWidget(self.screens, self.bar)
        records = QWidget()
        inside = QVBoxLayout(records)
        inside.setContentsMargins(0, GRID, 0, 0)
        inside.addWidget(self.screens)
        self.bar.addTab(records, "")
        for tab in self.tabs.values():
            self.bar.addTab(tab, "")
        self.bar.currentChanged.connect(lambda _place: self._show())

    @classmethod
    def title(cls) -> str:
        return tr("成果与需求")

    def retranslate(self) -> None:
        super().retranslate()
        self.bar.setTabText(0, tr("记录"))
        for place, tab in enumerate(self.tabs.values(), 1):
            self.bar.setTabText(place, tr(tab.TITLE))
            tab.retranslate()
        self.bar.setAccessibleName(tr("成果与需求"))

    def arrive(self, **arguments: Any) -> None:
        """Like a page of records; or `tab` (match, handover, lists) and what it takes."""
        name = str(arguments.pop("tab", ""))
        if name in self.tabs:
            self._arrived.add(name)
            self.bar.setCurrentWidget(self.tabs[name])
            self.tabs[name].arrive(**arguments)
            return
        if arguments:
            self.bar.setCurrentIndex(0)
        super().arrive(**arguments)

    def changes_came(self, changes: dict[str, Any]) -> None:
        super().changes_came(changes)
        matching = self.tabs["match"]
        if isinstance(matching, MatchTab) and "match" in self._arrived:
            matching.changes_came(changes)
        self._stale = self._arrived - {"match"}
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        place = self.bar.currentIndex() - 1
        if place < 0:
            return
        name = list(self.tabs)[place]
        if name not in self._arrived:
            self._arrived.add(name)
            self.tabs[name].arrive()
        elif name in self._stale:
            self.tabs[name].refresh()
        self._stale.discard(name)
