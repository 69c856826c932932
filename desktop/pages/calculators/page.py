"""The page 测算: income distribution, pricing, awards, the quarterly comparison, and the agency, each on a tab."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.calculators.agency import AgencyTab
from desktop.pages.calculators.awards import AwardsTab
from desktop.pages.calculators.distribution import DistributionTab
from desktop.pages.calculators.pricing import PricingTab
from desktop.pages.calculators.quarter import QuarterTab
from desktop.pages.calculators.tab import Tab
from policy.i18n import tr

_TABS: dict[str, type[Tab]] = {
    "distribution": DistributionTab,
    "pricing": PricingTab,
    "awards": AwardsTab,
    "quarter": QuarterTab,
    "agency": AgencyTab,
}


class CalculatorsPage(Page):
    """Tabs load when they are first looked at, and again after records have changed."""

    NAME = "calculators"
    ICON = "calculator"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.tabs = {name: tab(ops, desk) for name, tab in _TABS.items()}
        self.bar = QTabWidget()
        self.bar.setDocumentMode(True)
        for tab in self.tabs.values():
            self.bar.addTab(tab, "")
        self._arrived: set[str] = set()
        self._stale: set[str] = set()
        self.bar.currentChanged.connect(lambda _place: self._show())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        layout.addWidget(self.bar)

    @classmethod
    def title(cls) -> str:
        return tr("测算")

    def retranslate(self) -> None:
        for place, tab in enumerate(self.tabs.values()):
            self.bar.setTabText(place, tr(tab.TITLE))
            tab.retranslate()
        self.bar.setAccessibleName(tr("测算"))

    def arrive(self, **arguments: Any) -> None:
        """`tab` (distribution, pricing, awards, quarter, agency) and what it takes; `kind` and `id` show a record."""
        wanted = str(arguments.pop("tab", "") or arguments.pop("kind", "") or self._current())
        if wanted in self.tabs:
            self.bar.setCurrentWidget(self.tabs[wanted])
        if arguments or self._current() not in self._arrived:
            self._arrived.add(self._current())
            self.tabs[self._current()].arrive(**arguments)
        self._show()

    def changes_came(self, _changes: dict[str, Any]) -> None:
        self._stale = set(self._arrived)
        if self.isVisible():
            self._show()

    def _current(self) -> str:
        return list(self.tabs)[self.bar.currentIndex()]

    def _show(self) -> None:
        name = self._current()
        if name not in self._arrived:
            self._arrived.add(name)
            self.tabs[name].arrive()
        elif name in self._stale:
            self.tabs[name].refresh()
        self._stale.discard(name)
