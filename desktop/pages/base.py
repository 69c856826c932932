"""What a page is: a name, a title, an icon, and how it is shown, refreshed and retranslated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol

from PySide6.QtWidgets import QWidget

from desktop.drafts import Drafts
from desktop.opencopies import OpenCopies
from desktop.ops import Ops
from desktop.runtime.settings import Settings
from policy.errors import Fault


class Desk(Protocol):
    """What the main window offers its pages.

    `info` is the answer of `workspace.info` (organisation, kinds, sample, …), `drafts` keeps unsaved texts, `settings`
    are this user's own (columns, widths; never records), `copies` are the clear ones made for other programs.
    """

    info: dict[str, Any]
    drafts: Drafts
    settings: Settings
    copies: OpenCopies

    def open_record(self, kind: str, record: str) -> None:
        """Show a record on the page that keeps its kind."""

    def open_page(self, name: str, **arguments: Any) -> None:
        """Show a page; `arguments` go to its `arrive`."""

    def begin_record(self, kind: str, field: str = "", above: str = "") -> None:
        """Begin a new record on the page that keeps its kind, or in the record `above` that its `field` refers to."""

    def offer_pages(self, kinds: Sequence[str]) -> None:
        """Put the pages for an organisation of these kinds in the rail."""

    def notify(self, text: str) -> None:
        """Say something that went well, briefly, at the foot of the window."""

    def quick_log(self, case: str = "") -> None:
        """Open the quick record (快速记录), for that case."""

    def switch_language(self, language: str) -> None:
        """Change the language everywhere, without a restart."""

    def back_up(self, ended: Callable[[], None] = lambda: None) -> None:
        """Make a backup where they are kept, telling how it went; `ended` hears when it is over."""

    def look_again(self) -> None:
        """Something about the keys or files was put right: the cautions at the top are asked for again."""

    def show_fault(self, fault: Fault) -> None:
        """Say what went wrong and what to do, without losing what is on screen."""

    def ask(self, text: str, action: str, does: Callable[[], None]) -> None:
        """Offer one thing to do, above the page; it can be left undone."""


class Page(QWidget):
    """One entry of the rail. Subclasses build their widgets once and take all texts in `retranslate`."""

    NAME: ClassVar[str]
    ICON: ClassVar[str]  # of resources/icons
    FOR: ClassVar[frozenset[str]] = frozenset()  # what an organisation is that has use for it; everyone without

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ops = ops
        self.desk = desk
        self.setObjectName(f"page_{self.NAME}")

    @classmethod
    def keeps(cls) -> dict[str, bool]:
        """The kinds whose records `arrive(kind=…, id=…)` shows here, and whether for themselves, not on a tab of
        another."""
        return {}

    @classmethod
    def title(cls) -> str:
        """The entry's text in the rail, translated; asked before the page is built."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Set every text again in the language in force."""

    def arrive(self, **arguments: Any) -> None:
        """The page is being shown: load what it needs, go where the arguments say."""

    def case_shown(self) -> str:
        """The case that is being looked at, which a quick record is proposed for; blank where it is none."""
        return ""

    def print_shown(self) -> bool:
        """Print the paper of the record that is being looked at; whether there is one."""
        return False

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Something was written (see `Ops.changed`): refresh the rows that changed."""
