"""A page of records with tabs beside them: each loads when it is first looked at, and again after changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Tab
from desktop.pages.records.page import RecordsPage
from policy.i18n import tr


class TabbedRecordsPage(RecordsPage):
    """Subclasses give their tabs by name in `make_tabs`; `arrive(tab=NAME, …)` shows one. Those in `LIVE` have a
    `changes_came` of their own and are not loaded anew."""

    LIVE: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.tabs: dict[str, Tab] = dict(self.make_tabs(ops, desk))
        self._arrived: set[str] = set()
        self._stale: set[str] = set()
        self.bar = QTabWidget()
        self.bar.setDocumentMode(True)
        layout = self.layout()
        assert layout is not None  # noqa: S101 - laid out by the base
        layout.replaceWidget(self.screens, self.bar)
        listed = QWidget()
        inside = QVBoxLayout(listed)
        inside.setContentsMargins(0, GRID, 0, 0)
        inside.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)  # above the records, not above other tabs
        inside.addWidget(self.screens)
        self.bar.addTab(listed, "")
        for tab in self.tabs.values():
            self.bar.addTab(tab, "")
        self.bar.currentChanged.connect(lambda _place: self._show_tab())

    def make_tabs(self, ops: Ops, desk: Desk) -> Mapping[str, Tab]:
        """The tabs beside the records, by name, in their order."""
        raise NotImplementedError

    def retranslate(self) -> None:
        super().retranslate()
        self.bar.setTabText(0, tr("记录"))
        for place, tab in enumerate(self.tabs.values(), 1):
            self.bar.setTabText(place, tr(tab.TITLE))
            tab.retranslate()
        self.bar.setAccessibleName(self.title())

    def arrive(self, **arguments: Any) -> None:
        """As a page of records; or `tab` and what that tab takes."""
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
        for name in self.LIVE & self._arrived:
            self.tabs[name].changes_came(changes)  # type: ignore[attr-defined]  # those in LIVE have it
        self._stale |= self._arrived - self.LIVE
        if self.isVisible():
            self._show_tab()

    def _show_tab(self) -> None:
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
