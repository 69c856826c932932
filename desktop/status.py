"""The foot of the window: what was just done, the running task with cancel, what waits to be sent, the last backup."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from desktop.look import GRID
from desktop.models.format import moment
from desktop.ops import Ops, Ticket
from desktop.widgets.backupline import backup_state
from desktop.widgets.basics import StatusChip, name_tool, tool
from policy.i18n import clauses, tr

_NOTICE_MS = 6000
_AGAIN_MS = 600_000  # a backup that was made by itself, and the days since the last one
_WAITING = ("none", "queued", "created", "sending", "unknown", "failed")


class StatusStrip(QWidget):
    """Listens to `Ops`; asks for deliveries and the last backup when told to."""

    waiting_clicked = Signal()
    drafts_clicked = Signal()
    copies_clicked = Signal()
    backup_clicked = Signal()

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._ticket: Ticket | None = None
        self._waiting: int | None = None
        self._backup: dict[str, Any] | None = None
        self._notice, self._task = QLabel(), QLabel()
        self._bar = QProgressBar()
        self._bar.setMaximumWidth(160)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(GRID)
        self._cancel = tool("x")
        self._cancel.clicked.connect(self._stop)
        self._sending = QToolButton()
        self._sending.setAutoRaise(True)
        self._sending.clicked.connect(self.waiting_clicked)
        self._left, self._seconds = StatusChip(), -1
        self._drafts, self._copies = QToolButton(), QToolButton()
        self._counts = {self._drafts: 0, self._copies: 0}
        for button, clicked in ((self._drafts, self.drafts_clicked), (self._copies, self.copies_clicked)):
            button.setAutoRaise(True)
            button.clicked.connect(clicked)
        self._saved = StatusChip()
        self._save = tool("hard-drive")
        self._save.clicked.connect(self.backup_clicked)
        self._narrow = False
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 2, 2, GRID * 2, 2)
        row.setSpacing(GRID)
        row.addWidget(self._notice, 1)
        row.addWidget(self._left, 0, Qt.AlignmentFlag.AlignVCenter)
        for part in (
            self._task, self._bar, self._cancel, self._copies, self._drafts, self._sending, self._saved, self._save,
        ):  # fmt: skip
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self._hide = QTimer(self)
        self._hide.setSingleShot(True)
        self._hide.setInterval(_NOTICE_MS)
        self._hide.timeout.connect(self._notice.clear)
        self._again = QTimer(self)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        self._again.start()
        ops.started.connect(self._started)
        ops.progressed.connect(self._progressed)
        ops.finished.connect(self._finished)
        self._show_task(False)
        self.retranslate()

    def notify(self, text: str) -> None:
        """Say something that went well, for a few seconds."""
        self._notice.setText(text)
        self._notice.setAccessibleName(text)
        self._hide.start()

    def notice(self) -> str:
        """What is being said."""
        return self._notice.text()

    def show_time_left(self, seconds: int) -> None:
        """How long until the workspace is locked: 0 when the running task is done, -1 for nothing to tell."""
        self._seconds = seconds
        self.retranslate()

    def show_drafts(self, count: int) -> None:
        """How many texts are not saved."""
        self._counts[self._drafts] = count
        self.retranslate()

    def show_copies(self, count: int) -> None:
        """How many clear copies lie about for other programs."""
        self._counts[self._copies] = count
        self.retranslate()

    def drafts_button(self) -> QToolButton:
        """Where the list of unsaved texts opens."""
        return self._drafts

    def make_do(self, *, narrow: bool) -> None:
        """Fewer words where the window is narrow; all of them stay in the tips."""
        if narrow != self._narrow:
            self._narrow = narrow
            edge = GRID if narrow else GRID * 2
            self._row.setContentsMargins(edge, 2, edge, 2)
            self._bar.setMaximumWidth(64 if narrow else 160)
            self.retranslate()

    def refresh(self) -> None:
        """Ask again what waits and when the last backup was made."""
        self._ops.run("delivery.list", owner=self, place="waiting", on_result=self._deliveries)
        self._ops.run("backup.last", owner=self, place="backup", on_result=self._backup_came)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        name_tool(self._cancel, tr("取消正在进行的任务"))
        name_tool(self._save, tr("现在备份"))
        self._bar.setAccessibleName(tr("任务进度"))
        left = tr("{n} 秒后锁定", n=self._seconds) if self._seconds > 0 else tr("任务完成后锁定")
        self._left.set_state("warn", left)
        self._left.setVisible(self._seconds >= 0)
        self._drafts.setText(tr("{n} 份未保存的草稿", n=self._counts[self._drafts]))
        self._copies.setText(tr("{n} 份未加密的副本 · 删除", n=self._counts[self._copies]))
        self._copies.setToolTip(tr("为其他程序打开的未加密副本；锁定或退出时也会删除"))
        for button, count in self._counts.items():
            button.setVisible(count > 0)
        if self._waiting is not None:
            self._sending.setText(tr("待报送 {n}", n=self._waiting) if self._waiting else tr("没有待报送"))
        self._sending.setVisible(bool(self._waiting) or (self._waiting is not None and not self._narrow))
        if self._backup is not None:
            state, words, reason = backup_state(self._backup)
            self._saved.set_state(state, "" if self._narrow else words)
            self._saved.setAccessibleName(words)
            told = reason or moment(self._backup["at_ms"])
            self._saved.setToolTip(clauses((words, told)) if self._narrow else told)
            self._saved.setAccessibleDescription(reason)
        self._saved.setVisible(self._backup is not None)

    def _deliveries(self, rows: list[dict[str, Any]]) -> None:
        self._waiting = sum(1 for row in rows if row.get("state") in _WAITING)
        self.retranslate()

    def _backup_came(self, answer: dict[str, Any]) -> None:
        self._backup = answer
        self.retranslate()

    def _started(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._task.setText(ticket.title)
        self._bar.setRange(0, 0)
        self._show_task(True)

    def _progressed(self, ticket: Ticket, done: int, total: int, text: str) -> None:
        if ticket is not self._ticket:
            return
        scale = max(1, total >> 20)  # bytes of a large file do not fit the bar's integers
        self._bar.setRange(0, total // scale)
        self._bar.setValue(done // scale)
        self._task.setText(f"{ticket.title} {text}".strip())

    def _finished(self, ticket: Ticket) -> None:
        if ticket is self._ticket:
            self._ticket = None
            self._show_task(False)

    def _stop(self) -> None:
        if self._ticket:
            self._ops.cancel(self._ticket)

    def _show_task(self, on: bool) -> None:
        for part in (self._task, self._bar, self._cancel):
            part.setVisible(on)
