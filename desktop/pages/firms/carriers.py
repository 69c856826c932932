"""One carrier (载体) beside the list: its profile, its figures by year, who is in it, evidence, changes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.fields import kind_label, typed_fields
from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.firms import fields
from desktop.widgets.basics import heading
from desktop.widgets.history import History
from desktop.widgets.proofs import Proofs
from desktop.widgets.recordform import RecordForm
from desktop.widgets.related import Related
from policy.i18n import tr

PROFILE, YEARS, TENANCIES, PROOFS, CHANGES = range(5)


class CarrierDetail(QWidget):
    """`saved(str)`, `deleted(str)` and `abandoned()` as the profile form tells them."""

    saved = Signal(str)
    deleted = Signal(str)
    abandoned = Signal()

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._record = desk, ""
        self._stale: set[int] = set()
        drafts = desk.drafts
        self._name = heading(large=True)
        self.profile = RecordForm(ops, "carrier", [field.name for field in typed_fields("carrier")], drafts)
        self.profile.loaded.connect(self._loaded)
        self.profile.saved.connect(self._saved)
        self.profile.deleted.connect(self.deleted)
        self.profile.abandoned.connect(self.abandoned)
        self.years = Related(ops, "carrier_year", "carrier", fields.CARRIER_YEAR_COLUMNS, drafts)
        self.tenancies = Related(ops, "tenancy", "carrier", fields.TENANCY_OF_CARRIER, drafts)
        self.proofs = Proofs(ops)
        self.proofs.opened.connect(lambda evidence: desk.open_record("evidence", evidence))
        self.history = History(ops, "carrier")
        profile = QWidget()
        inside = QVBoxLayout(profile)
        inside.setContentsMargins(GRID, GRID, GRID, GRID)
        inside.addWidget(self.profile)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for tab in (profile, self.years, self.tenancies, self.proofs, self.history):
            self.tabs.addTab(tab, "")
        self.tabs.currentChanged.connect(lambda _place: self._fill_tab())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._name)
        layout.addWidget(self.tabs, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        titles = (tr("基本情况"), tr("年度数据"), tr("入驻"), tr("佐证"), tr("变更"))
        for place, title in enumerate(titles):
            self.tabs.setTabText(place, title)
        for part in (self.profile, self.years, self.tenancies, self.proofs, self.history):
            part.retranslate()
        if not self._record:
            self._name.setText(tr("新增{kind}", kind=kind_label("carrier")))

    def show_carrier(self, record: str, kind: str = "") -> None:
        """Show a carrier; `kind` "carrier_year" opens its years."""
        if record != self._record:
            self._record, self._stale = record, set(range(5)) - {PROFILE}
            self.profile.show_record(record)
        if kind == "carrier_year":
            self.tabs.setCurrentIndex(YEARS)
        self._fill_tab()

    def start_new(self) -> None:
        """A carrier that is not stored yet; most are operated by the workspace's own organisation."""
        self._record, self._stale = "", set()
        self.tabs.setCurrentIndex(PROFILE)
        self._enable(False)
        self.profile.start_new()
        operator = self.profile.form.editor("operator")
        if not operator.text():
            operator.set_text(str(self._desk.info["organisation"]["id"]))
        self.retranslate()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed; a form being typed in stays as it is."""
        if not self._record:
            return
        if self._record in (changes.get("records") or {}).get("carrier", ()):
            self.profile.refresh()
        for part in (self.years, self.tenancies, self.proofs):
            part.changes_came(changes)
        self._stale.add(CHANGES)
        self._fill_tab()

    def _fill_tab(self) -> None:
        """Tabs ask for their records when they are first looked at."""
        place = self.tabs.currentIndex()
        if not self._record or place not in self._stale:
            return
        self._stale.discard(place)
        if place == PROOFS:
            self.proofs.show_target(f"carrier:{self._record}")
        elif place == CHANGES:
            self.history.show_record(self._record)
        else:
            (self.years if place == YEARS else self.tenancies).show_parent(self._record)

    def _loaded(self, row: dict[str, Any]) -> None:
        self._name.setText(str(row["name"]))
        self._enable(True)

    def _saved(self, record: str) -> None:
        if record != self._record:
            self._record, self._stale = record, set(range(5)) - {PROFILE}
        self.saved.emit(record)

    def _enable(self, on: bool) -> None:
        for place in range(5):
            self.tabs.setTabEnabled(place, on or place == PROFILE)
