"""Ways into the workspace: people, one's own passphrase, the system's keyring, the recovery code, the data key."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.settings.fold import Fold, bring_in_sight, left
from desktop.pages.settings.people import People
from desktop.pages.settings.rotation import Rotation
from desktop.passphrase import NewPassphrase
from desktop.widgets.basics import heading, name_row, primary, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.recovery import RecoveryCode
from policy.errors import Fault
from policy.i18n import tr


class Keys(QWidget):
    """All of it is done in place; what it says stands at its top."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk = ops, desk
        self._remembered = bool(desk.info.get("keyring"))
        self.message = MessageBar(self)
        self._mend_head, self._mend_said, self.mend = heading(), quiet(), primary()
        self.mend.clicked.connect(self._mend)
        self.people = People(ops)
        self.people.said.connect(self._went_well)
        self.people.removed.connect(self._removed)
        self.changing, self.old, self.new = Fold(), _secret(), NewPassphrase()
        self.new.form.insertRow(0, " ", self.old)
        self.changing.add(self.new)
        self.changing.asked.connect(self._change)
        self.changing.unfolded.connect(self.old.setFocus)
        self._ring_head, self._ring_said, self.ring = heading(), quiet(), QPushButton()
        self.ring.clicked.connect(self._switch_ring)
        self.replacing, self.proof, self._proof_form = Fold(), _secret(), QFormLayout()
        self._proof_form.addRow(" ", self.proof)
        self.replacing.add(self._proof_form)
        self.replacing.asked.connect(self._replace_code)
        self.replacing.unfolded.connect(self.proof.setFocus)
        self.code = RecoveryCode()
        self.code.confirmed.connect(self._noted)
        self.rotation = Rotation(ops)
        self.rotation.done.connect(self._rotated)
        self.rotation.failed.connect(self._failed)
        self.rotation.code_made.connect(self._show_code)
        self.people.known.connect(self.rotation.set_people)
        for field in (self.old, self.proof):
            field.textChanged.connect(lambda _text: self._judge())
        self.new.changed.connect(lambda _good: self._judge())
        self._mending = _column(self._mend_head, self._mend_said, left(self.mend))
        ring = _column(self._ring_head, self._ring_said, left(self.ring))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID * 3)
        layout.addWidget(self.message)
        for part in (self._mending, self.people, self.changing, ring, self.replacing, self.code, self.rotation):
            layout.addWidget(part)
        layout.addStretch(1)
        QWidget.setTabOrder(self.old, self.new.first)  # as they stand; the first one came last
        QWidget.setTabOrder(self.new.first, self.new.second)
        self.code.hide()
        self._judge()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._mend_head.setText(tr("钥匙文件有损坏"))
        self._mend_said.setText(
            tr(
                "数据没有受影响。修复会用完好的部分重写钥匙文件和它的副本；在两份里都已损坏的口令随之去掉，请核对下面的名单。"
            )
        )
        self.mend.setText(tr("立即修复"))
        self._mending.setVisible(any(one["code"] == "warn.keyslots" for one in self._desk.info.get("cautions", ())))
        self.people.retranslate()
        self.changing.set_texts(tr("自己的口令"), "", tr("更换口令…"), tr("更换口令"))
        name_row(self.new.form, self.old, tr("现在的口令"))
        self.new.retranslate()
        self._ring_head.setText(tr("系统钥匙串"))
        self._ring_said.setText(
            tr("这台电脑记住了钥匙：启动时自动打开；锁定后仍要输入口令。")
            if self._remembered
            else tr("可以让这台电脑的系统钥匙串记住钥匙，启动时不必输入口令。多人共用的电脑请不要使用。")
        )
        self.ring.setText(tr("不再记住") if self._remembered else tr("在这台电脑上记住"))
        self.replacing.set_texts(
            tr("恢复码"),
            tr("恢复码纸页遗失或外泄时换一个新的；旧的恢复码随即作废，口令不变。"),
            tr("更换恢复码…"),
            tr("换成新的恢复码"),
        )
        name_row(self._proof_form, self.proof, tr("自己的口令（证明身份）"))
        self.code.retranslate()
        self.rotation.retranslate()

    def arrive(self) -> None:
        """The page is shown: who is there, and is everything whole."""
        self.people.refresh()
        self._ops.run("workspace.cautions", owner=self, place="cautions", on_result=self._cautions_came)

    def _judge(self) -> None:
        self.changing.do.setEnabled(bool(self.old.text()) and self.new.is_good())
        self.replacing.do.setEnabled(bool(self.proof.text()))

    def _change(self) -> None:
        self.changing.do.setEnabled(False)

        def changed(_answer: dict[str, Any]) -> None:
            self.old.clear()
            self.new.clear()
            self.changing.fold()
            self._went_well(tr("口令已更换，旧口令不能再打开这个工作区。"))

        self._ops.run(
            "workspace.change_passphrase",
            owner=self,
            on_result=changed,
            on_fault=partial(self._refused, self.changing),
            passphrase=self.old.text(),
            new_passphrase=self.new.passphrase(),
        )

    def _replace_code(self) -> None:
        self.replacing.do.setEnabled(False)

        def replaced(answer: dict[str, Any]) -> None:
            self.proof.clear()
            self.replacing.fold()
            self.message.clear()
            self._show_code(str(answer["recovery_code"]))

        self._ops.run(
            "keys.replace_recovery",
            owner=self,
            on_result=replaced,
            on_fault=partial(self._refused, self.replacing),
            passphrase=self.proof.text(),
        )

    def _show_code(self, code: str) -> None:
        told = self.message.text()  # of the new data key; it would be out of sight above
        self.message.clear()
        self.code.set_code(str(self._desk.info["organisation"]["name"]), str(self._desk.info["workspace"]), code)
        self.code.show()
        if told:
            self.code.message.show_text("good", told)
        bring_in_sight(self.code)

    def _noted(self, noted: bool) -> None:
        if noted:
            self.code.hide()
            self.code.forget()
            self._went_well(tr("新的恢复码已记下，旧的已作废；请销毁旧的纸页。"))

    def _removed(self, name: str) -> None:
        self.message.show_text(
            "warn",
            tr("已移除{name}。从前拷走的钥匙文件和副本仍能用原来的口令打开。", name=name),
            tr("更换数据密钥…"),
            self._unfold_rotation,
        )
        bring_in_sight(self.message)

    def _unfold_rotation(self) -> None:
        self.rotation.unfold()

    def _rotated(self, told: str) -> None:
        self._went_well(told)
        self.people.refresh()
        self._desk.look_again()

    def _mend(self) -> None:
        def mended(_answer: dict[str, Any]) -> None:
            self._went_well(tr("钥匙文件和副本已重写；请核对名单，缺了谁就重新增加。"))
            self.arrive()
            self._desk.look_again()

        self._ops.run("keys.mend", owner=self, on_result=mended, on_fault=self._failed)

    def _cautions_came(self, cautions: list[dict[str, Any]]) -> None:
        self._desk.info["cautions"] = cautions
        self.retranslate()

    def _switch_ring(self) -> None:
        name = "workspace.forget_keyring" if self._remembered else "workspace.remember"

        def done(_answer: None) -> None:
            self._remembered = not self._remembered
            self._desk.info["keyring"] = self._remembered
            self._desk.settings.set("keyring", self._remembered)
            self.message.clear()
            self.retranslate()
            self.people.refresh()

        self._ops.run(name, owner=self, on_result=done, on_fault=self._failed)

    def _went_well(self, text: str) -> None:
        self.message.show_text("good", text)
        bring_in_sight(self.message)

    def _refused(self, form: Fold, fault: Fault) -> None:
        self._judge()
        form.show_fault(fault)

    def _failed(self, fault: Fault) -> None:
        self.message.show_fault(fault)
        bring_in_sight(self.message)


def _secret() -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


def _column(head: QWidget, said: QWidget, buttons: Any) -> QWidget:
    part = QWidget()
    layout = QVBoxLayout(part)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID)
    layout.addWidget(head)
    layout.addWidget(said)
    layout.addLayout(buttons)
    return part
