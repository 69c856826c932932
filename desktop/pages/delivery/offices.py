"""The receiving offices: their profile files and tokens, shown with the fingerprint to compare by telephone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.look import state_icon
from desktop.ops import Ops
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.widgets.basics import LongCheck, card, heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow
from policy.i18n import listed, tr


class OfficesPane(QWidget):
    """The list, and a form to add one. `loaded(list)` after every reading."""

    loaded = Signal(list)

    def __init__(self, ops: Ops, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._message = ops, message
        self.model = RowsModel(
            (
                Column(lambda: tr("名称"), lambda row: row["name"]),
                Column(lambda: tr("网址"), lambda row: row["url"]),
                Column(lambda: tr("档案签名"), _signed, icon=_signed_icon),
                Column(lambda: tr("加密公钥指纹"), _fingerprints),
                Column(lambda: tr("联系"), lambda row: row["contact"]),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=1)
        self.frame, inside = card()
        self.head, self.advice = heading(), quiet()
        self.file, self.choose = QLineEdit(readOnly=True), QPushButton()
        self.token = QLineEdit(echoMode=QLineEdit.EchoMode.Password, maxLength=2000)
        self.checked, self.add = LongCheck(), QPushButton()
        self._labels = (QLabel(), QLabel())
        chosen = Flow()
        chosen.addWidget(self.file, 1)
        chosen.addWidget(self.choose)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.addRow(self._labels[0], chosen)
        form.addRow(self._labels[1], self.token)
        buttons = Flow()
        buttons.addWidget(self.checked, 1)
        buttons.addWidget(self.add)
        for widget in (self.head, self.advice):
            inside.addWidget(widget)
        inside.addLayout(form)
        inside.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.frame)
        self.choose.clicked.connect(self._choose_file)
        self.checked.toggled.connect(lambda: self._enable())
        self.add.clicked.connect(self.add_profile)
        self.retranslate()
        self._enable()

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.head.setText(tr("添加接收方"))
        self.advice.setText(
            tr("接收单位会给一个档案文件（.toml）和一个令牌。同名的会替换原来的。令牌只存在加密的工作区里。")
        )
        self.choose.setText(tr("选择档案…"))
        self.file.setPlaceholderText(tr("接收方档案文件"))
        self.file.setAccessibleName(tr("接收方档案文件"))
        self.token.setAccessibleName(tr("令牌"))
        for label, text in zip(self._labels, (tr("档案"), tr("令牌")), strict=True):
            label.setText(text)
        self.checked.setText(tr("我已核对档案来自接收单位（没有可信签名的档案须由人核对）"))
        self.add.setText(tr("添加"))
        self.table.setAccessibleName(tr("接收方"))
        self.model.retranslate()

    def load(self) -> None:
        """Read the offices again."""
        self._ops.run("endpoint.list", owner=self, place="list", on_result=self._came)

    def _came(self, rows: list[Row]) -> None:
        self.model.set_rows(rows)
        self.loaded.emit(rows)

    def set_file(self, file: str) -> None:
        """The profile file chosen."""
        self.file.setText(file)
        self._enable()

    def add_profile(self) -> None:
        """Keep the office; its signature file lies beside the profile where it has one."""
        profile = Path(self.file.text())
        beside = profile.with_name(profile.name + ".minisig")
        self._message.clear()
        self._ops.run(
            "endpoint.add",
            owner=self,
            profile=str(profile),
            token=self.token.text(),
            signature=str(beside) if beside.is_file() else None,
            on_result=self._added,
            on_fault=self._message.show_fault,
        )

    def _added(self, answer: dict[str, Any]) -> None:
        self.file.clear()
        self.token.clear()
        self.checked.setChecked(False)
        self._enable()
        prints = listed(answer["fingerprints"])
        if prints:
            said = tr(
                "已添加“{name}”。请打电话与接收单位核对指纹：{fingerprint}", name=answer["name"], fingerprint=prints
            )
        else:
            said = tr("已添加“{name}”。它没有加密公钥，报送包将不加密。", name=answer["name"])
        self._message.show_text("info" if answer["signed"] else "warn", said)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("选择接收方档案"))
        dialog.setNameFilter(tr("接收方档案 (*.toml)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.set_file)
        dialog.open()

    def _enable(self) -> None:
        self.add.setEnabled(bool(self.file.text()) and self.checked.isChecked())


def _signed(row: Row) -> str:
    return tr("已签名") if row["signed"] else tr("未签名")


def _signed_icon(row: Row) -> QIcon:
    return state_icon("good" if row["signed"] else "warn")


def _fingerprints(row: Row) -> str:
    return listed(row["fingerprints"]) if row["encrypted"] else tr("无，不加密")
