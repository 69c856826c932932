"""Evidence opened with another program from the window: made on a person's word, counted, and removed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from desktop.ops import Ops
from desktop.widgets.message import MessageBar
from policy.i18n import sentences, tr


class OpenCopies(QObject):
    """`changed(int)` tells how many clear copies there are. The store process removes them when it ends, too."""

    changed = Signal(int)

    def __init__(
        self, ops: Ops, parent: QObject | None = None, *, opener: Callable[[QUrl], bool] = QDesktopServices.openUrl
    ) -> None:
        super().__init__(parent)
        self._ops, self._opener = ops, opener

    def ask(self, evidence: str, message: MessageBar) -> None:
        """Say where the copy would lie and that it is in clear; it is made when the person agrees."""

        def say(place: dict[str, Any]) -> None:
            message.show_text(
                "warn",
                sentences(
                    tr("将在 {folder} 放一份未加密的副本，用其他程序打开；锁定或退出时删除。", folder=place["folder"]),
                    ""
                    if place["in_memory"]
                    else tr("本机没有内存文件夹，副本会写到硬盘上，删除后仍可能被恢复；请先确认硬盘已加密。"),
                ),
                tr("放副本并打开"),
                lambda: self.open(evidence, message),
            )

        self._ops.run("evidence.outside_place", owner=message, place="copy", on_result=say, on_fault=message.show_fault)

    def open(self, evidence: str, message: MessageBar) -> None:
        """Make the copy and hand it to the program the system has for it."""

        def made(answer: dict[str, Any]) -> None:
            self.changed.emit(answer["copies"])
            if not self._opener(QUrl.fromLocalFile(answer["file"])):
                message.show_text(
                    "warn", tr("系统没有可打开它的程序；副本在 {file}，用完请删除。", file=answer["file"])
                )

        self._ops.run(
            "evidence.open_outside",
            owner=self,
            on_result=made,
            on_fault=message.show_fault,
            title=tr("正在放副本"),
            id=evidence,
        )

    def remove(self) -> None:
        """Remove them all; what another program holds open stays counted."""
        self._ops.run(
            "evidence.close_outside", owner=self, on_result=lambda answer: self.changed.emit(answer["copies"])
        )
