"""One case beside the list: log, facts, parties, contracts, receipts, evidence, changes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info, typed_fields
from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.cases.receipts import Receipts
from desktop.pages.cases.timeline import Timeline
from desktop.widgets.basics import StatusChip, heading
from desktop.widgets.history import History
from desktop.widgets.proofs import Proofs
from desktop.widgets.recordform import RecordForm
from desktop.widgets.related import Related
from policy.i18n import spaced, tr

LOG, FACTS, PARTIES, BROKERS, CONTRACTS, RECEIPTS, PROOFS, CHANGES = range(8)
_TAB_OF_KIND = {
    "case_log": LOG,
    "case_party": PARTIES,
    "case_broker": BROKERS,
    "contract": CONTRACTS,
    "receipt": RECEIPTS,
}
_OUTCOMES = {"open": "busy", "won": "good", "lost": "unknown", "terminated": "bad"}


class CaseDetail(QWidget):
    """`saved(str)`, `deleted(str)` and `abandoned()` as the form of facts tells them."""

    saved = Signal(str)
    deleted = Signal(str)
    abandoned = Signal()

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record = ""
        self._row: dict[str, Any] = {}
        self._stale: set[int] = set()
        drafts = desk.drafts
        self._name, self.outcome = heading(large=True), StatusChip()
        self._name.setWordWrap(True)
        self.log = Timeline(ops)
        self.log.log_asked.connect(lambda: desk.quick_log(self._record))
        self.log.evidence_opened.connect(lambda evidence: desk.open_record("evidence", evidence))
        self.facts = RecordForm(ops, "case", [field.name for field in typed_fields("case")], drafts)
        self.facts.loaded.connect(self._loaded)
        self.facts.saved.connect(self._saved)
        self.facts.deleted.connect(self.deleted)
        self.facts.abandoned.connect(self.abandoned)
        self.parties = Related(ops, "case_party", "case", ("party", "role", "contact"), drafts)
        self.brokers = Related(ops, "case_broker", "case", ("person", "role", "share_pct"), drafts)
        self.contracts = Related(
            ops,
            "contract",
            "case",
            ("name", "own_no", "registry_state", "signed_on", "amount_total", "amount_tech", "buyer"),
            drafts,
        )
        self.receipts = Receipts(ops, drafts)
        self.proofs = Proofs(ops)
        self.proofs.opened.connect(lambda evidence: desk.open_record("evidence", evidence))
        self.history = History(ops, "case")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        facts = QWidget()
        inside = QVBoxLayout(facts)
        inside.setContentsMargins(GRID, GRID, GRID, GRID)
        inside.addWidget(self.facts)
        parts = (
            self.log,
            facts,
            self.parties,
            self.brokers,
            self.contracts,
            self.receipts,
            self.proofs,
            self.history,
        )
        for part in parts:
            self.tabs.addTab(part, "")
        self.tabs.currentChanged.connect(lambda _place: self._fill_tab())
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self.outcome)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        layout.addWidget(self.tabs, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        titles = (
            tr("过程记录"), tr("基本情况"), tr("当事人"), tr("经纪人"), tr("合同"), tr("到账"), tr("佐证"), tr("变更"),
        )  # fmt: skip
        for place, title in enumerate(titles):
            self.tabs.setTabText(place, title)
        related = (self.parties, self.brokers, self.contracts)
        for part in (self.log, self.facts, *related, self.receipts, self.proofs, self.history):
            part.retranslate()
        self._head()

    def show_case(self, record: str, kind: str = "") -> None:
        """Show a case; `kind` opens the tab that keeps records of that kind."""
        if record != self._record:
            self._record = record
            self._stale = set(range(8)) - {FACTS}
            self.facts.show_record(record)
        if kind in _TAB_OF_KIND:
            self.tabs.setCurrentIndex(_TAB_OF_KIND[kind])
        self._fill_tab()

    def start_new(self) -> None:
        """A case that is not stored yet."""
        self._record, self._row = "", {}
        self._stale = set()
        self._head()
        self.tabs.setCurrentIndex(FACTS)
        self._enable(False)
        self.facts.start_new()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed; a form being typed in stays as it is."""
        if not self._record:
            return
        if self._record in (changes.get("records") or {}).get("case", ()):
            self.facts.refresh()
        for part in (self.parties, self.brokers, self.contracts):
            part.changes_came(changes)
        self.proofs.changes_came(changes)
        self._stale |= {LOG, RECEIPTS, CHANGES}
        self._fill_tab()

    def _fill_tab(self) -> None:
        place = self.tabs.currentIndex()
        if not self._record or place not in self._stale:
            return
        self._stale.discard(place)
        if place == LOG:
            self.log.show_case(self._record)
        elif place == PROOFS:
            self.proofs.show_target(f"case:{self._record}")
        elif place == CHANGES:
            self.history.show_record(self._record)
        elif place == RECEIPTS:
            self.receipts.show_case(self._record)
        else:
            {PARTIES: self.parties, BROKERS: self.brokers, CONTRACTS: self.contracts}[place].show_parent(self._record)

    def _loaded(self, row: dict[str, Any]) -> None:
        self._row = row
        self._head()
        self._enable(True)

    def _saved(self, record: str) -> None:
        if record != self._record:
            self._record = record
            self._stale = set(range(8)) - {FACTS}
        self.saved.emit(record)

    def _head(self) -> None:
        if not self._row:
            self._name.setText(tr("新案件"))
            self.outcome.hide()
            return
        self._name.setText(spaced(self._row["no"], self._row["title"]))
        code = str(self._row["outcome"])
        self.outcome.show()
        self.outcome.set_state(_OUTCOMES.get(code, "info"), choice_label(kind_info("case").field("outcome"), code))

    def _enable(self, on: bool) -> None:
        for place in range(8):
            self.tabs.setTabEnabled(place, on or place == FACTS)
