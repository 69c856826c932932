"""A new round: title, period, carrier and day, from which the firms that are asked follow; and what they are asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.fields import fields_of
from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.collect.picking import Picking
from desktop.widgets.basics import heading, primary, quiet
from desktop.widgets.form import FormEditor
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import tr

_ASKED = ("title", "kind", "period", "carrier", "due_on")
_PAUSE = 250  # ms after the last key before the figures of a period are asked for


class Beginning(QWidget):
    """Asks what a round needs. `begun(str)` with its id; `left()` without one."""

    begun = Signal(str)
    left = Signal()

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._title, self._said = heading(large=True), quiet()
        self.message = MessageBar(self)
        self.form = FormEditor(ops, fields_of("collection_round", _ASKED))
        self.picking = Picking(ops)
        self.picking.sample_asked.connect(self._choose_sample)
        self.picking.settled.connect(self._settled)
        self._begins = 0  # rounds that were begun to be typed: an answer is about the one it was asked for
        self._hasty = False  # whether the round was to begin before the figures of its period were listed
        self.form.editor("period").changed.connect(self._look_soon)
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE)
        self._soon.timeout.connect(self._look)
        self.go, self.leave = primary(), QPushButton()
        self.go.clicked.connect(lambda _checked=False: self.run())
        self.leave.clicked.connect(lambda _checked=False: self._leave())
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._title)
        layout.addWidget(self._said)
        layout.addWidget(self.message)
        layout.addWidget(self.form)
        layout.addWidget(self.picking, 1)
        layout.addLayout(foot)
        for keys, does in (("Ctrl+Return", self.run), ("Ctrl+Enter", self.run), ("Escape", self._leave)):
            shortcut = QShortcut(QKeySequence(keys), self, does)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._title.setText(tr("新采集批次"))
        self._said.setText(
            tr("期间写 2025（年报）或 2025Q3（季报）。期末在这个载体的企业和团队各有一张表；年报还包括当年毕业的。")
        )
        self.go.setText(tr("开始采集"))
        self.leave.setText(tr("取消"))
        self.form.retranslate()
        self.picking.retranslate()

    def start(self, given: dict[str, str] | None = None) -> None:
        """Empty the form and begin to type."""
        self._begins, self._hasty = self._begins + 1, False
        self.message.clear()
        self.form.load(dict(given or {}))
        self.go.setEnabled(True)
        self._look()
        self.form.editor(_ASKED[0]).setFocus()

    def run(self) -> None:
        """Begin the round with what was typed; once the figures of the period last typed are listed."""
        if not self.go.isEnabled():
            return
        self._look()
        self._hasty = self.picking.waits()
        if self._hasty:
            return
        picked = self.picking.picked()
        if self.picking.offers() and not picked:
            self.message.show_text("info", tr("一项也没有选；请至少勾选一个数据项。"))
            return
        self.go.setEnabled(False)
        asked: dict[str, Any] = self.form.values()
        asked["name"] = asked.pop("title")  # an operation's title is what its progress is called
        asked["fields"] = picked or None
        mine = self._begins

        def over(answer: dict[str, Any]) -> None:
            if mine == self._begins and self.isVisible():  # else the person has gone on
                self.go.setEnabled(True)
                self.begun.emit(answer["id"])

        def refused(fault: Fault) -> None:
            if mine != self._begins or not self.isVisible():
                self._ops.faulted.emit(fault)
                return
            self.go.setEnabled(True)
            if not self.form.show_fault(fault):
                self.message.show_fault(fault)

        self._ops.run("collect.start", owner=self, on_result=over, on_fault=refused, **asked)

    def _leave(self) -> None:
        self._hasty = False
        self.left.emit()

    def write_sample(self, file: str) -> None:
        """Write the form as it would go out, with what is ticked."""
        self._ops.run(
            "collect.sample",
            owner=self,
            on_result=lambda done: self.message.show_text("good", tr("已写入 {file}", file=done["file"])),
            on_fault=self.message.show_fault,
            period=self.form.editor("period").text(),
            file=file,
            fields=self.picking.picked() or None,
        )

    def _choose_sample(self) -> None:
        start = str(Path.home() / f"{tr('填报表样表')}.xlsx")
        file, _ = QFileDialog.getSaveFileName(self, tr("样表"), start, "Excel (*.xlsx)")
        if file:
            self.write_sample(file)

    def _look_soon(self) -> None:
        self._soon.start()

    def _look(self) -> None:
        self._soon.stop()
        self.picking.show_period(self.form.editor("period").text().strip())

    def _settled(self) -> None:
        if self._hasty:
            self.run()
