"""政策: the packs at hand, the editor that makes the next one, two side by side, working days, and what is sure."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.evidence.drops import FileDrops
from desktop.pages.policies.calendars import CalendarPane
from desktop.pages.policies.comparing import ComparePane
from desktop.pages.policies.conflicts import ConflictsPane
from desktop.pages.policies.editor import Editor
from desktop.pages.policies.shelf import Shelf
from desktop.pages.policies.trust import ConfirmationsPane, KeysPane
from policy.i18n import tr

_PACKS = frozenset({"pack", "trusted_key"})


class PoliciesPage(Page):
    """The policies page."""

    NAME = "policies"
    ICON = "scale"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._stale = True
        self.shelf = Shelf(ops)
        self.editor = Editor(ops, desk.drafts)
        self.comparing = ComparePane(ops)
        self.calendar = CalendarPane(ops)
        self.conflicts = ConflictsPane(ops, every=True)
        self.confirmations, self.keys = ConfirmationsPane(ops), KeysPane(ops)
        self.views = QTabWidget(documentMode=True)
        self._parts: dict[str, QWidget] = {
            "library": self.shelf,
            "editor": self.editor,
            "comparing": self.comparing,
            "conflicts": self.conflicts,
            "calendar": self.calendar,
            "confirmations": self.confirmations,
            "keys": self.keys,
        }
        for part in self._parts.values():
            self.views.addTab(part, "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addWidget(self.views)
        self.shelf.edited.connect(self._edit)
        self.shelf.compared.connect(self._compare)
        self.shelf.said.connect(desk.notify)
        self.shelf.changed.connect(self._offer_packs)
        self.editor.saved.connect(self._saved)
        self.editor.library_asked.connect(lambda: self.views.setCurrentWidget(self.shelf))
        self.calendar.said.connect(desk.notify)
        self.conflicts.taken.connect(desk.notify)
        self.conflicts.asked.connect(lambda pack: self.arrive(pack=pack))
        self.confirmations.opened.connect(lambda evidence: desk.open_page("evidence", id=evidence))
        self.views.currentChanged.connect(lambda _place: self._tab_shown())
        FileDrops(self).dropped.connect(lambda files, _place: self.take_in(files))
        FileDrops(self.editor.raw.viewport()).dropped.connect(lambda files, _place: self.take_in(files))
        self.retranslate()

    @classmethod
    def title(cls) -> str:
        return tr("政策")

    def retranslate(self) -> None:
        names = (tr("政策库"), tr("编辑"), tr("对比"), tr("口径一览"), tr("日历"), tr("对照核实"), tr("签名公钥"))
        for place, name in enumerate(names):
            self.views.setTabText(place, name)
        for part in (
            self.shelf,
            self.editor,
            self.comparing,
            self.conflicts,
            self.calendar,
            self.confirmations,
            self.keys,
        ):
            part.retranslate()

    def arrive(self, **arguments: Any) -> None:
        """`pack` shows one in the library, `rule` one of its rules; `show` is the part to go to, as in `_parts`."""
        if show := str(arguments.get("show") or ("library" if arguments.get("pack") else "")):
            self.views.setCurrentWidget(self._parts[show])
        if self._stale or arguments.get("pack"):
            self._stale = False
            self.shelf.load(str(arguments.get("pack") or ""), str(arguments.get("rule") or ""))
        self.editor.arrive()
        self._tab_shown()

    def changes_came(self, changes: dict[str, Any]) -> None:
        touched = {*changes.get("records", {}), *changes.get("bulk", ())}
        if touched & _PACKS:
            self._stale = True
            if self.isVisible():
                self._stale = False
                self.shelf.load()
        if not self.isVisible():
            return
        if "choice" in touched:
            self.shelf.conflicts.load()
            self.conflicts.load()
        if touched & {"holiday_year", "confirmation", "trusted_key"}:
            self._tab_shown()

    def take_in(self, files: list[str]) -> None:
        """Files dropped here: years where the calendar is shown, else packs; a signature lies beside its pack."""
        for file in files:
            if file.endswith(".minisig"):
                continue
            if self.views.currentWidget() is self.calendar:
                self.calendar.take(file)
            else:
                self.views.setCurrentWidget(self.shelf)
                self.shelf.add_file(file)

    def _tab_shown(self) -> None:
        shown = self.views.currentWidget()
        if shown is self.comparing:
            self._offer_packs()
            self.comparing.run()
        elif shown is self.conflicts:
            self.conflicts.load()
        elif shown is self.calendar:
            self.calendar.load()
        elif shown is self.confirmations:
            self.confirmations.arrive()
        elif shown is self.keys:
            self.keys.load()

    def _offer_packs(self) -> None:
        self.comparing.show_packs(self.shelf.packs(), self.editor.text())

    def _edit(self, text: str) -> None:
        self.editor.start(text)
        self.views.setCurrentWidget(self.editor)

    def _compare(self, left: str, right: str) -> None:
        self._offer_packs()
        self.comparing.choose(left, right)
        self.views.setCurrentWidget(self.comparing)

    def _saved(self, pack: str) -> None:
        self.desk.notify(tr("政策包已保存，可以用来评价。"))
        self.views.setCurrentWidget(self.shelf)
        self.shelf.load(pack)
