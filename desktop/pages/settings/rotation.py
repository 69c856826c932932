"""Changing the data key: who stays, whether the recovery code stays, and in plain words what it does and does not."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFormLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.settings.fold import Fold
from desktop.widgets.basics import heading, name_row
from policy.errors import Fault
from policy.i18n import sentences, tr


class Rotation(Fold):
    """Signals: `done(str)` what was done, `failed(Fault)`, `code_made(str)` a new recovery code."""

    done = Signal(str)
    failed = Signal(object)
    code_made = Signal(str)

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._rows: list[dict[str, Any]] = []
        self._who, self._code = heading(), heading()
        self.people: dict[str, QCheckBox] = {}
        self._boxes = QVBoxLayout()
        self._boxes.setSpacing(GRID // 2)
        self.keep_code, self.new_code = QRadioButton(), QRadioButton()
        self.keep_code.setChecked(True)
        group = QButtonGroup(self)
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.textChanged.connect(lambda text: self.do.setEnabled(bool(text)))
        self._form = QFormLayout()
        self._form.setSpacing(GRID)
        self._form.addRow(" ", self.passphrase)
        self.add(self._who)
        self.add(self._boxes)
        self.add(self._code)
        for button in (self.keep_code, self.new_code):
            group.addButton(button)
            self.add(button)
        self.add(self._form)
        self.do.setEnabled(False)
        self.asked.connect(self._rotate)

    def set_people(self, rows: list[dict[str, Any]]) -> None:
        """The people as `keys.list` answers them; oneself stays."""
        self._rows = rows
        for box in self.people.values():
            box.deleteLater()
        self.people = {}
        for row in rows:
            box = QCheckBox(str(row["name"]) or tr("（未登记姓名）"))
            box.setChecked(True)
            box.setEnabled(not row["own"])
            self._boxes.addWidget(box)
            self.people[row["holder"]] = box

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.set_texts(
            tr("数据密钥"),
            tr("有人离开，或钥匙文件、旧电脑可能落在别人手里时，更换数据密钥。"),
            tr("更换数据密钥…"),
            tr("开始更换"),
            tr(
                "更换后，全部数据和佐证用新的密钥重新加密；取消勾选的人，连同他们留着的旧钥匙文件，都打不开今后的内容。"
                "从前拷走的副本和备份不受影响：当时能打开的人现在仍能打开，哪个程序都改变不了这一点。"
                "留下的人口令不变。需要一些时间，中途断电也不会丢失内容。"
            ),
        )
        self._who.setText(tr("谁留下"))
        self._code.setText(tr("恢复码"))
        self.keep_code.setText(tr("已打印的恢复码继续有效"))
        self.new_code.setText(tr("作废旧的恢复码，换一个新的"))
        name_row(self._form, self.passphrase, tr("自己的口令"))
        self.set_people(self._rows)

    def fold(self) -> None:
        self.passphrase.clear()
        super().fold()

    def _rotate(self) -> None:
        passphrase = self.passphrase.text()
        self.form.setEnabled(False)
        keep = [holder for holder, box in self.people.items() if box.isChecked()]
        self._ops.run(
            "workspace.rotate_key",
            owner=self,
            on_result=lambda answer: self._rotated(answer, passphrase),
            on_fault=self._not_done,
            on_cancelled=self._cancelled,
            title=tr("正在更换数据密钥"),
            passphrase=passphrase,
            keep=keep,
            keep_recovery=self.keep_code.isChecked(),
        )

    def _rotated(self, answer: dict[str, Any], passphrase: str) -> None:
        left = tr("有 {n} 个文件早已损坏，没有重新加密。", n=len(answer["unreadable"])) if answer["unreadable"] else ""
        told = sentences(tr("数据密钥已更换，{n} 个文件已重新加密。", n=answer["files"]), left)
        if self.new_code.isChecked():
            self._ops.run(
                "keys.replace_recovery",
                owner=self,
                on_result=lambda made: self.code_made.emit(str(made["recovery_code"])),
                on_fault=self.failed.emit,
                passphrase=passphrase,
            )
        self._end()
        self.done.emit(told)

    def _cancelled(self) -> None:
        self._end()
        self.done.emit(tr("密钥已更换，还有文件没有重新加密；程序会在后台继续。"))

    def _not_done(self, fault: Fault) -> None:
        self.form.setEnabled(True)
        self.show_fault(fault)
        self.passphrase.setFocus()

    def _end(self) -> None:
        self.form.setEnabled(True)
        self.fold()
