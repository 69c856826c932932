"""Opening a workspace that exists: by passphrase, by recovery code (then a new passphrase), or by the keyring."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from desktop.ops import Ops
from desktop.passphrase import NewPassphrase
from desktop.widgets.basics import card, heading, primary, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.recovery import RecoveryCode
from policy.errors import Fault
from policy.i18n import tr

_WIDTH = 460


class UnlockPage(QWidget):
    """`opened(dict)` with the answer of `workspace.info`; `other_asked` to choose or make another workspace."""

    opened = Signal(dict)
    other_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops: Ops | None = None
        self._folder = ""
        self._info: dict[str, Any] = {}
        self._by_code = False
        frame, inside = card()
        frame.setFixedWidth(_WIDTH)
        self.message = MessageBar(self)
        self._title, self._place = heading(large=True), quiet()
        self.secret = QLineEdit()
        self.secret.returnPressed.connect(self.open_now)
        self.open_button = primary()
        self.open_button.clicked.connect(self.open_now)
        self.way, self.other = QPushButton(), QPushButton()
        for button in (self.way, self.other):
            button.setFlat(True)
        self.way.clicked.connect(self._switch_way)
        self.other.clicked.connect(self.other_asked)
        self._steps = QStackedWidget()
        self._steps.addWidget(self._first())
        self.new = NewPassphrase()
        self.set_button, self.later = primary(), QPushButton()
        self.new.changed.connect(self.set_button.setEnabled)
        self.set_button.setEnabled(False)
        self.set_button.clicked.connect(self._reset)
        self.later.clicked.connect(lambda: self.opened.emit(self._info))
        self._why = quiet()
        self._steps.addWidget(self._second())
        self.code = RecoveryCode()
        self.go_on = primary()
        self.go_on.setEnabled(False)
        self.code.confirmed.connect(self.go_on.setEnabled)
        self.go_on.clicked.connect(lambda: self.opened.emit(self._info))
        self._steps.addWidget(_column(self.code, self.go_on))
        mark = QLabel()
        mark.setPixmap(icon("lock", "unknown").pixmap(32, 32))
        inside.addWidget(mark)
        inside.addWidget(self._title)
        inside.addWidget(self._place)
        inside.addWidget(self.message)
        inside.addWidget(self._steps)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(frame, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self.retranslate()

    def prepare(self, ops: Ops | None, folder: str, *, keyring: bool) -> None:
        """Ask for this workspace's passphrase; without `ops` the last one is still being closed.

        `keyring` tries the system's keyring first; never after a lock.
        """
        self._ops, self._folder = ops, folder
        self.secret.clear()
        self.new.clear()
        self._steps.setCurrentIndex(0)
        self.message.clear()
        self._by_code = False
        self.retranslate()
        self._enable(ops is not None)
        if ops is not None and keyring:
            self._enable(False)
            ops.run("workspace.open", owner=self, on_result=self._came, on_fault=self._no_keyring, folder=folder)
        self.secret.setFocus()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._title.setText(tr("打开工作区"))
        self._place.setText(self._folder)
        label = tr("恢复码") if self._by_code else tr("口令")
        self.secret.setPlaceholderText(label)
        self.secret.setAccessibleName(label)
        self.secret.setEchoMode(QLineEdit.EchoMode.Normal if self._by_code else QLineEdit.EchoMode.Password)
        self.open_button.setText(tr("打开"))
        self.way.setText(tr("改用口令") if self._by_code else tr("忘记口令：使用恢复码"))
        self.other.setText(tr("其他工作区…"))
        self._why.setText(tr("已用恢复码打开。请设定新口令；同时会换一个新的恢复码，旧的随即作废。"))
        self.set_button.setText(tr("设定新口令"))
        self.later.setText(tr("以后再说"))
        self.go_on.setText(tr("进入工作区"))
        self.new.retranslate()
        self.code.retranslate()

    def open_now(self) -> None:
        """Try what was typed."""
        text = self.secret.text()
        if self._ops is None or not text.strip() or not self.open_button.isEnabled():
            return
        self._enable(False)
        secret: dict[str, Any] = {"recovery_code": text.strip()} if self._by_code else {"passphrase": text}
        self._ops.run(
            "workspace.open", owner=self, on_result=self._came, on_fault=self._refused, folder=self._folder, **secret
        )

    def _came(self, info: dict[str, Any]) -> None:
        self._info = info
        self.secret.clear()
        self._enable(True)
        if self._by_code:
            self.message.clear()
            self._steps.setCurrentIndex(1)
            self.new.first.setFocus()
        else:
            self.opened.emit(info)

    def _refused(self, fault: Fault) -> None:
        self._enable(True)
        self.message.show_fault(fault)
        self.secret.selectAll()
        self.secret.setFocus()

    def _no_keyring(self, fault: Fault) -> None:
        self._enable(True)
        if fault.code not in ("key.keyring_empty", "keyring.unavailable"):
            self.message.show_fault(fault)
        self.secret.setFocus()

    def _reset(self) -> None:
        passphrase = self.new.passphrase()
        if self._ops is None or not passphrase:
            return
        self.set_button.setEnabled(False)

        def done(answer: dict[str, Any]) -> None:
            self.new.clear()
            self.code.set_code(str(self._info["organisation"]["name"]), str(answer["recovery_code"]))
            self._steps.setCurrentIndex(2)

        self._ops.run(
            "workspace.reset_passphrase",
            owner=self,
            on_result=done,
            on_fault=self.message.show_fault,
            new_passphrase=passphrase,
        )

    def _switch_way(self) -> None:
        self._by_code = not self._by_code
        self.secret.clear()
        self.message.clear()
        self.retranslate()
        self.secret.setFocus()

    def _enable(self, on: bool) -> None:
        for part in (self.secret, self.open_button, self.way, self.other):
            part.setEnabled(on)

    def _first(self) -> QWidget:
        links = QHBoxLayout()
        links.addWidget(self.way)
        links.addStretch(1)
        links.addWidget(self.other)
        page = _column(self.secret, self.open_button)
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - made just above
        layout.insertLayout(2, links)
        return page

    def _second(self) -> QWidget:
        buttons = QHBoxLayout()
        buttons.addWidget(self.set_button)
        buttons.addWidget(self.later)
        buttons.addStretch(1)
        page = _column(self._why, self.new)
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - made just above
        layout.insertLayout(2, buttons)
        return page


def _column(*parts: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)
    return page
