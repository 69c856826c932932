"""The files of a round: the notice itself and the forms it came with, kept as evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ops import Ops
from desktop.pages.evidence.rows import Column, Row, RowsModel, opens, table_view
from desktop.widgets.basics import DropArea, heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Panes
from policy.i18n import tr


class FilesList(QWidget):
    """Files of one purpose: `opened(evidence id)`; `target` says what they are linked to."""

    opened = Signal(str)

    def __init__(self, ops: Ops, message: MessageBar, title: Callable[[], str], words: Callable[[], str]) -> None:
        super().__init__()
        self._ops, self._message, self._title, self._words = ops, message, title, words
        self._target = ""
        self.head, self.about = heading(), quiet()
        self.drop = DropArea()
        self.model = RowsModel(
            (
                Column(lambda: tr("文件"), lambda row: row["title"]),
                Column(lambda: tr("文件名"), lambda row: row["file_name"]),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=0)
        self.unlink = QPushButton()
        buttons = QHBoxLayout()
        buttons.addWidget(self.unlink)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self.head, self.about, self.drop):
            layout.addWidget(part)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        self.drop.files_dropped.connect(self.add)
        self.unlink.clicked.connect(self._unlink)
        opens(self.table, lambda row: self.opened.emit(row["id"]))
        self.table.selectionModel().selectionChanged.connect(lambda: self._enable())

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.head.setText(self._title())
        self.about.setText(self._words())
        self.drop.retranslate()
        self.drop.name(self._title())
        self.table.setAccessibleName(self._title())
        self.unlink.setText(tr("取消关联"))
        self.model.retranslate()

    def show_files(self, target: str, rows: list[Row]) -> None:
        """Show the files linked to that target; blank for none yet."""
        self._target = target
        self.model.set_rows(rows)
        self.drop.setEnabled(bool(target))
        self._enable()

    def add(self, files: list[str]) -> None:
        """Take files in and link them."""
        if self._target:
            self._ops.run(
                "evidence.add",
                owner=self,
                title=tr("添加文件"),
                files=files,
                target=self._target,
                on_result=self._added,
                on_fault=self._message.show_fault,
            )

    def _added(self, answer: dict[str, Any]) -> None:
        if answer["warnings"]:
            self._message.show_text("warn", "\n".join(answer["warnings"]))

    def _enable(self) -> None:
        self.unlink.setEnabled(self.model.row(self.table.currentIndex()) is not None)

    def _unlink(self) -> None:
        row = self.model.row(self.table.currentIndex())
        if row:
            self._ops.run("evidence.unlink", owner=self, id=row["id"], target=self._target)


class FilesPane(QWidget):
    """The notice beside the templates."""

    opened = Signal(str)

    def __init__(self, ops: Ops, message: MessageBar) -> None:
        super().__init__()
        self.notice = FilesList(
            ops, message, lambda: tr("通知原文"), lambda: tr("把通知的文件放在这里，核对评分表时要对照它。")
        )
        self.templates = FilesList(
            ops, message, lambda: tr("模板文件"), lambda: tr("通知所附的申报表、承诺书等空白模板。")
        )
        panes = Panes()
        panes.setHandleWidth(16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(panes)
        for part in (self.notice, self.templates):
            panes.addWidget(part)
            part.opened.connect(self.opened)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.notice.retranslate()
        self.templates.retranslate()

    def show_round(self, row: dict[str, Any] | None) -> None:
        """Show the files of a round."""
        place = f"round:{row['id']}" if row else ""
        self.notice.show_files(place, row["notice"] if row else [])
        self.templates.show_files(f"{place}.templates" if row else "", row["template_files"] if row else [])
