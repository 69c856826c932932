"""Ways into the workspace: change the passphrase, the system's keyring."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.passphrase import NewPassphrase
from desktop.widgets.basics import heading, name_row, primary, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.recovery import RecoveryCode
from policy.i18n import tr


class Keys(QWidget):
    """Passphrase and keyring, each done in place."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk = ops, desk
        self._remembered = bool(desk.info.get("keyring"))
        self.message = MessageBar(self)
        self._head, self._ring_head, self._code_head = heading(), heading(), heading()
        self._ring_said, self._code_said = quiet(), quiet()
        self.old = QLineEdit()
        self.old.setEchoMode(QLineEdit.EchoMode.Password)
        self.old.textChanged.connect(lambda _text: self._judge())
        self.new = NewPassphrase()
        self.new.changed.connect(lambda _good: self._judge())
        self.change = primary()
        self.change.clicked.connect(self._change)
        self.new.form.insertRow(0, " ", self.old)
        self.new.setMaximumWidth(480)
        self.ring = QPushButton()
        self.ring.clicked.connect(self._switch_ring)
        self.new_code = QPushButton()
        self.new_code.clicked.connect(self._replace_code)
        self.code = RecoveryCode()
        self.code.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self._head)
        layout.addWidget(self.new)
        layout.addLayout(_left(self.change))
        layout.addSpacing(GRID)
        layout.addWidget(self._ring_head)
        layout.addWidget(self._ring_said)
        layout.addLayout(_left(self.ring))
        layout.addSpacing(GRID)
        layout.addWidget(self._code_head)
        layout.addWidget(self._code_said)
        layout.addLayout(_left(self.new_code))
        layout.addWidget(self.code)
        layout.addStretch(1)
        self._judge()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._head.setText(tr("更换口令"))
        name_row(self.new.form, self.old, tr("现在的口令"))
        self.new.retranslate()
        self.change.setText(tr("更换口令"))
        self._ring_head.setText(tr("系统钥匙串"))
        self._ring_said.setText(
            tr("这台电脑记住了钥匙：启动时自动打开；锁定后仍要输入口令。")
            if self._remembered
            else tr("可以让这台电脑的系统钥匙串记住钥匙，启动时不必输入口令。多人共用的电脑请不要使用。")
        )
        self.ring.setText(tr("不再记住") if self._remembered else tr("在这台电脑上记住"))
        self._code_head.setText(tr("恢复码"))
        self._code_said.setText(
            tr("恢复码纸页遗失或外泄时换一个新的；旧的恢复码随即作废。请先在上面输入现在的口令，再设新口令。")
        )
        self.new_code.setText(tr("更换口令和恢复码"))
        self.code.retranslate()

    def _judge(self) -> None:
        ready = bool(self.old.text()) and self.new.is_good()
        self.change.setEnabled(ready)
        self.new_code.setEnabled(ready)

    def _change(self) -> None:
        self._ops.run(
            "workspace.change_passphrase",
            owner=self,
            on_result=lambda _answer: self._changed(),
            on_fault=self.message.show_fault,
            passphrase=self.old.text(),
            new_passphrase=self.new.passphrase(),
        )

    def _changed(self) -> None:
        self.old.clear()
        self.new.clear()
        self.message.show_text("good", tr("口令已更换，旧口令不能再打开这个工作区。"))

    def _replace_code(self) -> None:
        """The old passphrase is proven first; then both are replaced."""
        passphrase = self.new.passphrase()

        def proven(_answer: dict[str, Any]) -> None:
            self._ops.run(
                "workspace.reset_passphrase",
                owner=self,
                on_result=replaced,
                on_fault=self.message.show_fault,
                new_passphrase=passphrase,
            )

        def replaced(answer: dict[str, Any]) -> None:
            self._changed()
            self.code.set_code(str(self._desk.info["organisation"]["name"]), str(answer["recovery_code"]))
            self.code.show()

        self._ops.run(
            "workspace.change_passphrase",
            owner=self,
            on_result=proven,
            on_fault=self.message.show_fault,
            passphrase=self.old.text(),
            new_passphrase=passphrase,
        )

    def _switch_ring(self) -> None:
        name = "workspace.forget_keyring" if self._remembered else "workspace.remember"

        def done(_answer: None) -> None:
            self._remembered = not self._remembered
            self._desk.info["keyring"] = self._remembered
            self._desk.settings.set("keyring", self._remembered)
            self.message.clear()
            self.retranslate()

        self._ops.run(name, owner=self, on_result=done, on_fault=self.message.show_fault)


def _left(button: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(button)
    row.addStretch(1)
    return row
