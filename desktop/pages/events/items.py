"""路演项目: what was shown at an event, what came of it, and a case begun from an item."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.widgets.basics import quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.related import Related
from desktop.widgets.room import Flow
from policy.errors import Fault
from policy.i18n import clauses, tr

COLUMNS = ("title", "achievement", "need", "firm", "feedback", "case")


class Items(QWidget):
    """The items of one event with their form, what stands behind the event, and what followed."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk, self._event = ops, desk, ""
        self._told: dict[str, Any] = {}
        self._item: dict[str, Any] = {}
        self.message = MessageBar(self)
        self.summary = quiet()
        self.begin, self.open = QPushButton(), QPushButton()
        self.begin.setIcon(icon("file-plus"))
        self.open.setIcon(icon("briefcase"))
        self.begin.clicked.connect(self._begin)
        self.open.clicked.connect(self._open)
        self.items = Related(ops, "event_item", "event", COLUMNS, desk)
        self.items.form.loaded.connect(self._chosen)
        buttons = Flow()
        buttons.addWidget(self.summary, 1)
        buttons.addWidget(self.open, 0, Qt.AlignmentFlag.AlignTop)
        buttons.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addLayout(buttons)
        layout.addWidget(self.items, 1)
        self._enable()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.begin.setText(tr("由此建案"))
        self.begin.setToolTip(tr("以选中的路演项目建一个案件，带上成果、需求和企业"))
        self.open.setText(tr("打开案件"))
        self.items.retranslate()
        self._tell()

    def show_parent(self, record: str) -> None:
        """Show the items of an event."""
        if record != self._event:
            self._event, self._item, self._told = record, {}, {}
            self._tell()
        self.message.clear()
        self.items.show_parent(record)
        self._ask()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        self.items.changes_came(changes)
        self._ask()

    def _ask(self) -> None:
        if self._event:
            self._ops.run("event.summary", owner=self, place="summary", event=self._event, on_result=self._came)

    def _came(self, told: dict[str, Any]) -> None:
        self._told = told
        self._tell()
        self._enable()

    def _tell(self) -> None:
        told = self._told
        if not told:
            self.summary.clear()
            return
        said = [
            tr("登记 {n} 人，签到 {m} 人", n=told["people"], m=told["signed"]),
            tr("企业 {n} 家，投资机构 {m} 家", n=told["firms"], m=told["investors"]),
            tr("路演 {n} 项，形成案件 {m} 个", n=told["items"], m=len(told["cases"])),
            tr("计入举办场次") if told["counts"] else tr("不计入举办场次（非主办或承办）"),
        ]
        if told["filed"] is not None:
            said.append(tr("已事前备案") if told["filed"] else tr("没有在活动开始前备案"))
        self.summary.setText(clauses(said))

    def _chosen(self, row: dict[str, Any]) -> None:
        self._item = row
        self._enable()

    def _enable(self) -> None:
        stored, led = bool(self._item.get("id")), bool(self._item.get("case"))
        self.begin.setEnabled(stored and not led)
        self.open.setEnabled(led)

    def _begin(self) -> None:
        self._ops.run(
            "event.begin_case",
            owner=self,
            item=self._item["id"],
            on_result=lambda done: self._desk.open_record("case", done["case"]),
            on_fault=self._refused,
        )

    def _open(self) -> None:
        self._desk.open_record("case", self._item["case"])

    def _refused(self, fault: Fault) -> None:
        self.message.show_fault(fault)
