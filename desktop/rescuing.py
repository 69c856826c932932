"""The button before a damaged workspace that takes what can be read into a new folder, and says what came along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.widgets.basics import primary
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import tr

DAMAGED = ("store.damaged", "store.log_damaged", "store.migration_failed")


class RescueReport(QDialog):
    """What came along and what is lost, line by line, to read and to copy; closing it enters the new workspace."""

    def __init__(self, lines: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("抢救的结果"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QPlainTextEdit("\n".join(lines))
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("抢救的结果"))
        self.enter = primary(tr("进入新工作区"))
        self.enter.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setSpacing(GRID)
        layout.addWidget(self.text)
        layout.addWidget(self.enter, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(560, 360)


class RescueButton(QPushButton):
    """`rescued(dict)` with the answer of `workspace.info` of the new workspace, once the report was read."""

    rescued = Signal(dict)

    def __init__(self, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message = message
        self._ops: Ops | None = None
        self._folder = ""
        self._secret: Callable[[], dict[str, Any]] = dict
        self.report: RescueReport | None = None
        self.hide()
        self.clicked.connect(self._choose)

    def offer(self, ops: Ops | None, folder: str, fault: Fault | None, secret: Callable[[], dict[str, Any]]) -> None:
        """Show it where the fault is damage; `secret` gives the way in that was typed, {} for the keyring."""
        self._ops, self._folder, self._secret = ops, folder, secret
        self.setVisible(fault is not None and fault.code in DAMAGED)

    def retranslate(self) -> None:
        self.setText(tr("抢救可读内容到新文件夹…"))

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("选择一个新的或空的文件夹"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setDirectory(str(Path(self._folder).parent))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.rescue_into)
        dialog.open()

    def rescue_into(self, target: str) -> None:
        """Take what can be read into the new folder."""
        if self._ops is None:
            return
        self.setEnabled(False)
        self._ops.run(
            "workspace.rescue",
            owner=self,
            on_result=self._done,
            on_progress=self._under_way,
            on_fault=self._failed,
            folder=self._folder,
            target=target,
            **self._secret(),
        )

    def _under_way(self, _done: int, _total: int, text: str) -> None:
        self._message.show_text("busy", tr("正在抢救：{what}", what=text))

    def _done(self, answer: dict[str, Any]) -> None:
        self.setEnabled(True)
        self.hide()
        if self._ops is None:
            return

        def came(info: dict[str, Any]) -> None:
            self._message.clear()
            self.report = RescueReport(answer["report"], self.window())
            self.report.finished.connect(lambda _how: self.rescued.emit(info))
            self.report.open()

        self._ops.run("workspace.info", owner=self, on_result=came, on_fault=self._failed)

    def _failed(self, fault: Fault) -> None:
        self.setEnabled(True)
        self._message.show_fault(fault)
