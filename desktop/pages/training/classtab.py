"""What the tabs of a class share: they ask a service about the class, show the answer, and take lists in."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.training.intake import Intake
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import tr


class ClassTab(QWidget):
    """Subclasses name the service that answers for a class, the kinds whose changes matter, and fill `inside`."""

    ASKS: ClassVar[str]
    KINDS: ClassVar[frozenset[str]]

    def __init__(self, ops: Ops, desk: Desk, intake: Intake | None = None) -> None:
        super().__init__()
        self.ops, self.desk, self.intake = ops, desk, intake
        self.record = ""
        self.message = MessageBar(self)
        self.main = QWidget()
        self.inside = QVBoxLayout(self.main)
        self.inside.setContentsMargins(0, 0, 0, 0)
        self.inside.setSpacing(GRID)
        self.screens = QStackedWidget()
        self.screens.addWidget(self.main)
        if intake is not None:
            self.screens.addWidget(intake)
            intake.left.connect(self.back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self.screens, 1)

    # what a tab of a sheet offers

    def retranslate(self) -> None:
        """Texts in the language in force."""
        if self.intake is not None:
            self.intake.retranslate()

    def show_parent(self, record: str) -> None:
        """Show a class."""
        if record != self.record:
            self.record = record
            self.message.clear()
            self.back()
        self.reload()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Ask again where something of the class may have changed."""
        if self.KINDS & {*(changes.get("records") or {}), *(changes.get("bulk") or ())}:
            self.reload()

    # what subclasses use

    def show_answer(self, answer: dict[str, Any]) -> None:
        """Show what the service answered."""
        raise NotImplementedError

    def reload(self) -> None:
        """Ask the service again; only the newest answer is shown."""
        self.ops.run(
            self.ASKS,
            owner=self,
            place="answer",
            on_result=self.show_answer,
            on_fault=self.failed,
            programme=self.record,
        )

    def back(self) -> None:
        """From taking a list in to what is there."""
        self.screens.setCurrentWidget(self.main)

    def take(self, title: str, text: str = "", **given: Any) -> None:
        """Take a list in by the tab's service."""
        if self.intake is not None:
            self.screens.setCurrentWidget(self.intake)
            self.intake.begin(title, {"programme": self.record, **given}, text)

    def failed(self, fault: Fault) -> None:
        """Say it in place."""
        self.message.show_fault(fault)

    def file_to_write(self, title: str, start: str, kinds: str) -> str:
        """Where to write; blank where the user thought better of it."""
        file, _ = QFileDialog.getSaveFileName(self, title, start, kinds)
        return file

    def told_file(self, answer: dict[str, Any]) -> None:
        """Say where a file went."""
        self.desk.notify(tr("已保存到 {file}", file=answer.get("file") or answer.get("folder")))
