"""What every tab of 测算 is made of: asking a service, showing its faults in place, and how clauses and money read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.look import GRID, state_icon
from desktop.models.format import money
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.widgets.draftbar import DraftBar
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Downwards
from policy.i18n import spaced, tr
from policy.pack import STATUSES

Row = dict[str, Any]


class Tab(QWidget):
    """One tab. Subclasses build their widgets once, take texts in `retranslate` and load in `arrive`."""

    TITLE: ClassVar[str]  # a marked text

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ops, self.desk = ops, desk
        self.message = MessageBar(self)
        self.left = DraftBar(self)
        self._begun: dict[str, str] = {}
        self.left.restored.connect(lambda: self._answer_left(take=True))
        self.left.dropped.connect(lambda: self._answer_left(take=False))
        desk.drafts.arrived.connect(self._ask_left)

    def retranslate(self) -> None:
        """Set every text again."""

    def arrive(self, **_arguments: Any) -> None:
        """The tab is being shown."""

    def refresh(self) -> None:
        """Records changed while it is shown."""

    # -- what is typed and kept nowhere else yet

    def draft_key(self) -> str:
        """What the draft of what is on show is kept under; blank where nothing is typed."""
        return ""

    def typed(self) -> dict[str, str]:
        """What stands in the fields, as texts that `put_back` understands."""
        return {}

    def put_back(self, _texts: dict[str, str]) -> None:
        """Fill the fields as they were."""

    def begin(self) -> None:
        """What stands in the fields now is what they begin with; what was typed over it before comes back."""
        self._begun = self.typed()
        key = self.draft_key()
        if kept := self.desk.drafts.of(key):
            self.put_back(kept)
        self._ask_left()

    def keep(self) -> None:
        """Keep what was typed, for a lock, a crash or the end of the program."""
        if key := self.draft_key():
            now = self.typed()
            self.desk.drafts.keep(key, {} if now == self._begun else now)

    def _ask_left(self) -> None:
        key = self.draft_key()
        self.left.ask(self.desk.drafts.earlier(key) if key else None)

    def _answer_left(self, *, take: bool) -> None:
        key = self.draft_key()
        if self.desk.drafts.earlier(key) is not None and take:
            self.put_back(self.desk.drafts.take(key))
        elif not take:
            self.desk.drafts.drop(key)
            self.keep()  # what was typed since
        self._ask_left()

    def ask(self, name: str, came: Callable[[Any], None], **asked: Any) -> None:
        """Run a service; an answer that a later question has overtaken is dropped, a fault is said in place."""

        def answered(answer: Any) -> None:
            self.message.clear()
            came(answer)

        self.ops.run(name, owner=self, place="answer", on_result=answered, on_fault=self.message.show_fault, **asked)

    def write(self, name: str, done: Callable[[Any], None], **asked: Any) -> None:
        """Run a service that keeps something: its answer counts whatever was asked since."""

        def answered(answer: Any) -> None:
            self.message.clear()
            done(answer)

        self.ops.run(name, owner=self, on_result=answered, on_fault=self.message.show_fault, **asked)

    def save_as(self, name: str, proposed: str, kinds: str, **asked: Any) -> None:
        """Ask where to, then let a service write the file."""
        file, _ = QFileDialog.getSaveFileName(self, tr("另存为"), proposed, kinds)
        if file:
            self.ops.run(
                name,
                owner=self,
                title=tr("写出文件"),
                on_result=lambda answer: self.desk.notify(tr("已写入 {file}", file=answer["file"])),
                on_fault=self.message.show_fault,
                file=file,
                **asked,
            )


def workbook_kind() -> str:
    """The filter of a file dialog for workbooks."""
    return tr("工作簿 (*.xlsx)")


def scrolled(inside: QWidget) -> Downwards:
    """A part that scrolls up and down where it is higher than the window."""
    return Downwards(inside)


def column_of(parts: Iterable[QWidget], *, stretch: bool = True) -> QWidget:
    """Parts one below the other."""
    body = QWidget()
    layout = QVBoxLayout(body)
    layout.setContentsMargins(0, 0, GRID, 0)
    layout.setSpacing(GRID)
    for part in parts:
        layout.addWidget(part)
    if stretch:
        layout.addStretch(1)
    return body


def marks(row: Row) -> str:
    """What must be said of a figure's source: draft, superseded, from a report; not verified."""
    standing = tr(STATUSES[row["status"]]) if row.get("status") not in ("", None, "in_force") else ""
    return " · ".join(text for text in (standing, "" if row.get("verified", True) else tr("未核实")) if text)


def basis(row: Row) -> str:
    """Clause and document."""
    return spaced(row.get("clause"), row.get("source"))


def marked(row: Row) -> QIcon | None:
    """A sign where something must be said of the source."""
    return state_icon("warn") if marks(row) else None


def yuan(fen: int | None) -> str:
    """An amount in 元 to the fen, a dash where none is known (blank is not zero)."""
    if fen is None:
        return "—"
    text = money(fen, "元")
    whole, point, rest = text.partition(".")
    return f"{whole}.{rest:<02}" if point else f"{whole}.00"
