"""One firm beside the list: profile, verdict, tenancies, years, qualifications, funding, evidence, changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from desktop.fields import kind_info
from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.firms import fields
from desktop.widgets.basics import CalmCombo, heading, quiet
from desktop.widgets.history import History
from desktop.widgets.proofs import Proofs
from desktop.widgets.recordform import RecordForm
from desktop.widgets.related import Related
from desktop.widgets.verdict import Verdicts
from policy.dates import CHINA
from policy.i18n import bracketed, tr

_TAB_OF_KIND = {"tenancy": 2, "firm_year": 3, "qualification": 4, "funding_event": 5}


class FirmDetail(QWidget):
    """`saved(str)`, `deleted(str)` and `abandoned()` as the profile form tells them."""

    saved = Signal(str)
    deleted = Signal(str)
    abandoned = Signal()

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._record = ops, ""
        drafts = desk.drafts
        self._name, self._code = heading(large=True), quiet(wrap=False)
        known = {field.name for field in kind_info("firm").fields}
        names = [name for name in fields.PROFILE if name in known]
        self.profile = RecordForm(ops, "firm", names, drafts, headings=fields.PROFILE_HEADINGS)
        self.profile.loaded.connect(self._loaded)
        self.profile.saved.connect(self._saved)
        self.profile.deleted.connect(self.deleted)
        self.profile.abandoned.connect(self.abandoned)
        self.verdict = _FirmVerdict(ops)
        self.related = (
            Related(ops, "tenancy", "firm", fields.TENANCY_OF_FIRM, drafts),
            Related(ops, "firm_year", "firm", fields.YEAR_COLUMNS, drafts),
            Related(ops, "qualification", "firm", fields.QUALIFICATION_COLUMNS, drafts),
            Related(ops, "funding_event", "firm", fields.FUNDING_COLUMNS, drafts),
        )
        self.proofs = Proofs(ops)
        self.proofs.opened.connect(lambda evidence: desk.open_record("evidence", evidence))
        self.history = History(ops, "firm")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        profile = QWidget()
        inside = QVBoxLayout(profile)
        inside.setContentsMargins(GRID, GRID, GRID, GRID)
        inside.addWidget(self.profile)
        for tab in (profile, self.verdict, *self.related, self.proofs, self.history):
            self.tabs.addTab(tab, "")
        self.tabs.currentChanged.connect(lambda _place: self._fill_tab())
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self._code)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        layout.addWidget(self.tabs, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        titles = (
            tr("档案"), tr("孵化判断"), tr("入驻"), tr("年度数据"), tr("资质"), tr("投融资"), tr("佐证"), tr("变更"),
        )  # fmt: skip
        for place, title in enumerate(titles):
            self.tabs.setTabText(place, title)
        for part in (self.profile, self.verdict, *self.related, self.proofs, self.history):
            part.retranslate()

    def show_firm(self, record: str, kind: str = "") -> None:
        """Show a firm; `kind` opens the tab that keeps records of that kind."""
        if record != self._record:
            self._record = record
            self._stale = {2, 3, 4, 5, 6, 7, 1}
            self.profile.show_record(record)
        if kind in _TAB_OF_KIND:
            self.tabs.setCurrentIndex(_TAB_OF_KIND[kind])
        self._fill_tab()

    def start_new(self) -> None:
        """A firm that is not stored yet."""
        self._record = ""
        self._stale = set()
        self._name.setText(tr("新企业"))
        self._code.clear()
        self.tabs.setCurrentIndex(0)
        for place in range(1, self.tabs.count()):
            self.tabs.setTabEnabled(place, False)
        self.profile.start_new()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed; a form being typed in stays as it is."""
        if not self._record:
            return
        touched = set(changes.get("records") or ()) | set(changes.get("bulk") or ())
        own = {record for ids in (changes.get("records") or {}).values() for record in ids}
        if self._record in own:
            self.profile.refresh()
        for part in self.related:
            part.changes_came(changes)
        self.proofs.changes_came(changes)
        if touched:
            self._stale |= {1, 7}
            self._fill_tab()

    def _fill_tab(self) -> None:
        """Tabs ask for their records when they are first looked at."""
        place = self.tabs.currentIndex()
        if not self._record or place not in self._stale:
            return
        self._stale.discard(place)
        if place == 1:
            self.verdict.show_firm(self._record)
        elif place in (2, 3, 4, 5):
            self.related[place - 2].show_parent(self._record)
        elif place == 6:
            self.proofs.show_target(f"firm:{self._record}")
        elif place == 7:
            self.history.show_record(self._record)

    def _loaded(self, row: dict[str, Any]) -> None:
        self._name.setText(str(row.get("name") or ""))
        self._code.setText(str(row.get("uscc") or ""))
        for place in range(1, self.tabs.count()):
            self.tabs.setTabEnabled(place, True)

    def _saved(self, record: str) -> None:
        if record != self._record:
            self._record = record
            self._stale = {1, 2, 3, 4, 5, 6, 7}
        self.saved.emit(record)

    _stale: set[int] = set()  # noqa: RUF012 - replaced, never changed, before a firm is shown


class _FirmVerdict(QWidget):
    """May it enter, how long may it stay, may it graduate: by the policy chosen, as of today."""

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._record = ops, ""
        self._packs: list[dict[str, Any]] = []
        self.policy = CalmCombo()
        self.policy.currentIndexChanged.connect(lambda _place: self._ask())
        self.verdicts = Verdicts(ops)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.policy)
        layout.addWidget(self.verdicts, 1)

    def retranslate(self) -> None:
        self.policy.setAccessibleName(tr("政策包"))
        self._packs = []
        if self._record:
            self.show_firm(self._record)

    def show_firm(self, record: str) -> None:
        self._record = record
        if self._packs:
            self._ask()
        else:
            self._ops.run("policy.list", owner=self, on_result=self._packs_came)

    def _packs_came(self, packs: list[dict[str, Any]]) -> None:
        self._packs = [pack for pack in packs if "firm" in pack["subjects"]]
        self.policy.blockSignals(True)
        self.policy.clear()
        for pack in self._packs:
            self.policy.addItem(bracketed(pack["title"], pack.get("number") or ""), pack["id"])
        self.policy.blockSignals(False)
        self._ask()

    def _ask(self) -> None:
        pack = self.policy.currentData()
        if pack and self._record:
            today = datetime.now(CHINA).date().isoformat()
            self.verdicts.show_subject(str(pack), f"firm:{self._record}", f"@{today}")
