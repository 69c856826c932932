"""The evidence of one record: what is there, a place to drop more, and a way to look at it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.widgets.basics import DropArea, quiet
from desktop.widgets.message import MessageBar
from policy.i18n import clauses, tr


class Proofs(QWidget):
    """`opened(str)` the evidence to show."""

    opened = Signal(str)

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._target = ops, ""
        self._rows: list[dict[str, Any]] = []
        self.message = MessageBar(self)
        self._count = quiet()
        self.list = QListWidget()
        self.list.itemActivated.connect(self._open)
        self.list.itemSelectionChanged.connect(self._selected)
        self.drop = DropArea()
        self.drop.files_dropped.connect(self.add_files)
        self.show_button, self.unlink_button = QPushButton(), QPushButton()
        self.show_button.setIcon(icon("eye"))
        self.unlink_button.setIcon(icon("unlink"))
        self.show_button.clicked.connect(lambda: self._open(self.list.currentItem()))
        self.unlink_button.clicked.connect(self._unlink)
        foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(self.show_button)
        foot.addWidget(self.unlink_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self.drop)
        layout.addWidget(self.list, 1)
        layout.addLayout(foot)
        self.retranslate()
        self._selected()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.show_button.setText(tr("查看"))
        self.unlink_button.setText(tr("取消关联"))
        self.list.setAccessibleName(tr("佐证"))
        self.drop.retranslate()
        self._fill()

    def show_target(self, target: str) -> None:
        """List what proves "KIND:ID"."""
        self._target = target
        self._ask()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh when evidence changed."""
        touched = set(changes.get("records") or ()) | set(changes.get("bulk") or ())
        if self._target and touched & {"evidence", "evidence_link"}:
            self._ask()

    def add_files(self, files: list[str]) -> None:
        """Take files in for the record shown."""

        def added(answer: dict[str, Any]) -> None:
            if answer["warnings"]:
                self.message.show_text("warn", clauses(answer["warnings"]))

        if self._target:
            self._ops.run(
                "evidence.add",
                owner=self,
                on_result=added,
                on_fault=self.message.show_fault,
                title=tr("正在添加佐证"),
                files=files,
                target=self._target,
            )

    def _ask(self) -> None:
        def came(rows: list[dict[str, Any]]) -> None:
            self._rows = rows
            self._fill()

        self._ops.run("evidence.list", owner=self, place="list", on_result=came, target=self._target)

    def _fill(self) -> None:
        self.list.clear()
        for row in self._rows:
            size = shown_as.size(row["bytes"])
            item = QListWidgetItem(icon("image" if row["media_type"].startswith("image/") else "file-text"), "")
            item.setText(f"{row['title']}    {size}")
            item.setToolTip(row["file_name"])
            item.setData(Qt.ItemDataRole.UserRole, row["id"])
            self.list.addItem(item)
        self._count.setText(tr("共 {n} 份", n=len(self._rows)) if self._rows else tr("还没有佐证。"))

    def _selected(self) -> None:
        some = self.list.currentItem() is not None and bool(self.list.selectedItems())
        self.show_button.setEnabled(some)
        self.unlink_button.setEnabled(some)

    def _open(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.opened.emit(item.data(Qt.ItemDataRole.UserRole))

    def _unlink(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._ops.run(
                "evidence.unlink",
                owner=self,
                on_fault=self.message.show_fault,
                id=item.data(Qt.ItemDataRole.UserRole),
                target=self._target,
            )
